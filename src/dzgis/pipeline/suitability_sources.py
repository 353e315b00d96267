"""What a suitability scheme measures, made ready from layers and rasters; and what is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dzgis import suitability
from dzgis.area import carried
from dzgis.crs import CGCS2000
from dzgis.errors import listed
from dzgis.terms import Text, criterion_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.plan.model import Plan
    from dzgis.plan.suitability_model import Criterion, Measure, Scheme
    from dzgis.suitability import Features, Polygons

    Layers = Mapping[str, gpd.GeoDataFrame | Path | str]
    Use = tuple[Measure, tuple[str, ...]]
    """A measure, and the categories into which its polygons are put."""

_LAYER_KINDS = ("distance", "cost_distance", "class", "cover")
_HUBS = {"comprehensive_hub", "passenger_freight_station"}
"""Kinds of facilities that are hubs (枢纽)."""


@dataclass(frozen=True, eq=False)
class Sources:
    """
    Sources of a scheme's measures.

    Attributes
    ----------
    features : mapping of Measure to Features
        Of distances.
    polygons : mapping of Use to Polygons
        Of classes and covers.
    shapes : mapping of Measure to ndarray
        Targets of cost distances, in the grid's CRS.
    barriers : mapping of layer to Polygons
    rasters : mapping of Measure to Path
    absent : mapping of Measure to Text
        Why a measure has no data at all.
    notes : tuple of Text
    """

    features: Mapping[Measure, Features] = field(default_factory=dict)
    polygons: Mapping[Use, Polygons] = field(default_factory=dict)
    shapes: Mapping[Measure, npt.NDArray[np.object_]] = field(default_factory=dict)
    barriers: Mapping[str, Polygons] = field(default_factory=dict)
    rasters: Mapping[Measure, Path] = field(default_factory=dict)
    absent: Mapping[Measure, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def uses_of(scheme: Scheme) -> Iterator[Use]:
    """Every measure of a scheme with its categories."""
    yield from ((one.of, categories_of(one)) for one in scheme.criteria)
    yield from ((one.of, one.values) for one in scheme.limits)
    yield from ((one.of, ()) for one in scheme.lowerings)
    if scheme.integration is not None:
        yield scheme.integration.of, ()


def categories_of(one: Criterion) -> tuple[str, ...]:
    """Categories of a criterion, in the order of their numbers."""
    return tuple(one.value.table)


def sources_for(scheme: Scheme, layers: Layers, crs: CRS) -> Sources:
    """
    Make the sources of all measures ready.

    Parameters
    ----------
    scheme : Scheme
    layers : mapping of name to GeoDataFrame or path of a raster
        What is not there is absent, not empty.
    crs : CRS
        Of the grid.

    Raises
    ------
    CRSError
        If a layer has no CRS, or one in which nothing can be measured.
    """
    absent = {of: why for of, _ in uses_of(scheme) if (why := _why_absent(of, layers)) is not None}
    there = [use for use in dict.fromkeys(uses_of(scheme)) if use[0] not in absent]
    chosen = {of: _chosen(of, layers) for of, _ in there if of.kind in _LAYER_KINDS}
    return Sources(
        features={
            of: suitability.features_of(frame)
            for of, frame in chosen.items()
            if of.kind == "distance"
        },
        polygons={
            use: _polygons(use, chosen[use[0]], crs)
            for use in there
            if use[0].kind in {"class", "cover"}
        },
        shapes={
            of: frame.to_crs(crs).geometry.to_numpy()
            for of, frame in chosen.items()
            if of.kind == "cost_distance"
        },
        barriers=_barriers(scheme, layers, crs),
        rasters={
            of: Path(str(layers[of.raster])) for of, _ in there if _of_users_raster(of, layers)
        },
        absent=absent,
        notes=(*_unused_layers(scheme, layers), *_no_barriers(scheme, layers)),
    )


def _of_users_raster(of: Measure, layers: Layers) -> bool:
    return bool(of.raster) and not of.rasters and of.raster in layers


def _why_absent(of: Measure, layers: Layers) -> Text | None:
    """Why a measure has no data at all; None where it has."""
    if of.raster and not of.rasters:
        return None if isinstance(layers.get(of.raster), Path | str) else _not_given(of.raster)
    if not of.layers:
        return None
    there = [name for name in of.layers if isinstance(layers.get(name), gpd.GeoDataFrame)]
    if not there:
        return _not_given(*of.layers)
    lacking = [
        key
        for key in [*(one.field for one in of.where), *filter(None, [of.field])]
        if not any(key in _frame(layers, name).columns for name in there)
    ]
    if not lacking:
        return None
    return Text(
        f"图层 {listed(there)} 没有字段 {listed(lacking)}",
        f"layer {listed(there)} has no field {listed(lacking)}",
    )


def _not_given(*names: str) -> Text:
    said = [criterion_text(name) for name in names]
    zh = "、".join(f"{text.zh}（{name}）" for text, name in zip(said, names, strict=True))
    en = ", ".join(f"{text.en} ({name})" for text, name in zip(said, names, strict=True))
    return Text(f"未给出 {zh}", f"not given: {en}")


def _frame(layers: Layers, name: str) -> gpd.GeoDataFrame:
    frame = layers[name]
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TypeError(f"{name} is no layer of features")
    return frame


def _chosen(of: Measure, layers: Layers) -> gpd.GeoDataFrame:
    """Features of all layers of a measure that fulfil its conditions."""
    parts = []
    for name in of.layers:
        if not isinstance(layers.get(name), gpd.GeoDataFrame):
            continue
        frame = _frame(layers, name)
        keep = np.ones(len(frame), dtype=bool)
        for one in of.where:
            keep &= frame[one.field].astype(str).isin(one.values).to_numpy()
        columns = [of.field] if of.field else []
        parts.append(_plain(frame[keep], columns))
    if len(parts) == 1:
        return parts[0]
    carried_parts = [part if part.crs == CGCS2000 else part.to_crs(CGCS2000) for part in parts]
    return gpd.GeoDataFrame(pd.concat(carried_parts, ignore_index=True), crs=CGCS2000)


def _polygons(use: Use, frame: gpd.GeoDataFrame, crs: CRS) -> Polygons:
    of, categories = use
    if of.kind == "cover":
        return suitability.polygons_of(frame, crs)
    values = frame[of.field].astype(str).tolist()
    number = suitability.category_numbers(values, categories, by_prefix=of.by_prefix)
    return suitability.polygons_of(frame, crs, number)


def _barriers(scheme: Scheme, layers: Layers, crs: CRS) -> dict[str, Polygons]:
    names = {
        name
        for of, _ in uses_of(scheme)
        if of.surface is not None
        for name in scheme.surface(of.surface).barriers
    }
    there = [name for name in sorted(names) if isinstance(layers.get(name), gpd.GeoDataFrame)]
    return {name: suitability.polygons_of(_frame(layers, name), crs) for name in there}


def _no_barriers(scheme: Scheme, layers: Layers) -> Iterator[Text]:
    for of in dict.fromkeys(scheme.measures):
        if of.surface is None:
            continue
        lacking = [name for name in scheme.surface(of.surface).barriers if name not in layers]
        if lacking:
            yield Text(
                f"成本距离的障碍图层未给出（{listed(lacking)}），按无障碍计算",
                f"barriers of the cost distance were not given ({listed(lacking)}): there are none",
            )


def _unused_layers(scheme: Scheme, layers: Layers) -> Iterator[Text]:
    """Layers of a distance of which only some are there."""
    for of in dict.fromkeys(scheme.measures):
        lacking = [name for name in of.layers if name not in layers]
        if lacking and len(lacking) < len(of.layers):
            yield Text(
                f"距离只到已给出的图层，缺 {listed(lacking)}",
                f"distances are to the layers that were given, without {listed(lacking)}",
            )


def in_grid(frame: gpd.GeoDataFrame, key: str, crs: CRS) -> gpd.GeoDataFrame:
    """Zones carried to the grid's CRS: the key and the geometry."""
    return carried(_plain(frame, [key]), crs)


def _plain(frame: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Some columns and the geometry, under that name, numbered anew."""
    kept = {name: frame[name].to_numpy() for name in columns}
    return gpd.GeoDataFrame(kept, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def plan_layers(plan: Plan, axes: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """
    Layers that a plan gives by itself; a user's own take their place.

    Parameters
    ----------
    plan : Plan
    axes : GeoDataFrame
        As `dzgis.allocation.axis_lines` gives them.

    Returns
    -------
    dict of name to GeoDataFrame in EPSG:4490
        ``town``: seats of counties and townships; ``hub``: hubs and stations that have a place,
        left out where there is none; both points with ``name`` and ``acc_km``, good to so many
        kilometres only; ``axis``: core lines of axes.
    """
    seats = [*(one.seat for one in plan.counties), *(one.seat for one in plan.townships)]
    hubs = [one.place for one in plan.facilities if one.kind in _HUBS and one.place is not None]
    found = {"town": _points(plan, seats), "axis": axes[axes["kind"] == "core"]}
    return found | ({"hub": _points(plan, hubs)} if hubs else {})


def _points(plan: Plan, names: list[str]) -> gpd.GeoDataFrame:
    points = [plan.place(name).point for name in dict.fromkeys(names)]
    return gpd.GeoDataFrame(
        {"name": list(dict.fromkeys(names)), "acc_km": [point.acc_km for point in points]},
        geometry=gpd.points_from_xy([p.lon for p in points], [p.lat for p in points]),
        crs=CGCS2000,
    )


def fields_of(scheme: Scheme) -> tuple[str, ...]:
    """Attributes that a scheme looks at, each once; for `dzgis.inputs.read_criteria`."""
    found = [of.field for of in scheme.measures]
    found += [one.field for of in scheme.measures for one in of.where]
    return tuple(dict.fromkeys(filter(None, found)))


def layer_names(scheme: Scheme) -> tuple[str, ...]:
    """Names of the layers and of the user's rasters that a scheme looks at, each once."""
    found = [name for of in scheme.measures for name in of.layers]
    found += [of.raster for of in scheme.measures if of.raster and not of.rasters]
    found += [name for one in scheme.cost_surfaces for name in one.barriers]
    return tuple(dict.fromkeys(found))
