"""Point signs: each has a shape of its own, so that none is told by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.maps.printed.canvas import INK, PAPER, Pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.maps.printed.canvas import Canvas

RADIUS_MM: dict[str, float] = {
    "node": 1.5,
    "gateway": 1.9,
    "comprehensive_hub": 2.7,
    "passenger_freight_station": 1.6,
    "airport": 1.8,
    "clear": 1.5,
    "within_tolerance": 1.5,
    "conditional": 1.8,
    "undetermined": 1.5,
    "prohibited": 1.7,
    "unchecked": 1.3,
    "place": 0.9,
}
"""Radius of each sign on an A3 sheet."""

_CASING = 0.5


def draw(canvas: Canvas, sign: str, at: Sequence[float], pen: Pen, *, z: float) -> None:
    """Draw a sign at a place on the paper with a thin white edge around."""
    radius = RADIUS_MM[sign] * canvas.sheet.k
    x, y = float(at[0]), float(at[1])
    outer, inner = _outline(sign, x, y, radius), _inside(sign, x, y, radius)
    casing = Pen(fill=PAPER, alpha=0.95)
    canvas.area([shapely.buffer(outer, _CASING * canvas.sheet.k)], casing, z=z)
    canvas.area([outer], pen, z=z + 0.002)
    if inner is not None:
        canvas.area([inner], Pen(fill=pen.stroke or INK), z=z + 0.004)


def _outline(sign: str, x: float, y: float, r: float) -> shapely.Geometry:
    shapes = {
        "gateway": lambda: _regular(x, y, r, 3, 90),
        "comprehensive_hub": lambda: _star(x, y, r),
        "passenger_freight_station": lambda: shapely.box(x - r, y - r, x + r, y + r),
        "airport": lambda: _regular(x, y, r, 3, 90),
        "within_tolerance": lambda: _regular(x, y, r, 6, 0),
        "conditional": lambda: _regular(x, y, r, 3, 90),
        "undetermined": lambda: shapely.box(x - 0.85 * r, y - 0.85 * r, x + 0.85 * r, y + 0.85 * r),
        "prohibited": lambda: _regular(x, y, r, 4, 0),
    }
    return shapes.get(sign, lambda: shapely.Point(x, y).buffer(r))()


def _inside(sign: str, x: float, y: float, r: float) -> shapely.Geometry | None:
    if sign in {"node", "passenger_freight_station"}:
        return shapely.Point(x, y).buffer(r * 0.42)
    if sign == "prohibited":
        return shapely.box(x - 0.55 * r, y - 0.13 * r, x + 0.55 * r, y + 0.13 * r)
    return None


def _regular(x: float, y: float, r: float, n: int, first_deg: float) -> shapely.Polygon:
    turn = np.radians(first_deg) + np.arange(n) * 2 * np.pi / n
    return shapely.Polygon(_ring(x, y, np.full(n, r), turn))


def _star(x: float, y: float, r: float) -> shapely.Polygon:
    turn = np.pi / 2 + np.arange(10) * np.pi / 5
    return shapely.Polygon(_ring(x, y, np.where(np.arange(10) % 2, r * 0.45, r), turn))


def _ring(
    x: float, y: float, r: npt.NDArray[np.float64], turn: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.column_stack([x + r * np.cos(turn), y + r * np.sin(turn)])
