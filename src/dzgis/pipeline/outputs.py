"""Outputs of each verb: whole under their names, or not at all."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from dzgis import reports, stores
from dzgis.inputs import sha256_of
from dzgis.pipeline.figures import figures_of, map_content, result_layers
from dzgis.pipeline.land_record import grade_records, ledger_records
from dzgis.pipeline.notes import deducted_outdated, not_covering, not_deducted, notes_of
from dzgis.pipeline.paper import PLAIN_PAPER, selftest_line
from dzgis.pipeline.steps import in_percent
from dzgis.plan import assumed_values, basin_rules
from dzgis.terms import LANGUAGES, Verdict
from dzgis.terrain import SLOPE_METHOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.findings import Check
    from dzgis.grid import Raster
    from dzgis.maps import MapContent, PrintOptions
    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.paper import Paper
    from dzgis.pipeline.result import Land, Result
    from dzgis.plan.model import SlopeClasses
    from dzgis.terms import Language

RASTERS = ("slope.tif", "slope_class.tif", "slope_class.tif.aux.xml")
AVAILABLE = ("available.tif", "available.tif.aux.xml")
PROBABILITY = "low_hill_probability.tif"
PROJECT = "project.qgz"
SUITABILITY = (
    "suitability.tif",
    "suitability_grade.tif",
    "suitability_grade.tif.aux.xml",
    "suitability_kept.tif",
    "suitability_kept.tif.aux.xml",
)
REPORT = ("report.docx", "report.pdf")
LAND = (
    *RASTERS,
    *AVAILABLE,
    *SUITABILITY,
    "results.gpkg",
    PROJECT,
    "tables.xlsx",
    *REPORT,
    "run.json",
)
MAP = ("map.html", "map_tiles")
"""The page, and the folder of the packs that are too large for it."""
RESULT = (*LAND, *MAP)
PRINTS = "prints"
"""Folder of the maps for print."""
ASSIGNMENT = ("assigned.gpkg", "assigned.csv", "run.json")


class PrintJob(NamedTuple):
    """Kinds of maps to print, and how."""

    kinds: tuple[str, ...]
    options: PrintOptions


def write_result(result: Result, output: Output, paper: Paper = PLAIN_PAPER) -> None:
    """Write all outputs of `run`: rasters, results.gpkg, tables.xlsx, reports, map, run.json."""
    _write_land(result, output, paper, with_map=True)


def write_land(result: Result, output: Output, paper: Paper = PLAIN_PAPER) -> None:
    """Write the outputs of `land`: the same without a map."""
    _write_land(result, output, paper, with_map=False)


def _write_land(result: Result, output: Output, paper: Paper, *, with_map: bool) -> None:
    names = RESULT if with_map else LAND
    loaded = result.loaded
    with stores.staged(output.folder, names, overwrite=output.overwrite) as folder:
        _write_rasters(result, folder, output)
        layers = result_layers(result, secret=output.secret)
        write_layers(layers, folder / "results.gpkg", loaded, output)
        _write_project(result, folder / PROJECT, tuple(layers), output)
        figures = figures_of(result)
        tables = reports.planner_tables(figures)
        workbook = folder / "tables.xlsx"
        reports.write_xlsx(tables, workbook, lang=output.lang, date=loaded.as_of)
        context = _context(result, output, paper)
        reports.write_planner_documents(figures, context, folder=folder, template=paper.template)
        if with_map:
            files = result_map(result, output.lang, secret=output.secret)
            stores.write_files(files, folder)
        summary = result_summary(result) | {"secret": output.secret}
        write_run_manifest(folder, loaded, output, summary, check=result.check, found=result.land)


def _write_rasters(result: Result, folder: Path, output: Output) -> None:
    found, lang = result.land, output.lang
    _write_slope(found.slope, found.slope_class, result.loaded.plan.slope_classes, folder, output)
    path = folder / "available.tif"
    stores.write_percent(found.available, path, word=stores.AVAILABLE, lang=lang)
    if found.probability is not None:
        percent = in_percent(found.probability, "low_hill_probability_percent")
        stores.write_percent(percent, folder / PROBABILITY, word=stores.PROBABLE, lang=lang)
    suitable = found.suitability
    if suitable is None:
        return
    stores.write_index(suitable.index, folder / "suitability.tif")
    path = folder / "suitability_grade.tif"
    stores.write_grades(suitable.grade, suitable.grades, path, lang=lang)
    if suitable.sensitivity is not None and suitable.sensitivity.kept is not None:
        path = folder / "suitability_kept.tif"
        stores.write_percent(suitable.sensitivity.kept, path, word=stores.KEPT, lang=lang)


def _context(result: Result, output: Output, paper: Paper) -> reports.ReportContext:
    """What stands on the planner's report beside its figures."""
    loaded = result.loaded
    notes = [layer.note for layer in loaded.layers.values()]
    notes += [] if loaded.elevation is None else [loaded.elevation.note]
    return reports.ReportContext(
        lang=output.lang,
        issued=output.started.date(),
        version=version("dzgis"),
        project=paper.project,
        applicant=paper.applicant,
        organisation=paper.organisation,
        report_no=paper.report_no,
        selftest=selftest_line(),
        show_protection=not output.secret,
        generated=any("generated" in note.lower() for note in notes),
        slope_labels=loaded.plan.slope_classes.labels,
    )


def _write_project(result: Result, path: Path, layers: tuple[str, ...], output: Output) -> None:
    """Write the QGIS project of a result; its paths are relative, so it must lie beside it."""
    from dzgis.maps import qgis_project

    content = map_content(result, secret=output.secret)
    path.write_bytes(qgis_project(content, lang=output.lang, layers=layers))


def result_map(result: Result, lang: Language, *, secret: bool = False) -> dict[str, bytes]:
    """Files of the interactive map of a result."""
    from dzgis.maps import map_files

    return map_files(map_content(result, secret=secret), lang=lang)


def result_summary(result: Result) -> dict[str, object]:
    """Figures of a run for machines, as run.json holds them."""
    found = result.land
    counts = [parcel.verdict for parcel in result.check.parcels]
    chosen = found.candidates[found.candidates["chosen"].astype(bool)]
    return {
        "counties": reports.planner_county_records(figures_of(result)),
        "not_deducted": not_deducted(found.account),
        "deducted_outdated": deducted_outdated(found.account),
        "not_covering": not_covering(found.account),
        "n_candidates": len(found.candidates),
        "candidates_m2": round(float(found.candidates["area_m2"].sum()), 2),
        "n_chosen": len(chosen),
        "chosen_m2": round(float(chosen["area_m2"].sum()), 2),
        "verdicts": {verdict.value: counts.count(verdict) for verdict in Verdict},
        "ledgers": ledger_records(found.ledgers),
        "grades": [] if found.suitability is None else grade_records(found.suitability.grades),
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


def write_map(
    files: Mapping[str, bytes],
    output: Output,
    *,
    prints: tuple[MapContent, PrintJob] | None = None,
) -> list[str]:
    """Write the map's files and, where asked for, maps for print; returns all names."""
    names = MAP if prints is None else (*MAP, PRINTS)
    with stores.staged(output.folder, names, overwrite=output.overwrite) as folder:
        stores.write_files(files, folder)
        if prints is not None:
            from dzgis.maps import print_maps

            content, job = prints
            print_maps(content, job.kinds, job.options, folder=folder / PRINTS)
        return [path.relative_to(folder).as_posix() for path in _files(folder)]


def write_layers(
    layers: Mapping[str, gpd.GeoDataFrame], path: Path, loaded: Loaded, output: Output
) -> None:
    """Write a GeoPackage with the styles of the plan."""
    from dzgis.maps import layer_sld, layer_styles

    styles = layer_styles(loaded.plan, lang=output.lang)
    slds = {name: layer_sld(name, style) for name, style in styles.items()}
    stores.write_geopackage(
        layers, path, lang=output.lang, date=loaded.as_of, styles=styles, slds=slds
    )


def write_run_manifest(
    folder: Path,
    loaded: Loaded,
    output: Output,
    summary: Mapping[str, object],
    *,
    check: Check | None = None,
    found: Land | None = None,
) -> None:
    """Write run.json beside the files it names; with what check and land were made with."""
    notes = notes_of(loaded, None if found is None else found.account)
    said = {"notes": [note.say(output.lang) for note in notes]}
    # A map is drawn from the folder in either language.
    said |= {f"notes_{lang}": [note.say(lang) for note in notes] for lang in LANGUAGES}
    stores.write_manifest(
        folder / "run.json",
        command=output.command,
        parameters=parameters_of(loaded, output.lang) | _asked_of(check) | _asked_of_land(found),
        inputs=loaded.records,
        outputs={path.relative_to(folder).as_posix(): sha256_of(path) for path in _files(folder)},
        summary={**summary, **said},
        times=(output.started, dt.datetime.now(tz=dt.UTC)),
    )


def _asked_of(check: Check | None) -> dict[str, object]:
    if check is None:
        return {}
    others = [other.rules for other in check.others]
    return {"project_type": check.project_type, "compared_with": others}


def _asked_of_land(found: Land | None) -> dict[str, object]:
    """What the land account, suitability and candidates were made with."""
    if found is None:
        return {}
    return {"exclusions": found.account.exclusions.model_dump(mode="json"), **found.asked}


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
