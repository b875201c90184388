// One metric over the epochs on a canvas: training and validation, axes, exact values under the pointer.

import { drawn, niceTicks, range } from "./curve_points.js";

const MARGIN = { left: 50, right: 10, top: 8, bottom: 22 };
const HEIGHT = 150;
const LINE = 1.8;
const FONT = 11;
const MARK = 4;
const DASH = [5, 3];
/** How strong the line is beyond the epoch on screen. */
const TO_COME = 0.25;
/** How strong the band of many runs is, and the line in its middle. */
const BAND = 0.15;
const MIDDLE = 0.7;

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
    // What moves from frame to frame is only how far the lines are strong: both kinds are drawn once, and cut.
    this.pale = new OffscreenCanvas(1, 1);
    this.strong = new OffscreenCanvas(1, 1);
    this.pointer = null;
    /** How much larger everything is than on a desk. */
    this.scale = 1;
    this.thinned = new Map();
    this.canvas.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.#point(null));
  }

  /** Take the room there is. */
  lay() {
    this.width = this.root.clientWidth;
    this.height = HEIGHT * this.scale;
    this.margin = Object.fromEntries(Object.entries(MARGIN).map(([side, pixels]) => [side, pixels * this.scale]));
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    for (const canvas of [this.canvas, this.pale, this.strong]) {
      [canvas.width, canvas.height] = [Math.max(1, width), height];
    }
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.ratio = ratio;
    this.drawing = null;
  }

  /**
   * Draw up to an epoch; what was recorded after it stays as a pale line.
   *
   * @param {import("./run_store.js").RunStore} store
   * @param {number} epoch
   * @param {object} options how it is drawn and written
   * @param {object} look colours and font, the same object as long as they are the same
   */
  draw(store, epoch, options, look) {
    this.last = { store, epoch, options, look };
    if (!this.width) {
      return;
    }
    const drawing = this.#drawing(store, options, look);
    const { context, ratio, width, pale, strong } = this;
    const cut = Math.min(width, drawing.x(Math.max(1, epoch)) + 0.5) * ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(pale, 0, 0);
    if (epoch >= 1) {
      context.drawImage(strong, 0, 0, cut, strong.height, 0, 0, cut, strong.height);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#cursor(drawing.x(Math.max(1, epoch)), look.quiet);
    this.#read(store, options, look, drawing.x);
  }

  /** What does not change with the epoch on screen, drawn anew only when there is something new. */
  #drawing(store, options, look) {
    const { run, revision, count } = store;
    const { band } = options;
    const key = [run, revision, count, options.log, options.marks.length, options.title, band?.key].join(" ");
    if (this.drawing?.key === key && this.drawing.look === look) {
      return this.drawing;
    }
    const { ratio, width, height, margin, scale: size } = this;
    const lines = [this.name, `val_${this.name}`].map((column) => this.#points(store, column));
    const last = Math.max(count, 1);
    const edges = band ? [0, 1, 2].map((edge) => band.edge(`val_${this.name}`, edge, last)) : [];
    const seen = [...lines.map(({ values }) => values), ...edges.map((points) => points.map(([, value]) => value))];
    const [low, high] = range(seen, options.log);
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    const scale = options.log ? Math.log10 : (value) => value;
    const [bottom, top] = [scale(low), scale(high)];
    const x = (at) => margin.left + (last > 1 ? ((at - 1) / (last - 1)) * inner.width : 0);
    const y = (value) => margin.top + (1 - (scale(value) - bottom) / (top - bottom)) * inner.height;
    for (const canvas of [this.pale, this.strong]) {
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      if (canvas === this.pale) {
        axes(context, { low, high, last, x, y, width, height, margin, size }, options, look);
      }
      shade(context, edges, x, y, { colour: look.validation, opacity: canvas === this.pale ? TO_COME : 1, low, size });
      lines.forEach((points, index) => {
        const colour = index ? look.validation : look.training;
        line(context, points, x, y, { colour, dash: index ? DASH : [], opacity: canvas === this.pale ? TO_COME : 1, size });
      });
      if (canvas === this.pale) {
        marks(context, x, margin.top, options.marks, look);
      }
    }
    this.drawing = { key, look, x };
    return this.drawing;
  }

  #points(store, column) {
    const kept = this.thinned.get(column);
    const values = store.columns.get(column)?.values ?? new Float32Array(0);
    const points = drawn(kept?.run === store.run && kept.revision === store.revision ? kept.points : null, values, store.count);
    this.thinned.set(column, { run: store.run, revision: store.revision, points });
    return points;
  }

  #cursor(place, colour) {
    const { context, height, margin } = this;
    context.strokeStyle = colour;
    context.globalAlpha = 0.6;
    context.beginPath();
    context.moveTo(place, margin.top);
    context.lineTo(place, height - margin.bottom);
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Write what the lines are, or the exact values under the pointer. */
  #read(store, { title, words, number, marks: changes, band }, look, x) {
    if (this.pointer === null || store.count === 0) {
      this.#legend(title, words, Boolean(band?.epochs.length));
      return;
    }
    const [start, end] = [x(1), x(Math.max(store.count, 1))];
    const share = end > start ? (this.pointer - start) / (end - start) : 0;
    const epoch = Math.round(1 + Math.max(0, Math.min(1, share)) * (store.count - 1));
    this.#cursor(x(epoch), look.text);
    const values = [this.name, `val_${this.name}`].map((column) => number(store.value(column, epoch)));
    const change = changes.findLast((mark) => Math.abs(x(Math.max(1, mark.epoch)) - this.pointer) < 6);
    const among = band?.values(`val_${this.name}`, band.row(epoch));
    const said = among ? ` · ${words.band} ${among.map(number).join(" / ")}` : "";
    const text = `${title} · ${words.epoch} ${epoch.toLocaleString("en-US")} · ${words.training} ${values[0]} · ${words.validation} ${values[1]}${said}`;
    this.caption.textContent = change ? `${text} · ${change.text}` : text;
    this.legend = null;
  }

  #legend(title, words, band) {
    const legend = [title, words.training, words.validation, band].join();
    if (this.legend === legend) {
      return;
    }
    this.legend = legend;
    const name = document.createElement("strong");
    name.textContent = title;
    this.caption.replaceChildren(name, ...["training", "validation"].map((set) => key(set, words[set])), ...(band ? [key("band", words.band)] : []));
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

function key(set, text) {
  const made = document.createElement("span");
  made.className = `nnlab-key nnlab-${set}`;
  made.textContent = text;
  return made;
}

/** Eight in ten of many runs lie in the shaded part; the thin line is in the middle of them. */
function shade(context, [lower, middle, upper], x, y, { colour, opacity, low, size }) {
  if (!lower?.length) {
    return;
  }
  // On a logarithmic axis a loss of 0 lies below everything.
  const place = ([epoch, value]) => [x(epoch), y(Number.isFinite(value) ? Math.max(value, low) : value)];
  const whole = [...lower, ...upper.toReversed()].map(place).filter(([, height]) => Number.isFinite(height));
  context.fillStyle = context.strokeStyle = colour;
  context.globalAlpha = BAND * opacity;
  context.beginPath();
  whole.forEach((point) => context.lineTo(...point));
  context.fill();
  context.globalAlpha = MIDDLE * opacity;
  context.lineWidth = size;
  context.beginPath();
  middle.map(place).forEach((point) => context.lineTo(...point));
  context.stroke();
  context.globalAlpha = 1;
}

function line(context, { epochs, values }, x, y, { colour, dash, opacity, size }) {
  context.strokeStyle = colour;
  context.globalAlpha = opacity;
  context.lineWidth = LINE * size;
  context.setLineDash(dash);
  context.beginPath();
  let pen = false;
  let only = true;
  for (let index = 0; index < epochs.length; index += 1) {
    const height = Number.isFinite(values[index]) ? y(values[index]) : NaN;
    if (Number.isFinite(height)) {
      const place = x(epochs[index]);
      context[pen ? "lineTo" : "moveTo"](place, height);
      if (only) {
        // A single epoch is no line.
        context.rect(place - 0.5, height - 0.5, 1, 1);
        context.moveTo(place, height);
        only = false;
      }
    }
    pen = Number.isFinite(height);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function axes(context, { low, high, last, x, y, width, height, margin, size }, { log, percent, write }, look) {
  context.font = `${FONT * size}px ${look.font}`;
  context.fillStyle = look.quiet;
  context.strokeStyle = look.grid;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(low, high, 4, log)) {
    context.beginPath();
    context.moveTo(margin.left, y(tick));
    context.lineTo(width - margin.right, y(tick));
    context.stroke();
    context.fillText(percent ? `${Math.round(100 * tick)}%` : write(tick), margin.left - 6, y(tick));
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const tick of niceTicks(1, last, Math.max(2, Math.floor(width / 110)), false)) {
    if (Number.isInteger(tick)) {
      context.fillText(write(tick), Math.min(x(tick), width - 20), height - margin.bottom + 6);
    }
  }
}

function marks(context, x, top, changes, look) {
  context.fillStyle = look.text;
  for (const { epoch } of changes) {
    const place = x(Math.max(1, epoch));
    context.beginPath();
    context.moveTo(place - MARK, top - 6);
    context.lineTo(place + MARK, top - 6);
    context.lineTo(place, top + 3);
    context.fill();
  }
}
