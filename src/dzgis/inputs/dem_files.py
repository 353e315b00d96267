"""Raster files as DEM tiles: can they be read, and do they fit together."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.errors
from pyproj import CRS
from rasterio.enums import MaskFlags

from dzgis.crs import crs_name
from dzgis.errors import InputError, MissingFileError, listed
from dzgis.grid import Grid
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.files import check_file
from dzgis.inputs.place import crs_faults, horizontal, raise_found
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SAME_CELL = 1e-6
_SAME_PLACE_CELLS = 0.01


@dataclass(frozen=True)
class Tile:
    """
    One raster: where its cells are, how they are stored and what it says of itself.

    Attributes
    ----------
    nodata : float
        Stored value of cells that are not known, NaN if none is declared.
    scale, offset : float
        Metres = stored value × scale + offset.
    masked : bool
        Whether a mask band says which cells are known.
    block_height, block_width : int
        Cells that the file compresses together.
    stamp : int
        When the file was last changed, in nanoseconds.
    """

    path: Path
    grid: Grid
    note: str = ""
    nodata: float = np.nan
    scale: float = 1.0
    offset: float = 0.0
    masked: bool = False
    block_height: int = 1
    block_width: int = 1
    stamp: int = 0

    @property
    def crs(self) -> CRS:
        """Horizontal CRS."""
        return self.grid.crs

    @property
    def height(self) -> int:
        """Rows."""
        return self.grid.height

    @property
    def width(self) -> int:
        """Columns."""
        return self.grid.width

    def corner(self, *, row: int, col: int) -> tuple[float, float]:
        """Return x and y of the upper left corner of a cell."""
        return self.grid.corner(row, col)

    def cell(self, x: float, y: float) -> tuple[float, float]:
        """Return row and column, with fractions, of a position."""
        return self.grid.cell_at(x, y)


def open_tiles(paths: Sequence[Path], *, turned: bool = False) -> list[Tile]:
    """
    Open rasters and check each, then all together.

    Parameters
    ----------
    paths : sequence of Path
    turned : bool
        Whether grids that are not north-up are taken.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With the faults of all rasters.
    """
    if not paths:
        raise InputError(Text("没有给出 DEM 文件；请至少给出一个", "no DEM was given; give one"))
    tiles: list[Tile] = []
    crs_wrong: list[Text] = []
    others: list[Text] = []
    missing: list[Text] = []
    for path in paths:
        try:
            tile, wrong, rest = _open(path, turned=turned)
        except MissingFileError as error:
            missing.extend(error.faults)
            continue
        except InputError as error:
            others.extend(error.faults)
            continue
        tiles += [tile] if tile else []
        crs_wrong += wrong
        others += rest
    if missing and not crs_wrong and not others:
        raise MissingFileError(*missing)
    raise_found(crs_wrong, [*missing, *others])
    raise_found([], list(_fit_faults(tiles)))
    return tiles


def _open(path: Path, *, turned: bool) -> tuple[Tile | None, list[Text], list[Text]]:
    check_file(path)
    try:
        with _opened(path) as source:
            wrong_crs = _tile_crs_faults(source, path)
            others = [
                *_shape_faults(source, path),
                *_direction_faults(source, path, turned=turned),
                *_unit_faults(source, path),
            ]
            tile = None if wrong_crs or others else _tile(source, path)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            Text(
                f"{path} 不是可读的栅格，或已损坏（{error}）；请给出 GeoTIFF 等格式的 DEM",
                f"{path} is not a readable raster, or is damaged ({error}); "
                "give a DEM, e.g. as GeoTIFF",
            )
        ) from error
    return tile, wrong_crs, others


def _opened(path: Path) -> Any:  # noqa: ANN401  rasterio has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)  # a fault below
        return rasterio.open(path)


def _crs_of(source: Any) -> CRS | None:  # noqa: ANN401
    if source.crs is None:
        return None
    code = source.crs.to_epsg()
    return CRS.from_epsg(code) if code else CRS.from_wkt(source.crs.to_wkt())


def _tile_crs_faults(source: Any, path: Path) -> list[Text]:  # noqa: ANN401
    return crs_faults(horizontal(_crs_of(source)), str(path))


def _tile(source: Any, path: Path) -> Tile:  # noqa: ANN401
    crs = horizontal(_crs_of(source))
    if crs is None:
        raise TypeError(path)
    block_height, block_width = source.block_shapes[0]
    flags = source.mask_flag_enums[0]
    return Tile(
        path,
        Grid(crs, source.transform, source.height, source.width),
        note=_note(source),
        nodata=_nodata(source),
        scale=float(source.scales[0]),
        offset=float(source.offsets[0]),
        masked=MaskFlags.per_dataset in flags or MaskFlags.alpha in flags,
        block_height=int(block_height),
        block_width=int(block_width),
        stamp=path.stat().st_mtime_ns,
    )


def _nodata(source: Any) -> float:  # noqa: ANN401
    """Nodata value as it is stored: one that a file of single precision cannot hold is rounded."""
    if source.nodata is None:
        return float("nan")
    value = float(source.nodata)
    return float(np.float32(value)) if source.dtypes[0] == "float32" else value


def _shape_faults(source: Any, path: Path) -> Iterator[Text]:  # noqa: ANN401
    if source.count != 1:
        yield Text(
            f"{path} 有 {source.count} 个波段，DEM 应只有 1 个；请导出高程波段",
            f"{path} has {source.count} bands, a DEM must have 1; export the band of elevations",
        )
    if np.issubdtype(np.dtype(source.dtypes[0]), np.complexfloating):
        yield Text(
            f"{path} 的数据类型是 {source.dtypes[0]}，不是高程；请换用 DEM",
            f"{path} has values of type {source.dtypes[0]}, no elevations; use a DEM",
        )
    if source.transform.is_identity:
        yield Text(
            f"{path} 没有地理参考（像元位置未知）；请补 .tfw 或用 gdal_translate -a_ullr 定义",
            f"{path} has no georeference, so the place of its cells is not known; add its .tfw or "
            "define it with gdal_translate -a_ullr",
        )


def _direction_faults(source: Any, path: Path, *, turned: bool) -> Iterator[Text]:  # noqa: ANN401
    t = source.transform
    if t.is_identity or turned:
        return
    if t.b or t.d:
        yield Text(
            f"{path} 的格网有旋转（{t.b:g}, {t.d:g}），需要正北方向；请用 gdalwarp 校正",
            f"{path}: its grid is rotated ({t.b:g}, {t.d:g}), a north-up one is required; "
            "straighten it with gdalwarp",
        )
    elif t.e >= 0 or t.a <= 0:
        yield Text(
            f"{path} 的行由南向北或列由东向西排列（{t.a:g}, {t.e:g}）；请用 gdalwarp 转为北在上",
            f"{path}: its rows run from south to north or its columns from east to west "
            f"({t.a:g}, {t.e:g}); turn it north-up with gdalwarp",
        )


def _unit_faults(source: Any, path: Path) -> Iterator[Text]:  # noqa: ANN401
    words = tables()["dem"]
    unit = folded(source.units[0] or "")
    crs = _crs_of(source)
    vertical = [a.unit_name for a in crs.axis_info[2:]] if crs is not None else []
    feet = set(map(folded, words["feet_words"]))
    if unit in feet or any("foot" in folded(name) for name in vertical):
        yield Text(
            f"{path} 的高程单位是 {unit or listed(vertical)}，需要米；请换算后再用",
            f"{path}: its elevations are in {unit or listed(vertical)} (feet), metres are "
            "required; convert them",
        )
    elif unit and unit not in map(folded, words["metre_words"]):
        yield Text(
            f"{path} 的高程单位“{unit}”未知，需要米；请改正或换算",
            f"{path}: the unit of its elevations, '{unit}', is not known, metres are required; "
            "correct or convert it",
        )


def _note(source: Any) -> str:  # noqa: ANN401
    """Return what the file says of itself: a note, or a description that tells it is generated."""
    words = tables()["dem"]
    tags = source.tags() | source.tags(1)
    for tag in words["note_tags"]:
        if tags.get(tag):
            return str(tags[tag])
    said = [tags.get(tag, "") for tag in words["said_tags"]] + list(source.descriptions)
    for text in said:
        if text and any(word in folded(text) for word in words["generated_words"]):
            return str(text)
    return ""


def _fit_faults(tiles: Sequence[Tile]) -> Iterator[Text]:
    """Tiles that do not lie on the lattice of the first."""
    base = tiles[0]
    for tile in tiles[1:]:
        if tile.crs != base.crs:
            yield _odd(tile, base, "坐标系", "CRS", (crs_name(tile.crs), crs_name(base.crs)))
        elif not _same_cell(tile, base):
            sizes = (_size(tile), _size(base))
            yield _odd(tile, base, "像元大小", "cell size", sizes)
        elif (off := _offset_cells(tile, base)) > _SAME_PLACE_CELLS:
            yield _odd(tile, base, "像元对齐", "alignment of cells", (f"{off:.2f} px", "0 px"))


def _same_cell(tile: Tile, base: Tile) -> bool:
    ours, theirs = np.array(tile.grid.transform)[:6], np.array(base.grid.transform)[:6]
    steps = [0, 1, 3, 4]
    size = float(np.hypot(*base.grid.cell_size))
    return bool(np.allclose(ours[steps], theirs[steps], rtol=0, atol=_SAME_CELL * size))


def _size(tile: Tile) -> str:
    width, height = tile.grid.cell_size
    return f"{width:.10g}×{height:.10g}"


def _offset_cells(tile: Tile, base: Tile) -> float:
    row, col = base.cell(*tile.corner(row=0, col=0))
    return float(max(abs(col - round(col)), abs(row - round(row))))


def _odd(tile: Tile, base: Tile, zh: str, en: str, found: tuple[str, str]) -> Text:
    return Text(
        f"{tile.path} 的{zh}（{found[0]}）与 {base.path}（{found[1]}）不同；"
        "请只用同一套 DEM，或先统一（不做隐式重采样）",
        f"{tile.path}: its {en} ({found[0]}) differs from that of {base.path} ({found[1]}); "
        "use tiles of one DEM, or bring them together first (nothing is resampled here)",
    )
