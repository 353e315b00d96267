"""
DXF drawings: closed polylines are areas, open ones are faults.

A layer is a layer of the drawing. A drawing has no CRS: the user must say it. Texts, points,
hatches and the like are left out, which is logged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely import GeometryType

from dzgis.errors import InputError, listed
from dzgis.inputs.encoding import WIDEST_CHINESE
from dzgis.inputs.files import named
from dzgis.inputs.gdal_env import GDAL_ERRORS, reading, unreadable
from dzgis.inputs.guards import first_bytes, wrong_bytes
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    import pandas as pd
    from pyproj import CRS

_LAYER, _HANDLE, _SUBCLASS = "Layer", "EntityHandle", "SubClasses"
_KEPT = [_LAYER, _HANDLE, "Linetype"]
_HATCH = "AcDbHatch"
_LEAST_CORNERS = 4
_START = (b"0", b"SECTION")
_COMMENT = b"999"
_END, _END_BYTES = b"EOF", 64
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d{4})")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(?:ANSI|ansi|DOS|dos)_?(\d*)")
_FIRST_UTF8 = 1021


def dxf_layers(path: Path) -> list[str]:
    """Layers of a drawing that have lines, in their order."""
    _check_dxf(path)
    lines = _lines(path)
    return list(dict.fromkeys(map(str, lines[_LAYER])))


def dxf_fields(_: Path, __: str) -> list[str]:
    """Names of the attributes of a drawing's lines."""
    return _KEPT


def dxf_crs(_: Path, __: str) -> CRS | None:
    """A drawing has none."""
    return None


def dxf_frame(path: Path, layer: str) -> gpd.GeoDataFrame:
    """
    Areas within the closed polylines of one layer, with layer, handle and line type.

    Raises
    ------
    InputError
        Naming the lines that are not closed, by handle and first point.
    """
    _check_dxf(path)
    lines = _lines(path)
    ours = gpd.GeoDataFrame(lines[lines[_LAYER] == layer].reset_index(drop=True))
    shapes = ours.geometry.to_numpy()
    is_open = ~(shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= _LEAST_CORNERS))
    if is_open.any():
        raise InputError(_open_lines(named(path, layer), ours[is_open], len(ours)))
    points, of_line = shapely.get_coordinates(shapes, return_index=True)
    areas = shapely.polygons(shapely.linearrings(points, indices=of_line))
    _tell_nested(named(path, layer), areas, ours[_HANDLE])
    return gpd.GeoDataFrame(ours[_KEPT], geometry=areas, crs=None)


def _check_dxf(path: Path) -> None:
    """Raise when a file is no drawing in text: GDAL is not shown binary ones."""
    head = first_bytes(path)
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    while lines[:1] == [_COMMENT]:
        lines = lines[2:]
    if b"\0" in head or tuple(lines[:2]) != _START:
        raise wrong_bytes(path, "DXF（ASCII）")
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _END_BYTES))
        if _END not in stream.read():
            raise InputError(_cut_short(path))


def _encoding(path: Path) -> str:
    """
    Encoding of a drawing's words.

    UTF-8 since AutoCAD 2007; before, the code page that the header says, of which GBK is read as
    GB18030. A header that says none leaves it to the bytes: UTF-8 where they are, else GB18030.
    """
    head = path.read_bytes()
    version, page = _VERSION.search(head), _CODE_PAGE.search(head)
    if version is not None and int(version[1]) >= _FIRST_UTF8:
        return "UTF-8"
    if page is not None and page[1] not in (b"936", b""):
        return f"CP{page[1].decode('ascii')}"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return WIDEST_CHINESE
    return "UTF-8" if page is None else WIDEST_CHINESE


def _cut_short(path: Path) -> Text:
    return Text(
        f"{path} 被截断：末尾没有 EOF；请重新导出或复制",
        f"{path} is truncated: it does not end with EOF; export or copy it again",
    )


def _lines(path: Path) -> gpd.GeoDataFrame:
    found = path.stat()
    return _read_lines(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1)
def _read_lines(path: Path, _: int, __: int) -> gpd.GeoDataFrame:
    """Lines of a drawing as they stand on disk at that time and size."""
    try:
        with reading(str(path), {"DXF_ENCODING": _encoding(path)}):
            frame = pyogrio.read_dataframe(path.absolute(), layer="entities", force_2d=True)
    except GDAL_ERRORS as error:
        raise InputError(unreadable(path, error)) from error
    is_hatch = frame[_SUBCLASS].fillna("").str.contains(_HATCH).to_numpy(dtype=bool)
    is_line = shapely.get_type_id(frame.geometry.to_numpy()) == GeometryType.LINESTRING.value
    kept = is_line & ~is_hatch
    if not kept.any():
        raise InputError(
            Text(
                f"{path} 中没有多段线；请用闭合的多段线（LWPOLYLINE）画出地块",
                f"{path} has no polylines; draw each parcel as a closed polyline (LWPOLYLINE)",
            )
        )
    if not kept.all():
        _tell_left_out(path, frame[~kept])
    return gpd.GeoDataFrame(frame[kept].reset_index(drop=True))


def _tell_left_out(path: Path, others: gpd.GeoDataFrame) -> None:
    n, layers = len(others), listed(dict.fromkeys(map(str, others[_LAYER])))
    LOG.warning(
        Text(
            f"{path}：{n} 个不是多段线的对象（文字、点、填充等）未采用，所在图层：{layers}",
            f"{path}: {n} entities that are no polylines (texts, points, hatches …) are not used, "
            f"on the layers {layers}",
        )
    )


def _open_lines(where: str, lines: gpd.GeoDataFrame, n_all: int) -> Text:
    starts = shapely.get_coordinates(shapely.get_point(lines.geometry.to_numpy(), 0))
    pairs = zip(lines[_HANDLE], starts, strict=True)
    shown = listed(f"{handle} ({x:.3f}, {y:.3f})" for handle, (x, y) in pairs)
    return Text(
        f"{where}：{n_all} 条线中有 {len(lines)} 条没有闭合（句柄、起点）：{shown}；"
        "请在 CAD 中闭合，或把地块单独放一个图层",
        f"{where}: {len(lines)} of {n_all} lines are not closed (handle, first point): {shown}; "
        "close them in CAD, or keep the parcels on a layer of their own",
    )


def _tell_nested(where: str, areas: npt.NDArray[np.object_], handles: pd.Series[str]) -> None:
    """Log areas within others: holes or parcels of their own, which a drawing does not tell."""
    sound = shapely.is_valid(areas)
    tree = shapely.STRtree(areas[sound])
    inner, outer = tree.query(areas[sound], predicate="within")
    nested = np.flatnonzero(sound)[np.unique(inner[inner != outer])]
    if nested.size:
        names = listed(handles.iloc[nested])
        LOG.warning(
            Text(
                f"{where}：线 {names} 在别的闭合线之内，按独立地块处理，不作为洞",
                f"{where}: the lines {names} lie within other closed lines; they are taken for "
                "parcels of their own, not for holes",
            )
        )
