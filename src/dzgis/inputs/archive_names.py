"""Names of an archive's members: programs in China write them in GBK and do not say so."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

_SAID_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_UNICODE_PATH_HEAD = 5
_AS_STORED = "cp437"
"""What zipfile decodes names with where the archive does not say UTF-8."""


def member_name(info: zipfile.ZipInfo) -> str:
    """
    Name of a member as its writer meant it.

    As the archive says where it does (UTF-8 flag, or Info-ZIP's Unicode field); else UTF-8 where
    the bytes are strictly that, else GB18030. Bytes that are neither are shown as U+FFFD, and a
    name with that in it is refused.
    """
    if info.flag_bits & _SAID_UTF8:
        return info.orig_filename
    stored = info.orig_filename.encode(_AS_STORED)
    if stored.isascii():
        return info.orig_filename
    for identity, field in _extra_fields(info.extra):
        if identity == _UNICODE_PATH:
            stored = field[_UNICODE_PATH_HEAD:]
    for codec in ("utf-8", "gb18030"):
        try:
            return stored.decode(codec)
        except UnicodeDecodeError:
            continue
    return stored.decode("ascii", "replace")


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        identity, size = struct.unpack_from("<HH", extra, at)
        yield identity, extra[at + 4 : at + 4 + size]
        at += 4 + size
