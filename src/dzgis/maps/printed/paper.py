"""Sheets of paper: sizes in mm, and where the parts of a map stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from dzgis.errors import InputError
from dzgis.terms import Text

Size = Literal["A4", "A3", "A0"]
SIZES: tuple[Size, ...] = get_args(Size)

MM_PER_INCH = 25.4
POINTS_PER_MM = 72.0 / MM_PER_INCH

_PAPER: dict[str, tuple[float, float, float, int]] = {
    # width and height in mm, lettering against A3, dots per inch of pictures
    "A4": (297.0, 210.0, 0.8, 300),
    "A3": (420.0, 297.0, 1.0, 300),
    "A0": (1189.0, 841.0, 2.3, 150),
}
_MARGIN, _TITLE, _IMPRINT, _PANEL, _GAP, _BAND = 10.0, 20.0, 15.0, 88.0, 4.0, 5.0


class Box(NamedTuple):
    """A rectangle on the paper, in mm from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Width in mm."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in mm."""
        return self.top - self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        """Centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def grown(self, mm: float) -> Box:
        """Return the box with `mm` more on each side."""
        return Box(self.left - mm, self.bottom - mm, self.right + mm, self.top + mm)


@dataclass(frozen=True)
class Sheet:
    """
    One sheet, lying.

    Attributes
    ----------
    size : {"A4", "A3", "A0"}
    width, height : float
        Of the paper, mm.
    k : float
        Lettering, signs and lines are this many times those of an A3 sheet.
    dpi : int
        Of PNG files and of rasters in PDF and SVG.
    title, neat, panel, imprint : Box
        Heading; the neat line around the map; legend, inset and notes; the line at the foot.
    band : float
        Width of the band outside the neat line that holds the figures of graticule and grid, mm.
    """

    size: str
    width: float
    height: float
    k: float
    dpi: int
    title: Box
    neat: Box
    panel: Box
    imprint: Box
    band: float


def sheet_of(size: str) -> Sheet:
    """
    Sheet of a size.

    Raises
    ------
    InputError
        If the size is none of `SIZES`.

    Examples
    --------
    >>> sheet_of("A3").width
    420.0
    """
    if size not in _PAPER:
        raise InputError(
            Text(
                f"没有幅面 {size}；可用：{'、'.join(SIZES)}",
                f"no paper size {size}; there are {', '.join(SIZES)}",
            )
        )
    width, height, k, dpi = _PAPER[size]
    margin, band, gap = _MARGIN * k, _BAND * k, _GAP * k
    foot = margin + _IMPRINT * k
    head = height - margin - _TITLE * k
    panel_left = width - margin - _PANEL * k
    return Sheet(
        size=size,
        width=width,
        height=height,
        k=k,
        dpi=dpi,
        title=Box(margin, head, width - margin, height - margin),
        neat=Box(margin + band, foot + band, panel_left - gap - band, head - band),
        panel=Box(panel_left, foot, width - margin, head),
        imprint=Box(margin, margin, width - margin, foot - gap / 2),
        band=band,
    )
