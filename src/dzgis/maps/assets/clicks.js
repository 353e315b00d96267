/* What lies under a click, told in a popup. */
"use strict";

dzgis.answerClicks = (() => {
  const { node, filled } = dzgis.dom;
  const TOPMOST_FIRST = ["conflicts", "parcels", "candidates", "axes", "protection", "clusters",
    "counties", "basins"];
  const MOST_PARTS = 8;
  const MARK_REACH_PX = 3;

  function hitMarks(each, event) {
    const where = event.originalEvent;
    return each.marks.filter((m) => {
      const dot = m.mark.title && m.getElement() && m.getElement().querySelector(".dz-dot");
      if (!dot) return false;
      const box = dot.getBoundingClientRect();
      return where.clientX >= box.left - MARK_REACH_PX
        && where.clientX <= box.right + MARK_REACH_PX
        && where.clientY >= box.top - MARK_REACH_PX
        && where.clientY <= box.bottom + MARK_REACH_PX;
    });
  }

  async function findings(map, event, rows, overlays) {
    const on = Object.values(dzgis.layers).filter((each) => map.hasLayer(each.group));
    const order = (each) => TOPMOST_FIRST.indexOf(each.spec.pane);
    const marks = on.flatMap((each) => hitMarks(each, event).map((m) => ({
      layer: each, title: m.mark.title, values: m.mark.values, geometry: null,
    })));
    const sorted = [...on].sort((a, b) => order(a) - order(b));
    const hits = await Promise.all(sorted.map(async (each) =>
      (await each.hit(map, event.latlng)).map((f) => ({
        layer: each, title: f.properties.t, values: f.properties.v, geometry: f,
      }))));
    const rasters = await dzgis.rasters.findings(map, rows, overlays, event.latlng);
    return [...marks, ...hits.flat(), ...rasters];
  }

  function section(part) {
    const box = node("section");
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
    box.append(head, table);
    return box;
  }

  function popupContent(found, words) {
    const box = node("div", "dz-popup");
    // A raster's line is short and always told.
    const long = found.filter((part) => part.layer.spec.fields.length);
    const short = found.filter((part) => !part.layer.spec.fields.length);
    const rest = long.length - MOST_PARTS;
    box.append(...[...long.slice(0, MOST_PARTS), ...short].map(section));
    if (rest > 0) box.append(node("p", "dz-more", filled(words.MORE, { n: rest })));
    return box;
  }

  return (map, page, overlays) => {
    const rows = page.groups.flatMap((group) => group.rows);
    let outline = null;
    let asked = 0;

    function show(found, at) {
      map.closePopup();
      if (!found.length) return;
      const top = found[0].geometry;
      if (top) {
        outline = L.geoJSON(top, {
          pane: "highlight", renderer: L.svg({ pane: "highlight" }), interactive: false,
          style: { color: "#00e5ff", weight: 3, fill: false, opacity: 0.95 },
        }).addTo(map);
      }
      // Clear of the buttons at the left.
      const room = { autoPanPaddingTopLeft: [64, 24], autoPanPaddingBottomRight: [24, 24] };
      L.popup({ maxWidth: 420, minWidth: 260, maxHeight: 340, ...room })
        .setLatLng(at)
        .setContent(popupContent(found, page.words))
        .openOn(map);
    }

    map.on("popupclose", () => {
      if (outline) outline.remove();
      outline = null;
    });
    map.on("click", async (event) => {
      if (dzgis.measure.active()) return;
      asked += 1;
      const own = asked;
      const found = await findings(map, event, rows, overlays);
      if (own === asked) show(found, event.latlng);
    });
    return show;
  };
})();
