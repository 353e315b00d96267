"""Compiled passes of the official clean-up; `sieve` says what they do."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled

_FAR = 3


@compiled()
def merge_patches(  # pragma: no cover - compiled
    classes: np.ndarray, cell_m2: np.ndarray, min_patch_m2: float, n_classes: int
) -> np.ndarray:
    """Give patches that are too small the lower class with which they share the longest border."""
    rows, cols = classes.shape
    root = np.arange(rows * cols, dtype=np.int32)
    for i in range(rows):
        for j in range(cols):
            if classes[i, j]:
                here = i * cols + j
                if j and classes[i, j - 1] == classes[i, j]:
                    _join(root, here - 1, here)
                if i and classes[i - 1, j] == classes[i, j]:
                    _join(root, here - cols, here)
    area = np.zeros(rows * cols)
    for i in range(rows):
        for j in range(cols):
            area[_root(root, i * cols + j)] += cell_m2[i]
    number = np.full(rows * cols, -1, np.int32)
    n_small = 0
    for n in range(rows * cols):
        if root[n] == n and area[n] < min_patch_m2 and classes[n // cols, n % cols]:
            number[n] = n_small
            n_small += 1
    border = np.zeros((n_small, n_classes + 1), np.int32)
    for i in range(rows):
        for j in range(cols):
            small = number[_root(root, i * cols + j)]
            if small < 0:
                continue
            for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                a, b = i + di, j + dj
                if 0 <= a < rows and 0 <= b < cols and classes[a, b] < classes[i, j]:
                    border[small, classes[a, b]] += 1
    out = classes.copy()
    for i in range(rows):
        for j in range(cols):
            small = number[_root(root, i * cols + j)]
            if small < 0:
                continue
            longest = 0
            for k in range(1, classes[i, j]):
                if border[small, k] > longest:
                    longest = border[small, k]
                    out[i, j] = k
    return out


@compiled()
def _root(root: np.ndarray, n: int) -> int:  # pragma: no cover - compiled
    while root[n] != n:
        root[n] = root[root[n]]
        n = root[n]
    return n


@compiled()
def _join(root: np.ndarray, a: int, b: int) -> None:  # pragma: no cover - compiled
    a, b = _root(root, a), _root(root, b)
    if a < b:
        root[b] = a
    elif b < a:
        root[a] = b


@compiled()
def share_out_strips(  # pragma: no cover - compiled
    classes: np.ndarray, top: int, left: int
) -> np.ndarray:
    """Give cells of strips one cell wide to the lower classes beside them, by turns."""
    rows, cols = classes.shape
    steps = np.full((rows, cols), _FAR, np.uint8)  # to the nearest 2×2 square of the class
    for i in range(rows - 1):
        for j in range(cols - 1):
            k = classes[i, j]
            beside = k == classes[i, j + 1] and k == classes[i + 1, j]
            if k and beside and k == classes[i + 1, j + 1]:
                steps[i, j] = steps[i, j + 1] = steps[i + 1, j] = steps[i + 1, j + 1] = 0
    for step in (1, 2):
        for i in range(rows):
            for j in range(cols):
                if steps[i, j] <= step:
                    continue
                for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                    a, b = i + di, j + dj
                    inside = 0 <= a < rows and 0 <= b < cols
                    if inside and classes[a, b] == classes[i, j] and steps[a, b] == step - 1:
                        steps[i, j] = step
    out = classes.copy()
    for i in range(rows):
        for j in range(cols):
            if steps[i, j] < _FAR or classes[i, j] == 0:
                continue
            lowest, highest = 255, 0
            for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                a, b = i + di, j + dj
                if 0 <= a < rows and 0 <= b < cols and 0 < classes[a, b] < classes[i, j]:
                    lowest, highest = min(lowest, classes[a, b]), max(highest, classes[a, b])
            if highest:
                out[i, j] = lowest if (i + top + j + left) % 2 == 0 else highest
    return out
