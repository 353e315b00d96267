"""Areas: what is declared against what is drawn, and features that are next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.area import to_equal_area
from dzgis.inputs.aliases import matching_fields, tables
from dzgis.inputs.quality.kinds import limit
from dzgis.inputs.quality.standards import tables as standard_tables
from dzgis.inputs.quality.subject import drawn, fault, measured
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE, M2_PER_MU

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject

_M2_PER = {"m2": 1.0, "ha": M2_PER_HECTARE, "mu": M2_PER_MU}
_WORDS = {"m2": Text("m²", "m²"), "ha": Text("公顷", "ha"), "mu": Text("亩", "mu")}


def sizes(
    shapes: npt.NDArray[np.object_], crs: object
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Ellipsoidal areas in m² and perimeters in metres of valid polygons, (n,) each."""
    if not len(shapes):
        return np.empty(0), np.empty(0)
    flat = to_equal_area(gpd.GeoDataFrame(geometry=list(shapes), crs=crs)).geometry.to_numpy()
    return shapely.area(flat), shapely.length(flat)


def area_faults(subject: Subject) -> Iterator[Fault]:
    """Slivers, and declared areas that the geometry does not bear out."""
    rows = np.flatnonzero(subject.is_sound)
    area, perimeter = sizes(subject.shapes[rows], subject.frame.crs)
    width = np.divide(2.0 * area, perimeter, out=np.zeros_like(area), where=perimeter > 0)
    thin = (area < limit("sliver", "below_m2")) | (width < limit("sliver", "below_m"))
    for n in np.flatnonzero(thin):
        words = Text(
            f"面积 {area[n]:.4f} m²，平均宽度 {width[n]:.4f} m",
            f"{area[n]:.4f} m² with a mean width of {width[n]:.4f} m",
        )
        one = fault(subject, "sliver", words, row=int(rows[n]))
        yield measured(drawn(one, subject.shapes[rows[n]]), area[n], "m2")
    for declared in _declared_fields(subject):
        yield from _differences(subject, declared, rows, area)


@dataclass(frozen=True)
class _Declared:
    """A field that holds an area; of a net one only an excess over the geometry is a fault."""

    field: str
    unit: str
    net: bool


def _declared_fields(subject: Subject) -> Iterator[_Declared]:
    for name, table in standard_tables()["areas"].items():
        for field in matching_fields(subject.frame.columns, [name]):
            yield _Declared(field, table["unit"], table["net"])
    if subject.is_parcels:
        for unit, aliases in tables()["declared_area"].items():
            for field in matching_fields(subject.frame.columns, aliases)[:1]:
                yield _Declared(field, unit, net=False)


def _differences(
    subject: Subject,
    declared: _Declared,
    rows: npt.NDArray[np.int64],
    area: npt.NDArray[np.float64],
) -> Iterator[Fault]:
    values = pd.to_numeric(subject.frame[declared.field].iloc[rows], errors="coerce")
    said = values.to_numpy(dtype=float) * _M2_PER[declared.unit]
    excess = said - area
    size = np.maximum(excess, 0.0) if declared.net else np.abs(excess)
    share = np.divide(size, area, out=np.full_like(area, np.inf), where=area > 0)
    least = limit("area_differs_slightly", f"at_least_{declared.unit}_m2")
    odd = (size > least) & (share > limit("area_differs_slightly", "from_share"))
    grave = share > limit("area_differs", "from_share")
    for n in np.flatnonzero(odd):
        code = "area_differs" if grave[n] else "area_differs_slightly"
        per = _M2_PER[declared.unit]
        unit = _WORDS[declared.unit]
        words = Text(
            f"字段 {declared.field} 为 {said[n] / per:.4f} {unit.zh}，图形的椭球面积为 "
            f"{area[n] / per:.4f} {unit.zh}（相差 {100 * excess[n] / area[n]:+.2f} %）",
            f"{declared.field} is {said[n] / per:.4f} {unit.en}, the geometry has "
            f"{area[n] / per:.4f} {unit.en} on the ellipsoid ({100 * excess[n] / area[n]:+.2f} %)",
        )
        yield measured(fault(subject, code, words, row=int(rows[n])), excess[n], "m2")
