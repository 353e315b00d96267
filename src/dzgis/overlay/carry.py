"""Rings carried to the equal-area frame, in which a planar area is the ellipsoidal one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.area import check_measurable, longest_edge, transformer
from dzgis.crs import equal_area
from dzgis.overlay.tiles import changed
from dzgis.rings import Rings

if TYPE_CHECKING:
    import numpy.typing as npt
    from pyproj import CRS


_TILE_M, _TILE_DEG = 4000.0, 0.04


def in_equal_area(
    rings: Rings, crs: CRS, *, lat_deg: float, origin: npt.NDArray[np.float64] | None = None
) -> Rings:
    """
    Carry rings to the equal-area frame, their edges split to 70 m where they are straight.

    Parameters
    ----------
    rings : Rings
        In `crs`.
    crs : CRS
        Geographic, or projected in metres.
    lat_deg : float
        Latitude at which the frame is true to shape.
    origin : ndarray, (2,), optional
        Point of the frame from which coordinates are counted; by default the frame's own.

    Raises
    ------
    CRSError
        If the CRS is missing, or projected in another unit than metres.
    """
    check_measurable(crs)
    fine = _split(rings, longest_edge(crs))
    to_frame = transformer(crs, equal_area(lat_deg))
    xy = changed(
        fine.xy,
        to_frame.transform,
        side=_TILE_DEG if crs.is_geographic else _TILE_M,
        origin=np.zeros(2) if origin is None else origin,
    )
    return Rings(xy, fine.ring_start, fine.is_hole, fine.row_start)


def _split(rings: Rings, longest: float) -> Rings:
    from dzgis.overlay import split_kernel as kernel

    sizes = kernel.split_sizes(rings.xy, rings.ring_start, longest)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    xy = kernel.split(rings.xy, rings.ring_start, longest, start)
    return Rings(xy, start, rings.is_hole, rings.row_start)
