"""
The evidence of a check holds all that moves a figure, bit for bit, and nothing from further away.

One parcel of 100 m, features to the east of it, at these distances in metres:

    ┌────────┐  50   ┌──┐      150   ┌──┐          1000          ┌──┐
    │   P    │       │f0│            │f1│                        │f2│
    └────────┘       └──┘            └──┘                        └──┘
"""

import datetime as dt
import json
from dataclasses import replace

import builders as b
import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from dzgis import pipeline, reports, stores
from dzgis.inputs import sha256_of
from dzgis.pipeline.evidence import evidence_frames, read_evidence, write_evidence
from dzgis.pipeline.evidence_record import Evidence, crs_words
from dzgis.terms import LayerStatus, Text

pytestmark = pytest.mark.slow

DAY = dt.date(2020, 12, 31)
PARCEL = b.square(0, 0)
EAST = [b.square(100 + d, 0, 20, 100) for d in (50, 150, 1000)]


def ruleset(*members):
    return b.rules(*(members or (b.rule("P1", "pbf"),)))


def loaded(parcels, layers, rules):
    """As `pipeline.load` would give them."""
    plan = b.plan().model_copy(update={"rules": rules})
    numbered = parcels.assign(n_record=range(1, len(parcels) + 1))
    return pipeline.Loaded(plan, DAY, b.counties(), layers, parcels=numbered)


def kept(layer, rules, parcel=PARCEL):
    frames = evidence_frames(b.parcels(P=parcel), {layer.role: layer}, rules)
    return list(frames[f"layer_{layer.role}"]["feature_id"])


def round_trip(held, folder, *, lang="zh"):
    """Check, and the same check from its evidence, both as records."""
    check = pipeline.check_loaded(held)
    record = json.loads(json.dumps(write_evidence(check, held, folder, lang=lang)))
    evidence = Evidence.model_validate_json(json.dumps(record))
    assert evidence.geometry.sha256 == sha256_of(folder / "evidence.gpkg")
    back = read_evidence(folder / "evidence.gpkg", evidence)
    again = pipeline.check_parcels(back.parcels, back.layers, evidence.rules, as_of=evidence.as_of)
    assert evidence.rules == check.rule_set
    return reports.check_record(check, lang), reports.check_record(again, lang), back


# ---------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("setback_m", "ids"), [(0.0, ["f0"]), (100.0, ["f0", "f1"]), (2000.0, ["f0", "f1", "f2"])]
)
def test_features_within_the_setback_and_a_margin_of_100_m(setback_m, ids):
    rules = ruleset(b.rule("P1", "pbf"), b.rule("P2", "pbf", setback_m=setback_m))
    assert kept(b.layer("pbf", *EAST), rules) == ids


def test_the_same_in_degrees():
    assert kept(b.layer("pbf", *EAST, crs=b.GEOGRAPHIC), ruleset()) == ["f0"]


def test_whole_features_are_kept_and_none_is_cut():
    wide = b.square(50, -5000, 10_000)
    frames = evidence_frames(b.parcels(P=PARCEL), {"pbf": b.layer("pbf", wide)}, ruleset())
    assert shapely.to_wkb(frames["layer_pbf"].geometry.iloc[0]) == shapely.to_wkb(wide)


def test_parts_of_the_extent_far_from_every_parcel_are_left_out():
    layer = b.layer("pbf", EAST[0])
    parts = b.frame(b.square(-500, -500, 1000), b.square(20_000, 0, 1000), name=["here", "far"])
    frames = evidence_frames(b.parcels(P=PARCEL), {"pbf": replace(layer, extent=parts)}, ruleset())
    assert list(frames["extent_pbf"]["name"]) == ["here"]


# ------------------------------------------------------------------------ bit for bit


AWKWARD = shapely.Polygon(
    [
        (b.EAST + 1 / 3, b.NORTH + 0.1),
        (b.EAST + 99.999999999, b.NORTH + np.nextafter(7.0, 8.0)),
        (b.EAST + 12 * np.pi, b.NORTH + 641 / 7),
    ],
    [
        [
            (b.EAST + 40.1, b.NORTH + 24.3),
            (b.EAST + 50.7, b.NORTH + 25.1),
            (b.EAST + 44.2, b.NORTH + 35.3),
        ]
    ],
)


@pytest.mark.parametrize("crs", ["EPSG:4543", "EPSG:4490", "EPSG:4526"])
@pytest.mark.parametrize("shape", [AWKWARD, shapely.multipolygons([AWKWARD]), AWKWARD.reverse()])
def test_shapes_come_back_bit_for_bit(tmp_path, crs, shape):
    parcels = b.parcels(P=shape, Q=b.square(300, 0)).to_crs(crs)
    held = loaded(parcels, {"pbf": b.layer("pbf", EAST[0], AWKWARD, crs=crs)}, ruleset())
    old, new, back = round_trip(held, tmp_path)
    for given, read in (
        (held.parcels, back.parcels),
        (held.layers["pbf"].frame, back.layers["pbf"].frame),
        (held.layers["pbf"].extent, back.layers["pbf"].extent),
    ):
        assert given.crs == read.crs
        assert list(shapely.to_wkb(given.geometry)) == list(shapely.to_wkb(read.geometry))
    assert old == new


def test_a_crs_without_a_code_comes_back_equal(tmp_path):
    """A zone of a town's own: GeoPackage spells it otherwise, the record does not."""
    local = CRS.from_proj4(
        "+proj=tmerc +lon_0=102.7 +x_0=80000 +y_0=-2700000 +ellps=GRS80 +units=m"
    )
    named = CRS.from_wkt(local.to_wkt().replace('"unknown"', '"CGCS2000 town"'))
    held = loaded(b.parcels(P=PARCEL).to_crs(named), {}, ruleset())
    assert crs_words(held.parcels).startswith("PROJCRS")
    old, new, back = round_trip(held, tmp_path)
    assert back.parcels.crs == held.parcels.crs
    assert old == new


def test_equal_checks_leave_equal_bytes(tmp_path):
    held = loaded(b.parcels(P=PARCEL), {"pbf": b.layer("pbf", *EAST)}, ruleset())
    check = pipeline.check_loaded(held)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_evidence(check, held, tmp_path / name, lang="zh")
    first, second = (tmp_path / name / "evidence.gpkg" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


# ------------------------------------------------------------------------ what it says


def test_absent_is_not_empty(tmp_path):
    rules = ruleset(*(b.rule(f"P{n}", role) for n, role in enumerate(("pbf", "ecrl", "river"))))
    layers = {"pbf": b.layer("pbf"), "ecrl": b.absent("ecrl")}
    old, new, back = round_trip(loaded(b.parcels(P=PARCEL), layers, rules), tmp_path)
    assert old == new
    assert len(back.layers["pbf"].frame) == 0
    assert back.layers["ecrl"].frame is back.layers["river"].frame is None
    assert [f["verdict"] for f in new["parcels"][0]["findings"]] == [
        "clear",
        "undetermined",
        "undetermined",
    ]


def test_attributes_of_rules_come_back_as_words(tmp_path):
    where = {"field": "forest_grade", "values": ["I"]}
    rules = ruleset(b.rule("P1", "forest", where=where))
    grades = ["I", "", None, "007"]
    shapes = [b.square(20 * n, 0, 10) for n in range(4)]
    layer = b.layer("forest", *shapes, forest_grade=grades, feature_id=["01", "02", "3.0", "é"])
    old, new, back = round_trip(loaded(b.parcels(P=PARCEL), {"forest": layer}, rules), tmp_path)
    assert old == new
    # A feature of no known grade may be of grade I: it is named too.
    assert new["parcels"][0]["findings"][0]["feature_ids"] == ["01", "3.0", "02"]
    frame = back.layers["forest"].frame
    assert list(frame["feature_id"]) == ["01", "02", "3.0", "é"]
    assert frame["forest_grade"].fillna("none").tolist() == ["I", "", "none", "007"]


def test_what_a_layer_says_of_itself_comes_back(tmp_path):
    layer = replace(
        b.layer("pbf", EAST[0], status=LayerStatus.OUTDATED),
        sha256="ab" * 32,
        date="2014-12-31",
        valid_until="2019-12-31",
        n_features=812,
        reason=Text("旧", "old"),
        extent_basis=Text("县", "counties"),
        note="生成 / generated",
        remarks=(Text("甲", "a"), Text("乙", "b")),
    )
    _, _, back = round_trip(loaded(b.parcels(P=PARCEL), {"pbf": layer}, ruleset()), tmp_path)
    again = back.layers["pbf"]
    same = {name: getattr(layer, name) for name in layer.__dataclass_fields__}
    for name in set(same) - {"frame", "extent"}:
        assert getattr(again, name) == same[name], name


def test_coverage_is_judged_equally(tmp_path):
    """Half of B lies outside the extent, all of C, and A in two parts of it together."""
    parts = b.frame(b.square(-200, -200, 250, 500), b.square(50, -200, 200, 500))
    layer = replace(b.layer("pbf", EAST[2]), extent=parts)
    parcels = b.parcels(A=PARCEL, B=b.square(200, 0), C=b.square(4000, 0))
    old, new, _ = round_trip(loaded(parcels, {"pbf": layer}, ruleset()), tmp_path)
    assert old == new
    verdicts = [parcel["verdict"] for parcel in new["parcels"]]
    assert verdicts == ["clear", "undetermined", "undetermined"]


def test_setbacks_are_judged_equally(tmp_path):
    rules = ruleset(b.rule("P1", "road", setback_m=60.0), b.rule("P2", "road", "conditional"))
    held = loaded(b.parcels(P=PARCEL), {"road": b.layer("road", *EAST)}, rules)
    old, new, _ = round_trip(held, tmp_path)
    assert old == new
    assert [f["verdict"] for f in new["parcels"][0]["findings"]] == ["prohibited", "clear"]


def test_secret_shapes_are_left_out_and_the_record_says_so(tmp_path):
    held = loaded(b.parcels(P=PARCEL), {"pbf": b.layer("pbf", *EAST)}, ruleset())
    check = pipeline.check_loaded(held)
    record = write_evidence(check, held, tmp_path, lang="zh", use_geometry=False)
    assert record["geometry"] is None
    assert list(tmp_path.iterdir()) == []


def test_the_record_names_versions_and_limits(tmp_path):
    held = loaded(b.parcels(P=PARCEL), {}, ruleset())
    record = write_evidence(pipeline.check_loaded(held), held, tmp_path, lang="en")
    assert record["versions"]["geos"] == shapely.geos_version_string
    assert set(record["versions"]) == {"dzgis", "geos", "proj", "numpy"}
    assert record["rules"]["tolerance"]["sliver_area_m2"] == 10.0
    assert record["area_limits"]["error_pct"] > 0
    assert record["as_of"] == "2020-12-31"


# -------------------------------------------------------------------------- the store


def test_exact_store_keeps_numbers_and_null(tmp_path):
    frame = gpd.GeoDataFrame(
        {"x": [0.1 + 0.2, np.nan], "n": [1, 2**53], "word": ["", None]},
        geometry=[PARCEL, EAST[0]],
        crs=b.METRIC,
        index=["a", "b"],
    )
    frame.index.name = "key"
    stores.write_exact({"one": frame, "two": frame.iloc[:0]}, tmp_path / "e.gpkg", date=DAY)
    back = stores.read_layer(tmp_path / "e.gpkg", "one")
    assert list(back["key"]) == ["a", "b"]
    assert back["x"].iloc[0] == 0.1 + 0.2
    assert np.isnan(back["x"].iloc[1])
    assert list(back["n"]) == [1, 2**53]
    assert back["word"].iloc[0] == ""
    assert back["word"].isna().tolist() == [False, True]
    assert len(stores.read_layer(tmp_path / "e.gpkg", "two")) == 0
