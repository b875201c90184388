// The links of the network on one canvas: colour for the sign of a weight, width for its size.

import { thickness } from "./layout.js";

const REACH = 12; // pixels: how near to a link a pointer has to be

export class LinksView {
  constructor(parent) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnlab-links";
    parent.append(this.canvas);
    this.context = this.canvas.getContext("2d");
    this.links = [];
    this.lit = null;
  }

  /** Lay the links out anew. */
  lay(layout, links) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = layout.width * ratio;
    this.canvas.height = layout.height * ratio;
    this.canvas.style.width = `${layout.width}px`;
    this.canvas.style.height = `${layout.height}px`;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.ratio = ratio;
    this.size = layout;
    this.links = links.map((link) => ({ ...link, path: curve(layout, link) }));
    this.lit = null;
  }

  draw(weights, colours) {
    const { context } = this;
    context.clearRect(0, 0, this.size.width, this.size.height);
    for (const link of this.links) {
      const weight = weights[link.weight];
      context.lineWidth = thickness(weight);
      context.strokeStyle = colours.of(weight, link === this.lit ? 1 : 0.85);
      context.stroke(link.path);
    }
    if (this.lit) {
      context.lineWidth = 1.5;
      context.strokeStyle = colours.palette.text;
      context.stroke(this.lit.path);
    }
  }

  /** The link under a point of the page, or null. */
  at(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [(clientX - box.left) * this.ratio, (clientY - box.top) * this.ratio];
    this.context.lineWidth = REACH;
    return this.links.findLast((link) => this.context.isPointInStroke(link.path, x, y)) ?? null;
  }
}

function curve({ columns, size }, { layer, from, to }) {
  const [start, end] = [columns[layer], columns[layer + 1]];
  const [x1, y1] = [start.x + size / 2, start.ys[from]];
  const [x2, y2] = [end.x - size / 2, end.ys[to]];
  const middle = (x1 + x2) / 2;
  const path = new Path2D();
  path.moveTo(x1, y1);
  path.bezierCurveTo(middle, y1, middle, y2, x2, y2);
  return path;
}
