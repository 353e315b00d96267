"""
Facts of the terrain that the generated sample has to meet.

Heights are metres, places EPSG:4490 degrees. They were read from a real 500 m terrain, which is not
shipped; only these few figures of it are used.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Minimum, 10 %, median, 90 % and maximum height of each county.
COUNTY_HEIGHTS = {
    "530111": (1882, 1888, 2027, 2281, 2713),
    "530127": (1742, 1898, 2002, 2248, 2782),
    "530129": (1480, 1934, 2173, 2611, 3274),
    "530181": (1723, 1869, 1984, 2221, 2567),
    "530304": (1782, 1941, 2050, 2180, 2458),
    "530425": (1082, 1510, 1887, 2198, 2573),
    "532301": (715, 1482, 1914, 2254, 2879),
    "532302": (1318, 1594, 1890, 2233, 2737),
}
PERCENTILES = (0.0, 10.0, 50.0, 90.0, 100.0)


@dataclass(frozen=True)
class Basin:
    """
    An intermontane flat: centre, floor height, and an ellipse of equal area.

    `radius_km` is the radius of the circle of equal area, `stretch` the ratio of the axes and
    `azimuth_deg` the bearing of the long axis. Sizes are estimates, floors are read.
    """

    name: str
    lon: float
    lat: float
    floor_m: float
    radius_km: float
    stretch: float = 1.3
    azimuth_deg: float = 0.0


BASINS = (
    Basin("昆明", 102.718, 25.030, 1893, 7.5, 1.4, 10),
    Basin("官渡", 102.747, 24.945, 1888, 6.0, 1.5, 0),
    Basin("大板桥", 102.875, 25.056, 1956, 2.6, 1.9, 50),
    Basin("长水", 102.934, 25.102, 2090, 2.2, 1.5, 45),
    Basin("嵩明", 103.035, 25.342, 1910, 4.6, 1.4, 20),
    Basin("小街", 103.105, 25.285, 1896, 4.8, 1.4, 30),
    Basin("杨林", 103.090, 25.225, 1915, 4.0, 1.3, 60),
    Basin("寻甸", 103.255, 25.561, 1867, 3.6, 2.0, 40),
    Basin("马龙", 103.577, 25.431, 2034, 2.8, 1.8, 60),
    Basin("旧县", 103.450, 25.385, 2005, 2.6, 1.7, 70),
    Basin("曲靖", 103.800, 25.500, 1868, 8.0, 1.8, 10),
    Basin("太平", 102.588, 24.953, 1897, 2.2, 1.6, 20),
    Basin("安宁", 102.477, 24.922, 1854, 3.6, 1.5, 30),
    Basin("金方", 102.484, 24.899, 1850, 2.6, 1.4, 0),
    Basin("温泉", 102.446, 24.976, 1846, 1.5, 2.2, 0),
    Basin("草铺", 102.380, 24.935, 1892, 2.3, 1.7, 100),
    Basin("禄脿", 102.269, 24.976, 1857, 1.9, 1.8, 70),
    Basin("安丰营", 102.245, 24.952, 1858, 1.5, 1.5, 60),
    Basin("土官", 102.200, 24.945, 1873, 1.9, 1.7, 100),
    Basin("县街", 102.422, 24.858, 1863, 2.6, 1.7, 0),
    Basin("八街", 102.361, 24.669, 1910, 2.9, 2.0, 0),
    Basin("碧城", 102.275, 25.300, 1808, 3.2, 1.8, 0),
    Basin("勤丰", 102.290, 25.200, 1866, 2.6, 1.6, 0),
    Basin("仁兴", 102.270, 25.395, 1786, 2.4, 1.7, 0),
    Basin("和平", 102.130, 25.245, 1757, 1.8, 1.8, 20),
    Basin("禄丰", 102.074, 25.146, 1571, 2.6, 1.9, 10),
    Basin("广通", 101.749, 25.169, 1804, 2.0, 1.9, 110),
    Basin("彩云", 101.915, 24.985, 1445, 1.7, 2.2, 110),
    Basin("川街", 102.045, 24.899, 1432, 1.5, 2.2, 90),
    Basin("楚雄", 101.545, 25.036, 1783, 4.4, 1.6, 120),
    Basin("易门", 102.161, 24.675, 1576, 3.0, 1.9, 10),
    Basin("双柏", 101.642, 24.689, 1943, 2.0, 1.4, 30),
    Basin("武定", 102.404, 25.530, 1721, 3.2, 1.6, 30),
    Basin("禄劝", 102.471, 25.552, 1672, 2.6, 1.8, 160),
)


#: Level of 滇池, the one lake whose outline the land cover shows and that touches a county.
DIANCHI_LEVEL_M = 1886.0
#: West, south, east and north of a box around 滇池.
DIANCHI_BOX = (102.55, 24.65, 102.85, 25.05)
#: 阳宗海 and 抚仙湖 lie outside the eight counties and are drawn as ellipses at their levels.
LAKES = (
    Basin("阳宗海", 103.000, 24.910, 1770, 3.1, 3.8, 10),
    Basin("抚仙湖", 102.880, 24.520, 1722, 8.0, 3.0, 10),
)
