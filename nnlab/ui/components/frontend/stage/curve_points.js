// Which points of a long curve are drawn, and where its axes have ticks. No page in here; tested under node.

import { keptIndices } from "../store.js";

const MOST_POINTS = 900;
/** So many newer points are drawn one by one before all are thinned again. */
const TAIL = 600;

/**
 * The points of a column to draw: the lowest and the highest of each bin, and the newest ones whole.
 *
 * @param {{epochs: number[], values: number[], count: number, thinned: number}|null} before the last result, of the same run
 * @param {Float32Array} column value of each epoch, the first at 0
 * @param {number} count how many epochs there are
 */
export function drawn(before, column, count) {
  if (before && before.count === count) {
    return before;
  }
  const usable = before && before.count < count && count - before.thinned <= TAIL;
  const points = usable ? before : thinned(column, count);
  for (let index = points.count; index < count; index += 1) {
    points.epochs.push(index + 1);
    points.values.push(column[index] ?? NaN);
  }
  points.count = count;
  return points;
}

function thinned(column, count) {
  const values = Array.from(column.subarray(0, count), (value) => (Number.isFinite(value) ? value : null));
  const indices = keptIndices(values, MOST_POINTS);
  return {
    epochs: indices.map((index) => index + 1),
    values: indices.map((index) => values[index] ?? NaN),
    count,
    thinned: count,
  };
}

/** The least and the greatest of several curves, with a little room; on a logarithmic axis above 0 only. */
export function range(curves, log) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of curves) {
    for (const value of values) {
      if (Number.isFinite(value) && (!log || value > 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  if (low === Infinity) {
    return log ? [0.1, 1] : [0, 1];
  }
  if (low === high) {
    return log ? [low / 2, high * 2] : [low - 0.05 * (Math.abs(low) || 1), high + 0.05 * (Math.abs(high) || 1)];
  }
  const room = 0.04 * (high - low);
  return log ? [low / 1.1, high * 1.1] : [low - room, high + room];
}

/** Round numbers between two, about as many as wanted; on a logarithmic axis powers of ten where there are two. */
export function niceTicks(low, high, wanted, log) {
  if (log) {
    const powers = [];
    for (let power = Math.ceil(Math.log10(low)); power <= Math.floor(Math.log10(high)); power += 1) {
      powers.push(10 ** power);
    }
    if (powers.length >= 2) {
      return powers;
    }
  }
  const rough = (high - low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) {
    return [low];
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}
