"""PostGIS tables: written in one transaction, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dzgis.crs import crs_name
from dzgis.database import connected, split_database
from dzgis.errors import OutputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from psycopg import Connection
    from psycopg.sql import Identifier

GEOMETRY = "geom"
_SCHEMA = "public"
NAME_BYTES = 63
_MULTI = {"Polygon": "MultiPolygon", "LineString": "MultiLineString", "Point": "MultiPoint"}


def write_postgis(
    frame: gpd.GeoDataFrame,
    url: Path | str,
    table: str,
    *,
    overwrite: bool,
    check: Callable[[Connection[Any]], None] | None = None,
) -> None:
    """
    Write a frame as a table with a spatial index.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        An index with a name becomes a column. Polygons are written as multi-polygons, likewise
        lines and points; a `Text` in the language of the process, other objects as words. Its CRS
        must have an EPSG code.
    url : Path or str
        ``postgresql://user@host/database``, without a password.
    table : str
        ``schema.table``, or a table of the schema ``public``.
    overwrite : bool
        Whether a table of that name may be replaced.
    check : callable, optional
        Looks at the table through the open transaction; what it raises undoes everything.

    Raises
    ------
    OutputError
        If the table exists and may not be replaced, the database cannot be reached or refuses;
        it is then as it was before.
    """
    from psycopg import sql

    address, _ = split_database(url)
    schema, _, name = table.rpartition(".")
    target = sql.Identifier(schema or _SCHEMA, name)
    plain = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    srid = _srid(plain)
    columns = [column for column in plain.columns if column != plain.geometry.name]
    _check_names([*map(str, columns), name])
    with connected(address, kind=OutputError) as connection:
        _make_room(connection, target, table, overwrite=overwrite)
        _create(connection, target, plain, srid)
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(
            target, sql.SQL(", ").join(sql.Identifier(str(c)) for c in (*columns, GEOMETRY))
        )
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in _rows(plain, columns, srid):
                copy.write_row(row)
        index = sql.SQL("CREATE INDEX ON {} USING gist ({})")
        connection.execute(index.format(target, sql.Identifier(GEOMETRY)))
        if check is not None:
            check(connection)


def _srid(frame: gpd.GeoDataFrame) -> int:
    code = frame.crs.to_epsg() if frame.crs is not None else None
    if code is None:
        name = crs_name(frame.crs) if frame.crs is not None else "—"
        raise OutputError(
            Text(
                f"坐标系 {name} 没有 EPSG 代码，不能写入 PostGIS；请先转换，如 EPSG:4490",
                f"the CRS {name} has no EPSG code and cannot be written to PostGIS; reproject "
                "first, e.g. to EPSG:4490",
            )
        )
    return int(code)


def _check_names(names: Sequence[str]) -> None:
    """Raise for names that PostgreSQL would cut in silence, or that meet the geometry's."""
    wrong = [n for n in names if len(n.encode()) > NAME_BYTES or n == GEOMETRY or not n]
    if wrong or len(set(names[:-1])) < len(names) - 1:
        shown = ", ".join(wrong) or ", ".join(names)
        raise OutputError(
            Text(
                f"表名或字段名不能用（超过 {NAME_BYTES} 字节、重复或与 {GEOMETRY} 相同）：{shown}",
                f"names of the table or its columns cannot be used (over {NAME_BYTES} bytes, "
                f"twice, or {GEOMETRY}): {shown}",
            )
        )


def _make_room(
    connection: Connection[Any], target: Identifier, table: str, *, overwrite: bool
) -> None:
    from psycopg import sql

    (there,) = connection.execute(
        "SELECT to_regclass(%s)", (target.as_string(connection),)
    ).fetchone() or (None,)
    if there is None:
        return
    if not overwrite:
        raise OutputError(
            Text(
                f"数据库中已有表 {table}；换一个表名，或允许覆盖",
                f"the database already holds the table {table}; choose another, or allow to "
                "replace it",
            )
        )
    connection.execute(sql.SQL("DROP TABLE {}").format(target))


def _create(
    connection: Connection[Any], target: Identifier, frame: gpd.GeoDataFrame, srid: int
) -> None:
    from psycopg import sql

    columns = [
        sql.SQL("{} {}").format(sql.Identifier(str(name)), sql.SQL(_sql_type(frame[name])))
        for name in frame.columns
        if name != frame.geometry.name
    ]
    kind = sql.SQL("{} geometry({}, {})").format(
        sql.Identifier(GEOMETRY), sql.SQL(_kind(frame)), sql.Literal(srid)
    )
    fields = sql.SQL(", ").join([*columns, kind])
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(target, fields))


def _sql_type(column: pd.Series[Any]) -> Any:  # noqa: ANN401  a literal text for psycopg
    from pandas.api import types

    if types.is_bool_dtype(column.dtype):
        return "boolean"
    if types.is_integer_dtype(column.dtype):
        return "bigint"
    if types.is_float_dtype(column.dtype):
        return "double precision"
    if types.is_datetime64_any_dtype(column.dtype):
        return "timestamptz" if column.dt.tz is not None else "timestamp"
    return "date" if types.infer_dtype(column, skipna=True) == "date" else "text"


def _kind(frame: gpd.GeoDataFrame) -> Any:  # noqa: ANN401  a literal text for psycopg
    """Type of the geometry column: multi-parts of one kind, else any geometry."""
    found = {_MULTI.get(kind, kind) for kind in frame.geom_type.dropna()}
    single = found and found <= set(_MULTI.values()) and len(found) == 1
    return found.pop() if single else "Geometry"


def _rows(
    frame: gpd.GeoDataFrame, columns: Sequence[str], srid: int
) -> Iterator[tuple[object, ...]]:
    """Rows as COPY takes them, the geometry in EWKB at the end."""
    import shapely

    shapes = shapely.set_srid(shapely.force_2d(_promoted(frame)), srid)
    texts = shapely.to_wkb(shapes, hex=True, include_srid=True)
    values = [_plain(frame[column]) for column in columns]
    return zip(*values, texts, strict=True)


def _promoted(frame: gpd.GeoDataFrame) -> list[Any]:
    import shapely

    make = {
        "Polygon": shapely.MultiPolygon,
        "LineString": shapely.MultiLineString,
        "Point": shapely.MultiPoint,
    }
    return [
        shape if shape is None or shape.geom_type not in make else make[shape.geom_type]([shape])
        for shape in frame.geometry
    ]


def _plain(column: pd.Series[Any]) -> list[object]:
    """Values as Python's own, None where one is missing."""
    as_text = _sql_type(column) == "text"
    known = column.notna()
    values = column.astype(object).where(known, None).tolist()
    return [str(value) if as_text and value is not None else value for value in values]
