// The forward pass: what every unit of a network computes at many points, from the weights of one epoch.
// The same numbers as Keras in inference; no page in here. Tested against Keras under node and in Chromium.

import { activate, checkActivation } from "./activations.js";
import { meanLoss, meanMetric } from "./losses.js";

/** Keras' defaults: of BatchNormalization, and the least deviation that Normalization divides by. */
const BATCH_NORM_EPSILON = 1e-3;
const LEAST_DEVIATION = 1e-7;

/**
 * @typedef {object} HiddenLayer
 * @property {number} units
 * @property {string} activation Keras' name
 * @property {boolean} batch_norm whether it stands between the weighted sum and the activation
 * @property {number} l1 what the shown loss counts of the kernel
 * @property {number} l2
 */

/**
 * @typedef {object} Network as `describe` in nnlab/ui/components/network_description.py writes it
 * @property {string[]} inputs
 * @property {boolean} normalization whether the inputs are standardized first
 * @property {HiddenLayer[]} layers
 * @property {{units: number, activation: string, l1: number, l2: number}} output
 * @property {string} loss
 * @property {string} metric
 */

/**
 * @typedef {object} LayerPlaces where the parameters of one layer begin
 * @property {number} inputs
 * @property {number} units
 * @property {number} kernel from input i to unit u: kernel + i * units + u
 * @property {number} bias
 * @property {number|null} gamma null without batch normalization, as the next three
 * @property {number|null} beta
 * @property {number|null} mean
 * @property {number|null} variance
 */

/**
 * @typedef {object} ParameterPlaces
 * @property {{mean: number, variance: number, count: number}|null} normalization
 * @property {LayerPlaces[]} layers the hidden layers, then the output layer
 * @property {number} size how many parameters there are
 */

/**
 * Where each parameter is found among the weights, which lie one after the other as Keras' `get_weights` has them.
 *
 * @param {Network} net
 * @returns {ParameterPlaces}
 */
export function parameterPlaces(net) {
  let inputs = net.inputs.length;
  let size = 0;
  const take = (length) => {
    size += length;
    return size - length;
  };
  const normalization = net.normalization ? { mean: take(inputs), variance: take(inputs), count: take(1) } : null;
  const layers = [...net.layers, net.output].map(({ units, activation, batch_norm: batchNorm = false }) => {
    checkActivation(activation);
    const statistic = () => (batchNorm ? take(units) : null);
    const places = {
      inputs,
      units,
      kernel: take(inputs * units),
      bias: take(units),
      gamma: statistic(),
      beta: statistic(),
      mean: statistic(),
      variance: statistic(),
    };
    inputs = units;
    return places;
  });
  return { normalization, layers, size };
}

/** A network over fixed points. Its columns are filled anew by each run. */
export class Forward {
  /**
   * @param {Network} net
   * @param {Float32Array[]} columns one for each input, a number for each point
   */
  constructor(net, columns) {
    if (columns.length !== net.inputs.length) {
      throw new RangeError(`The network has ${net.inputs.length} inputs, but there are ${columns.length} columns.`);
    }
    this.net = net;
    this.places = parameterPlaces(net);
    const count = columns[0].length;
    const columnsFor = (units) => Array.from({ length: units }, () => new Float32Array(count));
    /** What the network is given, @type {Float32Array[]} */
    this.inputs = columns;
    this.standardized = net.normalization ? columnsFor(columns.length) : columns;
    /** The outputs of the hidden layers, by layer and unit, @type {Float32Array[][]} */
    this.layers = net.layers.map(({ units }) => columnsFor(units));
    /** @type {Float32Array[]} */
    this.outputs = columnsFor(net.output.units);
  }

  /**
   * Compute the outputs of all units.
   *
   * @param {Float32Array} weights
   * @returns {Forward} itself
   */
  run(weights) {
    const { net, places } = this;
    if (weights.length !== places.size) {
      throw new RangeError(`The network has ${places.size} parameters, but there are ${weights.length} weights.`);
    }
    if (places.normalization !== null) {
      standardize(this.standardized, this.inputs, weights, places.normalization);
    }
    let columns = this.standardized;
    for (let layer = 0; layer < this.layers.length; layer += 1) {
      dense(this.layers[layer], columns, weights, places.layers[layer]);
      activate(net.layers[layer].activation, this.layers[layer]);
      columns = this.layers[layer];
    }
    dense(this.outputs, columns, weights, places.layers[this.layers.length]);
    activate(net.output.activation, this.outputs);
    return this;
  }
}

/**
 * Loss and metric over samples, as Keras' `evaluate` gives them: the mean of the loss, and the penalties.
 *
 * @param {Network} net
 * @param {Float32Array} weights
 * @param {Float32Array[]} columns one for each input, a number for each sample
 * @param {ArrayLike<number>} targets one number a sample: 0 or 1, -1 or 1 for tanh, the number of the class, or the value
 * @returns {{loss: number, metric: number}}
 */
export function evaluate(net, weights, columns, targets) {
  const logits = new Forward({ ...net, output: { ...net.output, activation: "linear" } }, columns).run(weights).outputs;
  const outputs = logits.map((column) => column.slice());
  checkActivation(net.output.activation);
  activate(net.output.activation, outputs);
  const loss = meanLoss(net, logits, outputs, targets) + penalties(net, weights);
  return { loss, metric: meanMetric(net, outputs, targets) };
}

/**
 * The inputs that a toy data set offers, at points of the plane: the same numbers as nnlab/datasets/features.py.
 *
 * @param {string[]} names
 * @param {ArrayLike<number>} x1
 * @param {ArrayLike<number>} x2
 * @returns {Float32Array[]} one column a name
 */
export function featureColumns(names, x1, x2) {
  // Rounded first, as the data are: a square is the square of a 32-bit float.
  const [first, second] = [Float32Array.from(x1), Float32Array.from(x2)];
  return names.map((name) => {
    if (!Object.hasOwn(PLANE_FEATURES, name)) {
      throw new RangeError(`“${name}” is no feature of points in the plane.`);
    }
    return first.map((value, index) => PLANE_FEATURES[name](value, second[index]));
  });
}

const PLANE_FEATURES = {
  x1: (x1) => x1,
  x2: (_, x2) => x2,
  x1_squared: (x1) => x1 * x1,
  x2_squared: (_, x2) => x2 * x2,
  x1_x2: (x1, x2) => x1 * x2,
  sin_x1: (x1) => Math.sin(x1),
  sin_x2: (_, x2) => Math.sin(x2),
};

function standardize(targets, columns, weights, { mean, variance }) {
  for (let input = 0; input < columns.length; input += 1) {
    const column = columns[input];
    const target = targets[input];
    const middle = weights[mean + input];
    const factor = 1 / Math.max(Math.sqrt(weights[variance + input]), LEAST_DEVIATION);
    for (let point = 0; point < column.length; point += 1) {
      target[point] = (column[point] - middle) * factor;
    }
  }
}

function dense(targets, columns, weights, places) {
  const { kernel, units } = places;
  let unit = 0;
  for (; unit + 2 <= units; unit += 2) {
    weighTwo(targets, unit, columns, weights, places);
  }
  if (unit < units) {
    const [scale, shift] = scaleAndShift(weights, places, unit);
    targets[unit].fill(shift);
    addColumns(targets[unit], columns, 0, weights, kernel + unit, units, scale);
  }
}

/** What a unit's weighted sum is multiplied with, and what is added to it. */
function scaleAndShift(weights, { bias, gamma, beta, mean, variance }, unit) {
  if (gamma === null) {
    return [1, weights[bias + unit]];
  }
  // In inference batch normalization is linear: it goes into kernel and bias, and costs no loop of its own.
  const scale = weights[gamma + unit] / Math.sqrt(weights[variance + unit] + BATCH_NORM_EPSILON);
  return [scale, (weights[bias + unit] - weights[mean + unit]) * scale + weights[beta + unit]];
}

/** Two units from four columns at a time: what is slow is memory, and each number of a column serves twice. */
function weighTwo(targets, unit, columns, weights, places) {
  const { kernel, units } = places;
  const [first, second] = [targets[unit], targets[unit + 1]];
  const [firstScale, firstShift] = scaleAndShift(weights, places, unit);
  const [secondScale, secondShift] = scaleAndShift(weights, places, unit + 1);
  const count = first.length;
  first.fill(firstShift);
  second.fill(secondShift);
  let input = 0;
  for (; input + 4 <= columns.length; input += 4) {
    const [a, b, c, d] = [columns[input], columns[input + 1], columns[input + 2], columns[input + 3]];
    const [ka, kb, kc, kd] = [0, 1, 2, 3].map((ahead) => kernel + (input + ahead) * units + unit);
    const [wa, wb] = [weights[ka] * firstScale, weights[kb] * firstScale];
    const [wc, wd] = [weights[kc] * firstScale, weights[kd] * firstScale];
    const [va, vb] = [weights[ka + 1] * secondScale, weights[kb + 1] * secondScale];
    const [vc, vd] = [weights[kc + 1] * secondScale, weights[kd + 1] * secondScale];
    for (let point = 0; point < count; point += 1) {
      const pa = a[point];
      const pb = b[point];
      const pc = c[point];
      const pd = d[point];
      first[point] += wa * pa + wb * pb + wc * pc + wd * pd;
      second[point] += va * pa + vb * pb + vc * pc + vd * pd;
    }
  }
  addColumns(first, columns, input, weights, kernel + unit, units, firstScale);
  addColumns(second, columns, input, weights, kernel + unit + 1, units, secondScale);
}

/** Add the columns from one on, each times its weight; those weights lie `stride` apart. */
function addColumns(target, columns, from, weights, start, stride, scale) {
  const count = target.length;
  for (let input = from; input < columns.length; input += 1) {
    const column = columns[input];
    const weight = weights[start + input * stride] * scale;
    for (let point = 0; point < count; point += 1) {
      target[point] += weight * column[point];
    }
  }
}

function penalties(net, weights) {
  const { layers } = parameterPlaces(net);
  let sum = 0;
  [...net.layers, net.output].forEach(({ l1, l2 }, layer) => {
    const { kernel, bias } = layers[layer];
    for (let place = kernel; (l1 || l2) && place < bias; place += 1) {
      sum += l1 * Math.abs(weights[place]) + l2 * weights[place] ** 2;
    }
  });
  return sum;
}
