"""The planner's report as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.document import PLANNER, Document
from dzgis.reports.map_frame import ground_of
from dzgis.reports.planner_names import place_text
from dzgis.reports.planner_part_closing import comparison, signatures, sources, statement
from dzgis.reports.planner_part_land import limits, overview, slope
from dzgis.reports.planner_part_parcels import candidates, ledgers
from dzgis.reports.planner_part_suit import criteria, grades, sensitivity
from dzgis.reports.qr import qr_svg
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.reports.context import ReportContext
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell

_BANNER = Text(
    "数据含生成（演示）数据，本报告仅供演示，不得用于实际规划或审批。",
    "The data are generated in part (demonstration): not for any plan or decision.",
)
_TITLE_EN = "Low-hill land and candidate parcels"
_PARTS = (
    overview,
    slope,
    limits,
    criteria,
    grades,
    candidates,
    ledgers,
    sensitivity,
    comparison,
    sources,
    statement,
    signatures,
)


def planner_document(figures: PlannerFigures, context: ReportContext) -> Document:
    """Whole report: cover, twelve parts."""
    ground = ground_of(figures, context)
    subject = context.project
    title = Text(
        f"{subject}低丘缓坡用地与候选地块分析报告",
        f"{subject}: low-hill land and candidate parcels" if subject else _TITLE_EN,
    )
    return Document(
        title=title,
        cover=_cover(figures, context),
        banner=_BANNER if context.generated else None,
        sections=tuple(make(ground) for make in _PARTS),
        qr_svg=qr_svg(context.manifest),
        layout=PLANNER,
    )


def _cover(figures: PlannerFigures, context: ReportContext) -> dict[str, tuple[Text, Cell]]:
    """Fields of the cover; see the guide to report templates."""
    plan, exclusions = figures.plan, figures.account.exclusions
    names = [place_text(plan, "county", str(c)) for c in figures.tables.net["county"].index]
    version = f" {exclusions.version}" if exclusions.version else ""
    dem = figures.dem
    size = " × ".join(f"{side:.6g}" for side in dem.cell_size)
    return {
        "plan": (Text("规划", "Plan"), Text(plan.meta.title, plan.meta.title_en)),
        "counties": (
            Text("范围", "Counties"),
            Text("、".join(n.zh for n in names), ", ".join(n.en for n in names)),
        ),
        "dem": (
            Text("高程数据", "Elevation"),
            Text(
                f"{dem.source}（{dem.crs}，格网 {size}）", f"{dem.source} ({dem.crs}, grid {size})"
            ),
        ),
        "exclusion_set": (
            Text("排除条件", "Exclusions"),
            Text(
                f"{exclusions.text.zh}（{exclusions.id}{version}）",
                f"{exclusions.text.en} ({exclusions.id}{version})",
            ),
        ),
        "data_date": (Text("数据现势日期", "Dates of data"), _dates(figures)),
        "report_no": (Text("报告编号", "Report no."), context.report_no or None),
        "organisation": (Text("编制单位", "Office"), context.organisation or None),
        "issued": (Text("编制日期", "Issued"), context.issued.isoformat()),
    }


def _dates(figures: PlannerFigures) -> Cell:
    days = sorted(str(record["date"]) for record in figures.layers if record.get("date"))
    if not days:
        return None
    return days[0] if days[0] == days[-1] else f"{days[0]} — {days[-1]}"
