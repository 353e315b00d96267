"""What the layers of 2023 show on the sample parcels: which layer meets which parcel, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COMPACT, FLEXIBLE, SPECIAL = "集中建设区", "弹性发展区", "特别用途区"
CORE, GENERAL = "核心保护区", "一般控制区"
ZONE_1, ZONE_2, ZONE_3 = "一级", "二级", "准"
LARGE, MIDDLE, SMALL = "大", "中", "小"
EXPRESSWAY, NATIONAL, PROVINCIAL, COUNTY, TOWNSHIP = "高速", "国道", "省道", "县道", "乡道"
HIGH_SPEED, OTHER_RAIL = "高铁", "其他"

#: Parcels that lie whole inside the development boundary, by its zone. A tuple: one zone on each
#: side of the parcel's middle.
INSIDE: dict[str, str | tuple[str, str]] = {
    "P001": COMPACT,
    "P002": COMPACT,
    "P003": FLEXIBLE,
    "P004": COMPACT,
    "P005": SPECIAL,
    "P006": COMPACT,
    "P009": COMPACT,
    "P012": COMPACT,
    "P013": COMPACT,
    "P014": COMPACT,
    "P015": COMPACT,
    "P018": COMPACT,
    "P019": COMPACT,
    "P020": COMPACT,
    "P021": COMPACT,
    "P023": COMPACT,
    "P024": (COMPACT, FLEXIBLE),
    "P025": COMPACT,
    "P027": FLEXIBLE,
    "P028": COMPACT,
    "P030": COMPACT,
    "P032": COMPACT,
    "P034": COMPACT,
    "P043": COMPACT,
    "P045": COMPACT,
    "P047": COMPACT,
    "P048": COMPACT,
}
#: Parcels of which only the half on one side, or only the first part, lies inside.
HALF_INSIDE = ("P010", "P016")
FIRST_PART_INSIDE = ("P029",)

#: Where layers of 2014 changed by 2023, by the parcel that shows it.
NO_LONGER_FARMLAND = ("P034",)
NEW_FARMLAND = ("P044",)
NO_LONGER_RED_LINE = ("P036", "P037")
NO_LONGER_FOREST = ("P043",)
REGRADED = {"P038": ("2", "2")}
#: Parcels in a basin that its flat (坝区) leaves out.
OFF_THE_FLAT = ("P034", "P045", "P047", "P048")
#: Parcels on arable land that is no permanent basic farmland (land-use patches).
ON_ARABLE = ("P005", "P010", "P026", "P035", "P041", "P042")
#: How far around such a parcel the change reaches, and how far a field grew into one, m.
CHANGE_M = 150.0
GROWN_M = 25.0


@dataclass(frozen=True)
class Placed:
    """
    Features placed beside a parcel, looking from it towards `bearing_deg` (clockwise from north).

    `gap_m` is the distance from the parcel to the border of zone number `facing`, negative where
    that reaches into the parcel. A "disc" has zones one around the other, each a value and the
    radius to which it reaches, m; a "band" has one zone, a value and a width, and runs on beyond
    the parcel on both sides.
    """

    layer: str
    parcel: str
    bearing_deg: float
    gap_m: float
    zones: tuple[tuple[str, float], ...]
    facing: int = 0
    shape: Literal["disc", "band"] = "disc"
    half_long_m: float = 900.0


def _road(parcel: str, bearing_deg: float, gap_m: float, grade: str, width_m: float) -> Placed:
    return Placed("GL", parcel, bearing_deg, gap_m, ((grade, width_m),), shape="band")


def _rail(parcel: str, bearing_deg: float, gap_m: float, kind: str) -> Placed:
    return Placed("TL", parcel, bearing_deg, gap_m, ((kind, 22.0),), shape="band")


_RESERVE = ((CORE, 260.0), (GENERAL, 620.0))
_SOURCE = ((ZONE_1, 180.0), (ZONE_2, 480.0), (ZONE_3, 900.0))

PLACED = (
    Placed("ZRBHD", "P008", 90, -120, _RESERVE),
    Placed("ZRBHD", "P011", 180, -90, _RESERVE, facing=1),
    Placed("ZRBHD", "P022", 0, 0, _RESERVE, facing=1),
    Placed("YYSYD", "P017", 90, -80, _SOURCE),
    Placed("YYSYD", "P007", 0, -110, _SOURCE, facing=1),
    Placed("YYSYD", "P012", 90, -150, _SOURCE, facing=2),
    Placed("YYSYD", "P021", 180, 0, _SOURCE, facing=2),
    Placed("NLJBHQ", "P022", 180, -100, (("示范", 400.0),)),
    Placed("JCJK", "P020", 90, -100, (("示范", 1500.0),)),
    Placed("HHGLFW", "P006", 270, -40, (("示范河", 90.0),), shape="band"),
    Placed("HHGLFW", "P015", 0, 0, (("示范溪", 60.0),), shape="band"),
    Placed("HHGLFW", "P031", 180, -35, (("示范河", 90.0),), shape="band"),
    Placed("DZZH", "P003", 90, -70, ((LARGE, 150.0),)),
    Placed("DZZH", "P010", 0, -60, ((MIDDLE, 120.0),)),
    Placed("DZZH", "P020", 270, -45, ((SMALL, 90.0),)),
    Placed("DZZH", "P023", 90, 60, ((LARGE, 120.0),)),
    _road("P001", 0, 25, PROVINCIAL, 30),
    _road("P002", 90, 12, NATIONAL, 40),
    _road("P009", 180, 4, COUNTY, 20),
    _road("P025", 90, 2, TOWNSHIP, 12),
    _road("P014", 180, 18, EXPRESSWAY, 60),
    _road("P016", 90, -30, NATIONAL, 40),
    _road("P019", 0, 17, PROVINCIAL, 30),
    _road("P027", 0, 0, NATIONAL, 40),
    _road("P028", 180, 40, EXPRESSWAY, 60),
    _rail("P013", 0, 10, OTHER_RAIL),
    _rail("P024", 90, 15, HIGH_SPEED),
    _rail("P023", 180, 18, OTHER_RAIL),
    _rail("P029", 180, -20, HIGH_SPEED),
)


@dataclass(frozen=True)
class NewForest:
    """Forest of 2023 that 2014 did not have: protection grade, and that of national forest."""

    parcel: str
    bearing_deg: float
    gap_m: float
    radius_m: float
    grade: str
    national: str


NEW_FOREST = (
    NewForest("P004", 90, -100, 260, "2", "2"),
    NewForest("P018", 0, -80, 240, "2", "1"),
    NewForest("P026", 270, -60, 200, "2", "2"),
    NewForest("P037", 0, -90, 300, "3", ""),
)
