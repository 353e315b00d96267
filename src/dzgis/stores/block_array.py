"""Arrays that are filled block by block: in memory, or in a file where they would not fit."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


def block_array(
    shape: tuple[int, int], dtype: npt.DTypeLike, *, fill: float, folder: Path | None = None
) -> npt.NDArray[np.generic]:
    """
    Array filled with one value.

    Parameters
    ----------
    shape : (rows, cols)
    dtype : dtype
    fill : number
    folder : Path, optional
        Where the array is kept in a file of its own and mapped into memory; without it the array
        is in memory. The file is only as good as its folder, see `scratch_folder`.
    """
    if folder is None:
        return np.full(shape, fill, dtype=dtype)
    values = np.memmap(folder / f"{uuid4().hex}.raw", dtype=dtype, mode="w+", shape=shape)
    for start in range(0, shape[0], 1024):
        values[start : start + 1024] = fill
        let_go(values)
    return values


def let_go(values: npt.NDArray[np.generic]) -> None:
    """Write a mapped array to its file and free the memory it took; nothing for any other."""
    if not isinstance(values, np.memmap):
        return
    values.flush()
    mapped = getattr(values, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
