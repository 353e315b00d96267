"""
Keep the ``SOURCES.toml`` of each data folder.

A build script records what it wrote. Records of other files and layers in the same folder stay.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sources import file_sha256

if TYPE_CHECKING:
    from pathlib import Path

Value = str | bool | list[str]

HEADER = """\
# 数据来源登记：每个文件（多图层文件的每个图层）一个 [[file]] 表。
# Where each file, or each layer of a file, comes from. Build scripts replace their own tables
# by (path, layer) and leave the others: add hand-made tables below, comments are not kept.
"""


@dataclass(frozen=True)
class Record:
    """
    One ``[[file]]`` table without its checksum, which is read from the file when it is written.

    `extra` holds keys that only some layers have, such as ``role`` and ``covers``.
    """

    path: str
    title: str
    title_en: str
    origin: str
    licence: str
    date: str
    crs: str
    rebuilt_by: str
    generated: bool
    notes: str
    layer: str = ""
    extra: dict[str, Value] = field(default_factory=dict)


def write_records(folder: Path, records: list[Record]) -> Path:
    """Put `records` into ``SOURCES.toml`` of `folder`, in place of those for the same layers."""
    target = folder / "SOURCES.toml"
    kept = _read_tables(target)
    for record in records:
        kept[record.path, record.layer] = _table(folder, record)
    fresh = {record.path for record in records}
    for (path, _), table in kept.items():
        if path in fresh:
            table["sha256"] = file_sha256(folder / path)
    blocks = [_toml(kept[key]) for key in sorted(kept)]
    target.write_text("\n".join([HEADER, *blocks]), encoding="utf-8")
    return target


def _read_tables(target: Path) -> dict[tuple[str, str], dict[str, Any]]:
    if not target.exists():
        return {}
    tables = tomllib.loads(target.read_text(encoding="utf-8")).get("file", [])
    return {(table["path"], table.get("layer", "")): table for table in tables}


def _table(folder: Path, record: Record) -> dict[str, Any]:
    table: dict[str, Any] = {"path": record.path}
    if record.layer:
        table["layer"] = record.layer
    return table | {
        "title": record.title,
        "title_en": record.title_en,
        "origin": record.origin,
        "licence": record.licence,
        "date": record.date,
        "crs": record.crs,
        "sha256": file_sha256(folder / record.path),
        "rebuilt_by": record.rebuilt_by,
        "generated": record.generated,
        **record.extra,
        "notes": record.notes,
    }


def _toml(table: dict[str, Any]) -> str:
    lines = [f"{key} = {_toml_value(value)}" for key, value in table.items()]
    return "\n".join(["[[file]]", *lines]) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
