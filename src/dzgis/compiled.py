"""Compiled functions: kept in numba's cache where there is a place for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def compiled(**options: Any) -> Callable[[Function], Function]:  # noqa: ANN401  numba's
    """
    Compile a function with numba, without the interpreter's lock.

    Where neither the package nor the user's cache folder can be written, as on a locked-down
    machine, it is compiled anew in each process: slower to start, otherwise the same.

    Parameters
    ----------
    options
        numba's, e.g. ``error_model="numpy"``.
    """

    def decorate(function: Function) -> Function:
        try:
            made: Function = njit(nogil=True, cache=True, **options)(function)
        except RuntimeError:
            made = njit(nogil=True, **options)(function)
        return made

    return decorate
