"""Every parcel of the shipped sample that presses: changed, written, read back, checked again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from numpy.testing import assert_allclose

import dzgis
from dzgis import pipeline
from dzgis.area import polygon_area_m2
from dzgis.terms import Contact, Verdict

pytestmark = pytest.mark.slow

MEASURED = (Contact.OVERLAP, Contact.SLIVER)


@pytest.fixture(scope="module")
def loaded():
    inputs = replace(dzgis.sample_inputs(), dem=())
    return pipeline.load(dzgis.load_plan("dianzhong-2014"), inputs)


@pytest.fixture(scope="module")
def check(loaded):
    return pipeline.check_loaded(loaded)


@pytest.fixture(scope="module")
def kept(check):
    return pipeline.avoidance_of(check.land, check.pieces, check.rule_set, check.project_type)


def checked_again(frame, loaded):
    found = dzgis.check(frame, loaded.layers, loaded.plan.rules, as_of=loaded.as_of)
    blocking = pipeline.blocking_rules(loaded.plan.rules, None)
    assert [p.parcel_id for p in found.parcels if p.verdict is Verdict.PROHIBITED] == []
    contacts = found.pieces.loc[found.pieces["rule"].isin(blocking), "contact"]
    assert set(contacts) <= {Contact.TOUCHING}
    return len(found.parcels)


def test_every_parcel_that_presses_has_its_row(check, kept):
    blocking = pipeline.blocking_rules(check.rule_set, check.project_type)
    pressing = {
        parcel.parcel_id
        for parcel in check.parcels
        if any(f.rule in blocking and f.contact in MEASURED for f in parcel.findings)
    }
    prohibited = {p.parcel_id for p in check.parcels if p.verdict is Verdict.PROHIBITED}
    assert prohibited < pressing  # slivers too
    assert set(kept.index) == pressing
    assert (kept["n_parts"] > 0).all()


def test_areas_add_up_and_no_more_is_cut_than_presses(check, kept):
    whole = polygon_area_m2(check.land).loc[kept.index]
    assert_allclose(kept["kept_m2"] + kept["cut_m2"], whole, atol=0.01)
    pressing = {p.parcel_id: p.prohibited_area_m2 for p in check.parcels}
    over = kept["cut_m2"] - kept.index.map(pressing).to_numpy()
    border = check.land.to_crs(4543).length.loc[kept.index]
    assert (over > 0.0).all()
    assert (over < 0.003 * border).all()


def test_a_second_check_finds_touching_only(loaded, kept):
    assert checked_again(kept[["name", "geometry"]], loaded) == len(kept)
    assert pipeline.still_pressing(kept, loaded.layers, loaded.plan.rules) == []


@pytest.mark.parametrize("crs", [None, 4522])
def test_a_second_check_of_the_files_finds_touching_only(check, loaded, kept, crs, tmp_path):
    if crs is not None:
        land = check.land.to_crs(crs)
        kept = pipeline.avoidance_of(land, check.pieces, check.rule_set)
    names = pipeline.write_avoidance(kept, tmp_path, lang="zh", date=loaded.as_of)
    assert names[0] == "avoidance.gpkg"
    read = [dzgis.open_parcels(tmp_path / name, loaded.plan) for name in names]
    assert [checked_again(one, loaded) for one in read[:1]] == [len(kept)]
    assert sum(checked_again(one, loaded) for one in read[1:]) == len(kept)


def test_conditional_ground_can_be_avoided_too(check, loaded, kept):
    both = pipeline.avoidance_of(check.land, check.pieces, check.rule_set, conditional=True)
    assert set(both.index) > set(kept.index)
    again = pipeline.still_pressing(both, loaded.layers, loaded.plan.rules, conditional=True)
    assert again == []
    assert both.loc[both["n_parts"] == 0, "geometry"].is_empty.all()
