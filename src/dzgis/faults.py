"""
What is wrong with a layer: one record a fault, with its place, its measure and its remedy.

`inputs` finds faults, `reports` and `stores` put them on paper; they share these values.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis.terms import Severity, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import shapely
    from pyproj import CRS

    from dzgis.terms import Language


@dataclass(frozen=True)
class FaultKind:
    """
    A kind of fault, and the rule by which it is found.

    Attributes
    ----------
    code : str
        Stable, e.g. ``self_intersection``.
    title : Text
    severity : Severity
        Of most of its faults; a layer that must tile makes some of them graver.
    remedy : Text
    limits : mapping of str to float
        Limits by name; the unit ends the name.
    source : str
        Where the rule or its limits are from.
    status : str
        ``confirmed`` or ``to_be_confirmed``.
    """

    code: str
    title: Text
    severity: Severity
    remedy: Text
    limits: Mapping[str, float] = field(default_factory=dict, hash=False)
    source: str = ""
    status: str = "confirmed"


@dataclass(frozen=True)
class Fault:
    """
    One fault.

    Attributes
    ----------
    kind : FaultKind
    severity : Severity
    layer : str
        ``path`` or ``path::layer``.
    message : Text
        What was found.
    record : int or None
        Number of the record, from 1; None where the fault is the layer's.
    feature_id : str
        What the record calls itself; empty where it has no name.
    x, y : float
        Place in the layer's CRS; NaN where the fault has none.
    lon, lat : float
        The same in CGCS2000 degrees; NaN where the CRS does not say where that is.
    measure : float
        Size of the fault in `unit`, NaN where it has none.
    unit : str
        ``m2``, ``m``, ``deg``, ``share`` or ``count``.
    geometry : Geometry or None
        Shape of the fault in the layer's CRS: where rings cross, the overlap, the gap.
    """

    kind: FaultKind
    severity: Severity
    layer: str
    message: Text
    record: int | None = None
    feature_id: str = ""
    x: float = math.nan
    y: float = math.nan
    lon: float = math.nan
    lat: float = math.nan
    measure: float = math.nan
    unit: str = ""
    geometry: shapely.Geometry | None = None

    @property
    def code(self) -> str:
        """Code of its kind."""
        return self.kind.code

    @property
    def remedy(self) -> Text:
        """What to do about it."""
        return self.kind.remedy


@dataclass(frozen=True)
class ExaminedLayer:
    """
    All that was found of one layer.

    Attributes
    ----------
    path : Path
    layer : str
        As messages call it.
    kind : Text
        What it was taken for.
    facts : tuple of Text
    faults : tuple of Fault
        Errors first; empty for a layer in which nothing is wrong.
    crs : CRS or None
        None where it is missing or cannot be used.
    """

    path: Path
    layer: str
    kind: Text
    facts: tuple[Text, ...] = ()
    faults: tuple[Fault, ...] = ()
    crs: CRS | None = None

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults that keep the layer from being used."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.ERROR)

    @property
    def counts(self) -> dict[tuple[FaultKind, Severity], int]:
        """How many faults there are of each kind, in the order of `faults`."""
        pairs = {(fault.code, fault.severity): fault.kind for fault in self.faults}
        numbers = Counter((fault.code, fault.severity) for fault in self.faults)
        return {(kind, key[1]): numbers[key] for key, kind in pairs.items()}


@dataclass(frozen=True)
class Examination:
    """
    What became of one path.

    Attributes
    ----------
    path : Path
    layers : tuple of ExaminedLayer
        One a layer of the file; a file that cannot be read has one with the reason.
    rules : tuple of FaultKind
        All kinds of faults that were looked for.
    """

    path: Path
    layers: tuple[ExaminedLayer, ...]
    rules: tuple[FaultKind, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults of all layers."""
        return tuple(fault for layer in self.layers for fault in layer.faults)

    @property
    def passed(self) -> bool:
        """Whether no layer has an error; warnings are allowed."""
        return not any(layer.errors for layer in self.layers)


def fault_record(fault: Fault, lang: Language) -> dict[str, object]:
    """Record of a fault for machines; what has no value is null."""
    numbers = {
        name: None if math.isnan(value) else value
        for name, value in (
            ("x", fault.x),
            ("y", fault.y),
            ("lon", fault.lon),
            ("lat", fault.lat),
            ("measure", fault.measure),
        )
    }
    return {
        "code": fault.code,
        "severity": fault.severity.value,
        "layer": fault.layer,
        "record": fault.record,
        "feature_id": fault.feature_id,
        **numbers,
        "unit": fault.unit,
        "message": fault.message.say(lang),
        "remedy": fault.remedy.say(lang),
    }


def layer_record(layer: ExaminedLayer, lang: Language) -> dict[str, object]:
    """Record of an examined layer for machines."""
    return {
        "path": str(layer.path),
        "layer": layer.layer,
        "kind": layer.kind.say(lang),
        "facts": [fact.say(lang) for fact in layer.facts],
        "counts": [
            {"code": kind.code, "severity": severity.value, "n": n}
            for (kind, severity), n in layer.counts.items()
        ],
        "faults": [fault_record(fault, lang) for fault in layer.faults],
    }
