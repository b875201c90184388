import assert from "node:assert/strict";
import test from "node:test";

import { formula, grid, links, place, thickness } from "../../../../nnlab/ui/components/frontend/stage/layout.js";

test("columns stand from left to right within the room, neurons apart", () => {
  for (const sizes of [[7, 4, 2, 1], [2, 1], [7, ...Array(8).fill(16), 6]]) {
    for (const width of [300, 700, 1400]) {
      const { columns, size, height, width: full } = place(sizes, width);
      columns.forEach(({ x, ys }, index) => {
        assert.ok(x + size / 2 <= full);
        assert.ok(index === 0 || x > columns[index - 1].x + size);
        ys.forEach((y, unit) => assert.ok(y + size / 2 <= height && (unit === 0 || y - ys[unit - 1] > size)));
      });
    }
  }
});

test("each weight of a kernel is one link", () => {
  const all = links([2, 3, 1], [{ kernel: 0 }, { kernel: 9 }]);

  assert.equal(all.length, 9);
  assert.deepEqual(all[4], { layer: 0, from: 1, to: 1, weight: 4 });
  assert.deepEqual(all.at(-1), { layer: 1, from: 2, to: 0, weight: 11 });
});

test("a link is as thick as its weight is large, within bounds", () => {
  assert.equal(thickness(0), 0.5);
  assert.ok(thickness(-2) === thickness(2) && thickness(2) > thickness(1));
  assert.equal(thickness(5), thickness(1e9));
  assert.equal(thickness(NaN), 0.5);
});

test("the grid begins at the top left, ends included", () => {
  const [x1, x2] = grid({ left: -6, right: 6, low: -3, high: 3 }, 3);

  assert.deepEqual([...x1], [-6, 0, 6, -6, 0, 6, -6, 0, 6]);
  assert.deepEqual([...x2], [3, 3, 3, 0, 0, 0, -3, -3, -3]);
});

test("a neuron's formula reads like one", () => {
  const terms = [
    { weight: -0.5, name: "x₁" },
    { weight: 2, name: "x₂" },
  ];

  assert.equal(formula("tanh", terms, -1, String), "tanh(−0.5·x₁ + 2·x₂ − 1)");
  assert.equal(formula("linear", [], 0.1, String), "0.1");
});
