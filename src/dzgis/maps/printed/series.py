"""Series: one sheet a county, a cluster or a parcel."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import geopandas as gpd

from dzgis.crs import CGCS2000
from dzgis.errors import InputError
from dzgis.maps import names
from dzgis.maps.geometry import bounds_degrees, drawable
from dzgis.maps.printed.compose import Subject
from dzgis.maps.value import said
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.maps.content import MapContent
    from dzgis.terms import Language

Series = Literal["county", "cluster", "parcel"]
SERIES: tuple[Series, ...] = get_args(Series)
_FINEST = {"county": 10_000.0, "cluster": 10_000.0, "parcel": 2_000.0}
_PARCEL_MARGIN = 0.6


def subjects(content: MapContent, series: str | None, lang: Language) -> list[Subject]:
    """
    What the sheets are about; the whole plan without a series.

    Raises
    ------
    InputError
        If there is no such series, or nothing that it could show.
    """
    if series is None:
        frames = [content.counties, content.clusters, content.parcels]
        bounds = bounds_degrees(frames) or content.plan.meta.region_bounds
        return [Subject("", "", bounds)]
    if series not in SERIES:
        raise InputError(
            Text(
                f"没有图集 {series}；可用：{'、'.join(SERIES)}",
                f"no series {series}; there are {', '.join(SERIES)}",
            )
        )
    found = {"county": _counties, "cluster": _clusters, "parcel": _parcels}[series](content, lang)
    sheets = _apart(list(found))
    if not sheets:
        raise InputError(
            Text(
                f"图集 {series} 没有可画的内容；请检查结果中有无相应图层",
                f"the series {series} has nothing to draw; see whether the result holds its layer",
            )
        )
    return sheets


def _counties(content: MapContent, lang: Language) -> Iterator[Subject]:
    frame = drawable(content.counties, name="counties", required=("county_code", "county"))
    degrees = frame.to_crs(CGCS2000)
    for code, name, shape in zip(
        frame["county_code"], frame["county"], degrees.geometry, strict=True
    ):
        yield Subject(
            str(code), names.beside(names.county(content.plan, code, name), lang), shape.bounds,
            _FINEST["county"], gpd.GeoSeries([shape], crs=CGCS2000),
        )  # fmt: skip


def _clusters(content: MapContent, lang: Language) -> Iterator[Subject]:
    frame = drawable(content.clusters, name="clusters", required=("cluster", "name", "status"))
    listed = frame[frame["status"] != ClusterStatus.IN_COUNTY_NOT_LISTED].to_crs(CGCS2000)
    for key, rows in listed.groupby("cluster", sort=False):
        name = names.cluster(content.plan, key, rows["name"].iloc[0])
        west, south, east, north = (float(v) for v in rows.total_bounds)
        bounds = (west, south, east, north)
        yield Subject(str(key), names.beside(name, lang), bounds, _FINEST["cluster"], rows.geometry)


def _parcels(content: MapContent, lang: Language) -> Iterator[Subject]:
    frame = drawable(content.parcels, name="parcels", optional=("name",)).to_crs(CGCS2000)
    for key, name, shape in zip(frame.index, frame["name"], frame.geometry, strict=True):
        west, south, east, north = shape.bounds
        wide, high = (east - west) * _PARCEL_MARGIN, (north - south) * _PARCEL_MARGIN
        bounds = (west - wide, south - high, east + wide, north + high)
        title = f"{key} {said(name, lang)}".strip() + ("：" if lang == "zh" else "")
        yield Subject(str(key), title, bounds, _FINEST["parcel"])


def _apart(sheets: list[Subject]) -> list[Subject]:
    """Subjects whose keys are safe and different file names."""
    seen: dict[str, int] = {}
    found = []
    for sheet in sheets:
        key = re.sub(r"[^\w.-]+", "_", sheet.key).strip("._") or "_"
        n = seen[key.casefold()] = seen.get(key.casefold(), 0) + 1
        key = key if n == 1 else f"{key}_{n}"
        found.append(replace(sheet, key=key))
    return found
