"""How parcels are allocated (归属): models that inform, corridors of axes, hubs, rounding."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from dzgis.errors import PlanError, raise_all
from dzgis.plan.faults import schema_faults
from dzgis.plan.load import read_toml
from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Least = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_MOST_DECIMALS = 8


class Model(StrEnum):
    """A model of attraction to clusters. It informs, and never overrules the plan."""

    NEAREST_SEAT = "nearest_seat"
    WEIGHTED_VORONOI = "weighted_voronoi"
    BREAKPOINT = "breakpoint"
    HUFF = "huff"
    COST_DISTANCE = "cost_distance"


class ModelRule(Fact):
    """
    A model's name and exponents.

    Attributes
    ----------
    id : Model
    name, name_en : str
    strength_exponent : float
        Power to which a cluster's strength is raised; 0 where strengths do not matter.
    distance_exponent : float
        Power to which a distance is raised.
    """

    id: Model
    name: NonEmpty
    name_en: NonEmpty
    strength_exponent: _Least = 0.0
    distance_exponent: _Positive = 1.0

    @property
    def text(self) -> Text:
        """The model's name in both languages."""
        return Text(self.name, self.name_en)


class StrengthRule(Fact):
    """
    How strong a cluster's centre is (中心性强度), counted from the plan's own words.

    Attributes
    ----------
    base : float
        Of every cluster.
    per_township, per_industry : float
        For each township that the plan lists, each industry that it assigns.
    per_facility : mapping of kind to float
        For each facility of a kind that the plan places in the cluster.
    """

    base: _Positive
    per_township: _Least
    per_industry: _Least
    per_facility: dict[str, _Least]


class CorridorRule(Fact):
    """
    Bands on both sides of an axis (走廊).

    Attributes
    ----------
    bands_km : tuple of float
        Outer distances of the bands, ascending.
    account_km : float
        One of them: ground up to there is the axis's corridor in accounts and ledgers.
    """

    bands_km: Annotated[tuple[_Positive, ...], Field(min_length=1)]
    account_km: _Positive

    @model_validator(mode="after")
    def _check_bands(self) -> Self:
        if list(self.bands_km) != sorted(set(self.bands_km)):
            raise ValueError("bands_km must ascend")
        if self.account_km not in self.bands_km:
            raise ValueError("account_km must be one of bands_km")
        return self


class HubKind(Record):
    """A kind of facility that counts as a hub, with its name."""

    kind: NonEmpty
    name: NonEmpty
    name_en: NonEmpty

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return Text(self.name, self.name_en)


class HubRule(Fact):
    """Which facilities count as hubs (枢纽); of two at one place the kind listed first."""

    kinds: Annotated[tuple[HubKind, ...], Field(min_length=1)]


class CostStep(Record):
    """Cost of crossing a metre of ground up to a slope; the steepest ground has no limit."""

    up_to_deg: float | None = None
    cost: _Positive


class CostSurface(Fact):
    """
    What it costs to cross ground, for cost distances.

    Attributes
    ----------
    steps : tuple of CostStep
        From flat to steep, right-closed.
    barriers : tuple of str
        Roles of layers whose ground is not crossed, beside rules that exclude land.
    """

    steps: Annotated[tuple[CostStep, ...], Field(min_length=1)]
    barriers: tuple[NonEmpty, ...] = ()

    @property
    def limits_deg(self) -> tuple[float, ...]:
        """Upper limits of all steps but the steepest, ascending."""
        return tuple(step.up_to_deg for step in self.steps if step.up_to_deg is not None)

    @property
    def costs(self) -> tuple[float, ...]:
        """Cost of a metre in each step; one more than limits."""
        return tuple(step.cost for step in self.steps)

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        limits = [step.up_to_deg for step in self.steps[:-1]]
        known = [limit for limit in limits if limit is not None]
        if len(known) < len(limits) or self.steps[-1].up_to_deg is not None:
            raise ValueError("every step of cost but the last needs up_to_deg")
        if known != sorted(set(known)):
            raise ValueError("limits of cost must ascend")
        return self


class Precision(Fact):
    """
    From when on two things are equal.

    Attributes
    ----------
    share_decimals : int
        Shares are rounded to as many digits; two that differ by less than half of the last one
        are equal.
    on_axis_m : float
        Nearer than this a place lies on the axis, on no side of it.
    """

    share_decimals: Annotated[int, Field(ge=1, le=_MOST_DECIMALS)]
    on_axis_m: _Least


class AllocationRules(Record):
    """
    Everything that allocation takes from data.

    Attributes
    ----------
    informs : Model
        The model whose cluster stands beside the plan's.
    models : tuple of ModelRule
        Each model once.
    strengths : StrengthRule
    corridors : CorridorRule
    hubs : HubRule
    cost : CostSurface
    precision : Precision
    """

    informs: Model
    models: tuple[ModelRule, ...]
    strengths: StrengthRule
    corridors: CorridorRule
    hubs: HubRule
    cost: CostSurface
    precision: Precision

    @model_validator(mode="after")
    def _check_models(self) -> Self:
        if sorted(rule.id for rule in self.models) != sorted(Model):
            raise ValueError(f"models must be, each once: {', '.join(Model)}")
        return self

    def model(self, name: Model) -> ModelRule:
        """Return the rule of a model."""
        return {rule.id: rule for rule in self.models}[name]

    @property
    def assumed(self) -> tuple[tuple[str, str], ...]:
        """Place in the file, and note, of every value; none of them is the plan's."""
        parts: dict[str, Fact] = {f"models.{rule.id}": rule for rule in self.models}
        parts |= {
            "strengths": self.strengths,
            "corridors": self.corridors,
            "hubs": self.hubs,
            "cost": self.cost,
            "precision": self.precision,
        }
        return tuple((f"allocation.{place}", fact.source.note) for place, fact in parts.items())


@cache
def allocation_rules(path: Path | None = None) -> AllocationRules:
    """
    Rules of allocation, those that ship with dzgis or of a file of the same form.

    Raises
    ------
    MissingFileError
        If there is no such file.
    PlanError
        With all faults of the file, each with its place.
    """
    if path is None:
        file = resources.files("dzgis.plan") / "standards" / "allocation.toml"
        return AllocationRules.model_validate(read_toml(file))
    data = read_toml(path)
    faults = schema_faults(data, of=AllocationRules)
    raise_all([Text(f"{path.name}：{f.zh}", f"{path.name}: {f.en}") for f in faults], PlanError)
    return AllocationRules.model_validate(data)
