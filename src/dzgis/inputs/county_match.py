"""Which row of a table is which county of the plan, by code or by name, in any field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import field_aliases, matching_fields, tables
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from dzgis.plan.model import County, Plan

_CODE_DIGITS = 6
_PADDED_DIGITS = (9, 12)
_PROVINCE_DIGITS = 2
_CHINA = "156"
_MOST_NAMES_SHOWN = 20


def match_counties(
    frame: gpd.GeoDataFrame, plan: Plan, *, where: str
) -> tuple[pd.Series[str], list[Text]]:
    """
    Find the plan's counties in a table.

    Parameters
    ----------
    frame : GeoDataFrame
        As read, one row a record.
    plan : Plan
    where : str
        How messages call the source.

    Returns
    -------
    Series
        Today's code of the county that each row is, None where it is none of the plan's.
    list of Text
        Missing counties with what was found instead; rows whose code and name disagree.
    """
    fields = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    by_code, code_field = _best(fields, "county_code", _code_reader(plan))
    by_name, name_field = _best(fields, "county_name", _name_reader(plan))
    clash = by_code.notna() & by_name.notna() & (by_code != by_name)
    codes = by_code.where(by_code.notna(), by_name)
    if name_field:
        _log_short_names(fields[name_field][by_name.notna() & by_code.isna()], plan)
    faults = [_clash(where, list(frame.index[clash]))] if clash.any() else []
    missing = [c for c in plan.counties if c.code not in set(codes.dropna())]
    if missing:
        names = listed((f"{c.name}（{c.code}）" for c in missing), _MOST_NAMES_SHOWN)
        faults.append(_missing(where, names, _seen(fields, name_field or code_field)))
    return codes, faults


def _best(
    fields: pd.DataFrame, subject: str, read: Callable[[object], str | None]
) -> tuple[pd.Series[str], str]:
    """Read the field in which most counties are found, known fields first; also its name."""
    known = matching_fields(fields.columns, field_aliases(subject))
    others = [str(column) for column in fields.columns if str(column) not in known]
    best, best_field, most = pd.Series(index=fields.index, dtype=object), "", 0
    for field in [*known, *others]:
        column = pd.Series([read(value) for value in fields[field]], fields.index, dtype=object)
        if column.nunique() > most:
            best, best_field, most = column, field, column.nunique()
    if best_field and best_field not in known:
        LOG.info(
            Text(f"行政区取自字段 {best_field}", f"counties are taken from the field {best_field}")
        )
    return best, best_field


def _code_reader(plan: Plan) -> Callable[[object], str | None]:
    today = {code: county.code for county in plan.counties for code in county.codes}

    def read(value: object) -> str | None:
        return today.get(_six_digits(value))

    return read


def _six_digits(value: object) -> str:
    """
    Division code of a county without padding, empty where the value is no such code.

    Examples
    --------
    >>> [_six_digits(v) for v in ("530181", 530181.0, "156530181", "530181000000", "530181001")]
    ['530181', '530181', '530181', '530181', '']
    """
    text = str(value).strip().removesuffix(".0")
    if not text.isdecimal():
        return ""
    if len(text) == _CODE_DIGITS + len(_CHINA) and text.startswith(_CHINA):
        return text.removeprefix(_CHINA)
    padded = len(text) in _PADDED_DIGITS and not text[_CODE_DIGITS:].strip("0")
    return text[:_CODE_DIGITS] if padded or len(text) == _CODE_DIGITS else ""


def county_names(plan: Plan) -> dict[str, str]:
    """Today's code by every full name of a county, bare or after its prefecture and province."""
    return {
        before + name: county.code
        for county in plan.counties
        for before in _before(county)
        for name in county.names
    }


def _before(county: County) -> list[str]:
    """What may stand before a county's name: its prefecture, its province, both, nothing."""
    province = tables()["provinces"].get(county.code[:_PROVINCE_DIGITS], "")
    prefectures = ("", county.prefecture, _short_prefecture(county.prefecture))
    return [p + q for p in dict.fromkeys(("", province)) for q in dict.fromkeys(prefectures)]


def _short_prefecture(name: str) -> str:
    """Name of an autonomous prefecture without its peoples, any other name as it is."""
    table = tables()["prefecture_suffixes"]
    for ending in table["endings"]:
        if name.endswith(ending):
            return name.removesuffix(ending) + str(table["short"])
    return name


def _name_reader(plan: Plan) -> Callable[[object], str | None]:
    full = county_names(plan)
    bare = {(name, county.code) for county in plan.counties for name in county.names}
    short = Counter((_stem(name), code) for name, code in bare)
    owners = Counter(stem for stem, _ in short)
    stems = {stem: code for stem, code in short if owners[stem] == 1}

    def read(value: object) -> str | None:
        text = "".join(str(value).split())
        return full.get(text) or stems.get(text)

    return read


def _log_short_names(names: pd.Series[str], plan: Plan) -> None:
    full = county_names(plan)
    short = [name for name in names if "".join(str(name).split()) not in full]
    if short:
        LOG.warning(
            Text(
                f"按不带“县、市、区”的名称认定：{listed(short)}",
                f"counties found by names without their kind (县/市/区): {listed(short)}",
            )
        )


def _stem(name: str) -> str:
    """Name without its kind, e.g. 安宁 of 安宁市; the name itself where one letter would stay."""
    for ending in tables()["county_suffixes"]["endings"]:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _seen(fields: pd.DataFrame, field: str) -> str:
    if field:
        return f"{field}: {listed(fields[field].drop_duplicates())}"
    if fields.shape[1] == 0:
        return "—"
    return "; ".join(f"{c}: {listed(fields[c].drop_duplicates(), 3)}" for c in fields.columns[:5])


def _missing(where: str, names: str, seen: str) -> Text:
    return Text(
        f"{where} 中找不到：{names}；文件中有（{seen}）；请补齐这些县的边界，或换用对应的规划",
        f"{where} lacks counties of the plan: {names}; it has ({seen}); add their boundaries or "
        "use another plan",
    )


def _clash(where: str, records: list[int]) -> Text:
    return Text(
        f"{where}：第 {listed(records)} 条记录的行政区代码与名称不是同一个县；请改正",
        f"{where}: code and name of records {listed(records)} are of different counties; "
        "correct them",
    )
