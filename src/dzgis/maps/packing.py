"""
Many features as a pack: small blocks that the page opens only where they are seen.

A pack is a row of zlib streams and an index of them. A block holds neighbours of about one size,
each with its whole outline; the page draws a feature as a dot until it is a few pixels wide.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.maps.outlines import Outlines, outlines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.maps.model import Feature, Vectors

MOST_INSIDE = 100_000
"""Features of a layer that are packed into the page; with more the pack lies beside it."""

_BLOCK = 512
_OUTLINE_FROM_PX = 3.0
_TILE_PX, _CIRCLE_DEG = 256.0, 360.0
_LAST_ZOOM = 19
_DOT_DECIMALS = 5
_INDEX_DECIMALS = 6
_LEVEL = 6
_SEVEN_BITS = 7


@dataclass(frozen=True)
class Pack:
    """
    A packed layer.

    Attributes
    ----------
    index : dict
        Where things are: ``n`` features; ``dots``, ``names``: offset and length of the streams;
        ``blocks``: offset, length, features, zoom from which outlines show, west, south, east,
        north of each; ``decimals`` of a degree; ``verdicts``, ``clusters``, ``styles`` by number.
    data : bytes
    """

    index: dict[str, object]
    data: bytes


def pack_of(layer: Vectors, *, decimals: int) -> Pack:
    """
    Pack of a layer's features.

    Parameters
    ----------
    layer : Vectors
        Its features are polygons; of other geometries only the polygons in them are kept.
    decimals : int
        Of a degree, to which outlines are kept.
    """
    shapes = np.array([feature.geometry for feature in layer.features], dtype=object)
    bounds = shapely.bounds(shapes)
    zooms = _outline_zooms(bounds)
    near = gpd.GeoSeries(shapes).hilbert_distance().to_numpy()
    order = np.lexsort((near, zooms))
    features = [layer.features[i] for i in order]
    cuts = _cuts(zooms[order])
    keys = _numbers_of(layer)
    streams = [
        _dots(features, bounds[order], keys),
        zlib.compress(_names(features), _LEVEL),
        *_blocks(features, outlines_of(shapes[order], decimals), cuts, keys["styles"]),
    ]
    ends = np.cumsum([0, *(len(stream) for stream in streams)]).tolist()
    places = [[start, end - start] for start, end in pairwise(ends)]
    index = {
        "n": len(features),
        "decimals": decimals,
        "dots": places[0],
        "names": places[1],
        "blocks": [
            [*place, stop - start, int(zooms[order][start]), *_box(bounds[order][start:stop])]
            for place, (start, stop) in zip(places[2:], cuts, strict=True)
        ],
        **{name: list(numbers) for name, numbers in keys.items()},
    }
    return Pack(index, b"".join(streams))


def _outline_zooms(bounds: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Whole zoom from which each feature is at least `_OUTLINE_FROM_PX` wide or high."""
    west, south, east, north = bounds.T
    stretch = 1 / np.cos(np.radians((south + north) / 2))
    at_zoom_0 = np.maximum(east - west, (north - south) * stretch) / _CIRCLE_DEG * _TILE_PX
    least = _OUTLINE_FROM_PX / 2.0**_LAST_ZOOM
    wanted = np.ceil(np.log2(_OUTLINE_FROM_PX / np.maximum(at_zoom_0, least)))
    zooms: npt.NDArray[np.int64] = np.clip(wanted, 0, _LAST_ZOOM).astype(np.int64)
    return zooms


def _cuts(zooms: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and past-the-last feature of each block; `zooms` ascend, a block has one of them."""
    starts = np.flatnonzero(np.diff(zooms, prepend=-1))
    ends = np.append(starts[1:], len(zooms))
    return [
        (at, min(at + _BLOCK, int(end)))
        for start, end in zip(starts, ends, strict=True)
        for at in range(int(start), int(end), _BLOCK)
    ]


def _numbers_of(layer: Vectors) -> dict[str, dict[str, int]]:
    """Numbers for the keys that features share."""
    found = {
        "styles": layer.styles,
        "verdicts": sorted({feature.verdict for feature in layer.features}),
        "clusters": sorted({feature.cluster for feature in layer.features}),
    }
    return {name: {key: i for i, key in enumerate(keys)} for name, keys in found.items()}


def _dots(
    features: Sequence[Feature],
    bounds: npt.NDArray[np.float64],
    keys: dict[str, dict[str, int]],
) -> bytes:
    """Middle, style, verdict and cluster of every feature: one run of numbers after another."""
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    places = np.round(middles * 10**_DOT_DECIMALS).astype(np.int64)
    steps = _zigzag(np.diff(places, axis=0, prepend=0))
    runs = [
        steps[:, 0],
        steps[:, 1],
        *(
            np.array([numbers[getattr(feature, name)] for feature in features], dtype=np.int64)
            for name, numbers in (
                ("style", keys["styles"]),
                ("verdict", keys["verdicts"]),
                ("cluster", keys["clusters"]),
            )
        ),
    ]
    return zlib.compress(b"".join(varints(run)[0].tobytes() for run in runs), _LEVEL)


def _names(features: Sequence[Feature]) -> bytes:
    """Title and first value of every feature, for the search."""
    said = [[f.title for f in features], [f.values[0] if f.values else "" for f in features]]
    return _dump(said)


def _blocks(
    features: Sequence[Feature],
    outlines: Outlines,
    cuts: list[tuple[int, int]],
    styles: dict[str, int],
) -> list[bytes]:
    """Blocks: length of the JSON, the JSON, and the outlines as runs of numbers."""
    firsts = np.zeros(len(outlines.points), dtype=bool)
    firsts[[outlines.first_point[start] for start, _ in cuts]] = True
    steps = np.diff(outlines.points, axis=0, prepend=0)
    steps[firsts] = outlines.points[firsts]
    numbers = (
        varints(outlines.n_rings),
        varints(outlines.n_points),
        varints(_zigzag(steps).ravel()),
    )
    return [
        zlib.compress(
            _text(features[start:stop], styles)
            + _slice(*numbers[0], start, stop)
            + _slice(*numbers[1], outlines.first_ring[start], outlines.first_ring[stop])
            + _slice(*numbers[2], 2 * outlines.first_point[start], 2 * outlines.first_point[stop]),
            _LEVEL,
        )
        for start, stop in cuts
    ]


def _text(features: Sequence[Feature], styles: dict[str, int]) -> bytes:
    columns = list(zip(*(feature.values for feature in features), strict=True))
    text = _dump(
        {
            "t": [feature.title for feature in features],
            "s": [styles[feature.style] for feature in features],
            "v": columns,
        }
    )
    return len(text).to_bytes(4, "little") + text


def _slice(
    data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], start: int, stop: int
) -> bytes:
    """Bytes of the numbers from `start` to before `stop`."""
    edges = np.append(0, ends)
    return data[edges[start] : edges[stop]].tobytes()


def varints(
    values: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """
    Numbers in as few bytes as they need, seven bits each, lowest first, and where each ends.

    Parameters
    ----------
    values : ndarray of int64, (n,)
        None below 0.

    Examples
    --------
    >>> data, ends = varints(np.array([5, 300]))
    >>> data.tolist(), ends.tolist()
    ([5, 172, 2], [1, 3])
    """
    sizes = np.ones(len(values), dtype=np.int64)
    most = int(values.max(initial=0)).bit_length()
    for bits in range(_SEVEN_BITS, most, _SEVEN_BITS):
        sizes += values >= 1 << bits
    ends = np.cumsum(sizes)
    data = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for position in range(int(sizes.max(initial=0))):
        there = sizes > position
        seven = (values[there] >> (_SEVEN_BITS * position)) & 0x7F
        more = np.where(sizes[there] > position + 1, 0x80, 0)
        data[ends[there] - sizes[there] + position] = seven | more
    return data, ends


def _zigzag(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0, −1, 1, −2 … as 0, 1, 2, 3 …: small numbers of either sign stay small."""
    return (values << 1) ^ (values >> 63)


def _box(bounds: npt.NDArray[np.float64]) -> list[float]:
    box = [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)]
    return [round(float(edge), _INDEX_DECIMALS) for edge in box]


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
