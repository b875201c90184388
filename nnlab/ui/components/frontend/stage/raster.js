// The drawing of the network, pixel by pixel. A canvas strokes two hundred curved lines in 5 ms of every frame; filled
// column by column into one bitmap they take a tenth of that. No page in here; tested under node.

/** A curve from left to right: how high it runs in each column of pixels, and how much steeper than level it is there. */
export class Curve {
  /**
   * A smooth step from one point to another, level at both ends.
   *
   * @param {number} x1
   * @param {number} y1
   * @param {number} x2 right of x1
   * @param {number} y2
   */
  constructor(x1, y1, x2, y2) {
    this.left = Math.ceil(x1 - 0.5);
    const columns = Math.max(1, Math.floor(x2 - 0.5) - this.left + 1);
    this.centres = new Float32Array(columns);
    this.stretch = new Float32Array(columns);
    for (let column = 0; column < columns; column += 1) {
      const share = Math.min(1, Math.max(0, (this.left + column + 0.5 - x1) / (x2 - x1)));
      // 3t² − 2t³ and its slope.
      this.centres[column] = y1 + (y2 - y1) * share * share * (3 - 2 * share);
      this.stretch[column] = Math.hypot(1, ((y2 - y1) / (x2 - x1)) * 6 * share * (1 - share));
    }
  }

  /** How far a point is from the curve, across it; infinite left and right of it. */
  distance(x, y) {
    const column = Math.floor(x) - this.left;
    return column >= 0 && column < this.centres.length
      ? Math.abs(y - this.centres[column]) / this.stretch[column]
      : Infinity;
  }
}

export class Raster {
  /**
   * @param {number} width in pixels
   * @param {number} height
   * @param {ArrayBuffer} buffer of so many pixels, red, green, blue and opacity each
   */
  constructor(width, height, buffer) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(buffer);
    this.channels = new Uint8Array(buffer);
    this.rulers = new Map();
  }

  /** Fill everything with one colour. */
  clear(colour) {
    this.pixels.fill(colour);
  }

  /**
   * Draw along a curve.
   *
   * @param {Curve} curve
   * @param {number} thickness in pixels
   * @param {number} colour packed, as `Colours` has it
   * @param {number} opacity
   * @param {{on: number, off: number}|null} dash in pixels
   */
  stroke(curve, thickness, colour, opacity, dash = null) {
    const { centres, stretch, left } = curve;
    const { channels, width, height } = this;
    const [red, green, blue] = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
    const columns = Math.min(centres.length, width - left);
    for (let column = Math.max(0, -left); column < columns; column += 1) {
      if (dash && column % (dash.on + dash.off) >= dash.on) {
        continue;
      }
      const half = (thickness / 2) * stretch[column];
      const [top, bottom] = [centres[column] - half, centres[column] + half];
      const end = Math.min(height, Math.ceil(bottom));
      for (let y = Math.max(0, Math.floor(top)); y < end; y += 1) {
        // A pixel that is half covered is half coloured.
        const covered = (bottom < y + 1 ? bottom : y + 1) - (top > y ? top : y);
        const share = (256 * opacity * covered) | 0;
        const place = 4 * (y * width + left + column);
        channels[place] += ((red - channels[place]) * share) >> 8;
        channels[place + 1] += ((green - channels[place + 1]) * share) >> 8;
        channels[place + 2] += ((blue - channels[place + 2]) * share) >> 8;
      }
    }
  }

  /**
   * Paint a square picture of a plane's values.
   *
   * @param {Float32Array} values row by row, the first at the top
   * @param {number} resolution points on a side
   * @param {{left: number, top: number, size: number}} square in pixels
   * @param {Uint32Array} shades from the colour of -1 to that of 1
   * @param {number} opacity
   */
  picture(values, resolution, { left, top, size }, shades, opacity = 1) {
    const last = shades.length - 1;
    const points = this.#ruler(size, resolution);
    for (let row = 0; row < size; row += 1) {
      const from = points[row] * resolution;
      const to = (top + row) * this.width + left;
      for (let column = 0; column < size; column += 1) {
        const place = ((values[from + points[column]] + 1) * last) / 2 + 0.5;
        // NaN is neither: it takes the middle.
        const shade = place >= 0 ? (place > last ? last : place | 0) : place < 0 ? 0 : (last + 1) >> 1;
        if (opacity === 1) {
          this.pixels[to + column] = shades[shade];
        } else {
          this.#blend(to + column, shades[shade], opacity);
        }
      }
    }
  }

  /** Fill a square. */
  square(left, top, size, colour) {
    for (let row = top; row < top + size; row += 1) {
      const start = row * this.width + left;
      this.pixels.fill(colour, start, start + size);
    }
  }

  /** Which point of the plane each pixel of a picture's side shows. */
  #ruler(size, resolution) {
    const key = size * 1000 + resolution;
    if (!this.rulers.has(key)) {
      const place = (_, pixel) => Math.floor(((pixel + 0.5) / size) * resolution);
      this.rulers.set(key, Uint16Array.from({ length: size }, place));
    }
    return this.rulers.get(key);
  }

  #blend(pixel, colour, share) {
    const { channels } = this;
    const place = 4 * pixel;
    for (let channel = 0; channel < 3; channel += 1) {
      channels[place + channel] += (((colour >> (8 * channel)) & 255) - channels[place + channel]) * share;
    }
  }
}
