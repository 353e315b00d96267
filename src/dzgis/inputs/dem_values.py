"""Values of a DEM: voids to NaN, scale and offset applied, and are they elevations at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dzgis.errors import InputError
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from dzgis.inputs.dem_files import Tile
    from dzgis.inputs.dem_rows import Cells

USUAL_VOIDS = (-32768.0, -9999.0)
"""Values that mean "not known" in many DEMs even where the file does not declare it."""
LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""No land on the earth lies outside these."""
Counts = tuple[int, int, int, int]
"""Cells with an elevation, with a strange one, and with the first and the second usual void."""
Inner = tuple[int, int, int, int]
"""First row, first column, end row, end column of the cells that are counted."""


@dataclass(frozen=True)
class Found:
    """
    What was seen in the cells of some blocks.

    Attributes
    ----------
    n_known : int
        Cells with an elevation.
    n_strange : int
        Of these, cells with one that the earth has not.
    voids : Counter of (path, value)
        Cells that hold one of `USUAL_VOIDS` without the file declaring it.
    """

    n_known: int = 0
    n_strange: int = 0
    voids: Counter[tuple[str, float]] = field(default_factory=Counter)

    def record(self) -> dict[str, object]:
        """Return the same as JSON can hold it."""
        voids = [[path, void, n] for (path, void), n in sorted(self.voids.items())]
        return {"n_known": self.n_known, "n_strange": self.n_strange, "voids": voids}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Found:
        """Read back a record."""
        voids = Counter({(path, void): n for path, void, n in record["voids"]})
        return cls(record["n_known"], record["n_strange"], voids)

    def __add__(self, other: Found) -> Found:
        """Both together."""
        return Found(
            self.n_known + other.n_known,
            self.n_strange + other.n_strange,
            self.voids + other.voids,
        )


def fill(out: Cells, stored: Cells, tile: Tile, inner: Inner, *, compiled: bool) -> Found:
    """
    Put a tile's elevations where `out` knows none (changes `out`, which is ours).

    Parameters
    ----------
    out : Cells of float32
        Metres, NaN where not known yet.
    stored : Cells of the same shape
        Values as the file holds them.
    tile : Tile
        Says what is nodata, and how values become metres.
    inner : four ints
        Which cells are counted.
    compiled : bool

    Returns
    -------
    Found
        What was put into the counted cells, and the undeclared voids there.
    """
    code = (tile.nodata, tile.scale, tile.offset)
    if compiled:
        from dzgis.inputs import dem_kernel

        special = (*USUAL_VOIDS, LOWEST_M, HIGHEST_M)
        places = (out.top, out.left, stored.top, stored.left, *stored.shape)
        counts = dem_kernel.fill(out.array, stored.array, places, code, special, inner)
    else:
        counts = _fill(out.values, stored.values, code, inner)
    found = zip(USUAL_VOIDS, counts[2:], strict=True)
    voids = Counter({(str(tile.path), void): int(n) for void, n in found if n})
    return Found(int(counts[0]), int(counts[1]), voids)


def _fill(
    out: npt.NDArray[np.generic],
    stored: npt.NDArray[np.generic],
    code: tuple[float, float, float],
    inner: Inner,
) -> Counts:
    nodata, scale, offset = code
    counted = slice(inner[0], inner[2]), slice(inner[1], inner[3])
    values = stored.astype(np.float64)
    known = np.isfinite(values) & (values != nodata)
    undeclared = [known & (values == void) for void in USUAL_VOIDS]
    first, second = (int(void[counted].sum()) for void in undeclared)
    known &= ~np.logical_or(*undeclared)
    wanted = known & np.isnan(out)
    out[wanted] = (values[wanted] * scale + offset).astype(np.float32)
    put = out[counted][wanted[counted]]
    strange = (put < LOWEST_M) | (put > HIGHEST_M)
    return put.size, int(strange.sum()), first, second


def tell_found(found: Found, tiles: Sequence[Tile]) -> None:
    """Log what may surprise: undeclared voids, and scaled values."""
    for (path, void), n_cells in sorted(found.voids.items()):
        LOG.warning(
            Text(
                f"{path} 未声明无效值，但有 {n_cells} 个像元为 {void:g}，按未知处理",
                f"{path} does not declare it as nodata, but {n_cells} cells are {void:g}; they "
                "are taken for unknown",
            )
        )
    for tile in tiles:
        if (tile.scale, tile.offset) != (1.0, 0.0):
            LOG.info(
                Text(
                    f"{tile.path}：高程 = 存储值 × {tile.scale:g} + {tile.offset:g}",
                    f"{tile.path}: elevation = stored value × {tile.scale:g} + {tile.offset:g}",
                )
            )


def check_some(found: Found, where: str) -> None:
    """
    Raise when nothing is known in the whole of a DEM.

    Parameters
    ----------
    found : Found
        Of all cells that are asked for.
    where : str
        How messages call the DEM.
    """
    if found.n_known == 0:
        raise InputError(
            Text(
                f"{where}：所需范围内没有任何有效高程（全部为无效值）；请换用 DEM",
                f"{where}: no cell of the area asked for has an elevation (all nodata); "
                "use another DEM",
            )
        )


def check_elevations(values: npt.NDArray[np.float32], found: Found, where: str) -> None:
    """
    Raise when a block holds values that the earth has not.

    Parameters
    ----------
    values : ndarray of float32
        Metres, NaN where not known.
    found : Found
        Of the block.
    where : str
        How messages call the DEM.
    """
    if not found.n_strange:
        return
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    raise InputError(
        Text(
            f"{where}：值域 {low:g} … {high:g} 不可能是以米计的高程；请检查单位，"
            "或用 gdal_edit -a_nodata 声明无效值",
            f"{where}: values {low:g} … {high:g} cannot be elevations in metres; "
            "check the unit, or declare the nodata value with gdal_edit -a_nodata",
        )
    )
