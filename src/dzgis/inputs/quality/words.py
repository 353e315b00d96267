"""Text that cannot be what somebody typed: read in a wrong encoding, or with invisible signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.inputs.quality.subject import fault
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject

_HANZI = re.compile(r"[\u3400-\u9fff]")
_ONLY_TEXT = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_LOST = "\ufffd"
_WRONG_WAYS = (("gb18030", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gbk"))
"""Encodings in which a text was read and in which it should have been."""


def text_faults(subject: Subject) -> Iterator[Fault]:
    """Garbled text and control characters, in field names too."""
    frame = subject.frame
    fields = frame.columns.drop(frame.geometry.name)
    for name in fields:
        if (found := garbled(str(name))) is not None:
            words = Text(f"字段名“{name}”{found.zh}", f"the field name '{name}' {found.en}")
            yield fault(subject, "garbled_text", words)
    for field in fields:
        if not pd.api.types.is_numeric_dtype(frame[field]):
            yield from _of_field(subject, str(field))


def _of_field(subject: Subject, field: str) -> Iterator[Fault]:
    values = subject.frame[field].astype(object)
    texts = values.where([isinstance(value, str) for value in values], "")
    for text in texts.unique():
        rows = None
        if (found := garbled(text)) is not None:
            code, said = "garbled_text", found
        elif _CONTROL.search(text):
            code, said = "control_character", Text("有控制字符", "holds a control character")
        else:
            continue
        rows = np.flatnonzero(texts == text)
        shown = _CONTROL.sub("�", text)
        words = Text(
            f"字段 {field} 的值“{shown}”{said.zh}", f"the value '{shown}' of {field} {said.en}"
        )
        for row in rows:
            yield fault(subject, code, words, row=int(row))


def garbled(text: str) -> Text | None:
    """
    Say how a text was garbled, None where it is none that reading in a wrong encoding leaves.

    Examples
    --------
    >>> garbled("云南".encode().decode("gb18030", "replace")).en
    "is UTF-8 read as GB18030 ('云南')"
    >>> garbled("云南") is None, garbled("Café") is None
    (True, True)
    """
    if _LOST in text:
        return Text("有丢失的字（�）", "has lost characters (U+FFFD)")
    if text.isascii():
        return None
    for read, meant in _WRONG_WAYS:
        try:
            right = text.encode(read).decode(meant)
        except UnicodeError:
            continue
        if right != text and _HANZI.search(right) and _ONLY_TEXT.fullmatch(right):
            name, other = read.upper(), meant.upper()
            return Text(
                f"是把 {other} 当作 {name} 读出的（应为“{right}”）",
                f"is {other} read as {name} ('{right}')",
            )
    return None
