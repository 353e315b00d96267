"""The CRS that a 界址点 file names, its zone checked against the eastings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import CRS

from dzgis.crs import PREFIX_M, ZONE_EASTINGS_M, ZONE_NUMBERS, Zone
from dzgis.errors import listed
from dzgis.inputs.aliases import code_of, tables
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dzgis.inputs.txt_lines import BoundaryPoint, Parcel

Fault = tuple[int, Text]
_OLD_ZONES = {
    "xian80": {(3, True): 2324, (3, False): 2345, (6, True): 2314, (6, False): 2325},
    "beijing54": {(3, True): 2376, (3, False): 2397, (6, True): 21400, (6, False): 21440},
}
"""EPSG code less the zone's number, by former datum, width and prefix (domain notes §3.1)."""
_CGCS2000 = "cgcs2000"
_PREFIXED_FROM_M = 10_000_000
_MOST_NAMED = 5


def file_crs(
    attributes: Mapping[str, tuple[int, str]],
    parcels: Sequence[Parcel],
    *,
    datums: Collection[str] = (),
) -> tuple[CRS | None, list[Fault]]:
    """
    CRS of the file, from its attributes and the eastings.

    Parameters
    ----------
    attributes : mapping
        Name of an attribute to its line number and value.
    parcels : sequence of Parcel
    datums : collection of str
        Datums beside CGCS2000 that the caller can do with.

    Returns
    -------
    CRS or None
        Of CGCS2000 EPSG 4513–4533 and 4534–4554 (3-degree zones with and without prefix), or
        4491–4501 and 4502–4512 (6-degree zones); None where there are faults.
    list of Fault
    """
    points = [point for parcel in parcels for point in parcel.points]
    faults = [*_system_faults(attributes, datums), *_unit_faults(attributes)]
    width, wrong_width = _width(attributes)
    zone, wrong_zone = _zone(attributes, width)
    faults += [*wrong_width, *wrong_zone]
    if width is None or zone is None:
        return None, faults
    prefixed = bool(points) and points[0].easting >= _PREFIXED_FROM_M
    faults += _easting_faults(points, zone, prefixed=prefixed)
    if faults:
        return None, faults
    datum = code_of(_get(attributes, "crs")[1], tables()["txt"]["systems"]) or _CGCS2000
    if datum == _CGCS2000:
        return Zone(width, zone, prefixed).crs, faults
    return CRS.from_epsg(_OLD_ZONES[datum][width, prefixed] + zone), faults


def _get(attributes: Mapping[str, tuple[int, str]], key: str) -> tuple[int, str]:
    for name in tables()["txt"][key]:
        if name in attributes:
            return attributes[name]
    return 0, ""


def _missing(key: str) -> Text:
    name = tables()["txt"][key][0]
    return Text(f"属性描述中缺少“{name}”；请补上", f"the description lacks {name}; add that line")


def _system_faults(
    attributes: Mapping[str, tuple[int, str]], datums: Collection[str]
) -> Iterator[Fault]:
    line, word = _get(attributes, "crs")
    systems = tables()["txt"]["systems"]
    code = code_of(word, systems)
    wanted = systems["cgcs2000"][0]
    if not word:
        yield 0, _missing("crs")
    elif code is None:
        yield (
            line,
            Text(
                f"未知的坐标系“{word}”；只接受 {wanted}，请转换后再用",
                f"unknown coordinate system '{word}'; only {wanted} (CGCS2000) is taken, "
                "convert it",
            ),
        )
    elif code != _CGCS2000 and code not in datums:
        yield (
            line,
            Text(
                f"坐标系是 {word}；没有当地转换参数时误差可达百米，请用 --datum-shift 给出参数，"
                f"或由数据单位转为 {wanted}",
                f"the coordinate system is {word} ({code}), tens of metres off without the local "
                "parameters; give them with --datum-shift, or have the bureau convert it to "
                f"{wanted} (CGCS2000)",
            ),
        )


def _unit_faults(attributes: Mapping[str, tuple[int, str]]) -> Iterator[Fault]:
    for key, words, zh, en in (
        ("unit", "unit_words", "计量单位", "unit"),
        ("projection", "projection_words", "投影类型", "projection"),
    ):
        line, word = _get(attributes, key)
        wanted = tables()["txt"][words]
        if word and word not in wanted:
            yield (
                line,
                Text(
                    f"{zh}是“{word}”，需要 {wanted[0]}；请转换后再用",
                    f"the {en} is '{word}', {wanted[0]} is required; convert the file",
                ),
            )


def _width(attributes: Mapping[str, tuple[int, str]]) -> tuple[int | None, list[Fault]]:
    line, word = _get(attributes, "zone_width")
    if not word:
        return None, [(0, _missing("zone_width"))]
    for width in ZONE_NUMBERS:
        if word in tables()["txt"][f"width_words_{width}"]:
            return width, []
    return None, [
        (
            line,
            Text(
                f"几度分带是“{word}”，需要 3 或 6",
                f"the zone width is '{word}', 3 or 6 is required",
            ),
        )
    ]


def _zone(
    attributes: Mapping[str, tuple[int, str]], width: int | None
) -> tuple[int | None, list[Fault]]:
    line, word = _get(attributes, "zone")
    if not word:
        return None, [(0, _missing("zone"))]
    zones = ZONE_NUMBERS.get(width or 0, range(0))
    if width is None or (word.isdecimal() and int(word) in zones):
        return (int(word) if word.isdecimal() else None), []
    return None, [
        (
            line,
            Text(
                f"带号是“{word}”，{width} 度带应为 {zones.start}–{zones.stop - 1}"
                "（填带号，不填中央子午线）；请改正",
                f"the zone is '{word}', {zones.start}-{zones.stop - 1} is required for "
                f"{width}-degree zones (the zone's number, not its meridian); correct it",
            ),
        )
    ]


def _easting_faults(
    points: Sequence[BoundaryPoint], zone: int, *, prefixed: bool
) -> Iterator[Fault]:
    """One fault a kind: the first point in words, then how many there are and their lines."""
    low, high = map(round, ZONE_EASTINGS_M)
    other = [p for p in points if prefixed and int(p.easting // PREFIX_M) != zone]
    prefix_m = zone * PREFIX_M if prefixed else 0
    strays = {p.line for p in other}
    outside = [
        p for p in points if p.line not in strays and not low <= p.easting - prefix_m <= high
    ]
    if other:
        first, found = other[0], int(other[0].easting // PREFIX_M)
        zh, en = _all_of(other)
        yield (
            first.line,
            Text(
                f"Y（东坐标）{first.easting:.3f} 的带号是 {found}，"
                f"文件头的带号是 {zone}{zh}；请改正",
                f"Y (easting) {first.easting:.3f} has zone {found}, the description says "
                f"{zone}{en}; correct one of them",
            ),
        )
    if outside:
        first = outside[0]
        zh, en = _all_of(outside)
        yield (
            first.line,
            Text(
                f"Y（东坐标）{first.easting:.3f} 不在该带范围（{low}–{high} 米"
                f"{f'，前加 {zone}' if prefixed else ''}）{zh}；请检查是否混用了带号或写反了 X、Y",
                f"Y (easting) {first.easting:.3f} is outside the zone ({low}-{high} m"
                f"{f' after the prefix {zone}' if prefixed else ''}){en}; check for a missing zone "
                "prefix or swapped X and Y",
            ),
        )


def _all_of(points: Sequence[BoundaryPoint]) -> tuple[str, str]:
    """How many points are wrong and where the first of them stand; nothing for a single one."""
    if len(points) == 1:
        return "", ""
    lines = listed((point.line for point in points), _MOST_NAMED)
    return (
        f"（这样的点共 {len(points)} 个，行 {lines}）",
        f" ({len(points)} such points, lines {lines})",
    )
