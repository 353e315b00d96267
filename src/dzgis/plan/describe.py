"""The plan as a person reads it: plain text, with its sources and all that is not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from dzgis.plan import chapters
from dzgis.plan.address import Step, place_in_file
from dzgis.plan.record import Fact
from dzgis.plan.wording import INDENT, heading, origin, remark
from dzgis.terms import FactStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dzgis.plan.model import Plan
    from dzgis.plan.rules import RuleSet
    from dzgis.terms import Language


def plan_text(plan: Plan, lang: Language) -> str:
    """
    Return the plan as plain text: every part with its source, unfounded values last.

    Parameters
    ----------
    plan : Plan
    lang : {"zh", "en"}
        Language of headings and remarks; quotations stay as they are.

    Returns
    -------
    str
        Columns are aligned for a font in which a Chinese character is two columns wide.
    """
    parts: tuple[tuple[Text, list[str]], ...] = (
        (Text("片区与县", "Districts and counties"), chapters.divisions(plan, lang)),
        (Text("组团", "Clusters"), chapters.clusters(plan, lang)),
        (Text("发展轴", "Axes"), chapters.axes(plan, lang)),
        (Text("坡度分级与用地原则", "Slope classes and zoning"), chapters.slopes(plan, lang)),
        (Text("保护与防灾规则", "Protection and hazard rules"), chapters.rules(plan.rules, lang)),
        (Text("候选地块", "Candidate parcels"), chapters.candidates(plan, lang)),
        (Text("规划数字", "Figures of the plan"), chapters.claims(plan, lang)),
        (Text("目标", "Targets"), chapters.targets(plan, lang)),
        (Text("设施", "Facilities"), chapters.facilities(plan, lang)),
        (Text("乡镇", "Townships"), chapters.townships(plan, lang)),
        (Text("地名与坐标", "Places and positions"), chapters.places(plan, lang)),
        (Text("复原与假定", "Restored and assumed"), _not_the_plans_own(plan, lang)),
    )
    lines = chapters.head(plan, lang)
    for number, (title, body) in enumerate(parts, 1):
        lines += ["", *heading(f"{number}. {title.say(lang)}", "-"), *body]
    return "\n".join(lines) + "\n"


def rules_text(rules: RuleSet, lang: Language) -> str:
    """Return a rule set as plain text: tolerance and every rule with its source."""
    lines = [*heading(rules.text.say(lang), "="), *chapters.rules(rules, lang)]
    return "\n".join(lines) + "\n"


def assumed_values(plan: Plan) -> list[tuple[str, str]]:
    """
    List everything in a plan that is not the plan's but ours.

    Returns
    -------
    list of (str, str)
        Place in the plan file, e.g. ``rules.tolerance``, and the note that gives the ground.
    """
    return [(place, fact.source.note) for place, fact in _facts(plan, FactStatus.ASSUMED)]


# ------------------------------------------------------------------------ facts of a status


def _facts(plan: Plan, status: FactStatus) -> Iterator[tuple[str, Fact]]:
    data = plan.model_dump(mode="json")
    for loc, record in _records(plan, ()):
        if isinstance(record, Fact) and record.status is status:
            yield place_in_file(data, loc), record


def _records(value: object, loc: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], BaseModel]]:
    """Every record of a plan with its path, in the order of the file."""
    children: Iterable[tuple[Step, object]] = ()
    if isinstance(value, BaseModel):
        yield loc, value
        children = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, tuple):
        children = enumerate(value)
    for step, child in children:
        yield from _records(child, (*loc, step))


# ------------------------------------------------------------------------ the last chapter


def _not_the_plans_own(plan: Plan, lang: Language) -> list[str]:
    lines: list[str] = []
    for status in (FactStatus.RESTORED, FactStatus.REPORTED, FactStatus.ASSUMED):
        facts = list(_facts(plan, status))
        lines += [f"{status.text.say(lang)}  ({len(facts)})"]
        for place, fact in facts:
            lines += [f"{' ' * INDENT}{place}"]
            lines += _not_own(fact, lang)
    return lines


def _not_own(fact: Fact, lang: Language) -> list[str]:
    margin = " " * (2 * INDENT)
    quoted = [f"{margin}{origin(fact.source, lang)}"] if fact.source.quote else []
    return [*quoted, f"{margin}{remark(fact.source.note, lang)}"]
