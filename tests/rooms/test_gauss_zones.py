"""3-degree zones of parcels; 103.5°E is the border of zones 34 and 35."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import parcels, square

from dzgis.area import polygon_area_m2
from dzgis.errors import CRSError
from dzgis.land import zones_of_parcels
from dzgis.units import round_half_up


def degrees(**boxes):
    shapes = gpd.GeoSeries({name: shapely.box(*box) for name, box in boxes.items()}, crs=4490)
    return shapes.to_frame("geometry").rename_axis("parcel_id")


def carried(land, crs):
    return land.set_geometry(land.segmentize(0.0005)).to_crs(crs)


def test_a_parcel_in_one_zone_has_its_area_of_record_and_its_planar_area():
    land = parcels(A=square(0, 0, 1000))
    row = zones_of_parcels(land).iloc[0]
    assert (row["zone"], row["meridian_deg"], row["crs"]) == (34, 102, "EPSG:4543")
    assert row["area_m2"] == round_half_up(float(polygon_area_m2(land).iloc[0]), 2)
    assert row["planar_area_m2"] == pytest.approx(1_000_000.0, abs=1e-6)
    assert row["share"] == 1.0


def test_a_parcel_across_the_border_is_in_both_zones():
    """A third of it lies west of 103.5°E; in degrees that is a third of its area."""
    land = degrees(M=(103.49, 25.4, 103.52, 25.41))
    table = zones_of_parcels(land)
    assert list(table["zone"]) == [34, 35]
    assert list(table["crs"]) == ["EPSG:4543", "EPSG:4544"]
    np.testing.assert_allclose(table["share"], [1 / 3, 2 / 3], rtol=1e-7)
    record = round_half_up(float(polygon_area_m2(land).iloc[0]), 2)
    assert round(table["area_m2"].sum(), 2) == record
    # 1.5° from its meridian a zone enlarges by some 560 parts per million at this latitude.
    ppm = (table["planar_area_m2"] / table["area_m2"] - 1.0) * 1e6
    assert ((ppm > 540) & (ppm < 580)).all()


def test_the_same_parcel_in_metres_is_cut_at_the_same_place():
    land = degrees(M=(103.49, 25.4, 103.52, 25.41))
    one, other = zones_of_parcels(land), zones_of_parcels(carried(land, 4543))
    np.testing.assert_allclose(one["area_m2"], other["area_m2"], rtol=1e-7)
    np.testing.assert_allclose(one["planar_area_m2"], other["planar_area_m2"], rtol=1e-7)


@pytest.mark.parametrize("crs", [4490, 4543, 4523])
def test_a_parcel_that_reaches_the_border_lies_on_one_side(crs):
    land = degrees(W=(103.49, 25.0, 103.5, 25.01), E=(103.5, 25.0, 103.51, 25.01))
    table = zones_of_parcels(carried(land, crs))
    assert list(table["parcel_id"]) == ["W", "E"]
    assert list(table["zone"]) == [34, 35]


def test_parcels_keep_their_order_and_none_make_an_empty_table():
    land = degrees(B=(103.49, 25.0, 103.51, 25.01), A=(102.0, 25.0, 102.01, 25.01))
    assert list(zones_of_parcels(land)["parcel_id"]) == ["B", "B", "A"]
    assert zones_of_parcels(land[:0]).empty


def test_a_parcel_outside_china_is_refused():
    with pytest.raises(CRSError, match="outside the CGCS2000 3-degree zones"):
        zones_of_parcels(degrees(X=(10.0, 25.0, 10.01, 25.01)))
