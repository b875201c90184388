// The activations of Keras, by its names and to its definitions. Each changes a column of numbers in place: a loop of
// its own is several times faster than a loop that calls a function for each number.
//
// Conditions are written so that NaN takes the way that leaves it NaN, as Keras does: a run that has diverged has to
// look like one. Where exp overflows to Infinity, the quotient around it still has its limit.

/** Above this mish is its argument to the last bit, and the square of exp is far from overflowing. */
const MISH_IS_LINEAR = 20;
const LEAKY_SLOPE = 0.2;
const SQUAREPLUS_B = 4;
// Klambauer et al. 2017: with these, mean 0 and variance 1 are a fixed point.
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

function linear() {}

function relu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < 0 ? 0 : x;
  }
}

function leakyRelu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < 0 ? LEAKY_SLOPE * x : x;
  }
}

function relu6(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < 0 ? 0 : x > 6 ? 6 : x;
  }
}

function elu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < 0 ? Math.exp(x) - 1 : x;
  }
}

function selu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = SELU_SCALE * (x < 0 ? SELU_ALPHA * (Math.exp(x) - 1) : x);
  }
}

function gelu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = 0.5 * x * (1 + erf(x * Math.SQRT1_2));
  }
}

function silu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x / (1 + Math.exp(-x));
  }
}

function mish(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    if (x > MISH_IS_LINEAR) {
      continue;
    }
    // tanh(log(1 + e)) without a logarithm.
    const e = Math.exp(x);
    const n = e * (e + 2);
    values[index] = (x * n) / (n + 2);
  }
}

function softplus(values) {
  for (let index = 0; index < values.length; index += 1) {
    values[index] = logOnePlusExp(values[index]);
  }
}

function logSigmoid(values) {
  for (let index = 0; index < values.length; index += 1) {
    values[index] = -logOnePlusExp(-values[index]);
  }
}

function softsign(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x / (1 + Math.abs(x));
  }
}

function tanh(values) {
  for (let index = 0; index < values.length; index += 1) {
    // Twice as fast as Math.tanh; what is lost next to 0 is far below the last bit of a 32-bit float's 1.
    values[index] = 1 - 2 / (Math.exp(2 * values[index]) + 1);
  }
}

function hardTanh(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < -1 ? -1 : x > 1 ? 1 : x;
  }
}

function sigmoid(values) {
  for (let index = 0; index < values.length; index += 1) {
    values[index] = 1 / (1 + Math.exp(-values[index]));
  }
}

function hardSigmoid(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6;
  }
}

function hardSilu(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = x * (x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6);
  }
}

function squareplus(values) {
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index];
    values[index] = (x + Math.sqrt(x * x + SQUAREPLUS_B)) / 2;
  }
}

/** What is computed unit by unit; celu is elu as long as its alpha is 1, Keras' default. */
const BY_UNIT = {
  linear,
  relu,
  leaky_relu: leakyRelu,
  relu6,
  elu,
  selu,
  celu: elu,
  gelu,
  silu,
  mish,
  softplus,
  softsign,
  tanh,
  hard_tanh: hardTanh,
  sigmoid,
  hard_sigmoid: hardSigmoid,
  hard_silu: hardSilu,
  log_sigmoid: logSigmoid,
  squareplus,
};

/**
 * Turn the weighted sums of a layer into its outputs, in place.
 *
 * @param {string} activation Keras' name
 * @param {Float32Array[]} units one column a unit
 */
export function activate(activation, units) {
  if (activation === "softmax") {
    softmax(units);
    return;
  }
  const apply = BY_UNIT[activation];
  for (let unit = 0; unit < units.length; unit += 1) {
    apply(units[unit]);
  }
}

/** Throw unless the activation is one of those above. */
export function checkActivation(name) {
  if (name !== "softmax" && !Object.hasOwn(BY_UNIT, name)) {
    throw new RangeError(`The activation “${name}” is unknown to the forward pass of the browser.`);
  }
}

function softmax(units) {
  const count = units[0].length;
  for (let index = 0; index < count; index += 1) {
    // Less the greatest, or exp would overflow.
    let greatest = units[0][index];
    for (let unit = 1; unit < units.length; unit += 1) {
      greatest = units[unit][index] > greatest ? units[unit][index] : greatest;
    }
    let sum = 0;
    for (let unit = 0; unit < units.length; unit += 1) {
      sum += Math.exp(units[unit][index] - greatest);
    }
    for (let unit = 0; unit < units.length; unit += 1) {
      units[unit][index] = Math.exp(units[unit][index] - greatest) / sum;
    }
  }
}

/** log(1 + exp(x)) for any x. */
export function logOnePlusExp(x) {
  return (x > 0 ? x : 0) + Math.log(1 + Math.exp(-Math.abs(x)));
}

/**
 * The error function, to 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26).
 *
 * The rest falls off with exp(-x²), so that gelu stays right where it multiplies with a large number.
 */
export function erf(x) {
  const size = Math.abs(x);
  const t = 1 / (1 + 0.3275911 * size);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const value = 1 - series * Math.exp(-size * size);
  return x < 0 ? -value : value;
}
