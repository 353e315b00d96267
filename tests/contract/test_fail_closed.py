"""No door answers "clear" to what it did not measure."""

import dataclasses
import datetime as dt
from pathlib import Path

import builders
import geopandas as gpd
import pytest
import shapely

import dzgis
from dzgis import inputs
from dzgis.cli.options import inputs_of, protection_of
from dzgis.errors import InputError
from dzgis.terms import LayerStatus, Verdict

DAY = dt.date(2020, 1, 1)


def frame_of(*shapes, index=None):
    frame = gpd.GeoDataFrame({"name": ["" for _ in shapes]}, geometry=list(shapes))
    frame.index = index or [f"P{n}" for n, _ in enumerate(shapes)]
    return frame.set_crs(builders.METRIC)


BROKEN = {
    "no geometry": (frame_of(None), "P0 has no geometry"),
    "empty": (frame_of(shapely.Polygon()), "P0 has no geometry"),
    "point": (frame_of(shapely.Point(0, 0)), "P0 is no polygon"),
    "bow-tie": (
        frame_of(shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])),
        "P0 has invalid geometry",
    ),
    "id twice": (
        frame_of(builders.square(0, 0), builders.square(5, 5), index=["A", "A"]),
        "A, A has an id that comes twice",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_frame_that_cannot_be_measured_is_refused(case):
    parcels, words = BROKEN[case]
    layers = {"pbf": builders.layer("pbf", builders.square(900, 900))}
    with pytest.raises(InputError, match=words):
        dzgis.check(parcels, layers, builders.rules(builders.rule("A", "pbf")), as_of=DAY)


def test_a_frame_without_crs_is_refused():
    parcels = gpd.GeoDataFrame({"name": [""]}, geometry=[builders.square(0, 0)], index=["P"])
    with pytest.raises(InputError, match="no CRS"):
        dzgis.check(parcels, {}, builders.rules(builders.rule("A", "pbf")), as_of=DAY)


TOY = builders.plan()
SWAPPED = shapely.box(25.1, 102.1, 25.11, 102.11)
MISPLACED = {
    "Xian 80": (frame_of(builders.square(0, 0)).set_crs(2382, allow_override=True), "is Xian 80"),
    "degrees swapped": (frame_of(SWAPPED).set_crs(4490, allow_override=True), "x and y swapped"),
    "degrees as metres": (frame_of(shapely.box(102, 25, 102.1, 25.1)), "look like degrees"),
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_frame_is_refused_where_a_file_would_be(case):
    parcels, words = MISPLACED[case]
    with pytest.raises(InputError, match=words):
        dzgis.check(parcels, {}, TOY.rules, as_of=DAY)
    with pytest.raises(InputError, match=words):
        dzgis.assign(parcels, TOY, builders.counties())


def test_a_frame_elsewhere_is_not_assigned():
    east, north = builders.EAST, builders.NORTH
    swapped = frame_of(shapely.box(north, east, north + 100, east + 100))
    with pytest.raises(InputError, match="P0 does not overlap the plan toy"):
        dzgis.assign(swapped, TOY, builders.counties())


def test_a_layer_under_another_role_is_refused():
    parcels = frame_of(builders.square(0, 0))
    layers = {"pbf": builders.layer("ecrl", builders.square(900, 900))}
    with pytest.raises(InputError, match=r"layers\['pbf'\] is the layer ecrl"):
        dzgis.check(parcels, layers, TOY.rules, as_of=DAY)


def test_texts_are_taken_for_paths_days_and_counties():
    dem = str(inputs.sample("dem"))
    given = dzgis.Inputs(dem=dem, counties="c.gpkg", parcels="p.gpkg", covers={"pbf": "530181"})
    assert given == dzgis.Inputs(
        dem=(Path(dem),),
        counties=Path("c.gpkg"),
        parcels=Path("p.gpkg"),
        covers={"pbf": ("530181",)},
    )
    parcels = frame_of(builders.square(0, 0))
    noon = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)
    assert dzgis.check(parcels, {}, TOY.rules, as_of="2020-01-01").as_of == DAY
    assert dzgis.check(parcels, {}, TOY.rules, as_of=noon).as_of == DAY
    layers = dzgis.open_protection({}, TOY, as_of="2020-01-01", covers={"pbf": "530001"})
    assert layers["pbf"].status is LayerStatus.ABSENT


@pytest.mark.parametrize("day", ["2020-13-01", "yesterday", 20200101, ""])
def test_what_is_no_day_is_refused(day):
    parcels = frame_of(builders.square(0, 0))
    with pytest.raises(InputError, match="is not a date"):
        dzgis.check(parcels, {}, TOY.rules, as_of=day)
    with pytest.raises(InputError, match="is not a date"):
        dzgis.run(as_of=day)
    with pytest.raises(InputError, match="is not a date"):
        dzgis.open_protection({}, TOY, as_of=day)


def test_a_layer_opened_for_an_earlier_day_is_outdated_on_the_day_of_the_check():
    layer = builders.layer("pbf", builders.square(900, 900), extent=builders.square(-9, -9, 2000))
    layer = dataclasses.replace(layer, valid_until="2020-12-31")
    rules = builders.rules(builders.rule("A", "pbf", required=True))
    parcels = frame_of(builders.square(0, 0))
    for day, verdict, status in (
        (dt.date(2020, 12, 31), Verdict.CLEAR, LayerStatus.USED),
        (dt.date(2021, 1, 1), Verdict.UNDETERMINED, LayerStatus.OUTDATED),
    ):
        found = dzgis.check(parcels, {"pbf": layer}, rules, as_of=day)
        assert found.parcels[0].verdict is verdict
        assert found.layers[0].status is status


def test_an_outdated_overlap_is_no_prohibited_area():
    layer = builders.layer("pbf", builders.square(0, 0), extent=builders.square(-9, -9, 2000))
    layer = dataclasses.replace(layer, valid_until="2020-12-31")
    rules = builders.rules(builders.rule("A", "pbf", required=True))
    parcel = dzgis.check(
        frame_of(builders.square(0, 0)), {"pbf": layer}, rules, as_of=dt.date(2021, 1, 1)
    ).parcels[0]
    assert parcel.verdict is Verdict.UNDETERMINED
    assert parcel.prohibited_area_m2 == 0.0
    assert parcel.findings[0].area_m2 == pytest.approx(10_000.0, rel=1e-3)


def test_own_parcels_are_not_judged_by_the_samples_layers(tmp_path):
    """The shipped layers are generated: with one's own parcels they count as absent."""
    plan = dzgis.load_plan("dianzhong-2014")
    sample = dzgis.sample_inputs()
    assert inputs_of(plan, None, None, None, None, None) == sample
    own = inputs_of(plan, None, None, None, None, tmp_path / "mine.gpkg")
    assert own.protection == {}
    assert own.dem == sample.dem


def test_one_role_named_twice_is_refused():
    plan, path = dzgis.load_plan("dianzhong-2014"), inputs.sample("protection")
    with pytest.raises(InputError, match="role pbf is given twice"):
        protection_of([f"pbf={path}::STBHHX", str(path)], plan)


# ------------------------------------------------------------ what is odd stands beside the verdict


def test_a_layer_surveyed_after_the_day_of_the_check_is_told():
    layer = builders.layer("pbf", builders.square(900, 900), extent=builders.square(-9, -9, 2000))
    layer = dataclasses.replace(layer, date="2021-01-01")
    rules = builders.rules(builders.rule("A", "pbf"))
    for day, n_notes in ((dt.date(2020, 12, 31), 1), (dt.date(2021, 1, 1), 0)):
        found = dzgis.check(frame_of(builders.square(0, 0)), {"pbf": layer}, rules, as_of=day)
        assert len(found.notes) == n_notes
        assert all("2021-01-01, after the day of the check" in n.en for n in found.notes)


def test_the_sample_has_dates_and_nothing_odd():
    plan = dzgis.load_plan("dianzhong-2014")
    sample = dzgis.sample_inputs()
    counties = dzgis.open_counties(sample.counties, plan)
    layers = dzgis.open_protection(sample.protection, plan, counties=counties)
    parcels = dzgis.open_parcels(sample.parcels, plan)
    assert dzgis.check(parcels, layers, plan.rules).notes == ()
