"""
A server for one map, for this machine only.

A browser reads a page from disk but not the files beside it; a map with more than 100,000
features in a layer needs its packs, of which the page asks for pieces (ranges of bytes).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HOST = "127.0.0.1"
_PAGE = "map.html"
_SERVED = re.compile(r"/(?:map\.html|map_tiles/[a-z0-9_]+\.bin)")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_TYPES = {".html": "text/html; charset=utf-8", ".bin": "application/octet-stream"}


class MapServer(ThreadingHTTPServer):
    """Serves the map of one folder."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__((_HOST, port), _Handler)
        self.folder = folder


def map_server(folder: Path, port: int) -> MapServer:
    """
    Server of ``map.html`` and ``map_tiles/`` of a folder, on 127.0.0.1; nothing else is given out.

    Parameters
    ----------
    folder : Path
    port : int
        0 for any that is free.
    """
    return MapServer(folder, port)


class _Handler(BaseHTTPRequestHandler):
    server: MapServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Give out a file, or the range of it that is asked for."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Tell of a file."""
        self._answer(with_body=False)

    def log_message(self, *_args: object) -> None:
        """Keep quiet: requests are no news."""

    def _answer(self, *, with_body: bool) -> None:
        path = self._file()
        if path is None:
            self._say(HTTPStatus.NOT_FOUND, {}, b"")
            return
        data_range = self._range(path.stat().st_size)
        if data_range is None:
            size = path.stat().st_size
            unmet = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            self._say(unmet, {"Content-Range": f"bytes */{size}"}, b"")
            return
        start, stop, status = data_range
        headers = {"Content-Type": _TYPES[path.suffix], "Accept-Ranges": "bytes"}
        if status is HTTPStatus.PARTIAL_CONTENT:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{path.stat().st_size}"
        with path.open("rb") as file:
            file.seek(start)
            body = file.read(stop - start)
        self._say(status, headers, body, with_body=with_body)

    def _file(self) -> Path | None:
        """File that is asked for; none for another, and none under another machine's name."""
        port = self.server.server_port
        if self.headers.get("Host", "") not in {f"{_HOST}:{port}", f"localhost:{port}"}:
            return None
        asked = f"/{_PAGE}" if self.path == "/" else self.path
        if not _SERVED.fullmatch(asked):
            return None
        path = self.server.folder / asked[1:]
        return path if path.is_file() else None

    def _range(self, size: int) -> tuple[int, int, HTTPStatus] | None:
        """First byte, past the last, and status; None for a range that the file does not have."""
        asked = self.headers.get("Range")
        if asked is None:
            return 0, size, HTTPStatus.OK
        found = _RANGE.fullmatch(asked)
        if not found:
            return None
        start = int(found[1])
        stop = min(int(found[2]) + 1, size) if found[2] else size
        return (start, stop, HTTPStatus.PARTIAL_CONTENT) if start < stop else None

    def _say(
        self, status: HTTPStatus, headers: dict[str, str], body: bytes, *, with_body: bool = True
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)
