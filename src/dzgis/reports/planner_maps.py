"""Maps of the planner's report: the plan, slope, available land, grades, candidates, stability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from dzgis.reports.drawing import Ink, shapes_svg
from dzgis.reports.lettering import HEAVY, Board, Letter
from dzgis.reports.map_frame import Ground, Key, beyond_svg, figure, lines_svg
from dzgis.reports.planner_names import place_text
from dzgis.reports.planner_suit_tables import grade_text
from dzgis.reports.raster_picture import class_paint, picture_svg, step_paint
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.grid import Raster
    from dzgis.planning import Sensitivity, Suitability
    from dzgis.reports.document import Figure
    from dzgis.reports.raster_picture import Paint

UNKNOWN_PERCENT = 255.0
_COUNTY = Ink("#333333", 3.0)
_DISTRICT = Ink("#000000", 7.0)
_CASING = Ink("#ffffff", 16.0, opacity=0.9)
_NODE = 9.0
_LABELLED = 40
"""Candidates whose ids are put on the map where there is room."""
STEPS = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
GREENS = ("#d3eecd", "#a8dba0", "#74c476", "#31a354", "#006d2c")
BLUES = ("#d6e4f2", "#a9cde3", "#6baed6", "#3182bd", "#08519c")
CLUSTER_COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#7f7f7f",
)
"""Colours that are told apart with any colour vision (Okabe and Ito)."""
_NONE = Text("不属任何组团", "in no cluster")


def plan_map(ground: Ground) -> Figure:
    """Counties, districts, clusters, axes with their nodes."""
    plan = ground.figures.plan
    clusters = ground.of(ground.figures.clusters)
    board = ground.board()
    parts, keys = [], []
    for n, cluster in enumerate(plan.clusters):
        ink = Ink(_colour(n), 2.5, fill=_colour(n), opacity=0.45)
        rows = clusters[clusters["cluster"] == cluster.id]
        listed = rows[rows["status"] != ClusterStatus.IN_COUNTY_NOT_LISTED]
        other = rows[rows["status"] == ClusterStatus.IN_COUNTY_NOT_LISTED]
        faint = Ink(_colour(n), 2.5, fill=_colour(n), opacity=0.12, dash="8 8")
        parts += [
            shapes_svg(ground.sheet, listed.geometry, ink),
            shapes_svg(ground.sheet, other.geometry, faint),
        ]
        keys.append(Key(ink, Text(cluster.name, cluster.name_en)))
    parts += [_borders(ground), _district_borders(ground)]
    axes, axis_keys, nodes = _axes(ground, board)
    names = [_county_names(ground, board)]
    keys += [*axis_keys, *_border_keys()]
    caption = Text("县、片区、组团与发展轴", "Counties, districts, clusters and axes")
    return figure(ground, [*parts, *axes, nodes, *names], keys, caption)


def _colour(n: int) -> str:
    return CLUSTER_COLOURS[n % len(CLUSTER_COLOURS)]


def _border_keys() -> list[Key]:
    return [
        Key(_COUNTY, Text("县界", "county border"), line=True),
        Key(_DISTRICT, Text("片区界", "district border"), line=True),
    ]


def _borders(ground: Ground) -> str:
    return shapes_svg(ground.sheet, ground.counties.geometry, _COUNTY)


def _district_borders(ground: Ground) -> str:
    whole = ground.counties.dissolve("district")
    return shapes_svg(ground.sheet, whole.geometry, _DISTRICT)


def _axes(ground: Ground, board: Board) -> tuple[list[str], list[Key], str]:
    """Lines of the axes on white, their items of the legend, and their nodes with names."""
    plan, sheet = ground.figures.plan, ground.sheet
    axes = ground.of(ground.figures.axes)
    parts, keys = [], []
    for n, axis in enumerate(plan.axes):
        rows = axes[axes["axis"] == axis.id]
        core, more = rows[rows["kind"] == "core"], rows[rows["kind"] != "core"]
        ink = Ink(("#000000", "#7a0177")[n % 2], 8.0, dash=("", "26 10")[n % 2])
        thin = Ink(ink.stroke, 4.0, dash="4 10")
        parts += [
            lines_svg(sheet, core.geometry, _CASING),
            lines_svg(sheet, more.geometry, thin),
            lines_svg(sheet, core.geometry, ink),
        ]
        keys.append(Key(ink, Text(axis.name, axis.name_en), line=True))
        if len(more):
            keys.append(
                Key(thin, Text(f"{axis.name}延伸", f"{axis.name_en}: extension"), line=True)
            )
    return parts, keys, _nodes(ground, board)


def _nodes(ground: Ground, board: Board) -> str:
    import geopandas as gpd

    plan = ground.figures.plan
    names = list(dict.fromkeys(node.place for axis in plan.axes for node in axis.nodes))
    places = [plan.place(name) for name in names]
    points = gpd.GeoSeries(
        [shapely.Point(p.point.lon, p.point.lat) for p in places], crs="EPSG:4490"
    ).to_crs(ground.crs)
    spots = [ground.sheet.place(p.x, p.y) for p in points]
    seen = [
        (x, y, place)
        for (x, y), place in zip(spots, places, strict=True)
        if 0 <= x <= ground.sheet.width and 0 <= y <= ground.sheet.height
    ]
    for x, y, _ in seen:
        board.take((x - _NODE, y - _NODE, x + _NODE, y + _NODE))
    drawn = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_NODE:g}" fill="#fff" stroke="#000" '
        'stroke-width="4"/>'
        + board.label(
            x,
            y,
            Text(place.name, place.name_en or place.name).say(ground.lang),
            letter=Letter(26.0, halo=True),
        )
        for x, y, place in seen
    ]
    return "".join(drawn)


def _county_names(ground: Ground, board: Board) -> str:
    """Name of each county where there is room for it."""
    drawn = []
    for code, shape in zip(ground.counties["county_code"], ground.counties.geometry, strict=True):
        point = shapely.point_on_surface(shapely.simplify(shape, ground.sheet.metres * 5))
        x, y = ground.sheet.place(point.x, point.y)
        words = place_text(ground.figures.plan, "county", str(code)).say(ground.lang)
        letter = Letter(32.0, "middle", HEAVY, halo=True)
        drawn.append(board.label(x, y, words, letter=letter))
    return "".join(drawn)


def slope_map(ground: Ground) -> Figure:
    """Slope classes."""
    scheme = ground.figures.plan.slope_classes
    colours = [one.colour for one in scheme.classes]
    keys = [
        Key(Ink("#555555", 1.0, fill=colour), label)
        for colour, label in zip(colours, scheme.labels, strict=True)
    ]
    caption = Text("坡度分级图", "Slope classes")
    return _raster_map(
        ground, ground.figures.slope_class, class_paint(colours), keys=keys, caption=caption
    )


def available_map(ground: Ground) -> Figure:
    """Available low-hill land, per cent of a cell."""
    caption = Text("可用的低丘缓坡（占像元 %）", "Available low-hill land (% of a cell)")
    paint = step_paint(STEPS, GREENS, UNKNOWN_PERCENT)
    return _raster_map(
        ground, ground.figures.available, paint, keys=_step_keys(GREENS), caption=caption
    )


def _step_keys(colours: tuple[str, ...]) -> list[Key]:
    ends = zip(STEPS, STEPS[1:], colours, strict=False)
    return [
        Key(
            Ink("#555555", 1.0, fill=colour),
            Text(f"{low:g}—{high:g} %", f"{low:g}-{high:g} %"),
        )
        for low, high, colour in ends
    ]


def grade_map(ground: Ground, found: Suitability) -> Figure:
    """Grades of suitability."""
    ordered = sorted(found.grades, key=lambda grade: grade.number)
    keys = [Key(Ink("#555555", 1.0, fill=g.colour), grade_text(g)) for g in ordered]
    paint = class_paint([grade.colour for grade in ordered])
    caption = Text(f"适宜性等级图：{found.title.zh}", f"Grades of suitability: {found.title.en}")
    return _raster_map(ground, found.grade, paint, keys=keys, caption=caption)


def stability_map(ground: Ground, tested: Sensitivity) -> Figure | None:
    """Per cent of Monte Carlo runs in which a cell keeps its grade."""
    if tested.kept is None:
        return None
    caption = Text(
        f"等级稳定图（{tested.n_runs} 次试验中保持等级的 %）",
        f"Stability of grades (% of {tested.n_runs} runs in which a grade is kept)",
    )
    paint = step_paint(STEPS, BLUES, UNKNOWN_PERCENT)
    return _raster_map(ground, tested.kept, paint, keys=_step_keys(BLUES), caption=caption)


def _raster_map(
    ground: Ground, raster: Raster, paint: Paint, *, keys: list[Key], caption: Text
) -> Figure:
    board = ground.board()
    parts = [
        picture_svg(raster, ground.sheet, ground.crs, paint),
        beyond_svg(ground),
        _borders(ground),
        _county_names(ground, board),
    ]
    blank = Key(Ink("#555555", 1.0, fill="#ffffff"), Text("未知或无", "unknown or none"))
    return figure(ground, parts, [*keys, blank, _border_keys()[0]], caption)


_OUTLINED = 500
"""More candidates than these would be hidden by their own outlines."""


def candidate_map(ground: Ground) -> Figure:
    """Candidates in the colours of their clusters, with the ids of the best where they fit."""
    plan = ground.figures.plan
    frame = ground.of(ground.figures.proposal.candidates)
    cluster = ground.figures.assigned["cluster"].reindex(frame.index).fillna("")
    numbers = {one.id: n for n, one in enumerate(plan.clusters)}
    board = ground.board()
    parts, keys = [], []
    for name in [*numbers, ""]:
        rows = frame[(cluster == name).to_numpy()]
        if rows.empty:
            continue
        fill = _colour(numbers[name]) if name else "#ffffff"
        few = len(frame) <= _OUTLINED
        ink = Ink("#000000" if few else fill, 1.5 if few else 0.5, fill=fill, opacity=0.9)
        parts.append(shapes_svg(ground.sheet, rows.geometry, ink))
        keys.append(Key(ink, place_text(plan, "cluster", name) if name else _NONE))
    axes, axis_keys, _ = _axes(ground, Board(0, 0))
    labels = _candidate_labels(ground, frame, board)
    drawn = [_borders(ground), *axes, *parts, labels, _county_names(ground, board)]
    caption = Text("候选地块（按组团）", "Candidate parcels by cluster")
    return figure(ground, drawn, [*keys, *axis_keys, _border_keys()[0]], caption)


def _candidate_labels(ground: Ground, frame: gpd.GeoDataFrame, board: Board) -> str:
    drawn = []
    for name, shape in list(zip(frame.index, frame.geometry, strict=True))[:_LABELLED]:
        point = shapely.point_on_surface(shape)
        x, y = ground.sheet.place(point.x, point.y)
        drawn.append(board.label(x, y, str(name), letter=Letter(22.0, halo=True)))
    return "".join(drawn)
