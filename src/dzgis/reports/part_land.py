"""Section 3, what the ground is: land classes and forest, forced to add up (强制调平)."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from dzgis.reports.document import BLANK, Grid, Heading, Paragraph, Section
from dzgis.reports.land_parts import LandPart, land_parts, word
from dzgis.reports.table import UNITS, Table
from dzgis.terms import LandGroup, Text
from dzgis.units import balanced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell

_UNIT = UNITS[1]
_D = _UNIT.decimals
TOTAL = Text("合计", "total")
_NO_CLASS = Text("无地类", "no class")
_RIDGES = Text("其中田坎", "of which ridges")


def land(dossier: Dossier) -> Section:
    """Land classes in the three groups, by village and owner, and forest."""
    facts = dossier.check.facts
    blocks: list[Block] = [Heading(Text("现状地类", "Land classes"))]
    if facts is None or facts.land_classes is None or facts.land_classes.empty:
        blocks.append(
            Paragraph(
                Text(
                    "未提供地类图斑，现状地类未统计。",
                    "No land-use patches were given; land classes are not known.",
                )
            )
        )
    else:
        parts, residual = land_parts(facts.land_classes, dossier.parcel.area_m2, _UNIT)
        blocks.append(Paragraph(_group_sentence(parts)))
        blocks += [Grid(_by_class(parts, residual), (22, 16, 28, 22, 22, 22))]
        blocks += [Grid(_by_owner(parts), (24, 28, 18, 19, 19, 19, 19, 19))]
    blocks += _forest(dossier)
    return Section("parcels", tuple(blocks))


def _sum(values: Iterable[float]) -> float:
    return round(math.fsum(values), _D)


def _whole(parts: Iterable[LandPart]) -> float:
    return _sum(size for part in parts for size in (part.net, part.ridge))


def _groups(parts: list[LandPart]) -> Iterator[tuple[Text, list[LandPart]]]:
    for group in (*LandGroup, None):
        members = [part for part in parts if part.group is group]
        if members:
            yield (_NO_CLASS if group is None else group.text), members


def _group_sentence(parts: list[LandPart]) -> Text:
    said = [
        Text(f"{name.zh} {_whole(members):.{_D}f} 公顷", f"{name.en} {_whole(members):.{_D}f} ha")
        for name, members in _groups(parts)
    ]
    total = f"{_whole(parts):.{_D}f}"
    return Text(
        f"地块总面积 {total} 公顷，其中{'、'.join(one.zh for one in said)}。",
        f"Of {total} ha: {', '.join(one.en for one in said)}.",
    )


def _by_class(parts: list[LandPart], residual: float) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, members in _groups(parts):
        rows.append((name, "", Text("小计", "subtotal"), *_sizes(members)))
        by_code: dict[tuple[str, Text], list[LandPart]] = defaultdict(list)
        for part in members:
            by_code[part.code, part.name].append(part)
        rows += [
            ("", code or BLANK, called if called.zh else _NO_CLASS, *_sizes(members))
            for (code, called), members in sorted(by_code.items(), key=lambda one: one[0][0])
        ]
    rows.append((TOTAL, "", "", *_sizes(parts)))
    return Table(
        name=Text("地类", "land classes"),
        title=Text("现状地类（椭球面积，公顷）", "Land classes (ellipsoidal, ha)"),
        columns=(
            Text("三大类", "group"),
            Text("地类编码", "code"),
            Text("地类名称", "class"),
            Text("面积", "area"),
            _RIDGES,
            Text("净面积", "net area"),
        ),
        rows=tuple(rows),
        decimals=(None, None, None, _D, _D, _D),
        notes=(
            Text(
                "净面积 = 面积 − 田坎；各行强制调平至地块椭球面积，归入最大一项的残差 "
                f"{residual:.{_D}f} 公顷。",
                "Net area = area less ridges; rows are balanced to the parcel's area, residual "
                f"given to the largest part {residual:.{_D}f} ha.",
            ),
        ),
    )


def _sizes(parts: list[LandPart]) -> tuple[Cell, ...]:
    ridge = _sum(part.ridge for part in parts)
    whole = _whole(parts)
    return (whole, ridge, round(whole - ridge, _D))


def _by_owner(parts: list[LandPart]) -> Table:
    owners: dict[tuple[str, str, str], list[LandPart]] = defaultdict(list)
    for part in parts:
        owners[part.village, part.owner, part.ownership].append(part)
    rows: list[tuple[Cell, ...]] = [
        (*(word or BLANK for word in who), *_group_sizes(owners[who])) for who in sorted(owners)
    ]
    rows.append((TOTAL, "", "", *_group_sizes(parts)))
    return Table(
        name=Text("权属地类", "by owner"),
        title=Text("分权属地类面积（公顷）", "Land groups by owner (ha)"),
        columns=(
            Text("坐落村", "village"),
            Text("权属单位", "owner"),
            Text("权属性质", "ownership"),
            *(group.text for group in LandGroup),
            _NO_CLASS,
            TOTAL,
        ),
        rows=tuple(rows),
        decimals=(None, None, None, *(_D,) * 5),
    )


def _group_sizes(parts: list[LandPart]) -> tuple[Cell, ...]:
    groups = [_whole(p for p in parts if p.group is group) for group in (*LandGroup, None)]
    return (*groups, _sum(groups))


def _forest(dossier: Dossier) -> Iterator[Block]:
    facts = dossier.check.facts
    if facts is None or facts.forest is None:
        return
    yield Heading(Text("林地", "Forest"), 2)
    table = facts.forest
    if table.empty:
        yield Paragraph(Text("地块范围内无林地。", "There is no forest on the parcel."))
        return
    ground = balanced([_UNIT.of(float(m2)) for m2 in table["area_m2"]], _D)
    flat = balanced([_UNIT.of(float(m2)) for m2 in table["planar_area_m2"]], _D)
    rows: list[tuple[Cell, ...]] = [
        (word(row.grade) or BLANK, word(row.category) or BLANK, a, b)
        for row, a, b in zip(table.itertuples(), ground, flat, strict=True)
    ]
    rows.append((TOTAL, "", _sum(ground), _sum(flat)))
    yield Grid(
        Table(
            name=Text("林地", "forest"),
            title=Text("林地保护等级与森林类别（公顷）", "Forest by grade and category (ha)"),
            columns=(
                Text("保护等级", "grade"),
                Text("森林类别", "category"),
                Text("椭球面积", "ellipsoidal"),
                Text("平面面积（高斯—克吕格投影）", "planar (Gauss-Kruger)"),
            ),
            rows=tuple(rows),
            decimals=(None, None, _D, _D),
            notes=(
                Text(
                    "使用林地面积按投影平面面积计，与椭球面积并列，不相互替代。",
                    "Forest-use procedures count planar area; both stand side by side.",
                ),
            ),
        ),
        (25, 35, 30, 40),
    )
