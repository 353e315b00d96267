"""What the planner may choose: exclusions, scheme, what-ifs, candidates, engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis.engine import THREADS, Engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dzgis.plan.candidate_rules import Candidates
    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.plan.suitability_model import Scheme

DEFAULT_SCHEME = "low_hill_industry"
DEFAULT_RUNS = 50
"""Monte Carlo runs: a share of runs is then known to within 0.14 (two standard errors)."""


@dataclass(frozen=True)
class LandOptions:
    """
    What a land account, suitability and candidates are made with beside their inputs.

    Attributes
    ----------
    exclusions : ExclusionSet, optional
        By default what the plan's rules amount to.
    scheme : Scheme, optional
        None for no suitability.
    candidate_rules : Candidates, optional
        By default those of the plan.
    without : tuple of str
        Ids of exclusions; for each, what would be available without it.
    with_weight : mapping of criterion id to weight
        For each, how much land would be suitable with that weight, all others scaled.
    runs : int
        Monte Carlo runs of the sensitivity; 0 for none.
    seed : int
    engine : Engine
    """

    exclusions: ExclusionSet | None = None
    scheme: Scheme | None = None
    candidate_rules: Candidates | None = None
    without: tuple[str, ...] = ()
    with_weight: Mapping[str, float] = field(default_factory=dict)
    runs: int = DEFAULT_RUNS
    seed: int = 0
    engine: Engine = THREADS

    def record(self, rules: Candidates) -> dict[str, object]:
        """All of them that decide a result, as run.json has them; `rules` are those that held."""
        scheme = None if self.scheme is None else self.scheme.model_dump(mode="json")
        return {
            "scheme": scheme,
            "candidates": rules.model_dump(mode="json", exclude={"source", "status"}),
            "without": list(self.without),
            "with_weight": dict(self.with_weight),
            "runs": self.runs,
            "seed": self.seed,
        }
