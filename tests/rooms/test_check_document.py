"""The report of a check: every form holds the same figures, sums close, and text stays text."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tomllib
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import builders_checks as made
import docx
import jsonschema
import numpy as np
import openpyxl
import pypdf
import pytest
from builders import frame, parcels, square
from docx.oxml.ns import qn

from dzgis.errors import InputError, MissingFileError
from dzgis.fonts import covered, not_covered
from dzgis.reports import (
    check_files,
    check_record,
    check_template,
    check_workbook,
    write_check_documents,
)
from dzgis.reports.check_document import parcel_document
from dzgis.reports.document import CHECK
from dzgis.reports.docx_file import docx_bytes
from dzgis.reports.docx_template import default_template
from dzgis.reports.dossier import Dossiers
from dzgis.reports.file_names import file_names
from dzgis.reports.part_parcel import corner_rows
from dzgis.reports.pdf import pdf_bytes, pdf_data
from dzgis.reports.printed import all_words, printed_sections
from dzgis.terms import Verdict

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "check.schema.json").read_text(encoding="utf-8"))
LANGS = ("zh", "en")


def document_of(check, lang="zh", at=0, **more):
    context = made.context(lang, **more)
    return parcel_document(Dossiers(check).of(check.parcels[at]), context), context


def word_text(data):
    """All words of a DOCX, paragraphs and cells, in the order of the file."""
    body = docx.Document(io.BytesIO(data)).element.body
    lines = []
    for paragraph in body.iter(qn("w:p")):
        words = [
            "\n" if t.tag == qn("w:br") else t.text or ""
            for t in paragraph.iter(qn("w:t"), qn("w:br"))
        ]
        lines.append("".join(words))
    return "\n".join(lines)


def pdf_text(data):
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return "\n".join(page.extract_text() for page in pages)


def squeezed(text):
    """Letters only: a PDF has neither spaces nor line ends of its own."""
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    return re.sub(r"\s+", "", plain)


def figures(text):
    return set(re.findall(r"\d+\.\d{2,4}", text))


@pytest.fixture(scope="module")
def six():
    return made.six_findings()


@pytest.fixture(scope="module")
def written(six, tmp_path_factory):
    folder = tmp_path_factory.mktemp("six")
    only = replace(six, parcels=six.parcels[:1])
    return folder, write_check_documents(only, made.context(), folder=folder), only


# ------------------------------------------------------------------ the same figures everywhere


def test_every_form_has_the_figures_of_the_record(written):
    folder, _, check = written
    found = check_record(check, "zh")["parcels"][0]
    word = word_text((folder / "check.docx").read_bytes())
    pdf = squeezed(pdf_text((folder / "check.pdf").read_bytes()))
    book = openpyxl.load_workbook(folder / "check.xlsx")
    cells = {c for row in book["逐项核查"].iter_rows(values_only=True) for c in row}
    for finding in found["findings"]:
        shown = f"{finding['area_m2']:.2f}"
        assert shown in figures(word)
        assert shown in pdf
        assert finding["area_m2"] in cells
    for key in ("area_m2", "deduplicated_area_m2", "prohibited_area_m2"):
        assert f"{found[key]:.2f}" in figures(word)
        assert f"{found[key]:.2f}" in pdf


def test_word_and_pdf_print_the_same_figures(written):
    folder, _, _ = written
    word = word_text((folder / "check.docx").read_bytes())
    pdf = squeezed(pdf_text((folder / "check.pdf").read_bytes()))
    missing = [figure for figure in figures(word) if figure not in pdf]
    assert missing == []


def test_word_and_pdf_say_the_same_words(six):
    document, context = document_of(six)
    pdf = squeezed(pdf_text(pdf_bytes(document, context)))
    word = squeezed(word_text(docx_bytes(document, context)))
    for section in printed_sections(document, "zh").values():
        for block in section:
            if block["kind"] in ("heading", "paragraph"):
                assert squeezed(block["text"]) in pdf
                assert squeezed(block["text"]) in word


def test_record_follows_its_schema_and_names_what_is_known(six):
    record = check_record(six, "zh")
    jsonschema.validate(record, SCHEMA)
    first = record["parcels"][0]
    assert first["findings"][0]["features"] == [
        {"id": "f0", "number": "5301-0001", "kind": "水田"},
        {"id": "f1", "number": "5301-0002", "kind": "旱地"},
    ]
    assert first["findings"][0]["layer"]["date"] == "2019-12-31"
    assert first["avoidance"]["kept_m2"] == 5600.0
    assert [one["verdict"] for one in first["comparison"]] == ["clear"]
    assert first["facts"]["place"]["cluster"] == "安宁组团"
    land = first["facts"]["land_classes"]
    assert [one["group"] for one in land] == ["agricultural", "construction", "unused"]
    assert sum(round(100 * one["area_m2"]) for one in land) == round(100 * first["area_m2"])


def test_record_of_faults_and_overrides():
    record = check_record(made.mixed(), "en")
    jsonschema.validate(record, SCHEMA)
    first, second, *_ = record["parcels"]
    assert (first["verdict"], first["override"]["verdict"]) == ("clear", "conditional")
    assert second["fault"] == "the outline crosses itself"
    assert second["area_reconciliation"] is None
    assert second["area_m2"] is None


# ------------------------------------------------------------------ sums


def tables(document, lang="zh"):
    blocks = [b for section in printed_sections(document, lang).values() for b in section]
    return [block for block in blocks if block["kind"] == "table"]


def test_sums_close_to_the_last_digit(six):
    document, _ = document_of(six)
    closed = 0
    for table in tables(document):
        last = table["rows"][-1]
        if last[0] != "合计":
            continue
        subtotals = any("小计" in row for row in table["rows"])
        parts = [row for row in table["rows"][:-1] if ("小计" in row) == subtotals or not subtotals]
        for column, whole in enumerate(last):
            if not re.fullmatch(r"\d+\.\d+", whole):
                continue
            digits = [int(row[column].replace(".", "")) for row in parts]
            assert sum(digits) == int(whole.replace(".", "")), (table["title"], column)
            closed += 1
    assert closed >= 10


def test_land_classes_are_forced_to_the_area_of_the_parcel(six):
    document, _ = document_of(six)
    table = next(t for t in tables(document) if t["title"].startswith("现状地类"))
    assert table["rows"][-1][3:] == ["1.0000", "0.0500", "0.9500"]
    assert [row[0] for row in table["rows"] if row[2] == "小计"] == [
        "农用地",
        "建设用地",
        "未利用地",
    ]


def test_pieces_add_up_to_their_finding(six):
    document, _ = document_of(six)
    table = next(t for t in tables(document) if t["title"] == "压占明细")
    assert [row[1] for row in table["rows"][:2]] == ["5301-0001", "5301-0002"]
    assert [row[2] for row in table["rows"][:2]] == ["水田", "旱地"]
    assert table["rows"][-1][4] == f"{six.parcels[0].findings[0].area_m2:.2f}"


# ------------------------------------------------------------------ corners


def test_corners_are_those_of_boundary_files():
    ring = square(0, 0).difference(square(40, 40, 20))
    land = parcels(P=ring).to_crs(4522)
    rows = corner_rows(land.geometry.iloc[0])
    outer, hole = [r for r in rows if r[1] == 1], [r for r in rows if r[1] == 2]
    assert [row[0] for row in outer] == ["J1", "J2", "J3", "J4", "J1"]
    assert [row[0] for row in hole] == ["J5", "J6", "J7", "J8", "J5"]
    norths, easts = {row[2] for row in outer}, {row[3] for row in outer}
    assert norths == {2_760_000.0, 2_760_100.0}
    assert easts == {34_500_000.0, 34_500_100.0}  # with the zone's number
    assert [row[4] for row in outer] == [100.0] * 4 + [""]
    assert [row[4] for row in hole] == [20.0] * 4 + [""]


def test_long_outlines_repeat_their_header():
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    from shapely import Polygon

    ring = Polygon([(500_050 + 40 * np.cos(a), 2_760_050 + 40 * np.sin(a)) for a in angles])
    check = made.many(1)
    land = parcels(P00000=ring)
    document, context = document_of(replace(check, land=land))
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(document, context)))
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    held = [page for page in pages if re.search(r"J\d+1\d{7}\.\d{3}", page)]
    assert len(held) >= 5
    assert all("点号圈号X" in page for page in held)
    word = docx.Document(io.BytesIO(docx_bytes(document, context)))
    table = next(t for t in word.tables if t.cell(0, 0).text == "点号")
    first = table.rows[0]._tr.trPr
    assert first.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


# ------------------------------------------------------------------ what must stand there


@pytest.mark.parametrize("lang", LANGS)
def test_what_no_report_may_lack(six, lang):
    document, context = document_of(six, lang, generated=True)
    text = squeezed(pdf_text(pdf_bytes(document, context)))
    wanted = {
        "zh": (
            "技术核查，不替代行政审批",
            "内部工作用图，未经审图，不得公开",
            "去重后合计",
            "待确认",
            "不得用于实际审批",
            "核查人",
            "复核人",
            "国土调查办发〔2008〕32号",
            "河湖图层没有日期",
        ),
        "en": (
            "nosubstituteforadministrativeapproval",
            "notreviewedforpublication",
            "together,once",
            "tobeconfirmed",
            "Reviewedby",
        ),
    }
    for words in wanted[lang]:
        assert squeezed(words) in text, words


def test_override_stands_beside_the_verdict_and_fault_has_its_line(tmp_path):
    check = made.mixed()
    files = write_check_documents(check, made.context(), folder=tmp_path, chapters="book")
    assert files.failures == {}
    text = squeezed(pdf_text((tmp_path / "check.pdf").read_bytes()))
    assert "人工复核结论:压占(有条件)。复核人:张三" in text
    assert "程序结论仍为:未发现压占" in text
    assert text.count("图形自相交") == 2  # in the index and in its chapter


def test_a_parcel_is_shown_in_its_county(six):
    county = frame(square(-5000, -5000, 10_000), county=["禄丰市"])
    with_county, _ = document_of(six, counties=county)
    figures_of = [
        [b for b in printed_sections(d, "zh")["parcels"] if b["kind"] == "figure"]
        for d in (with_county, document_of(six)[0])
    ]
    assert len(figures_of[0]) == len(figures_of[1]) + 1
    drawn = next(b for b in figures_of[0] if b["caption"] == "地块位置图")["svg"]
    assert "禄丰市" in drawn
    assert ">P1<" in drawn
    assert "内部工作用图，未经审图，不得公开" in drawn


def test_what_is_allowed_for_a_kind_of_project_is_not_called_free_of_conflict():
    """P0 presses on pbf; a rule that leaves such ground free says so, and names the area."""
    check = made.many(1)
    parcel = check.parcels[0]
    findings = (replace(parcel.findings[0], verdict=Verdict.CLEAR), *parcel.findings[1:])
    free = replace(parcel, verdict=Verdict.CLEAR, findings=findings)
    document, context = document_of(replace(check, parcels=(free,)))
    said = printed_sections(document, "zh")["conclusion"][1]["text"]
    assert "涉及永久基本农田（A）0.0600公顷（0.90亩），按该规则对本类项目不作限制" in said
    assert "未发现压占生态保护红线" in said
    assert "未发现压占永久基本农田" not in said
    table = check_workbook(replace(check, parcels=(free,)), context)[0]
    assert "涉及但对本类项目不作限制：永久基本农田" in table.rows[0][-1].zh


def test_protected_features_are_drawn_only_where_that_is_allowed(six):
    shown, _ = document_of(six)
    hidden, _ = document_of(six, show_protection=False)
    colour = "#a5d6a7"
    svgs = [b["svg"] for b in printed_sections(shown, "zh")["parcels"] if b["kind"] == "figure"]
    others = [b["svg"] for b in printed_sections(hidden, "zh")["parcels"] if b["kind"] == "figure"]
    assert len(svgs) == len(others) == 8  # six findings, the avoidance, all layers
    assert sum(colour in one for one in svgs) == 7
    assert not any(colour in one for one in others)
    assert all("保护图斑不上图" in one for one in others if "图层及现势日期：无" not in one)


# ------------------------------------------------------------------ text stays text


@pytest.fixture(scope="module")
def hostile_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    words = " ".join(made.HOSTILE)
    context = made.context(project=words, applicant=words, organisation=words, report_no=words)
    write_check_documents(made.hostile(), context, folder=folder, chapters="both")
    return folder


@pytest.fixture(scope="module")
def hostile_texts(hostile_files):
    """What the DOCX, the PDF and the first sheet say, squeezed."""
    sheet = openpyxl.load_workbook(hostile_files / "check.xlsx")["结论"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    return (
        squeezed(word_text((hostile_files / "check.docx").read_bytes())),
        squeezed(pdf_text((hostile_files / "check.pdf").read_bytes())),
        {re.sub(r"_x00(07|1B)_", _code, squeezed(shown(str(c.value)))) for c in cells},
    )


def _code(found):
    return f"\\x{found.group(1).lower()}"


def shown(word):
    return word.replace("\x07", "\\x07").replace("\x1b", "\\x1b")


@pytest.mark.parametrize("word", made.HOSTILE)
def test_hostile_text_stays_text(hostile_texts, word):
    plain = squeezed(shown(word))
    in_word, in_pdf, in_sheet = hostile_texts
    assert plain in in_word
    assert plain in in_pdf
    assert plain in in_sheet


def test_hostile_ids_make_files_of_their_own(hostile_files):
    names = sorted(path.name for path in (hostile_files / "parcels").iterdir())
    assert len(names) == 2 * len(made.HOSTILE)
    assert not [name for name in names if set(name) & set('<>:"/\\|?*\n\x07')]


def test_names_of_files():
    assert file_names(["A/1", "a:1", "CON", "nul.x", "", "..", "长" * 100, "a b"]) == {
        "A/1": "A_1",
        "a:1": "a_1-2",
        "CON": "_CON",
        "nul.x": "_nul.x",
        "": "_",
        "..": "_-2",
        "长" * 100: "长" * 40,
        "a b": "a_b",
    }


# ------------------------------------------------------------------ glyphs


def test_fonts_have_the_national_list_and_what_the_words_need():
    gb2312 = {
        bytes((high, low)).decode("gb2312", errors="ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    } - {""}
    assert gb2312 <= covered()
    assert set("²–—°′″（）《》「」〔〕【】ⅠⅡⅢⅣ≤≥·×±…“”‘’、。〓㎡鿍䲟𬭼") <= covered()


def test_fonts_are_those_of_the_register():
    folder = ROOT / "src" / "dzgis" / "fonts"
    register = tomllib.loads((folder / "SOURCES.toml").read_text(encoding="utf-8"))["file"]
    faces = {one["path"]: one for one in register if "sha256" in one}
    assert {p.name for p in folder.glob("*.?tf")} == set(faces)
    for name, one in faces.items():
        data = (folder / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
        assert (folder / one["licence_file"]).exists()
    assert sum(p.stat().st_size for p in folder.iterdir()) < 7 * 2**20


def test_coverage_is_that_of_the_fonts():
    from fontTools.ttLib import TTFont

    folder = ROOT / "src" / "dzgis" / "fonts"
    faces = [set(TTFont(folder / name).getBestCmap()) for name in ("song.otf", "hei.otf")]
    assert {ord(letter) for letter in covered() - {"\n"}} == set.intersection(*faces)
    kai = set(TTFont(folder / "kai.ttf").getBestCmap())
    assert kai <= set.intersection(*faces) | {0xA0, 0xAD} | kai


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_of_a_report_has_its_glyphs(six, lang):
    document, context = document_of(six, lang, generated=True)
    assert "〓" not in json.dumps(pdf_data(document, context), ensure_ascii=False)
    blocks = [b for section in printed_sections(document, lang).values() for b in section]
    assert not_covered(all_words(blocks)) == []


def test_every_text_of_the_source_has_its_glyphs():
    """All that reports print: their own words, the terms, the wording, the shipped plans."""
    package = ROOT / "src" / "dzgis"
    files = [
        *(package / "reports").glob("*.py"),
        *(package / "compliance").glob("*.py"),
        *(package / "plan").rglob("*.toml"),
        package / "terms.py",
        package / "parcel_facts.py",
    ]
    used = {letter for file in files for letter in file.read_text(encoding="utf-8")}
    assert not_covered(["".join(used)]) == []


def test_a_character_without_glyph_is_named():
    check = made.mixed()
    document, context = document_of(check, at=3)
    text = pdf_text(pdf_bytes(document, context))
    assert "U+9F98" in text  # 龘
    assert "〓地" in squeezed(text)
    assert "龘地" in word_text(docx_bytes(document, context))


# ------------------------------------------------------------------ files


def test_equal_checks_give_equal_bytes(six, tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        write_check_documents(six, made.context(), folder=folder, chapters="both")
    names = [sorted(p.relative_to(f) for p in f.rglob("*.*")) for f in folders]
    assert names[0] == names[1]
    assert len(names[0]) == 7
    for name in names[0]:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chapters", ["each", "book", "both", "none"])
def test_reports_of_several_parcels(tmp_path, chapters, lang):
    check = made.many(4)
    files = write_check_documents(check, made.context(lang), folder=tmp_path, chapters=chapters)
    there = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    assert there == set(files.names)
    assert len(there) == 3 + (8 if chapters in ("each", "both") else 0)
    book = pypdf.PdfReader(tmp_path / "check.pdf")
    index = squeezed(book.pages[2].extract_text())
    n_chapters = sum("P00003" in str(one.title) for one in flat(book.outline))
    assert n_chapters == (1 if chapters in ("book", "both") else 0)
    assert ("parcels/P00003.pdf" in index) == (chapters == "each")


def flat(outline):
    for one in outline:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one


def test_a_report_that_fails_has_its_line_and_stops_nothing(tmp_path, monkeypatch, caplog):
    one = check_files._one

    def breaks(job, parcel, name, number):
        if parcel.parcel_id == "P00001":
            raise ValueError("no such thing")
        return one(job, parcel, name, number)

    monkeypatch.setattr(check_files, "_one", breaks)
    files = write_check_documents(made.many(3), made.context(), folder=tmp_path)
    assert list(files.failures) == ["P00001"]
    assert "no such thing" in files.failures["P00001"].zh
    assert (tmp_path / "parcels" / "P00002.pdf").exists()
    assert not (tmp_path / "parcels" / "P00001.pdf").exists()
    index = squeezed(pdf_text((tmp_path / "check.pdf").read_bytes()))
    assert "报告未能生成(ValueError:nosuchthing)" in index
    assert "P00001" in caplog.text


def test_a_full_disk_is_not_the_fault_of_a_parcel(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(check_files, "_one", full)
    with pytest.raises(OSError, match="No space left"):
        write_check_documents(made.many(2), made.context(), folder=tmp_path)


def test_a_book_that_would_be_too_long_has_no_chapters(tmp_path, monkeypatch):
    monkeypatch.setattr(check_files, "BOOK_LIMIT", 2)
    files = write_check_documents(made.many(3), made.context(), folder=tmp_path, chapters="book")
    assert "超过 2 个" in files.notes[0].zh
    assert "parcels/P00000.pdf" in files.names


def test_workbook_has_its_sheets(written):
    folder, _, check = written
    book = openpyxl.load_workbook(folder / "check.xlsx")
    wanted = {"结论", "地块", "地类", "冲突明细", "重叠矩阵", "数据源", "参数"}
    assert wanted <= set(book.sheetnames)
    matrix = list(book["重叠矩阵"].iter_rows(min_row=4, max_row=9, values_only=True))
    areas = [round(f.area_m2, 2) for f in check.parcels[0].findings]
    assert [matrix[n][n + 1] for n in range(6)] == pytest.approx(areas, abs=0.01)
    # R0's lower left piece (10 m square) meets nothing; ecrl and water_source share 0.3 m × 20 m.
    assert matrix[1][5] == pytest.approx(6.0, abs=0.02)
    assert matrix[5][2] == matrix[1][5 + 1] or matrix[1][6] == 0.0
    assert matrix[0][2] == 0.0


@pytest.mark.parametrize("make", [made.six_findings, made.mixed, made.hostile])
def test_every_sheet_is_complete(make):
    tables = check_workbook(make(), made.context())
    for table in tables:
        assert len(table.decimals) == len(table.columns), table.name
        assert {len(row) for row in table.rows} <= {len(table.columns)}, table.name
    for lang in LANGS:
        names = [table.name.say(lang) for table in tables]
        assert len(set(names)) == len(names)


def test_slopes_that_are_not_known_are_not_added_up(six):
    slopes = six.facts.slopes * np.nan
    blind = replace(six, facts=replace(six.facts, slopes=slopes))
    document, _ = document_of(blind)
    assert not [t for t in tables(document) if t["title"] == "坡度分级面积"]
    assert check_record(blind, "zh")["parcels"][0]["facts"]["slopes"] is None


def test_slopes_and_land_of_the_sheets_are_those_of_the_record(six):
    sheets = {table.name.zh: table for table in check_workbook(six, made.context())}
    facts = check_record(six, "zh")["parcels"][0]["facts"]
    slopes = facts["slopes"]
    row = sheets["坡度"].rows[0]
    assert list(row[1:4]) == [*slopes["class_area_m2"], slopes["unknown_m2"]]
    assert [c.zh for c in sheets["坡度"].columns[1:4]] == ["≤8°", "8—25°", "未知（高程缺测）"]
    assert row[4:] == (12.34, 11.0, 1.5, 0.987, 0.5)
    assert [r[-1] for r in sheets["地类"].rows] == [one["net_m2"] for one in facts["land_classes"]]


def test_a_parcel_in_two_zones_has_both(six):
    document, _ = document_of(six)
    table = next(t for t in tables(document) if t["title"] == "跨带面积")
    assert [row[0] for row in table["rows"]] == ["34", "35"]
    assert [row[3] for row in table["rows"]] == ["7500.00", "2500.00"]


# ------------------------------------------------------------------ templates


def template_with(tmp_path, *fields):
    document = docx.Document()
    for field in fields:
        document.add_paragraph(field)
    path = tmp_path / "own.docx"
    document.save(path)
    return path


def test_shipped_template_has_every_part():
    assert check_template(default_template()) == []


def test_unknown_field_of_a_template_is_named(tmp_path):
    path = template_with(tmp_path, "{{ titel }}", "{{ wrong }}", "{{p conclusion }}")
    with pytest.raises(InputError, match="titel") as caught:
        check_template(path)
    assert len(caught.value.faults) == 2
    with pytest.raises(InputError, match="wrong"):
        write_check_documents(made.many(1), made.context(), folder=tmp_path, template=path)
    assert not (tmp_path / "check.pdf").exists()


def test_missing_part_of_a_template_is_named(tmp_path):
    path = template_with(tmp_path, "{{ title }}", *(f"{{{{p {f} }}}}" for f in CHECK.parts[1:]))
    notes = check_template(path)
    assert [note.zh for note in notes] == [
        "模板 own.docx 没有字段 {{p conclusion }}，报告中将缺少这一部分"
    ]


def test_malformed_or_missing_template(tmp_path):
    with pytest.raises(InputError, match="malformed"):
        check_template(template_with(tmp_path, "{{ title }} {% if %}"))
    with pytest.raises(MissingFileError, match=r"no\.docx"):
        check_template(tmp_path / "no.docx")
    (tmp_path / "bad.docx").write_bytes(b"PK no zip")
    with pytest.raises(InputError, match=r"bad\.docx"):
        check_template(tmp_path / "bad.docx")


@pytest.mark.parametrize("field", ["{{ title.__class__.__mro__ }}", "{{ title + 1 }}"])
def test_template_cannot_reach_beyond_its_fields(tmp_path, field):
    with pytest.raises(InputError, match=r"own\.docx cannot be filled"):
        check_template(template_with(tmp_path, field))


def test_unknown_field_in_a_header_is_named(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ letterhead }}"
    document.save(tmp_path / "own.docx")
    with pytest.raises(InputError, match="letterhead"):
        check_template(tmp_path / "own.docx")


def test_own_template_gets_the_styles_it_lacks(tmp_path):
    path = template_with(tmp_path, "{{ title }}", *(f"{{{{p {f} }}}}" for f in CHECK.parts))
    document, context = document_of(made.many(1))
    word = docx.Document(io.BytesIO(docx_bytes(document, context, template=path)))
    assert {"DzBody", "DzHeading1", "DzTable"} <= {style.style_id for style in word.styles}
    width = (
        word.sections[0].page_width - word.sections[0].left_margin - word.sections[0].right_margin
    )
    for table in word.tables:
        twips = sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.iter(qn("w:gridCol")))
        assert twips <= width / 635 + 20


def test_files_of_word_are_whole_xml(written):
    folder, _, _ = written
    with zipfile.ZipFile(folder / "check.docx") as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_only_shipped_fonts_are_embedded(written):
    folder, _, _ = written
    reader = pypdf.PdfReader(folder / "check.pdf")
    names = set()
    for page in reader.pages:
        fonts = page["/Resources"].get_object().get("/Font", {})
        names |= {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in fonts.values()}
    assert {re.sub("-Identity-H$", "", name) for name in names} <= {
        "DZGISSong",
        "DZGISHei",
        "DZGISKai",
    }
