"""The sentence of a boundary change (避让建议), as an office would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dzgis.terms import Text, role_text
from dzgis.units import (
    DECIMALS_HECTARE,
    DECIMALS_M2,
    DECIMALS_MU,
    hectares,
    mu,
    round_half_up,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Left(NamedTuple):
    """What a boundary change leaves of a parcel; see `dzgis.land.avoidance`."""

    roles: tuple[str, ...]
    kept_m2: float
    cut_m2: float
    n_parts: int
    main_m2: float
    n_dropped: int
    dropped_m2: float
    width_m: float
    mean_width_m: float
    lost_access: bool
    usable: bool


def avoidance_reason(left: Left) -> Text:
    """Say what to give up, what is kept, and whether it is of use."""
    roles = [role_text(role) for role in left.roles]
    along = Text("、".join(role.zh for role in roles), ", ".join(role.en for role in roles))
    if not left.n_parts:
        whole = _area(left.cut_m2)
        return Text(
            f"沿{along.zh}的界线退让后不剩可保留的土地，{whole.zh}须全部退出，宜另行选址",
            f"drawn back along the border of {along.en} no land is left: all {whole.en} must be "
            "given up; choose another site",
        )
    parts = [_kept(left, along), *_said_besides(left), _use(left)]
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _kept(left: Left, along: Text) -> Text:
    cut, kept = _area(left.cut_m2), _area(left.kept_m2)
    share = round_half_up(100.0 * left.kept_m2 / (left.kept_m2 + left.cut_m2), 2)
    widest, mean = round_half_up(left.width_m, 2), round_half_up(left.mean_width_m, 2)
    return Text(
        f"建议沿{along.zh}的界线退让{cut.zh}，保留{kept.zh}，占原地块{share:.2f}%；余地最宽处"
        f"{widest:.2f}米，平均宽{mean:.2f}米",
        f"draw the border back along that of {along.en} by {cut.en} and keep {kept.en}, "
        f"{share:.2f} % of the parcel; what is left is {widest:.2f} m wide at its widest place, "
        f"{mean:.2f} m on average",
    )


def _said_besides(left: Left) -> Iterator[Text]:
    if left.n_parts > 1:
        main = _area(left.main_m2)
        yield Text(
            f"余地分为{left.n_parts}块，最大一块{main.zh}",
            f"it falls into {left.n_parts} parts, the largest {main.en}",
        )
    if left.n_dropped:
        dropped = _area(left.dropped_m2)
        yield Text(
            f"退让面积含{left.n_dropped}块过小或过窄的碎块{dropped.zh}",
            f"what is given up includes {left.n_dropped} part(s) too small or too narrow, "
            f"{dropped.en}",
        )
    if left.lost_access:
        yield Text("余地最大一块不再与道路相接", "its largest part meets no road any more")


def _use(left: Left) -> Text:
    if left.usable:
        return Text("余地可用", "it is usable")
    return Text("余地过小或过窄，不宜使用", "it is too small or too narrow to be used")


def _area(m2: float) -> Text:
    square = f"{round_half_up(m2, DECIMALS_M2):.{DECIMALS_M2}f}"
    ha = f"{round_half_up(hectares(m2), DECIMALS_HECTARE):.{DECIMALS_HECTARE}f}"
    in_mu = f"{round_half_up(mu(m2), DECIMALS_MU):.{DECIMALS_MU}f}"
    return Text(
        f"{square} m²（{ha} 公顷、{in_mu} 亩）",
        f"{square} m² ({ha} ha, {in_mu} mu)",
    )
