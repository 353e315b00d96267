"""Reading a plan file: every fault it has, said at once."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis.errors import MissingFileError, PlanError, listed, raise_all
from dzgis.plan.check import check_plan
from dzgis.plan.check_rules import check_rules
from dzgis.plan.faults import schema_faults
from dzgis.plan.model import Plan
from dzgis.plan.rules import RuleFile
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from dzgis.plan.rules import RuleSet

DEFAULT_PLAN = "dianzhong-2014"
"""The plan that is used when none is named."""

_SUFFIX = ".toml"
_PLAN, _RULE_SET = Text("规划", "plan"), Text("规则集", "rule set")


def plan_names() -> tuple[str, ...]:
    """Names of the plans that ship with dzgis, in alphabetical order."""
    names = (file.name for file in resources.files("dzgis.plan").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def load_plan(name_or_path: str | Path) -> Plan:
    """
    Read and check a plan.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped plan (see `plan_names`), or path of a plan file in TOML.

    Returns
    -------
    Plan

    Raises
    ------
    MissingFileError
        If there is no such plan or file.
    PlanError
        With all faults of the file, each with its place, e.g. ``clusters[north].townships[2]``
        (list items without a name are counted from 1): first those of its form, and when it has
        none, what in it does not fit together.
    """
    file = _found(name_or_path)
    data = read_toml(file)
    raise_all(named_faults(file.name, schema_faults(data)), PlanError)
    plan = Plan.model_validate(data)
    raise_all(named_faults(file.name, check_plan(plan)), PlanError)
    return plan


def rule_set_names() -> tuple[str, ...]:
    """Names of the rule sets that ship with dzgis: those of plans, then those that stand alone."""
    return (*(load_plan(name).rules.id for name in plan_names()), *_shipped_sets())


def load_rules(name_or_path: str | Path) -> RuleSet:
    """
    Read and check a rule set.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped set (see `rule_set_names`), or path of a TOML file that is a plan or
        holds only a table ``[rules]``.

    Raises
    ------
    MissingFileError
        If there is no such set or file.
    PlanError
        With all faults of the file, each with its place.
    """
    if name_or_path in _shipped_sets():
        return _rules_of(_shipped_sets()[str(name_or_path)])
    for name in plan_names():
        if isinstance(name_or_path, str) and (plan := load_plan(name)).rules.id == name_or_path:
            return plan.rules
    path = Path(name_or_path)
    if not path.exists():
        raise MissingFileError(not_found(str(name_or_path), _RULE_SET, rule_set_names()))
    return _rules_of(path)


def is_rule_file(data: Mapping[str, object]) -> bool:
    """Whether values of a file are a rule set, with or without exclusions, and no plan."""
    return "rules" in data and set(data) <= {"rules", "exclusions"}


def _rules_of(file: Path | Traversable) -> RuleSet:
    data = read_toml(file)
    if isinstance(file, Path) and not is_rule_file(data):
        return load_plan(file).rules
    data = {key: value for key, value in data.items() if key != "exclusions"}
    raise_all(named_faults(file.name, schema_faults(data, of=RuleFile)), PlanError)
    rules = RuleFile.model_validate(data).rules
    raise_all(named_faults(file.name, check_rules(rules)), PlanError)
    return rules


def _shipped_sets() -> dict[str, Traversable]:
    files = (resources.files("dzgis.plan") / "rule_sets").iterdir()
    names = {f.name.removesuffix(_SUFFIX): f for f in files if f.name.endswith(_SUFFIX)}
    return dict(sorted(names.items()))


def read_toml(file: Path | Traversable) -> dict[str, object]:
    """
    Values of a TOML file.

    Raises
    ------
    MissingFileError, PlanError
        If there is no such file, or it is not TOML in UTF-8.
    """
    if isinstance(file, Path) and not file.exists():
        raise MissingFileError(
            Text(f"没有文件 {file}；请检查路径", f"there is no file {file}; check its path")
        )
    return _parsed(_text(file), file.name)


def _found(name_or_path: str | Path) -> Path | Traversable:
    if isinstance(name_or_path, str) and name_or_path in plan_names():
        return resources.files("dzgis.plan") / f"{name_or_path}{_SUFFIX}"
    path = Path(name_or_path)
    if not path.exists():
        raise MissingFileError(not_found(str(name_or_path), _PLAN, plan_names()))
    return path


def not_found(wanted: str, kind: Text, shipped: Sequence[str]) -> Text:
    """Neither a shipped plan or rule set nor a file is called `wanted`."""
    names, close = listed(shipped), get_close_matches(wanted, shipped, n=1)
    return Text(
        f"没有名为“{wanted}”的{kind.zh}，也没有这个文件；自带{kind.zh}：{names}"
        + "".join(f"；是否指 {name}？" for name in close),
        f"there is no {kind.en} and no file '{wanted}'; shipped {kind.en}s: {names}"
        + "".join(f"; did you mean {name}?" for name in close),
    )


def _text(file: Path | Traversable) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(
            Text(
                f"{file.name}：不是 UTF-8 文本（第 {error.start + 1} 字节起）；"
                "规划文件须是 UTF-8 编码的 TOML，请另存为 UTF-8",
                f"{file.name}: not UTF-8 text (from byte {error.start + 1}); a plan file is TOML "
                "in UTF-8, save it as UTF-8",
            )
        ) from error
    except OSError as error:
        raise PlanError(
            Text(
                f"{file.name}：无法读取（{error.strerror}）；请给出规划文件的路径",
                f"{file.name}: cannot be read ({error.strerror}); give the path of a plan file",
            )
        ) from error


def _parsed(text: str, name: str) -> dict[str, object]:
    """Values of a TOML text; a fault of syntax with its line and column."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason, zh, en = _position(str(error), text)
        raise PlanError(
            Text(
                f"{name}：{zh} TOML 语法错误：{reason}",
                f"{name}: {en}: not valid TOML: {reason}",
            )
        ) from error


def _position(message: str, text: str) -> tuple[str, str, str]:
    """Split what the TOML reader says into its reason and the place, in Chinese and English."""
    reason = re.sub(r" \(at [^)]*\)$", "", message)
    if found := re.search(r"at line (\d+), column (\d+)", message):
        line, column = found.groups()
        return reason, f"第 {line} 行第 {column} 列", f"line {line}, column {column}"
    last = text.count("\n") + 1
    return reason, f"文件末尾（第 {last} 行）", f"end of file (line {last})"


def named_faults(name: str, faults: Sequence[Text]) -> list[Text]:
    """Put the file's name before each fault."""
    return [Text(f"{name}：{fault.zh}", f"{name}: {fault.en}") for fault in faults]
