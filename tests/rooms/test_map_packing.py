"""Packs of many features, decoded here by other code than the page's.

n features in rows of small squares; the third has a hole, the last is 40 times larger
┌─┐ ┌─┐ ┌───┐
└─┘ └─┘ │┌┐ │ ...
        │└┘ │
        └───┘
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box
from test_maps import tiny_content

from dzgis.maps import interactive_map, map_files
from dzgis.maps.model import MOST_PLAIN, Feature, Style, Vectors
from dzgis.maps.packing import pack_of, varints

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>window.hacked=1</script>"


def numbers(data, n, at=0):
    """The first `n` varints of some bytes, and where they end."""
    found = []
    for _ in range(n):
        value, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        found.append(value)
    return found, at


def signed(values):
    return [value // 2 if value % 2 == 0 else -(value + 1) // 2 for value in values]


def decoded(pack):
    """Every feature of a pack: (title, style, values, verdict, cluster, polygon rings)."""
    index, data = pack.index, pack.data

    def stream(offset, length):
        return zlib.decompress(data[offset : offset + length])

    n = index["n"]
    dots, at = stream(*index["dots"]), 0
    runs = []
    for _ in range(5):
        run, at = numbers(dots, n, at)
        runs.append(run)
    assert at == len(dots)
    titles, firsts = json.loads(stream(*index["names"]))
    found, at_feature = [], 0
    for offset, length, count, zoom, *bounds in index["blocks"]:
        block = stream(offset, length)
        size = int.from_bytes(block[:4], "little")
        text = json.loads(block[4 : 4 + size])
        n_rings, at = numbers(block, count, 4 + size)
        n_points, at = numbers(block, sum(n_rings), at)
        steps, at = numbers(block, 2 * sum(n_points), at)
        assert at == len(block)
        points = np.cumsum(np.reshape(signed(steps), (-1, 2)), axis=0) / 10 ** index["decimals"]
        rings = np.split(points, np.cumsum(n_points)[:-1])
        cut = np.cumsum([0, *n_rings])
        for i in range(count):
            own = rings[cut[i] : cut[i + 1]]
            k = at_feature + i
            assert titles[k] == text["t"][i]
            assert firsts[k] == text["v"][0][i]
            assert runs[2][k] == text["s"][i]
            w, s, e, north = bounds
            for ring in own:
                assert (ring >= [w - 1e-6, s - 1e-6]).all()
                assert (ring <= [e + 1e-6, north + 1e-6]).all()
            found.append(
                (
                    text["t"][i],
                    index["styles"][text["s"][i]],
                    [column[i] for column in text["v"]],
                    index["verdicts"][runs[3][k]],
                    index["clusters"][runs[4][k]],
                    own,
                    zoom,
                )
            )
        at_feature += count
    places = np.cumsum(np.column_stack([signed(runs[0]), signed(runs[1])]), axis=0) * 1e-5
    return found, places


def layer(shapes):
    styles = {"a": Style("#000000"), "b": Style("#ff0000")}
    features = tuple(
        Feature(
            shape, f"第{i}号", "ab"[i % 2], (f"P{i}", f"v{i % 3}"), "ab"[i % 2], ["", "x"][i % 2]
        )
        for i, shape in enumerate(shapes)
    )
    return Vectors("parcels", "parcels", "h", ("id", "v"), styles, features)


def squares(n, size=0.001):
    return [
        box(102 + 0.002 * (i % 40), 25 + 0.002 * (i // 40), 102 + 0.002 * (i % 40) + size,
            25 + 0.002 * (i // 40) + size)
        for i in range(n)
    ]  # fmt: skip


@given(st.lists(st.integers(min_value=0, max_value=2**40)))
def test_varints_come_back(values):
    data, ends = varints(np.array(values, dtype=np.int64))
    found, at = numbers(data.tolist(), len(values))
    assert found == values
    assert at == len(data) == (ends[-1] if values else 0)


def test_every_feature_comes_back_once_and_whole():
    shapes = squares(1500)
    shapes[2] = box(102, 25, 102.01, 25.01).difference(box(102.004, 25.004, 102.006, 25.006))
    shapes[3] = MultiPolygon([box(101, 24, 101.001, 24.001), box(101.1, 24, 101.101, 24.001)])
    shapes[-1] = box(101.5, 24.5, 101.54, 24.54)
    made = layer(shapes)
    found, places = decoded(pack_of(made, decimals=6))
    assert len(found) == 1500
    by_title = {title: rest for title, *rest in found}
    assert len(by_title) == 1500
    for i, shape in enumerate(shapes):
        feature = made.features[i]
        style, values, verdict, cluster, rings, _ = by_title[feature.title]
        assert (style, tuple(values)) == (feature.style, feature.values)
        assert (verdict, cluster) == (feature.verdict, feature.cluster)
        area = sum(_signed_area(ring) for ring in rings)
        assert area == pytest.approx(shape.area, abs=1e-10)
    middles = {title: place for (title, *_), place in zip(found, places, strict=True)}
    w, s, e, n = shapes[-1].bounds
    assert_allclose(middles["第1499号"], [(w + e) / 2, (s + n) / 2], atol=1e-5)


def _signed_area(ring):
    """Positive for an outer ring, negative for a hole: both run as the page's fill needs it."""
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


@given(
    st.lists(
        st.tuples(st.integers(-170, 170), st.integers(-80, 80), st.floats(1e-5, 3.0)),
        min_size=2,
        max_size=40,
        unique_by=lambda each: each[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_order_changes_nothing(places, random):
    shapes = [box(x, y, x + size, y + size) for x, y, size in places]
    made = layer(shapes)
    mixed = list(made.features)
    random.shuffle(mixed)
    other = Vectors(made.id, made.pane, made.heading, made.fields, made.styles, tuple(mixed))
    kept = [
        sorted(feature[:5] for feature in decoded(pack_of(each, decimals=6))[0])
        for each in (made, other)
    ]
    assert kept[0] == kept[1]


def test_outline_shows_from_the_zoom_where_it_is_three_pixels_wide():
    # At zoom 12 a degree of longitude is 256·2^12/360 px: 0.001° are 2.9 px wide; in Mercator a
    # degree of latitude at 25° is 1/cos 25° = 1.10 times as long: 3.2 px high. At 11 both are half.
    found, _ = decoded(pack_of(layer([*squares(3), box(100, 24, 104, 24.1)]), decimals=6))
    zooms = {title: rest[-1] for title, *rest in found}
    assert zooms == {"第0号": 12, "第1号": 12, "第2号": 12, "第3号": 1}
    assert [zoom for *_, zoom in found] == [1, 12, 12, 12]


def test_only_polygons_have_outlines():
    mixed = GeometryCollection([Point(102, 25), LineString([(102, 25), (103, 25)]), *squares(1)])
    shapes = [mixed, LineString([(102, 25), (102.1, 25)]), Polygon(squares(1)[0])]
    found, _ = decoded(pack_of(layer(shapes), decimals=6))
    n_rings = {title: len(rest[-2]) for title, *rest in found}
    assert n_rings == {"第0号": 1, "第1号": 0, "第2号": 1}


# ---- the page ---------------------------------------------------------------------------------


def many_parcels(n, name="地块"):
    content = tiny_content()
    table = pd.DataFrame(
        {"name": name, "verdict": "clear", "area_m2": 1.0, "cluster": "anyang"},
        index=pd.Index([f"P{i}" for i in range(n)], name="parcel_id"),
    )
    side = 0.0001 * (1 + np.arange(n) % 5)
    east, north = 102 + 0.004 * (np.arange(n) % 100), 25 + 0.004 * (np.arange(n) // 100)
    shapes = shapely.box(east, north, east + side, north + side)
    parcels = gpd.GeoDataFrame(table, geometry=shapes, crs=4490)
    return tiny_content().__class__(**{**vars(content), "parcels": parcels})


def test_limit_of_plain_geojson():
    for n, packed in ((MOST_PLAIN, False), (MOST_PLAIN + 1, True)):
        html = interactive_map(many_parcels(n), lang="zh")
        assert ('id="dz-pack-parcels"' in html) is packed
        block = re.search(r'id="dz-parcels">(.*?)</script>', html)[1]
        assert len(json.loads(block)["features"]) == (0 if packed else n)


def test_pack_in_the_page_is_the_pack_beside_it(monkeypatch):
    from dzgis.maps import page

    content = many_parcels(MOST_PLAIN + 1, HOSTILE)
    inside = map_files(content, lang="zh")
    assert list(inside) == ["map.html"]
    monkeypatch.setattr(page.map_page, "__kwdefaults__", {"base_maps": (), "most_inside": 5000})
    beside = map_files(content, lang="zh")
    assert list(beside) == ["map.html", "map_tiles/parcels.bin"]
    text = re.search(rb'id="dz-pack-parcels">(.*?)</script>', inside["map.html"])[1]
    assert b64decode(text) == beside["map_tiles/parcels.bin"]
    assert b"connect-src" not in inside["map.html"]
    assert b"connect-src 'self'" in beside["map.html"]
    assert b"window.hacked" not in inside["map.html"]
    assert map_files(content, lang="zh") == beside
