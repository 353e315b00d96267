"""What may be written where: the formats of a conversion, and what must not be replaced."""

from __future__ import annotations

import codecs
from pathlib import Path

from dzgis import inputs as room
from dzgis import stores
from dzgis.errors import InputError, OutputError, listed, raise_all
from dzgis.terms import Text

TXT = ".txt"
_WITH_ENCODING = (TXT, ".shp", ".zip")
_WITH_LAYERS = (".gpkg", ".gdb")


def file_of(target: Path | str) -> Path:
    """
    Path that a target names.

    Raises
    ------
    InputError
        If it is the address of a server that nothing can be written to.
    """
    scheme, sign, _ = str(target).partition("://")
    if sign:
        raise InputError(
            Text(
                f"不能写到 {scheme}://；可写的服务器：postgresql，其余请写成文件",
                f"cannot write to {scheme}://; servers: postgresql, otherwise write a file",
            )
        )
    return Path(target)


def check_written(
    source: Path | str, target: Path, *, encoding: str | None, overwrite: bool
) -> str:
    """
    Check, before anything is read, that a target can be written.

    Returns
    -------
    str
        Suffix of the target, which says the format.

    Raises
    ------
    InputError
        If the format is not known, or the encoding does not suit it.
    OutputError
        If the target exists and may not be replaced.
    """
    suffix = target.suffix.lower()
    known = (TXT, *stores.FORMATS)
    if suffix not in known:
        raise InputError(
            Text(
                f"不能写 {target.name}：后缀不是已知格式；可用：{listed(known, 20)}",
                f"cannot write {target.name}: its suffix is no known format; there are: "
                f"{listed(known, 20)}",
            )
        )
    faults = []
    if suffix not in _WITH_ENCODING:
        faults += encoding_faults(encoding, suffix)
    if encoding and not _is_codec(encoding):
        faults.append(
            Text(
                f"未知的编码 {encoding}；可用：GB18030、GBK、UTF-8",
                f"unknown encoding {encoding}; there are: GB18030, GBK, UTF-8",
            )
        )
    if Path(str(source).partition("::")[0]).resolve() == target.resolve():
        faults.append(
            Text(
                f"源和目标是同一个文件：{target}；请换一个目标",
                f"source and target are one file: {target}; name another target",
            )
        )
    raise_all(faults)
    stores.check_target(target, overwrite=overwrite)
    return suffix


def encoding_faults(encoding: str | None, name: str) -> list[Text]:
    """What is wrong with an encoding for a format that has one only."""
    if not encoding:
        return []
    return [
        Text(
            f"--encoding 只用于 TXT 和 Shapefile；{name} 总是 UTF-8",
            f"--encoding is for TXT and shapefiles; {name} is UTF-8 always",
        )
    ]


def check_encoding(encoding: str | None, name: str) -> None:
    """Raise for an encoding that was given for a format that has one only."""
    raise_all(encoding_faults(encoding, name))


def _bare(name: str) -> str:
    """Letters and digits of a layer's name: a geodatabase puts ``_`` for all else."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def check_other_layers(target: Path, layer: str) -> None:
    """Raise when replacing a file would take other layers with it."""
    if target.suffix.lower() not in _WITH_LAYERS or not target.exists():
        return
    others = [name for name in room.spatial_layers(target) if _bare(name) != _bare(layer)]
    if others:
        raise OutputError(
            Text(
                f"{target} 中还有图层 {listed(others)}，覆盖会一并丢失；请换一个目标",
                f"{target} holds the layers {listed(others)} too, which would be lost; name "
                "another target",
            )
        )
