"""Slope classes by name (坡度分级方案) or from a file, and rules that ship with dzgis."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis.errors import InputError, PlanError, raise_all
from dzgis.plan.avoidance import AvoidanceLimits
from dzgis.plan.candidate_rules import CandidateFile
from dzgis.plan.check import slope_limit_faults
from dzgis.plan.faults import schema_faults
from dzgis.plan.land_classes import LandClassScheme
from dzgis.plan.load import DEFAULT_PLAN, load_plan, read_toml
from dzgis.plan.model import AreaComparison, BasinRules, SlopeScheme
from dzgis.terms import Text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from dzgis.plan.candidate_rules import Candidates
    from dzgis.plan.model import SlopeClasses

_SUFFIX = ".toml"
_PLAN_KEYS = ("counties", "clusters", "axes")


def scheme_names() -> tuple[str, ...]:
    """Names of the schemes that ship with dzgis; the plan's own comes first."""
    return ("low_hill", *sorted(_shipped()))


def slope_scheme(name_or_path: str) -> SlopeClasses:
    """
    Slope classes by name, or from a file.

    Parameters
    ----------
    name_or_path : str
        ``low_hill`` (the shipped plan's), ``survey``, ``double_evaluation``, or a TOML file that is
        a plan or holds only a table ``[slope_classes]``.

    Raises
    ------
    MissingFileError, InputError, PlanError
        If there is no such scheme or file, and with all faults of a file.
    """
    if name_or_path == "low_hill":
        return load_plan(DEFAULT_PLAN).slope_classes
    if name_or_path in _shipped():
        return _of_file(_shipped()[name_or_path])
    if not name_or_path.endswith(_SUFFIX):
        names = ", ".join(scheme_names())
        raise InputError(
            Text(
                f"没有坡度分级方案 {name_or_path}；可用：{names}，或一个 TOML 文件",
                f"no slope classes {name_or_path}; there are: {names}, or a TOML file",
            )
        )
    return _of_file(Path(name_or_path))


def load_candidate_rules(path: str | Path) -> Candidates:
    """
    Rules of candidate parcels from a file that is a plan or holds only a table ``[candidates]``.

    Raises
    ------
    MissingFileError, PlanError
        If there is no such file, and with all faults of it.
    """
    file = Path(path)
    data = read_toml(file)
    if any(key in data for key in _PLAN_KEYS):
        return load_plan(file).candidates
    raise_all(_named(file.name, schema_faults(data, of=CandidateFile)), PlanError)
    return CandidateFile.model_validate(data).candidates


@cache
def basin_rules() -> BasinRules:
    """Rules of basins (坝区) that ship with dzgis."""
    return BasinRules.model_validate(_standard("basins.toml"))


@cache
def area_comparison() -> AreaComparison:
    """Limits of the comparison of areas (面积核对) that ship with dzgis."""
    return AreaComparison.model_validate(_standard("areas.toml"))


@cache
def avoidance_limits() -> AvoidanceLimits:
    """Margin and limits of boundary changes (避让) that ship with dzgis."""
    return AvoidanceLimits.model_validate(_standard("avoidance.toml"))


@cache
def land_class_scheme() -> LandClassScheme:
    """Land classes (地类) and their groups that ship with dzgis."""
    return LandClassScheme.model_validate(_standard("land_classes.toml"))


def _standard(name: str) -> dict[str, object]:
    return read_toml(resources.files("dzgis.plan") / "standards" / name)


def _shipped() -> dict[str, Traversable]:
    files = (resources.files("dzgis.plan") / "schemes").iterdir()
    return {f.name.removesuffix(_SUFFIX): f for f in files if f.name.endswith(_SUFFIX)}


def _of_file(file: Path | Traversable) -> SlopeClasses:
    data = read_toml(file)
    if isinstance(file, Path) and any(key in data for key in _PLAN_KEYS):
        return load_plan(file).slope_classes
    raise_all(_named(file.name, schema_faults(data, of=SlopeScheme)), PlanError)
    classes = SlopeScheme.model_validate(data).slope_classes
    raise_all(_named(file.name, list(slope_limit_faults(classes))), PlanError)
    return classes


def _named(name: str, faults: list[Text]) -> list[Text]:
    return [Text(f"{name}：{fault.zh}", f"{name}: {fault.en}") for fault in faults]
