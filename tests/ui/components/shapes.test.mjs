import assert from "node:assert/strict";
import test from "node:test";

import { shape } from "../../../nnlab/ui/components/frontend/drawing/shapes.js";
import { keep, PLACE, stored } from "../../../nnlab/ui/components/frontend/exercise_progress.js";

test("a ready shape is a closed line round the middle", () => {
  for (const [corners, points] of [[0, 49], [3, 4], [6, 7]]) {
    const line = shape(corners);
    assert.equal(line.length, points);
    assert.deepEqual(line[0], line.at(-1));
    for (const [x, y] of line) {
      assert.ok(Math.abs(Math.hypot(x - 0.5, y - 0.5) - 0.26) < 1e-3);
    }
  }
});

test("what is kept is found again", () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
  assert.equal(stored(storage), "");
  assert.equal(keep(storage, "all of it"), true);
  assert.equal(stored(storage), "all of it");
  assert.deepEqual([...kept.keys()], [PLACE]);
});

test("a browser that keeps nothing is no reason to fail", () => {
  assert.equal(stored(null), "");
  assert.equal(keep(null, "text"), false);
  const full = { getItem: () => null, setItem: () => { throw new Error("QuotaExceededError"); } };
  assert.equal(keep(full, "text"), false);
});
