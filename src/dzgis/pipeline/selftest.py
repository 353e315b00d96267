"""Known-answer tests (自检): exact shapes through the same rooms that a run uses."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from dzgis import terrain
from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.coverage import union_share, zone_shares
from dzgis.frames import FEATURE_ID, Layer
from dzgis.grid import Grid, Raster
from dzgis.pipeline.check import check_parcels
from dzgis.pipeline.trial import Trial
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.terms import LayerStatus, Text, Verdict
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Official algorithm of 国土调查办发〔2008〕32号, worked: EPSG, polygon (easting, northing), m².
_WORKED_AREAS = (
    ("T1", 4522, shapely.box(34548000, 2757000, 34549000, 2758000), 999941.93),
    (
        "T4",
        4522,
        shapely.Polygon(((34500000, 2780000), (34520000, 2782000), (34507000, 2800000))),
        192999531.39,
    ),
    ("T5", 4522, shapely.box(34504000, 2782000, 34504030, 2782020), 600.00),
    ("T6", 4523, shapely.box(35340000, 2815000, 35341000, 2816000), 999372.24),
)
_ABSOLUTE_AREA_ERROR_M2 = 0.05
_SLOPE_ERROR_DEG = 1e-3
_SHARE_ERROR = 1e-9
_SINGLE_ERROR = 1e-6
_METRIC = CRS.from_epsg(4543)


def selftest() -> list[Trial]:
    """
    Run all known-answer tests.

    Returns
    -------
    list of Trial
        Areas against the official formula's worked values, planes of known slope, shares against
        closed forms, exactextract and rasterstats, verdicts on squares drawn by hand.
    """
    trials: list[Trial] = []
    for make in (_areas, _planes, _shares, _verdicts):
        trials.extend(_guarded(make))
    return trials


def _guarded(make: Callable[[], Iterator[Trial]]) -> list[Trial]:
    """Trials of one kind; one that cannot even run has failed."""
    try:
        return list(make())
    except Exception as error:  # noqa: BLE001 - every fault is reported
        name = Text(make.__name__, make.__name__)
        return [Trial(name, passed=False, found=f"{type(error).__name__}: {error}")]


def _areas() -> Iterator[Trial]:
    for name, epsg, polygon, expected in _WORKED_AREAS:
        frame = gpd.GeoDataFrame(geometry=[polygon], crs=CRS.from_epsg(epsg))
        found = float(polygon_area_m2(frame).iloc[0])
        yield Trial(
            Text(f"椭球面积 {name}", f"ellipsoidal area {name}"),
            round_half_up(found, DECIMALS_M2) == expected,
            f"{found:.2f} m² ({expected:.2f})",
        )


def _planes() -> Iterator[Trial]:
    for degrees in (2.0, 8.0, 15.0, 25.0):
        rise = math.tan(math.radians(degrees))
        values = np.tile(np.arange(9) * 30.0 * rise, (9, 1)).astype(np.float32)
        dem = Raster(values, _grid(30.0, 9), "elevation_m")
        found = float(terrain.slope(dem).values[4, 4])
        yield Trial(
            Text(f"{degrees:g}° 斜面坡度", f"plane of {degrees:g}°"),
            abs(found - degrees) <= _SLOPE_ERROR_DEG,
            f"{found:.5f}°",
        )


def _grid(cell_m: float, n: int) -> Grid:
    return Grid(_METRIC, Affine(cell_m, 0, 500000.0, 0, -cell_m, 2760000.0 + n * cell_m), n, n)


def _shares() -> Iterator[Trial]:
    from rasterstats import zonal_stats

    grid = _grid(10.0, 20)
    west, south, _, _ = grid.bounds
    strip = shapely.box(west + 12.5, south + 30, west + 17.5, south + 170)
    share = union_share(gpd.GeoDataFrame(geometry=[strip, strip], crs=_METRIC), grid)
    cells = float(share.sum())
    yield Trial(
        Text("半像元宽条带的覆盖（重叠只计一次）", "strip of half a cell (overlaps count once)"),
        abs(cells - 7.0) <= _SHARE_ERROR,
        f"{cells:.6f} (7)",
    )
    whole = shapely.box(west + 50, south + 50, west + 120, south + 90)
    own = float(union_share(gpd.GeoDataFrame(geometry=[whole], crs=_METRIC), grid).sum())
    ones = np.ones(grid.shape)
    with warnings.catch_warnings():  # rasterstats multiplies affines the old way
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        counted = zonal_stats(whole, ones, affine=grid.transform, stats="count", nodata=-1)
    other = counted[0]["count"]
    yield Trial(
        Text("整像元覆盖与 rasterstats 一致", "whole cells as rasterstats counts them"),
        abs(own - other) <= _SHARE_ERROR,
        f"{own:g} ({other})",
    )
    yield _partial_cells(grid)
    sheet = Grid(CRS.from_epsg(4490), Affine(0.0625, 0, 102.0, 0, -1 / 24, 24 + 57.5 / 60), 1, 1)
    found = float(cell_area_m2(sheet)[0, 0])
    yield Trial(
        Text("1:10 000 图幅理论面积", "1:10,000 sheet"),
        abs(found - 29135648.14) <= _ABSOLUTE_AREA_ERROR_M2,
        f"{found:.2f} m² (29135648.14)",
    )


def _partial_cells(grid: Grid) -> Trial:
    """A triangle's shares beside those of exactextract, which are in single precision."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    west, south, east, north = grid.bounds
    corners = (west + 3.0, south + 7.0), (east - 11.0, south + 52.0), (west + 71.0, north - 5.0)
    triangle = gpd.GeoDataFrame(geometry=[shapely.Polygon(corners)], crs=_METRIC)
    (own,) = zone_shares(triangle, grid)
    raster = NumPyRasterSource(np.zeros(grid.shape), *grid.bounds, srs_wkt=_METRIC.to_wkt())
    table = exact_extract(raster, triangle, ["cell_id", "coverage"], output="pandas")
    other = np.zeros(grid.height * grid.width)
    other[np.asarray(table["cell_id"][0], np.int64)] = table["coverage"][0]
    other[own.cells] -= own.shares
    worst = float(np.abs(other).max())
    return Trial(
        Text("部分像元与 exactextract 一致", "partial cells as exactextract has them"),
        worst <= _SINGLE_ERROR,
        f"≤ {_SINGLE_ERROR:g}",
    )


def _verdicts() -> Iterator[Trial]:
    rules = load_plan(DEFAULT_PLAN).rules
    parcel = shapely.box(500000, 2760000, 500100, 2760100)
    parcels = gpd.GeoDataFrame({"name": [""]}, geometry=[parcel], index=["P"], crs=_METRIC)
    cases = {
        Verdict.CLEAR: shapely.box(500100, 2760000, 500200, 2760100),
        Verdict.WITHIN_TOLERANCE: shapely.box(500099.95, 2760000, 500200, 2760100),
        Verdict.PROHIBITED: shapely.box(500090, 2760000, 500200, 2760100),
    }
    for expected, land in cases.items():
        # A rule about ground outside is broken by an empty layer: those are left out.
        inside = (str(rule.role) for rule in rules.spatial if rule.trigger == "inside")
        layers = {role: _layer(role, None) for role in inside}
        layers |= {"pbf": _layer("pbf", land)}
        found = check_parcels(parcels, layers, rules, as_of=dt.date(2020, 12, 31)).parcels[0]
        yield Trial(
            Text(f"判定：{expected.text.zh}", f"verdict: {expected.text.en}"),
            found.verdict is expected,
            f"{found.verdict.value}, {found.deduplicated_area_m2:.2f} m²",
        )
    missing = check_parcels(parcels, {}, rules, as_of=dt.date(2020, 12, 31)).parcels[0]
    yield Trial(
        Text("缺图层不得判为未发现压占", "absent layers are never clear"),
        missing.verdict is Verdict.UNDETERMINED,
        missing.verdict.value,
    )


def _layer(role: str, land: shapely.Geometry | None) -> Layer:
    """A layer with one polygon or none, surveyed all around."""
    shapes = [] if land is None else [land]
    fields = {
        FEATURE_ID: [str(n) for n, _ in enumerate(shapes)],
        "forest_grade": ["I"] * len(shapes),
    }
    frame = gpd.GeoDataFrame(fields, geometry=shapes, crs=_METRIC)
    extent = gpd.GeoDataFrame(geometry=[shapely.box(499000, 2759000, 501000, 2761000)], crs=_METRIC)
    return Layer(role, frame, extent, LayerStatus.USED, n_features=len(shapes))
