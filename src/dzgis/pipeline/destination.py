"""Where the outputs of a verb go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis import stores

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from dzgis.terms import Language


@dataclass(frozen=True)
class Output:
    """
    Where and how to write.

    Attributes
    ----------
    folder : Path
    overwrite : bool
    lang : {"zh", "en"}
    started : datetime
        When the job began.
    command : str
        The verb, for the manifest.
    secret : bool
        Whether protected shapes must not leave: no layer and no map of them, only what is clipped
        to parcels.
    """

    folder: Path
    overwrite: bool
    lang: Language
    started: dt.datetime
    command: str
    secret: bool = False


def check_free(output: Output, names: Sequence[str]) -> None:
    """Raise OutputError, before anything is computed, when `names` may not be written."""
    stores.check_free(output.folder, names, overwrite=output.overwrite)
