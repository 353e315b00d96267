"""One trial of the environment or of the arithmetic: what is expected, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dzgis.terms import Language, Text


@dataclass(frozen=True)
class Trial:
    """
    A named trial.

    Attributes
    ----------
    name : Text
    passed : bool
    found : str
        What was found, and what was expected where they differ.
    """

    name: Text
    passed: bool
    found: str

    def record(self, lang: Language) -> dict[str, object]:
        """Record for machines."""
        return {"name": self.name.say(lang), "passed": self.passed, "found": self.found}
