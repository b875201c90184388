// What the browser knows of one run: pure data in, data out, no page. Tested under node.

/** Points of a trace that are drawn at most. */
export const DRAWN_POINTS = 2000;
/** Above this many points a kept history is thinned, so that an endless run does not fill the tab's memory. */
const KEPT_POINTS = 100_000;
const THINNED_POINTS = 20_000;
const HALF_EPOCH = 0.5;
const VALIDATION_PREFIX = "val_";

/**
 * @typedef {object} History
 * @property {string} run
 * @property {number} count epochs of the record that are known here
 * @property {number[]} epochs
 * @property {Object<string, (number|null)[]>} values one list per key, each as long as `epochs`
 */

/** @returns {History} */
export function emptyHistory(run) {
  return { run, count: 0, epochs: [], values: {} };
}

/**
 * Take in one update.
 *
 * An update says which run it belongs to, after how many epochs its points start and how many
 * epochs the record has by then. Updates may be skipped or come twice: points already known
 * are passed over, and where points are missing nothing is taken in and `lacks` is true.
 *
 * @param {History} history is changed
 * @param {{run: string, first: number, count: number, epochs: number[], values: Object<string, (number|null)[]>}} update
 * @returns {{history: History, lacks: boolean}}
 */
export function merge(history, update) {
  if (history.run !== update.run) {
    history = emptyHistory(update.run);
  }
  if (update.first === 0) {
    history = { run: update.run, count: update.count, epochs: [...update.epochs], values: {} };
    for (const [key, values] of Object.entries(update.values)) {
      history.values[key] = [...values];
    }
    return { history, lacks: false };
  }
  if (update.count < history.count) {
    // A change in mid-run took epochs back. Which of those known here still hold, only the record can say.
    return { history: { ...history, count: 0 }, lacks: true };
  }
  if (update.first > history.count) {
    return { history, lacks: true };
  }
  append(history, update);
  return { history, lacks: false };
}

function append(history, update) {
  const last = history.epochs.at(-1) ?? -Infinity;
  const known = update.epochs.findIndex((epoch) => epoch > last);
  const start = known === -1 ? update.epochs.length : known;
  const before = history.epochs.length;
  pushAll(history.epochs, update.epochs, start);
  for (const [key, values] of Object.entries(update.values)) {
    history.values[key] ??= new Array(before).fill(null);
    pushAll(history.values[key], values, start);
  }
  for (const values of Object.values(history.values)) {
    while (values.length < history.epochs.length) {
      values.push(null);
    }
  }
  history.count = update.count;
  if (history.epochs.length > KEPT_POINTS) {
    compact(history, THINNED_POINTS);
  }
}

function pushAll(target, source, start) {
  for (let index = start; index < source.length; index += 1) {
    target.push(source[index]);
  }
}

function compact(history, limit) {
  const kept = new Set();
  for (const values of Object.values(history.values)) {
    keptIndices(values, limit).forEach((index) => kept.add(index));
  }
  const indices = [...kept].sort((a, b) => a - b);
  history.epochs = indices.map((index) => history.epochs[index]);
  for (const key of Object.keys(history.values)) {
    const values = history.values[key];
    history.values[key] = indices.map((index) => values[index]);
  }
}

/**
 * The points to draw of one curve.
 *
 * With `shift` a training curve lies half an epoch earlier: its value is a mean over the epoch.
 */
export function drawnPoints(history, key, shift, limit = DRAWN_POINTS) {
  const values = history.values[key] ?? [];
  const indices = keptIndices(values, limit);
  const offset = shift && !key.startsWith(VALIDATION_PREFIX) ? HALF_EPOCH : 0;
  return {
    x: indices.map((index) => history.epochs[index] - offset),
    y: indices.map((index) => values[index]),
  };
}

/**
 * The indices of at most `limit` values: the lowest and the highest of each bin, the first and the last.
 *
 * The same rule as `thin` in nnlab/figures/curves.py; a bin of nulls keeps its first, so a gap stays a gap.
 */
export function keptIndices(values, limit) {
  const count = values.length;
  if (count <= limit) {
    return values.map((_, index) => index);
  }
  const bins = Math.floor((limit - 2) / 2);
  const kept = [0];
  for (let bin = 0; bin < bins; bin += 1) {
    const start = Math.floor((count * bin) / bins);
    const end = Math.floor((count * (bin + 1)) / bins);
    const [lowest, highest] = extremes(values, start, end);
    kept.push(Math.min(lowest, highest), Math.max(lowest, highest));
  }
  kept.push(count - 1);
  return kept.filter((index, position) => position === 0 || index !== kept[position - 1]);
}

function extremes(values, start, end) {
  let lowest = start;
  let highest = start;
  for (let index = start; index < end; index += 1) {
    const value = values[index];
    if (value === null) {
      continue;
    }
    if (values[lowest] === null || value < values[lowest]) {
      lowest = index;
    }
    // The last of equals, as a stable sort by value has it.
    if (values[highest] === null || value >= values[highest]) {
      highest = index;
    }
  }
  return [lowest, highest];
}
