// A plane with the training points to draw a boundary on, with the pen or, from the keyboard, with ready shapes.

import { Board } from "./drawing/board.js";
import { shape } from "./drawing/shapes.js";
import { renderer } from "./renderer.js";

class BoundaryBoard extends Board {
  constructor(parent) {
    super(parent);
    this.canvas.root.classList.add("nnlab-plane");
    this.shapes = [0, 6, 3].map((corners) => this.button(() => this.change((lines) => [...lines, shape(corners)])));
    this.buttons.append(...this.shapes);
  }

  update(data, send) {
    this.shapes.forEach((button, index) => {
      button.textContent = data.words.shapes[index];
    });
    this.canvas.root.style.backgroundImage = `url("${data.ground}")`;
    super.update(data, send);
  }
}

export default renderer((parent) => new BoundaryBoard(parent));
