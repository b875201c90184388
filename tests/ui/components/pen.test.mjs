import assert from "node:assert/strict";
import test from "node:test";

import { extend, size, widthOf } from "../../../nnlab/ui/components/frontend/drawing/pen.js";

test("a mouse draws as thick as the pen is", () => {
  assert.equal(widthOf({ pressure: 0.5, pointerType: "mouse" }, 0.08), 0.08);
});

test("a finger on a screen that feels no pressure draws as thick as the pen is", () => {
  for (const pressure of [0, 0.5, 1]) {
    assert.equal(widthOf({ pressure, pointerType: "touch" }, 0.08), 0.08);
  }
});

test("who presses harder draws thicker, within bounds", () => {
  const widths = [0.01, 0.3, 0.7, 0.99].map((pressure) => widthOf({ pressure, pointerType: "pen" }, 0.1));
  assert.deepEqual([...widths].sort(), widths);
  assert.ok(widths[0] > 0.05 && widths.at(-1) < 0.15);
});

test("points that are too close to the last one are left out", () => {
  const line = [];
  assert.ok(extend(line, [0.5, 0.5, 0.08]));
  assert.ok(!extend(line, [0.501, 0.5, 0.08]));
  assert.ok(extend(line, [0.51, 0.5, 0.08]));
  assert.deepEqual(line, [
    [0.5, 0.5, 0.08],
    [0.51, 0.5, 0.08],
  ]);
});

test("points are told in four digits", () => {
  const line = [];
  extend(line, [1 / 3, 2 / 3, 0.08123456]);
  assert.deepEqual(line, [[0.3333, 0.6667, 0.0812]]);
});

test("the size of a drawing is the number of its points", () => {
  assert.equal(size([]), 0);
  assert.equal(size([[[0, 0, 1]], [[0, 0, 1], [1, 1, 1]]]), 3);
});
