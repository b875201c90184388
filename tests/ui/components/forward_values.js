// What the browser's forward pass makes of the cases of test_forward.py; which engine runs this is the test's business.

import { activate } from "../../../nnlab/ui/components/frontend/activations.js";
import { evaluate, featureColumns, Forward } from "../../../nnlab/ui/components/frontend/forward.js";

// JSON has no NaN.
const toNumbers = (values) => values.map((value) => (value === null ? NaN : value));

/** The columns of every layer over the plane, the inputs and the output layer among them. */
function layersOf({ net, weights, points }) {
  const forward = new Forward(net, inputsOf(net, points)).run(Float32Array.from(weights));
  return [forward.inputs, ...forward.layers, forward.outputs].map((units) => units.map((column) => [...column]));
}

function resultOf({ net, weights, samples, targets }) {
  return evaluate(net, Float32Array.from(weights), inputsOf(net, samples), targets);
}

function inputsOf(net, columns) {
  return columns.x1 ? featureColumns(net.inputs, columns.x1, columns.x2) : net.inputs.map((name) => columns[name]);
}

function activated({ activation, values }) {
  const column = Float32Array.from(toNumbers(values));
  activate(activation, [column]);
  return [...column];
}

export function computed({ networks, losses, activations }) {
  const ofEach = (cases, compute) => Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, compute(one)]));
  return JSON.stringify({
    networks: ofEach(networks, layersOf),
    losses: ofEach(losses, resultOf),
    activations: ofEach(activations, activated),
  });
}
