"""GeoParquet: the ``geo`` metadata must be there; rows must fit the file before they are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from dzgis.errors import InputError
from dzgis.inputs.guards import wrong_bytes
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

_MAGIC = b"PAR1"
_CRS84 = "OGC:CRS84"
MOST_BYTES = 8 << 30
MOST_ROWS_PER_BYTE, FREE_ROWS = 10, 1_000_000
MOST_RATIO, FREE_BYTES = 200, 64 << 20


def parquet_layers(path: Path) -> list[str]:
    """Name of the one layer: that of the file."""
    _geo_metadata(path)
    return [path.stem]


def parquet_fields(path: Path, _: str) -> list[str]:
    """Names of the columns without geometry."""
    geo, names = _geo_metadata(path)
    return [name for name in names if name not in geo["columns"]]


def parquet_crs(path: Path, _: str) -> CRS | None:
    """
    CRS of the main geometry column.

    By the standard a missing entry means longitude and latitude on WGS 84, and null means none.
    """
    geo, _names = _geo_metadata(path)
    said = geo["columns"][geo["primary_column"]].get("crs", _CRS84)
    try:
        return None if said is None else CRS.from_user_input(said)
    except ProjError as error:
        raise InputError(_unreadable(path, error)) from error


def parquet_frame(path: Path, layer: str) -> gpd.GeoDataFrame:
    """
    All rows, without heights, the main geometry column only.

    Raises
    ------
    InputError
        If the file is damaged or has no geometry.
    """
    import pyarrow as pa

    geo, names = _geo_metadata(path)
    main = geo["primary_column"]
    columns = [name for name in names if name == main or name not in geo["columns"]]
    try:
        frame = gpd.read_parquet(path.absolute(), columns=columns)
    except (pa.ArrowException, ValueError, OSError, MemoryError, shapely.errors.GEOSException) as e:
        raise InputError(_unreadable(path, e)) from e
    shapes = frame.geometry.to_numpy()
    if shapely.has_z(shapes).any():
        LOG.info(
            Text(
                f"{path}：高程不参与计算，已去掉",
                f"{path}: heights count for nothing and were dropped",
            )
        )
        shapes = shapely.force_2d(shapes)
    frame = frame.set_geometry(shapes, crs=parquet_crs(path, layer))
    return gpd.GeoDataFrame(frame.reset_index(drop=True))


def is_binary(path: Path) -> bool:
    """Whether shapes are kept as well-known binary, which can be streamed."""
    geo, _ = _geo_metadata(path)
    return bool(geo["columns"][geo["primary_column"]]["encoding"] == "WKB")


def parquet_batches(path: Path, field: str, n_rows: int) -> Iterator[tuple[pa.Array, pa.Array]]:
    """
    Shapes as well-known binary and the words of one field, `n_rows` at a time.

    Parameters
    ----------
    path : Path
        See `is_binary`.
    field : str
        Empty for none: then there are no words.
    n_rows : int

    Raises
    ------
    InputError
        If it cannot be read to its end.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    geo, _ = _geo_metadata(path)
    shape = geo["primary_column"]
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(n_rows, columns=[shape, *([field] if field else [])]):
                yield batch.column(shape), batch.column(field) if field else pa.nulls(0)
    except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
        raise InputError(_unreadable(path, error)) from error


def _geo_metadata(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the ``geo`` metadata, checked, and the names of all columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            raise wrong_bytes(path, "GeoParquet")
    try:
        with pq.ParquetFile(path) as file:
            footer, names = file.metadata, list(file.schema_arrow.names)
            said = (file.schema_arrow.metadata or {}).get(b"geo")
    except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
        raise InputError(_unreadable(path, error)) from error
    groups = [footer.row_group(i) for i in range(footer.num_row_groups)]
    _check_size(path, footer.num_rows, sum(group.total_byte_size for group in groups))
    return _checked(path, said, names), names


def _check_size(path: Path, n_rows: int, n_bytes: int) -> None:
    """Raise when a small file says that it holds more than fits."""
    size = path.stat().st_size
    too_many = n_rows > max(FREE_ROWS, MOST_ROWS_PER_BYTE * size)
    too_large = n_bytes > MOST_BYTES or n_bytes > max(FREE_BYTES, MOST_RATIO * size)
    if too_many or too_large or n_rows < 0 or n_bytes < 0:
        raise InputError(
            Text(
                f"{path} 声明有 {n_rows} 行、解压后 {n_bytes} 字节，而文件只有 {size} 字节，"
                "疑为压缩炸弹或已损坏；请核实来源",
                f"{path} says that it holds {n_rows} rows and {n_bytes} bytes unpacked, in "
                f"{size} bytes: it may be a bomb or damaged; make sure where it is from",
            )
        )


def _checked(path: Path, said: bytes | None, names: list[str]) -> dict[str, Any]:
    if said is None:
        raise InputError(
            Text(
                f"{path} 没有 geo 元数据，是普通 Parquet 而不是 GeoParquet；"
                "请由 GeoPandas、QGIS 或 GDAL 导出为 GeoParquet",
                f"{path} has no geo metadata: it is plain Parquet, no GeoParquet; export it as "
                "GeoParquet from GeoPandas, QGIS or GDAL",
            )
        )
    try:
        geo: dict[str, Any] = json.loads(said)
        column = geo["columns"][geo["primary_column"]]
        encoding = column["encoding"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(_unreadable(path, error)) from error
    if geo["primary_column"] not in names or not isinstance(encoding, str):
        raise InputError(_unreadable(path, KeyError(geo["primary_column"])))
    return geo


def _unreadable(path: Path, error: Exception) -> Text:
    why = " ".join(str(error).split()) or type(error).__name__
    return Text(
        f"{path} 不是可读的 GeoParquet，或已损坏（{why}）；请重新导出",
        f"{path} is not a readable GeoParquet file, or is damaged ({why}); export it again",
    )
