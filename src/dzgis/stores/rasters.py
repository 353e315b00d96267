"""Rasters as cloud-optimised GeoTIFF with colours and class names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from pyproj import CRS

from dzgis.grid import UNKNOWN_PERCENT, Grid, Raster
from dzgis.stores.texts import write_text
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.plan.model import SlopeClasses
    from dzgis.terms import Language

NODATA_SLOPE = -9999.0
UNKNOWN = Text("未知", "unknown")
AVAILABLE = Text("可用", "available")
_OPAQUE = 255
_PERCENT = 100


def write_slope(slope: Raster, path: Path) -> None:
    """Write degrees as float32, −9999 where not known."""
    values = np.where(np.isnan(slope.values), NODATA_SLOPE, slope.values).astype(np.float32)
    _write_cog(values, slope, path, nodata=NODATA_SLOPE, resampling="average")


def write_classes(
    slope_class: Raster, classes: SlopeClasses, path: Path, *, lang: Language
) -> None:
    """
    Write classes 1 … n as uint8, 0 (nodata) where not known, with colours and names.

    The names stand in ``<path>.aux.xml`` beside the file, where GDAL and QGIS look for them.
    """
    colours = {n: _rgba(c.colour) for n, c in enumerate(classes.classes, start=1)}
    _write_cog(
        slope_class.values, slope_class, path, nodata=0, colours={0: (0, 0, 0, 0), **colours}
    )
    _write_names([UNKNOWN.say(lang), *(label.say(lang) for label in classes.labels)], path)


def write_percent(available: Raster, path: Path, *, lang: Language) -> None:
    """Write available percent 0 … 100 as uint8, 255 (nodata) where not known, with colours."""
    colours = {n: _ramp(n) for n in range(_PERCENT + 1)} | {UNKNOWN_PERCENT: (0, 0, 0, 0)}
    _write_cog(available.values, available, path, nodata=UNKNOWN_PERCENT, colours=colours)
    word = AVAILABLE.say(lang)
    _write_names([f"{word} {n} %" for n in range(_PERCENT + 1)], path)


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


def _write_cog(
    values: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
    raster: Raster,
    path: Path,
    *,
    nodata: float,
    resampling: str = "nearest",
    colours: Mapping[int, tuple[int, int, int, int]] | None = None,
) -> None:
    import rasterio
    from rasterio.shutil import copy

    profile = {
        "driver": "GTiff",
        "dtype": values.dtype,
        "count": 1,
        "height": raster.grid.height,
        "width": raster.grid.width,
        "crs": raster.grid.crs.to_wkt(),
        "transform": raster.grid.transform,
        "nodata": nodata,
        "tiled": True,
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as dataset:
            dataset.write(values, 1)
            dataset.set_band_description(1, raster.name)
            dataset.update_tags(NOTE=raster.note) if raster.note else None
            dataset.write_colormap(1, dict(colours)) if colours else None
        with memory.open() as dataset:
            options = {"compress": "DEFLATE", "level": 6, "predictor": "YES"}
            copy(dataset, path, driver="COG", resampling=resampling, **options)


def _write_names(names: list[str], path: Path) -> None:
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
