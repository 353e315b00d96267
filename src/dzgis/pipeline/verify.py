"""
A check made again from what it left behind, on whatever machine, and held against its record.

By default parcels, layers and rules are those of evidence.gpkg and of the record in check.json;
originals stand in for them where they are given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from dzgis import inputs as room
from dzgis import reports
from dzgis.errors import InputError
from dzgis.pipeline.broken import with_broken
from dzgis.pipeline.evidence import bare_layer, read_evidence, versions
from dzgis.pipeline.inputs import Inputs, load
from dzgis.pipeline.record_compare import Difference, compare
from dzgis.pipeline.steps import check_parcels
from dzgis.pipeline.verify_files import (
    MANIFEST,
    Manifest,
    Record,
    file_differences,
    read_check,
    read_manifest,
    record_differences,
)
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.reconcile import reconcile_areas
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.findings import Check
    from dzgis.frames import Layer
    from dzgis.pipeline.evidence_record import Evidence
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.model import Plan
    from dzgis.terms import Language

EQUAL, DIFFERS, UNVERIFIABLE = "equal", "differs", "unverifiable"
_PARCELS = Text("地块", "parcels")
_WORDS = frozenset({"reason", "extent", "fault", "notes"})
"""Fields with sentences of dzgis, which another version may word otherwise."""


@dataclass(frozen=True)
class Verification:
    """
    What became of a check that was made again.

    Attributes
    ----------
    path : Path
        Of check.json.
    differences : tuple of Difference
    missing : tuple of Text
        Without which the figures cannot be made again.
    verified, not_verified : tuple of Text
        What was held against what, and what was not.
    n_equal : int
        Values that are equal to the last digit recorded.
    """

    path: Path
    differences: tuple[Difference, ...]
    missing: tuple[Text, ...]
    verified: tuple[Text, ...]
    not_verified: tuple[Text, ...]
    n_equal: int

    @property
    def outcome(self) -> str:
        """``equal``, ``differs`` or ``unverifiable``."""
        if self.differences:
            return DIFFERS
        return UNVERIFIABLE if self.missing else EQUAL


class _Ground(NamedTuple):
    """What a check is made again of; parcels None where they are missing."""

    parcels: gpd.GeoDataFrame | None
    layers: dict[str, Layer]
    broken: Mapping[str, Text]
    missing: list[Text]
    from_evidence: list[Text]
    from_originals: list[Text]
    differences: list[Difference]


def verify(
    path: Path, originals: Inputs | None = None, *, plan: Plan | None = None
) -> Verification:
    """
    Make a check again and compare every figure with check.json.

    Parameters
    ----------
    path : Path
        Of check.json; run.json and evidence.gpkg are looked for beside it.
    originals : Inputs, optional
        Parcels and layers to use in place of the evidence; what it does not name is the
        evidence's. ``covers``, ``fields`` and ``crs`` are those of the check unless they are given.
    plan : Plan, optional
        By which originals are read; by default that of run.json.

    Returns
    -------
    Verification

    Raises
    ------
    MissingFileError, InputError
        If check.json, run.json, evidence.gpkg or an original cannot be read.
    """
    try:
        return _verify(path, originals or Inputs(), plan)
    finally:
        room.forget_archives()


def _verify(path: Path, originals: Inputs, plan: Plan | None) -> Verification:
    record, evidence = read_check(path)
    manifest = read_manifest(path.parent / MANIFEST)
    differences = list(_evidence_difference(path.parent, evidence))
    verified, not_verified = list(_told_of_files(manifest)), list(_told_of_absent(manifest))
    if manifest is not None:
        differences += file_differences(manifest)
        differences += record_differences(record, evidence, manifest)
    by = plan or (manifest.plan if manifest else None) or load_plan(DEFAULT_PLAN)
    ground = _ground(path.parent, evidence, originals, by)
    differences += ground.differences
    n_equal = 0
    if ground.parcels is not None and not ground.missing:
        again = _check_again(ground.parcels, ground, evidence)
        found = compare(record, _record(again, evidence), leave_out=_left_out(evidence))
        differences += found.differences
        n_equal = found.n_equal
        verified += [*ground.from_originals, *ground.from_evidence]
        not_verified += _told_of_unknown(found.unknown)
        not_verified += _told_of_evidence(ground)
    not_verified += _told_of_versions(evidence)
    once = [one for n, one in enumerate(differences) if one not in differences[:n]]
    told = (tuple(ground.missing), tuple(verified), tuple(not_verified))
    return Verification(path, tuple(once), *told, n_equal)


def _evidence_difference(folder: Path, evidence: Evidence) -> Iterator[Difference]:
    """Whether evidence.gpkg is there and is not that of the check."""
    if evidence.geometry is not None and (folder / evidence.geometry.file).is_file():
        found = room.sha256_of(folder / evidence.geometry.file)
        if found != evidence.geometry.sha256:
            yield Difference(evidence.geometry.file, evidence.geometry.sha256, found)


# ------------------------------------------------------------------------------ what it is made of


def _ground(folder: Path, evidence: Evidence, originals: Inputs, plan: Plan) -> _Ground:
    """Parcels and layers: originals where they are given, else those of evidence.gpkg."""
    ground = _Ground(None, {}, evidence.broken, [], [], [], [])
    asked = bool(originals.parcels or originals.protection)
    loaded = _originals(evidence, originals, plan) if asked else None
    needed = [
        one.role
        for one in evidence.layers
        if one.role not in originals.protection and (one.crs or one.extent_crs)
    ]
    if needed or originals.parcels is None:
        ground = _with_evidence(ground, folder, evidence, needs_parcels=originals.parcels is None)
    else:
        bare = {one.role: bare_layer(one) for one in evidence.layers}
        ground = ground._replace(layers=bare)
    return ground if loaded is None else _with_originals(ground, evidence, loaded, originals)


def _with_evidence(
    ground: _Ground, folder: Path, evidence: Evidence, *, needs_parcels: bool
) -> _Ground:
    bare = {one.role: bare_layer(one) for one in evidence.layers}
    if evidence.geometry is None:
        return ground._replace(layers=bare, missing=[_LEFT_OUT])
    path = folder / evidence.geometry.file
    if not path.is_file():
        lacks = Text(
            f"没有 {path}；请把它放在 check.json 旁，或用 --parcels 和 --protect 给出原始数据",
            f"there is no {path}; put it beside check.json, or give the original data with "
            "--parcels and --protect",
        )
        return ground._replace(layers=bare, missing=[lacks])
    if list(_evidence_difference(folder, evidence)):
        lacks = Text(
            f"{path} 与 check.json 所记的校验值不符：被改动过，或是另一次核查的，未用于复算",
            f"{path} differs from its hash in check.json: it was changed, or is another check's, "
            "and was not computed with",
        )
        return ground._replace(layers=bare, missing=[lacks])
    held = read_evidence(path, evidence)
    used = Text(
        f"按 {path.name}（校验值相符）和 check.json 中的规则复算：{evidence.n_parcels} 个地块",
        f"computed again from {path.name} (its hash is right) and the rules in check.json: "
        f"{evidence.n_parcels} parcels",
    )
    parcels = held.parcels if needs_parcels else None
    return ground._replace(parcels=parcels, layers=held.layers, from_evidence=[used])


_LEFT_OUT = Text(
    "核查时没有留下图形（涉密），只能用 --parcels 和 --protect 给出原始数据来复核",
    "the check left its shapes out, as secret: it can only be verified with the original data, "
    "given with --parcels and --protect",
)


def _originals(evidence: Evidence, originals: Inputs, plan: Plan) -> Loaded:
    """Originals read as for the check, under its rules."""
    known = {one.role: one for one in evidence.sources}
    recorded = {one.role: one.crs_given for one in evidence.sources}
    recorded |= {one.role: one.crs_given for one in evidence.layers}
    read = {"counties", *originals.protection, *(["parcels"] if originals.parcels else [])}
    crs = {role: given for role, given in recorded.items() if given and role in read}
    fields = known["parcels"].fields if "parcels" in known else {}
    covers = {role: names for role, names in evidence.covers.items() if role in read}
    filled = replace(
        originals,
        crs={**crs, **originals.crs},
        fields=originals.fields or fields,
        covers={**covers, **originals.covers},
    )
    by = plan.model_copy(update={"rules": evidence.rules})
    return load(by, filled, as_of=evidence.as_of, apart=True)


def _with_originals(
    ground: _Ground, evidence: Evidence, loaded: Loaded, originals: Inputs
) -> _Ground:
    given = [*originals.protection, *(["parcels"] if originals.parcels else [])]
    names = [_PARCELS if role == "parcels" else role_text(role) for role in given]
    used = Text(
        f"按原始数据复算：{'、'.join(name.zh for name in names)}",
        f"computed again from original data: {', '.join(name.en for name in names)}",
    )
    was = {one.role: one.source for one in evidence.layers}
    layers = ground.layers | {
        role: replace(loaded.layers[role], source=was.get(role, ""))  # wherever it lies now
        for role in originals.protection
    }
    ground = ground._replace(
        layers=layers,
        from_originals=[used],
        missing=_still_missing(ground, evidence, given),
        differences=[*ground.differences, *_source_differences(evidence, loaded, given)],
    )
    if loaded.parcels is None:
        return ground
    return ground._replace(parcels=loaded.parcels, broken=loaded.broken)


def _still_missing(ground: _Ground, evidence: Evidence, given: list[str]) -> list[Text]:
    """What the evidence would have had and no original stands in for."""
    if not ground.missing:
        return []
    wanted = [one.role for one in evidence.layers if one.crs or one.extent_crs]
    lost = [role for role in ("parcels", *wanted) if role not in given]
    shown = ", ".join("--parcels" if role == "parcels" else f"--protect {role}=" for role in lost)
    return [*ground.missing, Text(f"还需要：{shown}", f"still needed: {shown}")]


def _source_differences(
    evidence: Evidence, loaded: Loaded, given: list[str]
) -> Iterator[Difference]:
    """Originals that are not, byte for byte, what was checked."""
    found = {str(record["role"]): str(record["sha256"]) for record in loaded.records}
    wanted = {one.role: one.sha256 for one in evidence.sources}
    for role in ("parcels", "counties"):
        uses = role in given or (role == "counties" and bool(loaded.covers))
        if uses and role in wanted and found.get(role) != wanted[role]:
            yield Difference(f"{role}.sha256", wanted[role], found.get(role))


# ---------------------------------------------------------------------------------- the check again


def _check_again(parcels: gpd.GeoDataFrame, ground: _Ground, evidence: Evidence) -> Check:
    try:
        found = check_parcels(parcels, ground.layers, evidence.rules, as_of=evidence.as_of)
        areas = reconcile_areas(parcels, evidence.area_limits)
    except InputError as error:
        faults = [
            Text(f"复算不成：{f.zh}", f"computing again failed: {f.en}") for f in error.faults
        ]
        raise type(error)(*faults) from error
    return with_broken(replace(found, areas=areas), ground.broken)


def _record(check: Check, evidence: Evidence) -> Record:
    """Record of a check as a JSON file gives it back: NaN is null, a tuple a list."""
    made = json.dumps(reports.check_record(check, evidence.lang))
    back: Record = json.loads(made, parse_constant=lambda _: None)
    return back


def _left_out(evidence: Evidence) -> frozenset[str]:
    """Fields that are not compared: sentences of another version of dzgis."""
    same = evidence.versions.get("dzgis") == versions()["dzgis"]
    return frozenset() if same else _WORDS


# ------------------------------------------------------------------------------------- what is told


def _told_of_files(manifest: Manifest | None) -> Iterator[Text]:
    if manifest is not None:
        n = len(manifest.there)
        yield Text(
            f"{n} 个输出文件与 {MANIFEST} 的校验值对照",
            f"{n} output files were held against their hashes in {MANIFEST}",
        )


def _told_of_absent(manifest: Manifest | None) -> Iterator[Text]:
    if manifest is None:
        yield Text(
            f"旁边没有 {MANIFEST}：其他输出文件（check.xlsx 等）是否被改动未核对",
            f"there is no {MANIFEST} beside it: whether other outputs (check.xlsx …) were changed "
            "was not verified",
        )
    elif manifest.not_there:
        names = ", ".join(manifest.not_there)
        yield Text(f"文件不在，未核对：{names}", f"not there, hence not verified: {names}")


def _told_of_unknown(unknown: Mapping[str, int]) -> Iterator[Text]:
    if unknown:
        names = ", ".join(f"{name} ({n})" for name, n in unknown.items())
        yield Text(
            f"check.json 中不能复算的内容：{names}",
            f"fields of check.json that were not made again: {names}",
        )


def _told_of_evidence(ground: _Ground) -> Iterator[Text]:
    if ground.from_evidence:
        yield Text(
            "证据取自核查时的图层，图层原件、要素总数、日期和调查范围按其记录；要连同原件核对，"
            "请用 --parcels 和 --protect",
            "the evidence was taken from the layers when the check was made; the layers "
            "themselves, their counts, dates and extents are as recorded: verify them with "
            "--parcels and --protect",
        )
        if ground.broken:
            n = len(ground.broken)
            yield Text(
                f"{n} 个无法核查的地块没有图形在证据中，其原因按记录",
                f"{n} parcels that could not be judged are not in the evidence; their faults are "
                "as recorded",
            )


def _told_of_versions(evidence: Evidence) -> Iterator[Text]:
    here = versions()
    other = {name: (was, here.get(name, "—")) for name, was in evidence.versions.items()}
    shown = ", ".join(f"{name} {was} → {now}" for name, (was, now) in other.items() if was != now)
    if shown:
        yield Text(
            f"版本不同（{shown}）：末位数字可能因此不同；dzgis 版本不同时不比较文字说明",
            f"other versions ({shown}): last digits may differ for that; sentences are not "
            "compared where the version of dzgis differs",
        )


def verification_record(found: Verification, lang: Language) -> dict[str, object]:
    """Record of a verification for machines."""
    return {
        "check": str(found.path),
        "outcome": found.outcome,
        "n_equal": found.n_equal,
        "differences": [
            {"path": one.path, "recorded": one.recorded, "recomputed": one.recomputed}
            for one in found.differences
        ],
        "missing": [text.say(lang) for text in found.missing],
        "verified": [text.say(lang) for text in found.verified],
        "not_verified": [text.say(lang) for text in found.not_verified],
    }
