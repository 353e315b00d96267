"""Slope (坡度) on the DEM's own grid: blocks, and whole rasters in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.engine import run_blocks
from dzgis.errors import InputError
from dzgis.grid import Raster, compiled_pays, padded_block, windows
from dzgis.terms import Text
from dzgis.terrain.gradient import HALO_CELLS, METHODS, by_stripes, gradient_of
from dzgis.terrain.ground import ground_axes

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Window
    from dzgis.terrain.gradient import Edges, Method, Sides

    Floats = npt.NDArray[np.floating]
    Array = npt.NDArray[np.float64]

SLOPE_METHOD: Method = "horn"
_BLOCK_CELLS = 1024


def slope(dem: Raster, *, method: Method = SLOPE_METHOD, edges: Edges = "unknown") -> Raster:
    """
    Slope of each cell of a DEM.

    Parameters
    ----------
    dem : Raster
        Elevations in metres, NaN where not known. Geographic grids are measured with the
        ellipsoid's metres per degree in each row; projected ones must be in metres.
    method : {"horn", "zevenbergen-thorne"}
    edges : {"unknown", "computed"}
        What becomes of cells whose window of 3×3 is not wholly known; computed as by
        ``gdaldem -compute_edges``.

    Returns
    -------
    Raster of float32
        ``slope_deg``: degrees in [0, 90), NaN where not known.

    Raises
    ------
    CRSError
        As `ground_axes`.
    InputError
        If there is no such method.

    Notes
    -----
    Horn: weighted central differences over 3×3 cells. Zevenbergen and Thorne: central differences
    of the four neighbours.

    References
    ----------
    B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69 (1981).
    L. W. Zevenbergen, C. R. Thorne, Quantitative analysis of land surface topography, Earth
    Surface Processes and Landforms 12 (1987).
    """
    method_of(method)
    axes = ground_axes(dem.grid)
    elevation = _floats(dem.values)
    compiled = compiled_pays(dem.grid.shape)

    def task(window: Window) -> Floats:
        block = padded_block(elevation, window, HALO_CELLS)
        sides = window.sides(dem.grid.shape) if edges == "computed" else None
        return slope_block(block, axes[window.rows], method=method, sides=sides, compiled=compiled)

    result = np.empty(dem.grid.shape, dtype=np.float32)
    for window, values in run_blocks(task, windows(dem.grid.shape, block=_BLOCK_CELLS)):
        result[window.rows, window.cols] = values
    return Raster(result, dem.grid, "slope_deg", dem.note)


def _floats(values: npt.NDArray[np.generic]) -> Floats:
    """Elevations that can be NaN; double precision is kept."""
    return values.astype(np.result_type(values.dtype, np.float32), copy=False)


def method_of(name: str) -> Method:
    """
    Slope method of a name.

    Raises
    ------
    InputError
        If there is no such method.
    """
    for method in METHODS:
        if method == name:
            return method
    names = ", ".join(METHODS)
    raise InputError(
        Text(f"没有坡度算法 {name}；可用：{names}", f"no slope method {name}; there are: {names}")
    )


def slope_block(
    z: Floats, axes: Array, *, method: Method, sides: Sides | None = None, compiled: bool = False
) -> Floats:
    """
    Slope of a block.

    Parameters
    ----------
    z : ndarray of floats, (rows + 2, cols + 2)
        Metres, NaN where not known.
    axes : ndarray, (rows, 4)
        As `ground_axes` gives them.
    method : {"horn", "zevenbergen-thorne"}
    sides : four bools, optional
        Given, edges and voids are computed; it says which sides of the block are the grid's.
    compiled : bool
        Whether to use the compiled kernel, which knows no edges; the values are the same.

    Returns
    -------
    ndarray of float32, (rows, cols)
        Degrees, NaN where not known.
    """
    if compiled and sides is None:
        from dzgis.terrain import kernel

        values: Floats = kernel.slope_deg(z, axes, method == "horn")
        return values

    def compute(stripe: Array, stripe_axes: Array, here: Sides) -> Floats:
        x, y = gradient_of(stripe, stripe_axes, method=method, sides=here if sides else None)
        return np.degrees(np.arctan(np.sqrt(x * x + y * y))).astype(np.float32)

    return by_stripes(compute, z, axes, sides)
