"""
Proper names: Chinese as they are, in English text with the English form beside or below.

A name is a `Text` whose English part is empty where the plan knows none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps.value import said
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.plan.model import Plan
    from dzgis.terms import Language


def beside(name: Text, lang: Language) -> str:
    """
    Name on one line.

    Examples
    --------
    >>> beside(Text("安宁市", "Anning"), "en"), beside(Text("安宁市", "Anning"), "zh")
    ('安宁市 Anning', '安宁市')
    """
    return " ".join(_parts(name, lang))


def stacked(name: Text, lang: Language) -> str:
    """Name as it stands on the map, the English form on a line of its own."""
    return "\n".join(_parts(name, lang))


def _parts(name: Text, lang: Language) -> list[str]:
    twice = lang == "en" and name.en and name.en != name.zh
    return [name.zh, name.en] if twice else [name.zh]


def county(plan: Plan, code: object, name: object) -> Text:
    """Name of a county as the frame has it, English by the plan."""
    english = {c: county.name_en for county in plan.counties for c in county.codes}
    return Text(said(name, "zh"), english.get(str(code), ""))


def district(plan: Plan, key: object) -> Text:
    """Name of a district by its id; an unknown id is its own name."""
    names = {d.id: Text(d.name, d.name_en) for d in plan.districts}
    return names.get(str(key), Text(said(key, "zh"), ""))


def cluster(plan: Plan, key: object, name: object = None) -> Text:
    """Name of a cluster by its id; one that the plan does not know is called `name`."""
    names = {c.id: Text(c.name, c.name_en) for c in plan.clusters}
    return names.get(str(key), Text(said(name, "zh") or said(key, "zh"), ""))


def axis(plan: Plan, key: object) -> Text:
    """Name of an axis by its id; an unknown id is its own name."""
    names = {a.id: Text(a.name, a.name_en) for a in plan.axes}
    return names.get(str(key), Text(said(key, "zh"), ""))
