// A canvas with its buttons: what every board to draw on has, whatever the lines are for.

import { CanvasView } from "./canvas_view.js";

export class Board {
  constructor(parent) {
    this.version = -1;
    this.canvas = new CanvasView(() => this.changed());
    this.undo = this.button(() => this.change((lines) => lines.slice(0, -1)));
    this.clear = this.button(() => this.change(() => []));
    this.buttons = document.createElement("div");
    this.buttons.className = "nnlab-buttons";
    this.buttons.append(this.undo, this.clear);
    const paper = document.createElement("div");
    paper.append(this.canvas.root, this.buttons);
    this.root = document.createElement("div");
    this.root.className = "nnlab-board";
    this.root.append(paper);
    parent.append(this.root);
  }

  update(data, send) {
    this.send = send;
    this.undo.textContent = data.words.undo;
    this.clear.textContent = data.words.clear;
    this.canvas.root.setAttribute("aria-label", data.words.canvas);
    this.canvas.pen = data.pen;
    if (data.version > this.version) {
      // The server knows more: this place is new, or the drawing was cleared there.
      this.version = data.version;
      this.canvas.set(data.lines);
    } else {
      // The theme may be another one.
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
    this.root.dataset.lines = this.canvas.lines.length;
  }

  button(onClick) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", onClick);
    return button;
  }

  remove() {
    this.canvas.remove();
    this.root.remove();
  }
}
