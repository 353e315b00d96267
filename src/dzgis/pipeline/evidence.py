"""
The evidence of a check (核查证据): what another machine needs to make the same check again.

`write_evidence` leaves ``evidence.gpkg`` beside check.json and gives the record that check.json
holds; `read_evidence` makes parcels and layers of both.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from pyproj import CRS

from dzgis import inputs as room
from dzgis import overlay, stores
from dzgis.area import middle_latitude
from dzgis.errors import InputError
from dzgis.frames import Layer
from dzgis.pipeline.evidence_record import (
    EVIDENCE,
    PARCELS,
    Evidence,
    GeometryFile,
    LayerEvidence,
    SourceRecord,
    crs_words,
)
from dzgis.plan.schemes import area_comparison
from dzgis.rings import rings_of_shapes
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.findings import Check
    from dzgis.overlay import Target
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.rules import RuleSet
    from dzgis.terms import Language

MARGIN_M = 100.0
"""How much further than the widest setback features are kept: nothing beyond moves a figure."""


class Held(NamedTuple):
    """Parcels and layers, as `dzgis.pipeline.check_parcels` takes them."""

    parcels: gpd.GeoDataFrame
    layers: dict[str, Layer]


def write_evidence(
    check: Check, loaded: Loaded, folder: Path, *, lang: Language, use_geometry: bool = True
) -> dict[str, object]:
    """
    Write evidence.gpkg into a folder, and give the record that check.json holds of it.

    Parameters
    ----------
    check : Check
    loaded : Loaded
        What was checked.
    folder : Path
        Must not hold the file.
    lang : {"zh", "en"}
        Of check.json.
    use_geometry : bool
        False leaves the file out, where shapes are secret; the record says so.
    """
    rules = check.rule_set
    layers = {role: loaded.layers.get(role) or room.absent(role) for role in rules.roles}
    frames = evidence_frames(check.land, layers, rules)
    geometry = None
    if use_geometry:
        stores.write_exact(frames, folder / EVIDENCE, date=check.as_of)
        geometry = GeometryFile(sha256=room.sha256_of(folder / EVIDENCE))
    given = {str(record["role"]): record for record in loaded.records}
    record = Evidence(
        geometry=geometry,
        reach_m={role: reach_m(role, rules) for role in rules.roles},
        lang=lang,
        as_of=check.as_of,
        project_type=check.project_type,
        rules=rules,
        area_limits=area_comparison(),
        versions=versions(),
        plan=loaded.plan.id,
        covers={role: tuple(names) for role, names in loaded.covers.items()},
        parcels_crs=crs_words(check.land) or "",
        n_parcels=len(check.land),
        broken=dict(loaded.broken),
        sources=tuple(_source(given[role]) for role in ("parcels", "counties") if role in given),
        layers=tuple(
            _layer_record(layer, frames, str(given.get(role, {}).get("crs_given", "")))
            for role, layer in layers.items()
        ),
    )
    return record.model_dump(mode="json")


def with_evidence(
    record: Mapping[str, object], evidence: Mapping[str, object]
) -> dict[str, object]:
    """Record of a check together with that of its evidence, as check.json holds both."""
    return {**record, "evidence": dict(evidence)}


def versions() -> dict[str, str]:
    """What computes figures here."""
    return {
        "dzgis": version("dzgis"),
        "geos": shapely.geos_version_string,
        "proj": pyproj.proj_version_str,
        "numpy": np.__version__,
    }


def reach_m(role: str, rules: RuleSet) -> float:
    """How far from a parcel a layer is looked at, with a margin, metres."""
    widest = max((rule.setback_m for rule in rules.spatial if rule.role == role), default=0.0)
    return widest + rules.tolerance.touch_width_m + MARGIN_M


def evidence_frames(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, Layer], rules: RuleSet
) -> dict[str, gpd.GeoDataFrame]:
    """
    Layers of evidence.gpkg: ``parcels``, and of each role ``layer_<role>`` and ``extent_<role>``.

    Parameters
    ----------
    parcels : GeoDataFrame, indexed by ``parcel_id``
        As judged.
    layers : mapping of role to Layer
    rules : RuleSet

    Returns
    -------
    dict of layer name to GeoDataFrame
        Whole features and whole parts of extents whose box lies within `reach_m` of that of a
        parcel, in the order and the CRS in which they were judged; none are cut. A layer without a
        frame, or an extent, has no entry.
    """
    rings = rings_of_shapes(parcels.geometry.to_numpy())
    target = overlay.target_of(rings, parcels.crs, lat_deg=round(middle_latitude(parcels)))
    frames = {PARCELS: parcels.rename_axis("parcel_id")}
    for role, layer in layers.items():
        around_m = reach_m(role, rules)
        if layer.frame is not None:
            frames[f"layer_{role}"] = _near(layer.frame, target, around_m)
        if layer.extent is not None:
            frames[f"extent_{role}"] = _near(layer.extent, target, around_m)
    return frames


def _near(frame: gpd.GeoDataFrame, target: Target, around_m: float) -> gpd.GeoDataFrame:
    """Rows whose box lies near that of a polygon of the target; all where that is not known."""
    boxes = overlay.search_grid(target, frame.crs, around_m=around_m).box
    if not np.isfinite(boxes).all():
        return frame
    tree = shapely.STRtree(shapely.box(*boxes.T))
    near = np.unique(tree.query(frame.geometry.to_numpy())[0])
    return gpd.GeoDataFrame(frame.iloc[near].reset_index(drop=True))


def _source(record: Mapping[str, object]) -> SourceRecord:
    fields = record.get("fields", {})
    return SourceRecord(
        role=str(record["role"]),
        path=str(record["path"]),
        sha256=str(record["sha256"]),
        crs_given=str(record.get("crs_given", "")),
        fields=dict(fields) if isinstance(fields, dict) else {},
    )


def _layer_record(
    layer: Layer, frames: Mapping[str, gpd.GeoDataFrame], crs_given: str
) -> LayerEvidence:
    kept = frames.get(f"layer_{layer.role}")
    return LayerEvidence(
        role=layer.role,
        source=layer.source,
        sha256=layer.sha256,
        date=layer.date,
        valid_until=layer.valid_until,
        status=layer.status,
        n_features=layer.n_features,
        reason=layer.reason,
        extent_basis=layer.extent_basis,
        note=layer.note,
        remarks=layer.remarks,
        crs=crs_words(layer.frame),
        n_kept=0 if kept is None else len(kept),
        extent_crs=crs_words(layer.extent),
        crs_given=crs_given,
    )


def read_evidence(path: Path, record: Evidence) -> Held:
    """
    Parcels and layers of evidence.gpkg, as they were judged.

    Parameters
    ----------
    path : Path
        Of the file; whether its hash is that of `record` is for the caller to see.
    record : Evidence

    Raises
    ------
    InputError
        If it cannot be read, or lacks a layer or record.
    """
    names = set(room.spatial_layers(path))
    wanted = [PARCELS, *(n for one in record.layers for n in _names_of(one))]
    lost = [name for name in wanted if name not in names]
    if lost:
        raise InputError(
            Text(
                f"{path} 缺少图层 {', '.join(lost)}，不是这次核查的证据",
                f"{path} lacks the layers {', '.join(lost)}: it is not the evidence of this check",
            )
        )
    parcels = _read(path, PARCELS, record.parcels_crs, record.n_parcels)
    layers = {one.role: _layer(path, one) for one in record.layers}
    return Held(gpd.GeoDataFrame(parcels.set_index("parcel_id")), layers)


def bare_layer(record: LayerEvidence) -> Layer:
    """Layer without its shapes: what an absent one is made of."""
    return Layer(
        role=record.role,
        frame=None,
        extent=None,
        status=record.status,
        source=record.source,
        sha256=record.sha256,
        date=record.date,
        valid_until=record.valid_until,
        n_features=record.n_features,
        reason=record.reason,
        extent_basis=record.extent_basis,
        note=record.note,
        remarks=record.remarks,
    )


def _names_of(record: LayerEvidence) -> list[str]:
    there = ((record.crs, record.layer), (record.extent_crs, record.extent))
    return [name for crs, name in there if crs is not None]


def _layer(path: Path, record: LayerEvidence) -> Layer:
    frame = extent = None
    if record.crs is not None:
        frame = _read(path, record.layer, record.crs, record.n_kept)
    if record.extent_crs is not None:
        extent = _read(path, record.extent, record.extent_crs, None)
    return replace(bare_layer(record), frame=frame, extent=extent)


def _read(path: Path, layer: str, crs: str, n: int | None) -> gpd.GeoDataFrame:
    """One layer in the CRS of the record, which a GeoPackage may spell otherwise."""
    frame = room.read_table(path, layer=layer).frame.reset_index(drop=True)
    if n is not None and len(frame) != n:
        raise InputError(
            Text(
                f"{path} 的图层 {layer} 有 {len(frame)} 条记录，证据记录为 {n} 条",
                f"{path}: the layer {layer} has {len(frame)} records, the record says {n}",
            )
        )
    return gpd.GeoDataFrame(frame.set_crs(CRS.from_user_input(crs), allow_override=True))
