"""Layers of a suitability scheme: any geometry, checked; all faults of all sources at once."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from builders import GEOGRAPHIC, frame

from dzgis.errors import CRSError, InputError
from dzgis.inputs import read_criteria

LINE = shapely.LineString([(102.1, 25.1), (102.3, 25.15)])


def saved(tmp_path, name, *shapes, crs=GEOGRAPHIC, **columns):
    path = tmp_path / f"{name}.gpkg"
    frame(*shapes, crs=crs, **columns).to_file(path, layer=name)
    return path


def raster(tmp_path, west):
    path = tmp_path / f"water_{west}.tif"
    transform = Affine(0.1, 0, west, 0, -0.1, 25.2)
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=2, count=1, dtype="float32",
        crs="EPSG:4490", transform=transform,
    ) as file:  # fmt: skip
        file.write(np.ones((1, 2, 2), dtype=np.float32))
    return path


def test_points_lines_polygons_and_rasters(tmp_path, plan, counties):
    found = read_criteria(
        {
            "road": saved(tmp_path, "road", LINE, GLDJ=["G"]),
            "town": saved(tmp_path, "town", shapely.Point(102.1, 25.1)),
            "hazard": saved(
                tmp_path, "hazard", shapely.box(102, 25, 102.1, 25.1), WXXDJ=["高易发"]
            ),
            "water_grade": raster(tmp_path, 102.0),
        },
        plan,
        counties,
        attributes=("hazard_level",),
    )
    assert list(found) == ["road", "town", "hazard", "water_grade"]
    assert found["road"].geom_type.tolist() == ["LineString"]
    assert found["road"]["GLDJ"].tolist() == ["G"]
    assert found["hazard"]["hazard_level"].tolist() == ["great"]
    assert "hazard_level" not in found["town"].columns
    assert found["water_grade"].suffix == ".tif"


def test_a_layer_is_found_by_its_role(tmp_path, plan, counties):
    path = saved(tmp_path, "DZZH", shapely.box(102, 25, 102.1, 25.1))
    frame(LINE, crs=GEOGRAPHIC).to_file(path, layer="other")
    found = read_criteria({"hazard": path, "road": f"{path}::other"}, plan, counties)
    assert found["hazard"].geom_type.tolist() == ["Polygon"]
    assert found["road"].geom_type.tolist() == ["LineString"]


def test_all_faults_of_all_sources_at_once(tmp_path, plan, counties):
    bow = shapely.Polygon([(102, 25), (102.1, 25.1), (102.1, 25), (102, 25.1)])
    far = shapely.Point(113.0, 23.0)
    with pytest.raises(InputError) as caught:
        read_criteria(
            {
                "lake": saved(tmp_path, "lake", bow),
                "town": saved(tmp_path, "town", far),
                "road": tmp_path / "nothing.gpkg",
                "water_grade": raster(tmp_path, 110.0),
            },
            plan,
            counties,
            crs={"rail": "EPSG:4543"},
        )
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == 5
    assert "a CRS is given for rail, but no vector data of it" in said[0]
    assert "invalid geometry" in said[1]
    assert "all features" in said[2]
    assert "no such file" in said[3]
    assert "meets no county" in said[4]


def test_a_layer_without_crs_is_refused_and_taken_with_one(tmp_path, plan, counties):
    path = tmp_path / "road.shp"
    frame(LINE, crs=GEOGRAPHIC, name=["a"]).to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CRSError, match="no coordinate reference system"):
        read_criteria({"road": path}, plan, counties)
    found = read_criteria({"road": path}, plan, counties, crs={"road": "EPSG:4490"})
    assert found["road"].crs == GEOGRAPHIC
