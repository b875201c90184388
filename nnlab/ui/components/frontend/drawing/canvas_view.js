// The canvas that is drawn on: mouse, finger or pen, all by pointer events.

import { extend, MOST_POINTS, size, widthOf } from "./pen.js";

export class CanvasView {
  /**
   * @param {() => void} onChange called when a line is finished
   */
  constructor(onChange) {
    this.lines = [];
    this.pen = 0.08;
    this.onChange = onChange;
    this.pointer = null;
    this.root = document.createElement("canvas");
    this.root.className = "nnlab-paper";
    this.root.setAttribute("role", "img");
    this.root.addEventListener("pointerdown", (event) => this.begin(event));
    this.root.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.root.addEventListener(name, (event) => this.end(event));
    }
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.root);
  }

  /** Show other lines. */
  set(lines) {
    this.pointer = null;
    this.lines = lines;
    this.draw();
  }

  begin(event) {
    // A second finger does not draw, and neither does the right button.
    if (this.pointer !== null || event.button !== 0 || size(this.lines) >= MOST_POINTS) {
      return;
    }
    event.preventDefault();
    this.pointer = event.pointerId;
    this.root.setPointerCapture(event.pointerId);
    this.lines.push([]);
    this.add(event);
  }

  move(event) {
    if (event.pointerId !== this.pointer) {
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    (events.length ? events : [event]).forEach((part) => this.add(part));
  }

  end(event) {
    if (event.pointerId === this.pointer) {
      this.pointer = null;
      this.onChange();
    }
  }

  add(event) {
    const line = this.lines.at(-1);
    const { left, top, width } = this.root.getBoundingClientRect();
    const point = [(event.clientX - left) / width, (event.clientY - top) / width, widthOf(event, this.pen)];
    if (size(this.lines) < MOST_POINTS && extend(line, point)) {
      this.drawPiece(line.at(-2) ?? line.at(-1), line.at(-1));
    }
  }

  draw() {
    const side = Math.round(this.root.clientWidth * devicePixelRatio);
    if (side === 0) {
      return;
    }
    this.root.width = this.root.height = side;
    for (const line of this.lines) {
      line.forEach((end, index) => this.drawPiece(line[index - 1] ?? end, end));
    }
  }

  drawPiece(start, end) {
    const context = this.root.getContext("2d");
    const side = this.root.width;
    context.strokeStyle = getComputedStyle(this.root).color;
    context.lineCap = "round";
    context.lineWidth = (side * (start[2] + end[2])) / 2;
    context.beginPath();
    context.moveTo(start[0] * side, start[1] * side);
    context.lineTo(end[0] * side, end[1] * side);
    context.stroke();
  }

  remove() {
    this.observer.disconnect();
  }
}
