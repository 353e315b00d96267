"""All or nothing: outputs are made in a folder of their own and moved into place at the end."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dzgis.errors import OutputError, listed, raise_all
from dzgis.stores.scratch import scratch_folder, told_if_full
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MANIFEST = "run.json"
_DEPTH = 2
"""Outputs stand in the folder itself, or in one folder within it."""


@contextmanager
def staged(out: Path, names: Sequence[str], *, overwrite: bool) -> Iterator[Path]:
    """
    Give a folder to write `names` into; move them to `out` when the block ends well.

    Parameters
    ----------
    out : Path
        Made if need be.
    names : sequence of str
        What will be written. With ``overwrite=False`` none of them may exist in `out`.
    overwrite : bool

    Yields
    ------
    Path
        An empty folder beside `out`, on the same disk.

    Raises
    ------
    OutputError
        If `out` is a file, cannot be made, or holds one of `names`; nothing was written then.
    """
    check_free(out, names, overwrite=overwrite)
    with scratch_folder(out) as folder, told_if_full(out):
        yield folder
        _move(folder, out)


def check_free(out: Path, names: Sequence[str], *, overwrite: bool) -> None:
    """Raise when `names` may not be written into `out`."""
    if out.exists() and not out.is_dir():
        raise OutputError(
            Text(
                f"输出位置 {out} 是一个文件；-o 需要一个文件夹",
                f"{out} is a file; -o needs a folder",
            )
        )
    there = [name for name in names if (out / name).exists()]
    if there and not overwrite:
        raise_all(
            [
                Text(
                    f"{out} 中已有 {listed(there)}；换一个文件夹，或加 --overwrite 覆盖",
                    f"{out} already holds {listed(there)}; choose another folder, or replace them "
                    "with --overwrite",
                )
            ],
            OutputError,
        )


def _move(folder: Path, out: Path) -> None:
    """
    Move files into place: a new folder at once, else file by file.

    An old manifest goes first and the new one comes last, so that none vouches for a mixture.
    """
    if not out.exists():
        folder.rename(out)
        return
    if (folder / MANIFEST).exists():
        _forget(out, keep={p.relative_to(folder).as_posix() for p in folder.rglob("*")})
    files = sorted(folder.iterdir(), key=lambda path: (path.name == MANIFEST, path.name))
    for path in files:
        target = out / path.name
        if target.is_dir():
            shutil.rmtree(target)
        path.replace(target)


def _forget(out: Path, *, keep: set[str]) -> None:
    """Remove an old manifest, and the outputs it names that the new run does not write."""
    old = out / MANIFEST
    if not old.exists():
        return
    try:
        names = set(json.loads(old.read_text(encoding="utf-8"))["outputs"])
    except (ValueError, KeyError, TypeError):
        names = set()  # not ours: whatever it names stays
    old.unlink()
    for name in names - keep:
        path = PurePosixPath(name)
        if not path.is_absolute() and ".." not in path.parts and len(path.parts) <= _DEPTH:
            (out / path).unlink(missing_ok=True)
            _remove_empty(out / path.parts[0])


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
