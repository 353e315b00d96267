"""Tables of what layers cover of parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.table import Table
from dzgis.terms import Text
from dzgis.units import DECIMALS_HECTARE, DECIMALS_M2, DECIMALS_MU, hectares, mu, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def overlap_tables(
    parcels: pd.DataFrame, matrix_m2: pd.DataFrame, n_features: Mapping[str, int]
) -> list[Table]:
    """
    Totals of each layer, and the matrix of layers.

    Parameters
    ----------
    parcels : DataFrame, n rows
        area_m2, one column a layer, total_m2.
    matrix_m2 : DataFrame
    n_features : mapping of layer to int
    """
    return [_totals(parcels, matrix_m2, n_features), _matrix(matrix_m2)]


def _totals(parcels: pd.DataFrame, matrix_m2: pd.DataFrame, n_features: Mapping[str, int]) -> Table:
    rows = [
        (name, n_features[name], int((parcels[name] > 0.0).sum()), *_in_units(parcels[name].sum()))
        for name in matrix_m2.columns
    ]
    together = parcels["total_m2"]
    last = (
        Text("去重合计", "together, once"),
        None,
        int((together > 0.0).sum()),
        *_in_units(together.sum()),
    )
    return Table(
        name=Text("压占汇总", "totals"),
        title=Text("各图层压占面积（椭球面积）", "Area under each layer (ellipsoidal)"),
        columns=(
            Text("图层", "layer"),
            Text("要素数", "features"),
            Text("压占地块数", "parcels met"),
            Text("m²", "m²"),
            Text("公顷", "ha"),
            Text("亩", "mu"),
        ),
        rows=(*rows, last),
        decimals=(None, 0, 0, DECIMALS_M2, DECIMALS_HECTARE, DECIMALS_MU),
        notes=(
            Text(
                "同一图层内重叠的要素只计一次；合计为至少一个图层之下的面积，各处只计一次",
                "features of a layer that lie on each other count once; the last row is ground "
                "under at least one layer, once each",
            ),
        ),
    )


def _in_units(m2: float) -> tuple[float, float, float]:
    return (
        round_half_up(m2, DECIMALS_M2),
        round_half_up(hectares(m2), DECIMALS_HECTARE),
        round_half_up(mu(m2), DECIMALS_MU),
    )


def _matrix(matrix_m2: pd.DataFrame) -> Table:
    names = [str(name) for name in matrix_m2.columns]
    return Table(
        name=Text("重叠矩阵", "matrix"),
        title=Text("两图层共同压占面积（m²）", "Ground under both of two layers (m²)"),
        columns=(Text("图层", "layer"), *(Text(name, name) for name in names)),
        rows=tuple(
            (name, *(round_half_up(m2, DECIMALS_M2) for m2 in row))
            for name, row in zip(names, matrix_m2.to_numpy().tolist(), strict=True)
        ),
        decimals=(None, *(DECIMALS_M2 for _ in names)),
    )
