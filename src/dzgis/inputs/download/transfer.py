"""
One attempt to bring a file's bytes here, with the standard library.

Proxies are those of the environment (``http_proxy``, ``https_proxy``, ``no_proxy``). The opener
speaks HTTP and HTTPS only and follows a redirect only within the same host.

References
----------
.. [1] RFC 9110, HTTP Semantics: Range and If-Range (§13, §14), Retry-After (§10.2.3).
"""

from __future__ import annotations

import datetime as dt
import http.client
import re
import socket
import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from dzgis.inputs.download.part import append_to_part, discard_part, read_state, restart_part
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from http.client import HTTPMessage, HTTPResponse
    from pathlib import Path

    from dzgis.inputs.download.part import PartState

Report = Callable[[int, int | None, bool], None]
"""Called with bytes done, bytes in all (or None) and whether this attempt resumed."""

_CHUNK_BYTES = 1 << 18
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class AttemptError(Exception):
    """
    An attempt came to nothing; never leaves this package.

    Parameters
    ----------
    what : Text
        What happened.
    lasting : bool
        Trying again would change nothing.
    unreachable : bool
        The server did not answer at all.
    retry_after_s : float
        How long the server asks to be left alone.
    """

    def __init__(
        self,
        what: Text,
        *,
        lasting: bool = False,
        unreachable: bool = False,
        retry_after_s: float = 0.0,
    ) -> None:
        super().__init__(what.en)
        self.what = what
        self.lasting = lasting
        self.unreachable = unreachable
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Remote:
    """A file on a server and how to ask for it; `timeout_s` is the longest silence."""

    url: str
    opener: urllib.request.OpenerDirector
    timeout_s: float


class _SameHostRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not _same_host(req.full_url, newurl):
            fp.close()
            host = urlsplit(newurl).netloc
            raise AttemptError(
                Text(
                    f"服务器要求转到另一主机 {host}，已拒绝；若可信，请把它作为下载地址给出",
                    f"the server redirects to another host, {host}, which is refused; if you "
                    "trust it, give it as the base URL",
                ),
                lasting=True,
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _same_host(old: str, new: str) -> bool:
    """Whether `new` is on the host and port of `old`, or on the same host by HTTPS instead."""
    before, after = urlsplit(old), urlsplit(new)
    if before.hostname != after.hostname:
        return False
    upgraded = (before.scheme, after.scheme) == ("http", "https")
    return upgraded or (before.scheme, before.port) == (after.scheme, after.port)


def http_opener() -> urllib.request.OpenerDirector:
    """Return an opener for HTTP and HTTPS through the environment's proxies, nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameHostRedirects(),
    ):
        opener.add_handler(handler)
    return opener


def download_body(remote: Remote, target: Path, report: Report) -> bool:
    """
    Bring the part of `target` from where it is to its end.

    Nothing is asked when the part is complete already.

    Returns
    -------
    bool
        False when the server has no such file.

    Raises
    ------
    AttemptError
        What came is on disk.
    OutputError
        If the disk is full or closed to us.
    """
    state = read_state(target)
    if state is not None and state.complete:
        return True
    response = _answer(remote, target, state)
    if response is None:
        discard_part(target)
        return False
    with response:
        done, size = _begin(response, target, state)
        resumed = done > 0
        chunks = _chunks(response, None if size is None else size - done, remote.timeout_s)
        done = append_to_part(target, chunks, lambda now: report(now, size, resumed))
    if size is not None and done < size:
        raise AttemptError(
            Text(f"连接中断，{size} 字节只收到 {done}", f"cut off at {done} of {size} bytes")
        )
    return True


def _answer(remote: Remote, target: Path, state: PartState | None) -> HTTPResponse | None:
    """Response of the server; None when it has no such file."""
    headers = {"User-Agent": "dzgis", "Accept-Encoding": "identity"}
    if state is not None and state.resumable:
        headers |= {"Range": f"bytes={state.done}-", "If-Range": state.etag}
    # The opener has no handler but for http and https.
    request = urllib.request.Request(remote.url, headers=headers)  # noqa: S310
    try:
        response: HTTPResponse = remote.opener.open(request, timeout=remote.timeout_s)
    except HTTPError as error:
        with error:
            if error.code in _ABSENT:
                return None
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                discard_part(target)
            raise _status_error(error.code, error.headers) from error
    except (OSError, http.client.HTTPException) as error:
        raise _network_error(error, remote.timeout_s) from error
    return response


def _begin(response: HTTPResponse, target: Path, state: PartState | None) -> tuple[int, int | None]:
    """Bytes that need not come and bytes in all; a part that cannot go on is begun anew."""
    etag = response.headers.get("ETag", "")
    if response.status == HTTPStatus.OK:
        length = response.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else None
        restart_part(target, etag, size)
        return 0, size
    if response.status != HTTPStatus.PARTIAL_CONTENT or state is None:
        raise _status_error(response.status, response.headers)
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    wanted = (str(state.done), str(state.size))
    if etag not in ("", state.etag) or found is None or found.groups() != wanted:
        discard_part(target)
        raise AttemptError(
            Text(
                "服务器上的文件已改变，从头下载",
                "the file on the server has changed, starting over",
            )
        )
    return state.done, state.size


def _chunks(response: HTTPResponse, n_bytes: int | None, timeout_s: float) -> Iterator[bytes]:
    """Yield what comes, as it comes, up to `n_bytes`; ends early when the connection does."""
    rest = n_bytes
    while rest is None or rest > 0:
        try:
            chunk = response.read1(_CHUNK_BYTES if rest is None else min(rest, _CHUNK_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise _network_error(error, timeout_s) from error
        if not chunk:
            return
        rest = None if rest is None else rest - len(chunk)
        yield chunk


def _status_error(code: int, headers: Message) -> AttemptError:
    passing = code in _PASSING or code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    advice = Text("", "") if passing else Text("；请检查下载地址", "; check the base URL")
    return AttemptError(
        Text(f"服务器返回 HTTP {code}{advice.zh}", f"the server answered HTTP {code}{advice.en}"),
        lasting=not passing,
        retry_after_s=_retry_after_s(headers),
    )


def _retry_after_s(headers: Message) -> float:
    """Seconds of a Retry-After header, given as a number or a date; 0 for none."""
    said = str(headers.get("Retry-After", "")).strip()
    if said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
        now = parsedate_to_datetime(str(headers.get("Date", "")))
    except ValueError:
        return 0.0
    zone = dt.UTC
    wait = until.replace(tzinfo=zone) - now.replace(tzinfo=zone)  # HTTP dates are GMT
    return max(0.0, wait.total_seconds())


def _network_error(error: Exception, timeout_s: float) -> AttemptError:
    unreachable = isinstance(error, URLError)  # urllib's wrapping of what fails before an answer
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return AttemptError(
            Text(
                f"服务器证书不可信（{reason.verify_message}）；请检查系统时间与证书",
                f"the server's certificate is not trusted ({reason.verify_message}); check the "
                "clock and the certificates of this machine",
            ),
            lasting=True,
        )
    return AttemptError(_cause(reason, timeout_s), unreachable=unreachable)


def _cause(reason: object, timeout_s: float) -> Text:
    if isinstance(reason, TimeoutError):
        return Text(f"{timeout_s:g} 秒内没有数据", f"no data for {timeout_s:g} s")
    if isinstance(reason, socket.gaierror):
        return Text(
            "找不到服务器主机；请检查网络、代理与下载地址",
            "the host is unknown; check network, proxy and base URL",
        )
    if isinstance(reason, ConnectionRefusedError):
        return Text(
            "服务器拒绝连接；请检查网络、代理与下载地址",
            "the connection was refused; check network, proxy and base URL",
        )
    return Text(f"连接中断（{reason}）", f"the connection broke ({reason})")
