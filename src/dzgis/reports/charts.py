"""Bar charts as SVG, drawn in tenths of a millimetre; told apart by colour, hatching and words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.reports.drawing import svg
from dzgis.reports.lettering import HEAVY, Letter, text_width, words_svg, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.terms import Language, Text

WIDTH = 1680.0
_ROW, _BAR, _THIN = 54.0, 30.0, 17.0
_SMALL, _LINE = 26.0, 30.0
_MOST_LABEL = 560.0
_TICKS = 5
_FOOT = 50.0
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_HATCH = (
    '<pattern id="{id}" width="12" height="12" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="12" height="12" fill="{fill}"/>'
    '<rect width="5" height="12" fill="#fff"/></pattern>'
)


@dataclass(frozen=True)
class Series:
    """What one colour of a chart stands for."""

    text: Text
    fill: str
    hatched: bool = False


@dataclass(frozen=True)
class Bar:
    """
    A row of a chart.

    Attributes
    ----------
    label : str
    values : tuple of float
        One a series, none negative; NaN is not drawn.
    said : str
        Stands behind the bar.
    mark : float, optional
        Where a mark is set across the bar.
    """

    label: str
    values: tuple[float, ...]
    said: str = ""
    mark: float | None = None


@dataclass(frozen=True)
class Drawing:
    """An SVG and its height in millimetres; all are 168 mm wide."""

    svg: str
    height_mm: float


@dataclass(frozen=True)
class Axis:
    """Values on paper: `low` stands at `left`, `high` at `right`."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Place of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def nice_step(span: float, n: int = _TICKS) -> float:
    """
    Round step that divides a span into about n.

    Examples
    --------
    >>> nice_step(3391.0)
    1000.0
    """
    rough = max(span, 1e-12) / n
    power = 10.0 ** math.floor(math.log10(rough))
    return next(s * power for s in _NICE if s * power >= rough * (1 - 1e-9))


def bar_chart(
    bars: Sequence[Bar],
    series: Sequence[Series],
    *,
    unit: Text,
    lang: Language,
    grouped: bool = False,
) -> Drawing:
    """
    Horizontal bars, stacked or one below the other, with a legend above and an axis below.

    Parameters
    ----------
    bars : sequence of Bar
    series : sequence of Series
    unit : Text
        Stands at the axis.
    lang : {"zh", "en"}
    grouped : bool
        Whether the values of a row are compared instead of added up.
    """
    labels = [wrapped(bar.label, _SMALL, _MOST_LABEL) or [""] for bar in bars]
    left = 24 + max(text_width(line, _SMALL) for lines in labels for line in lines)
    said = 20 + max(text_width(bar.said, _SMALL) for bar in bars)
    high = max((_reach(bar, grouped=grouped) for bar in bars), default=0.0) or 1.0
    axis = Axis(0.0, high, left, WIDTH - max(said, 60.0))
    legend, top = _legend(series, lang)
    tall = max(_ROW, _THIN * len(series) + 16) if grouped else _ROW
    heights = [max(tall, len(lines) * _LINE + 8) for lines in labels]
    bottom = top + sum(heights)
    parts, y = [*legend, *axis_svg(axis, top, bottom, unit.say(lang))], top
    for bar, lines, high_row in zip(bars, labels, heights, strict=True):
        parts += label_svg(lines, axis.left - 14, y, high_row)
        parts += _row(bar, axis, series, middle=y + high_row / 2, grouped=grouped)
        y += high_row
    return Drawing(svg(WIDTH, bottom + _FOOT, [_defs(series), *parts]), (bottom + _FOOT) / 10)


def _reach(bar: Bar, *, grouped: bool) -> float:
    values = [v for v in bar.values if math.isfinite(v)]
    whole = max(values, default=0.0) if grouped else math.fsum(values)
    return max(whole, bar.mark or 0.0)


def _defs(series: Sequence[Series]) -> str:
    made = [_HATCH.format(id=f"h{n}", fill=one.fill) for n, one in enumerate(series) if one.hatched]
    return f"<defs>{''.join(made)}</defs>" if made else ""


def _fill(series: Sequence[Series], n: int) -> str:
    return f"url(#h{n})" if series[n].hatched else series[n].fill


def _legend(series: Sequence[Series], lang: Language) -> tuple[list[str], float]:
    if len(series) < 2:  # noqa: PLR2004 - one colour needs no legend
        return [], 10.0
    x, y = 0.0, 34.0
    parts = []
    for n, one in enumerate(series):
        words = one.text.say(lang)
        wide = 60 + text_width(words, _SMALL) + 30
        if x and x + wide > WIDTH:
            x, y = 0.0, y + 38
        parts += [
            _box(x, y - 22, 44, 26, _fill(series, n)),
            words_svg(x + 54, y, words, Letter(_SMALL)),
        ]
        x += wide
    return parts, y + 26


def _box(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0.0):.1f}" height="{high:.1f}" '
        f'fill="{fill}" stroke="#333" stroke-width="1.5"/>'
    )


def _row(
    bar: Bar, axis: Axis, series: Sequence[Series], *, middle: float, grouped: bool
) -> list[str]:
    """Bars of one row around its middle, its mark, and what stands behind."""
    parts: list[str] = []
    end, start = axis.left, 0.0
    thick = _THIN if grouped else _BAR
    top = middle - (thick * len(series) if grouped else thick) / 2
    for n, value in enumerate(bar.values):
        if not math.isfinite(value) or value <= 0.0:
            continue
        x, wide = axis.at(start), axis.at(value) - axis.left
        parts.append(_box(x, top + (thick * n if grouped else 0), wide, thick, _fill(series, n)))
        end = max(end, x + wide)
        start = 0.0 if grouped else start + value
    if bar.mark is not None and math.isfinite(bar.mark):
        x = axis.at(bar.mark)
        parts.append(
            f'<path d="M{x:.1f} {top - 7:.1f}v{thick + 14:g}" stroke="#000" stroke-width="5"/>'
        )
        end = max(end, x)
    return [*parts, words_svg(end + 10, middle + 9, bar.said, Letter(_SMALL))]


def label_svg(lines: Sequence[str], right: float, y: float, high: float) -> list[str]:
    """Lines of a label that end at `right`, in the middle of a row."""
    first = y + (high - len(lines) * _LINE) / 2 + 23
    return [
        words_svg(right, first + n * _LINE, line, Letter(_SMALL, "end"))
        for n, line in enumerate(lines)
    ]


def axis_svg(axis: Axis, top: float, bottom: float, unit: str) -> list[str]:
    """Ticks, their figures and faint lines; the unit at the end."""
    step = nice_step(axis.high - axis.low)
    first = math.ceil(axis.low / step)
    ticks = [n * step for n in range(first, math.floor(axis.high / step + 1e-9) + 1)]
    parts = [
        f'<path d="M{axis.left:.1f} {bottom:.1f}H{axis.right:.1f}" stroke="#000" stroke-width="2"/>'
    ]
    for tick in ticks:
        x = axis.at(tick)
        parts += [
            f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="#999" stroke-dasharray="3 7"/>',
            words_svg(x, bottom + 30, f"{tick:g}", Letter(24.0, "middle")),
        ]
    return [*parts, words_svg(axis.left - 26, bottom + 30, unit, Letter(24.0, "end", HEAVY))]


def tornado(
    bars: Sequence[tuple[str, Sequence[tuple[float, str]]]],
    base: float,
    *,
    unit: Text,
    lang: Language,
) -> Drawing:
    """
    Bars from a base to each value that follows from a change, the widest first.

    Parameters
    ----------
    bars : sequence of (label, values)
        Each value with what stands at its end.
    base : float
    unit : Text
    lang : {"zh", "en"}
    """
    ordered = sorted(bars, key=lambda bar: -_spread(bar[1], base))
    values = [v for _, ends in bars for v, _ in ends if math.isfinite(v)] or [base]
    low, high = min(*values, base), max(*values, base)
    span = (high - low) or abs(base) or 1.0
    labels = [wrapped(label, _SMALL, _MOST_LABEL) or [""] for label, _ in ordered]
    left = 24 + max(text_width(line, _SMALL) for lines in labels for line in lines)
    room = 20 + max(text_width(said, _SMALL) for _, ends in bars for _, said in ends)
    inner = Axis(low, low + span, left + room, WIDTH - room)
    bottom = 10.0 + _ROW * len(ordered)
    parts = axis_svg(inner, 10.0, bottom, unit.say(lang))
    y = 10.0
    for (_, ends), lines in zip(ordered, labels, strict=True):
        parts += label_svg(lines, left - 14, y, _ROW)
        parts += _ends(ends, base, inner, y)
        y += _ROW
    x = inner.at(base)
    parts.append(f'<path d="M{x:.1f} 10V{y:.1f}" stroke="#000" stroke-width="4"/>')
    return Drawing(svg(WIDTH, bottom + _FOOT, parts), (bottom + _FOOT) / 10)


def _spread(ends: Sequence[tuple[float, str]], base: float) -> float:
    values = [base, *(v for v, _ in ends if math.isfinite(v))]
    return max(values) - min(values)


def _ends(ends: Sequence[tuple[float, str]], base: float, axis: Axis, y: float) -> list[str]:
    """Bars of one row: the widest on each side has its words at its end."""
    parts = []
    for below, fill in ((True, "#e69f00"), (False, "#0072b2")):
        side = [(v, said) for v, said in ends if math.isfinite(v) and (v < base) == below]
        if not side:
            continue
        value, said = (min if below else max)(side)
        x0, x1 = sorted((axis.at(value), axis.at(base)))
        parts.append(_box(x0, y + 12, x1 - x0, _BAR, fill))
        at, anchor = (x0 - 8, "end") if below else (x1 + 8, "start")
        parts.append(words_svg(at, y + 36, said, Letter(_SMALL, anchor)))
    return parts


def upset(
    rows: Sequence[tuple[frozenset[str], float, str]],
    names: Sequence[tuple[str, str]],
    *,
    unit: Text,
    lang: Language,
    fill: str = "#0072b2",
) -> Drawing:
    """
    Combinations: dots that say which things hold together, and a bar for how much.

    Parameters
    ----------
    rows : sequence of (members, value, words behind the bar)
    names : sequence of (id, heading)
    unit : Text
    lang : {"zh", "en"}
    fill : str
    """
    column = 46.0
    tall = 24 + max((text_width(head, 24.0) for _, head in names), default=0.0)
    left = 30 + column * len(names)
    said = 20 + max(text_width(words, _SMALL) for _, _, words in rows)
    high = max((value for _, value, _ in rows), default=1.0) or 1.0
    axis = Axis(0.0, high, left, WIDTH - said)
    centres = {name: 22 + column * n for n, (name, _) in enumerate(names)}
    parts = [
        f'<g transform="translate({centres[name] + 9:.1f} {tall - 8:.1f}) rotate(-90)">'
        + words_svg(0, 0, head, Letter(24.0))
        + "</g>"
        for name, head in names
    ]
    y = tall
    for n, (members, value, words) in enumerate(rows):
        if n % 2 == 0:
            parts.append(
                f'<rect x="0" y="{y:.1f}" width="{left - 8:.1f}" height="{_ROW - 10:g}" '
                'fill="#f0f0f0"/>'
            )
        middle = y + (_ROW - 10) / 2
        parts += _dots(members, centres, middle)
        parts.append(_box(left, y + 7, axis.at(value) - left, _BAR, fill))
        parts.append(words_svg(axis.at(value) + 10, middle + 9, words, Letter(_SMALL)))
        y += _ROW - 10
    parts += axis_svg(axis, tall, y, unit.say(lang))
    return Drawing(svg(WIDTH, y + _FOOT, parts), (y + _FOOT) / 10)


def _dots(members: frozenset[str], centres: dict[str, float], y: float) -> list[str]:
    inside = [x for name, x in centres.items() if name in members]
    parts = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="{"#000" if x in inside else "#ccc"}"/>'
        for x in centres.values()
    ]
    if len(inside) > 1:
        parts.append(
            f'<path d="M{min(inside):.1f} {y:.1f}H{max(inside):.1f}" stroke="#000" '
            'stroke-width="6"/>'
        )
    return parts
