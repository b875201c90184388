// A canvas to draw on, and what the network says of the drawing. The server makes the picture and asks the network.

import { AnswerView } from "./drawing/answer_view.js";
import { Board } from "./drawing/board.js";
import { renderer } from "./renderer.js";

class DrawingBoard extends Board {
  constructor(parent) {
    super(parent);
    this.asking = null;
    this.answer = new AnswerView();
    this.root.append(this.answer.root);
  }

  update(data, send) {
    super.update(data, send);
    this.answer.update(data);
    this.answer.age(data.version < this.version || data.pending);
    this.root.dataset.answered = data.pending ? "" : String(data.version);
    clearTimeout(this.asking);
    if (data.ask_again_after !== null) {
      this.asking = setTimeout(() => this.send("again", performance.now()), data.ask_again_after);
    }
  }

  changed() {
    this.answer.age(true);
    super.changed();
  }

  remove() {
    clearTimeout(this.asking);
    super.remove();
  }
}

export default renderer((parent) => new DrawingBoard(parent));
