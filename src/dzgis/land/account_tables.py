"""What an account adds up to: what is left of each place, what took the rest, what-ifs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.plan.exclusions import JOINT, Effect
from dzgis.planning import LOSS, NET, AccountTables, Claimed, WhatIf
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE, M2_PER_KM2, M2_PER_MU

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.plan.model import Plan
    from dzgis.planning import Account

LEVELS = ("county", "district", "cluster", "corridor")
UNITS_M2: Mapping[str, float] = {
    "m2": 1.0,
    "m²": 1.0,
    "ha": M2_PER_HECTARE,
    "km2": M2_PER_KM2,
    "km²": M2_PER_KM2,
    "mu": M2_PER_MU,
}
"""Units of area that claims of a plan are stated in."""


def account_tables(account: Account, plan: Plan) -> AccountTables:
    """
    Add up an account.

    Parameters
    ----------
    account : Account
    plan : Plan
        Gives the places of each level and their order; each has a row.

    Returns
    -------
    AccountTables

    Notes
    -----
    Ground that several exclusions take is split evenly among those that decide: the hard ones where
    there are any, else the weighted ones. So no figure depends on the order of exclusions, and what
    is attributed adds up to what is taken. Ground counts as shared where another one that takes
    land, hard or weighted, holds too; contexts, conditions and inclusions share nothing.
    """
    cube = _read(account)
    ids, places = account.exclusions.ids, _places(account, plan)
    under = _under(cube["taken"], ids)
    levels = _levels(cube, plan)
    return AccountTables(
        net={name: _net(cube, levels[name], places[name]) for name in LEVELS},
        losses={
            name: _losses(cube, under, levels[name], places[name], account.exclusions)
            for name in LEVELS
        },
        combinations=_combinations(cube),
        overlap_matrix=_overlaps(cube, under, ids),
        classes={name: _classes(cube, levels[name], places[name], plan) for name in LEVELS},
        land_classes=_land_classes(cube, account, places["county"]),
    )


def claimed_figures(account: Account, contiguous_m2: float, plan: Plan) -> tuple[Claimed, ...]:
    """
    Figures of the plan that are areas, beside three of ours.

    Parameters
    ----------
    account : Account
    contiguous_m2 : float
        Available low-hill land in regions of the least size and width.
    plan : Plan
        Claims in another unit than one of area are left out.
    """
    cube = _read(account)
    raw, net = float(cube["raw_m2"].sum()), float(cube["available_m2"].sum())
    return tuple(
        Claimed(
            Text(claim.name, claim.name_en),
            claim.value * UNITS_M2[claim.unit],
            raw,
            net,
            contiguous_m2,
            Text(claim.caution, claim.caution_en),
        )
        for claim in plan.claims
        if claim.unit in UNITS_M2
    )


def what_if(account: Account, without: Sequence[str], plan: Plan) -> WhatIf:
    """
    What would be available without some exclusions; read from the cube, nothing is counted anew.

    Parameters
    ----------
    account : Account
    without : sequence of str
        Ids of exclusions.
    plan : Plan

    Raises
    ------
    KeyError
        If there is no such exclusion.
    """
    changed = account.exclusions.without(*without)
    base, other = _read(account), _read(account, changed)
    places, levels = _places(account, plan), _levels(base, plan)
    tables = {}
    for level in ("county", "cluster"):
        both = pd.DataFrame({"base_m2": base["available_m2"], "changed_m2": other["available_m2"]})
        table = both.groupby(levels[level]).sum().reindex(places[level], fill_value=0.0)
        table.index.name = level
        tables[level] = table.assign(difference_m2=table["changed_m2"] - table["base_m2"])
    names = {one.id: one.text for one in account.exclusions.exclusions}
    zh = "、".join(f"{names[one].zh}（{one}）" for one in without)
    en = ", ".join(f"{names[one].en} ({one})" for one in without)
    what = Text("可用低丘缓坡用地", "available low-hill land")
    return WhatIf(Text(f"不计 {zh}", f"without {en}"), tables["county"], tables["cluster"], what)


def _read(account: Account, exclusions: ExclusionSet | None = None) -> pd.DataFrame:
    """The cube with what each row is worth."""
    by = exclusions or account.exclusions
    kept = set(by.ids)
    taken = {
        text: tuple(one for one in text.split(JOINT) if one in kept)
        for text in account.cube["taken"].unique()
    }
    left = {text: by.share_left(ids) for text, ids in taken.items()}
    conditional = {text: bool(by.conditions_on(ids)) for text, ids in taken.items()}
    cube = account.cube.reset_index(drop=True)
    raw = cube["m2"].where(cube["slope_class"].isin(account.low_hill), 0.0)
    available = raw * cube["taken"].map(left).astype(float)
    return cube.assign(
        raw_m2=raw,
        available_m2=available,
        taken_m2=raw - available,
        conditional_m2=available.where(cube["taken"].map(conditional).astype(bool), 0.0),
        unknown_m2=cube["m2"].where(cube["slope_class"] == 0, 0.0),
    )


def _places(account: Account, plan: Plan) -> dict[str, list[str]]:
    """Every place of the plan in its order; others that the cube has, and "" for none, after."""
    cube = account.cube
    counties = [county.code for county in plan.counties]
    clusters = [cluster.id for cluster in plan.clusters]
    corridors = [axis.id for axis in plan.axes]
    return {
        "county": _with_others(counties, cube["county_code"]),
        "district": _with_others([d.id for d in plan.districts], ()),
        "cluster": _with_others([*clusters, ""], cube["cluster"]),
        "corridor": _with_others([*corridors, ""], cube["corridor"]),
    }


def _with_others(known: list[str], found: Sequence[str] | pd.Series[str]) -> list[str]:
    return list(dict.fromkeys([*known, *sorted(set(map(str, found)))]))


def _levels(cube: pd.DataFrame, plan: Plan) -> dict[str, pd.Series[str]]:
    """Place of each row at each level."""
    district = {code: county.district for county in plan.counties for code in county.codes}
    return {
        "county": cube["county_code"],
        "district": cube["county_code"].map(district).fillna(""),
        "cluster": cube["cluster"],
        "corridor": cube["corridor"],
    }


def _net(cube: pd.DataFrame, level: pd.Series[str], places: Sequence[str]) -> pd.DataFrame:
    columns = [name for name in NET if name != "area_m2"]
    table = cube.groupby(level)[["m2", *columns]].sum().reindex(list(places), fill_value=0.0)
    table.index.name = "place"
    return table.rename(columns={"m2": "area_m2"})[list(NET)]


def _under(taken: pd.Series[str], ids: Sequence[str]) -> pd.DataFrame:
    """Whether each row lies under each exclusion."""
    sets = {text: set(text.split(JOINT)) for text in taken.unique()}
    columns = {one: [one in sets[text] for text in taken] for one in ids}
    return pd.DataFrame(columns, index=taken.index, columns=list(ids), dtype=bool)


def _losses(
    cube: pd.DataFrame,
    under: pd.DataFrame,
    level: pd.Series[str],
    places: Sequence[str],
    exclusions: ExclusionSet,
) -> pd.DataFrame:
    """What each exclusion holds of low-hill land, at each place."""
    raw, texts = cube["raw_m2"], cube["taken"].unique()
    parts = {text: _fair_parts(text, exclusions) for text in texts}
    takers = {text: set(_takers(text, exclusions)) for text in texts}
    rows = {}
    for one in exclusions.ids:
        gross = raw.where(under[one], 0.0)
        others = cube["taken"].map({text: bool(found - {one}) for text, found in takers.items()})
        alone = gross.where(~others.astype(bool), 0.0)
        fair = cube["taken"].map({text: part.get(one, 0.0) for text, part in parts.items()})
        table = pd.DataFrame(
            {
                "gross_m2": gross,
                "alone_m2": alone,
                "shared_m2": gross - alone,
                "attributed_m2": cube["taken_m2"] * fair.astype(float),
            }
        )
        rows[one] = table.groupby(level).sum().reindex(list(places), fill_value=0.0)
    keys = pd.MultiIndex.from_product([places, exclusions.ids], names=["place", "exclusion"])
    if not rows:
        return pd.DataFrame(columns=list(LOSS), index=keys, dtype=float)
    joined = pd.concat(rows, names=["exclusion", "place"]).swaplevel()
    return joined.reindex(keys)[list(LOSS)]


def _takers(text: str, exclusions: ExclusionSet) -> dict[str, Effect]:
    """Exclusions that take land under a combination."""
    deciding = exclusions.effective(text.split(JOINT))
    return {one.id: one.effect for one in deciding if one.effect in (Effect.HARD, Effect.WEIGHTED)}


def _fair_parts(text: str, exclusions: ExclusionSet) -> dict[str, float]:
    """Part of what is taken of ground under a combination that each exclusion answers for."""
    takers = _takers(text, exclusions)
    # Nothing is left under a hard one, whatever else holds there.
    hard = [one for one, effect in takers.items() if effect is Effect.HARD]
    deciding = hard or list(takers)
    return {one: 1.0 / len(deciding) for one in deciding}


def _combinations(cube: pd.DataFrame) -> pd.DataFrame:
    table = cube.groupby("taken", as_index=False)[["raw_m2", "available_m2"]].sum()
    table = table[table["raw_m2"] > 0.0].rename(columns={"raw_m2": "m2", "available_m2": "left_m2"})
    return table.sort_values(["m2", "taken"], ascending=[False, True], ignore_index=True)


def _overlaps(cube: pd.DataFrame, under: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame:
    flags = under.to_numpy(dtype=np.float64).reshape(len(cube), len(ids))
    common = flags.T @ (flags * cube["raw_m2"].to_numpy()[:, np.newaxis])
    return pd.DataFrame(common, index=list(ids), columns=list(ids))


def _classes(
    cube: pd.DataFrame, level: pd.Series[str], places: Sequence[str], plan: Plan
) -> pd.DataFrame:
    numbers = range(1, len(plan.slope_classes.classes) + 1)
    table = cube.pivot_table(
        index=level.rename("place"), columns="slope_class", values="m2", aggfunc="sum"
    )
    table = table.reindex(index=list(places), columns=[0, *numbers]).fillna(0.0)
    table.index.name, table.columns.name = "place", None
    return table[list(numbers)].assign(unknown=table[0])


def _land_classes(cube: pd.DataFrame, account: Account, counties: Sequence[str]) -> pd.DataFrame:
    columns = {"m2": "area_m2", "raw_m2": "raw_m2", "available_m2": "available_m2"}
    keys = ["county_code", "land_class"]
    given = cube if account.land_classes else cube.iloc[:0]
    table = given.groupby(keys)[list(columns)].sum().rename(columns=columns)
    order = {code: n for n, code in enumerate(counties)}
    rows = sorted(table.index, key=lambda key: (order[key[0]], key[1]))
    return table.reindex(pd.MultiIndex.from_tuples(rows, names=keys)) if rows else table
