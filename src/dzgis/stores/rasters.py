"""Rasters as cloud-optimised GeoTIFF with colours and class names."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from pyproj import CRS

from dzgis.grid import UNKNOWN_PERCENT, Grid, Raster
from dzgis.stores.blocks import Format, Pieces, blocks_of, encoded
from dzgis.stores.texts import write_text
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.plan.model import SlopeClasses
    from dzgis.planning import Grade
    from dzgis.terms import Language

NODATA = -9999.0
UNKNOWN = Text("未知", "unknown")
AVAILABLE = Text("可用", "available")
SLOPE = Format("slope_deg", "float32", NODATA, "mean")
ASPECT = Format("aspect_deg", "float32", NODATA)
RELIEF = Format("relief_m", "float32", NODATA, "mean")
PROBABLE = Text("低丘缓坡概率", "probability of low-hill slope")
HILLSHADE = Format("hillshade", "uint8", 0)
INDEX = Format("suitability_index", "float32", NODATA, "mean")
KEPT = Text("等级不变的次数占比", "share of runs that keep the grade")
_OPAQUE = 255
_PERCENT = 100


def class_format(classes: SlopeClasses) -> Format:
    """Classes 1 … n as uint8, 0 (nodata) where not known, with colours."""
    colours = {n: _rgba(c.colour) for n, c in enumerate(classes.classes, start=1)}
    limits = ", ".join(f"{limit:g}" for limit in classes.limits_deg)
    said = f"{classes.id}: {limits} deg, right-closed 上含下不含"
    if classes.downgrades:
        said += f", lowered by {' and '.join(sorted({step.by for step in classes.downgrades}))}"
    return Format(
        "slope_class",
        "uint8",
        0,
        colours={0: (0, 0, 0, 0), **colours},
        tags={"SLOPE_CLASSES": said},
    )


def class_names(classes: SlopeClasses, lang: Language) -> list[str]:
    """Names of the values of a raster of classes, the unknown one first."""
    return [UNKNOWN.say(lang), *(label.say(lang) for label in classes.labels)]


def write_slope(slope: Raster, path: Path) -> None:
    """Write degrees as float32, −9999 where not known."""
    write_raster(slope, SLOPE, path)


def write_classes(
    slope_class: Raster, classes: SlopeClasses, path: Path, *, lang: Language
) -> None:
    """
    Write classes 1 … n as uint8, 0 (nodata) where not known, with colours and names.

    The names stand in ``<path>.aux.xml`` beside the file, where GDAL and QGIS look for them.
    """
    write_raster(slope_class, class_format(classes), path)
    write_names(class_names(classes, lang), path)


def write_index(index: Raster, path: Path) -> None:
    """Write a suitability index as float32, −9999 where not known."""
    write_raster(index, INDEX, path)


def write_grades(grade: Raster, grades: Sequence[Grade], path: Path, *, lang: Language) -> None:
    """Write grades 1 … n as uint8, 0 (nodata) where not known, with colours and names."""
    colours = {0: (0, 0, 0, 0), **{one.number: _rgba(one.colour) for one in grades}}
    write_raster(grade, Format("suitability_grade", "uint8", 0, colours=colours), path)
    write_names([UNKNOWN.say(lang), *(one.text.say(lang) for one in grades)], path)


def percent_format(name: str) -> Format:
    """Per cents 0 … 100 as uint8, 255 (nodata) where not known, with colours."""
    colours = {n: _ramp(n) for n in range(_PERCENT + 1)} | {UNKNOWN_PERCENT: (0, 0, 0, 0)}
    return Format(name, "uint8", UNKNOWN_PERCENT, colours=colours)


def write_percent(percent: Raster, path: Path, *, word: Text, lang: Language) -> None:
    """Write per cents of something that `word` names, with colours and names."""
    write_raster(percent, percent_format(percent.name), path)
    write_names([f"{word.say(lang)} {n} %" for n in range(_PERCENT + 1)], path)


def write_raster(raster: Raster, form: Format, path: Path) -> None:
    """Write a raster in memory as a COG."""
    with TemporaryDirectory(dir=path.parent) as folder:
        pieces = Pieces(Path(folder), raster.grid.shape, form)
        for window in blocks_of(raster.grid.shape):
            pieces.put(window, encoded(raster.values[window.rows, window.cols], form))
        pieces.finish(path, raster.grid, note=raster.note)


def _rgba(colour: str) -> tuple[int, int, int, int]:
    return (*bytes.fromhex(colour[1:]), _OPAQUE)


def _ramp(percent: int) -> tuple[int, int, int, int]:
    """White-ish to green; fully unavailable land is white: a TIFF palette has no transparency."""
    if percent == 0:
        return (_OPAQUE, _OPAQUE, _OPAQUE, _OPAQUE)
    share = percent / _PERCENT
    ends = (np.array([237, 248, 233]), np.array([0, 109, 44]))
    red, green, blue = (ends[0] + share * (ends[1] - ends[0])).round().astype(int)
    return (int(red), int(green), int(blue), _OPAQUE)


def write_names(names: Sequence[str], path: Path) -> None:
    """Write the names of a raster's values 0, 1, … into ``<path>.aux.xml``."""
    rows = "\n".join(f"      <Category>{escape(name)}</Category>" for name in names)
    write_text(
        '<PAMDataset>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n'
        f"{rows}\n    </CategoryNames>\n  </PAMRasterBand>\n</PAMDataset>\n",
        path.with_name(path.name + ".aux.xml"),
    )


def read_raster(path: Path) -> Raster:
    """Read back a raster that dzgis wrote, with its codes as they are."""
    import rasterio

    with rasterio.open(path) as dataset:
        grid = Grid(CRS.from_wkt(dataset.crs.to_wkt()), dataset.transform, *dataset.shape)
        note = dataset.tags().get("NOTE", "")
        return Raster(dataset.read(1), grid, str(dataset.descriptions[0] or ""), note)
