"""
The land bureau's coordinate file (界址点 TXT), read strictly.

A ``[属性描述]`` part describes the CRS, a ``[地块坐标]`` part holds parcels: a header line that
ends in ``@`` and then points ``number,ring,X,Y``, where X is north and Y is east. Ring 1 is an
outer ring, others are holes; every fault carries its line number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis.errors import InputError, raise_all
from dzgis.inputs.aliases import tables
from dzgis.inputs.files import check_file
from dzgis.inputs.txt_crs import file_crs
from dzgis.inputs.txt_lines import Parcel, parcels_of
from dzgis.inputs.txt_rings import polygon_of
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Line = tuple[int, str]
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_txt(path: Path, *, datums: Collection[str] = ()) -> gpd.GeoDataFrame:
    """
    Read a 界址点 file.

    Parameters
    ----------
    path : Path
        UTF-8, with byte order mark or without, or GB18030.
    datums : collection of str
        Datums beside CGCS2000 that the caller can do with: ``xian80``, ``beijing54``.

    Returns
    -------
    GeoDataFrame
        Index ``record`` from 1; ``parcel_id``, ``name``, ``declared_area_m2`` (NaN where the
        header has none), ``land_use``, ``n_line`` (line of the header); polygons or
        multipolygons in the zone that the file names, on CGCS2000 or one of `datums`, easting with
        or without the zone's prefix as in the file.

    Raises
    ------
    MissingFileError, InputError
        With all faults, each with its line number.

    Notes
    -----
    Whether the rings make valid polygons is for `read_parcels` to say.
    """
    check_file(path)
    lines = list(enumerate(_decoded(path).splitlines(), start=1))
    attributes, body, faults = _sections(lines)
    raise_all([_at(path, fault) for fault in faults])
    parcels, faults = parcels_of(body)
    crs, crs_wrong = file_crs(attributes, parcels, datums=datums)
    shapes = []
    for parcel in parcels:
        shape, wrong = polygon_of(parcel)
        shapes.append(shape)
        faults += wrong
    raise_all([_at(path, fault) for fault in [*crs_wrong, *sorted(faults, key=lambda f: f[0])]])
    return gpd.GeoDataFrame(_columns(parcels), geometry=shapes, crs=crs).set_axis(
        pd.RangeIndex(1, len(parcels) + 1, name="record"), axis=0
    )


def _columns(parcels: list[Parcel]) -> dict[str, object]:
    return {
        "parcel_id": pd.Series([p.parcel_id for p in parcels], dtype=object),
        "name": pd.Series([p.name for p in parcels], dtype=object),
        "declared_area_m2": pd.Series([p.declared_area_m2 for p in parcels], dtype=float),
        "land_use": pd.Series([p.land_use for p in parcels], dtype=object),
        "n_line": pd.Series([p.line for p in parcels], dtype=int),
    }


def _at(path: Path, fault: tuple[int, Text]) -> Text:
    line, text = fault
    if not line:
        return Text(f"{path}：{text.zh}", f"{path}: {text.en}")
    return Text(f"{path} 第 {line} 行：{text.zh}", f"{path}, line {line}: {text.en}")


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if not content.startswith(_UTF16_MARKS) and b"\0" not in content:
        for codec in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(codec)
            except UnicodeDecodeError as error:
                line = content[: error.start].count(b"\n") + 1
    else:
        line = 1
    raise InputError(
        Text(
            f"{path} 第 {line} 行：文件编码既不是 UTF-8 也不是 GB18030；请另存为其中之一",
            f"{path}, line {line}: the encoding is neither UTF-8 nor GB18030; save it as one "
            "of them",
        )
    )


def _sections(
    lines: list[Line],
) -> tuple[dict[str, Line], list[Line], list[tuple[int, Text]]]:
    """Attributes by name (each with its line), lines of the coordinate part, faults."""
    words = tables()["txt"]
    attributes: dict[str, Line] = {}
    body: list[Line] = []
    part, seen = "", set()
    for number, raw in lines:
        text = raw.strip()
        if text.startswith("[") and text.endswith("]"):
            part = text[1:-1].strip()
            seen.add(part)
        elif text and part in words["attributes"]:
            key, _, value = text.partition("=")
            attributes[key.strip()] = (number, value.strip())
        elif text and part in words["parcels"]:
            body.append((number, text))
    faults = [
        (
            0,
            Text(
                f"没有 [{words[key][0]}] 部分，不是界址点坐标文件；请检查文件",
                f"has no [{words[key][0]}] part, so it is no coordinate file of parcels; "
                "check the file",
            ),
        )
        for key in ("attributes", "parcels")
        if not seen & set(words[key])
    ]
    return attributes, body, faults
