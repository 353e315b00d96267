"""
A land bureau's coordinate file (界址点 TXT) as a value that loses nothing.

Bureaus compare 界址点 by number, so every line is kept as it stands: what is read and written
again is equal to the byte.
"""

from __future__ import annotations

from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"
HEADER_END = "@"
"""Ends the line of a parcel."""
WINDOWS_END = "\r\n"
N_POINT_FIELDS = 4
"""Number, ring, X (north), Y (east); more columns are kept without being understood."""


@dataclass(frozen=True, slots=True)
class TxtLine:
    r"""
    A line as it stands in the file.

    Attributes
    ----------
    text : str
        Without its end, blanks kept.
    end : str
        ``\r\n``, ``\n`` or, at the end of the file, nothing.
    before : str
        What stands between the line before and this one: blank lines, marks of sections.
    """

    text: str
    end: str = WINDOWS_END
    before: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields between the commas, without blanks around them."""
        return tuple(field.strip() for field in self.text.split(","))

    @property
    def raw(self) -> str:
        """All that the line puts into the file."""
        return f"{self.before}{self.text}{self.end}"


@dataclass(frozen=True, slots=True)
class TxtParcel:
    """
    Lines of a parcel.

    Attributes
    ----------
    header : TxtLine
        Number of points, area in hectares, id, name, kind, map sheet, use, land class, more, @.
    points : tuple of TxtLine
        Number, ring, X (north), Y (east) and perhaps more, in the order of the file.
    """

    header: TxtLine
    points: tuple[TxtLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TxtFile:
    """
    A coordinate file.

    Attributes
    ----------
    head : tuple of TxtLine
        All lines before the first parcel, section marks included.
    parcels : tuple of TxtParcel
    tail : str
        What follows the last point.
    encoding : str
        Codec, e.g. ``gb18030`` or ``utf-8``.
    has_bom : bool
        Whether a byte order mark stands before the text.
    """

    head: tuple[TxtLine, ...]
    parcels: tuple[TxtParcel, ...]
    tail: str = ""
    encoding: str = "gb18030"
    has_bom: bool = False

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the lines with ``=`` in the head, in their order."""
        parts = (line.text.partition("=") for line in self.head)
        return tuple((name.strip(), value.strip()) for name, sign, value in parts if sign)

    @property
    def text(self) -> str:
        """Content as text."""
        bodies = (line.raw for parcel in self.parcels for line in (parcel.header, *parcel.points))
        return "".join([*(line.raw for line in self.head), *bodies, self.tail])

    @property
    def content(self) -> bytes:
        """
        Content as bytes.

        Raises
        ------
        UnicodeEncodeError
            If the encoding has no code for a character.
        """
        return (BOM if self.has_bom else b"") + self.text.encode(self.encoding)
