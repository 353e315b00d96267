"""
Which record of a file is at fault, found by reading record by record.

Bulk reading tells only that something is wrong. Fiona hands over one record after the other, with
its rings as they are, so that the record, the ring and the coordinate can be named.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import fiona
import fiona.errors
import fiona.model

from dzgis.errors import listed
from dzgis.inputs.files import named
from dzgis.inputs.gdal_env import SETTINGS, unheard
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LEAST_CORNERS = 3


def record_faults(path: Path, *, layer: str, encoding: str | None = None) -> list[Text]:
    """
    Read a layer record by record and say what is wrong with each.

    Parameters
    ----------
    path : Path
    layer : str
    encoding : str, optional
        Of a shapefile's table.

    Returns
    -------
    list of Text
        One for each kind of fault; empty where this way of reading finds none.
    """
    where = named(path, layer)
    bad: list[Text] = []
    n_read, n_said = 0, 0
    try:
        with (
            unheard(),
            fiona.Env(**SETTINGS),
            fiona.open(path.absolute(), layer=layer, encoding=encoding) as records,
        ):
            n_said = _n_said(records)
            for record in records:
                n_read += 1
                bad.extend(_ring_flaws(record.geometry, n_read))
    except (fiona.errors.FionaError, UnicodeDecodeError) as error:
        return [_stopped(where, n_read + 1, str(error))]
    faults = [_rings_at_fault(where, bad)] if bad else []
    if n_read < n_said:
        faults.append(_stopped(where, n_read + 1, f"{n_read}/{n_said}"))
    return faults


def _n_said(records: fiona.Collection) -> int:
    """Number of records that a file says it has, 0 where it says none."""
    try:
        return len(records)
    except TypeError:
        return 0


def _rings_at_fault(where: str, bad: Sequence[Text]) -> Text:
    zh, en = listed(flaw.zh for flaw in bad), listed(flaw.en for flaw in bad)
    return Text(
        f"{where} 有无效的环：{zh}；请在源文件中修复",
        f"{where} has invalid rings: {en}; repair the source file",
    )


def _stopped(where: str, record: int, why: str) -> Text:
    return Text(
        f"{where} 读到第 {record} 条记录时中断（{why}）；文件已损坏，请重新导出",
        f"{where}: reading stops at record {record} ({why}); the file is damaged, export it again",
    )


def _ring_flaws(geometry: fiona.model.Geometry | None, record: int) -> Iterator[Text]:
    """Rings that no polygon can be made of, each with its number and the reason."""
    if geometry is None or "Polygon" not in str(geometry.type):
        return
    parts = geometry.coordinates if geometry.type == "MultiPolygon" else [geometry.coordinates]
    for part in parts:
        for number, ring in enumerate(part, start=1):
            if flaw := _flaw(ring):
                yield Text(
                    f"第 {record} 条记录环 {number} {flaw.zh}",
                    f"record {record} ring {number} {flaw.en}",
                )


def _flaw(ring: Sequence[Sequence[float]]) -> Text | None:
    if any(not math.isfinite(value) for point in ring for value in point[:2]):
        return Text("坐标为 NaN 或无穷大", "has NaN or infinite coordinates")
    at = f"{ring[0][0]:.6f}, {ring[0][1]:.6f}" if ring else "?"
    if len(ring) < _LEAST_CORNERS:
        return Text(f"只有 {len(ring)} 个点（{at}）", f"has only {len(ring)} points (at {at})")
    if tuple(ring[0]) != tuple(ring[-1]):
        return Text(f"未闭合（{at}）", f"is not closed (at {at})")
    return None
