"""Every shipped data file says where it comes from, and is the file that was recorded."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rasterio

from dzgis.terms import ROLES

DATA = Path(__file__).resolve().parents[2] / "data"
LARGEST_BYTES = 10 * 1024 * 1024
REQUIRED = ("path", "title", "title_en", "origin", "licence", "date", "crs", "rebuilt_by", "notes")
ROLES_OF_2014 = {"pbf", "forest", "ecrl"}
NOT_BUILT = {"land_use", "permit_zone"}
"""Roles of layers that are no protection layer: one lies in a folder of its own, one nowhere."""
N_COUNTIES = 8


def data_files() -> list[Path]:
    """Every file below ``data/`` that needs a record."""
    return [
        path
        for path in sorted(DATA.rglob("*"))
        if path.is_file()
        and path.relative_to(DATA).parts[0] != "build"
        and path.name not in {"SOURCES.toml", "README.md"}
        and not path.name.startswith("LICENSE")
    ]


def records() -> list[tuple[Path, dict[str, Any]]]:
    """Every ``[[file]]`` table with the folder of its ``SOURCES.toml``."""
    return [
        (sources.parent, table)
        for sources in sorted(DATA.glob("*/SOURCES.toml"))
        for table in tomllib.loads(sources.read_text(encoding="utf-8"))["file"]
    ]


def record_name(value: object) -> str | None:
    """Show a path or a record in the name of a test."""
    if isinstance(value, dict):
        return f"{value['path']}:{value.get('layer', '')}"
    return value.name if isinstance(value, Path) else None


@pytest.mark.parametrize("path", data_files(), ids=lambda path: str(path.relative_to(DATA)))
def test_each_file_has_a_record(path: Path) -> None:
    recorded = {(folder / table["path"]).resolve() for folder, table in records()}
    assert path.resolve() in recorded


@pytest.mark.parametrize(("folder", "table"), records(), ids=record_name)
def test_each_record_is_complete(folder: Path, table: dict[str, Any]) -> None:
    assert [key for key in REQUIRED if not str(table.get(key, "")).strip()] == []
    assert isinstance(table["generated"], bool)
    content = (folder / table["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == table["sha256"]


@pytest.mark.parametrize("path", data_files(), ids=lambda path: str(path.relative_to(DATA)))
def test_no_file_is_large(path: Path) -> None:
    assert path.stat().st_size <= LARGEST_BYTES


def test_protection_records_name_role_and_extent() -> None:
    tables = [table for folder, table in records() if folder.name == "protection"]
    old = {t["role"] for t in tables if t["survey_date"] < "2015"}
    new = {t["role"] for t in tables if t["survey_date"] > "2015"}
    assert old == ROLES_OF_2014
    assert new == set(ROLES) - NOT_BUILT
    assert {len(table["covers"]) for table in tables} == {N_COUNTIES}
    assert all(table["survey_date"] < table["valid_until"] for table in tables)


@pytest.mark.parametrize("path", sorted((DATA / "dem").glob("*.tif")), ids=record_name)
def test_terrain_says_that_it_is_generated(path: Path) -> None:
    with rasterio.open(path) as terrain:
        assert "GENERATED" in terrain.tags()["TITLE"]
        assert "生成地形" in terrain.tags()["TITLE"]
        assert "generated" in terrain.descriptions[0]
    (table,) = [table for _, table in records() if table["path"] == path.name]
    assert table["generated"] is True
