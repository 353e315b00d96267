"""What is measured of cells: distances, classes, covers, costs, patches; solved by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from builders import EAST, GEOGRAPHIC, METRIC, NORTH, frame, grid, square
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.crs import ELLIPSOID
from dzgis.grid import Grid, Window
from dzgis.outlines import touched_cells
from dzgis.suitability import (
    category_numbers,
    coarse_cost,
    coarse_targets,
    coarsening,
    contiguity_ha,
    cost_distance,
    cost_of_slope,
    cover_share,
    distances_m,
    features_of,
    fine,
    largest_class,
    patches_of,
    polygons_of,
)

INF, NAN = math.inf, math.nan
GROUND = 2e-6
"""Relative difference of map and ground near the central meridian."""


def whole(on):
    return Window(slice(0, on.height), slice(0, on.width))


def distances(on, **layers):
    features = {name: features_of(one) for name, one in layers.items()}
    return distances_m(on, whole(on), np.ones(on.shape, dtype=bool), features)


def at(x, y):
    return shapely.Point(EAST + x, NORTH + y)


# ------------------------------------------------------------------ distances
#
#  25 ┌────┬────┬────┐   three cells of 10 m, centres at x = 5, 15, 25, y = 5
#   0 └────┴────┴────┘   a point at (35, 5), a line along y = 45, a square from x = 20 on


def test_distances_by_hand():
    on = grid(1, 3)
    line = shapely.LineString([(EAST - 500, NORTH + 45), (EAST + 500, NORTH + 45)])
    found = distances(
        on,
        point=frame(at(35, 5)),
        line=frame(line),
        polygon=frame(square(20, -100, 100, 200)),
        both=frame(at(35, 5), shapely.LineString([(EAST, NORTH), (EAST, NORTH + 9)])),
        nothing=frame(crs=METRIC),
    )
    assert_allclose(found["point"], [[30, 20, 10]], rtol=GROUND)
    assert_allclose(found["line"], [[40, 40, 40]], rtol=GROUND)
    assert_allclose(found["polygon"], [[15, 5, 0]], rtol=GROUND)
    assert_allclose(found["both"], [[5, 15, 10]], rtol=GROUND)
    assert_array_equal(found["nothing"], [[INF, INF, INF]])


def test_a_hole_of_a_polygon_is_outside():
    ring = square(-100, -100, 300).difference(square(0, 0, 100))
    found = distances(grid(1, 1), lake=frame(ring))["lake"]
    assert_allclose(found, [[5.0]], rtol=1e-5)


def test_distance_to_a_far_point_is_the_geodesic_in_any_zone():
    # 90 m cells in degrees on both sides of 103.5°E, where the zones of 102 and 105 meet
    on = Grid(
        GEOGRAPHIC, grid(1, 1).transform.__class__(1 / 1200, 0, 103.4, 0, -1 / 1200, 25.5), 8, 240
    )
    town = shapely.Point(103.1, 25.2)
    found = distances(on, town=frame(town, crs=GEOGRAPHIC))["town"]
    lon = 103.4 + (np.arange(240) + 0.5) / 1200
    lat = 25.5 - (np.arange(8) + 0.5) / 1200
    lons, lats = np.meshgrid(lon, lat)
    geodesic = ELLIPSOID.inv(np.full(lons.shape, 103.1), np.full(lons.shape, 25.2), lons, lats)[2]
    # 45 to 60 km: (D/R)²/6 is at most 1.5e-5
    assert_allclose(found, geodesic, rtol=1.5e-5)
    gauss = distances(on, town=frame(town, crs=GEOGRAPHIC).to_crs(4544))["town"]
    assert_allclose(found, gauss, rtol=1e-9)


def test_distances_do_not_depend_on_blocks():
    on = grid(300, 150, 50.0)
    rng = np.random.default_rng(3)
    points = [at(x, y) for x, y in rng.uniform(-5000, 20_000, (40, 2))]
    features = {"a": features_of(frame(*points, square(3000, 3000, 900)))}
    at_once = distances_m(on, whole(on), np.ones(on.shape, bool), features)["a"]
    for rows, cols in ((slice(0, 100), slice(0, 150)), (slice(100, 300), slice(37, 150))):
        window = Window(rows, cols)
        part = distances_m(on, window, np.ones(window.shape, bool), features)["a"]
        assert_array_equal(part, at_once[rows, cols])


def test_distances_are_those_of_shapely():
    on = grid(40, 50, 100.0)
    rng = np.random.default_rng(11)
    lines = [
        shapely.LineString([(EAST + a, NORTH + b), (EAST + c, NORTH + d)])
        for a, b, c, d in rng.uniform(-4000, 9000, (60, 4))
    ]
    found = distances(on, road=frame(*lines))["road"]
    x = EAST + (np.arange(50) + 0.5) * 100
    y = NORTH + 4000 - (np.arange(40) + 0.5) * 100
    points = shapely.points(*np.meshgrid(x, y))
    plain = shapely.distance(shapely.union_all(lines), points)
    assert_allclose(found, plain, rtol=1e-5, atol=1e-2)


def test_cells_that_do_not_matter_are_not_known():
    wanted = np.array([[True, False, True]])
    features = {"p": features_of(frame(at(5, 5)))}
    found = distances_m(grid(1, 3), Window(slice(0, 1), slice(0, 3)), wanted, features)["p"]
    assert_allclose(found, [[0, NAN, 20]], atol=1e-4)


# ------------------------------------------------------------------ classes and covers
#
#   cell 0: 60 % a, 40 % b    cell 1: 30 % a, 20 % b, half outside    cell 2: 50 % b, half outside
#   cell 3: wholly of no category


def test_the_largest_share_decides():
    on = grid(1, 4)
    shapes = [square(0, 0, 6, 10), square(6, 0, 4, 10), square(10, 0, 3, 10), square(13, 0, 2, 10)]
    shapes += [square(20, 0, 5, 10), square(30, 0, 10, 10)]
    number = category_numbers(["a", "b", "a", "b", "b", "?"], ["a", "b"], by_prefix=False)
    assert_array_equal(number, [0, 1, 0, 1, 1, -1])
    found = largest_class(polygons_of(frame(*shapes), METRIC, number), on, 2)
    # of cell 2, half and half, the first in order wins: categories before ground outside
    assert_array_equal(found, [[0, -2, 1, -1]])


def test_codes_by_their_beginning_the_longest_counts():
    codes = ["0103", "1201", "1203", "12", "", None, "99"]
    number = category_numbers(codes, ["01", "12", "1201"], by_prefix=True)
    assert_array_equal(number, [0, 2, 1, 1, -1, -1, -1])


def test_covers_count_overlaps_once():
    share = cover_share(
        polygons_of(frame(square(0, 0, 6, 10), square(3, 0, 6, 10)), METRIC), grid(1, 2)
    )
    assert_allclose(share, [[0.9, 0.0]])
    assert_array_equal(cover_share(polygons_of(frame(crs=METRIC), METRIC), grid(1, 2)), [[0, 0]])


# ------------------------------------------------------------------ cost distance


def test_cost_of_slope_is_right_closed():
    cost = cost_of_slope([8, 8.01, 15, 25, 25.01, NAN], (8, 15, 25), (1, 2, 4, 8))
    assert_array_equal(cost, [1, 2, 2, 4, 8, NAN])


SIDE = np.full(3, 10.0)


def test_cost_distance_by_hand():
    # T 1 4      a step costs 10 m (14.14 diagonally) times the mean of the two cells' costs
    # 1 # 4      # is a barrier
    # 1 1 1
    cost = [[1, 1, 4], [1, INF, 4], [1, 1, 1]]
    found = cost_distance(cost, np.eye(3, dtype=bool) & [[1], [0], [0]], SIDE, SIDE)
    diagonal = 10 * math.sqrt(2)
    right = 10 + 25  # straight on; then down one of 10 m at cost 4
    # the lower right corner: down, diagonally past the barrier's corner, and along
    corner = 10 + diagonal + 10
    assert_allclose(found[0], [0, 10, min(right, corner + diagonal * 2.5 + 40)])
    assert_allclose(found[2], [20, 10 + diagonal, corner])
    assert found[1, 1] == INF
    assert found[1, 2] == pytest.approx(min(10 + diagonal * 2.5, corner + 25))


def test_nothing_passes_between_barriers_that_meet_at_a_corner():
    # T #      the way from T to the other corner would lead between the two barriers
    # # .
    found = cost_distance([[1, INF], [INF, 1]], [[True, False], [False, False]], SIDE[:2], SIDE[:2])
    assert_array_equal(found, [[0, INF], [INF, INF]])
    unknown = cost_distance([[1, NAN, 1]], [[True, False, False]], SIDE[:1], SIDE[:1])
    assert_array_equal(unknown, [[0, NAN, INF]])


def graph_of(cost, along_row, along_col):
    """The same grid as a sparse graph, written with plain loops."""
    from scipy.sparse import coo_matrix

    rows, cols = cost.shape
    edges = []
    for r in range(rows):
        for c in range(cols):
            for i, j in ((0, 1), (1, 0), (1, 1), (1, -1)):
                a, b = r + i, c + j
                if not (0 <= a < rows and 0 <= b < cols):
                    continue
                if not np.isfinite([cost[r, c], cost[a, b]]).all():
                    continue
                if i and j and not np.isfinite([cost[a, c], cost[r, b]]).any():
                    continue
                east = j * (along_row[r] + along_row[a]) / 2
                north = i * (along_col[r] + along_col[a]) / 2
                weight = math.hypot(east, north) * (cost[r, c] + cost[a, b]) / 2
                edges.append((r * cols + c, a * cols + b, weight))
    start, end, weights = zip(*edges, strict=True)
    return coo_matrix((weights, (start, end)), shape=(cost.size, cost.size)).tocsr()


def test_cost_distance_is_that_of_scipy():
    from scipy.sparse.csgraph import dijkstra

    rng = np.random.default_rng(5)
    cost = rng.choice([1.0, 2.0, 4.0, 8.0, INF], (25, 30), p=[0.3, 0.2, 0.2, 0.1, 0.2])
    along_row, along_col = rng.uniform(20, 30, 25), rng.uniform(25, 35, 25)
    targets = np.zeros(cost.shape, dtype=bool)
    targets[[2, 20], [3, 25]] = True
    cost[targets] = 1.0
    graph = graph_of(cost, along_row, along_col)
    plain = dijkstra(graph, directed=False, indices=np.flatnonzero(targets), min_only=True)
    wanted = np.where(np.isinf(cost), INF, plain.reshape(cost.shape))
    assert_allclose(cost_distance(cost, targets, along_row, along_col), wanted, rtol=1e-12)


def test_coarsening():
    assert coarsening((100, 100), 10_000) == 1
    assert coarsening((100, 100), 9_999) == 2
    cost = np.array([[1, 3, INF], [NAN, NAN, INF], [INF, 2, 5]])
    # 2 × 2 cells become one: mean of 1 and 3; barriers only; of one barrier and a 2 a barrier
    assert_array_equal(coarse_cost(cost, 2), [[2, INF], [INF, 5]])
    assert_array_equal(coarse_cost(np.full((2, 2), NAN), 2), [[NAN]])
    targets = np.array([[False, True, False], [False] * 3, [False] * 3])
    assert_array_equal(coarse_targets(targets, 2), [[True, False], [False, False]])
    assert_array_equal(
        fine(np.array([[1.0, 2.0], [3.0, 4.0]]), 2, (3, 3)), [[1, 1, 2], [1, 1, 2], [3, 3, 4]]
    )


def test_touched_cells():
    shapes = np.array(
        [at(25, 5), shapely.LineString([(EAST + 1, NORTH + 11), (EAST + 9, NORTH + 19)])]
    )
    assert_array_equal(touched_cells(shapes, grid(2, 3)), [[1, 0, 0], [0, 0, 1]])
    assert not touched_cells(shapes[:0], grid(2, 3)).any()


# ------------------------------------------------------------------ patches
#
#   1 1 2 0     grade 1: four cells together, corners too, and one alone
#   1 1 2 1     grade 2: two cells; grade 3: none
#   cells of 10 m × 10 m


def test_patches_by_hand():
    grade = np.array([[1, 1, 2, 0], [1, 1, 2, 1]], dtype=np.uint8)
    table = patches_of(grade, np.full((2, 4), 100.0), (np.full(2, 10.0), np.full(2, 10.0)), 3)
    assert table.loc[1, ["n", "median_m2", "largest_m2"]].tolist() == [2, 250.0, 400.0]
    assert table.loc[1, "compactness"] == pytest.approx(math.pi / 4)  # two squares
    assert table.loc[2, ["n", "largest_m2"]].tolist() == [1, 200.0]
    assert table.loc[2, "compactness"] == pytest.approx(4 * math.pi * 200 / 60**2)
    assert table.loc[3, "n"] == 0
    assert np.isnan(table.loc[3, "median_m2"])


def test_cells_that_meet_at_a_corner_are_one_patch():
    grade = np.array([[1, 2], [2, 1]], dtype=np.uint8)
    table = patches_of(grade, np.full((2, 2), 100.0), (np.full(2, 10.0), np.full(2, 10.0)), 2)
    assert table["n"].tolist() == [1, 1]
    assert table.loc[1, "compactness"] == pytest.approx(4 * math.pi * 200 / 80**2)


def test_contiguity_by_hand():
    mask = np.array([[1, 0, 0, 1], [0, 1, 0, 1]], dtype=bool)
    found = contiguity_ha(mask, np.array([[10_000.0], [20_000.0]]))
    assert_array_equal(found, [[3, 0, 0, 3], [0, 3, 0, 3]])
