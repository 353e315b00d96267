"""Section 6, the map of the parcel with everything it presses on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.document import Heading, Paragraph, Section
from dzgis.reports.location_map import location_map
from dzgis.reports.parcel_map import MapOf, parcel_map
from dzgis.terms import LayerStatus, Text

if TYPE_CHECKING:
    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier


def maps(dossier: Dossier, context: ReportContext) -> Section:
    """Where the parcel lies, and one map of all layers that were used."""
    blocks: list[Block] = [Heading(Text("图件", "Maps"))]
    where = location_map(dossier, context)
    if where is not None:
        blocks.append(where)
    roles = tuple(layer.role for layer in dossier.check.layers if layer.status is LayerStatus.USED)
    rules = tuple(finding.rule for finding in dossier.parcel.findings)
    caption = Text("地块与各核查图层叠加图", "The parcel over all layers that were checked")
    figure = parcel_map(dossier, MapOf(caption, roles, rules), context)
    blocks.append(
        Paragraph(Text("无地块图形，不能成图。", "There is no outline to draw."))
        if figure is None
        else figure
    )
    return Section("parcels", tuple(blocks))
