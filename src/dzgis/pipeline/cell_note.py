"""What every reader of slopes must know of the cells that they were measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis import terrain
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.grid import Grid

_COARSE_M = 25.0
"""Cells of the coarsest DEM that the official slope grades are made from (1:50 000)."""


def cell_note(grid: Grid) -> Text:
    """Say how large the cells are, and plainly when they are so large that slopes are flattened."""
    along_row, along_col = terrain.cell_spacing_m(grid)
    size = float(along_row.mean()), float(along_col.mean())
    zh, en = "", ""
    if max(size) > _COARSE_M:
        zh = f"；像元超过 {_COARSE_M:g} 米（1:5 万），坡度普遍偏缓，陡坡面积偏小"
        en = (
            f"; cells above {_COARSE_M:g} m (1:50 000) flatten slopes: steep land comes out too "
            "small"
        )
    return Text(
        f"DEM 像元约 {size[0]:.1f} × {size[1]:.1f} 米，坡度随像元大小而变{zh}",
        f"DEM cells of about {size[0]:.1f} × {size[1]:.1f} m; slope depends on their size{en}",
    )
