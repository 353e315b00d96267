"""
A download that is under way: ``NAME.part`` holds the bytes, ``NAME.part.json`` what they are of.

The mark (ETag and size) is written before the first byte, and the bytes are thrown away before
another mark is written, so the two never belong to different files.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.errors import OutputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO
    from pathlib import Path

_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class PartState:
    """
    How far a download is.

    Attributes
    ----------
    etag : str
        As the server sent it, with its quotes; empty when it sent none.
    size : int, optional
        Bytes of the whole file; None when the server did not say.
    done : int
        Bytes on disk.
    """

    etag: str
    size: int | None
    done: int

    @property
    def complete(self) -> bool:
        """Whether all bytes are there."""
        return self.size is not None and self.done == self.size

    @property
    def resumable(self) -> bool:
        """Whether the rest can be asked for: it is known, and a strong ETag guards it."""
        return self.done > 0 and self.size is not None and self.etag.startswith('"')


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn an OSError of the disk, never one of the network, into an OutputError."""
    try:
        yield
    except OSError as error:
        reason = _reason(error)
        raise OutputError(
            Text(
                f"无法读写 {path}：{reason.zh}；处理后再次运行同一命令，将从中断处继续",
                f"cannot read or write {path}: {reason.en}; put that right and run the same "
                "command again, it goes on where it stopped",
            )
        ) from error


def _reason(error: OSError) -> Text:
    if error.errno in _FULL:
        return Text("磁盘已满", "the disk is full")
    if error.errno in _DENIED:
        return Text("没有权限", "no permission")
    said = error.strerror or str(error)
    return Text(said, said)


def body_path(target: Path) -> Path:
    """Where the bytes of `target` are until they are complete and verified."""
    return target.with_name(f"{target.name}.part")


def mark_path(target: Path) -> Path:
    """Where ETag and size are kept meanwhile."""
    return target.with_name(f"{target.name}.part.json")


def read_state(target: Path) -> PartState | None:
    """How far the download of `target` is; None when there is nothing that can be used."""
    body, mark = body_path(target), mark_path(target)
    if not (body.exists() and mark.exists()):
        return None
    with on_disk(target):
        text, done = mark.read_bytes(), body.stat().st_size
    try:
        said = json.loads(text)
        etag, size = said["etag"], said["size"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(etag, str) or not isinstance(size, int | None):
        return None
    return None if size is not None and done > size else PartState(etag, size, done)


def restart_part(target: Path, etag: str, size: int | None) -> None:
    """Throw away what is there and mark an empty part as the beginning of a file."""
    discard_part(target)
    with on_disk(target):
        mark = json.dumps({"etag": etag, "size": size})
        mark_path(target).write_text(mark, encoding="utf-8")
        body_path(target).touch()


def discard_part(target: Path) -> None:
    """Remove bytes and mark, if there are any."""
    with on_disk(target):
        body_path(target).unlink(missing_ok=True)
        mark_path(target).unlink(missing_ok=True)


def append_to_part(target: Path, chunks: Iterable[bytes], grown: Callable[[int], None]) -> int:
    """Append `chunks` to the part, each at once on disk; bytes on disk are told and returned."""
    with contextlib.ExitStack() as stack:
        with on_disk(target):
            file = stack.enter_context(body_path(target).open("ab", buffering=0))
            done = file.tell()
        for chunk in chunks:
            with on_disk(target):
                _write_all(file, chunk)
            done += len(chunk)
            grown(done)
    return done


def _write_all(file: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:  # an unbuffered file may take less than it is given
        rest = rest[file.write(rest) :]


def finish_part(target: Path) -> None:
    """Give complete and verified bytes their name."""
    with on_disk(target):
        body = body_path(target)
        with body.open("rb+") as file:
            os.fsync(file.fileno())
        body.replace(target)
        mark_path(target).unlink(missing_ok=True)
