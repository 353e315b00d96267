"""The whole check of loaded inputs: verdicts, and the same parcels under other rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.pipeline.broken import with_broken
from dzgis.pipeline.check import check_parcels
from dzgis.pipeline.steps import parcels_of

if TYPE_CHECKING:
    from dzgis.findings import Check
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.rules import RuleSet


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
    """

    project_type: str | None = None
    compare: tuple[RuleSet, ...] = ()


_PLAIN = CheckOptions()


def check_loaded(loaded: Loaded, options: CheckOptions = _PLAIN) -> Check:
    """Check the parcels of `loaded` against its layers."""
    found = _under(loaded.plan.rules, loaded, options)
    others = tuple(_under(rules, loaded, options) for rules in options.compare)
    return with_broken(replace(found, others=others), loaded.broken)


def _under(rules: RuleSet, loaded: Loaded, options: CheckOptions) -> Check:
    """Check under one set of rules; kinds of projects are told apart by those that have any."""
    kind = options.project_type if rules.project_types else None
    return check_parcels(
        parcels_of(loaded), loaded.layers, rules, as_of=loaded.as_of, project_type=kind
    )
