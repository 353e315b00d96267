"""Where a layer lies: zones, prefixes, swapped axes, units, datums, and the evidence for each."""

import datetime as dt
from pathlib import Path

import builders
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from dzgis.crs import Zone, zone_of
from dzgis.errors import InputError
from dzgis.inputs import Table, Taken, examine_table, read_parcels, read_protection
from dzgis.inputs.gcj02 import bd09_of, gcj02_of
from dzgis.inputs.place import crs_flaw
from dzgis.terms import Text

pytestmark = pytest.mark.slow

WEST = shapely.box(102.05, 25.05, 102.06, 25.06)
EAST = shapely.box(102.30, 25.10, 102.31, 25.11)


def degrees(*shapes):
    return builders.frame(*(shapes or (WEST, EAST)), crs=builders.GEOGRAPHIC)


def declared(frame, crs):
    """The same numbers under another CRS."""
    return frame.set_crs(crs, allow_override=True)


def swapped(frame):
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return gpd.GeoDataFrame(geometry=turned, crs=frame.crs)


def found_of(frame, role="parcels", counties=None, layer="a"):
    numbered = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
    held = builders.counties() if counties is None else counties
    table = Table(gpd.GeoDataFrame(numbered), "a.gpkg", layer)
    taken = Taken(role, Text("层", "layer"))
    return examine_table(Path("a.gpkg"), table, taken, builders.plan(), held)


def faults_of(frame, **more):
    return [one for one in found_of(frame, **more).faults if one.code != "not_reached"]


# ------------------------------------------------------------------ zones


@pytest.mark.parametrize("epsg", [*range(4491, 4555), 2358, 2379, 2331, 2342, 2410, 2431, 21457])
def test_every_zone_is_known_by_its_parameters(epsg):
    zone = zone_of(CRS.from_epsg(epsg))
    said = str(CRS.from_epsg(epsg).name)
    assert zone is not None
    assert zone.width == (3 if "3-degree" in said else 6)
    assert zone.prefixed == ("zone" in said)
    ending = f"zone {zone.number}" if zone.prefixed else f"CM {zone.meridian_deg}E"
    assert said.endswith(ending)
    assert epsg not in range(4491, 4555) or zone.crs.to_epsg() == epsg


def test_zones_in_esri_words_and_under_other_names_are_known():
    wkt = CRS.from_epsg(4523).to_wkt("WKT1_ESRI")
    assert zone_of(CRS.from_wkt(wkt)) == Zone(3, 35, prefixed=True)
    custom = wkt.replace("CGCS2000_3_Degree_GK_Zone_35", "某地坐标系")
    assert zone_of(CRS.from_wkt(custom)) == Zone(3, 35, prefixed=True)
    assert CRS.from_wkt(custom).to_epsg() == 4523


@pytest.mark.parametrize("epsg", [4490, 3857, 32648, 4527 - 2000])
def test_other_systems_are_no_zones(epsg):
    assert zone_of(CRS.from_epsg(epsg)) is None or epsg == 2527


GOOD = [4490, 4326, 4522, 4543, 4523, 4544, 4495, 4506, 4496, 4507]


@pytest.mark.parametrize("epsg", GOOD)
def test_a_layer_that_lies_where_it_says_has_no_fault(epsg):
    assert faults_of(degrees().to_crs(epsg)) == []


WRONG = [
    (4543, 4544, "wrong_zone", "as declared (EPSG:4544) it lies at 105."),
    (4523, 4522, "wrong_zone", "read as EPSG:4523"),
    (4543, 4522, "zone_prefix_missing", "read as EPSG:4543"),
    (4522, 4543, "zone_prefix_extra", "read as EPSG:4522"),
    (4543, 4506, "zone_width", "read as EPSG:4543"),
    (4495, 4522, "zone_width", "read as EPSG:4495"),
    (4490, 4543, "degrees_as_metres", "read as EPSG:4490"),
    (4543, 4490, "metres_as_degrees", "read as EPSG:4543"),
    (4523, 4490, "metres_as_degrees", "read as EPSG:4523"),
    (3857, 4490, "metres_as_degrees", "read as EPSG:3857"),
]


@pytest.mark.parametrize(("true", "said", "code", "evidence"), WRONG)
def test_what_a_wrong_declaration_means(true, said, code, evidence):
    (fault,) = faults_of(declared(degrees().to_crs(true), said))
    assert fault.code == code
    assert fault.record is None  # all records alike: the layer's fault
    assert evidence in fault.message.en
    assert "2 of 2 features lie in 西县 (530001), 东县 (530002)" in fault.message.en
    assert "in no county of the plan" in fault.message.en
    assert "西县, 东县" in fault.message.zh


@pytest.mark.parametrize("epsg", [4490, 4522, 4543])
def test_swapped_axes_are_found_in_degrees_and_metres(epsg):
    (fault,) = faults_of(swapped(degrees().to_crs(epsg)))
    assert fault.code == "swapped_xy"
    assert f"read as EPSG:{epsg} with x and y exchanged" in fault.message.en


def test_records_of_another_zone_are_named_one_by_one():
    right, wrong = degrees(WEST).to_crs(4522), degrees(EAST).to_crs(4523)
    mixed = pd.concat([right, declared(wrong, 4522)], ignore_index=True)
    (fault,) = faults_of(mixed)
    assert (fault.code, fault.record) == ("wrong_zone", 2)
    assert "东县 (530002)" in fault.message.en


def test_one_layer_in_two_zones_works():
    # 马龙 lies on either side of 103.5°E, and its data come in one of the two zones.
    far = shapely.box(103.6, 25.1, 103.61, 25.11)
    here = builders.counties().assign(
        geometry=[shapely.box(103, 25, 103.5, 26), shapely.box(103.5, 25, 104, 26)]
    )
    both = degrees(shapely.box(103.4, 25.1, 103.41, 25.11), far)
    for epsg in (4522, 4523, 4543, 4544):
        codes = [one.code for one in faults_of(both.to_crs(epsg), counties=here, role="")]
        assert codes == []


def test_without_a_crs_the_readings_that_fit_are_told():
    bare = gpd.GeoDataFrame(geometry=degrees().to_crs(4522).geometry.to_numpy())
    (fault,) = faults_of(bare)
    assert fault.code == "crs_missing"
    assert "nothing is guessed" in fault.message.en
    assert "read as EPSG:4522, 2 of 2 features lie in" in fault.message.en
    assert np.isnan(fault.lon)


def protection(path, plan):
    return read_protection({"pbf": path}, plan, as_of=dt.date(2020, 1, 1), counties=None)


@pytest.mark.parametrize("read", [read_parcels, protection])
def test_readers_say_where_misplaced_data_would_lie(tmp_path, read):
    path = tmp_path / "a.gpkg"
    wrong = declared(degrees().to_crs(4543), 4506).assign(DKBH=["1", "2"])
    wrong.to_file(path, layer="a")
    with pytest.raises(InputError, match=r"read as EPSG:4543 it lies in the box of the plan toy"):
        read(path, builders.plan())


def test_elsewhere_and_beside_the_counties():
    (away,) = faults_of(degrees(shapely.box(110.0, 30.0, 110.1, 30.1)))
    assert (away.code, "110.05°E, 30.05°N" in away.message.en) == ("elsewhere", True)
    (beside,) = faults_of(degrees(shapely.box(102.5, 25.1, 102.51, 25.11)))
    assert beside.code == "in_no_county"


def test_a_province_may_reach_beyond_the_plan():
    found = faults_of(degrees(WEST, shapely.box(99.0, 25.0, 99.1, 25.1)), role="pbf")
    assert [one.code for one in found] == ["away"]


def test_a_shape_of_which_only_an_end_lies_in_a_county_is_in_it():
    reach = shapely.box(102.399, 25.1, 102.5, 25.11)
    assert faults_of(degrees(reach)) == []


def test_counties_that_a_layer_does_not_reach():
    found = found_of(degrees(WEST), role="pbf").faults
    assert [one.code for one in found] == ["not_reached"]
    assert "1 of 2 counties have no feature: 530002" in found[0].message.en


# ------------------------------------------------------------------ datums


@pytest.mark.parametrize(
    ("epsg", "code", "word"),
    [
        (4610, "datum_needs_parameters", "Xian 80"),
        (2358, "datum_needs_parameters", "Xian 80"),
        (2379, "datum_needs_parameters", "Xian 80"),
        (2331, "datum_needs_parameters", "Xian 80"),
        (4214, "datum_needs_parameters", "Beijing 54"),
        (2410, "datum_needs_parameters", "Beijing 54"),
        (21417, "datum_needs_parameters", "Beijing 54"),
        (4267, "crs_unfit", "NAD27"),
        (2263, "crs_unfit", "foot"),
        (4978, "crs_unfit", "neither"),
    ],
)
def test_systems_that_cannot_be_used(epsg, code, word):
    found, words = crs_flaw(CRS.from_epsg(epsg), "a.gpkg")
    assert found == code
    assert word in words.en or word == "NAD27"
    (fault,) = faults_of(declared(degrees(), epsg)) if epsg != 4978 else [None]
    assert fault is None or (fault.code == code and np.isnan(fault.lon))


def test_a_datum_that_only_calls_itself_cgcs2000_is_refused():
    wkt = CRS.from_epsg(4490).to_wkt("WKT1_ESRI").replace("6378137.0", "6378245.0")
    assert crs_flaw(CRS.from_wkt(wkt), "a")[0] == "crs_unfit"


# ------------------------------------------------------------------ internet maps


def test_the_offset_is_that_of_the_domain_notes():
    # 安宁: 148 m east, 321 m south
    place = np.array([[102.4770, 24.9224]])
    step = (gcj02_of(place) - place)[0] * [111_320 * np.cos(np.radians(24.9224)), 110_770]
    assert step == pytest.approx([148, -321], abs=2)


def shifted(frame, by):
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), by))


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (gcj02_of, "looks_like_gcj02"),
        (bd09_of, "looks_like_bd09"),
        (lambda xy: xy, None),
        (lambda xy: xy + np.array([-0.0015, 0.003]), None),  # as far, the other way
        (lambda xy: gcj02_of(xy) * 0.1 + xy * 0.9, None),  # 35 m
    ],
)
def test_counties_that_are_shifted_as_internet_maps_are(by, code):
    corners = builders.counties()
    fine = corners.set_geometry(shapely.segmentize(corners.geometry.to_numpy(), 0.01))
    found = faults_of(shifted(fine, by), role="counties")
    assert [one.code for one in found] == ([code] if code else [])


def test_a_shift_is_found_across_different_generalisation():
    t = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    wavy = 0.08 + 0.01 * np.sin(7 * t)
    ring = np.column_stack([102.2 + wavy * np.cos(t), 25.1 + wavy * np.sin(t)])
    rough = shapely.Polygon(ring).simplify(0.002)
    held = builders.counties().iloc[:1].set_geometry([rough])
    layer = shifted(degrees(shapely.Polygon(ring)), gcj02_of)
    found = faults_of(layer, role="counties", counties=held)
    assert [one.code for one in found] == ["looks_like_gcj02"]
    assert found[0].measure == pytest.approx(350, abs=40)


def test_townships_are_compared_along_the_outline_of_the_counties():
    west, east = builders.counties().geometry
    cut = [shapely.box(102.0 + n / 20, 25.0, 102.05 + n / 20, 25.2) for n in range(8)]
    towns = degrees(*(box.intersection(west.union(east)) for box in cut))
    fine = towns.set_geometry(shapely.segmentize(towns.geometry.to_numpy(), 0.01))
    codes = {"XZQDM": [f"53000{n}001" for n in range(8)], "XZQMC": [f"{n}镇" for n in range(8)]}
    layer = shifted(fine, gcj02_of).assign(**codes)
    found = [one.code for one in faults_of(layer, role="", layer="XZQ")]
    assert found == ["looks_like_gcj02"]


def test_of_parcels_the_shift_cannot_be_told():
    facts = [fact.en for fact in found_of(degrees()).facts]
    assert any("cannot be told" in fact for fact in facts)
