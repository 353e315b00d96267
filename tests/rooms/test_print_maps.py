"""Print maps: the frame tells the truth, every name is legible and none meets another."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

import numpy as np
import pypdf
import pytest
import shapely
from builders_maps import NOTE, sample_content
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyproj import Proj, Transformer

from dzgis.crs import CGCS2000
from dzgis.errors import InputError
from dzgis.fonts import covered, fonts_folder
from dzgis.maps import PrintOptions, palette, print_maps
from dzgis.maps.printed import KINDS, SIZES, Order, Subject, compose, rendered, subjects
from dzgis.maps.printed.canvas import ALONG, FACE
from dzgis.maps.printed.ground import ground_of, round_scale
from dzgis.maps.printed.labels import Name, beside_point, place, unmistakable
from dzgis.maps.printed.paper import Box, sheet_of
from dzgis.maps.printed.shapes import bubble, smooth
from dzgis.maps.printed.thematic import AVAILABLE_COLOURS, HATCHES
from dzgis.maps.words import RESTRICTION

pytestmark = pytest.mark.slow

LEAST_POINTS = 4.7
"""Smallest lettering on any sheet; atlases go down to 4.5."""


@pytest.fixture(scope="module")
def content():
    return sample_content()


@pytest.fixture(scope="module")
def drawn(content):
    """Sheets by kind, size and language, each drawn once."""
    made = {}

    def of(kind, size="A3", lang="zh"):
        key = kind, size, lang
        if key not in made:
            (whole,) = subjects(content, None, lang)
            made[key] = compose(content, whole, Order(kind, size, lang))
        return made[key]

    return of


def overlaps(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top


SHEETS = [
    *[(kind, "A3", "zh") for kind in KINDS],
    ("structure", "A4", "zh"),
    ("structure", "A0", "zh"),
    ("structure", "A3", "en"),
    ("verdict", "A4", "en"),
]


@pytest.mark.parametrize(("kind", "size", "lang"), SHEETS)
def test_no_name_meets_another_or_leaves_the_map(drawn, kind, size, lang):
    sheet = drawn(kind, size, lang)
    labels = sheet.canvas.labels()
    assert len(labels) > 8
    for (a, box_a), (b, box_b) in itertools.combinations(labels, 2):
        assert not overlaps(box_a, box_b), (a, b)
    neat = sheet.ground.neat
    on_map = [box for _, box in labels if box.right < sheet.canvas.sheet.panel.left]
    assert all(neat.left <= box.left and box.right <= neat.right for box in on_map)
    assert all(neat.bottom <= box.bottom and box.top <= neat.top for box in on_map)


@pytest.mark.parametrize(("kind", "size", "lang"), SHEETS)
def test_all_lettering_stands_apart_and_on_the_paper(drawn, kind, size, lang):
    """Panel, title, band and imprint too: no two texts meet, none is cut by the paper's edge."""
    canvas = drawn(kind, size, lang).canvas
    along = {text for text, _ in canvas.labels(ALONG)}
    texts = [(t, b) for t, points, b in canvas.lettering() if t not in along]
    assert all(points >= LEAST_POINTS for _, points, _ in canvas.lettering())
    page = Box(0, 0, canvas.sheet.width, canvas.sheet.height)
    for text, box in texts:
        assert shapely.box(*page).contains(shapely.box(*box)), text
    for (a, box_a), (b, box_b) in itertools.combinations(texts, 2):
        assert not overlaps(box_a.grown(-0.25), box_b.grown(-0.25)), (a, b)


def test_the_structure_map_names_all_that_the_plan_puts_on_it(drawn, content):
    sheet = drawn("structure")
    assert sheet.left_out == ()
    said = "\n".join(text for text, _ in sheet.canvas.labels())
    plan = content.plan
    wanted = [cluster.name for cluster in plan.clusters]
    wanted += [district.name for district in plan.districts]
    wanted += [county.name for county in plan.counties]
    wanted += ["勤丰营", "安丰营", "曲靖", "武定", "禄劝", "峨山", "双柏", "至大理"]
    assert [name for name in wanted if name not in said] == []
    letters = "".join(text for text, _ in sheet.canvas.labels(ALONG))
    assert sorted(letters) == sorted("".join(axis.name for axis in plan.axes))


def test_letters_of_an_axis_follow_each_other_and_no_name_lies_on_them(drawn):
    canvas = drawn("structure").canvas
    letters = canvas.labels(ALONG)
    discs = [shapely.Point(box.middle).buffer(1.7) for _, box in letters]
    for (_, box), (_, after) in itertools.pairwise(letters[:5]):
        assert 3.0 < np.hypot(*np.subtract(box.middle, after.middle)) < 8.0
    for text, box in canvas.labels():
        assert not any(shapely.box(*box).intersects(disc) for disc in discs), text


# ------------------------------------------------------------------ the frame tells the truth


def test_scale_bar_grid_and_graticule_lie_where_the_projection_says(drawn):
    ground = drawn("slope").ground
    to_ground = Transformer.from_crs(CGCS2000, ground.crs, always_xy=True)
    easting, northing = to_ground.transform([102.0, 102.0], [25.0, 25.5])
    paper = ground.points([102.0, 102.0], [25.0, 25.5])
    metres = np.hypot(easting[1] - easting[0], northing[1] - northing[0])
    millimetres = np.hypot(*(paper[1] - paper[0]))
    assert metres * 1000 / millimetres == pytest.approx(ground.denominator, rel=1e-9)
    assert ground.on_paper([ground.centre])[0] == pytest.approx(ground.neat.middle)
    assert ground.crs.to_epsg() == 4543  # the zone of 102°E, in which the middle lies


@pytest.mark.parametrize(("lon", "sign"), [(101.0, -1), (103.0, 1)])
def test_convergence_is_proj_s_and_has_its_sign(lon, sign):
    ground = ground_of((lon - 0.1, 25.0, lon + 0.1, 25.1), Box(0, 0, 300, 200), margin=0.0)
    to_degrees = Transformer.from_crs(ground.crs, CGCS2000, always_xy=True)
    at = to_degrees.transform(*ground.centre)
    factors = Proj(ground.crs).get_factors(*at)
    assert abs(ground.convergence_deg()) == pytest.approx(
        abs(factors.meridian_convergence), abs=1e-5
    )
    # east of the central meridian grid north lies east of true north: γ ≈ Δλ·sin φ > 0
    assert ground.convergence_deg() == pytest.approx(
        (at[0] - 102.0) * np.sin(np.radians(at[1])), rel=1e-3
    )
    assert np.sign(ground.convergence_deg()) == sign


@given(st.floats(500, 5e7))
def test_round_scales_fit_and_waste_little(denominator):
    found = round_scale(denominator)
    assert denominator * (1 - 1e-9) <= found <= denominator * 1.34


def test_what_every_sheet_must_say(drawn):
    words = "\n".join(text for text, _, _ in drawn("available").canvas.lettering())
    for said in ("低丘缓坡可用地图", RESTRICTION.zh, NOTE, "CGCS2000", "EPSG:4543", "1:1 100 000"):
        assert said in words
    for said in ("高程：dem.tif，2014-12-31，EPSG:4490", "图  例", "位置示意图", "坐标北"):
        assert said in words.replace("\n", "") or said in words


def test_an_approval_number_takes_the_place_of_the_restriction(content):
    (whole,) = subjects(content, None, "zh")
    sheet = compose(content, whole, Order("slope", "A4", "zh", "云S(2026)001号"))
    words = [text for text, _, _ in sheet.canvas.lettering()]
    assert "审图号：云S(2026)001号" in words
    assert RESTRICTION.zh not in words


# ------------------------------------------------------------------ placement


def test_names_crowded_on_one_spot_find_places_of_their_own():
    """Nine signs 2 mm apart in a row: their names go above, below and farther off."""
    at = [(50.0 + 2 * n, 50.0) for n in range(9)]
    names = [beside_point(str(n), (8.0, 3.0), xy, radius=0.8) for n, xy in enumerate(at)]
    signs = [Box(*xy, *xy).grown(0.8) for xy in at]
    found = place(names, room=Box(0, 0, 100, 100), blocked=signs)
    assert len(found) == 9
    boxes = [Box(x - 4, y - 1.5, x + 4, y + 1.5) for x, y in found.values()]
    assert not any(overlaps(a, b) for a, b in itertools.combinations([*boxes, *signs[:1]], 2))


def test_a_name_without_room_is_left_out_and_not_put_on_another():
    wide = Name("a", (9.0, 3.0), np.array([[5.0, 5.0]]), np.zeros(1))
    found = place([wide, replace(wide, key="b")], room=Box(0, 0, 10, 10))
    assert len(found) == 1


def test_a_name_keeps_away_from_the_sign_of_another():
    own, other = (10.0, 10.0), (14.0, 10.0)
    name = beside_point("a", (3.0, 2.0), own, radius=1.0)
    assert place([name], room=Box(0, 0, 40, 40))["a"][0] > own[0]  # right of it, as a rule
    told = unmistakable(name, own, np.array([own, other]))
    assert place([told], room=Box(0, 0, 40, 40))["a"][0] < own[0] + 1.5


# ------------------------------------------------------------------ schematic shapes


def test_bubbles_lie_on_the_land_of_their_cluster(content):
    frame = content.clusters[content.clusters["status"] != "in_county_not_listed"]
    for name, land in zip(frame["name"], frame.geometry, strict=True):
        oval = bubble(land)
        assert oval.intersection(land).area >= 0.85 * oval.area, name
        assert oval.area > 0.15 * land.area, name


def test_a_smooth_line_goes_through_its_points():
    points = np.array([[0.0, 0.0], [3.0, 1.0], [4.0, 4.0], [9.0, 4.0]])
    line = shapely.LineString(smooth(points))
    assert all(line.distance(shapely.Point(xy)) < 1e-9 for xy in points)
    assert smooth(points[:2]).tolist() == points[:2].tolist()


# ------------------------------------------------------------------ colours


def luminance(colour):
    red, green, blue = (value / 255 for value in bytes.fromhex(colour[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_ramps_read_the_same_in_grey(content):
    slopes = [luminance(one.colour) for one in content.plan.slope_classes.classes]
    shares = [luminance(colour) for colour in AVAILABLE_COLOURS]
    for ramp in (slopes, shares):
        assert all(before - after > 0.08 for before, after in itertools.pairwise(ramp))


def test_roles_differ_by_pattern_where_their_greys_are_alike():
    greys = {role: luminance(palette.ROLE_COLOURS[role]) for role in HATCHES}
    for a, b in itertools.combinations(HATCHES, 2):
        assert HATCHES[a] != HATCHES[b] or abs(greys[a] - greys[b]) > 0.04, (a, b)


# ------------------------------------------------------------------ fonts and files


def test_the_face_has_every_letter_of_every_sheet(drawn):
    cmap = set(TTFont(fonts_folder() / FACE).getBestCmap())
    for kind, size, lang in SHEETS:
        canvas = drawn(kind, size, lang).canvas
        letters = {letter for text, _, _ in canvas.lettering() for letter in text} - {"\n"}
        assert canvas.missing == set()
        assert {ord(letter) for letter in letters} <= cmap
        assert letters <= covered()


def test_a_letter_that_the_face_lacks_is_printed_as_geta(content):
    strange = replace(content, notes=(Text_("龘龖\U0002070e"),))
    (whole,) = subjects(strange, None, "zh")
    sheet = compose(strange, whole, Order("slope", "A4", "zh"))
    assert sheet.canvas.missing
    assert any("〓" in text for text, _, _ in sheet.canvas.lettering())


def Text_(said):  # noqa: N802
    from dzgis.terms import Text

    return Text(said, said)


def test_pdf_has_its_size_its_words_and_embedded_truetype_faces(drawn):
    data = rendered(drawn("structure", "A4").canvas, "pdf")
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    assert [float(side) * 25.4 / 72 for side in page.mediabox[2:]] == pytest.approx([297, 210])
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()
        assert (font["/Subtype"], below["/Subtype"]) == ("/Type0", "/CIDFontType2")
        face = below["/FontDescriptor"]["/FontFile2"].get_data()
        assert face[:4] == b"\x00\x01\x00\x00"  # really TrueType
        assert "glyf" in TTFont(io.BytesIO(face))
    text = page.extract_text()
    for said in ("空间结构图", "楚雄组团", "未经审图"):
        assert said in text


def test_svg_asks_for_no_font_and_png_has_its_dots(drawn):
    canvas = drawn("structure", "A4").canvas
    svg = rendered(canvas, "svg").decode()
    assert "font-family" not in svg
    assert "<text" not in svg
    assert "http://" not in svg.replace("http://www.w3.org/", "").replace(
        "http://purl.org/", ""
    ).replace("http://creativecommons.org/", "")
    picture = Image.open(io.BytesIO(rendered(canvas, "png")))
    assert picture.size == pytest.approx((297 / 25.4 * 300, 210 / 25.4 * 300), abs=1)


def test_equal_content_gives_equal_bytes(content):
    def files():
        (whole,) = subjects(content, None, "zh")
        canvas = compose(content, whole, Order("slope", "A4", "zh")).canvas
        return [rendered(canvas, form) for form in ("png", "pdf", "svg")]

    assert files() == files()


# ------------------------------------------------------------------ series


def test_series_has_a_sheet_for_each_and_shows_it_whole(content, tmp_path):
    assert len(subjects(content, "county", "zh")) == 8
    assert len(subjects(content, "cluster", "zh")) == 8
    assert len(subjects(content, "parcel", "zh")) == 48
    few = replace(content, counties=content.counties.iloc[:2])
    options = PrintOptions("zh", "A4", ("svg",), series="county")
    written = print_maps(few, ["slope"], options, folder=tmp_path / "prints")
    names = [path.name for path in written]
    assert names == [f"slope-{code}.svg" for code in few.counties["county_code"]]
    for subject in subjects(content, "parcel", "zh"):
        ground = ground_of(subject.bounds, sheet_of("A3").neat, margin=0.03)
        west, south, east, north = subject.bounds
        corners = ground.points([west, east], [south, north])
        assert shapely.box(*ground.neat).contains(shapely.MultiPoint(corners))


def test_names_of_files_are_safe_and_differ(content):
    strange = content.parcels.iloc[:3].copy()
    strange.index = ["../../etc", "a/b", "A_B"]
    keys = [s.key for s in subjects(replace(content, parcels=strange), "parcel", "zh")]
    assert keys == ["etc", "a_b", "A_B_2"]


# ------------------------------------------------------------------ what is refused


def test_unknown_wishes_are_told_with_what_there_is(content, tmp_path):
    def ask(kinds=("slope",), **options):
        chosen = PrintOptions("zh", **({"size": "A4", "formats": ("svg",)} | options))
        print_maps(content, kinds, chosen, folder=tmp_path)

    with pytest.raises(InputError, match="no map called x"):
        ask(kinds=["x"])
    with pytest.raises(InputError, match="no paper size B5"):
        ask(size="B5")
    with pytest.raises(InputError, match="no format gif"):
        ask(formats=("gif",))
    with pytest.raises(InputError, match="no series town"):
        ask(series="town")
    assert list(tmp_path.iterdir()) == []


def test_without_suitability_its_map_is_refused(content):
    bare = replace(content, suitability=None, grades=())
    with pytest.raises(InputError, match="no suitability result"):
        compose(bare, Subject("", "", (101, 24, 104, 26)), Order("suitability", "A4", "zh"))


@pytest.mark.parametrize("size", SIZES)
def test_parts_of_a_sheet_do_not_meet(size):
    sheet = sheet_of(size)
    frame = sheet.neat.grown(sheet.band)
    parts = [sheet.title, frame, sheet.panel, sheet.imprint]
    assert not any(overlaps(a, b) for a, b in itertools.combinations(parts, 2))
    assert all(p.left > 0 and p.right < sheet.width and p.top < sheet.height for p in parts)
