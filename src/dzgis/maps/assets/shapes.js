/* Where geometries lie, and what a point hits. */
"use strict";

dzgis.shapes = (() => {
  const REACH_PX = 5;

  const rings = (g) => (g.type === "Polygon" || g.type === "MultiLineString" ? g.coordinates
    : g.type === "LineString" ? [g.coordinates]
      : g.type === "MultiPolygon" ? g.coordinates.flat()
        : g.type === "GeometryCollection" ? g.geometries.flatMap(rings) : []);

  const isArea = (g) => /Polygon/.test(g.type)
    || (g.type === "GeometryCollection" && g.geometries.some(isArea));

  function boxOf(geometry) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings(geometry)) {
      for (const [x, y] of ring) {
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
    }
    return box;
  }

  // Even-odd over all rings at once: holes and parts come out right.
  function inside(geometry, x, y) {
    let odd = false;
    for (const ring of rings(geometry)) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i], [xj, yj] = ring[j];
        if ((yi > y) !== (yj > y) && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
      }
    }
    return odd;
  }

  function near(map, geometry, point) {
    const pixel = ([x, y]) => map.latLngToLayerPoint([y, x]);
    return rings(geometry).some((ring) => {
      let last = null;
      return ring.some((corner) => {
        const here = pixel(corner);
        const hit = last && L.LineUtil.pointToSegmentDistance(point, last, here) <= REACH_PX;
        last = here;
        return hit;
      });
    });
  }

  // Degrees that the reach of a click makes here.
  function reachAt(map, at) {
    const corner = map.layerPointToLatLng(map.latLngToLayerPoint(at).add([REACH_PX, -REACH_PX]));
    return [corner.lng - at.lng, corner.lat - at.lat];
  }

  function hits(map, feature, at, isNear) {
    const { geometry } = feature;
    return (isArea(geometry) && inside(geometry, at.lng, at.lat))
      || (isNear && near(map, geometry, map.latLngToLayerPoint(at)));
  }

  return { REACH_PX, boxOf, reachAt, hits };
})();
