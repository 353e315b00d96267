"""What a folder's ``SOURCES.toml`` says of a layer: dates, and where it was surveyed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dzgis.errors import InputError, listed
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.log import LOG
from dzgis.inputs.register_file import NEARLY, REGISTER, Entry, entries_of, iso_day
from dzgis.inputs.vector import spatial_layers
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    extent_layer : str
        Layer of the same file whose polygons are the surveyed extent; empty where not said.
    note : str
        What products must repeat: that the layer is generated. Empty for real data.
    """

    role: str = ""
    survey_date: str = ""
    valid_until: str = ""
    covers: tuple[str, ...] | None = None
    extent_layer: str = ""
    note: str = ""


def registered(path: Path, layer: str, *, sha256: str) -> Registration:
    """
    Entry of a layer in the register of its folder or the one above.

    An entry that was written for another state of the file (its sha256 differs) tells nothing of
    this one but that it is generated: that is logged, its dates and coverage are left aside.

    Raises
    ------
    InputError
        If the register cannot be read, or an entry is about this file and yet fits no layer of it.
    """
    entry = _entry(path, layer)
    if entry is None:
        return Registration()
    said = entry.said.get("sha256", sha256)
    if said != sha256 and path.is_file() and said != _sha256_of_one(path):
        _log_changed(path)
        return Registration(note=_note(entry))
    return _registration(entry)


def _sha256_of_one(path: Path) -> str:
    """Hash of a file without its sidecars, as registers may have it of a shapefile."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def registered_role(path: Path, layer: str) -> str | None:
    """Role that the register gives to a layer, None where it gives none."""
    entry = _entry(path, layer)
    return str(entry.said["role"]) if entry and entry.said.get("role") else None


def _entry(path: Path, layer: str) -> Entry | None:
    """Entry in the register of the file's folder, else in that of the folder above."""
    file = path.parent.resolve() / path.name
    for folder in (file.parent, file.parent.parent):
        entries = entries_of(folder / REGISTER)
        ours = [entry for entry in entries if _is_about(entry, file)]
        _check_layers(ours, path)
        if found := _of_layer(ours, layer):
            return found
        if not ours:
            _check_misspelt(entries, file)
    return None


def _is_about(entry: Entry, file: Path) -> bool:
    meant = entry.register.parent / entry.path
    return meant.exists() and meant.samefile(file)


def _of_layer(entries: Sequence[Entry], layer: str) -> Entry | None:
    """Return the entry that names the layer, else the one about all layers of the file."""
    for wanted in (folded(layer), ""):
        fits = [entry for entry in entries if folded(entry.layer) == wanted]
        if len(fits) > 1:
            raise InputError(_twice(fits))
        if fits:
            return fits[0]
    return None


def _twice(entries: Sequence[Entry]) -> Text:
    numbers = listed(entry.number for entry in entries)
    register, what = entries[0].register, f"{entries[0].path} {entries[0].layer}".strip()
    return Text(
        f"{register} 中第 {numbers} 个 [[file]] 说的是同一图层（{what}）；请只留一个",
        f"{register}: [[file]] {numbers} are about one layer ({what}); keep one of them",
    )


def _check_layers(entries: Sequence[Entry], path: Path) -> None:
    """Raise for entries about a layer that the file does not have."""
    named = [
        (entry, key)
        for entry in entries
        for key in ("layer", "extent_layer")
        if entry.said.get(key)
    ]
    layers = spatial_layers(path) if named else []
    known = set(map(folded, layers))
    faults = [
        _no_such_layer(entry, key, layers)
        for entry, key in named
        if folded(entry.said[key]) not in known
    ]
    if faults:
        raise InputError(*faults)


def _no_such_layer(entry: Entry, key: str, layers: Sequence[str]) -> Text:
    where, layer = entry.where, entry.said[key]
    return Text(
        f"{where.zh}：{entry.path} 中没有图层 {layer}；现有：{listed(layers)}；请改正 {key}",
        f"{where.en}: {entry.path} has no layer {layer}; its layers are: {listed(layers)}; "
        f"correct {key}",
    )


def _check_misspelt(entries: Sequence[Entry], file: Path) -> None:
    """Raise for an entry about a file that is not there but is called nearly like this one."""
    sidecars = tables()["files"]["shapefile_sidecars"]
    for entry in entries:
        folder = entry.register.parent
        meant = folder / entry.path
        if meant.exists() or meant.suffix.lower() in sidecars:
            continue
        ours = file.relative_to(folder).as_posix()
        if get_close_matches(folded(entry.path), [folded(ours)], cutoff=NEARLY):
            where = entry.where
            raise InputError(
                Text(
                    f"{where.zh}：文件 {entry.path} 不存在；是否指 {ours}？请改正 path",
                    f"{where.en}: there is no file {entry.path}; did you mean {ours}? correct path",
                )
            )


def _registration(entry: Entry) -> Registration:
    said = entry.said
    covers = said.get("covers")
    return Registration(
        role=str(said.get("role", "")),
        survey_date=iso_day(said.get("survey_date", "")),
        valid_until=iso_day(said.get("valid_until", "")),
        covers=None if covers is None else tuple(covers),
        extent_layer=str(said.get("extent_layer", "")),
        note=_note(entry),
    )


def _note(entry: Entry) -> str:
    return str(entry.said.get("note", _GENERATED if entry.said.get("generated") else ""))


def _log_changed(path: Path) -> None:
    LOG.warning(
        Text(
            f"{path} 与 {REGISTER} 登记的 sha256 不符，登记的日期和覆盖范围不予采用",
            f"{path} differs from the sha256 in {REGISTER}; dates and coverage of that entry "
            "are not used",
        )
    )
