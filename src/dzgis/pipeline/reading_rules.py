"""Rules that stand for exclusions while layers are read: which layers, which attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.plan.rules import Rule
from dzgis.terms import Verdict

if TYPE_CHECKING:
    from dzgis.plan.exclusions import ExclusionSet


def reading_rules(exclusions: ExclusionSet) -> tuple[Rule, ...]:
    """One rule for each exclusion of a vector layer, with its conditions; nothing else counts."""
    return tuple(
        Rule(
            id=one.id,
            title=one.name,
            title_en=one.name_en,
            kind="spatial",
            role=one.layer,
            where=one.where,
            verdict=Verdict.CONDITIONAL,
            status=one.status,
            source=one.source,
        )
        for one in exclusions.exclusions
        if not one.of_raster
    )
