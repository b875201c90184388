// What the page knows of one run: its history and the weights of its epochs. No page in here; tested under node.

import { placeAfter } from "./ascending.js";

/** The newest epochs are kept whole, whatever their weights take. */
export const WHOLE_EPOCHS = 200;
/** Weights beyond this are thinned: every second of the older epochs goes, then every second of what is left. */
export const MOST_BYTES = 16_000_000;
const COLUMN_START = 256;

/** A growing column of numbers. */
class Column {
  constructor() {
    this.values = new Float32Array(COLUMN_START).fill(NaN);
  }

  write(start, values) {
    const end = start + values.length;
    if (end > this.values.length) {
      const larger = new Float32Array(Math.max(end, 2 * this.values.length)).fill(NaN);
      larger.set(this.values);
      this.values = larger;
    }
    this.values.set(values, start);
  }
}

export class RunStore {
  /** @param {string|null} run the run's id; null before there is one */
  constructor(run = null) {
    this.run = run;
    this.revision = 0;
    /** Epochs whose history is here. */
    this.count = 0;
    /** @type {Map<string, Column>} */
    this.columns = new Map();
    /** Epochs whose weights are here, ascending. */
    this.epochs = [];
    /** @type {Map<number, Float32Array>} */
    this.weights = new Map();
    this.stride = 1;
    this.bytes = 0;
    /** The epoch whose weights were set by hand last: what was measured of it is no longer true. */
    this.edited = null;
  }

  /** The newest epoch that can be shown, -1 for none. */
  get newest() {
    return this.epochs.at(-1) ?? -1;
  }

  /**
   * Take in what the server sent; what does not fit what is here is left out and asked for again.
   *
   * @param {{revision: number, rewoundTo: number|null, first: number, history: Object<string, Float32Array>,
   *          epochs: Int32Array, rows: Float32Array}} update `rows` holds the weights of `epochs`, one after the other
   */
  merge(update) {
    if (update.revision < this.revision) {
      return;
    }
    if (update.revision > this.revision) {
      this.truncate(update.rewoundTo ?? 0);
      this.revision = update.revision;
    }
    this.#mergeHistory(update.first, update.history);
    this.#mergeWeights(update.epochs, update.rows);
  }

  /** Forget what comes after an epoch, and its weights: a change has made them untrue. */
  truncate(epoch) {
    this.count = Math.min(this.count, epoch);
    while (this.epochs.length > 0 && this.epochs.at(-1) >= epoch) {
      this.#drop(this.epochs.pop());
    }
    if (this.edited !== null && this.edited > epoch) {
      this.edited = null;
    }
  }

  /** Set the weights of an epoch by hand; what came after it is forgotten. */
  edit(epoch, weights) {
    this.truncate(epoch);
    this.edited = epoch;
    this.epochs.push(epoch);
    this.weights.set(epoch, weights);
    this.bytes += weights.byteLength;
  }

  /** The newest epoch at or before `epoch` whose weights are here, -1 for none. */
  kept(epoch) {
    const place = placeAfter(this.epochs, epoch);
    return place > 0 ? this.epochs[place - 1] : -1;
  }

  /** The epoch after `epoch` whose weights are here, -1 for none. */
  next(epoch) {
    return this.epochs[placeAfter(this.epochs, epoch)] ?? -1;
  }

  /** The value of a column after an epoch, counted from 1; NaN where there is none. */
  value(name, epoch) {
    const column = this.columns.get(name);
    return column && epoch >= 1 && epoch <= this.count ? column.values[epoch - 1] : NaN;
  }

  #mergeHistory(first, history) {
    const names = Object.keys(history);
    const length = names.length ? history[names[0]].length : 0;
    if (first > this.count || first + length <= this.count) {
      return;
    }
    for (const name of names) {
      if (!this.columns.has(name)) {
        this.columns.set(name, new Column());
      }
      this.columns.get(name).write(first, history[name]);
    }
    this.count = first + length;
  }

  #mergeWeights(epochs, rows) {
    const size = epochs.length ? rows.length / epochs.length : 0;
    epochs.forEach((epoch, index) => {
      if (this.weights.has(epoch)) {
        return;
      }
      const row = rows.slice(index * size, (index + 1) * size);
      this.weights.set(epoch, row);
      this.bytes += row.byteLength;
      if (epoch > this.newest) {
        this.epochs.push(epoch);
      } else {
        this.epochs.splice(placeAfter(this.epochs, epoch), 0, epoch);
      }
    });
    while (this.bytes > MOST_BYTES && this.epochs.length > 2 * WHOLE_EPOCHS) {
      this.#thin();
    }
  }

  #thin() {
    this.stride *= 2;
    const whole = this.newest - WHOLE_EPOCHS;
    const before = this.epochs.length;
    this.epochs = this.epochs.filter((epoch, index) => {
      const stays = epoch > whole || epoch % this.stride === 0;
      if (!stays) {
        this.#drop(epoch);
      }
      return stays;
    });
    if (this.epochs.length === before && this.stride > this.newest) {
      throw new Error("the weights of the newest epochs alone are too large to keep");
    }
  }

  #drop(epoch) {
    this.bytes -= this.weights.get(epoch).byteLength;
    this.weights.delete(epoch);
  }
}

/** What `RunStore.merge` takes, from an update as the server writes it. */
export function unpacked(update) {
  return {
    revision: update.revision,
    rewoundTo: update.rewound_to,
    first: update.first,
    history: Object.fromEntries(Object.entries(update.history).map(([name, text]) => [name, floats(text)])),
    epochs: integers(update.epochs),
    rows: floats(update.rows),
  };
}

/** @returns {Float32Array} of base64 text, as Python's numpy.tobytes gives it */
export function floats(text) {
  return new Float32Array(bytes(text).buffer);
}

/** @returns {Int32Array} */
export function integers(text) {
  return new Int32Array(bytes(text).buffer);
}

function bytes(text) {
  const letters = atob(text);
  const read = new Uint8Array(letters.length);
  // Not Uint8Array.from with a function: it takes twenty times as long, four times a second.
  for (let place = 0; place < letters.length; place += 1) {
    read[place] = letters.charCodeAt(place);
  }
  return read;
}

/** @returns {string} what `floats` reads */
export function base64(values) {
  return btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
}
