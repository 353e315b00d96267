"""
What the checks of the sample parcels should find: a table for tests, and a page to read.

Contacts are measured by `contacts`, verdicts follow here by plain if and else; dzgis is not used.

Run after ``land_use.py`` as ``python data/build/expected.py``; writes
``data/parcels/expected.toml`` and ``docs/how-to/sample-verdicts.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts import CURRENT, LAND_USE, OLD, OUTSIDE, PARCELS, SETBACK_M, Contact, Seen, all_seen
from records import Record, write_records
from sources import DATA, REPOSITORY, file_sha256
from verdict_page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = DATA / "parcels" / "expected.toml"
PAGE = REPOSITORY / "docs" / "how-to" / "sample-verdicts.md"
#: Rule set and vintage of the layers.
CHECKS = (("plan-2014", "2014"), ("plan-2014", "2023"), ("current", "2023"))
GRAVITY = ("clear", "within_tolerance", "conditional", "undetermined", "prohibited")
#: Kind of project (35号令) by the parcel's use; what is not here is I, other.
PROJECT_TYPES = {"工业用地": "E", "仓储用地": "E", "商服用地": "F", "科教用地": "C"}
#: Kinds of projects that no forest of grade II, or not even grade III, may be used for.
NOT_ON_GRADE_2, NOT_ON_GRADE_3 = ("E", "I"), ("I",)
ON_FIRST_NATIONAL = ("A", "B", "G")
#: Roles of which the plan of 2014 has rules, and what they say.
PLAN_2014 = {
    "pbf": "prohibited",
    "ecrl": "prohibited",
    "reserve": "conditional",
    "water_source": "conditional",
    "river": "prohibited",
    "bazi": "conditional",
    "hazard": "conditional",
    "land_use": "conditional",
}
ROLE_WORDS = {
    "pbf": ("永久基本农田", "permanent basic farmland"),
    "ecrl": ("生态保护红线", "the ecological red line"),
    "forest": ("林地", "forest"),
    "udb": ("城镇开发边界", "the urban development boundary"),
    "reserve": ("自然保护地", "a nature reserve"),
    "water_source": ("饮用水水源保护区", "a drinking-water source area"),
    "river": ("河湖管理范围", "a river management area"),
    "bazi": ("坝区", "a basin flat"),
    "hazard": ("地质灾害", "a geological hazard"),
    "road": ("公路", "a road"),
    "railway": ("铁路", "a railway"),
    "niulan": ("牛栏江流域保护区", "the Niulan river protection area"),
    "airport": ("机场净空保护区", "an airport clearance area"),
    "land_use": ("耕地", "arable land"),
}
GRADE_WORDS = {"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ"}
LAND_WORDS = {"0101": "水田", "0103": "旱地"}
VALUE_WORDS = {
    "核心保护区": "core zone",
    "一般控制区": "general control zone",
    "一级": "zone 1",
    "二级": "zone 2",
    "准": "outer zone",
    "大": "large",
    "中": "middle",
    "小": "small",
    "高速": "expressway",
    "国道": "national road",
    "省道": "provincial road",
    "县道": "county road",
    "乡道": "township road",
    "高铁": "high-speed",
    "其他": "other",
    "弹性发展区": "flexible zone",
    "特别用途区": "special-use zone",
    "0101": "paddy",
    "0103": "dry land",
}


def project_type(use: str) -> str:
    """Kind of project of a parcel's use."""
    return PROJECT_TYPES.get(use, "I")


def forest_verdict(values: tuple[str, ...], kind: str) -> str:
    """Verdict of the matrix of 35号令 on forest of a grade, and of a grade of national forest."""
    grade, national = values[0], values[1] if len(values) > 1 else ""
    if grade == "1":
        return "prohibited"
    if grade == "2":
        barred = kind in NOT_ON_GRADE_2 or (national == "1" and kind not in ON_FIRST_NATIONAL)
        return "prohibited" if barred else "conditional"
    if grade == "3" and kind in NOT_ON_GRADE_3:
        return "prohibited"
    return "conditional"


def full_verdict(contact: Contact, rules: str, kind: str) -> str:
    """What a rule set says of ground under features."""
    first = contact.values[0] if contact.values else ""
    if rules == "plan-2014":
        if contact.role == "forest":
            return "prohibited" if first == "1" else "conditional"
        return PLAN_2014.get(contact.role, "clear")
    if contact.role in ("pbf", "ecrl"):
        return "prohibited"
    if contact.role == "forest":
        return forest_verdict(contact.values, kind)
    if (contact.role, first) in (("reserve", "核心保护区"), ("water_source", "一级")):
        return "prohibited"
    return "clear" if (contact.role, first) == ("hazard", "小") else "conditional"


def verdict_of(contact: Contact, rules: str, kind: str) -> str:
    """Verdict on one contact."""
    if contact.how in ("apart", "touching"):
        return "clear"
    verdict = full_verdict(contact, rules, kind)
    if contact.how == "sliver" and verdict != "clear":
        return "within_tolerance"
    return verdict


def gravest(verdicts: list[str]) -> str:
    """Gravest of several verdicts; clear for none."""
    return max(verdicts, key=GRAVITY.index, default="clear")


def judged(seen: Seen, rules: str, vintage: str) -> str:
    """Verdict on a parcel."""
    kind = project_type(seen.use)
    return gravest([verdict_of(one, rules, kind) for one in seen.contacts[vintage]])


def what(contact: Contact) -> tuple[str, str]:
    """Words for the features of a contact."""
    zh, en = ROLE_WORDS[contact.role]
    if not contact.values:
        return zh, en
    if contact.role == "forest":
        grade, national = contact.values[0], (*contact.values, "")[1]
        more_zh = f"（国家级公益林{national}级）" if national else ""
        more_en = f" (national forest {national})" if national else ""
        return f"{GRADE_WORDS[grade]}级{zh}{more_zh}", f"grade {GRADE_WORDS[grade]} {en}{more_en}"
    if contact.values[0] == OUTSIDE:
        return f"{zh}以外", f"ground outside {en}"
    value = contact.values[0]
    return f"{zh}（{LAND_WORDS.get(value, value)}）", f"{en} ({VALUE_WORDS[value]})"


def said(contact: Contact) -> tuple[str, str]:
    """One contact in words."""
    zh, en = what(contact)
    if contact.values and contact.values[0] in SETBACK_M:
        return near_by(contact, zh, en)
    if contact.how == "touching":
        return f"与{zh}仅边界相接", f"only touches {en}"
    if contact.how == "apart":
        return f"距{zh} {contact.nearest_m:.0f} m", f"{contact.nearest_m:.0f} m from {en}"
    area = f"{contact.area_m2:,.1f} m²"
    if contact.how == "sliver":
        return f"{zh} {area}（疑似边界误差）", f"{area} of {en} (sliver)"
    return f"{zh} {area}", f"{area} of {en}"


def near_by(contact: Contact, zh: str, en: str) -> tuple[str, str]:
    """Words for a parcel near a road or railway."""
    limit, metres = SETBACK_M[contact.values[0]], contact.nearest_m
    if metres >= limit:
        return (
            f"距{zh}用地外缘 {metres:.0f} m ≥ {limit:.0f} m",
            f"{metres:.0f} m ≥ {limit:.0f} m from the land of {en}",
        )
    area = f"{contact.area_m2:,.1f} m²"
    return (
        f"距{zh}用地外缘 {metres:.0f} m < {limit:.0f} m，其内 {area}",
        f"{metres:.0f} m < {limit:.0f} m from the land of {en}, {area} within",
    )


def reason(seen: Seen, rules: str, vintage: str) -> tuple[str, str]:
    """Why a parcel gets its verdict: all contacts that a rule of the set is about."""
    kind = project_type(seen.use)
    told = []
    for one in seen.contacts[vintage]:
        if full_verdict(one, rules, kind) == "clear":
            continue
        verdict = verdict_of(one, rules, kind)
        zh, en = said(one)
        told.append((GRAVITY.index(verdict), f"{zh}：{WORDS[verdict]}", f"{en}: {verdict}"))
    told.sort(key=lambda one: -one[0])
    if not told:
        return "未涉及任何图层", "meets no layer"
    return "；".join(zh for _, zh, _ in told), "; ".join(en for _, _, en in told)


WORDS = {
    "clear": "未发现压占",
    "within_tolerance": "容差内待复核",
    "conditional": "压占（有条件）",
    "prohibited": "压占（禁止）",
}
HEADER = """\
# 示例地块的预期核查结果（生成，演示）：由 data/build/expected.py 用 shapely 独立算出，未用 dzgis。
# What checks of the sample parcels should find (generated), computed by data/build/expected.py with
# shapely, without dzgis. checks: rule set / vintage of the layers. contacts: by vintage; area_m2
# is planar, equal-area, of the ground under the features or within their setback.
"""


def roles_of(seen: Seen, rules: str, vintage: str) -> dict[str, str]:
    """Verdict of each role that a parcel meets and the rules speak of."""
    kind, found = project_type(seen.use), seen.contacts[vintage]
    roles = {one.role: one for one in found if full_verdict(one, rules, kind) != "clear"}
    return {
        role: gravest([verdict_of(one, rules, kind) for one in found if one.role == role])
        for role in roles
    }


def lines_of(seen: Seen) -> Iterator[str]:
    """Return the parcel's table in TOML."""
    kind = project_type(seen.use)
    yield "[[parcel]]"
    yield f'id = "{seen.code}"'
    yield f'name = "{seen.name}"'
    yield f'use = "{seen.use}"'
    yield f'project_type = "{kind}"'
    for rules, vintage in CHECKS:
        zh, en = reason(seen, rules, vintage)
        yield "[[parcel.checks]]"
        yield f'rules = "{rules}"'
        yield f'layers = "{vintage}"'
        yield f'verdict = "{judged(seen, rules, vintage)}"'
        by_role = roles_of(seen, rules, vintage)
        pairs = ", ".join(f'{role} = "{verdict}"' for role, verdict in by_role.items())
        yield f"roles = {{ {pairs} }}" if pairs else "roles = {}"
        yield f'reason = "{zh}"'
        yield f'reason_en = "{en}"'
    for vintage, contacts in seen.contacts.items():
        for one in contacts:
            values = ", ".join(f'"{value}"' for value in one.values)
            yield "[[parcel.contacts]]"
            yield f'layers = "{vintage}"'
            yield f'role = "{one.role}"'
            yield f"values = [{values}]"
            yield f'contact = "{one.how}"'
            yield f"area_m2 = {one.area_m2:.2f}"
            yield f"nearest_m = {one.nearest_m:.2f}"
    yield ""


def check_shipped(everything: list[Seen]) -> None:
    """Raise where a verdict is not the one that the parcels themselves carry."""
    wrong = [s.code for s in everything if judged(s, "plan-2014", "2014") != s.expected]
    if wrong:
        raise ValueError(f"not the verdict of EXPECT_V: {', '.join(wrong)}")


def write_table(everything: list[Seen], target: Path) -> None:
    """Write the table."""
    lines = [line for seen in everything for line in lines_of(seen)]
    target.write_text("\n".join([HEADER, *lines]), encoding="utf-8")


def table_record() -> Record:
    """Describe the table."""
    hashes = ", ".join(file_sha256(path) for path in (PARCELS, OLD, CURRENT, LAND_USE))
    return Record(
        path=TABLE.name,
        title="示例地块的预期核查结果（生成，演示）",
        title_en="What checks of the sample parcels should find (generated, for demonstration)",
        origin=f"computed by data/build/expected.py from the files with sha256 {hashes}",
        licence="Apache-2.0",
        date="2023-12-31",
        crs="none",
        rebuilt_by="python data/build/expected.py",
        generated=True,
        notes=("不用 dzgis 算出，供测试对照。 Computed without dzgis, for tests to hold against."),
    )


def main() -> None:
    """Write the table, its record and the page."""
    everything = all_seen()
    check_shipped(everything)
    write_table(everything, TABLE)
    write_records(TABLE.parent, [table_record()])
    PAGE.write_text(page(TABLE), encoding="utf-8")


if __name__ == "__main__":
    main()
