// The learning curves of the stage: loss, and the metric beside it.

import { CurveView } from "./curve_view.js";
import { number, share } from "./figures_view.js";
import { filled } from "./words.js";

/** Words that change sixty times a second nobody can read, and each has the page laid out anew. */
const SAY_EVERY = 300; // milliseconds

export class CurvesView {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-curves";
    this.note = document.createElement("p");
    this.note.className = "nnlab-band-note";
    this.note.hidden = true;
    parent.append(this.root, this.note);
    this.views = [];
    this.said = -Infinity;
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

  /**
   * @param {import("./run_store.js").RunStore} store
   * @param {number} epoch
   * @param {object} view switches
   * @param {{changes: object[], bandProblem: string}} news settings changed while it trained, and why there is no band
   * @param {import("./band.js").Band|null} band of many runs of the same setting
   * @param {boolean} moving whether the next frame brings another epoch
   */
  draw(store, epoch, view, { changes, bandProblem }, band, moving) {
    const speaks = !moving || performance.now() - this.said > SAY_EVERY;
    if (speaks) {
      this.said = performance.now();
      this.#place(store, epoch, band, bandProblem);
    }
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
          band,
        },
        this.look,
      );
      if (speaks) {
        const write = percent ? share : number;
        curve.describe([`${title}. ${this.words.curve_seen}`, ...this.#seen(curve.name, epoch, band, write)].join(" "));
      }
    }
  }

  /** What a band is, for who does not see it. */
  #seen(name, epoch, band, write) {
    const row = band ? band.row(epoch) : -1;
    const values = band?.values(`val_${name}`, row);
    if (!values) {
      return [];
    }
    const [low, middle, high] = values.map(write);
    const at = band.epochs[row].toLocaleString("en-US");
    return [filled(this.words.band_seen, { seeds: band.seeds, epoch: at, low, middle, high })];
  }

  /** Say where the run on screen lies among the others. */
  #place(store, epoch, band, problem) {
    const { words, note } = this;
    note.hidden = band === null;
    if (band === null) {
      return;
    }
    // Which study it is of, and whether all of it is there; for tests and measurements, as the epoch is.
    note.dataset.study = band.key.split(" ")[0];
    note.dataset.pending = String(band.pending);
    const row = band.row(Math.min(epoch, store.count));
    const at = row < 0 ? null : band.epochs[row];
    const found = at === null ? null : band.place(store.value("val_loss", at), row);
    const parts = [];
    if (problem) {
      parts.push(problem);
    } else if (band.pending) {
      parts.push(filled(words.band_pending, { seeds: band.seeds, percent: String(Math.floor(100 * band.share)) }));
    }
    if (found !== null) {
      const { place } = found;
      const where = { place: String(place), seeds: String(band.seeds + 1), epoch: at.toLocaleString("en-US") };
      parts.push(filled(words.band_place, where));
    }
    if (!problem) {
      parts.push(words.band_note);
    }
    const text = parts.join(" ");
    if (note.textContent !== text) {
      note.textContent = text;
    }
  }
}
