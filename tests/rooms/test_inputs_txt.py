"""
A square of 100 m with its south-west corner at X (north) 2757500, Y (east) 34548100.

::

    J2 --- J3
    |       |     X = north (first number of a line), Y = east (second)
    J1 --- J4
"""

import pytest
from shapely.geometry import Polygon, box

from dzgis.errors import InputError
from dzgis.inputs import read_txt

HEAD = """[属性描述]
格式版本号=1.01
数据产生单位=某测绘院
数据产生日期=2025-06-15
坐标系={crs}
几度分带={width}
投影类型=高斯克吕格
计量单位=米
带号={zone}
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
N, E = 2757500.0, 548100.0


def head(crs="2000国家大地坐标系", width="3", zone="34"):
    return HEAD.format(crs=crs, width=width, zone=zone)


def ring(n=N, e=E, size=100.0, *, number=1, prefix=34, closed=True):
    e += prefix * 1e6
    corners = [(n, e), (n + size, e), (n + size, e + size), (n, e + size)]
    points = [f"J{i},{number},{x:.3f},{y:.3f}" for i, (x, y) in enumerate(corners, start=1)]
    return points + points[:1] if closed else points


def header(n_points=5, *, area="1.0000", id_="1", name="地块一", more=""):
    return f"{n_points},{area},{id_},{name},面,图幅,工业用地,0601{more},@"


def write(path, lines, start=None, encoding="utf-8"):
    path.write_text((start or head()) + "\n".join(lines) + "\n", encoding=encoding)
    return path


def test_x_is_north_and_y_is_east(tmp_path):
    read = read_txt(write(tmp_path / "a.txt", [header(), *ring()]))
    assert read.crs.to_epsg() == 4522
    assert read.geometry[1].equals(box(34548100, 2757500, 34548200, 2757600))
    row = read.loc[1]
    assert (row["parcel_id"], row["name"], row["land_use"]) == ("1", "地块一", "工业用地")
    assert (row["declared_area_m2"], row["n_line"]) == (10_000.0, 13)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_told_by_the_bytes(tmp_path, encoding):
    read = read_txt(write(tmp_path / "a.txt", [header(), *ring()], encoding=encoding))
    assert read.loc[1, "name"] == "地块一"


@pytest.mark.parametrize(
    ("width", "zone", "prefix", "epsg"),
    [
        ("3", "34", 34, 4522),
        ("3", "34", 0, 4543),
        ("3", "35", 35, 4523),
        ("3", "35", 0, 4544),
        ("6", "17", 17, 4495),
        ("6", "18", 0, 4507),
        ("三", "25", 25, 4513),
        ("3", "45", 0, 4554),
    ],
)
def test_the_zone_gives_the_crs(tmp_path, width, zone, prefix, epsg):
    lines = [header(), *ring(prefix=prefix)]
    read = read_txt(write(tmp_path / "a.txt", lines, head(width=width, zone=zone)))
    assert read.crs.to_epsg() == epsg


@pytest.mark.parametrize(("n_points", "closed"), [(5, True), (4, True), (4, False), (5, False)])
def test_the_closing_point_may_be_there_or_not_and_be_counted_or_not(tmp_path, n_points, closed):
    read = read_txt(write(tmp_path / "a.txt", [header(n_points), *ring(closed=closed)]))
    assert read.geometry[1].area == pytest.approx(10_000.0)


@pytest.mark.parametrize("more", ["", ",a,b,c", ",a,b,c,d"])
def test_headers_have_9_to_13_fields(tmp_path, more):
    read = read_txt(write(tmp_path / "a.txt", [header(more=more), *ring()]))
    assert len(read) == 1


def test_ring_2_is_a_hole_and_ring_1_again_is_a_part(tmp_path):
    hole = ring(N + 20, E + 20, 10, number=2)
    island = ring(N, E + 500, 50)
    read = read_txt(write(tmp_path / "a.txt", [header(15), *ring(), *hole, *island]))
    shape = read.geometry[1]
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(10_000 - 100 + 2_500)
    assert len(shape.geoms[0].interiors) == 1


def test_a_numbered_ring_outside_is_a_part_and_that_is_logged(tmp_path, caplog):
    island = ring(N, E + 500, 50, number=2)
    read = read_txt(write(tmp_path / "a.txt", [header(10), *ring(), *island]))
    assert read.geometry[1].area == pytest.approx(12_500)
    assert any("another part" in record.msg.say("en") for record in caplog.records)


def test_parcels_keep_their_order(tmp_path):
    lines = [header(id_="b"), *ring(), header(id_="a", name=""), *ring(e=E + 1000)]
    read = read_txt(write(tmp_path / "a.txt", lines))
    assert list(read["parcel_id"]) == ["b", "a"]
    assert list(read.index) == [1, 2]


def test_all_faults_come_at_once_each_with_its_line(tmp_path):
    lines = [header(9), *ring(), "J1,1,abc,34548100", header(id_="2"), *ring()[:2]]
    path = write(tmp_path / "a.txt", lines, head(crs="1980西安坐标系"))
    with pytest.raises(InputError, match=r"Xian|西安") as caught:
        read_txt(path)
    said = caught.value.say("en")
    for words in ("line 5: the coordinate system", "line 13: parcel 1 declares 9", "line 19: X"):
        assert words in said
    assert "line 20: parcel 2 declares 5 points" in said


def test_the_worked_point_of_the_zone_lies_where_it_should(tmp_path):
    read = read_txt(write(tmp_path / "a.txt", [header(), *ring(2757542.758, 548183.754, 1)]))
    lon, lat = Polygon(read.to_crs(4490).geometry[1]).exterior.coords[0]
    assert (lon, lat) == (pytest.approx(102.4770, abs=1e-6), pytest.approx(24.9224, abs=1e-6))
