"""Values of a DEM: voids to NaN, scale and offset applied, and are they elevations at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt
    from rasterio.windows import Window

USUAL_VOIDS = (-32768.0, -9999.0)
"""Values that mean "not known" in many DEMs even where the file does not declare it."""
LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""No land on the earth lies outside these."""


def elevations(source: Any, window: Window, where: str) -> npt.NDArray[np.float32]:  # noqa: ANN401
    """
    Elevations in a window of an open raster.

    Parameters
    ----------
    source : rasterio dataset
        One band.
    window : Window
    where : str
        How messages call the raster.

    Returns
    -------
    ndarray of float32
        Metres; NaN where the raster's nodata value or mask says so, where the value is not
        finite, and where it is one of `USUAL_VOIDS` that the file does not declare (logged).
    """
    stored = source.read(1, window=window)
    known = source.read_masks(1, window=window) > 0
    known &= np.isfinite(stored)
    for void in USUAL_VOIDS:
        undeclared = known & (stored == void)
        if undeclared.any():
            known &= ~undeclared
            _log_void(where, void, int(undeclared.sum()))
    scale, offset = source.scales[0], source.offsets[0]
    if (scale, offset) == (1.0, 0.0):
        return np.where(known, stored, np.float32(np.nan)).astype(np.float32)
    _log_scale(where, scale, offset)
    return np.where(known, stored * scale + offset, np.nan).astype(np.float32)


def _log_void(where: str, void: float, n_cells: int) -> None:
    LOG.warning(
        Text(
            f"{where} 未声明无效值，但有 {n_cells} 个像元为 {void:g}，按未知处理",
            f"{where} does not declare it as nodata, but {n_cells} cells are {void:g}; they are "
            "taken for unknown",
        )
    )


def _log_scale(where: str, scale: float, offset: float) -> None:
    LOG.info(
        Text(
            f"{where}：高程 = 存储值 × {scale:g} + {offset:g}",
            f"{where}: elevation = stored value × {scale:g} + {offset:g}",
        )
    )


def value_faults(values: npt.NDArray[np.float32], where: str) -> list[Text]:
    """Say what is wrong with elevations as a whole: none known, or none that the earth has."""
    known = values[np.isfinite(values)]
    if not known.size:
        return [
            Text(
                f"{where}：所需范围内没有任何有效高程（全部为无效值）；请换用 DEM",
                f"{where}: no cell of the area asked for has an elevation (all nodata); "
                "use another DEM",
            )
        ]
    low, high = float(known.min()), float(known.max())
    if low >= LOWEST_M and high <= HIGHEST_M:
        return []
    return [
        Text(
            f"{where}：值域 {low:g} … {high:g} 不可能是以米计的高程；请检查单位，"
            "或用 gdal_edit -a_nodata 声明无效值",
            f"{where}: values {low:g} … {high:g} cannot be elevations in metres; check the unit, "
            "or declare the nodata value with gdal_edit -a_nodata",
        )
    ]
