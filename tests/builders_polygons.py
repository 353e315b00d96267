"""Random valid polygons of many shapes, for tests that hold sums over edges against GEOS."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon


def star(rng, n, centre, radius, *, rough=0.5):
    """Polygon of about `n` corners around a centre."""
    angle = (np.arange(n) + rng.uniform(0, 0.9, n)) * 2 * np.pi / n
    r = radius * (1 - rough * rng.uniform(0, 1, n))
    ring = np.column_stack([r * np.cos(angle), r * np.sin(angle)]) + centre
    return Polygon(ring)


def lattice_land(rng, n, size, *, cell=10.0, origin=(0.0, 0.0)):
    """Union of rectangles on a lattice: borders run along each other, holes abound."""
    low = rng.integers(0, size - 2, (n, 2))
    side = rng.integers(1, 5, (n, 2))
    west, south = (low * cell + origin).T
    east, north = ((low + side) * cell + origin).T
    return shapely.union_all(shapely.box(west, south, east, north))


def with_holes(rng, shell, n):
    """The shell less `n` small discs; they may overlap each other and the shell."""
    west, south, east, north = shell.bounds
    at = rng.uniform((west, south), (east, north), (n, 2))
    discs = shapely.buffer(shapely.points(at), (east - west) / 25, quad_segs=3)
    left = shell.difference(shapely.union_all(discs))
    parts = [p for p in shapely.get_parts(left) if p.area > 0]
    return shapely.multipolygons(parts) if len(parts) > 1 else parts[0]


def monster(rng, n, centre, radius):
    """Polygon of `n` corners, rough at every scale, and valid."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    wave = np.zeros(n)
    for k in range(1, 30):
        wave += rng.normal(0, 1 / k) * np.cos(k * angle + rng.uniform(0, 6.3))
    r = radius * (0.7 + 0.05 * wave + rng.uniform(-3, 3, n) / n)
    ring = np.column_stack([r * np.cos(angle), r * np.sin(angle)]) + centre
    return Polygon(ring)


def mixed(rng, n, extent):
    """`n` polygons: stars, stars with holes, lattice land, with corners from 4 to some hundred."""
    found = []
    while len(found) < n:
        centre, radius = rng.uniform(0, extent, 2), rng.uniform(0.02, 0.2) * extent
        kind = rng.integers(0, 4)
        if kind == 0:
            shape = star(rng, int(rng.integers(3, 12)), centre, radius)
        elif kind == 1:
            shape = star(rng, int(rng.integers(60, 400)), centre, radius, rough=0.1)
        elif kind == 2:
            shape = with_holes(rng, star(rng, 40, centre, radius, rough=0.2), 6)
        else:
            shape = lattice_land(rng, 12, 14, cell=extent / 60, origin=centre)
        if shape.is_valid and shape.area > 0:
            found.append(shape)
    return np.array(found, dtype=object)
