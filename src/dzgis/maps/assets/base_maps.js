/* Base maps from the network: nothing is asked for until one is ticked. */
"use strict";

dzgis.baseMaps = (map, page) => {
  const { node, filled } = dzgis.dom;
  const { words } = page;
  const box = node("details", "dz-group dz-base-maps");
  box.open = true;
  box.append(node("summary", "", words.BASE_MAPS));
  const hosts = [...new Set(page.base_maps.flatMap((each) => each.hosts))];
  const listed = hosts.length > 3 ? [...hosts.slice(0, 1), "…", ...hosts.slice(-1)] : hosts;
  box.append(node("p", "dz-pack-note", filled(words.BASE_ONLINE, { hosts: listed.join(" ") })));
  const credit = node("div", "dz-credit");
  const caution = node("div", "dz-caution");
  dzgis.dom.control("bottomright", credit).addTo(map);
  dzgis.dom.control("topleft", caution).addTo(map);
  let shown = null;

  function layerOf(each) {
    return L.layerGroup(each.urls.map((url) => L.tileLayer(url, {
      pane: "base",
      subdomains: each.subdomains,
      maxNativeZoom: each.max_zoom,
      maxZoom: page.zooms[1],
    })));
  }

  page.base_maps.forEach((each) => {
    const line = node("label", "dz-head");
    const tick = node("input");
    tick.type = "checkbox";
    tick.dataset.base = each.title;
    line.append(tick, node("span", "dz-title", each.title));
    const row = node("div", "dz-row");
    row.append(line);
    box.append(row);
    let layer = null;
    tick.addEventListener("change", () => {
      box.querySelectorAll("input").forEach((other) => {
        if (other !== tick) other.checked = false;
      });
      if (shown) shown.remove();
      layer = layer || layerOf(each);
      shown = tick.checked ? layer.addTo(map) : null;
      credit.textContent = tick.checked ? each.credit : "";
      caution.textContent = tick.checked ? each.caution : "";
    });
  });
  return box;
};
