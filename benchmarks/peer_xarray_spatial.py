"""Slope in degrees by xarray-spatial, file to file."""

from __future__ import annotations

import sys

import rasterio
import xarray as xr
from xrspatial import slope


def main() -> None:
    """Read the DEM whole, as its users do, and write float32."""
    with rasterio.open(sys.argv[1]) as source:
        profile, cell = source.profile, (source.transform.a, -source.transform.e)
        array = xr.DataArray(source.read(1).astype("float32"), dims=("y", "x"))
    found = slope(array.assign_attrs(res=cell))
    profile.update(dtype="float32", nodata=float("nan"), num_threads=2)
    with rasterio.open("xarray_spatial.tif", "w", **profile) as out:
        out.write(found.values, 1)


if __name__ == "__main__":
    main()
