"""
Suitability schemes as data (适宜性评价方案): criteria, value functions, weights, limits, grades.

How a cell is graded: limiting conditions first (极限条件法), then the weighted index (指数法) or
one criterion's classes, then downgrades and the integration matrix.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from dzgis.plan.exclusions import RASTERS, Id
from dzgis.plan.model import Colour  # noqa: TC001 - pydantic reads it
from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.plan.rules import Where  # noqa: TC001 - pydantic reads it
from dzgis.terms import Text

BEST, WORST = 100.0, 0.0
"""Ends of the scale of scores and of the index."""
MOST_GRADES = 9
Score = Annotated[float, Field(ge=WORST, le=BEST)]
Ratio = Annotated[str, Field(pattern=r"^\d+/\d+$")] | float
Missing = Literal["unknown", "skip"]
"""
Ground without data: ``unknown`` makes it unknown; ``skip`` leaves the criterion out there, the
other weights being scaled up, or takes the condition for not fulfilled. Either is said.
"""


class Named(Fact):
    """A fact with an id and a name in both languages."""

    id: Id
    name: NonEmpty
    name_en: NonEmpty

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.name, self.name_en)


class Band(Record):
    """Values above one limit and up to another (上含下不含), or from one on, limit included."""

    above: float = -math.inf
    at_least: float | None = None
    up_to: float = math.inf


class Measure(Record):
    """
    What is measured of each cell.

    Attributes
    ----------
    kind : str
        ``terrain``: a raster that every DEM gives; ``raster``: one that the user gives by name;
        ``distance``: metres from the cell's centre to the nearest feature of any of `layers`, 0
        inside polygons; ``cost_distance``: least accumulated cost to them, in metres of flat
        ground; ``class``: attribute `field` of the polygons of a layer, by largest share of the
        cell; ``cover``: share of the cell under a layer's polygons; ``contiguity``: hectares of the
        connected patch of cells, corners too, whose raster lies in `bands`, 0 for other cells.
    raster : str
        Of ``terrain``, ``raster`` and ``contiguity``.
    how : {"average", "nearest", "bilinear"}
        How a ``raster`` of other cells is taken: averages by area, or for codes the nearest.
    layers : tuple of str
        Names of layers; several only for distances.
    where : tuple of Where
        Restricts a layer to features that fulfil all of them.
    field : str
        Attribute of a ``class``.
    by_prefix : bool
        A category's code may be the beginning of the attribute; the longest that fits counts.
    outside : str, optional
        Category of ground outside all polygons of a ``class``; without it that is not known.
    surface : str, optional
        Id of the cost surface of a ``cost_distance``.
    bands : tuple of Band
        Of a ``contiguity``.
    """

    kind: Literal["terrain", "raster", "distance", "cost_distance", "class", "cover", "contiguity"]
    raster: str = ""
    how: Literal["average", "nearest", "bilinear"] = "average"
    layers: tuple[NonEmpty, ...] = ()
    where: tuple[Where, ...] = ()
    field: str = ""
    by_prefix: bool = False
    outside: str | None = None
    surface: Id | None = None
    bands: tuple[Band, ...] = ()

    @property
    def rasters(self) -> tuple[str, ...]:
        """Rasters of the DEM that it needs."""
        return (self.raster,) if self.raster in RASTERS else ()


class Value(Record):
    """
    Value function (赋值): from a measure to a score, 0 … 100.

    Attributes
    ----------
    kind : str
        ``classes``: `scores` of right-closed classes between ascending `breaks`; ``linear``: from
        0 at `worst` to 100 at `best` and the same beyond; ``logistic``: 100/(1 + e^(−steepness·(x −
        midpoint))), falling for a negative steepness; ``gaussian``: 100·e^(−(x − optimum)²/(2·
        width²)), around the circle for aspects; ``table``: scores of categories.
    flat_up_to_deg, flat_score : float, optional
        Of an aspect: up to this slope ground has no aspect that counts, and this score.
    """

    kind: Literal["classes", "linear", "logistic", "gaussian", "table"]
    breaks: tuple[float, ...] = ()
    scores: tuple[Score, ...] = ()
    best: float | None = None
    worst: float | None = None
    midpoint: float | None = None
    steepness: float | None = None
    optimum: float | None = None
    width: Annotated[float, Field(gt=0)] | None = None
    table: dict[str, Score] = Field(default_factory=dict)
    flat_up_to_deg: Annotated[float, Field(ge=0)] | None = None
    flat_score: Score | None = None


class Criterion(Named):
    """
    A criterion (评价指标).

    Attributes
    ----------
    unit : str
        Of the measure, e.g. ``°``, ``m``; empty for categories.
    of : Measure
    value : Value
    missing : {"unknown", "skip"}
    """

    unit: str = ""
    of: Measure
    value: Value
    missing: Missing = "unknown"


class Limit(Named):
    """
    A limiting condition (极限条件): ground on which it holds is unsuitable, whatever else.

    Attributes
    ----------
    of : Measure
    bands : tuple of Band
        Values for which it holds; of a ``class`` there are `values` instead.
    values : tuple of str
    missing : {"unknown", "skip"}
        Only for layers and rasters that are there: what is not given at all never limits, which is
        said.
    """

    of: Measure
    bands: tuple[Band, ...] = ()
    values: tuple[NonEmpty, ...] = ()
    missing: Missing = "skip"


class Weights(Fact):
    """
    How criteria are weighed.

    Attributes
    ----------
    method : {"ahp", "rank", "given"}
    ids : tuple of str
        Criteria in the order of `matrix` or of their rank, the most important first.
    matrix : tuple of tuples
        Pairwise judgements, row against column: numbers or fractions such as ``"13/6"``.
    formula : str, optional
        Of ranks: ``sum``, ``reciprocal`` or ``centroid``.
    values : mapping of criterion to number
        Given weights, of any sum.
    allow_inconsistent : bool
        Take judgements whose consistency ratio is above the limit; said wherever they are used.
    """

    method: Literal["ahp", "rank", "given"]
    ids: tuple[Id, ...] = ()
    matrix: tuple[tuple[Ratio, ...], ...] = ()
    formula: Literal["sum", "reciprocal", "centroid"] | None = None
    values: dict[Id, float] = Field(default_factory=dict)
    allow_inconsistent: bool = False

    @property
    def judgements(self) -> tuple[tuple[float, ...], ...]:
        """The matrix in numbers."""
        return tuple(tuple(_number(one) for one in row) for row in self.matrix)


def _number(ratio: float | str) -> float:
    if not isinstance(ratio, str):
        return float(ratio)
    above, below = ratio.split("/")
    return float(Fraction(int(above), int(below))) if int(below) else math.inf


class GradeClass(Record):
    """
    One grade, from the best to the last.

    Attributes
    ----------
    above : float, optional
        Of an index: the grade holds above this (right-closed); the last grade has none.
    up_to : float, optional
        Of a criterion: the grade holds up to and including this; the last grade has none.
    index : float, optional
        Index of the grade where a criterion decides it.
    """

    name: NonEmpty
    name_en: NonEmpty
    colour: Colour
    above: float | None = None
    up_to: float | None = None
    index: Score | None = None

    @property
    def text(self) -> Text:
        """The grade's name in both languages."""
        return Text(self.name, self.name_en)


class Grading(Fact):
    """
    Grades from the index, or from the classes of one criterion's measure.

    Attributes
    ----------
    criterion : str, optional
        Id; without it the index decides.
    classes : tuple of GradeClass
    suitable : tuple of int
        Numbers, from 1, of the grades that count as suitable.
    """

    criterion: Id | None = None
    classes: Annotated[tuple[GradeClass, ...], Field(min_length=2, max_length=MOST_GRADES)]
    suitable: tuple[int, ...]

    @property
    def limits(self) -> tuple[float, ...]:
        """Limits between grades, in the order of the grades."""
        ends = (one.above if self.criterion is None else one.up_to for one in self.classes)
        return tuple(end for end in ends if end is not None)


class DownStep(Record):
    """From where on ground counts how many grades lower, or as the last; one limit of three."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    grades: Annotated[int, Field(ge=0, le=MOST_GRADES)] = 0
    to_last: bool = False


class Lowering(Named):
    """Downgrades by one measure (降级); of several steps the last one that is reached counts."""

    of: Measure
    steps: Annotated[tuple[DownStep, ...], Field(min_length=1)]
    missing: Missing = "unknown"


class Integration(Named):
    """
    Integration matrix (集成矩阵): grade by grade of another evaluation, e.g. of water.

    Attributes
    ----------
    of : Measure
        Its grades, whole numbers from 1.
    rows : tuple of tuples of int
        For each grade of ours the grade that follows for each of theirs.
    """

    of: Measure
    rows: tuple[tuple[int, ...], ...]
    missing: Missing = "skip"


class CostSurface(Fact):
    """
    What a metre costs (阻力面), by slope class, against a metre of flat ground.

    Attributes
    ----------
    breaks : tuple of float
        Upper limits of slope classes in degrees, right-closed.
    costs : tuple of float
        One more than breaks.
    barriers : tuple of str
        Layers whose polygons nothing crosses.
    most_cells : int
        A larger grid is coarsened, which is said.
    """

    id: Id
    breaks: tuple[float, ...]
    costs: tuple[Annotated[float, Field(gt=0)], ...]
    barriers: tuple[NonEmpty, ...] = ()
    most_cells: Annotated[int, Field(ge=4)] = 1_000_000


class Trials(Fact):
    """
    How robustness is tried (敏感性).

    Attributes
    ----------
    percents : tuple of float
        By how many per cent each weight is changed, one at a time.
    draw : {"uniform", "dirichlet"}
        Weights of a Monte Carlo run: each changed by up to ±`spread_pct` per cent, then scaled to
        add up to 1; or drawn from a Dirichlet distribution about the weights.
    spread_pct : float
    concentration : float
        Of the Dirichlet distribution: its parameters are this times the weights.
    """

    percents: Annotated[tuple[Annotated[float, Field(ge=-100, le=900)], ...], Field(min_length=1)]
    draw: Literal["uniform", "dirichlet"] = "uniform"
    spread_pct: Annotated[float, Field(gt=0, le=100)] = 20.0
    concentration: Annotated[float, Field(gt=0)] = 100.0


class Scheme(Fact):
    """
    A named, versioned scheme; see `dzgis.plan.suitability.load_scheme`, which checks it too.

    Attributes
    ----------
    weights : Weights, optional
        None where one criterion decides the grade.
    cautions : tuple of str
        What must be said of every result, ``中文 / English``.
    """

    id: Id
    title: NonEmpty
    title_en: NonEmpty
    version: str = ""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    weights: Weights | None = None
    limits: tuple[Limit, ...] = ()
    grading: Grading
    lowerings: tuple[Lowering, ...] = ()
    integration: Integration | None = None
    cost_surfaces: tuple[CostSurface, ...] = ()
    trials: Trials | None = None
    cautions: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The scheme's title in both languages."""
        return Text(self.title, self.title_en)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the criteria, in order."""
        return tuple(one.id for one in self.criteria)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Everything that is measured: of criteria, limits, downgrades, integration."""
        parts = (*self.criteria, *self.limits, *self.lowerings)
        more = () if self.integration is None else (self.integration,)
        return tuple(part.of for part in (*parts, *more))

    def surface(self, name: str) -> CostSurface:
        """Cost surface by id; KeyError when there is none."""
        return {one.id: one for one in self.cost_surfaces}[name]


class AhpRules(Fact):
    """
    Random index (随机一致性指标) of matrices of 1, 2, … items, and the largest ratio CR.

    Attributes
    ----------
    random_index : tuple of float
    most_cr : float
    """

    random_index: Annotated[tuple[float, ...], Field(min_length=3)]
    most_cr: Annotated[float, Field(gt=0)]


class SchemeFile(Record):
    """A file that holds a scheme and nothing else."""

    suitability: Scheme
