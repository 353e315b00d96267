"""A DEM of 20 × 40 cells of 0.01° with its north-west corner at 101.0°E, 25.2°N."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely.geometry import box
from test_inputs_toy import WEST, write_dem

from dzgis.inputs import read_dem


def around(*bounds, crs="EPSG:4490"):
    return gpd.GeoDataFrame(geometry=[box(*bounds)], crs=crs)


def said(caplog):
    return [record.msg.say("en") for record in caplog.records if record.name == "dzgis.inputs"]


def test_all_of_a_raster_is_read_on_its_own_grid(tmp_path):
    dem = read_dem([write_dem(tmp_path / "a.tif")])
    assert dem.name == "elevation_m"
    assert dem.values.shape == dem.grid.shape == (20, 40)
    assert dem.values.dtype == np.float32
    assert dem.grid.crs.to_epsg() == 4490
    np.testing.assert_allclose(dem.grid.bounds, (101.0, 25.0, 101.4, 25.2))
    assert dem.note == ""


def test_only_the_window_around_is_read_with_its_margin(tmp_path):
    values = np.arange(800, dtype="float32").reshape(20, 40)
    path = write_dem(tmp_path / "a.tif", values)
    dem = read_dem([path], around=around(101.101, 25.101, 101.119, 25.119), margin_cells=1)
    # columns 10 and 11, rows 8 and 9, and one more on each side
    np.testing.assert_array_equal(dem.values, values[7:11, 9:13])
    np.testing.assert_allclose(dem.grid.bounds, (101.09, 25.09, 101.13, 25.13))


def test_a_frame_in_another_crs_gives_the_same_window(tmp_path):
    path = write_dem(tmp_path / "a.tif")
    frame = around(101.101, 25.101, 101.119, 25.119)
    here = read_dem([path], around=frame)
    there = read_dem([path], around=frame.to_crs(4543))
    assert there.grid == here.grid


def test_a_window_is_cut_at_the_raster_and_that_is_logged(tmp_path, caplog):
    path = write_dem(tmp_path / "a.tif")
    dem = read_dem([path], around=around(101.2, 25.0, 101.6, 25.2))
    np.testing.assert_allclose(dem.grid.bounds, (101.17, 25.0, 101.4, 25.2))
    assert any("50.0%" in words for words in said(caplog))


def test_tiles_are_put_together_and_the_earlier_counts(tmp_path):
    west = write_dem(tmp_path / "w.tif", np.full((20, 21), 1.0, "float32"))
    east = write_dem(tmp_path / "e.tif", np.full((20, 20), 2.0, "float32"), west=101.2)
    dem = read_dem([west, east])
    assert dem.grid.shape == (20, 40)
    np.testing.assert_array_equal(dem.values[0, 18:24], [1, 1, 1, 2, 2, 2])
    np.testing.assert_array_equal(read_dem([east, west]).values[0, 18:24], [1, 1, 2, 2, 2, 2])


def test_tiles_that_differ_where_they_overlap_are_named(tmp_path, caplog):
    west = write_dem(tmp_path / "w.tif", np.full((20, 21), 1.0, "float32"))
    east = write_dem(tmp_path / "e.tif", np.full((20, 20), 8.5, "float32"), west=101.2)
    read_dem([west, east])
    [words] = [words for words in said(caplog) if "differ where they overlap" in words]
    assert "w.tif" in words
    assert "e.tif" in words
    assert "7.50 m" in words
    caplog.clear()
    same = write_dem(tmp_path / "s.tif", np.full((20, 20), 1.0, "float32"), west=101.2)
    read_dem([west, same])
    assert not any("differ" in words for words in said(caplog))


def test_a_gap_between_tiles_is_unknown(tmp_path):
    west = write_dem(tmp_path / "w.tif", np.full((20, 10), 1.0, "float32"))
    east = write_dem(tmp_path / "e.tif", np.full((20, 10), 2.0, "float32"), west=101.2)
    values = read_dem([west, east]).values
    assert np.isnan(values[:, 10:20]).all()
    assert np.isfinite(values).sum() == 400


@pytest.mark.parametrize("void", [-32768, -9999, 0, 32767])
def test_declared_nodata_is_unknown(tmp_path, void):
    values = np.full((20, 40), 2000, "int16")
    values[3, 4] = void
    dem = read_dem([write_dem(tmp_path / "a.tif", values, nodata=void)])
    assert np.isnan(dem.values[3, 4])
    assert np.isfinite(dem.values).sum() == 799


def test_nan_is_unknown(tmp_path):
    values = np.full((20, 40), 2000, "float32")
    values[3, 4] = np.nan
    assert np.isnan(read_dem([write_dem(tmp_path / "a.tif", values)]).values[3, 4])


def test_a_mask_band_is_heeded(tmp_path):
    path = write_dem(tmp_path / "a.tif")
    mask = np.full((20, 40), 255, "uint8")
    mask[0] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as target:
        target.write_mask(mask)
    values = read_dem([path]).values
    assert np.isnan(values[0]).all()
    assert np.isfinite(values[1:]).all()


@pytest.mark.parametrize("void", [-32768, -9999])
def test_a_usual_void_that_is_not_declared_is_named(tmp_path, caplog, void):
    values = np.full((20, 40), 2000, "int16")
    values[3, 4:6] = void
    dem = read_dem([write_dem(tmp_path / "a.tif", values)])
    assert np.isnan(dem.values[3, 4:6]).all()
    assert any(f"2 cells are {void}" in words for words in said(caplog))


def test_scale_and_offset_are_applied_and_logged(tmp_path, caplog):
    path = write_dem(tmp_path / "a.tif", np.full((20, 40), 5000, "int16"))
    with rasterio.open(path, "r+") as target:
        target.scales, target.offsets = (0.1,), (1500.0,)
    with caplog.at_level("INFO", logger="dzgis.inputs"):
        dem = read_dem([path])
    assert dem.values[0, 0] == pytest.approx(2000.0)
    assert any("stored value" in words for words in said(caplog))


@pytest.mark.parametrize(
    ("tags", "note"),
    [
        ({"NOTE": "made by hand"}, "made by hand"),
        ({"DZGIS_NOTE": "x"}, "x"),
        ({"TIFFTAG_IMAGEDESCRIPTION": "GENERATED terrain"}, "GENERATED terrain"),
        ({"TIFFTAG_IMAGEDESCRIPTION": "a photo"}, ""),
    ],
)
def test_what_a_file_says_of_itself_is_passed_on(tmp_path, tags, note):
    path = write_dem(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as target:
        target.update_tags(**tags)
    assert read_dem([path]).note == note


def test_a_projected_dem_in_metres_is_taken(tmp_path):
    path = write_dem(tmp_path / "a.tif", crs="EPSG:4543", west=400_000, north=2_790_000, step=1000)
    dem = read_dem([path], around=gpd.GeoDataFrame(geometry=[WEST], crs="EPSG:4490"))
    assert dem.grid.crs.to_epsg() == 4543
    assert dem.grid.cell_size == (1000.0, 1000.0)


def test_a_compound_crs_is_read_by_its_horizontal_part(tmp_path):
    dem = read_dem([write_dem(tmp_path / "a.tif", crs="EPSG:9707")])  # WGS 84 + EGM96 height
    assert dem.grid.crs.to_epsg() == 4326
