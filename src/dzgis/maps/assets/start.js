/* Puts the page together around the map. */
"use strict";

dzgis.start = (() => {
  const { data, node, vector, button, control, filled } = dzgis.dom;
  const FIT_PADDING_PX = 26;
  const ALWAYS_NOTED = 2;

  function header(map, page, show) {
    const box = node("header", "dz-header");
    const titles = node("div", "dz-titles");
    titles.append(node("h1", "", page.title), node("p", "", page.subtitle));
    const toggle = button("dz-toggle", page.words.PANEL, "", () => {
      const hidden = document.body.classList.toggle("dz-no-panel");
      toggle.setAttribute("aria-expanded", String(!hidden));
      map.invalidateSize();
    });
    toggle.setAttribute("aria-controls", "dz-panel");
    toggle.setAttribute("aria-expanded", "true");
    box.append(
      titles,
      node("p", "dz-restriction", page.restriction),
      dzgis.search(map, page, show),
      dzgis.printing(map, page),
      toggle,
    );
    return box;
  }

  function notes(page) {
    const box = node("div", "dz-notes");
    box.append(node("strong", "", page.words.NOTES));
    const lines = page.notes.map((note) => node("p", "", note));
    box.append(...lines.slice(0, ALWAYS_NOTED));
    const rest = lines.slice(ALWAYS_NOTED);
    if (rest.length) {
      const more = node("details");
      more.append(node("summary", "", filled(page.words.MORE_NOTES, { n: rest.length })), ...rest);
      box.append(more);
    }
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

  function fullExtentButton(page, fit) {
    const box = node("div", "leaflet-bar");
    box.append(button("dz-extent", "⤢", page.words.FULL_EXTENT, fit));
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

  return (map, overlays) => {
    const page = data("page");
    const show = dzgis.answerClicks(map, page, overlays);
    document.body.prepend(header(map, page, show));
    document.body.append(dzgis.panel.make(map, page, overlays, show));
    map.invalidateSize({ animate: false });
    map.setMinZoom(page.zooms[0]).setMaxZoom(page.zooms[1]);
    const fit = () => map.fitBounds(page.bounds, {
      padding: [FIT_PADDING_PX, FIT_PADDING_PX], animate: false,
    });
    L.control.zoom({
      position: "topleft", zoomInTitle: page.words.ZOOM_IN, zoomOutTitle: page.words.ZOOM_OUT,
    }).addTo(map);
    control("topleft", fullExtentButton(page, fit)).addTo(map);
    const measuring = dzgis.measure.tools(map, page);
    control("topleft", measuring.bar).addTo(map);
    control("topright", northArrow(page.words)).addTo(map);
    control("topright", measuring.told).addTo(map);
    control("bottomright", dzgis.readout(map, page)).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);
    if (page.notes.length) control("bottomleft", notes(page)).addTo(map);
    fit();
    keepCellsSharp(map, page, overlays);
    let queued = false;
    map.on("zoomend moveend layeradd resize", () => {
      if (queued) return;
      queued = true;
      requestAnimationFrame(() => {
        dzgis.arrangeNames(map);
        queued = false;
      });
    });
    dzgis.arrangeNames(map);
  };
})();
