"""
The land bureau's coordinate file (界址点 TXT), read strictly.

A ``[属性描述]`` part describes the CRS, a ``[地块坐标]`` part holds parcels: a header line that
ends in ``@`` and then points ``number,ring,X,Y``, where X is north and Y is east. Ring 1 is an
outer ring, others are holes; every fault carries its line number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis.boundary_file import BOM, HEADER_END, TxtFile, TxtLine, TxtParcel
from dzgis.errors import InputError, raise_all
from dzgis.inputs.files import check_file
from dzgis.inputs.txt_crs import file_crs
from dzgis.inputs.txt_lines import Parcel, parcels_of
from dzgis.inputs.txt_rings import polygon_of
from dzgis.inputs.txt_sections import Section, sections_of, split_lines
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class TxtRead:
    """
    A coordinate file as it was read: line by line, and as a frame.

    Attributes
    ----------
    file : TxtFile
        Equal to the file, byte by byte.
    parcels : tuple of Parcel
        Meaning of its lines.
    frame : GeoDataFrame
        As `read_txt` gives it.
    """

    file: TxtFile
    parcels: tuple[Parcel, ...]
    frame: gpd.GeoDataFrame


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
        header has none), ``header_area_ha`` (the same in hectares, as the header says),
        ``land_use``, ``n_line`` (line of the header); polygons or multipolygons in the zone that
        the file names, on CGCS2000 or one of `datums`, easting with or without the zone's prefix
        as in the file.

    Raises
    ------
    MissingFileError, InputError
        With all faults, each with its line number.

    Notes
    -----
    Whether the rings make valid polygons is for `read_parcels` to say.
    """
    return read_txt_whole(path, datums=datums).frame


def read_txt_file(path: Path) -> TxtFile:
    """
    Read a 界址点 file line by line, checked as by `read_txt`.

    Returns
    -------
    TxtFile
        Its ``content`` is equal to the bytes of the file.
    """
    return read_txt_whole(path).file


def read_txt_whole(path: Path, *, datums: Collection[str] = ()) -> TxtRead:
    """Read a 界址点 file as a value and as a frame; see `read_txt`."""
    check_file(path)
    text, encoding, has_bom = _decoded(path)
    lines = split_lines(text)
    attributes, sections, faults = sections_of(lines)
    raise_all([_at(path, fault) for fault in faults])
    body = [
        (number, lines[number - 1].text.strip())
        for number, section in enumerate(sections, start=1)
        if section is Section.PARCELS
    ]
    parcels, faults = parcels_of(body)
    crs, crs_wrong = file_crs(attributes, parcels, datums=datums)
    shapes = []
    for parcel in parcels:
        shape, wrong = polygon_of(parcel)
        shapes.append(shape)
        faults += wrong
    raise_all([_at(path, fault) for fault in [*crs_wrong, *sorted(faults, key=lambda f: f[0])]])
    frame = gpd.GeoDataFrame(_columns(parcels), geometry=shapes, crs=crs).set_axis(
        pd.RangeIndex(1, len(parcels) + 1, name="record"), axis=0
    )
    head, found, tail = _lossless(lines, sections)
    return TxtRead(TxtFile(head, found, tail, encoding, has_bom), tuple(parcels), frame)


def _lossless(
    lines: Sequence[TxtLine], sections: Sequence[Section]
) -> tuple[tuple[TxtLine, ...], tuple[TxtParcel, ...], str]:
    """Head, parcels and tail; blank lines and marks go before the line that follows them."""
    head: list[TxtLine] = []
    parcels: list[tuple[TxtLine, list[TxtLine]]] = []
    waiting = ""
    for line, section in zip(lines, sections, strict=True):
        if section is not Section.PARCELS:
            if parcels:
                waiting += line.raw
            else:
                head.append(line)
            continue
        placed = TxtLine(line.text, line.end, waiting)
        waiting = ""
        if line.text.strip().endswith(HEADER_END):
            parcels.append((placed, []))
        else:
            parcels[-1][1].append(placed)
    found = tuple(TxtParcel(header, tuple(points)) for header, points in parcels)
    return tuple(head), found, waiting


def _columns(parcels: Sequence[Parcel]) -> dict[str, object]:
    return {
        "parcel_id": pd.Series([p.parcel_id for p in parcels], dtype=object),
        "name": pd.Series([p.name for p in parcels], dtype=object),
        "declared_area_m2": pd.Series([p.declared_area_m2 for p in parcels], dtype=float),
        "header_area_ha": pd.Series([p.area_ha for p in parcels], dtype=float),
        "land_use": pd.Series([p.land_use for p in parcels], dtype=object),
        "n_line": pd.Series([p.line for p in parcels], dtype=int),
    }


def _at(path: Path, fault: tuple[int, Text]) -> Text:
    line, text = fault
    if not line:
        return Text(f"{path}：{text.zh}", f"{path}: {text.en}")
    return Text(f"{path} 第 {line} 行：{text.zh}", f"{path}, line {line}: {text.en}")


def _decoded(path: Path) -> tuple[str, str, bool]:
    """Text, codec, and whether a byte order mark came before it."""
    content = path.read_bytes()
    has_bom = content.startswith(BOM)
    if not content.startswith(_UTF16_MARKS) and b"\0" not in content:
        for codec in ("utf-8", "gb18030"):
            try:
                return content.removeprefix(BOM).decode(codec), codec, has_bom
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
