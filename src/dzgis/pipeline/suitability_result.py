"""What the blocks of a suitability job add up to, in tables and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis import suitability, terrain
from dzgis.area import polygon_area_m2
from dzgis.plan.suitability import assumed_of
from dzgis.planning import Grade, Sensitivity, Suitability, WhatIf
from dzgis.terms import FactStatus, Text, both_languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.pipeline.suitability_block import SuitabilityJob, Sums
    from dzgis.plan.record import Fact
    from dzgis.planning import Ahp
    from dzgis.suitability import Change

    Array = npt.NDArray[np.float64]

_KEYS = {"county": "county_code", "cluster": "cluster"}
_ROUNDING_SHARE = 1e-6
_WHOLE = 0.9999


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
        patches=suitability.patches_of(
            np.asarray(made.grade.values, dtype=np.uint8),
            made.ground_m2,
            terrain.cell_spacing_m(job.grid),
            job.n_grades,
        ),
        ahp=ahp,
        sensitivity=sensitivity,
        assumed=assumed_of(scheme),
        notes=(*_notes(job, made), *made.notes),
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
            "source": _objects([_source(one) for one in scheme.criteria]),
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
            "source": _objects([_source(one) for one in limits]),
        },
        index=pd.Index([one.id for one in limits], name="limit", dtype=object),
    )


def _objects(values: list[Text]) -> npt.NDArray[np.object_]:
    """Texts as an array of objects, which pandas leaves as they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _source(fact: Fact) -> Text:
    """Where a fact is from, with its status where it is not the plan's own words."""
    words = both_languages(fact.source.note or fact.source.quote)
    if fact.status is FactStatus.STATED:
        return words
    status = fact.status.text
    return Text(f"{words.zh}（{status.zh}）", f"{words.en} ({status.en})")


def _sensitivity(job: SuitabilityJob, made: Made) -> Sensitivity | None:
    if not made.changes and made.kept is None:
        return None
    total, texts = float(made.sums.total[0]), list(_varied(job, made))
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
    return Sensitivity(one, made.kept, by_grade, len(job.draws), job.seed, tuple(texts))


def _varied(job: SuitabilityJob, made: Made) -> Iterator[Text]:
    trials = job.scheme.trials
    if made.changes and trials is not None:
        shown = "、".join(f"{p:+g}%" for p in trials.percents)
        yield Text(
            f"逐个改变权重 {shown}，其余按比例调整",
            f"each weight by itself by {shown.replace('、', ', ')}, the others scaled",
        )
    if made.kept is None:
        return
    if trials is not None and job.scheme.weights is not None:
        yield _drawn(job)
    if job.dem_error is not None:
        yield Text(
            f"每次按 DEM 误差（{job.dem_error.name.zh}）抽取各像元坡度；相邻像元的误差独立抽取，"
            "不影响像元保持等级的比例；起伏度、坡向、高程和整体计算的指标不变",
            f"slopes of each run are drawn by the DEM's error ({job.dem_error.name.en}), for each "
            "cell by itself, which leaves a cell's share of runs what it would be; relief, aspect, "
            "elevation and what is measured on the whole grid are not varied",
        )


def _drawn(job: SuitabilityJob) -> Text:
    trials = job.scheme.trials
    if trials is None:
        raise ValueError("weights drawn without trials")
    if trials.draw == "dirichlet":
        return Text(
            f"权重按狄利克雷分布抽取（集中度 {trials.concentration:g}）",
            f"weights drawn from a Dirichlet distribution (concentration {trials.concentration:g})",
        )
    return Text(
        f"各权重在 ±{trials.spread_pct:g}% 内均匀抽取后归一",
        f"each weight drawn evenly within ±{trials.spread_pct:g} per cent, then scaled to 1",
    )


def _notes(job: SuitabilityJob, made: Made) -> Iterator[Text]:
    scheme, absent = job.scheme, job.sources.absent
    for caution in scheme.cautions:
        yield both_languages(caution)
    if scheme.weights is not None and scheme.weights.allow_inconsistent:
        yield Text("判断矩阵允许不一致", "inconsistent judgements are allowed")
    total = float(made.sums.total[0])
    for one, known in zip(scheme.criteria, made.sums.known, strict=True):
        if one.of in absent:
            yield _left_out(one.text, absent[one.of], skipped=one.missing == "skip")
        elif total and known < _WHOLE * total:
            yield _partly(one.text, known / total, skipped=one.missing == "skip")
    for limit in scheme.limits:
        if limit.of in absent:
            why = absent[limit.of]
            yield Text(
                f"极限条件“{limit.name}”未核：{why.zh}，其用地未按不适宜扣除",
                f"limiting condition '{limit.name_en}' not checked: {why.en}; its ground is not "
                "made unsuitable",
            )
    others = [*scheme.lowerings, *filter(None, [scheme.integration])]
    for step in others:
        if step.of in absent:
            yield _left_out(step.text, absent[step.of], skipped=step.missing == "skip")


def _left_out(text: Text, why: Text, *, skipped: bool) -> Text:
    if skipped:
        return Text(
            f"“{text.zh}”未参加评价：{why.zh}；其余指标的权重按比例放大",
            f"'{text.en}' was left out: {why.en}; the weights of the others are scaled up",
        )
    return Text(f"“{text.zh}”无数据：{why.zh}；等级不明", f"'{text.en}' has no data: {why.en}")


def _partly(text: Text, share: float, *, skipped: bool) -> Text:
    zh = "其余土地不计此指标，与有数据处不尽可比" if skipped else "其余土地等级不明"
    en = (
        "elsewhere it is left out, which is not quite comparable"
        if skipped
        else "elsewhere grades are unknown"
    )
    return Text(
        f"“{text.zh}”只在 {share:.1%} 的土地上有数据；{zh}",
        f"'{text.en}' is known on {share:.1%} of the ground; {en}",
    )
