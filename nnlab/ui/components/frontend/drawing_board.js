// A canvas to draw on, and what the network says of the drawing. The server makes the picture and asks the network.

import { AnswerView } from "./drawing/answer_view.js";
import { CanvasView } from "./drawing/canvas_view.js";
import { renderer } from "./renderer.js";

class DrawingBoard {
  constructor(parent) {
    this.version = -1;
    this.asking = null;
    this.canvas = new CanvasView(() => this.changed());
    this.answer = new AnswerView();
    this.undo = this.button(() => this.change((lines) => lines.slice(0, -1)));
    this.clear = this.button(() => this.change(() => []));
    const buttons = document.createElement("div");
    buttons.className = "nnlab-buttons";
    buttons.append(this.undo, this.clear);
    const paper = document.createElement("div");
    paper.append(this.canvas.root, buttons);
    this.root = document.createElement("div");
    this.root.className = "nnlab-board";
    this.root.append(paper, this.answer.root);
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
    this.answer.update(data);
    this.answer.age(data.version < this.version || data.pending);
    this.root.dataset.answered = data.pending ? "" : String(data.version);
    clearTimeout(this.asking);
    if (data.ask_again_after !== null) {
      this.asking = setTimeout(() => this.send("again", performance.now()), data.ask_again_after);
    }
  }

  change(next) {
    this.canvas.set(next(this.canvas.lines));
    this.changed();
  }

  changed() {
    this.version += 1;
    this.refresh();
    this.answer.age(true);
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
    clearTimeout(this.asking);
    this.canvas.remove();
    this.root.remove();
  }
}

export default renderer((parent) => new DrawingBoard(parent));
