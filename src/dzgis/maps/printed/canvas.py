"""The drawing surface: one figure in mm, on which everything is an artist with a known extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text as Letters

from dzgis.fonts import fonts_folder, not_covered, with_geta
from dzgis.maps.printed.paper import MM_PER_INCH, POINTS_PER_MM, Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.image import AxesImage

    from dzgis.maps.printed.paper import Sheet

FACE = "hei.otf"
"""Of all lettering: a sans face stays legible at small sizes."""

LABEL = "label"
"""Mark (gid) of lettering on the map that must not meet other lettering."""
ALONG = "along"
"""Mark of single letters that are set along a line."""
HALO = "halo"
INK, PAPER = "#1a1a1a", "#ffffff"
_HALO_PT = 2.2
_LINE_SPACING = 1.15
_RASTER_Z = 2.0

Align = Literal["left", "center", "right"]
Stand = Literal["center", "top", "bottom"]


@dataclass(frozen=True)
class Pen:
    """
    How an area or a line is drawn.

    Attributes
    ----------
    fill, stroke : str
        Colours; empty for none.
    width : float
        Of the line, points at A3.
    dash : tuple of float
        Lengths of dashes and gaps, points at A3.
    alpha : float
        Opacity of the fill.
    hatch : str
        Matplotlib's hatch pattern in the colour of the line.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 0.6
    dash: tuple[float, ...] = ()
    alpha: float = 1.0
    hatch: str = ""


@dataclass(frozen=True)
class Lettering:
    """
    How words are set.

    Attributes
    ----------
    points : float
        Size at A3.
    colour, halo : str
        An empty halo is none.
    turn : float
        Degrees, counter-clockwise.
    align, stand : str
        Which point of the words stands at their position.
    """

    points: float
    colour: str = INK
    halo: str = ""
    turn: float = 0.0
    align: Align = "center"
    stand: Stand = "center"


class Canvas:
    """A figure of the sheet's size with one pair of axes in mm."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        size = (sheet.width / MM_PER_INCH, sheet.height / MM_PER_INCH)
        self.figure = Figure(figsize=size, dpi=sheet.dpi, facecolor=PAPER)
        self._agg = FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, sheet.width)
        self.axes.set_ylim(0, sheet.height)
        self.missing: set[str] = set()
        self._font = str(fonts_folder() / FACE)
        self._measured: dict[tuple[str, float], tuple[float, float]] = {}

    # ---------------------------------------------------------------- words

    def _properties(self, points: float) -> FontProperties:
        return FontProperties(fname=self._font, size=points * self.sheet.k)

    def printable(self, words: str) -> str:
        """Words with 〓 for what the face lacks; what it lacks is remembered in `missing`."""
        lacking = not_covered([words])
        self.missing |= set(lacking)
        return with_geta(words, frozenset(lacking))

    def measure(self, words: str, points: float) -> tuple[float, float]:
        """Width and height of words, mm."""
        key = (words, points)
        if key not in self._measured:
            probe = Letters(
                0, 0, self.printable(words), fontproperties=self._properties(points),
                linespacing=_LINE_SPACING, parse_math=False,
            )  # fmt: skip
            probe.set_figure(self.figure)
            extent = probe.get_window_extent(self._agg.get_renderer(), dpi=self.figure.dpi)
            mm = MM_PER_INCH / self.figure.dpi
            self._measured[key] = (extent.width * mm, extent.height * mm)
        return self._measured[key]

    def write(
        self, words: str, at: Sequence[float], how: Lettering, *, z: float, mark: str = ""
    ) -> None:
        """Set words; the halo is an artist of its own, so that the words stay words in a PDF."""
        if not words:
            return
        x, y = float(at[0]), float(at[1])
        if how.halo:
            below = self._letters((x, y), words, how, how.halo, z - 0.01)
            width = _HALO_PT * self.sheet.k
            below.set_path_effects([patheffects.Stroke(linewidth=width, foreground=how.halo)])
            below.set_gid(HALO)
        above = self._letters((x, y), words, how, how.colour, z)
        above.set_gid(mark or None)

    def _letters(
        self, at: tuple[float, float], words: str, how: Lettering, colour: str, z: float
    ) -> Letters:
        letters = Letters(
            *at, self.printable(words), color=colour, zorder=z, ha=how.align, va=how.stand,
            fontproperties=self._properties(how.points), rotation=how.turn,
            linespacing=_LINE_SPACING, parse_math=False,
        )  # fmt: skip
        self.axes.add_artist(letters)
        return letters

    # ---------------------------------------------------------------- shapes

    def area(
        self, shapes: Iterable[shapely.Geometry], pen: Pen, *, z: float, clip: Box | None = None
    ) -> None:
        """Fill and outline polygons, all as one path; overlapping ones are filled once."""
        path = _path_of(shapes)
        if path is None:
            return
        k = self.sheet.k
        fill = (pen.fill, pen.alpha) if pen.fill else "none"
        patch = PathPatch(
            path,
            facecolor=fill,
            edgecolor=pen.stroke or "none",
            linewidth=pen.width * k if pen.stroke else 0.0,
            linestyle=_dashes(pen),
            joinstyle="round",
            zorder=z,
        )
        self._add(patch, clip)
        if pen.hatch:
            lines = PathPatch(
                path, facecolor="none", edgecolor=pen.stroke or INK, linewidth=0, hatch=pen.hatch,
                zorder=z + 0.001,
            )  # fmt: skip
            lines.set_hatch_linewidth(0.35 * k)
            self._add(lines, clip)

    def line(self, points: npt.ArrayLike, pen: Pen, *, z: float, clip: Box | None = None) -> None:
        """Line through points, (n, 2), mm."""
        x, y = np.asarray(points, dtype=np.float64).T
        k = self.sheet.k
        artist = Line2D(
            x, y, color=pen.stroke, linewidth=pen.width * k, linestyle=_dashes(pen), zorder=z,
            alpha=pen.alpha, solid_capstyle="butt", dash_capstyle="butt", solid_joinstyle="round",
        )  # fmt: skip
        self._add(artist, clip)

    def box(self, box: Box, pen: Pen, *, z: float) -> None:
        """Rectangle."""
        self.area([shapely.box(*box)], pen, z=z)

    def picture(
        self, rgba: npt.NDArray[np.uint8], place: Box, *, clip: Box, alpha: float = 1.0
    ) -> AxesImage:
        """Image, row 0 at the top."""
        extent = (place.left, place.right, place.bottom, place.top)
        image = self.axes.imshow(
            rgba, extent=extent, interpolation="nearest", zorder=_RASTER_Z, alpha=alpha,
            aspect="auto", interpolation_stage="rgba",
        )  # fmt: skip
        self.axes.set_xlim(0, self.sheet.width)
        self.axes.set_ylim(0, self.sheet.height)
        self._clip(image, clip)
        return image

    def _add(self, artist: PathPatch | Line2D, clip: Box | None) -> None:
        self.axes.add_artist(artist)
        if clip is not None:
            self._clip(artist, clip)

    def _clip(self, artist: PathPatch | Line2D | AxesImage, clip: Box) -> None:
        artist.set_clip_path(
            Rectangle(
                (clip.left, clip.bottom), clip.width, clip.height, transform=self.axes.transData
            )
        )

    # ---------------------------------------------------------------- what stands where

    def labels(self, mark: str = LABEL) -> list[tuple[str, Box]]:
        """Lettering that bears a mark, with its extent as it is rendered, mm."""
        renderer = self._agg.get_renderer()
        texts = [a for a in self.axes.get_children() if isinstance(a, Letters)]
        return [(t.get_text(), self._mm(t, renderer)) for t in texts if t.get_gid() == mark]

    def lettering(self) -> list[tuple[str, float, Box]]:
        """All words with their size in points and extent in mm, halos left out."""
        renderer = self._agg.get_renderer()
        texts = [a for a in self.axes.get_children() if isinstance(a, Letters)]
        return [
            (t.get_text(), float(t.get_fontsize()), self._mm(t, renderer))
            for t in texts
            if t.get_gid() != HALO and t.get_text()
        ]

    def _mm(self, text: Letters, renderer: RendererAgg) -> Box:
        extent = text.get_window_extent(renderer)
        mm = MM_PER_INCH / self.figure.dpi
        return Box(extent.x0 * mm, extent.y0 * mm, extent.x1 * mm, extent.y1 * mm)

    def points_mm(self, points: float) -> float:
        """Height of a size of lettering, mm."""
        return points * self.sheet.k / POINTS_PER_MM


def _dashes(pen: Pen) -> Literal["solid"] | tuple[float, tuple[float, ...]]:
    """Dashes are lengths in points; matplotlib scales them with the width of the line."""
    if not pen.dash:
        return "solid"
    return 0, tuple(length / max(pen.width, 0.1) for length in pen.dash)


def _path_of(shapes: Iterable[shapely.Geometry]) -> Path | None:
    """All polygons as one path, outer rings one way and holes the other."""
    parts = shapely.get_parts(np.asarray(list(shapes), dtype=object))
    parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    polygons = polygons[~shapely.is_empty(polygons)]
    if len(polygons) == 0:
        return None
    rings = shapely.get_rings(shapely.orient_polygons(polygons))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[first] = Path.MOVETO
    codes[np.append(first[1:], len(points)) - 1] = Path.CLOSEPOLY
    return Path(points, codes)
