"""
Files of every format with bytes changed at random: each is read or refused, nothing else.

A process of its own, so that a crash of a library shows as its exit code:
``python tests/faults/flip.py FOLDER N_A_FORMAT``.
"""

import logging
import random
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import making as m
import pyogrio

from dzgis.errors import InputError
from dzgis.inputs.vector import read_table

DRIVERS = {
    "a.fgb": "FlatGeobuf",
    "a.gml": "GML",
    "a.kml": "LIBKML",
    "a.tab": "MapInfo File",
    "a.mif": "MapInfo File",
    "a.gpkg": "GPKG",
    "a.geojson": "GeoJSON",
    "a.shp": "ESRI Shapefile",
    "a.gdb": "OpenFileGDB",
}
NAMES = [*DRIVERS, "a.parquet", "a.dxf", "a.zip"]
N_SHAPES, HEAD_BYTES = 30, 400


def whole(folder, name):
    """A sound file of a format, alone in a folder."""
    folder.mkdir()
    ids = [f"D{n}" for n in range(N_SHAPES)]
    shapes = [m.square(n % 5) for n in range(N_SHAPES)]
    frame = gpd.GeoDataFrame({"DKBH": ids, "v": range(N_SHAPES)}, geometry=shapes, crs="EPSG:4490")
    if name in DRIVERS:
        pyogrio.write_dataframe(frame, folder / name, driver=DRIVERS[name])
    elif name == "a.parquet":
        frame.to_parquet(folder / name)
    elif name == "a.dxf":
        m.content(folder / name, m.dxf(*(m.polyline(m.corners(n), closed=True) for n in range(9))))
    else:
        members = m.shapefile_members(folder.parent)
        m.packed(folder, members)


def flipped(folder, draw):
    """Change some bytes of one of the files, half of them near its beginning."""
    parts = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.stat().st_size]
    part = draw.choice(parts)
    raw = bytearray(part.read_bytes())
    for _ in range(draw.choice((1, 1, 2, 8, 64))):
        near = min(len(raw), HEAD_BYTES) if draw.random() < 0.5 else len(raw)
        raw[draw.randrange(near)] = draw.choice((0, 255, 127, 128, draw.randrange(256)))
    part.write_bytes(raw)


def main(folder, n_each):
    logging.getLogger("dzgis").setLevel(logging.CRITICAL)
    draw = random.Random(20260101)  # noqa: S311  the same damage in every run
    for name in NAMES:
        sound = folder / name.replace(".", "_")
        whole(sound, name)
        n_refused = 0
        for _ in range(n_each):
            spoilt = folder / "spoilt"
            shutil.copytree(sound, spoilt)
            flipped(spoilt, draw)
            try:
                read_table(spoilt / name)
            except InputError:
                n_refused += 1
            shutil.rmtree(spoilt)
        sys.stdout.write(f"{name} {n_refused}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
