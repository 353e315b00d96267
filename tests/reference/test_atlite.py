r"""
What exclusions leave, against a frozen result of atlite; see ``make_atlite_exclusions.py``.

Two counties side by side on cells of 30 m, EPSG:4543, one of whole cells and one with oblique
borders::

    +--------------+------------.
    |   whole      |  oblique    \       farm    whole cells
    |  [farm]      |   (forest)   \      forest  rough discs
    |====road======|====road=======\     road    its line and 25 m to both sides
    |..strip.......|..strip.........\    strip   10 m, between the middles of two rows
    +--------------+-----------------'    steep   classes 3 and 4 of a raster of whole cells

atlite takes a cell for excluded when its middle is: its figures are whole cells, and a strip that
misses all middles is lost. We take shares. The two can differ in cells only that a border
crosses, by no more than what the rule of the middle gets wrong there.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from numpy.testing import assert_allclose
from pyproj import CRS

from dzgis.grid import Grid, Window
from dzgis.land.combinations import combinations_of
from dzgis.land.ground import grounds_of

FROZEN = Path(__file__).with_name("atlite_exclusions.csv")
CELL_M, ROWS, COLS = 30.0, 80, 120
WEST, NORTH = 500_010.0, 2_760_000.0  # whole cells from 0, where atlite lays its grid
CRS_CODE = 4543
ROAD_M, STEEP_M = 25.0, 45.0
STEEP = (3, 4)
CASES = {
    "nothing": (),
    "farm": ("farm",),
    "forest": ("forest",),
    "road": ("road",),
    "strip": ("strip",),
    "steep": ("steep",),
    "all": ("farm", "forest", "road", "strip", "steep"),
}


def at(col: float, row: float) -> tuple[float, float]:
    """Place in metres of one in cells, rows downwards."""
    return WEST + col * CELL_M, NORTH - row * CELL_M


def polygon(*corners: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([at(*corner) for corner in corners])


def box(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    return polygon((left, top), (right, top), (right, bottom), (left, bottom))


def disc(col: float, row: float, radius: float, waves: int) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    reach = radius * (1 + 0.18 * np.sin(waves * angle) + 0.07 * np.cos(17 * angle))
    return polygon(*zip(col + reach * np.cos(angle), row + reach * np.sin(angle), strict=True))


def counties() -> gpd.GeoDataFrame:
    shapes = [box(0, 0, 60, 80), polygon((60, 0), (97.3, 0), (119.6, 80), (60, 80))]
    return gpd.GeoDataFrame({"county": ["whole", "oblique"]}, geometry=shapes, crs=CRS_CODE)


def layers() -> dict[str, gpd.GeoSeries]:
    """Features as they are given; the road is not widened yet."""
    road = shapely.LineString([at(-3, 47.2), at(31.4, 52.9), at(70.1, 44.4), at(123, 58.3)])
    shapes = {
        "farm": [box(5, 8, 25, 20), box(25, 8, 31, 14), box(66, 10, 80, 22)],
        "forest": [disc(20, 30, 11, 3), disc(33, 36, 9, 5), disc(84, 34, 12, 4)],
        "road": [road],
        "strip": [box(-2, 69.8, 122, 70.0 + 2 / 15)],
    }
    return {name: gpd.GeoSeries(these, crs=CRS_CODE) for name, these in shapes.items()}


def slope_classes() -> np.ndarray:
    """Classes 1 to 4 on the cells."""
    row, col = np.indices((ROWS, COLS))
    wave = np.sin(row / 7.3) * np.cos(col / 9.1) + 0.5 * np.sin((row + 2 * col) / 5.0)
    return np.digitize(wave, [-0.5, 0.2, 0.8]).astype(np.uint8) + 1


def grid() -> Grid:
    transform = Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH)
    return Grid(CRS.from_epsg(CRS_CODE), transform, ROWS, COLS)


def shares_of(shapes: list[gpd.GeoSeries], rasters: list[np.ndarray]):
    """Combinations of polygon layers and rasters on the whole grid."""
    grounds = grounds_of(shapes, grid())
    return combinations_of(grounds, Window(slice(0, ROWS), slice(0, COLS)), rasters=rasters)


def available(case: str) -> pd.Series:
    """Planar ground of each county, m², that the case's exclusions leave."""
    widened = layers()
    widened["road"] = widened["road"].buffer(ROAD_M)
    vector = [name for name in CASES[case] if name != "steep"]
    steep = np.isin(slope_classes(), STEEP).astype(float)
    county = counties()
    shapes = [county.geometry.iloc[[0]], county.geometry.iloc[[1]], *(widened[n] for n in vector)]
    combos = shares_of(shapes, [steep] if "steep" in CASES[case] else [])
    assert combos.n_unsure == 0
    found = {
        name: combos.left(lambda mask, bit=bit: float(mask == 1 << bit)).sum() * CELL_M**2
        for bit, name in enumerate(county["county"])
    }
    return pd.Series(found)


def wrong_at_most(case: str) -> pd.Series:
    """
    What the rule of the middle can get wrong in each county, m².

    A cell is all out or all in for atlite: it is wrong by the larger of the share that is left
    and the rest, wherever a border crosses it.
    """
    widened = layers()
    widened["road"] = widened["road"].buffer(ROAD_M)
    shapes = [widened[name] for name in CASES[case] if name != "steep"]
    found = {}
    for name, county in zip(counties()["county"], counties().geometry, strict=True):
        taken = shapely.union_all([s for layer in shapes for s in layer])
        left = shapely.difference(county, taken)
        row, col = np.indices((ROWS, COLS)).reshape(2, -1)
        x, y = at(col, row)
        cells = shapely.box(x, y - CELL_M, x + CELL_M, y)
        share = shapely.area(shapely.intersection(cells, left)) / CELL_M**2
        crossed = (share > 1e-9) & (share < 1 - 1e-9)
        found[name] = np.maximum(share, 1 - share)[crossed].sum() * CELL_M**2
    return pd.Series(found)


def frozen() -> pd.DataFrame:
    return pd.read_csv(FROZEN, comment="#", index_col=["case", "county"])


def atlite(case: str) -> pd.Series:
    return frozen().loc[case, "available_m2"]


def test_whole_cells_come_out_equal():
    # Where no border crosses a cell both are the same number of cells.
    for case in ("nothing", "farm", "steep"):
        assert_allclose(available(case)["whole"], atlite(case)["whole"], rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_elsewhere_they_differ_by_what_the_rule_of_the_middle_gets_wrong(case: str):
    difference = (available(case) - atlite(case)[["whole", "oblique"]]).abs()
    assert (difference <= wrong_at_most(case) + 1e-3).all()
    # Errors of many cells cancel: all in all less than 2 % but for the strip.
    if "strip" not in CASES[case]:
        assert (difference <= 0.02 * available("nothing")).all()


def test_a_strip_narrower_than_a_cell_is_lost_by_atlite_and_not_by_us():
    # 60 cells of 30 m, 10 m of each: 18 000 m². No middle of a cell lies in it.
    taken = available("nothing") - available("strip")
    assert_allclose(taken["whole"], 60 * CELL_M * 10.0, rtol=1e-9)
    assert (atlite("nothing") - atlite("strip")).abs().max() == 0.0


def test_a_raster_is_widened_by_atlite_by_whole_cells_and_as_a_diamond():
    # One cell widened by 45 m: a disc-cornered square of 4·30·45 + 900 + 45²π m² is wanted. Two
    # steps up, down, left and right make a diamond of 13 cells; its circular way takes cells
    # whose middles lie within 45 m of the cell's middle: 9 of them.
    row = frozen().loc["one cell"]["available_m2"]
    wanted = shapely.box(0, 0, CELL_M, CELL_M).buffer(STEEP_M, quad_segs=64).area
    assert row["diamond"] == 13 * CELL_M**2
    assert row["circular"] == 9 * CELL_M**2
    shape = gpd.GeoSeries([box(40, 40, 41, 41).buffer(STEEP_M, quad_segs=64)], crs=CRS_CODE)
    ours = shares_of([shape], []).left(lambda mask: float(mask == 1)).sum() * CELL_M**2
    assert_allclose(ours, wanted, rtol=1e-9)
    assert_allclose(wanted, 900 + 4 * 30 * 45 + np.pi * 45**2, rtol=1e-3)
