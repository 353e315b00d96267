"""
Pictures of the gallery: print maps of ``out`` as small PNG files in docs/images.

``make maps`` after ``make demo``. Sheets are printed at their full size first; the pictures are
half of that, with 200 colours, so that each stays under 1 MiB.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image

from dzgis.maps import MapContent, PrintOptions, print_maps
from dzgis.pipeline import content_of_folder

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH, COLOURS, MOST_BYTES = 1800, 200, 2**20
WHOLE = ("structure", "slope", "available", "protection", "verdict")
SERIES = (("slope", "cluster", "slope-anning"), ("verdict", "parcel", "verdict-P038"))


def main(result: Path) -> None:
    """Write docs/images/print-*.png."""
    content = content_of_folder(result)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print_maps(content, WHOLE, PrintOptions("zh", "A3", ("png",)), folder=folder)
        for kind in WHOLE:
            shrink(folder / f"{kind}.png")
        for kind, series, stem in SERIES:
            options = PrintOptions("zh", "A3", ("png",), series=series)
            few = _only(content, series, stem.partition("-")[2])
            print_maps(few, [kind], options, folder=folder / series)
            shrink(folder / series / f"{stem}.png")


def _only(content: MapContent, series: str, key: str) -> MapContent:
    """Content whose series has one sheet."""
    if series == "parcel":
        return replace(content, parcels=content.parcels.loc[[key]])
    return replace(content, clusters=content.clusters[content.clusters["cluster"] == key])


def shrink(path: Path) -> None:
    """Write a small copy of a sheet into the gallery."""
    picture = Image.open(path).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    small = picture.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(
        COLOURS, dither=Image.Dither.NONE
    )
    target = IMAGES / f"print-{path.name}"
    small.save(target, optimize=True)
    size = target.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{target} has {size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out")
