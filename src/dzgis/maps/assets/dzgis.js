/* Draws the layers of a dzgis map and everything around them.
   All text comes from data blocks and reaches the page as text, never as markup. */
"use strict";

const dzgis = (() => {
  const CLICK_REACH_PX = 5;
  const LABEL_GAP_PX = 2;
  const FIT_PADDING_PX = 26;
  const MOST_LISTED = 1000;
  const LIST_ZOOM = 14;
  const PIN_ZOOM = 10.5;
  const layers = {};

  // ---- small helpers ------------------------------------------------------------------------

  const data = (key) => JSON.parse(document.getElementById("dz-" + key).textContent);

  function node(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }

  function vector(tag, attributes) {
    const element = L.SVG.create(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  // ---- layers -------------------------------------------------------------------------------

  function layer(map, key) {
    const spec = data(key);
    const group = L.layerGroup();
    const found = spec.features.map((f) => ({ type: "Feature", geometry: f.g, properties: f }));
    if (found.length) group.addLayer(drawn(map, spec, found));
    const marks = spec.marks.map(marker);
    marks.forEach((each) => group.addLayer(each));
    layers[key] = { key, spec, group, marks, features: found, boxes: null };
    return group;
  }

  function drawn(map, spec, features) {
    const renderer = spec.canvas
      ? L.canvas({ pane: spec.pane, padding: 0.3 })
      : L.svg({ pane: spec.pane, padding: 0.5 });
    return L.geoJSON({ type: "FeatureCollection", features }, {
      pane: spec.pane,
      renderer,
      interactive: false,
      style: (feature) => ({ ...spec.styles[feature.properties.s], lineJoin: "round" }),
    });
  }

  const DOTTED = ["node", "gateway", "facility"];
  const MARK_PANES = {
    arrow: "arrows", parcel: "pins", node: "nodes", gateway: "nodes", facility: "nodes",
  };

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

  // ---- names that do not collide ------------------------------------------------------------

  const BESIDE_DOT = [
    "east", "west", "north", "south", "northeast", "southeast", "southwest", "northwest",
  ];
  // What is small from afar is a pin until its outline can be seen.
  function showPins(map) {
    const far = map.getZoom() < PIN_ZOOM;
    map.getContainer().classList.toggle("dz-far", far);
  }

  const INSIDE_AREA = ["", "above", "below", "left", "right"];

  function overlaps(a, b) {
    return a.left < b.right + LABEL_GAP_PX && b.left < a.right + LABEL_GAP_PX
      && a.top < b.bottom + LABEL_GAP_PX && b.top < a.bottom + LABEL_GAP_PX;
  }

  function visibleMarks(map) {
    const all = Object.values(layers).flatMap((l) => (map.hasLayer(l.group) ? l.marks : []));
    return all.filter((m) => m.getElement()).sort((a, b) => a.mark.rank - b.mark.rank);
  }

  function arrangeNames(map) {
    showPins(map);
    const marks = visibleMarks(map);
    const view = map.getContainer().getBoundingClientRect();
    const taken = marks
      .map((m) => m.getElement().querySelector(".dz-dot, path"))
      .filter(Boolean)
      .map((dot) => dot.getBoundingClientRect());
    for (const each of marks) {
      const name = each.getElement().querySelector(".dz-name");
      if (!name) continue;
      name.style.visibility = "hidden";
      if (map.getZoom() < each.mark.min_zoom) continue;
      const places = DOTTED.includes(each.mark.kind) ? BESIDE_DOT : INSIDE_AREA;
      for (const place of places) {
        name.dataset.place = place;
        const box = name.getBoundingClientRect();
        if (!overlaps(box, view)) break;
        if (taken.some((other) => overlaps(box, other))) continue;
        taken.push(box);
        name.style.visibility = "visible";
        break;
      }
    }
  }

  // ---- what lies under a click --------------------------------------------------------------

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
        const hit = last
          && L.LineUtil.pointToSegmentDistance(point, last, here) <= CLICK_REACH_PX;
        last = here;
        return hit;
      });
    });
  }

  function hitFeatures(map, each, at) {
    each.boxes = each.boxes || each.features.map((f) => boxOf(f.geometry));
    const point = map.latLngToLayerPoint(at);
    const corner = map.layerPointToLatLng(point.add([CLICK_REACH_PX, -CLICK_REACH_PX]));
    const reach = each.spec.near ? [corner.lng - at.lng, corner.lat - at.lat] : [0, 0];
    return each.features.filter((feature, i) => {
      const [w, s, e, n] = each.boxes[i];
      if (!feature.properties.t) return false;
      if (at.lng < w - reach[0] || at.lng > e + reach[0]) return false;
      if (at.lat < s - reach[1] || at.lat > n + reach[1]) return false;
      return (isArea(feature.geometry) && inside(feature.geometry, at.lng, at.lat))
        || (each.spec.near && near(map, feature.geometry, point));
    });
  }

  function hitMarks(map, each, event) {
    const where = event.originalEvent;
    return each.marks.filter((m) => {
      const dot = m.mark.title && m.getElement() && m.getElement().querySelector(".dz-dot");
      if (!dot) return false;
      const box = dot.getBoundingClientRect();
      return where.clientX >= box.left - 3 && where.clientX <= box.right + 3
        && where.clientY >= box.top - 3 && where.clientY <= box.bottom + 3;
    });
  }

  const TOPMOST_FIRST = ["conflicts", "parcels", "candidates", "axes", "protection", "clusters",
    "counties"];
  const MOST_PARTS = 8;

  function findings(map, event) {
    const on = Object.values(layers).filter((each) => map.hasLayer(each.group));
    const order = (each) => TOPMOST_FIRST.indexOf(each.spec.pane);
    const marks = on.flatMap((each) => hitMarks(map, each, event).map((m) => ({
      layer: each, title: m.mark.title, values: m.mark.values, geometry: null,
    })));
    const areas = [...on].sort((a, b) => order(a) - order(b)).flatMap((each) =>
      hitFeatures(map, each, event.latlng).map((f) => ({
        layer: each, title: f.properties.t, values: f.properties.v, geometry: f,
      })));
    return marks.concat(areas);
  }

  function popupContent(found, words) {
    const box = node("div", "dz-popup");
    for (const part of found.slice(0, MOST_PARTS)) {
      const section = node("section");
      const head = node("h3", "", part.title);
      if (part.layer.spec.heading !== part.title) {
        head.append(node("small", "", part.layer.spec.heading));
      }
      const table = node("table");
      part.layer.spec.fields.forEach((field, i) => {
        if (!part.values[i]) return;
        const row = node("tr");
        row.append(node("th", "", field), node("td", "", part.values[i]));
        table.append(row);
      });
      section.append(head, table);
      box.append(section);
    }
    const rest = found.length - MOST_PARTS;
    if (rest > 0) box.append(node("p", "dz-more", words.MORE.replace("{n}", rest)));
    return box;
  }

  function answerClicks(map, words) {
    let outline = null;
    const show = (found, at) => {
      map.closePopup();
      if (!found.length) return;
      const top = found[0].geometry;
      if (top) {
        outline = L.geoJSON(top, {
          pane: "highlight", renderer: L.svg({ pane: "highlight" }), interactive: false,
          style: { color: "#00e5ff", weight: 3, fill: false, opacity: 0.95 },
        }).addTo(map);
      }
      L.popup({ maxWidth: 420, minWidth: 240, maxHeight: 340, autoPanPadding: [24, 24] })
        .setLatLng(at)
        .setContent(popupContent(found, words))
        .openOn(map);
    };
    const clear = () => {
      if (outline) outline.remove();
      outline = null;
    };
    map.on("popupclose", clear);
    map.on("click", (event) => show(findings(map, event), event.latlng));
    return show;
  }

  // ---- panel --------------------------------------------------------------------------------

  function sign(entry) {
    if (entry.shape === "ramp") return ramp(entry);
    const style = entry.style;
    if (["dot", "gateway", "facility"].includes(entry.shape)) {
      const mark = node("span", "dz-sign dz-as-" + entry.shape);
      const dot = node("span", "dz-dot", entry.dot);
      dot.style.backgroundColor = style.color;
      mark.append(dot);
      return mark;
    }
    const picture = vector("svg", { width: 26, height: 14, class: "dz-sign" });
    const common = {
      stroke: style.stroke ? style.color : "none",
      "stroke-width": style.weight,
      "stroke-opacity": style.opacity,
      "stroke-dasharray": style.dashArray || "none",
    };
    picture.append(entry.shape === "line"
      ? vector("line", { x1: 1, y1: 7, x2: 25, y2: 7, ...common })
      : vector("rect", {
        x: 2, y: 1.5, width: 22, height: 11, rx: 1.5, ...common,
        fill: style.fill ? style.fillColor : "none",
        "fill-opacity": style.fillOpacity || 0,
      }));
    return picture;
  }

  function ramp(entry) {
    const box = node("span", "dz-ramp");
    const bar = node("span", "dz-ramp-bar");
    entry.ramp.forEach((colour) => {
      const step = node("span");
      step.style.backgroundColor = colour;
      bar.append(step);
    });
    const ends = node("span", "dz-ramp-ends");
    entry.text.split("|").forEach((text) => ends.append(node("span", "", text)));
    box.append(bar, ends);
    return box;
  }

  function legend(row) {
    const list = node("ul", "dz-legend" + (row.columns > 1 ? " dz-two" : ""));
    for (const entry of row.legend) {
      const item = node("li");
      item.append(sign(entry));
      if (entry.shape !== "ramp") item.append(node("span", "dz-text", entry.text));
      if (entry.count !== null) item.append(node("span", "dz-count", entry.count));
      list.append(item);
    }
    return list;
  }

  function slider(row, overlay, words) {
    const input = node("input", "dz-opacity");
    Object.assign(input, { type: "range", min: 0.1, max: 1, step: 0.05, value: row.opacity });
    input.setAttribute("aria-label", row.title + " " + words.OPACITY);
    input.title = words.OPACITY;
    input.addEventListener("input", () => overlay.setOpacity(Number(input.value)));
    return input;
  }

  // A list of a layer's features; each goes to its place on the map.
  function featureList(map, row, show) {
    const box = node("details", "dz-list");
    const list = node("ol");
    const each = layers[row.layer];
    // Styles go from harmless to grave; the gravest are listed first.
    const gravity = Object.keys(each.spec.styles);
    const order = [...each.features].sort(
      (a, b) => gravity.indexOf(b.properties.s) - gravity.indexOf(a.properties.s),
    );
    for (const feature of order.slice(0, MOST_LISTED)) {
      const { s, t, v } = feature.properties;
      const button = node("button");
      button.type = "button";
      button.append(
        sign({ shape: "area", style: each.spec.styles[s] }), node("span", "dz-text", t),
      );
      button.addEventListener("click", () => {
        const [west, south, east, north] = boxOf(feature.geometry);
        const bounds = L.latLngBounds([south, west], [north, east]);
        if (!map.hasLayer(each.group)) document.querySelector(`[data-layer="${row.layer}"]`).click();
        map.fitBounds(bounds, { maxZoom: LIST_ZOOM, padding: [60, 60], animate: false });
        show([{ layer: each, title: t, values: v, geometry: feature }], bounds.getCenter());
      });
      const item = node("li");
      item.append(button);
      list.append(item);
    }
    box.append(node("summary", "", row.listed), list);
    return box;
  }

  function panelRow(map, row, overlay, words, show) {
    const box = node("div", "dz-row" + (row.shown ? " dz-on" : ""));
    const head = node("label", "dz-head");
    const tick = node("input");
    Object.assign(tick, { type: "checkbox", checked: row.shown });
    tick.dataset.layer = row.layer;
    tick.addEventListener("change", () => {
      if (tick.checked) map.addLayer(overlay);
      else map.removeLayer(overlay);
      box.classList.toggle("dz-on", tick.checked);
      arrangeNames(map);
    });
    head.append(tick);
    if (row.sign) head.append(sign(row.sign));
    head.append(node("span", "dz-title", row.title));
    if (row.count !== null) head.append(node("span", "dz-count", row.count.toLocaleString("en")));
    box.append(head);
    if (row.opacity !== null) box.append(slider(row, overlay, words));
    if (row.legend.length) box.append(legend(row));
    if (row.listed) box.append(featureList(map, row, show));
    return box;
  }

  function panelGroup(map, group, overlays, words, show) {
    const box = node("details", "dz-group");
    box.open = true;
    const head = node("summary", "", group.title);
    box.append(head);
    const rows = group.rows.map((row) => panelRow(map, row, overlays[row.layer], words, show));
    if (group.switch && rows.length) {
      const all = node("button", "dz-all", words.SHOW_ALL);
      all.type = "button";
      all.addEventListener("click", () => {
        const ticks = rows.map((row) => row.querySelector("input[type=checkbox]"));
        const wanted = ticks.some((tick) => !tick.checked);
        ticks.filter((tick) => tick.checked !== wanted).forEach((tick) => tick.click());
      });
      box.append(all);
    }
    box.append(...rows);
    return box;
  }

  function panel(map, page, overlays, show) {
    const box = node("aside", "dz-panel");
    box.id = "dz-panel";
    box.setAttribute("aria-label", page.words.PANEL);
    page.groups.filter((group) => group.rows.length).forEach((group) => {
      box.append(panelGroup(map, group, overlays, page.words, show));
    });
    return box;
  }

  // ---- around the map -----------------------------------------------------------------------

  function header(map, page) {
    const box = node("header", "dz-header");
    const titles = node("div", "dz-titles");
    titles.append(node("h1", "", page.title), node("p", "", page.subtitle));
    const toggle = node("button", "dz-toggle", page.words.PANEL);
    toggle.type = "button";
    toggle.setAttribute("aria-controls", "dz-panel");
    toggle.setAttribute("aria-expanded", "true");
    toggle.addEventListener("click", () => {
      const hidden = document.body.classList.toggle("dz-no-panel");
      toggle.setAttribute("aria-expanded", String(!hidden));
      map.invalidateSize();
    });
    box.append(titles, node("p", "dz-restriction", page.restriction), toggle);
    return box;
  }

  function control(position, element) {
    const Control = L.Control.extend({ onAdd: () => element });
    L.DomEvent.disableClickPropagation(element);
    return new Control({ position });
  }

  function notes(page) {
    const box = node("div", "dz-notes");
    box.append(node("strong", "", page.words.NOTES));
    page.notes.forEach((note) => box.append(node("p", "", note)));
    return box;
  }

  function northArrow(words) {
    const box = node("div", "dz-north");
    const picture = vector("svg", { viewBox: "0 0 24 30", width: 22, height: 28 });
    picture.append(
      vector("path", { d: "M12,1 L20,28 L12,22 Z", fill: "#1f2937" }),
      vector("path", { d: "M12,1 L4,28 L12,22 Z", fill: "#fff", stroke: "#1f2937" }),
    );
    box.append(node("span", "", words.NORTH), picture);
    return box;
  }

  function fullExtentButton(map, page, fit) {
    const box = node("div", "leaflet-bar");
    const button = node("button", "dz-extent", "⤢");
    button.type = "button";
    button.title = page.words.FULL_EXTENT;
    button.setAttribute("aria-label", page.words.FULL_EXTENT);
    button.addEventListener("click", fit);
    box.append(button);
    return box;
  }

  function readout(map) {
    const box = node("div", "dz-readout");
    map.on("mousemove", ({ latlng }) => {
      box.textContent = `${latlng.lng.toFixed(4)}°E  ${latlng.lat.toFixed(4)}°N`;
    });
    return box;
  }

  // Cells stay sharp when seen from near; from afar the browser smooths them.
  function keepCellsSharp(map, page, overlays) {
    const pictures = page.groups.flatMap((g) => g.rows).filter((row) => row.pixels);
    for (const row of pictures) {
      const overlay = overlays[row.layer];
      const set = () => {
        const image = overlay.getElement();
        if (image) image.classList.toggle("dz-sharp", image.width > row.pixels);
      };
      map.on("zoomend", set);
      overlay.on("add load", set);
      set();
    }
  }

  function start(map, overlays) {
    const page = data("page");
    document.body.prepend(header(map, page));
    const show = answerClicks(map, page.words);
    document.body.append(panel(map, page, overlays, show));
    map.invalidateSize({ animate: false });
    map.setMinZoom(page.zooms[0]).setMaxZoom(page.zooms[1]);
    const fit = () => map.fitBounds(page.bounds, {
      padding: [FIT_PADDING_PX, FIT_PADDING_PX], animate: false,
    });
    L.control.zoom({
      position: "topleft", zoomInTitle: page.words.ZOOM_IN, zoomOutTitle: page.words.ZOOM_OUT,
    }).addTo(map);
    control("topleft", fullExtentButton(map, page, fit)).addTo(map);
    control("topright", northArrow(page.words)).addTo(map);
    control("bottomright", readout(map)).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);
    if (page.notes.length) control("bottomleft", notes(page)).addTo(map);
    fit();
    keepCellsSharp(map, page, overlays);
    map.on("zoomend moveend layeradd resize", () => requestAnimationFrame(() => arrangeNames(map)));
    arrangeNames(map);
  }

  return { layer, start };
})();
