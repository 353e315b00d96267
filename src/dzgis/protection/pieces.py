"""Pieces that features leave on parcels: cut, measured, and classed by the tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from dzgis import overlay
from dzgis.terms import Contact

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.plan.rules import Tolerance

    Shapes = npt.NDArray[np.object_]


class Met(NamedTuple):
    """
    A parcel and the features that cover some of it, or touch it.

    Attributes
    ----------
    row : int
        Number of the parcel.
    land : geometry
    features : ndarray of geometries
        In the frame of `land`.
    ids : ndarray of str
    whole : bool
        Whether one of the features covers all of the parcel.
    outside : bool
        Whether the ground beyond the features is meant.
    without : ndarray of geometries or None
        Features whose ground is left out: it is counted as theirs already.
    """

    row: int
    land: shapely.Geometry
    features: Shapes
    ids: npt.NDArray[np.str_]
    whole: bool
    outside: bool = False
    without: Shapes | None = None


class Piece(NamedTuple):
    """A part of a parcel that features cover, or where they touch it."""

    row: int
    contact: Contact
    area_m2: float
    width_m: float
    feature_ids: str
    geometry: shapely.Geometry


def cut(met: Sequence[Met], tolerance: Tolerance) -> list[Piece]:
    """
    Cut parcels with the union of their features, and class what is left.

    Parameters
    ----------
    met : sequence of Met
    tolerance : Tolerance

    Returns
    -------
    list of Piece
        In the order of `met`; one touching piece where there is no area, but none outside.
    """
    common = np.array([_rest(one, _common(one)) for one in met], dtype=object)
    parts, of = shapely.get_parts(common, return_index=True)
    areal = shapely.area(parts) > 0.0
    parts, of = parts[areal], of[areal]
    area_m2, length = shapely.area(parts), shapely.length(parts)
    width_m = 2.0 * area_m2 / length
    contacts = _contacts(parts, area_m2, width_m, tolerance)
    found: list[list[Piece]] = [[] for _ in met]
    for part, n, area, width, contact in zip(
        parts, of.tolist(), area_m2.tolist(), width_m.tolist(), contacts, strict=True
    ):
        ids = "" if met[n].outside else _ids_at(met[n], part)
        found[n].append(Piece(met[n].row, contact, area, width, ids, part))
    for n, one in enumerate(met):
        if not found[n] and not one.outside and one.without is None:
            found[n].append(_touch(one, common[n]))
    return [piece for pieces in found for piece in pieces]


def _common(one: Met) -> shapely.Geometry:
    """Ground, or line, or point, that a parcel has in common with, or outside, its features."""
    if one.whole:
        return shapely.Polygon() if one.outside else one.land
    features = overlay.clipped(one.features, one.land)
    together = features[0] if len(features) == 1 else shapely.union_all(features)
    if one.outside:
        return shapely.difference(one.land, together)
    return shapely.intersection(one.land, together)


def _rest(one: Met, common: shapely.Geometry) -> shapely.Geometry:
    """Common ground without what other features have already."""
    if one.without is None:
        return common
    return shapely.difference(common, shapely.union_all(overlay.clipped(one.without, one.land)))


def _touch(one: Met, common: shapely.Geometry) -> Piece:
    if shapely.is_empty(common):
        # A hair's breadth apart: the nearest points tell the place.
        common = shapely.shortest_line(one.land, shapely.union_all(one.features))
    return Piece(one.row, Contact.TOUCHING, 0.0, 0.0, _joined(one.ids), common)


def _ids_at(one: Met, part: shapely.Geometry) -> str:
    if len(one.ids) == 1:
        return str(one.ids[0])
    return _joined(one.ids[shapely.intersects(one.features, part)])


def _joined(ids: npt.NDArray[np.str_]) -> str:
    return ";".join(sorted(map(str, ids)))


def _contacts(
    parts: Shapes,
    area_m2: npt.NDArray[np.float64],
    width_m: npt.NDArray[np.float64],
    tolerance: Tolerance,
) -> list[Contact]:
    touching = _thinner(parts, width_m, tolerance.touch_width_m)
    sliver = (area_m2 < tolerance.sliver_area_m2) | _thinner(
        parts, width_m, tolerance.sliver_width_m
    )
    return [
        Contact.TOUCHING if touch else Contact.SLIVER if small else Contact.OVERLAP
        for touch, small in zip(touching, sliver, strict=True)
    ]


def _thinner(
    parts: Shapes, width_m: npt.NDArray[np.float64], limit_m: float
) -> npt.NDArray[np.bool_]:
    """
    Whether pieces are thinner than a limit everywhere.

    The mean width alone would hide a broad intrusion at the end of a long thin strip.
    """
    thin = width_m < limit_m
    thin[thin] = shapely.is_empty(shapely.buffer(parts[thin], -limit_m / 2.0))
    return thin
