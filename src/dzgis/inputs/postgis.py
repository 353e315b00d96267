"""
Tables and views of a PostGIS database, read in a transaction that can write nothing.

Tables and their CRS are those of ``geometry_columns``; a CRS that it does not know is taken from
the data, where all rows have the same. psycopg is imported when a database is first read.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from dzgis.database import connected
from dzgis.errors import InputError, listed
from dzgis.inputs.files import named
from dzgis.inputs.gdal_env import ARC_STEP_DEG, tell_arcs
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg import Connection

_SESSION = (
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'iso_8601'",
    "SET TimeZone = 'UTC'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
)
"""So that a row is the same text in every session."""
_LAYERS = """
SELECT f_table_schema, f_table_name, f_geometry_column, srid FROM geometry_columns
UNION ALL
SELECT f_table_schema, f_table_name, f_geography_column, srid FROM geography_columns
ORDER BY 1, 2, 3
"""
_COLUMNS = """
SELECT a.attname, t.typname IN ('geometry', 'geography', 'raster')
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname FROM pg_index i
JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, n) ON true
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.n
"""


@dataclass(frozen=True)
class Relation:
    """One geometry column of a table or view; `name` is what the user calls it."""

    name: str
    schema: str
    table: str
    column: str
    srid: int


def postgis_layers(path: Path) -> list[str]:
    """
    Tables and views with geometry, as ``schema.table``; with the column where there are several.

    Raises
    ------
    InputError
        If the database cannot be reached or has no PostGIS.
    """
    with _reading(path) as connection:
        return [relation.name for relation in _relations(connection)]


def postgis_fields(path: Path, layer: str) -> list[str]:
    """Names of a table's columns without geometry."""
    with _reading(path) as connection:
        return _fields(connection, _relation(connection, path, layer))


def postgis_crs(path: Path, layer: str) -> CRS | None:
    """
    CRS of a geometry column, None where none is said.

    Raises
    ------
    InputError
        If rows have several.
    """
    with _reading(path) as connection:
        return _crs(connection, path, _relation(connection, path, layer))


def postgis_frame(path: Path, layer: str) -> gpd.GeoDataFrame:
    """
    All rows of a table or view, without heights, in the order of its key or else of its content.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    with _reading(path) as connection:
        return _frame(connection, path, layer)


def postgis_written(connection: Connection[Any], path: Path, table: str) -> gpd.GeoDataFrame:
    """Rows of a table that an open transaction has just filled, in the order of their writing."""
    return _frame(connection, path, table, as_stored=True)


def _frame(
    connection: Connection[Any], path: Path, layer: str, *, as_stored: bool = False
) -> gpd.GeoDataFrame:
    relation = _relation(connection, path, layer)
    crs = _crs(connection, path, relation)
    fields = _fields(connection, relation)
    rows, n_curved = _rows(connection, relation, fields, as_stored=as_stored)
    if n_curved:
        tell_arcs(named(path, layer), n_curved)
    columns = {name: _column([_plain(row[i]) for row in rows]) for i, name in enumerate(fields)}
    frame = pd.DataFrame(columns, columns=fields, index=pd.RangeIndex(len(rows)))
    shapes = shapely.from_wkb([row[-1] for row in rows])
    column = "geometry" if "geometry" not in fields else relation.column
    return gpd.GeoDataFrame(frame.assign(**{column: shapes}), geometry=column, crs=crs)


def table_sha256(path: Path, layer: str | None) -> str:
    """
    SHA-256 of a table's rows, whatever their order.

    The text of each row, as PostgreSQL writes it in a fixed session (geometry in EWKB), is hashed
    by the server; the names of the columns and the sorted hashes are hashed here. A dump that is
    read back gives the same hash, and one changed value another.

    Parameters
    ----------
    path : Path
        Of the database.
    layer : str or None
        None where the database has one table with geometry.
    """
    from psycopg import sql

    with _reading(path) as connection:
        relation = _relation(connection, path, layer)
        of_table = sql.Identifier(relation.schema, relation.table)
        names = [str(name) for name, _ in _columns(connection, relation)]
        digest = hashlib.sha256("\0".join(names).encode())
        asked = sql.SQL("SELECT sha256(convert_to(t::text, 'UTF8')) AS h FROM {} t ORDER BY h")
        with connection.cursor(name="dzgis_rows") as rows:
            rows.execute(asked.format(of_table))
            for (row,) in rows:
                digest.update(row)
    return digest.hexdigest()


@contextmanager
def _reading(path: Path) -> Iterator[Connection[Any]]:
    """Connection that sees one state of the database and can write nothing."""
    with connected(path) as connection:
        from psycopg import IsolationLevel

        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        for setting in _SESSION:
            connection.execute(setting)
        yield connection


def _relations(connection: Connection[Any]) -> list[Relation]:
    rows = connection.execute(_LAYERS).fetchall()
    tables = [(schema, table) for schema, table, _, _ in rows]
    found = []
    for schema, table, column, srid in rows:
        several = tables.count((schema, table)) > 1
        name = f"{schema}.{table}.{column}" if several else f"{schema}.{table}"
        found.append(Relation(name, schema, table, column, srid))
    return found


def _relation(connection: Connection[Any], path: Path, layer: str | None) -> Relation:
    found = _relations(connection)
    fits = [relation for relation in found if layer in (relation.name, None)]
    fits = fits or [relation for relation in found if relation.name.partition(".")[2] == layer]
    if len(fits) == 1:
        return fits[0]
    names = listed(relation.name for relation in found) or "—"
    raise InputError(
        Text(
            f"{named(path)} 中无法确定要读的表 {layer or ''}；现有：{names}；"
            "请写成 postgresql://…::模式.表",
            f"no single table {layer or ''} to read in {named(path)}; there are: {names}; "
            "write postgresql://…::SCHEMA.TABLE",
        )
    )


def _regclass(relation: Relation) -> str:
    quoted = (part.replace('"', '""') for part in (relation.schema, relation.table))
    return ".".join(f'"{part}"' for part in quoted)


def _columns(connection: Connection[Any], relation: Relation) -> list[tuple[str, bool]]:
    """Name of each column, and whether it is geometry."""
    return list(connection.execute(_COLUMNS, (_regclass(relation),)).fetchall())


def _fields(connection: Connection[Any], relation: Relation) -> list[str]:
    return [name for name, is_geometry in _columns(connection, relation) if not is_geometry]


def _crs(connection: Connection[Any], path: Path, relation: Relation) -> CRS | None:
    from psycopg import sql

    srids = [relation.srid]
    if not relation.srid:
        asked = sql.SQL("SELECT DISTINCT ST_SRID({}::geometry) FROM {}").format(
            sql.Identifier(relation.column), sql.Identifier(relation.schema, relation.table)
        )
        srids = sorted(srid for (srid,) in connection.execute(asked) if srid is not None)
    if len(srids) > 1:
        shown = listed(srids)
        raise InputError(
            Text(
                f"{named(path, relation.name)} 的记录有几种坐标系（SRID {shown}）；请先统一",
                f"{named(path, relation.name)}: its rows have several CRS (SRID {shown}); "
                "bring them to one",
            )
        )
    return _crs_of(connection, path, srids[0]) if srids and srids[0] else None


def _crs_of(connection: Connection[Any], path: Path, srid: int) -> CRS | None:
    asked = "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s"
    row = connection.execute(asked, (srid,)).fetchone()
    if row is None:
        return None
    authority, code, text = row
    try:
        return CRS.from_user_input(f"{authority}:{code}" if authority else text)
    except ProjError:
        pass
    try:
        return CRS.from_user_input(text)
    except ProjError as error:
        raise InputError(
            Text(
                f"{named(path)} 的 SRID {srid} 不是可识别的坐标系（{error}）；请改正",
                f"{named(path)}: SRID {srid} is no CRS that is known ({error}); correct it",
            )
        ) from error


def _rows(
    connection: Connection[Any], relation: Relation, fields: list[str], *, as_stored: bool
) -> tuple[list[tuple[Any, ...]], int]:
    """Rows with their geometry as WKB at the end, and how many of them have arcs."""
    from psycopg import sql

    key = [name for (name,) in connection.execute(_KEY, (_regclass(relation),)).fetchall()]
    order = [sql.SQL("t.{}").format(sql.Identifier(name)) for name in key]
    ordered = sql.SQL("ROW({})").format(sql.SQL(", ").join(order)) if key else sql.SQL("t::text")
    asked = sql.SQL(
        "SELECT {fields} ST_AsBinary(ST_Force2D(CASE WHEN ST_HasArc(g) "
        "THEN ST_CurveToLine(g, radians({step}), 2, 0) ELSE g END)) "
        "FROM (SELECT t.*, t.{shape}::geometry AS g, {order} AS o FROM {table} t) t ORDER BY o"
    ).format(
        fields=sql.SQL("").join(sql.SQL("t.{}, ").format(sql.Identifier(name)) for name in fields),
        step=sql.Literal(ARC_STEP_DEG),
        shape=sql.Identifier(relation.column),
        order=sql.SQL("t.ctid") if as_stored else ordered,
        table=sql.Identifier(relation.schema, relation.table),
    )
    curved = sql.SQL("SELECT count(*) FROM {} WHERE ST_HasArc({}::geometry)").format(
        sql.Identifier(relation.schema, relation.table), sql.Identifier(relation.column)
    )
    (n_curved,) = connection.execute(curved).fetchone() or (0,)
    return connection.execute(asked).fetchall(), int(n_curved)


def _column(values: list[Any]) -> Any:  # noqa: ANN401  a list, or an array of pandas
    """Values of a column: integers with blanks stay integers, to the last digit."""
    known = {type(value) for value in values}
    return pd.array(values, dtype="Int64") if known == {int, type(None)} else values


def _plain(value: object) -> object:
    """Value as a frame holds it: numbers as numbers, anything compound as text."""
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, list | dict | tuple | set) else value
