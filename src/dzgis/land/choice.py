"""Which candidates are proposed: the best of each cluster, so many or so much, and apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from dzgis.errors import InputError, listed
from dzgis.land.candidate_words import shortfall_text
from dzgis.land.own_plane import metres_per_degree, middle_latitudes, to_metres
from dzgis.planning import Proposal
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE, hectares, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.land.candidates import Regions
    from dzgis.plan.candidate_rules import Candidates

_ENOUGH_M2 = 1e-6
_MORE = 1.02
"""A plane over all candidates is off by less: what may be too near in it is looked at again."""
_HECTARE_DECIMALS = 2


class _Take(NamedTuple):
    """What one cluster gets: rows that are chosen, and rows that are too near to chosen ones."""

    rows: list[int]
    spaced: list[int]


def propose(
    regions: Regions,
    clusters_of_candidates: pd.Series[str],
    rules: Candidates,
    *,
    clusters: Iterable[str] = (),
) -> Proposal:
    """
    Choose among candidates, cluster by cluster.

    Parameters
    ----------
    regions : Regions
    clusters_of_candidates : Series, indexed by ``candidate_id``
        Id of the cluster, "" for none; rows in any order.
    rules : Candidates
    clusters : iterable of str
        Clusters that are told of though they have no candidate, in the order of the table.

    Returns
    -------
    Proposal
        ``chosen``: of each cluster the first in order that are not too near to any chosen before,
        up to the number or until the area is reached. Without a number or target all that are far
        enough apart are chosen; with one, candidates in no cluster are not. ``shortfall`` has a
        ``reason`` (`Text`, empty where nothing is missing), too.

    Raises
    ------
    InputError
        If it is not said of every candidate in which cluster it lies.

    Notes
    -----
    Candidates are taken in their order over all clusters, so that a parcel keeps its distance from
    better ones of a neighbouring cluster too.
    """
    found = regions.candidates
    cluster = clusters_of_candidates.reindex(found.index)
    lacking = found.index[cluster.isna()]
    if len(lacking):
        named = listed(lacking)
        raise InputError(
            Text(
                f"候选地块 {named} 没有给出组团；请逐个给出，不属任何组团者给空文本",
                f"no cluster is given for the candidates {named}; give one for each, an empty text "
                "for none",
            )
        )
    ids = cluster.astype(str).to_numpy(dtype=object)
    names = list(dict.fromkeys([*clusters, *ids, ""]))
    taken = _taken(found, ids, names, rules)
    chosen = np.zeros(len(found), dtype=bool)
    for take in taken.values():
        chosen[take.rows] = True
    rows = [_row(name, taken[name], ids == name, found["area_m2"], rules) for name in names]
    shortfall = pd.DataFrame(rows, index=pd.Index(names, name="cluster", dtype=object))
    shortfall["reason"] = pd.Series(
        [row["reason"] for row in rows], index=shortfall.index, dtype=object
    )
    place = list(found.columns).index("geometry")
    candidates = found.copy()
    candidates.insert(place, "chosen", chosen)
    return Proposal(candidates, regions.filled, shortfall, regions.dropped, regions.contiguous_m2)


def _taken(
    found: gpd.GeoDataFrame, ids: npt.NDArray[np.object_], names: Sequence[str], rules: Candidates
) -> dict[str, _Take]:
    """Take candidates one after the other: whether one may be taken depends on those before."""
    near = _too_near(found, rules.spacing_m)
    area = found["area_m2"].to_numpy(dtype=np.float64)
    taken = {name: _Take([], []) for name in names}
    chosen: set[int] = set()
    got = dict.fromkeys(names, 0.0)
    for row, name in enumerate(ids):
        if not _wants(name, len(taken[name].rows), got[name], rules):
            continue
        if not chosen.isdisjoint(near.get(row, ())):
            taken[name].spaced.append(row)
            continue
        taken[name].rows.append(row)
        got[name] += float(area[row])
        chosen.add(row)
    return taken


def _wants(name: str, n: int, m2: float, rules: Candidates) -> bool:
    number, target_ha = rules.wanted_by(name)
    if number is not None:
        return n < number
    if target_ha is not None:
        return m2 < target_ha * M2_PER_HECTARE - _ENOUGH_M2
    return not rules.chooses


def _too_near(found: gpd.GeoDataFrame, spacing_m: float) -> dict[int, set[int]]:
    """For each row the rows that are nearer than the spacing."""
    near: dict[int, set[int]] = {}
    if spacing_m <= 0.0 or found.empty:
        return near
    shapes = found.geometry.to_numpy()
    lat = middle_latitudes(shapes)
    least = metres_per_degree(np.array([lat[np.abs(lat).argmax()]]))
    plane = to_metres(shapes, np.repeat(least, len(shapes), axis=0))
    one, two = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=spacing_m * _MORE)
    one, two = one[one < two], two[one < two]
    own = metres_per_degree((lat[one] + lat[two]) / 2.0)
    apart_m = shapely.distance(to_metres(shapes[one], own), to_metres(shapes[two], own))
    for a, b in zip(one[apart_m < spacing_m], two[apart_m < spacing_m], strict=True):
        near.setdefault(int(a), set()).add(int(b))
        near.setdefault(int(b), set()).add(int(a))
    return near


def _row(
    name: str,
    take: _Take,
    mine: npt.NDArray[np.bool_],
    area_m2: pd.Series[float],
    rules: Candidates,
) -> dict[str, object]:
    """One row of the shortfall."""
    number, target_ha = rules.wanted_by(name)
    wanted_m2 = math.nan if target_ha is None else target_ha * M2_PER_HECTARE
    n, m2 = len(take.rows), float(area_m2.iloc[take.rows].sum())
    missing = math.nan if number is None else float(max(number - n, 0))
    missing_m2 = math.nan if target_ha is None else max(wanted_m2 - m2, 0.0)
    words = f"{missing:g} 块 parcels" if number is not None and missing > 0.0 else ""
    if target_ha is not None and missing_m2 > _ENOUGH_M2:
        words = f"{round_half_up(hectares(missing_m2), _HECTARE_DECIMALS):.2f} 公顷 ha"
    there_m2 = float(area_m2[mine].sum())
    return {
        "wanted": math.nan if number is None else float(number),
        "wanted_m2": wanted_m2,
        "n": n,
        "m2": m2,
        "missing": missing,
        "missing_m2": missing_m2,
        "reason": shortfall_text(words, int(mine.sum()), there_m2, len(take.spaced)),
    }
