"""What a folder's ``SOURCES.toml`` says of a layer: dates, and where it was surveyed."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dzgis.errors import InputError
from dzgis.inputs.aliases import folded
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = "SOURCES.toml"
_GENERATED = "生成数据（非实测，仅供演示） / GENERATED data, not surveyed, for demonstration only"


@dataclass(frozen=True)
class Registration:
    """
    A layer's entry in the register; empty where it has none.

    Attributes
    ----------
    role : str
        Empty where not said.
    survey_date, valid_until : str
        ISO dates, empty where not said.
    covers : tuple of str or None
        Codes or names of the counties that were surveyed; None where not said.
    note : str
        What products must repeat: that the layer is generated. Empty for real data.
    """

    role: str = ""
    survey_date: str = ""
    valid_until: str = ""
    covers: tuple[str, ...] | None = None
    note: str = ""


def registered(path: Path, layer: str, *, sha256: str) -> Registration:
    """
    Entry of a layer in the register of its folder or the one above.

    An entry that was written for another state of the file (its sha256 differs) tells nothing of
    this one but that it is generated: that is logged, its dates and coverage are left aside.

    Raises
    ------
    InputError
        If the register is no TOML or a date in it is none.
    """
    entry = _entry(path, layer)
    if entry is None:
        return Registration()
    said = entry.get("sha256", sha256)
    if said != sha256 and path.is_file() and said != _sha256_of_one(path):
        _log_changed(path)
        return Registration(note=_note(entry))
    return _registration(entry, path)


def _sha256_of_one(path: Path) -> str:
    """Hash of a file without its sidecars, as registers may have it of a shapefile."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def registered_role(path: Path, layer: str) -> str | None:
    """Role that the register gives to a layer, None where it gives none."""
    entry = _entry(path, layer)
    return str(entry["role"]) if entry and entry.get("role") else None


def _entry(path: Path, layer: str) -> dict[str, Any] | None:
    """Entry in the register of the file's folder, else in that of the folder above."""
    for folder in (path.parent, path.parent.parent):
        for entry in _entries(folder / REGISTER):
            said = entry.get("layer", "")
            if entry.get("path") == path.relative_to(folder).as_posix() and (
                not said or folded(said) == folded(layer)
            ):
                return entry
    return None


def _entries(register: Path) -> list[dict[str, Any]]:
    if not register.is_file():
        return []
    try:
        entries: list[dict[str, Any]] = tomllib.loads(register.read_text(encoding="utf-8"))["file"]
    except KeyError:
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            Text(
                f"{register} 不是有效的 TOML（{error}）；请改正",
                f"{register} is not valid TOML ({error}); correct it",
            )
        ) from error
    return entries


def _registration(entry: dict[str, Any], path: Path) -> Registration:
    register = path.parent / REGISTER
    covers = entry.get("covers")
    return Registration(
        role=str(entry.get("role", "")),
        survey_date=_iso(entry.get("survey_date", ""), "survey_date", register),
        valid_until=_iso(entry.get("valid_until", ""), "valid_until", register),
        covers=None if covers is None else tuple(map(str, covers)),
        note=_note(entry),
    )


def _note(entry: dict[str, Any]) -> str:
    return str(entry.get("note", _GENERATED if entry.get("generated") else ""))


def _iso(value: object, key: str, register: Path) -> str:
    if not value:
        return ""
    try:
        return dt.date.fromisoformat(str(value)[: len("2020-12-31")]).isoformat()
    except ValueError as error:
        raise InputError(
            Text(
                f"{register}：{key} = {value} 不是日期；请写成 2020-12-31 的形式",
                f"{register}: {key} = {value} is not a date; write it like 2020-12-31",
            )
        ) from error


def _log_changed(path: Path) -> None:
    LOG.warning(
        Text(
            f"{path} 与 {REGISTER} 登记的 sha256 不符，登记的日期和覆盖范围不予采用",
            f"{path} differs from the sha256 in {REGISTER}; dates and coverage of that entry "
            "are not used",
        )
    )
