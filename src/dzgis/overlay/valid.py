"""Whether polygons are valid: what overlaps mean of others nobody can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.errors import InputError, listed
from dzgis.overlay.table import edge_table
from dzgis.rings import shapes_of_rings
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.rings import Rings


def check_valid(rings: Rings, *, records: npt.NDArray[np.int64]) -> None:
    """
    Raise unless all polygons are valid.

    Parameters
    ----------
    rings : Rings, n rows
    records : ndarray of int64, (n,)
        What messages call the rows.

    Raises
    ------
    InputError
        With the first records at fault, their reason and place.
    """
    doubtful = np.flatnonzero(~_certainly_valid(rings))
    shapes = shapes_of_rings(rings.take(doubtful))
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if not wrong.size:
        return
    bad = doubtful[wrong]
    reasons = [str(shapely.is_valid_reason(shape)) for shape in shapes[wrong[:10]]]
    shown = [f"{record} ({why})" for record, why in zip(records[bad], reasons, strict=False)]
    named = listed([*shown, *map(str, records[bad[10:]])])
    raise InputError(
        Text(
            f"{len(bad)} 条记录的图形无效（记录号与原因）：{named}；"
            "请在源文件中修复（如 QGIS“修复几何图形”）",
            f"{len(bad)} records have invalid geometry: {named}; repair the source file "
            "(e.g. QGIS, Fix geometries)",
        )
    )


def _certainly_valid(rings: Rings) -> npt.NDArray[np.bool_]:
    """Rows that are valid beyond doubt; the others are for GEOS, which takes long over many."""
    from dzgis.overlay import valid_kernel as kernel

    table = edge_table(rings)
    arrays = (rings.xy, rings.ring_start, rings.is_hole, rings.row_start)
    return np.asarray(kernel.certainly_valid(arrays, *table.arrays), bool)
