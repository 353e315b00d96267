"""Suitability schemes by name or from a file; see `dzgis.plan.suitability_model`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from dzgis.errors import MissingFileError, PlanError, listed, raise_all
from dzgis.plan.address import place_in_file
from dzgis.plan.check_suitability import check_scheme
from dzgis.plan.faults import schema_faults
from dzgis.plan.load import read_toml
from dzgis.plan.record import Fact
from dzgis.plan.suitability_model import AhpRules, Scheme, SchemeFile
from dzgis.terms import FactStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from dzgis.plan.address import Step

DEFAULT_SCHEME = "low_hill_industry"
"""The scheme that is used when none is named."""
_SUFFIX = ".toml"


def scheme_names() -> tuple[str, ...]:
    """Names of the schemes that ship with dzgis, the default first."""
    names = sorted(_shipped(), key=lambda name: (name != DEFAULT_SCHEME, name))
    return tuple(names)


def load_scheme(name_or_path: str | Path = DEFAULT_SCHEME) -> Scheme:
    """
    Read and check a suitability scheme.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped scheme (see `scheme_names`), or path of a TOML file that holds only a
        table ``[suitability]``.

    Raises
    ------
    MissingFileError
        If there is no such scheme or file.
    PlanError
        With all faults of the file, each with its place: first those of its form, and when it has
        none, what in it does not fit together.
    """
    file = _found(name_or_path)
    data = read_toml(file)
    raise_all(_named(file.name, schema_faults(data, of=SchemeFile)), PlanError)
    scheme = SchemeFile.model_validate(data).suitability
    raise_all(_named(file.name, check_scheme(scheme)), PlanError)
    return scheme


@cache
def ahp_rules() -> AhpRules:
    """Random index and limit of the consistency ratio that ship with dzgis."""
    file = resources.files("dzgis.plan") / "standards" / "ahp.toml"
    return AhpRules.model_validate(read_toml(file))


def assumed_of(scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """
    Everything in a scheme that is our assumption.

    Returns
    -------
    tuple of (str, str)
        Place in the file, e.g. ``suitability.criteria[slope]``, and the note that gives the ground.
    """
    data = {"suitability": scheme.model_dump(mode="json")}
    return tuple(
        (place_in_file(data, loc), fact.source.note)
        for loc, fact in _facts(scheme, ("suitability",))
        if fact.status is FactStatus.ASSUMED
    )


def _facts(value: object, loc: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Fact]]:
    if isinstance(value, Fact):
        yield loc, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _facts(getattr(value, name), (*loc, name))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _facts(one, (*loc, number))


def _found(name_or_path: str | Path) -> Path | Traversable:
    if isinstance(name_or_path, str) and name_or_path in _shipped():
        return _shipped()[name_or_path]
    path = Path(name_or_path)
    if not path.exists():
        names = listed(scheme_names())
        raise MissingFileError(
            Text(
                f"没有名为“{name_or_path}”的适宜性方案，也没有这个文件；自带方案：{names}",
                f"there is no suitability scheme and no file '{name_or_path}'; shipped: {names}",
            )
        )
    return path


def _shipped() -> dict[str, Traversable]:
    files = (resources.files("dzgis.plan") / "suitability_schemes").iterdir()
    return {f.name.removesuffix(_SUFFIX): f for f in files if f.name.endswith(_SUFFIX)}


def _named(name: str, faults: list[Text]) -> list[Text]:
    return [Text(f"{name}：{fault.zh}", f"{name}: {fault.en}") for fault in faults]
