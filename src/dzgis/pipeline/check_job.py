"""The whole check: verdicts, and all that a bureau states beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis import compliance
from dzgis import inputs as room
from dzgis.changes import changes
from dzgis.errors import ContradictionError, InputError, listed
from dzgis.pipeline.avoidance import avoidance_of, still_pressing
from dzgis.pipeline.broken import with_broken
from dzgis.pipeline.check import check_parcels
from dzgis.pipeline.parcel_facts import facts_of, sources_of
from dzgis.pipeline.steps import parcels_of
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from dzgis.findings import Check
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.rules import RuleSet

ROAD = "road"
"""Role of the layer whose land gives access to a parcel."""


@dataclass(frozen=True)
class CheckOptions:
    """
    What a check is made with beside its inputs.

    Attributes
    ----------
    project_type : str or None
        Kind of project of all parcels, a letter of the rule set.
    compare : tuple of RuleSet
        Other rules by which the same parcels are judged, for comparison.
    against : Path or None
        An earlier check.json, for what changed since.
    overrides : Path or None
        People's decisions, which stand beside the verdicts.
    """

    project_type: str | None = None
    compare: tuple[RuleSet, ...] = ()
    against: Path | None = None
    overrides: Path | None = None


PLAIN = CheckOptions()


def check_loaded(loaded: Loaded, options: CheckOptions = PLAIN) -> Check:
    """Verdicts on the parcels of `loaded`, broken ones too, under all rule sets."""
    kind = _kind(loaded.plan.rules, options)
    if kind is None and options.project_type is not None and not _any_types(options):
        raise InputError(_no_types(loaded.plan.rules, options.project_type))
    found = _under(loaded.plan.rules, loaded, options)
    others = tuple(
        with_broken(_under(rules, loaded, options), loaded.broken) for rules in options.compare
    )
    return with_broken(replace(found, others=others), loaded.broken)


def full_check(loaded: Loaded, options: CheckOptions = PLAIN) -> Check:
    """
    Check, with all that a bureau states beside the verdict.

    Raises
    ------
    InputError
        If the earlier check or the decisions cannot be used.
    ContradictionError
        If a boundary change that is proposed would not clear its parcel.
    """
    overrides = room.read_overrides(options.overrides) if options.overrides else {}
    earlier = room.read_check_record(options.against) if options.against else None
    found = check_loaded(loaded, options)
    found = replace(
        found,
        parcels=tuple(compliance.with_overrides(found.parcels, overrides)),
        facts=facts_of(found.land, sources_of(loaded)),
        avoidance=_avoidance(found, loaded),
    )
    return found if earlier is None else replace(found, changes=changes(earlier, found))


def _avoidance(check: Check, loaded: Loaded) -> gpd.GeoDataFrame:
    """Boundary changes, each proved by measuring again."""
    kind, rules = check.project_type, check.rule_set
    road = loaded.layers.get(ROAD)
    access = None if road is None else road.frame
    found = avoidance_of(check.land, check.pieces, rules, kind, access=access)
    layers = {layer.role: layer for layer in check.layers}
    pressing = still_pressing(found, layers, rules, kind)
    if pressing:
        raise ContradictionError(
            f"the boundary change proposed for {listed(pressing)} would not clear it"
        )
    return found


def _under(rules: RuleSet, loaded: Loaded, options: CheckOptions) -> Check:
    """Check under one set of rules; kinds of projects are told apart by those that have any."""
    return check_parcels(
        parcels_of(loaded),
        loaded.layers,
        rules,
        as_of=loaded.as_of,
        project_type=_kind(rules, options),
    )


def _kind(rules: RuleSet, options: CheckOptions) -> str | None:
    return options.project_type if rules.project_types else None


def _any_types(options: CheckOptions) -> bool:
    return any(rules.project_types for rules in options.compare)


def _no_types(rules: RuleSet, project_type: str) -> Text:
    return Text(
        f"规则集 {rules.id} 不分项目类别，--project-type {project_type} 不起作用；"
        "请去掉，或换用分类别的规则集（如 --rules current）",
        f"rule set {rules.id} tells no kinds of projects apart, --project-type {project_type} "
        "means nothing; leave it out, or use rules that do (such as --rules current)",
    )
