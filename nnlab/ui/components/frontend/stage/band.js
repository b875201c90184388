// Where many runs of one setting lie: a band behind the curves, and the place of the run on screen among them.
// No page in here; tested under node.

import { placeAfter } from "./ascending.js";
import { floats, integers } from "./run_store.js";

/** What stands behind a name: the tenth, the fiftieth and the ninetieth of a hundred, in turn. */
const LINES = 3;

export class Band {
  /**
   * @param {object} told
   * @param {string} told.key another one whenever there is something new
   * @param {boolean} told.pending whether more is to come
   * @param {number} told.share what part of it is trained, 0 to 1
   * @param {number} told.seeds how many runs it is of
   * @param {Int32Array} told.epochs the epochs evaluated, ascending
   * @param {Object<string, Float32Array>} told.columns of each curve: low, middle and high of each epoch
   * @param {Float32Array} told.losses validation losses of each epoch, ascending, those of all runs in a row
   */
  constructor({ key, pending, share, seeds, epochs, columns, losses }) {
    Object.assign(this, { key, pending, share, seeds, epochs, columns, losses });
  }

  /** The row of the last evaluated epoch up to `epoch`, -1 for none. */
  row(epoch) {
    return placeAfter(this.epochs, epoch) - 1;
  }

  /** Low, middle and high of a curve in a row; null where the band has no such curve. */
  values(name, row) {
    const column = this.columns[name];
    return column && row >= 0 ? [...column.subarray(LINES * row, LINES * (row + 1))] : null;
  }

  /**
   * Where a run lies that has this validation loss after an epoch: 1 if it is lower than that of every other.
   *
   * @returns {{place: number, epoch: number}|null} null where nobody knows
   */
  place(loss, row) {
    if (row < 0 || !Number.isFinite(loss)) {
      return null;
    }
    const losses = this.losses.subarray(this.seeds * row, this.seeds * (row + 1));
    return { place: 1 + losses.filter((other) => other < loss).length, epoch: this.epochs[row] };
  }

  /** The points of one edge of a curve's band, up to an epoch. */
  edge(name, line, last) {
    const column = this.columns[name];
    const points = [];
    for (let row = 0; column && row < this.epochs.length && this.epochs[row] <= last; row += 1) {
      const value = column[LINES * row + line];
      points.push([this.epochs[row], value]);
    }
    return points;
  }
}

/** @returns {Band} as the server tells of it */
export function bandOf({ epochs, columns, losses, ...told }) {
  const lines = Object.fromEntries(Object.entries(columns).map(([name, text]) => [name, floats(text)]));
  return new Band({ ...told, epochs: integers(epochs), columns: lines, losses: floats(losses) });
}
