"""Conversions that end in a PostGIS table: read back within the transaction that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dzgis import inputs as room
from dzgis import stores
from dzgis.database import split_database
from dzgis.errors import InputError, OutputError, raise_all
from dzgis.pipeline.field_losses import field_losses
from dzgis.pipeline.losses import Loss
from dzgis.pipeline.shape_losses import shape_losses
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    from psycopg import Connection

SCHEMA = "public"


def database_target(source: Path | str, target: Path | str) -> tuple[Path, str]:
    """
    Database and ``schema.table`` that a target names.

    Raises
    ------
    InputError
        If it names no table, or the source.
    """
    path, table = split_database(target)
    if table is None:
        raise InputError(
            Text(
                f"{target} 没有写表名；请写成 postgresql://用户@主机/库::模式.表",
                f"{target} names no table; write postgresql://user@host/database::schema.table",
            )
        )
    full = _full(table)
    own, layer = room.split_source(source)
    if own == path and layer is not None and _full(layer) == full:
        raise InputError(
            Text(
                f"源和目标是同一个表：{target}；请换一个目标",
                f"source and target are one table: {target}; name another target",
            )
        )
    return path, full


def _full(table: str) -> str:
    return table if "." in table else f"{SCHEMA}.{table}"


def written_to_postgis(
    frame: gpd.GeoDataFrame, path: Path, table: str, *, overwrite: bool
) -> list[Loss]:
    """
    Write a table and list what it lacks; it is kept only where every coordinate is.

    Raises
    ------
    OutputError
        If it exists and may not be replaced, or the database refuses.
    """
    fitting, names = stores.for_postgis(frame)
    losses: list[Loss] = []

    def check(connection: Connection[Any]) -> None:
        back = room.postgis_written(connection, path, table)
        back = back.set_axis(frame.index, axis=0) if len(back) == len(frame) else back
        lost, faults = shape_losses(frame, back)
        raise_all(faults, OutputError)
        losses.extend([*field_losses(frame, back, names), *lost, *_own_losses(frame)])

    stores.write_postgis(
        fitting.reset_index(drop=True), path, table, overwrite=overwrite, check=check
    )
    return losses


def _own_losses(frame: gpd.GeoDataFrame) -> Iterator[Loss]:
    n_single = int(frame.geom_type.isin(["Point", "LineString", "Polygon"]).sum())
    if n_single:
        yield Loss(
            "multi",
            Text(
                f"{n_single} 条单部件图形写成了只有一个部件的多部件图形",
                f"{n_single} single shapes were written as multi-shapes of one part",
            ),
        )
    if len(frame) > 1:
        yield Loss(
            "order",
            Text(
                "表没有主键，不保存记录的次序；再读时按内容排序",
                "the table has no key and keeps no order of records; it is read in the order of "
                "its content",
            ),
        )
