"""What must stand beside a verdict: what is odd about the layers it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from dzgis.frames import Layer


def layer_remarks(layers: Iterable[Layer], day: dt.date) -> list[Text]:
    """
    Remarks about the layers that were read, each once with all layers that it is true of.

    Parameters
    ----------
    layers : iterable of Layer
    day : date
        Of the check.
    """
    about: dict[Text, list[Text]] = {}
    for layer in layers:
        if layer.frame is not None:
            for remark in (*_of_dates(layer, day), *layer.remarks):
                about.setdefault(remark, []).append(role_text(layer.role))
    return [
        Text(
            f"{'、'.join(name.zh for name in names)}：{remark.zh}",
            f"{', '.join(name.en for name in names)}: {remark.en}",
        )
        for remark, names in about.items()
    ]


def _of_dates(layer: Layer, day: dt.date) -> Iterator[Text]:
    if not (layer.date or layer.valid_until):
        yield Text(
            "图层没有日期，按现行图层使用，是否现行须自行核实；可在 SOURCES.toml 登记 "
            "survey_date 和 valid_until",
            "the layer has no date and is taken to be in force, which must be made sure of; "
            "register survey_date and valid_until in SOURCES.toml",
        )
    if layer.date > day.isoformat():
        yield Text(
            f"图层的调查日期 {layer.date} 晚于核查基准日 {day}",
            f"the layer was surveyed on {layer.date}, after the day of the check, {day}",
        )
