"""Base maps: asked for by name, checked, never in the policy of a page without them."""

from __future__ import annotations

import re

import pytest
from test_maps import tiny_content

from dzgis.errors import InputError
from dzgis.maps import interactive_map, own_tiles, tianditu


def policy(html):
    return re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]


def test_page_without_base_maps_may_ask_for_nothing():
    said = policy(interactive_map(tiny_content(), lang="zh"))
    assert "img-src data: blob:;" in said
    assert "http" not in said
    assert "connect-src" not in said


def test_page_may_ask_only_the_hosts_of_its_base_maps():
    maps = (*tianditu("0123456789abcdef"), *own_tiles(["http://10.1.2.3:8080/{z}/{x}/{y}.png"]))
    said = policy(interactive_map(tiny_content(), lang="zh", base_maps=maps))
    hosts = re.search(r"img-src data: blob: ([^;]*);", said)[1].split()
    wanted = [f"https://t{n}.tianditu.gov.cn" for n in range(8)] + ["http://10.1.2.3:8080"]
    assert sorted(hosts) == sorted(wanted)
    assert said.replace(" ".join(hosts), "").count("http") == 0


@pytest.mark.parametrize(
    "key", ["", "short", "a b c d e f", "x" * 65, "0123456789&x=1", "汉字汉字汉字汉字"]
)
def test_key_that_is_none(key):
    with pytest.raises(InputError, match="8–64"):
        tianditu(key)


@pytest.mark.parametrize(
    "url",
    [
        "", "map.png", "ftp://h/{z}/{x}/{y}", "http://h/{z}/{x}", "javascript:{z}{x}{y}",
        "http://h;script-src *//{z}/{x}/{y}", "http://a b/{z}/{x}/{y}", "http://u:p@h/{z}/{x}/{y}",
        'http://h"onload=x/{z}/{x}/{y}', "http://{s}.h/{z}/{x}/{y}",
    ],
)  # fmt: skip
def test_address_that_is_no_template(url):
    with pytest.raises(InputError, match="no address of tiles"):
        own_tiles([url])


def test_all_bad_addresses_are_named_at_once():
    with pytest.raises(InputError, match=r"(?s)one.*two"):
        own_tiles(["one", "two"])


@pytest.mark.parametrize(
    ("host", "word"),
    [
        ("webrd01.is.autonavi.com", "in GCJ-02:"),
        ("rt1.map.gtimg.com", "in GCJ-02:"),
        ("mt0.google.com", "in GCJ-02:"),
        ("map.geoq.cn", "in GCJ-02:"),
        ("online1.map.bdimg.com", "BD-09"),
        ("notamap.com", "make sure"),
        ("10.0.0.1:8080", "make sure"),
    ],
)
def test_offset_is_said(host, word):
    (found,) = own_tiles([f"https://{host}/{{z}}/{{x}}/{{y}}"])
    assert word in found.caution.en


def test_tianditu_fits_the_data():
    assert [base_map.caution for base_map in tianditu("0123456789abcdef")] == [None] * 3
