"""The verb `verify`: a check made again on any machine and held against its record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import BAD_INPUT, CONFLICT, DONE
from dzgis.cli.show import print_json, steps
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.pipeline import Difference, Verification
    from dzgis.terms import Language

_CODES = {"equal": DONE, "differs": CONFLICT, "unverifiable": BAD_INPUT}
_N_SHOWN = 50
_WIDEST = 100
_COMPUTING = Text("复算", "computing again")
_OUTCOMES = {
    "equal": Text("一致：复算的每个值都与记录相同", "equal: every value is as recorded"),
    "differs": Text("不一致", "differs"),
    "unverifiable": Text("无法复核：缺少资料", "cannot be verified: something is missing"),
}


def verify(
    check: Annotated[Path, typer.Argument(help="核查结果 check.json / check.json of a check")],
    *,
    plan: opt.PlanOption = None,
    parcels: opt.ParcelsOption = None,
    counties: opt.Counties = None,
    protect: opt.Protect = None,
    covers: opt.Covers = None,
    crs: opt.GivenCrs = None,
    field: opt.Fields = None,
    datum_shift: opt.DatumShiftOption = None,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """复核 check.json：由证据（或原始数据）重算并逐值对照 / make a check again and compare."""
    from dzgis import pipeline

    language = opt.language(lang)
    originals = pipeline.Inputs(
        counties=counties,
        protection=_protection(protect or []),
        parcels=parcels,
        covers=opt.covers_of(covers or []),
        crs=opt.crs_of(crs or []),
        datum_shift=datum_shift or "",
        fields=opt.pairs_of(field or [], "--field"),
    )
    by = opt.chosen_plan(plan) if plan else None
    with steps(1, language, quiet=as_json) as tell:
        tell(_COMPUTING)
        found = pipeline.verify(check, originals, plan=by)
    if as_json:
        print_json(pipeline.verification_record(found, language))
    else:
        _print(found, language)
    return _CODES[found.outcome]


def _protection(values: Sequence[str]) -> dict[str, Path | str]:
    """Layers by role; a path without a role is recognised, as for a check."""
    from dzgis import inputs

    found: dict[str, Path | str] = {}
    for value in values:
        if "=" not in value:
            found |= inputs.recognise_protection(Path(value))
    return found | opt.pairs_of([value for value in values if "=" in value], "--protect")


def _print(found: Verification, lang: Language) -> None:
    for words, texts in (
        (Text("已核对", "verified"), found.verified),
        (Text("未核对", "not verified"), found.not_verified),
        (Text("缺少", "missing"), found.missing),
    ):
        for text in texts:
            is_fault = texts is found.missing
            typer.echo(f"{words.say(lang)}: {text.say(lang)}", err=is_fault)
    for one in found.differences[:_N_SHOWN]:
        typer.echo(_line(one, lang))
    rest = len(found.differences) - _N_SHOWN
    if rest > 0:
        typer.echo(Text(f"… 另有 {rest} 处", f"… and {rest} more").say(lang))
    n, n_equal = len(found.differences), found.n_equal
    counts = Text(f"相同 {n_equal} 个值，不同 {n} 处", f"{n_equal} values equal, {n} differ")
    typer.echo(f"{_OUTCOMES[found.outcome].say(lang)} ({counts.say(lang)})")


def _line(one: Difference, lang: Language) -> str:
    words = Text("记录", "recorded"), Text("复算", "found")
    values = (_short(one.recorded), _short(one.recomputed))
    said = ", ".join(f"{w.say(lang)} {v}" for w, v in zip(words, values, strict=True))
    return f"✗ {one.path}: {said}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"
