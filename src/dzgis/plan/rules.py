"""
Rules as data: what may not be built on, on what ground, and how sure that is.

A bureau edits them in TOML; `dzgis plan validate` checks a file.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.terms import FactStatus, Text, Verdict, role_text


class Where(Record):
    """Which features of a layer a rule is about: those whose `field` has one of `values`."""

    field: NonEmpty
    values: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]


class ProjectType(Record):
    """A kind of project (项目类别) that rules tell apart, by the letter that users give."""

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return Text(self.name, self.name_en)


class Rule(Fact):
    """
    A protection or hazard rule.

    Attributes
    ----------
    id : str
        E.g. ``P06``.
    kind : str
        ``spatial`` rules are checked against a layer; the others are printed only.
    role : str, optional
        Layer role of a spatial rule.
    trigger : {"inside", "outside"}
        Whether ground of the parcel under the features counts, or ground beyond all of them.
    where : tuple of Where
        Restricts a spatial rule to features that fulfil all of them; one alone may stand without
        brackets. What a feature does not say is not taken for fulfilled nor for not fulfilled.
    verdict : {"prohibited", "conditional"}, optional
        What ground under the rule means.
    by_project : mapping of project type to {"prohibited", "conditional", "clear"}
        The same by kind of project, instead of `verdict`; ``clear``: no restriction by this rule.
    valid_from, valid_until : date, optional
        First and last day on which the rule is in force.
    required : bool
        Without the layer no parcel is clear.
    excludes_land : bool
        Land under the rule is not available.
    setback_m : float
        By how many metres the features reach beyond themselves (退让距离), round at corners.
    land, land_en : str
        What ground the rule is about, as sentences have it; by default the layer's name, or the
        title of a rule about a part of it or about ground outside.
    legal_basis : str
    advice, advice_en : str
        What the user has to do in case of overlap.
    """

    id: NonEmpty
    title: NonEmpty
    title_en: NonEmpty
    kind: Literal["spatial", "procedural", "policy"]
    role: str | None = None
    trigger: Literal["inside", "outside"] = "inside"
    where: tuple[Where, ...] = ()
    verdict: Literal[Verdict.PROHIBITED, Verdict.CONDITIONAL] | None = None
    by_project: dict[str, Literal[Verdict.PROHIBITED, Verdict.CONDITIONAL, Verdict.CLEAR]] = Field(
        default_factory=dict
    )
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    required: bool = False
    excludes_land: bool = False
    setback_m: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    land: str = ""
    land_en: str = ""
    legal_basis: str = ""
    advice: str = ""
    advice_en: str = ""

    @field_validator("where", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        return (given,) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        spatial = self.kind == "spatial"
        if spatial != (self.role is not None) or spatial != self._says_something:
            raise ValueError("a spatial rule needs role and verdict, any other has neither")
        if (self.required or self.excludes_land) and not spatial:
            raise ValueError("only a spatial rule can be required or exclude land")
        return self

    @model_validator(mode="after")
    def _check_verdict(self) -> Self:
        if self.verdict is not None and self.by_project:
            raise ValueError("a rule has either verdict or by_project")
        if self.trigger == "outside" and (self.setback_m or self.excludes_land):
            raise ValueError("a rule about ground outside has no setback and excludes no land")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_from must not be after valid_until")
        return self

    @property
    def _says_something(self) -> bool:
        return self.verdict is not None or bool(self.by_project)

    @property
    def text(self) -> Text:
        """The rule's title in both languages."""
        return Text(self.title, self.title_en)

    @property
    def ground(self) -> Text:
        """What ground the rule is about, in both languages."""
        if self.land:
            return Text(self.land, self.land_en or self.land)
        if self.where or self.trigger == "outside":
            return self.text
        return role_text(str(self.role))

    @property
    def confirmed(self) -> bool:
        """Whether the rule was read in its own text; if not, reports say 待确认."""
        return self.status in (FactStatus.STATED, FactStatus.RESTORED)

    @property
    def fields(self) -> tuple[str, ...]:
        """Attributes that the rule looks at, each once."""
        return tuple(dict.fromkeys(condition.field for condition in self.where))

    def verdict_for(self, project_type: str | None) -> Verdict | None:
        """
        Verdict on ground under the rule for a kind of project.

        None where it depends on a kind that is not known.
        """
        if not self.by_project:
            return self.verdict
        if project_type in self.by_project:
            return self.by_project[str(project_type)]
        several = set(self.by_project.values())
        return several.pop() if len(several) == 1 else None

    def in_force(self, day: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        began = self.valid_from is None or self.valid_from <= day
        return began and (self.valid_until is None or day <= self.valid_until)


_NOISE_M, _NOISE_M2, _TOUCH_M = 5.0, 100.0, 0.1
"""What no survey's boundary noise exceeds: 5 m is the least exact class of boundary of the land
survey, and what is wider than 0.1 m is more than the rounding of coordinates."""


class Tolerance(Fact):
    """
    Which small overlaps are boundary noise; it classifies and never alters an area.

    Attributes
    ----------
    sliver_area_m2 : float
        A piece below this area is a sliver.
    sliver_width_m : float
        A piece that is nowhere as wide as this is a sliver.
    touch_width_m : float
        A piece that is nowhere as wide as this is touching, not overlapping; not more than
        `sliver_width_m`.
    """

    sliver_area_m2: Annotated[float, Field(ge=0, le=_NOISE_M2)]
    sliver_width_m: Annotated[float, Field(ge=0, le=_NOISE_M)]
    touch_width_m: Annotated[float, Field(ge=0, le=_TOUCH_M)]

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.touch_width_m > self.sliver_width_m:
            raise ValueError("touch_width_m must not exceed sliver_width_m")
        return self


class RuleSet(Record):
    """
    The rules of one vintage and the tolerance they are judged with.

    Attributes
    ----------
    id : str
    title, title_en : str
        Empty for the id.
    version : str
        E.g. the day of its last change.
    valid_from : date, optional
        First day for which the set is whole; it says nothing of earlier days.
    valid_until : date, optional
        Last day of the rules; checks are made as of that day, or of today if that is earlier.
    project_types : tuple of ProjectType
        Kinds of projects that the rules tell apart.
    check_valid_days : int, optional
        For how many days a check may be relied upon.
    """

    id: NonEmpty
    title: str = ""
    title_en: str = ""
    version: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    project_types: tuple[ProjectType, ...] = ()
    check_valid_days: Annotated[int, Field(ge=1)] | None = None
    rules: tuple[Rule, ...]
    tolerance: Tolerance

    @property
    def text(self) -> Text:
        """The set's title in both languages."""
        return Text(self.title or self.id, self.title_en or self.id)

    @property
    def spatial(self) -> tuple[Rule, ...]:
        """The rules that are checked against a layer."""
        return tuple(rule for rule in self.rules if rule.kind == "spatial")

    def on(self, day: dt.date) -> RuleSet:
        """The set without the rules that are not in force on a day."""
        return self.model_copy(update={"rules": tuple(r for r in self.rules if r.in_force(day))})

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with that id; KeyError when there is none."""
        return {rule.id: rule for rule in self.rules}[rule_id]

    def default_as_of(self) -> dt.date:
        """Last day of the rules, or today if that is earlier."""
        today = dt.datetime.now(tz=dt.UTC).date()
        return min(self.valid_until or today, today)

    @property
    def roles(self) -> tuple[str, ...]:
        """Layer roles that the rules name, each once, in the rules' order."""
        return tuple(dict.fromkeys(rule.role for rule in self.spatial if rule.role))


class RuleFile(Record):
    """A file that holds a rule set and nothing else."""

    rules: RuleSet
