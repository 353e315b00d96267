"""The land account of checked inputs: places, exclusions, cells, and the cube they add up to."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dzgis import land
from dzgis.area import carried, polygon_area_m2
from dzgis.engine import THREADS, Engine
from dzgis.grid import Raster
from dzgis.pipeline.land_job import LandJob, LandRasters, LandSums, blocks_of, run_land_job
from dzgis.pipeline.land_layers import (
    check_exclusions_fit,
    exclusion_ground,
    land_states,
    with_cells,
)
from dzgis.plan import land_class_scheme
from dzgis.plan.exclusions import JOINT
from dzgis.planning import CUBE, Account
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.pipeline.land_layers import AccountInputs, ExclusionGround
    from dzgis.planning import LayerState

_ROUNDING_SHARE = 1e-6


class LandAccount(NamedTuple):
    """
    The account and what was made with it.

    Attributes
    ----------
    account : Account
    rasters : LandRasters
    near_limits : DataFrame, indexed by ``zone`` (county code) and ``limit_deg``
        See `dzgis.land.near_limits`.
    expected_low_hill : Series or None
        Indexed by county code, m²; None where the DEM's error is not known.
    ground : ExclusionGround
        Of the exclusions of vector layers.
    """

    account: Account
    rasters: LandRasters
    near_limits: pd.DataFrame
    expected_low_hill: pd.Series[float] | None
    ground: ExclusionGround


def account_of(
    inputs: AccountInputs,
    *,
    engine: Engine = THREADS,
    folder: Path | None = None,
    keep_share: bool = False,
    tell: Callable[[int, int], None] | None = None,
    told: Callable[[tuple[LayerState, ...]], None] | None = None,
) -> LandAccount:
    """
    Make the land account.

    Parameters
    ----------
    inputs : AccountInputs
    engine : Engine
        The result does not depend on it, to the last digit.
    folder : Path, optional
        Scratch folder for rasters that would not fit into memory; they last as long as it does.
    keep_share : bool
        Whether the exact available share of each cell is kept, as a raster of float32.
    tell : callable, optional
        Given the number of finished blocks and of all.
    told : callable, optional
        Given what each layer holds, before the account is made.

    Raises
    ------
    InputError
        If a raster that an exclusion names is missing, or a layer lacks a field.
    """
    check_exclusions_fit(inputs)
    ground = exclusion_ground(inputs)
    states = land_states(inputs, ground)
    if told is not None:
        told(states)
    parts = land.zone_parts(
        carried(inputs.counties, inputs.counties.crs), inputs.clusters, inputs.corridors
    )
    grid = inputs.source.grid
    places = land.grounds_of([parts.iloc[[n]] for n in range(len(parts))], grid)
    codes, patches = _land_classes(inputs.land_use)
    classes = None if inputs.land_use is None else land.grounds_of(patches, grid)
    job = _job(inputs, ground, keep_share=keep_share)
    blocks = blocks_of(job, inputs.source, ground.grounds, places, classes)
    rasters, sums = run_land_job(
        job, blocks, inputs.source.note, engine=engine, folder=folder, tell=tell
    )
    if sums.n_unsure:
        LOG.warning(_unsure(sums.n_unsure))
    cube = _cube(job, sums, parts, inputs.counties, (*codes, ""))
    cells = _cells_m2(cube, inputs.exclusions.ids)
    whole = float(polygon_area_m2(inputs.counties).sum())
    account = Account(
        cube,
        inputs.exclusions,
        tuple(sorted(inputs.plan.slope_classes.low_hill)),
        _reconciled(inputs, ground, cells),
        with_cells(states, inputs.exclusions, cells, whole_m2=whole),
        _names(codes, cube),
    )
    near = _near_limits(job, sums, parts, inputs.counties)
    expected = None
    if inputs.dem_error is not None:
        expected = _by_county(sums.expected_m2, parts, inputs.counties).rename("expected_m2")
    return LandAccount(account, rasters, near, expected, ground)


LOG = logging.getLogger(__name__)


def _unsure(n_cells: int) -> Text:
    """Cells whose combinations are no longer exact; below 0 a block held too many combinations."""
    many = f"{n_cells} " if n_cells > 0 else ""
    return Text(
        f"用地核算中有{many or '若干'}个像元的排除条件组合按比例估算"
        "（边界与占比不一致，或组合过多）；"
        "请用 dzgis data check 检查图层，或减少排除条件",
        f"combinations of exclusions were split in proportion in {many}cells (borders and shares "
        "disagree, or there are too many combinations); look the layers over with dzgis data "
        "check, or use fewer exclusions",
    )


def _job(inputs: AccountInputs, ground: ExclusionGround, *, keep_share: bool) -> LandJob:
    of_rasters = [one for one in inputs.exclusions.exclusions if one.of_raster]
    by_id = {one.id: one for one in inputs.exclusions.exclusions}
    ends = {end for ends in inputs.plan.slope_classes.low_hill_ranges_deg for end in ends}
    source = inputs.source
    return LandJob(
        source=None if isinstance(source, Raster) else source,
        grid=source.grid,
        classes=inputs.plan.slope_classes,
        exclusions=inputs.exclusions,
        vectors=tuple(by_id[name] for name in ground.features),
        widened=tuple(one for one in of_rasters if one.buffer_m),
        rasters=tuple(one for one in of_rasters if not one.buffer_m),
        paths=inputs.rasters,
        limits_deg=tuple(sorted(end for end in ends if math.isfinite(end))),
        dem_error=inputs.dem_error,
        keep_share=keep_share,
    )


def _land_classes(
    land_use: gpd.GeoDataFrame | None,
) -> tuple[tuple[str, ...], list[gpd.GeoDataFrame]]:
    """Codes that occur, in order, and the patches of each."""
    if land_use is None:
        return (), []
    code = land_use["land_class"].fillna("").astype(str)
    codes = tuple(sorted(set(code) - {""}))
    return codes, [land_use[(code == one).to_numpy()] for one in codes]


def _cube(
    job: LandJob,
    sums: LandSums,
    parts: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    codes: Sequence[str],
) -> pd.DataFrame:
    """Rows of the account; those of a county add up to its polygon."""
    taken = {int(mask): JOINT.join(job.ids_of(int(mask))) for mask in np.unique(sums.masks)}
    place = sums.keys[:, 0]
    names = {name: parts[name].to_numpy()[place] for name in ("county_code", "cluster", "corridor")}
    cube = pd.DataFrame(
        names
        | {
            "slope_class": sums.keys[:, 2],
            "land_class": np.array(codes, dtype=object)[sums.keys[:, 1]],
            "taken": [taken[int(mask)] for mask in sums.masks],
            "m2": sums.m2,
        }
    )
    by_cells = np.bincount(place, sums.m2, minlength=len(parts)).astype(np.float64)
    whole = polygon_area_m2(counties).groupby(counties["county_code"].to_numpy()).sum()
    found = cube.groupby("county_code")["m2"].sum().reindex(whole.index, fill_value=0.0)
    short = set(whole.index[found < (1.0 - _ROUNDING_SHARE) * whole])
    cube = _with_beyond(cube, parts[parts["county_code"].isin(short)], by_cells)
    found = cube.groupby("county_code")["m2"].sum()
    factor = (whole / found).where(lambda f: (f - 1.0).abs() < _ROUNDING_SHARE, 1.0)
    cube["m2"] *= cube["county_code"].map(factor)
    keys = [name for name in CUBE if name != "m2"]
    total = cube.groupby(keys, sort=True)["m2"].sum().reset_index()
    return total[list(CUBE)]


def _with_beyond(
    cube: pd.DataFrame,
    parts: gpd.GeoDataFrame,
    by_cells: npt.NDArray[np.float64],
) -> pd.DataFrame:
    """Add the ground of counties that the grid does not reach: nothing is known of it."""
    area = polygon_area_m2(parts).to_numpy()
    beyond = area - by_cells[parts.index]
    lost = np.flatnonzero(beyond > _ROUNDING_SHARE * area)
    if not lost.size:
        return cube
    rows = parts.iloc[lost][["county_code", "cluster", "corridor"]].reset_index(drop=True)
    more = rows.assign(slope_class=0, land_class="", taken="", m2=beyond[lost])
    together: pd.DataFrame = pd.concat([cube, more], ignore_index=True)
    return together


def _cells_m2(cube: pd.DataFrame, ids: Sequence[str]) -> dict[str, float]:
    """Ground under each exclusion by the cube."""
    total = cube.groupby("taken")["m2"].sum()
    return {
        name: float(sum(m2 for taken, m2 in total.items() if name in str(taken).split(JOINT)))
        for name in ids
    }


def _reconciled(
    inputs: AccountInputs, ground: ExclusionGround, cells: Mapping[str, float]
) -> pd.DataFrame:
    ids = inputs.exclusions.ids
    polygons = [
        sum(ground.polygons_m2[i].values()) if i in ground.polygons_m2 else math.nan for i in ids
    ]
    table = pd.DataFrame(
        {"polygons_m2": polygons, "cells_m2": [cells[name] for name in ids]},
        index=pd.Index(ids, name="exclusion", dtype=object),
        dtype=np.float64,
    )
    return table.assign(difference_m2=table["cells_m2"] - table["polygons_m2"])


def _names(codes: Sequence[str], cube: pd.DataFrame) -> dict[str, Text]:
    scheme, occur = land_class_scheme(), set(cube["land_class"])
    found = {code: scheme.find(code) for code in codes if code in occur}
    return {code: one.text if one else Text(code, code) for code, one in found.items()}


def _by_county(
    values: npt.NDArray[np.float64],
    parts: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
) -> pd.Series[float]:
    """Sums of parts by county, every county in its order."""
    total = pd.Series(values).groupby(parts["county_code"].to_numpy()).sum()
    return total.reindex(list(dict.fromkeys(counties["county_code"])), fill_value=0.0)


def _near_limits(
    job: LandJob, sums: LandSums, parts: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Land near a limit; see `dzgis.land.near_limits`."""
    columns = [_by_county(column, parts, counties) for column in sums.near_m2.T]
    index = pd.MultiIndex.from_product(
        [list(columns[-1].index), list(job.limits_deg)], names=["zone", "limit_deg"]
    )
    near = np.column_stack([c.to_numpy() for c in columns[:-1]]).ravel()
    known = np.repeat(columns[-1].to_numpy(), len(job.limits_deg))
    table = pd.DataFrame({"near_m2": near, "known_m2": known}, index=index, dtype=np.float64)
    share = table["near_m2"] / table["known_m2"].where(table["known_m2"] > 0.0)
    return table.assign(near_share=share)
