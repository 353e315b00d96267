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

from dzgis.errors import DzgisError, OutputError
from dzgis.terms import Text

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX = ".partial"
PIECES_SUFFIX = ".parts"
_FULL_BYTES = 64 * 2**20
"""With less than this left, a failed write is put down to the disk; writers tidy up after it."""


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
    _remove_abandoned(out, rf"[0-9a-f]{{32}}{re.escape(SUFFIX)}")
    with ExitStack() as held:
        folder = _made(out, held)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def resumable_folder(out: Path, key: str) -> Iterator[Path]:
    """
    Give a folder beside `out` in which a long job keeps its finished pieces.

    Parameters
    ----------
    out : Path
    key : str
        16 hexadecimal digits that name the job: the same job finds its pieces again, those that
        other jobs for `out` left are removed.

    Yields
    ------
    Path
        It stays if the block is interrupted, and goes when the block ends well, when its input is
        bad, and when the disk is full.

    Raises
    ------
    OutputError
        If it cannot be made, or another run is at work on the same job.
    """
    folder = out.parent / f".{out.name}.{key}{PIECES_SUFFIX}"
    _remove_abandoned(out, rf"(?!{key})[0-9a-f]{{16}}{re.escape(PIECES_SUFFIX)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(_cannot_write(out, error)) from error
    with _lock(folder, wait=False) as locked:
        if fcntl is not None and not locked:
            raise OutputError(
                Text(
                    f"另一个进程正在计算 {out}；请等它结束",
                    f"another process is at work on {out}; wait for it to end",
                )
            )
        try:
            with told_if_full(out):
                yield folder
        except DzgisError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def told_if_full(out: Path) -> Iterator[None]:
    """Put a fault in the block down to the disk where that is full, whatever a writer calls it."""
    try:
        yield
    except Exception as error:
        free = shutil.disk_usage(out.parent).free
        if free < _FULL_BYTES:
            raise OutputError(_full(out, free)) from error
        raise


def _full(out: Path, free: int) -> Text:
    return Text(
        f"写 {out} 失败，磁盘几乎没有空间（剩余 {free} 字节）；没有写出任何文件，"
        "请腾出空间或换一个磁盘",
        f"writing {out} failed and its disk is full or nearly so ({free} bytes left); nothing was "
        "written: free some space or choose another disk",
    )


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
        raise OutputError(_cannot_write(out, error)) from error


def _cannot_write(out: Path, error: OSError) -> Text:
    return Text(
        f"无法在 {out.parent} 中写入：{error.strerror}；请检查权限和剩余空间",
        f"cannot write in {out.parent}: {error.strerror}; check rights and free space",
    )


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


def _remove_abandoned(out: Path, ending: str) -> None:
    """Remove the folders of `out` whose name ends so and that nobody holds."""
    ours = re.compile(rf"\.{re.escape(out.name)}\.{ending}")
    beside: list[Path] = []
    with contextlib.suppress(OSError):  # not there yet, or not to be listed
        beside = list(out.parent.iterdir())
    for folder in beside:
        if ours.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            # Another cleaner may be faster, or the folder another user's.
            with contextlib.suppress(OSError), _lock(folder, wait=False) as locked:
                if locked:
                    shutil.rmtree(folder)
