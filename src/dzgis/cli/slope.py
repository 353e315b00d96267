"""What the verb `slope` needs beside the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import InputError
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.reports import Table
from dzgis.terms import Text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.grid import Raster
    from dzgis.plan.model import SlopeClasses


def only_horn(method: str) -> None:
    """Raise when a slope method is asked for that there is not."""
    if method != "horn":
        raise InputError(
            Text(f"没有坡度算法 {method}；可用：horn", f"no slope method {method}; there is: horn")
        )


def classes_by_name(name: str) -> SlopeClasses:
    """
    Slope classes of the shipped plan, or of a plan file.

    Raises
    ------
    InputError
        If there is no such scheme.
    """
    classes = (
        load_plan(name).slope_classes
        if name.endswith(".toml")
        else load_plan(DEFAULT_PLAN).slope_classes
    )
    if not name.endswith(".toml") and name != classes.id:
        raise InputError(
            Text(
                f"没有坡度分级方案 {name}；可用：{classes.id}，或一个规划 TOML 文件",
                f"no slope classes {name}; there are: {classes.id}, or a plan's TOML file",
            )
        )
    return classes


def read_files(paths: tuple[Path, ...]) -> Raster:
    """Read the DEM."""
    from dzgis.inputs import read_dem

    return read_dem(paths)


def class_table(slope_class: Raster, classes: SlopeClasses) -> Table:
    """Cells of each class."""
    counts = np.bincount(slope_class.values.ravel(), minlength=len(classes.classes) + 1)
    names = [Text("未知", "unknown"), *classes.labels]
    total = max(int(counts.sum()), 1)
    return Table(
        name=Text("坡度分级", "slope classes"),
        title=Text("坡度分级（像元数）", "slope classes (cells)"),
        columns=(Text("坡度级", "class"), Text("像元数", "cells"), Text("占比%", "share %")),
        rows=tuple(
            (name, int(n), round_half_up(100.0 * int(n) / total, 2))
            for name, n in zip(names, counts, strict=True)
        ),
        decimals=(None, 0, 2),
    )
