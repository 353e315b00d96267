"""PostGIS against a real server: read, hashed and written; nothing is ever half there."""

import json
import logging
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from dzgis.cli.frame import run_guarded
from dzgis.database import database_url, is_database, refuse_passwords, split_database
from dzgis.errors import InputError, OutputError
from dzgis.inputs import layer_roles, sha256_of, source_crs
from dzgis.inputs.vector import read_table, spatial_layers
from dzgis.stores import write_postgis
from dzgis.terms import Text

pytestmark = pytest.mark.slow


@pytest.fixture
def address(postgis):
    """The database, empty."""
    with psycopg.connect(postgis) as opened:
        opened.execute(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.oid::regclass AS t, c.relkind AS k "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "LEFT JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e' "
            "WHERE n.nspname IN ('public', '规划') AND c.relkind IN ('r', 'v') AND d.objid IS NULL "
            "ORDER BY c.relkind DESC LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE', "
            "CASE r.k WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, r.t); END LOOP; END $$"
        )
        opened.execute("DROP SCHEMA IF EXISTS 规划 CASCADE")
    return postgis


def execute(address, *statements):
    with psycopg.connect(address) as opened:
        for statement in statements:
            opened.execute(statement)


def parcels(n=2, crs="EPSG:4490"):
    west = 102.5 + 0.02 * np.arange(n)
    shapes = shapely.box(west, 25.0, west + 0.01, 25.01)
    ids = [f"D{i}" for i in range(1, n + 1)]
    return gpd.GeoDataFrame({"DKBH": ids, "占比%": np.arange(n) / 2}, geometry=shapes, crs=crs)


def table_of(address, layer):
    return read_table(Path(f"{address}::{layer}")).frame


# ------------------------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ("written", "database", "table"),
    [
        ("postgresql://me@h/land::public.dk", "postgresql://me@h/land", "public.dk"),
        ("postgresql://me@h/land?table=public.dk", "postgresql://me@h/land", "public.dk"),
        ("postgres://me@h:5433/land::规划.地块", "postgresql://me@h:5433/land", "规划.地块"),
        ("postgresql:///land::dk", "postgresql:///land", "dk"),
        ("postgresql://me@[::1]/land::dk", "postgresql://me@[::1]/land", "dk"),
        ("postgresql://me@[::1]/land", "postgresql://me@[::1]/land", None),
        (
            "postgresql://h/land?sslmode=require&table=a.b",
            "postgresql://h/land?sslmode=require",
            "a.b",
        ),
    ],
)
def test_an_address_is_told_from_its_table_as_text_and_as_path(written, database, table):
    for source in (written, Path(written)):
        path, found = split_database(source)
        assert (database_url(path), found) == (database, table)
        assert is_database(path)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:s3cret@h/land",
        "postgresql:/me:s3cret@h/land::dk",
        "postgresql://h/land?user=me&password=s3cret",
        "pbf=postgresql://me:s3cret@h/land",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(address):
    with pytest.raises(InputError, match=r"holds a password.*PGPASSWORD") as caught:
        refuse_passwords([address])
    assert "s3cret" not in caught.value.say("zh") + caught.value.say("en")


def test_files_are_no_addresses():
    assert not any(map(is_database, ["a.gpkg", "postgresql.gpkg", "C:/postgresql/a.gpkg"]))


def test_without_the_extra_there_is_one_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"pip install 'dzgis\[postgis\]'"):
        spatial_layers(Path("postgresql://me@127.0.0.1:9/land"))


# ------------------------------------------------------------------------------- reading
def test_what_is_written_is_read_back(address):
    written = parcels()
    write_postgis(written, address, "dk", overwrite=False)
    read = table_of(address, "dk")
    assert list(read["DKBH"]) == ["D1", "D2"]
    assert list(read["占比%"]) == [0.0, 0.5]
    assert set(read.geom_type) == {"MultiPolygon"}
    assert read.crs.to_epsg() == 4490
    assert shapely.equals(read.geometry.to_numpy(), written.geometry.to_numpy()).all()


def test_layers_of_all_schemas_are_listed_and_found_without_their_schema(address):
    execute(address, "CREATE SCHEMA 规划")
    write_postgis(parcels(), address, "规划.地块", overwrite=False)
    write_postgis(parcels(), address, "yjjbnttb", overwrite=False)
    assert spatial_layers(split_database(address)[0]) == ["public.yjjbnttb", "规划.地块"]
    assert len(table_of(address, "地块")) == 2
    assert source_crs(f"{address}::地块") == "EPSG:4490"
    roles = layer_roles(split_database(address)[0])
    assert roles == {"public.yjjbnttb": "pbf", "规划.地块": None}
    with pytest.raises(InputError, match=r"no single layer.*public\.yjjbnttb, 规划\.地块"):
        table_of(address, "")


def test_views_without_a_key_are_read_in_the_order_of_their_content(address):
    write_postgis(parcels(5), address, "dk", overwrite=False)
    execute(address, 'CREATE VIEW v AS SELECT * FROM dk ORDER BY "DKBH" DESC')
    assert list(table_of(address, "v")["DKBH"]) == ["D1", "D2", "D3", "D4", "D5"]


def test_a_key_gives_the_order(address):
    shape = "ST_SetSRID(ST_MakeEnvelope(102.5, 25, 102.6, 25.1), 4490)"
    execute(
        address,
        "CREATE TABLE k (n int PRIMARY KEY, name text, geom geometry(Polygon, 4490))",
        f"INSERT INTO k VALUES (10, 'a', {shape}), (9, 'z', {shape})",  # noqa: S608
    )
    assert list(table_of(address, "k")["n"]) == [9, 10]


def test_kinds_of_values_heights_and_geography(address):
    execute(
        address,
        "CREATE TABLE g (a numeric(8, 2), b date, c text[], d boolean, e jsonb, "
        "geog geography(PolygonZ, 4490))",
        "INSERT INTO g VALUES (12.50, '2020-12-31', '{x,y}', true, '{\"k\": 1}', "
        "ST_GeogFromText('SRID=4490;POLYGON Z ((102 25 9, 102.1 25 9, 102.1 25.1 9, 102 25 9))')), "
        "(NULL, NULL, NULL, NULL, NULL, NULL)",
    )
    frame = table_of(address, "g")
    first = frame[frame["a"].notna()].iloc[0]
    assert (first["a"], str(first["b"]), first["c"], first["d"]) == (
        12.5, "2020-12-31", "['x', 'y']", True,
    )  # fmt: skip
    assert not shapely.has_z(frame.geometry.to_numpy()).any()
    assert frame.geometry.isna().sum() == 1


def test_arcs_become_chords_and_it_is_said(address, caplog):
    execute(
        address,
        "CREATE TABLE c (geom geometry(CurvePolygon, 4543))",
        "INSERT INTO c VALUES (ST_GeomFromText("
        "'CURVEPOLYGON(CIRCULARSTRING(0 0, 1000 1000, 2000 0, 1000 -1000, 0 0))', 4543))",
    )
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        frame = table_of(address, "c")
    assert frame.geometry.area.iloc[0] == pytest.approx(np.pi * 1e6, rel=4e-6)
    assert "1 records have arcs" in caplog.text


def test_the_srid_of_a_column_that_says_none_is_that_of_its_rows(address):
    one, other = (f"ST_SetSRID(ST_MakeEnvelope(0, 0, 1, 1), {srid})" for srid in (4490, 4543))
    execute(
        address,
        "CREATE TABLE s (geom geometry)",
        f"INSERT INTO s VALUES ({one}), (NULL)",  # noqa: S608
        "CREATE TABLE none (geom geometry(Polygon))",
        "INSERT INTO none VALUES (ST_MakeEnvelope(0, 0, 1, 1))",
    )
    assert table_of(address, "s").crs.to_epsg() == 4490
    assert table_of(address, "none").crs is None
    execute(address, f"INSERT INTO s VALUES ({other})")  # noqa: S608
    with pytest.raises(InputError, match=r"several CRS \(SRID 4490, 4543\)"):
        table_of(address, "s")


def test_two_geometry_columns_are_two_layers(address):
    execute(
        address,
        "CREATE TABLE two (id int, a geometry(Polygon, 4490), b geometry(Point, 4490))",
        "INSERT INTO two VALUES (1, ST_MakeEnvelope(0, 0, 1, 1, 4490), "
        "ST_SetSRID(ST_MakePoint(0, 0), 4490))",
    )
    assert spatial_layers(split_database(address)[0]) == ["public.two.a", "public.two.b"]
    frame = table_of(address, "public.two.b")
    assert list(frame.columns) == ["id", "geometry"]
    assert frame.geom_type.iloc[0] == "Point"


def test_reading_can_write_nothing(address):
    """A view that writes when it is read fails, and nothing is written."""
    write_postgis(parcels(), address, "dk", overwrite=False)
    execute(
        address,
        "CREATE OR REPLACE FUNCTION spoil() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN DELETE FROM dk; RETURN 1; END $$",
        "CREATE VIEW evil AS SELECT spoil() AS n, geom FROM dk",
    )
    with pytest.raises(InputError, match="read-only transaction"):
        table_of(address, "evil")
    assert len(table_of(address, "dk")) == 2


def test_a_database_without_postgis_is_named(address):
    with psycopg.connect(address, autocommit=True) as opened:
        opened.execute("DROP DATABASE IF EXISTS bare")
        opened.execute("CREATE DATABASE bare")
    bare = address.rsplit("/", 1)[0] + "/bare"
    with pytest.raises(InputError, match="has no PostGIS"):
        spatial_layers(split_database(bare)[0])


# ------------------------------------------------------------------------------- hashes
def test_the_hash_is_of_the_rows_in_any_order(address):
    write_postgis(parcels(3), address, "a", overwrite=False)
    write_postgis(parcels(3).iloc[::-1], address, "b", overwrite=False)
    before = sha256_of(f"{address}::a")
    assert len(before) == 64
    assert sha256_of(f"{address}::public.b") == before
    execute(address, "ALTER DATABASE land SET TimeZone = 'Asia/Shanghai'")
    assert sha256_of(f"{address}?table=a") == before
    execute(address, "UPDATE b SET \"DKBH\" = 'X' WHERE \"DKBH\" = 'D1'")
    assert sha256_of(f"{address}::b") != before


# ------------------------------------------------------------------------------- writing
def test_a_table_is_not_replaced_unless_asked(address):
    write_postgis(parcels(2), address, "dk", overwrite=False)
    with pytest.raises(OutputError, match="already holds the table dk"):
        write_postgis(parcels(3), address, "dk", overwrite=False)
    assert len(table_of(address, "dk")) == 2
    write_postgis(parcels(3), address, "dk", overwrite=True)
    assert len(table_of(address, "dk")) == 3


def test_a_write_that_fails_leaves_the_old_table(address):
    write_postgis(parcels(2), address, "dk", overwrite=False)
    spoilt = parcels(3).assign(DKBH=["a", "b", "nul \0 cannot be stored"])
    with pytest.raises(OutputError, match="cannot be read or written"):
        write_postgis(spoilt, address, "dk", overwrite=True)
    assert list(table_of(address, "dk")["DKBH"]) == ["D1", "D2"]
    with pytest.raises(OutputError, match="cannot be read or written"):
        write_postgis(spoilt, address, "new", overwrite=False)
    assert "public.new" not in spatial_layers(split_database(address)[0])


def test_a_table_that_views_need_is_not_dropped(address):
    write_postgis(parcels(2), address, "dk", overwrite=False)
    execute(address, "CREATE VIEW v AS SELECT * FROM dk")
    with pytest.raises(OutputError, match="view v depends on"):
        write_postgis(parcels(3), address, "dk", overwrite=True)
    assert len(table_of(address, "v")) == 2


def test_an_index_texts_missing_values_and_mixed_shapes_are_written(address):
    frame = gpd.GeoDataFrame(
        {
            "why": [Text("因", "reason"), None],
            "n": pd.array([1, None], dtype="Int64"),
            "day": pd.to_datetime(["2020-12-31", None]),
        },
        geometry=[shapely.box(102, 25, 103, 26), shapely.Point(102, 25)],
        crs="EPSG:4490",
        index=pd.Index(["D1", "D2"], name="parcel_id"),
    )
    before = frame.copy()
    write_postgis(frame, address, "mixed", overwrite=False)
    assert_geodataframe_equal(frame, before)
    read = table_of(address, "mixed").set_index("parcel_id")
    assert read.loc["D1", "why"] == "reason"
    assert pd.isna(read.loc["D2", "why"])
    assert read.loc["D1", "n"] == 1
    assert pd.isna(read.loc["D2", "n"])
    assert read.loc["D1", "day"] == pd.Timestamp("2020-12-31")
    assert set(read.geom_type) == {"MultiPolygon", "MultiPoint"}


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (parcels(crs=None), "has no EPSG code"),
        (parcels().rename(columns={"DKBH": "长" * 22}), "over 63 bytes"),
        (parcels().rename(columns={"DKBH": "geom"}), "or geom"),
    ],
)
def test_what_a_table_cannot_hold_is_refused_before_anything_is_written(frame, words):
    with pytest.raises(OutputError, match=words):
        write_postgis(frame, "postgresql://me@127.0.0.1:9/land", "dk", overwrite=False)


def test_a_server_that_is_not_there_is_one_message():
    with pytest.raises(
        OutputError, match=r"127\.0\.0\.1:9/land cannot be read or written"
    ) as caught:
        write_postgis(parcels(), "postgresql://me@127.0.0.1:9/land", "dk", overwrite=False)
    assert len(caught.value.faults) == 1


# ------------------------------------------------------------------------------- command line
def test_a_check_runs_from_the_database_and_its_record_says_so(
    address, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    write_postgis(parcels(), address, "dk", overwrite=False)
    write_postgis(parcels(1), address, "yjjbnttb", overwrite=False)
    out = tmp_path / "out"
    source, layer = f"{address}::dk", f"pbf={address}::yjjbnttb"
    words = ["check", source, "--protect", layer, "-o", str(out), "--lang", "en"]
    assert run_guarded([*words, "--reports", "none"]) == 1
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))["inputs"]
    found = {one["role"]: one for one in record}
    assert found["parcels"]["path"] == source
    assert found["parcels"]["sha256"] == sha256_of(source)
    assert found["pbf"]["path"] == f"{address}::public.yjjbnttb"
    assert found["pbf"]["crs"] == "EPSG:4490"
    written = "".join(p.read_text("utf-8", "replace") for p in out.iterdir())
    assert "s3cret" not in written + "".join(capsys.readouterr())
    conflicts = json.loads((out / "check.json").read_text(encoding="utf-8"))["parcels"]
    assert [one["verdict"] for one in conflicts] == ["prohibited", "undetermined"]
