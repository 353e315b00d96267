"""What must stand beside the facts of parcels: sources, what is not known, and what is disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.errors import listed
from dzgis.land import DISPUTED
from dzgis.terms import Text, both_languages, role_text
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.plan.land_classes import LandClassScheme
    from dzgis.terrain import DemError

NO_PLACES = Text(
    "没有规划或县界，地块所属县、组团、发展轴未列",
    "without a plan or counties, county, cluster and axis of parcels are not stated",
)
NO_DEM = Text("没有提供 DEM，地块坡度未列", "no DEM was given: slopes of parcels are not stated")
NO_BASINS = Text(
    "没有坝区图层，也没有 DEM，占用坝子面积未列",
    "there is neither a layer of basins nor a DEM: ground in basins is not stated",
)
PLANAR_FOREST = Text(
    "林地的平面面积是地块中心所在 CGCS2000 三度带上的高斯投影面积",
    "planar areas of forest land are on the map of the CGCS2000 3-degree zone of the parcel's "
    "middle",
)


def about(role: str, note: Text) -> Text:
    """Return a note with the layer that it is about before it."""
    words = role_text(role)
    return Text(f"{words.zh}：{note.zh}", f"{words.en}: {note.en}")


def source_notes(layer: Layer) -> Iterator[Text]:
    """Which layer a table is made of, that it is generated, and what is odd about it."""
    day = Text(layer.date or "日期不明", layer.date or "of no known date")
    said = Text(f"依据 {layer.source}（{day.zh}）", f"by {layer.source} ({day.en})")
    notes = [said, *([both_languages(layer.note)] if layer.note else []), *layer.remarks]
    return (about(layer.role, note) for note in notes)


def beyond_survey(role: str, outside: pd.Series[bool]) -> Iterator[Text]:
    """Parcels of which a layer says nothing in part."""
    if outside.any():
        ids = listed(outside.index[outside])
        said = Text(
            f"地块 {ids} 至少有一部分不在其调查范围内，那一部分的情况不明，未计入",
            f"parcels {ids} lie outside its surveyed extent at least in part; what is there is not "
            "known and not counted",
        )
        yield about(role, said)


def unknown_ground(table: pd.DataFrame, outside: pd.Series[bool]) -> Iterator[Text]:
    """Ground without a land class, by whether the layer was surveyed there."""
    blank = table[table["code"] == ""]
    beyond = blank["parcel_id"].isin(outside.index[outside].astype(str))
    survey = "（图层调查范围未完全覆盖）", " (not all of it within the surveyed extent)"
    gaps = "（图斑之间的空隙，或图斑未填地类）", " (gaps, or patches that do not say)"
    cases = ((blank[beyond], *survey), (blank[~beyond], *gaps))
    for rows, zh, en in cases:
        if not rows.empty:
            shown = _shown(rows["parcel_id"], rows["area_m2"])
            yield Text(
                f"以下地块有地类不明的土地{zh}：{shown}",
                f"parcels with ground whose land class is not known{en}: {shown}",
            )


def disputed_ground(table: pd.DataFrame) -> Iterator[Text]:
    """Ground under patches of different land classes."""
    rows = table[table["code"].str.contains(DISPUTED, regex=False)]
    if rows.empty:
        return
    what = [
        f"{parcel}: {code} {round_half_up(m2, DECIMALS_M2):.2f} m² ({patches})"
        for parcel, code, m2, patches in zip(
            rows["parcel_id"], rows["code"], rows["area_m2"], rows["patches"], strict=True
        )
    ]
    shown = listed(what)
    yield Text(
        f"图斑互相重叠而地类不一，单列一行，未作取舍（图斑编号）：{shown}",
        f"patches of different land classes lie on each other; that ground is a row of its own, "
        f"nothing is decided (patches): {shown}",
    )


def unknown_ridges(table: pd.DataFrame, scheme: LandClassScheme) -> Iterator[Text]:
    """Fields whose share of ridges the layer does not say."""
    fields = table["code"].map(scheme.has_ridges).astype(bool) & ~table["ridges_known"]
    if fields.any():
        ids = listed(dict.fromkeys(table["parcel_id"][fields]))
        yield Text(
            f"地块 {ids} 中有耕地图斑没有田坎系数，其田坎不明、未扣除，净面积偏大",
            f"parcels {ids}: patches of fields without a coefficient of ridges; these are not "
            "known and not deducted, net areas are overstated",
        )


def unknown_codes(table: pd.DataFrame, scheme: LandClassScheme) -> Iterator[Text]:
    """Codes that the scheme does not have: they belong to none of the three groups."""
    codes = {one for code in table["code"] for one in code.split(DISPUTED) if one}
    unknown = sorted(code for code in codes if scheme.find(code) is None)
    if unknown:
        shown = listed(unknown)
        yield Text(
            f"地类编码 {shown} 不在 {scheme.id} 及三调工作分类中（如二调编码），未归入三大类",
            f"the codes {shown} are not of {scheme.id} or the survey's working classes (they may "
            "be of the second survey); they are in none of the three groups",
        )


def scheme_note(scheme: LandClassScheme) -> Text:
    """Say that groups of land classes are to be confirmed."""
    return Text(
        f"三大类按 {scheme.id} 归类，归属待确认",
        f"the three groups of land classes follow {scheme.id}; to be confirmed",
    )


def unknown_slopes(table: pd.DataFrame) -> Iterator[Text]:
    """Ground whose slope the DEM does not give."""
    rows = table[table["unknown"] > 0.0]
    if not rows.empty:
        shown = _shown(rows.index, rows["unknown"])
        yield Text(
            f"以下地块有坡度不明的土地（DEM 未覆盖或无值）：{shown}",
            f"parcels with ground whose slope is not known (no DEM there, or no value): {shown}",
        )


def error_note(error: DemError) -> Text:
    """Name the vertical error that certainty rests on."""
    sd, length = error.vertical_sd_m, error.correlation_m
    return Text(
        f"坡度的把握按 DEM 误差 {error.name.zh}（σ={sd:g} 米，L={length:g} 米；"
        f"{error.status.text.zh}）计算",
        f"certainty of slopes rests on the DEM's error {error.name.en} (σ={sd:g} m, L={length:g} "
        f"m; {error.status.text.en})",
    )


def basins_of_dem(rules: Text) -> Text:
    """Say that basins are found in the DEM, and by which rules."""
    return Text(
        f"占用坝子面积按由 DEM 提取的坝区计算，未给官方坝区界线：{rules.zh}",
        f"ground in basins is by basins found in the DEM, no official layer was given: {rules.en}",
    )


def unknown_basins(table: pd.DataFrame) -> Iterator[Text]:
    """Parcels of which it is not known whether all of them lies in a basin; what is known does."""
    if not table.empty:
        shown = _shown(table.index, table["area_m2"])
        yield Text(
            f"以下地块未全部查明，占用坝子面积不明（已查明部分中的坝区）：{shown}",
            f"parcels that are not known throughout: their ground in basins is not known (basins "
            f"in the part that is): {shown}",
        )


def _shown(ids: Iterable[object], areas_m2: Iterable[float]) -> str:
    pairs = zip(ids, areas_m2, strict=True)
    return listed(f"{one} {round_half_up(float(m2), DECIMALS_M2):.2f} m²" for one, m2 in pairs)
