"""``dzgis plan``: the plan as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.show import print_json
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.plan.rules import RuleSet

plan_app = typer.Typer(help="规划数据 / the plan as data", no_args_is_help=True)


@plan_app.command()
def show(
    *, plan: opt.PlanArgument = None, as_json: opt.AsJson = False, lang: opt.LangOption = None
) -> int:
    """打印规划或规则集及出处 / print the plan, or a rule set, with its sources."""
    from dzgis.plan import plan_text, rules_text

    rules = rules_named(plan)
    if rules is not None:
        return _show_rules(rules, rules_text(rules, opt.language(lang)), as_json=as_json)
    chosen = opt.chosen_plan(plan)
    if as_json:
        print_json(chosen.model_dump(mode="json"))
    else:
        typer.echo(plan_text(chosen, opt.language(lang)))
    return DONE


@plan_app.command()
def validate(
    plan: Annotated[
        str, typer.Argument(help="规划或规则集：名称或 TOML 文件 / plan or rule set: name or file")
    ],
    *,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """检查规划或规则文件，一次列出全部问题 / check a plan or rule file, all faults at once."""
    rules = rules_named(plan)
    if rules is not None:
        return _tell_valid(rules, lang, as_json=as_json)
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


def rules_named(name: str | None) -> RuleSet | None:
    """Rule set that stands alone and is called by name or file; None for a plan."""
    from dzgis.plan import is_rule_file, load_rules, plan_names, read_toml, rule_set_names

    if name is None or name in plan_names():
        return None
    if name in rule_set_names():
        return load_rules(name)
    path = Path(name)
    return load_rules(name) if path.exists() and is_rule_file(read_toml(path)) else None


def _show_rules(rules: RuleSet, text: str, *, as_json: bool) -> int:
    print_json(rules.model_dump(mode="json")) if as_json else typer.echo(text)
    return DONE


def _tell_valid(rules: RuleSet, lang: opt.Lang | None, *, as_json: bool) -> int:
    unsure = [rule.id for rule in rules.spatial if not rule.confirmed]
    if as_json:
        print_json({"status": "valid", "rules": rules.id, "to_be_confirmed": unsure})
        return DONE
    n, n_spatial = len(rules.rules), len(rules.spatial)
    said = Text(
        f"规则集 {rules.id} 有效：{n} 条规则，其中空间核查 {n_spatial} 条，待确认 {len(unsure)} 条",
        f"rule set {rules.id} is valid: {n} rules, {n_spatial} of them spatial, {len(unsure)} to "
        "be confirmed",
    )
    typer.echo(said.say(opt.language(lang)))
    return DONE
