"""The map's own server: this machine, this map, ranges of bytes; nothing else."""

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from dzgis.cli.map_server import map_server

PACK = bytes(range(256)) * 4


@pytest.fixture
def server(tmp_path):
    (tmp_path / "map_tiles").mkdir()
    (tmp_path / "map.html").write_text("<p>地图</p>", encoding="utf-8")
    (tmp_path / "map_tiles" / "parcels.bin").write_bytes(PACK)
    (tmp_path / "run.json").write_text("{}")
    (tmp_path.parent / "outside.bin").write_bytes(b"secret")
    with map_server(tmp_path, 0) as opened:
        thread = threading.Thread(target=opened.serve_forever, daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


def ask(server, path, method="GET", **headers):
    link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    link.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        link.putheader(name, value)
    link.endheaders()
    answer = link.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    link.close()
    return found


def test_page_and_pack(server):
    for path in ("/", "/map.html"):
        status, headers, body = ask(server, path)
        assert (status, body.decode()) == (200, "<p>地图</p>")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert ask(server, "/map_tiles/parcels.bin")[2] == PACK


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-0", 0, 1), ("10-19", 10, 20), ("1000-", 1000, 1024), ("1020-5000", 1020, 1024)],
)
def test_ranges(server, asked, start, stop):
    status, headers, body = ask(server, "/map_tiles/parcels.bin", Range=f"bytes={asked}")
    assert status == 206
    assert body == PACK[start:stop]
    assert headers["Content-Range"] == f"bytes {start}-{stop - 1}/1024"


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=9-3", "bytes=-5", "bytes=0-1,5-6", "x"])
def test_ranges_that_are_not_there(server, asked):
    status, headers, body = ask(server, "/map_tiles/parcels.bin", Range=asked)
    assert (status, body) == (416, b"")
    assert headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "path",
    [
        "/run.json", "/map_tiles/", "/map_tiles/../run.json", "/map_tiles/../../outside.bin",
        "/map_tiles/%2e%2e/run.json", "//etc/passwd", "/map_tiles/none.bin", "/?x=1",
    ],
)  # fmt: skip
def test_nothing_else_is_given_out(server, path):
    assert ask(server, path)[0] == 404


def test_only_under_its_own_name(server):
    port = server.server_port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1"):
        assert ask(server, "/", Host=host)[0] == 404
    assert ask(server, "/", Host=f"localhost:{port}")[0] == 200


def test_head_has_no_body(server):
    status, headers, body = ask(server, "/map_tiles/parcels.bin", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "1024", b"")


def test_other_machines_cannot_reach_it(server):
    assert server.server_address[0] == "127.0.0.1"
    own = {address[4][0] for address in socket.getaddrinfo(socket.gethostname(), None)}
    for address in own - {"127.0.0.1", "127.0.1.1", "::1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out|assign"):
            socket.create_connection((address, server.server_port), timeout=2)
