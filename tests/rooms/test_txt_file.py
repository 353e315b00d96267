"""
界址点 TXT, every variant: read, and written again equal to the byte.

Two squares of 100 m; J1 at X (north) 2757500, Y (east) 34548100 of zone 34::

    J2 --- J3      X is the first number of a line
    |       |
    J1 --- J4
"""

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from dzgis.boundary_file import TxtFile, TxtLine
from dzgis.errors import CRSError, InputError
from dzgis.inputs import read_parcels, read_txt, read_txt_file, read_whole
from dzgis.inputs.txt_table import header_columns
from dzgis.stores import AreaColumn, TxtColumns, TxtStyle, moved, reencoded, txt_of, write_txt

HEAD = """[属性描述]
格式版本号=1.01
数据产生单位=某测绘院
数据产生日期=2025-06-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=34
精度=0.001
转换参数={parameters}
[地块坐标]
"""
CORNERS = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
STYLE = TxtStyle(dt.date(2025, 6, 15))


def head(parameters=",,,,,,"):
    return HEAD.format(parameters=parameters)


def ring(extra="", *, n=2757500.0, e=34548100.0, size=1.0, number=1, start=1):
    labels = [*range(start, start + 4), start]
    return [
        f"J{label},{number},{n + dn * size:.3f},{e + de * size:.3f}{extra}"
        for label, (dn, de) in zip(labels, CORNERS, strict=True)
    ]


def file_of(*lines, start=None, end="\n", last="\n"):
    return end.join([*(start or head()).splitlines(), *lines]) + last.replace("\n", end)


PLAIN = ["5,1.0000,D1,地块一,面,图幅,工业用地,0601,@", *ring()]
VARIANTS = {
    "plain": file_of(*PLAIN),
    "windows": file_of(*PLAIN, end="\r\n"),
    "old mac": file_of(*PLAIN, end="\r"),
    "no final newline": file_of(*PLAIN, last=""),
    "blank lines": file_of("", *PLAIN[:3], "", "  ", *PLAIN[3:], "", last="\n\n"),
    "blanks in lines": file_of("5, 1.0 ,D1,甲 ,面,,,, @", *(p.replace(",", " , ") for p in ring())),
    "zeros as parameters": file_of(*PLAIN, start=head("0,0,0,0,0,0,0")),
    "unknown parameters": file_of(
        *PLAIN, start=head("X平移,Y平移,Z平移,X旋转,Y旋转,Z旋转,尺度参数")
    ),
    "five columns": file_of(PLAIN[0], *ring(",1890.5")),
    "six columns": file_of(PLAIN[0], *ring(",100.000,界桩")),
    "six columns, blank": file_of(PLAIN[0], *ring(",,")),
    "columns that differ": file_of(PLAIN[0], *ring()[:2], *ring(",,")[2:]),
    "12 fields": file_of("5,1,D1,甲,面,,,,a,b,c,@", *ring()),
    "13 fields before the @": file_of("5,1,D1,甲,面,图幅,住宅用地,0101,,1,B,C,备注,@", *ring()),
    "area with its unit": file_of("5,0.7655公顷,D1,甲,面,,,,@", *ring()),
    "no area": file_of("5,,D1,甲,面,,,,@", *ring()),
    "closing point not counted": file_of("4,1,D1,甲,面,,,,@", *ring()),
    "no closing point": file_of("4,1,D1,甲,面,,,,@", *ring()[:4]),
    "points without J": file_of(PLAIN[0], *(p.removeprefix("J") for p in ring())),
    "two decimals": file_of(PLAIN[0], *(p.replace(".000", ".00") for p in ring())),
    "hole": file_of(
        "10,1,D1,甲,面,,,,@", *ring(), *ring(n=2757520.0, e=34548120.0, size=0.1, number=2)
    ),
    "parts": file_of("10,1,D1,甲,面,,,,@", *ring(), *ring(e=34548400.0, start=5)),
    "two blocks": file_of(*PLAIN, "[地块坐标]", "5,1,D2,乙,面,,,,@", *ring(e=34548400.0)),
    "twice the same head": file_of(
        *PLAIN, *head().splitlines(), "5,1,D2,乙,面,,,,@", *ring(e=34548400.0)
    ),
    "more sections": "[扩展信息]\n项目=甲\n\n" + file_of(*PLAIN),
    "full-width brackets": file_of(*PLAIN).replace("[", "【").replace("]", "】"),
    "6 degrees": file_of(
        PLAIN[0],
        *ring(e=17748100.0),
        start=head().replace("分带=3", "分带=6").replace("带号=34", "带号=17"),
    ),
    "no prefix": file_of(PLAIN[0], *ring(e=548100.0)),
    "rare characters": file_of("5,1,D1,𠮷㐂䶮,面,,,,@", *ring()),
}
ENCODINGS = {"gb18030": "gb18030", "utf-8": "utf-8", "bom": "utf-8-sig"}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_read_is_written_again_to_the_byte(tmp_path, variant, encoding):
    content = VARIANTS[variant].encode(ENCODINGS[encoding])
    (tmp_path / "a.txt").write_bytes(content)
    file = read_txt_file(tmp_path / "a.txt")
    write_txt(file, tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_bytes() == content
    assert file.has_bom == (encoding == "bom")


def test_gbk_is_read(tmp_path):
    content = VARIANTS["windows"].encode("gbk")
    (tmp_path / "a.txt").write_bytes(content)
    assert read_txt_file(tmp_path / "a.txt").content == content


def read(tmp_path, variant, text=None):
    (tmp_path / "a.txt").write_text(text or VARIANTS[variant], encoding="utf-8", newline="")
    return read_txt(tmp_path / "a.txt")


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_holds_the_square(tmp_path, variant):
    shape = read(tmp_path, variant).geometry[1]
    hole = 100.0 if variant == "hole" else 0.0
    parts = 2 if variant == "parts" else 1
    assert shape.area == pytest.approx(parts * 10_000.0 - hole)
    assert shape.bounds[1] == 2757500.0


def test_the_lines_of_the_file_are_all_there():
    file = TxtFile((TxtLine("[属性描述]"), TxtLine("带号 = 34")), ())
    assert file.attributes == (("带号", "34"),)
    assert file.text == "[属性描述]\r\n带号 = 34\r\n"


def test_the_value_holds_parcels_and_points_verbatim(tmp_path):
    (tmp_path / "a.txt").write_text(VARIANTS["six columns"], encoding="utf-8")
    file = read_txt_file(tmp_path / "a.txt")
    assert dict(file.attributes)["数据产生单位"] == "某测绘院"
    (parcel,) = file.parcels
    assert parcel.header.fields[:4] == ("5", "1.0000", "D1", "地块一")
    assert parcel.points[1].fields == ("J2", "1", "2757600.000", "34548100.000", "100.000", "界桩")


def test_the_area_of_the_header_is_kept_in_hectares(tmp_path):
    found = read(tmp_path, "area with its unit").loc[1]
    assert (found["header_area_ha"], found["declared_area_m2"]) == (0.7655, pytest.approx(7655.0))
    assert np.isnan(read(tmp_path, "no area").loc[1, "header_area_ha"])


FAULTS = {
    "seven columns": (
        file_of(PLAIN[0], *ring(",a,b,c")),
        "line 14: a point's line has 7 fields, 4-6 are required",
    ),
    "count that is neither": (
        file_of("6,1,D1,甲,面,,,,@", *ring()),
        "line 13: parcel D1 declares 6 points, there are 5 lines",
    ),
    "15 fields": (
        file_of("5,1,D1,甲,面,,,,1,2,3,4,5,6,@", *ring()),
        "line 13: the parcel's line has 15 fields, 9–14",
    ),
    "two heads that differ": (
        file_of(*PLAIN, *head().replace("带号=34", "带号=35").splitlines(), *PLAIN),
        r"line 27: 带号 is there twice with different values: '34' \(line 9\) and '35'",
    ),
    "area in another unit": (
        file_of("5,15亩,D1,甲,面,,,,@", *ring()),
        "line 13: area of the parcel is not a valid number: '15亩'",
    ),
    "columns in another order": (
        file_of(PLAIN[0], *(f"{i},J1,1,2757500.000,34548100.000" for i in range(4))),
        "line 14: ring number is not a valid number: 'J1'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_name_their_line(tmp_path, fault, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    text, message = FAULTS[fault]
    with pytest.raises(InputError, match=message):
        read(tmp_path, "", text)


# ------------------------------------------------------------------ as a table


def test_a_table_has_the_standard_codes(tmp_path):
    (tmp_path / "a.txt").write_text(VARIANTS["13 fields before the @"], encoding="utf-8")
    table = read_whole(tmp_path / "a.txt").table
    row = table.frame.loc[1]
    assert table.layer == "a"
    assert (row["DKBH"], row["DKMC"], row["DKMJ_HA"], row["DKYT"]) == ("D1", "甲", 1.0, "住宅用地")
    assert (row["TBLX"], row["DL"], row["BZ"]) == (None, "1", "备注")


def test_fields_of_other_forms_are_numbered():
    assert header_columns(11)[8:] == ["TXT_9", "TXT_10", "TXT_11"]


# ------------------------------------------------------------------ in another encoding or zone


def test_another_encoding_keeps_the_text(tmp_path):
    (tmp_path / "a.txt").write_text(VARIANTS["plain"], encoding="utf-8", newline="")
    file = read_txt_file(tmp_path / "a.txt")
    assert reencoded(file, "gbk").content == VARIANTS["plain"].encode("gbk")
    assert reencoded(file, "utf-8-sig").content == VARIANTS["plain"].encode("utf-8-sig")


def test_an_encoding_without_a_character_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text(VARIANTS["rare characters"], encoding="utf-8", newline="")
    with pytest.raises(InputError, match="𠮷㐂䶮"):
        reencoded(read_txt_file(tmp_path / "a.txt"), "gbk")


def test_points_elsewhere_keep_numbers_order_and_decimals(tmp_path):
    (tmp_path / "a.txt").write_text(VARIANTS["six columns"], encoding="utf-8", newline="")
    file = read_txt_file(tmp_path / "a.txt")
    xy = np.array([[34548100.0 + n, 2757500.0] for n in range(5)])
    there = moved(file, xy, {"带号": "35"})
    lines = there.text.splitlines()
    assert lines[8] == "带号=35"
    assert lines[14] == "J2,1,2757500.000,34548101.000,100.000,界桩"
    assert there.parcels[0].header == file.parcels[0].header


# ------------------------------------------------------------------ from a frame


def frame(*shapes, crs=4522, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


SQUARE = Polygon([(34548100.0 + e, 2757500.0 + n) for n, e in CORNERS])


def test_a_frame_becomes_the_standard_form():
    columns = TxtColumns("DKBH", "DKMC", None, "DKYT", "DLBM", AreaColumn("MJ", 10_000.0))
    table = frame(SQUARE, DKBH=["D1"], DKMC=["地块一"], DKYT=["工业用地"], DLBM=["0601"], MJ=[1.5])
    expected = head("0,0,0,0,0,0,0").replace("单位=某测绘院", "单位=") + "\n".join(
        ["5,1.5000,D1,地块一,面,,工业用地,0601,@", *ring(), ""]
    )
    assert txt_of(table, columns, STYLE).text.replace("\r\n", "\n") == expected


def test_files_are_gb18030_with_windows_ends():
    content = txt_of(frame(SQUARE, DKMC=["𠮷"]), TxtColumns(name="DKMC"), STYLE).content
    assert content.startswith("[属性描述]\r\n".encode("gbk"))
    assert "𠮷".encode("gb18030") in content


def test_holes_and_parts_are_numbered_as_they_are_read(tmp_path):
    hole = [(34548120, 2757520), (34548130, 2757520), (34548130, 2757530), (34548120, 2757530)]
    shape = MultiPolygon(
        [Polygon(SQUARE.exterior, [hole]), box(34548400, 2757500, 34548500, 2757600)]
    )
    file = txt_of(frame(shape), TxtColumns(), STYLE)
    points = [line.fields[:2] for line in file.parcels[0].points]
    assert [ring for _, ring in points] == ["1"] * 5 + ["2"] * 5 + ["1"] * 5
    assert [label for label, _ in points[4:10]] == ["J1", "J5", "J6", "J7", "J8", "J5"]
    write_txt(file, tmp_path / "a.txt")
    assert shapely.equals_identical(read_txt(tmp_path / "a.txt").geometry[1], shape)


def test_without_a_declared_area_the_ellipsoidal_one_is_written():
    # T1 of the domain notes: 1 km² of the map is 999,941.93 m² of the ground.
    shape = box(34548000, 2757000, 34549000, 2758000)
    header = txt_of(frame(shape), TxtColumns(), STYLE).parcels[0].header
    assert header.fields[:3] == ("5", "99.9942", "1")


def test_areas_of_other_units_become_hectares():
    columns = TxtColumns(area=AreaColumn("mu", 10_000.0 / 15.0))
    rows = txt_of(frame(SQUARE, SQUARE, mu=[15.0, None]), columns, STYLE).parcels
    assert [row.header.fields[1] for row in rows] == ["1.0000", ""]


@pytest.mark.parametrize(("decimals", "x"), [(2, "2757500.12"), (4, "2757500.1235")])
def test_decimals_can_be_chosen(decimals, x):
    shape = box(34548100.0, 2757500.12346, 34548200.0, 2757600.0)
    file = txt_of(frame(shape), TxtColumns(), TxtStyle(STYLE.made_on, decimals=decimals))
    assert x in {line.fields[2] for line in file.parcels[0].points}
    assert dict(file.attributes)["精度"] == f"{10**-decimals:.{decimals}f}"


def test_commas_in_words_do_not_break_the_line():
    file = txt_of(frame(SQUARE, DKMC=["甲,乙\n丙"]), TxtColumns(name="DKMC"), STYLE)
    assert file.parcels[0].header.fields[3] == "甲，乙 丙"


@pytest.mark.parametrize(
    ("table", "kind", "message"),
    [
        (frame(box(102, 25, 102.1, 25.1), crs=4490), CRSError, "4522"),
        (frame(box(35900000, 2757500, 35900100, 2757600), crs=4523), CRSError, "35"),
        (frame(shapely.Point(34548100, 2757500)), InputError, "1|0"),
        (frame(), InputError, "地块|parcels"),
    ],
)
def test_what_is_no_parcel_of_a_zone_is_refused(table, kind, message):
    with pytest.raises(kind, match=message):
        txt_of(table, TxtColumns(), STYLE)


def test_parcels_of_any_variant_can_be_judged(tmp_path):
    from test_inputs_toy import toy_plan

    text = file_of("5,1,D1,甲,面,,,,@", *ring(",100,界桩", n=2777000.0, e=34410000.0))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert list(read_parcels(tmp_path / "a.txt", toy_plan()).index) == ["D1"]
