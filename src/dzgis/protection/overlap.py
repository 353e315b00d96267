"""Exact overlaps (压占) of parcels with red-line layers, on the ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.area import carried, middle_latitude, to_equal_area
from dzgis.frames import FEATURE_ID
from dzgis.protection.select import features_of
from dzgis.terms import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from dzgis.frames import Layer
    from dzgis.plan.model import Rule, RuleSet, Tolerance

_POLYGON = 2
_NEAR_DEG, _NEAR_M = 1e-4, 10.0
"""About 10 m around a bounding box: more than an edge bends on the way to another CRS."""
COLUMNS = ["parcel_id", "rule", "role", "contact", "area_m2", "width_m", "feature_ids"]


@dataclass(frozen=True)
class _Piece:
    contact: Contact
    area_m2: float
    width_m: float
    feature_ids: str
    geometry: shapely.Geometry


def overlaps(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, Layer], rules: RuleSet
) -> gpd.GeoDataFrame:
    """
    Every piece of every parcel that a rule's features cover or touch.

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
        Columns parcel_id, rule, role, contact, area_m2 (ellipsoidal), width_m (mean width
        2·area/perimeter), feature_ids (joined by ``;``), geometry in the equal-area frame.
    """
    # Whole degrees, so that a parcel is measured in one frame whatever lies beside it in the file.
    lat = round(middle_latitude(parcels))
    land = to_equal_area(parcels, lat_deg=lat)
    measured = [
        (rule, layers[str(rule.role)])
        for rule in rules.spatial
        if str(rule.role) in layers and layers[str(rule.role)].frame is not None
    ]
    rows = [
        (parcel_id, rule.id, rule.role, *_values(piece))
        for rule, layer in measured
        for parcel_id, piece in _pieces_of_rule(land, layer, rule, rules.tolerance)
    ]
    geometry = [row[-1] for row in rows]
    table = [row[:-1] for row in rows]
    frame = gpd.GeoDataFrame(table, columns=COLUMNS, geometry=geometry, crs=land.crs)
    contacts = pd.Series([row[3] for row in rows], index=frame.index, dtype=object)
    return frame.assign(contact=contacts).astype({"area_m2": float, "width_m": float})


def _values(piece: _Piece) -> tuple[object, ...]:
    return piece.contact, piece.area_m2, piece.width_m, piece.feature_ids, piece.geometry


def _pieces_of_rule(
    parcels: gpd.GeoDataFrame, layer: Layer, rule: Rule, tolerance: Tolerance
) -> Iterator[tuple[str, _Piece]]:
    features = _near(features_of(layer, rule), parcels)
    if features.empty:
        return
    ids = features[FEATURE_ID].astype(str).to_numpy()
    geometry = carried(features, parcels.crs).geometry.to_numpy()
    rows, hits = shapely.STRtree(geometry).query(
        parcels.geometry.to_numpy(), predicate="intersects"
    )
    # One parcel at a time: each is cut with the union of its own few features.
    for row in np.unique(rows):
        near = hits[rows == row]
        parcel = parcels.geometry.iloc[row]
        for piece in _pieces(parcel, geometry[near], ids[near], tolerance):
            yield str(parcels.index[row]), piece


def _near(features: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Features whose bounding boxes meet a parcel's; the rest of a province is left alone."""
    margin = _NEAR_DEG if features.crs.is_geographic else _NEAR_M
    boxes = shapely.box(*parcels.to_crs(features.crs).geometry.bounds.to_numpy().T)
    wide = shapely.box(*(shapely.bounds(boxes) + np.array([-1, -1, 1, 1]) * margin).T)
    hits = features.sindex.query(wide)[1]
    return features.iloc[np.unique(hits)]


def _pieces(
    parcel: shapely.Geometry,
    features: npt.NDArray[np.object_],
    ids: npt.NDArray[np.str_],
    tolerance: Tolerance,
) -> Iterator[_Piece]:
    """Pieces of one parcel under one rule; one touching piece where there is no area."""
    common = shapely.intersection(parcel, shapely.union_all(features))
    parts = shapely.get_parts(common)
    parts = parts[shapely.get_dimensions(parts) == _POLYGON]
    if parts.size == 0:
        yield _Piece(Contact.TOUCHING, 0.0, 0.0, ";".join(sorted(ids)), common)
    for part in parts:
        touched = sorted(ids[shapely.intersects(features, part)])
        area_m2 = float(shapely.area(part))
        width_m = 2.0 * area_m2 / float(shapely.length(part))
        contact = _contact(part, area_m2, width_m, tolerance)
        yield _Piece(contact, area_m2, width_m, ";".join(touched), part)


def _contact(
    part: shapely.Geometry, area_m2: float, width_m: float, tolerance: Tolerance
) -> Contact:
    if _thinner(part, width_m, tolerance.touch_width_m):
        return Contact.TOUCHING
    if area_m2 < tolerance.sliver_area_m2 or _thinner(part, width_m, tolerance.sliver_width_m):
        return Contact.SLIVER
    return Contact.OVERLAP


def _thinner(part: shapely.Geometry, width_m: float, limit_m: float) -> bool:
    """
    Whether a piece is thinner than a limit everywhere.

    The mean width alone would hide a broad intrusion at the end of a long thin strip.
    """
    return width_m < limit_m and bool(shapely.is_empty(shapely.buffer(part, -limit_m / 2.0)))
