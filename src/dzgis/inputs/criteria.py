"""Layers and rasters of a suitability scheme: by name, checked, all faults at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.area import transformer
from dzgis.crs import CGCS2000
from dzgis.database import is_database
from dzgis.errors import CRSError, InputError, listed, raise_all
from dzgis.inputs.aliases import tables
from dzgis.inputs.files import split_source
from dzgis.inputs.geometry import AREAL, geometry_faults, with_shapes
from dzgis.inputs.optional_attributes import optional_attributes
from dzgis.inputs.place import crs_faults, extents_deg, is_near, region_fault, value_faults
from dzgis.inputs.raster_rows import open_raster
from dzgis.inputs.roles import layer_roles
from dzgis.inputs.vector import read_table
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import geopandas as gpd

    from dzgis.inputs.vector import Table
    from dzgis.plan.model import Plan

RASTER_SUFFIXES = (".tif", ".tiff", ".img", ".vrt", ".asc", ".bil", ".flt")
"""By these a source is taken for a raster."""


def read_criteria(
    sources: Mapping[str, Path | str],
    plan: Plan,
    counties: gpd.GeoDataFrame,
    *,
    crs: Mapping[str, str] | None = None,
    attributes: Collection[str] = (),
) -> dict[str, gpd.GeoDataFrame | Path]:
    """
    Read the layers and rasters that a suitability scheme measures.

    Parameters
    ----------
    sources : mapping of name to path
        Any vector source with points, lines or polygons (``path::LAYER`` names a layer), or a
        raster of one band, known by its suffix. Without a layer the one that has the name, or is
        recognised as of that role, is taken.
    plan : Plan
    counties : GeoDataFrame
        A raster must reach them.
    crs : mapping of name to CRS, optional
        CRS of vector sources that say none, e.g. ``{"road": "EPSG:4543"}``.
    attributes : collection of str
        Attributes that the scheme looks at, e.g. ``hazard_level``: found under any alias and
        brought to the spelling of schemes, as far as a layer has them.

    Returns
    -------
    dict of name to GeoDataFrame or Path
        Frames in the file's own CRS with all fields; a layer without features stays one. Of a
        raster its checked path.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults of all sources: none there, no CRS or an unfit one, shapes that are null,
        empty or invalid, coordinates that do not suit the CRS, data elsewhere than the plan.
    """
    given = crs or {}
    faults = _crs_for_nothing(sources, given)
    of_one_kind = not faults
    found: dict[str, gpd.GeoDataFrame | Path] = {}
    kinds: set[type[InputError]] = set()
    for name, source in sources.items():
        try:
            found[name] = _read(name, source, plan, (counties, given.get(name), attributes))
        except InputError as error:
            faults.extend(error.faults)
            kinds.add(type(error))
    # One kind of fault keeps its class; several are an InputError.
    raise_all(faults, kinds.pop() if of_one_kind and len(kinds) == 1 else InputError)
    return found


def is_raster(source: Path | str) -> bool:
    """Whether a source is taken for a raster."""
    return split_source(source)[0].suffix.lower() in RASTER_SUFFIXES


def _crs_for_nothing(sources: Mapping[str, Path | str], crs: Mapping[str, str]) -> list[Text]:
    lacking = [name for name in crs if name not in sources or is_raster(sources[name])]
    if not lacking:
        return []
    return [
        Text(
            f"给了 {listed(lacking)} 的坐标系，却没有给出它的矢量数据；请改正",
            f"a CRS is given for {listed(lacking)}, but no vector data of it; correct it",
        )
    ]


def _read(
    name: str,
    source: Path | str,
    plan: Plan,
    asked: tuple[gpd.GeoDataFrame, str | None, Collection[str]],
) -> gpd.GeoDataFrame | Path:
    counties, crs, attributes = asked
    if is_raster(source):
        path = Path(source)
        _check_reaches(path, counties)
        return path
    table = read_table(Path(source), layer=_layer_of(name, source), crs=crs)
    wrong_crs = crs_faults(table.frame.crs, table.where)
    raise_all(wrong_crs, CRSError)
    raise_all([*_shape_faults(table), *_misplaced(table, plan)])
    return _with_attributes(table.frame, attributes)


def _layer_of(name: str, source: Path | str) -> str | None:
    """Layer called by the name, or recognised as of that role, where the file has several."""
    path, layer = split_source(source)
    if layer is not None or is_database(path):
        return layer
    roles = layer_roles(path)
    fits = [one for one in roles if one == name] or [one for one, of in roles.items() if of == name]
    return fits[0] if len(fits) == 1 else None


def _check_reaches(path: Path, counties: gpd.GeoDataFrame) -> None:
    grid = open_raster(path).grid
    west, south, east, north = grid.bounds
    carry = transformer(grid.crs, CGCS2000)
    lon, lat = carry.transform([west, east, west, east], [south, south, north, north])
    here = shapely.box(min(lon), min(lat), max(lon), max(lat))
    there = shapely.box(*counties.to_crs(CGCS2000).total_bounds)
    if not shapely.intersects(here, there):
        shown = f"{min(lon):.3f}–{max(lon):.3f}°E, {min(lat):.3f}–{max(lat):.3f}°N"
        raise InputError(
            Text(
                f"{path} 在 {shown}，不与任何县相交；请检查坐标系和范围",
                f"{path} lies at {shown} and meets no county; check its CRS and extent",
            )
        )


def _shape_faults(table: Table) -> list[Text]:
    """Null, empty and invalid shapes; points and lines are welcome."""
    shapes = table.frame.geometry.to_numpy()
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    other = there & ~np.isin(shapely.get_type_id(shapes), AREAL)
    return geometry_faults(table.frame[~other], table.where)


def _misplaced(table: Table, plan: Plan) -> list[Text]:
    frame = with_shapes(table.frame)
    if frame.empty:
        return []
    faults = value_faults(frame, table.where)
    if faults:
        return faults
    extents = extents_deg(frame)
    if is_near(extents, plan).any():
        return []
    every = Text("全部要素", "all features")
    return [region_fault(table.where, every, extents[0], plan)]


def _with_attributes(frame: gpd.GeoDataFrame, attributes: Collection[str]) -> gpd.GeoDataFrame:
    known = [name for name in attributes if name in tables()["attributes"]]
    found = optional_attributes(frame, known)
    filled = {name: values for name, values in found.items() if (values != "").any()}
    return frame.assign(**filled)
