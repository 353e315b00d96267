"""A 界址点 file written as it was read, in another encoding, or with its points in another zone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.boundary_file import N_POINT_FIELDS, TxtFile, TxtLine, TxtParcel
from dzgis.errors import InputError
from dzgis.stores.vectors import lost_letters, not_encodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

_UTF8, _WITH_BOM = "utf-8", "utf-8-sig"


def write_txt(file: TxtFile, path: Path) -> None:
    """Write a 界址点 file, to the byte."""
    path.write_bytes(file.content)


def reencoded(file: TxtFile, encoding: str) -> TxtFile:
    """
    Same file in another encoding; ``utf-8-sig`` is UTF-8 with a byte order mark.

    Raises
    ------
    InputError
        If the encoding lacks a character.
    """
    lost = dict.fromkeys(lost_letters(file.text, encoding))
    if lost:
        raise InputError(not_encodable("*", "*", "".join(lost), encoding))
    if encoding.lower() == _WITH_BOM:
        return replace(file, encoding=_UTF8, has_bom=True)
    return replace(file, encoding=encoding, has_bom=False)


def moved(file: TxtFile, xy: npt.NDArray, attributes: Mapping[str, str]) -> TxtFile:  # type: ignore[type-arg]
    """
    Same file with its points elsewhere: numbers, rings, order, decimals and all else stay.

    Parameters
    ----------
    file : TxtFile
    xy : ndarray, (n, 2)
        Easting and northing of each point, in the order of the file.
    attributes : mapping of name to value
        Lines of the head that change.
    """
    points = iter(xy.tolist())
    parcels = tuple(
        TxtParcel(
            parcel.header,
            tuple(_placed(line, *next(points)) for line in parcel.points),
        )
        for parcel in file.parcels
    )
    return replace(file, head=tuple(_said(file, attributes)), parcels=parcels)


def _placed(line: TxtLine, easting: float, northing: float) -> TxtLine:
    fields = line.text.split(",")
    for place, value in ((N_POINT_FIELDS - 2, northing), (N_POINT_FIELDS - 1, easting)):
        fields[place] = f"{value:.{_decimals(fields[place])}f}"
    return replace(line, text=",".join(fields))


def _decimals(number: str) -> int:
    """Digits after the point of a number as it is written."""
    return len(number.strip().partition(".")[2])


def _said(file: TxtFile, attributes: Mapping[str, str]) -> Iterator[TxtLine]:
    for line in file.head:
        name, sign, _ = line.text.partition("=")
        new = attributes.get(name.strip()) if sign else None
        yield line if new is None else replace(line, text=f"{name}={new}")
