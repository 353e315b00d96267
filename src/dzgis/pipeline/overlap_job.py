"""Areas of parcels under whole layers, of any size: pairs, totals once each, and their matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis import inputs as room
from dzgis import overlay, protection
from dzgis.area import middle_latitude, polygon_area_m2
from dzgis.engine import THREADS
from dzgis.errors import InputError
from dzgis.overlay import Block
from dzgis.rings import rings_of_shapes
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    from pyproj import CRS

    from dzgis.engine import Engine
    from dzgis.inputs import LayerStream


@dataclass(frozen=True)
class Overlaps:
    """
    What layers cover of n parcels; all areas are ellipsoidal, in m².

    Attributes
    ----------
    pairs : pyarrow Table
        parcel_id, layer, record (from 1), feature_id, area_m2, share (of the parcel).
    parcels : DataFrame, n rows
        On ``parcel_id``: area_m2, one column a layer (overlapping features once), and total_m2,
        ground under any layer once.
    matrix_m2 : DataFrame
        Layers by layers, ground of all parcels under both.
    n_features : mapping of layer to int
        Features read.
    touch_m : float
        What was nowhere wider was left out as touching, metres.
    """

    pairs: pa.Table
    parcels: pd.DataFrame
    matrix_m2: pd.DataFrame
    n_features: Mapping[str, int]
    touch_m: float


def measure_overlaps(
    parcels: gpd.GeoDataFrame,
    layers: Mapping[str, Path | str],
    *,
    touch_m: float,
    engine: Engine = THREADS,
) -> Overlaps:
    """
    Measure what layers cover of parcels, without holding a layer in memory.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        As `dzgis.inputs.read_parcels` gives them.
    layers : mapping of name to path
        At least one; ``path::LAYER`` names a layer of a file.
    touch_m : float
        What is nowhere wider only touches (相邻), metres; the rules' ``tolerance.touch_width_m``.
    engine : Engine

    Raises
    ------
    MissingFileError, CRSError, InputError
        If a layer cannot be read, or a shape near a parcel is invalid.
    """
    import pandas as pd
    import pyarrow as pa

    area_m2 = polygon_area_m2(parcels)
    # Whole degrees, so that a parcel is measured in one frame whatever lies beside it.
    lat = round(middle_latitude(parcels))
    target = overlay.target_of(
        rings_of_shapes(parcels.geometry.to_numpy()), parcels.crs, lat_deg=lat
    )
    # Area of record over the area in the frame: the parts of a parcel add up to it.
    factor = area_m2.to_numpy() / target.area_m2
    streams = {name: room.open_layer_stream(source) for name, source in layers.items()}
    measure = partial(_measured, target=target, touch_m=touch_m, engine=engine)
    found = {name: measure(stream) for name, stream in streams.items()}
    tables = [
        _pairs_table(name, part, parcels, area_m2.to_numpy(), factor)
        for name, part in found.items()
    ]
    covered = {name: part.covered for name, part in found.items()}
    across = protection.across_layers(target, covered, factor=factor)
    by_layer = {name: part.covered.area_m2 * factor for name, part in found.items()}
    columns = {"area_m2": area_m2.to_numpy(), **by_layer, "total_m2": across.total_m2}
    return Overlaps(
        pairs=pa.concat_tables(tables),
        parcels=pd.DataFrame(columns, index=parcels.index),
        matrix_m2=across.matrix_m2,
        n_features={name: part.n_features for name, part in found.items()},
        touch_m=touch_m,
    )


@dataclass(frozen=True)
class _Measured:
    """A layer measured, with the ids of the features that cover anything."""

    covered: overlay.Covered
    ids: pa.Array
    n_features: int


def _measured(
    stream: LayerStream, *, target: overlay.Target, touch_m: float, engine: Engine
) -> _Measured:
    import pyarrow as pa

    ids: list[pa.Array] = []

    def blocks() -> Iterator[Block]:
        for part in stream.parts():
            ids.append(part.ids)
            yield Block(part.first, part.shapes)

    try:
        covered = overlay.covered_by(target, blocks(), stream.crs, touch_m=touch_m, engine=engine)
    except InputError as error:
        faults = [Text(f"{stream.where}：{f.zh}", f"{stream.where}: {f.en}") for f in error.faults]
        raise type(error)(*faults) from error
    _check_near(stream, covered, target)
    names = pa.chunked_array(ids, pa.string())
    return _Measured(covered, names.take(pa.array(covered.features)), len(names))


def _check_near(stream: LayerStream, covered: overlay.Covered, target: overlay.Target) -> None:
    """Raise when a layer has shapes but none near a parcel: a wrong CRS is likelier than luck."""
    if covered.n_near or np.isnan(covered.bounds).any():
        return
    there = _degrees(covered.bounds, stream.crs)
    here = _degrees(overlay.extent_of(target), target.crs)
    apart = here[0] > there[2] or there[0] > here[2] or here[1] > there[3] or there[1] > here[3]
    if apart:
        raise InputError(
            Text(
                f"{stream.where} 在 {_shown(there)}，地块在 {_shown(here)}，两者不相接；"
                "请检查坐标系、带号、X/Y 次序",
                f"{stream.where} lies at {_shown(there)}, the parcels at {_shown(here)}: they do "
                "not meet; check the CRS, the zone and the order of x and y",
            )
        )


def _degrees(box: np.ndarray, crs: CRS) -> np.ndarray:
    around = gpd.GeoDataFrame(geometry=[shapely.box(*box)], crs=crs)
    return np.asarray(room.extents_deg(around)[0])


def _shown(box: np.ndarray) -> str:
    west, south, east, north = box
    return f"{west:.4f}–{east:.4f}°E, {south:.4f}–{north:.4f}°N"


def _pairs_table(
    name: str, part: _Measured, parcels: gpd.GeoDataFrame, area_m2: np.ndarray, factor: np.ndarray
) -> pa.Table:
    import pyarrow as pa

    pairs = part.covered.local_pairs
    measured = pairs.area_m2 * factor[pairs.target]
    ids = pa.array(parcels.index.astype(str), pa.string())
    columns = {
        "parcel_id": ids.take(pa.array(pairs.target)),
        "layer": pa.DictionaryArray.from_arrays(
            np.zeros(len(pairs.row), np.int8), pa.array([name])
        ).dictionary_decode(),
        "record": pa.array(part.covered.pairs.row + 1),
        "feature_id": part.ids.take(pa.array(pairs.row)),
        "area_m2": pa.array(measured),
        "share": pa.array(np.minimum(measured / area_m2[pairs.target], 1.0)),
    }
    return pa.table(columns)
