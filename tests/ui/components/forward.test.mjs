import assert from "node:assert/strict";
import test from "node:test";

import { evaluate, featureColumns, Forward, parameterPlaces } from "../../../nnlab/ui/components/frontend/forward.js";

const layer = (units, activation = "tanh") => ({ units, activation, batch_norm: false, l1: 0, l2: 0 });

function network(changes = {}) {
  const output = { units: 1, activation: "sigmoid", l1: 0, l2: 0 };
  const net = { inputs: ["x1", "x2"], normalization: false, layers: [layer(3)], output };
  return { ...net, loss: "binary_crossentropy", metric: "accuracy", ...changes };
}

const columns = () => [new Float32Array([1, 2]), new Float32Array([3, 4])];

test("the parameters lie one after the other: kernel, bias, then what batch normalization has", () => {
  const { layers, normalization, size } = parameterPlaces(network({ layers: [{ ...layer(3), batch_norm: true }] }));
  assert.equal(normalization, null);
  assert.deepEqual(layers[0], { inputs: 2, units: 3, kernel: 0, bias: 6, gamma: 9, beta: 12, mean: 15, variance: 18 });
  assert.deepEqual([layers[1].kernel, layers[1].bias, size], [21, 24, 25]);
});

test("a normalization of the inputs comes before the first kernel", () => {
  const { layers, normalization, size } = parameterPlaces(network({ normalization: true }));
  assert.deepEqual(normalization, { mean: 0, variance: 2, count: 4 });
  assert.deepEqual([layers[0].kernel, size], [5, 18]);
});

test("a second run leaves nothing of the first, and the inputs as they were", () => {
  const given = columns();
  const forward = new Forward(network(), given);
  const weights = Float32Array.from({ length: 13 }, (_, index) => index / 10);
  const first = [...forward.run(weights).outputs[0]];
  forward.run(weights.map((weight) => -weight));
  assert.deepEqual([...forward.run(weights).outputs[0]], first);
  assert.deepEqual(given, columns());
});

test("weights or columns of another network are refused", () => {
  assert.throws(() => new Forward(network(), columns()).run(new Float32Array(12)), /13 parameters.*12 weights/);
  assert.throws(() => new Forward(network(), columns().slice(1)), /2 inputs.*1 columns/);
});

test("what is not known here is named", () => {
  const weights = new Float32Array(13);
  const evaluated = (changes) => () => evaluate(network(changes), weights, columns(), [0, 1]);
  assert.throws(() => parameterPlaces(network({ layers: [layer(3, "sparsemax")] })), /sparsemax/);
  assert.throws(() => featureColumns(["x1", "toString"], [1], [2]), /toString/);
  assert.throws(evaluated({ loss: "poisson" }), /poisson/);
  assert.throws(evaluated({ metric: "precision" }), /precision/);
  assert.throws(evaluated({ loss: "categorical_crossentropy" }), /softmax output, not with sigmoid/);
});
