"""Whether the rules of a set fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.errors import listed
from dzgis.plan.fault_words import at, twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.plan.rules import Rule, RuleSet
    from dzgis.terms import Text


def check_rules(rules: RuleSet) -> list[Text]:
    """
    All contradictions inside a rule set.

    Returns
    -------
    list of Text
        One sentence each with the place in the file; empty when the rules fit.
    """
    checks = (_duplicates, _nothing_to_check, _project_types, _no_words)
    return [fault for check in checks for fault in check(rules)]


def _duplicates(rules: RuleSet) -> Iterator[Text]:
    yield from twice("rules.rules.id", (rule.id for rule in rules.rules))
    yield from twice("rules.project_types.id", (kind.id for kind in rules.project_types))


def _nothing_to_check(rules: RuleSet) -> Iterator[Text]:
    if not rules.spatial:
        yield at(
            "rules.rules",
            "没有一条 spatial 规则，任何地块都无从核查；至少须有一条",
            "no rule is spatial, so that no parcel can be checked; one at least is required",
        )


def _project_types(rules: RuleSet) -> Iterator[Text]:
    """A rule that tells kinds of projects apart must decide each of them."""
    known = [kind.id for kind in rules.project_types]
    for rule in rules.spatial:
        if rule.by_project:
            yield from _decided(rule, known)


def _decided(rule: Rule, known: list[str]) -> Iterator[Text]:
    place = f"rules.rules[{rule.id}].by_project"
    strange = [kind for kind in rule.by_project if kind not in known]
    missing = [kind for kind in known if kind not in rule.by_project]
    if strange:
        yield at(
            place,
            f"没有项目类别 {listed(strange)}；rules.project_types 有：{listed(known) or '无'}",
            f"there is no project type {listed(strange)}; rules.project_types has: "
            f"{listed(known) or 'none'}",
        )
    if missing:
        yield at(
            place,
            f"没有写明项目类别 {listed(missing)} 的结论；每类都须写明",
            f"says nothing of the project types {listed(missing)}; each must be decided",
        )


def _no_words(rules: RuleSet) -> Iterator[Text]:
    """A finding without legal basis or advice cannot be signed."""
    for rule in rules.spatial:
        missing = [key for key in ("legal_basis", "advice", "advice_en") if not getattr(rule, key)]
        if missing:
            yield at(
                f"rules.rules[{rule.id}]",
                f"缺少 {listed(missing)}；spatial 规则须写明依据和处置",
                f"lacks {listed(missing)}; a spatial rule needs its legal basis and advice",
            )
