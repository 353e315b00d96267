"""
A check made again from what it left behind, on whatever machine, and held against its record.

By default parcels, layers and rules are those of evidence.gpkg and of the record in check.json;
originals stand in for them where they are given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis import reports
from dzgis.errors import InputError
from dzgis.pipeline.broken import with_broken
from dzgis.pipeline.check import check_parcels
from dzgis.pipeline.evidence import versions
from dzgis.pipeline.evidence_record import EVIDENCE
from dzgis.pipeline.inputs import Inputs
from dzgis.pipeline.record_compare import Comparison, Difference, compare
from dzgis.pipeline.verify_files import (
    MANIFEST,
    Manifest,
    Record,
    file_differences,
    read_check,
    read_manifest,
    record_differences,
)
from dzgis.pipeline.verify_ground import PARCELS, Ground, ground_of
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.reconcile import reconcile_areas
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dzgis.findings import Check
    from dzgis.pipeline.evidence_record import Evidence
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
    manifest = read_manifest(path)
    by = plan or (manifest.plan if manifest else None) or load_plan(DEFAULT_PLAN)
    ground = ground_of(path.parent, evidence, originals, by)
    again, faults = _check_again(ground, evidence)
    differences = list(ground.differences)
    if manifest is not None:
        differences += file_differences(manifest, evidence)
        differences += record_differences(record, evidence, manifest)
    found = Comparison()
    if again is not None:
        found = compare(record, _record(again, evidence), leave_out=_left_out(evidence))
    differences += found.differences
    return Verification(
        path=path,
        differences=tuple(d for n, d in enumerate(differences) if d not in differences[:n]),
        missing=(*ground.missing, *faults),
        verified=(*_told_of_files(manifest), *(_told_of_ground(ground) if again else ())),
        not_verified=(
            *_told_of_absent(manifest),
            *_told_of_unknown(found.unknown),
            *_told_of_evidence(ground),
            *_told_of_versions(evidence),
        ),
        n_equal=found.n_equal,
    )


# ---------------------------------------------------------------------------------- the check again


def _check_again(ground: Ground, evidence: Evidence) -> tuple[Check | None, list[Text]]:
    """Check of the ground, or none where something is missing; and why it cannot be made."""
    if ground.parcels is None or ground.missing:
        return None, []
    try:
        found = check_parcels(
            ground.parcels,
            ground.layers,
            evidence.rules,
            as_of=evidence.as_of,
            project_type=evidence.project_type,
        )
        areas = reconcile_areas(ground.parcels, evidence.area_limits)
    except InputError as error:
        return None, [
            Text(f"复算不成：{f.zh}", f"computing again failed: {f.en}") for f in error.faults
        ]
    return with_broken(replace(found, areas=areas), ground.broken), []


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


def _told_of_ground(ground: Ground) -> Iterator[Text]:
    """What the check was made again of."""
    if ground.originals:
        names = [_PARCELS if role == PARCELS else role_text(role) for role in ground.originals]
        yield Text(
            f"按原始数据复算：{'、'.join(name.zh for name in names)}",
            f"computed again from original data: {', '.join(name.en for name in names)}",
        )
    if ground.of_evidence:
        yield Text(
            f"按 {EVIDENCE}（校验值相符）和 check.json 中的规则复算",
            f"computed again from {EVIDENCE} (its hash is right) and the rules in check.json",
        )


def _told_of_evidence(ground: Ground) -> Iterator[Text]:
    if not ground.of_evidence:
        return
    yield Text(
        "证据取自核查时的图层，图层原件、要素总数、日期和调查范围按其记录；要连同原件核对，"
        "请用 --parcels 和 --protect",
        "the evidence was taken from the layers when the check was made; the layers themselves, "
        "their counts, dates and extents are as recorded: verify them with --parcels and --protect",
    )
    if ground.broken and PARCELS not in ground.originals:
        n = len(ground.broken)
        yield Text(
            f"{n} 个无法核查的地块没有图形在证据中，其原因按记录",
            f"{n} parcels that could not be judged are not in the evidence; their faults are as "
            "recorded",
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
