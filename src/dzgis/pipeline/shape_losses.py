"""Whether shapes that were written are those of the source, ring by ring, to the millimetre."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.errors import listed
from dzgis.pipeline.losses import Loss
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt

MOST_MOVED_M = 0.000_501
"""Coordinates are kept to the millimetre: half of one, and what float64 adds to it."""
_M_PER_DEGREE = 111_320.0


def shape_losses(
    source: gpd.GeoDataFrame, back: gpd.GeoDataFrame, most_moved_m: float = MOST_MOVED_M
) -> tuple[list[Loss], list[Text]]:
    """
    Compare the shapes of two frames in one CRS, ring by ring.

    Parameters
    ----------
    source, back : GeoDataFrame
    most_moved_m : float
        How far a coordinate may be from its source, in metres.

    Returns
    -------
    list of Loss
        Rings that run the other way round, or come in another order.
    list of Text
        Coordinates that moved or vanished: such a file must not be handed on.
    """
    if len(source) != len(back):
        n, m = len(source), len(back)
        return [], [Text(f"写出 {n} 条记录，读回 {m} 条", f"of {n} records {m} were written")]
    if _equal(source, back):
        return [], []
    tolerance = most_moved_m / (_M_PER_DEGREE if _in_degrees(source) else 1.0)
    n_turned, doubtful = _in_bulk(source, back, tolerance)
    turned: list[object] = list(source.index[n_turned])
    mixed: list[object] = []
    moved: list[object] = []
    pairs = zip(
        source.index[doubtful], source.geometry[doubtful], back.geometry[doubtful], strict=True
    )
    for record, one, other in pairs:
        known = _compared(_rings(one), _rings(other), tolerance)
        for wanted, records in (("turned", turned), ("mixed", mixed), ("moved", moved)):
            if known == wanted:
                records.append(record)
    losses = []
    if turned:
        losses.append(Loss("winding", _turned(turned)))
    if mixed:
        losses.append(Loss("order", _mixed(mixed)))
    faults = [_moved(moved)] if moved else []
    return losses, faults


def _equal(source: gpd.GeoDataFrame, back: gpd.GeoDataFrame) -> bool:
    """Whether all shapes are the same to the last digit, parts promoted or not."""
    one, other = shapely.get_parts(source.geometry), shapely.get_parts(back.geometry)
    n_parts = (shapely.get_num_geometries(frame.geometry) for frame in (source, back))
    return np.array_equal(*n_parts) and bool(shapely.equals_identical(one, other).all())


def _in_bulk(
    source: gpd.GeoDataFrame, back: gpd.GeoDataFrame, tolerance: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """
    Compare all rings at once.

    Returns
    -------
    ndarray of bool
        Records with rings that run the other way round, from the same start.
    ndarray of bool
        Records to be looked at one by one.
    """
    none, all_of_them = np.zeros(len(source), dtype=bool), np.ones(len(source), dtype=bool)
    one, of_one = _all_rings(source)
    other, of_other = _all_rings(back)
    lengths = shapely.get_num_coordinates(one)
    alike = len(one) == len(other) and np.array_equal(of_one, of_other)
    if not alike or not len(one) or (lengths != shapely.get_num_coordinates(other)).any():
        return none, all_of_them
    starts = np.concatenate([[0], lengths.cumsum()[:-1]])
    place = np.arange(lengths.sum())
    reverse = np.repeat(2 * starts + lengths - 1, lengths) - place
    a, b = shapely.get_coordinates(one), shapely.get_coordinates(other)
    same = np.maximum.reduceat(np.abs(a - b).max(axis=1), starts) <= tolerance
    turned = ~same & (np.maximum.reduceat(np.abs(a - b[reverse]).max(axis=1), starts) <= tolerance)
    doubtful = none.copy()
    doubtful[of_one[~same & ~turned]] = True
    of_turned = none.copy()
    of_turned[of_one[turned]] = True
    return of_turned & ~doubtful, doubtful


def _all_rings(
    frame: gpd.GeoDataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Rings of all polygons, lines and points as they are, each with its row."""
    parts, rows = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    if not (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON).all():
        return parts, rows
    rings, of_part = shapely.get_rings(parts, return_index=True)
    return rings, rows[of_part]


def line_faults(source: gpd.GeoDataFrame, back: gpd.GeoDataFrame) -> list[Text]:
    """Rings of polygons that did not become lines, in their order."""
    one = [ring for shape in source.geometry for ring in _rings(shape)]
    other = [ring for shape in back.geometry for ring in _rings(shape)]
    good = len(one) == len(other) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=0.0, atol=MOST_MOVED_M)
        for a, b in zip(one, other, strict=True)
    )
    return [] if good else [_moved(["*"])]


def _in_degrees(frame: gpd.GeoDataFrame) -> bool:
    return frame.crs is not None and bool(frame.crs.is_geographic)


def _rings(shape: shapely.Geometry | None) -> list[npt.NDArray[np.float64]]:
    """Coordinates of each ring, line or point of a shape."""
    if shape is None:
        return []
    found = []
    for part in shapely.get_parts(shape):
        rings = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        found += [shapely.get_coordinates(ring) for ring in rings]
    return found


Rings = list["npt.NDArray[np.float64]"]


def _compared(one: Rings, other: Rings, tolerance: float) -> str:
    """``same``, ``turned`` rings, ``mixed`` rings (other order or start), or ``moved`` points."""
    if len(one) != len(other):
        return "moved"

    def close(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> bool:
        return a.shape == b.shape and bool(np.allclose(a, b, rtol=0.0, atol=tolerance))

    pairs = list(zip_longest(one, other))
    if all(close(a, b) for a, b in pairs):
        return "same"
    if all(close(a, b) or close(a[::-1], b) for a, b in pairs):
        return "turned"
    rest = list(other)
    for ring in one:
        found = next((n for n, b in enumerate(rest) if _same_ring(ring, b, tolerance)), None)
        if found is None:
            return "moved"
        rest.pop(found)
    return "mixed"


def _same_ring(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], tolerance: float) -> bool:
    """Whether two rings have the same points, wherever they start and whichever way they run."""
    if a.shape != b.shape:
        return False
    inner = b[:-1]
    starts = np.flatnonzero(np.abs(inner - a[0]).max(axis=1) <= tolerance)
    for start in starts:
        run = np.roll(inner, -start, axis=0)
        back = np.roll(run[::-1], 1, axis=0)
        if any(np.allclose(a[:-1], way, rtol=0.0, atol=tolerance) for way in (run, back)):
            return True
    return False


def _turned(records: Sequence[object]) -> Text:
    return Text(
        f"{len(records)} 条记录的环改为格式要求的方向（起点不变）：{listed(records, 5)}",
        f"rings of {len(records)} records run the way that the format demands, from the same "
        f"start: {listed(records, 5)}",
    )


def _mixed(records: Sequence[object]) -> Text:
    return Text(
        f"{len(records)} 条记录的环换了次序或起点：{listed(records, 5)}",
        f"rings of {len(records)} records come in another order or start elsewhere: "
        f"{listed(records, 5)}",
    )


def _moved(records: Sequence[object]) -> Text:
    return Text(
        f"以下记录的坐标不能保持到毫米：{listed(records)}；没有写出，请换一种格式",
        f"coordinates of these records are not kept to the millimetre: {listed(records)}; nothing "
        "was written, choose another format",
    )
