"""What every record of a plan is made of: strict tables, and facts with source and status."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dzgis.terms import FactStatus

NonEmpty = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """A table of a file: no unknown keys, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Record):
    """
    Where a fact is from.

    Attributes
    ----------
    quote : str
        Words of the plan or law, to the letter; may be empty for a reported or assumed fact.
    section : str
        Chapter and section of the plan.
    page : int, optional
        Printed page number.
    note : str
        For a restored fact how the text is read and why; for a reported one where it was found;
        for an assumed one whose assumption it is and on what ground.
    """

    quote: str = ""
    section: str = ""
    page: int | None = None
    note: str = ""


class Fact(Record):
    """A statement with its source and status."""

    status: FactStatus
    source: Source

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if self.status in (FactStatus.REPORTED, FactStatus.ASSUMED):
            missing = [] if self.source.note else ["note"]
        else:
            wanted = ["quote", "section"]
            wanted += ["note"] if self.status is FactStatus.RESTORED else []
            missing = [key for key in wanted if not getattr(self.source, key)]
        if missing:
            message = f"a fact with status '{self.status}' needs source.{', source.'.join(missing)}"
            raise ValueError(message)
        return self
