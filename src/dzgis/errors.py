"""
Every error raised on purpose.

A message says what was found, where, what is required and what to do, in both languages.
An input with several faults raises once, with all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dzgis.terms import Language, Text


class DzgisError(Exception):
    """
    Base of all errors of dzgis.

    Parameters
    ----------
    *faults : Text
        Everything that is wrong, one sentence each.
    """

    def __init__(self, *faults: Text) -> None:
        super().__init__(*faults)
        self.faults: tuple[Text, ...] = faults

    def say(self, lang: Language | None = None) -> str:
        """Return all faults, a line each, in `lang`."""
        return "\n".join(fault.say(lang) for fault in self.faults)

    def __str__(self) -> str:
        """Return all faults in the language of this process."""
        return self.say()


class InputError(DzgisError, ValueError):
    """A file, frame or value that a user gave cannot be used."""


class MissingFileError(InputError, FileNotFoundError):
    """A path that a user gave does not exist."""


class CRSError(InputError):
    """A coordinate reference system is missing or unfit."""


class PlanError(InputError):
    """A plan file breaks its schema or contradicts itself."""


class OutputError(DzgisError, FileExistsError):
    """An output exists and was not asked to be replaced, or cannot be written."""


class DownloadError(DzgisError, OSError):
    """A download failed for good."""


class ContradictionError(RuntimeError):
    """Two independent ways to one result disagree: a fault of the program, never of the user."""


def raise_all(faults: Sequence[Text], kind: type[DzgisError] = InputError) -> None:
    """Raise `kind` with all `faults`, or return when there are none."""
    if faults:
        raise kind(*faults)


def listed(items: Iterable[object], at_most: int = 10) -> str:
    """
    Join names for a message, at most ten and the count of the rest.

    Examples
    --------
    >>> listed(["P014", "P220"])
    'P014, P220'
    """
    names = [str(item) for item in items]
    shown = ", ".join(names[:at_most])
    rest = len(names) - at_most
    return f"{shown} … (+{rest})" if rest > 0 else shown
