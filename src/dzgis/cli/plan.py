"""``dzgis plan``: the plan as data."""

from __future__ import annotations

from typing import Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.show import print_json
from dzgis.terms import Text

plan_app = typer.Typer(help="规划数据 / the plan as data", no_args_is_help=True)


@plan_app.command()
def show(
    *, plan: opt.PlanArgument = None, as_json: opt.AsJson = False, lang: opt.LangOption = None
) -> int:
    """打印规划数据及出处 / print the plan with its sources."""
    from dzgis.plan import plan_text

    chosen = opt.chosen_plan(plan)
    if as_json:
        print_json(chosen.model_dump(mode="json"))
    else:
        typer.echo(plan_text(chosen, opt.language(lang)))
    return DONE


@plan_app.command()
def validate(
    plan: Annotated[str, typer.Argument(help="规划名或 TOML 文件 / plan name or file")],
    *,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """检查规划文件，一次列出全部问题 / check a plan file, all faults at once."""
    chosen = opt.chosen_plan(plan)
    n = len(chosen.counties), len(chosen.clusters), len(chosen.axes), len(chosen.rules.rules)
    if as_json:
        print_json({"status": "valid", "plan": chosen.id})
        return DONE
    said = Text(
        f"{chosen.id} 有效：{n[0]} 县、{n[1]} 组团、{n[2]} 轴、{n[3]} 条规则",
        f"{chosen.id} is valid: {n[0]} counties, {n[1]} clusters, {n[2]} axes, {n[3]} rules",
    )
    typer.echo(said.say(opt.language(lang)))
    return DONE
