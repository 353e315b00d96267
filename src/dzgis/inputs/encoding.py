"""The encoding of a shapefile's table: as it says itself, and held against the bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dzgis.errors import InputError, raise_all
from dzgis.inputs.dbf import read_header, words
from dzgis.inputs.files import sidecar, signature
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WIDEST_CHINESE = "GB18030"
"""Reads GBK and GB2312 as well, and loses no rare character."""
_UTF8 = "UTF-8"
_FIRST_CJK = "\u2e80"
_GBK_FAMILY = {"gbk", "gb2312", "936", "cp936", "gb18030", "54936", "ansi 936", "ldid/77"}
_UTF8_FAMILY = {"utf-8", "utf8", "65001", "utf_8"}
_CHINESE_LANGUAGE = 0x4D
"""Language driver id of GBK in the header of a table."""
_LEAST_UTF8_WORDS = 2
"""One word may be both UTF-8 and GBK by chance; of several all are not."""

Word = tuple[int, str, bytes]


def shapefile_encoding(path: Path) -> str:
    """
    Find the encoding of a shapefile's table.

    A ``.cpg`` is honoured, GBK and GB2312 as GB18030, which contains them. Without one the bytes
    tell: UTF-8 where they are strictly UTF-8 with CJK characters, else GB18030; this is logged
    unless the header's language byte says the same.

    Raises
    ------
    InputError
        Naming the record and field whose bytes the encoding cannot have written, or saying that
        the ``.cpg`` lies: it names another encoding than that of all words.
    """
    return _encoding(path, signature(path))


@lru_cache(maxsize=64)
def _encoding(path: Path, _: object) -> str:
    """Encoding of the table in that state of its files."""
    dbf, cpg = sidecar(path, ".dbf"), sidecar(path, ".cpg")
    if dbf is None:
        return _UTF8
    foreign = _distinct(words(dbf))
    if cpg is not None and (said := cpg.read_text("ascii", "replace").strip()):
        return _said_encoding(dbf, cpg, said, foreign)
    return _told_encoding(path, dbf, foreign) if foreign else _UTF8


def _distinct(found: Iterable[Word]) -> list[Word]:
    """Each word once, where it comes first: a table of a million records has few words."""
    first: dict[bytes, Word] = {}
    for record, field, word in found:
        first.setdefault(word, (record, field, word))
    return list(first.values())


def _said_encoding(dbf: Path, cpg: Path, said: str, foreign: Sequence[Word]) -> str:
    chinese = said.casefold() in _GBK_FAMILY
    codec = WIDEST_CHINESE if chinese else said
    raise_all(_undecodable(dbf, codec, cpg.name, foreign))
    if said.casefold() in _UTF8_FAMILY or not foreign:
        return codec
    east = _utf8_words(foreign)
    if east >= 1 and not (chinese and (east < len(foreign) or east < _LEAST_UTF8_WORDS)):
        raise InputError(_lying(cpg, said, _UTF8, foreign[0]))
    if not chinese and _is_chinese(foreign):
        raise InputError(_lying(cpg, said, WIDEST_CHINESE, foreign[0]))
    return codec


def _told_encoding(path: Path, dbf: Path, foreign: Sequence[Word]) -> str:
    codec = _UTF8 if _utf8_words(foreign) else WIDEST_CHINESE
    raise_all(_undecodable(dbf, codec, None, foreign))
    if codec == WIDEST_CHINESE and read_header(dbf).language == _CHINESE_LANGUAGE:
        return codec
    LOG.warning(
        Text(
            f"{path} 没有 .cpg 文件，属性表按 {codec} 读取；若乱码请补 .cpg",
            f"{path} has no .cpg, its table is read as {codec}; add a .cpg if words are garbled",
        )
    )
    return codec


def _utf8_words(foreign: Sequence[Word]) -> int:
    """Number of words in letters of East Asia, where all are strictly UTF-8; else 0."""
    try:
        texts = [_without_cut(word).decode("utf-8") for _, _, word in foreign]
    except UnicodeDecodeError:
        return 0
    return sum(any(letter >= _FIRST_CJK for letter in text) for text in texts)


def _without_cut(word: bytes) -> bytes:
    """Word without the last letter where only a part of it fitted into the field."""
    try:
        word.decode("utf-8")
    except UnicodeDecodeError as error:
        return word[: error.start] if _is_cut_letter(error, word) else word
    return word


def _is_chinese(foreign: Sequence[Word]) -> bool:
    """Whether all words are GB18030 in which no byte beyond ASCII stands alone."""
    for _, _, word in foreign:
        try:
            text = word.decode(WIDEST_CHINESE)
        except UnicodeDecodeError:
            return False
        if not all(letter.isascii() or letter >= _FIRST_CJK for letter in text):
            return False
    return True


def _lying(cpg: Path, said: str, really: str, first: Word) -> Text:
    record, field, word = first
    shown = word.decode(really, "replace")
    return Text(
        f"{cpg} 写的是 {said}，但属性表（如第 {record} 条记录字段 {field}）是 {really}"
        f"（“{shown}”）；请改正 .cpg",
        f"{cpg} says {said}, but the table (e.g. record {record}, field {field}) is {really} "
        f"('{shown}'); correct the .cpg",
    )


def _undecodable(dbf: Path, codec: str, cpg: str | None, foreign: Sequence[Word]) -> list[Text]:
    """Name the first word of the table that `codec` cannot have written, if any."""
    for record, field, word in foreign:
        try:
            word.decode(codec)
        except LookupError:
            return []  # a code page that Python does not know: GDAL may
        except UnicodeDecodeError as error:
            if record and _is_cut_letter(error, word):
                continue
            return [_mojibake(dbf, codec, cpg, f"{record}", field)]
    return []


def _is_cut_letter(error: UnicodeDecodeError, word: bytes) -> bool:
    """Whether only the last letter is cut, as programs do that fill a field to its width."""
    return error.end == len(word) and error.start > 0


def _mojibake(dbf: Path, codec: str, cpg: str | None, record: str, field: str) -> Text:
    by = f"（{cpg}）" if cpg else ""
    by_en = f" (said by {cpg})" if cpg else ""
    return Text(
        f"{dbf} 第 {record} 条记录字段 {field} 的字节不是 {codec}{by}；"
        "请改正 .cpg 中的编码（国内数据多为 GB18030 或 UTF-8）",
        f"{dbf}, record {record}, field {field}: the bytes are not {codec}{by_en}; "
        "put the right encoding into the .cpg (GB18030 or UTF-8 in most Chinese data)",
    )
