import assert from "node:assert/strict";
import test from "node:test";

import { DRAWN_POINTS, drawnPoints, emptyHistory, keptIndices, merge } from "../../../nnlab/ui/components/frontend/store.js";

const range = (start, end) => Array.from({ length: end - start }, (_, index) => start + index);

/** Epochs after `first` up to `count`, whose loss is the epoch's tenth. */
function update(first, count, run = "a") {
  const epochs = range(first + 1, count + 1);
  return { run, first, count, epochs, values: { loss: epochs.map((epoch) => epoch / 10) } };
}

function historyOf(count) {
  return merge(emptyHistory(null), update(0, count)).history;
}

test("the first update is the whole history", () => {
  const { history, lacks } = merge(emptyHistory(null), update(0, 3));
  assert.equal(lacks, false);
  assert.deepEqual(history, { run: "a", count: 3, epochs: [1, 2, 3], values: { loss: [0.1, 0.2, 0.3] } });
});

test("an update that follows on is appended", () => {
  const { history, lacks } = merge(historyOf(3), update(3, 5));
  assert.equal(lacks, false);
  assert.equal(history.count, 5);
  assert.deepEqual(history.epochs, [1, 2, 3, 4, 5]);
  assert.deepEqual(history.values.loss, [0.1, 0.2, 0.3, 0.4, 0.5]);
});

test("points that are known are passed over", () => {
  const once = merge(historyOf(3), update(1, 5)).history;
  const twice = merge(once, update(1, 5)).history;
  assert.deepEqual(twice, historyOf(5));
});

test("a gap is not filled with a guess: nothing is taken in and the lack is reported", () => {
  const { history, lacks } = merge(historyOf(3), update(7, 9));
  assert.equal(lacks, true);
  assert.deepEqual(history, historyOf(3));
});

test("a chart that comes back to the page lacks everything before the update", () => {
  const { history, lacks } = merge(emptyHistory(null), update(40, 41));
  assert.equal(lacks, true);
  assert.equal(history.run, "a");
  assert.equal(history.count, 0);
});

test("another run drops what was there", () => {
  const { history } = merge(historyOf(3), update(0, 1, "b"));
  assert.deepEqual(history, { run: "b", count: 1, epochs: [1], values: { loss: [0.1] } });
});

test("an update from the start replaces all, and may be thinned", () => {
  const thinned = { run: "a", first: 0, count: 1000, epochs: [1, 500, 1000], values: { loss: [3, 2, 1] } };
  const { history } = merge(historyOf(3), thinned);
  assert.equal(history.count, 1000);
  assert.deepEqual(history.epochs, [1, 500, 1000]);
  assert.deepEqual(merge(history, update(1000, 1001)).history.epochs, [1, 500, 1000, 1001]);
});

test("a record that went back is asked for as a whole, and the picture stays until it comes", () => {
  const { history, lacks } = merge(historyOf(9), update(3, 5));
  assert.equal(lacks, true);
  assert.equal(history.count, 0);
  assert.equal(history.epochs.length, 9);
  assert.deepEqual(merge(history, update(0, 6)).history, historyOf(6));
});

test("an update without points changes nothing", () => {
  assert.deepEqual(merge(historyOf(3), update(3, 3)).history, historyOf(3));
});

test("a metric that appears later has nulls before", () => {
  const later = { run: "a", first: 2, count: 3, epochs: [3], values: { loss: [0.3], val_loss: [0.4] } };
  const { history } = merge(historyOf(2), later);
  assert.deepEqual(history.values.val_loss, [null, null, 0.4]);
});

test("a metric that is left out has nulls after", () => {
  const { history } = merge(historyOf(2), { run: "a", first: 2, count: 3, epochs: [3], values: {} });
  assert.deepEqual(history.values.loss, [0.1, 0.2, null]);
});

test("an endless run keeps a bounded history, its lowest point and its end", () => {
  let history = historyOf(1);
  const steps = 30;
  for (let step = 0; step < steps; step += 1) {
    const next = update(1 + step * 10_000, 1 + (step + 1) * 10_000);
    if (step === 3) {
      next.values.loss[5] = -7;
    }
    ({ history } = merge(history, next));
  }
  assert.equal(history.count, 1 + steps * 10_000);
  assert.ok(history.epochs.length <= 110_000);
  assert.equal(history.values.loss.length, history.epochs.length);
  assert.ok(history.values.loss.includes(-7));
  assert.equal(history.epochs.at(-1), history.count);
});

test("the training curve is drawn half an epoch earlier, the validation curve is not", () => {
  const both = { run: "a", first: 0, count: 2, epochs: [1, 2], values: { loss: [2, 1], val_loss: [3, 2] } };
  const { history } = merge(emptyHistory(null), both);
  assert.deepEqual(drawnPoints(history, "loss", true).x, [0.5, 1.5]);
  assert.deepEqual(drawnPoints(history, "loss", false).x, [1, 2]);
  assert.deepEqual(drawnPoints(history, "val_loss", true).x, [1, 2]);
});

test("a key without values draws nothing", () => {
  assert.deepEqual(drawnPoints(historyOf(2), "accuracy", false), { x: [], y: [] });
});

test("at most 2,000 points of a curve are drawn, its extremes and its ends among them", () => {
  const values = range(0, 12_345).map((index) => Math.sin(index));
  values[4321] = 50;
  values[9876] = -50;
  const kept = keptIndices(values, DRAWN_POINTS);
  assert.ok(kept.length <= 2000);
  assert.ok(kept.length > 1500);
  for (const index of [0, 4321, 9876, 12_344]) {
    assert.ok(kept.includes(index), `index ${index}`);
  }
  assert.deepEqual(kept, [...new Set(kept)].sort((a, b) => a - b));
});

test("a stretch of nulls stays a gap", () => {
  const values = range(0, 10_000).map((index) => (index >= 3000 && index < 6000 ? null : index));
  const drawn = keptIndices(values, 100).map((index) => values[index]);
  assert.ok(drawn.includes(null));
  assert.ok(drawn.includes(9999));
});
