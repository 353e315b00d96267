"""
Folders beside an output in which it is made, and what killed runs left of theirs.

A run holds a lock on its folder for as long as it lives, however it ends. A folder that nobody
holds belongs to a run that is dead; where the system has no such locks, none is removed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from dzgis.errors import OutputError
from dzgis.terms import Text

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX = ".partial"


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """
    Give an empty folder beside `out`, on the same disk, and remove it in the end.

    Folders that killed runs of the same `out` left are removed first.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    _remove_abandoned(out)
    with ExitStack() as held:
        folder = _made(out, held)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _made(out: Path, held: ExitStack) -> Path:
    """Make the folder and hold it; another one where a cleaner was faster than the lock."""
    try:
        while True:
            folder = out.parent / f".{out.name}.{uuid4().hex}{SUFFIX}"
            folder.mkdir(parents=True)
            with contextlib.suppress(FileNotFoundError):
                held.enter_context(_lock(folder, wait=True))
            if folder.exists():
                return folder
    except OSError as error:
        raise OutputError(
            Text(
                f"无法在 {out.parent} 中写入：{error.strerror}；请检查权限和剩余空间",
                f"cannot write in {out.parent}: {error.strerror}; check rights and free space",
            )
        ) from error


@contextmanager
def _lock(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a folder; false where another holds it or there are no locks here."""
    if fcntl is None:
        yield False
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        locked = True
    except OSError:
        locked = False
    try:
        yield locked
    finally:
        os.close(opened)


def _remove_abandoned(out: Path) -> None:
    ours = re.compile(rf"\.{re.escape(out.name)}\.[0-9a-f]{{32}}{re.escape(SUFFIX)}")
    beside: list[Path] = []
    with contextlib.suppress(OSError):  # not there yet, or not to be listed
        beside = list(out.parent.iterdir())
    for folder in beside:
        if ours.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            # Another cleaner may be faster, or the folder another user's.
            with contextlib.suppress(OSError), _lock(folder, wait=False) as locked:
                if locked:
                    shutil.rmtree(folder)
