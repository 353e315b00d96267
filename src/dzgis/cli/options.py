"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.database import is_database
from dzgis.engine import ENGINES
from dzgis.errors import InputError, MissingFileError, listed, raise_all
from dzgis.terms import LANGUAGES, ROLES, Text, default_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dzgis.pipeline import Inputs, Output
    from dzgis.plan.model import Plan
    from dzgis.plan.rules import RuleSet
    from dzgis.terms import Language

_COMMAS = re.compile(r"[,，、]")
_NAMES_WHAT = re.compile(r"\w+=")

EngineChoice = Enum("EngineChoice", {name: name for name in ENGINES}, type=str)  # type: ignore[misc]
THREADS = EngineChoice.threads  # type: ignore[attr-defined]
Lang = Enum("Lang", {lang: lang for lang in LANGUAGES}, type=str)  # type: ignore[misc]


def _folder(text: str) -> Path:
    """Folder that ``-o`` names; an empty name would be the folder one happens to be in."""
    if not text.strip():
        raise typer.BadParameter(_NO_FOLDER.say())
    return Path(text)


_NO_FOLDER = Text("是空的；须写明一个文件夹", "is empty; name a folder")
Out = Annotated[
    Path,
    typer.Option("-o", "--out", parser=_folder, metavar="PATH", help="输出文件夹 / output folder"),
]
OutIfAny = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        parser=_folder,
        metavar="PATH",
        help="输出文件夹 / output folder",
        show_default=False,
    ),
]
TakenAs = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="ROLE",
        help="当作何种图层：parcels、counties 或控制线角色 / what to take the layers for",
        show_default=False,
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="允许覆盖已有结果 / replace existing outputs")
]
EvidenceOption = Annotated[
    bool,
    typer.Option(
        "--evidence/--no-evidence",
        help="留下 evidence.gpkg 供复核；涉密时不留 / leave shapes to verify with, or not",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON for machines")]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="语言 / language", show_default=False)
]
PlanArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[PLAN]", help="规划名或 TOML 文件 / plan name or file", show_default=False
    ),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", help="规划名或 TOML 文件 / plan name or file")
]
Dem = Annotated[
    list[Path] | None,
    typer.Option("--dem", help="DEM，可多个或文件夹 / DEM files or folders", show_default=False),
]
Counties = Annotated[
    Path | None, typer.Option("--counties", help="县界 / county boundaries", show_default=False)
]
Protect = Annotated[
    list[str] | None,
    typer.Option(
        "--protect",
        metavar="ROLE=PATH",
        help="控制线图层，如 pbf=a.gpkg::LAYER / protection layers by role",
        show_default=False,
    ),
]
Covers = Annotated[
    list[str] | None,
    typer.Option(
        "--covers",
        metavar="ROLE=COUNTY,…",
        help="图层调查范围（县代码或县名） / counties that a layer was surveyed in",
        show_default=False,
    ),
]
DemErrorOption = Annotated[
    str | None,
    typer.Option(
        "--dem-error",
        metavar="NAME|σ,L",
        help="DEM 高程误差：srtm、glo-30、aster、alos、1:10000，或 σ,L 米 / vertical error",
        show_default=False,
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        help="上次的 check.json，列出变化 / an earlier check.json: what changed since",
        show_default=False,
    ),
]
Overrides = Annotated[
    Path | None,
    typer.Option(
        "--overrides",
        help="人工复核结论（TOML），列在结论旁 / people's decisions, beside the verdicts",
        show_default=False,
    ),
]
ReportsChoice = Enum("ReportsChoice", {n: n for n in ("each", "book", "both", "none")}, type=str)  # type: ignore[misc]
EACH = ReportsChoice.each  # type: ignore[attr-defined]
ReportsIn = Annotated[
    ReportsChoice,
    typer.Option(
        "--reports",
        help="多个地块的报告：each 各一份、book 并入总册 / where reports of several parcels stand",
    ),
]
Template = Annotated[
    Path | None,
    typer.Option(
        "--template", help="本单位的 Word 模板 / the bureau's Word template", show_default=False
    ),
]
Cover = Annotated[
    list[str] | None,
    typer.Option(
        "--cover",
        metavar="KEY=TEXT",
        help="封面：project、applicant、organisation、report_no / words of the cover",
        show_default=False,
    ),
]
Secret = Annotated[
    bool,
    typer.Option("--secret", help="涉密：保护图形不外带 / protected shapes leave with no output"),
]
DatumShiftOption = Annotated[
    str | None,
    typer.Option(
        "--datum-shift",
        metavar="PATH|VALUES",
        help="西安80、北京54 的转换参数：TOML 文件或 键=值,… / parameters of the datum shift",
        show_default=False,
    ),
]
ParcelsOption = Annotated[
    Path | None, typer.Option("--parcels", help="地块 / parcels", show_default=False)
]
GivenCrs = Annotated[
    list[str] | None,
    typer.Option(
        "--crs",
        metavar="[WHAT=]EPSG:…",
        help="没有坐标系的数据的坐标系：地块，或 counties=、角色= / CRS of data that say none",
        show_default=False,
    ),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="ROLE=COLUMN",
        help="哪个字段是什么，如 parcel_id=DKBH / which column of the parcels holds what",
        show_default=False,
    ),
]
EngineOption = Annotated[
    EngineChoice, typer.Option("--engine", help="计算引擎 / how blocks are run")
]
Workers = Annotated[
    int, typer.Option("--workers", help="线程或进程数，0 为核数 / 0: one a processor", min=0)
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="Dask 调度器 / address, tcp://…", show_default=False),
]
Rules = Annotated[
    str | None,
    typer.Option(
        "--rules",
        help="规则集：plan-2014、current 或 TOML 文件 / rule set, by name or file",
        show_default=False,
    ),
]
Compare = Annotated[
    list[str] | None,
    typer.Option(
        "--compare",
        metavar="RULES",
        help="并列另一规则集，列出差异 / judge by another rule set too, and show the differences",
        show_default=False,
    ),
]
ProjectType = Annotated[
    str | None,
    typer.Option(
        "--project-type",
        metavar="A…I",
        help="项目类别（规则集所列字母） / kind of project, a letter of the rule set",
        show_default=False,
    ),
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="基准日 / day of the check", show_default=False
    ),
]


def language(lang: Lang | None) -> Language:
    """Language that was asked for, else that of the process."""
    return default_language() if lang is None else "en" if lang.value == "en" else "zh"


def chosen_plan(name: str | None, rules: str | None = None) -> Plan:
    """
    Plan by name or path; with its own rules, or other ones by name or file.

    Raises
    ------
    InputError
        If there is no such rule set.
    """
    from dzgis.plan import DEFAULT_PLAN, load_plan

    plan = load_plan(name or DEFAULT_PLAN)
    return plan if rules is None else plan.model_copy(update={"rules": _rules(rules, plan)})


def compared_rules(names: Iterable[str], plan: Plan) -> tuple[RuleSet, ...]:
    """Rule sets by name or file, the plan's own by its id."""
    return tuple(_rules(name, plan) for name in names)


def _rules(name: str, plan: Plan) -> RuleSet:
    from dzgis.plan import load_rules

    return plan.rules if name == plan.rules.id else load_rules(name)


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """
    Raster files of paths; a folder stands for its GeoTIFFs.

    Raises
    ------
    MissingFileError
        If a path does not exist or a folder holds no GeoTIFF.
    """
    found: list[Path] = []
    faults: list[Text] = []
    for path in paths:
        inside = sorted(path.glob("*.tif")) if path.is_dir() else [path]
        if not inside or not all(one.exists() for one in inside):
            faults.append(
                Text(
                    f"找不到 DEM：{path}；请检查路径（文件夹须含 .tif）",
                    f"no DEM at {path}; check the path (a folder must hold .tif files)",
                )
            )
        found += inside
    raise_all(faults, MissingFileError)
    return tuple(found)


def pairs_of(values: Iterable[str], option: str) -> dict[str, str]:
    """
    ``ROLE=VALUE`` pairs as a mapping.

    Raises
    ------
    InputError
        If a value has no ``=`` or a role comes twice.
    """
    pairs: dict[str, str] = {}
    faults: list[Text] = []
    for value in values:
        role, sign, rest = value.partition("=")
        if not sign or not rest or role in pairs:
            faults.append(
                Text(
                    f"{option} {value} 应写作 角色=值，每个角色一次",
                    f"{option} {value} should read ROLE=VALUE, each role once",
                )
            )
        pairs[role] = rest
    raise_all(faults)
    return pairs


COVER = ("project", "applicant", "organisation", "report_no")


def cover_of(values: Iterable[str]) -> dict[str, str]:
    """
    ``KEY=TEXT`` as words of the cover.

    Raises
    ------
    InputError
        As `pairs_of`, or if the cover has no such words.
    """
    pairs = pairs_of(values, "--cover")
    strange = [key for key in pairs if key not in COVER]
    if strange:
        raise InputError(
            Text(
                f"封面没有 {listed(strange)}；可用：{listed(COVER)}",
                f"the cover has no {listed(strange)}; there are: {listed(COVER)}",
            )
        )
    return pairs


def crs_of(values: Iterable[str]) -> dict[str, str]:
    """
    ``[WHAT=]CRS`` as CRS by what it is of: ``counties``, a role, and without a word the parcels.

    Raises
    ------
    InputError
        As `pairs_of`.

    Examples
    --------
    >>> crs_of(["EPSG:4543", "pbf=EPSG:4544"])
    {'parcels': 'EPSG:4543', 'pbf': 'EPSG:4544'}
    """
    named = (value if _NAMES_WHAT.match(value) else f"parcels={value}" for value in values)
    return pairs_of(named, "--crs")


def covers_of(values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    ``ROLE=COUNTY,…`` as counties by role; Chinese commas part them as well.

    Raises
    ------
    InputError
        As `pairs_of`.
    """
    pairs = pairs_of(values, "--covers")
    return {
        role: tuple(name.strip() for name in _COMMAS.split(names) if name.strip())
        for role, names in pairs.items()
    }


def protection_of(values: Iterable[str], plan: Plan) -> dict[str, str | Path]:
    """
    Protection layers by role; a path without a role is recognised by its layers and fields.

    Raises
    ------
    InputError
        If a role is not known, or comes twice.
    """
    from dzgis import inputs

    given = list(values)
    unnamed = [value for value in given if "=" not in value or _is_source(value)]
    named = pairs_of([value for value in given if value not in unnamed], "--protect")
    known = tuple(dict.fromkeys((*plan.rules.roles, *ROLES)))
    strange = [role for role in named if role not in known]
    if strange:
        raise InputError(
            Text(
                f"没有图层角色 {listed(strange)}；可用：{listed(known, len(known))}",
                f"there is no role {listed(strange)}; there are: {listed(known, len(known))}",
            )
        )
    found: dict[str, str | Path] = dict(named)
    for value in unnamed:
        for role, path in inputs.recognise_protection(Path(value)).items():
            if role in found:
                raise InputError(
                    Text(
                        f"图层角色 {role} 给了两次：{found[role]} 与 {path}；"
                        "请用 角色=路径 逐个写明",
                        f"role {role} is given twice: {found[role]} and {path}; name each layer as "
                        "ROLE=PATH",
                    )
                )
            found[role] = path
    return found


def _is_source(value: str) -> bool:
    """Whether a value that has ``=`` in it is a path or an address, not a pair."""
    try:
        return is_database(value) or Path(value).exists()
    except OSError:
        return False


def inputs_of(
    plan: Plan,
    dem: list[Path] | None,
    counties: Path | None,
    protect: list[str] | None,
    covers: list[str] | None,
    parcels: Path | None,
) -> Inputs:
    """
    Inputs of a run: what was given, and the shipped sample for what was not.

    Samples stand in only for the shipped plan. Protection layers are all the user's or all the
    sample's, never mixed; a user's parcels are never judged by the sample's, which are generated.
    """
    from dzgis.pipeline import Inputs, sample_inputs
    from dzgis.plan import DEFAULT_PLAN

    complete = dem and counties and protect and parcels
    shipped = plan.id == DEFAULT_PLAN and not complete
    sample = sample_inputs() if shipped else Inputs()
    return Inputs(
        dem=files_of(dem) if dem else sample.dem,
        counties=counties or sample.counties,
        protection=protection_of(protect or [], plan) if protect or parcels else sample.protection,
        parcels=parcels or sample.parcels,
        criteria={} if dem else sample.criteria,
        covers=covers_of(covers or []),
    )


def output_of(
    out: Path, command: str, *, overwrite: bool, lang: Lang | None, secret: bool = False
) -> Output:
    """Where and how a command writes."""
    from dzgis.pipeline import Output

    started = dt.datetime.now(tz=dt.UTC)
    return Output(out, overwrite, language(lang), started, command, secret)
