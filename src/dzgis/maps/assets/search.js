/* Search: parcels, candidates, clusters, counties, places, coordinates. */
"use strict";

dzgis.search = (map, page, show) => {
  const { node } = dzgis.dom;
  const { words } = page;
  const MOST_SHOWN = 30;
  const MOST_OF_A_LAYER = 12;
  const PLACE_ZOOM = 12;
  const POINT_ZOOM = 15;
  const DELAY_MS = 120;
  const SEARCHED = ["parcels", "candidates", "clusters", "counties"];
  const LON = [70, 140], LAT = [0, 60], NORTHING = [0, 7e6], EASTING = [0, 1e6];
  const within = (value, [low, high]) => value >= low && value <= high;

  const box = node("div", "dz-search");
  const input = node("input");
  const list = node("ul", "dz-found");
  Object.assign(input, { type: "search", placeholder: words.SEARCH, autocomplete: "off" });
  input.setAttribute("aria-label", words.SEARCH);
  list.hidden = true;
  box.append(input, list);

  let pin = null;
  map.on("popupclose", () => { if (pin) pin.remove(); });

  function goToPoint(lat, lon, title, kind, zoom) {
    map.setView([lat, lon], Math.max(zoom, map.getZoom()), { animate: false });
    show([{
      layer: { spec: { heading: kind, fields: [] } }, title, values: [], geometry: null,
    }], [lat, lon]);
    if (pin) pin.remove();
    pin = L.circleMarker([lat, lon], {
      pane: "highlight", radius: 7, color: "#00b8d4", weight: 3, fill: false, interactive: false,
    }).addTo(map);
  }

  // Degrees in either order, or metres of a zone: X north, Y east with or without its number.
  function coordinates(text) {
    const numbers = text.match(/-?\d+(?:\.\d+)?/g);
    if (!numbers || numbers.length !== 2 || /[a-z一-鿿]/i.test(text.replace(/[°NE]/g, ""))) {
      return [];
    }
    const pair = numbers.map(Number);
    return [pair, [...pair].reverse()].flatMap(([a, b]) => {
      if (within(a, LON) && within(b, LAT)) return [{ lon: a, lat: b }];
      if (within(a, NORTHING) && a > 1e5 && b > 1e7) return [dzgis.geodesy.fromZone(a, b)];
      if (a > 1e6 && within(a, NORTHING) && within(b, EASTING)) {
        const zone = dzgis.geodesy.zoneOf(map.getCenter().lng);
        return [dzgis.geodesy.fromZone(a, b + zone * 1e6)];
      }
      return [];
    }).slice(0, 1).filter(({ lat, lon }) => Number.isFinite(lat) && Number.isFinite(lon));
  }

  async function matches(text) {
    const wanted = text.trim().toLowerCase();
    const found = coordinates(text).map(({ lon, lat }) => {
      const title = `${lon.toFixed(6)}°E ${lat.toFixed(6)}°N`;
      return {
        title, sub: words.POSITION, rank: 0,
        go: () => goToPoint(lat, lon, title, words.POSITION, POINT_ZOOM),
      };
    });
    page.places.forEach(([name, , lat, lon]) => {
      const rank = rankOf(name, "", wanted);
      if (rank === null) return;
      found.push({
        title: name, sub: words.PLACE, rank,
        go: () => goToPoint(lat, lon, name, words.PLACE, PLACE_ZOOM),
      });
    });
    for (const key of SEARCHED.filter((each) => dzgis.layers[each])) {
      found.push(...await inLayer(dzgis.layers[key], wanted));
    }
    // A cluster may have several parts: its first stands for all.
    const once = new Map(found.reverse().map((each) => [`${each.title}\n${each.sub}`, each]));
    return [...once.values()].reverse().sort((a, b) => a.rank - b.rank).slice(0, MOST_SHOWN);
  }

  async function inLayer(each, wanted) {
    const [titles, firsts] = await each.names();
    const ranked = [];
    titles.forEach((title, i) => {
      const rank = rankOf(title, firsts[i], wanted);
      if (rank !== null) ranked.push([rank, i]);
    });
    return ranked.sort((a, b) => a[0] - b[0]).slice(0, MOST_OF_A_LAYER).map(([rank, i]) => ({
      title: titles[i],
      sub: [each.spec.heading, firsts[i]].filter((part) => part && part !== titles[i]).join(" "),
      rank,
      go: async () => dzgis.panel.goTo(map, each, await each.feature(i), show),
    }));
  }

  // The whole name before its beginning, the beginning before the middle.
  function rankOf(title, first, wanted) {
    const ranks = [title, first].map((text) => {
      const at = text.toLowerCase().indexOf(wanted);
      if (at < 0) return 9;
      return text.length === wanted.length ? 1 : at === 0 ? 2 : 3;
    });
    const best = Math.min(...ranks);
    return best === 9 ? null : best;
  }

  let current = -1;
  function mark(position) {
    const items = [...list.querySelectorAll("button")];
    if (!items.length) return;
    current = (position + items.length) % items.length;
    items.forEach((item, i) => item.classList.toggle("dz-current", i === current));
    items[current].scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.hidden = true;
    current = -1;
  }

  function fill(found) {
    list.replaceChildren(...found.map((each) => {
      const go = dzgis.dom.button("", "", "", () => {
        close();
        each.go();
      });
      go.append(node("span", "", each.title), node("small", "", each.sub));
      const item = node("li");
      item.append(go);
      return item;
    }));
    if (!found.length) list.append(node("li", "dz-none", words.NOT_FOUND));
    list.hidden = false;
    current = -1;
  }

  let timer = 0, asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    asked += 1;
    const own = asked;
    if (!input.value.trim()) {
      close();
      return;
    }
    timer = setTimeout(async () => {
      const found = await matches(input.value).catch(() => []);
      if (own === asked) fill(found);
    }, DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(current + 1);
    else if (event.key === "ArrowUp") mark(current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") {
      const items = list.querySelectorAll("button");
      if (items.length) items[Math.max(current, 0)].click();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) close(); });
  return box;
};
