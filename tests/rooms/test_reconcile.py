"""Areas side by side: stated, planar and ellipsoidal, with the class of each difference."""

from __future__ import annotations

import numpy as np
import pytest
from builders import ASSUMED, GEOGRAPHIC, GROUND, parcels, square
from numpy.testing import assert_allclose
from pydantic import ValidationError
from shapely.geometry import box

from dzgis.area import polygon_area_m2
from dzgis.errors import CRSError
from dzgis.inputs import read_parcels
from dzgis.inputs.samples import sample
from dzgis.plan import area_comparison, load_plan
from dzgis.plan.model import AreaComparison
from dzgis.reconcile import planar_area_m2, reconcile_areas
from dzgis.reports.area_table import area_table
from dzgis.terms import AreaAgreement, FactStatus

LIMITS = AreaComparison.model_validate(
    ASSUMED | {"warn_m2": 100.0, "warn_pct": 0.5, "error_pct": 5.0}
)


def stated(*declared_m2, width=100.0):
    """Squares of a hectare, or of another width, with what was declared for them."""
    table = parcels(**{f"P{n}": square(200 * n, 0, width) for n in range(len(declared_m2))})
    return table.assign(declared_area_m2=declared_m2)


# ------------------------------------------------------------------ differences and their class


@pytest.mark.parametrize(
    ("declared_m2", "width", "expected"),
    [
        (10_000.0, 100.0, "agrees"),
        (10_049.0, 100.0, "agrees"),  # 0.49 %, 49 m²
        (10_051.0, 100.0, "differs"),  # 0.51 %, though below 100 m²
        (9_949.0, 100.0, "differs"),
        (10_499.0, 100.0, "differs"),  # 4.99 %
        (10_501.0, 100.0, "contradicts"),  # 5.01 %
        (9_499.0, 100.0, "contradicts"),
        (40_099.0, 200.0, "agrees"),  # 0.25 %, 99 m²
        (40_101.0, 200.0, "differs"),  # 101 m², though only 0.25 %
        (0.0, 100.0, "contradicts"),
        (np.nan, 100.0, "not_stated"),
    ],
)
def test_classes_of_a_difference(declared_m2, width, expected):
    found = reconcile_areas(stated(declared_m2, width=width), LIMITS)
    assert found["declared_agreement"].tolist() == [AreaAgreement(expected)]


def test_differences_are_from_the_area_of_record():
    table = stated(10_100.0, np.nan)
    found = reconcile_areas(table, LIMITS)
    assert list(found.index) == ["P0", "P1"]
    official = polygon_area_m2(table).to_numpy()
    assert_allclose(found["area_m2"], official, rtol=0)
    assert_allclose(found["declared_difference_m2"], [10_100.0 - official[0], np.nan])
    assert_allclose(found["declared_difference_pct"], [1.0, np.nan], atol=1e-3)
    assert found["header_agreement"].tolist() == [AreaAgreement.NOT_STATED] * 2


def test_the_limits_are_data_with_a_status():
    shipped = area_comparison()
    assert (shipped.warn_m2, shipped.warn_pct, shipped.error_pct) == (100.0, 0.5, 5.0)
    assert shipped.status is FactStatus.ASSUMED
    assert "to be confirmed" in shipped.source.note


def test_limits_out_of_order_are_refused():
    with pytest.raises(ValidationError, match="warn_pct must not exceed error_pct"):
        AreaComparison.model_validate(ASSUMED | {"warn_m2": 1, "warn_pct": 6, "error_pct": 5})


# ------------------------------------------------------------------ planar areas


def test_planar_area_is_that_of_the_parcels_own_crs():
    found = planar_area_m2(stated(np.nan))
    assert found["planar_area_m2"].tolist() == pytest.approx([10_000.0])
    assert found["planar_crs"].tolist() == ["EPSG:4543"]
    in_utm = planar_area_m2(stated(np.nan).to_crs(32648))
    assert in_utm["planar_crs"].tolist() == ["EPSG:32648"]


def test_parcels_in_degrees_are_planar_in_the_zone_of_each():
    west, east = box(103.40, 25.0, 103.401, 25.001), box(103.60, 25.0, 103.601, 25.001)
    table = parcels(W=west, E=east).set_crs(GEOGRAPHIC, allow_override=True)
    found = planar_area_m2(table)
    assert found["planar_crs"].tolist() == ["EPSG:4543", "EPSG:4544"]
    each = [float(table.loc[[p]].to_crs(c).area.iloc[0]) for p, c in (("W", 4543), ("E", 4544))]
    assert found["planar_area_m2"].tolist() == pytest.approx(each, rel=1e-12)
    # 1.4° from a meridian the map is 0.05 % too large.
    line = reconcile_areas(table, LIMITS)
    assert_allclose(line["planar_difference_pct"], 0.05, atol=0.01)


def test_near_the_meridian_planar_and_ellipsoidal_are_one():
    line = reconcile_areas(stated(np.nan))
    assert_allclose(line["planar_difference_m2"], 0.0, atol=GROUND * 10_000.0)


def test_degrees_outside_the_zones_are_refused():
    table = parcels(A=box(10.0, 25.0, 10.1, 25.1)).set_crs(GEOGRAPHIC, allow_override=True)
    with pytest.raises(CRSError, match="outside the CGCS2000 3-degree zones"):
        planar_area_m2(table)


# ------------------------------------------------------------------ files and tables


def test_a_txt_states_its_area_in_the_header():
    table = read_parcels(sample("parcels_txt"), load_plan("dianzhong-2014"))
    line = reconcile_areas(table)
    assert line["header_area_m2"].notna().all()
    assert (line["header_agreement"] == AreaAgreement.AGREES).all()


def test_the_table_adds_up_and_names_its_residual():
    # Three areas of …004 m² each: rounded on their own they lose a digit that the note states.
    line = reconcile_areas(stated(10_000.0, 10_600.0, np.nan))
    line["area_m2"] = [10_000.004, 20_000.004, 30_000.004]
    table = area_table(line)
    assert [row[0] for row in table.rows[:3]] == ["P0", "P1", "P2"]
    assert table.rows[-1][1:4] == (60_000.0, 6.0, 90.0)
    assert {len(row) for row in table.rows} == {len(table.columns)} == {len(table.decimals)}
    assert any("residual against the unrounded total 0.01 m²" in note.en for note in table.notes)
    assert any("to be confirmed" in note.en for note in table.notes)
    words = [cell.en for row in table.rows for cell in row[1:] if hasattr(cell, "en")]
    assert {"agrees", "contradicts", "not stated"} <= set(words)


def test_no_parcels_make_an_empty_table():
    assert area_table(reconcile_areas(stated())).rows == ()
