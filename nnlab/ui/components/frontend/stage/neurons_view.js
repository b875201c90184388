// Neurons as buttons with the picture of what they compute; buttons to add and take away neurons and layers.

const MOST_PIXELS = 32; // a side of a small picture

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
    this.pictures = [];
  }

  /** Build the neurons anew for another network or another width. */
  lay(layout, setting, write) {
    this.root.replaceChildren();
    this.root.style.width = `${layout.width}px`;
    this.root.style.height = `${layout.height}px`;
    this.size = layout.size;
    this.pictures = [];
    this.buttons = new Map();
    const { net } = setting;
    layout.columns.forEach((column, index) => {
      const input = index === 0;
      const output = index === layout.columns.length - 1;
      this.#head(column, index, setting, { input, output }, write);
      column.ys.forEach((y, unit) => {
        const name = neuronName(setting, index, unit, write);
        const button = this.#neuron(column.x, y, name, { column: index, unit });
        if (input) {
          const feature = setting.inputs[unit];
          button.classList.toggle("nnlab-off", !feature.on);
          button.setAttribute("aria-pressed", String(feature.on));
          this.#label(feature.label, column.x - layout.size / 2 - 6, y);
        } else if (output && net.output.units > 1) {
          button.title = setting.classes[unit] ?? name;
        }
      });
    });
  }

  /** Paint all pictures, and the squares of the biases. */
  paint(valuesOf, biasOf, colours, resolution, discretize) {
    const stride = Math.max(1, Math.ceil(resolution / MOST_PIXELS));
    const side = Math.floor((resolution - 1) / stride) + 1;
    for (const picture of this.pictures) {
      const values = valuesOf(picture.column, picture.unit);
      if (values !== null) {
        picture.paint(values, resolution, stride, side, colours, discretize);
      }
      const bias = biasOf(picture.column, picture.unit);
      if (picture.square && bias !== null) {
        picture.square.style.background = colours.of(bias);
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
    text.textContent = title;
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
    const canvas = document.createElement("canvas");
    button.append(canvas);
    const square = place.column > 0 ? document.createElement("span") : null;
    if (square) {
      square.className = "nnlab-bias";
      button.append(square);
    }
    const { show, hide, open, feature } = this.actions;
    button.addEventListener("pointerenter", () => show(place));
    button.addEventListener("focus", () => show(place));
    button.addEventListener("pointerleave", () => hide(place));
    button.addEventListener("blur", () => hide(place));
    button.addEventListener("click", () => (place.column === 0 ? feature(place.unit) : open(place)));
    this.root.append(button);
    this.pictures.push(new Picture(canvas, square, place));
    this.buttons.set(`${place.column} ${place.unit}`, button);
    return button;
  }

  /** The button of a neuron. */
  buttonOf(column, unit) {
    return this.buttons.get(`${column} ${unit}`);
  }
}

class Picture {
  constructor(canvas, square, { column, unit }) {
    Object.assign(this, { canvas, square, column, unit, context: canvas.getContext("2d"), image: null });
  }

  paint(values, resolution, stride, side, colours, discretize) {
    if (this.canvas.width !== side || this.image === null) {
      this.canvas.width = this.canvas.height = side;
      this.image = this.context.createImageData(side, side);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.sample = new Float32Array(side * side);
    }
    let sampled = values;
    if (stride > 1) {
      sampled = this.sample;
      for (let row = 0; row < side; row += 1) {
        for (let column = 0; column < side; column += 1) {
          sampled[row * side + column] = values[row * stride * resolution + column * stride];
        }
      }
    }
    colours.paint(this.pixels, sampled, discretize);
    this.context.putImageData(this.image, 0, 0);
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
