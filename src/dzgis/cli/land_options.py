"""Options of the planner's job, for `land` and `run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli.options import pairs_of
from dzgis.errors import InputError, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dzgis.engine import Engine
    from dzgis.pipeline import LandOptions
    from dzgis.plan.model import Plan

NONE = "none"
Exclusions = Annotated[
    str | None,
    typer.Option(
        "--exclusions",
        help="排除条件集：名称或 TOML 文件，缺省按规则 / set of exclusions, by name or file",
        show_default=False,
    ),
]
Scheme = Annotated[
    str,
    typer.Option(
        "--scheme", help="适宜性方案：名称、TOML 文件或 none / scheme of suitability, or none"
    ),
]
Criteria = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        metavar="NAME=PATH",
        help="评价因子图层，如 road=路.gpkg / layers of criteria: road, railway, town, water, …",
        show_default=False,
    ),
]
CandidateFile = Annotated[
    Path | None,
    typer.Option(
        "--candidate-rules",
        help="候选地块的要求（TOML） / what candidates must fulfil",
        show_default=False,
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="ID",
        help="情景：不扣除某一项 / what if an exclusion were not there",
        show_default=False,
    ),
]
WithWeight = Annotated[
    list[str] | None,
    typer.Option(
        "--with-weight",
        metavar="ID=X",
        help="情景：某因子的权重改为 X / what if a criterion weighed X",
        show_default=False,
    ),
]
Runs = Annotated[
    int, typer.Option("--runs", help="蒙特卡洛次数，0 为不做 / Monte Carlo runs, 0: none", min=0)
]
Seed = Annotated[int, typer.Option("--seed", help="随机种子 / random seed")]


def weights_of(values: Iterable[str]) -> dict[str, float]:
    """
    ``ID=X`` as weights by criterion.

    Raises
    ------
    InputError
        As `pairs_of`, or if a weight is not a number from 0 to 1.
    """
    found: dict[str, float] = {}
    faults: list[Text] = []
    for name, text in pairs_of(values, "--with-weight").items():
        try:
            found[name] = float(text)
        except ValueError:
            found[name] = -1.0
        if not 0.0 <= found[name] <= 1.0:
            faults.append(
                Text(
                    f"--with-weight {name}={text}：权重须是 0 到 1 的数",
                    f"--with-weight {name}={text}: a weight is a number from 0 to 1",
                )
            )
    raise_all(faults, InputError)
    return found


def options_of(
    plan: Plan,
    *,
    exclusions: str | None,
    scheme: str,
    candidate_rules: Path | None,
    without: Iterable[str],
    with_weight: Iterable[str],
    runs: int,
    seed: int,
    engine: Engine,
) -> LandOptions:
    """
    Options of the planner's job.

    Raises
    ------
    InputError
        With the faults of the set, the scheme and the rules that were named.
    """
    from dzgis.pipeline import LandOptions
    from dzgis.plan import load_candidate_rules, load_exclusions, load_scheme

    return LandOptions(
        exclusions=load_exclusions(exclusions) if exclusions else plan.exclusions,
        scheme=None if scheme == NONE else load_scheme(scheme),
        candidate_rules=load_candidate_rules(candidate_rules) if candidate_rules else None,
        without=tuple(without),
        with_weight=weights_of(with_weight),
        runs=runs,
        seed=seed,
        engine=engine,
    )
