"""Indexed-colour PNG images, written with the standard library alone."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

Rgba = tuple[int, int, int, int]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BIT_DEPTH, _INDEXED = 8, 3


def rgba(colour: str, alpha: int = 255) -> Rgba:
    """
    Colour numbers of ``#rrggbb``.

    Examples
    --------
    >>> rgba("#ff8000")
    (255, 128, 0, 255)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue, alpha


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _deflated(data: bytes) -> bytes:
    """Classes lie in runs: told by their lengths they take a tenth more than zlib's best."""
    packing = zlib.compressobj(level=9, strategy=zlib.Z_RLE)
    return packing.compress(data) + packing.flush()


def png_bytes(pixels: npt.NDArray[np.uint8], palette: Sequence[Rgba]) -> bytes:
    """
    PNG of an array of palette numbers.

    Parameters
    ----------
    pixels : ndarray of uint8, (rows, cols)
        Each below ``len(palette)``.
    palette : sequence of (red, green, blue, alpha), at most 256
    """
    rows, cols = pixels.shape
    header = struct.pack(">IIBBBBB", cols, rows, _BIT_DEPTH, _INDEXED, 0, 0, 0)
    colours = np.asarray(palette, dtype=np.uint8)
    # Each row of a PNG begins with the number of its filter; 0 is none.
    lines = np.pad(pixels, ((0, 0), (1, 0)))
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", colours[:, :3].tobytes()),
            _chunk(b"tRNS", colours[:, 3].tobytes()),
            _chunk(b"IDAT", _deflated(lines.tobytes())),
            _chunk(b"IEND", b""),
        )
    )


def data_url(png: bytes) -> str:
    """Address that holds the image itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
