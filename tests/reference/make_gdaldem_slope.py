"""
Write ``gdaldem_slope.csv``: a rough surface of 20×20 cells and what gdaldem makes of it.

Run by hand when the surface changes; the tests read the file and need no gdaldem.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import rasterio
from test_gdaldem import CELL_M, COMMAND, FROZEN, gdaldem, rough_surface

N_CELLS = 20


def main():
    surface = rough_surface(N_CELLS, N_CELLS)
    with tempfile.TemporaryDirectory() as folder:
        slope_deg = gdaldem(surface, CELL_M, "EPSG:4543", Path(folder))
    version = subprocess.run(["gdalinfo", "--version"], capture_output=True, check=True).stdout
    head = f"{COMMAND}; {version.decode().strip()}; cells of {CELL_M:g} m, EPSG:4543; -9999 unknown"
    rows = [f"{z:.3f},{s:.6f}" for z, s in zip(surface.ravel(), slope_deg.ravel(), strict=True)]
    text = "\n".join([f"# {head}", "elevation_m,slope_deg", *rows])
    FROZEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    np.set_printoptions(suppress=True)
    with rasterio.Env():
        main()
