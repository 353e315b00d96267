/* Where the pointer is: degrees, and the 3-degree zone of CGCS2000. */
"use strict";

dzgis.readout = (map, page) => {
  const { node, filled } = dzgis.dom;
  const EQUATOR_M = 40075016.686;
  const TILE_PX = 256;
  const ZONE_DEG = 3;

  // As many decimals as a pixel is good for.
  function decimals(lat) {
    const pixel = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** map.getZoom());
    return pixel > 1 ? 0 : 1;
  }

  const box = node("div", "dz-readout", page.words.POINTER);
  map.on("mousemove", ({ latlng }) => {
    const { lng, lat } = latlng.wrap();
    const { zone, x, y } = dzgis.geodesy.toZone(lng, lat);
    const places = decimals(lat);
    const name = filled(page.words.ZONE, { zone, meridian: zone * ZONE_DEG });
    box.textContent = `${lng.toFixed(5)}°E  ${lat.toFixed(5)}°N\n`
      + `${name}  X ${x.toFixed(places)}  Y ${y.toFixed(places)}`;
  });
  return box;
};
