/* Measures on the ellipsoid of CGCS2000 (a = 6 378 137 m, f = 1/298.257222101) and its
   Gauss-Krüger projection. Angles come in and go out in degrees, lengths in metres. */
"use strict";

dzgis.geodesy = (() => {
  const A = 6378137;
  const F = 1 / 298.257222101;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const RAD = Math.PI / 180;
  const FALSE_EASTING = 500000;
  const ZONE_DEG = 3;
  const ZONE_STEP = 1000000;

  // ---- Gauss-Krüger: Krüger's series in the third flattening (Karney 2011, eqs 35 and 36) ------

  const N = F / (2 - F);
  const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64 + N ** 6 / 256);
  const ALPHA = [
    N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
    (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
    (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
    (49561 / 161280) * N ** 4,
  ];
  const BETA = [
    N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4,
    (1 / 48) * N ** 2 + (1 / 15) * N ** 3 - (437 / 1440) * N ** 4,
    (17 / 480) * N ** 3 - (37 / 840) * N ** 4,
    (4397 / 161280) * N ** 4,
  ];

  const zoneOf = (lon) => Math.floor(lon / ZONE_DEG + 0.5);

  // X north and Y east with the zone in front, as bureaus write them.
  function toZone(lon, lat, zone = zoneOf(lon)) {
    const away = (lon - ZONE_DEG * zone) * RAD;
    const sine = Math.sin(lat * RAD);
    const t = Math.sinh(Math.atanh(sine) - E * Math.atanh(E * sine));
    const xi = Math.atan2(t, Math.cos(away));
    const eta = Math.asinh(Math.sin(away) / Math.hypot(t, Math.cos(away)));
    let north = xi, east = eta;
    ALPHA.forEach((alpha, i) => {
      const k = 2 * (i + 1);
      north += alpha * Math.sin(k * xi) * Math.cosh(k * eta);
      east += alpha * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    return {
      zone, x: RADIUS * north, y: RADIUS * east + FALSE_EASTING + zone * ZONE_STEP,
    };
  }

  function fromZone(x, y, zone = Math.floor(y / ZONE_STEP)) {
    const xi = x / RADIUS;
    const eta = (y - FALSE_EASTING - zone * ZONE_STEP) / RADIUS;
    let north = xi, east = eta;
    BETA.forEach((beta, i) => {
      const k = 2 * (i + 1);
      north -= beta * Math.sin(k * xi) * Math.cosh(k * eta);
      east -= beta * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const conformal = Math.asinh(Math.tan(Math.asin(Math.sin(north) / Math.cosh(east))));
    let q = conformal;
    for (let i = 0; i < 8; i += 1) q = conformal + E * Math.atanh(E * Math.tanh(q));
    return {
      lon: ZONE_DEG * zone + Math.atan2(Math.sinh(east), Math.cos(north)) / RAD,
      lat: Math.atan(Math.sinh(q)) / RAD,
    };
  }

  // ---- geodesics (Vincenty 1975); a map never joins points on opposite sides of the Earth -------

  const MOST_ROUNDS = 100;
  const ENOUGH = 1e-15;

  function seriesOf(cosSqAlpha) {
    const u2 = cosSqAlpha * (A * A - B * B) / (B * B);
    return [
      1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2))),
      (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2))),
    ];
  }

  function correction(b, sinS, cosS, cos2m) {
    return b * sinS * (cos2m + (b / 4) * (cosS * (2 * cos2m ** 2 - 1)
      - (b / 6) * cos2m * (4 * sinS ** 2 - 3) * (4 * cos2m ** 2 - 3)));
  }

  // The change of longitude on the sphere that belongs to an arc on the ellipsoid.
  function longitudeShift(sinAlpha, cosSqAlpha, sigma, sinS, cosS, cos2m) {
    const c = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
    return (1 - c) * F * sinAlpha
      * (sigma + c * sinS * (cos2m + c * cosS * (2 * cos2m ** 2 - 1)));
  }

  // Length and first azimuth (radians) from one [lon, lat] to another.
  function inverse([lon1, lat1], [lon2, lat2]) {
    const l = (lon2 - lon1) * RAD;
    const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD));
    const u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
    let lambda = l;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const y = Math.cos(u2) * Math.sin(lambda);
      // cos u1 sin u2 − sin u1 cos u2 cos λ, kept exact for points that are close.
      const x = Math.sin(u2 - u1)
        + 2 * Math.sin(u1) * Math.cos(u2) * Math.sin(lambda / 2) ** 2;
      const sinS = Math.hypot(y, x);
      if (sinS === 0) return { length: 0, azimuth: 0 };
      const cosS = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * Math.cos(lambda);
      const sigma = Math.atan2(sinS, cosS);
      const sinAlpha = (Math.cos(u1) * Math.cos(u2) * Math.sin(lambda)) / sinS;
      const cosSqAlpha = 1 - sinAlpha ** 2;
      const cos2m = cosSqAlpha > 0
        ? cosS - (2 * Math.sin(u1) * Math.sin(u2)) / cosSqAlpha : 0;
      const next = l + longitudeShift(sinAlpha, cosSqAlpha, sigma, sinS, cosS, cos2m);
      if (Math.abs(next - lambda) < ENOUGH) {
        const [a, b] = seriesOf(cosSqAlpha);
        const length = B * a * (sigma - correction(b, sinS, cosS, cos2m));
        return { length, azimuth: Math.atan2(y, x) };
      }
      lambda = next;
    }
    return { length: NaN, azimuth: NaN };
  }

  // [lon, lat] and azimuth (radians) at a distance along a geodesic.
  function direct([lon1, lat1], azimuth, length) {
    const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD));
    const sigma1 = Math.atan2(Math.tan(u1), Math.cos(azimuth));
    const sinAlpha = Math.cos(u1) * Math.sin(azimuth);
    const cosSqAlpha = 1 - sinAlpha ** 2;
    const [a, b] = seriesOf(cosSqAlpha);
    let sigma = length / (B * a);
    let sinS = 0, cosS = 1, cos2m = 0;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      [sinS, cosS] = [Math.sin(sigma), Math.cos(sigma)];
      cos2m = Math.cos(2 * sigma1 + sigma);
      const next = length / (B * a) + correction(b, sinS, cosS, cos2m);
      const done = Math.abs(next - sigma) < ENOUGH;
      sigma = next;
      if (done) break;
    }
    const north = Math.sin(u1) * sinS - Math.cos(u1) * cosS * Math.cos(azimuth);
    const lat = Math.atan2(
      Math.sin(u1) * cosS + Math.cos(u1) * sinS * Math.cos(azimuth),
      (1 - F) * Math.hypot(sinAlpha, north),
    );
    const lambda = Math.atan2(
      sinS * Math.sin(azimuth), Math.cos(u1) * cosS - Math.sin(u1) * sinS * Math.cos(azimuth),
    );
    const l = lambda - longitudeShift(sinAlpha, cosSqAlpha, sigma, sinS, cosS, cos2m);
    return { point: [lon1 + l / RAD, lat / RAD], azimuth: Math.atan2(sinAlpha, -north) };
  }

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const edges = (points) => points.slice(1).map((point, i) => [points[i], point]);

  const length = (points) => sum(edges(points).map(([from, to]) => inverse(from, to).length));

  // ---- area inside geodesics, by Gauss's rule ---------------------------------------------------
  // The ground between a parallel and each edge; the parallel of the first corner, so that a small
  // outline is not the difference of large numbers.

  const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
  const WEIGHTS = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];
  const PIECE_M = 100000;

  // Ground between equator and latitude, for one radian of longitude.
  function ground(sine) {
    return ((B * B) / 2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(E * sine) / E);
  }

  function groundBelow(from, to, parallel) {
    const whole = inverse(from, to);
    const n = Math.max(1, Math.ceil(whole.length / PIECE_M));
    const half = whole.length / n / 2;
    let total = 0;
    for (let piece = 0; piece < n; piece += 1) {
      NODES.forEach((at, i) => {
        for (const side of [-1, 1]) {
          const here = direct(from, whole.azimuth, half * (2 * piece + 1 + side * at));
          const sine = Math.sin(here.point[1] * RAD);
          const radius = (A / Math.sqrt(1 - E2 * sine ** 2)) * Math.sqrt(1 - sine ** 2);
          total += half * WEIGHTS[i] * (ground(sine) - parallel) * (Math.sin(here.azimuth) / radius);
        }
      });
    }
    return total;
  }

  // Of one ring of [lon, lat]; it is closed here.
  function area(points) {
    const parallel = ground(Math.sin(points[0][1] * RAD));
    const ring = edges([...points, points[0]]);
    return Math.abs(sum(ring.map(([from, to]) => groundBelow(from, to, parallel))));
  }

  // Points along the geodesics between `points`, so close that a line on the map follows them.
  const STEP_M = 20000;

  function path(points) {
    const along = edges(points).flatMap(([from, to]) => {
      const whole = inverse(from, to);
      const n = Math.max(1, Math.ceil(whole.length / STEP_M));
      return Array.from({ length: n }, (_, i) =>
        direct(from, whole.azimuth, (whole.length * i) / n).point);
    });
    return points.length ? [...along, points[points.length - 1]] : [];
  }

  // Whether two edges of a ring cross; neighbours meet and do not count.
  function crosses(points) {
    const turn = ([ax, ay], [bx, by], [cx, cy]) =>
      Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
    const ring = edges([...points, points[0]]);
    return ring.some(([a, b], i) => ring.some(([c, d], j) => {
      if (j < i + 2 || (i === 0 && j === ring.length - 1)) return false;
      return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
    }));
  }

  return { zoneOf, toZone, fromZone, inverse, direct, length, area, path, crosses };
})();
