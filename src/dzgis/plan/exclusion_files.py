"""Exclusion sets by name, or from a file: every fault it has, said at once."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis.errors import MissingFileError, PlanError, raise_all
from dzgis.plan.exclusions import ExclusionFile, exclusions_of_rules
from dzgis.plan.faults import schema_faults
from dzgis.plan.load import (
    is_rule_file,
    load_plan,
    load_rules,
    named_faults,
    not_found,
    plan_names,
    read_toml,
    rule_set_names,
)
from dzgis.terms import Text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.plan.model import Plan

_SUFFIX = ".toml"
_KIND = Text("排除条件集", "exclusion set")
_TABLE = "exclusions"


def exclusion_set_names() -> tuple[str, ...]:
    """Names of the exclusion sets that ship with dzgis, then of rule sets that amount to one."""
    return (*_shipped(), *rule_set_names())


def exclusions_of_plan(plan: Plan) -> ExclusionSet:
    """Exclusions of a plan: its own, or those that its rules amount to."""
    return plan.exclusions if plan.exclusions is not None else exclusions_of_rules(plan.rules)


def load_exclusions(name_or_path: str | Path) -> ExclusionSet:
    """
    Read and check an exclusion set.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped set, plan or rule set (see `exclusion_set_names`), or path of a TOML file
        with a table ``[exclusions]``: alone, in a plan, or beside rules. A plan or rule file
        without it gives what its rules amount to.

    Raises
    ------
    MissingFileError
        If there is no such set or file.
    PlanError
        With all faults of the file, each with its place.
    """
    name = str(name_or_path)
    if name in _shipped():
        return _of_file(_shipped()[name])
    if name in plan_names():
        return exclusions_of_plan(load_plan(name))
    if name in rule_set_names():
        return exclusions_of_rules(load_rules(name))
    path = Path(name_or_path)
    if not path.exists():
        raise MissingFileError(not_found(name, _KIND, exclusion_set_names()))
    return _of_path(path)


def _of_path(path: Path) -> ExclusionSet:
    data = read_toml(path)
    if set(data) <= {_TABLE}:
        return _of_file(path)
    if not is_rule_file(data):
        return exclusions_of_plan(load_plan(path))
    rules = load_rules(path)
    return _of_file(path) if _TABLE in data else exclusions_of_rules(rules)


def _of_file(file: Path | Traversable) -> ExclusionSet:
    """Set of a file's table of exclusions, whatever else the file holds."""
    data = {key: value for key, value in read_toml(file).items() if key == _TABLE}
    raise_all(named_faults(file.name, schema_faults(data, of=ExclusionFile)), PlanError)
    return ExclusionFile.model_validate(data).exclusions


def _shipped() -> dict[str, Traversable]:
    files = (resources.files("dzgis.plan") / "exclusion_sets").iterdir()
    names = {f.name.removesuffix(_SUFFIX): f for f in files if f.name.endswith(_SUFFIX)}
    return dict(sorted(names.items()))
