"""What every product of a run must say about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.pipeline.steps import not_deducted
from dzgis.terms import Text, role_text
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
    notes = [] if loaded.dem is None else _dem_notes(loaded.dem)
    generated = [layer for layer in loaded.layers.values() if layer.note]
    notes += [
        Text(
            f"{role_text(layer.role).zh}：{layer.note}", f"{role_text(layer.role).en}: {layer.note}"
        )
        for layer in generated
    ]
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
    return notes


def _dem_notes(dem: Raster) -> list[Text]:
    easting_m, northing_m = cell_spacing_m(dem.grid)
    size = f"{float(easting_m.mean()):.0f} × {float(northing_m.mean()):.0f}"
    cell = Text(
        f"DEM 像元约 {size} 米；坡度随像元大小而变，像元越粗坡度越缓",
        f"DEM cells of about {size} m; slope depends on cell size, coarse cells flatten it",
    )
    return [Text(dem.note, dem.note), cell] if dem.note else [cell]
