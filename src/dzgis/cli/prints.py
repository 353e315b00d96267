"""Options of the maps for print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dzgis.maps import MapContent
    from dzgis.pipeline import PrintJob
    from dzgis.terms import Language

_ALL = "all"
_KINDS = ("structure", "slope", "available", "suitability", "protection", "verdict")
_FORMATS = ("png", "pdf", "svg")

Prints = Annotated[
    list[str] | None,
    typer.Option(
        "--print",
        metavar="KIND",
        help="纸图，可重复 / map for print, may be repeated: " + ", ".join((*_KINDS, _ALL)),
        show_default=False,
    ),
]
PaperSize = Annotated[str, typer.Option("--size", help="幅面 / paper size: A4, A3, A0")]
PrintFormat = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="纸图格式，可重复，默认全部 / format, may be repeated, by default all: png, pdf, svg",
        show_default=False,
    ),
]
PrintSeries = Annotated[
    str | None,
    typer.Option(
        "--series",
        help="图集：每县、组团或地块一幅 / one sheet each county, cluster, parcel",
        show_default=False,
    ),
]
Approval = Annotated[
    str,
    typer.Option(
        "--approval",
        help="审图号；不给则标注“内部工作用图，未经审图，不得公开” / number of the map's approval",
        show_default=False,
    ),
]


def print_job(
    kinds: list[str] | None,
    lang: Language,
    chosen: tuple[str, list[str] | None, str | None, str],
) -> PrintJob | None:
    """
    What is to be printed, or None where no map was asked for.

    Parameters
    ----------
    kinds : list of str or None
        ``all`` stands for all kinds, see `for_result`.
    lang : {"zh", "en"}
    chosen : (size, formats, series, approval number)
    """
    if not kinds:
        return None
    from dzgis.maps import PrintOptions
    from dzgis.pipeline import PrintJob

    size, formats, series, approval = chosen
    wanted = dict.fromkeys(k for kind in kinds for k in (_KINDS if kind == _ALL else (kind,)))
    options = PrintOptions(lang, size, tuple(formats or _FORMATS), approval, series)
    return PrintJob(tuple(wanted), options)


def for_result(job: PrintJob, kinds: list[str] | None, content: MapContent) -> PrintJob:
    """``all`` without the map of suitability where the result has none."""
    if content.suitability is not None or "suitability" in (kinds or []):
        return job
    return job._replace(kinds=tuple(kind for kind in job.kinds if kind != "suitability"))
