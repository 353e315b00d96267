"""Text of others as it may be printed: what cannot be seen is shown by its code."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\uffff\ud800-\udfff]"
)


def safe_text(text: str) -> str:
    r"""
    Text without control characters, line ends as ``\n`` and tabs as spaces.

    Control and direction characters, which no XML takes or which change how their neighbours are
    read, are written as their codes.

    Examples
    --------
    >>> safe_text("a\r\nb\tc\x07")
    'a\nb c\\x07'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNSEEN.sub(_code, plain)


def _code(found: re.Match[str]) -> str:
    return ascii(found.group())[1:-1]
