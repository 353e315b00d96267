"""What is otherwise than in an earlier check, and than under another rule set."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dzgis.findings import Change
from dzgis.terms import ChangeKind, LayerStatus, Text, Verdict, role_text
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dzgis.findings import Check, Finding, ParcelCheck
    from dzgis.frames import Layer

    Record = Mapping[str, Any]

LEAST_M2 = 0.01
"""Areas are recorded to 0.01 m²: they changed if they differ by more."""


_FIELDS = {
    "rules": Text("规则集", "rule set"),
    "as_of": Text("基准日", "day of the check"),
    "project_type": Text("项目类别", "kind of project"),
    "verdict": Text("结论", "verdict"),
    "area_m2": Text("面积", "area"),
    "status": Text("状态", "status"),
    "sha256": Text("文件哈希", "hash of the file"),
    "date": Text("现势日期", "date"),
    "valid_until": Text("有效期", "valid until"),
}
_NOTHING = Text("无", "none")


@dataclass(frozen=True)
class _Subject:
    """What a change is about, and its name in a sentence."""

    text: Text
    parcel_id: str = ""
    role: str = ""
    rule: str = ""


def changes(old: Record, check: Check) -> tuple[Change, ...]:
    """
    Everything that is otherwise than in an earlier check.

    Parameters
    ----------
    old : mapping
        Record of the earlier check, see `dzgis.inputs.read_check_record`.
    check : Check

    Returns
    -------
    tuple of Change
        Rule set and day; layers whose status, hash or date changed; parcels that are new, gone, or
        whose verdict or area changed; findings likewise. Areas count as changed beyond 0.01 m².
    """
    return (
        *_basis_changes(old, check),
        *_layer_changes(old["layers"], check.layers),
        *_parcel_changes(old["parcels"], check.parcels),
    )


def _basis_changes(old: Record, check: Check) -> Iterator[Change]:
    whole = _Subject(Text("核查依据", "basis of the check"))
    now = {
        "rules": check.rules,
        "as_of": check.as_of.isoformat(),
        "project_type": check.project_type,
    }
    # A record of before kinds of projects were known says nothing of them.
    then = {key: old[key] for key in now if key in old}
    yield from _field_changes(ChangeKind.BASIS, whole, then, now)


def _layer_changes(old: Sequence[Record], layers: Sequence[Layer]) -> Iterator[Change]:
    then, now = {str(one["role"]): one for one in old}, {one.role: one for one in layers}
    for role in dict.fromkeys([*then, *now]):
        named = role_text(role)
        subject = _Subject(Text(f"图层{named.zh}", f"layer {named.en}"), role=role)
        if role not in now:
            status = str(then[role]["status"])
            yield _presence(ChangeKind.LAYER_GONE, subject, "status", status, None)
        elif role not in then:
            status = now[role].status.value
            yield _presence(ChangeKind.LAYER_NEW, subject, "status", None, status)
        else:
            yield from _field_changes(
                ChangeKind.LAYER, subject, then[role], _layer_fields(now[role])
            )


def _layer_fields(layer: Layer) -> dict[str, str | float | None]:
    return {
        "status": layer.status.value,
        "sha256": layer.sha256 or None,
        "date": layer.date or None,
        "valid_until": layer.valid_until or None,
    }


def _parcel_changes(old: Sequence[Record], parcels: Sequence[ParcelCheck]) -> Iterator[Change]:
    then = {str(one["parcel_id"]): one for one in old}
    now = {one.parcel_id: one for one in parcels}
    for parcel_id in dict.fromkeys([*now, *then]):
        subject = _Subject(Text(f"地块{parcel_id}", f"parcel {parcel_id}"), parcel_id)
        if parcel_id not in now:
            verdict = str(then[parcel_id]["verdict"])
            yield _presence(ChangeKind.PARCEL_GONE, subject, "verdict", verdict, None)
        elif parcel_id not in then:
            verdict = now[parcel_id].verdict.value
            yield _presence(ChangeKind.PARCEL_NEW, subject, "verdict", None, verdict)
        else:
            record, found = then[parcel_id], now[parcel_id]
            judged = {"verdict": found.verdict.value, "area_m2": _m2(found.area_m2)}
            yield from _field_changes(ChangeKind.PARCEL, subject, record, judged)
            yield from _finding_changes(subject, record["findings"], found.findings)


def _finding_changes(
    parcel: _Subject, old: Sequence[Record], findings: Sequence[Finding]
) -> Iterator[Change]:
    then, now = {str(one["rule"]): one for one in old}, {one.rule: one for one in findings}
    for rule in dict.fromkeys([*now, *then]):
        role = now[rule].role if rule in now else str(then[rule]["role"])
        named = role_text(role)
        said = Text(
            f"{parcel.text.zh}（{named.zh}，规则 {rule}）",
            f"{parcel.text.en} ({named.en}, rule {rule})",
        )
        subject = _Subject(said, parcel.parcel_id, role, rule)
        if rule not in now:
            verdict = str(then[rule]["verdict"])
            yield _presence(ChangeKind.FINDING_GONE, subject, "verdict", verdict, None)
        elif rule not in then:
            verdict = now[rule].verdict.value
            yield _presence(ChangeKind.FINDING_NEW, subject, "verdict", None, verdict)
        else:
            judged = {"verdict": now[rule].verdict.value, "area_m2": _m2(now[rule].area_m2)}
            yield from _field_changes(ChangeKind.FINDING, subject, then[rule], judged)


def _m2(value: float) -> float | None:
    return None if math.isnan(value) else round_half_up(value, DECIMALS_M2)


def _field_changes(
    kind: ChangeKind,
    subject: _Subject,
    then: Record,
    now: Mapping[str, str | float | None],
) -> Iterator[Change]:
    """Fields of one thing that are otherwise; those that the record does not know are left out."""
    for field, new in now.items():
        old = None if then.get(field) == "" else then.get(field)
        if field in then and _differ(old, new):
            yield _change(kind, subject, field, old, new)


def _differ(old: str | float | None, new: str | float | None) -> bool:
    if isinstance(old, str) or isinstance(new, str) or old is None or new is None:
        return old != new
    return round(abs(old - new) / LEAST_M2) > 1


def _change(
    kind: ChangeKind,
    subject: _Subject,
    field: str,
    old: str | float | None,
    new: str | float | None,
) -> Change:
    name, before, after = _FIELDS[field], _said(field, old), _said(field, new)
    text = Text(
        f"{subject.text.zh}的{name.zh}由 {before.zh} 变为 {after.zh}",
        f"{subject.text.en}: {name.en} was {before.en}, is {after.en}",
    )
    return Change(kind, field, old, new, text, subject.parcel_id, subject.role, subject.rule)


def _presence(
    kind: ChangeKind, subject: _Subject, field: str, old: str | None, new: str | None
) -> Change:
    """Something that only one of the checks knows."""
    known = _said(field, new if old is None else old)
    how = Text("原无，现", "was not there, is") if old is None else Text("现无，原", "is gone, was")
    text = Text(
        f"{subject.text.zh}{how.zh}{_FIELDS[field].zh}为 {known.zh}",
        f"{subject.text.en} {how.en} {known.en}",
    )
    return Change(kind, field, old, new, text, subject.parcel_id, subject.role, subject.rule)


def _said(field: str, value: str | float | None) -> Text:
    if value is None:
        return _NOTHING
    if field == "verdict":
        return Verdict(str(value)).text
    if field == "status":
        return LayerStatus(str(value)).text
    if isinstance(value, str):
        return Text(value, value)
    return Text(f"{value:.{DECIMALS_M2}f} m²", f"{value:.{DECIMALS_M2}f} m²")


@dataclass(frozen=True)
class Difference:
    """
    A parcel that rule sets judge differently.

    Attributes
    ----------
    parcel_id : str
    verdicts : tuple of (Verdict or None)
        Under each rule set, in their order; None where that check does not have the parcel.
    findings : tuple of tuples of Finding
        Those that give each of these verdicts.
    text : Text
        The same as a sentence.
    """

    parcel_id: str
    verdicts: tuple[Verdict | None, ...]
    findings: tuple[tuple[Finding, ...], ...]
    text: Text


def differences(check: Check, others: Sequence[Check]) -> tuple[Difference, ...]:
    """
    Parcels whose verdict is not the same under all rule sets, and the findings that give it.

    Parameters
    ----------
    check : Check
    others : sequence of Check
        The same parcels under other rule sets.

    Returns
    -------
    tuple of Difference
        In the order of the parcels of `check`, then of those that only the others have.
    """
    checks = (check, *others)
    parcels = [{one.parcel_id: one for one in each.parcels} for each in checks]
    names = rule_set_names(checks)
    return tuple(
        _difference(parcel_id, names, [each.get(parcel_id) for each in parcels])
        for parcel_id in dict.fromkeys(key for each in parcels for key in each)
        if len({found.verdict if (found := each.get(parcel_id)) else None for each in parcels}) > 1
    )


def rule_set_names(checks: Sequence[Check]) -> list[Text]:
    """Names of the rule sets of checks; with the day where one set was used on several days."""
    ids = [one.rules for one in checks]
    days = [f"（{one.as_of}）" if ids.count(one.rules) > 1 else "" for one in checks]
    days_en = [f" ({one.as_of})" if ids.count(one.rules) > 1 else "" for one in checks]
    return [
        Text(f"{one}{zh}", f"{one}{en}") for one, zh, en in zip(ids, days, days_en, strict=True)
    ]


def _difference(
    parcel_id: str, names: Sequence[Text], found: Sequence[ParcelCheck | None]
) -> Difference:
    deciding = tuple(_deciding(one) if one else () for one in found)
    said = [
        _under(name, one, findings)
        for name, one, findings in zip(names, found, deciding, strict=True)
    ]
    text = Text(
        f"地块{parcel_id}：" + "；".join(one.zh for one in said),
        f"parcel {parcel_id}: " + "; ".join(one.en for one in said),
    )
    return Difference(
        parcel_id, tuple(one.verdict if one else None for one in found), deciding, text
    )


def _deciding(parcel: ParcelCheck) -> tuple[Finding, ...]:
    """Findings that are as grave as the verdict; none for a clear parcel."""
    if parcel.verdict is Verdict.CLEAR:
        return ()
    return tuple(
        finding
        for finding in parcel.findings
        if finding.verdict is parcel.verdict
        and (finding.required or not math.isnan(finding.area_m2))
    )


def _under(name: Text, parcel: ParcelCheck | None, findings: Sequence[Finding]) -> Text:
    """A verdict under one rule set, and what it rests on."""
    if parcel is None:
        return Text(f"{name.zh} 未核查", f"{name.en} not checked")
    why = [_briefly(finding) for finding in findings]
    verdict = parcel.verdict.text
    zh, en = "、".join(one.zh for one in why), ", ".join(one.en for one in why)
    return Text(
        f"按 {name.zh} 为{verdict.zh}" + (f"（{zh}）" if why else ""),
        f"under {name.en} {verdict.en}" + (f" ({en})" if why else ""),
    )


def _briefly(finding: Finding) -> Text:
    named, area = role_text(finding.role), _m2(finding.area_m2)
    size = f" {area:.{DECIMALS_M2}f} m²" if area else ""
    return Text(f"{named.zh} 规则 {finding.rule}{size}", f"{named.en}, rule {finding.rule}{size}")
