"""What is wrong with the attributes: missing fields, codes outside the standard, ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.inputs.aliases import field_aliases, folded, matching_fields
from dzgis.inputs.quality.standards import tables
from dzgis.inputs.quality.subject import fault
from dzgis.terms import Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject


def field_faults(subject: Subject) -> Iterator[Fault]:
    """Everything that is wrong with the fields and codes of a layer."""
    yield from _missing_fields(subject)
    for code in tables()["codes"].values():
        for field in matching_fields(subject.frame.columns, code["fields"]):
            yield from _code_faults(subject, field, code)
    for division in tables()["divisions"].values():
        for field in matching_fields(subject.frame.columns, division["fields"]):
            yield from _division_faults(subject, field, division["digits"])
    yield from _id_faults(subject)


def _missing_fields(subject: Subject) -> Iterator[Fault]:
    if subject.standard is None or not subject.standard.vintages:
        return
    columns = subject.frame.columns.drop(subject.frame.geometry.name)
    vintage = subject.standard.nearest(columns)
    text = subject.standard.text
    for names in vintage.missing(columns):
        shown = " / ".join(names)
        words = Text(
            f"“{text.zh}”（{vintage.name}）应有字段 {shown}",
            f"'{text.en}' ({vintage.name}) should have the field {shown}",
        )
        severity = Severity.ERROR if vintage.confirmed else Severity.WARNING
        yield fault(subject, "missing_field", words, severity=severity)


def texts_of(frame: gpd.GeoDataFrame, field: str) -> pd.Series[str]:
    """Values of a field as text, blank where there is none; numbers without ``.0``."""
    return pd.Series([_text(value) for value in frame[field]], index=frame.index, dtype=object)


def _text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip().removesuffix(".0")


def _code_faults(subject: Subject, field: str, code: dict[str, list[str]]) -> Iterator[Fault]:
    texts = texts_of(subject.frame, field)
    known = set(map(folded, code["values"])) | {""}
    zh, en = code["zh"], code["en"]
    strange = {text for text in texts.unique() if folded(text) not in known}
    for row in np.flatnonzero(texts.isin(strange)):
        words = Text(
            f"{zh}字段 {field} 的值“{texts.iloc[row]}”不在标准中",
            f"{en}: the value '{texts.iloc[row]}' of {field} is not in the standard",
        )
        yield fault(subject, "unknown_code", words, row=int(row))
    for row in np.flatnonzero(texts == "") if code["required"] else ():
        words = Text(f"{zh}字段 {field} 是空的", f"{en}: {field} is blank")
        yield fault(subject, "blank_code", words, row=int(row))


def _division_faults(subject: Subject, field: str, digits: list[int]) -> Iterator[Fault]:
    texts = texts_of(subject.frame, field)
    for row, text in enumerate(texts):
        if text and not (text.isdecimal() and len(text) in digits):
            wanted = "/".join(map(str, digits))
            words = Text(
                f"区划代码字段 {field} 的值“{text}”应为 {wanted} 位数字",
                f"the division code '{text}' of {field} should have {wanted} digits",
            )
            yield fault(subject, "unknown_code", words, row=row)
        elif not text:
            words = Text(f"区划代码字段 {field} 是空的", f"division code: {field} is blank")
            yield fault(subject, "blank_code", words, row=row)


def _id_faults(subject: Subject) -> Iterator[Fault]:
    """Ids that come twice or are blank; ids of parcels are what verdicts are filed under."""
    aliases = field_aliases("parcel_id") if subject.is_parcels else tables()["ids"]["fields"]
    severity = Severity.ERROR if subject.is_parcels else Severity.WARNING
    for field in matching_fields(subject.frame.columns, aliases):
        ids = texts_of(subject.frame, field)
        if set(ids) <= {"", "0"}:
            continue  # a field that many programs add and nobody fills in
        for row in np.flatnonzero(ids == ""):
            words = Text(f"编号字段 {field} 是空的", f"the id field {field} is blank")
            yield fault(subject, "blank_id", words, row=int(row), severity=severity)
        times = ids.map(ids.value_counts())
        for row in np.flatnonzero((times > 1) & (ids != "")):
            words = Text(
                f"编号 {ids.iloc[row]}（字段 {field}）共有 {times.iloc[row]} 条记录",
                f"the id {ids.iloc[row]} (field {field}) stands in {times.iloc[row]} records",
            )
            yield fault(subject, "duplicate_id", words, row=int(row), severity=severity)
        return
