"""Distance, chainage, side and nodes along drawn lines, held against geodesics step by step.

B ●────────────● C          one line A → B → C, with a right-angled bend at B;
  │   inside               a point west of AB is on the left, one east of it on the right,
  │                        one north of BC is on the left
A ●                        102.0 … 102.3 east, 25.0 … 25.2 north
"""

from __future__ import annotations

import itertools

import builders
import geopandas as gpd
import numpy as np
import pytest
from builders import GEOGRAPHIC
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from dzgis import load_plan
from dzgis.allocation import axis_lines, axis_nodes, nearest_axis
from dzgis.allocation.axes import beside_nodes
from dzgis.crs import ELLIPSOID
from dzgis.errors import InputError
from dzgis.plan.model import Plan

pytestmark = pytest.mark.slow

A, B, C = (102.0, 25.0), (102.0, 25.2), (102.3, 25.2)
ACCURACIES = {"A": 1.0, "B": 4.0, "C": 2.0}


def metres(*ends):
    return ELLIPSOID.inv(*ends)[2]


AB_M, BC_M = metres(*A, *B), metres(*B, *C)


def bent_plan(*lines):
    """Plan whose axes run through A, B, C as asked for: (axis, via, kind)."""
    places = [
        {
            "name": name,
            "point": {"lon": at[0], "lat": at[1], "acc_km": ACCURACIES[name], "coord_source": "x"},
        }
        for name, at in (("A", A), ("B", B), ("C", C))
    ]
    axes = [
        builders.ASSUMED
        | {
            "id": axis,
            "name": axis,
            "name_en": axis,
            "colour": "#000000",
            "nodes": [{"place": place, "role": "node"} for place in via],
            "lines": [{"id": f"{axis}-{n}", "via": list(via), "kind": kind}],
        }
        for n, (axis, via, kind) in enumerate(lines)
    ]
    record = builders.plan().model_dump(mode="json")
    return Plan.model_validate(record | {"places": places, "axes": axes})


BENT = bent_plan(("L", "ABC", "core"))
LINES = axis_lines(BENT)


def points(*places):
    return gpd.GeoSeries([Point(p) for p in places], crs=GEOGRAPHIC)


def at(*place, **more):
    return nearest_axis(points(place), LINES, **more).iloc[0]


# ------------------------------------------------------------------ side


@pytest.mark.parametrize(
    ("place", "side", "bearing"),
    [
        ((101.95, 25.1), "left", "west"),
        ((102.05, 25.1), "right", "east"),
        ((102.15, 25.25), "left", "north"),
        ((102.15, 25.15), "right", "south"),
        # the outer corner of the bend: its nearest place is B itself
        ((101.98, 25.22), "left", "north"),
        ((101.90, 25.21), "left", "west"),
        ((101.99, 25.30), "left", "north"),
        # beyond the ends the side is that of the line as if it went on
        ((101.99, 24.9), "left", "south"),
        ((102.01, 24.9), "right", "south"),
        ((102.4, 25.21), "left", "east"),
        ((102.4, 25.19), "right", "east"),
    ],
)
def test_side_and_bearing(place, side, bearing):
    row = at(*place)
    assert (row["axis_side"], row["axis_bearing"]) == (side, bearing)


def test_sides_change_when_the_line_is_drawn_the_other_way():
    back = axis_lines(bent_plan(("L", "CBA", "core")))
    places = points((101.95, 25.1), (102.05, 25.1), (102.15, 25.25), (101.98, 25.22))
    there, back_again = nearest_axis(places, LINES), nearest_axis(places, back)
    assert there["axis_side"].tolist() == ["left", "right", "left", "left"]
    assert back_again["axis_side"].tolist() == ["right", "left", "right", "right"]
    assert back_again["axis_bearing"].tolist() == there["axis_bearing"].tolist()
    total = there["axis_chainage_m"] + back_again["axis_chainage_m"]
    assert total.tolist() == pytest.approx([AB_M + BC_M] * 4, abs=0.01)


@pytest.mark.parametrize(("off_m", "side"), [(0.4, "on"), (0.6, "left")])
def test_a_place_on_the_axis_is_on_no_side(off_m, side):
    lon, lat, _ = ELLIPSOID.fwd(102.0, 25.1, 270.0, off_m)
    row = at(lon, lat, on_axis_m=0.5)
    assert row["axis_side"] == side
    assert row["axis_bearing"] == ("" if side == "on" else "west")
    assert row["axis_distance_m"] == pytest.approx(off_m, abs=1e-3)


# ------------------------------------------------------------------ distance and chainage


@pytest.mark.parametrize(
    ("place", "chainage_m"),
    [
        ((101.9, 24.9), 0.0),  # before the start
        ((102.0, 25.1), metres(*A, 102.0, 25.1)),
        ((101.9, 25.3), AB_M),  # the outer corner: B
        ((102.4, 25.2), AB_M + BC_M),  # beyond the end
    ],
)
def test_chainage_across_the_bend_and_beyond_the_ends(place, chainage_m):
    assert at(*place)["axis_chainage_m"] == pytest.approx(chainage_m, abs=0.05)


def dense_track(*corners):
    """Places every 2 m or so along geodesics, with their chainage: GeographicLib, step by step."""
    lonlat, chainage, done = [], [], 0.0
    for start, end in itertools.pairwise(corners):
        length = metres(*start, *end)
        n = int(length // 2.0)
        lonlat += [start, *ELLIPSOID.npts(*start, *end, n - 1), end]
        chainage += (done + np.linspace(0.0, length, n + 1)).tolist()
        done += length
    return np.array(lonlat), np.array(chainage)


TRACK, TRACK_M = dense_track(A, B, C)


@given(st.floats(101.6, 102.7), st.floats(24.7, 25.6))
def test_distance_and_chainage_are_those_of_the_nearest_place_on_the_geodesic(lon, lat):
    row = at(lon, lat)
    n = len(TRACK)
    lengths = np.asarray(ELLIPSOID.inv(np.full(n, lon), np.full(n, lat), *TRACK.T)[2])
    best = int(lengths.argmin())
    # From steps of 2 m the distance is at most 1 m long, near the line, and mostly far less.
    assert row["axis_distance_m"] == pytest.approx(lengths[best], abs=1.0, rel=1e-6)
    # Two places may be equally near; what is found is as near as the nearest.
    here = np.abs(TRACK_M - row["axis_chainage_m"]).argmin()
    assert lengths[here] == pytest.approx(lengths[best], abs=1.5)


def test_the_shipped_axes_hold_against_geographiclib_far_off_too():
    plan = load_plan("dianzhong-2014")
    places = points((102.7, 24.4), (101.0, 26.0), (103.9, 24.6), (102.245, 24.952))
    found = nearest_axis(places, axis_lines(plan))
    tracks = {
        line.id: dense_track(
            *((plan.place(p).point.lon, plan.place(p).point.lat) for p in line.via)
        )
        for axis in plan.axes
        for line in axis.lines
        if line.kind == "core"
    }
    for place, row in zip(places, found.itertuples(), strict=True):
        best = {}
        for line, (track, chainage) in tracks.items():
            n = len(track)
            lengths = np.asarray(
                ELLIPSOID.inv(np.full(n, place.x), np.full(n, place.y), *track.T)[2]
            )
            best[line] = lengths.min(), chainage[lengths.argmin()]
        least = min(length for length, _ in best.values())
        assert row.axis_distance_m == pytest.approx(least, abs=1.0)
        assert best[row.line][0] == pytest.approx(least, abs=1e-6)
        assert row.axis_chainage_m == pytest.approx(best[row.line][1], abs=30.0)


def test_the_other_axis():
    two = axis_lines(bent_plan(("L", "AB", "core"), ("M", "BC", "core")))
    row = nearest_axis(points((102.1, 25.1)), two).iloc[0]
    assert (row["axis"], row["other_axis"]) == ("L", "M")
    assert row["axis_distance_m"] == pytest.approx(metres(102.1, 25.1, 102.0, 25.1), rel=1e-3)
    assert row["other_axis_m"] == pytest.approx(metres(102.1, 25.1, 102.1, 25.2), rel=1e-3)


def test_one_axis_has_no_other():
    row = at(102.1, 25.1)
    assert row["other_axis"] == ""
    assert np.isnan(row["other_axis_m"])


def test_axes_without_a_core_line_are_refused():
    drawn = axis_lines(bent_plan(("L", "ABC", "extension")))
    with pytest.raises(InputError, match="no core line"):
        nearest_axis(points(A), drawn)


def test_many_points_at_once_are_as_one_by_one(monkeypatch):
    monkeypatch.setattr("dzgis.allocation.axes._CELLS", 500)  # seven points at a time
    rng = np.random.default_rng(1)
    places = points(*zip(rng.uniform(101.9, 102.4, 40), rng.uniform(24.9, 25.3, 40), strict=True))
    together = nearest_axis(places, LINES)
    for n in range(len(places)):
        alone = nearest_axis(places.iloc[n : n + 1], LINES).iloc[0]
        assert alone.equals(together.iloc[n].rename(alone.name))


# ------------------------------------------------------------------ nodes


def test_nodes_lie_along_the_line():
    found = axis_nodes(BENT)
    assert found[["line", "place", "acc_km"]].to_numpy().tolist() == [
        ["L-0", "A", 1.0],
        ["L-0", "B", 4.0],
        ["L-0", "C", 2.0],
    ]
    assert found["chainage_m"].tolist() == pytest.approx([0.0, AB_M, AB_M + BC_M])


@pytest.mark.parametrize(
    ("place", "before", "after", "acc_km"),
    [
        ((101.9, 24.9), ("A", 0.0), ("B", AB_M), 1.0),
        # a quarter of the way from A (±1 km) to B (±4 km)
        ((102.0, 25.05), ("A", metres(*A, 102.0, 25.05)), ("B", metres(102.0, 25.05, *B)), 1.75),
        ((101.9, 25.3), ("B", 0.0), ("C", BC_M), 4.0),  # at a node it is before, not after
        ((102.4, 25.2), ("C", 0.0), ("", np.nan), 2.0),
    ],
)
def test_nodes_beside_a_place(place, before, after, acc_km):
    row = beside_nodes(nearest_axis(points(place), LINES), axis_nodes(BENT)).iloc[0]
    assert (row["node_before"], row["node_after"]) == (before[0], after[0])
    assert row["node_before_m"] == pytest.approx(before[1], abs=0.1)
    assert row["node_after_m"] == pytest.approx(after[1], abs=0.1, nan_ok=True)
    assert row["axis_acc_km"] == pytest.approx(acc_km, abs=1e-3)
