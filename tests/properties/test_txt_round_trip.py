"""界址点 TXT: whatever is in a file is in it again, and whatever is in a frame comes back."""

import datetime as dt
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from dzgis.inputs import read_txt, read_txt_file
from dzgis.stores import TxtColumns, TxtStyle, txt_of, write_txt

NORTH, EAST = 2_757_500, 548_100
STYLE = TxtStyle(dt.date(2025, 6, 15))

words = st.text(
    st.characters(codec="gb18030", exclude_characters=',@=[]【】"', exclude_categories=("C", "Z")),
    max_size=6,
)
blanks = st.sampled_from(["", " ", "\t"])
ends = st.sampled_from(["\n", "\r\n"])


@st.composite
def rings(draw, west):
    """Corners of a ring around a square, each edge with a few points more, any start, any way."""
    size = draw(st.integers(10, 400))
    corners = [(0, 0), (0, size), (size, size), (size, 0)]
    if draw(st.booleans()):
        corners.insert(1, (0, size // 2))
    start = draw(st.integers(0, len(corners) - 1))
    corners = corners[start:] + corners[:start]
    if draw(st.booleans()):
        corners.reverse()
    return [(EAST + west + x, NORTH + y) for x, y in corners]


@st.composite
def files(draw):
    """A valid file with blanks, columns, decimals and line ends of any kind."""
    prefix = draw(st.sampled_from(["", "34"]))
    end, blank = draw(ends), draw(blanks)
    lines = [
        "[属性描述]",
        f"数据产生单位={draw(words)}",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "带号=34",
        f"转换参数={draw(st.sampled_from([',,,,,,', '0,0,0,0,0,0,0', '']))}",
        "[地块坐标]",
    ]
    for number in range(draw(st.integers(1, 3))):
        decimals = draw(st.integers(0, 4))
        extra = draw(st.sampled_from(["", ",", ",,", ",1.5,桩"]))
        ring = draw(rings(1000 * number))
        closed = [*ring, ring[0]] if draw(st.booleans()) else ring
        count = draw(st.sampled_from([len(ring), len(closed)]))
        more = "".join(f",{word}" for word in draw(st.lists(words, max_size=4)))
        area = draw(st.sampled_from(["", "1.5", "0.7655公顷"]))
        lines.append(f"{count}{blank},{area},{number},{draw(words)},面,,,{more},@")
        points = zip([*range(1, len(ring) + 1), 1], closed, strict=False)
        lines += [
            f"J{label},1{blank},{y:.{decimals}f},{prefix}{x:.{decimals}f}{blank}{extra}"
            for label, (x, y) in points
        ]
        lines += [""] * draw(st.integers(0, 1))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return text.encode(draw(st.sampled_from(["gb18030", "utf-8", "utf-8-sig"])))


@settings(max_examples=150, deadline=None)
@given(files())
def test_files_come_back_to_the_byte(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(content)
        assert read_txt_file(path).content == content


@settings(max_examples=80, deadline=None)
@given(st.data(), words)
def test_frames_come_back_point_by_point(data, name):
    shapes = [Polygon(data.draw(rings(2000 * n))) for n in range(data.draw(st.integers(1, 3)))]
    frame = gpd.GeoDataFrame({"DKMC": [name] * len(shapes)}, geometry=shapes, crs=4543)
    before = frame.copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        write_txt(txt_of(frame, TxtColumns(name="DKMC"), STYLE), path)
        back = read_txt(path)
    np.testing.assert_array_equal(
        shapely.get_coordinates(back.geometry), shapely.get_coordinates(shapes)
    )
    assert list(back["name"]) == [name] * len(shapes)
    assert frame.equals(before)
