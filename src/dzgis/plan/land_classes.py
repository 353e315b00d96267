"""Land classes (地类) as data: codes, names, and the three groups of the land law (三大类)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.terms import LandGroup, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

ClassCode = Annotated[str, Field(pattern=r"^\d{2}([0-9][0-9]|[0-9A-Z][0-9])?[A-Z]?$")]
_FIRST_LEVEL = 2
_SUFFIX = re.compile(r"(?<=\d)[A-Z]$")


class LandClass(Record):
    """
    One class of land.

    Attributes
    ----------
    code : str
        Two digits for the first level, four characters for the second; a letter after them is a
        class of the survey's own.
    name, name_en : str
    group : LandGroup, optional
        None for a first level whose classes are of several groups.
    """

    code: ClassCode
    name: NonEmpty
    name_en: NonEmpty
    group: LandGroup | None = None

    @property
    def text(self) -> Text:
        """The class's name in both languages."""
        return Text(self.name, self.name_en)


class LandStandard(Fact):
    """Classes of one document, with its source and status."""

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty
    classes: Annotated[tuple[LandClass, ...], Field(min_length=1)]


class LandClassScheme(Record):
    """
    All land classes that are known.

    Attributes
    ----------
    id : str
        Of the document that leads.
    ridged : tuple of str
        First levels whose patches have ridges (田坎), to be deducted by a coefficient.
    ridge : str
        Code of the ridges themselves.
    standards : tuple of LandStandard
        Their codes differ.
    """

    id: NonEmpty
    ridged: tuple[ClassCode, ...]
    ridge: ClassCode
    standards: Annotated[tuple[LandStandard, ...], Field(min_length=1)]

    @cached_property
    def by_code(self) -> Mapping[str, LandClass]:
        """Classes by code."""
        return {one.code: one for standard in self.standards for one in standard.classes}

    @model_validator(mode="after")
    def _check_codes(self) -> Self:
        n_classes = sum(len(standard.classes) for standard in self.standards)
        if len(self.by_code) < n_classes:
            raise ValueError("a code comes twice")
        unknown = {*self.ridged, self.ridge} - set(self.by_code)
        if unknown:
            raise ValueError(f"no classes: {', '.join(sorted(unknown))}")
        return self

    def find(self, code: str) -> LandClass | None:
        """
        Class of a code; a suffix letter that has no class of its own is taken off.

        Parameters
        ----------
        code : str
            As a layer has it, e.g. ``0103``, ``0201K``, ``05H1``, ``09``.

        Returns
        -------
        LandClass or None
            None for a code that the scheme does not know: it keeps its name and has no group.
        """
        plain = code.strip().upper()
        return self.by_code.get(plain) or self.by_code.get(_SUFFIX.sub("", plain))

    def first_level(self, code: str) -> LandClass | None:
        """Class of the first level (一级类) of a code that the scheme knows, None for others."""
        found = self.find(code)
        return self.by_code.get(found.code[:_FIRST_LEVEL]) if found else None

    def has_ridges(self, code: str) -> bool:
        """Whether patches of a code have ridges that a coefficient tells."""
        first = self.first_level(code)
        return first is not None and first.code in self.ridged
