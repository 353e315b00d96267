"""What a check is made again of: its evidence, or originals in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis.errors import InputError
from dzgis.pipeline.evidence import bare_layer, read_evidence
from dzgis.pipeline.record_compare import Difference
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.frames import Layer
    from dzgis.inputs import DatumShift, ParcelsApart
    from dzgis.pipeline.evidence_record import Evidence
    from dzgis.pipeline.inputs import Inputs
    from dzgis.plan.model import Plan

PARCELS, COUNTIES = "parcels", "counties"


@dataclass(frozen=True)
class Ground:
    """
    Parcels and layers to make a check again of.

    Attributes
    ----------
    parcels : GeoDataFrame or None
        None where they are missing.
    layers : dict of role to Layer
        All roles of the check.
    broken : mapping of parcel_id to Text
    missing : tuple of Text
        Without which the check cannot be made again.
    originals : tuple of str
        Roles, and ``parcels``, that are of original data.
    of_evidence : bool
        Whether any shape is of evidence.gpkg.
    differences : tuple of Difference
        Files that are not, byte for byte, those of the check.
    """

    parcels: gpd.GeoDataFrame | None
    layers: dict[str, Layer]
    broken: Mapping[str, Text]
    missing: tuple[Text, ...] = ()
    originals: tuple[str, ...] = ()
    of_evidence: bool = False
    differences: tuple[Difference, ...] = ()


def ground_of(folder: Path, evidence: Evidence, originals: Inputs, plan: Plan) -> Ground:
    """
    Parcels and layers: originals where they are given, else those of evidence.gpkg.

    Parameters
    ----------
    folder : Path
        Of check.json.
    evidence : Evidence
    originals : Inputs
    plan : Plan
        By which originals are read, under the rules of the check.

    Raises
    ------
    InputError
        If the file or an original cannot be read; with the faults of all originals.
    """
    found = _read_originals(evidence, originals, plan)
    wanted = [PARCELS, *(one.role for one in evidence.layers if one.crs or one.extent_crs)]
    needed = [role for role in wanted if role not in found.given]
    ground = Ground(None, {one.role: bare_layer(one) for one in evidence.layers}, evidence.broken)
    ground = replace(ground, differences=tuple(_evidence_differences(folder, evidence)))
    if needed:
        ground = _of_evidence(ground, folder, evidence, needed)
    was = {one.role: one.source for one in evidence.layers}
    layers = {  # wherever they lie now, they are called as they were
        role: replace(layer, source=was.get(role, layer.source))
        for role, layer in found.layers.items()
    }
    ground = replace(
        ground,
        layers=ground.layers | layers,
        originals=found.given,
        differences=(*ground.differences, *_source_differences(evidence, found)),
    )
    if found.parcels is None:
        return ground
    return replace(ground, parcels=found.parcels.parcels, broken=found.parcels.broken)


# -------------------------------------------------------------------------------- the evidence


def _evidence_differences(folder: Path, evidence: Evidence) -> Iterator[Difference]:
    """Whether evidence.gpkg is there and is not that of the check."""
    if evidence.geometry is not None and (folder / evidence.geometry.file).is_file():
        found = room.sha256_of(folder / evidence.geometry.file)
        if found != evidence.geometry.sha256:
            yield Difference(evidence.geometry.file, evidence.geometry.sha256, found)


def _of_evidence(ground: Ground, folder: Path, evidence: Evidence, needed: list[str]) -> Ground:
    """Ground with what evidence.gpkg has; without it, with what is missing."""
    why = _unusable(ground, folder, evidence)
    if why is not None or evidence.geometry is None:
        words = [f"--{PARCELS}" if role == PARCELS else f"--protect {role}=" for role in needed]
        shown = " ".join(words)
        asked = Text(f"需要原始数据：{shown}", f"original data are needed: {shown}")
        return replace(ground, missing=(why or _LEFT_OUT, asked))
    held = read_evidence(folder / evidence.geometry.file, evidence)
    return replace(ground, parcels=held.parcels, layers=held.layers, of_evidence=True)


_LEFT_OUT = Text(
    "核查时没有留下图形（涉密），只能用原始数据复核",
    "the check left its shapes out, as secret: it can only be verified with the original data",
)


def _unusable(ground: Ground, folder: Path, evidence: Evidence) -> Text | None:
    """Why evidence.gpkg cannot be used."""
    if evidence.geometry is None:
        return _LEFT_OUT
    path = folder / evidence.geometry.file
    if not path.is_file():
        return Text(
            f"没有 {path}；请把它放在 check.json 旁，或给出原始数据",
            f"there is no {path}; put it beside check.json, or give the original data",
        )
    if ground.differences:
        return Text(
            f"{path} 与 check.json 所记的校验值不符：被改动过，或是另一次核查的，未用于复算",
            f"{path} differs from its hash in check.json: it was changed, or is another check's, "
            "and was not computed with",
        )
    return None


# -------------------------------------------------------------------------------- the originals


@dataclass
class _Originals:
    """Originals that were read, and hashes of those that are no layers; filled as it goes."""

    parcels: ParcelsApart | None = None
    layers: dict[str, Layer] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> tuple[str, ...]:
        """Roles, and ``parcels``, that were read."""
        return (*([PARCELS] if self.parcels is not None else []), *self.layers)


def _read_originals(evidence: Evidence, originals: Inputs, plan: Plan) -> _Originals:
    """All originals that are given, read as for the check; all their faults at once."""
    found, faults = _Originals(), []
    by = plan.model_copy(update={"rules": evidence.rules})
    shift = room.parse_datum_shift(originals.datum_shift) if originals.datum_shift else None
    reads: list[Callable[[], None]] = []
    if originals.parcels is not None:
        reads.append(lambda: _read_parcels(found, evidence, originals, by, shift))
    if originals.protection:
        reads.append(lambda: _read_layers(found, evidence, originals, by, shift))
    for read in reads:
        try:
            read()
        except InputError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError(*(fault for error in faults for fault in error.faults))
    return found


def _read_parcels(
    found: _Originals,
    evidence: Evidence,
    originals: Inputs,
    plan: Plan,
    shift: DatumShift | None,
) -> None:
    if originals.parcels is None:
        return
    said = next((one for one in evidence.sources if one.role == PARCELS), None)
    found.parcels = room.read_parcels_apart(
        originals.parcels,
        plan,
        crs=originals.crs.get(PARCELS) or (said.crs_given if said else "") or None,
        shift=shift,
        fields=originals.fields or (said.fields if said else {}),
    )
    found.sha256[PARCELS] = room.sha256_of(originals.parcels)


def _read_layers(
    found: _Originals,
    evidence: Evidence,
    originals: Inputs,
    plan: Plan,
    shift: DatumShift | None,
) -> None:
    roles = set(originals.protection)
    given = {one.role: one.crs_given for one in evidence.layers if one.crs_given}
    covers = {**evidence.covers, **originals.covers}
    read = room.read_protection(
        originals.protection,
        plan,
        as_of=evidence.as_of,
        counties=_counties(found, evidence, originals, plan, shift),
        covers={role: names for role, names in covers.items() if role in roles},
        crs={**given, **originals.crs},
        shift=shift,
    )
    found.layers = {role: layer for role, layer in read.items() if role in roles}


def _counties(
    found: _Originals,
    evidence: Evidence,
    originals: Inputs,
    plan: Plan,
    shift: DatumShift | None,
) -> gpd.GeoDataFrame | None:
    """Counties that extents are made of: those given, or the sample where the check had that."""
    said = next((one for one in evidence.sources if one.role == COUNTIES), None)
    path = originals.counties
    if path is None and said is not None and room.sha256_of(room.sample(COUNTIES)) == said.sha256:
        path = room.sample(COUNTIES)
    if path is None:
        return None
    crs = originals.crs.get(COUNTIES) or (said.crs_given if said else "") or None
    found.sha256[COUNTIES] = room.sha256_of(path)
    return room.read_counties(path, plan, crs=crs, shift=shift)


def _source_differences(evidence: Evidence, found: _Originals) -> Iterator[Difference]:
    """Originals that are not, byte for byte, what was checked; layers say theirs themselves."""
    for one in evidence.sources:
        now = found.sha256.get(one.role, one.sha256)
        if now != one.sha256:
            yield Difference(f"{one.role}.sha256", one.sha256, now)
