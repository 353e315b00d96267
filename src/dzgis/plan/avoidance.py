"""How land is drawn back from ground that must be avoided (避让), and what is left of use."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from dzgis.plan.record import Fact

_Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class AvoidanceLimits(Fact):
    """
    Margin of a boundary change, and limits of what it leaves.

    Attributes
    ----------
    margin_m : float
        How far the new border keeps off the ground that is avoided; more than `moves_m`.
    moves_m : float
        How far a point may move while a boundary is written and read: coordinates rounded to a
        millimetre, edges carried to another CRS.
    part_m2, part_width_m : float
        A part that the change cuts off is given up when it is smaller, or nowhere as wide.
    usable_m2, usable_width_m : float
        Land of use is at least as large, and at its widest place at least as wide.
    access_m : float
        A parcel meets a road that is as near.
    """

    margin_m: Annotated[float, Field(gt=0, le=1.0)]
    moves_m: _Metres
    part_m2: _Metres
    part_width_m: _Metres
    usable_m2: _Metres
    usable_width_m: _Metres
    access_m: _Metres

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.margin_m <= self.moves_m:
            raise ValueError("margin_m must exceed moves_m")
        if self.part_m2 > self.usable_m2 or self.part_width_m > self.usable_width_m:
            raise ValueError("part_m2 and part_width_m must not exceed those of usable land")
        return self
