"""Protection layers (红线图层) by role: one `Layer` for every role of the plan's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dzgis.errors import CRSError, InputError, MissingFileError, listed
from dzgis.frames import Layer
from dzgis.inputs.files import split_source
from dzgis.inputs.protection_layer import Asked, read_layer
from dzgis.terms import ROLES, LayerStatus, Text, role_text

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas as gpd

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.plan.model import Plan

Sources = Mapping[str, "Path | str"]
Covers = Mapping[str, Sequence[str]]


def read_protection(  # noqa: PLR0913 - all that decides how layers are read
    sources: Sources,
    plan: Plan,
    *,
    as_of: dt.date,
    counties: gpd.GeoDataFrame | None,
    covers: Covers | None = None,
    crs: Mapping[str, str] | None = None,
    shift: DatumShift | None = None,
) -> dict[str, Layer]:
    """
    Read the protection layers that were given, and say of the others that they are absent.

    Parameters
    ----------
    sources : mapping of role to path
        A path may be ``file.gpkg`` or ``file.gpkg::LAYER``. A role that no rule names is read too.
    plan : Plan
    as_of : date
        Day of the check: a layer that was valid until an earlier day is outdated.
    counties : GeoDataFrame or None
        From `read_counties`; surveyed extents are made of them, where counties are named.
    covers : mapping of role to codes or names of counties, optional
        Where a layer was surveyed; overrides the ``SOURCES.toml`` beside the file. Without either
        the extent is the convex hull of the layer's features.
    crs : mapping of role to CRS, optional
        Of layers that say none, e.g. ``{"pbf": "EPSG:4543"}``.
    shift : DatumShift, optional
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.

    Returns
    -------
    dict of role to Layer
        Every role of ``plan.rules.roles`` in their order, then the others that were given. Frames
        hold valid polygons with ``feature_id`` and the attributes that rules name, in EPSG:4490 or
        in the file's own metric projected CRS.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With the faults of all layers: a file that cannot be read, no CRS, invalid rings, a missing
        attribute, unknown values, a layer elsewhere than the plan, an unknown role or county, a
        layer that is recognised as another role or given for two.
    """
    given = covers or {}
    known = (*plan.rules.roles, *ROLES)
    named = dict.fromkeys((*sources, *given))
    errors = [InputError(_unknown_role(role, known)) for role in named if role not in known]
    layers: dict[str, Layer] = {}
    for role in dict.fromkeys((*plan.rules.roles, *sources)):
        if role not in sources:
            layers[role] = absent(role)
        elif role in known:
            given_crs = (crs or {}).get(role)
            asked = Asked(role, sources[role], as_of, given.get(role), given_crs, shift)
            try:
                layers[role] = read_layer(asked, plan, counties=counties)
            except InputError as error:
                errors.append(error)
    errors += [InputError(fault) for fault in _given_twice(layers.values())]
    _raise(errors)
    return layers


def _given_twice(layers: Iterable[Layer]) -> list[Text]:
    """One layer for several roles: the same bytes and the same name, wherever they lie."""
    same: dict[tuple[str, str | None], list[Layer]] = {}
    for layer in layers:
        if layer.frame is not None:
            key = layer.sha256, split_source(layer.source)[1]
            same.setdefault(key, []).append(layer)
    return [_twice(several) for several in same.values() if len(several) > 1]


def _twice(layers: Sequence[Layer]) -> Text:
    sources = listed(dict.fromkeys(layer.source for layer in layers))
    zh = "、".join(f"{role_text(layer.role).zh}（{layer.role}）" for layer in layers)
    en = ", ".join(f"{role_text(layer.role).en} ({layer.role})" for layer in layers)
    return Text(
        f"同一图层 {sources} 给了几个角色：{zh}；一个图层只能有一个角色，请分别给出各自的图层",
        f"one layer, {sources}, is given for several roles: {en}; a layer has one role, give "
        "each its own layer",
    )


def absent(role: str) -> Layer:
    """Return the layer of a role for which nothing was given: absent is not empty."""
    words = role_text(role)
    reason = Text(
        f"没有提供“{words.zh}”图层，不能视为没有{words.zh}；请补充（--protect {role}=路径）",
        f"no layer '{words.en}' was given, which does not mean that there is none; "
        f"add it (--protect {role}=PATH)",
    )
    return Layer(role, None, None, LayerStatus.ABSENT, reason=reason)


def _unknown_role(role: str, known: Sequence[str]) -> Text:
    roles = list(dict.fromkeys(known))
    return Text(
        f"未知的图层角色 {role}；可用：{listed(roles, len(roles))}",
        f"unknown layer role {role}; there are: {listed(roles, len(roles))}",
    )


def _raise(errors: Sequence[InputError]) -> None:
    """Raise all faults at once, as the class that all errors have in common."""
    if not errors:
        return
    faults = dict.fromkeys(fault for error in errors for fault in error.faults)
    for kind in (MissingFileError, CRSError):
        if all(isinstance(error, kind) for error in errors):
            raise kind(*faults)
    raise InputError(*faults)
