"""From the ground to the paper: projection, scale and what the neat line holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from dzgis.crs import CGCS2000, gauss_kruger
from dzgis.errors import CRSError
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.maps.printed.paper import Box

_MM = 1000.0
_STEPS = (1.0, 1.1, 1.2, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
_FINEST = 500.0
_SHORT_M = 100.0
_BEYOND = 0.05


@dataclass(frozen=True)
class Ground:
    """
    How the ground lies on the paper.

    Attributes
    ----------
    crs : CRS
        CGCS2000, Gauss-Krueger, the 3-degree zone nearest to the middle of the map.
    denominator : float
        Of the scale, on paper of the sheet's size.
    centre : (easting, northing)
        Of the neat line, m.
    neat : Box
        The neat line, mm.
    """

    crs: CRS
    denominator: float
    centre: tuple[float, float]
    neat: Box

    @property
    def mm_per_m(self) -> float:
        """Paper per ground."""
        return _MM / self.denominator

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the neat line, m."""
        east, north = self.centre
        wide, high = (side / self.mm_per_m / 2 for side in (self.neat.width, self.neat.height))
        return east - wide, north - high, east + wide, north + high

    def on_paper(self, metres: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Paper positions, mm, of positions on the ground, (n, 2), m."""
        offset = np.asarray(metres, dtype=np.float64).reshape(-1, 2) - np.asarray(self.centre)
        return np.asarray(offset * self.mm_per_m + np.asarray(self.neat.middle))

    def points(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Paper positions, mm, of CGCS2000 degrees."""
        transform = Transformer.from_crs(CGCS2000, self.crs, always_xy=True)
        east, north = transform.transform(np.asarray(lon, float), np.asarray(lat, float))
        return self.on_paper(np.column_stack([np.atleast_1d(east), np.atleast_1d(north)]))

    def drawn(self, frame: gpd.GeoDataFrame, *, name: str, thin_mm: float = 0.05) -> gpd.GeoSeries:
        """
        Frame on the paper, cut at the neat line and without detail finer than `thin_mm`.

        Rows keep their index; one that lies outside has an empty geometry.

        Raises
        ------
        CRSError
            If the frame has rows and no CRS.
        """
        if frame.empty:
            return gpd.GeoSeries([], index=frame.index)
        if frame.crs is None:
            raise CRSError(
                Text(
                    f"图层 {name} 没有坐标系，无法上图；请先指定坐标系",
                    f"layer '{name}' has no CRS and cannot be put on the map; give it one first",
                )
            )
        shapes = frame.geometry.to_numpy()
        near = self._near(frame)
        projected = gpd.GeoSeries(shapes[near], crs=frame.crs).to_crs(self.crs).to_numpy()
        thin = shapely.simplify(
            shapely.transform(projected, self.on_paper), thin_mm, preserve_topology=True
        )
        edge = shapely.box(*self.neat.grown(2.0))
        found = np.full(len(frame), shapely.Polygon(), dtype=object)
        found[near] = shapely.intersection(shapely.make_valid(thin), edge)
        return gpd.GeoSeries(found, index=frame.index)

    def _near(self, frame: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
        """Whether each row may reach into the neat line; rows without a geometry do not."""
        back = Transformer.from_crs(self.crs, frame.crs, always_xy=True)
        west, south, east, north = back.transform_bounds(*self.bounds)
        wide, high = (east - west) * _BEYOND, (north - south) * _BEYOND
        box = frame.bounds.to_numpy()
        inside = (box[:, 0] <= east + wide) & (box[:, 2] >= west - wide)
        return np.asarray(inside & (box[:, 1] <= north + high) & (box[:, 3] >= south - high))

    def convergence_deg(self) -> float:
        """
        Grid convergence (子午线收敛角) at the middle of the map, degrees.

        Positive where grid north lies east of true north, i.e. east of the central meridian.
        """
        to_degrees = Transformer.from_crs(self.crs, CGCS2000, always_xy=True)
        lon, lat = to_degrees.transform(*self.centre)
        back = Transformer.from_crs(CGCS2000, self.crs, always_xy=True)
        step = _SHORT_M / 111_000.0
        east, north = back.transform([lon, lon], [lat - step, lat + step])
        return math.degrees(-math.atan2(east[1] - east[0], north[1] - north[0]))


def ground_of(
    bounds_deg: tuple[float, float, float, float], neat: Box, *, margin: float, finest: float = 0.0
) -> Ground:
    """
    Choose projection and scale so that an extent fits the neat line.

    Parameters
    ----------
    bounds_deg : west, south, east, north
        CGCS2000 degrees.
    neat : Box
    margin : float
        Part of the extent that stays free on each side.
    finest : float
        Denominator of the largest scale that is drawn; by default 1:500.
    """
    west, south, east, north = bounds_deg
    crs = gauss_kruger((west + east) / 2)
    transform = Transformer.from_crs(CGCS2000, crs, always_xy=True)
    left, bottom, right, top = transform.transform_bounds(west, south, east, north)
    grown = 1 + 2 * margin
    need = max((right - left) / neat.width, (top - bottom) / neat.height) * _MM * grown
    centre = ((left + right) / 2, (bottom + top) / 2)
    return Ground(crs, round_scale(max(need, finest, _FINEST)), centre, neat)


def round_scale(denominator: float) -> float:
    """
    Least round denominator that is not below the one given.

    Examples
    --------
    >>> round_scale(1_040_000.0), round_scale(9_300.0)
    (1100000.0, 10000.0)
    """
    ten = 10.0 ** math.floor(math.log10(denominator))
    for step in _STEPS:
        if step * ten >= denominator * (1 - 1e-9):
            return float(round(step * ten))
    return float(round(10 * ten))


def round_step(at_least: float) -> float:
    """
    Least of 1, 2, 5 times a power of ten that is not below a length.

    Examples
    --------
    >>> round_step(31_000.0)
    50000.0
    """
    ten = 10.0 ** math.floor(math.log10(at_least))
    return float(next((s * ten for s in (1, 2, 5) if s * ten >= at_least * (1 - 1e-9)), 10 * ten))
