"""What a fetch tells: on the way, and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path


class TileStatus(StrEnum):
    """What became of a tile."""

    FETCHED = "fetched"
    KEPT = "kept"
    MISSING = "missing"

    @property
    def text(self) -> Text:
        """The words for this status."""
        return {
            TileStatus.FETCHED: Text("已下载", "fetched"),
            TileStatus.KEPT: Text("已有且校验通过", "there already, verified"),
            TileStatus.MISSING: Text("服务器上没有", "not on the server"),
        }[self]


@dataclass(frozen=True)
class Progress:
    """
    How far a fetch is; told after every piece of data and once for a tile that needs none.

    Attributes
    ----------
    tile : str
        Name of the tile.
    tile_index : int
        From 0.
    n_tiles : int
    bytes_done, bytes_total : int
        Of this tile; the total is None when the server does not say.
    resumed : bool
        An earlier attempt or run brought the first bytes.
    """

    tile: str
    tile_index: int
    n_tiles: int
    bytes_done: int
    bytes_total: int | None
    resumed: bool


@dataclass(frozen=True)
class Fetched:
    """
    A tile and what became of it.

    Attributes
    ----------
    name : str
    status : TileStatus
    path : Path, optional
        The GeoTIFF; None for a missing tile.
    n_bytes : int
    sha256 : str
        Empty for a missing tile.
    n_attempts : int
        0 when nothing was asked of the server.
    """

    name: str
    status: TileStatus
    path: Path | None
    n_bytes: int = 0
    sha256: str = ""
    n_attempts: int = 0
