"""What every product of a run must say about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.pipeline.cell_note import cell_note
from dzgis.pipeline.remarks import layer_remarks
from dzgis.pipeline.steps import BAZI, not_deducted, outdated_rules, unsurveyed_counties
from dzgis.plan import basin_rules
from dzgis.terms import Text, both_languages, role_text

if TYPE_CHECKING:
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.rules import Rule


def notes_of(loaded: Loaded) -> list[Text]:
    """Caveats of a result: generated data, odd layers, cell size, what was deducted and not."""
    notes = [
        *_own_notes(loaded),
        *_shift_notes(loaded),
        *layer_remarks(loaded.layers.values(), loaded.as_of),
    ]
    if loaded.dem is None:
        return notes
    return [
        *notes,
        cell_note(loaded.dem.grid),
        *_deduction_notes(loaded),
        *_survey_notes(loaded),
        *_conditional_notes(loaded),
        *_basin_notes(loaded),
    ]


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
    rules = both_languages(basin_rules().source.note)
    return [
        Text(
            f"坝区图层（basins）由 DEM 提取，未给官方坝区界线：{rules.zh}",
            f"the layer basins is found in the DEM, no official one was given: {rules.en}",
        )
    ]


def _deduction_notes(loaded: Loaded) -> list[Text]:
    """Which layers were missing or out of date."""
    notes = []
    missing, old = _names(not_deducted(loaded)), _names(outdated_rules(loaded))
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
    return notes


def _survey_notes(loaded: Loaded) -> list[Text]:
    """Counties that a layer's survey does not cover as a whole."""
    return [
        Text(
            f"{rule} 的图层未完全覆盖：{'、'.join(loaded.plan.county(c).name for c in codes)}；"
            "这些县的可用地可能偏大",
            f"the layer of {rule} does not cover all of: "
            f"{', '.join(loaded.plan.county(c).name_en for c in codes)}; "
            "available land there may be overstated",
        )
        for rule, codes in unsurveyed_counties(loaded).items()
    ]


def _names(rules: list[Rule]) -> Text:
    names = [role_text(role) for role in dict.fromkeys(str(rule.role) for rule in rules)]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _conditional_notes(loaded: Loaded) -> list[Text]:
    """Land that stays available although a rule makes its use conditional."""
    rules = [
        rule
        for rule in loaded.plan.rules.spatial
        if not rule.excludes_land and loaded.layers[str(rule.role)].frame is not None
    ]
    if not rules:
        return []
    zh = "、".join(f"{rule.id} {rule.title}" for rule in rules)
    en = ", ".join(f"{rule.id} {rule.title_en}" for rule in rules)
    return [
        Text(
            f"可用地仍含有条件限制的土地（{zh}），使用前须另行审核",
            f"available land still holds land under conditional rules ({en}): it needs approval",
        )
    ]


def _own_notes(loaded: Loaded) -> list[Text]:
    """What the data say of themselves, each note once with all that it is true of."""
    named = [] if loaded.dem is None else [(Text("地形", "terrain"), loaded.dem.note)]
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
