"""Raster files as DEM tiles: can they be read, and do they fit together."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.errors
from pyproj import CRS

from dzgis.crs import crs_name
from dzgis.errors import InputError, MissingFileError, listed
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.files import check_file
from dzgis.inputs.place import crs_faults, horizontal, raise_found
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affine import Affine

_SAME_CELL = 1e-6
_SAME_PLACE_CELLS = 0.01


@dataclass(frozen=True)
class Tile:
    """One raster: where its cells are and what it says of itself."""

    path: Path
    crs: CRS
    transform: Affine
    height: int
    width: int
    note: str

    def corner(self, *, row: int, col: int) -> tuple[float, float]:
        """Return x and y of the upper left corner of a cell."""
        t = self.transform
        return float(t.c + t.a * col), float(t.f + t.e * row)

    def cell(self, x: float, y: float) -> tuple[float, float]:
        """Return row and column, with fractions, of a position."""
        t = self.transform
        return float((y - t.f) / t.e), float((x - t.c) / t.a)


def open_tiles(paths: Sequence[Path]) -> list[Tile]:
    """
    Open rasters and check each, then all together.

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
            tile, wrong, rest = _open(path)
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


def _open(path: Path) -> tuple[Tile | None, list[Text], list[Text]]:
    check_file(path)
    try:
        with _opened(path) as source:
            wrong_crs = _tile_crs_faults(source, path)
            others = [*_shape_faults(source, path), *_unit_faults(source, path)]
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
    return Tile(path, crs, source.transform, source.height, source.width, _note(source))


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
    t = source.transform
    if t.is_identity:
        yield Text(
            f"{path} 没有地理参考（像元位置未知）；请补 .tfw 或用 gdal_translate -a_ullr 定义",
            f"{path} has no georeference, so the place of its cells is not known; add its .tfw or "
            "define it with gdal_translate -a_ullr",
        )
    elif t.b or t.d:
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
    ours, theirs = tile.transform, base.transform
    return bool(
        np.isclose(ours.a, theirs.a, rtol=_SAME_CELL, atol=0)
        and np.isclose(ours.e, theirs.e, rtol=_SAME_CELL, atol=0)
    )


def _size(tile: Tile) -> str:
    return f"{tile.transform.a:.10g}×{-tile.transform.e:.10g}"


def _offset_cells(tile: Tile, base: Tile) -> float:
    row, col = base.cell(tile.transform.c, tile.transform.f)
    return float(max(abs(col - round(col)), abs(row - round(row))))


def _odd(tile: Tile, base: Tile, zh: str, en: str, found: tuple[str, str]) -> Text:
    return Text(
        f"{tile.path} 的{zh}（{found[0]}）与 {base.path}（{found[1]}）不同；"
        "请只用同一套 DEM，或先统一（不做隐式重采样）",
        f"{tile.path}: its {en} ({found[0]}) differs from that of {base.path} ({found[1]}); "
        "use tiles of one DEM, or bring them together first (nothing is resampled here)",
    )
