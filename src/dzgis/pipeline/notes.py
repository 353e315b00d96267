"""What every product of a run must say about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.pipeline.cell_note import cell_note
from dzgis.pipeline.remarks import layer_remarks
from dzgis.pipeline.steps import BAZI
from dzgis.plan import basin_rules
from dzgis.plan.exclusions import Effect
from dzgis.terms import LayerStatus, Text, both_languages, role_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.exclusions import Exclusion
    from dzgis.planning import Account


def notes_of(loaded: Loaded, account: Account | None = None) -> list[Text]:
    """Caveats of a result: generated data, odd layers, cell size, what was deducted and not."""
    notes = [
        *_own_notes(loaded),
        *_shift_notes(loaded),
        *layer_remarks(loaded.layers.values(), loaded.as_of),
    ]
    if loaded.elevation is None:
        return notes
    told = [] if account is None else [*_deduction_notes(account), *_survey_notes(loaded, account)]
    return [*notes, cell_note(loaded.elevation.grid), *told, *_basin_notes(loaded)]


def _shift_notes(loaded: Loaded) -> list[Text]:
    """By which parameters coordinates came from another datum."""
    if loaded.datum_shift is None:
        return []
    text = loaded.datum_shift.text
    return [Text(f"输入中凡是{text.zh}", f"inputs of that datum: {text.en}")]


def _basin_notes(loaded: Loaded) -> list[Text]:
    """Where basins are from; the rules by which they are found are not confirmed."""
    layer = loaded.layers.get(BAZI)
    if layer is not None and layer.frame is not None:
        return []
    if loaded.dem is None:
        return [
            Text(
                "DEM 很大，未由它提取坝区；请给出官方坝区界线（--protect bazi=…）",
                "the DEM is large, no basins were found in it; give the official ones "
                "(--protect bazi=…)",
            )
        ]
    rules = both_languages(basin_rules().source.note)
    return [
        Text(
            f"坝区图层（basins）由 DEM 提取，未给官方坝区界线：{rules.zh}",
            f"the layer basins is found in the DEM, no official one was given: {rules.en}",
        )
    ]


def _deduction_notes(account: Account) -> list[Text]:
    """Which exclusions took nothing for want of a layer, and which layers are out of date."""
    notes = []
    missing = _names(account, not_deducted(account))
    old = _names(account, deducted_outdated(account))
    kept = _names(account, [one.id for one in _conditional(account)])
    if missing.zh:
        notes.append(
            Text(
                f"可用地未扣除：{missing.zh}（缺图层），可用地面积偏大",
                f"available land is NOT net of: {missing.en} (layer absent); it is overstated",
            )
        )
    if old.zh:
        notes.append(
            Text(
                f"已按过期图层扣除：{old.zh}；请换用现行图层",
                f"deducted with layers that are out of date: {old.en}; use current ones",
            )
        )
    if kept.zh:
        notes.append(
            Text(
                f"可用地仍含有条件限制的土地（{kept.zh}），使用前须另行审核",
                f"available land still holds land under conditional exclusions ({kept.en}): it "
                "needs approval",
            )
        )
    return notes


def not_deducted(account: Account) -> list[str]:
    """Ids of exclusions that took nothing because their layer is absent or cannot be used."""
    by_id = {one.id: one for one in account.exclusions.exclusions}
    return [
        state.exclusion
        for state in account.states
        if state.status in _NOT_USED and by_id[state.exclusion].effect in _TAKE
    ]


def deducted_outdated(account: Account) -> list[str]:
    """Ids of exclusions whose layer is out of date."""
    return [s.exclusion for s in account.states if s.status == LayerStatus.OUTDATED]


def not_covering(account: Account) -> dict[str, list[str]]:
    """For each exclusion, codes of counties of which its layer says nothing in part."""
    return {
        state.exclusion: list(state.unsurveyed_m2)
        for state in account.states
        if state.status not in _NOT_USED and state.unsurveyed_m2
    }


_NOT_USED = (LayerStatus.ABSENT, LayerStatus.INVALID)
_TAKE = (Effect.HARD, Effect.WEIGHTED)


def _conditional(account: Account) -> list[Exclusion]:
    """Conditional exclusions that hold on some ground."""
    used = {s.exclusion for s in account.states if s.status not in _NOT_USED}
    return [
        one
        for one in account.exclusions.exclusions
        if one.effect is Effect.CONDITIONAL and one.id in used
    ]


def _survey_notes(loaded: Loaded, account: Account) -> list[Text]:
    """Counties that a layer's survey does not cover as a whole."""
    return [
        Text(
            f"{name} 的图层未完全覆盖：{'、'.join(loaded.plan.county(c).name for c in codes)}；"
            "这些县的可用地可能偏大",
            f"the layer of {name} does not cover all of: "
            f"{', '.join(loaded.plan.county(c).name_en for c in codes)}; "
            "available land there may be overstated",
        )
        for name, codes in not_covering(account).items()
    ]


def _names(account: Account, ids: Sequence[str]) -> Text:
    by_id = {one.id: one for one in account.exclusions.exclusions}
    names = [(name, by_id[name].text) for name in ids]
    return Text(
        "、".join(f"{name} {text.zh}" for name, text in names),
        ", ".join(f"{name} {text.en}" for name, text in names),
    )


def _own_notes(loaded: Loaded) -> list[Text]:
    """What the data say of themselves, each note once with all that it is true of."""
    ground = loaded.elevation
    named = [] if ground is None else [(Text("地形", "terrain"), ground.note)]
    named += [(role_text(layer.role), layer.note) for layer in loaded.layers.values()]
    about: dict[Text, list[Text]] = {}
    for name, note in named:
        if note:
            about.setdefault(both_languages(note), []).append(name)
    return [
        Text(
            f"{'、'.join(name.zh for name in names)}：{note.zh}",
            f"{', '.join(name.en for name in names)}: {note.en}",
        )
        for note, names in about.items()
    ]
