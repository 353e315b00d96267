"""
Placement of names: none on another, none on a sign, none across the neat line.

A name has positions, best first with a cost each. Names are placed in the order of their rank, each
at the cheapest position that is free; one that finds none is moved to the front and all begins
again, until all stand or nothing changes. What then still has no place is left out and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.maps.printed.paper import Box

_CLEARANCE_MM = 0.5
_ROUNDS = 40
_GRID = 21
_TWO = 2
_SAME_SIGN_MM, _DOUBT_MM, _DOUBT_COST = 0.01, 0.8, 14.0
_LEADER_MM, _HAIR_MM = 4.0, 0.15
_OUTSIDE_COST = 60.0
_LINE_COST, _LINE_POINTS = 1.5, 3
_SIDES = (  # right first, as on any map; then above, below, left and the corners
    (1.0, 0.0, 0.0), (0.0, 1.0, 0.6), (0.0, -1.0, 0.8), (-1.0, 0.0, 1.0),
    (0.75, 0.75, 1.2), (0.75, -0.75, 1.3), (-0.75, 0.75, 1.5), (-0.75, -0.75, 1.6),
)  # fmt: skip
_RINGS = ((0.0, 0.0), (2.0, 3.0), (4.5, 7.0), (8.0, 12.0), (13.0, 20.0))


@dataclass(frozen=True)
class Name:
    """
    A name that wants a place.

    Attributes
    ----------
    key : str
        Of the caller.
    size : (width, height)
        Of the words, mm.
    spots : ndarray, (n, 2)
        Centres at which it may stand, mm.
    costs : ndarray, (n,)
    rank : int
        Names of a lower rank are placed first.
    anchor : (x, y), optional
        Sign to which a line goes where the name stands far from it.
    """

    key: str
    size: tuple[float, float]
    spots: npt.NDArray[np.float64] = field(repr=False)
    costs: npt.NDArray[np.float64] = field(repr=False)
    rank: int = 5
    anchor: tuple[float, float] | None = None


def place(
    names: Sequence[Name],
    *,
    room: Box,
    blocked: Sequence[Box] = (),
    avoided: npt.NDArray[np.float64] | None = None,
) -> dict[str, tuple[float, float]]:
    """
    Centres of the names that found a place, by key.

    Parameters
    ----------
    names : sequence of Name
        With unique keys.
    room : Box
        In which names may stand.
    blocked : sequence of Box
        Where none may stand: signs, other lettering.
    avoided : ndarray, (n, 2)
        Points along lines that a name had better not lie on.
    """
    order = sorted(names, key=lambda name: name.rank)
    placed: dict[str, tuple[float, float]] = {}
    best: dict[str, tuple[float, float]] = {}
    for _ in range(_ROUNDS):
        placed, failed = _round(order, room, blocked, avoided)
        if len(placed) > len(best):
            best = placed
        if failed is None:
            break
        order.remove(failed)
        order.insert(0, failed)
    return best


def _round(
    order: Sequence[Name],
    room: Box,
    blocked: Sequence[Box],
    avoided: npt.NDArray[np.float64] | None,
) -> tuple[dict[str, tuple[float, float]], Name | None]:
    """One run in a given order, and the first name that found no place."""
    taken = np.array([tuple(box) for box in blocked], dtype=np.float64).reshape(-1, 4)
    n_signs = len(taken)
    placed: dict[str, tuple[float, float]] = {}
    failed: Name | None = None
    for name in order:
        boxes = _boxes(name)
        free = _within(boxes, room) & ~_meets(boxes, taken)
        if name.anchor is not None:
            free &= ~_led_across(boxes, name.anchor, taken[n_signs:])
        if not free.any():
            failed = failed or name
            continue
        cost = name.costs + _on_lines(boxes, avoided)
        spot = int(np.argmin(np.where(free, cost, np.inf)))
        placed[name.key] = (float(name.spots[spot, 0]), float(name.spots[spot, 1]))
        taken = np.vstack([taken, boxes[spot], *_leader(boxes[spot], name.anchor)])
    return placed, failed


def _nearest(boxes: npt.NDArray[np.float64], at: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Point of each box that is nearest to a sign: there a leader ends."""
    return np.asarray(np.clip(np.array(at), boxes[:, :2], boxes[:, 2:]))


def _led_across(
    boxes: npt.NDArray[np.float64], at: tuple[float, float], names: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Whether the line from a sign to each box would cross another name."""
    if len(names) == 0:
        return np.zeros(len(boxes), dtype=bool)
    ends = np.stack([np.broadcast_to(np.array(at), (len(boxes), 2)), _nearest(boxes, at)], axis=1)
    lines = shapely.linestrings(ends)
    there = shapely.box(*names.T)
    return np.asarray(shapely.intersects(lines[:, None], there[None, :]).any(axis=1))


def _leader(
    box: npt.NDArray[np.float64], at: tuple[float, float] | None
) -> list[npt.NDArray[np.float64]]:
    """Small boxes along the line to a sign, so that no later name is set upon it."""
    if at is None:
        return []
    end = _nearest(box[None, :], at)[0]
    long = float(np.hypot(*(end - np.array(at))))
    if long < _LEADER_MM:
        return []
    steps = np.linspace(0.0, 1.0, int(long) + 2)[:, None]
    points = np.array(at) + (end - np.array(at)) * steps
    return [np.hstack([xy - _HAIR_MM, xy + _HAIR_MM]) for xy in points[1:-1]]


def _boxes(name: Name) -> npt.NDArray[np.float64]:
    half = np.array(name.size) / 2 + _CLEARANCE_MM / 2
    return np.hstack([name.spots - half, name.spots + half])


def _within(boxes: npt.NDArray[np.float64], room: Box) -> npt.NDArray[np.bool_]:
    low = (boxes[:, 0] >= room.left) & (boxes[:, 1] >= room.bottom)
    return np.asarray(low & (boxes[:, 2] <= room.right) & (boxes[:, 3] <= room.top))


def _meets(boxes: npt.NDArray[np.float64], taken: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    a, b = boxes[:, None, :], taken[None, :, :]
    across = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    return np.asarray((across & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])).any(axis=1))


def _on_lines(
    boxes: npt.NDArray[np.float64], avoided: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float64]:
    if avoided is None or len(avoided) == 0:
        return np.zeros(len(boxes))
    x, y = avoided.T
    inside = (
        (x >= boxes[:, :1]) & (x <= boxes[:, 2:3]) & (y >= boxes[:, 1:2]) & (y <= boxes[:, 3:4])
    )
    return np.asarray(_LINE_COST * np.minimum(inside.sum(axis=1), _LINE_POINTS))


def beside_point(
    key: str,
    size: tuple[float, float],
    at: Sequence[float],
    *,
    radius: float,
    rank: int = 5,
    scale: float = 1.0,
) -> Name:
    """
    Name of a point: beside its sign, if need be farther off.

    Parameters
    ----------
    at : (x, y)
        Of the sign, mm.
    radius : float
        Of the sign, mm.
    scale : float
        Size of the sheet's lettering against A3.
    """
    wide, high = size[0] / 2, size[1] / 2
    gap = radius + _CLEARANCE_MM
    spots, costs = [], []
    for reach, far in _RINGS:
        for right, up, cost in _SIDES:
            out = gap + reach * scale
            spots.append(
                (at[0] + right * out + np.sign(right) * wide, at[1] + up * out + np.sign(up) * high)
            )
            costs.append(cost + far)
    anchor = (float(at[0]), float(at[1]))
    return Name(key, size, np.array(spots), np.array(costs), rank, anchor)


def unmistakable(
    name: Name, own: tuple[float, float] | None, signs: npt.NDArray[np.float64]
) -> Name:
    """
    Name whose spots cost more where it could be read as the name of another sign.

    Parameters
    ----------
    name : Name
    own : (x, y), optional
        Sign that it belongs to; a name of an area has none and keeps its costs.
    signs : ndarray, (n, 2)
        All signs with names, its own among them.
    """
    if own is None or len(signs) < _TWO:
        return name
    others = signs[np.hypot(*(signs - np.array(own)).T) > _SAME_SIGN_MM]
    if len(others) == 0:
        return name
    boxes = _boxes(name)
    to_own = _distance(boxes, np.array([own]))[:, 0]
    to_other = _distance(boxes, others).min(axis=1)
    close = to_other < np.maximum(to_own, 0.0) + _DOUBT_MM
    doubt = np.where(to_own > _LEADER_MM, _DOUBT_COST / 4, _DOUBT_COST)
    return replace(name, costs=name.costs + np.where(close, doubt, 0.0))


def _distance(
    boxes: npt.NDArray[np.float64], points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Distance of each box to each point, mm; 0 inside."""
    x, y = points[None, :, 0], points[None, :, 1]
    right = np.maximum(np.maximum(boxes[:, :1] - x, x - boxes[:, 2:3]), 0.0)
    up = np.maximum(np.maximum(boxes[:, 1:2] - y, y - boxes[:, 3:4]), 0.0)
    return np.asarray(np.hypot(right, up))


def within_area(
    key: str,
    size: tuple[float, float],
    shape: shapely.Geometry,
    *,
    at: tuple[float, float] | None = None,
    rank: int = 5,
) -> Name:
    """
    Name of an area: in its middle, else as far inside as can be had.

    Parameters
    ----------
    at : (x, y), optional
        Where the name had best stand; by default the centre of the largest circle inside.
    """
    best = np.array(at if at is not None else inner_point(shape))
    west, south, east, north = shape.bounds
    x, y = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    spots = np.vstack([best, np.column_stack([x.ravel(), y.ravel()])])
    wide, high = size
    boxes = shapely.box(
        spots[:, 0] - wide / 2,
        spots[:, 1] - high / 2,
        spots[:, 0] + wide / 2,
        spots[:, 1] + high / 2,
    )
    share = shapely.area(shapely.intersection(boxes, shape)) / (wide * high)
    far = np.hypot(*(spots - best).T)
    kept = share > 0
    return Name(key, size, spots[kept], (far + _OUTSIDE_COST * (1 - share))[kept], rank)


def inner_point(shape: shapely.Geometry) -> tuple[float, float]:
    """Centre of the largest circle in the largest part."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    if shapely.area(largest) == 0:
        point = shapely.point_on_surface(largest)
        return float(shapely.get_x(point)), float(shapely.get_y(point))
    west, south, east, north = largest.bounds
    near = max(east - west, north - south) / 50
    circle = shapely.maximum_inscribed_circle(largest, tolerance=near)
    x, y = shapely.get_coordinates(circle)[0]
    return float(x), float(y)
