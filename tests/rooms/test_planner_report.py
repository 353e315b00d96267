"""The planner's report: one document in every form, figures that add up, maps and charts."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import builders
import builders_planner as made
import docx
import numpy as np
import openpyxl
import pypdf
import pytest
from affine import Affine
from docx.oxml.ns import qn

from dzgis.errors import InputError
from dzgis.fonts import not_covered
from dzgis.grid import Grid, Raster
from dzgis.reports import (
    check_planner_template,
    planner_county_records,
    planner_county_table,
    planner_documents,
    planner_tables,
    write_planner_documents,
    write_xlsx,
)
from dzgis.reports import raster_picture as picture
from dzgis.reports.balanced_table import Areas, Sum, areas_table, percent_table
from dzgis.reports.charts import Bar, Series, bar_chart, nice_step, tornado, upset
from dzgis.reports.document import PLANNER
from dzgis.reports.docx_template import default_template
from dzgis.reports.fitted_grid import fitted_parts
from dzgis.reports.lettering import Board, Letter, text_width, wrapped
from dzgis.reports.planner_account_tables import attributed_table, preflight_table
from dzgis.reports.planner_document import planner_document
from dzgis.reports.planner_land import combination_areas, net_areas, waterfall_areas
from dzgis.reports.planner_names import ALL_UNITS, HECTARES, KM2
from dzgis.reports.printed import all_words, printed_cover, printed_sections
from dzgis.reports.table import UNITS
from dzgis.reports.yardsticks import shipped_yardsticks, yardstick_table
from dzgis.terms import Text

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
LANGS = ("zh", "en")
M2 = UNITS[0]
HOSTILE = (
    "=cmd()",
    "<script>alert(1)</script>",
    "{{ title }}",
    "#let x = 1",
    "*b* _i_ `c` @ref <lab>",
    "&amp; &lt; ]]>",
    "bell\x07esc\x1b",
)


@pytest.fixture(scope="module")
def full():
    return made.figures()


@pytest.fixture(scope="module")
def tables(full):
    return planner_tables(full)


@pytest.fixture(scope="module")
def documents(full):
    return {lang: planner_document(full, made.context(lang)) for lang in LANGS}


@pytest.fixture(scope="module")
def written(full):
    """DOCX and PDF of the whole report in Chinese."""
    return planner_documents(full, made.context())


def called(tables, name):
    return [table for table in tables if table.name.en == name]


def word_text(data):
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join(
        "".join(t.text or "" for t in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    )


def pdf_text(data):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def squeezed(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace("\u200b", ""))


def numbers(text):
    return set(re.findall(r"\d+\.\d{2,4}", text))


def blocks(document, lang):
    return [b for part in printed_sections(document, lang).values() for b in part]


def words(document, lang):
    cover = [w for pair in printed_cover(document, lang).values() for w in pair]
    return [*all_words(blocks(document, lang)), *cover, document.title.say(lang)]


# ------------------------------------------------------------------ figures by hand


def test_net_of_counties_by_hand(full):
    west, east, total = areas_table(net_areas(full, "county"), M2).rows
    # other, unknown, taken, free, conditional | total, low-hill, available; see the builder
    assert west[2:] == (
        4.5e6,
        5e4,
        7e5,
        1_533_333.33,
        1e5,
        6_883_333.33,
        2_333_333.33,
        1_633_333.33,
    )
    assert east[2:] == (2.7e6, 0.0, 2.1e5, 600_000.01, 0.0, 3_510_000.01, 810_000.01, 600_000.01)
    assert total[-3:] == (10_393_333.34, 3_143_333.34, 2_233_333.34)


def test_what_exclusions_take_in_no_order_by_hand(full):
    table = attributed_table(full, HECTARES)
    assert {row[0].en.split()[0]: row[1:5] for row in table.rows[:-1]} == {
        "E1": (30.0, 26.0, 56.0, 43.0),
        "E2": (15.0, 26.0, 41.0, 28.0),
        "E3": (10.0, 0.0, 10.0, 0.0),
        "E4": (40.0, 6.0, 46.0, 20.0),
        "E5": (None, None, None, None),  # without a layer nothing is known, not 0
    }
    assert table.rows[-1][4] == 91.0
    west = areas_table(waterfall_areas(full, "county"), HECTARES).rows[0]
    assert west[2:] == (40.0, 10.0, 20.0, None, 163.33, 233.33)
    assert "E5" in waterfall_areas(full, "county").notes[0].zh


def test_combinations_by_hand_and_the_rest_summed(full):
    whole = areas_table(combination_areas(full), HECTARES).rows
    assert [(row[1], row[2], row[3]) for row in whole[:3]] == [
        (0, 0.0, 193.33),  # 1 000 000 + 333 333.33 + 600 000.005
        (1, 20.0, 20.0),  # E4 takes a half
        (1, 30.0, 0.0),  # E1
    ]
    short = areas_table(combination_areas(full, 3), HECTARES).rows
    assert short[3][0].en == "4 other combinations"
    assert short[3][2:] == (41.0, 10.0, 51.0)
    assert short[-1][2:] == whole[-1][2:]


def test_summary_and_records_of_counties(full):
    table = planner_county_table(full)
    assert table.rows[0][1:] == (6.88, 2.33, 33.9, 1.63, 23.7, 0.1, 0.05)
    first, second = planner_county_records(full)
    assert list(first) == [
        "county_code",
        "county",
        "area_m2",
        "class_area_m2",
        "low_hill_m2",
        "available_m2",
        "unknown_m2",
    ]
    assert first["class_area_m2"] == [4e6, 1.7e6, 633_333.33, 5e5]
    assert (second["low_hill_m2"], second["available_m2"]) == (810_000.01, 600_000.01)


# ------------------------------------------------------------------ tables


def test_every_table_is_complete(tables):
    for table in [*tables, *planner_tables(made.bare())]:
        assert len(table.decimals) == len(table.columns), table.name
        assert {len(row) for row in table.rows} <= {len(table.columns)}, table.name


@pytest.mark.parametrize(
    "name",
    [
        "county x class",
        "waterfall by cluster",
        "combinations",
        "suitability by county",
    ],
)
def test_areas_come_in_four_units(tables, name):
    titles = [table.title.en for table in called(tables, name)]
    assert [sum(f"({unit.text.en})" in title for title in titles) for unit in ALL_UNITS] == [1] * 4


def test_candidates_have_areas_in_four_units_side_by_side(tables):
    (table,) = called(tables, "candidates")
    columns = [column.en for column in table.columns]
    for unit in ALL_UNITS:
        assert {f"area {unit.text.en}", f"filled {unit.text.en}"} <= set(columns)


def test_columns_of_every_table_with_a_total_add_up(tables):
    checked = 0
    for table in tables:
        if len(table.rows) < 2 or table.rows[-1][0] != Text("合计", "total"):
            continue
        for column, digits in enumerate(table.decimals):
            *parts, total = (row[column] for row in table.rows)
            shares = "%" in table.columns[column].en or "% of the row" in table.title.en
            if digits is None or shares or not isinstance(total, float):
                continue
            if table.name.en in ("summary", "criteria"):
                continue  # each figure rounded on its own, and says so
            known = [round(p * 10**digits) for p in parts if isinstance(p, int | float)]
            assert sum(known) == round(total * 10**digits), (table.title.en, column)
            checked += 1
    assert checked > 250


@pytest.mark.parametrize("unit", ALL_UNITS)
def test_rows_add_up_to_the_last_digit(full, unit):
    for areas in (net_areas(full, "cluster"), waterfall_areas(full, "county")):
        first, n = len(areas.head), len(areas.parts)
        for row in areas_table(areas, unit).rows:
            parts = [p for p in row[first : first + n] if p is not None]
            whole = row[first + n]
            scale = 10**unit.decimals
            assert sum(round(p * scale) for p in parts) == round(whole * scale)


def test_residual_is_the_true_total_less_the_printed_one():
    # Ten rows of 0.4 m² are printed as 0.0000 ha each; together they are 4 m² = 0.0004 ha.
    name = Text("n", "n")
    areas = Areas(name, name, (name,), (("r",),) * 10, (name,), ((0.4,),) * 10)
    table = areas_table(areas, UNITS[1])
    assert table.rows[-1][1] == 0.0
    assert "0.0004" in table.notes[0].en


def test_percents_add_up_and_what_is_not_known_stays_blank():
    name = Text("n", "n")
    values = ((1.0, 1.0, 1.0, float("nan")), (0.0, 0.0, 0.0, float("nan")))
    sums = (Sum(name, (0, 1, 2, 3)),)
    areas = Areas(name, name, (name,), (("a",), ("b",)), (name,) * 4, values, sums)
    first, second, _ = percent_table(areas).rows
    assert first == ("a", 33.34, 33.33, 33.33, None, 100.0)
    assert second == ("b", None, None, None, None, None)


def test_preflight_names_what_was_not_surveyed(full):
    rows = {row[0].en.split()[0]: row for row in preflight_table(full).rows}
    assert rows["E4"][4] == 1.2
    assert rows["E4"][5].zh == "东县"
    assert rows["E5"][1].en == "absent"
    assert rows["E2"][1].en == "outdated"


def test_workbook_holds_what_tables_say(tables, tmp_path):
    path = tmp_path / "tables.xlsx"
    write_xlsx(tables, path, lang="zh", date=dt.date(2025, 1, 1))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == list(dict.fromkeys(t.name.zh for t in tables))
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    for name in ("可用地 县（市、区）", "台账 组团", "重叠矩阵"):
        wanted = {
            cell
            for table in tables
            if table.name.zh == name
            for row in table.rows
            for cell in row
            if isinstance(cell, float)
        }
        found = {cell.value for row in book[name].iter_rows() for cell in row}
        assert wanted <= found
    english = {table.name.en[:31].lower() for table in tables}
    assert len(english) == len(book.sheetnames)


def test_tables_too_wide_for_a_page_come_in_parts(tables):
    table = called(tables, "overlap matrix")[0]
    wide = replace(
        table,
        columns=(table.columns[0], *table.columns[1:] * 4),
        rows=tuple((row[0], *row[1:] * 4) for row in table.rows),
        decimals=(None, *table.decimals[1:] * 4),
    )
    parts = fitted_parts(wide, "zh")
    assert len(parts) > 1
    assert sum(len(part.table.columns) - 1 for part in parts) == 20
    assert all(part.table.rows[0][0] == table.rows[0][0] for part in parts)
    assert parts[0].table.title.zh.endswith(f"（1/{len(parts)}）")


# ------------------------------------------------------------------ the document


def test_sections_stand_in_their_order(documents):
    heads = [b["text"] for b in blocks(documents["zh"], "zh") if b.get("level") == 1]
    assert heads == [
        "一、概况",
        "二、坡度分级",
        "三、限制因子与可用地",
        "四、评价指标",
        "五、适宜性结果",
        "六、候选地块",
        "七、轴—组团台账",
        "八、敏感性与不确定",
        "九、校核",
        "十、数据清单、参数与假定值",
        "十一、声明",
        "十二、签章",
    ]


def test_word_and_pdf_print_the_same_figures(written):
    word, pdf = word_text(written[0]), squeezed(pdf_text(written[1]))
    found = numbers(word)
    assert len(found) > 150
    assert [figure for figure in found if figure not in pdf] == []


def test_word_and_pdf_say_the_same_words(documents, written):
    word, pdf = squeezed(word_text(written[0])), squeezed(pdf_text(written[1]))
    for block in blocks(documents["zh"], "zh"):
        if block["kind"] in ("heading", "paragraph"):
            assert squeezed(block["text"]) in word
            assert squeezed(block["text"]) in pdf


def test_what_must_be_said(documents, written):
    pdf = squeezed(pdf_text(written[1]))
    for sentence in (
        "规划数的计算方法未公布",
        "不得用于实际规划或审批",  # generated data, on the cover
        "待确认",
        "改变次序不改变任何一个数",
        "CR=0.0000",
    ):
        assert squeezed(sentence) in pdf, sentence
    figures = [b for b in blocks(documents["zh"], "zh") if b["kind"] == "figure"]
    maps = [b for b in figures if "比例尺" in b["svg"]]
    assert len(maps) == 6
    assert len(figures) - len(maps) == 6
    assert all("内部工作用图，未经审图，不得公开" in b["svg"] for b in maps)
    assert all("图层含生成（演示）数据" in b["svg"] for b in maps)


def test_every_assumed_value_is_listed(full, documents):
    said = "\n".join(words(documents["zh"], "zh"))
    for where, note in (*full.assumed, *full.suitability.assumed):
        assert where in said
        assert note.partition(" / ")[0] in said


def test_sections_without_data_say_so():
    document = planner_document(made.bare(), made.context(generated=False))
    assert document.banner is None
    said = "\n".join(words(document, "zh"))
    for sentence in (
        "本次未做适宜性评价",
        "没有符合门槛的候选地块",
        "没有连片被放弃",
        "本次未设情景",
        "本次未做图斑综合",
        "本次未给出地类图斑",
        "规划没有可并列的数",
        "规划未给组团指定产业",
        "本次未给出待核查地块",
        "没有为本规划收录可并列的公开数",
        "没有假定的取值",
        "没有数据记录",
        "未给出 DEM 误差",
    ):
        assert sentence in said, sentence
    assert len(document.sections) == 12
    planner_documents(made.bare(), made.context())


def test_english_is_complete(documents):
    own = {"某规划院", "国土调查办发〔2008〕32号", "某法第一条", "甲", "公顷", "生物医药", "新材料"}
    left = set()
    for said in words(documents["en"], "en"):
        drawn = re.findall(r">([^<]+)</text>", said)
        plain = " ".join(drawn) if said.startswith("<svg") else said
        for word in own:
            plain = plain.replace(word, "")
        left |= set(re.findall("[\u4e00-\u9fff]+", plain))
    names = {"西县", "东县", "西端", "东端", "南端", "北端", "甲镇", "乙镇", "东城"}
    assert left <= names


@pytest.mark.parametrize("lang", LANGS)
def test_fonts_have_every_character(documents, lang):
    assert not_covered(words(documents[lang], lang)) == []


def test_fonts_have_what_the_modules_may_say():
    files = sorted((ROOT / "src" / "dzgis" / "reports").glob("planner_*.py"))
    files += [ROOT / "src" / "dzgis" / "plan" / "yardsticks" / "dianzhong-2014.toml"]
    assert len(files) > 14
    used = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not_covered([used.replace("\t", " ")]) == []


def test_equal_figures_give_equal_bytes(full, written, tmp_path):
    again = planner_documents(made.figures(), made.context())
    assert again == written
    for name in "ab":
        write_xlsx(planner_tables(full), tmp_path / name, lang="en", date=made.ISSUED)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def hostile(full, word):
    rows = full.assigned.rename(index={"C001": word})
    candidates = full.proposal.candidates.rename(index={"C001": word})
    changed = replace(full.what_ifs[0], name=Text(word, word))
    return replace(
        full,
        assigned=rows,
        proposal=replace(full.proposal, candidates=candidates),
        what_ifs=(changed,),
        parameters={word: word},
        notes=(Text(word, word),),
        dem=replace(full.dem, source=word),
        layers=({"role": word, "path": word, "date": "2020-01-01"},),
    )


def test_hostile_text_stays_text(full, tmp_path):
    word = " ".join(HOSTILE)
    figures = hostile(full, word)
    context = made.context(organisation=word, project=word, report_no=word)
    data, printed = planner_documents(figures, context)
    shown = squeezed(word.replace("\x07", "\\x07").replace("\x1b", "\\x1b"))
    assert shown in squeezed(word_text(data))
    assert shown in squeezed(pdf_text(printed))
    path = tmp_path / "t.xlsx"
    write_xlsx(planner_tables(figures), path, lang="zh", date=made.ISSUED)
    cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("=cmd()" in str(cell.value) for cell in cells)


def test_yardsticks_stand_beside_our_figures(full):
    meta = full.plan.meta.model_copy(update={"id": "dianzhong-2014"})
    table = yardstick_table(replace(full, plan=full.plan.model_copy(update={"meta": meta})))
    ours = {row[0].zh: row[3] for row in table.rows}
    assert ours["云南省 8—25° 土地占比"] == 30.24  # 3 143 333.335 of 10 393 333.335
    assert ours["云南省坝子占比"] == 57.73  # 6 000 000
    assert "安宁市面积" not in ours  # not a county of these figures
    assert all(row[5].zh and row[4].zh for row in table.rows)
    assert {one.status.value for one in shipped_yardsticks("dianzhong-2014")} == {"reported"}


# ------------------------------------------------------------------ template


def template_with(tmp_path, *fields):
    document = docx.Document()
    for field in fields:
        document.add_paragraph(field)
    path = tmp_path / "own.docx"
    document.save(path)
    return path


def test_shipped_template_has_every_part():
    assert check_planner_template(default_template(PLANNER)) == []


def test_fields_of_another_report_are_named(full, tmp_path):
    path = template_with(tmp_path, "{{ title }}", "{{ applicant }}", "{{p conclusion }}")
    with pytest.raises(InputError, match="applicant") as caught:
        write_planner_documents(full, made.context(), folder=tmp_path, template=path)
    assert len(caught.value.faults) == 2
    assert "exclusion_set" in caught.value.faults[0].en
    assert not (tmp_path / "report.pdf").exists()


def test_missing_part_is_named_and_the_rest_is_printed(full, tmp_path):
    fields = (f"{{{{p {field} }}}}" for field in PLANNER.parts if field != "slope")
    path = template_with(tmp_path, "{{ title }}", *fields)
    files = write_planner_documents(full, made.context(), folder=tmp_path, template=path)
    assert [note.zh for note in files.notes] == [
        "模板 own.docx 没有字段 {{p slope }}，报告中将缺少这一部分"
    ]
    assert set(files.names) == {"report.docx", "report.pdf"}
    text = word_text((tmp_path / "report.docx").read_bytes())
    assert "图斑综合" not in text.split("三、限制因子")[0]
    assert "七、轴—组团台账" in text


# ------------------------------------------------------------------ maps and charts


def test_labels_do_not_meet():
    board = Board(1000.0, 600.0)
    letter = Letter(26.0)
    drawn = [board.label(30.0 * k, 300.0 + k % 3, f"地块{k:03d}", letter=letter) for k in range(33)]
    assert 10 < sum(bool(one) for one in drawn) == len(board.boxes)
    for n, a in enumerate(board.boxes):
        assert a[0] >= 0
        assert a[2] <= 1000
        for b in board.boxes[:n]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_words_are_wrapped_within_their_width():
    lines = wrapped(
        "P01 No development of grade I protected forest，一级保护林地禁止开发", 26.0, 260.0
    )
    assert len(lines) > 2
    assert max(text_width(line, 26.0) for line in lines) <= 260.0
    assert not any(line.startswith("，") for line in lines)


def test_blocks_take_the_commonest_number():
    # 1 1 | 2 2      1 | 2        0 is not known: a block that is half 0 stays clear.
    # 1 2 | 2 0  →   --+--
    # ----+----      0 | 3
    # 0 0 | 3 3
    # 0 1 | 3 1
    values = np.array([[1, 1, 2, 2], [1, 2, 2, 0], [0, 0, 3, 3], [0, 1, 3, 1]], dtype=np.uint8)
    paint = picture.class_paint(("#000000",) * 3)
    small = picture.brought_down(builders.raster(values), 2, paint)
    assert small.values.tolist() == [[1, 2], [0, 3]]
    assert small.grid.cell_size == (20.0, 20.0)


def test_a_mapped_raster_is_read_band_by_band(tmp_path, monkeypatch):
    values = np.random.default_rng(1).integers(0, 5, (301, 200)).astype(np.uint8)
    np.save(tmp_path / "v.npy", values)
    on = Grid(builders.METRIC, Affine(10, 0, 5e5, 0, -10, 2.77e6), 301, 200)
    paint = picture.class_paint(("#000000",) * 4)
    whole = picture.brought_down(Raster(values, on, "v"), 50, paint).values
    seen = []

    def counted(part):
        seen.append(part.shape[0])
        return paint.number(part)

    monkeypatch.setattr(picture, "_BAND_CELLS", 200 * 20)
    mapped = Raster(np.load(tmp_path / "v.npy", mmap_mode="r"), on, "v")
    banded = picture.brought_down(mapped, 50, picture.Paint(paint.colours, counted)).values
    assert np.array_equal(whole, banded)
    assert max(seen) <= 21
    assert sum(seen) == 301


def test_pictures_lie_where_the_ground_is():
    # A geographic raster of one cell in four: its value must be found at that place of the map.
    cell = Grid(builders.GEOGRAPHIC, Affine(0.1, 0, 102.0, 0, -0.1, 25.2), 2, 2)
    raster = Raster(np.array([[1, 2], [3, 4]], dtype=np.uint8), cell, "v")
    from pyproj import Transformer

    there = Transformer.from_crs(builders.GEOGRAPHIC, builders.METRIC, always_xy=True)
    for (lon, lat), wanted in {
        (102.05, 25.15): 1,
        (102.15, 25.15): 2,
        (102.05, 25.05): 3,
        (102.15, 25.05): 4,
        (102.25, 25.05): 0,
    }.items():
        x, y = there.transform(lon, lat)
        box = (x - 500, y - 500, x + 500, y + 500)
        assert set(picture.laid(raster, box, builders.METRIC, (3, 3)).ravel()) == {wanted}


def test_steps_are_right_closed_and_unknown_is_clear():
    paint = picture.step_paint((0.0, 20.0, 100.0), ("#111111", "#222222"), 255.0)
    values = np.array([[0, 1, 20, 21, 100, 255]], dtype=np.uint8)
    assert paint.number(values).tolist() == [[0, 1, 1, 2, 2, 0]]


def test_pictures_are_png_inside_the_drawing(documents):
    svg = next(
        b["svg"] for b in blocks(documents["zh"], "zh") if "坡度分级图" in b.get("caption", "")
    )
    data = base64.b64decode(re.search(r"base64,([^\"]+)", svg).group(1))
    assert data.startswith(b"\x89PNG")
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def rects(svg):
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="30.0"', svg)
    return [tuple(map(float, one)) for one in found]


def test_bars_are_as_long_as_their_values():
    series = (Series(Text("甲", "a"), "#111111"), Series(Text("乙", "b"), "#222222", hatched=True))
    bars = [Bar("r", (30.0, 10.0), "40"), Bar("s", (20.0, float("nan")), "20")]
    svg = bar_chart(bars, series, unit=KM2.text, lang="zh").svg
    (x0, _, w0), (x1, _, w1), (x2, _, w2) = rects(svg)
    assert w0 / w1 == pytest.approx(3.0, rel=1e-2)
    assert w2 / w1 == pytest.approx(2.0, rel=1e-2)
    assert x1 == pytest.approx(x0 + w0, abs=0.2)
    assert x2 == x0
    assert 'fill="url(#h1)"' in svg


def test_tornado_puts_the_widest_first():
    rows = [("narrow", [(9.0, "0.1"), (11.0, "0.3")]), ("wide", [(5.0, "0.2"), (12.0, "0.6")])]
    svg = tornado(rows, 10.0, unit=KM2.text, lang="zh").svg
    assert svg.index(">wide<") < svg.index(">narrow<")
    widths = [w for _, _, w in rects(svg)]
    assert widths[0] / widths[2] == pytest.approx(5.0, rel=1e-2)  # 10 − 5 against 10 − 9


def test_dots_say_which_exclusions_hold_together():
    rows = [(frozenset({"A", "C"}), 5.0, "5"), (frozenset({"B"}), 2.0, "2")]
    names = [("A", "A"), ("B", "B"), ("C", "C")]
    svg = upset(rows, names, unit=KM2.text, lang="en").svg
    dots = re.findall(r'<circle [^>]*fill="(#\w+)"', svg)
    assert dots == ["#000", "#ccc", "#000", "#ccc", "#000", "#ccc"]
    assert [round(v, 2) for v in (nice_step(10.0), nice_step(3391.0), nice_step(0.7))] == [
        2.0,
        1000.0,
        0.2,
    ]


def test_many_candidates_are_listed_best_first_and_the_rest_summed():
    figures = made.figures(n=60)
    document = planner_document(figures, made.context())
    table = next(b for b in blocks(document, "zh") if "候选地块（公顷）" in b.get("title", ""))
    assert table["rows"][0][0] == "C001"
    assert table["rows"][40][0] == "其余 20 块"
    listed = [round(100 * float(row[4])) for row in table["rows"][:41]]
    assert sum(listed) == round(100 * float(table["rows"][41][4]))
    (whole,) = called(planner_tables(figures), "candidates")
    assert len(whole.rows) == 61
