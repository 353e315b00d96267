"""Lines of the coordinate part of a 界址点 file: headers and points."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.boundary_file import HEADER_END, N_POINT_FIELDS
from dzgis.inputs.aliases import tables
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE

if TYPE_CHECKING:
    from collections.abc import Sequence

Fault = tuple[int, Text]
_LEAST_HEADER_FIELDS, _MOST_HEADER_FIELDS = 9, 14
"""With the @. Forms of 9, 12 and 13 are common, one names 13 fields before its @."""
_MOST_POINT_FIELDS = 6
"""Filings with the ministry have six columns; the last two are kept but not understood."""
_N_POINTS, _AREA, _ID, _NAME, _KIND, _USE = 0, 1, 2, 3, 4, 6
_FULL_WIDTH_COMMA = "，"
_MOST_NORTHING_M = 1e7


@dataclass(frozen=True)
class BoundaryPoint:
    """A boundary point (界址点): its number, ring, coordinates in metres, and line."""

    label: str
    ring: int
    northing: float
    easting: float
    line: int


@dataclass(frozen=True)
class Parcel:
    """
    A parcel as its lines give it.

    Attributes
    ----------
    n_points : int or None
        As the header declares it.
    area_ha : float
        Hectares of the header, as it says; NaN where it has none.
    line : int
        Line of the header.
    values : tuple of str
        All fields of the header before its @.
    """

    parcel_id: str
    name: str
    land_use: str
    n_points: int | None
    area_ha: float
    line: int
    values: tuple[str, ...] = ()
    points: tuple[BoundaryPoint, ...] = ()

    @property
    def declared_area_m2(self) -> float:
        """Area of the header in m²."""
        return self.area_ha * M2_PER_HECTARE


def parcels_of(body: Sequence[tuple[int, str]]) -> tuple[list[Parcel], list[Fault]]:
    """
    Part the lines into parcels.

    Parameters
    ----------
    body : sequence of (int, str)
        Line numbers and lines after ``[地块坐标]``, without blank ones.

    Returns
    -------
    list of Parcel
    list of Fault
        Lines that are neither header nor point, and what is wrong in those that are.
    """
    parcels: list[Parcel] = []
    points: list[BoundaryPoint] = []
    faults: list[Fault] = []
    for line, text in body:
        if text.endswith(HEADER_END):
            _give(parcels, points)
            points = []
            parcel, wrong = _header(line, text)
            parcels.append(parcel)
        else:
            point, wrong = _point(line, text, before_header=not parcels)
            points += [point] if point else []
        faults += wrong
    if not parcels and not faults:
        faults = [(0, Text("没有任何地块", "has no parcels (it is empty)"))]
    _give(parcels, points)
    return parcels, faults


def _give(parcels: list[Parcel], points: list[BoundaryPoint]) -> None:
    """Give the points to the last parcel of the list."""
    if parcels:
        parcels[-1] = replace(parcels[-1], points=tuple(points))


def _header(line: int, text: str) -> tuple[Parcel, list[Fault]]:
    body = text.removesuffix(HEADER_END).rstrip()
    fields = [field.strip() for field in body.removesuffix(",").split(",")]
    values = tuple(fields)
    n_fields = len(fields) + 1
    wrong: list[Fault] = []
    if not _LEAST_HEADER_FIELDS <= n_fields <= _MOST_HEADER_FIELDS:
        wrong.append((line, _wrong_count(text, n_fields)))
        fields += [""] * (_LEAST_HEADER_FIELDS - len(fields))
    kinds = tables()["txt"]["polygon_words"]
    if fields[_KIND] and fields[_KIND] not in kinds:
        wrong.append((line, _wrong_kind(fields[_KIND], kinds[0])))
    n_points = int(fields[_N_POINTS]) if fields[_N_POINTS].isdecimal() else None
    area = _hectares(fields[_AREA])
    if n_points is None:
        wrong.append((line, _not_a_number("界址点数", "number of points", fields[_N_POINTS])))
    if area is None:
        wrong.append((line, _not_a_number("地块面积", "area of the parcel", fields[_AREA])))
    area_ha = math.nan if area is None else area
    parcel = Parcel(fields[_ID], fields[_NAME], fields[_USE], n_points, area_ha, line, values)
    return parcel, wrong


def _hectares(text: str) -> float | None:
    """Area of a header: NaN where it is blank, None where it is no number (of hectares)."""
    for word in tables()["txt"]["hectare_words"]:
        text = text.removesuffix(word).rstrip()
    return _number(text) if text else math.nan


def _point(
    line: int, text: str, *, before_header: bool
) -> tuple[BoundaryPoint | None, list[Fault]]:
    fields = [field.strip() for field in text.split(",")]
    if before_header:
        return None, [(line, _no_header())]
    if not N_POINT_FIELDS <= len(fields) <= _MOST_POINT_FIELDS:
        return None, [(line, _wrong_point(text, len(fields)))]
    label, ring, x, y = fields[:N_POINT_FIELDS]
    northing, easting = _number(x), _number(y)
    wrong: list[Fault] = []
    if not ring.isdecimal() or int(ring) < 1:
        wrong.append((line, _not_a_number("圈号", "ring number", ring)))
    for value, word in ((northing, "X"), (easting, "Y")):
        if value is None:
            wrong.append((line, _not_a_number(word, word, x if word == "X" else y)))
    if northing is not None and northing >= _MOST_NORTHING_M:
        wrong.append((line, _swapped(x)))
    if wrong or northing is None or easting is None:
        return None, wrong
    return BoundaryPoint(label, int(ring), northing, easting, line), []


def _number(text: str) -> float | None:
    """Finite number that a text is, None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _wrong_count(text: str, n_fields: int) -> Text:
    span = f"{_LEAST_HEADER_FIELDS}–{_MOST_HEADER_FIELDS}"
    comma = _FULL_WIDTH_COMMA in text
    return Text(
        f"地块行有 {n_fields} 项，应为 {span} 项（含 @）"
        f"{'；逗号须为半角' if comma else ''}；请改正",
        f"the parcel's line has {n_fields} fields, {span} (with @) are required"
        f"{'; commas must be half-width' if comma else ''}; correct it",
    )


def _wrong_kind(found: str, wanted: str) -> Text:
    return Text(
        f"记录图形属性为“{found}”，需要“{wanted}”；请给出面状地块",
        f"the kind of geometry is {found}, {wanted} (polygon) is required; give polygons",
    )


def _not_a_number(zh: str, en: str, found: str) -> Text:
    return Text(
        f"{zh}不是有效数字：“{found}”；请改正",
        f"{en} is not a valid number: '{found}'; correct it",
    )


def _no_header() -> Text:
    return Text(
        "界址点之前没有以 @ 结尾的地块行；请补上",
        "a point comes before any parcel's line (one that ends in @); add that line",
    )


def _wrong_point(text: str, n_fields: int) -> Text:
    if n_fields >= _LEAST_HEADER_FIELDS - 1:
        return Text("地块行必须以 @ 结尾；请补上", "a parcel's line must end in @; add it")
    comma = _FULL_WIDTH_COMMA in text
    return Text(
        f"界址点行有 {n_fields} 项，应为 4–6 项（点号,圈号,X,Y,…）"
        f"{'；逗号须为半角' if comma else ''}：“{text}”；请改正",
        f"a point's line has {n_fields} fields, 4-6 are required (number,ring,X,Y,…)"
        f"{'; commas must be half-width' if comma else ''}: '{text}'; correct it",
    )


def _swapped(found: str) -> Text:
    return Text(
        f"X（北坐标）为 {found}，像是带号的东坐标；X、Y 写反了，请对调",
        f"X (northing) is {found}, which looks like an easting with zone; X and Y are swapped, "
        "exchange them",
    )
