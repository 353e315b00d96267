"""Section 2, the parcel: what it is, its areas side by side, and its corners (界址点)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.crs import crs_name
from dzgis.reports.document import Grid, Heading, KeyValues, Paragraph, Section
from dzgis.reports.table import PERCENT_DECIMALS, UNITS, Table
from dzgis.terms import Text
from dzgis.units import DECIMALS_M2, apportioned, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell

_METRE_DECIMALS, _LENGTH_DECIMALS = 3, 2
_OUTER = 1
_MANY_OWNERS = 3


def parcel_facts(dossier: Dossier) -> Section:
    """All that is known of one parcel."""
    blocks: list[Block] = [Heading(Text("地块基本情况", "The parcel"))]
    blocks.append(KeyValues((*_identity(dossier), *_areas(dossier), *_frame(dossier))))
    blocks += _zones(dossier)
    blocks += _corners(dossier)
    return Section("parcels", tuple(blocks))


def place_text(dossier: Dossier) -> Cell:
    """Where the parcel lies, as far as it is known."""
    facts = dossier.check.facts
    if facts is None or facts.places is None:
        return None
    row = facts.places.iloc[0]
    words = [str(row[c]) for c in ("county", "township", "village") if _said(row, c)]
    shares = str(row["shares"]) if _said(row, "shares") else ""
    return " ".join(words) + (f"（{shares}）" if shares else "") or None


def _said(row: pd.Series[str], column: str) -> bool:
    return column in row.index and isinstance(row[column], str) and bool(row[column])


def _identity(dossier: Dossier) -> Iterator[tuple[Text, Cell]]:
    land = dossier.check.land
    yield Text("地块编号", "Parcel"), dossier.parcel.parcel_id
    yield Text("地块名称", "Name"), _of_land(dossier, "name")
    yield Text("坐落", "Place"), place_text(dossier)
    yield Text("所属组团", "Cluster"), _of_places(dossier, "cluster_name")
    yield Text("权属", "Ownership"), _ownership(dossier)
    yield Text("用途", "Use"), _of_land(dossier, "land_use")
    n = 0 if land.empty else _n_corners(land.geometry.iloc[0])
    yield Text("界址点数", "Corners"), str(n) if n else None


def _of_land(dossier: Dossier, column: str) -> Cell:
    land = dossier.check.land
    if land.empty or column not in land.columns:
        return None
    return str(land[column].iloc[0]) or None


def _of_places(dossier: Dossier, column: str) -> Cell:
    facts = dossier.check.facts
    if facts is None or facts.places is None or column not in facts.places.columns:
        return None
    found = facts.places[column].iloc[0]
    return found if isinstance(found, str | Text) and found else None


def _ownership(dossier: Dossier) -> Cell:
    """Who owns the ground, from the land-use layer."""
    facts = dossier.check.facts
    if facts is None or facts.land_classes is None:
        return None
    table = facts.land_classes
    pairs = zip(table["ownership"].astype(str), table["owner"].astype(str), strict=True)
    named = [f"{kind}（{who}）" if kind and who else kind or who for kind, who in pairs]
    names = list(dict.fromkeys(name for name in named if name))
    if len(names) > _MANY_OWNERS:
        return Text(
            f"{'、'.join(names[:_MANY_OWNERS])}等{len(names)}个权属单位（见现状地类表）",
            f"{', '.join(names[:_MANY_OWNERS])} … {len(names)} owners, see the land classes",
        )
    return "、".join(names) or None


def _n_corners(shape: shapely.Geometry) -> int:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return sum(len(shapely.get_coordinates(ring)) - 1 for ring in rings)


def _areas(dossier: Dossier) -> Iterator[tuple[Text, Cell]]:
    if dossier.check.areas.empty:
        return
    line = dossier.check.areas.iloc[0]
    yield Text("申报面积", "Declared area"), _m2(line["declared_area_m2"])
    if not math.isnan(line["header_area_m2"]):
        yield Text("坐标文件头面积", "Area in the file's header"), _m2(line["header_area_m2"])
    planar = Text(f"平面面积（{line['planar_crs']}）", f"Planar area ({line['planar_crs']})")
    yield planar, _m2(line["planar_area_m2"])
    yield Text("椭球面积（采用）", "Ellipsoidal area (of record)"), _m2(line["area_m2"])
    difference = line["declared_difference_m2"]
    agreement = line["declared_agreement"].text
    known = not math.isnan(difference)
    size = _m2(difference) if known else None
    yield (
        Text("申报面积与椭球面积之差", "Declared less ellipsoidal"),
        Text(f"{size}（{agreement.zh}）", f"{size} ({agreement.en})") if known else agreement,
    )
    yield (
        Text("平面面积与椭球面积之差", "Planar less ellipsoidal"),
        _m2(line["planar_difference_m2"]),
    )


def _m2(value: float) -> Cell:
    if math.isnan(value):
        return None
    rounded = round_half_up(float(value), DECIMALS_M2) + 0.0  # no -0.00
    return f"{rounded:.{DECIMALS_M2}f} m²"


def _frame(dossier: Dossier) -> Iterator[tuple[Text, Cell]]:
    """CRS and extent."""
    land, zone, shape = dossier.check.land, dossier.zone, dossier.shape
    if zone is None or shape is None:
        return
    yield Text("来源坐标系", "CRS as given"), crs_name(land.crs)
    code = crs_name(zone.crs)
    yield (
        Text("成果坐标系", "CRS of this report"),
        Text(
            f"CGCS2000 高斯—克吕格3度带，第{zone.number}带，中央经线{zone.meridian_deg}°E"
            f"（{code}）",
            f"CGCS2000 Gauss-Kruger 3-degree zone {zone.number}, central meridian "
            f"{zone.meridian_deg}°E ({code})",
        ),
    )
    west, south, east, north = (f"{value:.{_METRE_DECIMALS}f}" for value in shape.bounds)
    yield (
        Text("四至（坐标）", "Extent"),
        Text(
            f"东至 Y={east}，西至 Y={west}；南至 X={south}，北至 X={north}",
            f"east Y={east}, west Y={west}; south X={south}, north X={north}",
        ),
    )


def _zones(dossier: Dossier) -> Iterator[Block]:
    """Both zones of a parcel that lies in two."""
    facts = dossier.check.facts
    if facts is None or len(facts.zones) < 2:  # noqa: PLR2004 - two zones
        return
    unit, table = UNITS[0], facts.zones
    parts, _ = apportioned(list(table["area_m2"]), dossier.parcel.area_m2, unit.decimals)
    rows: list[tuple[Cell, ...]] = [
        (
            str(row["zone"]),
            f"{row['meridian_deg']:g}°E",
            str(row["crs"]),
            part,
            round_half_up(float(row["planar_area_m2"]), unit.decimals),
            round_half_up(100.0 * float(row["share"]), PERCENT_DECIMALS),
        )
        for row, part in zip(table.to_dict(orient="records"), parts, strict=True)
    ]
    yield Paragraph(
        Text(
            "该地块跨两个3度带，坐标按其中心所在带列出，各带面积如下。",
            "The parcel lies in two 3-degree zones; corners are given in that of its middle.",
        )
    )
    yield Grid(
        Table(
            name=Text("跨带面积", "zones"),
            title=Text("跨带面积", "Area in each zone"),
            columns=(
                Text("带号", "zone"),
                Text("中央经线", "meridian"),
                Text("坐标系", "CRS"),
                Text("椭球面积 m²", "ellipsoidal m²"),
                Text("平面面积 m²", "planar m²"),
                Text("占地块 %", "share %"),
            ),
            rows=tuple(rows),
            decimals=(None, None, None, unit.decimals, unit.decimals, PERCENT_DECIMALS),
        ),
        (10, 15, 25, 25, 25, 15),
    )


def corner_rows(shape: shapely.Geometry) -> list[tuple[Cell, ...]]:
    """
    Lines of the table of corners, as boundary files have them: 点号, 圈号, X (north), Y, 边长.

    Each ring closes on its first point, which is listed again without an edge.
    """
    rows: list[tuple[Cell, ...]] = []
    first, hole = 1, _OUTER + 1
    for part in shapely.get_parts(shape):
        for place, ring in enumerate(shapely.get_rings(part)):  # the outer ring comes first
            xy = shapely.get_coordinates(ring)
            rows += _ring_rows(xy, first, hole if place else _OUTER)
            first += len(xy) - 1
            hole += bool(place)
    return rows


def _ring_rows(
    xy: np.ndarray[tuple[int, int], np.dtype[np.float64]], first: int, ring: int
) -> Iterator[tuple[Cell, ...]]:
    lengths = np.hypot(*np.diff(xy, axis=0).T).tolist()
    last = len(xy) - 1
    for n, (east, north) in enumerate(xy.tolist()):
        yield (
            f"J{first if n == last else first + n}",
            ring,
            round_half_up(north, _METRE_DECIMALS),
            round_half_up(east, _METRE_DECIMALS),
            "" if n == last else round_half_up(lengths[n], _LENGTH_DECIMALS),
        )


def _corners(dossier: Dossier) -> Iterator[Block]:
    if dossier.shape is None or dossier.zone is None:
        return
    zone = dossier.zone
    yield Heading(Text("界址点成果表", "Corners"), 2)
    yield Grid(
        Table(
            name=Text("界址点", "corners"),
            title=Text("界址点成果表", "Corners"),
            columns=(
                Text("点号", "point"),
                Text("圈号", "ring"),
                Text("X（纵坐标，北）m", "X (north) m"),
                Text("Y（横坐标，东）m", "Y (east) m"),
                Text("边长 m", "edge m"),
            ),
            rows=tuple(corner_rows(dossier.shape)),
            decimals=(None, 0, _METRE_DECIMALS, _METRE_DECIMALS, _LENGTH_DECIMALS),
            notes=(
                Text(
                    f"坐标系：CGCS2000 3度带第{zone.number}带，Y 含带号；边长为投影平面边长，"
                    "为该点至下一点的距离。",
                    f"CGCS2000 3-degree zone {zone.number}, Y with the zone's number; edges are "
                    "planar, from the point to the next.",
                ),
            ),
        ),
        (14, 10, 30, 32, 20),
    )
