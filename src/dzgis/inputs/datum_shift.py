"""
西安80 or 北京54 to CGCS2000, by the parameters that a bureau gave, and never without.

PROJ knows no parameters for these datums; what it does without them is off by up to a hundred
metres. Heights are taken as 0, which moves places by centimetres.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError as ProjError

from dzgis.crs import CGCS2000, crs_name, zone_of
from dzgis.errors import CRSError, InputError, listed, raise_all
from dzgis.inputs.log import LOG
from dzgis.inputs.place import DATUM_NAMES, datum_of
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.inputs.vector import Table

_SEVEN = ("dx_m", "dy_m", "dz_m", "rx_arcsec", "ry_arcsec", "rz_arcsec", "scale_ppm")
_FOUR = ("deast_m", "dnorth_m", "rotation_arcsec", "scale_ppm")
_ROTATIONS = ("position_vector", "coordinate_frame")
_ZONES = ("from_crs", "to_crs")
MOST_SHIFT_M = 500.0
"""Coordinates of one zone on two of these datums differ by about a hundred metres."""
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class DatumShift:
    """
    Parameters of a transformation to CGCS2000.

    Attributes
    ----------
    datum : {"xian80", "beijing54"}
    values : mapping of str to float
        Seven: ``dx_m, dy_m, dz_m, rx_arcsec, ry_arcsec, rz_arcsec, scale_ppm``. Four:
        ``deast_m, dnorth_m, rotation_arcsec, scale_ppm``.
    rotation : str
        Of seven parameters ``position_vector`` or ``coordinate_frame``; the signs of the rotations
        differ between them.
    from_crs, to_crs : CRS or None
        Of four parameters the zones between which they hold.
    source : str
        Who gave them.
    """

    datum: str
    values: Mapping[str, float]
    rotation: str = ""
    from_crs: CRS | None = None
    to_crs: CRS | None = None
    source: str = ""

    @property
    def text(self) -> Text:
        """What every product repeats."""
        name = DATUM_NAMES[self.datum]
        shown = ", ".join(f"{key} = {value:g}" for key, value in self.values.items())
        how = self.rotation or f"{_named(self.from_crs)} → {_named(self.to_crs)}"
        by = f"；来源：{self.source}" if self.source else ""
        by_en = f"; source: {self.source}" if self.source else ""
        return Text(
            f"{name.zh}坐标按给定的{len(self.values)}参数转为 CGCS2000（{how}；{shown}{by}）",
            f"{name.en} coordinates were carried to CGCS2000 by the {len(self.values)} parameters "
            f"given ({how}; {shown}{by_en})",
        )

    def record(self) -> dict[str, object]:
        """Record for the manifest."""
        zones = {"from_crs": _named(self.from_crs), "to_crs": _named(self.to_crs)}
        more = {"rotation": self.rotation} if self.rotation else zones
        return {"datum": self.datum, **more, **self.values, "source": self.source}


def _named(crs: CRS | None) -> str:
    return "" if crs is None else crs_name(crs)


def parse_datum_shift(text: str) -> DatumShift:
    """
    Parameters from a TOML file, or from the same keys written as ``key=value,key=value``.

    Parameters
    ----------
    text : str
        Path of a file that ends in ``.toml``, or the values themselves.

    Raises
    ------
    InputError
        With all faults: keys that are missing, unknown, or no numbers.

    Examples
    --------
    >>> values = "dx_m=1,dy_m=2,dz_m=3,rx_arcsec=0,ry_arcsec=0,rz_arcsec=0,scale_ppm=0"
    >>> parse_datum_shift(f"datum=xian80,rotation=position_vector,{values}").values["dz_m"]
    3.0
    """
    given = _from_file(Path(text)) if text.strip().endswith(".toml") else _from_words(text)
    seven = "rotation" in given or "dz_m" in given
    names = _SEVEN if seven else _FOUR
    words = ("datum", "rotation") if seven else ("datum", *_ZONES)
    faults = _key_faults(given, names, words)
    raise_all(faults)
    zones = {} if seven else {key: _zone_crs(str(given[key])) for key in _ZONES}
    return DatumShift(
        str(given["datum"]),
        {name: float(str(given[name])) for name in names},
        str(given.get("rotation", "")),
        source=str(given.get("source", "")),
        **zones,
    )


def _from_words(text: str) -> dict[str, object]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return {key.strip(): value.strip() for key, _, value in pairs}


def _from_file(path: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            Text(
                f"读不出转换参数文件 {path}（{error}）；请检查",
                f"cannot read the file of parameters {path} ({error}); check it",
            )
        ) from error
    found = table.get("datum_shift", table)
    return dict(found) if isinstance(found, dict) else {}


def _key_faults(
    given: Mapping[str, object], names: tuple[str, ...], words: tuple[str, ...]
) -> list[Text]:
    wanted = (*words, *names)
    missing = [key for key in wanted if key not in given]
    unknown = [key for key in given if key not in (*wanted, "source")]
    broken = [key for key in names if key in given and not _is_number(given[key])]
    faults = []
    for found, zh, en in (
        (missing, "缺少", "lack"),
        (unknown, "有不认识的", "have unknown"),
        (broken, "不是数字的", "are no numbers:"),
    ):
        if found:
            faults.append(
                Text(
                    f"转换参数{zh} {listed(found)}；需要 {', '.join(wanted)}",
                    f"the transformation parameters {en} {listed(found)}; required are "
                    f"{', '.join(wanted)}",
                )
            )
    for key, allowed in (("datum", tuple(DATUM_NAMES)), ("rotation", _ROTATIONS)):
        if key in given and given[key] not in allowed:
            faults.append(
                Text(
                    f"转换参数 {key} = {given[key]}；须为 {' 或 '.join(allowed)}",
                    f"the parameter {key} is {given[key]}; it must be {' or '.join(allowed)}",
                )
            )
    return faults


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, bool) and math.isfinite(float(str(value)))
    except ValueError:
        return False


def _zone_crs(name: str) -> CRS:
    try:
        crs = CRS.from_user_input(name)
    except ProjError as error:
        raise InputError(
            Text(
                f"转换参数中的坐标系 {name} 不认识；请写成 EPSG:2358 这样的代码",
                f"the CRS {name} of the parameters is not known; write a code like EPSG:2358",
            )
        ) from error
    if zone_of(crs) is None:
        raise InputError(
            Text(
                f"转换参数中的 {name} 不是高斯投影分带；四参数只在两个分带之间成立",
                f"{name} of the parameters is no Gauss-Krüger zone; four parameters hold between "
                "two zones",
            )
        )
    return crs


@dataclass(frozen=True)
class _Step:
    """A pipeline of PROJ and the CRS that it leads to."""

    pipeline: str
    target: CRS
    comparable: bool = field(default=True)


def in_cgcs2000(table: Table, shift: DatumShift | None) -> Table:
    """
    Table on CGCS2000, where its datum is the one that the parameters are for; as it is otherwise.

    Parameters
    ----------
    table : Table
    shift : DatumShift or None

    Raises
    ------
    CRSError
        If the parameters are for another zone than the table's, or move it by more than
        `MOST_SHIFT_M`, as parameters of another region or in another unit do.
    """
    crs = table.frame.crs
    if shift is None or crs is None or datum_of(crs) != shift.datum:
        return table
    step = _step(crs, shift, table.where)
    carry = Transformer.from_pipeline(step.pipeline)
    shapes = shapely.transform(
        table.frame.geometry.to_numpy(),
        lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1])),
    )
    if step.comparable:
        _check_size(table.frame, shapes, table.where)
    LOG.warning(Text(f"{table.where}：{shift.text.zh}", f"{table.where}: {shift.text.en}"))
    frame = table.frame.set_geometry(shapes).set_crs(step.target, allow_override=True)
    return replace(table, frame=frame)


def _step(crs: CRS, shift: DatumShift, where: str) -> _Step:
    if shift.from_crs is not None and shift.to_crs is not None:
        return _plane_step(crs, shift, where)
    values = shift.values
    source = _ellipsoid(crs)
    helmert = (
        f"+step +proj=helmert +x={values['dx_m']} +y={values['dy_m']} +z={values['dz_m']} "
        f"+rx={values['rx_arcsec']} +ry={values['ry_arcsec']} +rz={values['rz_arcsec']} "
        f"+s={values['scale_ppm']} +convention={shift.rotation}"
    )
    middle = f"+step +proj=cart {source} {helmert} +step +inv +proj=cart +ellps=GRS80"
    if crs.is_geographic:
        degrees = "+step +proj=unitconvert +xy_in=deg +xy_out=rad"
        back = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
        return _Step(f"+proj=pipeline {degrees} {middle} {back}", CGCS2000)
    zone = zone_of(crs)
    if zone is None:
        raise CRSError(
            Text(
                f"{where} 的坐标系 {crs_name(crs)} 不是经纬度或高斯投影分带，不能按参数转换",
                f"{where}: its CRS {crs_name(crs)} is neither geographic nor a Gauss-Krüger zone; "
                "the parameters cannot be applied",
            )
        )
    easting = 500_000 + (1_000_000 * zone.number if zone.prefixed else 0)
    plane = f"+proj=tmerc +lat_0=0 +lon_0={zone.meridian_deg} +k=1 +x_0={easting} +y_0=0"
    words = f"+step +inv {plane} {source} {middle} +step {plane} +ellps=GRS80"
    return _Step(f"+proj=pipeline {words}", zone.crs)


def _ellipsoid(crs: CRS) -> str:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise AssertionError("a CRS with a datum has an ellipsoid")
    return f"+a={ellipsoid.semi_major_metre!r} +rf={ellipsoid.inverse_flattening!r}"


def _plane_step(crs: CRS, shift: DatumShift, where: str) -> _Step:
    """Plane transform E' = dE + s(E cos θ + N sin θ), N' = dN + s(N cos θ − E sin θ)."""
    if shift.from_crs is None or shift.to_crs is None:
        raise AssertionError("four parameters name their zones")
    if zone_of(crs) != zone_of(shift.from_crs):
        raise CRSError(
            Text(
                f"{where} 的坐标系是 {crs_name(crs)}，四参数只适用于 {crs_name(shift.from_crs)}",
                f"{where}: its CRS is {crs_name(crs)}, the four parameters hold for "
                f"{crs_name(shift.from_crs)} only",
            )
        )
    values = shift.values
    words = (
        f"+proj=helmert +x={values['deast_m']} +y={values['dnorth_m']} "
        f"+s={1.0 + values['scale_ppm'] * 1e-6!r} +theta={values['rotation_arcsec']}"
    )
    same = zone_of(shift.from_crs) == zone_of(shift.to_crs)
    return _Step(words, shift.to_crs, comparable=same)


def _check_size(frame: gpd.GeoDataFrame, shapes: npt.NDArray[np.object_], where: str) -> None:
    unit = _DEGREE_M if frame.crs.is_geographic else 1.0
    before = shapely.get_coordinates(frame.geometry.to_numpy())
    step = (shapely.get_coordinates(shapes) - before) * unit
    size = float(np.nanmax(np.hypot(step[:, 0], step[:, 1]), initial=0.0))
    if not size <= MOST_SHIFT_M:
        raise CRSError(
            Text(
                f"{where}：转换参数使坐标移动 {size:.0f} m，超过 {MOST_SHIFT_M:.0f} m；"
                "请核对参数的单位、旋转约定和适用地区",
                f"{where}: the parameters move it by {size:.0f} m, more than {MOST_SHIFT_M:.0f} m; "
                "check their units, the rotation convention and the region they are for",
            )
        )
