"""Any raster file of one band, read some rows at a time: slope, classes, elevations."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.errors
from pyproj import CRS
from rasterio.enums import MaskFlags
from rasterio.windows import Window as RasterWindow

from dzgis.errors import InputError
from dzgis.grid import Grid
from dzgis.inputs.files import check_file
from dzgis.inputs.place import crs_faults, horizontal, raise_found
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_EXACT_IN_SINGLE = (np.uint8, np.int8, np.uint16, np.int16, np.float32)


@dataclass(frozen=True)
class RasterRows:
    """
    A raster on disk; it pickles, so that other processes read the same.

    Attributes
    ----------
    path : Path
    grid : Grid
    """

    path: Path
    grid: Grid

    def rows(self, first: int, last: int) -> npt.NDArray[np.floating]:
        """
        Values of rows `first` to `last`, exclusive: scale and offset applied, NaN where not known.

        Raises
        ------
        InputError
            If the file cannot be read to its end.
        """
        try:
            with rasterio.open(self.path) as source:
                return stored(source, RasterWindow(0, first, self.grid.width, last - first))
        except rasterio.errors.RasterioIOError as error:
            raise InputError(unreadable(self.path, error)) from error


def stored(
    source: Any,  # noqa: ANN401  rasterio has no types
    window: RasterWindow,
) -> npt.NDArray[np.floating]:
    """Values of a window: scale and offset applied, NaN where not known."""
    values, unknown = _stored(source, window)
    if unknown is not None and unknown.any():
        np.copyto(values, np.nan, where=unknown)
    scale, offset = float(source.scales[0]), float(source.offsets[0])
    return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def _stored(
    source: Any,  # noqa: ANN401  rasterio has no types
    window: RasterWindow,
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_] | None]:
    """Values as they are stored, as floats that hold them exactly, and which are not known."""
    found = source.read(1, window=window)
    wide = np.float32 if found.dtype.type in _EXACT_IN_SINGLE else np.float64
    flags = source.mask_flag_enums[0]
    unknown = None
    if MaskFlags.per_dataset in flags or MaskFlags.alpha in flags:
        unknown = source.read_masks(1, window=window) == 0
    elif source.nodata is not None and not np.isnan(source.nodata):
        # A nodata value that a file of single precision cannot hold is rounded as its cells are.
        unknown = found == np.asarray(source.nodata).astype(found.dtype)
    return found.astype(wide, copy=False), unknown


def open_raster(path: Path) -> RasterRows:
    """
    Open a raster file of one band and check that its cells have a place.

    Parameters
    ----------
    path : Path
        Any raster that GDAL reads; its grid may be turned. Cells of the declared nodata value, or
        that a mask band leaves out, are not known.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults: no raster or a damaged one, several bands, no place, no CRS or an unfit
        one.
    """
    check_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)  # a fault
            source = rasterio.open(path)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(unreadable(path, error)) from error
    with source:
        crs = _crs_of(source)
        raise_found(crs_faults(crs, str(path)), _shape_faults(source, path))
        if crs is None:
            raise TypeError(path)
        return RasterRows(path, Grid(crs, source.transform, source.height, source.width))


def _crs_of(source: Any) -> CRS | None:  # noqa: ANN401  rasterio has no types
    if source.crs is None:
        return None
    code = source.crs.to_epsg()
    return horizontal(CRS.from_epsg(code) if code else CRS.from_wkt(source.crs.to_wkt()))


def _shape_faults(source: Any, path: Path) -> list[Text]:  # noqa: ANN401
    faults = []
    if source.count != 1:
        faults.append(
            Text(
                f"{path} 有 {source.count} 个波段，分区统计需要 1 个；请导出其中之一",
                f"{path} has {source.count} bands, statistics need 1; export one of them",
            )
        )
    if source.transform.is_identity:
        faults.append(
            Text(
                f"{path} 没有地理参考（像元位置未知）；请用 gdal_translate -a_ullr 定义",
                f"{path} has no georeference, so the place of its cells is not known; define it "
                "with gdal_translate -a_ullr",
            )
        )
    return faults


def unreadable(path: Path, error: Exception) -> Text:
    """Say that a file is no raster, or damaged."""
    return Text(
        f"{path} 不是可读的栅格，或已损坏（{error}）",
        f"{path} is not a readable raster, or is damaged ({error})",
    )
