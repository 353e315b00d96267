"""Vertical error of a DEM (高程误差): how large it is, and over what distance it is the same."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

Shape = Literal["exponential", "gaussian"]

_TABLE = "dem-errors.toml"
_GIVEN = "given"
_MOST_PARTS = 3
_LEAST_LENGTH_M = 1e-6


class ErrorStatus(StrEnum):
    """Where the size of an error comes from; correlation lengths are all assumed or given."""

    STATED = "stated"
    TO_BE_CONFIRMED = "to_be_confirmed"
    GIVEN = "given"

    @property
    def text(self) -> Text:
        """The words for this code."""
        return _WORDS[self]


_WORDS = {
    ErrorStatus.STATED: Text("有公开出处", "publicly stated"),
    ErrorStatus.TO_BE_CONFIRMED: Text("待确认", "to be confirmed"),
    ErrorStatus.GIVEN: Text("用户给定", "given by the user"),
}


@dataclass(frozen=True)
class DemError:
    """
    Random vertical error of a DEM: normal, of mean 0, the same everywhere.

    Attributes
    ----------
    id : str
        Of the product, ``given`` for a user's own.
    name : Text
    vertical_sd_m : float
        Standard deviation σ in metres, not negative.
    correlation_m : float
        Correlation length L in metres, not negative; 0 for none.
    status : ErrorStatus
    source : Text
        Document, year, what it states and how σ follows from it.
    shape : {"exponential", "gaussian"}
        Covariance at distance d: σ²·exp(−d/L), or σ²·exp(−(d/L)²).

    Notes
    -----
    A part of the error that is the same for a whole region moves no slope; what counts is how much
    two neighbouring cells differ, σ²·(1 − C/σ²) times two. An exponential covariance falls at
    once, as the error of cells matched or unwrapped each by itself does, and gives the larger
    slope error; it is what products of radar and of image matching have here. A Gaussian one is
    level at first, as an error interpolated between contours is.
    """

    id: str
    name: Text
    vertical_sd_m: float
    correlation_m: float
    status: ErrorStatus
    source: Text
    shape: Shape = "exponential"

    def covariance_m2(self, distance_m: npt.ArrayLike) -> Array:
        """Covariance in m² of the errors of two cells, by their distance in metres."""
        distance = np.asarray(distance_m, dtype=np.float64)
        variance = self.vertical_sd_m**2
        if self.correlation_m < _LEAST_LENGTH_M:
            return np.where(distance == 0.0, variance, 0.0)
        lengths = distance / self.correlation_m
        return variance * np.exp(-lengths if self.shape == "exponential" else -(lengths**2))

    def record(self) -> dict[str, object]:
        """Return what decides a result, for a manifest: metres, whatever the language."""
        return {
            "id": self.id,
            "vertical_sd_m": self.vertical_sd_m,
            "correlation_m": self.correlation_m,
            "shape": self.shape,
            "status": self.status.value,
        }


@cache
def dem_errors() -> dict[str, DemError]:
    """
    Errors of common products by id.

    Returns
    -------
    dict of str to DemError
        ``srtm``, ``glo-30``, ``aster``, ``alos``, ``1:10000``, ``1:50000``; to be read only.
    """
    table = resources.files("dzgis.terrain").joinpath(_TABLE).read_text(encoding="utf-8")
    return {key: _record(key, **entry) for key, entry in tomllib.loads(table).items()}


def _record(  # noqa: PLR0913 - one argument for each key of the file: an unknown one is refused
    key: str,
    *,
    name: str,
    name_en: str,
    vertical_sd_m: float,
    correlation_m: float,
    shape: Shape,
    status: str,
    source: str,
    source_en: str,
) -> DemError:
    return DemError(
        id=key,
        name=Text(name, name_en),
        vertical_sd_m=vertical_sd_m,
        correlation_m=correlation_m,
        status=ErrorStatus(status),
        source=Text(source, source_en),
        shape=shape,
    )


def parse_dem_error(text: str) -> DemError:
    """
    Error that a user named: a product's id, or σ and L in metres, or these and a shape.

    Parameters
    ----------
    text : str
        E.g. ``glo-30``, ``4,100``, ``2.5,100,gaussian``.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> error = parse_dem_error("4,100")
    >>> error.vertical_sd_m, error.correlation_m, error.shape
    (4.0, 100.0, 'exponential')
    """
    known = dem_errors().get(text.strip().lower())
    if known is not None:
        return known
    parts = [part.strip() for part in re.split("[,，]", text)]
    shape: Shape = "exponential"
    if len(parts) == _MOST_PARTS:
        shape = _shape(parts.pop(), text)
    if len(parts) != _MOST_PARTS - 1:
        raise _unreadable(text)
    sd_m, length_m = (_metres(part, text) for part in parts)
    return DemError(
        id=_GIVEN,
        name=Text(
            f"用户给定 σ={sd_m:g} m，L={length_m:g} m", f"given: σ={sd_m:g} m, L={length_m:g} m"
        ),
        vertical_sd_m=sd_m,
        correlation_m=length_m,
        status=ErrorStatus.GIVEN,
        source=Text("用户给定", "given by the user"),
        shape=shape,
    )


def _metres(part: str, text: str) -> float:
    try:
        value = float(part)
    except ValueError as fault:
        raise _unreadable(text) from fault
    if not (math.isfinite(value) and value >= 0.0):
        raise _unreadable(text)
    return value


def _shape(part: str, text: str) -> Shape:
    for shape in get_args(Shape):
        if part.lower() == shape:
            return shape  # type: ignore[no-any-return] # get_args gives the literals
    raise _unreadable(text)


def _unreadable(text: str) -> InputError:
    ids = ", ".join(dem_errors())
    return InputError(
        Text(
            f"DEM 误差 {text!r} 无法识别；请写产品名（{ids}），或“σ,L”两个不小于 0 的"
            "米数，如 4,100，可再加 exponential 或 gaussian",
            f"the DEM error {text!r} cannot be read; give a product ({ids}), or σ and L in metres, "
            "not negative, e.g. 4,100, with exponential or gaussian after them if need be",
        )
    )
