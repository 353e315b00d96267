"""Why ground did not become a candidate, and why a cluster gets less than it wants."""

from __future__ import annotations

from dzgis.terms import Text, criterion_text
from dzgis.units import hectares, round_half_up

_DROPPED = {
    "cell_share": Text("像元可用比例不足（个数为像元）", "too little of the cell (number: cells)"),
    "width": Text("宽度不足", "too narrow"),
    "area": Text("面积不足", "too small"),
    "straight": Text("界线取直时退出", "given up for straight edges"),
    "strips": Text("切去窄条", "narrow strips cut off"),
    "margin": Text("界线退让毫米余量", "borders drawn back by millimetres"),
    "compactness": Text("不够紧凑", "not compact enough"),
    "slope": Text("平均坡度过陡，或不明", "too steep on the average, or slope not known"),
}
_HECTARE_DECIMALS = 2


def dropped_text(reason: str) -> Text:
    """Words for a reason id, e.g. ``area`` or ``near:road``."""
    if reason in _DROPPED:
        return _DROPPED[reason]
    kind, role = reason.split(":", 1)
    layer = criterion_text(role)
    if kind == "near":
        return Text(f"离{layer.zh}太远", f"too far from {layer.en}")
    return Text(f"离{layer.zh}太近", f"too near to {layer.en}")


def shortfall_text(missing: str, n_there: int, there_m2: float, n_spaced: int) -> Text:
    """
    Why a cluster gets less than it wants.

    Parameters
    ----------
    missing : str
        What is missing, with its unit in both languages; "" for nothing.
    n_there, there_m2 : int, float
        All candidates of the cluster.
    n_spaced : int
        Of them those that lie too near to chosen ones.
    """
    if not missing:
        return Text("", "")
    ha = round_half_up(hectares(there_m2), _HECTARE_DECIMALS)
    zh = f"缺 {missing}：候选地块共 {n_there} 块、{ha:.2f} 公顷"
    en = f"{missing} missing: there are {n_there} candidates with {ha:.2f} ha"
    if n_spaced:
        zh += f"，其中 {n_spaced} 块离已选地块太近"
        en += f", {n_spaced} of which lie too near to chosen ones"
    return Text(zh, en)
