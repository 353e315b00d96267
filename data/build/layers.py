"""Write vector layers so that a rebuild gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyogrio
from pyproj import Geod

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

CGCS2000 = "EPSG:4490"
EQUAL_AREA = "+proj=cea +ellps=GRS80 +lat_ts=25"
COUNTIES = {
    "530111": "官渡区",
    "530127": "嵩明县",
    "530129": "寻甸回族彝族自治县",
    "530181": "安宁市",
    "530304": "马龙区",
    "530425": "易门县",
    "532301": "楚雄市",
    "532302": "禄丰市",
}

_FIXED_DATE = "2020-12-31T00:00:00.000Z"
_GEOD = Geod(a=6378137.0, rf=298.257222101)


def write_geopackage(
    frame: gpd.GeoDataFrame,
    target: Path,
    *,
    layer: str,
    description: str,
    shape: str = "MultiPolygon",
) -> None:
    """
    Add `frame` as `layer` of a kind of `shape` to the GeoPackage `target` (1.2, fixed timestamp).

    The caller deletes an old file first; within one file the order of the calls is kept.
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    pyogrio.write_dataframe(
        frame,
        target,
        layer=layer,
        driver="GPKG",
        geometry_type=shape,
        promote_to_multi=shape.startswith("Multi"),
        append=target.exists(),
        dataset_options={"VERSION": "1.2"},
        layer_options={"DESCRIPTION": description},
    )


def ellipsoidal_area_m2(frame: gpd.GeoDataFrame) -> pd.Series[float]:
    """Area on the CGCS2000 ellipsoid, in m², edges taken as geodesics; `frame` is EPSG:4490."""
    measured: pd.Series[float] = frame.geometry.map(
        lambda shape: abs(_GEOD.geometry_area_perimeter(shape)[0])
    )
    return measured
