"""Fetch the GLO-30 tiles of a box into a folder: again until it works, verified, recorded."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import time
from dataclasses import dataclass
from functools import partial
from secrets import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dzgis.errors import DownloadError, InputError, OutputError, listed, raise_all
from dzgis.inputs.download.part import (
    body_path,
    discard_part,
    finish_part,
    on_disk,
    read_state,
)
from dzgis.inputs.download.sources import read_sources, record_file, record_missing
from dzgis.inputs.download.tiles import GLO30_BASE_URL, Bounds, Tile, tile_fault, tiles_of
from dzgis.inputs.download.transfer import AttemptError, Remote, download_body, http_opener
from dzgis.inputs.download.values import Fetched, Progress, TileStatus
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dzgis.inputs.download.sources import Sources

_LOG = logging.getLogger(__name__)
_MD5_ETAG = re.compile(r'"([0-9a-fA-F]{32})"')
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_LONGEST_ASKED_WAIT_S = 600.0
_LEAST_SHARE_OF_WAIT = 0.5


@dataclass(frozen=True)
class _Job:
    """The arguments of one call of `fetch_dem`."""

    tiles: tuple[Tile, ...]
    folder: Path
    base_url: str
    fetched_on: dt.date
    progress: Callable[[Progress], None] | None
    attempts: int
    timeout_s: float
    sleep: Callable[[float], None]

    def target(self, tile: Tile) -> Path:
        return self.folder / f"{tile.name}.tif"

    def url(self, tile: Tile) -> str:
        return f"{self.base_url.rstrip('/')}/{tile.name}/{tile.name}.tif"

    def report(self, tile: Tile, done: int, total: int | None, *, resumed: bool) -> None:
        if self.progress is not None:
            index = self.tiles.index(tile)
            self.progress(Progress(tile.name, index, len(self.tiles), done, total, resumed))


def fetch_dem(  # noqa: PLR0913 - patience and clock are named one by one for the caller
    bounds: Bounds,
    folder: Path,
    *,
    base_url: str = GLO30_BASE_URL,
    fetched_on: dt.date | None = None,
    progress: Callable[[Progress], None] | None = None,
    attempts: int = 6,
    timeout_s: float = 30,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Fetched]:
    """
    Fetch the Copernicus GLO-30 tiles of a box into a folder.

    A tile that is there and has the SHA-256 of the folder's ``SOURCES.toml`` is kept without
    asking the server, and so is the knowledge that the server has no such tile (sea, or not
    released). A broken download is taken up where it stopped, by this call or by the next. A tile
    gets its name only when its checksum, its TIFF, its CRS and its bounds are right.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north in degrees; see `glo30_tiles`.
    folder : Path
        Made if need be. Nothing in it is ever replaced but this function's own ``.part`` files
        and its own tables in ``SOURCES.toml``.
    base_url : str
        The bucket or a mirror of it with the same layout, http or https.
    fetched_on : date, optional
        Date for ``SOURCES.toml``, today when not given.
    progress : callable, optional
        Told of every piece of data.
    attempts : int
        How often a tile is asked for. Once the server proved out of reach for one tile, the
        others are asked for once.
    timeout_s : float
        Longest silence of the server.
    sleep : callable
        Waits between attempts: 1, 2, 4 … 60 s, each shortened at random by up to a half, and
        never less than the server's ``Retry-After`` (at most ten minutes).

    Returns
    -------
    list of Fetched, one for each tile
        In the order of `glo30_tiles`.

    Raises
    ------
    InputError
        If bounds, URL, attempts or timeout are unfit.
    OutputError
        If the folder cannot be written, the disk is full, or a file of a tile's name is there that
        this function did not fetch.
    DownloadError
        With all tiles that failed, after all tiles were tried; or if no tile exists at all.

    Notes
    -----
    An ETag of 32 hexadecimal digits is taken for the MD5 of the file, which it is on S3 for an
    object uploaded in one piece. With any other ETag its length and the decoding of all its blocks
    stand in for it, which find most damage but not all.
    """
    _check_arguments(base_url, attempts, timeout_s)
    tiles = tuple(tiles_of(bounds))
    today = fetched_on or dt.datetime.now(tz=dt.UTC).date()
    job = _Job(tiles, folder, base_url, today, progress, attempts, timeout_s, sleep)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    sources = read_sources(folder)
    _check_no_strange_files(job, sources)
    fetched = _fetch_all(job, sources)
    _check_not_all_missing(job, fetched)
    return fetched


def _check_arguments(base_url: str, attempts: int, timeout_s: float) -> None:
    faults = []
    if not _is_http_url(base_url):
        faults.append(
            Text(
                "下载地址须以 http:// 或 https:// 开头并有主机名，不含口令、? 与 #，"
                f"实为 {base_url!r}",
                "the base URL must begin with http:// or https:// and a host, without password, "
                f"? or #; found {base_url!r}",
            )
        )
    if attempts < 1 or timeout_s <= 0:
        faults.append(
            Text(
                f"尝试次数须至少为 1、超时须大于 0，实为 {attempts} 与 {timeout_s:g}",
                f"attempts must be at least 1 and the timeout above 0, found {attempts} and "
                f"{timeout_s:g}",
            )
        )
    raise_all(faults, InputError)


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return False
    clean = url.isascii() and url.isprintable() and not set(url) & set(" @?#")
    return clean and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _check_no_strange_files(job: _Job, sources: Sources) -> None:
    """Raise OutputError with all files that stand where a tile would, and are not that tile."""
    targets = [job.target(tile) for tile in job.tiles]
    strange = [
        path
        for path in targets
        if path.exists()
        and not (path.is_file() and sources.sha256.get(path.name) == _digest(path, "sha256"))
    ]
    faults = [
        Text(
            f"{path} 已存在，但与 SOURCES.toml 登记的下载文件不符；请移走它再运行同一命令",
            f"{path} exists and is not the download that SOURCES.toml records; move it away and "
            "run the same command again",
        )
        for path in strange
    ]
    raise_all(faults, OutputError)


def _fetch_all(job: _Job, sources: Sources) -> list[Fetched]:
    """Fetch tile by tile; what failed is raised at the end, or at once when the disk refuses."""
    fetched: list[Fetched] = []
    faults: list[Text] = []
    opener = http_opener()
    attempts = job.attempts
    for tile in job.tiles:
        known = _known(job, tile, sources)
        if known is not None:
            fetched.append(known)
            continue
        remote = Remote(job.url(tile), opener, job.timeout_s)
        try:
            fetched.append(_fetch_patiently(job, tile, remote, attempts))
        except AttemptError as error:
            faults.append(error.what)
            attempts = 1 if error.unreachable else attempts
        except OutputError as error:
            raise OutputError(*error.faults, *faults) from error
    raise_all(faults, DownloadError)
    return fetched


def _known(job: _Job, tile: Tile, sources: Sources) -> Fetched | None:
    """Return the tile without asking the server, where the folder has it or knows of its lack."""
    target = job.target(tile)
    if target.exists():
        discard_part(target)
        n_bytes = target.stat().st_size
        job.report(tile, n_bytes, n_bytes, resumed=False)
        sha256 = sources.sha256[target.name]
        return Fetched(tile.name, TileStatus.KEPT, target, n_bytes, sha256)
    if sources.missing.get(target.name) == job.url(tile):
        job.report(tile, 0, 0, resumed=False)
        return Fetched(tile.name, TileStatus.MISSING, None)
    return None


def _fetch_patiently(job: _Job, tile: Tile, remote: Remote, attempts: int) -> Fetched:
    """Try until it works; the last AttemptError is raised with tile, count and remedy."""
    unreachable = True
    attempt = 0
    while True:
        attempt += 1
        try:
            return _fetch_once(job, tile, remote, attempt)
        except AttemptError as error:
            _LOG.info("%s, attempt %d: %s", tile.name, attempt, error)
            unreachable = unreachable and error.unreachable
            if error.lasting or attempt >= attempts:
                what = _tile_fault(tile, error.what, attempt)
                raise AttemptError(what, unreachable=unreachable) from error
            job.sleep(_wait_s(attempt, error.retry_after_s))


def _fetch_once(job: _Job, tile: Tile, remote: Remote, attempt: int) -> Fetched:
    target = job.target(tile)
    there = download_body(
        remote,
        target,
        lambda done, total, resumed: job.report(tile, done, total, resumed=resumed),
    )
    if not there:
        return Fetched(tile.name, TileStatus.MISSING, None, n_attempts=attempt)
    _check_body(target, tile)
    body = body_path(target)
    sha256, n_bytes = _digest(body, "sha256"), body.stat().st_size
    # Recorded first: killed in between, the next call finds a complete part and finishes it.
    record_file(target, url=remote.url, sha256=sha256, size=n_bytes, fetched_on=job.fetched_on)
    finish_part(target)
    return Fetched(tile.name, TileStatus.FETCHED, target, n_bytes, sha256, attempt)


def _check_body(target: Path, tile: Tile) -> None:
    """Raise AttemptError, and throw the part away, unless its bytes are the tile."""
    body = body_path(target)
    state = read_state(target)
    md5 = _MD5_ETAG.fullmatch(state.etag if state else "")
    if md5 and _digest(body, "md5") != md5[1].lower():
        discard_part(target)
        raise AttemptError(
            Text(
                f"收到的内容与校验和（MD5 {md5[1]}）不符",
                f"what came does not have the checksum (MD5 {md5[1]})",
            )
        )
    fault = tile_fault(body, tile)
    if fault is not None:
        discard_part(target)
        raise AttemptError(fault, lasting=md5 is not None)


def _digest(path: Path, kind: str) -> str:
    new = partial(hashlib.new, kind, usedforsecurity=False)
    with on_disk(path), path.open("rb") as file:
        return hashlib.file_digest(file, new).hexdigest()


def _wait_s(attempt: int, asked_s: float) -> float:
    """Seconds before the next attempt: doubled each time, with jitter, or what was asked for."""
    longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** (attempt - 1))
    wait = longest * SystemRandom().uniform(_LEAST_SHARE_OF_WAIT, 1)
    return max(wait, min(asked_s, _LONGEST_ASKED_WAIT_S))


def _tile_fault(tile: Tile, what: Text, n_attempts: int) -> Text:
    return Text(
        f"瓦片 {tile.name}：{what.zh}；已尝试 {n_attempts} 次；再次运行同一命令，将从中断处继续",
        f"tile {tile.name}: {what.en}; attempts: {n_attempts}; run the same command again, it "
        "goes on where it stopped",
    )


def _check_not_all_missing(job: _Job, fetched: list[Fetched]) -> None:
    """Raise when no tile exists, else record and log those that do not."""
    missing = [f for f in fetched if f.status is TileStatus.MISSING]
    if not missing:
        return
    names = listed(f.name for f in missing)
    if len(missing) == len(fetched):
        raise DownloadError(
            Text(
                f"服务器上没有该范围的任何瓦片（海洋、未公开或地址有误）：{names}；"
                f"请检查范围与下载地址 {job.base_url}",
                f"the server has no tile of this box (sea, not released, or a wrong URL): {names}; "
                f"check the bounds and the base URL {job.base_url}",
            )
        )
    _LOG.warning("%d of %d tiles are not on the server: %s", len(missing), len(fetched), names)
    by_name = {tile.name: tile for tile in job.tiles}
    for lost in missing:
        tile = by_name[lost.name]
        if lost.n_attempts:
            record_missing(job.target(tile), url=job.url(tile), fetched_on=job.fetched_on)
