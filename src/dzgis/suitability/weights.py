"""Weights of criteria (权重): pairwise judgements (AHP), ranks, or given numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import InputError, listed, raise_all
from dzgis.plan.suitability import ahp_rules
from dzgis.planning import Ahp
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from dzgis.plan.suitability_model import Weights

    Array = npt.NDArray[np.float64]

_RECIPROCAL = 1e-6
"""How far a judgement may be from the reciprocal of its counterpart, relative."""
_LEAST = 1e-9
"""Consistency indices below this are rounding."""
_MOST_STEPS = 10_000


def weights_of(weights: Weights) -> tuple[dict[str, float], Ahp | None]:
    """
    Weights by criterion, in the order in which they are given; they add up to 1.

    Returns
    -------
    dict of str to float
    Ahp or None
        Where they are of pairwise judgements.

    Raises
    ------
    InputError
        With all faults of the judgements or numbers at once, and where judgements contradict each
        other by more than the limit and that is not allowed.
    """
    if weights.method == "given":
        return given_weights(weights.values), None
    if weights.method == "rank":
        found = rank_weights(len(weights.ids), weights.formula or "sum")
        return dict(zip(weights.ids, found, strict=True)), None
    made = ahp(weights.ids, weights.judgements, allow_inconsistent=weights.allow_inconsistent)
    return dict(zip(made.ids, made.weights, strict=True)), made


def ahp(
    ids: Sequence[str],
    matrix: Sequence[Sequence[float]],
    *,
    allow_inconsistent: bool = False,
) -> Ahp:
    """
    Weights from pairwise judgements (层次分析法): the principal eigenvector of their matrix.

    Parameters
    ----------
    ids : sequence of n str
    matrix : n × n numbers
        Row against column; positive, 1 on the diagonal, reciprocal across it.
    allow_inconsistent : bool
        Whether a consistency ratio above the limit of `dzgis.plan.suitability.ahp_rules` is taken.

    Raises
    ------
    InputError
        With all faults at once; or, where CR is too large, with the judgement that is furthest
        from what the others amount to.

    Notes
    -----
    CI = (λmax − n)/(n − 1), CR = CI/RI; for one or two items CR is 0.

    References
    ----------
    T. L. Saaty, A scaling method for priorities in hierarchical structures, Journal of
    Mathematical Psychology 15 (1977).
    """
    raise_all(_matrix_faults(ids, matrix))
    a, n = np.array(matrix, dtype=np.float64), len(ids)
    vector = _principal(a)
    largest = float(np.mean(a @ vector / vector))
    ci = (largest - n) / (n - 1) if n > 1 else 0.0
    ci = 0.0 if abs(ci) < _LEAST else ci
    ri = ahp_rules().random_index[n - 1]
    found = Ahp(
        ids=tuple(ids),
        matrix=tuple(tuple(map(float, row)) for row in matrix),
        weights=tuple(vector.tolist()),
        lambda_max=largest,
        ci=ci,
        ri=ri,
        cr=ci / ri if ri else 0.0,
    )
    if found.cr > ahp_rules().most_cr and not allow_inconsistent:
        raise InputError(_inconsistent(found))
    return found


def _principal(a: Array) -> Array:
    """Principal eigenvector of a positive matrix, by powers; adds up to 1."""
    vector = np.full(len(a), 1.0 / len(a))
    for _ in range(_MOST_STEPS):
        grown = a @ vector
        grown /= grown.sum()
        if np.abs(grown - vector).max() < np.finfo(float).eps:
            return np.asarray(grown)
        vector = grown
    return vector


def _matrix_faults(ids: Sequence[str], matrix: Sequence[Sequence[float]]) -> list[Text]:
    n, most = len(ids), len(ahp_rules().random_index)
    if len(matrix) != n or any(len(row) != n for row in matrix):
        shape = f"{len(matrix)} × {listed(sorted({len(row) for row in matrix}))}"
        return [
            Text(
                f"判断矩阵须为 {n} × {n}（{n} 个指标），现为 {shape}",
                f"the matrix of judgements must be {n} × {n} (for {n} criteria), found {shape}",
            )
        ]
    if not 0 < n <= most:
        return [
            Text(
                f"判断矩阵须有 1 至 {most} 个指标，现有 {n} 个；请分组",
                f"a matrix of judgements takes 1 to {most} criteria, found {n}; group them",
            )
        ]
    bad = [
        f"{ids[i]}/{ids[j]} = {matrix[i][j]:g}"
        for i in range(n)
        for j in range(n)
        if not (math.isfinite(matrix[i][j]) and matrix[i][j] > 0.0)
    ]
    if bad:
        return [
            Text(
                f"判断矩阵的值须是正数：{listed(bad)}",
                f"judgements must be positive numbers: {listed(bad)}",
            )
        ]
    return _reciprocal_faults(ids, matrix)


def _reciprocal_faults(ids: Sequence[str], matrix: Sequence[Sequence[float]]) -> list[Text]:
    faults, n = [], len(ids)
    for i in range(n):
        for j in range(i, n):
            here, there = matrix[i][j], matrix[j][i]
            wanted = 1.0 if i == j else 1.0 / here
            if math.isclose(there, wanted, rel_tol=_RECIPROCAL):
                continue
            faults.append(
                Text(
                    f"{ids[j]} 比 {ids[i]} 为 {there:g}，须为 {wanted:g}"
                    f"（{ids[i]} 比 {ids[j]} 为 {here:g}）",
                    f"{ids[j]} against {ids[i]} is {there:g}, must be {wanted:g} "
                    f"({ids[i]} against {ids[j]} is {here:g})",
                )
            )
    return faults


def worst_judgement(found: Ahp) -> tuple[str, str, float, float]:
    """
    Judgement that is furthest from the ratio of the weights.

    Returns
    -------
    (row, column, judged, ratio)
        Ids, the judgement, and the ratio of the two weights, of the two the larger item first.
    """
    a, w = np.array(found.matrix), np.array(found.weights)
    ratio = w[:, None] / w[None, :]
    off = np.triu(np.abs(np.log(a / ratio)), 1)
    i, j = (int(v) for v in np.unravel_index(int(np.argmax(off)), off.shape))
    if a[i, j] < 1.0:
        i, j = j, i
    return found.ids[i], found.ids[j], float(a[i, j]), float(ratio[i, j])


def _inconsistent(found: Ahp) -> Text:
    row, column, judged, ratio = worst_judgement(found)
    most = ahp_rules().most_cr
    return Text(
        f"判断矩阵不一致：CR = {found.cr:.3f}，须不大于 {most:g}；最不一致的判断是 {row} 比 "
        f"{column} = {judged:g}，由其余判断得约 {ratio:.2g}；请修改判断，或明确允许不一致"
        "（allow_inconsistent = true）",
        f"the judgements are inconsistent: CR = {found.cr:.3f}, at most {most:g} is required; the "
        f"furthest off is {row} against {column} = {judged:g}, the others amount to about "
        f"{ratio:.2g}; change it, or allow it (allow_inconsistent = true)",
    )


def rank_weights(n: int, formula: str) -> tuple[float, ...]:
    """
    Weights of n ranked criteria, the most important first.

    Parameters
    ----------
    n : int
    formula : {"sum", "reciprocal", "centroid"}
        2(n + 1 − i)/(n(n + 1)); (1/i)/Σ(1/j); (1/n)·Σ 1/k for k from i to n.

    References
    ----------
    W. G. Stillwell, D. A. Seaver, W. Edwards, A comparison of weight approximation techniques in
    multiattribute utility decision making, Organizational Behavior and Human Performance 28 (1981);
    F. H. Barron, B. E. Barrett, Decision quality using ranked attribute weights, Management
    Science 42 (1996).
    """
    rank = np.arange(1, n + 1, dtype=np.float64)
    formulas: dict[str, Callable[[], Array]] = {
        "sum": lambda: n + 1.0 - rank,
        "reciprocal": lambda: 1.0 / rank,
        "centroid": lambda: np.cumsum(1.0 / rank[::-1])[::-1],
    }
    raw = formulas[formula]()
    return tuple((raw / raw.sum()).tolist())


def given_weights(values: Mapping[str, float]) -> dict[str, float]:
    """
    Numbers scaled to add up to 1.

    Raises
    ------
    InputError
        If one is negative or no number, or all are 0.
    """
    bad = [f"{k} = {v:g}" for k, v in values.items() if not (math.isfinite(v) and v >= 0.0)]
    total = math.fsum(v for v in values.values() if math.isfinite(v))
    if bad or total <= 0.0:
        shown = listed(bad) or listed(f"{k} = {v:g}" for k, v in values.items())
        raise InputError(
            Text(
                f"权重须是不小于 0 的数，且不得全为 0：{shown}",
                f"weights must be numbers of at least 0, and not all 0: {shown}",
            )
        )
    return {key: value / total for key, value in values.items()}


def with_weights(weights: Mapping[str, float], changed: Mapping[str, float]) -> dict[str, float]:
    """
    Set some weights and scale the others so that all add up to 1.

    Parameters
    ----------
    weights : mapping of criterion to weight
        They add up to 1.
    changed : mapping of criterion to weight
        In [0, 1], together at most 1; with all criteria they must add up to 1.

    Raises
    ------
    InputError
        With all faults at once.

    Examples
    --------
    >>> with_weights({"slope": 0.5, "road": 0.3, "town": 0.2}, {"slope": 0.0})
    {'slope': 0.0, 'road': 0.6, 'town': 0.4}
    """
    raise_all(_changed_faults(weights, changed))
    rest = math.fsum(w for key, w in weights.items() if key not in changed)
    left = 1.0 - math.fsum(changed.values())
    scale = left / rest if rest else 0.0
    return {key: float(changed.get(key, w * scale)) for key, w in weights.items()}


def _changed_faults(weights: Mapping[str, float], changed: Mapping[str, float]) -> list[Text]:
    strange = [key for key in changed if key not in weights]
    wide = [f"{key} = {w:g}" for key, w in changed.items() if not 0.0 <= w <= 1.0]
    total = math.fsum(changed.values())
    rest = math.fsum(w for key, w in weights.items() if key not in changed)
    faults = []
    if strange:
        faults.append(
            Text(
                f"没有指标 {listed(strange)}；方案有：{listed(weights)}",
                f"there is no criterion {listed(strange)}; the scheme has: {listed(weights)}",
            )
        )
    if wide:
        faults.append(
            Text(f"权重须在 0 至 1 之间：{listed(wide)}", f"weights are 0 to 1: {listed(wide)}")
        )
    fits = math.isclose(total, 1.0, rel_tol=_RECIPROCAL) if rest == 0.0 else total <= 1.0
    if not (strange or wide or fits):
        faults.append(
            Text(
                f"给定的权重合计 {total:g}；须不超过 1，没有其余指标可分摊时须等于 1",
                f"the weights given add up to {total:g}; at most 1 is required, and 1 where no "
                "other criterion can take the rest",
            )
        )
    return faults
