/* The panel: layers, legend, filter, sources. */
"use strict";

dzgis.panel = (() => {
  const { node, vector, button, filled } = dzgis.dom;
  const MOST_LISTED = 1000;
  const LIST_ZOOM = 14;

  // ---- signs and legends ----------------------------------------------------------------------

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

  // Words, and the same in the other language, which shows when it is asked for.
  function said(className, text, other) {
    const box = node("span", className, text);
    if (other) box.append(node("small", "dz-other", other));
    return box;
  }

  function legendLine(entry) {
    const parts = [sign(entry)];
    if (entry.shape !== "ramp") parts.push(said("dz-text", entry.text, entry.other));
    if (entry.count !== null) {
      parts.push(node("span", "dz-count", entry.count.toLocaleString("en")));
    }
    const item = node("li");
    if (!entry.verdict) {
      item.append(...parts);
      return item;
    }
    const line = button("dz-verdict", "", "", () => dzgis.filter.toggle(entry.verdict));
    line.dataset.verdict = entry.verdict;
    line.append(...parts);
    const mark = () => line.setAttribute(
      "aria-pressed", String(!dzgis.filter.hides(entry.verdict)),
    );
    dzgis.filter.onChange(mark);
    mark();
    item.append(line);
    return item;
  }

  function legend(row) {
    const list = node("ul", "dz-legend" + (row.columns > 1 ? " dz-two" : ""));
    list.append(...row.legend.map(legendLine));
    return list;
  }

  // ---- rows -----------------------------------------------------------------------------------

  function slider(row, overlay, words) {
    const input = node("input", "dz-opacity");
    Object.assign(input, { type: "range", min: 0.1, max: 1, step: 0.05, value: row.opacity });
    input.setAttribute("aria-label", row.title + " " + words.OPACITY);
    input.title = words.OPACITY;
    input.addEventListener("input", () => overlay.setOpacity(Number(input.value)));
    return input;
  }

  // Go to a feature and tell of it.
  function goTo(map, each, feature, show) {
    const { t, v } = feature.properties;
    const [west, south, east, north] = dzgis.shapes.boxOf(feature.geometry);
    const bounds = L.latLngBounds([south, west], [north, east]);
    if (!map.hasLayer(each.group)) {
      document.querySelector(`[data-layer="${each.key}"]`).click();
    }
    map.fitBounds(bounds, { maxZoom: LIST_ZOOM, padding: [60, 60], animate: false });
    show([{ layer: each, title: t, values: v, geometry: feature }], bounds.getCenter());
  }

  // A list of a layer's features; each goes to its place on the map.
  function featureList(map, row, show) {
    const box = node("details", "dz-list");
    const list = node("ol");
    const each = dzgis.layers[row.layer];
    // Styles go from harmless to grave; the gravest are listed first.
    const gravity = Object.keys(each.spec.styles);
    const order = [...each.features].sort(
      (a, b) => gravity.indexOf(b.properties.s) - gravity.indexOf(a.properties.s),
    );
    const items = order.slice(0, MOST_LISTED).map((feature) => {
      const { s, t, f } = feature.properties;
      const go = button("", "", "", () => goTo(map, each, feature, show));
      go.append(sign({ shape: "area", style: each.spec.styles[s] }), node("span", "dz-text", t));
      const item = node("li");
      item.append(go);
      dzgis.filter.onChange(() => {
        item.hidden = Boolean(f) && !dzgis.filter.admits(each.spec.filtered, ...f);
      });
      return item;
    });
    list.append(...items);
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
      dzgis.arrangeNames(map);
    });
    head.append(tick);
    if (row.sign) head.append(sign(row.sign));
    head.append(said("dz-title", row.title, row.other));
    if (row.count !== null) head.append(node("span", "dz-count", row.count.toLocaleString("en")));
    box.append(head, ...packNote(row, words));
    if (row.opacity !== null) box.append(slider(row, overlay, words));
    if (row.legend.length) box.append(legend(row));
    if (row.listed) box.append(featureList(map, row, show));
    return box;
  }

  // Under a packed layer: how it is drawn, or why it is not.
  function packNote(row, words) {
    const each = dzgis.layers[row.layer];
    if (!each || !each.canvas) return [];
    const note = node("p", "dz-pack-note", filled(words.DOTS, { layer: row.title }));
    each.canvas.on("failed", ({ error }) => {
      const word = error instanceof dzgis.packs.PackError ? error.message : "BROKEN";
      note.textContent = filled(words[word], { layer: row.title });
      note.classList.add("dz-fault");
    });
    return [note];
  }

  function panelGroup(map, group, overlays, words, show) {
    const box = node("details", "dz-group");
    box.open = true;
    const head = node("summary");
    head.append(said("", group.title, group.other));
    box.append(head);
    const rows = group.rows.map((row) => panelRow(map, row, overlays[row.layer], words, show));
    if (group.switch && rows.length) {
      const all = button("dz-all", words.SHOW_ALL, "", () => {
        const ticks = rows.map((row) => row.querySelector("input[type=checkbox]"));
        const wanted = ticks.some((tick) => !tick.checked);
        ticks.filter((tick) => tick.checked !== wanted).forEach((tick) => tick.click());
      });
      box.append(all);
    }
    box.append(...rows);
    return box;
  }

  // ---- filter ---------------------------------------------------------------------------------

  function filterBox(page) {
    const { words } = page;
    const parcels = dzgis.layers.parcels;
    const box = node("div", "dz-filter");
    const choice = node("select", "dz-filter-cluster");
    const options = [["*", words.FILTER_ALL], ...page.clusters, ["", words.FILTER_NONE]];
    options.forEach(([id, name]) => {
      const option = node("option", "", name);
      option.value = id;
      choice.append(option);
    });
    choice.setAttribute("aria-label", words.FILTER_CLUSTER);
    choice.addEventListener("change", () => {
      dzgis.filter.choose(choice.value === "*" ? null : choice.value);
    });
    const shown = node("span", "dz-filter-shown");
    const reset = button("dz-filter-reset", words.FILTER_RESET, "", dzgis.filter.reset);
    const tell = () => {
      const [n, all] = parcels.count();
      shown.textContent = filled(words.FILTER_SHOWN, {
        n: n.toLocaleString("en"), all: all.toLocaleString("en"),
      });
      choice.value = dzgis.filter.chosen() === null ? "*" : dzgis.filter.chosen();
      reset.hidden = !dzgis.filter.active();
    };
    dzgis.filter.onChange(tell);
    tell();
    const line = node("label", "dz-filter-line");
    line.append(node("strong", "", words.FILTER), choice);
    const state = node("div", "dz-filter-line");
    state.append(shown, reset);
    box.append(line, node("p", "dz-filter-hint", words.FILTER_VERDICT), state);
    return box;
  }

  // ---- sources --------------------------------------------------------------------------------

  function sources(page) {
    const box = node("details", "dz-group dz-sources");
    box.append(node("summary", "", page.words.SOURCES));
    const list = node("ul");
    page.sources.forEach(([role, name, date, crs]) => {
      const item = node("li");
      item.append(node("strong", "", role), node("span", "", name),
        node("small", "", [date, crs].filter(Boolean).join(" · ")));
      list.append(item);
    });
    box.append(list);
    return box;
  }

  function make(map, page, overlays, show) {
    const box = node("aside", "dz-panel");
    box.id = "dz-panel";
    box.setAttribute("aria-label", page.words.PANEL);
    const both = button("dz-both", page.words.BOTH, "", () => {
      const on = box.classList.toggle("dz-bilingual");
      both.setAttribute("aria-pressed", String(on));
    });
    both.setAttribute("aria-pressed", "false");
    box.append(both);
    if (dzgis.layers.parcels) box.append(filterBox(page));
    page.groups.filter((group) => group.rows.length).forEach((group) => {
      box.append(panelGroup(map, group, overlays, page.words, show));
    });
    if (page.base_maps.length) box.append(dzgis.baseMaps(map, page));
    if (page.sources.length) box.append(sources(page));
    return box;
  }

  return { make, goTo };
})();
