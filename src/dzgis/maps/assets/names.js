/* Names on the map that do not collide. */
"use strict";

dzgis.arrangeNames = (() => {
  const GAP_PX = 2;
  const PIN_ZOOM = 10.5;
  const DOTTED = ["node", "gateway", "facility"];
  const BESIDE_DOT = [
    "east", "west", "north", "south", "northeast", "southeast", "southwest", "northwest",
  ];
  const INSIDE_AREA = ["", "above", "below", "left", "right"];

  // What is small from afar is a pin until its outline can be seen.
  function showPins(map) {
    const far = map.getZoom() < PIN_ZOOM;
    map.getContainer().classList.toggle("dz-far", far);
  }

  function overlaps(a, b) {
    return a.left < b.right + GAP_PX && b.left < a.right + GAP_PX
      && a.top < b.bottom + GAP_PX && b.top < a.bottom + GAP_PX;
  }

  function visibleMarks(map) {
    const all = Object.values(dzgis.layers)
      .flatMap((each) => (map.hasLayer(each.group) ? each.marks : []));
    return all.filter((m) => m.getElement()).sort((a, b) => a.mark.rank - b.mark.rank);
  }

  return (map) => {
    showPins(map);
    Object.values(dzgis.layers)
      .filter((each) => map.hasLayer(each.group))
      .forEach((each) => each.showMarks(map));
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
  };
})();
