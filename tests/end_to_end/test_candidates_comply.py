"""Every candidate of the shipped sample, written, read back, and checked by the plan's rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import dzgis
from dzgis import pipeline, stores
from dzgis.area import polygon_area_m2
from dzgis.terms import Verdict

pytestmark = pytest.mark.slow

ZONES = {4522: (100.5, 103.5), 4523: (103.5, 106.5)}
"""3-degree zones with prefix, and the longitudes that they serve."""


HERE = ("530111", "530304", "530425")
"""Counties in the middle, on the border of the zones, and in the south."""


@pytest.fixture(scope="module")
def loaded():
    paths = dzgis.sample_inputs()
    found = pipeline.load(dzgis.load_plan("dianzhong-2014"), replace(paths, dem=()))
    counties = found.counties[found.counties["county_code"].isin(HERE)].reset_index(drop=True)
    return replace(found, counties=counties, dem=dzgis.open_dem(paths.dem, around=counties))


@pytest.fixture(scope="module")
def candidates(loaded):
    return pipeline.land_of(loaded, pipeline.places_of(loaded)).candidates


@pytest.fixture(scope="module")
def folder(tmp_path_factory, candidates, loaded):
    """The candidates as GeoPackages, one for all and one a zone, and as TXT, one a zone."""
    out = tmp_path_factory.mktemp("candidates")
    land = candidates[["geometry"]].rename_axis("parcel_id")
    middle = (land.bounds["minx"] + land.bounds["maxx"]) / 2.0
    parts = {f"{crs}": land[middle.between(*ends)] for crs, ends in ZONES.items()}
    assert sum(map(len, parts.values())) == len(land)
    for name, part in {"all": land, **parts}.items():
        stores.write_geopackage(
            {"candidates": part}, out / f"{name}.gpkg", lang="zh", date=loaded.as_of, styles={}
        )
    for name in parts:
        dzgis.convert(out / f"{name}.gpkg", out / f"{name}.txt", to_crs=f"EPSG:{name}")
    return out


def assert_comply(parcels, loaded):
    """A check finds nothing of ground that the rules exclude: not a sliver, not a touch."""
    found = dzgis.check(parcels, loaded.layers, loaded.plan.rules, as_of=loaded.as_of)
    # Of a rule whose layer the sample lacks nothing is known, neither before nor after.
    excluding = {
        rule.id
        for rule in loaded.plan.rules.spatial
        if rule.excludes_land and loaded.layers[rule.role].frame is not None
    }
    assert len(excluding) >= 3
    assert not set(found.pieces["rule"]) & excluding
    for parcel in found.parcels:
        verdicts = {one.verdict for one in parcel.findings if one.rule in excluding}
        assert verdicts == {Verdict.CLEAR}, parcel.parcel_id
        assert parcel.verdict not in {Verdict.PROHIBITED, Verdict.UNDETERMINED}


def test_there_are_many(candidates, loaded):
    rules = loaded.plan.candidates
    assert len(candidates) > 500
    assert (candidates["area_m2"] >= rules.min_area_ha * 10_000.0).all()
    assert (candidates["area_m2"] <= rules.max_area_ha * 10_000.0).all()
    assert (candidates["width_m"] >= rules.min_width_m * 0.999 - 0.1).all()
    assert candidates["area_m2"].to_numpy() == pytest.approx(polygon_area_m2(candidates))
    assert candidates["chosen"].all()
    assert set(candidates["county_code"]) == set(loaded.counties["county_code"])


def test_every_candidate_complies_when_it_is_read_back(folder, candidates, loaded):
    parcels = dzgis.open_parcels(folder / "all.gpkg", loaded.plan)
    assert list(parcels.index) == list(candidates.index)
    assert_comply(parcels, loaded)


@pytest.mark.parametrize("zone", ZONES)
def test_every_candidate_complies_to_the_millimetre(folder, loaded, zone):
    """界址点 to the millimetre, of shapes whose corners alone were carried to the zone."""
    parcels = dzgis.open_parcels(folder / f"{zone}.txt", loaded.plan)
    assert len(parcels) > 100
    assert parcels.geometry.is_valid.all()
    assert (parcels.geometry.geom_type == "Polygon").all()
    assert_comply(parcels, loaded)


def test_filled_ground_is_a_small_part(candidates):
    share = candidates["filled_m2"] / candidates["area_m2"]
    assert np.isfinite(candidates["filled_m2"]).all()
    assert 0.0 < share.mean() < 0.1
