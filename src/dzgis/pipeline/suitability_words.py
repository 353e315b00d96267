"""What must be said of a suitability result: what had no data, what was assumed and varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.terms import FactStatus, Text, both_languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dzgis.pipeline.suitability_block import SuitabilityJob, Sums
    from dzgis.plan.record import Fact
    from dzgis.plan.suitability_model import Integration, Lowering, Scheme

_WHOLE = 0.9999


def source_of(fact: Fact) -> Text:
    """Where a fact is from, with its status where it is not the plan's own words."""
    words = both_languages(fact.source.note or fact.source.quote)
    if fact.status is FactStatus.STATED:
        return words
    status = fact.status.text
    return Text(f"{words.zh}（{status.zh}）", f"{words.en} ({status.en})")


def notes_of(job: SuitabilityJob, sums: Sums) -> tuple[Text, ...]:
    """
    Notes on a result.

    Parameters
    ----------
    job : SuitabilityJob
    sums : Sums

    Returns
    -------
    tuple of Text
        Cautions of the scheme, criteria without data or with data in part, limiting conditions and
        downgrades that could not be checked.
    """
    cautions = [both_languages(one) for one in job.scheme.cautions]
    parts = (_judgements(job), _criteria(job, sums), _limits(job), _steps(job))
    return (*cautions, *(note for part in parts for note in part))


def weights_set(scheme: Scheme, weights: Mapping[str, float]) -> Text:
    """Say that weights are not the scheme's own."""
    texts = {one.id: one.text for one in scheme.criteria}
    zh = "，".join(f"{texts[name].zh} {weight:g}" for name, weight in weights.items())
    en = ", ".join(f"{texts[name].en} {weight:g}" for name, weight in weights.items())
    return Text(
        f"权重由用户设定：{zh}；其余按方案的比例",
        f"weights set by the user: {en}; the others are in the scheme's proportions",
    )


def _judgements(job: SuitabilityJob) -> Iterator[Text]:
    weights = job.scheme.weights
    if weights is not None and weights.allow_inconsistent:
        yield Text(
            "方案允许不一致的判断矩阵；CR 见权重表",
            "the scheme allows inconsistent judgements; their CR stands beside the weights",
        )


def _criteria(job: SuitabilityJob, sums: Sums) -> Iterator[Text]:
    absent, total = job.sources.absent, float(sums.total[0])
    for one, known in zip(job.scheme.criteria, sums.known, strict=True):
        skipped = one.missing == "skip"
        if one.of in absent:
            yield _left_out(one.text, absent[one.of], skipped=skipped)
        elif total and known < _WHOLE * total:
            yield _partly(one.text, known / total, skipped=skipped)


def _limits(job: SuitabilityJob) -> Iterator[Text]:
    for limit in job.scheme.limits:
        why = job.sources.absent.get(limit.of)
        if why is not None:
            yield Text(
                f"极限条件“{limit.name}”未核：{why.zh}，其用地未按不适宜扣除",
                f"limiting condition '{limit.name_en}' not checked: {why.en}; its ground is not "
                "made unsuitable",
            )


def _steps(job: SuitabilityJob) -> Iterator[Text]:
    scheme = job.scheme
    steps: list[Lowering | Integration] = [*scheme.lowerings]
    steps += [] if scheme.integration is None else [scheme.integration]
    for step in steps:
        why = job.sources.absent.get(step.of)
        if why is None:
            continue
        if step.missing == "skip":
            yield Text(
                f"“{step.name}”未计入：{why.zh}；等级未作此项修正",
                f"'{step.name_en}' was left out: {why.en}; grades are not corrected by it",
            )
        else:
            yield _nothing_known(step.text, why)


def _left_out(text: Text, why: Text, *, skipped: bool) -> Text:
    if not skipped:
        return _nothing_known(text, why)
    return Text(
        f"“{text.zh}”未参加评价：{why.zh}；其余指标的权重按比例放大",
        f"'{text.en}' was left out: {why.en}; the weights of the others are scaled up",
    )


def _nothing_known(text: Text, why: Text) -> Text:
    return Text(
        f"“{text.zh}”无数据：{why.zh}；等级不明",
        f"'{text.en}' has no data: {why.en}; grades are unknown",
    )


def _partly(text: Text, share: float, *, skipped: bool) -> Text:
    rest = Text("其余土地等级不明", "elsewhere grades are unknown")
    if skipped:
        rest = Text(
            "其余土地不计此指标、权重另行归一，与有数据处不尽可比",
            "elsewhere it is left out and weights are scaled, which is not quite comparable",
        )
    return Text(
        f"“{text.zh}”只在 {share:.1%} 的土地上有数据；{rest.zh}",
        f"'{text.en}' is known on {share:.1%} of the ground; {rest.en}",
    )


def varied(job: SuitabilityJob, *, changed: bool) -> tuple[Text, ...]:
    """
    What was varied to try how robust grades are, and how.

    Parameters
    ----------
    job : SuitabilityJob
    changed : bool
        Whether weights were changed one at a time.
    """
    trials, said = job.scheme.trials, []
    if changed and trials is not None:
        shown = [f"{percent:+g}%" for percent in trials.percents]
        said.append(
            Text(
                f"逐个改变权重（{'、'.join(shown)}），其余按比例调整",
                f"each weight by itself by {', '.join(shown)}, the others scaled",
            )
        )
    if len(job.draws) and trials is not None and job.scheme.weights is not None:
        said.append(_drawn(job))
    if len(job.draws) and job.dem_error is not None:
        said.append(
            Text(
                f"每次按 DEM 误差（{job.dem_error.name.zh}）抽取各像元坡度；各像元独立抽取，"
                "不影响像元保持等级的比例；起伏度、坡向、高程和整体计算的指标不变",
                f"slopes of each run are drawn by the DEM's error ({job.dem_error.name.en}), cell "
                "by cell, which leaves a cell's share of runs what a correlated field would make "
                "it; relief, aspect, elevation and what needs the whole grid are not varied",
            )
        )
    return tuple(said)


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
