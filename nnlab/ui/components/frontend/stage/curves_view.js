// The learning curves of the stage: loss, and the metric beside it.

import { CurveView } from "./curve_view.js";
import { number, share } from "./figures_view.js";

export class CurvesView {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-curves";
    parent.append(this.root);
    this.views = [];
  }

  /** Make ready for the metric, the words and the colours of a setting. */
  name({ net, words, palette }) {
    const names = ["loss", net.metric];
    if (this.views.map(({ name }) => name).join() !== names.join()) {
      this.root.replaceChildren();
      this.views = names.map((name) => new CurveView(this.root, name));
      this.lay();
    }
    this.words = words;
    for (const curve of this.views) {
      curve.scale = palette.scale ?? 1;
    }
    this.look = {
      training: palette.training,
      validation: palette.validation,
      text: palette.text,
      quiet: palette.quiet,
      grid: palette.grid,
      scale: palette.scale ?? 1,
      font: getComputedStyle(this.root).fontFamily,
    };
  }

  /** Take the room there is. */
  lay() {
    for (const curve of this.views) {
      curve.lay();
    }
  }

  draw(store, epoch, view, changes) {
    for (const curve of this.views) {
      const isLoss = curve.name === "loss";
      const percent = curve.name === "accuracy";
      const title = isLoss ? this.words.loss : this.words.metric;
      curve.draw(
        store,
        epoch,
        {
          title,
          words: this.words,
          log: view.log_scale && !percent,
          percent,
          number: percent ? share : number,
          write: (value) => String(Number(value.toPrecision(3))),
          marks: changes,
        },
        this.look,
      );
      curve.describe(`${title}. ${this.words.curve_seen}`);
    }
  }
}
