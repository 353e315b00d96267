"""check.json as it was written, and the files that run.json beside it vouches for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dzgis import inputs as room
from dzgis.errors import InputError, MissingFileError
from dzgis.pipeline.evidence_record import Evidence
from dzgis.pipeline.record_compare import ABSENT, Difference
from dzgis.plan.model import Plan
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.plan.rules import RuleSet

Record = dict[str, Any]
CHECK, MANIFEST = "check.json", "run.json"


def read_check(path: Path) -> tuple[Record, Evidence]:
    """
    Record of a check, without its evidence, and that.

    Raises
    ------
    MissingFileError, InputError
        If the file is not there, no JSON, no record of a check, or of one without evidence.
    """
    said = read_json(path)
    if not {"rules", "as_of"} <= set(said) or not all(map(_are_records, _lists_of(said))):
        raise InputError(
            Text(
                f"{path} 不是 dzgis check 写出的 check.json；请给出 check.json",
                f"{path} is no check.json of dzgis check; give one",
            )
        )
    if "evidence" not in said:
        raise InputError(
            Text(
                f"{path} 没有证据记录（evidence），是旧版 dzgis 写出的，无法复核；请重新运行 "
                "dzgis check",
                f"{path} has no record of its evidence: an older dzgis wrote it, and it cannot be "
                "verified; run dzgis check again",
            )
        )
    evidence = said.pop("evidence")
    return said, _evidence(path, evidence)


def _lists_of(said: Record) -> list[object]:
    return [said.get("layers"), said.get("parcels")]


def _are_records(several: object) -> bool:
    return isinstance(several, list) and all(isinstance(one, dict) for one in several)


def _evidence(path: Path, said: object) -> Evidence:
    number = said.get("format") if isinstance(said, dict) else None
    if isinstance(number, int) and number > 1:
        raise InputError(
            Text(
                f"{path} 的证据格式 {number} 比本版 dzgis 新；请升级 dzgis",
                f"{path}: its evidence has the format {number}, newer than this dzgis; update it",
            )
        )
    try:
        return Evidence.model_validate_json(json.dumps(said))
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise InputError(
            Text(
                f"{path} 的证据记录已损坏（evidence.{at}：{first['msg']}），无法复核；请取原件",
                f"{path}: the record of its evidence is damaged (evidence.{at}: {first['msg']}) "
                "and cannot be verified; get the original",
            )
        ) from error


def read_json(path: Path) -> Record:
    """
    Object of a JSON file, read strictly.

    Raises
    ------
    MissingFileError, InputError
        If it is not there, no JSON, no object, or has a key twice: readers differ about which
        counts.
    """
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except FileNotFoundError as error:
        raise MissingFileError(
            Text(f"没有文件 {path}；请检查路径", f"there is no file {path}; check the path")
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            Text(
                f"{path} 读不成 JSON（{error}）；文件已损坏或不是 check.json",
                f"{path} cannot be read as JSON ({error}): it is damaged, or no check.json",
            )
        ) from error
    if not isinstance(said, dict):
        raise InputError(
            Text(f"{path} 不是 JSON 对象；请给出 check.json", f"{path} is no JSON object")
        )
    return said


def _unique(pairs: list[tuple[str, object]]) -> Record:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key twice: {twice}")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"no number: {word}")


@dataclass(frozen=True)
class Manifest:
    """
    run.json beside a check.json.

    Attributes
    ----------
    check : Path
        The check.json that it lies beside, under whatever name.
    outputs : dict of file name to sha256
    inputs : dict of role to sha256
    plan : Plan or None
    """

    check: Path
    outputs: dict[str, str]
    inputs: dict[str, str]
    plan: Plan | None

    @property
    def there(self) -> list[str]:
        """Names of the outputs that are there."""
        return [name for name in self.outputs if self.file(name) is not None]

    @property
    def not_there(self) -> list[str]:
        """Names of the outputs that are not."""
        return [name for name in self.outputs if self.file(name) is None]

    def file(self, name: str) -> Path | None:
        """File of an output; None where it is not there, or would lie in another folder."""
        if name == CHECK:
            return self.check
        told = PurePosixPath(name)  # of a file that may have been tampered with
        inside = not told.is_absolute() and ".." not in told.parts
        path = self.check.parent / told
        return path if inside and path.is_file() else None


def read_manifest(check: Path) -> Manifest | None:
    """
    Read the run.json beside a check.json, None where there is none.

    Raises
    ------
    InputError
        If it is damaged.
    """
    path = check.parent / MANIFEST
    if not path.exists():
        return None
    said = read_json(path)
    try:
        data = said["parameters"].get("plan_data")
        return Manifest(
            check=check,
            outputs={str(name): str(sha) for name, sha in said["outputs"].items()},
            inputs={str(one["role"]): str(one["sha256"]) for one in said["inputs"]},
            plan=None if data is None else Plan.model_validate_json(json.dumps(data)),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        why = type(error).__name__
        raise InputError(
            Text(
                f"{path} 已损坏，不是 dzgis check 写出的样子（{why}）；请取原件",
                f"{path} is damaged, not as dzgis check wrote it ({why}); get the original",
            )
        ) from error


def file_differences(manifest: Manifest, evidence: Evidence) -> Iterator[Difference]:
    """Outputs that are there and are not what was written, or that run.json should name."""
    wanted = (CHECK, *([evidence.geometry.file] if evidence.geometry else []))
    for name in dict.fromkeys((*wanted, *manifest.outputs)):
        written = manifest.outputs.get(name, ABSENT)
        path = manifest.file(name)
        if path is not None and (found := room.sha256_of(path)) != written:
            yield Difference(name, written, found)


def record_differences(
    record: Record, evidence: Evidence, manifest: Manifest
) -> Iterator[Difference]:
    """Where check.json and run.json contradict each other: hashes of inputs, rules."""
    said = {one.get("role"): one.get("sha256") for one in record["layers"] if one.get("sha256")}
    said |= {one.role: one.sha256 for one in evidence.sources}
    for role, sha256 in said.items():
        written = manifest.inputs.get(str(role), ABSENT)
        if written != sha256:
            yield Difference(f"run.json: inputs[{role}].sha256", written, sha256)
    if manifest.plan is not None:
        yield from _rule_differences(evidence.rules, manifest.plan.rules.on(evidence.as_of))


def _rule_differences(ours: RuleSet, written: RuleSet) -> Iterator[Difference]:
    """Fields in which the rules of check.json are not those of run.json."""
    sides = [
        {rule.id: rule.model_dump(mode="json") for rule in rules.rules}
        | {"tolerance": rules.tolerance.model_dump(mode="json")}
        for rules in (written, ours)
    ]
    for name in dict.fromkeys(one for side in sides for one in side):
        old, new = (side.get(name, {"id": ABSENT}) for side in sides)
        for field in dict.fromkeys((*old, *new)):
            if old.get(field) != new.get(field):
                where = f"evidence.rules[{name}].{field}"
                yield Difference(where, old.get(field, ABSENT), new.get(field, ABSENT))
