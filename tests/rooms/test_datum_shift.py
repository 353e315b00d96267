"""
Xian 80 and Beijing 54 by given parameters, against an own computation.

Seven parameters: geocentric coordinates, X' = T + (1 + s) R X, written out by hand with the
rotation matrix of each convention. Four parameters: the plane formula of the docstring.
"""

import builders
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer

from dzgis.errors import CRSError, InputError
from dzgis.inputs import Table, in_cgcs2000, parse_datum_shift
from dzgis.terms import Text

IAG75 = (6378140.0, 1 / 298.257)
KRASSOWSKY = (6378245.0, 1 / 298.3)
GRS80 = (6378137.0, 1 / 298.257222101)
SEVEN = {
    "dx_m": -12.5,
    "dy_m": 83.25,
    "dz_m": 41.75,
    "rx_arcsec": 0.62,
    "ry_arcsec": -1.31,
    "rz_arcsec": 0.87,
    "scale_ppm": -1.9,
}
FOUR = {"deast_m": 112.5, "dnorth_m": -31.25, "rotation_arcsec": 1.5, "scale_ppm": 2.0}


def words(**values):
    return ",".join(f"{key}={value}" for key, value in values.items())


def seven(datum="xian80", rotation="position_vector", **changes):
    return parse_datum_shift(words(datum=datum, rotation=rotation, **SEVEN | changes))


def four(**changes):
    zones = {"from_crs": "EPSG:2358", "to_crs": "EPSG:4522"}
    return parse_datum_shift(words(datum="xian80", **zones, **FOUR | changes))


def table(epsg, *points):
    shape = shapely.Polygon(points)
    frame = builders.frame(shape, crs=CRS.from_epsg(epsg)).set_axis(pd.RangeIndex(1, 2), axis=0)
    return Table(frame, "a.gpkg", "a")


CORNERS = [(102.40, 24.90), (102.50, 24.90), (102.45, 25.00)]


def geocentric(lon, lat, ellipsoid):
    a, f = ellipsoid
    e2 = f * (2 - f)
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.array(
        [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)]
    )


def geodetic(xyz, ellipsoid):
    a, f = ellipsoid
    e2 = f * (2 - f)
    p = np.hypot(xyz[0], xyz[1])
    lat = np.arctan2(xyz[2], p * (1 - e2))
    for _ in range(8):
        n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        h = p / np.cos(lat) - n
        lat = np.arctan2(xyz[2], p * (1 - e2 * n / (n + h)))
    return np.degrees([np.arctan2(xyz[1], xyz[0]), lat])


def by_hand(lon, lat, ellipsoid, sign):
    rx, ry, rz = sign * np.radians(
        np.array([SEVEN["rx_arcsec"], SEVEN["ry_arcsec"], SEVEN["rz_arcsec"]]) / 3600
    )
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    move = np.array([SEVEN["dx_m"], SEVEN["dy_m"], SEVEN["dz_m"]])
    xyz = geocentric(np.radians(lon), np.radians(lat), ellipsoid)
    return geodetic(move + (1 + SEVEN["scale_ppm"] * 1e-6) * turn @ xyz, GRS80)


def in_degrees(table_):
    frame = table_.frame.to_crs(4490)
    return shapely.get_coordinates(frame.geometry.to_numpy())[:3]


@pytest.mark.parametrize(("rotation", "sign"), [("position_vector", 1), ("coordinate_frame", -1)])
@pytest.mark.parametrize(
    ("datum", "ellipsoid", "epsg", "target"),
    [
        ("xian80", IAG75, 4610, 4490),
        ("xian80", IAG75, 2358, 4522),
        ("xian80", IAG75, 2379, 4543),
        ("xian80", IAG75, 2331, 4495),
        ("beijing54", KRASSOWSKY, 4214, 4490),
        ("beijing54", KRASSOWSKY, 2410, 4522),
        ("beijing54", KRASSOWSKY, 21457, 4506),
    ],
)
def test_seven_parameters_agree_with_the_formula(rotation, sign, datum, ellipsoid, epsg, target):
    crs = CRS.from_epsg(epsg)
    project = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    given = table(epsg, *[project.transform(*corner) for corner in CORNERS])
    found = in_cgcs2000(given, seven(datum, rotation))
    expected = [by_hand(lon, lat, ellipsoid, sign) for lon, lat in CORNERS]
    assert found.frame.crs.to_epsg() == target
    np.testing.assert_allclose(in_degrees(found), expected, rtol=0, atol=1e-9)  # 0.1 mm


def test_the_two_conventions_differ_by_metres():
    given = table(4610, *CORNERS)
    one = in_degrees(in_cgcs2000(given, seven()))
    other = in_degrees(in_cgcs2000(given, seven(rotation="coordinate_frame")))
    assert np.hypot(*((one - other) * 111_000).T).min() > 10


def test_four_parameters_agree_with_the_formula():
    points = np.array([(34540000.0, 2755000.0), (34541000.0, 2755000.0), (34540500.0, 2756000.0)])
    found = in_cgcs2000(table(2358, *points), four())
    theta = np.radians(FOUR["rotation_arcsec"] / 3600)
    s = 1 + FOUR["scale_ppm"] * 1e-6
    east, north = points.T
    expected = np.column_stack(
        [
            FOUR["deast_m"] + s * (east * np.cos(theta) + north * np.sin(theta)),
            FOUR["dnorth_m"] + s * (north * np.cos(theta) - east * np.sin(theta)),
        ]
    )
    np.testing.assert_allclose(
        shapely.get_coordinates(found.frame.geometry.to_numpy())[:3], expected, rtol=0, atol=1e-6
    )
    assert found.frame.crs.to_epsg() == 4522


def test_data_of_another_datum_stay_as_they_are():
    given = table(4490, *CORNERS)
    assert in_cgcs2000(given, seven()) is given
    assert in_cgcs2000(given, None) is given
    beijing = table(4214, *CORNERS)
    assert in_cgcs2000(beijing, seven("xian80")) is beijing


def test_four_parameters_hold_for_their_zone_only():
    points = [(500000.0, 2755000.0), (501000.0, 2755000.0), (500500.0, 2756000.0)]
    with pytest.raises(CRSError, match=r"is EPSG:2379, the four parameters hold for EPSG:2358"):
        in_cgcs2000(table(2379, *points), four())


def test_parameters_of_another_unit_or_region_are_refused():
    with pytest.raises(CRSError, match=r"move it by \d+ m, more than 500 m; check their units"):
        in_cgcs2000(table(4610, *CORNERS), seven(dx_m=-12_500.0))


def test_what_is_applied_is_logged(caplog):
    in_cgcs2000(table(4610, *CORNERS), seven(source="某市测绘院"))
    said = [record.msg for record in caplog.records if isinstance(record.msg, Text)]
    assert any("position_vector" in one.en and "某市测绘院" in one.en for one in said)


# ------------------------------------------------------------------ how they are written


def test_a_file_and_words_mean_the_same(tmp_path):
    path = tmp_path / "shift.toml"
    lines = [f"{key} = {value}" for key, value in SEVEN.items()]
    head = ["[datum_shift]", 'datum = "xian80"', 'rotation = "position_vector"']
    path.write_text("\n".join([*head, *lines]), encoding="utf-8")
    assert parse_datum_shift(str(path)) == seven()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", r"lack datum, from_crs, to_crs"),
        (words(datum="xian80", rotation="position_vector"), r"lack dx_m, dy_m"),
        (words(datum="xian80", rotation="either", **SEVEN), r"rotation is either; it must be"),
        (words(datum="wgs72", rotation="position_vector", **SEVEN), r"datum is wgs72"),
        (
            words(datum="xian80", rotation="position_vector", **SEVEN | {"dx_m": "nan"}),
            r"are no numbers: dx_m",
        ),
        (
            words(datum="xian80", rotation="position_vector", **SEVEN, dq_m=1),
            r"have unknown dq_m",
        ),
        (
            words(datum="xian80", from_crs="EPSG:4610", to_crs="EPSG:4522", **FOUR),
            r"EPSG:4610 of the parameters is no Gauss",
        ),
        (
            words(datum="xian80", from_crs="nowhere", to_crs="EPSG:4522", **FOUR),
            r"the CRS nowhere of the parameters is not known",
        ),
        ("missing.toml", r"cannot read the file of parameters"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(text, fault):
    with pytest.raises(InputError, match=fault):
        parse_datum_shift(text)
