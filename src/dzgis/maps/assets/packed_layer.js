/* Draws a pack on one canvas: outlines where they can be seen, dots where they cannot. */
"use strict";

dzgis.PackedCanvas = (() => {
  const TILE_PX = 256;
  const DOT_PX = 3;
  const LEAST_STEP_PX = 0.7;
  const OUTLINE_FROM_PX = 3;
  const THINNEST_PX = 0.5;
  const ZOOMS_TO_FULL_WIDTH = 4;
  const MOST_NAMED = 120;
  const ZOOMS_TO_NAME = 4;

  const packed = (hex) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    // A pixel of an image as one number, which machines of today store lowest byte first.
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  };

  return L.Canvas.extend({
    initialize(pack, spec, options) {
      L.Canvas.prototype.initialize.call(this, options);
      this.pack = pack;
      this.spec = spec;
      this.dots = null;
      this.looks = pack.spec.styles.map((key) => spec.styles[key]);
      this.colours = this.looks.map((look) => packed(look.fill ? look.fillColor : look.color));
      this.failed = null;
    },

    // No clicks of its own: the map asks what lies under them.
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.style.pointerEvents = "none";
      this._container.className = "dz-packed";
      this._ctx = this._container.getContext("2d");
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
      delete this._container;
      delete this._ctx;
    },

    _draw() {
      if (!this._map || !this._bounds || this.failed) return;
      if (!this.dots) {
        this.later(this.pack.dots().then((dots) => { this.dots = dots; }));
        return;
      }
      this.paint();
    },

    // Draw again when something has come.
    later(coming) {
      coming.then(
        () => {
          if (this.waiting || !this._map) return;
          this.waiting = true;
          requestAnimationFrame(() => {
            this.waiting = false;
            if (this._map) this._redraw();
          });
        },
        (error) => {
          this.failed = error;
          this.fire("failed", { error });
        },
      );
    },

    admits(i) {
      const { verdicts, clusters } = this.pack.spec;
      return dzgis.filter.admits(
        this.spec.filtered, verdicts[this.dots.verdict[i]], clusters[this.dots.cluster[i]],
      );
    },

    // Numbers of the blocks that reach into a box of the unit square.
    within([west, north, east, south]) {
      const found = [];
      this.pack.blocks.forEach(({ box }, i) => {
        if (box[0] <= east && box[2] >= west && box[1] <= south && box[3] >= north) found.push(i);
      });
      return found;
    },

    frame() {
      const zoom = this._map.getZoom();
      const scale = TILE_PX * 2 ** zoom;
      const origin = this._map.getPixelOrigin();
      const { min, max } = this._bounds;
      return {
        zoom, scale, origin, min, size: this._bounds.getSize(),
        view: [
          (min.x + origin.x) / scale, (min.y + origin.y) / scale,
          (max.x + origin.x) / scale, (max.y + origin.y) / scale,
        ],
      };
    },

    paint() {
      const frame = this.frame();
      const seen = this.within(frame.view);
      const drawn = [], dotted = [];
      for (const i of seen) {
        if (this.pack.blocks[i].zoom > frame.zoom) {
          dotted.push(i);
        } else if (this.pack.got(i)) {
          drawn.push(i);
        } else {
          dotted.push(i);
          this.later(this.pack.block(i));
        }
      }
      const nDots = this.paintDots(frame, dotted);
      const nOutlines = this.paintOutlines(frame, drawn);
      Object.assign(this._container.dataset, { dots: nDots, outlines: nOutlines });
      const pending = dotted.some((i) => this.pack.blocks[i].zoom <= frame.zoom);
      this.fire("painted", { nDots, nOutlines, pending });
    },

    // The graver style wins a pixel.
    paintDots(frame, blocks) {
      if (!blocks.length) return 0;
      const ratio = L.Browser.retina ? 2 : 1;
      const [width, height] = [frame.size.x * ratio, frame.size.y * ratio];
      const side = DOT_PX * ratio;
      const image = new ImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      const rank = new Uint8Array(pixels.length);
      const { x, y, style } = this.dots;
      const left = (frame.origin.x + frame.min.x) * ratio + side / 2;
      const top = (frame.origin.y + frame.min.y) * ratio + side / 2;
      const scale = frame.scale * ratio;
      let n = 0;
      for (const b of blocks) {
        const { first, n: count } = this.pack.blocks[b];
        for (let i = first; i < first + count; i += 1) {
          const column = Math.round(x[i] * scale - left);
          const row = Math.round(y[i] * scale - top);
          if (column < 0 || row < 0 || column > width - side || row > height - side) continue;
          if (!this.admits(i)) continue;
          n += 1;
          const own = style[i] + 1;
          for (let dy = 0; dy < side; dy += 1) {
            for (let dx = 0; dx < side; dx += 1) {
              const at = (row + dy) * width + column + dx;
              if (rank[at] < own) {
                rank[at] = own;
                pixels[at] = this.colours[style[i]];
              }
            }
          }
        }
      }
      const sheet = document.createElement("canvas");
      Object.assign(sheet, { width, height });
      sheet.getContext("2d").putImageData(image, 0, 0);
      this._ctx.drawImage(sheet, frame.min.x, frame.min.y, frame.size.x, frame.size.y);
      return n;
    },

    // Whether a feature may reach into the view: those of a block differ little in size.
    inView(frame, b, i) {
      const widest = 2 * OUTLINE_FROM_PX * 2 ** (frame.zoom - this.pack.blocks[b].zoom);
      const [w, n, e, s] = frame.view;
      const margin = this.pack.blocks[b].zoom ? widest / frame.scale : 1;
      const [x, y] = [this.dots.x[i], this.dots.y[i]];
      return x >= w - margin && x <= e + margin && y >= n - margin && y <= s + margin;
    },

    paintOutlines(frame, blocks) {
      const context = this._ctx;
      let n = 0;
      context.save();
      context.lineJoin = "round";
      this.looks.forEach((look, style) => {
        for (const b of blocks) {
          const block = this.pack.got(b);
          const wanted = [];
          for (let i = 0; i < block.n; i += 1) {
            if (block.text.s[i] === style && this.inView(frame, b, block.first + i)
              && this.admits(block.first + i)) wanted.push(i);
          }
          if (!wanted.length) continue;
          context.beginPath();
          wanted.forEach((i) => this.trace(frame, block, i));
          this.inkIn(look, frame.zoom - this.pack.blocks[b].zoom);
          n += wanted.length;
        }
      });
      context.restore();
      if (n && n <= MOST_NAMED) this.paintNames(frame, blocks);
      return n;
    },

    inkIn(look, zoomsIn) {
      const context = this._ctx;
      if (look.fill) {
        context.globalAlpha = look.fillOpacity;
        context.fillStyle = look.fillColor;
        context.fill();
      }
      if (look.stroke) {
        const share = Math.min(1, (zoomsIn + 1) / ZOOMS_TO_FULL_WIDTH);
        context.globalAlpha = look.opacity;
        context.strokeStyle = look.color;
        context.lineWidth = Math.max(THINNEST_PX, look.weight * share);
        context.setLineDash(
          look.dashArray && share === 1 ? look.dashArray.split(" ").map(Number) : [],
        );
        context.stroke();
      }
    },

    trace({ scale, origin }, block, i) {
      const context = this._ctx;
      for (let ring = block.ringOf[i]; ring < block.ringOf[i + 1]; ring += 1) {
        let lastX = Infinity, lastY = Infinity;
        for (let p = block.pointOf[ring]; p < block.pointOf[ring + 1]; p += 1) {
          const px = block.x[p] * scale - origin.x;
          const py = block.y[p] * scale - origin.y;
          if (p === block.pointOf[ring]) {
            context.moveTo(px, py);
          } else if (Math.abs(px - lastX) < LEAST_STEP_PX && Math.abs(py - lastY) < LEAST_STEP_PX) {
            continue;
          } else {
            context.lineTo(px, py);
          }
          lastX = px;
          lastY = py;
        }
        context.closePath();
      }
    },

    paintNames({ zoom, scale, origin }, blocks) {
      const context = this._ctx;
      const taken = [];
      context.save();
      context.font = "11px " + getComputedStyle(document.body).fontFamily;
      Object.assign(context, {
        textAlign: "center", textBaseline: "middle", lineWidth: 3, strokeStyle: "#fff",
        fillStyle: "#1f2937", lineJoin: "round",
      });
      for (const b of blocks.filter((i) => zoom - this.pack.blocks[i].zoom >= ZOOMS_TO_NAME)) {
        const block = this.pack.got(b);
        for (let i = 0; i < block.n; i += 1) {
          if (!this.admits(block.first + i)) continue;
          const name = block.text.t[i];
          const px = this.dots.x[block.first + i] * scale - origin.x;
          const py = this.dots.y[block.first + i] * scale - origin.y;
          const half = context.measureText(name).width / 2;
          const box = [px - half, py - 8, px + half, py + 8];
          if (taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) {
            continue;
          }
          taken.push(box);
          context.strokeText(name, px, py);
          context.fillText(name, px, py);
        }
      }
      context.restore();
    },

    // ---- what lies at a point ---------------------------------------------------------------

    async hit(map, at) {
      if (this.failed) return [];
      this.dots = this.dots || await this.pack.dots();
      const zoom = map.getZoom();
      const scale = TILE_PX * 2 ** zoom;
      const here = map.project(at).divideBy(scale);
      const reach = dzgis.shapes.REACH_PX / scale;
      const box = [here.x - reach, here.y - reach, here.x + reach, here.y + reach];
      const found = await Promise.all(this.within(box).map((b) => (
        this.pack.blocks[b].zoom <= zoom
          ? this.outlinesAt(map, b, at, here, reach)
          : this.dotsAt(b, here, reach))));
      return found.flat();
    },

    async outlinesAt(map, b, at) {
      const block = await this.pack.block(b);
      const found = [];
      for (let i = 0; i < block.n; i += 1) {
        if (!this.admits(block.first + i)) continue;
        const feature = dzgis.packs.featureOf(block, i, this.pack.spec.styles);
        const [w, s, e, n] = dzgis.shapes.boxOf(feature.geometry);
        const [dx, dy] = dzgis.shapes.reachAt(map, at);
        if (at.lng < w - dx || at.lng > e + dx || at.lat < s - dy || at.lat > n + dy) continue;
        if (dzgis.shapes.hits(map, feature, at, this.spec.near)) found.push(feature);
      }
      return found;
    },

    async dotsAt(b, here, reach) {
      const { first, n } = this.pack.blocks[b];
      const { x, y } = this.dots;
      const close = [];
      for (let i = first; i < first + n; i += 1) {
        const away = Math.hypot(x[i] - here.x, y[i] - here.y);
        if (away <= reach && this.admits(i)) close.push([away, i]);
      }
      if (!close.length) return [];
      const block = await this.pack.block(b);
      return close.sort((one, other) => one[0] - other[0]).map(([, i]) =>
        dzgis.packs.featureOf(block, i - first, this.pack.spec.styles));
    },

    async feature(i) {
      const b = this.pack.blockWith(i);
      const block = await this.pack.block(b);
      return dzgis.packs.featureOf(block, i - block.first, this.pack.spec.styles);
    },
  });
})();
