// What the network computes over the plane, at one of several resolutions, and at the samples.

import { Forward, featureColumns } from "../forward.js";
import { grid } from "./layout.js";

/** Points on a side of the plane, the finest first. */
export const RESOLUTIONS = [100, 64, 48, 36, 24];

export class Plane {
  /** @param {object} setting as nnlab/ui/components/network_view.py describes it */
  constructor(setting) {
    this.setting = setting;
    this.finenesses = new Map();
  }

  /**
   * Compute all neurons.
   *
   * @param {Float32Array} weights
   * @param {number} resolution points on a side
   * @returns {{features: Float32Array[], forward: Forward, answer: Float32Array|null}} `answer` is between -1 and 1
   */
  run(weights, resolution) {
    const fineness = this.at(resolution);
    fineness.forward.run(weights);
    const { outputs } = fineness.forward;
    if (outputs.length === 1) {
      scaleAnswer(fineness.answer, outputs[0], this.setting.net.output.activation);
    }
    return fineness;
  }

  /** The plane before anything is known of the weights. */
  at(resolution) {
    if (!this.finenesses.has(resolution)) {
      this.finenesses.set(resolution, this.#make(resolution));
    }
    return this.finenesses.get(resolution);
  }

  #make(resolution) {
    const { setting } = this;
    const [first, second] = grid(setting.plane, resolution);
    const raw = { ...constants(setting.plane.middle, first.length) };
    raw[setting.plane.axes[0]] = first;
    raw[setting.plane.axes[1]] = second;
    const forward = new Forward(setting.net, inputColumns(setting, setting.net.inputs, raw));
    const features = inputColumns(setting, setting.inputs.map(({ name }) => name), raw);
    return { features, forward, answer: new Float32Array(first.length) };
  }
}

/**
 * The columns of named inputs at samples or at points of the plane.
 *
 * @param {object} setting
 * @param {string[]} names
 * @param {Object<string, Float32Array>} raw what is measured of each sample
 */
export function inputColumns(setting, names, raw) {
  return setting.computed ? featureColumns(names, raw.x1, raw.x2) : names.map((name) => raw[name]);
}

function constants(middle, count) {
  return Object.fromEntries(Object.entries(middle).map(([name, value]) => [name, new Float32Array(count).fill(value)]));
}

function scaleAnswer(target, output, activation) {
  if (activation !== "sigmoid") {
    target.set(output);
    return;
  }
  for (let index = 0; index < output.length; index += 1) {
    target[index] = 2 * output[index] - 1;
  }
}

/** Chooses how fine the pictures are, so that a frame is drawn in time. */
export class Fineness {
  constructor() {
    this.level = 0;
    this.cost = 0;
    this.frames = 0;
  }

  /** Points on a side while something moves. */
  get moving() {
    return RESOLUTIONS[this.level];
  }

  /** Take note of what drawing a moving frame took, in milliseconds. */
  spent(milliseconds) {
    this.frames += 1;
    this.cost = this.frames === 1 ? milliseconds : 0.8 * this.cost + 0.2 * milliseconds;
    if (this.frames < 8) {
      return;
    }
    if (this.cost > TOO_LONG && this.level < RESOLUTIONS.length - 1) {
      this.#change(1);
    } else if (this.cost < PLENTY && this.level > 0) {
      this.#change(-1);
    }
  }

  #change(by) {
    this.level += by;
    this.frames = 0;
  }
}

// Of the 16.7 ms of a frame the browser needs some to put it on the screen.
const TOO_LONG = 10;
const PLENTY = 2.5;
