"""Water of the generated terrain: its lakes, the rivers of its large valleys, and reservoirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from cell_network import METRES_PER_ARC_SECOND, Land, pieces, smooth_line
from landscape import catchment_cells, drainage
from scipy import ndimage

if TYPE_CHECKING:
    from landscape import Drainage, Grid, Mask
    from relief import Frame

#: Level ground of at least this size is a lake; basin floors have less of one and the same metre.
LAKE_KM2 = 20.0
#: Catchment from which a valley has a river, and its width in metres at that catchment.
RIVER_KM2, RIVER_M = 120.0, 24.0
#: Catchments that a reservoir dams, its depth, and the sizes of its surface that are taken.
DAM_KM2, DEPTH_M, SURFACE_KM2 = (25.0, 90.0), 24.0, (0.8, 4.0)
N_RESERVOIRS, APART_CELLS = 15, 110
SEED = 20201231
METRES_PER_DEG = METRES_PER_ARC_SECOND * 3600


def lakes(land: Land) -> Mask:
    """Cells of lakes: wide connected ground of one and the same whole metre."""
    level = np.ones(land.frame.shape, dtype=bool)
    for axis in (0, 1):
        for step in (1, -1):
            level &= np.roll(land.height, step, axis) == land.height
    number, _ = ndimage.label(level)
    sizes = np.bincount(number.ravel()) * land.cell_m[0] * land.cell_m[1] / 1e6
    sizes[0] = 0.0
    found: Mask = ndimage.binary_dilation((sizes > LAKE_KM2)[number])
    return found


def flow_of(land: Land) -> tuple[Drainage, Grid]:
    """Where water flows, to the rim of the frame, and the catchment of each cell in km²."""
    rim = np.zeros(land.frame.shape, dtype=bool)
    rim[[0, -1], :] = True
    rim[:, [0, -1]] = True
    flow = drainage(land.height, rim, land.cell_m)
    return flow, catchment_cells(flow) * land.cell_m[0] * land.cell_m[1] / 1e6


def rivers(land: Land, flow: Drainage, catchment: Grid, coarse_deg: float) -> list[shapely.Polygon]:
    """Surfaces of rivers, as wide as the square root of their catchment; EPSG:4490."""
    cols = land.frame.shape[1]
    cells = np.flatnonzero((catchment > RIVER_KM2) & (flow.receiver != np.arange(catchment.size)))
    labels = {}
    for cell in cells.tolist():
        ends = [(n // cols, n % cols) for n in (cell, int(flow.receiver[cell]))]
        labels[min(ends), max(ends)] = ""
    found = []
    for _, line in pieces(labels):
        middle = line[len(line) // 2]
        width = RIVER_M * np.sqrt(catchment[middle[0] * cols + middle[1]] / RIVER_KM2)
        axis = smooth_line(line, land.frame, coarse_deg)
        found.append(axis.buffer(width / 2 / METRES_PER_DEG, quad_segs=1, join_style="mitre"))
    return found


def reservoirs(land: Land, flow: Drainage, catchment: Grid, inside: Mask) -> list[Mask]:
    """Cells of reservoirs: valleys filled behind a dam, none near another, of all sizes."""
    low, high = DAM_KM2
    dams = np.flatnonzero((catchment > low) & (catchment < high) & inside.ravel())
    cell_km2 = land.cell_m[0] * land.cell_m[1] / 1e6
    filled = {int(dam): _behind(int(dam), land, flow) for dam in dams[:: max(len(dams) // 1500, 1)]}
    size = {dam: len(cells) * cell_km2 for dam, cells in filled.items()}
    fit = [dam for dam in filled if SURFACE_KM2[0] <= size[dam] <= SURFACE_KM2[1]]
    chosen: list[int] = []
    for dam in np.random.default_rng(SEED).permutation(fit).tolist():
        row, col = divmod(dam, land.frame.shape[1])
        others = [divmod(other, land.frame.shape[1]) for other in chosen]
        if min((np.hypot(row - r, col - c) for r, c in others), default=np.inf) >= APART_CELLS:
            chosen.append(dam)
    return [_mask(filled[dam], land.frame.shape) for dam in chosen[:N_RESERVOIRS]]


def _behind(dam: int, land: Land, flow: Drainage) -> list[int]:
    """Cells above a dam, up to its height, that drain through it."""
    rows, cols = land.frame.shape
    height, receiver = land.height.ravel(), flow.receiver
    level = height[dam] + DEPTH_M
    found, seen = [dam], {dam}
    for cell in found:
        row, col = divmod(cell, cols)
        for r in range(max(row - 1, 0), min(row + 2, rows)):
            for c in range(max(col - 1, 0), min(col + 2, cols)):
                above = r * cols + c
                if above not in seen and receiver[above] == cell and height[above] <= level:
                    seen.add(above)
                    found.append(above)
    return found


def _mask(cells: list[int], shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, dtype=bool)
    mask.ravel()[cells] = True
    return mask


def outlines(mask: Mask, frame: Frame, coarse_deg: float) -> list[shapely.Polygon]:
    """Smooth polygons around the cells of a mask, EPSG:4490."""
    zoom = 3
    fine = np.kron(mask.astype(float), np.ones((zoom, zoom)))
    soft = (ndimage.gaussian_filter(fine, 2.0) > 0.5).astype(np.uint8)
    step = frame.step_s / 3600 / zoom
    transform = Affine(step, 0.0, frame.west, 0.0, -step, frame.north)
    found = rasterio.features.shapes(soft, mask=soft == 1, transform=transform)
    shapes = [shapely.Polygon(shape["coordinates"][0]) for shape, _ in found]
    return [shapely.simplify(one, coarse_deg) for one in shapes]
