"""Is a frame where it says it is: its CRS, its values in that CRS, and the plan's region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer

from dzgis.crs import CGCS2000, SEMI_MAJOR_M, crs_name, is_metric
from dzgis.errors import CRSError, InputError, listed, raise_all
from dzgis.inputs.aliases import tables
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.plan.model import Plan

REGION_MARGIN_DEG = 0.5
"""About 50 km: data further from the plan's region than this are taken for misplaced."""
DATUM_NAMES = {
    "xian80": Text("西安80", "Xian 80"),
    "beijing54": Text("北京54", "Beijing 54"),
}
_MOST_LON, _MOST_LAT = 360.0, 90.0
_PLANE_AXES = 2


def horizontal(crs: CRS | None) -> CRS | None:
    """Part of a CRS that is about position, without heights."""
    if crs is None or len(crs.axis_info) <= _PLANE_AXES:
        return crs
    return CRS.from_user_input(crs.sub_crs_list[0] if crs.is_compound else crs.to_2d())


def raise_found(crs_wrong: Sequence[Text], others: Sequence[Text]) -> None:
    """Raise all faults at once: a `CRSError` where only the CRS is at fault."""
    kind = CRSError if crs_wrong and not others else InputError
    raise_all([*crs_wrong, *others], kind)


def crs_faults(crs: CRS | None, where: str) -> list[Text]:
    """
    Say what is wrong with a CRS: missing, neither degrees nor metres, or another datum.

    CGCS2000 and WGS 84 agree within decimetres and are taken; 西安80 and 北京54 need the local
    transformation parameters, without which they are tens of metres off.
    """
    flaw = crs_flaw(crs, where)
    return [] if flaw is None else [flaw[1]]


def crs_flaw(crs: CRS | None, where: str) -> tuple[str, Text] | None:
    """
    Say what is wrong with a CRS, with the code of its kind.

    Returns
    -------
    (code, Text) or None
        ``crs_missing``, ``crs_unfit`` or ``datum_needs_parameters``.
    """
    if crs is None:
        return "crs_missing", Text(
            f"{where} 没有坐标系；请补 .prj 或在源软件中定义坐标系（不猜测）",
            f"{where} has no coordinate reference system (CRS); add the .prj or define it in "
            "the program it is from (nothing is guessed)",
        )
    if not (crs.is_geographic or crs.is_projected):
        return "crs_unfit", _unfit(
            where, crs, "既非地理也非投影", "is neither geographic nor projected"
        )
    if crs.is_projected and not is_metric(crs):
        unit = crs.axis_info[0].unit_name
        return "crs_unfit", _unfit(
            where, crs, f"单位是 {unit} 而非米", f"has the unit {unit}, not metres"
        )
    return _datum_flaw(crs, where)


def _unfit(where: str, crs: CRS, zh: str, en: str) -> Text:
    return Text(
        f"{where} 的坐标系 {crs_name(crs)} {zh}；请转为 CGCS2000 的经纬度或以米为单位的投影坐标系",
        f"{where}: its CRS {crs_name(crs)} {en}; reproject it to CGCS2000, geographic or "
        "projected in metres",
    )


def datum_of(crs: CRS) -> str:
    """
    Datum of a CRS by its names: ``accepted`` (CGCS2000, WGS 84), ``xian80``, ``beijing54`` or "".

    A datum that calls itself CGCS2000 or WGS 84 and has another ellipsoid is none of them.
    """
    geodetic = crs.geodetic_crs
    names = [geodetic.name, getattr(geodetic.datum, "name", "")] if geodetic else [crs.name]
    plain = ["".join(c for c in name.lower() if c.isalnum()) for name in names]
    datums: dict[str, list[str]] = tables()["datums"]
    found = [d for d, parts in datums.items() if any(p in name for p in parts for name in plain)]
    old = [datum for datum in found if datum != "accepted"]
    if old or not found:
        return old[0] if old else ""
    axis = crs.ellipsoid.semi_major_metre if crs.ellipsoid else SEMI_MAJOR_M
    return "accepted" if axis == SEMI_MAJOR_M else ""


def _datum_flaw(crs: CRS, where: str) -> tuple[str, Text] | None:
    datum = datum_of(crs)
    if datum == "accepted":
        return None
    if datum:
        name = DATUM_NAMES[datum]
        return "datum_needs_parameters", Text(
            f"{where} 的坐标系 {crs_name(crs)} 是{name.zh}，没有当地转换参数时误差可达百米；"
            "请用 --datum-shift 给出参数，或由数据单位转为 CGCS2000",
            f"{where}: its CRS {crs_name(crs)} is {name.en}, tens of metres off without the local "
            "parameters; give them with --datum-shift, or have the bureau convert it to CGCS2000",
        )
    geodetic = crs.geodetic_crs
    found = str(getattr(geodetic.datum, "name", "") or geodetic.name) if geodetic else crs.name
    return "crs_unfit", _unfit(where, crs, f"的基准是 {found}", f"has the datum {found}")


def value_faults(frame: gpd.GeoDataFrame, where: str) -> list[Text]:
    """Coordinates that cannot be in the frame's CRS: metres as degrees, degrees as metres."""
    west, south, east, north = (float(v) for v in _total_bounds(frame))
    if not np.isfinite([west, south, east, north]).all():
        return []
    wide, high = max(abs(west), abs(east)), max(abs(south), abs(north))
    seen = f"x {west:.6g} … {east:.6g}, y {south:.6g} … {north:.6g}"
    in_degrees = wide <= _MOST_LON and high <= _MOST_LAT
    if frame.crs.is_geographic and not in_degrees:
        return [_misread(where, frame.crs, seen, _not_degrees(wide, high))]
    if frame.crs.is_projected and in_degrees:
        words = Text(
            "像是经纬度（度），坐标系却以米为单位", "look like degrees, the CRS is in metres"
        )
        return [_misread(where, frame.crs, seen, words)]
    return []


def _not_degrees(wide: float, high: float) -> Text:
    if wide <= _MOST_LAT and high <= _MOST_LON:
        return Text("经纬度写反了（x 应为经度）", "have x and y swapped (x must be longitude)")
    return Text("像是米，坐标系却是经纬度", "look like metres, the CRS is in degrees")


def _misread(where: str, crs: CRS, seen: str, words: Text) -> Text:
    return Text(
        f"{where} 的坐标（{seen}）{words.zh}（{crs_name(crs)}）；请改正坐标系定义或坐标",
        f"{where}: its coordinates ({seen}) {words.en} ({crs_name(crs)}); "
        "correct the CRS or the coordinates",
    )


def _total_bounds(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    return np.asarray(shapely.total_bounds(frame.geometry.to_numpy()), dtype=np.float64)


def extents_deg(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """
    Bounds of each shape in CGCS2000 degrees, from the four corners of its own bounds.

    Returns
    -------
    ndarray, (n, 4)
        West, south, east, north; infinite or NaN where a shape is nowhere on the earth.
    """
    bounds = shapely.bounds(frame.geometry.to_numpy())
    x, y = bounds[:, [0, 2, 2, 0]], bounds[:, [1, 1, 3, 3]]
    carry = Transformer.from_crs(frame.crs, CGCS2000, always_xy=True)
    lon, lat = (np.asarray(v) for v in carry.transform(x, y))
    return np.column_stack([lon.min(axis=1), lat.min(axis=1), lon.max(axis=1), lat.max(axis=1)])


def is_near(extents: npt.NDArray[np.float64], plan: Plan) -> npt.NDArray[np.bool_]:
    """Whether each extent meets the plan's region, widened by `REGION_MARGIN_DEG`."""
    west, south, east, north = plan.meta.region_bounds
    m = REGION_MARGIN_DEG
    return _meets(extents, (west - m, south - m, east + m, north + m))


def is_in_china(extents: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each extent meets the box of China."""
    west, south, east, north = tables()["china"]["bounds"]
    return _meets(extents, (west, south, east, north))


def _meets(
    extents: npt.NDArray[np.float64], box: tuple[float, float, float, float]
) -> npt.NDArray[np.bool_]:
    west, south, east, north = box
    return (
        np.isfinite(extents).all(axis=1)
        & (extents[:, 0] <= east)
        & (extents[:, 2] >= west)
        & (extents[:, 1] <= north)
        & (extents[:, 3] >= south)
    )


def region_fault(
    where: str,
    who: Text,
    extent: npt.NDArray[np.float64],
    plan: Plan,
    evidence: Text | None = None,
) -> Text:
    """
    Say that something does not overlap the plan's region, with where it lies instead.

    Parameters
    ----------
    where : str
    who : Text
        What lies elsewhere, e.g. the parcels' ids; may be empty for the whole source.
    extent : ndarray, (4,)
        Degrees.
    plan : Plan
    evidence : Text, optional
        Where it would lie if its coordinates were read in another way.
    """
    more = evidence or Text("", "")
    west, south, east, north = plan.meta.region_bounds
    region = f"{west:g}–{east:g}°E, {south:g}–{north:g}°N"
    at = _at(extent)
    return Text(
        f"{where}{'：' if who.zh else ''}{who.zh} 不在规划 {plan.id} 范围（{region}）附近，"
        f"而在 {at.zh}{more.zh}；请检查坐标系、带号、X/Y 次序，或换用对应的规划",
        f"{where}{': ' if who.en else ''}{who.en} does not overlap the plan {plan.id} ({region}); "
        f"it lies at {at.en}{more.en}; check the CRS, the zone and the order of x and y, or use "
        "the plan of that region",
    )


def check_place(frame: gpd.GeoDataFrame, *, name: str, plan: Plan | None = None) -> None:
    """
    Raise unless a frame made in Python lies where it says, as one read from a file would.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        With shapes in every row and a CRS.
    name : str
        What the frame is called in the message.
    plan : Plan, optional
        If given, every row must lie near its region.

    Raises
    ------
    CRSError, InputError
        With a CRS that `crs_faults` names, coordinates that do not suit it, or rows elsewhere.
    """
    wrong = crs_faults(frame.crs, name)
    raise_found(wrong, [] if wrong or frame.empty else _row_faults(frame, name, plan))


def _row_faults(frame: gpd.GeoDataFrame, name: str, plan: Plan | None) -> list[Text]:
    faults = value_faults(frame, name)
    if faults:
        return faults
    extents = extents_deg(frame)
    if plan is None:
        lost = ~np.isfinite(extents).all(axis=1)
        ids = listed(frame.index[lost])
        fault = Text(
            f"{name}：{ids} 的坐标不在地球上；请检查坐标系和 X/Y 次序",
            f"{name}: {ids} lie at no place on the earth; check the CRS and the order of x and y",
        )
        return [fault] if lost.any() else []
    lost = ~is_near(extents, plan)
    ids = listed(frame.index[lost])
    return [region_fault(name, Text(ids, ids), extents[lost][0], plan)] if lost.any() else []


def _at(extent: npt.NDArray[np.float64]) -> Text:
    if not np.isfinite(extent).all():
        return Text("地球上不存在的位置", "no place on the earth")
    west, south, east, north = extent
    words = f"{west:.4f} … {east:.4f}°E, {south:.4f} … {north:.4f}°N"
    return Text(words, words)


def common_extent(extents: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bounds of all extents together, (4,)."""
    low, high = extents[:, :2].min(axis=0), extents[:, 2:].max(axis=0)
    return np.concatenate([low, high])
