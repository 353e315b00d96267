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
    from collections.abc import Mapping

    import numpy.typing as npt

    from dzgis.rings import Rings

_NESTED = "Rings are not nested as shells and holes"
_SHOWN = 10


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
    from dzgis.overlay import valid_kernel as kernel

    state = _states(rings)
    doubtful = np.flatnonzero(state == kernel.DOUBTFUL)
    shapes = shapes_of_rings(rings.take(doubtful))
    wrong = ~shapely.is_valid(shapes)
    reasons = dict.fromkeys(np.flatnonzero(state == kernel.INVALID).tolist(), _NESTED)
    reasons |= {
        int(row): str(shapely.is_valid_reason(shape))
        for row, shape in zip(doubtful[wrong][:_SHOWN], shapes[wrong][:_SHOWN], strict=True)
    }
    bad = np.union1d(doubtful[wrong], np.flatnonzero(state == kernel.INVALID))
    if not bad.size:
        return
    known = [row for row in bad.tolist() if row in reasons][:_SHOWN]
    _raise(bad, records, {row: reasons[row] for row in known})


def _raise(
    bad: npt.NDArray[np.int64], records: npt.NDArray[np.int64], reasons: Mapping[int, str]
) -> None:
    named = listed(
        f"{records[row]} ({reasons[row]})" if row in reasons else str(records[row])
        for row in sorted(bad.tolist(), key=lambda row: row not in reasons)
    )
    raise InputError(
        Text(
            f"{len(bad)} 条记录的图形无效（记录号与原因）：{named}；"
            "请在源文件中修复（如 QGIS“修复几何图形”）",
            f"{len(bad)} records have invalid geometry: {named}; repair the source file "
            "(e.g. QGIS, Fix geometries)",
        )
    )


def _states(rings: Rings) -> npt.NDArray[np.uint8]:
    """Rows that are valid or invalid beyond doubt, and those for GEOS, which takes longer."""
    from dzgis.overlay import valid_kernel as kernel

    arrays = (rings.xy, rings.ring_start, rings.is_hole, rings.row_start)
    return np.asarray(kernel.states(arrays, *edge_table(rings).arrays), np.uint8)
