// Neurons as buttons over the picture of what they compute; buttons to add and take away neurons.

const BIAS = 9; // pixels: a side of the square that shows a bias
const OFF_OPACITY = 0.3;

export class NeuronsView {
  /**
   * @param {Element} parent
   * @param {{show: Function, hide: Function, open: Function, feature: Function, layers: Function}} actions
   */
  constructor(parent, actions) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-neurons";
    parent.append(this.root);
    this.actions = actions;
    this.spots = [];
  }

  /** Build the neurons anew for another network or another width. */
  lay(layout, setting, write) {
    this.root.replaceChildren();
    this.root.style.width = `${layout.width}px`;
    this.root.style.height = `${layout.height}px`;
    this.root.classList.toggle("nnlab-narrow", layout.narrow);
    this.root.style.setProperty("--nnlab-header", `${layout.header - 4}px`);
    this.root.style.setProperty("--nnlab-step", `${Math.floor(layout.step)}px`);
    this.size = layout.size;
    this.spots = [];
    this.buttons = new Map();
    const { net } = setting;
    layout.columns.forEach((column, index) => {
      const input = index === 0;
      const output = index === layout.columns.length - 1;
      this.#head(column, index, setting, { input, output }, write);
      column.ys.forEach((y, unit) => {
        const name = neuronName(setting, index, unit, write);
        const off = input && !setting.inputs[unit].on;
        const button = this.#neuron(column.x, y, name, { column: index, unit, off });
        if (input) {
          const feature = setting.inputs[unit];
          button.setAttribute("aria-pressed", String(feature.on));
          this.#label(feature.label, column.x - layout.size / 2 - 6, y);
        } else if (output && net.output.units > 1) {
          button.title = setting.classes[unit] ?? name;
        }
      });
    });
  }

  /**
   * Draw all pictures, and the squares of the biases.
   *
   * @param {import("./raster.js").Raster} raster
   * @param {number} ratio pixels of the drawing for one of the page
   * @param {(column: number, unit: number) => Float32Array|null} valuesOf null: nothing is known yet
   * @param {(column: number, unit: number) => number|null} biasOf
   * @param {import("./colours.js").Colours} colours
   */
  draw(raster, ratio, valuesOf, biasOf, colours, resolution, discretize) {
    const shades = colours.shades(discretize);
    const size = Math.round(this.size * ratio);
    for (const { column, unit, off, ...corner } of this.spots) {
      const [left, top] = [Math.round(corner.left * ratio), Math.round(corner.top * ratio)];
      const values = valuesOf(column, unit);
      if (values !== null) {
        raster.picture(values, resolution, { left, top, size }, shades, off ? OFF_OPACITY : 1);
      }
      const bias = biasOf(column, unit);
      if (bias !== null) {
        const side = Math.round(BIAS * ratio);
        const [x, y] = [left - (side >> 1), top + size - (side >> 1)];
        raster.square(x, y, side, colours.quiet);
        raster.square(x + ratio, y + ratio, side - 2 * ratio, colours.shade(bias));
      }
    }
  }

  #head(column, index, setting, { input, output }, write) {
    const { words, net } = setting;
    const head = document.createElement("div");
    head.className = "nnlab-column-head";
    head.style.left = `${column.x}px`;
    const title = input ? words.inputs : output ? words.output : net.layers[index - 1].activation;
    if (!input && !output && !setting.locked) {
      const row = document.createElement("div");
      const [units, most] = [net.layers[index - 1].units, setting.limits.units];
      row.append(
        this.#button("−", write(words.fewer, { layer: index }), units > 1, () => this.actions.layers(index - 1, units - 1)),
        this.#button("+", write(words.more, { layer: index }), units < most, () => this.actions.layers(index - 1, units + 1)),
      );
      head.append(row);
    }
    const text = document.createElement("span");
    text.textContent = text.title = title;
    head.append(text);
    this.root.append(head);
  }

  #button(sign, name, enabled, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nnlab-small";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.title = name;
    button.disabled = !enabled;
    button.addEventListener("click", act);
    return button;
  }

  #label(text, right, y) {
    const label = document.createElement("span");
    label.className = "nnlab-input-label";
    label.textContent = text;
    label.style.left = `${right}px`;
    label.style.top = `${y}px`;
    this.root.append(label);
  }

  #neuron(x, y, name, place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nnlab-neuron";
    button.setAttribute("aria-label", name);
    button.style.left = `${x - this.size / 2}px`;
    button.style.top = `${y - this.size / 2}px`;
    button.style.width = button.style.height = `${this.size}px`;
    const { show, hide, open, feature } = this.actions;
    button.addEventListener("pointerenter", () => show(place));
    button.addEventListener("focus", () => show(place));
    button.addEventListener("pointerleave", () => hide(place));
    button.addEventListener("blur", () => hide(place));
    button.addEventListener("click", () => (place.column === 0 ? feature(place.unit) : open(place)));
    this.root.append(button);
    this.spots.push({ ...place, left: x - this.size / 2, top: y - this.size / 2 });
    this.buttons.set(`${place.column} ${place.unit}`, button);
    return button;
  }

  /** The button of a neuron. */
  buttonOf(column, unit) {
    return this.buttons.get(`${column} ${unit}`);
  }
}

/** What a neuron is called: its place in the network. */
export function neuronName(setting, column, unit, write) {
  const { net, words } = setting;
  if (column === 0) {
    return write(words.input_name, { name: setting.inputs[unit].label });
  }
  if (column > net.layers.length) {
    return write(words.output_name, { name: net.output.units > 1 ? (setting.classes[unit] ?? unit + 1) : "" }).trim();
  }
  return write(words.neuron_name, { layer: column, unit: unit + 1 });
}
