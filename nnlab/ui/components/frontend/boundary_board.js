// A plane with the training points to draw a boundary on, with the pen or, from the keyboard, with ready shapes.

import { CanvasView } from "./drawing/canvas_view.js";
import { shape } from "./drawing/shapes.js";
import { renderer } from "./renderer.js";

class BoundaryBoard {
  constructor(parent) {
    this.version = -1;
    this.canvas = new CanvasView(() => this.changed());
    this.canvas.root.classList.add("nnlab-plane");
    this.buttons = document.createElement("div");
    this.buttons.className = "nnlab-buttons";
    this.undo = this.button(() => this.change((lines) => lines.slice(0, -1)));
    this.clear = this.button(() => this.change(() => []));
    this.shapes = [0, 6, 3].map((corners) => this.button(() => this.change((lines) => [...lines, shape(corners)])));
    this.buttons.append(this.undo, this.clear, ...this.shapes);
    this.root = document.createElement("div");
    this.root.append(this.canvas.root, this.buttons);
    this.frame = document.createElement("div");
    this.frame.className = "nnlab-board";
    this.frame.append(this.root);
    parent.append(this.frame);
  }

  update(data, send) {
    this.send = send;
    this.undo.textContent = data.words.undo;
    this.clear.textContent = data.words.clear;
    this.shapes.forEach((button, index) => {
      button.textContent = data.words.shapes[index];
    });
    this.canvas.root.setAttribute("aria-label", data.words.canvas);
    this.canvas.root.style.backgroundImage = `url("${data.ground}")`;
    this.canvas.pen = data.pen;
    if (data.version > this.version) {
      this.version = data.version;
      this.canvas.set(data.lines);
    } else {
      this.canvas.draw();
    }
    this.refresh();
  }

  change(next) {
    this.canvas.set(next(this.canvas.lines));
    this.changed();
  }

  changed() {
    this.version += 1;
    this.refresh();
    this.send("drawing", { version: this.version, lines: this.canvas.lines });
  }

  refresh() {
    this.undo.disabled = this.clear.disabled = this.canvas.lines.length === 0;
    this.frame.dataset.lines = this.canvas.lines.length;
  }

  button(onClick) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", onClick);
    return button;
  }

  remove() {
    this.canvas.remove();
    this.frame.remove();
  }
}

export default renderer((parent) => new BoundaryBoard(parent));
