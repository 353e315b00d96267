"""GeoJSON: whole, in UTF-8, every key once, and no CRS that is fetched from elsewhere."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING

from dzgis.errors import InputError, listed, raise_all
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\0")
MOST_BYTES_SEARCHED = 64 << 20
"""Larger files are not searched for keys that come twice: that takes some five times their size."""
_TYPES = {
    "FeatureCollection",
    "Feature",
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}


def check_geojson(path: Path) -> None:
    """
    Raise when a file is no GeoJSON, is cut short, or says one thing twice.

    Raises
    ------
    InputError
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(_UTF16):
        raise InputError(
            Text(
                f"{path} 是 UTF-16 文本；GeoJSON 必须是 UTF-8，请另存为 UTF-8",
                f"{path} is UTF-16 text; GeoJSON must be UTF-8, save it as that",
            )
        )
    if path.stat().st_size > MOST_BYTES_SEARCHED:
        _check_large(path)
        return
    raise_all(_faults(path))


def _check_large(path: Path) -> None:
    """Search the bytes only; GDAL reads the rest piece by piece."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(b'"href"', 0, 1 << 16) >= 0 and text.find(b'"link"', 0, 1 << 16) >= 0:
            raise InputError(_linked(path))
    LOG.info(
        Text(
            f"{path} 超过 {MOST_BYTES_SEARCHED >> 20} MiB，未检查重复的键",
            f"{path} is over {MOST_BYTES_SEARCHED >> 20} MiB, not searched for keys that come "
            "twice",
        )
    )


def _faults(path: Path) -> list[Text]:
    """
    Parse without keeping anything but the objects' types.

    Numbers and inner objects are let go as they are read, so that the memory is that of the text.
    """
    seen = _Seen()
    try:
        text = path.read_bytes().removeprefix(_BOM).decode("utf-8")
        root = json.loads(
            text,
            object_pairs_hook=seen.pairs,
            parse_float=_let_go,
            parse_int=_let_go,
        )
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        why = Text("嵌套过深", "nested too deeply") if deep else Text(str(error), str(error))
        return [_unreadable(path, why)]
    said = f"type = {root}"
    faults = (
        [_unreadable(path, Text(said, said))]
        if not (isinstance(root, str) and root in _TYPES)
        else []
    )
    if seen.twice:
        keys = listed(dict.fromkeys(seen.twice))
        faults.append(
            Text(
                f"{path} 的同一对象中有重复的键：{keys}（{len(seen.twice)} 处）；"
                "无法知道取哪个，请改正",
                f"{path} has keys that come twice in one object: {keys} ({len(seen.twice)} times); "
                "which holds cannot be known, correct it",
            )
        )
    if seen.linked:
        faults.append(_linked(path))
    return faults


def _let_go(_: str) -> None:
    return None


class _Seen:
    """What was seen of a document's objects."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.linked = False

    def pairs(self, pairs: list[tuple[str, object]]) -> object:
        """Value that stands for an object: its type."""
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            self.twice += [key for key in set(keys) if keys.count(key) > 1]
        said = dict(pairs)
        self.linked = self.linked or said.get("crs") == "link"
        kind = said.get("type")
        return kind if isinstance(kind, str) else None


def _linked(path: Path) -> Text:
    return Text(
        f"{path} 的坐标系是一个链接，须从别处取得；请写成 EPSG 代码",
        f"{path}: its CRS is a link to elsewhere; write it as an EPSG code",
    )


def _unreadable(path: Path, why: Text) -> Text:
    return Text(
        f"{path} 不是可读的矢量文件：内容不是 GeoJSON，或已损坏（{why.zh}）；请重新导出",
        f"{path} is not a readable vector file: its content is no GeoJSON, or is damaged "
        f"({why.en}); export it again",
    )
