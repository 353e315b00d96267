"""All or nothing for one output: a file, the files of a shapefile, or a geodatabase's folder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dzgis.errors import OutputError
from dzgis.stores.scratch import scratch_folder, told_if_full
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SIDECARS = (
    ".shx",
    ".dbf",
    ".prj",
    ".cpg",
    ".sbn",
    ".sbx",
    ".qix",
    ".fix",
    ".atx",
    ".ain",
    ".aih",
    ".shp.xml",
    ".fields.csv",
)
"""Files that belong to a shapefile: old ones must not stay beside a new one."""


@contextmanager
def placed(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """
    Give a path to write an output to; move all that was written beside it to `target` at the end.

    Parameters
    ----------
    target : Path
        Its folder is made if need be.
    overwrite : bool

    Yields
    ------
    Path
        Of the same name, in an empty folder on the same disk.

    Raises
    ------
    OutputError
        If `target` exists and may not be replaced, or cannot be written; nothing was written then.
    """
    check_target(target, overwrite=overwrite)
    with scratch_folder(target) as folder, told_if_full(target):
        new = folder / "new"
        new.mkdir()
        yield new / target.name
        (folder / "old").mkdir()
        _swap(new, target, folder / "old")


def check_target(target: Path, *, overwrite: bool) -> None:
    """Raise when `target` may not be written."""
    if target.exists() and not overwrite:
        raise OutputError(
            Text(
                f"{target} 已存在；换一个名字，或加 --overwrite 覆盖",
                f"{target} exists; choose another name, or replace it with --overwrite",
            )
        )
    if target.is_dir() and target.suffix.lower() != ".gdb":
        raise OutputError(
            Text(
                f"{target} 是一个文件夹；请给出文件名",
                f"{target} is a folder; name a file",
            )
        )


def _swap(new: Path, target: Path, old: Path) -> None:
    """Take away what stands there, then put the new in place; the main file comes last."""
    written = sorted(new.iterdir(), key=lambda path: (path.name == target.name, path.name))
    standing = [target.with_name(path.name) for path in written]
    several = target.suffix.lower() == ".shp"
    if several:
        standing += [target.with_suffix(suffix) for suffix in _SIDECARS]
    for path in standing:
        if (path.is_dir() and not path.is_symlink()) or (
            path.exists() and target.suffix.lower() == ".shp"
        ):
            path.replace(old / path.name)
    for path in written:
        path.replace(target.with_name(path.name))
