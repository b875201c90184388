// Where many runs lie, and the one on screen among them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Band, bandOf } from "../../../../nnlab/ui/components/frontend/stage/band.js";
import { base64 } from "../../../../nnlab/ui/components/frontend/stage/run_store.js";

const told = {
  key: "a 1",
  pending: false,
  share: 1,
  seeds: 4,
  epochs: new Int32Array([5, 10, 12]),
  columns: { val_loss: new Float32Array([1, 2, 3, 0.5, 1, 2, 0, 0.25, 1]) },
  losses: new Float32Array([1, 2, 2, 3, 0.5, 1, 1, Infinity, 0, 0.25, 0.5, 1]),
};
const band = new Band(told);

test("the row of an epoch is that of the last one evaluated until then", () => {
  assert.deepEqual([0, 4, 5, 9, 10, 11, 12, 900].map((epoch) => band.row(epoch)), [-1, -1, 0, 0, 1, 1, 2, 2]);
});

test("a curve's band has three values in each row, and other curves have none", () => {
  assert.deepEqual(band.values("val_loss", 1), [0.5, 1, 2]);
  assert.equal(band.values("val_loss", -1), null);
  assert.equal(band.values("val_accuracy", 1), null);
});

test("a run's place is one more than those who are better", () => {
  assert.deepEqual(band.place(0.75, 1), { place: 2, epoch: 10 });
  assert.deepEqual(band.place(0.5, 1), { place: 1, epoch: 10 });
  assert.deepEqual(band.place(100, 1), { place: 4, epoch: 10 }, "one has diverged");
  assert.equal(band.place(NaN, 1), null);
  assert.equal(band.place(1, -1), null);
});

test("an edge ends with the last epoch that is drawn", () => {
  assert.deepEqual(band.edge("val_loss", 0, 11), [
    [5, 1],
    [10, 0.5],
  ]);
  assert.deepEqual(band.edge("val_accuracy", 0, 11), []);
});

test("it is read as the server writes it", () => {
  const { epochs, columns, losses, ...rest } = told;
  const text = (values) => base64(values);
  const read = bandOf({ ...rest, epochs: text(epochs), columns: { val_loss: text(columns.val_loss) }, losses: text(losses) });
  assert.deepEqual(read, band);
  assert.equal(bandOf({ ...rest, epochs: "", columns: {}, losses: "" }).row(100), -1);
});
