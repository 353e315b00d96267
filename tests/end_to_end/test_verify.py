"""
`dzgis verify`: a check made again from what it left behind; whatever was tampered with is named.

    499200   499300          500100 500300      500800
    +--------+---------------+------+-----------+  3321700     farmland: the square
    |  tie   |   upper       | farm |           |              pressed, free, beside: parcels of
    +--------+---------------+------+-----------+  3320900     100 m; tie: a bow-tie
    |        |   lower       |      |           |
    +--------+---------------+------+-----------+  3320100
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.affinity import translate

from dzgis import pipeline, stores
from dzgis.cli.frame import run_guarded
from dzgis.errors import InputError
from dzgis.inputs import sha256_of
from dzgis.pipeline import Inputs

pytestmark = pytest.mark.slow

ZONE = "EPSG:4545"
PLAN = Path(__file__).parents[1] / "plans" / "tiny.toml"
UPPER = shapely.box(499200, 3320900, 500800, 3321700)
LOWER = shapely.box(499200, 3320100, 500800, 3320900)
FARMLAND = shapely.box(500100, 3320800, 500300, 3321000)
PARCELS = {
    "free": shapely.box(500400, 3321100, 500500, 3321200),
    "tie": shapely.Polygon(
        [(499210, 3321000), (499290, 3321080), (499290, 3321000), (499210, 3321080)]
    ),
    "pressed": shapely.box(500250, 3320950, 500350, 3321050),
    "beside": shapely.box(500300, 3320800, 500350, 3320900),
}


def dzgis(*arguments, at=None):
    return subprocess.run(
        [sys.executable, "-m", "dzgis", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=at,
    )


def written(folder, name, layer, shapes, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=ZONE)
    frame.to_file(folder / name, layer=layer)
    return folder / name


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    written(folder, "counties.gpkg", "XZQ", [UPPER, LOWER], NAME=["上石县", "下石县"])
    written(folder, "farmland.gpkg", "YJJBNTTB", [FARMLAND], BSM=["1"])
    written(folder, "parcels.gpkg", "DK", PARCELS.values(), DKBH=list(PARCELS))
    return folder


def check(files, out, *more, parcels="parcels.gpkg", lang="en"):
    layers = ["--counties", files / "counties.gpkg", "--protect", f"pbf={files / 'farmland.gpkg'}"]
    covers = ["--covers", "pbf=上石县,下石县", "--plan", PLAN, "--lang", lang, *more]
    covers += ["--reports", "none"]
    arguments = ["check", files / parcels, "-o", out, *layers, *covers]
    assert run_guarded(list(map(str, arguments))) == 1


@pytest.fixture(scope="module")
def out(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify_out") / "out"
    check(files, folder)
    return folder


@pytest.fixture
def copy(out, tmp_path):
    """A copy of all outputs elsewhere, to be tampered with."""
    return shutil.copytree(out, tmp_path / "elsewhere")


def changed(folder, change, *, name="check.json", alone=True):
    """Change a JSON file; `alone` without run.json, whose hash would tell at once."""
    path = folder / name
    said = json.loads(path.read_text("utf-8"))
    change(said)
    path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    if alone:
        (folder / "run.json").unlink()
    return folder / "check.json"


def paths(found):
    return [one.path for one in found.differences]


def verdict(said, parcel, to):
    one = next(one for one in said["parcels"] if one["parcel_id"] == parcel)
    one["verdict"] = to
    for finding in one["findings"]:
        finding["verdict"] = to


# ------------------------------------------------------------------------------ equal


def test_elsewhere_and_without_the_original_data(out, files, tmp_path):
    """The originals are moved away, the outputs copied, dzgis run from another folder."""
    elsewhere = shutil.copytree(out, tmp_path / "a b")
    hidden = files.rename(files.with_name("hidden"))
    try:
        done = dzgis("verify", elsewhere / "check.json", "--lang", "en", at=tmp_path)
    finally:
        hidden.rename(files)
    assert done.returncode == 0, done.stderr
    assert "equal: every value is as recorded" in done.stdout
    n = len(json.loads((out / "run.json").read_text("utf-8"))["outputs"])
    assert f"{n} output files were held against their hashes" in done.stdout
    assert "1 parcels that could not be judged are not in the evidence" in done.stdout
    assert done.stderr == ""


def test_json_for_machines(out):
    done = dzgis("verify", out / "check.json", "--json", "--lang", "zh")
    said = json.loads(done.stdout)
    assert (done.returncode, said["outcome"], said["differences"]) == (0, "equal", [])
    assert said["n_equal"] > 50
    assert said["missing"] == []
    assert any("evidence.gpkg" in text for text in said["verified"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_are_compared_in_the_language_of_the_check(files, tmp_path, lang):
    check(files, tmp_path / "out", lang=lang)
    found = pipeline.verify(tmp_path / "out" / "check.json")
    assert found.outcome == "equal"
    path = changed(
        tmp_path / "out", lambda said: said["parcels"][2]["findings"][0].update(reason="没事")
    )
    found = pipeline.verify(path)
    assert paths(found) == ["parcels[pressed].findings[A1].reason"]


def test_the_sample(tmp_path):
    sample = Inputs(parcels=pipeline.sample_inputs().parcels)
    arguments = ["check", sample.parcels, "-o", tmp_path / "out", "--reports", "none"]
    assert run_guarded([str(one) for one in arguments]) == 1
    assert pipeline.verify(tmp_path / "out" / "check.json").outcome == "equal"


# ------------------------------------------------------------------- tampered check.json


def area(said):
    said["parcels"][2]["findings"][0]["area_m2"] += 0.01


def rule(said):
    said["evidence"]["rules"]["rules"][0]["verdict"] = "conditional"


def day(said):
    said["as_of"] = "2019-12-31"


TAMPERED = {
    "a verdict": (lambda s: verdict(s, "pressed", "clear"), "parcels[pressed].verdict"),
    "the verdict on a broken parcel": (
        lambda s: verdict(s, "tie", "clear"),
        "parcels[tie].verdict",
    ),
    "a digit of an area": (area, "parcels[pressed].findings[A1].area_m2"),
    "a share": (
        lambda s: s["parcels"][2]["findings"][0].update(share=0.2),
        "parcels[pressed].findings[A1].share",
    ),
    "an area that was not measured": (
        lambda s: s["parcels"][1].update(area_m2=1.0),
        "parcels[tie].area_m2",
    ),
    "feature ids": (
        lambda s: s["parcels"][2]["findings"][0].update(feature_ids=[]),
        "parcels[pressed].findings[A1].feature_ids",
    ),
    "whether it is required": (
        lambda s: s["parcels"][2]["findings"][0].update(required=1),
        "parcels[pressed].findings[A1].required",
    ),
    "an agreement of areas": (
        lambda s: s["parcels"][2]["area_reconciliation"].update(declared_agreement="agrees"),
        "parcels[pressed].area_reconciliation.declared_agreement",
    ),
    "a parcel left out": (lambda s: s["parcels"].pop(2), "parcels[pressed]"),
    "a parcel put in": (
        lambda s: s["parcels"].append(dict(s["parcels"][0], parcel_id="new")),
        "parcels[new]",
    ),
    "a parcel twice": (lambda s: s["parcels"].append(s["parcels"][0]), "parcels"),
    "a finding left out": (
        lambda s: s["parcels"][2]["findings"].pop(),
        "parcels[pressed].findings[A1]",
    ),
    "another order": (lambda s: s["parcels"].reverse(), "parcels (order)"),
    "a figure left out": (lambda s: s["parcels"][2].pop("area_m2"), "parcels[pressed].area_m2"),
    "a note left out": (lambda s: s["notes"].clear(), "notes"),
    "the day": (day, "as_of"),
    "a rule": (rule, "parcels[pressed].findings[A1].verdict"),
    "the words of a law": (
        lambda s: s["evidence"]["rules"]["rules"][0].update(legal_basis="第一条"),
        "parcels[pressed].findings[A1].legal_basis",
    ),
    "the tolerance": (
        lambda s: (
            s["evidence"]["rules"]["tolerance"].update(sliver_width_m=5.0)
            or s["evidence"]["rules"]["tolerance"].update(sliver_area_m2=100.0)
            or s["parcels"][2].update(verdict="within_tolerance")
        ),
        "parcels[pressed].verdict",
    ),
    "a hash of a layer": (
        lambda s: s["layers"][0].update(sha256="0" * 64),
        "layers[pbf].sha256",
    ),
    "the status of a layer": (
        lambda s: s["layers"][0].update(status="absent"),
        "layers[pbf].status",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_in_check_json_is_named(copy, what):
    change, where = TAMPERED[what]
    found = pipeline.verify(changed(copy, change))
    assert found.outcome == "differs"
    assert where in paths(found)


def test_the_command_names_the_change_and_ends_with_1(copy):
    path = changed(copy, lambda said: verdict(said, "pressed", "clear"))
    done = dzgis("verify", path, "--lang", "en")
    assert done.returncode == 1
    line = '✗ parcels[pressed].verdict: recorded "clear", found "prohibited"'
    assert line in done.stdout
    assert "there is no run.json beside it" in done.stdout


def test_run_json_tells_a_change_that_changes_no_figure(copy):
    found = pipeline.verify(
        changed(copy, lambda said: said["evidence"].update(plan="other"), alone=False)
    )
    assert paths(found) == ["check.json"]


def test_rules_that_are_not_those_of_run_json(copy):
    found = pipeline.verify(changed(copy, rule, alone=False))
    one = next(d for d in found.differences if d.path == "evidence.rules[A1].verdict")
    assert (one.recorded, one.recomputed) == ("prohibited", "conditional")


def test_layers_that_are_not_those_of_run_json(copy):
    """Both records in check.json were changed alike; run.json has the right hash."""

    def change(said):
        said["layers"][0]["sha256"] = said["evidence"]["layers"][0]["sha256"] = "0" * 64

    assert "run.json: inputs[pbf].sha256" in paths(
        pipeline.verify(changed(copy, change, alone=False))
    )


# ------------------------------------------------------------------ tampered evidence, swaps


def moved_evidence(folder, by_m):
    """Evidence in which the farmland's first corner lies elsewhere."""
    path = folder / "evidence.gpkg"
    layers = {name: stores.read_layer(path, name) for name, _ in pyogrio.list_layers(path)}
    shape = layers["layer_pbf"].geometry.iloc[0]
    corners = [list(corner) for corner in shapely.get_coordinates(shape)]
    for corner in corners:
        if corner == [500300, 3321000]:
            corner[0] += by_m
    layers["layer_pbf"].geometry = [shapely.Polygon(corners)]
    path.unlink()
    day_of = json.loads((folder / "check.json").read_text("utf-8"))["as_of"]
    stores.write_exact(layers, path, date=pipeline_day(day_of))
    return sha256_of(path)


def pipeline_day(text):
    import datetime as dt

    return dt.date.fromisoformat(text)


def test_a_coordinate_of_the_evidence(copy):
    moved_evidence(copy, 0.001)
    found = pipeline.verify(copy / "check.json")
    assert found.outcome == "differs"
    assert paths(found) == ["evidence.gpkg"]
    assert "was not computed with" in found.missing[0].en


def test_a_coordinate_of_the_evidence_and_its_hash(copy):
    sha256 = moved_evidence(copy, 0.01)
    path = changed(copy, lambda said: said["evidence"]["geometry"].update(sha256=sha256))
    found = pipeline.verify(path)
    assert found.missing == ()
    assert "parcels[pressed].findings[A1].area_m2" in paths(found)


def test_a_corner_that_makes_the_evidence_invalid(copy):
    sha256 = moved_evidence(copy, -500.0)
    path = changed(copy, lambda said: said["evidence"]["geometry"].update(sha256=sha256))
    found = pipeline.verify(path)
    assert found.outcome == "unverifiable"
    assert "computing again failed" in found.missing[0].en


def test_the_evidence_of_another_check(copy, files, tmp_path):
    moved = [translate(shape, 0, 7) for shape in PARCELS.values()]
    written(files, "others.gpkg", "DK", moved, DKBH=list(PARCELS))
    check(files, tmp_path / "other", parcels="others.gpkg")
    shutil.copy(tmp_path / "other" / "evidence.gpkg", copy / "evidence.gpkg")
    found = pipeline.verify(copy / "check.json")
    assert (found.outcome, paths(found)) == ("differs", ["evidence.gpkg"])
    shutil.copy(tmp_path / "other" / "run.json", copy / "run.json")
    names = paths(pipeline.verify(copy / "check.json"))
    assert {"check.json", "run.json: inputs[parcels].sha256"} <= set(names)


@pytest.mark.parametrize("name", ["check.xlsx", "conflicts.gpkg"])
def test_an_output_that_was_changed(copy, name):
    (copy / name).write_bytes((copy / name).read_bytes() + b"\0")
    found = pipeline.verify(copy / "check.json")
    assert (found.outcome, paths(found)) == ("differs", [name])


def test_check_json_under_another_name(copy):
    path = (copy / "check.json").rename(copy / "核查 (1).json")
    assert pipeline.verify(path).outcome == "equal"
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert paths(pipeline.verify(path)) == ["check.json"]


def test_a_manifest_that_no_longer_names_check_json(copy):
    changed(copy, lambda said: said["outputs"].pop("check.json"), name="run.json", alone=False)
    assert paths(pipeline.verify(copy / "check.json")) == ["check.json"]


def test_an_output_that_is_not_there_is_not_verified(copy):
    (copy / "check.xlsx").unlink()
    found = pipeline.verify(copy / "check.json")
    assert found.outcome == "equal"
    assert any("not there, hence not verified: check.xlsx" in t.en for t in found.not_verified)


# -------------------------------------------------------------------------- not verifiable


def test_without_the_evidence(copy):
    (copy / "evidence.gpkg").unlink()
    done = dzgis("verify", copy / "check.json", "--lang", "en")
    assert done.returncode == 2
    assert "put it beside check.json, or give the original data" in done.stderr
    assert "cannot be verified" in done.stdout


def test_secret_shapes(files, tmp_path):
    check(files, tmp_path / "out", "--no-evidence")
    assert not (tmp_path / "out" / "evidence.gpkg").exists()
    path = tmp_path / "out" / "check.json"
    found = pipeline.verify(path)
    assert found.outcome == "unverifiable"
    assert "left its shapes out, as secret" in found.missing[0].en
    assert pipeline.verify(path, originals(files)).outcome == "equal"


BAD = {
    "nothing": (None, "there is no file"),
    "no json": ("{", "cannot be read as JSON"),
    "a list": ("[]", "is no JSON object"),
    "nested too deeply": ("[" * 100_000, "cannot be read as JSON"),
    "a key twice": ('{"rules": "a", "rules": "b"}', "key twice: rules"),
    "no number": ('{"rules": NaN}', "no number: NaN"),
    "another json": ('{"type": "FeatureCollection", "features": []}', "is no check.json"),
    "layers of no records": (
        '{"rules": "a", "as_of": "2020-12-31", "layers": [1], "parcels": []}',
        "is no check.json",
    ),
    "an older one": (
        '{"rules": "a", "as_of": "2020-12-31", "layers": [], "parcels": []}',
        "an older dzgis wrote it",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_old_and_foreign_files(tmp_path, what):
    text, words = BAD[what]
    if text is not None:
        (tmp_path / "check.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=words):
        pipeline.verify(tmp_path / "check.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e.update(format=2), "newer than this dzgis"),
        (lambda e: e.pop("rules"), r"damaged \(evidence.rules"),
        (lambda e: e["layers"][0].update(status="fine"), r"damaged \(evidence.layers.0.status"),
        (lambda e: e["geometry"].update(file="../x.gpkg"), r"damaged \(evidence.geometry.file"),
        (lambda e: e.update(n_parcels=2), "the layer parcels has 3 records, the record says 2"),
        (lambda e: e["layers"][0].update(role="river"), "lacks the layers layer_river"),
    ],
)
def test_a_damaged_record_of_the_evidence(copy, change, words):
    path = changed(copy, lambda said: change(said["evidence"]))
    with pytest.raises(InputError, match=words):
        pipeline.verify(path)


def test_a_damaged_manifest(copy):
    (copy / "run.json").write_text('{"outputs": []}', "utf-8")
    done = dzgis("verify", copy / "check.json", "--lang", "en")
    assert done.returncode == 2
    assert "run.json is damaged" in done.stderr


def test_a_manifest_that_names_files_elsewhere(copy, tmp_path):
    """Nothing outside the folder is read."""
    (tmp_path / "secret").write_text("x", "utf-8")
    changed(
        copy,
        lambda said: said["outputs"].update({"../secret": "0" * 64}),
        name="run.json",
        alone=False,
    )
    found = pipeline.verify(copy / "check.json")
    assert found.outcome == "equal"
    assert any("../secret" in text.en for text in found.not_verified)


# -------------------------------------------------------------------------- the originals


def originals(files, **more):
    paths = {
        "counties": files / "counties.gpkg",
        "protection": {"pbf": files / "farmland.gpkg"},
        "parcels": files / "parcels.gpkg",
    }
    return Inputs(**(paths | more))


def test_the_originals_give_the_same(out, files):
    arguments = ["--parcels", files / "parcels.gpkg", "--counties", files / "counties.gpkg"]
    arguments += ["--protect", f"pbf={files / 'farmland.gpkg'}", "--lang", "en"]
    done = dzgis("verify", out / "check.json", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "computed again from original data: parcels, permanent basic farmland" in done.stdout
    assert "evidence was taken from" not in done.stdout


def test_originals_stand_in_for_the_evidence(copy, files):
    (copy / "evidence.gpkg").unlink()
    found = pipeline.verify(copy / "check.json", originals(files))
    assert (found.outcome, found.missing) == ("equal", ())
    only = Inputs(parcels=files / "parcels.gpkg")
    found = pipeline.verify(copy / "check.json", only)
    assert found.outcome == "unverifiable"
    assert found.missing[-1].en == "original data are needed: --protect pbf="


def test_parcels_alone_may_be_original(out, files):
    found = pipeline.verify(out / "check.json", Inputs(parcels=files / "parcels.gpkg"))
    assert found.outcome == "equal"
    assert [text.en.split(":")[0] for text in found.verified[1:]] == [
        "computed again from original data",
        "computed again from evidence.gpkg (its hash is right) and the rules in check.json",
    ]


def test_another_original_is_told_by_its_hash_and_its_figures(out, files, tmp_path):
    shapes = [translate(FARMLAND, 5, 0)]
    other = written(tmp_path, "farmland.gpkg", "YJJBNTTB", shapes, BSM=["1"])
    found = pipeline.verify(out / "check.json", originals(files, protection={"pbf": other}))
    assert found.outcome == "differs"
    assert {"layers[pbf].sha256", "parcels[pressed].findings[A1].area_m2"} <= set(paths(found))


def test_other_parcels_and_counties_are_told_by_their_hashes(out, files, tmp_path):
    parcels = written(tmp_path, "p.gpkg", "DK", PARCELS.values(), DKBH=list(PARCELS), more=[1] * 4)
    counties = written(
        tmp_path, "c.gpkg", "XZQ", [UPPER, LOWER], NAME=["上石县", "下石县"], more=[1, 2]
    )
    given = originals(files, parcels=parcels, counties=counties)
    found = pipeline.verify(out / "check.json", given)
    assert paths(found) == ["parcels.sha256", "counties.sha256"]


def test_an_original_that_cannot_be_read(out, files):
    with pytest.raises(InputError, match="nowhere"):
        pipeline.verify(out / "check.json", originals(files, parcels=files / "nowhere.gpkg"))


# --------------------------------------------------------------------------- what is left out


def test_a_persons_decision_and_additions_are_not_verified(copy):
    def change(said):
        said["parcels"][2]["override"] = {"verdict": "clear", "by": "张", "reason": "—", "at": "—"}
        said["avoidance"] = [{"parcel_id": "pressed"}]
        said["notes"].append("一条附注")

    found = pipeline.verify(changed(copy, change))
    assert found.outcome == "equal"
    told = next(text.en for text in found.not_verified if "not made again" in text.en)
    # The check itself has one boundary change, for the parcel that presses.
    assert "override (1)" in told
    assert "notes (1)" in told
    assert "avoidance (2)" in told


def test_another_version_words_its_sentences_otherwise(copy):
    def change(said):
        said["evidence"]["versions"].update(dzgis="0.0.9", geos="3.0.0")
        said["parcels"][2]["findings"][0]["reason"] = "in other words"

    found = pipeline.verify(changed(copy, change))
    assert found.outcome == "equal"
    assert any("dzgis 0.0.9 → " in t.en and "geos 3.0.0 → " in t.en for t in found.not_verified)
    assert any("reason" in text.en for text in found.not_verified)
