"""
Print maps: sheets of A4, A3 or A0 as PNG, PDF or SVG.

Matplotlib takes a second to import; this package is imported when a map is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps.printed.compose import KINDS, Composed, Order, Subject, compose
from dzgis.maps.printed.output import FORMATS, check_format, rendered
from dzgis.maps.printed.paper import SIZES
from dzgis.maps.printed.series import SERIES, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dzgis.maps.content import MapContent

__all__ = [
    "FORMATS",
    "KINDS",
    "SERIES",
    "SIZES",
    "Composed",
    "Order",
    "Subject",
    "compose",
    "rendered",
    "sheets",
    "subjects",
]


def sheets(
    content: MapContent, orders: Sequence[Order], *, formats: Sequence[str], series: str | None
) -> Iterator[tuple[str, bytes]]:
    """
    File names and bytes of all sheets, one after the other, so that only one is held in memory.

    A file is called after its kind, with the subject's key in a series: ``slope-530181.pdf``.
    """
    for form in formats:
        check_format(form)
    for order in orders:
        for subject in subjects(content, series, order.lang):
            composed = compose(content, subject, order)
            stem = f"{order.kind}-{subject.key}" if subject.key else order.kind
            for form in formats:
                yield f"{stem}.{form}", rendered(composed.canvas, form)
