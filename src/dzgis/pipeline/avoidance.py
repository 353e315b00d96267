"""Boundary changes (避让) of a check: what is kept, its proof, and the files for surveyors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from dzgis import land, protection, stores
from dzgis.area import carried, still_valid
from dzgis.crs import CGCS2000, gauss_kruger, zone_of
from dzgis.plan.schemes import avoidance_limits
from dzgis.terms import Contact, Text, Verdict, both_languages

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.boundary_file import TxtFile
    from dzgis.crs import Zone
    from dzgis.frames import Layer
    from dzgis.plan.rules import RuleSet
    from dzgis.terms import Language

AVOIDANCE = "avoidance"
"""Name of the GeoPackage and its layer, and of the 界址点 file."""


def blocking_rules(
    rules: RuleSet, project_type: str | None, *, conditional: bool = False
) -> tuple[str, ...]:
    """
    Ids of the rules whose ground is prohibited for a kind of project.

    Parameters
    ----------
    rules : RuleSet
    project_type : str or None
        Rules whose verdict needs a kind that is not known are left out.
    conditional : bool
        Whether ground that is conditional counts too.
    """
    verdicts = {Verdict.PROHIBITED, *([Verdict.CONDITIONAL] if conditional else [])}
    return tuple(r.id for r in rules.spatial if r.verdict_for(project_type) in verdicts)


def avoidance_of(
    parcels: gpd.GeoDataFrame,
    pieces: gpd.GeoDataFrame,
    rules: RuleSet,
    project_type: str | None = None,
    *,
    access: gpd.GeoDataFrame | None = None,
    conditional: bool = False,
) -> gpd.GeoDataFrame:
    """
    Smallest boundary change of each parcel that presses on prohibited ground.

    Parameters
    ----------
    parcels : GeoDataFrame, indexed by ``parcel_id``
    pieces : GeoDataFrame
        Of `Check.pieces`. Pieces of a layer that is out of date count like any other.
    rules : RuleSet
    project_type : str, optional
    access : GeoDataFrame, optional
        Roads that a parcel may not lose.
    conditional : bool
        Whether conditional ground is avoided too.

    Returns
    -------
    GeoDataFrame, indexed by ``parcel_id``
        See `dzgis.land.avoidance`; with ``name`` where the parcels have names.
    """
    found = land.avoidance(
        parcels,
        pieces,
        avoidance_limits(),
        blocking_rules=blocking_rules(rules, project_type, conditional=conditional),
        touch_m=rules.tolerance.touch_width_m,
        access=access,
    )
    if "name" in parcels.columns:
        found.insert(0, "name", parcels.loc[found.index, "name"])
    return found


def still_pressing(
    kept: gpd.GeoDataFrame,
    layers: Mapping[str, Layer],
    rules: RuleSet,
    project_type: str | None = None,
    *,
    conditional: bool = False,
) -> list[str]:
    """
    Parcels whose kept land does more than touch avoided ground: none, or the change is no remedy.

    Parameters
    ----------
    kept : GeoDataFrame
        Of `avoidance_of`, or the same land read back from a file.
    layers : mapping of role to Layer
    rules : RuleSet
    project_type : str, optional
    conditional : bool
        As given to `avoidance_of`.
    """
    rest = _with_land(kept)
    if rest.empty:
        return []
    blocking = blocking_rules(rules, project_type, conditional=conditional)
    only = rules.model_copy(update={"rules": tuple(rules.rule(one) for one in blocking)})
    pieces = protection.overlaps(rest, layers, only)
    more = pieces["contact"].isin((Contact.OVERLAP, Contact.SLIVER))
    return list(dict.fromkeys(pieces.loc[more, "parcel_id"].astype(str)))


def avoidance_note() -> Text:
    """What must stand beside boundary changes: a proposal, by limits that are assumed."""
    limits = both_languages(avoidance_limits().source.note)
    return Text(
        f"避让界线由图层算出，是建议而非界址测定；{limits.zh}",
        f"the borders of avoidance are computed from the layers, a proposal and no survey; "
        f"{limits.en}",
    )


def _with_land(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame[~frame.geometry.is_empty]


def avoidance_layer(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Kept land in EPSG:4490, for a GeoPackage that can be checked again; nothing kept has no row.

    Edges are split to at most 70 m on the way, so that the border stays where it was on the ground.
    """
    return still_valid(carried(_with_land(frame), CGCS2000))


def avoidance_txt(frame: gpd.GeoDataFrame, made_on: dt.date) -> dict[str, TxtFile]:
    """
    界址点 files of the kept land, by file name: one a 3-degree zone, none where nothing is kept.

    Parameters
    ----------
    frame : GeoDataFrame
        Of `avoidance_of`. In a Gauss-Krüger zone it stays in that zone; else each parcel goes to
        the zone of its middle, with edges of at most 70 m.
    made_on : date

    Notes
    -----
    Points are put on the millimetre together, so that shapes stay valid when they are rounded.
    """
    named = "name" in frame.columns
    columns = stores.TxtColumns(parcel_id="parcel_id", name="name" if named else None)
    style = stores.TxtStyle(made_on)
    zones = [(zone, _on_grid(part, style.decimals)) for zone, part in _by_zone(_with_land(frame))]
    one = len(zones) == 1
    return {
        f"{AVOIDANCE}.txt" if one else f"{AVOIDANCE}-{zone.number}.txt": stores.txt_of(
            part.assign(parcel_id=part.index.astype(str)), columns, style
        )
        for zone, part in zones
    }


def _by_zone(frame: gpd.GeoDataFrame) -> Iterator[tuple[Zone, gpd.GeoDataFrame]]:
    """Parts of a frame, each in its zone with prefix."""
    if frame.empty:
        return
    own = zone_of(frame.crs)
    if own is not None:  # with or without prefix the plane is one
        prefixed = replace(own, prefixed=True)
        yield prefixed, frame.to_crs(prefixed.crs)
        return
    bounds = frame.to_crs(CGCS2000).bounds
    middles = (bounds["minx"] + bounds["maxx"]) / 2.0
    zones = pd.Series([_zone(lon_deg) for lon_deg in middles], index=frame.index, dtype=object)
    for zone in dict.fromkeys(sorted(zones, key=lambda one: one.number)):
        yield zone, still_valid(carried(frame[(zones == zone).to_numpy()], zone.crs))


def _zone(lon_deg: float) -> Zone:
    zone = zone_of(gauss_kruger(lon_deg))
    if zone is None:
        raise AssertionError(f"no zone at {lon_deg} degrees")
    return replace(zone, prefixed=True)


def _on_grid(frame: gpd.GeoDataFrame, decimals: int) -> gpd.GeoDataFrame:
    rounded = frame.set_geometry(frame.geometry.set_precision(10.0**-decimals))
    return _with_land(rounded)


def write_avoidance(
    frame: gpd.GeoDataFrame, folder: Path, *, lang: Language, date: dt.date
) -> tuple[str, ...]:
    """
    Write ``avoidance.gpkg`` and ``avoidance.txt`` (several, with the zone's number, if need be).

    Parameters
    ----------
    frame : GeoDataFrame
        Of `avoidance_of`.
    folder : Path
        Of a staged output; must not hold these files.
    lang : {"zh", "en"}
    date : date
        Day of the check; equal content gives equal files.

    Returns
    -------
    tuple of str
        Names of the files.
    """
    package = f"{AVOIDANCE}.gpkg"
    layers = {AVOIDANCE: avoidance_layer(frame)}
    stores.write_geopackage(layers, folder / package, lang=lang, date=date, styles={})
    files = avoidance_txt(frame, date)
    for name, file in files.items():
        stores.write_txt(file, folder / name)
    return (package, *files)
