// Losses and metrics over samples, as Keras' evaluate gives them: means, with equal weights.

import { logOnePlusExp } from "./activations.js";

const HUBER_DELTA = 1;

/**
 * From the weighted sums of the output layer.
 *
 * Keras takes these, not the probabilities, where the layer before the loss is the activation that belongs to it: a
 * sample that is wrong beyond what a probability can show still counts by how wrong it is.
 */
const FROM_LOGITS = {
  binary_crossentropy: { activation: "sigmoid", mean: binaryCrossentropy },
  sparse_categorical_crossentropy: { activation: "softmax", mean: categoricalCrossentropy },
  categorical_crossentropy: { activation: "softmax", mean: categoricalCrossentropy },
};

/** From the errors of a single output. */
const FROM_ERRORS = {
  mean_squared_error: (error) => error * error,
  mean_absolute_error: (error) => Math.abs(error),
  huber: (error) => {
    const size = Math.abs(error);
    return size <= HUBER_DELTA ? 0.5 * error * error : HUBER_DELTA * (size - 0.5 * HUBER_DELTA);
  },
  half_squared_error: (error) => 0.5 * error * error,
};

/**
 * The mean loss, without penalties.
 *
 * @param {{loss: string, output: {activation: string}}} net
 * @param {Float32Array[]} logits the weighted sums of the output layer
 * @param {Float32Array[]} outputs the same after the activation
 * @param {ArrayLike<number>} targets one number a sample: 0 or 1, -1 or 1, the number of the class, or the value
 */
export function meanLoss(net, logits, outputs, targets) {
  const { loss, output } = net;
  if (Object.hasOwn(FROM_LOGITS, loss)) {
    const { activation, mean } = FROM_LOGITS[loss];
    if (output.activation !== activation) {
      throw new RangeError(`The loss “${loss}” goes with a ${activation} output, not with ${output.activation}.`);
    }
    return mean(logits, targets);
  }
  if (!Object.hasOwn(FROM_ERRORS, loss)) {
    throw new RangeError(`The loss “${loss}” is unknown to the forward pass of the browser.`);
  }
  return meanOfErrors(FROM_ERRORS[loss], outputs, targets);
}

/**
 * The metric: the share of samples that are right, or the root of the mean squared error.
 *
 * @param {{metric: string, output: {activation: string}}} net
 * @param {Float32Array[]} outputs
 * @param {ArrayLike<number>} targets as for the loss
 */
export function meanMetric(net, outputs, targets) {
  if (net.metric === "root_mean_squared_error") {
    return Math.sqrt(meanOfErrors(FROM_ERRORS.mean_squared_error, outputs, targets));
  }
  if (net.metric !== "accuracy") {
    throw new RangeError(`The metric “${net.metric}” is unknown to the forward pass of the browser.`);
  }
  const classOf = outputs.length > 1 ? likeliest : net.output.activation === "tanh" ? sign : aboveHalf;
  let right = 0;
  for (let sample = 0; sample < targets.length; sample += 1) {
    right += classOf(outputs, sample) === targets[sample] ? 1 : 0;
  }
  return right / targets.length;
}

function likeliest(outputs, sample) {
  let best = 0;
  for (let unit = 1; unit < outputs.length; unit += 1) {
    best = outputs[unit][sample] > outputs[best][sample] ? unit : best;
  }
  return best;
}

function sign([output], sample) {
  return output[sample] >= 0 ? 1 : -1;
}

function aboveHalf([output], sample) {
  return output[sample] > 0.5 ? 1 : 0;
}

function binaryCrossentropy([logits], targets) {
  let sum = 0;
  for (let sample = 0; sample < targets.length; sample += 1) {
    sum += logOnePlusExp(logits[sample]) - logits[sample] * targets[sample];
  }
  return sum / targets.length;
}

function categoricalCrossentropy(logits, targets) {
  let sum = 0;
  for (let sample = 0; sample < targets.length; sample += 1) {
    const greatest = logits[likeliest(logits, sample)][sample];
    let total = 0;
    for (const unit of logits) {
      total += Math.exp(unit[sample] - greatest);
    }
    sum += Math.log(total) + greatest - logits[targets[sample]][sample];
  }
  return sum / targets.length;
}

function meanOfErrors(lossOf, outputs, targets) {
  if (outputs.length !== 1) {
    throw new RangeError(`One target a sample cannot be compared with ${outputs.length} outputs.`);
  }
  const [output] = outputs;
  let sum = 0;
  for (let sample = 0; sample < targets.length; sample += 1) {
    sum += lossOf(output[sample] - targets[sample]);
  }
  return sum / targets.length;
}
