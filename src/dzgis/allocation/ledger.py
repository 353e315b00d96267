"""Ledgers (台账) of clusters, axes and industries; and two of them side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.planning import LEDGER, Ledgers, WhatIf
from dzgis.terms import ClusterStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dzgis.plan.model import Plan
    from dzgis.terms import Text

_MEMBERS = (ClusterStatus.LISTED, ClusterStatus.COUNTY)
_GROUPS = ("clear", "conflicting", "undetermined")
_COUNTS = tuple(name for name in LEDGER if name.startswith("n_"))
_JOINT = "+"
INDUSTRY_COLUMNS = [
    "industry",
    "clusters",
    "axes",
    "available_m2",
    "n_proposed",
    "proposed_m2",
]


def ledgers(
    plan: Plan,
    net: Mapping[str, pd.DataFrame],
    *,
    proposed: pd.DataFrame,
    parcels: pd.DataFrame,
) -> Ledgers:
    """
    Ledgers of clusters and axes.

    Parameters
    ----------
    plan : Plan
    net : mapping of level to DataFrame
        `dzgis.planning.AccountTables.net`; levels ``cluster`` and ``corridor``, column
        ``available_m2``, indexed by id, "" for none. A place that is not there is not known: NaN.
    proposed : DataFrame
        Candidates as `dzgis.allocation.assign` gives them; where there is a column ``chosen``,
        only those that are.
    parcels : DataFrame
        Checked parcels as `dzgis.allocation.assign` gives them, with ``verdict``.

    Returns
    -------
    Ledgers
        Every cluster and every axis has a row, and "" for none.

    Notes
    -----
    As in the account, ground and parcels of townships that an open list does not name are in no
    cluster here, and a parcel is in the corridor that holds most of it (column ``corridor``).
    """
    chosen = proposed
    if "chosen" in proposed.columns:
        chosen = proposed[proposed["chosen"].astype(bool)]
    clusters = [cluster.id for cluster in plan.clusters]
    axes = [axis.id for axis in plan.axes]
    of_clusters = _ledger(
        [*clusters, ""], net["cluster"], chosen.assign(place=_cluster_of(chosen)),
        parcels.assign(place=_cluster_of(parcels)),
    )  # fmt: skip
    of_axes = _ledger(
        [*axes, ""], net["corridor"], chosen.assign(place=chosen["corridor"]),
        parcels.assign(place=parcels["corridor"]),
    )  # fmt: skip
    return Ledgers(of_clusters, of_axes, _industries(plan, of_clusters))


def _cluster_of(table: pd.DataFrame) -> pd.Series[str]:
    """Cluster of which a parcel is a member, "" for none."""
    status = [ClusterStatus(str(one)) for one in table["cluster_status"]]
    member = np.array([one in _MEMBERS for one in status], dtype=bool)
    return table["cluster"].astype(object).where(member, "")


def _ledger(
    places: Sequence[str], net: pd.DataFrame, proposed: pd.DataFrame, parcels: pd.DataFrame
) -> pd.DataFrame:
    found = pd.DataFrame({"available_m2": net["available_m2"].reindex(list(places))})
    group = _groups(parcels)
    parts = {"proposed": proposed, "checked": parcels}
    parts |= {name: parcels[(group == name).to_numpy(dtype=bool)] for name in _GROUPS}
    for name, part in parts.items():
        by_place = part.groupby("place")["area_m2"]
        found[f"n_{name}"] = by_place.count().reindex(found.index, fill_value=0)
        found[f"{name}_m2"] = by_place.sum().reindex(found.index, fill_value=0.0)
    counts = dict.fromkeys(_COUNTS, "int64")
    return found[list(LEDGER)].astype({**dict.fromkeys(LEDGER, "float64"), **counts})


def _groups(parcels: pd.DataFrame) -> pd.Series[str]:
    """Clear, undetermined, or conflicting: every other verdict."""
    alone = {Verdict.CLEAR: "clear", Verdict.UNDETERMINED: "undetermined"}
    verdicts = [Verdict(str(one)) for one in parcels["verdict"]]
    words = [alone.get(one, "conflicting") for one in verdicts]
    return pd.Series(words, index=parcels.index, dtype=object)


def _industries(plan: Plan, clusters: pd.DataFrame) -> pd.DataFrame:
    """
    Industries by the clusters and the axes' belts to which the plan assigns them.

    One that only a belt names has no cluster: what is available for it is not known (NaN).
    """
    named = dict.fromkeys(
        [i for c in plan.clusters for i in c.industries]
        + [i for a in plan.axes for i in a.belt_industries]
    )
    rows = []
    for industry in named:
        own = [c.id for c in plan.clusters if industry in c.industries]
        belts = [a.id for a in plan.axes if industry in a.belt_industries]
        part = clusters.loc[own]
        available_m2 = float(part["available_m2"].sum(skipna=False)) if own else np.nan
        n_proposed, proposed_m2 = int(part["n_proposed"].sum()), float(part["proposed_m2"].sum())
        places = _JOINT.join(own), _JOINT.join(belts)
        rows.append((industry, *places, available_m2, n_proposed, proposed_m2))
    return pd.DataFrame(rows, columns=INDUSTRY_COLUMNS)


# ------------------------------------------------------------------ side by side


def side_by_side(
    base: pd.DataFrame, changed: pd.DataFrame, *, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """
    Put two tables of the same places side by side, e.g. ledgers with and without a layer.

    Parameters
    ----------
    base, changed : DataFrame
        Indexed by place; a place that one of them lacks is not known there (NaN).
    columns : sequence of str, optional
        Which columns; by default all of `base` that both have.

    Returns
    -------
    DataFrame
        Column levels: the column, and of it ``base``, ``changed``, ``difference`` (changed −
        base). Rows as in `base`, then what only `changed` has.
    """
    rows = [*base.index, *(place for place in changed.index if place not in base.index)]
    both = [name for name in base.columns if name in changed.columns]
    parts = {}
    for name in both if columns is None else columns:
        before, after = base[name].reindex(rows), changed[name].reindex(rows)
        parts[name] = pd.DataFrame(
            {"base": before, "changed": after, "difference": after - before}, index=rows
        )
    return pd.concat(parts, axis=1) if parts else pd.DataFrame(index=rows)


def what_if(
    name: Text,
    base: Mapping[str, pd.DataFrame],
    changed: Mapping[str, pd.DataFrame],
    *,
    what: Text,
    column: str = "available_m2",
) -> WhatIf:
    """
    One change and what follows from it.

    Parameters
    ----------
    name : Text
        E.g. "without P06".
    base, changed : mapping of level to DataFrame
        Such as `dzgis.planning.AccountTables.net`; levels ``county`` and ``cluster``.
    what : Text
        What is compared.
    column : str
    """
    county, cluster = (
        pd.DataFrame(side_by_side(base[level], changed[level], columns=[column])[column])
        for level in ("county", "cluster")
    )
    return WhatIf(name, county.add_suffix("_m2"), cluster.add_suffix("_m2"), what)
