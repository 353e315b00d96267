"""Something of a source that a file written from it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dzgis.terms import Language, Text


@dataclass(frozen=True)
class Loss:
    """
    Something of a source that the written file does not have, or has in another form.

    Attributes
    ----------
    kind : str
        ``renamed``, ``type``, ``value``, ``field``, ``attributes``, ``winding``, ``order``,
        ``heights``, ``crs``, ``txt``, ``unit``, ``decimals``,
        ``multi`` or ``shape``.
    text : Text
    subject : str
        The field; empty for what concerns the whole layer.
    """

    kind: str
    text: Text
    subject: str = ""

    def record(self, lang: Language) -> dict[str, str]:
        """Record for machines."""
        return {"kind": self.kind, "subject": self.subject, "text": self.text.say(lang)}
