"""Tables and records of what changed since an earlier check, and between rule sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.changes import rule_set_names
from dzgis.reports.table import Cell, Table
from dzgis.terms import LayerStatus, Text, Verdict, role_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.changes import Difference
    from dzgis.findings import Change, Check
    from dzgis.terms import Language

_UNCHECKED = Text("未核查", "not checked")


def change_table(changes: Sequence[Change]) -> Table:
    """Table 变化, one change a row, in the order given."""
    return Table(
        name=Text("变化", "changes"),
        title=Text("与上次核查相比的变化", "what changed since the earlier check"),
        columns=(
            Text("类型", "kind"),
            Text("地块编号", "parcel"),
            Text("图层", "layer"),
            Text("规则", "rule"),
            Text("原", "old"),
            Text("现", "new"),
            Text("说明", "in words"),
        ),
        rows=tuple(_change_row(change) for change in changes),
        decimals=(None,) * 7,
        notes=(
            Text(
                "面积相差 0.01 m² 以内不列。“上次”指所给的 check.json。",
                "areas that differ by at most 0.01 m² are not listed; the earlier check is the "
                "check.json given.",
            ),
        ),
    )


def _change_row(change: Change) -> tuple[Cell, ...]:
    return (
        change.kind.text,
        change.parcel_id or None,
        role_text(change.role) if change.role else None,
        change.rule or None,
        _cell(change.field, change.old),
        _cell(change.field, change.new),
        change.text,
    )


def _cell(field: str, value: str | float | None) -> Cell:
    if value is None:
        return None
    if field == "verdict":
        return Verdict(str(value)).text
    return LayerStatus(str(value)).text if field == "status" else value


def change_records(changes: Sequence[Change], lang: Language) -> list[dict[str, object]]:
    """Records of changes, as machines read them; null for what was not there or not measured."""
    return [
        {
            "kind": change.kind.value,
            "parcel_id": change.parcel_id or None,
            "role": change.role or None,
            "rule": change.rule or None,
            "field": change.field,
            "old": change.old,
            "new": change.new,
            "text": change.text.say(lang),
        }
        for change in changes
    ]


def difference_table(
    differences: Sequence[Difference], check: Check, others: Sequence[Check]
) -> Table:
    """Table 规则对照: parcels that the rule sets judge differently, a column a rule set."""
    names = rule_set_names((check, *others))
    return Table(
        name=Text("规则对照", "rule sets"),
        title=Text("各规则集下结论不同的地块", "parcels that the rule sets judge differently"),
        columns=(Text("地块编号", "parcel"), *names, Text("说明", "in words")),
        rows=tuple(
            (
                one.parcel_id,
                *(verdict.text if verdict else _UNCHECKED for verdict in one.verdicts),
                one.text,
            )
            for one in differences
        ),
        decimals=(None,) * (len(names) + 2),
        notes=(
            Text(
                f"共 {len(check.parcels)} 个地块，{len(differences)} 个结论不同。",
                f"{len(check.parcels)} parcels, {len(differences)} of them judged differently.",
            ),
        ),
    )


def difference_records(
    differences: Sequence[Difference], check: Check, others: Sequence[Check], lang: Language
) -> list[dict[str, object]]:
    """Records of parcels that rule sets judge differently, as machines read them."""
    checks = (check, *others)
    return [
        {
            "parcel_id": one.parcel_id,
            "verdicts": [
                {
                    "rules": each.rules,
                    "as_of": each.as_of.isoformat(),
                    "verdict": verdict.value if verdict else None,
                    "by": [finding.rule for finding in findings],
                }
                for each, verdict, findings in zip(checks, one.verdicts, one.findings, strict=True)
            ],
            "text": one.text.say(lang),
        }
        for one in differences
    ]
