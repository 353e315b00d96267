"""What every map shows below its subject: counties, districts, and the names upon them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from dzgis.frames import COUNTIES
from dzgis.maps import names, palette
from dzgis.maps.geometry import drawable
from dzgis.maps.printed.canvas import LABEL, PAPER, Lettering, Pen
from dzgis.maps.printed.labels import Name, beside_point, place, unmistakable, within_area
from dzgis.maps.printed.paper import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt

    from dzgis.maps.content import MapContent
    from dzgis.maps.printed.canvas import Canvas
    from dzgis.maps.printed.ground import Ground
    from dzgis.terms import Language

SURROUNDINGS = "#f1f1ee"
COUNTY_LINE = Pen(stroke="#4b5563", width=0.7, dash=(6.0, 1.5, 1.5, 1.5))
COUNTY_CASING = Pen(stroke="#ffffff", width=1.8, alpha=0.7)
_SUBJECT = Pen(stroke="#c1121f", width=2.0)
_OUTER = Pen(stroke="#3d4450", width=1.6)
_Z_GROUND, _Z_LINE, _Z_LABEL = 1.0, 8.0, 30.0


@dataclass(frozen=True)
class Lettered:
    """A name that wants a place, and how it is set."""

    name: Name
    said: str
    how: Lettering
    leader_from: tuple[float, float] | None = None
    radius: float = 0.0


@dataclass
class Names:
    """
    Names of a map, gathered while it is drawn and placed at the end.

    Attributes
    ----------
    wanted : list of Lettered
    blocked : list of Box
        Where no name may stand: signs, and letters set along lines.
    avoided : list of ndarray, (n, 2)
        Points on lines that names had better keep off.
    left_out : list of str
        Names that found no place.
    """

    canvas: Canvas
    room: Box
    wanted: list[Lettered] = field(default_factory=list)
    blocked: list[Box] = field(default_factory=list)
    avoided: list[npt.NDArray[np.float64]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def point(
        self, said: str, at: Sequence[float], how: Lettering, *, radius: float, rank: int
    ) -> None:
        """Ask for a name beside a point; the sign itself is kept free."""
        x, y = float(at[0]), float(at[1])
        self.sign((x, y), radius)
        if not said or not inside((x, y), self.room):
            return
        size = self.canvas.measure(said, how.points)
        key = f"{len(self.wanted)} {said}"
        wish = beside_point(key, size, (x, y), radius=radius, rank=rank, scale=self.canvas.sheet.k)
        self.wanted.append(Lettered(wish, said, how, (x, y), radius))

    def sign(self, at: tuple[float, float], radius: float) -> None:
        """Keep a sign free of names."""
        self.blocked.append(Box(*at, *at).grown(radius))

    def area(
        self,
        said: str,
        shape: shapely.Geometry,
        how: Lettering,
        *,
        rank: int,
        at: tuple[float, float] | None = None,
    ) -> None:
        """Ask for a name in an area."""
        seen = shapely.intersection(shape, shapely.box(*self.room))
        if not said or seen.is_empty or seen.area == 0:
            return
        size = self.canvas.measure(said, how.points)
        if at is not None and not inside(at, self.room):
            at = None
        wish = within_area(f"{len(self.wanted)} {said}", size, seen, at=at, rank=rank)
        self.wanted.append(Lettered(wish, said, how))

    def settle(self) -> None:
        """Place and set all names; those far from their sign get a thin line to it."""
        import numpy as np

        lines = np.vstack(self.avoided) if self.avoided else None
        signs = np.array([one.leader_from for one in self.wanted if one.leader_from is not None])
        wishes = [unmistakable(one.name, one.leader_from, signs) for one in self.wanted]
        spots = place(wishes, room=self.room.grown(-0.8), blocked=self.blocked, avoided=lines)
        for one in self.wanted:
            spot = spots.get(one.name.key)
            if spot is None:
                self.left_out.append(one.said)
                continue
            self.canvas.write(one.said, spot, one.how, z=_Z_LABEL, mark=LABEL)
            self._leader(one, spot)

    def _leader(self, one: Lettered, spot: tuple[float, float]) -> None:
        if one.leader_from is None:
            return
        wide, high = one.name.size
        box = shapely.box(
            spot[0] - wide / 2, spot[1] - high / 2, spot[0] + wide / 2, spot[1] + high / 2
        )
        sign = shapely.Point(one.leader_from)
        if box.distance(sign) < one.radius + 1.6 * self.canvas.sheet.k:
            return
        ends = shapely.get_coordinates(shapely.shortest_line(sign, box))
        self.canvas.line(ends, Pen(stroke="#3d4450", width=0.45), z=_Z_LABEL - 2)


def inside(at: Sequence[float], box: Box) -> bool:
    """Whether a point lies in a box."""
    return box.left <= at[0] <= box.right and box.bottom <= at[1] <= box.top


def counties_of(content: MapContent) -> gpd.GeoDataFrame:
    """Counties that can be drawn, with their areas where known."""
    areas = ("area_m2", "low_hill_m2", "available_m2")
    return drawable(content.counties, name="counties", required=COUNTIES, optional=areas)


def draw_ground(
    canvas: Canvas, ground: Ground, content: MapContent, *, fill: str = "#ffffff"
) -> None:
    """Surroundings in grey, the counties white or in another colour."""
    canvas.box(ground.neat, Pen(fill=SURROUNDINGS), z=_Z_GROUND)
    shapes = ground.drawn(counties_of(content), name="counties")
    canvas.area(shapes, Pen(fill=fill), z=_Z_GROUND + 0.1, clip=ground.neat)


def draw_veil(canvas: Canvas, ground: Ground, content: MapContent) -> None:
    """Mute what lies beyond the counties: the map is not about it."""
    shapes = ground.drawn(counties_of(content), name="counties")
    if len(shapes) == 0:
        return
    whole = shapely.union_all(shapely.buffer(shapes.to_numpy(), 0.05))
    beyond = shapely.difference(shapely.box(*ground.neat), whole)
    canvas.area([beyond], Pen(fill=SURROUNDINGS, alpha=0.86), z=_Z_LINE - 2.5, clip=ground.neat)


def draw_focus(canvas: Canvas, ground: Ground, focus: gpd.GeoSeries) -> None:
    """Mute what lies beyond the subject of a sheet, and outline the subject."""
    shapes = ground.drawn(focus.to_frame("geometry"), name="focus")
    whole = shapely.union_all(shapely.buffer(shapes.to_numpy(), 0.05))
    beyond = shapely.difference(shapely.box(*ground.neat), whole)
    canvas.area([beyond], Pen(fill=PAPER, alpha=0.55), z=_Z_LINE - 0.5, clip=ground.neat)
    canvas.area([whole], _SUBJECT, z=_Z_LINE + 0.4, clip=ground.neat)


def draw_counties(canvas: Canvas, ground: Ground, content: MapContent) -> None:
    """County lines, the outer one stronger."""
    shapes = ground.drawn(counties_of(content), name="counties")
    if len(shapes) == 0:
        return
    outer = shapely.union_all(shapely.buffer(shapes.to_numpy(), 0.05))
    canvas.area(shapes, COUNTY_CASING, z=_Z_LINE, clip=ground.neat)
    canvas.area(shapes, COUNTY_LINE, z=_Z_LINE + 0.1, clip=ground.neat)
    canvas.area([outer], _OUTER, z=_Z_LINE + 0.2, clip=ground.neat)


def district_pen(position: int, *, alpha: float = 0.35) -> Pen:
    """Broad band along a district's outline."""
    colour = palette.DISTRICT_COLOURS[position % len(palette.DISTRICT_COLOURS)]
    return Pen(stroke=colour, width=4.5, alpha=alpha)


def draw_districts(
    canvas: Canvas, ground: Ground, content: MapContent, lang: Language
) -> dict[str, Pen]:
    """Band inside each district's edge, and a light wash; returns the pen of each, by name."""
    frame = counties_of(content)
    shapes = ground.drawn(frame, name="counties")
    found: dict[str, Pen] = {}
    order = [d.id for d in content.plan.districts]
    ids = [str(key) for key in frame["district"]]
    for key in sorted(set(ids), key=lambda k: order.index(k) if k in order else len(order)):
        position = order.index(key) if key in order else len(order)
        colour = palette.DISTRICT_COLOURS[position % len(palette.DISTRICT_COLOURS)]
        own = shapes.to_numpy()[[k == key for k in ids]]
        whole = shapely.union_all(shapely.buffer(own, 0.05))
        wide = 1.7 * canvas.sheet.k
        band = shapely.difference(whole, shapely.buffer(whole, -wide))
        canvas.area([whole], Pen(fill=colour, alpha=0.06), z=_Z_GROUND + 0.3, clip=ground.neat)
        canvas.area([band], Pen(fill=colour, alpha=0.32), z=_Z_GROUND + 0.4, clip=ground.neat)
        found[names.beside(names.district(content.plan, key), lang)] = Pen(fill=colour, alpha=0.32)
    return found


def county_names(
    wanted: Names, ground: Ground, content: MapContent, lang: Language, *, rank: int = 3
) -> None:
    """Ask for the counties' names."""
    frame = counties_of(content)
    how = Lettering(9.0, colour="#2f3744", halo="#ffffff")
    for shape, code, name in zip(
        ground.drawn(frame, name="counties"), frame["county_code"], frame["county"], strict=True
    ):
        said = names.stacked(names.county(content.plan, code, name), lang)
        wanted.area(said, shape, how, rank=rank)
