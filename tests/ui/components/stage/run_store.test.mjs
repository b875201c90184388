import assert from "node:assert/strict";
import test from "node:test";

import {
  MOST_BYTES,
  RunStore,
  WHOLE_EPOCHS,
  base64,
  floats,
  integers,
} from "../../../../nnlab/ui/components/frontend/stage/run_store.js";

function update({ revision = 0, rewoundTo = null, first = 0, losses = [], epochs = [], size = 2, rows = null }) {
  return {
    revision,
    rewoundTo,
    first,
    history: losses.length ? { loss: Float32Array.from(losses) } : {},
    epochs: Int32Array.from(epochs),
    rows: rows ? Float32Array.from(rows) : Float32Array.from(epochs.flatMap((epoch) => Array(size).fill(epoch))),
  };
}

test("an epoch is found with its weights and its history", () => {
  const store = new RunStore("a");
  store.merge(update({ losses: [0.5, 0.25], epochs: [0, 1, 2] }));

  assert.equal(store.newest, 2);
  assert.deepEqual([...store.weights.get(1)], [1, 1]);
  assert.equal(store.value("loss", 2), 0.25);
  assert.ok(Number.isNaN(store.value("loss", 3)));
  assert.ok(Number.isNaN(store.value("loss", 0)));
});

test("history that begins beyond what is here is left out, so that it is asked for again", () => {
  const store = new RunStore("a");
  store.merge(update({ first: 5, losses: [0.5] }));

  assert.equal(store.count, 0);
});

test("an overlapping update adds what is new", () => {
  const store = new RunStore("a");
  store.merge(update({ losses: [3, 2] }));
  store.merge(update({ first: 1, losses: [2, 1] }));

  assert.equal(store.count, 3);
  assert.equal(store.value("loss", 3), 1);
});

test("a rewound run loses what came after, and takes the weights of the epoch itself anew", () => {
  const store = new RunStore("a");
  store.merge(update({ losses: [3, 2, 1], epochs: [0, 1, 2, 3] }));
  store.merge(update({ revision: 1, rewoundTo: 1, first: 1, epochs: [1], rows: [9, 9] }));

  assert.equal(store.count, 1);
  assert.deepEqual(store.epochs, [0, 1]);
  assert.deepEqual([...store.weights.get(1)], [9, 9]);
});

test("what was sent before a rewinding is not believed after it", () => {
  const store = new RunStore("a");
  store.merge(update({ revision: 2, losses: [1] }));
  store.merge(update({ revision: 1, losses: [7, 7] }));

  assert.equal(store.count, 1);
});

test("weights set by hand stand at their epoch until training goes back before it", () => {
  const store = new RunStore("a");
  store.merge(update({ losses: [3, 2, 1], epochs: [0, 1, 2, 3] }));
  store.edit(2, Float32Array.of(8, 8));

  assert.equal(store.newest, 2);
  assert.equal(store.edited, 2);
  store.truncate(1);
  assert.equal(store.edited, null);
});

test("between recorded epochs the one before is shown and the one after comes next", () => {
  const store = new RunStore("a");
  store.merge(update({ epochs: [0, 10, 20] }));

  assert.equal(store.kept(19), 10);
  assert.equal(store.kept(20), 20);
  assert.equal(store.kept(-1), -1);
  assert.equal(store.next(0), 10);
  assert.equal(store.next(20), -1);
});

test("a hundred thousand epochs stay within their bytes, the newest whole", () => {
  const store = new RunStore("a");
  const size = 337; // 2-8-8-8-8-1
  for (let start = 0; start < 100_000; start += 1000) {
    const epochs = Array.from({ length: 1000 }, (_, index) => start + index);
    store.merge({ ...update({ epochs: [] }), epochs: Int32Array.from(epochs), rows: new Float32Array(1000 * size) });
  }

  assert.ok(store.bytes <= MOST_BYTES && MOST_BYTES < 20_000_000);
  assert.equal(store.bytes, store.epochs.length * size * 4);
  const last = store.epochs.slice(-WHOLE_EPOCHS);
  assert.deepEqual(last, Array.from({ length: WHOLE_EPOCHS }, (_, index) => 100_000 - WHOLE_EPOCHS + index));
  assert.equal(store.epochs[0], 0);
});

test("numbers survive the way as text", () => {
  const values = Float32Array.of(0, -1.5, NaN, Infinity);

  assert.deepEqual([...floats(base64(values))], [...values]);
  assert.deepEqual([...integers(base64(Int32Array.of(1, -2)))], [1, -2]);
});
