"""
Base maps from elsewhere: none unless asked for by name, and off until ticked on the page.

The data never carry an offset of GCJ-02; a base map in it does not fit them, and is said not to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dzgis.errors import InputError, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIANDITU_HOSTS = tuple("01234567")
_TIANDITU_ZOOM = 18
_OWN_ZOOM = 22
_TIANDITU_CREDIT = Text(
    "© 天地图 国家基础地理信息中心（审图号见天地图网站）",
    "© Tianditu, National Geomatics Center of China",
)
_TIANDITU_LAYERS = (
    (Text("天地图 影像", "Tianditu imagery"), ("img", "cia")),
    (Text("天地图 矢量", "Tianditu streets"), ("vec", "cva")),
    (Text("天地图 地形", "Tianditu terrain"), ("ter", "cta")),
)
_KEY = re.compile(r"[0-9A-Za-z]{8,64}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
_PARTS = ("{z}", "{x}", "{y}")
# Services whose tiles are in GCJ-02, seen by the end of their host.
_GCJ_HOSTS = (
    "autonavi.com", "amap.com", "gtimg.com", "map.qq.com", "google.cn", "googleapis.cn",
    "google.com", "googleapis.com", "geoq.cn", "petalmaps.com",
)  # fmt: skip
_BD_HOSTS = ("baidu.com", "bdimg.com", "bdstatic.com")
_GCJ = Text(
    "该底图为 GCJ-02 加偏坐标：在本区比数据偏东约 150 米、偏南约 320 米，"
    "只可示意，不能据以判断压占",
    "this base map is in GCJ-02: here it lies about 150 m east and 320 m south of the data; "
    "for orientation only, never to judge a conflict by",
)
_BD = Text(
    "该底图为 BD-09 加偏坐标和自有瓦片网格，与数据不能叠合",
    "this base map is in BD-09 with a tile grid of its own and cannot be laid under the data",
)
_OWN = Text(
    "请确认该瓦片为 CGCS2000/WGS84 的 Web 墨卡托瓦片；GCJ-02 瓦片会偏 300–400 米",
    "make sure that these are Web Mercator tiles of CGCS2000/WGS84: tiles in GCJ-02 are off "
    "by 300–400 m",
)


@dataclass(frozen=True)
class BaseMap:
    """
    Tiles under the map.

    Attributes
    ----------
    title : Text
    urls : tuple of str
        Templates with ``{z}``, ``{x}``, ``{y}`` and perhaps ``{s}``, from the ground up.
    subdomains : tuple of str
        For ``{s}``.
    credit : Text
    max_zoom : int
        Beyond it the last tiles are drawn larger.
    caution : Text or None
        Said while the map is shown.
    """

    title: Text
    urls: tuple[str, ...]
    subdomains: tuple[str, ...]
    credit: Text
    max_zoom: int
    caution: Text | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """Scheme and host of all tiles, for the page's policy."""
        found = [
            f"{urlsplit(url).scheme}://{urlsplit(url).netloc.replace('{s}', part)}"
            for url in self.urls
            for part in self.subdomains or ("",)
        ]
        return tuple(dict.fromkeys(found))


def tianditu(key: str) -> tuple[BaseMap, ...]:
    """
    Base maps of 天地图, which are in CGCS2000 and fit the data.

    Parameters
    ----------
    key : str
        The user's own ``tk``; it is written into the page.

    Raises
    ------
    InputError
        If it cannot be a key.
    """
    if not _KEY.fullmatch(key):
        raise InputError(
            Text(
                "天地图密钥应为 8–64 个字母和数字；请在天地图网站申请",
                "a key of Tianditu has 8–64 letters and digits; ask for one on its site",
            )
        )
    return tuple(
        BaseMap(
            title,
            tuple(_tianditu_url(layer, key) for layer in layers),
            _TIANDITU_HOSTS,
            _TIANDITU_CREDIT,
            _TIANDITU_ZOOM,
        )
        for title, layers in _TIANDITU_LAYERS
    )


def _tianditu_url(layer: str, key: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )


def own_tiles(urls: Sequence[str]) -> tuple[BaseMap, ...]:
    """
    Base maps by their addresses.

    Raises
    ------
    InputError
        For every address that is no template of tiles.
    """
    raise_all([_fault(url) for url in urls if not _is_template(url)], InputError)
    return tuple(
        BaseMap(
            Text(f"自备瓦片 {host}", f"own tiles {host}"),
            (url,),
            (),
            Text(host, host),
            _OWN_ZOOM,
            _caution(host),
        )
        for url in urls
        for host in (urlsplit(url).netloc.lower(),)
    )


def _is_template(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(_HOST.fullmatch(parts.netloc.lower()))
        and all(part in url for part in _PARTS)
    )


def _fault(url: str) -> Text:
    return Text(
        f"{url!r} 不是瓦片地址；应形如 http://主机/…/{{z}}/{{x}}/{{y}}.png，主机名中不用 {{s}}",
        f"{url!r} is no address of tiles; it should be like http://host/…/{{z}}/{{x}}/{{y}}.png, "
        "without {s} in the host",
    )


def _caution(host: str) -> Text:
    """What must be said of tiles from a host."""
    name = host.rsplit(":", 1)[0]
    for ends, said in ((_GCJ_HOSTS, _GCJ), (_BD_HOSTS, _BD)):
        if any(name == end or name.endswith("." + end) for end in ends):
            return said
    return _OWN
