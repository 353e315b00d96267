"""Where each layer lies on the cells of a block, compiled; coordinates are in cells."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled
from dzgis.coverage_kernel import NOTHING, add_zone


@compiled(error_model="numpy")
def layer_shares(  # pragma: no cover - compiled
    share, cover, bit, place, rings, windows, zones, doubled
):
    """
    Find where one layer lies.

    Parameters
    ----------
    share : ndarray of float64, (rows, cols)
        Of zeros; gets the sum of the features' shares where the layer takes a part of a cell.
    cover : tuple of three ndarrays of uint64, (rows, cols)
        They get `bit` where the layer covers the cell, where it takes a part of it, and where
        features that may overlap meet and none covers the cell.
    bit : uint64
    place : (int, int)
        First row and column of the block.
    rings, windows
        As `dzgis.coverage.ZonesOnGrid` has them.
    zones : (int, int)
        First and end of the layer's features.
    doubled : ndarray of bool
        Features that overlap others of their layer.
    """
    full, part, several = cover
    height, width = share.shape
    any_doubled = doubled[zones[0] : zones[1]].any()
    _alone(share, full, part, bit, place, rings, windows, zones, doubled)
    if not any_doubled:
        return
    met = np.zeros((height, width), np.uint8)
    for zone in range(zones[0], zones[1]):
        if doubled[zone]:
            _add_doubled(share, met, place, rings, windows, zone)
    for row in range(height):
        for col in range(width):
            n = met[row, col]
            if n == 0:
                continue
            if n == 255 or (n == 1 and share[row, col] > 1.0 - NOTHING):
                full[row, col] |= bit
                part[row, col] &= ~bit
            else:
                part[row, col] |= bit
                if n > 1:
                    several[row, col] |= bit


@compiled(error_model="numpy")
def _alone(  # pragma: no cover - compiled
    share, full, part, bit, place, rings, windows, zones, doubled
):
    """Add the features that overlap none of their layer, all at once."""
    top, left = place
    height, width = share.shape
    room = np.zeros((height, width + 1))
    low, high = height, 0
    for zone in range(zones[0], zones[1]):
        if not doubled[zone]:
            add_zone(room, top, left, rings, zone)
            low = min(low, max(windows[zone, 0] - top, 0))
            high = max(high, min(windows[zone, 1] - top, height))
    for row in range(low, high):
        total, changes = 0.0, room[row]
        fulls, parts, own = full[row], part[row], share[row]
        for col in range(width):
            total += changes[col]
            if total > 1.0 - NOTHING:
                fulls[col] |= bit
            elif total > NOTHING:
                parts[col] |= bit
                own[col] = total


@compiled(error_model="numpy")
def _add_doubled(  # pragma: no cover - compiled
    share, met, place, rings, windows, zone
):
    """Add one feature; `met` counts features, 255 where one covers the cell."""
    first, last = max(windows[zone, 0], place[0]), min(windows[zone, 1], place[0] + share.shape[0])
    left, right = max(windows[zone, 2], place[1]), min(windows[zone, 3], place[1] + share.shape[1])
    if first >= last or left >= right:
        return
    room = np.zeros((last - first, right - left + 1))
    add_zone(room, first, left, rings, zone)
    for row in range(last - first):
        total = 0.0
        for col in range(right - left):
            total += room[row, col]
            if total > NOTHING:
                at = first - place[0] + row, left - place[1] + col
                share[at] += total
                if total > 1.0 - NOTHING:
                    met[at] = 255
                elif met[at] < 254:
                    met[at] += 1


@compiled(error_model="numpy")
def raster_shares(share, full, part, bit):  # pragma: no cover - compiled
    """Enter a layer of which only the shares are known."""
    for row in range(share.shape[0]):
        for col in range(share.shape[1]):
            if share[row, col] > 1.0 - NOTHING:
                full[row, col] |= bit
            elif share[row, col] > NOTHING:
                part[row, col] |= bit


@compiled(error_model="numpy")
def sum_shares(out, place, rings, zones):  # pragma: no cover - compiled
    """Share of each cell of a block that some zones take together, no more than 1."""
    height, width = out.shape
    room = np.zeros((height, width + 1))
    for zone in range(zones[0], zones[1]):
        add_zone(room, place[0], place[1], rings, zone)
    for row in range(height):
        total = 0.0
        for col in range(width):
            total += room[row, col]
            out[row, col] = min(total, 1.0) if total > NOTHING else 0.0
            if total > 1.0 - NOTHING:
                out[row, col] = 1.0
