/* Print view: one sheet with map, legend of what is shown, scale, sources and restriction. */
"use strict";

dzgis.printing = (map, page) => {
  const { node, button } = dzgis.dom;
  const { words } = page;
  // Millimetres inside margins of 10 mm, the sheet lying.
  const PAPERS = { A4: [277, 190], A3: [400, 277] };
  const PX_PER_MM = 96 / 25.4;
  const EQUATOR_M = 40075016.686;
  const TILE_PX = 256;
  const LEAST_SCALE = 0.55;
  const SCALE_STEP = 0.05;

  const rules = node("style");
  document.head.append(rules);
  const bar = node("div", "dz-print-bar");
  const paper = node("select");
  Object.keys(PAPERS).forEach((name) => paper.append(node("option", "", name)));
  paper.setAttribute("aria-label", words.PRINT_PAPER);
  const foot = node("footer", "dz-print-foot");

  function ratio() {
    const lat = map.getCenter().lat;
    const metres = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** map.getZoom());
    const exact = metres * PX_PER_MM * 1000;
    const step = 10 ** (Math.floor(Math.log10(exact)) - 1);
    return `1:${(Math.round(exact / step) * step).toLocaleString("en")}`;
  }

  function fillFoot() {
    const now = new Date();
    const two = (value) => String(value).padStart(2, "0");
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    const sources = page.sources.map(([role, name, date]) =>
      [role, name, date].filter(Boolean).join(" "));
    const parts = [
      `${ratio()} · ${words.PRINT_DATUM} · ${words.PRINT_MADE} ${day}`,
      sources.length ? `${words.SOURCES}: ${sources.join("; ")}` : "",
      page.notes.length ? `${words.NOTES}: ${page.notes.join(" ")}` : "",
    ];
    foot.replaceChildren(...parts.filter(Boolean).map((text) => node("p", "", text)));
  }

  function size() {
    const [width, height] = PAPERS[paper.value].map((mm) => Math.floor(mm * PX_PER_MM));
    document.body.style.setProperty("--dz-sheet-width", width + "px");
    document.body.style.setProperty("--dz-sheet-height", height + "px");
    rules.textContent = `@page { size: ${paper.value} landscape; margin: 10mm; }`;
  }

  // A long legend is set smaller until it fits beside the map.
  function fitLegend() {
    const panel = document.getElementById("dz-panel");
    panel.scrollTop = 0;
    let scale = 1;
    panel.style.zoom = "";
    while (panel.scrollHeight > panel.clientHeight + 1 && scale > LEAST_SCALE) {
      scale -= SCALE_STEP;
      panel.style.zoom = String(scale);
    }
  }

  let view = null;
  function refit() {
    const { bounds } = view;
    fillFoot();
    map.invalidateSize({ animate: false });
    map.fitBounds(bounds, { animate: false });
    fitLegend();
    dzgis.arrangeNames(map);
  }

  function enter() {
    map.closePopup();
    view = { bounds: map.getBounds().pad(-0.04), center: map.getCenter(), zoom: map.getZoom() };
    document.body.classList.add("dz-print");
    size();
    refit();
  }

  function leave() {
    document.body.classList.remove("dz-print");
    rules.textContent = "";
    document.getElementById("dz-panel").style.zoom = "";
    map.invalidateSize({ animate: false });
    map.setView(view.center, view.zoom, { animate: false });
  }

  paper.addEventListener("change", () => {
    size();
    refit();
  });
  map.on("moveend", () => { if (document.body.classList.contains("dz-print")) fillFoot(); });
  bar.append(
    paper,
    button("dz-print-go", words.PRINT, "", () => window.print()),
    button("dz-print-back", words.PRINT_BACK, "", leave),
  );
  document.body.append(foot, bar);
  return button("dz-print-view", words.PRINT_VIEW, "", enter);
};
