// The links of the network: colour for the sign of a weight, width for its size.

import { thickness } from "./layout.js";
import { Curve } from "./raster.js";

const REACH = 6; // pixels of the page: how near to a link a pointer has to be
const OPACITY = 0.85;
const DEAD = { width: 1, on: 2, off: 4 };

export class LinksView {
  constructor() {
    this.links = [];
    this.lit = null;
  }

  /** Lay the links out anew; `ratio` is how many pixels of the drawing a pixel of the page has. */
  lay({ columns, size }, links, ratio) {
    this.ratio = ratio;
    this.links = links.map((link) => {
      const [start, end] = [columns[link.layer], columns[link.layer + 1]];
      const ends = [start.x + size / 2, start.ys[link.from], end.x - size / 2, end.ys[link.to]];
      return { ...link, curve: new Curve(...ends.map((place) => place * ratio)) };
    });
    this.lit = null;
  }

  /**
   * Draw all links.
   *
   * @param {import("./raster.js").Raster} raster
   * @param {Float32Array} weights
   * @param {import("./colours.js").Colours} colours
   * @param {(link: object) => boolean} isDead whether L1 has switched a link off for good
   */
  draw(raster, weights, colours, isDead) {
    const ratio = this.ratio * colours.scale;
    for (const link of this.links) {
      const weight = weights[link.weight];
      if (weight === 0 && isDead(link)) {
        raster.stroke(link.curve, DEAD.width * ratio, colours.quiet, 1, { on: DEAD.on * ratio, off: DEAD.off * ratio });
      } else {
        raster.stroke(link.curve, thickness(weight) * ratio, colours.shade(weight), link === this.lit ? 1 : OPACITY);
      }
    }
    if (this.lit) {
      raster.stroke(this.lit.curve, 1.5 * ratio, colours.text, 1);
    }
  }

  /** The link under a point of the drawing, or null. */
  at(x, y) {
    const { ratio } = this;
    return this.links.findLast(({ curve }) => curve.distance(x * ratio, y * ratio) <= REACH * ratio) ?? null;
  }
}
