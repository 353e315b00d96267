"""The cases that the sample parcels show: where, how large, and what should come out."""

from __future__ import annotations

from dataclasses import dataclass

#: Verdict that each kind of case should get.
EXPECTED = {
    "free": "clear",
    "outside": "clear",
    "two_counties": "clear",
    "meridian": "clear",
    "ring": "clear",
    "touch": "clear",
    "part_edge": "clear",
    "pbf": "prohibited",
    "ecrl": "prohibited",
    "forest1": "prohibited",
    "forest2": "conditional",
    "forest3": "conditional",
    "forest4": "conditional",
    "strip": "within_tolerance",
    "nick": "within_tolerance",
}
#: What each kind of conflict or contact shows.
SHOWS = {
    "pbf": "压占永久基本农田 on permanent basic farmland",
    "ecrl": "压占生态保护红线 on the ecological red line",
    "forest1": "压占Ⅰ级保护林地 on grade I forest",
    "forest2": "压占Ⅱ级林地，不涉及Ⅰ级 on grade II forest, none of grade I",
    "forest3": "压占Ⅲ级林地，不涉及Ⅰ、Ⅱ级 on grade III forest, none of I or II",
    "forest4": "仅压占Ⅳ级林地 on grade IV forest only",
    "touch": "与农田图斑共一整条边 shares a whole edge with a field",
    "part_edge": "与农田图斑共边的一段 shares part of an edge with a field",
    "strip": "与农田重叠一条约 0.1 m 宽的带 overlaps a field by a strip about 0.1 m wide",
    "nick": "一角伸入农田不足 1 m² one corner reaches into a field by less than 1 m2",
}
_ANNING, _GUANDU, _SONGMING, _XUNDIAN = "530181", "530111", "530127", "530129"
_MALONG, _YIMEN, _CHUXIONG, _LUFENG = "530304", "530425", "532301", "532302"


@dataclass(frozen=True)
class Case:
    """
    One parcel to be placed near `lon`, `lat` (EPSG:4490 degrees) in `county`.

    `kind` is a key of `EXPECTED`; `share` bounds the part that lies on the pressed layer; `hilly`
    asks for 8–25° land; `shape` is "round", "L" or "two" (parts).
    """

    name: str
    county: str
    lon: float
    lat: float
    kind: str
    area_ha: float
    use: str
    shows: str
    shape: str = "round"
    hilly: bool = True
    share: tuple[float, float] = (0.05, 0.6)


def _free(
    name: str,
    county: str,
    place: tuple[float, float],
    area_ha: float,
    use: str,
    shape: str = "round",
) -> Case:
    shows = "低丘缓坡，未压占 free low-hill land"
    return Case(name, county, *place, "free", area_ha, use, shows, shape)


def _press(
    name: str, county: str, place: tuple[float, float], size_and_use: tuple[float, str], kind: str
) -> Case:
    return Case(name, county, *place, kind, *size_and_use, SHOWS[kind], hilly=False)


CASES = (
    _free("太平生态商住地块", _ANNING, (102.588, 24.953), 18.0, "商服用地"),
    _free("草铺石化配套地块", _ANNING, (102.380, 24.935), 46.0, "工业用地"),
    _free("禄脿物流地块", _ANNING, (102.269, 24.976), 24.0, "仓储用地", "L"),
    _free("县街职教地块", _ANNING, (102.422, 24.858), 31.0, "科教用地"),
    _free("青龙康体地块", _ANNING, (102.405, 25.030), 9.5, "商服用地"),
    _free("土官新材料地块", _LUFENG, (102.200, 24.945), 28.0, "工业用地"),
    _free("易门建材地块", _YIMEN, (102.161, 24.675), 22.0, "工业用地", "L"),
    _free("易门六街农产品加工地块", _YIMEN, (102.120, 24.760), 12.0, "工业用地"),
    _free("楚雄生物制药地块", _CHUXIONG, (101.545, 25.036), 38.0, "工业用地"),
    _free("楚雄东瓜仓储地块", _CHUXIONG, (101.480, 25.090), 15.0, "仓储用地", "L"),
    _free("楚雄吕合加工地块", _CHUXIONG, (101.380, 25.120), 7.2, "工业用地"),
    _free("禄丰金山钛材地块", _LUFENG, (102.074, 25.146), 33.0, "工业用地"),
    _free("广通铁路货场地块", _LUFENG, (101.749, 25.169), 27.0, "仓储用地", "L"),
    _free("彩云服务区地块", _LUFENG, (101.915, 24.985), 5.6, "商服用地"),
    _free("碧城电子信息地块", _LUFENG, (102.275, 25.300), 25.0, "工业用地"),
    _free("勤丰综合枢纽地块", _LUFENG, (102.290, 25.200), 41.0, "仓储用地"),
    _free("仁兴生物地块", _LUFENG, (102.270, 25.395), 11.0, "工业用地", "L"),
    _free("嵩阳职教地块", _SONGMING, (103.035, 25.342), 20.0, "科教用地"),
    _free("杨林汽车零部件地块", _SONGMING, (103.098, 25.222), 52.0, "工业用地", "L"),
    _free("大板桥临空物流地块", _GUANDU, (102.875, 25.056), 29.0, "仓储用地"),
    _free("寻甸特色产业地块", _XUNDIAN, (103.255, 25.561), 36.0, "工业用地"),
    _free("寻甸倘甸加工地块", _XUNDIAN, (103.000, 25.760), 8.8, "工业用地"),
    _free("马龙装备制造地块", _MALONG, (103.577, 25.431), 30.0, "工业用地"),
    _free("旧县货运场站地块", _MALONG, (103.450, 25.385), 16.0, "仓储用地", "L"),
    Case(
        "官渡西南片区地块",
        _GUANDU,
        102.700,
        24.910,
        "outside",
        6.0,
        "商服用地",
        "不在任何组团 outside every cluster",
        hilly=False,
    ),
    _free("八街特色小镇地块", _ANNING, (102.361, 24.669), 10.0, "商服用地"),
    Case(
        "安丰营跨县地块",
        _ANNING,
        102.235,
        24.955,
        "two_counties",
        14.0,
        "仓储用地",
        "跨安宁、禄丰两县 straddles two counties",
    ),
    Case(
        "马龙跨带地块",
        _MALONG,
        103.500,
        25.420,
        "meridian",
        21.0,
        "工业用地",
        "跨 103.5°E 分带线 straddles a zone boundary",
    ),
    Case(
        "寻甸分片地块",
        _XUNDIAN,
        103.180,
        25.620,
        "free",
        17.0,
        "工业用地",
        "两片组成 two parts",
        "two",
    ),
    Case(
        "嵩明环形地块",
        _SONGMING,
        103.105,
        25.285,
        "ring",
        20.0,
        "科教用地",
        "孔洞内为永久基本农田 farmland lies in the hole",
        hilly=False,
    ),
    _press("县街压占农田地块", _ANNING, (102.422, 24.858), (19.0, "工业用地"), "pbf"),
    _press("小街压占农田地块", _SONGMING, (103.110, 25.283), (44.0, "工业用地"), "pbf"),
    _press("楚雄压占农田地块", _CHUXIONG, (101.545, 25.036), (13.0, "商服用地"), "pbf"),
    _press("寻甸压占农田地块", _XUNDIAN, (103.255, 25.561), (26.0, "工业用地"), "pbf"),
    _press("寻甸压占红线地块", _XUNDIAN, (103.200, 25.650), (34.0, "工业用地"), "ecrl"),
    _press("楚雄压占红线地块", _CHUXIONG, (101.450, 25.000), (15.0, "工业用地"), "ecrl"),
    _press("易门压占红线地块", _YIMEN, (102.150, 24.650), (23.0, "采矿用地"), "ecrl"),
    _press("楚雄一级林地地块", _CHUXIONG, (101.500, 24.950), (12.0, "商服用地"), "forest1"),
    _press("禄丰一级林地地块", _LUFENG, (102.000, 25.200), (10.0, "工业用地"), "forest1"),
    _press("和平二级林地地块", _LUFENG, (102.130, 25.245), (14.0, "工业用地"), "forest2"),
    _press("易门三级林地地块", _YIMEN, (102.161, 24.675), (18.0, "工业用地"), "forest3"),
    _press("马龙四级林地地块", _MALONG, (103.577, 25.431), (27.0, "工业用地"), "forest4"),
    _press("长水四级林地地块", _GUANDU, (102.934, 25.102), (22.0, "仓储用地"), "forest4"),
    _press("嵩明共边地块", _SONGMING, (103.035, 25.342), (9.0, "工业用地"), "touch"),
    _press("楚雄共边地块", _CHUXIONG, (101.545, 25.036), (7.5, "商服用地"), "touch"),
    _press("安宁部分共边地块", _ANNING, (102.477, 24.922), (6.0, "工业用地"), "part_edge"),
    _press("禄丰窄条地块", _LUFENG, (102.074, 25.146), (8.0, "工业用地"), "strip"),
    _press("马龙尖角地块", _MALONG, (103.577, 25.431), (11.0, "工业用地"), "nick"),
)
