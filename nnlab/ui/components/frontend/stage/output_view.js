// The large picture: what the network, or the neuron under the pointer, makes of the plane, and the data in it.

const POINT = 3.2; // pixels: the radius of a sample
const SHAPES = ["circle", "square", "diamond", "triangle", "cross", "star"];

export class OutputView {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-output";
    this.root.setAttribute("role", "img");
    this.picture = document.createElement("canvas");
    this.picture.className = "nnlab-plane";
    this.overlay = document.createElement("canvas");
    this.overlay.className = "nnlab-points";
    this.root.append(this.picture, this.overlay);
    parent.append(this.root);
    this.context = this.picture.getContext("2d");
    this.resolution = 0;
    this.described = -Infinity;
  }

  /** Paint one number at each point of the plane, between -1 and 1. */
  paint(values, resolution, colours, discretize) {
    this.#size(resolution);
    colours.paint(this.pixels, values, discretize);
    this.context.putImageData(this.image, 0, 0);
  }

  /** Paint the likeliest class at each point of the plane. */
  paintClasses(outputs, resolution, colours, discretize) {
    this.#size(resolution);
    colours.paintClasses(this.pixels, outputs, discretize);
    this.context.putImageData(this.image, 0, 0);
  }

  /** Nothing is known yet: leave the ground empty. */
  clear() {
    this.context.clearRect(0, 0, this.picture.width, this.picture.height);
  }

  /** Draw axes and samples; only when they, the width or the theme change. */
  drawPoints(setting, sets, colours) {
    const width = this.root.clientWidth;
    if (width === 0) {
      return;
    }
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.overlay.width = this.overlay.height = width * ratio;
    const context = this.overlay.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { left, right, low, high, names } = setting.plane;
    const x = (value) => ((value - left) / (right - left)) * width;
    const y = (value) => ((high - value) / (high - low)) * width;
    for (const { points, edge } of sets) {
      const [first, second] = points.plane;
      for (let index = 0; index < points.targets.length; index += 1) {
        context.fillStyle = colourOf(points.targets[index], setting, colours);
        context.strokeStyle = edge;
        context.lineWidth = 1;
        const shape = markOf(points.targets[index], setting);
        mark(context, x(first[index]), y(second[index]), shape, POINT * colours.scale);
      }
    }
    context.font = `${11 * colours.scale}px sans-serif`;
    this.#axes(context, setting.plane, width, colours.palette.text, names);
  }

  /** Say in words what is seen, at most once a second. */
  describe(text) {
    const now = performance.now();
    if (now - this.described >= 1000 && this.root.getAttribute("aria-label") !== text) {
      this.described = now;
      this.root.setAttribute("aria-label", text);
    }
  }

  #size(resolution) {
    if (this.resolution !== resolution) {
      this.resolution = resolution;
      this.picture.width = this.picture.height = resolution;
      this.image = this.context.createImageData(resolution, resolution);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
  }

  #axes(context, { left, right, low, high }, width, ink, names) {
    context.fillStyle = ink;
    context.textBaseline = "bottom";
    const write = (value) => String(Number(value.toPrecision(2))).replace("-", "−");
    context.textAlign = "left";
    context.fillText(write(left), 3, width - 2);
    context.fillText(write(high), 3, 14);
    context.textAlign = "right";
    context.fillText(write(right), width - 3, width - 2);
    context.textAlign = "center";
    context.fillText(names[0], width / 2, width - 2);
    context.textAlign = "left";
    context.fillText(names[1], 3, width / 2);
  }
}

function colourOf(target, setting, colours) {
  if (setting.task === "multiclass") {
    return setting.palette.classes[target];
  }
  return setting.task === "binary" ? colours.of(target > 0 ? 1 : -1) : colours.of(target);
}

function markOf(target, setting) {
  if (setting.task === "regression") {
    return SHAPES[0];
  }
  return SHAPES[setting.task === "binary" ? (target > 0 ? 1 : 0) : target] ?? SHAPES[0];
}

function mark(context, x, y, shape, size) {
  context.beginPath();
  if (shape === "circle") {
    context.arc(x, y, size, 0, 2 * Math.PI);
  } else if (shape === "square") {
    context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  } else {
    const corners = { diamond: 4, triangle: 3, cross: 4, star: 5 }[shape];
    const inner = { cross: 0.35, star: 0.45 }[shape];
    const steps = inner ? 2 * corners : corners;
    for (let step = 0; step < steps; step += 1) {
      const radius = size * 1.35 * (inner && step % 2 ? inner : 1);
      const angle = (step / steps) * 2 * Math.PI - Math.PI / 2;
      context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    context.closePath();
  }
  context.fill();
  context.stroke();
}
