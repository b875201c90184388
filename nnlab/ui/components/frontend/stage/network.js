// The network: neurons with pictures, links between them, and the numbers behind both.

import { EditorView } from "./editor_view.js";
import { number } from "./figures_view.js";
import { formula, links, place } from "./layout.js";
import { LinksView } from "./links_view.js";
import { NeuronsView, neuronName } from "./neurons_view.js";
import { Raster } from "./raster.js";
import { filled } from "./words.js";

export class NetworkView {
  /**
   * @param {Element} parent
   * @param {{edit: Function, structure: Function, wake: Function}} actions
   */
  constructor(parent, actions) {
    this.actions = actions;
    this.root = document.createElement("div");
    this.root.className = "nnlab-network";
    this.layers = document.createElement("div");
    this.layers.className = "nnlab-layers";
    this.scroller = document.createElement("div");
    this.scroller.className = "nnlab-scroller";
    this.caption = document.createElement("p");
    this.caption.className = "nnlab-caption";
    this.root.append(this.layers, this.scroller, this.caption);
    parent.append(this.root);
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnlab-drawing";
    this.scroller.append(this.canvas);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.links = new LinksView();
    this.neurons = new NeuronsView(this.scroller, {
      show: (spot) => this.#show(spot),
      hide: (spot) => this.#hide(spot),
      open: (spot, focused) => this.#open(spot, focused),
      feature: (index) => this.#feature(index),
      layers: (layer, units) => actions.structure("units", { layer, units }),
    });
    this.editor = new EditorView(this.root, actions.edit);
    this.hovered = null;
    this.lit = null;
    this.weights = null;
    this.scroller.addEventListener("pointermove", (event) => this.#light(event));
    this.scroller.addEventListener("pointerleave", () => this.#unlight());
    this.scroller.addEventListener("click", (event) => this.#openLink(event));
  }

  /** Lay the network out for a setting and for the room there is. */
  lay(setting, plane) {
    this.setting = setting;
    this.places = plane.at(100).forward.places;
    const net = setting.net;
    const sizes = [setting.inputs.length, ...net.layers.map(({ units }) => units), net.output.units];
    this.layout = place(sizes, this.scroller.clientWidth);
    const used = net.inputs.map((name) => setting.inputs.findIndex((input) => input.name === name));
    const netSizes = [net.inputs.length, ...sizes.slice(1)];
    const joined = links(netSizes, this.places.layers).map((link) =>
      link.layer === 0 ? { ...link, input: link.from, from: used[link.from] } : { ...link, input: link.from },
    );
    this.#fit();
    this.links.lay(this.layout, joined, this.ratio);
    this.neurons.lay(this.layout, setting, filled);
    this.#layerButtons();
    if (this.hovered && !sizes[this.hovered.column]) {
      this.hovered = null;
    }
    this.editor.close();
    this.describe(null);
  }

  /**
   * Draw links, pictures and biases.
   *
   * @param {Float32Array|null} weights
   * @param {Float32Array|null} first those before training
   */
  paint(weights, first, resolution, plane, colours, discretize) {
    const { raster, ratio } = this;
    this.weights = weights;
    this.first = first;
    const fineness = plane.at(resolution);
    raster.clear(colours.background);
    if (weights !== null) {
      plane.run(weights, resolution);
      this.links.draw(raster, weights, colours, (link) => this.#isDead(link));
    }
    this.neurons.draw(
      raster,
      ratio,
      (column, unit) => (column === 0 || weights ? this.valuesOf(fineness, column, unit) : null),
      (column, unit) => (column > 0 && weights ? weights[this.places.layers[column - 1].bias + unit] : null),
      colours,
      resolution,
      discretize,
    );
    this.context.putImageData(this.image, 0, 0);
  }

  /** What a neuron computes over the plane. */
  valuesOf({ features, forward, answer }, column, unit) {
    if (column === 0) {
      return features[unit];
    }
    if (column <= forward.layers.length) {
      return forward.layers[column - 1][unit];
    }
    return forward.outputs.length === 1 ? answer : forward.outputs[unit];
  }

  /** Write the numbers under the pointer. */
  describe(weights) {
    if (weights !== null) {
      this.editor.follow(weights);
    }
    this.#write(this.#sentence(weights));
  }

  /** Make the drawing as large as the network, in whole pixels of the screen up to two for one of the page. */
  #fit() {
    const { canvas, layout } = this;
    this.ratio = Math.min(2, Math.max(1, Math.round(devicePixelRatio || 1)));
    canvas.width = Math.ceil(layout.width * this.ratio);
    canvas.height = Math.ceil(layout.height * this.ratio);
    canvas.style.width = `${canvas.width / this.ratio}px`;
    canvas.style.height = `${canvas.height / this.ratio}px`;
    this.image = this.context.createImageData(canvas.width, canvas.height);
    this.raster = new Raster(canvas.width, canvas.height, this.image.data.buffer);
  }

  /** TensorFlow Playground's L1 leaves a weight at exactly 0 for good; no other training gives exactly that. */
  #isDead({ weight }) {
    return this.setting.mode === "playground" && this.weights[weight] === 0 && this.first !== null && this.first[weight] !== 0;
  }

  #sentence(weights) {
    const { words } = this.setting;
    if (this.lit && weights) {
      const name = this.#linkName(this.lit);
      return filled(this.#isDead(this.lit) ? words.dead : words.weight, { name, value: number(weights[this.lit.weight]) });
    }
    if (this.hovered === null) {
      return words.hint;
    }
    const { column, unit } = this.hovered;
    const name = neuronName(this.setting, column, unit, filled);
    if (column === 0 || !weights) {
      return name;
    }
    const net = this.setting.net;
    const layer = this.places.layers[column - 1];
    const terms = Array.from({ length: layer.inputs }, (_, from) => ({
      weight: weights[layer.kernel + from * layer.units + unit],
      name: this.#sourceName(column, from),
    }));
    const activation = (net.layers[column - 1] ?? net.output).activation;
    return `${name} = ${formula(activation, terms, weights[layer.bias + unit], number)}`;
  }

  #write(text) {
    if (this.caption.textContent !== text) {
      this.caption.textContent = text;
    }
  }

  /** What the weights of a column are multiplied with. */
  #sourceName(column, from) {
    if (column === 1) {
      const { net, inputs } = this.setting;
      return inputs.find(({ name }) => name === net.inputs[from]).label;
    }
    return `a${subscript(column - 1)}${"‚"}${subscript(from + 1)}`;
  }

  #linkName({ layer, input, to }) {
    return `${this.#sourceName(layer + 1, input)} → ${neuronName(this.setting, layer + 1, to, filled)}`;
  }

  #show(spot) {
    this.hovered = spot;
    this.actions.wake();
  }

  #hide(spot) {
    if (this.hovered && this.hovered.column === spot.column && this.hovered.unit === spot.unit) {
      this.hovered = null;
      this.actions.wake();
    }
  }

  #light(event) {
    const lit = this.#linkAt(event);
    if (lit !== this.lit) {
      this.lit = lit;
      this.links.lit = lit;
      this.scroller.style.cursor = lit ? "pointer" : "";
      this.actions.wake();
    }
  }

  #unlight() {
    if (this.lit) {
      this.lit = this.links.lit = null;
      this.actions.wake();
    }
  }

  #openLink(event) {
    const link = this.#linkAt(event);
    if (link) {
      this.#open({ column: link.layer + 1, unit: link.to }, link.weight);
    }
  }

  #linkAt(event) {
    if (event.target.closest?.("button")) {
      return null;
    }
    const { left, top } = this.canvas.getBoundingClientRect();
    return this.links.at(event.clientX - left, event.clientY - top);
  }

  #open({ column, unit }, focused = null) {
    if (this.weights === null || this.setting.locked) {
      return;
    }
    const { words } = this.setting;
    const layer = this.places.layers[column - 1];
    const numbers = [{ name: words.bias, place: layer.bias + unit }];
    for (let from = 0; from < layer.inputs; from += 1) {
      const name = filled(words.weight_of, { name: this.#sourceName(column, from) });
      numbers.push({ name, place: layer.kernel + from * layer.units + unit });
    }
    const title = neuronName(this.setting, column, unit, filled);
    this.editor.show(title, numbers, this.weights, focused, words, this.neurons.buttonOf(column, unit));
  }

  #feature(index) {
    const { inputs, locked } = this.setting;
    if (!locked && !(inputs[index].on && inputs.filter(({ on }) => on).length === 1)) {
      this.actions.structure("feature", { name: inputs[index].name });
    }
  }

  #layerButtons() {
    const { net, words, limits, locked, hidden } = this.setting;
    const count = net.layers.length;
    const text = document.createElement("span");
    text.textContent = filled(words.hidden_layers, { count });
    const button = (sign, name, layers) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "nnlab-small";
      made.textContent = sign;
      made.title = name;
      made.setAttribute("aria-label", name);
      made.disabled = layers < 0 || layers > limits.layers;
      made.addEventListener("click", () => this.actions.structure("layers", { layers }));
      return made;
    };
    const free = !locked && !hidden.includes("hidden_layers");
    this.layers.replaceChildren(
      ...(free ? [button("−", words.fewer_layers, count - 1), button("+", words.more_layers, count + 1)] : []),
      text,
    );
  }
}

function subscript(value) {
  return String(value).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
}
