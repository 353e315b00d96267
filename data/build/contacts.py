"""
How the sample parcels lie to the layers, measured with shapely alone.

Nothing of dzgis is used: what dzgis finds is held against this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from layers import EQUAL_AREA
from local_plane import planes_of
from sources import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_plane import LocalPlane

PARCELS = DATA / "parcels" / "parcels.gpkg"
OLD, CURRENT = (DATA / "protection" / name for name in ("protection.gpkg", "current.gpkg"))
LAND_USE = DATA / "land_use" / "land_use.gpkg"
VINTAGES = ("2014", "2023")
#: Role of each layer, and its fields that rules look at.
LAYERS = {
    "YJJBNTTB": ("pbf", ()),
    "STBHHX": ("ecrl", ()),
    "LD": ("forest", ("BH_DJ", "GJGYL_BHDJ")),
    "CZKFBJ": ("udb", ("GHFQMC",)),
    "ZRBHD": ("reserve", ("GKFQ",)),
    "YYSYD": ("water_source", ("BHQJB",)),
    "HHGLFW": ("river", ()),
    "BZ": ("bazi", ()),
    "DZZH": ("hazard", ("WXXDJ",)),
    "GL": ("road", ("GLDJ",)),
    "TL": ("railway", ("TLLX",)),
    "NLJBHQ": ("niulan", ()),
    "JCJK": ("airport", ()),
    "DLTB": ("land_use", ("DLBM",)),
}
LAYERS_OF_2014 = ("YJJBNTTB", "STBHHX", "LD")
#: Metres by which land of a road or railway reaches beyond itself, by its grade or kind.
SETBACK_M = {
    "国道": 20.0,
    "省道": 15.0,
    "县道": 10.0,
    "乡道": 5.0,
    "高速": 30.0,
    "高铁": 20.0,
    "其他": 15.0,
}
#: Zones of the development boundary of which there is a rule, and arable land.
RULED_ZONES = ("弹性发展区", "特别用途区")
ARABLE = ("0101", "0102", "0103")
OUTSIDE = "界外"
#: Pieces below this area, or nowhere as wide as this, are slivers; nowhere as wide as that: touch.
SLIVER_M2, SLIVER_M, TOUCH_M = 1.0, 0.2, 0.001
#: What is farther than this is not told.
NEAR_M = 100.0
NOT_TOLD_APART = ("udb", "land_use", "bazi")
QUADRANT = 64


@dataclass(frozen=True)
class Contact:
    """
    How a parcel lies to the features of a role that have the same values.

    `how` is overlap, sliver, touching, or apart (near, but not as near as the setback); `area_m2`
    the ground of the parcel under them, or within the setback; `nearest_m` the distance.
    """

    role: str
    values: tuple[str, ...]
    how: str
    area_m2: float
    nearest_m: float = 0.0


@dataclass(frozen=True)
class Seen:
    """A parcel with its contacts, by the vintage of the layers."""

    code: str
    name: str
    use: str
    expected: str
    contacts: dict[str, list[Contact]] = field(default_factory=dict)


def all_seen() -> list[Seen]:
    """Every parcel with its contacts."""
    parcels = gpd.read_file(PARCELS, layer="DK")
    planes = planes_of(parcels)
    layers = {vintage: _read(vintage) for vintage in VINTAGES}
    return [
        Seen(
            row.DKBH,
            row.DKMC,
            row.YT,
            row.EXPECT_V,
            {
                vintage: list(_contacts(planes[row.DKBH], row.geometry, frames))
                for vintage, frames in layers.items()
            },
        )
        for row in parcels.itertuples()
    ]


def _read(vintage: str) -> dict[str, gpd.GeoDataFrame]:
    if vintage == "2014":
        return {name: gpd.read_file(OLD, layer=name) for name in LAYERS_OF_2014}
    found = {
        name: gpd.read_file(LAND_USE if name == "DLTB" else CURRENT, layer=name) for name in LAYERS
    }
    arable = found["DLTB"]["DLBM"].isin(ARABLE)
    return found | {"DLTB": found["DLTB"][arable]}


def _contacts(
    plane: LocalPlane, parcel: shapely.Geometry, frames: dict[str, gpd.GeoDataFrame]
) -> Iterator[Contact]:
    reach = shapely.box(*parcel.bounds).buffer(0.003)
    for name, frame in frames.items():
        role, fields = LAYERS[name]
        near = frame.iloc[sorted(frame.sindex.query(reach))]
        if role == "udb":
            yield from _outside(parcel, near)
        for values, group in _groups(near, [one for one in fields if one in near]):
            if role == "udb" and values[0] not in RULED_ZONES:
                continue
            if values and values[0] in SETBACK_M:
                yield from _within(plane, role, values, group)
            else:
                yield from _under(plane, parcel, role, (values, group))


def _groups(
    frame: gpd.GeoDataFrame, fields: list[str]
) -> Iterator[tuple[tuple[str, ...], gpd.GeoDataFrame]]:
    if not fields:
        yield (), frame
        return
    for values, group in frame.groupby(fields, sort=True):
        yield tuple(map(str, values)), group


def _planar(shape: shapely.Geometry) -> shapely.Geometry:
    planar: shapely.Geometry = gpd.GeoSeries([shape], crs="EPSG:4490").to_crs(EQUAL_AREA).iloc[0]
    return planar


def _outside(parcel: shapely.Geometry, zones: gpd.GeoDataFrame) -> Iterator[Contact]:
    """Ground of a parcel outside every zone of the development boundary."""
    left = shapely.difference(parcel, shapely.union_all(zones.geometry.to_numpy()))
    how, area = _sized(_planar(left))
    if how != "apart":
        yield Contact("udb", (OUTSIDE,), how, area)


def _under(
    plane: LocalPlane,
    parcel: shapely.Geometry,
    role: str,
    chosen: tuple[tuple[str, ...], gpd.GeoDataFrame],
) -> Iterator[Contact]:
    """Ground of a parcel under features."""
    values, group = chosen
    common = [shapely.intersection(parcel, one) for one in group.geometry]
    how, area = _sized(_planar(shapely.union_all(common)))
    metres = [shapely.distance(plane.shape, plane.from_degrees(one)) for one in group.geometry]
    nearest = min(metres, default=np.inf)
    if how == "apart" and nearest <= TOUCH_M:
        how = "touching"
    if how != "apart" or (nearest <= NEAR_M and role not in NOT_TOLD_APART):
        yield Contact(role, values, how, area, round(nearest, 2))


def _within(
    plane: LocalPlane, role: str, values: tuple[str, ...], group: gpd.GeoDataFrame
) -> Iterator[Contact]:
    """Ground of a parcel within the setback of features."""
    shapes = [plane.from_degrees(one) for one in group.geometry]
    nearest = min(shapely.distance(plane.shape, one) for one in shapes)
    wide = [shapely.buffer(one, SETBACK_M[values[0]], quad_segs=QUADRANT) for one in shapes]
    how, area = _sized(shapely.intersection(plane.shape, shapely.union_all(wide)))
    if how != "apart" or nearest <= NEAR_M:
        yield Contact(role, values, how, area, round(nearest, 2))


def _sized(common: shapely.Geometry) -> tuple[str, float]:
    """Class of the gravest piece of a planar shape, and the area of all but the touching ones."""
    classes = [
        (_class(part), float(part.area))
        for part in shapely.get_parts(common)
        if part.geom_type == "Polygon" and part.area > 0
    ]
    area = sum(size for how, size in classes if how != "touching")
    for how in ("overlap", "sliver", "touching"):
        if any(how == found for found, _ in classes):
            return how, area
    return "apart", 0.0


def _class(part: shapely.Geometry) -> str:
    if _thinner(part, TOUCH_M):
        return "touching"
    return "sliver" if part.area < SLIVER_M2 or _thinner(part, SLIVER_M) else "overlap"


def _thinner(part: shapely.Geometry, limit_m: float) -> bool:
    mean = 2.0 * part.area / part.length
    return mean < limit_m and bool(shapely.buffer(part, -limit_m / 2.0).is_empty)
