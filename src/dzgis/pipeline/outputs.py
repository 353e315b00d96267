"""Outputs of each verb: whole under their names, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from dzgis import reports, stores
from dzgis.inputs import sha256_of
from dzgis.pipeline.figures import figures_of, map_content, result_layers
from dzgis.pipeline.notes import notes_of
from dzgis.pipeline.steps import in_percent, not_deducted, outdated_rules, unsurveyed_counties
from dzgis.plan import assumed_values, basin_rules
from dzgis.terms import Verdict
from dzgis.terrain import SLOPE_METHOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.findings import Check
    from dzgis.grid import Raster
    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.result import Result
    from dzgis.plan.model import SlopeClasses
    from dzgis.terms import Language

RASTERS = ("slope.tif", "slope_class.tif", "slope_class.tif.aux.xml")
AVAILABLE = ("available.tif", "available.tif.aux.xml")
PROBABILITY = "low_hill_probability.tif"
LAND = (*RASTERS, *AVAILABLE, "results.gpkg", "tables.xlsx", "run.json")
RESULT = (*LAND, "map.html")
MAP = ("map.html",)
ASSIGNMENT = ("assigned.gpkg", "assigned.csv", "run.json")


def write_result(result: Result, output: Output) -> None:
    """Write all outputs of `run`: rasters, results.gpkg, tables.xlsx, map.html, run.json."""
    _write_land(result, output, with_map=True)


def write_land(result: Result, output: Output) -> None:
    """Write the outputs of `land`: the same without a map."""
    _write_land(result, output, with_map=False)


def _write_land(result: Result, output: Output, *, with_map: bool) -> None:
    names = RESULT if with_map else LAND
    loaded, found = result.loaded, result.land
    with stores.staged(output.folder, names, overwrite=output.overwrite) as folder:
        _write_slope(found.slope, found.slope_class, loaded.plan.slope_classes, folder, output)
        path = folder / "available.tif"
        stores.write_percent(found.available, path, word=stores.AVAILABLE, lang=output.lang)
        if found.probability is not None:
            percent = in_percent(found.probability, "low_hill_probability_percent")
            path = folder / PROBABILITY
            stores.write_percent(percent, path, word=stores.PROBABLE, lang=output.lang)
        layers = result_layers(result, secret=output.secret)
        write_layers(layers, folder / "results.gpkg", loaded, output)
        tables = reports.run_tables(loaded.plan, figures_of(result))
        workbook = folder / "tables.xlsx"
        reports.write_xlsx(tables, workbook, lang=output.lang, date=loaded.as_of)
        if with_map:
            files = result_map(result, output.lang, secret=output.secret)
            stores.write_files(files, folder)
        summary = result_summary(result) | {"secret": output.secret}
        write_run_manifest(folder, loaded, output, summary, check=result.check)


def result_map(result: Result, lang: Language, *, secret: bool = False) -> dict[str, bytes]:
    """Files of the interactive map of a result."""
    from dzgis.maps import map_files

    return map_files(map_content(result, secret=secret), lang=lang)


def result_summary(result: Result) -> dict[str, object]:
    """Figures of a run for machines, as run.json holds them."""
    found, plan = result.land, result.loaded.plan
    counts = [parcel.verdict for parcel in result.check.parcels]
    return {
        "counties": reports.county_records(plan, found.class_areas, found.county_waterfall),
        "not_deducted": [rule.id for rule in not_deducted(result.loaded)],
        "deducted_outdated": [rule.id for rule in outdated_rules(result.loaded)],
        "not_covering": unsurveyed_counties(result.loaded),
        "n_candidates": len(found.candidates),
        "candidates_m2": round(float(found.candidates["area_m2"].sum()), 2),
        "verdicts": {verdict.value: counts.count(verdict) for verdict in Verdict},
    }


def _slope_parameters(classes: SlopeClasses) -> dict[str, object]:
    return {
        "slope_method": SLOPE_METHOD,
        "slope_classes": {
            "id": classes.id,
            "limits_deg": list(classes.limits_deg),
            "low_hill": list(classes.low_hill),
        },
    }


def _write_slope(
    slope: Raster, slope_class: Raster, classes: SlopeClasses, folder: Path, output: Output
) -> None:
    stores.write_slope(slope, folder / "slope.tif")
    stores.write_classes(slope_class, classes, folder / "slope_class.tif", lang=output.lang)


def write_assignment(assigned: gpd.GeoDataFrame, loaded: Loaded, output: Output) -> None:
    """Write assigned.gpkg, assigned.csv and run.json."""
    table = assignment_table(assigned, output.lang)
    with stores.staged(output.folder, ASSIGNMENT, overwrite=output.overwrite) as folder:
        write_layers({"assigned": assigned}, folder / "assigned.gpkg", loaded, output)
        stores.write_csv(table, folder / "assigned.csv")
        write_run_manifest(folder, loaded, output, {"n_parcels": len(assigned)})


def assignment_table(assigned: gpd.GeoDataFrame, lang: Language) -> pd.DataFrame:
    """Columns of assigned.csv."""
    table = pd.DataFrame(assigned.drop(columns=["geometry", "name"], errors="ignore"))
    said = [reason.say(lang) for reason in assigned["reason"]]
    return table.assign(reason=said).reset_index()


def write_map(files: Mapping[str, bytes], output: Output) -> None:
    """Write map.html, and the files beside it that a very large map needs."""
    with stores.staged(output.folder, MAP, overwrite=output.overwrite) as folder:
        stores.write_files(files, folder)


def write_layers(
    layers: Mapping[str, gpd.GeoDataFrame], path: Path, loaded: Loaded, output: Output
) -> None:
    """Write a GeoPackage with the styles of the plan."""
    from dzgis.maps import layer_styles

    styles = layer_styles(loaded.plan, lang=output.lang)
    stores.write_geopackage(layers, path, lang=output.lang, date=loaded.as_of, styles=styles)


def write_run_manifest(
    folder: Path,
    loaded: Loaded,
    output: Output,
    summary: Mapping[str, object],
    *,
    check: Check | None = None,
) -> None:
    """Write run.json beside the files it names; with what a check was made with, where it was."""
    stores.write_manifest(
        folder / "run.json",
        command=output.command,
        parameters=parameters_of(loaded, output.lang) | _asked_of(check),
        inputs=loaded.records,
        outputs={path.relative_to(folder).as_posix(): sha256_of(path) for path in _files(folder)},
        summary={**summary, "notes": [note.say(output.lang) for note in notes_of(loaded)]},
        times=(output.started, dt.datetime.now(tz=dt.UTC)),
    )


def _asked_of(check: Check | None) -> dict[str, object]:
    if check is None:
        return {}
    others = [other.rules for other in check.others]
    return {"project_type": check.project_type, "compared_with": others}


def _files(folder: Path) -> Iterable[Path]:
    """All files but the manifest, those in folders too."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "run.json")


def parameters_of(loaded: Loaded, lang: Language) -> dict[str, object]:
    """All that decided a result beside the inputs."""
    plan = loaded.plan
    return {
        "plan": plan.id,
        "rules": plan.rules.id,
        "as_of": loaded.as_of.isoformat(),
        "lang": lang,
        "dem_error": None if loaded.dem_error is None else loaded.dem_error.record(),
        "datum_shift": None if loaded.datum_shift is None else loaded.datum_shift.record(),
        "covers": {role: list(names) for role, names in loaded.covers.items()},
        **_slope_parameters(plan.slope_classes),
        "tolerance": plan.rules.tolerance.model_dump(mode="json", exclude={"source", "status"}),
        "basins": basin_rules().model_dump(mode="json", exclude={"source", "status"}),
        "candidates": plan.candidates.model_dump(mode="json", exclude={"source", "status"}),
        "assumed": [f"{where}: {note}" for where, note in assumed_values(plan)],
        "plan_data": plan.model_dump(mode="json"),
    }
