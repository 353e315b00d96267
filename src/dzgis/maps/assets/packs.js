/* Reads packs: many features in small compressed blocks, in the page or in a file beside it. */
"use strict";

dzgis.packs = (() => {
  const MOST_KEPT = 600;
  const DOT_UNIT = 1e-5;
  const mercatorX = (lon) => lon / 360 + 0.5;
  const mercatorY = (lat) => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);

  class PackError extends Error {}

  // ---- bytes --------------------------------------------------------------------------------

  async function inflated(bytes) {
    if (typeof DecompressionStream === "undefined") throw new PackError("TOO_OLD");
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Three bytes are four letters: decode from the group in which the slice begins.
  function fromPage(text, offset, length) {
    const first = Math.floor(offset / 3);
    const last = Math.ceil((offset + length) / 3);
    const raw = atob(text.slice(first * 4, last * 4));
    const bytes = new Uint8Array(length);
    const skipped = offset - first * 3;
    for (let i = 0; i < length; i += 1) bytes[i] = raw.charCodeAt(i + skipped);
    return bytes;
  }

  async function fromBeside(address, offset, length) {
    if (location.protocol === "file:") throw new PackError("NEEDS_SERVER");
    const range = `bytes=${offset}-${offset + length - 1}`;
    const answer = await fetch(address, { headers: { Range: range } });
    if (!answer.ok) throw new PackError("BROKEN");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.status === 206 ? bytes : bytes.subarray(offset, offset + length);
  }

  // ---- numbers ------------------------------------------------------------------------------

  // Seven bits a byte, the lowest first; signed ones go 0, −1, 1, −2 …
  function reader(bytes, start) {
    let at = start;
    const next = () => {
      let value = 0, shift = 0, byte;
      do {
        byte = bytes[at];
        at += 1;
        value |= (byte & 127) << shift;
        shift += 7;
      } while (byte & 128);
      return value >>> 0;
    };
    const signed = () => {
      const value = next();
      return (value >>> 1) ^ -(value & 1);
    };
    return { next, signed };
  }

  function summed(numbers, n) {
    const values = new Int32Array(n);
    let value = 0;
    for (let i = 0; i < n; i += 1) {
      value += numbers.signed();
      values[i] = value;
    }
    return values;
  }

  function dotsOf(bytes, n) {
    const numbers = reader(bytes, 0);
    const x = Float64Array.from(summed(numbers, n), (lon) => mercatorX(lon * DOT_UNIT));
    const y = Float64Array.from(summed(numbers, n), (lat) => mercatorY(lat * DOT_UNIT));
    const [style, verdict, cluster] = [0, 1, 2].map(() => {
      const keys = new Uint16Array(n);
      for (let i = 0; i < n; i += 1) keys[i] = numbers.next();
      return keys;
    });
    return { x, y, style, verdict, cluster };
  }

  // First ring of each feature and first point of each ring, from how many there are.
  function firsts(numbers, n) {
    const found = new Int32Array(n + 1);
    for (let i = 0; i < n; i += 1) found[i + 1] = found[i] + numbers.next();
    return found;
  }

  function blockOf(bytes, n, first, decimals) {
    const size = new DataView(bytes.buffer).getUint32(0, true);
    const text = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
    const numbers = reader(bytes, 4 + size);
    const ringOf = firsts(numbers, n);
    const pointOf = firsts(numbers, ringOf[n]);
    const nPoints = pointOf[ringOf[n]];
    const unit = 10 ** -decimals;
    const [lon, lat] = [new Float64Array(nPoints), new Float64Array(nPoints)];
    const [x, y] = [new Float64Array(nPoints), new Float64Array(nPoints)];
    let easting = 0, northing = 0;
    for (let i = 0; i < nPoints; i += 1) {
      easting += numbers.signed();
      northing += numbers.signed();
      lon[i] = easting * unit;
      lat[i] = northing * unit;
      x[i] = mercatorX(lon[i]);
      y[i] = mercatorY(lat[i]);
    }
    return { n, first, text, ringOf, pointOf, lon, lat, x, y };
  }

  // ---- a pack -------------------------------------------------------------------------------

  function open(key, spec) {
    const inPage = spec.beside ? null : document.getElementById("dz-pack-" + key).textContent;
    const bytes = ([offset, length]) => (inPage === null
      ? fromBeside(spec.beside, offset, length)
      : Promise.resolve(fromPage(inPage, offset, length)));
    const stream = async (place) => inflated(await bytes(place));

    let before = 0;
    const blocks = spec.blocks.map(([offset, length, n, zoom, w, s, e, north]) => {
      const first = before;
      before += n;
      return {
        place: [offset, length], n, first, zoom, w, s, e, north,
        box: [mercatorX(w), mercatorY(north), mercatorX(e), mercatorY(s)],
      };
    });

    const kept = new Map();
    const asked = new Map();
    function block(i) {
      if (asked.has(i)) return asked.get(i);
      const { place, n, first } = blocks[i];
      const coming = stream(place).then((found) => {
        const decoded = blockOf(found, n, first, spec.decimals);
        kept.set(i, decoded);
        if (kept.size > MOST_KEPT) forget(kept.keys().next().value);
        return decoded;
      });
      asked.set(i, coming);
      return coming;
    }
    function forget(i) {
      kept.delete(i);
      asked.delete(i);
    }

    const once = (make) => {
      let coming = null;
      return () => {
        coming = coming || make();
        return coming;
      };
    };
    const dots = once(async () => dotsOf(await stream(spec.dots), spec.n));
    const names = once(async () => JSON.parse(new TextDecoder().decode(await stream(spec.names))));

    const blockWith = (feature) => {
      let [low, high] = [0, blocks.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (blocks[middle].first <= feature) low = middle;
        else high = middle - 1;
      }
      return low;
    };

    return { spec, blocks, block, got: (i) => kept.get(i), dots, names, blockWith };
  }

  // One feature of a block as the rest of the page knows features.
  function featureOf(block, i, styles) {
    const coordinates = [];
    for (let ring = block.ringOf[i]; ring < block.ringOf[i + 1]; ring += 1) {
      const corners = [];
      for (let p = block.pointOf[ring]; p < block.pointOf[ring + 1]; p += 1) {
        corners.push([block.lon[p], block.lat[p]]);
      }
      coordinates.push([...corners, corners[0]]);
    }
    const { t, s, v } = block.text;
    return {
      type: "Feature",
      geometry: { type: "Polygon", coordinates },
      properties: { t: t[i], s: styles[s[i]], v: v.map((column) => column[i]) },
    };
  }

  return { open, featureOf, inflated, PackError };
})();
