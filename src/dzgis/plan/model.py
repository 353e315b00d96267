"""
The plan as data: a typed, frozen model of a plan file.

Every fact carries its source and whether it is the plan's own words (`stated`), our reading of
damaged text (`restored`) or our assumption (`assumed`). Nothing here knows any one plan.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dzgis.plan.candidate_rules import Candidates  # noqa: TC001 - pydantic reads it
from dzgis.plan.exclusions import ExclusionSet  # noqa: TC001 - pydantic reads it
from dzgis.plan.record import Fact, NonEmpty, Record, Source
from dzgis.plan.rules import RuleSet  # noqa: TC001 - pydantic reads it
from dzgis.terms import Text

Code = Annotated[str, Field(pattern=r"^\d{6}$")]
TownshipCode = Annotated[str, Field(pattern=r"^\d{9}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


MOST_SLOPE_CLASSES = 15
"""A byte holds every pair of as many classes and the unknown one."""


class Point(Record):
    """A position in CGCS2000 degrees, good to `acc_km` kilometres, and where it is from."""

    lon: Longitude
    lat: Latitude
    acc_km: Annotated[float, Field(gt=0)]
    coord_source: NonEmpty


class Place(Record):
    """A named point; places are referred to by `name`, which is unique in a plan."""

    name: NonEmpty
    name_en: str = ""
    point: Point


class Meta(Record):
    """Title, period and extent of the plan."""

    id: NonEmpty
    title: NonEmpty
    title_en: NonEmpty
    issued: NonEmpty
    period: tuple[dt.date, dt.date]
    region_bounds: tuple[Longitude, Latitude, Longitude, Latitude]
    legal_bases: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        west, south, east, north = self.region_bounds
        if west >= east or south >= north:
            raise ValueError("region_bounds must be west, south, east, north")
        if self.period[0] > self.period[1]:
            raise ValueError("period must be from the earlier to the later date")
        return self


class County(Fact):
    """
    A county of the plan (县).

    Attributes
    ----------
    code, name : str
        Division code and name in force today.
    code_at_plan, name_at_plan : str
        The same when the plan was made.
    aliases : tuple of str
        Other names under which it is found.
    prefecture : str
    district : str
        Id of the plan's district (片区).
    seat : str
        Name of a place.
    """

    code: Code
    code_at_plan: Code
    name: NonEmpty
    name_at_plan: NonEmpty
    name_en: NonEmpty
    aliases: tuple[NonEmpty, ...] = ()
    prefecture: NonEmpty
    district: NonEmpty
    seat: NonEmpty

    @property
    def names(self) -> tuple[str, ...]:
        """All names, today's first, each once."""
        return tuple(dict.fromkeys((self.name, self.name_at_plan, *self.aliases)))

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, today's first, each once."""
        return tuple(dict.fromkeys((self.code, self.code_at_plan)))


class District(Fact):
    """A district of the plan (片区)."""

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty


class Township(Fact):
    """
    A township (乡镇、街道) of a county whose clusters the plan delimits by township.

    Attributes
    ----------
    seat : str
        Name of a place; stands for the township until its real boundary is known.
    """

    name: NonEmpty
    full_name: NonEmpty
    code: TownshipCode
    county: Code
    seat: NonEmpty


class Cluster(Fact):
    """
    A development cluster (组团).

    Attributes
    ----------
    townships : tuple of str
        Codes of the townships that the plan lists.
    counties : tuple of str
        Counties that belong to the cluster as far as no other cluster lists their townships.
    open_counties : tuple of str
        Counties of which the plan lists some townships with an open end (等).
    industries : tuple of str
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    name: NonEmpty
    name_en: NonEmpty
    district: NonEmpty
    townships: tuple[TownshipCode, ...] = ()
    counties: tuple[Code, ...] = ()
    open_counties: tuple[Code, ...] = ()
    industries: tuple[NonEmpty, ...] = ()
    industries_source: Source | None = None
    colour: Colour


class AxisNode(Record):
    """
    A node of an axis.

    Attributes
    ----------
    place : str
        Name of a place.
    role : {"node", "gateway"}
        A gateway (门户) may lie outside the plan's region.
    """

    place: NonEmpty
    role: Literal["node", "gateway"]


class AxisLine(Record):
    """
    A line of an axis through places, in order.

    Attributes
    ----------
    via : tuple of str
        Names of places, at least two.
    kind : {"core", "extension"}
        Distances are measured to core lines; extensions are drawn only.
    """

    id: NonEmpty
    via: Annotated[tuple[NonEmpty, ...], Field(min_length=2)]
    kind: Literal["core", "extension"]


class Corridor(Record):
    """Infrastructure that an axis follows."""

    name: NonEmpty
    kind: NonEmpty
    note: str = ""


class Axis(Fact):
    """A development axis (发展轴): ordered nodes, lines through them, what it follows."""

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty
    nodes: tuple[AxisNode, ...]
    lines: Annotated[tuple[AxisLine, ...], Field(min_length=1)]
    corridor: tuple[Corridor, ...] = ()
    corridor_source: Source | None = None
    belt_industries: tuple[NonEmpty, ...] = ()
    belt_source: Source | None = None
    colour: Colour


class Facility(Fact):
    """
    Something that the plan locates: a hub, river, waterworks, logistics centre, zone, corridor.

    Attributes
    ----------
    kind : str
        E.g. ``comprehensive_hub``, ``river``, ``reservoir``.
    place : str, optional
        Name of a place, where one is known.
    counties : tuple of str
        Codes, where known.
    """

    name: NonEmpty
    kind: NonEmpty
    place: str | None = None
    counties: tuple[Code, ...] = ()
    note: str = ""


class Target(Fact):
    """A target of the plan; a qualitative one has no value."""

    name: NonEmpty
    year: int | None = None
    op: Literal[">", ">=", "=", "<=", "<"] | None = None
    value: float | None = None
    unit: str = ""


class ZoningStep(Record):
    """One step of the zoning principle: a slope class number and its use."""

    name: NonEmpty
    name_en: NonEmpty
    slope_class: Annotated[int, Field(ge=1)]


class Zoning(Fact):
    """The zoning principle, e.g. 平地农业、台地工业、坡地生活休闲服务业、高地林业."""

    steps: tuple[ZoningStep, ...]


class SlopeClass(Record):
    """One slope class, by its upper limit in degrees (inclusive); the steepest has none."""

    up_to_deg: float | None = None
    name: NonEmpty
    name_en: NonEmpty
    colour: Colour

    @property
    def text(self) -> Text:
        """The class's name in both languages."""
        return Text(self.name, self.name_en)


class Downgrade(Record):
    """
    How many classes lower land counts from some elevation or local relief (地形起伏度) on.

    Attributes
    ----------
    by : {"elevation", "relief"}
    from_m, above_m : float
        One of them: the limit in metres, itself counted in or not.
    classes : int
        How many classes; of several downgrades by the same thing the last one reached counts.
    to_last : bool
        Instead: to the last class.
    """

    by: Literal["elevation", "relief"]
    from_m: float | None = None
    above_m: float | None = None
    classes: Annotated[int, Field(ge=0)] = 0
    to_last: bool = False

    @property
    def limit_m(self) -> float:
        """The limit, whether counted in or not."""
        return self.from_m if self.from_m is not None else float(self.above_m or 0.0)

    @model_validator(mode="after")
    def _check_limit(self) -> Self:
        if (self.from_m is None) == (self.above_m is None):
            raise ValueError("a downgrade needs either from_m or above_m")
        if (self.classes == 0) != self.to_last:
            raise ValueError("a downgrade needs either classes or to_last")
        return self


class SlopeClasses(Fact):
    """
    Slope classes from flat to steep, right-closed (上含下不含).

    Attributes
    ----------
    low_hill : tuple of int
        Numbers (from 1) of the classes that make up low hills (低丘缓坡).
    downgrades : tuple of Downgrade
        Where land counts as steeper than it is; mostly none.
    """

    id: NonEmpty
    classes: Annotated[tuple[SlopeClass, ...], Field(min_length=2, max_length=MOST_SLOPE_CLASSES)]
    low_hill: tuple[int, ...]
    downgrades: tuple[Downgrade, ...] = ()

    @property
    def low_hill_ranges_deg(self) -> tuple[tuple[float, float], ...]:
        """
        Ranges of slope, each (above, up to], that make up low hills.

        Open ends are −inf and inf; neighbouring classes make one range.
        """
        ends = (-math.inf, *self.limits_deg, math.inf)
        ranges: list[tuple[float, float]] = []
        for number in sorted(self.low_hill):
            above, up_to = ends[number - 1], ends[number]
            if ranges and ranges[-1][1] == above:
                above = ranges.pop()[0]
            ranges.append((above, up_to))
        return tuple(ranges)

    def downgraded_by(self, what: str) -> bool:
        """Whether elevation or relief matters."""
        return any(step.by == what for step in self.downgrades)

    @property
    def limits_deg(self) -> tuple[float, ...]:
        """Upper limits of all classes but the steepest, ascending."""
        return tuple(c.up_to_deg for c in self.classes if c.up_to_deg is not None)

    @property
    def labels(self) -> tuple[Text, ...]:
        """
        Names of the classes with their limits, e.g. ``台地缓坡（>8°，≤15°）``.

        Without them where elevation or relief decide too: a grade is no range of slopes.
        """
        if self.downgrades:
            return tuple(c.text for c in self.classes)
        above = ("", *(f">{limit:g}°" for limit in self.limits_deg))
        up_to = (*(f"≤{limit:g}°" for limit in self.limits_deg), "")
        return tuple(
            Text(
                f"{c.name}（{'，'.join(filter(None, ends))}）",
                f"{c.name_en} ({', '.join(filter(None, ends))})",
            )
            for c, *ends in zip(self.classes, above, up_to, strict=True)
        )

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        limits = self.limits_deg
        if len(limits) != len(self.classes) - 1 or self.classes[-1].up_to_deg is not None:
            raise ValueError("every slope class but the last needs up_to_deg")
        if list(limits) != sorted(set(limits)):
            raise ValueError(f"slope limits must ascend, found {limits}")
        numbers = range(1, len(self.classes) + 1)
        strange = [n for n in self.low_hill if n not in numbers]
        if strange or not self.low_hill:
            raise ValueError(f"low_hill must name classes 1…{len(self.classes)}")
        return self


class BasinRules(Fact):
    """
    What counts as a basin (坝区).

    Attributes
    ----------
    up_to_deg : float
        Steepest slope, inclusive.
    up_to_m : float
        Highest elevation, inclusive.
    min_km2 : float
        Smallest area, with filled holes.
    fill_below_km2 : float
        Holes smaller than this belong to the basin.
    """

    up_to_deg: Annotated[float, Field(gt=0)]
    up_to_m: float
    min_km2: Annotated[float, Field(ge=0)]
    fill_below_km2: Annotated[float, Field(ge=0)]


class AreaComparison(Fact):
    """
    How far a stated area may be from the area of record (面积核对).

    Attributes
    ----------
    warn_m2 : float
        A difference of more is pointed out.
    warn_pct : float
        A difference of more per cent of the area of record is pointed out.
    error_pct : float
        A difference of more per cent contradicts.
    """

    warn_m2: Annotated[float, Field(ge=0)]
    warn_pct: Annotated[float, Field(ge=0, le=100)]
    error_pct: Annotated[float, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.warn_pct > self.error_pct:
            raise ValueError("warn_pct must not exceed error_pct")
        return self


class SlopeScheme(Record):
    """A file that holds slope classes and nothing else."""

    slope_classes: SlopeClasses


class Claim(Fact):
    """A figure that the plan states, and what it must not be compared with."""

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty
    value: float
    unit: NonEmpty
    caution: str = ""
    caution_en: str = ""


class Plan(Record):
    """
    A plan: places, divisions, clusters, axes, slope classes, rules and claims.

    See `dzgis.plan.load_plan`, which also checks that the parts fit together.
    """

    schema_version: Literal[1]
    meta: Meta
    places: tuple[Place, ...]
    districts: tuple[District, ...]
    counties: Annotated[tuple[County, ...], Field(min_length=1)]
    townships: tuple[Township, ...] = ()
    clusters: Annotated[tuple[Cluster, ...], Field(min_length=1)]
    axes: Annotated[tuple[Axis, ...], Field(min_length=1)]
    slope_classes: SlopeClasses
    zoning: Zoning | None = None
    rules: RuleSet
    exclusions: ExclusionSet | None = None
    candidates: Candidates
    claims: tuple[Claim, ...] = ()
    facilities: tuple[Facility, ...] = ()
    targets: tuple[Target, ...] = ()
    restorations: tuple[Fact, ...] = ()

    @property
    def id(self) -> str:
        """The plan's short name, e.g. ``dianzhong-2014``."""
        return self.meta.id

    def place(self, name: str) -> Place:
        """Return the place called `name`; raises KeyError when there is none."""
        return {place.name: place for place in self.places}[name]

    def county(self, code: str) -> County:
        """Return the county with that code, today's or the plan's; KeyError when there is none."""
        return {c: county for county in self.counties for c in county.codes}[code]
