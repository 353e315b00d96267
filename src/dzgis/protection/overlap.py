"""
Exact overlaps (压占) of parcels with red-line layers, on the ellipsoid.

Sums over edges tell which parcels a layer's features cover, and which of them whole; only the rest
is cut, for the pieces that are reported.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis import overlay
from dzgis.area import middle_latitude, polygon_area_m2
from dzgis.crs import equal_area
from dzgis.engine import run_blocks
from dzgis.errors import InputError
from dzgis.frames import FEATURE_ID
from dzgis.protection.pieces import Met, Piece, cut
from dzgis.protection.select import chosen_features
from dzgis.protection.setback import setback
from dzgis.rings import rings_of_shapes, shapes_of_rings
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from dzgis.frames import Layer
    from dzgis.overlay import Target
    from dzgis.plan.rules import Rule, RuleSet, Tolerance
    from dzgis.rings import Rings

COLUMNS = [
    "parcel_id",
    "rule",
    "role",
    "contact",
    "certain",
    "area_m2",
    "width_m",
    "feature_ids",
]
_CHUNK = 64
"""Parcels cut by one task."""


class _Land(NamedTuple):
    """Parcels in the equal-area frame, ready to be measured and to be cut."""

    target: Target
    shapes: npt.NDArray[np.object_]
    factor: npt.NDArray[np.float64]


def overlaps(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, Layer], rules: RuleSet
) -> gpd.GeoDataFrame:
    """
    Every piece of every parcel that a rule's features cover or touch.

    Of a rule about ground outside, the pieces are what no feature of its covers.

    Features of one layer that overlap each other count once. A piece that only the tolerance
    makes small is measured like any other and named by its contact.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons indexed by unique ``parcel_id``, any CRS.
    layers : mapping of role to Layer
        Layers without a frame are passed over: they cannot be measured.
    rules : RuleSet

    Returns
    -------
    GeoDataFrame, one row a piece
        Columns parcel_id, rule, role, contact, certain (False where it is not known whether the
        rule is about the features, see `chosen_features`), area_m2 (ellipsoidal, so that the parts
        of a parcel add up to its area of record), width_m (mean width 2·area/perimeter),
        feature_ids (joined by ``;``), geometry in the equal-area frame.
    """
    # Whole degrees, so that a parcel is measured in one frame whatever lies beside it in the file.
    lat = round(middle_latitude(parcels))
    land = _framed(parcels, lat)
    rows: list[tuple[object, ...]] = []
    shapes: list[shapely.Geometry] = []
    for rule in rules.spatial:
        layer = layers.get(str(rule.role))
        if layer is None or layer.frame is None:
            continue
        for piece, certain in _pieces_of_rule(land, layer, rule, rules.tolerance):
            area_m2 = piece.area_m2 * float(land.factor[piece.row])
            told = (piece.contact, certain, area_m2, piece.width_m, piece.feature_ids)
            rows.append((str(parcels.index[piece.row]), rule.id, rule.role, *told))
            shapes.append(piece.geometry)
    crs = equal_area(lat)
    frame = gpd.GeoDataFrame(rows, columns=COLUMNS, geometry=shapes, crs=crs)
    # As objects: pandas makes words of enums where pyarrow is installed.
    contacts = pd.Series([row[3] for row in rows], index=frame.index, dtype=object)
    types = {"certain": bool, "area_m2": float, "width_m": float}
    return frame.assign(contact=contacts).astype(types)


def _framed(parcels: gpd.GeoDataFrame, lat: float) -> _Land:
    rings = rings_of_shapes(parcels.geometry.to_numpy())
    target = overlay.target_of(rings, parcels.crs, lat_deg=lat)
    with np.errstate(invalid="ignore"):
        factor = polygon_area_m2(parcels).to_numpy() / target.area_m2
    return _Land(target, _in_frame(target.framed, target), factor)


def _in_frame(rings: Rings, target: Target) -> npt.NDArray[np.object_]:
    """Shapes of rings in the frame itself, no longer counted from the target's origin."""
    return shapes_of_rings(replace(rings, xy=rings.xy + target.origin))


def _pieces_of_rule(
    land: _Land, layer: Layer, rule: Rule, tolerance: Tolerance
) -> Iterator[tuple[Piece, bool]]:
    """Pieces of a rule, and whether each is certain."""
    chosen = chosen_features(layer, rule)
    certain = _near(land, chosen.certain, layer, rule.setback_m)
    unclear = _near(land, chosen.unclear, layer, rule.setback_m)
    sure = list(_met(land, certain, tolerance.touch_width_m))
    met = sure
    if rule.trigger == "outside":
        met = list(_beyond(land, pd.concat([certain, unclear])))
    for piece in _cut(met, tolerance):
        yield piece, True
    # Ground that is certainly under the rule, or within, is not doubtful as well.
    known = {one.row: one.features for one in sure}
    doubtful = [
        one._replace(without=known.get(one.row))
        for one in _met(land, unclear, tolerance.touch_width_m)
    ]
    for piece in _cut(doubtful, tolerance):
        yield piece, False


def _near(
    land: _Land, features: gpd.GeoDataFrame, layer: Layer, setback_m: float
) -> gpd.GeoDataFrame:
    """Features that may meet a parcel, checked, and widened by the setback."""
    search = overlay.search_grid(land.target, features.crs, around_m=setback_m)
    near = overlay.near_rows(rings_of_shapes(features.geometry.to_numpy()), search)
    features = features.iloc[near]
    _check_layer(features, layer)
    return setback(features, setback_m)


def _cut(met: Sequence[Met], tolerance: Tolerance) -> Iterator[Piece]:
    chunks = [met[at : at + _CHUNK] for at in range(0, len(met), _CHUNK)]
    task = partial(_cut_chunk, chunks=chunks, tolerance=tolerance)
    found = dict(run_blocks(task, range(len(chunks))))
    for number in range(len(chunks)):
        yield from found[number]


def _beyond(land: _Land, features: gpd.GeoDataFrame) -> Iterator[Met]:
    """Every parcel, with the features that cover some of it, for what lies outside them."""
    met = {one.row: one for one in _met(land, features, 0.0)}
    nothing = np.array([], dtype=object), np.array([], dtype=str)
    for row, shape in enumerate(land.shapes):
        one = met.get(row) or Met(row, shape, *nothing, whole=False)
        yield one._replace(outside=True)


def _check_layer(features: gpd.GeoDataFrame, layer: Layer) -> None:
    """Raise where a feature is invalid: a bow-tie's sum over edges may be nothing at all."""
    rings = rings_of_shapes(features.geometry.to_numpy())
    try:
        overlay.check_valid(rings, records=features.index.to_numpy())
    except InputError as error:
        where = layer.source or layer.role
        faults = [Text(f"{where}：{f.zh}", f"{where}: {f.en}") for f in error.faults]
        raise InputError(*faults) from error


def _cut_chunk(
    number: int, *, chunks: Sequence[Sequence[Met]], tolerance: Tolerance
) -> list[Piece]:
    return cut(chunks[number], tolerance)


def _met(land: _Land, features: gpd.GeoDataFrame, touch_m: float) -> Iterator[Met]:
    """Parcels that features cover in part, or touch: are as near as `touch_m`."""
    if features.empty:
        return
    target, ids = land.target, features[FEATURE_ID].astype(str).to_numpy()
    rings = overlay.in_equal_area(
        rings_of_shapes(features.geometry.to_numpy()),
        features.crs,
        lat_deg=target.lat_deg,
        origin=target.origin,
    )
    pairs = overlay.framed_pairs(target, overlay.edge_table(rings), around_m=touch_m)
    shapes = _in_frame(rings, target)
    shapely.prepare(shapes)
    covering = pairs.area_m2 > overlay.NOISE_M2
    near = ~covering
    near[near] = shapely.dwithin(shapes[pairs.row[near]], land.shapes[pairs.target[near]], touch_m)
    shapely.destroy_prepared(shapes)  # threads that share a prepared shape end the process
    whole = overlay.is_whole(target, pairs.area_m2, rows=pairs.target)
    start = np.searchsorted(pairs.target, np.arange(len(target.table) + 1))
    for row in np.flatnonzero(np.diff(start)):
        mine = slice(start[row], start[row + 1])
        chosen = covering[mine] if covering[mine].any() else near[mine]
        if not chosen.any():
            continue
        own = pairs.row[mine][chosen]
        yield Met(
            int(row),
            land.shapes[row],
            shapes[own],
            ids[own],
            whole=bool(whole[mine][chosen].any()),
        )
