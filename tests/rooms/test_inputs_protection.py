import datetime as dt
import hashlib

import geopandas as gpd
import pytest
import shapely
from test_inputs_toy import AS_OF, EAST, WEST, square, toy_plan, two_counties

from dzgis.errors import InputError
from dzgis.inputs import read_protection, recognise_protection, recognise_role
from dzgis.pipeline import check_parcels
from dzgis.plan.model import Plan
from dzgis.protection import cover_problems
from dzgis.terms import LayerStatus, Verdict

pytestmark = pytest.mark.slow

PLAN = toy_plan()
COUNTIES = gpd.GeoDataFrame(
    {"county_code": ["530181", "530127"], "county": ["安宁市", "嵩明县"], "district": "west"},
    geometry=[WEST, EAST],
    crs="EPSG:4490",
)


def features(crs="EPSG:4490", **columns):
    shapes = [square(101.1), square(101.3)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490").to_crs(crs)


def read(sources, **more):
    return read_protection(sources, PLAN, **({"as_of": AS_OF, "counties": COUNTIES} | more))


def register(path, **keys):
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in keys.items()]
    text = "\n".join(["[[file]]", f'path = "{path.name}"', *lines])
    (path.parent / "SOURCES.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "fields", "role"),
    [
        ("YJJBNTTB", [], "pbf"),
        ("jbnttb", [], "pbf"),
        ("530181YJJBNTTB2020", [], "pbf"),
        ("某县永久基本农田", [], "pbf"),
        ("STBHHX", [], "ecrl"),
        ("LD", [], "forest"),
        ("LDYZT_2014", [], "forest"),
        ("water_source", [], "water_source"),
        ("530181_water_source_2020", [], "water_source"),
        ("layer", ["lin_di_bhdj"], "forest"),
        ("layer", ["JBNTMJ"], "pbf"),
        ("CZKFBJ", [], "udb"),
        ("530181_GL_2023", [], "road"),
        ("TL", [], "railway"),
        ("layer", ["GLDJ"], "road"),
        ("DLTB", [], "land_use"),
        ("layer", ["BH_DJ", "JBNTMJ"], None),  # two roles
        ("OLD", [], None),  # a code is a whole word
        ("layer", ["NAME"], None),
    ],
)
def test_a_role_is_recognised_from_name_or_fields(name, fields, role):
    assert recognise_role(name, fields) == role


def test_every_role_of_the_rules_has_a_layer_and_absent_is_not_empty():
    layers = read({})
    assert list(layers) == ["pbf", "forest", "ecrl"]
    for layer in layers.values():
        assert layer.status is LayerStatus.ABSENT
        assert layer.frame is None
        assert layer.extent is None
        assert "does not mean" in layer.reason.en


def test_one_file_with_several_layers_serves_all_its_roles(tmp_path):
    path = tmp_path / "p.gpkg"
    features(BH_DJ=["1", "2"]).to_file(path, layer="LD")
    features(BSM=["x", "y"]).to_file(path, layer="YJJBNTTB")
    features().to_file(path, layer="notes")
    found = recognise_protection(path)
    assert found == {"forest": f"{path}::LD", "pbf": f"{path}::YJJBNTTB"}
    layers = read({"pbf": path, "forest": path})
    assert layers["pbf"].source == f"{path}::YJJBNTTB"
    assert list(layers["pbf"].frame["feature_id"]) == ["x", "y"]
    assert layers["forest"].status is LayerStatus.USED
    assert layers["forest"].n_features == 2
    assert layers["forest"].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_folder_of_files_is_searched(tmp_path):
    features(BH_DJ=["1", "2"]).to_file(tmp_path / "LD.shp")
    features().to_file(tmp_path / "STBHHX.geojson")
    (tmp_path / "readme.md").write_text("x")
    assert set(recognise_protection(tmp_path)) == {"forest", "ecrl"}


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        (["1", "2"], ["I", "II"]),
        ([3, 4], ["III", "IV"]),
        ([1.0, 4.0], ["I", "IV"]),
        (["Ⅰ", "Ⅳ"], ["I", "IV"]),
        (["一级", "3级"], ["I", "III"]),
        (["Ⅱ级", " ii "], ["II", "II"]),
        (["２", "Ⅲ级"], ["II", "III"]),
        (["ＩＶ", "Ｉ级"], ["IV", "I"]),
    ],
)
def test_forest_grades_are_brought_to_one_spelling(tmp_path, words, grade):
    features(LIN_DI_BHDJ=words).to_file(tmp_path / "f.gpkg", layer="f")
    layer = read({"forest": tmp_path / "f.gpkg"})["forest"]
    assert list(layer.frame["forest_grade"]) == grade
    said = ["number", "kind", "village", "owner", "forest_category"]
    assert list(layer.frame.columns) == ["feature_id", "forest_grade", *said, "geometry"]
    assert layer.frame[said].eq("").all(axis=None)  # fields that the layer does not have


def test_a_grade_may_stand_in_either_of_two_fields(tmp_path):
    features(BH_DJ=["1", None], LIN_DI_BHDJ=[None, "Ⅲ"]).to_file(tmp_path / "f.gpkg")
    layer = read({"forest": tmp_path / "f.gpkg"})["forest"]
    assert list(layer.frame["forest_grade"]) == ["I", "III"]
    assert layer.remarks == ()


@pytest.mark.parametrize("covers", [None, {"forest": ["530181", "530127"]}])
def test_a_parcel_on_a_feature_of_unknown_grade_is_undetermined(tmp_path, covers):
    """The feature at 101.1 is of grade II, the one at 101.3 of none, the hull holds both."""
    features(BH_DJ=["2", " "], BSM=["a", "b"]).to_file(tmp_path / "f.gpkg")
    layer = read({"forest": tmp_path / "f.gpkg"}, covers=covers)["forest"]
    assert layer.status is LayerStatus.USED
    parcels = gpd.GeoDataFrame(
        geometry=[square(101.102, 25.102, 0.004), square(101.305, 25.105)],
        index=["known", "unknown"],
        crs=4490,
    )
    found = check_parcels(parcels, {"forest": layer}, PLAN.rules, as_of=AS_OF).parcels
    verdicts = [[f.verdict for f in one.findings if f.role == "forest"] for one in found]
    assert verdicts == [[Verdict.CLEAR], [Verdict.UNDETERMINED]]
    assert any("is blank in 1 records (2)" in remark.en for remark in layer.remarks)


def test_records_beyond_the_plan_are_told(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[square(), square(99.0)], crs=4490)
    frame.to_file(tmp_path / "e.gpkg")
    (remark,) = read({"ecrl": tmp_path / "e.gpkg"})["ecrl"].remarks
    assert "1 of 2 records lie away from the plan's region (records 2)" in remark.en


@pytest.mark.parametrize(("shape", "silent"), [(square(), True), (square(101.195), False)])
def test_a_county_said_to_be_surveyed_without_a_feature_is_told(tmp_path, shape, silent):
    gpd.GeoDataFrame(geometry=[shape], crs=4490).to_file(tmp_path / "e.gpkg")
    covers = {"ecrl": ["530181", "530127"]}
    layer = read({"ecrl": tmp_path / "e.gpkg"}, covers=covers)["ecrl"]
    assert layer.status is LayerStatus.USED
    assert [("嵩明县" in r.zh, "安宁市" in r.zh) for r in layer.remarks] == [(True, False)] * silent


@pytest.mark.parametrize(("given", "kept"), [(4490, 4490), (4326, 4490), (4543, 4543)])
def test_the_crs_is_4490_or_the_files_own_in_metres(tmp_path, given, kept):
    features(crs=given).to_file(tmp_path / "e.gpkg")
    layer = read({"ecrl": tmp_path / "e.gpkg"})["ecrl"]
    assert layer.frame.crs.to_epsg() == kept


def test_without_a_register_the_extent_is_the_hull(tmp_path):
    features().to_file(tmp_path / "e.gpkg")
    layer = read({"ecrl": tmp_path / "e.gpkg"})["ecrl"]
    assert layer.status is LayerStatus.USED
    assert layer.extent.geometry[0].contains(square(101.2, 25.102, 0.001))
    assert "convex hull" in layer.extent_basis.en
    assert layer.date == ""


def test_the_register_tells_dates_extent_and_that_it_is_generated(tmp_path):
    path = tmp_path / "p.gpkg"
    features().to_file(path, layer="STBHHX")
    keys = {"survey_date": "2014-12-31", "valid_until": "2020-12-31", "covers": ["530181"]}
    register(path, layer="STBHHX", note="GENERATED", **keys)
    layer = read({"ecrl": path})["ecrl"]
    assert (layer.date, layer.valid_until) == ("2014-12-31", "2020-12-31")
    assert layer.status is LayerStatus.USED
    assert layer.extent.geometry[0].equals(WEST)
    assert layer.note == "GENERATED"
    assert "安宁市" in layer.extent_basis.zh


def test_the_register_gives_a_role_to_a_layer_of_any_name(tmp_path):
    features().to_file(tmp_path / "p.gpkg", layer="x")
    register(tmp_path / "p.gpkg", layer="x", role="river")
    assert recognise_protection(tmp_path / "p.gpkg") == {"river": f"{tmp_path / 'p.gpkg'}::x"}


def test_a_role_in_the_register_overrides_name_and_fields(tmp_path):
    features(BH_DJ=["1", "2"]).to_file(tmp_path / "p.gpkg", layer="STBHHX")
    register(tmp_path / "p.gpkg", layer="STBHHX", role="pbf")
    assert read({"pbf": tmp_path / "p.gpkg"})["pbf"].status is LayerStatus.USED


def test_a_shapefile_may_be_registered_one_folder_up(tmp_path):
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "STBHHX.shp"
    features().to_file(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    register(tmp_path / "sub/STBHHX.shp", covers=["530181"], sha256=digest)
    text = (tmp_path / "sub" / "SOURCES.toml").read_text().replace("STBHHX", "sub/STBHHX")
    (tmp_path / "SOURCES.toml").write_text(text)
    (tmp_path / "sub" / "SOURCES.toml").unlink()
    assert read({"ecrl": path})["ecrl"].extent.geometry[0].equals(WEST)


@pytest.mark.parametrize("said", ["./p.gpkg", "sub/../p.gpkg", ".\\\\p.gpkg"])
def test_the_register_may_write_a_path_in_any_way(tmp_path, said):
    features().to_file(tmp_path / "p.gpkg")
    (tmp_path / "sub").mkdir()
    text = f'[[file]]\npath = "{said}"\nvalid_until = "2000-01-01"\n'
    (tmp_path / "SOURCES.toml").write_text(text)
    assert read({"ecrl": tmp_path / "p.gpkg"})["ecrl"].status is LayerStatus.OUTDATED


@pytest.mark.parametrize("folder", [".", ".."])
def test_the_register_is_found_from_any_working_directory(tmp_path, monkeypatch, folder):
    """A bare file name has the folder above too."""
    (tmp_path / "sub").mkdir()
    features().to_file(tmp_path / "sub" / "p.gpkg")
    name = "p.gpkg" if folder == "." else "sub/p.gpkg"
    text = f'[[file]]\npath = "{name}"\nvalid_until = "2000-01-01"\n'
    (tmp_path / "sub" / folder / "SOURCES.toml").write_text(text)
    monkeypatch.chdir(tmp_path / "sub")
    assert read({"ecrl": "p.gpkg"})["ecrl"].status is LayerStatus.OUTDATED


def test_an_entry_about_the_layer_comes_before_one_about_the_file(tmp_path):
    features().to_file(tmp_path / "p.gpkg", layer="STBHHX")
    text = '[[file]]\npath = "p.gpkg"\n[[file]]\npath = "p.gpkg"\nlayer = "stbhhx"\n'
    (tmp_path / "SOURCES.toml").write_text(text + "valid_until = 2000-01-01\n")
    assert read({"ecrl": tmp_path / "p.gpkg"})["ecrl"].status is LayerStatus.OUTDATED


def test_what_the_user_says_of_coverage_overrides_the_register(tmp_path):
    path = tmp_path / "p.gpkg"
    features().to_file(path)
    register(path, covers=["530181"])
    layer = read({"ecrl": path}, covers={"ecrl": ["云南省嵩明县"]})["ecrl"]
    assert layer.extent.geometry[0].equals(EAST)


def drawn(path, *shapes, name="DCFW", **keys):
    """Layer with the polygons of its surveyed extent beside it, registered."""
    features().to_file(path, layer="STBHHX")
    gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=list(shapes), crs="EPSG:4490").to_file(
        path, layer="DCFW", geometry_type="Polygon"
    )
    register(path, layer="STBHHX", extent_layer=name, **keys)
    return path


def test_the_register_names_a_layer_of_polygons_as_the_surveyed_extent(tmp_path):
    box, other = square(101.1, 25.1, 0.05), square(101.3, 25.1, 0.05)
    layer = read({"ecrl": drawn(tmp_path / "p.gpkg", box, other)})["ecrl"]
    assert layer.status is LayerStatus.USED
    assert list(layer.extent.geometry) == [box, other]
    assert "p.gpkg::DCFW" in layer.extent_basis.en


def test_a_parcel_outside_the_drawn_extent_is_not_judged(tmp_path):
    layers = read({"ecrl": drawn(tmp_path / "p.gpkg", square(101.3, 25.1, 0.05))})
    shapes = [square(101.3, 25.13, 0.005), square(101.2, 25.13, 0.005)]
    parcels = gpd.GeoDataFrame(index=["in", "out"], geometry=shapes, crs="EPSG:4490")
    found = check_parcels(parcels, layers, PLAN.rules, as_of=AS_OF)
    by_role = [{f.role: f.status for f in one.findings}["ecrl"] for one in found.parcels]
    assert by_role == [LayerStatus.USED, LayerStatus.NOT_COVERING]


def test_what_the_user_says_of_coverage_overrides_the_drawn_extent(tmp_path):
    path = drawn(tmp_path / "p.gpkg", square(101.1))
    layer = read({"ecrl": path}, covers={"ecrl": ["530127"]})["ecrl"]
    assert layer.extent.geometry[0].equals(EAST)


def test_a_drawn_extent_without_polygons_covers_nothing(tmp_path):
    layer = read({"ecrl": drawn(tmp_path / "p.gpkg")})["ecrl"]
    assert layer.status is LayerStatus.NOT_COVERING


def test_a_layer_of_the_extent_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no layer DCFX.*STBHHX.*correct extent_layer"):
        read({"ecrl": drawn(tmp_path / "p.gpkg", square(101.1), name="DCFX")})


def test_counties_and_a_drawn_extent_together_are_refused(tmp_path):
    path = drawn(tmp_path / "p.gpkg", square(101.1), covers=["530181"])
    with pytest.raises(InputError, match="covers and extent_layer"):
        read({"ecrl": path})


def test_an_invalid_drawn_extent_is_refused(tmp_path):
    bow_tie = shapely.Polygon([(101, 25), (101.1, 25.1), (101.1, 25), (101, 25.1)])
    with pytest.raises(InputError, match=r"p\.gpkg::DCFW"):
        read({"ecrl": drawn(tmp_path / "p.gpkg", bow_tie)})


def test_an_entry_for_another_state_of_the_file_is_not_used(tmp_path, caplog):
    path = tmp_path / "p.gpkg"
    features().to_file(path)
    register(path, covers=["530181"], sha256="0" * 64)
    layer = read({"ecrl": path})["ecrl"]
    assert "convex hull" in layer.extent_basis.en
    assert any("sha256" in record.msg.say("en") for record in caplog.records)


def test_a_layer_out_of_date_keeps_its_features(tmp_path):
    path = tmp_path / "p.gpkg"
    features().to_file(path)
    register(path, valid_until="2020-12-31")
    assert read({"ecrl": path})["ecrl"].status is LayerStatus.USED
    late = read({"ecrl": path}, as_of=dt.date(2021, 1, 1))["ecrl"]
    assert late.status is LayerStatus.OUTDATED
    assert "2020-12-31" in late.reason.en
    assert len(late.frame) == 2


def test_surveyed_and_empty_is_used_only_where_coverage_is_said(tmp_path):
    path = tmp_path / "p.gpkg"
    features(BH_DJ=["1", "2"]).iloc[:0].to_file(path)
    alone = read({"forest": path})["forest"]
    assert alone.status is LayerStatus.NOT_COVERING
    assert alone.extent is None
    said = read({"forest": path}, covers={"forest": ["530181", "530127"]})["forest"]
    assert said.status is LayerStatus.USED
    assert len(said.frame) == 0
    assert len(said.extent) == 2
    assert "forest_grade" in said.frame


def test_ids_that_are_not_unique_are_replaced_by_record_numbers(tmp_path):
    features(BSM=["a", "a"]).to_file(tmp_path / "e.gpkg")
    frame = read({"ecrl": tmp_path / "e.gpkg"})["ecrl"].frame
    assert list(frame["feature_id"]) == ["1", "2"]


def test_a_role_that_no_rule_names_is_read_too(tmp_path):
    features().to_file(tmp_path / "b.gpkg")
    layers = read({"bazi": tmp_path / "b.gpkg"})
    assert list(layers) == ["pbf", "forest", "ecrl", "bazi"]
    assert two_counties().crs == layers["bazi"].frame.crs


def test_a_rule_on_a_grade_that_there_is_not_is_refused(tmp_path):
    """It would match nothing, and every parcel would be clear of it."""
    record = PLAN.model_dump(mode="json")
    record["rules"]["rules"][1]["where"][0]["values"] = ["I", "Ⅱ"]
    features(BH_DJ=["1", "2"]).to_file(tmp_path / "f.gpkg")
    with pytest.raises(InputError) as caught:
        read_protection(
            {"forest": tmp_path / "f.gpkg"},
            Plan.model_validate(record),
            as_of=AS_OF,
            counties=COUNTIES,
        )
    assert "rule P02: forest_grade has no value Ⅱ; there are: I, II, III, IV" in caught.value.say(
        "en"
    )


# ------------------------------------------------------------------ what reports print


def test_every_layer_keeps_the_number_and_kind_of_its_features(tmp_path):
    features(
        YJJBNTTBBH=["0012", None], TBBH=["1", "2"], DLMC=["水田", ""], QSDWMC=["甲村", None]
    ).to_file(tmp_path / "p.gpkg", layer="YJJBNTTB")
    frame = read({"pbf": tmp_path / "p.gpkg"})["pbf"].frame
    assert list(frame["number"]) == ["0012", "2"]  # the first field that is filled in
    assert list(frame["kind"]) == ["水田", ""]
    assert list(frame["owner"]) == ["甲村", ""]
    assert list(frame["village"]) == ["", ""]


def test_a_forest_category_that_has_no_spelling_stays_as_it_is(tmp_path):
    features(BH_DJ=["1", "2"], SEN_LIN_LB=["011", "93"]).to_file(tmp_path / "f.gpkg")
    frame = read({"forest": tmp_path / "f.gpkg"})["forest"].frame
    assert list(frame["forest_category"]) == ["重点公益林", "93"]


@pytest.mark.parametrize(
    ("name", "fields", "role"),
    [
        ("DLTB", [], "land_use"),
        ("530181_DLTB_2020", [], "land_use"),
        ("某县地类图斑", [], "land_use"),
        ("x", ["DLBM", "TBDLMJ"], "land_use"),
        ("x", ["dlbm", "kcxs"], "land_use"),
        ("x", ["DLBM", "TBBH"], None),
        ("x", ["DLBM", "KCXS", "YJJBNTTBBH"], "pbf"),  # farmland is made of patches
        ("YJJBNTTB", ["DLBM", "TBDLMJ"], "pbf"),
    ],
)
def test_patches_of_land_use_are_recognised(name, fields, role):
    assert recognise_role(name, fields) == role


def patches(tmp_path, **columns):
    features(**({"DLBM": ["0101", "0301"]} | columns)).to_file(tmp_path / "d.gpkg", layer="DLTB")
    return read({"land_use": tmp_path / "d.gpkg"})["land_use"].frame


def test_patches_are_read_with_what_they_say(tmp_path):
    frame = patches(
        tmp_path,
        DLMC=["水田", "乔木林地"],
        QSXZ=["30", "20"],
        QSDWMC=["甲村一组", ""],
        ZLDWMC=["甲村", "乙村"],
        GDPDJ=[2, None],
        TBBH=["5", "6"],
        KCXS=[0.1234, None],
        TBMJ=[1000.0, 500.0],
        KCMJ=[123.4, 0.0],
        TBDLMJ=[876.6, 500.0],
    )
    words = ["land_class", "land_class_name", "ownership", "owner", "village", "slope_grade"]
    first = ["0101", "水田", "集体", "甲村一组", "甲村", "2"]
    assert list(frame.loc[0, words]) == first
    assert list(frame["number"]) == ["5", "6"]
    assert list(frame["ridge_share"]) == [0.1234, 0.0]  # of the second by its areas
    assert list(frame["patch_m2"]) == [1000.0, 500.0]
    assert list(frame["patch_net_m2"]) == [876.6, 500.0]


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ([0.1234, 0.0], [0.1234, 0.0]),
        ([12.34, 0.0], [0.1234, 0.0]),  # per cent
        ([12.34, 1.0], [0.1234, 0.01]),
        (["12.34", ""], [0.1234, None]),
        ([None, None], [None, None]),
    ],
)
def test_coefficients_of_ridges_are_shares_or_per_cent(tmp_path, given, shares):
    frame = patches(tmp_path, TKXS=given)
    known = frame["ridge_share"].astype(object).where(frame["ridge_share"].notna(), None)
    assert [None if s is None else pytest.approx(s) for s in shares] == list(known)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([-0.1, 0.1], r"1 \(-0.1\)"),
        ([100.0, 12.0], r"1 \(100.0\)"),
        ([12.0, 0.5], r"2 \(0.5\)"),  # per cent and a share in one column
        (["0.1", "x"], r"are no numbers \(records\): 2 \(x\)"),
    ],
)
def test_nonsense_is_no_coefficient_of_ridges(tmp_path, given, told):
    with pytest.raises(InputError, match=told):
        patches(tmp_path, KCXS=given)


def test_ridges_as_large_as_their_patch_are_refused(tmp_path):
    with pytest.raises(InputError, match="take away all of the patch"):
        patches(tmp_path, TBMJ=[100.0, 100.0], KCMJ=[100.0, 0.0])


def test_fields_of_the_flattest_grade_have_no_ridges(tmp_path):
    frame = patches(tmp_path, DLBM=["0101", "0103"], GDPDJB=["1", "2"])
    assert frame["ridge_share"].iloc[0] == 0.0
    assert frame["ridge_share"].isna().iloc[1]


def test_patches_without_a_class_are_refused(tmp_path):
    features(BSM=["a", "b"]).to_file(tmp_path / "d.gpkg", layer="DLTB")
    with pytest.raises(InputError, match="lacks the attribute land_class"):
        read({"land_use": tmp_path / "d.gpkg"})


def test_farmland_made_of_patches_is_taken_as_what_it_is_given_for(tmp_path):
    """Its fields are those of patches, its name says nothing; a name that does is believed."""
    features(DLBM=["0101", "0103"], KCXS=[0.1, 0.1], ZLDB=["8", None]).to_file(tmp_path / "a.gpkg")
    frame = read({"pbf": tmp_path / "a.gpkg"})["pbf"].frame
    assert list(frame["quality_grade"]) == ["8", ""]
    features(DLBM=["0101", "0103"]).to_file(tmp_path / "b.gpkg", layer="DLTB")
    with pytest.raises(InputError, match="land_use"):
        read({"pbf": tmp_path / "b.gpkg"})


def test_ground_without_a_patch_was_not_surveyed(tmp_path):
    """Patches at 101.1 and 101.3: their hull holds what lies between, they do not."""
    features(DLBM=["0301", "0301"]).to_file(tmp_path / "d.gpkg", layer="DLTB")
    layer = read({"land_use": tmp_path / "d.gpkg"})["land_use"]
    spots = [square(101.102, size=0.001), square(101.2, size=0.001), square(101.301, size=0.001)]
    land = gpd.GeoDataFrame({"name": ""}, geometry=spots, index=["A", "B", "C"], crs=4490)
    assert list(cover_problems(land, layer)) == [False, True, False]
    assert "where it has none it was not surveyed" in layer.extent_basis.en
