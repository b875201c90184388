// One metric over the epochs on a canvas: training and validation, axes, exact values under the pointer.

import { drawn, niceTicks, range } from "./curve_points.js";

const MARGIN = { left: 50, right: 10, top: 8, bottom: 22 };
const HEIGHT = 150;
const MARK = 4;

export class CurveView {
  /** @param {Element} parent */
  constructor(parent, name) {
    this.name = name;
    this.root = document.createElement("figure");
    this.root.className = "nnlab-curve";
    this.caption = document.createElement("figcaption");
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.root.append(this.caption, this.canvas);
    parent.append(this.root);
    this.context = this.canvas.getContext("2d");
    this.pointer = null;
    this.thinned = new Map();
    this.canvas.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.#point(null));
  }

  /** Draw up to an epoch; what was recorded after it stays as a pale line. */
  draw(store, epoch, options, look) {
    this.last = { store, epoch, options, look };
    const width = this.root.clientWidth;
    if (width === 0) {
      return;
    }
    this.#fit(width);
    const { context } = this;
    const lines = [this.name, `val_${this.name}`].map((column) => ({ column, points: this.#points(store, column) }));
    const [low, high] = range(lines.map(({ points }) => points.values), options.log);
    const last = Math.max(store.count, 1);
    const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
    const scale = options.log ? Math.log10 : (value) => value;
    const [bottom, top] = [scale(low), scale(high)];
    const x = (at) => MARGIN.left + (last > 1 ? ((at - 1) / (last - 1)) * inner.width : 0);
    const y = (value) => MARGIN.top + (1 - (scale(value) - bottom) / (top - bottom)) * inner.height;
    context.clearRect(0, 0, width, HEIGHT);
    this.#axes({ low, high, last, x, y, width }, options, look);
    for (const [index, { points }] of lines.entries()) {
      const line = { colour: index ? look.validation : look.training, dash: index ? [5, 3] : [] };
      this.#line(points, x, y, line, { epoch, until: Infinity, opacity: 0.25 });
      this.#line(points, x, y, line, { epoch: 0, until: epoch, opacity: 1 });
    }
    this.#marks(x, options.marks, look);
    this.#cursor(x(Math.max(1, epoch)), look.quiet);
    this.#read(store, epoch, options, look, x);
  }

  #fit(width) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (this.canvas.width !== Math.round(width * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = HEIGHT * ratio;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${HEIGHT}px`;
      this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  #points(store, column) {
    const kept = this.thinned.get(column);
    const values = store.columns.get(column)?.values ?? new Float32Array(0);
    const points = drawn(kept?.run === store.run && kept.revision === store.revision ? kept.points : null, values, store.count);
    this.thinned.set(column, { run: store.run, revision: store.revision, points });
    return points;
  }

  #line({ epochs, values }, x, y, { colour, dash }, { epoch, until, opacity }) {
    const { context } = this;
    context.strokeStyle = colour;
    context.globalAlpha = opacity;
    context.lineWidth = 1.8;
    context.setLineDash(dash);
    context.beginPath();
    let pen = false;
    let only = 0;
    for (let index = 0; index < epochs.length && epochs[index] <= until; index += 1) {
      if (epochs[index] < epoch) {
        continue;
      }
      const height = Number.isFinite(values[index]) ? y(values[index]) : NaN;
      if (Number.isFinite(height)) {
        context[pen ? "lineTo" : "moveTo"](x(epochs[index]), height);
        only += 1;
        if (only === 1) {
          context.rect(x(epochs[index]) - 0.5, height - 0.5, 1, 1);
          context.moveTo(x(epochs[index]), height);
        }
      }
      pen = Number.isFinite(height);
    }
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  #axes({ low, high, last, x, y, width }, { log, percent, write }, look) {
    const { context } = this;
    context.font = `11px ${look.font}`;
    context.fillStyle = look.quiet;
    context.strokeStyle = look.grid;
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of niceTicks(low, high, 4, log)) {
      context.beginPath();
      context.moveTo(MARGIN.left, y(tick));
      context.lineTo(width - MARGIN.right, y(tick));
      context.stroke();
      context.fillText(percent ? `${Math.round(100 * tick)}%` : write(tick), MARGIN.left - 6, y(tick));
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    for (const tick of niceTicks(1, last, Math.max(2, Math.floor(width / 110)), false)) {
      if (Number.isInteger(tick)) {
        context.fillText(write(tick), Math.min(x(tick), width - 20), HEIGHT - MARGIN.bottom + 6);
      }
    }
  }

  #marks(x, marks, look) {
    this.context.fillStyle = look.text;
    for (const { epoch } of marks) {
      const place = x(Math.max(1, epoch));
      this.context.beginPath();
      this.context.moveTo(place - MARK, MARGIN.top - 6);
      this.context.lineTo(place + MARK, MARGIN.top - 6);
      this.context.lineTo(place, MARGIN.top + 3);
      this.context.fill();
    }
  }

  #cursor(place, colour) {
    const { context } = this;
    context.strokeStyle = colour;
    context.globalAlpha = 0.6;
    context.beginPath();
    context.moveTo(place, MARGIN.top);
    context.lineTo(place, HEIGHT - MARGIN.bottom);
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Write the values of the epoch on screen, or of the one under the pointer. */
  #read(store, shown, { title, words, number, marks }, look, x) {
    let epoch = shown;
    if (this.pointer !== null && store.count > 0) {
      const [start, end] = [x(1), x(Math.max(store.count, 1))];
      const share = end > start ? (this.pointer - start) / (end - start) : 0;
      epoch = Math.round(1 + Math.max(0, Math.min(1, share)) * (store.count - 1));
      this.#cursor(x(epoch), look.text);
    }
    const values = [this.name, `val_${this.name}`].map((column) => number(store.value(column, epoch)));
    const change = marks.findLast((mark) => Math.abs(x(Math.max(1, mark.epoch)) - (this.pointer ?? -99)) < 6);
    const text = `${title} · ${words.epoch} ${epoch.toLocaleString("en-US")} · ${words.training} ${values[0]} · ${words.validation} ${values[1]}`;
    this.caption.textContent = change ? `${text} · ${change.text}` : text;
    this.caption.title = words.mark;
  }

  /** Say in words what is drawn. */
  describe(text) {
    if (this.canvas.getAttribute("aria-label") !== text) {
      this.canvas.setAttribute("aria-label", text);
    }
  }

  #point(place) {
    this.pointer = place;
    if (this.last) {
      this.draw(this.last.store, this.last.epoch, this.last.options, this.last.look);
    }
  }
}
