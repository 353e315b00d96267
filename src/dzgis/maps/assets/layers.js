/* Layers of the map. Each can be drawn, filtered, asked what lies at a point, and searched. */
"use strict";

(() => {
  const { data, node, vector } = dzgis.dom;
  const MOST_MARKS = 300;
  const MOST_PATHS = 1000;
  const DOTTED = ["node", "gateway", "facility"];
  const MARK_PANES = {
    arrow: "arrows", parcel: "pins", node: "nodes", gateway: "nodes", facility: "nodes",
  };

  dzgis.layer = (map, key) => {
    const spec = data(key);
    const each = spec.packed ? packedLayer(key, spec) : plainLayer(key, spec);
    dzgis.layers[key] = each;
    return each.group;
  };

  // ---- up to a few thousand features: Leaflet draws them --------------------------------------

  function plainLayer(key, spec) {
    const group = L.layerGroup();
    const features = spec.features.map((f) => ({
      type: "Feature", geometry: f.g, properties: f,
    }));
    const paths = drawn(spec, features);
    const marks = spec.marks.map(marker);
    // Very many marks are put up only where the reader looks.
    const sparse = marks.length > MOST_MARKS;
    [...paths, ...(sparse ? [] : marks)].forEach((one) => group.addLayer(one));
    const boxes = features.map((f) => dzgis.shapes.boxOf(f.geometry));
    const passes = (f) => !f || dzgis.filter.admits(spec.filtered, ...f);

    function refilter() {
      if (!spec.filtered) return;
      const put = (one, wanted) => {
        if (wanted !== group.hasLayer(one)) group[wanted ? "addLayer" : "removeLayer"](one);
      };
      paths.forEach((path, i) => put(path, passes(features[i].properties.f)));
      if (!sparse) marks.forEach((m) => put(m, passes([m.mark.verdict, m.mark.cluster])));
    }

    function showMarks(map) {
      if (!sparse) return;
      const view = map.getBounds();
      const zoom = map.getZoom();
      const wanted = new Set(marks
        .filter(({ mark }) => zoom >= mark.min_zoom && view.contains(mark.at)
          && passes([mark.verdict, mark.cluster]))
        .slice(0, MOST_MARKS));
      marks.forEach((m) => {
        if (wanted.has(m) !== group.hasLayer(m)) group[wanted.has(m) ? "addLayer" : "removeLayer"](m);
      });
    }

    function hit(map, at) {
      const reach = spec.near ? dzgis.shapes.reachAt(map, at) : [0, 0];
      return features.filter((feature, i) => {
        const [w, s, e, n] = boxes[i];
        if (!feature.properties.t || !passes(feature.properties.f)) return false;
        if (at.lng < w - reach[0] || at.lng > e + reach[0]) return false;
        if (at.lat < s - reach[1] || at.lat > n + reach[1]) return false;
        return dzgis.shapes.hits(map, feature, at, spec.near);
      });
    }

    const named = features.filter((f) => f.properties.t);
    return {
      key, spec, group, marks, features, refilter, showMarks, hit,
      count: () => [features.filter((f) => passes(f.properties.f)).length, features.length],
      names: async () => [
        named.map((f) => f.properties.t), named.map((f) => f.properties.v[0] || ""),
      ],
      feature: async (i) => named[i],
    };
  }

  function drawn(spec, features) {
    if (!features.length) return [];
    const renderer = spec.canvas || features.length > MOST_PATHS
      ? L.canvas({ pane: spec.pane, padding: 0.3 })
      : L.svg({ pane: spec.pane, padding: 0.5 });
    return features.map((feature) => L.GeoJSON.geometryToLayer(feature, {
      pane: spec.pane,
      renderer,
      interactive: false,
      ...spec.styles[feature.properties.s],
      lineJoin: "round",
    }));
  }

  // ---- more: a pack ---------------------------------------------------------------------------

  function packedLayer(key, spec) {
    const pack = dzgis.packs.open(key, spec.packed);
    const canvas = new dzgis.PackedCanvas(pack, spec, { pane: spec.pane, padding: 0.2 });
    const group = L.layerGroup([canvas]);
    return {
      key, spec, group, marks: [], features: [], canvas, showMarks: () => {},
      refilter: () => { if (canvas._map) canvas._redraw(); },
      hit: (map, at) => canvas.hit(map, at),
      count: () => {
        const pass = spec.packed.counts.filter(([v, c]) => dzgis.filter.admits(spec.filtered, v, c));
        return [pass.reduce((n, each) => n + each[2], 0), spec.packed.n];
      },
      names: () => pack.names(),
      feature: (i) => canvas.feature(i),
    };
  }

  // ---- marks ----------------------------------------------------------------------------------

  function marker(mark) {
    const box = node("div", "dz-mark dz-" + mark.kind);
    if (mark.kind === "arrow") {
      box.append(arrowHead(mark));
    } else if (DOTTED.includes(mark.kind)) {
      const dot = node("span", "dz-dot", mark.dot);
      if (mark.colour) dot.style.backgroundColor = mark.colour;
      box.append(dot);
      box.style.marginLeft = mark.shift * 17 + "px";
    }
    if (mark.kind === "parcel") {
      const pin = node("span", "dz-pin");
      pin.style.backgroundColor = mark.colour;
      box.append(pin);
    }
    if (mark.text) {
      const name = node("span", "dz-name", mark.text);
      if (mark.kind === "cluster") name.style.color = mark.colour;
      box.append(name);
    }
    const pane = MARK_PANES[mark.kind] || "labels";
    const icon = L.divIcon({ html: box, className: "dz-icon", iconSize: [0, 0] });
    const at = L.marker(mark.at, { icon, pane, interactive: false, keyboard: false });
    at.mark = mark;
    return at;
  }

  function arrowHead(mark) {
    const picture = vector("svg", { viewBox: "-12 -12 24 24", width: 24, height: 24 });
    picture.append(vector("path", {
      d: "M0,-11 L8,7 L0,3 L-8,7 Z",
      fill: mark.colour,
      stroke: "#fff",
      "stroke-width": 1.5,
      // Beyond the node at the line's end.
      transform: `rotate(${mark.turn_deg}) translate(0 -19)`,
    }));
    return picture;
  }
})();
