"""Shapes that the generated terrain is built over: coarse real relief, lakes and basin floors."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.windows import from_bounds
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from landscape import Grid
    from terrain_facts import Basin

_METRES_PER_STEP = 28.0
_LOWEST_M = -450.0
_COARSE_PER_DEG = 12
#: Where the centre of coarse cell (0, 0) lies, in cells south of 90°N and east of 180°W. The file
#: says nothing; these offsets gave the best correlation (0.987) with a real 500 m terrain.
_COARSE_CENTRE = (0.75, 1.25)
_WATER = 0
_LAND_COVER_STEP_DEG = 0.05
_KM_PER_DEG = 111.0
_BASIN_SHARPNESS = 5.0
_EDGE_RISE_M = 22.0


@dataclass(frozen=True)
class Frame:
    """Extent of a grid: west and north edge in degrees, step in arc seconds, rows and columns."""

    west: float
    north: float
    step_s: float
    shape: tuple[int, int]

    @property
    def lon(self) -> Grid:
        """Longitudes of the column centres, degrees."""
        centres: Grid = self.west + (np.arange(self.shape[1]) + 0.5) * self.step_s / 3600
        return centres

    @property
    def lat(self) -> Grid:
        """Latitudes of the row centres, degrees, north first."""
        centres: Grid = self.north - (np.arange(self.shape[0]) + 0.5) * self.step_s / 3600
        return centres


def read_coarse_relief(altitude_file: Path, frame: Frame) -> Grid:
    """Interpolate the real 5' heights to `frame`, in metres."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source = rasterio.open(altitude_file)
    with source:
        steps = source.read(1).astype(float)
    row = (90.0 - frame.lat) * _COARSE_PER_DEG - _COARSE_CENTRE[0]
    col = (frame.lon + 180.0) * _COARSE_PER_DEG - _COARSE_CENTRE[1]
    top, left = int(row.min()) - 4, int(col.min()) - 4
    part = steps[top : int(row.max()) + 6, left : int(col.max()) + 6]
    height: Grid = ndimage.map_coordinates(
        part * _METRES_PER_STEP + _LOWEST_M,
        np.meshgrid(row - top, col - left, indexing="ij"),
        order=3,
        mode="nearest",
    )
    return height


def read_lake(
    land_cover_file: Path, box: tuple[float, float, float, float], frame: Frame, wobble: Grid
) -> Grid:
    """
    Water share in `box` from the water cells of a 0.05° land cover; the shore is at 0.5.

    The raster's own CRS tag names another ellipsoid; its grid is plain longitude and latitude.
    `wobble`, noise of unit variance on `frame`, moves the shore so that no cell corner shows.
    """
    with rasterio.open(land_cover_file) as source:
        window = from_bounds(*box, source.transform).round()
        cover = source.read(1, window=window)
        west, north = source.transform @ (window.col_off, window.row_off)
    water = ndimage.gaussian_filter((cover == _WATER).astype(float), 0.45, mode="constant")
    row = (north - frame.lat) / _LAND_COVER_STEP_DEG - 0.5
    col = (frame.lon - west) / _LAND_COVER_STEP_DEG - 0.5
    share: Grid = ndimage.map_coordinates(
        water, np.meshgrid(row, col, indexing="ij"), order=3, mode="constant"
    )
    return share + 0.06 * wobble * (share > 0.1)


def basin_floors(basins: Sequence[Basin], frame: Frame, wobble: Grid) -> tuple[Grid, Grid]:
    """
    Floor height in metres, and how far out of the nearest basin each cell is.

    The second grid is 0 at a basin's centre, 1 at its edge and grows outwards, with no unit.
    Between basins that touch, floors are blended. `wobble` makes the outlines irregular.
    """
    nearest = np.full(frame.shape, np.inf)
    weight_sum = np.zeros(frame.shape)
    floor_sum = np.zeros(frame.shape)
    for basin in basins:
        outwards = np.maximum(_ellipse(basin, frame) * (1.0 + 0.28 * wobble), 0.0)
        weight = np.exp(-_BASIN_SHARPNESS * np.minimum(outwards, 8.0)) + 1e-18
        weight_sum += weight
        floor_sum += weight * (basin.floor_m + _EDGE_RISE_M * np.minimum(outwards, 1.0) ** 3)
        nearest = np.minimum(nearest, outwards)
    return floor_sum / weight_sum, nearest


def _ellipse(basin: Basin, frame: Frame) -> Grid:
    east = (frame.lon - basin.lon)[None, :] * _KM_PER_DEG * np.cos(np.radians(basin.lat))
    north = (frame.lat - basin.lat)[:, None] * _KM_PER_DEG
    bearing = np.radians(basin.azimuth_deg)
    along = east * np.sin(bearing) + north * np.cos(bearing)
    across = east * np.cos(bearing) - north * np.sin(bearing)
    long_km = basin.radius_km * np.sqrt(basin.stretch)
    short_km = basin.radius_km / np.sqrt(basin.stretch)
    outwards: Grid = np.hypot(along / long_km, across / short_km)
    return outwards
