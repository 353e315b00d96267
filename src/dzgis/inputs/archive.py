"""
Archives (``.zip``): looked through before anything is unpacked, unpacked beside nobody's files.

Everything that an archive may do to a disk is refused by name: paths that leave the folder, links,
encryption, members that lie over each other, sizes beyond the limits, declared or real. What is
unpacked lies in a temporary folder until `forget_archives` is called or the process ends.
"""

from __future__ import annotations

import logging
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dzgis.errors import InputError, listed, raise_all
from dzgis.inputs.aliases import tables
from dzgis.inputs.archive_names import member_name
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST_MEMBERS = 20_000
MOST_BYTES = 8 << 30
"""Of all members together, unpacked."""
MOST_RATIO = 200
"""Of unpacked to packed bytes, where more than `FREE_BYTES` are unpacked; blank dbf fields: 100."""
FREE_BYTES = 64 << 20
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_DRIVE = ":"
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_UNPACKED: dict[tuple[Path, int, int], tempfile.TemporaryDirectory[str]] = {}
"""What lies in temporary folders, by path, size and time of change of the archive."""


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name as people read it, and its entry."""

    name: str
    info: zipfile.ZipInfo

    @property
    def path(self) -> PurePosixPath:
        """Path inside the archive."""
        return PurePosixPath(self.name)


def is_archive(path: Path) -> bool:
    """Whether a path is that of an archive, by its suffix."""
    return path.suffix.lower() in tables()["files"]["archives"]


def unpacked(path: Path) -> Path:
    """
    Folder with the vector files of an archive.

    Parameters
    ----------
    path : Path
        A ``.zip`` or ``.kmz`` that is there.

    Raises
    ------
    InputError
        If it is no archive, damaged, or holds anything that is refused; nothing is left on disk.
    """
    found = path.stat()
    key = (path.resolve(), found.st_size, found.st_mtime_ns)
    if key not in _UNPACKED:
        folder = tempfile.TemporaryDirectory(prefix="dzgis-unpacked-", ignore_cleanup_errors=True)
        try:
            _unpack(path, Path(folder.name))
        except BaseException:
            folder.cleanup()
            raise
        _UNPACKED[key] = folder
    return Path(_UNPACKED[key].name)


def forget_archives() -> None:
    """Remove everything that was unpacked."""
    while _UNPACKED:
        _UNPACKED.popitem()[1].cleanup()


def shown_in_archive(words: str) -> str:
    """Words in which a temporary folder is called by the archive that was unpacked into it."""
    for (path, _, _), folder in _UNPACKED.items():
        words = words.replace(folder.name, str(path))
    return words


class _CalledByArchive(logging.Filter):
    """Lets the log name archives, not temporary folders."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.msg
        if isinstance(said, Text) and _UNPACKED:
            record.msg = Text(shown_in_archive(said.zh), shown_in_archive(said.en))
        return True


LOG.addFilter(_CalledByArchive())


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            raise_all(list(_faults(path, members)))
            wanted = [member for member in members if _is_wanted(member.path)]
            _check_room(path, wanted, folder)
            for member in wanted:
                _extract(archive, member, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(_damaged(path, error)) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(
            Text(
                f"{path} 解压失败（{why}）；请手工解压后给出其中的文件",
                f"{path} cannot be unpacked ({why}); unpack it by hand and give the file in it",
            )
        ) from error


def _damaged(path: Path, error: Exception) -> Text:
    return Text(
        f"{path} 不是可读的 zip 压缩包，或已损坏（{error}）；请重新压缩或复制",
        f"{path} is not a readable zip archive, or is damaged ({error}); pack or copy it again",
    )


def _members(archive: zipfile.ZipFile) -> list[Member]:
    return [Member(member_name(info).replace("\\", "/"), info) for info in archive.infolist()]


def _faults(path: Path, members: Sequence[Member]) -> Iterator[Text]:
    """Everything for which an archive is refused."""
    if len(members) > MOST_MEMBERS:
        yield Text(
            f"{path} 中有 {len(members)} 个文件，超过 {MOST_MEMBERS}；请只压缩需要的数据",
            f"{path} has {len(members)} members, more than {MOST_MEMBERS}; pack only the data",
        )
        return
    cases: dict[Text, Callable[[Member], bool]] = {
        Text("的路径越出压缩包", "lead out of the archive"): _leads_out,
        Text("是链接", "are links"): _is_link,
        Text("加了密码", "are encrypted"): lambda m: bool(m.info.flag_bits & _ENCRYPTED),
        Text("的文件名读不出（不是 UTF-8 或 GB18030）", "have names in no known encoding"): (
            lambda m: bool(_UNREADABLE.search(m.name))
        ),
    }
    for words, is_bad in cases.items():
        bad = [repr(m.name)[1:-1] for m in members if is_bad(m)]
        if bad:
            yield Text(
                f"{path} 中 {listed(bad, 5)} {words.zh}，拒绝解压；请重新压缩",
                f"{path}: {listed(bad, 5)} {words.en}, which is refused; pack it again",
            )
    yield from _same_faults(path, members)
    yield from _size_faults(path, members)


def _leads_out(member: Member) -> bool:
    first = member.name.split("/")[0]
    return not first or ".." in member.name.split("/") or _DRIVE in first


def _is_link(member: Member) -> bool:
    mode = member.info.external_attr >> 16
    return bool(mode) and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)


def _same_faults(path: Path, members: Sequence[Member]) -> Iterator[Text]:
    """Members that would be one file, and members that share their bytes."""
    names = Counter(member.name.casefold() for member in members)
    twice = [name for name, n in names.items() if n > 1]
    if twice:
        yield Text(
            f"{path} 中有重名的文件：{listed(twice, 5)}；请重新压缩",
            f"{path} holds files of one name: {listed(twice, 5)}; pack it again",
        )
    placed = sorted((m.info.header_offset, m.info.compress_size) for m in members)
    if any(one[0] + one[1] > other[0] for one, other in pairwise(placed)):
        yield Text(
            f"{path} 中的文件相互重叠（压缩炸弹的写法），拒绝解压；请重新压缩",
            f"{path}: its members lie over each other, as in a zip bomb, which is refused; "
            "pack it again",
        )


def _size_faults(path: Path, members: Sequence[Member]) -> Iterator[Text]:
    size = sum(member.info.file_size for member in members)
    packed = max(1, sum(member.info.compress_size for member in members))
    if size > MOST_BYTES or (size > FREE_BYTES and size > MOST_RATIO * packed):
        yield Text(
            f"{path} 声明解压后有 {size} 字节，是压缩后的 {size / packed:.0f} 倍"
            f"（上限 {MOST_BYTES} 字节、{MOST_RATIO} 倍），疑为压缩炸弹；请核实来源，手工解压",
            f"{path} says that it unpacks to {size} bytes, {size / packed:.0f} times its own "
            f"(at most {MOST_BYTES} bytes and {MOST_RATIO} times are taken): it may be a zip bomb; "
            "make sure where it is from and unpack it by hand",
        )


def _is_wanted(inside: PurePosixPath) -> bool:
    """Whether a member is, or belongs to, a vector file."""
    if inside.parts[:1] == ("__MACOSX",) or inside.name.startswith("._"):
        return False
    known = tables()["files"]
    suffixes = (*known["vector"], *known["inside_archives"])
    in_geodatabase = any(part.lower().endswith(".gdb") for part in inside.parts[:-1])
    return in_geodatabase or inside.suffix.lower() in suffixes


def _check_room(path: Path, members: Sequence[Member], folder: Path) -> None:
    size, free = sum(member.info.file_size for member in members), shutil.disk_usage(folder).free
    if size > free:
        raise InputError(
            Text(
                f"临时文件夹 {folder.parent} 剩 {free} 字节，解压 {path} 需要 {size} 字节；"
                "请腾出空间，或用环境变量 TMPDIR 换一处",
                f"the temporary folder {folder.parent} has {free} bytes left, {path} needs {size}; "
                "make room, or set TMPDIR to another place",
            )
        )


def _extract(archive: zipfile.ZipFile, member: Member, folder: Path) -> None:
    if member.info.is_dir():
        return
    target = folder.joinpath(*member.path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.info.file_size
    with archive.open(member.info) as packed, target.open("xb") as plain:
        while chunk := packed.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{member.name}: more bytes than declared")
            plain.write(chunk)
    if left:
        raise zipfile.BadZipFile(f"{member.name}: {left} bytes fewer than declared")
