"""The sample's networks are what their register says, and hang together."""

from __future__ import annotations

import tomllib

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dzgis.inputs import sample

SHAPES = {
    "road": "MultiLineString",
    "railway": "MultiLineString",
    "town": "Point",
    "water": "MultiPolygon",
}
GENERATED = {"road", "railway", "water"}


def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(sample("networks"), layer=name)


def test_layers_are_those_of_the_register():
    path = sample("networks")
    records = tomllib.loads(path.with_name("SOURCES.toml").read_text(encoding="utf-8"))["file"]
    assert dict(pyogrio.list_layers(path)) == SHAPES
    assert {one["layer"] for one in records} == set(SHAPES)
    assert {one["layer"] for one in records if one["generated"]} == GENERATED
    for one in records:
        marked = "生成" in one["title"] and "generated" in one["title_en"]
        assert marked == one["generated"]


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_geometry_is_valid_and_in_cgcs2000(name: str):
    frame = layer(name)
    assert frame.crs == "EPSG:4490"
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()


@pytest.mark.parametrize("name", ["road", "railway"])
def test_lines_are_one_network_that_meets_in_corners(name: str):
    # Ends that meet share a corner to the last digit: a search over the lines gets everywhere.
    lines = shapely.get_parts(layer(name).geometry.array)
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)])
    _, node = np.unique(ends, axis=0, return_inverse=True)
    start, end = np.split(node.ravel(), 2)
    n = node.max() + 1
    graph = coo_array((np.ones(len(start)), (start, end)), shape=(n, n))
    assert connected_components(graph, directed=False)[0] == 1


def test_no_part_of_a_county_is_far_from_a_road():
    counties = gpd.read_file(sample("counties"))
    roads = layer("road").to_crs(4543).union_all()
    points = counties.to_crs(4543).sample_points(60, rng=1).explode()
    assert points.distance(roads).max() < 20_000


def test_towns_are_the_seats_of_all_counties_and_say_how_sure_they_are():
    towns = layer("town")
    assert (towns["LX"] == "县城").sum() == 8
    assert towns["acc_km"].between(0.5, 10).all()
    assert towns["coord_source"].str.len().gt(0).all()
    assert not towns.geometry.duplicated().any()


def test_waters_do_not_lie_on_each_other():
    waters = layer("water").to_crs(4543)
    assert set(waters["DLBM"]) == {"1101", "1102", "1103"}
    # Snapping to 1e-6° leaves rims of some centimetres.
    assert waters.area.sum() - waters.union_all().area < 500.0
