"""How reports are made: words of the cover, a bureau's own template, secrecy; and the self-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dzgis.pipeline.selftest import selftest
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

Reports = Literal["each", "book", "both", "none"]


@dataclass(frozen=True)
class Paper:
    """
    How reports are made; of a planner's report only cover and template matter.

    Attributes
    ----------
    project, applicant, organisation, report_no : str
        For the cover; blank leaves room to write it in.
    template : Path or None
        A bureau's own Word template.
    reports : {"each", "book", "both", "none"}
        Where the reports of several parcels stand.
    secret : bool
        Whether protected shapes must not leave: neither as evidence nor on maps, only the pieces
        that lie on parcels.
    evidence : bool
        Whether evidence.gpkg is left.
    """

    project: str = ""
    applicant: str = ""
    organisation: str = ""
    report_no: str = ""
    template: Path | None = None
    reports: Reports = "each"
    secret: bool = False
    evidence: bool = True


PLAIN_PAPER = Paper()


def selftest_line() -> Text:
    """Outcome of the known-answer tests on this machine."""
    trials = selftest()
    failed = [trial.name for trial in trials if not trial.passed]
    n = len(trials)
    if not failed:
        return Text(f"已知答案自检 {n} 项全部通过", f"all {n} known-answer tests passed")
    zh, en = "、".join(name.zh for name in failed), ", ".join(name.en for name in failed)
    return Text(f"已知答案自检未通过：{zh}", f"known-answer tests failed: {en}")
