"""Facts of parcels: every table from its room, None without its source, and notes that say why."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import absent, counties, layer, parcels, plan, raster, square
from numpy.testing import assert_allclose

from dzgis.allocation import county_shares
from dzgis.area import polygon_area_m2
from dzgis.pipeline import FactSources, Inputs, facts_of, load, sample_inputs, sources_of
from dzgis.plan import load_plan
from dzgis.terms import LayerStatus, Text
from dzgis.terrain import parse_dem_error
from dzgis.units import round_half_up

pytestmark = pytest.mark.slow

A = parcels(A=square(100, 100))
RECORD = round_half_up(float(polygon_area_m2(A).iloc[0]), 2)


def use(*shapes, **columns):
    return layer("land_use", *shapes, **columns)


def facts(on=A, *, dem=None, dem_error=None, basins=None, **layers):
    sources = FactSources(layers=layers, dem=dem, dem_error=dem_error, basins=basins)
    return facts_of(on, sources)


def plane(degrees, n=30):
    rise = np.tan(np.radians(degrees)) * 10.0 * np.arange(n)
    return raster(np.tile(rise, (n, 1)))


def said(found):
    return "\n".join(note.en for note in found.notes)


def test_without_sources_only_zones_are_known_and_notes_say_why():
    found = facts()
    assert list(found.zones["zone"]) == [34]
    tables = (found.places, found.land_classes, found.forest, found.slopes, found.basins)
    assert tables == (None,) * 5
    words = said(found)
    for missing in ("land-use patches: no layer", "forest land", "no DEM", "without a plan"):
        assert missing in words


def test_a_layer_that_cannot_be_used_gives_no_table_and_its_reason():
    reason = Text("已坏", "it is broken")
    bad = replace(absent("land_use"), status=LayerStatus.INVALID, reason=reason)
    found = facts(land_use=bad)
    assert found.land_classes is None
    assert "land-use patches: it is broken" in said(found)


def test_an_outdated_layer_is_used_and_said_to_be():
    old = replace(
        use(square(0, 0, 500), land_class=["0301"]),
        status=LayerStatus.OUTDATED,
        reason=Text("过期", "it was valid until 2010"),
    )
    found = facts(land_use=old)
    assert list(found.land_classes["code"]) == ["0301"]
    assert "it was valid until 2010" in said(found)


def test_a_layer_without_features_that_nobody_surveyed_says_nothing():
    empty = replace(layer("forest", forest_grade=[]), status=LayerStatus.NOT_COVERING)
    assert facts(forest=empty).forest is None
    surveyed = facts(forest=layer("forest", forest_grade=[]))
    assert surveyed.forest.empty  # surveyed, none found


def test_ground_outside_the_surveyed_extent_is_unknown_and_said_to_be():
    west = use(square(0, 0, 150, 300), land_class=["0301"], extent=square(0, 0, 150, 300))
    found = facts(land_use=west)
    table = found.land_classes.set_index("code")
    assert_allclose(table["area_m2"], [5000.0, 5000.0], rtol=1e-5)
    assert round(table["area_m2"].sum(), 2) == RECORD
    assert "not all of it within the surveyed extent): A 5000.0" in said(found)


def test_a_gap_is_told_from_ground_that_was_not_surveyed():
    found = facts(land_use=use(square(0, 0, 150, 300), land_class=["0301"]))
    assert "(gaps, or patches that do not say): A" in said(found)


def test_notes_name_disputes_unknown_codes_and_fields_without_ridges():
    land = use(
        square(0, 0, 160, 300),
        square(140, 0, 160, 300),
        land_class=["0103", "013"],
        number=["7", "8"],
    )
    words = said(facts(land_use=land))
    assert "A: 0103/013 2000.0" in words
    assert "(7;8)" in words
    assert "the codes 013 are not of GB/T 21010-2017" in words
    assert "parcels A: patches of fields without a coefficient of ridges" in words
    assert "to be confirmed" in words


def test_slopes_have_their_certainty_where_the_error_is_known():
    found = facts(dem=plane(10.0), dem_error=parse_dem_error("2,100"))
    assert found.slopes.loc["A", 2] == RECORD  # the shipped plan's second class is 8°–15°
    assert 0.0 < found.slopes.loc["A", "expected_share"] < 1.0
    assert "certainty of slopes rests on the DEM's error" in said(found)
    assert "DEM cells of about 10.0" in said(found)
    assert "probability" not in facts(dem=plane(10.0)).slopes.columns


def test_an_official_layer_of_basins_goes_before_the_dem():
    official = layer("bazi", square(0, 0, 150, 300))
    found = facts(dem=plane(10.0), bazi=official)
    assert found.basins.loc["A", "area_m2"] == pytest.approx(5000.0, rel=1e-5)
    assert found.basins.loc["A", "source"] == "bazi.gpkg"


def test_basins_of_a_dem_are_found_in_the_whole_of_it():
    """A flat square kilometre and more is a basin; the parcel is a hundredth of it."""
    flat = raster(np.zeros((120, 120)))
    found = facts(dem=flat)
    assert found.basins.loc["A", "share"] == pytest.approx(1.0)
    assert found.basins.loc["A", "source"] == "DEM"
    assert facts(dem=plane(2.0)).basins.loc["A", "area_m2"] == 0.0  # too small for one


def test_ground_in_basins_is_not_known_where_the_ground_is_not():
    values = np.zeros((120, 120))
    values[:, 15:] = np.nan
    found = facts(dem=raster(values))
    assert found.basins.loc["A", ["area_m2", "share"]].isna().all()
    assert "their ground in basins is not known" in said(found)
    part = layer("bazi", square(0, 0, 150, 300), extent=square(0, 0, 150, 300))
    assert facts(bazi=part).basins["area_m2"].isna().all()


def test_places_name_the_county_and_the_shares():
    land = parcels(
        W=square(0, 0), B=square(19_900, 8_000, 1000)
    )  # 102°E, 24.95°N: south of the counties; and across 102.2°E
    sources = FactSources(plan=plan(), counties=counties())
    found = facts_of(land.set_geometry(land.translate(5000, 15_000)), sources)
    assert found.places.loc["W", "county"] == "西县"
    assert found.places.loc["W", "shares"] == "西县"
    assert "geometry" not in found.places.columns


def test_shares_of_counties_add_up_to_a_hundred():
    """Across the border of the two counties, and a part north of both."""
    box = shapely.box(102.19, 25.19, 102.22, 25.21)
    land = gpd.GeoSeries({"X": box}, crs=4490).to_frame("geometry").rename_axis("parcel_id")
    words = county_shares(land, counties()).loc["X"]
    assert words == "各县范围以外 50.0%；东县 33.3%；西县 16.7%"
    away = land.set_geometry(land.translate(5.0))
    assert county_shares(away, counties()).loc["X"] == "各县范围以外"


def test_inputs_stay_as_they_were():
    land_use = use(square(0, 0, 500), land_class=["0301"])
    before, frame = A.copy(), land_use.frame.copy()
    facts(land_use=land_use, dem=plane(10.0))
    assert before.equals(A)
    assert frame.equals(land_use.frame)


def test_the_shipped_sample_has_its_facts():
    given = sample_inputs()
    inputs = Inputs(parcels=given.parcels, counties=given.counties, protection=given.protection)
    loaded = load(load_plan("dianzhong-2014"), inputs)
    found = facts_of(loaded.parcels, sources_of(loaded))
    record = polygon_area_m2(loaded.parcels)
    zones = found.zones.groupby("parcel_id")["area_m2"].sum()
    assert_allclose(zones[record.index], record, atol=0.0051)
    assert set(found.places.index) == set(loaded.parcels.index)
    assert found.forest is not None
    assert found.land_classes is None
