"""The shipped plan says what the plan says: quotations, codes, counts; and no code knows it."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import dzgis
from dzgis.plan import DEFAULT_PLAN, load_plan, plan_names
from dzgis.plan.record import Source
from dzgis.terms import FactStatus

SHARED = Path(__file__).parents[2].parent / "shared"
TEXT = SHARED / "plan" / "plan-text.txt"
SOURCE = Path(dzgis.__file__).parent

needs_text = pytest.mark.skipif(
    not TEXT.is_file(), reason="the plan's text is not beside this checkout (shared/plan)"
)


@pytest.fixture(scope="module")
def plan():
    return load_plan(DEFAULT_PLAN)


@pytest.fixture(scope="module")
def text():
    return without_blanks(TEXT.read_text(encoding="utf-8"))


def without_blanks(words: str) -> str:
    return re.sub(r"\s", "", words)


def sources(value: object) -> Iterator[Source]:
    """Every source in a plan."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from sources(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from sources(one)


def is_quoted(source: Source, text: str) -> bool:
    """
    Whether a quotation stands in the text to the letter.

    Printed page numbers are part of the text: where a quotation runs over the foot of its page,
    the number of the next page may stand anywhere between two of its characters.
    """
    quote = without_blanks(source.quote)
    if quote in text:
        return True
    number = str((source.page or 0) + 1)
    return any(quote[:i] + number + quote[i:] in text for i in range(1, len(quote)))


# ------------------------------------------------------------------------------ quotations


@needs_text
def test_every_quotation_is_in_the_plan(plan, text):
    quoted = {source.quote: source for source in sources(plan) if source.quote}
    assert len(quoted) >= 100
    assert [s.quote for s in quoted.values() if not is_quoted(s, text)] == []


@needs_text
def test_every_quotation_is_on_its_page(plan, text):
    """Quotations in the order of their pages are in the order of the text."""
    body = text[text.index("前言滇中产业聚集区") :]
    places: dict[int, list[int]] = {}
    for source in sources(plan):
        start = body.find(without_blanks(source.quote)) if source.quote else -1
        is_unique = start >= 0 and body.count(without_blanks(source.quote)) == 1
        if is_unique and source.page is not None:
            places.setdefault(source.page, []).append(start)
    pages = sorted(places)
    assert len(pages) >= 20
    assert all(max(places[a]) < min(places[b]) for a, b in itertools.pairwise(pages))


@needs_text
def test_a_quotation_that_is_not_the_plans_is_noticed(text):
    assert not is_quoted(Source(quote="禁止开发利用二级保护林地", section="第六章", page=30), text)


def test_every_quotation_has_section_and_page(plan):
    quoted = [source for source in sources(plan) if source.quote]
    assert [s.quote for s in quoted if not s.section or s.page is None] == []


def test_only_what_the_plan_does_not_say_lacks_a_quotation(plan):
    facts = (*plan.districts, *plan.counties, *plan.clusters, *plan.axes, *plan.rules.rules)
    facts += (*plan.claims, *plan.facilities, *plan.targets, *plan.restorations)
    assert [fact for fact in facts if not fact.source.quote] == []
    unquoted = [t.name for t in plan.townships if not t.source.quote]
    assert unquoted == [t.name for t in plan.townships if t.status is FactStatus.ASSUMED]


# ----------------------------------------------------------------------------- completeness


def test_eight_counties_two_districts_two_axes_eight_clusters(plan):
    parts = (plan.counties, plan.districts, plan.axes, plan.clusters)
    assert tuple(map(len, parts)) == (8, 2, 2, 8)


def test_codes_are_todays_and_the_plans(plan):
    assert {c.code: c.code_at_plan for c in plan.counties} == {
        "530111": "530111",
        "530127": "530127",
        "530129": "530129",
        "530181": "530181",
        "530304": "530321",
        "530425": "530425",
        "532301": "532301",
        "532302": "532331",
    }


def test_counties_lie_in_the_districts_that_the_plan_says(plan):
    west = {c.code for c in plan.counties if c.district == "west"}
    assert west == {"530181", "530425", "532301", "532302"}


def test_clusters_have_their_members(plan):
    listed = {c.id: set(c.townships) for c in plan.clusters}
    anning = {f"53018100{number}" for number in (1, 2, 4, 5, 6, 7, 8, 9)}
    assert listed.pop("anning") == anning | {"532302108"}
    assert listed.pop("bicheng") == {"532302102", "532302103", "532302104", "532302110"}
    songming = {"530127001", "530127102", "530127103", "530127104", "530111009"}
    assert listed.pop("songming_konggang") == songming
    assert listed == {"yimen": set(), "chuxiong": set(), "lufeng": set(), "xundian": set(),
                      "malong": set()}  # fmt: skip
    assert {code: c.id for c in plan.clusters for code in c.counties} == {
        "530425": "yimen",
        "532301": "chuxiong",
        "532302": "lufeng",
        "530129": "xundian",
        "530304": "malong",
    }
    assert {code: c.id for c in plan.clusters for code in c.open_counties} == {
        "530181": "anning",
        "530127": "songming_konggang",
    }


def test_the_axes_run_through_their_nodes_in_order(plan):
    core = {line.id: line.via for axis in plan.axes for line in axis.lines if line.kind == "core"}
    assert core == {
        "EW-core": ("曲靖", "马龙", "寻甸", "嵩明", "太平", "草铺", "土官", "彩云", "楚雄"),
        "NS-road": ("武定", "勤丰", "安丰营", "易门"),
        "NS-rail": ("仁兴", "勤丰", "安丰营", "易门"),
    }
    gateways = {n.place for axis in plan.axes for n in axis.nodes if n.role == "gateway"}
    assert gateways == {"曲靖", "大理", "禄劝", "武定", "峨山", "双柏"}


def test_all_protection_and_hazard_rules_are_there_once(plan):
    wanted = [f"P{number:02}" for number in range(1, 27)]
    wanted += [f"H{number:02}" for number in range(1, 7)]
    assert [rule.id for rule in plan.rules.rules] == wanted


@pytest.mark.parametrize(
    ("rule_id", "role", "verdict", "required", "excludes_land"),
    [
        ("P01", "forest", "prohibited", True, True),
        ("P02", "forest", "conditional", True, False),
        ("P05", "bazi", "conditional", False, False),
        ("P06", "pbf", "prohibited", True, True),
        ("P07", "ecrl", "prohibited", True, True),
        ("P08", "reserve", "conditional", False, False),
        ("P09", "reserve", "conditional", False, False),
        ("P10", "water_source", "conditional", False, False),
        ("P11", "river", "conditional", False, False),
        ("P12", "river", "prohibited", False, True),
        ("H02", "hazard", "conditional", False, False),
        ("H03", "hazard", "conditional", False, False),
    ],
)
def test_spatial_rules(plan, rule_id, role, verdict, required, excludes_land):
    rule = {rule.id: rule for rule in plan.rules.spatial}[rule_id]
    found = (rule.role, rule.verdict, rule.required, rule.excludes_land)
    assert found == (role, verdict, required, excludes_land)


def test_no_other_rule_is_spatial(plan):
    assert len(plan.rules.spatial) == 15


def test_every_rule_names_its_sentence_and_says_what_to_do(plan):
    for rule in plan.rules.rules:
        assert rule.source.quote in rule.legal_basis
        assert f"第{rule.source.page}页" in rule.legal_basis
        assert rule.advice, rule.id
        assert rule.advice_en, rule.id


def test_the_claim_has_its_caution(plan):
    (claim,) = plan.claims
    assert (claim.value, claim.unit) == (3391.0, "km²")
    assert "不得" in claim.caution
    assert "Do not compare" in claim.caution_en


def test_facilities_are_complete(plan):
    counts: dict[str, int] = {}
    for facility in plan.facilities:
        counts[facility.kind] = counts.get(facility.kind, 0) + 1
    wanted = {"comprehensive_hub": 3, "passenger_freight_station": 7, "land_water_corridor": 4,
              "river": 14, "functional_zone": 8, "logistics_node": 4, "logistics_centre": 6,
              "reservoir": 12}  # fmt: skip
    assert {kind: counts[kind] for kind in wanted} == wanted


def test_damaged_text_is_never_stated(plan):
    """A target whose percent sign or point is lost must be marked as restored."""
    bare = [t for t in plan.targets if t.value is not None and "%" not in t.source.quote]
    assert bare
    assert {t.status for t in bare} == {FactStatus.RESTORED}


# ------------------------------------------------------------------- the plan is data only

WORDS = re.compile(r"滇中|安宁|楚雄|禄丰|嵩明|寻甸|\banning\b|chuxiong|dianzhong", re.IGNORECASE)
ALLOWED = ["plan/load.py: DEFAULT_PLAN = 'dianzhong-2014'"]


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        is_words = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Expr(ast.Constant(...)) if is_words else node


def test_no_code_knows_the_plan():
    """Words of one plan stand in plan files only; docstrings may take them as examples."""
    found = [
        f"{path.relative_to(SOURCE).as_posix()}: {line.strip()}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in ast.unparse(
            _WithoutDocstrings().visit(ast.parse(path.read_text(encoding="utf-8")))
        ).splitlines()
        if WORDS.search(line)
    ]
    assert found == ALLOWED


@pytest.mark.parametrize("suffix", [".toml", ".html", ".css", ".json", ".typ", ".qml"])
def test_no_other_data_file_knows_the_plan(suffix):
    """A file that bears a plan's name is about that plan: itself, or figures to set beside it."""
    found = [
        path.relative_to(SOURCE).as_posix()
        for path in sorted(SOURCE.rglob(f"*{suffix}"))
        if path.stem not in plan_names()
        and "data" not in path.relative_to(SOURCE).parts
        and WORDS.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
