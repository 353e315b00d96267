"""The download against a server on 127.0.0.1 that misbehaves by script."""

import datetime as dt
import errno
import hashlib
import http.server
import itertools
import json
import re
import socket
import struct
import threading
import time
import tomllib
from collections import deque
from email.utils import format_datetime

import numpy as np
import pytest
import rasterio
from affine import Affine

from dzgis.errors import DownloadError, InputError, OutputError
from dzgis.inputs.download import (
    GLO30_BASE_URL,
    Progress,
    TileStatus,
    fetch_dem,
    glo30_tiles,
    part,
)
from dzgis.inputs.download.tiles import Tile
from dzgis.terms import Text

A, B = Tile(24, 101), Tile(24, 102)
ONE, TWO = (101.2, 24.2, 101.8, 24.8), (101.2, 24.2, 102.8, 24.8)
DAY = dt.date(2024, 5, 6)
N_CELLS = 120


# ---- the server ---------------------------------------------------------------------------------


class Server(http.server.ThreadingHTTPServer):
    """
    Serves `files`; each request takes the next word of `script` (``""``: as it should be).

    503, 503 wait=7, 503 date=7, 404, 403 … | cut N, reset N: N bytes of the body, then the end |
    corrupt: right length and ETag, other bytes | whole: Range ignored | stubborn: If-Range ignored
    | 416 | hang | chunked | to URL | weak, plain: the kind of ETag
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.script = deque()
        self.always = ""
        self.requests = []
        self.released = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def ranges(self):
        return [headers.get("Range") for _, headers in self.requests]

    def put(self, tile, body):
        self.files[f"/{tile.name}/{tile.name}.tif"] = body

    def handle_error(self, request, client_address):
        """Pass over a client that went away: it is part of the game."""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        server.requests.append((self.path, self.headers))
        path = re.sub(r"^http://[^/]+", "", self.path).removeprefix("/moved")
        word, _, rest = (server.script.popleft() if server.script else server.always).partition(" ")
        if word == "hang":
            server.released.wait(5)
        elif word == "to":
            self.answer(302, {"Location": rest + path})
        elif word.isdecimal():
            self.answer(int(word), self.waiting(rest))
        elif path not in server.files:
            self.answer(404, {})
        else:
            self.serve(server.files[path], word, rest)

    def waiting(self, rest):
        kind, _, seconds = rest.partition("=")
        if kind == "date":
            until = dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=int(seconds))
            return {"Retry-After": format_datetime(until, usegmt=True)}
        return {"Retry-After": seconds} if kind else {}

    def serve(self, body, word, rest):
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        kinds = {"weak": f'W/"{digest}"', "plain": f'"{digest}-2"'}
        etag = kinds.get(rest.split(" ")[-1], f'"{digest}"')
        start = self.start(etag, word)
        headers = {"ETag": etag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        sent = bytes(len(body)) if word == "corrupt" else body
        sent = sent[start:]
        if word == "chunked":
            self.protocol_version = "HTTP/1.1"
            headers["Transfer-Encoding"] = "chunked"
            sent = f"{len(sent):x}\r\n".encode() + sent + b"\r\n0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(sent))
        n_bytes = int(rest.split(" ")[0]) if word in {"cut", "reset"} else len(sent)
        self.answer(206 if start else 200, headers, sent[:n_bytes])
        if word == "reset":
            time.sleep(0.02)  # a reset throws away what the client has not read yet
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def start(self, etag, word):
        asked = self.headers.get("Range")
        fits = self.headers.get("If-Range") in {None, etag} or word == "stubborn"
        if asked is None or word == "whole" or not fits:
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@pytest.fixture
def server(tiffs):
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        for tile in (A, B):
            running.put(tile, tiffs[tile])
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def write_tile(path, tile, seed, **profile):
    """
    Write a GeoTIFF like the bucket's: half a cell west and north of its degree square.

    +-----------+  north + 0.5 cell
    |           |
    |  120x120  |
    +-----------+
    west - 0.5 cell
    """
    cell = 1 / N_CELLS
    heights = np.random.default_rng(seed).normal(2000, 300, (N_CELLS, N_CELLS))
    west, north = tile.lon - cell / 2, tile.lat + 1 + cell / 2
    origin = Affine(cell, 0, west, 0, -cell, north)
    size = {"height": N_CELLS, "width": N_CELLS, "count": 1, "dtype": "float32"}
    grid = {"crs": "EPSG:4326", "transform": origin, "compress": "deflate"}
    with rasterio.open(path, "w", driver="GTiff", **{**size, **grid, **profile}) as raster:
        for band in range(1, raster.count + 1):
            raster.write(heights.astype(raster.dtypes[0]), band)
    return path.read_bytes()


@pytest.fixture(scope="module")
def tiffs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    bodies = {tile: write_tile(folder / tile.name, tile, seed) for seed, tile in enumerate((A, B))}
    return bodies | {"changed": write_tile(folder / "changed", A, 9)}


class Clock:
    """Counts the waits instead of waiting."""

    def __init__(self):
        self.waits = []

    def __call__(self, seconds):
        self.waits.append(seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fetch(server, tmp_path, clock):
    def call(bounds=ONE, **how):
        given = {"base_url": server.url, "fetched_on": DAY, "sleep": clock, "timeout_s": 5}
        return fetch_dem(bounds, tmp_path, **{**given, **how})

    return call


def tif(folder, tile):
    return folder / f"{tile.name}.tif"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def done_names(*tiles):
    return sorted([*(f"{tile.name}.tif" for tile in tiles), "SOURCES.toml"])


# ---- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "corners"),
    [
        ((101.2, 24.1, 101.9, 24.9), ["N24_00_E101"]),
        ((101.0, 24.0, 102.0, 25.0), ["N24_00_E101"]),  # ends belong to no further tile
        ((101.5, 24.5, 102.5, 24.6), ["N24_00_E101", "N24_00_E102"]),
        ((101.5, 24.5, 101.6, 25.5), ["N24_00_E101", "N25_00_E101"]),
        ((-0.5, -0.5, 0.5, -0.1), ["S01_00_W001", "S01_00_E000"]),
        ((-171.5, -13.5, -171.4, -13.4), ["S14_00_W172"]),
        ((179.5, 89.5, 180, 90), ["N89_00_E179"]),
        ((-180, -90, -179.5, -89.5), ["S90_00_W180"]),
    ],
)
def test_tile_names_follow_the_south_west_corner(bounds, corners):
    assert glo30_tiles(bounds) == [f"Copernicus_DSM_COG_10_{c}_00_DEM" for c in corners]


@pytest.mark.parametrize(
    ("bounds", "zh", "en"),
    [
        ((102, 24, 101, 25), "西界须小于东界", "west bound must be less"),
        ((101, 25, 102, 25), "南界须小于北界", "south bound must be less"),
        ((34000000, 2600000, 34100000, 2700000), "请给度数而非米", "not metres"),
        ((101, 24, float("nan"), 25), "四个有限的度数", "four finite degrees"),
        ((101, 24, 102), "四个有限的度数", "four finite degrees"),
    ],
)
def test_bounds_that_are_no_box_are_refused(bounds, zh, en):
    with pytest.raises(InputError) as caught:
        glo30_tiles(bounds)
    assert zh in caught.value.say("zh")
    assert en in caught.value.say("en")


def test_all_faults_of_bounds_are_named_at_once():
    with pytest.raises(InputError, match=r".") as caught:
        glo30_tiles((200, 30, 101, 24))
    assert len(caught.value.faults) == 3


# ---- all goes well ------------------------------------------------------------------------------


def test_tiles_arrive_whole_and_recorded(fetch, server, tiffs, tmp_path):
    fetched = fetch(TWO)
    assert [f.name for f in fetched] == [A.name, B.name]
    for tile, one in zip((A, B), fetched, strict=True):
        assert one.path == tif(tmp_path, tile)
        assert one.path.read_bytes() == tiffs[tile]
        assert one.status is TileStatus.FETCHED
        assert one.n_bytes == len(tiffs[tile])
        assert one.sha256 == hashlib.sha256(tiffs[tile]).hexdigest()
        assert one.n_attempts == 1
    assert len(server.requests) == 2
    assert names(tmp_path) == done_names(A, B)


def test_sources_say_where_from_when_and_under_which_licence(fetch, server, tiffs, tmp_path):
    fetch()
    (entry,) = tomllib.loads((tmp_path / "SOURCES.toml").read_text("utf-8"))["file"]
    assert entry["path"] == f"{A.name}.tif"
    assert entry["origin"] == f"{server.url}/{A.name}/{A.name}.tif"
    assert entry["date"] == "2024-05-06"
    assert entry["crs"] == "EPSG:4326"
    assert "EGM2008" in entry["vertical_crs"]
    assert "© DLR e.V. 2010–2014 and © Airbus Defence and Space GmbH 2014–2018" in entry["licence"]
    assert entry["sha256"] == hashlib.sha256(tiffs[A]).hexdigest()
    assert entry["bytes"] == len(tiffs[A])
    assert not entry["generated"]


def test_date_is_todays_when_not_given(fetch, tmp_path):
    before = dt.datetime.now(tz=dt.UTC).date()
    fetch(fetched_on=None)
    (entry,) = tomllib.loads((tmp_path / "SOURCES.toml").read_text("utf-8"))["file"]
    assert before <= dt.date.fromisoformat(entry["date"]) <= before + dt.timedelta(days=1)


def test_second_call_asks_nothing(fetch, server, tmp_path):
    first = fetch(TWO)
    server.requests.clear()
    told = []
    again = fetch(TWO, progress=told.append)
    assert server.requests == []
    assert [f.status for f in again] == [TileStatus.KEPT, TileStatus.KEPT]
    assert [f.sha256 for f in again] == [f.sha256 for f in first]
    assert [(p.tile_index, p.bytes_done == p.bytes_total) for p in told] == [(0, True), (1, True)]
    assert names(tmp_path) == done_names(A, B)


def test_progress_grows_to_the_total_of_each_tile(fetch, tiffs):
    told: list[Progress] = []
    fetch(TWO, progress=told.append)
    for index, tile in enumerate((A, B)):
        of_tile = [p for p in told if p.tile == tile.name]
        done = [p.bytes_done for p in of_tile]
        assert done == sorted(set(done))
        assert done[-1] == len(tiffs[tile])
        kinds = {(p.tile_index, p.n_tiles, p.bytes_total, p.resumed) for p in of_tile}
        assert kinds == {(index, 2, len(tiffs[tile]), False)}


def test_size_may_stay_unknown(fetch, server, tiffs, tmp_path):
    server.script.append("chunked")
    told = []
    fetch(progress=told.append)
    assert tif(tmp_path, A).read_bytes() == tiffs[A]
    assert told[-1].bytes_total is None


def test_the_words_of_every_status():
    assert [s.text.say("en") for s in TileStatus] == [
        "fetched",
        "there already, verified",
        "not on the server",
    ]


# ---- asking again -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_troubles_of_a_server_are_waited_out(fetch, server, clock, status):
    server.script.extend([str(status)] * 3)
    (one,) = fetch()
    assert one.n_attempts == len(server.requests) == 4
    for wait, longest in zip(clock.waits, (1, 2, 4), strict=True):
        assert longest / 2 <= wait <= longest


def test_waits_stop_growing_at_a_minute(fetch, server, clock):
    server.always = "503"
    with pytest.raises(DownloadError, match="503"):
        fetch(attempts=10)
    assert len(clock.waits) == 9  # none after the last attempt
    assert all(30 <= wait <= 60 for wait in clock.waits[6:])


@pytest.mark.parametrize(
    ("word", "least", "most"),
    [
        ("503 wait=7", 7, 7),
        ("429 wait=7", 7, 7),
        ("503 date=90", 88, 92),
        ("503 date=-90", 0.5, 1),
        ("503 wait=soon", 0.5, 1),
        ("503 wait=86400", 600, 600),
    ],
)
def test_retry_after_is_honoured(fetch, server, clock, word, least, most):
    server.script.append(word)
    fetch()
    (wait,) = clock.waits
    assert least <= wait <= most


def test_a_lasting_refusal_is_not_repeated(fetch, server, clock):
    server.always = "403"
    with pytest.raises(DownloadError, match="403"):
        fetch()
    assert len(server.requests) == 1
    assert clock.waits == []


def test_a_silent_server_is_asked_again(fetch, server, tiffs, tmp_path):
    server.script.append("hang")
    (one,) = fetch(timeout_s=0.1)
    assert one.n_attempts == 2
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_a_silent_server_is_named_with_the_time(fetch, server):
    server.always = "hang"
    with pytest.raises(DownloadError) as caught:
        fetch(timeout_s=0.05, attempts=2)
    assert "no data for 0.05 s; attempts: 2" in caught.value.say("en")
    assert "0.05 秒内没有数据；已尝试 2 次" in caught.value.say("zh")


# ---- going on where it stopped ------------------------------------------------------------------


@pytest.mark.parametrize("word", ["cut", "reset"])
def test_a_broken_transfer_asks_for_the_rest_only(fetch, server, tiffs, tmp_path, word):
    server.script.append(f"{word} 20000")
    told = []
    (one,) = fetch(progress=told.append)
    stopped = max(p.bytes_done for p in told if not p.resumed)
    assert 0 < stopped <= 20000
    assert server.ranges == [None, f"bytes={stopped}-"]
    digest = hashlib.md5(tiffs[A], usedforsecurity=False).hexdigest()
    assert server.requests[1][1]["If-Range"] == f'"{digest}"'
    assert one.n_attempts == 2
    assert min(p.bytes_done for p in told if p.resumed) > stopped
    assert tif(tmp_path, A).read_bytes() == tiffs[A]
    assert names(tmp_path) == done_names(A)


def test_several_cuts_add_up(fetch, server, tiffs, tmp_path):
    server.script.extend(["cut 9000", "cut 8000", "503", "cut 7000"])
    fetch()
    assert server.ranges == [None, *(f"bytes={n}-" for n in (9000, 17000, 17000, 24000))]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_the_next_call_goes_on_where_the_last_gave_up(fetch, server, tiffs, tmp_path):
    server.script.append("cut 12345")
    with pytest.raises(DownloadError, match=f"12345.*{len(tiffs[A])}|{len(tiffs[A])}.*12345"):
        fetch(attempts=1)
    assert not tif(tmp_path, A).exists()
    assert part.body_path(tif(tmp_path, A)).read_bytes() == tiffs[A][:12345]
    mark = json.loads(part.mark_path(tif(tmp_path, A)).read_text("utf-8"))
    assert mark["size"] == len(tiffs[A])
    fetch()
    assert server.ranges == [None, "bytes=12345-"]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]
    assert names(tmp_path) == done_names(A)


def test_killed_before_the_renaming_the_next_call_asks_nothing(fetch, server, tiffs, tmp_path):
    fetch()
    target = tif(tmp_path, A)
    target.rename(part.body_path(target))
    digest = hashlib.md5(tiffs[A], usedforsecurity=False).hexdigest()
    mark = {"etag": f'"{digest}"', "size": len(tiffs[A])}
    part.mark_path(target).write_text(json.dumps(mark), encoding="utf-8")
    server.requests.clear()
    fetch()
    assert server.requests == []
    assert target.read_bytes() == tiffs[A]
    assert names(tmp_path) == done_names(A)
    assert len(tomllib.loads((tmp_path / "SOURCES.toml").read_text("utf-8"))["file"]) == 1


def test_a_server_that_ignores_ranges_sends_all_again(fetch, server, tiffs, tmp_path):
    server.script.extend(["cut 20000", "whole"])
    told = []
    fetch(progress=told.append)
    assert server.ranges == [None, "bytes=20000-"]
    assert not any(p.resumed for p in told)
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_a_file_that_changed_meanwhile_is_begun_anew(fetch, server, tiffs, tmp_path):
    server.script.append("cut 20000")
    with pytest.raises(DownloadError):
        fetch(attempts=1)
    server.put(A, tiffs["changed"])
    fetch()
    assert server.ranges == [None, "bytes=20000-"]  # If-Range fails, all comes
    assert tif(tmp_path, A).read_bytes() == tiffs["changed"]


def test_two_versions_are_never_mixed_though_if_range_is_ignored(fetch, server, tiffs, tmp_path):
    server.script.append("cut 20000")
    with pytest.raises(DownloadError):
        fetch(attempts=1)
    server.put(A, tiffs["changed"])
    server.script.append("stubborn")
    fetch()
    assert server.ranges == [None, "bytes=20000-", None]
    assert tif(tmp_path, A).read_bytes() == tiffs["changed"]


def test_a_weak_etag_is_no_ground_to_go_on(fetch, server, tiffs, tmp_path):
    server.script.extend(["cut 20000 weak", " weak"])
    fetch()
    assert server.ranges == [None, None]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_a_range_that_cannot_be_served_is_begun_anew(fetch, server, tiffs, tmp_path):
    server.script.extend(["cut 20000", "416"])
    fetch()
    assert server.ranges == [None, "bytes=20000-", None]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


@pytest.mark.parametrize(
    "mark", ["", "[]", "{}", '{"etag": 1, "size": 2}', '{"etag": "\\"a\\"", "size": 3}']
)
def test_a_spoilt_mark_is_begun_anew(fetch, server, tiffs, tmp_path, mark):
    target = tif(tmp_path, A)
    part.body_path(target).write_bytes(b"12345")
    part.mark_path(target).write_text(mark, encoding="utf-8")
    fetch()
    assert server.ranges == [None]
    assert target.read_bytes() == tiffs[A]


# ---- what came is looked at ---------------------------------------------------------------------


def test_bytes_with_a_wrong_checksum_are_fetched_again(fetch, server, tiffs, tmp_path):
    server.script.append("corrupt")
    (one,) = fetch()
    assert one.n_attempts == 2
    assert server.ranges == [None, None]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_without_a_checksum_other_content_is_seen(fetch, server, tiffs, tmp_path):
    server.script.append("corrupt plain")
    (one,) = fetch()
    assert one.n_attempts == 2
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


def test_without_a_checksum_one_spoilt_block_is_seen(fetch, server, tiffs, tmp_path):
    with rasterio.MemoryFile(tiffs[A]) as memory, memory.open() as raster:
        start = int(raster.get_tag_item("BLOCK_OFFSET_0_1", "TIFF", bidx=1))
    spoilt = bytearray(tiffs[A])
    spoilt[start : start + 100] = bytes(100)
    server.put(A, bytes(spoilt))
    server.always = " plain"
    with pytest.raises(DownloadError) as caught:
        fetch(attempts=2)
    assert "the TIFF is corrupt" in caught.value.say("en")
    assert "TIFF 已损坏" in caught.value.say("zh")
    assert len(server.requests) == 2
    assert names(tmp_path) == []  # such bytes are not worth going on with


@pytest.mark.parametrize(
    ("profile", "en"),
    [
        ({"crs": "EPSG:4490"}, "one band in EPSG:4326 is required, found 1 in EPSG:4490"),
        ({"crs": None}, "found 1 in None"),
        ({"count": 2}, "found 2 in EPSG:4326"),
    ],
)
def test_the_servers_own_mistake_is_named_and_not_repeated(fetch, server, tmp_path, profile, en):
    server.put(A, write_tile(tmp_path / "other", A, 1, **profile))
    with pytest.raises(DownloadError) as caught:
        fetch()
    assert en in caught.value.say("en")
    assert len(server.requests) == 1


def test_the_tile_of_another_place_is_refused(fetch, server, tiffs, tmp_path):
    server.put(A, tiffs[B])
    with pytest.raises(DownloadError) as caught:
        fetch()
    assert "(101, 24, 102, 25) is required" in caught.value.say("en")
    assert "应为 (101, 24, 102, 25)" in caught.value.say("zh")
    assert not tif(tmp_path, A).exists()


def test_a_login_page_is_no_tile(fetch, server):
    server.put(A, b"<html>please log in</html>")
    with pytest.raises(DownloadError, match=r"no TIFF|不是 TIFF"):
        fetch(attempts=1)


# ---- tiles that do not exist --------------------------------------------------------------------


def test_a_missing_tile_is_named_and_not_fatal(fetch, server, tmp_path, caplog):
    server.files.pop(f"/{B.name}/{B.name}.tif")
    fetched = fetch(TWO)
    assert [f.status for f in fetched] == [TileStatus.FETCHED, TileStatus.MISSING]
    assert fetched[1].path is None
    assert B.name in caplog.text
    (entry,) = tomllib.loads((tmp_path / "SOURCES.toml").read_text("utf-8"))["missing"]
    assert entry["path"] == f"{B.name}.tif"
    assert names(tmp_path) == done_names(A)


def test_a_missing_tile_is_remembered_for_its_server_only(fetch, server, tiffs, tmp_path):
    del server.files[f"/{B.name}/{B.name}.tif"]
    fetch(TWO)
    server.requests.clear()
    told = []
    assert fetch(TWO, progress=told.append)[1].status is TileStatus.MISSING
    assert server.requests == []
    assert told[-1] == Progress(B.name, 1, 2, 0, 0, resumed=False)
    server.put(B, tiffs[B])
    assert fetch(TWO, base_url=f"{server.url}/moved/")[1].status is TileStatus.FETCHED
    record = tomllib.loads((tmp_path / "SOURCES.toml").read_text("utf-8"))
    assert "missing" not in record
    assert [entry["path"] for entry in record["file"]] == [f"{A.name}.tif", f"{B.name}.tif"]


def test_a_tile_withdrawn_in_the_middle_leaves_nothing(fetch, server, tmp_path):
    server.script.extend(["", "cut 100", "404"])
    fetched = fetch(TWO)
    assert fetched[1].status is TileStatus.MISSING
    assert names(tmp_path) == done_names(A)


def test_a_box_without_any_tile_is_a_failure(fetch, server, tmp_path):
    server.files.clear()
    with pytest.raises(DownloadError) as caught:
        fetch(TWO)
    for language, words in (("zh", "没有该范围的任何瓦片"), ("en", "no tile of this box")):
        said = caught.value.say(language)
        assert words in said
        assert A.name in said
        assert B.name in said
    assert names(tmp_path) == []  # perhaps the URL was wrong: nothing is remembered


# ---- faults -------------------------------------------------------------------------------------


def test_all_failures_are_named_at_once_in_both_languages(fetch, server, tiffs, tmp_path):
    bounds = (101.2, 24.2, 103.8, 24.8)
    third = Tile(24, 103)
    server.put(third, tiffs[A])  # another place's tile
    server.script.extend(["503", "503", "", "", "cut 10"])
    with pytest.raises(DownloadError) as caught:
        fetch(bounds, attempts=2)
    zh, en = (caught.value.say(lang).splitlines() for lang in ("zh", "en"))
    assert len(zh) == len(en) == 2
    for said in (zh, en):
        assert A.name in said[0]
        assert "503" in said[0]
        assert third.name in said[1]
    assert "已尝试 2 次；再次运行同一命令" in zh[0]
    assert "attempts: 2; run the same command again" in en[0]
    assert names(tmp_path) == done_names(B)


def test_a_server_out_of_reach_is_not_asked_over_and_over(fetch, clock):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DownloadError) as caught:
        fetch(TWO, base_url=f"http://127.0.0.1:{port}", attempts=3)
    first, second = caught.value.faults
    assert "the connection was refused" in first.en
    assert "attempts: 3" in first.en
    assert "attempts: 1" in second.en
    assert "拒绝连接" in second.zh
    assert len(clock.waits) == 2


def test_an_unknown_host_is_named(fetch, monkeypatch):
    def unknown(*_args, **_how):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DownloadError) as caught:
        fetch(base_url="http://dem.invalid", attempts=1)
    assert "the host is unknown" in caught.value.say("en")


def test_a_redirect_to_another_host_is_refused(fetch, server):
    with Server() as other:
        server.script.append(f"to http://localhost:{other.server_port}")
        with pytest.raises(DownloadError) as caught:
            fetch()
        assert other.requests == []
    assert f"another host, localhost:{other.server_port}, which is refused" in str(
        caught.value.say("en")
    )
    assert "另一主机" in caught.value.say("zh")
    assert len(server.requests) == 1


def test_a_redirect_within_the_host_is_followed_with_its_range(fetch, server, tiffs, tmp_path):
    server.script.extend(["cut 20000", f"to {server.url}/moved"])
    fetch()
    assert server.ranges == [None, "bytes=20000-", "bytes=20000-"]
    assert server.requests[-1][0].startswith("/moved/")
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


@pytest.mark.parametrize("new", ["file:///etc", "ftp://127.0.0.1"])
def test_a_redirect_to_another_protocol_is_refused(fetch, server, new):
    server.script.append(f"to {new}")
    with pytest.raises(DownloadError):
        fetch(attempts=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:secret@host",
        "http://host/?key=1",
        "file:///tmp",
        "ftp://host/dem",
        "dem",
        "http://",
        "http://host:port",
        "http://a b",
        "http://[",
    ],
)
def test_only_http_urls_are_taken(fetch, url):
    with pytest.raises(InputError) as caught:
        fetch(base_url=url)
    assert repr(url) in caught.value.say("zh")
    assert "must begin with http:// or https://" in caught.value.say("en")


def test_faults_of_the_arguments_are_named_at_once(fetch):
    with pytest.raises(InputError) as caught:
        fetch(base_url="ftp://host", attempts=0, timeout_s=0)
    assert len(caught.value.faults) == 2


def test_the_bucket_is_reached_by_https():
    assert GLO30_BASE_URL.startswith("https://copernicus-dem-30m.s3.")


def test_the_proxy_of_the_environment_is_used(fetch, server, monkeypatch, tiffs, tmp_path):
    monkeypatch.setenv("http_proxy", server.url)
    fetch(base_url="http://dem.invalid/moved")
    assert server.requests[0][0] == f"http://dem.invalid/moved/{A.name}/{A.name}.tif"
    assert tif(tmp_path, A).read_bytes() == tiffs[A]


# ---- the folder ---------------------------------------------------------------------------------


def test_a_folder_is_made(server, tmp_path):
    folder = tmp_path / "data" / "dem"
    fetch_dem(ONE, folder, base_url=server.url, fetched_on=DAY)
    assert names(folder) == done_names(A)


def test_a_folder_that_cannot_be_is_an_output_error(server, tmp_path):
    (tmp_path / "dem").write_text("a file")
    with pytest.raises(OutputError, match="dem"):
        fetch_dem(ONE, tmp_path / "dem", base_url=server.url)
    assert server.requests == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, Text("磁盘已满", "the disk is full")),
        (errno.EACCES, Text("没有权限", "no permission")),
        (errno.EIO, Text("Input/output error", "Input/output error")),
    ],
)
def test_a_disk_that_refuses_ends_it(fetch, server, monkeypatch, tmp_path, number, words):
    calls = itertools.count()
    honest = part._write_all

    def write(file, chunk):
        if next(calls) == 0:
            honest(file, chunk[:5000])
            raise OSError(number, "Input/output error")
        honest(file, chunk)

    monkeypatch.setattr(part, "_write_all", write)
    with pytest.raises(OutputError) as caught:
        fetch(TWO)
    assert f"{tif(tmp_path, A)}：{words.zh}" in caught.value.say("zh")
    assert f"{tif(tmp_path, A)}: {words.en}; put that right" in caught.value.say("en")
    assert len(server.requests) == 1  # B is not begun
    assert part.body_path(tif(tmp_path, A)).exists()
    fetch()
    assert server.ranges == [None, "bytes=5000-"]


def test_a_full_disk_does_not_hide_what_failed_before(fetch, server, monkeypatch):
    def full(_file, _chunk):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(part, "_write_all", full)
    server.script.append("403")
    with pytest.raises(OutputError) as caught:
        fetch(TWO)
    full_disk, refused = caught.value.faults
    assert "the disk is full" in full_disk.en
    assert "HTTP 403" in refused.en


def test_files_of_others_are_never_replaced(fetch, server, tmp_path):
    tif(tmp_path, A).write_bytes(b"mine")
    tif(tmp_path, B).mkdir()
    with pytest.raises(OutputError) as caught:
        fetch(TWO)
    assert len(caught.value.faults) == 2
    assert "move it away" in caught.value.say("en")
    assert "请移走" in caught.value.say("zh")
    assert tif(tmp_path, A).read_bytes() == b"mine"
    assert server.requests == []


def test_a_tile_damaged_later_is_noticed(fetch, server, tmp_path):
    fetch()
    with tif(tmp_path, A).open("r+b") as file:
        file.write(b"XX")
    server.requests.clear()
    with pytest.raises(OutputError, match=A.name):
        fetch()
    assert server.requests == []


def test_records_of_other_files_are_kept_to_the_letter(fetch, tmp_path):
    others = (
        "# 手工登记\n[[file]]\npath = 'own.tif'  # by hand\n"
        'sha256 = "00"\nnotes = """two\nlines"""\n\n[extra]\nkey = [1, 2]\n'
    )
    (tmp_path / "SOURCES.toml").write_text(others, encoding="utf-8")
    fetch(TWO)
    text = (tmp_path / "SOURCES.toml").read_text("utf-8")
    assert text.startswith(others)
    record = tomllib.loads(text)
    assert [e["path"] for e in record["file"]] == ["own.tif", f"{A.name}.tif", f"{B.name}.tif"]


@pytest.mark.parametrize("text", ["[[file", "[[file]]\nx = 1\n", "file = 3\n", "[file]\na = 1\n"])
def test_an_unreadable_record_is_not_replaced(fetch, server, tmp_path, text):
    record = tmp_path / "SOURCES.toml"
    record.write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=r"SOURCES\.toml"):
        fetch()
    assert record.read_text("utf-8") == text
    assert server.requests == []


def test_an_interruption_keeps_what_came(fetch, server, tiffs, tmp_path):
    def interrupt(_progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(progress=interrupt)
    kept = part.body_path(tif(tmp_path, A)).stat().st_size
    assert 0 < kept <= len(tiffs[A])
    fetch()
    asked = [] if kept == len(tiffs[A]) else [f"bytes={kept}-"]
    assert server.ranges == [None, *asked]
    assert tif(tmp_path, A).read_bytes() == tiffs[A]
