"""Examination of files before they are used: what they are, and all that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis.crs import crs_name
from dzgis.errors import InputError
from dzgis.faults import Examination, ExaminedLayer
from dzgis.plan import DEFAULT_PLAN
from dzgis.terms import ROLES, Text, role_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from dzgis.plan.model import Plan

_RASTER_SUFFIXES = {".tif", ".tiff", ".img", ".asc", ".vrt", ".hgt", ".dem"}
_PARCELS, _COUNTIES = "parcels", "counties"
_WORDS = {_PARCELS: Text("地块", "parcels"), _COUNTIES: Text("县界", "county boundaries")}


@dataclass(frozen=True)
class Against:
    """
    What files are held against.

    Attributes
    ----------
    plan : Plan
    counties : GeoDataFrame or None
        The plan's; None where there are no boundaries of them, so that its box has to do.
    taken_as : str
        Role of a protection layer, ``parcels`` or ``counties``; blank lets each layer tell.
    shift : DatumShift or None
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.
    """

    plan: Plan
    counties: gpd.GeoDataFrame | None = None
    taken_as: str = ""
    shift: room.DatumShift | None = None


def against(
    plan: Plan, *, counties: Path | None = None, taken_as: str = "", datum_shift: str = ""
) -> Against:
    """
    What files are held against: the counties given, else those that ship with the plan.

    Raises
    ------
    InputError
        If the counties or the parameters cannot be read, or there is no such role.
    """
    known = (_PARCELS, _COUNTIES, *dict.fromkeys((*plan.rules.roles, *ROLES)))
    if taken_as and taken_as not in known:
        raise InputError(
            Text(
                f"--as {taken_as} 不可用；可用：{', '.join(known)}",
                f"--as {taken_as} is not known; there are: {', '.join(known)}",
            )
        )
    path = counties
    if path is None and plan.id == DEFAULT_PLAN:
        path = room.sample("counties")
    shift = room.parse_datum_shift(datum_shift) if datum_shift else None
    frame = None if path is None else room.read_counties(path, plan, shift=shift)
    return Against(plan, frame, taken_as, shift)


def examine_paths(paths: Sequence[Path], held: Against) -> list[Examination]:
    """Examine files one by one; one that cannot be read does not keep the others from it."""
    return [examine_file(path, held) for path in paths]


def examine_file(path: Path, held: Against) -> Examination:
    """
    Find all that is wrong with a file, and report instead of raising.

    A raster is taken for a DEM, a TXT for parcels; each layer of another file for the protection
    layer that it is recognised as, for counties where it holds all of the plan's, else for
    parcels, unless it is another standard layer.

    Parameters
    ----------
    path : Path
        With ``::LAYER`` for a single layer.
    held : Against
    """
    file, layer = room.split_source(path)
    layers: tuple[ExaminedLayer, ...]
    try:
        if file.suffix.lower() in _RASTER_SUFFIXES:
            layers = (_dem(file),)
        elif file.suffix.lower() == ".txt":
            layers = (_txt(file, held),)
        else:
            names = [layer] if layer else list(room.layer_roles(file))
            layers = tuple(_layer(file, name, held) for name in names)
    except InputError as error:
        layers = (room.unreadable(file, str(path), error.faults),)
    return Examination(path, layers, room.checked_rules())


def _dem(path: Path) -> ExaminedLayer:
    dem = room.read_dem([path])
    rows, cols = dem.grid.shape
    size = f"{dem.grid.cell_size[0]:g} × {dem.grid.cell_size[1]:g}"
    fact = Text(
        f"{rows} 行 {cols} 列，{crs_name(dem.grid.crs)}，像元 {size}",
        f"{rows} rows, {cols} columns, {crs_name(dem.grid.crs)}, cells {size}",
    )
    return ExaminedLayer(path, str(path), Text("DEM", "DEM"), (fact,), crs=dem.grid.crs)


def _txt(path: Path, held: Against) -> ExaminedLayer:
    datums = () if held.shift is None else (held.shift.datum,)
    table = room.Table(room.read_txt(path, datums=datums), str(path), path.stem)
    carried = room.in_cgcs2000(table, held.shift)
    return _noted(_examined(path, carried, _PARCELS, held), table, carried, held)


def _layer(path: Path, name: str, held: Against) -> ExaminedLayer:
    where = f"{path}::{name}"
    try:
        read = room.read_table(path, layer=name)
        table = room.in_cgcs2000(read, held.shift)
        role = held.taken_as or room.layer_roles(path).get(name) or _recognised(table, held)
    except InputError as error:
        return room.unreadable(path, where, error.faults)
    return _noted(_examined(path, table, role, held), read, table, held)


def _noted(
    found: ExaminedLayer, read: room.Table, carried: room.Table, held: Against
) -> ExaminedLayer:
    """Layer that says by which parameters it came from another datum, if it did."""
    if held.shift is None or carried is read:
        return found
    return replace(found, facts=(*found.facts, held.shift.text))


def _recognised(table: room.Table, held: Against) -> str:
    """Counties, parcels, or blank for another standard layer."""
    code = room.standard_code(table)
    if code not in ("", room.COUNTIES_STANDARD):
        return ""
    if room.is_counties(table, held.plan):
        return _COUNTIES
    return "" if code else _PARCELS


def _examined(path: Path, table: room.Table, role: str, held: Against) -> ExaminedLayer:
    """All faults of a layer; where there is no error, its reader has to agree."""
    words = _WORDS.get(role) or (role_text(role) if role else Text("数据图层", "data layer"))
    taken = room.Taken(role, words)
    found = room.examine_table(path, table, taken, held.plan, held.counties)
    return found if found.errors or not role else _read_by_its_reader(found, table, role, held)


def _read_by_its_reader(
    found: ExaminedLayer, table: room.Table, role: str, held: Against
) -> ExaminedLayer:
    path, plan = found.path, held.plan
    layer = None if path.suffix.lower() == ".txt" else table.layer
    try:
        if role == _PARCELS:
            room.read_parcels(path, plan, layer=layer, shift=held.shift)
        elif role == _COUNTIES:
            room.read_counties(path, plan, layer=layer, shift=held.shift)
        else:
            day = plan.rules.default_as_of()
            source = {role: f"{path}::{layer}"}
            room.read_protection(source, plan, as_of=day, counties=held.counties, shift=held.shift)
    except InputError as error:
        return room.with_refusal(found, error.faults)
    return found
