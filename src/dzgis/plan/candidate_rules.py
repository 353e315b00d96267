"""What makes available land a candidate parcel (候选地块), and which candidates are proposed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dzgis.plan.record import Fact, NonEmpty, Record

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Degrees = Annotated[float, Field(gt=0, le=90)]
_Number = Annotated[int, Field(ge=1)]


class Near(Record):
    """A candidate lies within some metres of a feature of a layer; `layer` is its role."""

    layer: NonEmpty
    at_most_m: _Metres


class Far(Record):
    """A candidate keeps some metres from every feature of a layer; `layer` is its role."""

    layer: NonEmpty
    at_least_m: _Positive


class Wanted(Record):
    """What one cluster wants: so many parcels, or so much land."""

    cluster: NonEmpty
    best_n: _Number | None = None
    target_ha: _Positive | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.best_n is None) == (self.target_ha is None):
            raise ValueError("a cluster wants either best_n or target_ha")
        return self


class Candidates(Fact):
    """
    What makes available land a candidate parcel.

    Only the least area and the least share of a cell must be given; what is left out asks nothing.

    Attributes
    ----------
    min_area_ha : float
        Least area, 公顷.
    min_cell_share : float
        Least available share of a cell that counts as available.
    min_width_m : float
        Least width: land that is nowhere as wide is left out, narrow strips are cut off.
    max_area_ha : float, optional
        A larger region is parted by straight lines until no part is larger.
    min_compactness : float
        Least 4π·area/perimeter², 1 for a disc.
    max_mean_slope_deg : float, optional
        Steepest mean slope.
    fill_below_ha : float
        Gaps up to this size, enclosed by available land, are filled where the slope is known and
        nothing protects them.
    straighten_m : float
        How far a straight edge may draw back from the region's border; 0 keeps the cells' steps.
    near, far : tuple of Near, tuple of Far
    best_n : int, optional
        So many parcels are proposed in each cluster.
    target_ha : float, optional
        So much land is proposed in each cluster.
    wanted : tuple of Wanted
        What single clusters want instead.
    spacing_m : float
        Least distance between two proposed parcels.
    by : {"area", "suitability", "slope"}
        What comes first: the largest, the most suitable, or the flattest.
    """

    min_area_ha: _Positive
    min_cell_share: Annotated[float, Field(gt=0, le=1)]
    min_width_m: _Metres = 0.0
    max_area_ha: _Positive | None = None
    min_compactness: _Share = 0.0
    max_mean_slope_deg: _Degrees | None = None
    fill_below_ha: _Metres = 0.0
    straighten_m: _Metres = 0.0
    near: tuple[Near, ...] = ()
    far: tuple[Far, ...] = ()
    best_n: _Number | None = None
    target_ha: _Positive | None = None
    wanted: tuple[Wanted, ...] = ()
    spacing_m: _Metres = 0.0
    by: Literal["area", "suitability", "slope"] = "area"

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if self.best_n is not None and self.target_ha is not None:
            raise ValueError("only one of best_n and target_ha can be asked for")
        if self.max_area_ha is not None and self.max_area_ha < 2.0 * self.min_area_ha:
            raise ValueError("max_area_ha must be at least twice min_area_ha")
        if len({one.cluster for one in self.wanted}) < len(self.wanted):
            raise ValueError("every cluster may stand in wanted once only")
        near = {one.layer: one.at_most_m for one in self.near}
        if any(one.layer in near and one.at_least_m > near[one.layer] for one in self.far):
            raise ValueError("a layer cannot be farther than at_least_m and nearer than at_most_m")
        return self

    @property
    def layers(self) -> tuple[str, ...]:
        """Roles of the layers to which distances are measured, each once."""
        named = [*(one.layer for one in self.near), *(one.layer for one in self.far)]
        return tuple(dict.fromkeys(named))

    @property
    def chooses(self) -> bool:
        """Whether a number or a target is asked for anywhere."""
        return self.best_n is not None or self.target_ha is not None or bool(self.wanted)

    def wanted_by(self, cluster: str) -> tuple[int | None, float | None]:
        """Number and area in 公顷 that a cluster ("" for none) wants; None where not asked."""
        if not cluster:
            return None, None
        for one in self.wanted:
            if one.cluster == cluster:
                return one.best_n, one.target_ha
        return self.best_n, self.target_ha


class CandidateFile(Record):
    """A file that holds rules of candidates and nothing else."""

    candidates: Candidates
