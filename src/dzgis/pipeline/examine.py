"""Examination of a file before it is used: what it is, and all that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis.crs import crs_name
from dzgis.errors import InputError
from dzgis.plan import DEFAULT_PLAN
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from dzgis.frames import Layer
    from dzgis.plan.model import Plan
    from dzgis.terms import Language

_RASTER_SUFFIXES = {".tif", ".tiff", ".img", ".asc", ".vrt", ".hgt", ".dem"}


@dataclass(frozen=True)
class Examined:
    """
    What was found of one file.

    Attributes
    ----------
    path : Path
    kind : Text
        What it was taken for.
    facts : tuple of Text
    faults : tuple of Text
        Empty for a file that can be used.
    """

    path: Path
    kind: Text
    facts: tuple[Text, ...] = ()
    faults: tuple[Text, ...] = ()

    def record(self, lang: Language) -> dict[str, object]:
        """Record for machines."""
        return {
            "path": str(self.path),
            "kind": self.kind.say(lang),
            "facts": [fact.say(lang) for fact in self.facts],
            "faults": [fault.say(lang) for fault in self.faults],
        }


def examine_file(path: Path, plan: Plan) -> Examined:
    """
    Read a file as what it seems to be, and report instead of raising.

    A raster is taken for a DEM, a file with known protection layers for those, one with the
    plan's counties for boundaries, anything else for parcels.
    """
    if path.suffix.lower() in _RASTER_SUFFIXES:
        return _as_dem(path)
    try:
        found = {} if path.suffix.lower() == ".txt" else room.layer_roles(path)
    except InputError as error:
        return Examined(path, Text("矢量数据", "vector data"), faults=error.faults)
    if any(found.values()):
        return _as_protection(path, plan)
    counties = _as_counties(path, plan)
    return _as_parcels(path, plan) if counties.faults else counties


def _as_dem(path: Path) -> Examined:
    kind = Text("DEM", "DEM")
    try:
        dem = room.read_dem([path])
    except InputError as error:
        return Examined(path, kind, faults=error.faults)
    rows, cols = dem.grid.shape
    size = f"{dem.grid.cell_size[0]:g} × {dem.grid.cell_size[1]:g}"
    fact = Text(
        f"{rows} 行 {cols} 列，{crs_name(dem.grid.crs)}，像元 {size}",
        f"{rows} rows, {cols} columns, {crs_name(dem.grid.crs)}, cells {size}",
    )
    return Examined(path, kind, (fact,))


def _as_protection(path: Path, plan: Plan) -> Examined:
    kind = Text("控制线图层", "protection layers")
    try:
        roles = room.recognise_protection(path)
        counties = _shipped_counties(plan)
        layers = room.read_protection(
            roles, plan, as_of=plan.rules.default_as_of(), counties=counties, covers={}
        )
    except InputError as error:
        return Examined(path, kind, faults=error.faults)
    facts = tuple(_layer_fact(layers[role]) for role in roles if role in layers)
    return Examined(path, kind, facts)


def _shipped_counties(plan: Plan) -> gpd.GeoDataFrame | None:
    """Counties that ship with dzgis, where they are the plan's."""
    if plan.id != DEFAULT_PLAN:
        return None
    return room.read_counties(room.sample("counties"), plan)


def _layer_fact(layer: Layer) -> Text:
    name, status = role_text(layer.role), layer.status.text
    return Text(
        f"{name.zh}：{layer.n_features} 个要素，状态 {status.zh}",
        f"{name.en}: {layer.n_features} features, {status.en}",
    )


def _as_counties(path: Path, plan: Plan) -> Examined:
    kind = Text("县界", "county boundaries")
    try:
        counties = room.read_counties(path, plan)
    except InputError as error:
        return Examined(path, kind, faults=error.faults)
    fact = Text(f"{len(counties)} 个县", f"{len(counties)} counties")
    return Examined(path, kind, (fact,))


def _as_parcels(path: Path, plan: Plan) -> Examined:
    kind = Text("地块", "parcels")
    try:
        parcels = room.read_parcels(path, plan)
    except InputError as error:
        return Examined(path, kind, faults=error.faults)
    fact = Text(
        f"{len(parcels)} 个地块，{crs_name(parcels.crs)}",
        f"{len(parcels)} parcels, {crs_name(parcels.crs)}",
    )
    return Examined(path, kind, (fact,))
