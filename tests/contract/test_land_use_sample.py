"""The sample's land-use patches fill the ground around the parcels, and their areas add up."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from pyproj import CRS

from dzgis.inputs import sample
from dzgis.official_area import official_area_m2
from dzgis.rings import rings_of_shapes

ARABLE = ["0101", "0103"]
BESIDE_M = 200.0


@pytest.fixture(scope="module")
def patches():
    return gpd.read_file(sample("land_use"), layer="DLTB")


@pytest.fixture(scope="module")
def extent():
    return gpd.read_file(sample("land_use"), layer="DCFW")


def test_patches_share_their_edges_and_fill_the_extent(patches, extent):
    assert shapely.coverage_is_valid(patches.geometry.array)
    together = shapely.coverage_union_all(patches.geometry.array)
    assert shapely.area(shapely.symmetric_difference(together, extent.union_all())) == 0.0


def test_the_extent_reaches_200_m_beyond_every_parcel(extent):
    parcels = gpd.read_file(sample("parcels")).to_crs("EPSG:4522")
    ground = extent.to_crs("EPSG:4522").union_all().buffer(1e-6)
    around = parcels.geometry.buffer(BESIDE_M)
    assert around.within(ground).all()


def test_areas_are_official_and_add_up(patches):
    shapes = patches.geometry.to_numpy()
    official = official_area_m2(rings_of_shapes(shapes), CRS("EPSG:4490"))
    assert_allclose(patches["TBMJ"], official, rtol=0, atol=0.0051)
    assert_allclose(patches["KCMJ"], patches["TBMJ"] * patches["KCXS"], rtol=0, atol=0.0051)
    assert_allclose(patches["TBMJ"] - patches["KCMJ"], patches["TBDLMJ"], rtol=0, atol=1e-6)


def test_only_sloping_arable_land_has_ridges(patches):
    sloping = patches["DLBM"].isin(ARABLE) & patches["GDPDJB"].isin(list("2345"))
    assert sloping.any()
    assert np.array_equal(patches["KCXS"] > 0, sloping)
    assert np.array_equal(patches["KCDLBM"] == "1203", sloping)
    assert (patches.loc[patches["DLBM"].isin(ARABLE), "GDPDJB"] != "").all()


def test_ids_are_unique_and_owners_are_marked_as_generated(patches):
    assert patches["BSM"].is_unique
    assert patches["TBBH"].is_unique
    assert patches["QSDWMC"].str.contains("生成").all()
    assert (patches["QSDWDM"].str.len() == 19).all()
