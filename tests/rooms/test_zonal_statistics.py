"""Statistics in zones: values by hand, beside exactextract and rasterstats, on every engine."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from builders import GEOGRAPHIC, GROUND, METRIC, frame, grid, raster, square
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from rasterstats import zonal_stats

import dzgis
from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.coverage import zone_shares
from dzgis.engine import Engine
from dzgis.errors import CRSError, InputError, MissingFileError
from dzgis.grid import Raster
from dzgis.inputs import open_raster
from dzgis.zonal_statistics import _strips, zonal_statistics

pytestmark = pytest.mark.slow

NAN = np.nan
SEED = 20201231
ALL = ("mean", "min", "max", "std", "median", "q10", "q90", "cells")
HILL = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]


def one(shape, values=HILL, statistics=ALL):
    return zonal_statistics(raster(values), frame(shape), statistics=statistics).iloc[0]


# ------------------------------------------------------------------ by hand


def test_whole_cells():
    # ┌─┬─┬─┐   the two cells in the lower left: 7 and 8
    # ├─┼─┼─┤
    # █ █ ┴─┘
    found = one(square(0, 0, 20, 10))
    assert found[["min", "max", "cells"]].tolist() == [7.0, 8.0, pytest.approx(2.0)]
    assert (found["mean"], found["std"]) == (pytest.approx(7.5), pytest.approx(0.5))
    assert found["area_m2"] == pytest.approx(200.0, rel=GROUND)
    assert found["covered_m2"] == pytest.approx(200.0, rel=GROUND)
    assert found[["outside_share", "unknown_share"]].tolist() == [0.0, 0.0]


def test_parts_of_cells_count_with_their_area():
    # A strip 5 m wide from the middle of 7 to the end of 9: 5, 10 and 10 m long.
    found = one(square(5, 2, 25, 5))
    assert found["cells"] == pytest.approx(0.25 + 0.5 + 0.5)
    mean = (7 * 1 + 8 * 2 + 9 * 2) / 5
    assert found["mean"] == pytest.approx(mean)
    spread = (1 * (7 - mean) ** 2 + 2 * (8 - mean) ** 2 + 2 * (9 - mean) ** 2) / 5
    assert found["std"] == pytest.approx(np.sqrt(spread))
    # 7 holds a fifth of the area, 7 and 8 three fifths.
    assert found[["q10", "median", "q90"]].tolist() == [7.0, 8.0, 9.0]


@pytest.mark.parametrize(("percent", "expected"), [(20, 7.0), (21, 8.0), (60, 8.0), (61, 9.0)])
def test_a_quantile_is_the_least_value_up_to_which_the_area_reaches(percent, expected):
    found = one(square(5, 2, 25, 5), statistics=(f"q{percent}",))
    assert found[f"q{percent}"] == expected


def test_a_parcel_that_holds_no_centre_of_a_cell_has_values():
    found = one(square(9, 9, 2))
    # The corner of 4, 5, 7 and 8: 1 m² of each.
    assert (found["mean"], found["cells"]) == (pytest.approx(6.0), pytest.approx(0.04))


def test_unknown_cells_are_named_and_not_counted():
    found = one(square(0, 0, 20, 20), [[1, 2, 3], [4, NAN, 6], [7, 8, 9]])
    assert found["mean"] == pytest.approx((4 + 7 + 8) / 3)
    assert found["unknown_share"] == pytest.approx(0.25)
    assert found["outside_share"] == 0.0
    assert found["covered_m2"] == pytest.approx(400.0, rel=GROUND)


def test_ground_outside_the_grid_is_unknown_and_named():
    inside, partly, outside = square(0, 0, 10), square(-10, 0, 20), square(500, 0, 20)
    table = zonal_statistics(raster(HILL), frame(inside, partly, outside), statistics=ALL)
    assert table["outside_share"].tolist() == [0.0, pytest.approx(0.5), 1.0]
    assert table["unknown_share"].tolist() == [0.0, pytest.approx(0.5), 1.0]
    assert_allclose(table["mean"], [7.0, 5.5, NAN])
    assert table.loc[2, ["min", "max", "std", "median"]].isna().all()
    assert table.loc[2, "cells"] == 0.0


def test_nothing_known_has_no_statistics():
    found = one(square(0, 0, 20), np.full((3, 3), NAN))
    assert found[["mean", "min", "max", "std", "median"]].isna().all()
    assert found["unknown_share"] == 1.0


def test_zones_that_overlap_each_get_their_own():
    table = frame(square(0, 0, 20), square(0, 0, 20), square(10, 0, 20)).set_axis(["b", "a", "c"])
    found = zonal_statistics(raster(HILL), table)
    assert list(found.index) == ["b", "a", "c"]
    assert found["mean"].tolist() == pytest.approx([6.0, 6.0, 7.0])


def test_shares_of_classes():
    # Class 0 is not known; three quarters of what is known is class 2.
    values = np.array([[0, 2, 0], [2, 2, 0], [0, 4, 0]], np.uint8)
    found = zonal_statistics(
        raster(values, name="slope_class"), frame(square(0, 0, 30)), statistics=("shares",)
    ).iloc[0]
    assert [name for name in found.index if name.startswith("share_")] == ["share_2", "share_4"]
    assert found[["share_2", "share_4"]].tolist() == pytest.approx([0.75, 0.25], rel=GROUND)
    assert found["unknown_share"] == pytest.approx(5 / 9, rel=GROUND)


def test_no_zones_no_rows():
    found = zonal_statistics(raster(HILL), frame(), statistics=(*ALL, "shares"))
    assert list(found.columns) == ["area_m2", "covered_m2", "outside_share", "unknown_share", *ALL]
    assert found.empty


def test_zones_in_another_crs_are_carried_over():
    zone = frame(shapely.segmentize(square(3, 4, 21, 17), 0.5))
    here = zonal_statistics(raster(HILL), zone)
    there = zonal_statistics(raster(HILL), zone.to_crs(GEOGRAPHIC))
    assert_allclose(there["mean"], here["mean"], rtol=1e-6)
    assert_allclose(there["outside_share"], 0.0, atol=1e-6)


# ------------------------------------------------------------------ refused


def test_statistics_that_do_not_exist_are_named():
    with pytest.raises(InputError, match=r"no statistics mode, q0; there are: mean, min"):
        one(square(0, 0), statistics=("mean", "mode", "q0"))


@pytest.mark.parametrize("value", [0.5, -1.0, 256.0])
def test_shares_need_classes(value):
    with pytest.raises(InputError, match="whole numbers from 0 to 255"):
        one(square(0, 0, 10), np.full((3, 3), value), statistics=("shares",))


def test_zones_need_a_crs_and_valid_polygons():
    with pytest.raises(InputError, match="no CRS"):
        zonal_statistics(raster(HILL), frame(square(0, 0), crs=None))
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    with pytest.raises(InputError, match="invalid geometry"):
        zonal_statistics(raster(HILL), frame(bow))
    with pytest.raises(CRSError, match="projected one in metres"):
        zonal_statistics(raster(HILL), frame(square(0, 0), crs="EPSG:2263"))


# ------------------------------------------------------------------ larger rasters


def hills(n_rows, n_cols):
    random = np.random.default_rng(SEED)
    values = random.normal(2000.0, 40.0, (n_rows, n_cols)).astype(np.float32)
    values[n_rows // 3 : n_rows // 2, 5:20] = np.nan
    return values


def zones_over(n_rows, n_cols, n=60):
    """Triangles and quadrangles from a metre to the whole grid across, some beyond it."""
    random = np.random.default_rng(SEED)
    shapes = []
    while len(shapes) < n:
        reach = 10.0 ** random.uniform(0.0, np.log10(5.0 * n_rows))
        centre = random.uniform((0, 0), (10.0 * n_cols, 10.0 * n_rows))
        shape = shapely.Polygon(random.uniform(-reach, reach, (4, 2)) + centre)
        shapes += [shape] if shape.is_valid else []
    west, south, _, _ = grid(n_rows, n_cols).bounds
    return frame(*(shapely.affinity.translate(shape, west, south) for shape in shapes))


@pytest.fixture(scope="module")
def many():
    """Raster of three strips, and zones."""
    return raster(hills(1100, 90)), zones_over(1100, 90)


def by_cells(values, zones, on):
    """The same statistics, zone by zone with numpy."""
    flat, area = values.ravel().astype(float), np.broadcast_to(cell_area_m2(on), on.shape).ravel()
    rows = []
    for zone in zone_shares(zones, on):
        known = ~np.isnan(flat[zone.cells])
        z, m2 = flat[zone.cells][known], (area[zone.cells] * zone.shares)[known]
        if not z.size:
            rows.append([NAN] * 5)
            continue
        mean = np.average(z, weights=m2)
        order = np.argsort(z)
        half = np.searchsorted(np.cumsum(m2[order]), 0.5 * m2.sum())
        std = np.sqrt(np.average((z - mean) ** 2, weights=m2))
        rows.append([mean, z.min(), z.max(), std, z[order][half]])
    return np.array(rows)


def test_strips_together_are_the_whole(many):
    field, zones = many
    assert len(list(_strips(field.grid))) == 3
    found = zonal_statistics(field, zones, statistics=("mean", "min", "max", "std", "median"))
    expected = by_cells(field.values, zones, field.grid)
    columns = ["mean", "min", "max", "std", "median"]
    assert_allclose(found[columns], expected, rtol=1e-9, atol=1e-6)
    assert found["mean"].isna().sum() < 10 < len(zones)


def test_as_exactextract_has_them(many):
    field, zones = many
    source = NumPyRasterSource(
        field.values.astype(float), *field.grid.bounds, nodata=NAN, srs_wkt=METRIC.to_wkt()
    )
    names = {"mean": "mean", "min": "min", "max": "max", "std": "stdev"}
    other = exact_extract(source, zones, list(names.values()), output="pandas")
    found = zonal_statistics(field, zones)
    for ours, theirs in names.items():
        # It weights with shares in single precision, we with the area on the ellipsoid.
        assert_allclose(found[ours], other[theirs].astype(float), rtol=1e-5, atol=1e-4)


# rasterstats 0.21 multiplies affine transforms with `*`.
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
def test_as_rasterstats_has_them_on_whole_cells():
    values = np.random.default_rng(SEED).integers(1, 5, (30, 40)).astype(np.uint8)
    field = raster(values, name="slope_class")
    zones = frame(square(20, 40, 100, 60), square(150, 100, 30, 70), square(0, 0, 400, 300))
    other = zonal_stats(
        zones, values, affine=field.grid.transform, categorical=True, nodata=0, stats="count mean"
    )
    found = zonal_statistics(field, zones, statistics=("mean", "cells", "shares"))
    assert_allclose(found["cells"], [one["count"] for one in other], rtol=1e-9)
    assert_allclose(found["mean"], [one["mean"] for one in other], rtol=1e-6)
    for value in (1, 2, 3, 4):
        counts = [one.get(value, 0) / one["count"] for one in other]
        assert_allclose(found[f"share_{value}"], counts, rtol=1e-6)


def test_equal_to_the_bit_on_every_engine(many):
    field, zones = many
    engines = [Engine("serial"), Engine("threads", 3), Engine("processes", 2)]
    tables = [zonal_statistics(field, zones, statistics=ALL, engine=one) for one in engines]
    for other in tables[1:]:
        assert_frame_equal(other, tables[0], check_exact=True)


def test_a_zone_does_not_depend_on_its_company(many):
    field, zones = many
    together = zonal_statistics(field, zones, statistics=ALL)
    alone = [zonal_statistics(field, zones.iloc[[n]], statistics=ALL) for n in range(0, 60, 6)]
    assert_frame_equal(pd.concat(alone), together.iloc[::6], check_exact=True)


# ------------------------------------------------------------------ files


def written(folder, values, *, nodata=None, epsg=4543, **more):
    path = folder / "field.tif"
    bands = np.asarray(values)[np.newaxis] if np.ndim(values) == 2 else values
    count, height, width = bands.shape
    transform = grid(height, width).transform
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=count, dtype=bands.dtype,
        crs=f"EPSG:{epsg}" if epsg else None, transform=transform, nodata=nodata, **more,
    ) as target:  # fmt: skip
        target.write(bands)
    return path


@pytest.mark.parametrize("engine", ["serial", "threads", "processes"])
def test_a_file_gives_what_memory_gives(many, tmp_path, engine):
    field, zones = many
    stored = np.where(np.isnan(field.values), -9999.0, field.values).astype(np.float32)
    path = written(tmp_path, stored, nodata=-9999.0, tiled=True, blockxsize=64, blockysize=64)
    found = dzgis.zonal(path, zones, ALL, engine=Engine(engine, 0 if engine == "serial" else 2))
    assert_frame_equal(found, dzgis.zonal(field, zones, ALL), check_exact=True)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float64"])
def test_files_of_any_type(tmp_path, dtype):
    path = written(tmp_path, np.array([[1, 2], [3, 0]], dtype), nodata=0)
    found = dzgis.zonal(path, frame(square(0, 0, 20)), ("mean", "max")).iloc[0]
    assert found.tolist()[3:] == [0.25, pytest.approx(2.0, rel=GROUND), 3.0]


def test_nought_of_a_file_is_a_value_unless_it_is_nodata(tmp_path):
    path = written(tmp_path, np.array([[0, 0], [2, 2]], np.uint8))
    found = dzgis.zonal(path, frame(square(0, 0, 20)), ("mean", "shares")).iloc[0]
    assert found["unknown_share"] == 0.0
    assert found[["mean", "share_0", "share_2"]].tolist() == pytest.approx(
        [1.0, 0.5, 0.5], rel=GROUND
    )


def test_scale_and_mask_of_a_file(tmp_path):
    path = written(tmp_path, np.array([[1, 2], [3, 4]], np.int16))
    with rasterio.open(path, "r+") as target:
        target.scales, target.offsets = (0.5,), (100.0,)
        target.write_mask(np.array([[255, 255], [0, 255]], np.uint8))
    found = dzgis.zonal(path, frame(square(0, 0, 20)), ("min", "max")).iloc[0]
    assert found[["min", "max", "unknown_share"]].tolist() == [100.5, 102.0, 0.25]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_files_that_cannot_be_asked(tmp_path):
    zone = frame(square(0, 0))
    with pytest.raises(MissingFileError, match="no such file"):
        dzgis.zonal(tmp_path / "none.tif", zone)
    with pytest.raises(InputError, match=r"has 2 bands, statistics need 1"):
        dzgis.zonal(written(tmp_path, np.ones((2, 3, 3), np.float32)), zone)
    with pytest.raises(CRSError, match="no coordinate reference system"):
        dzgis.zonal(written(tmp_path, np.ones((3, 3), np.float32), epsg=None), zone)
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no raster at all")
    with pytest.raises(InputError, match="not a readable raster, or is damaged"):
        dzgis.zonal(broken, zone)
    cut = written(tmp_path, hills(600, 600))
    cut.write_bytes(cut.read_bytes()[:400_000])
    with pytest.raises(InputError, match="damaged"):
        dzgis.zonal(cut, frame(square(0, 0, 5000)))
    with rasterio.open(
        tmp_path / "nowhere.tif", "w", driver="GTiff", height=3, width=3, count=1, dtype="uint8",
        crs="EPSG:4543",
    ) as target:  # fmt: skip
        target.write(np.ones((1, 3, 3), np.uint8))
    with pytest.raises(InputError, match="no georeference"):
        open_raster(tmp_path / "nowhere.tif")


def test_a_geographic_grid_weights_rows_by_their_area():
    # Two rows, the northern one smaller on the ground: 25° and 26°.
    from affine import Affine

    from dzgis.grid import Grid

    on = Grid(GEOGRAPHIC, Affine(1.0, 0, 102.0, 0, -1.0, 27.0), 2, 1)
    zone = gpd.GeoDataFrame(geometry=[shapely.box(*on.bounds)], crs=GEOGRAPHIC)
    found = zonal_statistics(Raster(np.array([[0.0], [1.0]]), on, "x"), zone).iloc[0]
    north, south = cell_area_m2(on)[:, 0]
    assert found["mean"] == pytest.approx(south / (north + south), rel=1e-12)
    assert found["mean"] > 0.502
    assert found["covered_m2"] == pytest.approx(float(polygon_area_m2(zone).iloc[0]), rel=1e-9)
