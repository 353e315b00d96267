"""
Land classes of parcels (现状地类) by village and owner, ridges of fields deducted (扣除田坎).

Ground under several patches that say the same counts once. Where they say different things it is
its own row with all that is said, joined by a slash: nothing is decided, nothing hidden.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dzgis.area import polygon_area_m2
from dzgis.errors import InputError
from dzgis.frames import FEATURE_ID, check_columns, check_polygons
from dzgis.overlay import ground_under, parts_of
from dzgis.terms import Text
from dzgis.units import DECIMALS_M2, apportioned, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

    from dzgis.frames import Layer
    from dzgis.overlay import Part
    from dzgis.plan.land_classes import LandClassScheme
    from dzgis.terms import LandGroup

COLUMNS = [
    "parcel_id",
    "code",
    "name",
    "group",
    "village",
    "owner",
    "ownership",
    "area_m2",
    "ridge_m2",
    "net_m2",
    "ridges_known",
    "patches",
]
_LAST = ["ridges_known", "patches"]
DISPUTED = "/"
"""Between what patches on the same ground say differently."""
CLASS = "land_class"
_SAID = {
    "code": CLASS,
    "village": "village",
    "owner": "owner",
    "ownership": "ownership",
    "name": "land_class_name",
    "number": "number",
}
_NOT_KNOWN = Text("地类未知", "land class not known")


class _Key(NamedTuple):
    """What a row of the table is about; the words are those of the layer."""

    code: str
    village: str
    owner: str
    ownership: str


class _Patch(NamedTuple):
    """
    What is said of a piece of ground.

    Attributes
    ----------
    ridge_share : float
        Of the area, NaN where it is not known.
    numbers : tuple of str
        Of the patches that say it.
    """

    key: _Key
    name: str
    ridge_share: float
    numbers: tuple[str, ...]


def parcel_land_classes(
    parcels: gpd.GeoDataFrame, layer: Layer, scheme: LandClassScheme
) -> pd.DataFrame:
    """
    Areas of land classes in each parcel.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons indexed by unique ``parcel_id``, any CRS.
    layer : Layer
        Land-use patches (地类图斑): ``land_class``, and as far as the layer has them
        ``land_class_name, village, owner, ownership``, ``number`` of the patch and ``ridge_share``
        (田坎系数, in [0, 1), NaN where not known).
    scheme : LandClassScheme

    Returns
    -------
    DataFrame, one row a parcel, class, village and owner
        Columns `COLUMNS`. ``code`` as the layer has it, blank where there is no patch or the patch
        does not say; ``name`` (`Text`), the standard's, else the layer's; ``group``
        (`LandGroup` or None); ``area_m2`` (ellipsoidal) in 0.01 m², adding up to the parcel's area
        of record; ``ridge_m2``, what coefficients take away; ``net_m2`` = area − ridge;
        ``ridges_known``: False where nothing was taken away because a coefficient, or the class, is
        not known, so that the net area is the most there can be; ``patches``, their numbers or ids.
        By parcel in the given order, then by code, the blank one last.

    Raises
    ------
    InputError
        If parcels are invalid, the layer has no frame or no ``land_class``, or patches near the
        parcels are invalid.
    """
    check_polygons(parcels, name="parcels")
    frame = _frame_of(layer)
    ground = ground_under(parcels, frame, name=layer.source or layer.role)
    met = ground.covered.features
    patches = dict(zip(met.tolist(), _patches(frame.iloc[met], scheme), strict=True))
    record = polygon_area_m2(parcels).to_numpy(dtype=np.float64).tolist()
    rows = [
        (str(parcels.index[row]), *told)
        for row, own in groupby(parts_of(ground), key=lambda part: part.target)
        for told in _rows_of_parcel([(p.area_m2, _said(p, patches)) for p in own], record[row])
    ]
    keys = ["parcel_id", *_Key._fields]
    table = pd.DataFrame(rows, columns=[*keys, "name", "area_m2", "ridge_m2", *_LAST])
    table = table.astype({"area_m2": float, "ridge_m2": float, "ridges_known": bool})
    table["net_m2"] = (table["area_m2"] - table["ridge_m2"]).round(DECIMALS_M2)
    said = zip(table["code"], table["name"], strict=True)
    names = [_name(*one, scheme) for one in said]
    groups = [_group(code, scheme) for code in table["code"]]
    # As objects: pandas makes words of enums where pyarrow is installed.
    table["name"] = pd.Series(names, index=table.index, dtype=object)
    table["group"] = pd.Series(groups, index=table.index, dtype=object)
    return table[COLUMNS]


def _frame_of(layer: Layer) -> gpd.GeoDataFrame:
    if layer.frame is None:
        raise InputError(Text(f"图层 {layer.role} 不可用", f"layer {layer.role} cannot be used"))
    check_columns(layer.frame, (FEATURE_ID, CLASS), name=layer.source or layer.role)
    return layer.frame


def _patches(frame: gpd.GeoDataFrame, scheme: LandClassScheme) -> Iterator[_Patch]:
    """What each patch says, in the order of the layer."""
    words = {
        field: frame[column].astype(str).str.strip() if column in frame.columns else blank
        for blank in [pd.Series("", index=frame.index)]
        for field, column in _SAID.items()
    }
    number = words["number"].where(words["number"] != "", frame[FEATURE_ID].astype(str))
    if "ridge_share" in frame.columns:
        shares = frame["ridge_share"].to_numpy(dtype=np.float64)
    else:
        shares = np.full(len(frame), np.nan)
    keys = map(_Key, *(words[field] for field in _Key._fields))
    for key, name, share, one in zip(keys, words["name"], shares, number, strict=True):
        # Only fields have ridges: a blank is none of land that is known to be other land.
        other = scheme.find(key.code) is not None and not scheme.has_ridges(key.code)
        yield _Patch(key, name, 0.0 if math.isnan(share) and other else float(share), (one,))


def _said(part: Part, patches: Mapping[int, _Patch]) -> _Patch:
    """What the patches on a part say together."""
    own = [patches[n] for n in part.features]
    if len(own) == 1:
        return own[0]
    if not own:
        return _Patch(_Key("", "", "", ""), "", math.nan, ())
    key = _Key(*(_together(values) for values in zip(*(one.key for one in own), strict=True)))
    shares = {one.ridge_share for one in own}
    share = shares.pop() if len(shares) == 1 else math.nan
    numbers = tuple(number for one in own for number in one.numbers)
    return _Patch(key, _together([one.name for one in own]), share, numbers)


def _together(values: Iterable[str]) -> str:
    """Values that are said, each once; a blank says nothing."""
    return DISPUTED.join(sorted({value for value in values if value}))


def _rows_of_parcel(
    parts: Sequence[tuple[float, _Patch]], record_m2: float
) -> Iterator[tuple[object, ...]]:
    """Rows of one parcel: key, name, area, ridges and patches; areas add up to its own."""
    by_key: dict[_Key, list[tuple[float, _Patch]]] = {}
    for m2, said in parts:
        by_key.setdefault(said.key, []).append((m2, said))
    keys = sorted(by_key, key=lambda key: (key.code == "", key))
    sums = [math.fsum(m2 for m2, _ in by_key[key]) for key in keys]
    areas, _ = apportioned(sums, record_m2, DECIMALS_M2)
    for key, area_m2 in zip(keys, areas, strict=True):
        own = by_key[key]
        known = [(m2, said.ridge_share) for m2, said in own if not math.isnan(said.ridge_share)]
        ridge_m2 = round_half_up(math.fsum(m2 * share for m2, share in known), DECIMALS_M2)
        numbers = sorted({number for _, said in own for number in said.numbers})
        name = _together(said.name for _, said in own)
        yield *key, name, area_m2, ridge_m2, len(known) == len(own), ";".join(numbers)


def _name(code: str, said: str, scheme: LandClassScheme) -> Text:
    """Name of the scheme; the layer's own for codes that the scheme does not have as they are."""
    known = scheme.by_code.get(code.upper())
    if known is not None:
        return known.text
    if said:
        return Text(said, said)
    found = scheme.find(code)
    return _NOT_KNOWN if found is None else found.text


def _group(code: str, scheme: LandClassScheme) -> LandGroup | None:
    """Group of a code; of ground whose class is disputed only where all are of one group."""
    found = {known.group if known else None for known in map(scheme.find, code.split(DISPUTED))}
    return found.pop() if len(found) == 1 else None
