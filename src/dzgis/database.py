"""
PostGIS: addresses of tables, never with a password, and connections that fail in one message.

A source is written ``postgresql://user@host:port/database::schema.table``; instead of ``::`` a
``?table=schema.table`` is taken as well. Passwords are libpq's business: ``PGPASSWORD`` or the
file ``.pgpass``. One that stands in an address is refused before anything can show it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from dzgis.errors import DzgisError

LAYER_MARK = "::"
"""Stands between a path and the name of a layer."""
_SCHEME = re.compile(r"postgres(?:ql)?:[/\\]+", re.IGNORECASE)
_PASSWORD = re.compile(r"(postgres(?:ql)?:[/\\]+[^@/\\?]*?):[^@]+@", re.IGNORECASE)
_PASSWORD_KEY = re.compile(r"([?&]password=)[^&:]*", re.IGNORECASE)
_TABLE_KEY = "table"
_TIMEOUT_S = 10
INSTALL = "pip install 'dzgis[postgis]'"


def is_database(source: Path | str) -> bool:
    """
    Whether a source is the address of a PostgreSQL database, not a path.

    Examples
    --------
    >>> is_database("postgresql://me@localhost/land::public.dk"), is_database("a.gpkg")
    (True, False)
    """
    return bool(_SCHEME.match(str(source)))


def split_database(source: Path | str) -> tuple[Path, str | None]:
    """
    Part the address of a table into database and table.

    The database is a `Path` with one slash after the scheme, as paths have it, so that it can go
    wherever the path of a file goes; `database_url` gives it back.

    Raises
    ------
    InputError
        If there is a password in it.

    Examples
    --------
    >>> split_database("postgresql://me@localhost/land?table=public.dk&sslmode=require")
    (PosixPath('postgresql:/me@localhost/land?sslmode=require'), 'public.dk')
    """
    refuse_passwords([str(source)])
    text = str(source).replace("\\", "/")
    head, mark, layer = text.rpartition(LAYER_MARK)
    if not mark or "]" in layer:  # an IPv6 host is no layer
        head, layer = text, ""
    parts = urlsplit(database_url(head))
    query = parse_qsl(parts.query)
    tables = [value for key, value in query if key == _TABLE_KEY]
    rest = urlencode([pair for pair in query if pair[0] != _TABLE_KEY], safe="/")
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, rest, ""))
    if not parts.netloc and not url.startswith("postgresql:///"):
        url = url.replace("postgresql:", "postgresql://", 1)
    return Path(url), layer or (tables[0] if tables else None)


def database_url(path: Path | str) -> str:
    """
    Address of a database, with both slashes after its scheme.

    Examples
    --------
    >>> database_url(Path("postgresql:/me@localhost/land")), database_url("postgres:/land")
    ('postgresql://me@localhost/land', 'postgresql:///land')
    """
    rest = _SCHEME.sub("", str(path).replace("\\", "/"), count=1)
    place = rest.partition("?")[0]
    return f"postgresql://{rest}" if "/" in place else f"postgresql:///{rest}"


def refuse_passwords(words: Iterable[str]) -> None:
    """
    Raise when a word holds the address of a database with a password in it.

    Raises
    ------
    InputError
        Showing the address with the password blotted out.
    """
    for word in words:
        shown = _PASSWORD_KEY.sub(r"\1***", _PASSWORD.sub(r"\1:***@", word))
        at = _SCHEME.search(word)
        if at and shown != word:
            raise InputError(
                Text(
                    f"{shown} 中写了密码；地址里不写密码（别人能看到命令行，日志会留存），"
                    "请设环境变量 PGPASSWORD 或用 ~/.pgpass",
                    f"{shown} holds a password; write none into an address (others see command "
                    "lines, logs keep them), set PGPASSWORD or use ~/.pgpass",
                )
            )


@contextmanager
def connected(
    address: Path | str, *, kind: type[DzgisError] = InputError
) -> Iterator[Connection[Any]]:
    """
    Give a connection in one transaction: kept when the block ends well, else undone.

    Parameters
    ----------
    address : Path or str
        Of a database, without a table.
    kind : type
        Of the error that is raised.

    Raises
    ------
    DzgisError
        With one message for what goes wrong: psycopg missing, no connection, a statement that
        fails.
    """
    url = database_url(address)
    refuse_passwords([url])
    try:
        import psycopg
    except ImportError as error:
        raise kind(
            Text(
                f"连接 PostGIS 需要附加组件；请运行 {INSTALL}",
                f"PostGIS needs an extra; run {INSTALL}",
            )
        ) from error
    try:
        with psycopg.connect(url, connect_timeout=_TIMEOUT_S, application_name="dzgis") as opened:
            yield opened
    except psycopg.errors.UndefinedTable as error:
        raise kind(_no_postgis(url, error)) from error
    except (psycopg.Error, UnicodeError) as error:
        raise kind(_failed(url, error)) from error


def _no_postgis(url: str, error: Exception) -> Text:
    why = " ".join(str(error).split())
    return Text(
        f"{url} 中没有 PostGIS（{why}）；请在该库执行 CREATE EXTENSION postgis，或换一个库",
        f"{url} has no PostGIS ({why}); run CREATE EXTENSION postgis in it, or give another",
    )


def _failed(url: str, error: Exception) -> Text:
    why = " ".join(str(error).split())
    return Text(
        f"读写数据库 {url} 失败：{why}；请检查地址、权限和密码（PGPASSWORD 或 ~/.pgpass）",
        f"the database {url} cannot be read or written: {why}; check the address, the rights and "
        "the password (PGPASSWORD or ~/.pgpass)",
    )
