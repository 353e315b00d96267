/* Measuring on the ellipsoid: distances and areas between points that are clicked. */
"use strict";

dzgis.measure = (() => {
  const { node, button, number } = dzgis.dom;
  const COLOUR = "#c2185b";
  const M2_PER_HECTARE = 10000;
  const M2_PER_KM2 = 1e6;
  const MU_PER_HECTARE = 15;
  const M_PER_KM = 1000;
  const SAME_POINT_PX = 4;
  let kind = null;
  let done = false;
  let points = [];

  const active = () => kind !== null && !done;

  function lengthText(metres, words) {
    return metres < M_PER_KM
      ? `${number(metres, 2)} ${words.M}`
      : `${number(metres / M_PER_KM, 3)} ${words.KM} = ${number(metres, 1)} ${words.M}`;
  }

  function areaText(m2, words) {
    const hectares = m2 / M2_PER_HECTARE;
    const large = m2 >= M2_PER_KM2 ? [`${number(m2 / M2_PER_KM2, 4)} ${words.KM2}`] : [];
    return [
      ...large,
      `${number(m2, 2)} ${words.M2}`,
      `${number(hectares, 4)} ${words.HECTARE}`,
      `${number(hectares * MU_PER_HECTARE, 2)} ${words.MU}`,
    ].join(" = ");
  }

  function lines(words) {
    const { geodesy } = dzgis;
    if (kind === "length" || points.length < 3) {
      return points.length < 2 ? []
        : [[words.MEASURE_DISTANCE, lengthText(geodesy.length(points), words)]];
    }
    const perimeter = geodesy.length([...points, points[0]]);
    return [
      [words.MEASURE_SURFACE, geodesy.crosses(points)
        ? words.MEASURE_CROSSED : areaText(geodesy.area(points), words)],
      [words.MEASURE_PERIMETER, lengthText(perimeter, words)],
    ];
  }

  function tools(map, page) {
    const { words } = page;
    const renderer = L.svg({ pane: "measure" });
    const options = { pane: "measure", renderer, interactive: false };
    const group = L.layerGroup().addTo(map);
    const told = node("div", "dz-measured");
    const values = node("div");
    const hint = node("small", "", words.MEASURE_HINT);
    told.append(values, hint, button("dz-measure-clear", words.MEASURE_CLEAR, "", () => leave()));
    told.hidden = true;
    const bar = node("div", "leaflet-bar dz-tools");
    const buttons = {
      length: button("dz-measure-length", "", words.MEASURE_LENGTH, () => begin("length")),
      area: button("dz-measure-area", "", words.MEASURE_AREA, () => begin("area")),
    };
    buttons.length.append(picture("M3,17 L17,3 M3,17 l3,0 M3,17 l0,-3 M17,3 l-3,0 M17,3 l0,3"));
    buttons.area.append(picture("M4,6 L14,3 L17,13 L8,17 Z"));
    bar.append(buttons.length, buttons.area);

    function picture(d) {
      const { vector } = dzgis.dom;
      const svg = vector("svg", { viewBox: "0 0 20 20", width: 18, height: 18 });
      svg.append(vector("path", {
        d, fill: "none", stroke: "#1f2937", "stroke-width": 1.8, "stroke-linejoin": "round",
      }));
      return svg;
    }

    function begin(wanted) {
      const again = kind === wanted && active();
      leave();
      if (again) return;
      kind = wanted;
      done = false;
      map.closePopup();
      map.doubleClickZoom.disable();
      map.getContainer().classList.add("dz-measuring");
      buttons[kind].setAttribute("aria-pressed", "true");
      draw(null);
    }

    function leave() {
      kind = null;
      done = false;
      points = [];
      rest();
      group.clearLayers();
      told.hidden = true;
    }

    function rest() {
      map.doubleClickZoom.enable();
      map.getContainer().classList.remove("dz-measuring");
      Object.values(buttons).forEach((each) => each.setAttribute("aria-pressed", "false"));
    }

    function finish() {
      if (!active()) return;
      done = true;
      rest();
      draw(null);
    }

    function draw(pointer) {
      group.clearLayers();
      const closed = kind === "area" && points.length > 2;
      const ring = closed ? [...points, points[0]] : points;
      const swapped = (path) => path.map(([lon, lat]) => [lat, lon]);
      const along = swapped(dzgis.geodesy.path(ring));
      if (closed) {
        group.addLayer(L.polygon(along, {
          ...options, color: COLOUR, weight: 2, fillColor: COLOUR, fillOpacity: 0.15,
        }));
      } else if (points.length > 1) {
        group.addLayer(L.polyline(along, { ...options, color: COLOUR, weight: 2.5 }));
      }
      if (pointer && points.length) {
        const last = points[points.length - 1];
        group.addLayer(L.polyline(swapped([last, pointer]), {
          ...options, color: COLOUR, weight: 1.5, dashArray: "4 4",
        }));
      }
      points.forEach(([lon, lat]) => group.addLayer(L.circleMarker([lat, lon], {
        ...options, radius: 4, color: COLOUR, weight: 2, fillColor: "#fff", fillOpacity: 1,
      })));
      tell();
    }

    function tell() {
      const rows = lines(words).map(([name, value]) => {
        const row = node("p");
        row.append(node("span", "", name), node("strong", "", value));
        return row;
      });
      values.replaceChildren(...rows);
      hint.hidden = done;
      told.hidden = false;
    }

    const position = (latlng) => [latlng.lng, latlng.lat];
    const samePixel = (latlng) => {
      if (!points.length) return false;
      const [lon, lat] = points[points.length - 1];
      const last = map.latLngToContainerPoint([lat, lon]);
      return last.distanceTo(map.latLngToContainerPoint(latlng)) < SAME_POINT_PX;
    };
    map.on("click", ({ latlng }) => {
      // The second click of a double click adds nothing.
      if (!active() || samePixel(latlng)) return;
      points.push(position(latlng));
      draw(null);
    });
    map.on("mousemove", ({ latlng }) => { if (active() && points.length) draw(position(latlng)); });
    map.on("dblclick", finish);
    document.addEventListener("keydown", (event) => {
      if (kind === null || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
      if (event.key === "Escape") leave();
      else if (event.key === "Enter") finish();
      else if (event.key === "Backspace" && active()) {
        points.pop();
        draw(null);
      } else return;
      event.preventDefault();
    });
    L.DomEvent.on(told, "mousemove", L.DomEvent.stopPropagation);
    return { bar, told };
  }

  return { tools, active, lengthText, areaText };
})();
