"""Loading, checking and describing plans."""

import ast
import inspect
from pathlib import Path

import pytest
from pydantic import ValidationError

from dzgis.errors import MissingFileError, PlanError
from dzgis.plan import DEFAULT_PLAN, assumed_values, faults, load_plan, model, plan_names, plan_text
from dzgis.plan.columns import display_width, in_columns, shortened
from dzgis.terms import FactStatus

TINY = Path(__file__).parents[1] / "plans" / "tiny.toml"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")


@pytest.fixture
def edited(tmp_path):
    """A function: the tiny plan's text with replacements, each of which must hit, as a file."""

    def write(*edits):
        text = TINY.read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        path = tmp_path / "edited.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


# ------------------------------------------------------------------------ plans that load


def test_the_default_plan_ships():
    assert DEFAULT_PLAN in plan_names()
    assert load_plan(DEFAULT_PLAN).id == DEFAULT_PLAN


def test_every_shipped_plan_loads_under_its_own_id():
    assert [load_plan(name).id for name in plan_names()] == list(plan_names())


@pytest.mark.parametrize("path", [TINY, str(TINY)])
def test_a_plan_of_another_region_loads_from_its_file(path):
    plan = load_plan(path)
    assert plan.id == "tiny"
    assert [c.id for c in plan.clusters] == ["upper", "lower"]
    assert plan.slope_classes.limits_deg == (6.0, 20.0)
    assert plan.rules.roles == ("pbf",)
    assert plan.county("990121").name == "上石区"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TINY.read_bytes().replace(b"\n", b"\r\n"))
    assert load_plan(path) == load_plan(TINY)


def test_a_plan_cannot_be_changed():
    plan = load_plan(TINY)
    with pytest.raises(ValidationError, match="frozen"):
        plan.meta.id = "other"
    with pytest.raises(ValidationError, match="frozen"):
        plan.slope_classes.classes[0].up_to_deg = 9.0


# -------------------------------------------------------------------------- faults of form

LINES = (
    'lines = [\n    { id = "R-core", via = ["上石", "石桥", "下石"], kind = "core" },\n'
    '    { id = "R-ext", via = ["下石", "远门"], kind = "extension" },\n]'
)

FORM = {
    "unknown key": (
        ('industries = ["石雕"]', 'industry = ["石雕"]'),
        r"clusters\[lower\]\.industry: unknown key; .*\(did you mean industries\?\)",
    ),
    "missing key": (('seat = "下石"\nstatus', "status"), r"counties\[990122\]\.seat: missing"),
    "missing source": (
        ('source = { quote = "上石组团", section = "第一章", page = 2 }', ""),
        r"clusters\[upper\]\.source: missing",
    ),
    "empty quotation": (
        ('quote = "上石组团"', 'quote = ""'),
        r"clusters\[upper\]: a fact with status 'stated' needs source\.quote",
    ),
    "no section": (
        ('quote = "平地种粮", section = "第二章", page', 'quote = "平地种粮", page'),
        r"zoning: a fact with status 'stated' needs source\.section",
    ),
    "assumed without ground": (
        ('source = { note = "规划未列 / not named by the plan" }', "source = {}"),
        r"townships\[990122201\]: a fact with status 'assumed' needs source\.note",
    ),
    "restored without note": (
        (', note = "读作石桥港 / read as 石桥港"', ""),
        r"facilities\[石桥港\]: a fact with status 'restored' needs source\.note",
    ),
    "unknown status": (
        ('status = "restored"', 'status = "certain"'),
        r"facilities\[石桥港\]\.status: found 'certain', must be one of 'stated', 'restored', 're",
    ),
    "number for text": (
        ('code = "990101"', "code = 990101"),
        r"counties\[990101\]\.code: found 990101, text in quotes is required",
    ),
    "malformed code": (
        ('counties = ["990101"]', 'counties = ["99010"]'),
        r"clusters\[upper\]\.counties\[1\]: found '99010', must have the form",
    ),
    "text for a number": (
        ("min_area_ha = 5.0", 'min_area_ha = "large"'),
        r"candidates\.min_area_ha: found 'large', a number is required",
    ),
    "below the least": (
        ("min_area_ha = 5.0", "min_area_ha = 0.0"),
        r"candidates\.min_area_ha: found 0\.0, must be above 0",
    ),
    "longitude off the globe": (
        ("lon = 107.8", "lon = 1078.0"),
        r"places\[上石\]\.point\.lon: found 1078\.0, must be at most 180",
    ),
    "not a number": (
        ("up_to_deg = 6.0", "up_to_deg = nan"),
        r"classes\[平地\]\.up_to_deg: a finite number is required",
    ),
    "colour by name": (('"#882255"', '"red"'), r"axes\[R\]\.colour: found 'red', must have the fo"),
    "axis without lines": (
        (
            LINES,
            "lines = []",
        ),
        r"axes\[R\]\.lines: found \(?\[?.*needs at least 1, has 0",
    ),
    "descending slope limits": (
        ("up_to_deg = 20.0", "up_to_deg = 5.0"),
        r"slope_classes: slope limits must ascend, found \(6\.0, 5\.0\)",
    ),
    "steepest class with a limit": (
        ('{ name = "陡坡"', '{ up_to_deg = 40.0, name = "陡坡"'),
        r"slope_classes: every slope class but the last needs up_to_deg",
    ),
    "low hill of no class": (
        ("low_hill = [2]", "low_hill = [4]"),
        r"slope_classes: low_hill must name classes 1…3",
    ),
    "spatial rule without layer": (
        ('role = "pbf"\n', ""),
        r"rules\.rules\[A1\]: a spatial rule needs role and verdict",
    ),
    "procedure that excludes land": (
        ('kind = "procedural"', 'kind = "procedural"\nexcludes_land = true'),
        r"rules\.rules\[A2\]: only a spatial rule can be required or exclude land",
    ),
    "verdict that is none": (
        ('verdict = "prohibited"', 'verdict = "clear"'),
        r"rules\.rules\[A1\]\.verdict: found 'clear', must be one of 'prohibited', 'conditional'",
    ),
    "period backwards": (
        ("[2026-01-01, 2030-12-31]", "[2030-12-31, 2026-01-01]"),
        r"meta: period must be from the earlier to the later date",
    ),
    "period of three": (
        ("[2026-01-01, 2030-12-31]", "[2026-01-01, 2030-12-31, 2031-01-01]"),
        r"meta\.period: .*takes at most 2, has 3|meta\.period\[3\]",
    ),
    "bounds out of order": (
        ("[107.5, 29.5, 108.5, 30.5]", "[108.5, 29.5, 107.5, 30.5]"),
        r"meta: region_bounds must be west, south, east, north",
    ),
    "touching wider than a sliver": (
        (
            "sliver_width_m = 0.2\ntouch_width_m = 0.001",
            "sliver_width_m = 0.05\ntouch_width_m = 0.06",
        ),
        r"rules\.tolerance: touch_width_m must not exceed sliver_width_m",
    ),
    "slivers as wide as a road": (
        ("sliver_width_m = 0.2", "sliver_width_m = 50.0"),
        r"rules\.tolerance\.sliver_width_m: found 50\.0, must be at most 5\.0",
    ),
    "slivers as large as a field": (
        ("sliver_area_m2 = 1.0", "sliver_area_m2 = 1e9"),
        r"rules\.tolerance\.sliver_area_m2: found .*, must be at most 100\.0",
    ),
    "touching as wide as a path": (
        ("touch_width_m = 0.001", "touch_width_m = 0.2"),
        r"rules\.tolerance\.touch_width_m: found 0\.2, must be at most 0\.1",
    ),
    "another schema": (("schema_version = 1", "schema_version = 2"), r"schema_version: found 2"),
}


@pytest.mark.parametrize(("edit", "message"), FORM.values(), ids=FORM.keys())
def test_a_fault_of_form_is_named_with_its_place(edited, edit, message):
    with pytest.raises(PlanError, match=rf"^edited\.toml: .*{message}"):
        load_plan(edited(edit))


def test_all_faults_of_form_are_named_at_once(edited):
    path = edited(
        ('industries = ["石雕"]', 'industry = ["石雕"]'),
        ('quote = "下石组团包括下石等乡镇", section = "第一章", page = 2 }\n\n[[a', "}\n\n[[a"),
        ("min_area_ha = 5.0", "min_area_ha = 0.0"),
        ('verdict = "prohibited"', 'verdict = "clear"'),
    )
    with pytest.raises(PlanError, match="edited") as caught:
        load_plan(path)
    message = caught.value.say("en")
    assert "clusters[lower].industry: unknown key" in message
    assert "clusters[lower]: a fact with status 'stated' needs source.quote, source.section" in (
        message
    )
    assert "candidates.min_area_ha" in message
    assert "rules.rules[A1].verdict" in message
    assert len(caught.value.faults) == 4


def test_every_sentence_of_the_models_validators_is_translated():
    raised = [
        node.exc.args[0]
        for node in ast.walk(ast.parse(inspect.getsource(model)))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    sentences = [ast.unparse(argument).strip("f'\"") for argument in raised]
    assert sentences
    for sentence in (s for s in sentences if s != "message"):
        words = faults._broken_rule(sentence)
        assert words.zh != words.en, sentence


def test_faults_are_told_in_chinese_too(edited):
    path = edited(('quote = "上石组团"', 'quote = ""'), ("min_area_ha = 5.0", "min_area_ha = 0.0"))
    with pytest.raises(PlanError, match="edited") as caught:
        load_plan(path)
    assert "clusters[upper]：状态为“stated”的条目须填写 source.quote" in caught.value.say("zh")
    assert "candidates.min_area_ha：值为 0.0，须大于 0" in caught.value.say("zh")


# ------------------------------------------------------------------ parts that do not fit

TOWNSHIP = 'townships = ["990122101"]'

SPATIAL = (
    'kind = "spatial"\nrole = "pbf"\nverdict = "prohibited"\nrequired = true\nexcludes_land = true'
)

PARTS = {
    "place twice": (
        ('name = "石桥"\npoint', 'name = "下石"\npoint'),
        r"places\.name: '下石' occurs 2 times",
    ),
    "county code twice": (
        ('code = "990122"\ncode_at_plan = "990122"', 'code = "990122"\ncode_at_plan = "990101"'),
        r"counties\.code: '990101' occurs 2 times",
    ),
    "cluster id twice": (('id = "lower"', 'id = "upper"'), r"clusters\.id: 'upper' occurs 2 times"),
    "rule id twice": (('id = "A2"', 'id = "A1"'), r"rules\.rules\.id: 'A1' occurs 2 times"),
    "line id twice": (('id = "R-ext"', 'id = "R-core"'), r"axes\.lines\.id: 'R-core' occurs 2"),
    "township listed twice": (
        (TOWNSHIP, 'townships = ["990122101", "990122101"]'),
        r"clusters\[lower\]\.townships: '990122101' occurs 2 times",
    ),
    "seat that is no place": (
        ('seat = "上石"', 'seat = "上岩"'),
        r"counties\[990101\]\.seat: '上岩' is no place of places; add it there or correct it",
    ),
    "node that is no place": (
        ('{ place = "石桥", role', '{ place = "石桥头", role'),
        r"axes\[R\]\.nodes\[2\]: '石桥头' is no place of places.*did you mean 石桥\?",
    ),
    "line through no place": (
        ('["上石", "石桥", "下石"]', '["上石", "新桥", "下石"]'),
        r"axes\[R\]\.lines\[R-core\]\.via\[2\]: '新桥' is no place",
    ),
    "facility at no place": (
        ('kind = "port"\nplace = "石桥"', 'kind = "port"\nplace = "石港"'),
        r"facilities\[石桥港\]\.place: '石港' is no place",
    ),
    "unknown district of a county": (
        ('prefecture = "青石市"\ndistrict = "hills"', 'prefecture = "青石市"\ndistrict = "hill"'),
        r"counties\[990101\]\.district: 'hill' is no district of districts.*did you mean hills",
    ),
    "unknown district of a cluster": (
        ('name_en = "Xiashi cluster"\ndistrict = "hills"', 'name_en = "X"\ndistrict = "plain"'),
        r"clusters\[lower\]\.district: 'plain' is no district",
    ),
    "unknown county of a township": (
        ('county = "990122"', 'county = "990199"'),
        r"townships\[990122101\]\.county: '990199' is no county",
    ),
    "a county's code of the past": (
        ('counties = ["990101"]', 'counties = ["990121"]'),
        r"clusters\[upper\]\.counties\[1\]: '990121' is no county \(today's code\) of counties",
    ),
    "unknown county of a facility": (
        ('\ncounties = ["990122"]\nstatus', '\ncounties = ["990133"]\nstatus'),
        r"facilities\[石桥港\]\.counties\[1\]: '990133' is no county",
    ),
    "unknown township": (
        (TOWNSHIP, 'townships = ["990122101", "990122999"]'),
        r"clusters\[lower\]\.townships\[2\]: '990122999' is no township of townships",
    ),
    "township of two clusters": (
        ('counties = ["990101"]', 'counties = ["990101"]\ntownships = ["990122101"]'),
        r"clusters\.townships: '990122101' belongs to the clusters upper, lower",
    ),
    "county of two clusters": (
        ('counties = ["990101"]', 'counties = ["990101", "990122"]'),
        r"clusters\.counties: '990122' belongs to the clusters upper, lower",
    ),
    "cluster of nothing": (
        ('counties = ["990101"]', "counties = []"),
        r"clusters\[upper\]: has neither townships nor counties",
    ),
    "node outside the region": (
        ('{ place = "远门", role = "gateway" }', '{ place = "远门", role = "node" }'),
        r"axes\[R\]\.nodes\[4\]: '远门' \(109\.2°E 29\.8°N\) is outside meta\.region_bounds",
    ),
    "seat with its coordinates swapped": (
        ("lon = 108.2, lat = 29.9", "lon = 29.9, lat = 80.2"),
        r"counties\[990122\]\.seat: '下石' \(29\.9°E 80\.2°N\) is outside meta\.region_bounds",
    ),
    "line of no length": (
        ('via = ["上石", "石桥", "下石"]', 'via = ["下石", "下石"]'),
        r"axes\[R\]\.lines\[R-core\]\.via\[2\]: '下石' to '下石' has no length",
    ),
    "line between two names of one point": (
        ("lon = 108.2, lat = 29.9", "lon = 108.0, lat = 30.0"),
        r"axes\[R\]\.lines\[R-core\]\.via\[3\]: '石桥' to '下石' has no length",
    ),
    "no core line": (
        ('"下石"], kind = "core"', '"下石"], kind = "extension"'),
        r"axes\.lines: no line is of kind core",
    ),
    "no spatial rule": (
        (
            SPATIAL,
            'kind = "policy"',
        ),
        r"rules\.rules: no rule is spatial",
    ),
    "slope limit beyond the vertical": (
        ("up_to_deg = 20.0", "up_to_deg = 95.0"),
        r"slope_classes\.classes\[2\]\.up_to_deg: found 95\.0, must be above 0 and below 90",
    ),
    "use of no class": (
        ("slope_class = 1", "slope_class = 9"),
        r"zoning\.steps\[平地种粮\]\.slope_class: there is no class 9; slope_classes has 3",
    ),
}


@pytest.mark.parametrize(("edit", "message"), PARTS.values(), ids=PARTS.keys())
def test_parts_that_do_not_fit_are_named(edited, edit, message):
    with pytest.raises(PlanError, match=message):
        load_plan(edited(edit))


def test_all_contradictions_are_named_at_once(edited):
    path = edited(
        ('id = "A2"', 'id = "A1"'),
        (TOWNSHIP, 'townships = ["990122101", "990122999"]'),
        ("slope_class = 1", "slope_class = 9"),
    )
    with pytest.raises(PlanError, match="A1") as caught:
        load_plan(path)
    assert len(caught.value.faults) == 3


def test_a_county_in_no_cluster_is_no_fault(edited):
    path = edited(('open_counties = ["990122"]\n', ""))
    assert load_plan(path).clusters[1].open_counties == ()


# ------------------------------------------------------------------ files that are no plans


def test_a_fault_of_syntax_has_its_line(edited):
    path = edited(('id = "tiny"', "id = tiny"))
    with pytest.raises(PlanError, match=r"edited\.toml: line 7, column \d+: not valid TOML"):
        load_plan(path)


def test_a_file_that_breaks_off_is_told(tmp_path):
    path = tmp_path / "cut.toml"
    path.write_text("[meta", encoding="utf-8")
    with pytest.raises(PlanError, match=r"cut\.toml: .*not valid TOML"):
        load_plan(path)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, f"a = {'9' * 5000}"])
def test_absurd_toml_is_a_fault_of_the_file(tmp_path, text):
    path = tmp_path / "absurd.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"absurd\.toml: "):
        load_plan(path)


def test_an_empty_file_lacks_everything(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(PlanError, match=r"meta: missing") as caught:
        load_plan(path)
    assert len(caught.value.faults) > 5


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04\xff\xfe\x00", TINY.read_text(encoding="utf-8").encode("gb18030")],
    ids=["binary", "gb18030"],
)
def test_a_file_that_is_not_utf8_is_told(tmp_path, content):
    path = tmp_path / "other.toml"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=r"other\.toml: not UTF-8 text .*save it as UTF-8"):
        load_plan(path)


def test_a_folder_is_no_plan(tmp_path):
    with pytest.raises(PlanError, match="cannot be read"):
        load_plan(tmp_path)


def test_an_unknown_name_lists_the_shipped_plans():
    with pytest.raises(MissingFileError, match=f"shipped plans: {DEFAULT_PLAN}; did you mean"):
        load_plan(DEFAULT_PLAN.replace("2014", "2041"))


# ------------------------------------------------------------------------- what people read


@pytest.mark.parametrize("name", [DEFAULT_PLAN, TINY])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_names_every_part(name, lang):
    plan = load_plan(name)
    text = plan_text(plan, lang)
    parts = [c.code for c in plan.counties] + [c.code_at_plan for c in plan.counties]
    parts += [c.name for c in plan.clusters] + [a.name for a in plan.axes]
    parts += [line.id for axis in plan.axes for line in axis.lines]
    parts += [rule.id for rule in plan.rules.rules] + [t.code for t in plan.townships]
    parts += [p.name for p in plan.places] + [f.name for f in plan.facilities]
    parts += [target.name for target in plan.targets]
    parts += [f"{claim.value:g} {claim.unit}" for claim in plan.claims]
    assert [part for part in parts if part not in text] == []


def test_the_text_says_what_is_assumed_or_restored():
    text = plan_text(load_plan(TINY), "en")
    last = text[text.index("12. Restored and assumed") :]
    assert "restored  (1)\n    facilities[石桥港]\n" in last
    assert "        read as 石桥港\n" in last
    assert "assumed  (4)\n    townships[990122201]\n        not named by the plan\n" in last


def test_sources_name_section_page_and_words():
    text = plan_text(load_plan(TINY), "zh")
    assert "    第三章 第5页：“不得占用永久基本农田”\n" in text


def test_assumed_values_have_place_and_ground():
    plan = load_plan(TINY)
    assert assumed_values(plan) == [
        ("townships[990122201]", "规划未列 / not named by the plan"),
        ("slope_classes", "测试用 / for tests"),
        ("rules.tolerance", "测试用 / for tests"),
        ("candidates", "测试用 / for tests"),
    ]


def test_no_assumption_of_the_default_plan_is_without_ground():
    values = assumed_values(load_plan(DEFAULT_PLAN))
    places = [place for place, _ in values]
    assert {"slope_classes", "rules.tolerance", "candidates"} <= set(places)
    assert all(note for _, note in values)
    assert FactStatus.ASSUMED.text.say("zh") in plan_text(load_plan(DEFAULT_PLAN), "zh")


def test_columns_respect_wide_characters():
    lines = in_columns([("坝区", "1"), ("slope", "2"), ("a", "3")])
    assert [display_width(line) for line in lines] == [8, 8, 8]
    assert shortened("坝区优质耕地", 12) == "坝区优质耕地"
    assert display_width(shortened("坝区优质耕地", 8)) <= 8
