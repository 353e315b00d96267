from __future__ import annotations

import pytest
from pyproj import CRS, Transformer

from dzgis.crs import (
    CGCS2000,
    ELLIPSOID,
    check_scale,
    crs_name,
    equal_area,
    gauss_kruger,
    is_metric,
)
from dzgis.errors import CRSError


@pytest.mark.parametrize(
    ("lon_deg", "epsg"),
    [
        (73.5, 4534),  # the first zone, about 75°E
        (100.5, 4543),  # a zone reaches 1.5° to either side of its meridian
        (102.0, 4543),
        (103.4999, 4543),
        (103.5, 4544),
        (105.0, 4544),
        (136.4999, 4554),  # the last zone, about 135°E
    ],
)
def test_zone_of_a_longitude(lon_deg, epsg):
    assert gauss_kruger(lon_deg).to_epsg() == epsg


@pytest.mark.parametrize("lon_deg", [73.49, 136.5, 0.0, -102.0])
def test_a_longitude_outside_the_zones_is_refused(lon_deg):
    with pytest.raises(CRSError, match=r"outside the CGCS2000 3-degree zones.*check the coord"):
        gauss_kruger(lon_deg)


@pytest.mark.parametrize(("epsg", "meridian"), [(4534, 75), (4543, 102), (4544, 105), (4554, 135)])
def test_codes_of_zones_have_their_meridians(epsg, meridian):
    lon, _ = Transformer.from_crs(epsg, 4490, always_xy=True).transform(500_000.0, 2_760_000.0)
    assert lon == pytest.approx(meridian, abs=1e-9)


def test_ellipsoid_is_that_of_cgcs2000():
    assert CGCS2000.ellipsoid.semi_major_metre == pytest.approx(ELLIPSOID.a)
    assert CGCS2000.ellipsoid.inverse_flattening == pytest.approx(1.0 / ELLIPSOID.f, rel=1e-12)


def test_equal_area_frame_is_true_to_scale_at_its_latitude():
    carry = Transformer.from_crs(CGCS2000, equal_area(25.0), always_xy=True)
    (x0, y0), (x1, y1) = carry.transform(102.0, 25.0), carry.transform(102.001, 25.001)
    # One thousandth of a degree on the ellipsoid at 25°N: 100.95 m by 110.77 m.
    assert x1 - x0 == pytest.approx(ELLIPSOID.inv(102.0, 25.0, 102.001, 25.0)[2], rel=1e-6)
    assert y1 - y0 == pytest.approx(ELLIPSOID.inv(102.0, 25.0, 102.0, 25.001)[2], rel=1e-5)


def test_names_of_crs():
    assert crs_name(CRS.from_epsg(4543)) == "EPSG:4543"
    assert crs_name(CRS.from_proj4("+proj=cea +lat_ts=25 +ellps=GRS80 +units=m")) == "unknown"


@pytest.mark.parametrize(
    ("epsg", "expected"),
    [(4543, True), (4490, False), (2263, False)],  # 2263 is in US survey feet
)
def test_is_metric(epsg, expected):
    assert is_metric(CRS.from_epsg(epsg)) is expected


def test_metres_of_the_ground_pass():
    check_scale(CRS.from_epsg(4543), (400_000, 2_700_000, 600_000, 2_900_000))
    check_scale(CRS.from_epsg(32648), (200_000, 2_700_000, 300_000, 2_900_000))


def test_web_mercator_is_refused_away_from_the_equator():
    """At 25 degrees its metre is 0.906 of the ground's."""
    bounds = (11_360_000, 2_870_000, 11_370_000, 2_880_000)
    with pytest.raises(CRSError, match=r"the scale of EPSG:3857 is 1\.10"):
        check_scale(CRS.from_epsg(3857), bounds)
