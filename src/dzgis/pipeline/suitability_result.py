"""What the blocks of a suitability job add up to, in tables and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis import suitability, terrain
from dzgis.area import polygon_area_m2
from dzgis.pipeline.suitability_words import notes_of, source_of, varied
from dzgis.plan.suitability import assumed_of
from dzgis.planning import Grade, Sensitivity, Suitability, WhatIf
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.pipeline.suitability_values import SuitabilityJob, Sums
    from dzgis.planning import Ahp
    from dzgis.suitability import Change

    Array = npt.NDArray[np.float64]

_KEYS = {"county": "county_code", "cluster": "cluster"}
_ROUNDING_SHARE = 1e-6


@dataclass(frozen=True, eq=False)
class Made:
    """
    What came of all blocks.

    Attributes
    ----------
    index, grade : Raster
    kept : Raster or None
    ground_m2 : ndarray, (rows, cols)
        Ground of the counties in each cell.
    sums : Sums
    zones : (counties, clusters)
        As they were given.
    notes : tuple of Text
    changes : tuple of Change
        Alternatives of the weights that were tried, in the order of the sums.
    """

    index: Raster
    grade: Raster
    kept: Raster | None
    ground_m2: Array
    sums: Sums
    zones: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
    notes: tuple[Text, ...] = ()
    changes: tuple[Change, ...] = ()


def result_of(job: SuitabilityJob, made: Made, ahp: Ahp | None) -> Suitability:
    """Suitability of a job that is done."""
    scheme = job.scheme
    sensitivity = _sensitivity(job, made)
    return Suitability(
        scheme=scheme.id,
        title=scheme.text,
        index=made.index,
        grade=made.grade,
        grades=tuple(
            Grade(number, one.text, one.colour)
            for number, one in enumerate(scheme.grading.classes, 1)
        ),
        suitable=scheme.grading.suitable,
        by_county=_places(job, made, "county")[0],
        by_cluster=_places(job, made, "cluster")[0],
        criteria=_criteria(job, made),
        limits=_limits(job, made),
        patches=_patches(job, made),
        ahp=ahp,
        sensitivity=sensitivity,
        assumed=assumed_of(scheme),
        notes=(*notes_of(job, made.sums), *made.notes, *_patch_notes(made)),
    )


def _patches(job: SuitabilityJob, made: Made) -> pd.DataFrame:
    """Patches of each grade; none where the grid is too large to be looked at as a whole."""
    if isinstance(made.grade.values, np.memmap):
        return pd.DataFrame(columns=["n", "median_m2", "largest_m2", "compactness"])
    return suitability.patches_of(
        np.asarray(made.grade.values, dtype=np.uint8),
        made.ground_m2,
        terrain.cell_spacing_m(job.grid),
        job.n_grades,
    )


def _patch_notes(made: Made) -> tuple[Text, ...]:
    if not isinstance(made.grade.values, np.memmap):
        return ()
    return (
        Text(
            "格网很大，未统计各等级的图斑",
            "the grid is large: patches of the grades were not counted",
        ),
    )


def what_if_of(job: SuitabilityJob, made: Made, changed: Mapping[str, float]) -> WhatIf:
    """Land in suitable grades by the first two rows of weights."""
    suitable = list(job.scheme.grading.suitable)
    tables = {}
    for kind in _KEYS:
        base, other = (table[suitable].sum(axis=1) for table in _places(job, made, kind))
        tables[kind] = pd.DataFrame(
            {"base_m2": base, "changed_m2": other, "difference_m2": other - base}
        )
    texts = {one.id: one.text for one in job.scheme.criteria}
    zh = "，".join(f"{texts[name].zh} {weight:g}" for name, weight in changed.items())
    en = ", ".join(f"{texts[name].en} {weight:g}" for name, weight in changed.items())
    return WhatIf(
        name=Text(f"权重：{zh}", f"weights: {en}"),
        by_county=tables["county"],
        by_cluster=tables["cluster"],
        what=Text("适宜等级的土地", "land in suitable grades"),
    )


def _places(job: SuitabilityJob, made: Made, kind: str) -> list[pd.DataFrame]:
    """
    Ground of each grade in each zone, for the weights and each alternative.

    Cells that cover a zone add up to its polygon but for rounding, which is spread evenly; what
    the grid does not reach is unknown.
    """
    frame = made.zones[0] if kind == "county" else job.zones["cluster"]
    keys = job.zones[kind][_KEYS[kind]].astype(str)
    order = list(dict.fromkeys(keys))
    area = pd.Series(polygon_area_m2(frame).to_numpy()).groupby(keys.to_numpy()).sum()[order]
    return [_table(values, keys, area) for values in made.sums.places[kind]]


def _table(values: Array, keys: pd.Series[str], area: pd.Series[float]) -> pd.DataFrame:
    n = values.shape[1]
    table = pd.DataFrame(values, columns=range(n)).groupby(keys.to_numpy()).sum().loc[area.index]
    covered = table.sum(axis=1)
    fits = (covered / area - 1.0).abs() < _ROUNDING_SHARE
    table = table.mul((area / covered).where(fits, 1.0), axis=0)
    beyond = (area - table.sum(axis=1)).where(~fits, 0.0).clip(lower=0.0)
    return table[list(range(1, n))].assign(unknown=table[0] + beyond)


def _criteria(job: SuitabilityJob, made: Made) -> pd.DataFrame:
    scheme, total = job.scheme, float(made.sums.total[0])
    weight = job.weights[0] if scheme.weights is not None else np.full(len(scheme.ids), np.nan)
    functions = [suitability.described(one.value, one.unit) for one in scheme.criteria]
    return pd.DataFrame(
        {
            "text": _objects([one.text for one in scheme.criteria]),
            "unit": [one.unit for one in scheme.criteria],
            "weight": weight,
            "function": _objects(functions),
            "source": _objects([source_of(one) for one in scheme.criteria]),
            "known_share": made.sums.known / total if total else np.nan,
        },
        index=pd.Index(scheme.ids, name="criterion"),
    )


def _limits(job: SuitabilityJob, made: Made) -> pd.DataFrame:
    limits = job.scheme.limits
    absent = np.array([one.of in job.sources.absent for one in limits], dtype=bool)
    return pd.DataFrame(
        {
            "text": _objects([one.text for one in limits]),
            "m2": np.where(absent, np.nan, made.sums.limits),
            "alone_m2": np.where(absent, np.nan, made.sums.alone),
            "source": _objects([source_of(one) for one in limits]),
        },
        index=pd.Index([one.id for one in limits], name="limit", dtype=object),
    )


def _objects(values: list[Text]) -> npt.NDArray[np.object_]:
    """Texts as an array of objects, which pandas leaves as they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _sensitivity(job: SuitabilityJob, made: Made) -> Sensitivity | None:
    if not made.changes and made.kept is None:
        return None
    total, texts = float(made.sums.total[0]), varied(job, changed=bool(made.changes))
    one = pd.DataFrame(
        {
            "criterion": [change.criterion for change in made.changes],
            "weight": [change.weights[change.criterion] for change in made.changes],
            "changed_m2": made.sums.changed,
            "changed_share": made.sums.changed / total if total else np.nan,
            "suitable_m2": made.sums.suitable,
            "percent": [change.percent for change in made.changes],
        }
    )
    m2, kept, firm = made.sums.kept[1:].T
    by_grade = pd.DataFrame(
        {
            "m2": m2,
            "mean_kept_share": np.divide(kept, m2, out=np.full(len(m2), np.nan), where=m2 > 0.0),
            "firm_m2": firm,
        },
        index=pd.RangeIndex(1, job.n_grades + 1, name="grade"),
    )
    if made.kept is None:
        by_grade = by_grade.iloc[:0]
    return Sensitivity(one, made.kept, by_grade, len(job.draws), job.seed, texts)
