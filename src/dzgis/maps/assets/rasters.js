/* The class of a raster under a click, read from the very image that is shown. */
"use strict";

dzgis.rasters = (() => {
  const SIGNATURE_BYTES = 8;
  const CHUNK_BYTES = 12;

  function bytesOf(address) {
    const raw = atob(address.split(",")[1]);
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  }

  // Palette numbers of a PNG of one byte a pixel whose rows are not filtered, as ours are.
  async function pixelsOf(address) {
    const bytes = bytesOf(address);
    const view = new DataView(bytes.buffer);
    let at = SIGNATURE_BYTES, width = 0, height = 0, packed = null;
    while (at < bytes.length) {
      const size = view.getUint32(at);
      const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      if (kind === "IHDR") [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (kind === "IDAT") packed = bytes.subarray(at + 8, at + 8 + size);
      at += size + CHUNK_BYTES;
    }
    const lines = await dzgis.packs.inflated(packed);
    return { width, height, at: (row, column) => lines[row * (width + 1) + 1 + column] };
  }

  const read = new WeakMap();

  // Name of the class at a point; empty where it is not known or outside.
  async function classAt(map, overlay, classes, at) {
    const box = overlay.getBounds();
    if (!box.contains(at)) return "";
    if (!read.has(overlay)) read.set(overlay, pixelsOf(overlay._url));
    const image = await read.get(overlay);
    const [nw, se, here] = [box.getNorthWest(), box.getSouthEast(), at]
      .map((each) => map.project(each, 0));
    const column = Math.floor(((here.x - nw.x) / (se.x - nw.x)) * image.width);
    const row = Math.floor(((here.y - nw.y) / (se.y - nw.y)) * image.height);
    const number = image.at(Math.min(row, image.height - 1), Math.min(column, image.width - 1));
    return number ? classes[number - 1] || "" : "";
  }

  // One part of a popup for each raster that is shown and says something here.
  async function findings(map, rows, overlays, at) {
    const shown = rows.filter((row) => row.classes.length && map.hasLayer(overlays[row.layer]));
    const found = await Promise.all(shown.map(async (row) => {
      const title = await classAt(map, overlays[row.layer], row.classes, at).catch(() => "");
      return {
        layer: { spec: { heading: row.heading, fields: [] } }, title, values: [], geometry: null,
      };
    }));
    return found.filter((part) => part.title);
  }

  return { findings };
})();
