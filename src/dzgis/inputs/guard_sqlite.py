"""
GeoPackage and SpatiaLite: an SQLite file that is whole, closed, and runs nothing when it is read.

The file is looked at through Python's own SQLite, read-only and closed before GDAL opens it. Views
are prepared under an authorizer, which tells the functions that they call.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from dzgis.errors import InputError, listed, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"SQLite format 3\0"
_APPLICATION_IDS = {0x47503130, 0x47503131, 0x47504B47}
"""GP10, GP11, GPKG."""
_WAL_HEADER_BYTES = 32
_MODULE = re.compile(r"\busing\s+[\"'`\[]?(\w+)", re.IGNORECASE)
_HARMLESS_MODULES = {
    "rtree",
    "fts3",
    "fts4",
    "fts5",
    "virtualspatialindex",
    "virtualelementary",
    "virtualknn",
    "virtualknn2",
}
_HARMLESS_FUNCTIONS = {
    *("abs", "coalesce", "ifnull", "iif", "length", "lower", "ltrim", "max", "min", "nullif"),
    *("printf", "replace", "round", "rtrim", "substr", "substring", "trim", "typeof", "upper"),
    *("avg", "count", "sum", "total", "group_concat", "row_number", "rank", "dense_rank"),
    *("date", "time", "datetime", "julianday", "strftime", "cast", "instr", "hex", "quote"),
    *("like", "glob", "random", "rowid"),
}


def check_geopackage(path: Path) -> None:
    """
    Raise when a file is no GeoPackage, is open elsewhere, or has views that call functions.

    Raises
    ------
    InputError
    """
    check_sqlite(path)
    with _opened(path) as database:
        (said,) = database.execute("PRAGMA application_id").fetchone()
        views = _views_of_layers(database)
        faults = [fault for view in views for fault in _view_faults(path, database, view)]
    if said not in _APPLICATION_IDS:
        faults.append(
            Text(
                f"{path} 不是 GeoPackage：application_id 是 {said:#x}；请重新导出为 GeoPackage",
                f"{path} is no GeoPackage: its application_id is {said:#x}; export it again",
            )
        )
    raise_all(faults)


def check_sqlite(path: Path) -> None:
    """
    Raise when a file is no SQLite database, is open elsewhere, or has foreign virtual tables.

    Raises
    ------
    InputError
    """
    with path.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            raise InputError(_damaged(path, "SQLite"))
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size > _WAL_HEADER_BYTES:
        raise InputError(
            Text(
                f"{path} 旁有未并入的改动（{wal.name}）：文件正被别的程序打开，或没有正常关闭；"
                "请在原程序中打开并关闭它",
                f"{path} has changes beside it that are not in it yet ({wal.name}): it is open in "
                "another program or was not closed; open and close it there",
            )
        )
    with _opened(path) as database:
        raise_all(list(_module_faults(path, database)))


def n_rows(path: Path, table: str) -> int | None:
    """
    Number of rows of a table, counted; None where there is no such table.

    GDAL believes the number that a GeoPackage keeps beside its tables, which may be out of date.
    """
    with _opened(path) as database:
        try:
            quoted = table.replace('"', '""')
            (n,) = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608
        except sqlite3.OperationalError:
            return None
    return int(n)


def may_have_curves(path: Path) -> bool:
    """Whether a GeoPackage declares the extension for geometry with arcs."""
    asked = "SELECT count(*) FROM gpkg_extensions WHERE extension_name LIKE 'gpkg_geom_%'"
    with _opened(path) as database:
        try:
            (n,) = database.execute(asked).fetchone()
        except sqlite3.OperationalError:  # no such table: no extensions
            return False
    return int(n) > 0


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Database that nothing can be written to, and that leaves no files beside it."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            yield database
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise InputError(_damaged(path, str(error))) from error


def _module_faults(path: Path, database: sqlite3.Connection) -> Iterator[Text]:
    """Virtual tables other than indexes: their modules may open other files."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%virtual%'")
    for name, sql in rows.fetchall():
        if not sql.lstrip().lower().startswith("create virtual"):
            continue
        found = _MODULE.search(sql)
        module = found[1].lower() if found else "?"
        if module not in _HARMLESS_MODULES:
            yield Text(
                f"{path} 中的虚表 {name} 使用模块 {module}，可能读取别的文件；请删去或重新导出",
                f"{path}: the virtual table {name} uses the module {module}, which may open other "
                "files; delete it or export again",
            )


def _views_of_layers(database: sqlite3.Connection) -> list[str]:
    asked = (
        "SELECT m.name FROM sqlite_master m JOIN gpkg_contents c "
        "ON lower(m.name) = lower(c.table_name) WHERE m.type = 'view'"
    )
    return [name for (name,) in database.execute(asked)]


def _view_faults(path: Path, database: sqlite3.Connection, view: str) -> Iterator[Text]:
    """Functions that a view calls beyond the plain ones, and tables that are not there."""
    called: list[str] = []

    def note(action: int, _: str | None, name: str | None, *__: object) -> int:
        if action == sqlite3.SQLITE_FUNCTION and name and name.lower() not in _HARMLESS_FUNCTIONS:
            called.append(name)
        return sqlite3.SQLITE_OK

    database.execute("PRAGMA trusted_schema = ON")  # nothing is run, and all names are told
    database.set_authorizer(note)
    quoted = view.replace('"', '""')
    try:
        database.execute(f'EXPLAIN SELECT * FROM "{quoted}"')  # noqa: S608
    except sqlite3.OperationalError as error:
        called.append(str(error))
    finally:
        database.set_authorizer(None)
        database.execute("PRAGMA trusted_schema = OFF")
    if called:
        names = listed(dict.fromkeys(called))
        yield Text(
            f"{path} 的图层 {view} 是视图，其中调用了函数（{names}），读取时会执行；"
            "请把它另存为普通图层",
            f"{path}: the layer {view} is a view that calls functions ({names}), which reading "
            "would run; save it as a plain layer",
        )


def _damaged(path: Path, why: str) -> Text:
    return Text(
        f"{path} 不是可读的矢量文件，或已损坏（{why}）；请重新导出为 GeoPackage 或 shapefile",
        f"{path} is not a readable vector file, or is damaged ({why}); "
        "export it again as GeoPackage or shapefile",
    )
