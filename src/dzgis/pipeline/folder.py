"""A result folder read back, to draw its map again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dzgis import inputs as room
from dzgis import maps, stores
from dzgis.errors import InputError, MissingFileError, raise_all
from dzgis.pipeline.figures import MAP_TITLE
from dzgis.pipeline.land_record import grades_of, ledgers_of_record
from dzgis.plan.model import Plan
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.planning import Grade, Ledgers
    from dzgis.terms import Language

_NEEDED = ("run.json", "results.gpkg", "slope_class.tif", "available.tif")
_GRADE = "suitability_grade.tif"
_FRAMES = ("counties", "clusters", "axes", "candidates", "parcels", "conflicts", "basins")


class _Manifest(NamedTuple):
    """What a map needs of run.json."""

    plan: Plan
    outputs: dict[str, str]
    notes: tuple[Text, ...]
    sources: tuple[dict[str, object], ...]
    secret: bool
    grades: tuple[Grade, ...]
    ledgers: Ledgers | None


def map_of_folder(
    folder: Path, lang: Language, base_maps: tuple[maps.BaseMap, ...] = ()
) -> dict[str, bytes]:
    """
    Files of the interactive map of what `run` or `land` left in a folder; see `maps.map_files`.

    Raises as `content_of_folder`.
    """
    return maps.map_files(content_of_folder(folder), lang=lang, base_maps=base_maps)


def content_of_folder(folder: Path) -> maps.MapContent:
    """
    Read back what `run` or `land` left in a folder, for its maps.

    Raises
    ------
    MissingFileError
        If the folder lacks a file of a result; all that are missing are named.
    InputError
        If a file was changed since it was written, or the manifest is damaged.
    """
    missing = [name for name in _NEEDED if not (folder / name).exists()]
    raise_all(
        [
            Text(
                f"{folder} 不是结果文件夹：缺少 {name}；请先用 dzgis run 或 land 生成",
                f"{folder} is no result folder: {name} is missing; make one with dzgis run or land",
            )
            for name in missing
        ],
        MissingFileError,
    )
    manifest = _manifest(folder / "run.json")
    _check_unchanged(folder, manifest.outputs)
    return _content(folder, manifest)


def _manifest(path: Path) -> _Manifest:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return _Manifest(
            plan=Plan.model_validate_json(json.dumps(said["parameters"]["plan_data"])),
            outputs=dict(said["outputs"]),
            notes=_notes(said["summary"]),
            sources=tuple(dict(record) for record in said["inputs"]),
            secret=bool(said["summary"].get("secret", False)),
            grades=grades_of(said["summary"].get("grades", ())),
            ledgers=ledgers_of_record(said["summary"].get("ledgers")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            Text(
                f"{path} 已损坏，不是 dzgis run 或 land 写出的样子（{type(error).__name__}）；"
                "请重新运行",
                f"{path} is damaged, not as dzgis run or land wrote it ({type(error).__name__}); "
                "run again",
            )
        ) from error


def _notes(summary: dict[str, list[str]]) -> tuple[Text, ...]:
    own = summary["notes"]
    in_both = zip(summary.get("notes_zh", own), summary.get("notes_en", own), strict=True)
    return tuple(Text(str(zh), str(en)) for zh, en in in_both)


def _check_unchanged(folder: Path, hashes: dict[str, str]) -> None:
    wanted = (*_NEEDED[1:], *((_GRADE,) if _GRADE in hashes else ()))
    changed = [
        name
        for name in wanted
        if not (folder / name).exists() or room.sha256_of(folder / name) != hashes.get(name, "")
    ]
    raise_all(
        [
            Text(
                f"{folder / name} 与 run.json 中的校验值不符，写出后被改动过；请重新运行",
                f"{folder / name} differs from its hash in run.json: it was changed since it was "
                "written; run again",
            )
            for name in changed
        ],
        InputError,
    )


def _content(folder: Path, manifest: _Manifest) -> maps.MapContent:
    frames = {name: stores.read_layer(folder / "results.gpkg", name) for name in _FRAMES}
    protection = {}
    if not manifest.secret:
        features = stores.read_layer(folder / "results.gpkg", "protection")
        protection = {str(role): part for role, part in features.groupby("role", sort=False)}
    grade = folder / _GRADE
    return maps.MapContent(
        plan=manifest.plan,
        counties=frames["counties"],
        clusters=frames["clusters"],
        axes=frames["axes"],
        protection=protection,
        candidates=frames["candidates"].set_index("candidate_id"),
        parcels=frames["parcels"].set_index("parcel_id"),
        conflicts=frames["conflicts"],
        slope_class=replace(stores.read_raster(folder / "slope_class.tif"), name="slope_class"),
        available=replace(stores.read_raster(folder / "available.tif"), name="available_percent"),
        notes=manifest.notes,
        title=MAP_TITLE,
        suitability=(
            replace(stores.read_raster(grade), name="suitability_grade")
            if manifest.grades and _GRADE in manifest.outputs
            else None
        ),
        grades=manifest.grades,
        ledgers=manifest.ledgers,
        basins=frames["basins"],
        sources=manifest.sources,
    )
