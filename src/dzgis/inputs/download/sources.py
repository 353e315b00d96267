"""``SOURCES.toml`` of a folder of downloaded tiles: origin, licence, date, CRS and SHA-256."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis.errors import OutputError
from dzgis.inputs.download.part import on_disk
from dzgis.terms import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

SOURCES_NAME = "SOURCES.toml"
GLO30_LICENCE = (
    "Copernicus DEM GLO-30, © DLR e.V. 2010–2014 and © Airbus Defence and Space GmbH 2014–2018, "
    "provided under COPERNICUS by the European Union and ESA; free of charge with attribution"
)
_HEADER = (
    "# 数据来源登记：每个文件一个 [[file]] 表；[[missing]] 为服务器上没有的瓦片，删去即重新查询。\n"
    "# Where each file comes from. [[missing]]: tiles that the server does not have; delete the\n"
    "# table to ask for one again.\n"
)
_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)


@dataclass(frozen=True)
class Sources:
    """
    What a folder's record says of its tiles.

    Attributes
    ----------
    sha256 : mapping of str to str
        By file name.
    missing : mapping of str to str
        URL under which the server had no tile, by file name.
    """

    sha256: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


def read_sources(folder: Path) -> Sources:
    """
    Read the record of a folder; one that has none yet is empty.

    Raises
    ------
    OutputError
        If the file is there and cannot be read: it would have to be replaced.
    """
    path = folder / SOURCES_NAME
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return Sources(
            {entry["path"]: entry["sha256"] for entry in tables.get("file", ())},
            {entry["path"]: entry["origin"] for entry in tables.get("missing", ())},
        )
    except FileNotFoundError:
        return Sources()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            Text(
                f"{path} 无法读取（{error}）；请修复或移走它，再运行同一命令",
                f"{path} cannot be read ({error}); repair it or move it away, and run the same "
                "command again",
            )
        ) from error


def record_file(target: Path, *, url: str, sha256: str, size: int, fetched_on: dt.date) -> None:
    """Record the tile at `target`; tables of other files are kept to the letter."""
    name = target.stem
    _put_table(
        target,
        "file",
        {
            "path": target.name,
            "title": f"Copernicus GLO-30 数字地表模型 {name}",
            "title_en": f"Copernicus GLO-30 digital surface model {name}",
            "origin": url,
            "licence": GLO30_LICENCE,
            "date": fetched_on.isoformat(),
            "crs": "EPSG:4326",
            "vertical_crs": "EGM2008 (EPSG:3855)",
            "sha256": sha256,
            "bytes": size,
            "generated": False,
        },
    )


def record_missing(target: Path, *, url: str, fetched_on: dt.date) -> None:
    """Record that the server has no tile under `url`."""
    entry = {"path": target.name, "origin": url, "date": fetched_on.isoformat()}
    _put_table(target, "missing", entry)


def _put_table(target: Path, kind: str, entry: Mapping[str, str | int]) -> None:
    path = target.with_name(SOURCES_NAME)
    lines = [f"[[{kind}]]", *(f"{key} = {_quoted(value)}" for key, value in entry.items())]
    own = f"path = {_quoted(target.name)}"
    with on_disk(path):
        old = path.read_text(encoding="utf-8") if path.exists() else _HEADER
        kept = [table for table in _TABLE.split(old) if own not in table.splitlines()]
        text = "".join(kept).rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
        draft = path.with_name(f"{path.name}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string or number is one of TOML too
