"""What every product of a run must say about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.pipeline.steps import not_deducted
from dzgis.terms import Text, both_languages, role_text
from dzgis.terrain import cell_spacing_m

if TYPE_CHECKING:
    from dzgis.grid import Raster
    from dzgis.pipeline.inputs import Loaded


def notes_of(loaded: Loaded) -> list[Text]:
    """
    Caveats of a result: generated data, cell size, layers that were not deducted.

    Examples
    --------
    A run on generated terrain says so in every table, map and manifest.
    """
    notes = _own_notes(loaded)
    if loaded.dem is not None:
        notes.append(_cell_note(loaded.dem))
    missing = [] if loaded.dem is None else not_deducted(loaded)
    if missing:
        names = [role_text(str(rule.role)) for rule in missing]
        notes.append(
            Text(
                f"可用地未扣除：{'、'.join(name.zh for name in names)}（图层缺失或已过期），"
                "可用地面积偏大",
                f"available land is NOT net of: {', '.join(name.en for name in names)} "
                "(layer absent or outdated); it is overstated",
            )
        )
    return notes + _conditional_notes(loaded)


def _conditional_notes(loaded: Loaded) -> list[Text]:
    """Land that stays available although a rule makes its use conditional."""
    rules = [
        rule
        for rule in loaded.plan.rules.spatial
        if not rule.excludes_land and loaded.layers[str(rule.role)].frame is not None
    ]
    if loaded.dem is None or not rules:
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


def _cell_note(dem: Raster) -> Text:
    easting_m, northing_m = cell_spacing_m(dem.grid)
    size = f"{float(easting_m.mean()):.0f} × {float(northing_m.mean()):.0f}"
    return Text(
        f"DEM 像元约 {size} 米；坡度随像元大小而变，像元越粗坡度越缓",
        f"DEM cells of about {size} m; slope depends on cell size, coarse cells flatten it",
    )
