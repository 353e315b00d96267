"""
The Python interface: the pipeline's steps under short names.

Use it through ``import dzgis``; nothing is imported before it is used.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis import pipeline
from dzgis.engine import THREADS, Engine
from dzgis.errors import InputError
from dzgis.grid import Raster
from dzgis.pipeline import (
    CheckOptions,
    Conversion,
    Inputs,
    LandOptions,
    Paper,
    Result,
    sample_inputs,
)
from dzgis.pipeline.selftest import selftest
from dzgis.plan import DEFAULT_PLAN, load_exclusions, load_plan, load_rules, slope_scheme
from dzgis.plan.suitability import load_scheme
from dzgis.reconcile import reconcile_areas
from dzgis.terms import Text, default_language
from dzgis.terrain import (
    basins,
    class_probability,
    classify,
    dem_errors,
    parcel_probability,
    parse_dem_error,
    slope,
)
from dzgis.zonal_statistics import STATISTICS, zonal_statistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from dzgis.faults import Examination
    from dzgis.findings import Check
    from dzgis.frames import Layer
    from dzgis.pipeline.verify import Verification
    from dzgis.plan.model import Plan
    from dzgis.plan.rules import RuleSet
    from dzgis.terms import Language

__all__ = [
    "CheckOptions",
    "Conversion",
    "Inputs",
    "LandOptions",
    "Paper",
    "Result",
    "assign",
    "basins",
    "check",
    "class_probability",
    "classify",
    "convert",
    "dem_errors",
    "examine",
    "load_exclusions",
    "load_plan",
    "load_rules",
    "load_scheme",
    "near_limits",
    "open_counties",
    "open_dem",
    "open_parcels",
    "open_protection",
    "parcel_probability",
    "parse_dem_error",
    "reconcile_areas",
    "report",
    "run",
    "sample_inputs",
    "selftest",
    "slope",
    "slope_scheme",
    "verify",
    "zonal",
]

FilePath = str | Path
Day = dt.date | str
"""A date, or the same as text, like ``"2020-12-31"``."""


def _day(as_of: Day | None, rules: RuleSet) -> dt.date:
    """
    Day that was asked for, else the default of the rules.

    Raises
    ------
    InputError
        If `as_of` is no day.
    """
    if as_of is None:
        return rules.default_as_of()
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if isinstance(as_of, dt.date):
        return as_of
    try:
        return dt.date.fromisoformat(as_of)
    except (ValueError, TypeError) as error:
        raise InputError(
            Text(
                f"as_of = {as_of!r} 不是日期；请给 datetime.date 或 '2020-12-31' 这样的文本",
                f"as_of = {as_of!r} is not a date; give a datetime.date or a text like "
                "'2020-12-31'",
            )
        ) from error


def open_dem(
    paths: FilePath | Sequence[FilePath], *, around: gpd.GeoDataFrame | None = None
) -> Raster:
    """
    Read a DEM of one or several files.

    Parameters
    ----------
    paths : path or sequence of paths
        Rasters of one CRS and one grid.
    around : GeoDataFrame, optional
        Only the part around these polygons is read.

    Returns
    -------
    Raster of float32
        Metres, NaN where not known.

    Raises
    ------
    InputError
        With all faults of all files.
    """
    several = [paths] if isinstance(paths, str | Path) else paths
    return room.read_dem([Path(path) for path in several], around=around)


def _shift(datum_shift: str) -> room.DatumShift | None:
    return room.parse_datum_shift(datum_shift) if datum_shift else None


def open_counties(
    path: FilePath, plan: Plan, *, crs: str | None = None, datum_shift: str = ""
) -> gpd.GeoDataFrame:
    """
    Read the plan's counties from any vector source, by code or by old or new name; EPSG:4490.

    ``path::LAYER`` names a layer; `crs` is that of a source that says none; `datum_shift` are the
    parameters of 西安80 or 北京54, a TOML file or ``key=value,…``.
    """
    return room.read_counties(Path(path), plan, crs=crs, shift=_shift(datum_shift))


def open_parcels(
    path: FilePath,
    plan: Plan,
    *,
    fields: Mapping[str, str] | None = None,
    crs: str | None = None,
    datum_shift: str = "",
) -> gpd.GeoDataFrame:
    """
    Read parcels from a vector source or a 界址点 TXT: index ``parcel_id``, their own CRS.

    Parameters
    ----------
    path : path
        ``path::LAYER`` names a layer.
    plan : Plan
    fields : mapping of role to column, optional
        E.g. ``{"parcel_id": "DKBH"}``, where several columns could hold the ids and differ; see
        `dzgis.inputs.read_parcels`.
    crs : str, optional
        CRS of a source that says none, e.g. a DXF drawing.
    datum_shift : str
        Parameters of 西安80 or 北京54: a TOML file or ``key=value,…``.
    """
    shift = _shift(datum_shift)
    return room.read_parcels(Path(path), plan, fields=fields, crs=crs, shift=shift)


def examine(
    path: FilePath,
    plan: Plan | None = None,
    *,
    counties: FilePath | None = None,
    taken_as: str = "",
    datum_shift: str = "",
) -> Examination:
    """
    Find all that is wrong with a file: CRS, place, shapes, topology, codes, areas, coverage.

    Parameters
    ----------
    path : path
        Any input; ``file::layer`` names a layer.
    plan : Plan, optional
        By default the shipped plan.
    counties : path, optional
        Boundaries of the plan's counties; by default those that ship with the plan.
    taken_as : str, optional
        ``parcels``, ``counties`` or the role of a protection layer; by default each layer tells.
    datum_shift : str
        Parameters of 西安80 or 北京54: a TOML file or ``key=value,…``.

    Returns
    -------
    Examination
        ``faults`` in records with code, severity, place, measure, message, remedy and geometry;
        ``passed`` when none is an error.

    Raises
    ------
    InputError
        If the counties cannot be read or `taken_as` is unknown; faults of `path` are results.
    """
    chosen = load_plan(DEFAULT_PLAN) if plan is None else plan
    boundaries = None if counties is None else Path(counties)
    held = pipeline.against(chosen, counties=boundaries, taken_as=taken_as, datum_shift=datum_shift)
    return pipeline.examine_file(Path(path), held)


def open_protection(  # noqa: PLR0913 - all that decides how layers are read
    sources: Mapping[str, FilePath],
    plan: Plan,
    *,
    counties: gpd.GeoDataFrame | None = None,
    covers: Mapping[str, Sequence[str]] | None = None,
    as_of: Day | None = None,
    crs: Mapping[str, str] | None = None,
    datum_shift: str = "",
) -> dict[str, Layer]:
    """
    Read protection layers.

    Parameters
    ----------
    sources : mapping of role to path
        ``file::layer`` names a layer. A role that is missing comes back as absent.
    plan : Plan
    counties : GeoDataFrame, optional
        Needed where `covers` or a layer's SOURCES.toml names counties as its surveyed extent.
    covers : mapping of role to county codes or names, optional
        Where each layer was surveyed.
    as_of : date, optional
        Day on which layers must be in date; by default as for `run`.
    crs : mapping of role to CRS, optional
        Of layers that say none.
    datum_shift : str
        Parameters of 西安80 or 北京54: a TOML file or ``key=value,…``.
    """
    return room.read_protection(
        sources,
        plan,
        as_of=_day(as_of, plan.rules),
        counties=counties,
        covers={
            role: (names,) if isinstance(names, str) else tuple(names)
            for role, names in (covers or {}).items()
        },
        crs=crs,
        shift=_shift(datum_shift),
    )


def check(
    parcels: gpd.GeoDataFrame,
    protection: Mapping[str, Layer],
    rules: RuleSet,
    *,
    as_of: Day | None = None,
    project_type: str | None = None,
) -> Check:
    """
    Check whether parcels press on protected land (压占).

    Parameters
    ----------
    parcels : GeoDataFrame
        Valid polygons indexed by unique ``parcel_id``, any CRS.
    protection : mapping of role to Layer
        As `open_protection` gives them. A role that is missing is absent, not empty.
    rules : RuleSet
        ``plan.rules``, or `load_rules`.
    as_of : date, optional
        Day on which layers must be in date; by default the last day of the rules, or today if
        that is earlier.
    project_type : str, optional
        Kind of project (项目类别) of all parcels, where the rules tell kinds apart.

    Returns
    -------
    Check
        Verdict and findings of each parcel, layers used, pieces with geometry.
    """
    day = _day(as_of, rules)
    return pipeline.check_parcels(parcels, protection, rules, as_of=day, project_type=project_type)


def report(  # noqa: PLR0913 - what a bureau may choose
    inputs: Inputs,
    out: FilePath,
    *,
    plan: Plan | None = None,
    options: CheckOptions | None = None,
    paper: Paper | None = None,
    overwrite: bool = False,
    lang: Language | None = None,
    as_of: Day | None = None,
) -> Check:
    """
    Check parcels and write everything that ``dzgis check`` leaves: reports, records, evidence.

    Parameters
    ----------
    inputs : Inputs
        Parcels and protection layers; a DEM for slopes and basins.
    out : path
        Folder for the outputs.
    plan : Plan, optional
        By default the shipped plan; ``plan.model_copy(update={"rules": load_rules("current")})``
        judges by other rules.
    options : CheckOptions, optional
        Kind of project, rules to compare, an earlier check, people's decisions.
    paper : Paper, optional
        Cover, template, where reports stand, secrecy.
    overwrite : bool
    lang : {"zh", "en"}, optional
    as_of : date, optional

    Returns
    -------
    Check
        With facts and boundary changes.

    Raises
    ------
    InputError, OutputError
        With all faults; nothing was written then.
    """
    started = dt.datetime.now(tz=dt.UTC)
    chosen = load_plan(DEFAULT_PLAN) if plan is None else plan
    output = pipeline.Output(Path(out), overwrite, lang or default_language(), started, "check")
    pipeline.check_free(output, pipeline.CHECK)
    chosen_options, chosen_paper = options or CheckOptions(), paper or Paper()
    day = _day(as_of, chosen.rules)
    loaded = pipeline.load(chosen, inputs, as_of=day, also=chosen_options.compare, apart=True)
    found = pipeline.full_check(loaded, chosen_options)
    pipeline.write_check(found, loaded, output, chosen_paper)
    return found


def verify(path: FilePath, originals: Inputs | None = None) -> Verification:
    """
    Make a check again from its evidence, or from the originals, and compare every figure.

    Parameters
    ----------
    path : path
        Of check.json; run.json and evidence.gpkg are looked for beside it.
    originals : Inputs, optional
        Parcels and layers to use in place of the evidence.

    Returns
    -------
    Verification
        Its ``outcome`` is ``equal``, ``differs`` or ``unverifiable``; ``differences`` name each
        value that differs.
    """
    return pipeline.verify(Path(path), originals)


def assign(parcels: gpd.GeoDataFrame, plan: Plan, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Say to which county, district, cluster and axis each parcel belongs, and why.

    See `dzgis.allocation.assign` for the columns.
    """
    loaded = pipeline.Loaded(plan, plan.rules.default_as_of(), counties)
    return pipeline.assign_parcels(parcels, loaded, pipeline.places_of(loaded))


def convert(  # noqa: PLR0913 - what a user may choose
    source: FilePath,
    target: FilePath,
    *,
    layer: str | None = None,
    crs: int | str | None = None,
    to_crs: int | str | None = None,
    encoding: str | None = None,
    overwrite: bool = False,
    fields: Mapping[str, str] | None = None,
    decimals: int = 3,
) -> Conversion:
    """
    Convert one layer from any format to any other: 界址点 TXT, shapefile, FileGDB, GeoPackage, ….

    Parameters
    ----------
    source : path
        ``path::LAYER`` names a layer.
    target : path
        Its suffix says the format.
    layer : str, optional
        Layer of the source.
    crs : int or str, optional
        CRS of a source that has none.
    to_crs : int or str, optional
        CRS of the target, e.g. 4522; by default that of the source.
    encoding : str, optional
        Of a TXT or shapefile; by default GB18030.
    overwrite : bool
        Whether the target may be replaced.
    fields : mapping of role to column, optional
        Which column becomes what in a TXT, where several could.
    decimals : int
        Of coordinates in a TXT.

    Returns
    -------
    Conversion
        Its ``losses`` name all that the target lacks of the source or has in another form.

    Raises
    ------
    InputError
        If the source cannot be read, or does not suit the target.
    OutputError
        If the target exists, or would not keep coordinates to the millimetre; nothing was written
        then.
    """
    options = pipeline.ConvertOptions(
        layer=layer,
        crs=None if crs is None else str(crs),
        to_crs=None if to_crs is None else str(to_crs),
        encoding=encoding,
        overwrite=overwrite,
        fields=fields or {},
        decimals=decimals,
    )
    return pipeline.convert(str(source), str(target), options)


def near_limits(
    counties: gpd.GeoDataFrame, slope: Raster, limits_deg: Sequence[float], within_deg: float = 1.0
) -> pd.DataFrame:
    """
    Area and share of each county whose slope lies within `within_deg` of a limit.

    See `dzgis.land.near_limits`; ``zone`` is the county code.
    """
    from dzgis.land import near_limits as measured
    from dzgis.land import zones_of

    zones = zones_of(counties, slope.grid, key="county_code")
    return measured(zones, slope, limits_deg, within_deg)


def zonal(
    raster: Raster | FilePath,
    zones: gpd.GeoDataFrame,
    statistics: Sequence[str] = STATISTICS,
    *,
    engine: Engine = THREADS,
) -> pd.DataFrame:
    """
    Statistics of a raster within each zone, by the exact share of each cell.

    Parameters
    ----------
    raster : Raster or path
        A file is read in strips of rows.
    zones : GeoDataFrame
        Valid polygons with a unique index, any CRS; they may overlap.
    statistics : sequence of str
        ``mean`` ``min`` ``max`` ``std`` ``median`` ``q1`` … ``q99`` ``cells`` ``shares``.
    engine : Engine
        By default threads.

    Returns
    -------
    DataFrame
        See `dzgis.zonal_statistics.zonal_statistics` for the columns.
    """
    source = raster if isinstance(raster, Raster) else room.open_raster(Path(raster))
    return zonal_statistics(source, zones, statistics=statistics, engine=engine)


def run(  # noqa: PLR0913 - what a planner may choose
    plan: Plan | None = None,
    inputs: Inputs | None = None,
    *,
    out: FilePath | None = None,
    overwrite: bool = False,
    lang: Language | None = None,
    as_of: Day | None = None,
    project_type: str | None = None,
    options: LandOptions | None = None,
) -> Result:
    """
    Run the whole job.

    Parameters
    ----------
    plan : Plan, optional
        By default the shipped plan.
    inputs : Inputs, optional
        By default the shipped sample, whose terrain and protection layers are GENERATED.
    out : path, optional
        Folder for the outputs; nothing is written without it.
    overwrite : bool
        Whether outputs that exist may be replaced.
    lang : {"zh", "en"}, optional
        Language of the outputs; by default that of the process.
    as_of : date, optional
        Day on which layers must be in date; by default the last day of the rules.
    project_type : str, optional
        Kind of project of all parcels, where the rules tell kinds apart.
    options : LandOptions, optional
        Exclusions, scheme of suitability, what-ifs, rules of candidates, engine; by default as the
        command line has them.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        With the faults of all inputs together.
    OutputError
        If an output exists and `overwrite` is false; nothing was computed then.
    """
    started = dt.datetime.now(tz=dt.UTC)
    chosen = load_plan(DEFAULT_PLAN) if plan is None else plan
    day = _day(as_of, chosen.rules)
    output = None
    if out is not None:
        language = lang or default_language()
        output = pipeline.Output(Path(out), overwrite, language, started, "run")
        pipeline.check_free(output, pipeline.RESULT)
    chosen_options = options or LandOptions(scheme=load_scheme())
    loaded = pipeline.load(
        chosen, inputs or sample_inputs(), as_of=day, exclusions=chosen_options.exclusions
    )
    result = pipeline.compute(loaded, chosen_options, project_type=project_type)
    if output is not None:
        pipeline.write_result(result, output)
    return result
