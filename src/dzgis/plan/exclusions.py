"""
Exclusions as data (排除条件): what ground is not available, only with conditions, or in part.

Each exclusion names ground. What a piece of ground is worth follows from the ids of all exclusions
whose ground it is, so that nothing depends on the order in which they are listed.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, field_validator, model_validator

from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.plan.rules import Where  # noqa: TC001 - pydantic reads it
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from dzgis.plan.rules import Rule, RuleSet

RASTERS = ("slope", "elevation", "relief", "aspect")
"""Rasters that every DEM gives: degrees, metres, metres, degrees clockwise from north."""
JOINT = "+"
"""Between the ids of exclusions that share ground."""
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]+$")]


class Effect(StrEnum):
    """What an exclusion does with its ground."""

    HARD = "hard"
    """Not available (禁止)."""
    CONDITIONAL = "conditional"
    """Available, and said to be so only with conditions (有条件)."""
    WEIGHTED = "weighted"
    """Available but for a share, `weight`."""
    INCLUDE = "include"
    """Available whatever exclusions of no higher priority say (强制纳入)."""
    CONTEXT = "context"
    """Takes nothing; other exclusions apply only within it."""


class Span(Record):
    """Values of a raster above one limit and up to another (上含下不含); an open end has none."""

    above: float = -math.inf
    up_to: float = math.inf

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not self.above < self.up_to:
            raise ValueError("above must be less than up_to")
        return self


class Exclusion(Fact):
    """
    Ground that is taken from what is available.

    Attributes
    ----------
    id : str
        Letters, figures, ``_ . -``.
    layer : str
        Role of a vector layer, one of `RASTERS`, or the name of a raster that the user gives.
    where : tuple of Where
        Restricts a vector layer to features that fulfil all of them.
    spans : tuple of Span
        Values of a raster that count; for a raster at least one is needed.
    invert : bool
        Ground outside counts instead; of what is widened, ground beyond the buffer.
    buffer_m : float
        By how many metres features, or cells within the spans, reach beyond themselves, round at
        corners; from beyond the counties too.
    effect : Effect
    weight : float
        Share that a weighted exclusion takes, in (0, 1); 1 for all others.
    within : str, optional
        Id of an exclusion: only ground that is that one's too counts.
    priority : int
        Higher ones decide first; see `ExclusionSet.share_left`.
    valid_from, valid_until : date, optional
    legal_basis : str
    """

    id: Id
    name: NonEmpty
    name_en: NonEmpty
    layer: NonEmpty
    where: tuple[Where, ...] = ()
    spans: tuple[Span, ...] = ()
    invert: bool = False
    buffer_m: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    effect: Effect = Effect.HARD
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    within: Id | None = None
    priority: int = 0
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    legal_basis: str = ""

    @field_validator("where", "spans", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        return (given,) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if self.spans and self.where:
            raise ValueError("a raster has spans, a vector layer where; not both")
        if self.layer in RASTERS and not self.spans:
            raise ValueError(f"the raster '{self.layer}' needs spans")
        if (self.effect is Effect.WEIGHTED) != (self.weight < 1.0):
            raise ValueError("a weighted exclusion, and no other, needs a weight below 1")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_from must not be after valid_until")
        if self.within == self.id:
            raise ValueError("an exclusion cannot apply within itself")
        return self

    @property
    def text(self) -> Text:
        """The exclusion's name in both languages."""
        return Text(self.name, self.name_en)

    @property
    def of_raster(self) -> bool:
        """Whether a raster says what its ground is."""
        return bool(self.spans)

    def in_force(self, day: dt.date) -> bool:
        """Whether the exclusion is in force on a day."""
        began = self.valid_from is None or self.valid_from <= day
        return began and (self.valid_until is None or day <= self.valid_until)


class ExclusionSet(Record):
    """
    A named, versioned set of exclusions.

    Attributes
    ----------
    id : str
    title, title_en : str
    version : str
    exclusions : tuple of Exclusion
        Their order is that of tables; it decides nothing.
    """

    id: NonEmpty
    title: str = ""
    title_en: str = ""
    version: str = ""
    exclusions: tuple[Exclusion, ...]

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        ids = self.ids
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"ids of exclusions must be unique, found twice: {', '.join(twice)}")
        lost = [one.id for one in self.exclusions if one.within and one.within not in ids]
        if lost:
            raise ValueError(f"within names no exclusion of the set: {', '.join(lost)}")
        circles = [name for name in ids if self._in_circle(name)]
        if circles:
            raise ValueError(f"within goes in a circle: {', '.join(circles)}")
        return self

    def _in_circle(self, name: str) -> bool:
        """Whether an exclusion applies, over others, within itself."""
        outer = {one.id: one.within for one in self.exclusions}
        seen, at = [name], outer[name]
        while at is not None and at not in seen:
            seen.append(at)
            at = outer[at]
        return at == name

    @property
    def text(self) -> Text:
        """The set's title in both languages."""
        return Text(self.title or self.id, self.title_en or self.id)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all exclusions, in order."""
        return tuple(one.id for one in self.exclusions)

    def on(self, day: dt.date) -> ExclusionSet:
        """
        The set without the exclusions that are not in force on a day.

        What applies only within an exclusion that is not in force applies nowhere.
        """
        kept = tuple(one for one in self.exclusions if one.in_force(day))
        return self.model_copy(update={"exclusions": kept})

    def without(self, *ids: str) -> ExclusionSet:
        """
        The set without some exclusions, for a what-if.

        Raises
        ------
        KeyError
            If there is no such exclusion.
        """
        for name in ids:
            if name not in self.ids:
                raise KeyError(name)
        kept = tuple(one for one in self.exclusions if one.id not in ids)
        return self.model_copy(update={"exclusions": kept})

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of vector layers that the set needs, each once."""
        return tuple(dict.fromkeys(one.layer for one in self.exclusions if not one.of_raster))

    def effective(self, taken: Collection[str]) -> tuple[Exclusion, ...]:
        """
        Exclusions that decide on ground, of those whose ground it is.

        Left out are contexts, exclusions outside the one they apply within, and what an inclusion
        of no lower priority overrules.
        """
        here = [one for one in self.exclusions if one.id in taken and self._applies(one, taken)]
        included = [one.priority for one in here if one.effect is Effect.INCLUDE]
        least = max(included, default=-math.inf)
        return tuple(
            one
            for one in here
            if one.effect is not Effect.CONTEXT
            and (one.effect is Effect.INCLUDE or not included or one.priority > least)
        )

    def share_left(self, taken: Collection[str]) -> float:
        """
        Share of ground that is available, in [0, 1], given all exclusions whose ground it is.

        A hard exclusion leaves nothing, weighted ones leave the product of what each leaves.
        An inclusion overrules all exclusions of its priority or a lower one.
        """
        left = 1.0
        for one in self.effective(taken):
            if one.effect is Effect.HARD:
                return 0.0
            if one.effect is Effect.WEIGHTED:
                left *= 1.0 - one.weight
        return left

    def conditions_on(self, taken: Collection[str]) -> tuple[str, ...]:
        """Ids of the conditional exclusions that hold on ground which is available at all."""
        if self.share_left(taken) == 0.0:
            return ()
        here = self.effective(taken)
        return tuple(one.id for one in here if one.effect is Effect.CONDITIONAL)

    def _applies(self, one: Exclusion, taken: Collection[str]) -> bool:
        return one.within is None or one.within in taken


class ExclusionFile(Record):
    """A file that holds a set of exclusions and nothing else."""

    exclusions: ExclusionSet


def exclusions_of_rules(rules: RuleSet) -> ExclusionSet:
    """
    Exclusions that a rule set amounts to: what excludes land is hard, other verdicts conditions.

    Rules about ground outside features, and rules whose verdict depends on the kind of project
    unless they exclude land, take nothing.
    """
    made = [_of_rule(rule) for rule in rules.spatial if _counts(rule)]
    return ExclusionSet(
        id=rules.id,
        title=rules.title,
        title_en=rules.title_en,
        version=rules.version,
        exclusions=tuple(made),
    )


def _counts(rule: Rule) -> bool:
    return rule.excludes_land or (rule.trigger == "inside" and rule.verdict is not None)


def _of_rule(rule: Rule) -> Exclusion:
    return Exclusion(
        id=rule.id,
        name=rule.title,
        name_en=rule.title_en,
        layer=str(rule.role),
        where=rule.where,
        buffer_m=rule.setback_m,
        effect=Effect.HARD if rule.excludes_land else Effect.CONDITIONAL,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        legal_basis=rule.legal_basis,
        status=rule.status,
        source=rule.source,
    )


def rules_to_read(exclusions: ExclusionSet, like: RuleSet) -> RuleSet:
    """
    Rules whose layers and attributes are those of a set, so that readers of layers bring them.

    Parameters
    ----------
    exclusions : ExclusionSet
    like : RuleSet
        Gives the tolerance; nothing is judged by the result.
    """
    from dzgis.plan.rules import Rule
    from dzgis.terms import Verdict

    made = tuple(
        Rule(
            id=one.id,
            title=one.name,
            title_en=one.name_en,
            kind="spatial",
            role=one.layer,
            where=one.where,
            verdict=Verdict.CONDITIONAL,
            legal_basis=one.legal_basis,
            status=one.status,
            source=one.source,
        )
        for one in exclusions.exclusions
        if not one.of_raster
    )
    return like.model_copy(update={"rules": made})
