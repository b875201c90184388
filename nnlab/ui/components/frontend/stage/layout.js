// Where neurons stand and which links join them. No page in here; tested under node.

const HEADER = 62;
/** Where columns stand close, the buttons above them stand one above the other. */
const NARROW_HEADER = 104;
const NARROW = 66;
const GAP = 8;
const SIDE = 20;
const LABEL = 48;
const LARGEST = 40;
const SMALLEST = 22;
const MOST_HEIGHT = 430;
/** From one column to the next, in sizes of a neuron; a network that needs more room than there is scrolls sideways. */
const LEAST_STEP = 1.55;

/**
 * Place the columns of a network: inputs, hidden layers, output.
 *
 * @param {number[]} sizes neurons of each column
 * @param {number} width room in pixels
 * @returns {{size: number, width: number, height: number, header: number, narrow: boolean,
 *            columns: {x: number, ys: number[]}[]}} centres of neurons
 */
export function place(sizes, width) {
  const most = Math.max(...sizes, 1);
  const steps = Math.max(1, sizes.length - 1);
  const byHeight = Math.floor(MOST_HEIGHT / most) - GAP;
  const byWidth = Math.floor((width - LABEL - SIDE) / (1 + steps * LEAST_STEP));
  const size = Math.max(SMALLEST, Math.min(LARGEST, byHeight, byWidth));
  const full = Math.max(width, LABEL + SIDE + size + Math.ceil(steps * size * LEAST_STEP));
  const first = LABEL + size / 2;
  const step = (full - first - size / 2 - SIDE) / steps;
  const narrow = step < NARROW;
  const header = narrow ? NARROW_HEADER : HEADER;
  const height = header + most * (size + GAP) + GAP;
  const columns = sizes.map((count, index) => ({
    x: first + index * step,
    ys: Array.from({ length: count }, (_, unit) => header + GAP + size / 2 + unit * (size + GAP)),
  }));
  return { size, width: full, height, header, narrow, step, columns };
}

/**
 * All links of a network in the order of its weights.
 *
 * @param {number[]} sizes neurons of each column
 * @param {{kernel: number}[]} places where the kernel of each layer begins among the weights
 * @returns {{layer: number, from: number, to: number, weight: number}[]}
 */
export function links(sizes, places) {
  const all = [];
  places.forEach(({ kernel }, layer) => {
    const units = sizes[layer + 1];
    for (let from = 0; from < sizes[layer]; from += 1) {
      for (let to = 0; to < units; to += 1) {
        all.push({ layer, from, to, weight: kernel + from * units + to });
      }
    }
  });
  return all;
}

/** Width of a link in pixels: what a weight weighs, up to 5. */
export function thickness(weight) {
  return Number.isFinite(weight) ? 0.5 + 1.9 * Math.min(5, Math.abs(weight)) : 0.5;
}

/** The points of the plane on a grid, row 0 at the top of the picture. */
export function grid({ left, right, low, high }, resolution) {
  const x1 = new Float32Array(resolution * resolution);
  const x2 = new Float32Array(resolution * resolution);
  const last = resolution - 1;
  for (let row = 0; row < resolution; row += 1) {
    for (let column = 0; column < resolution; column += 1) {
      x1[row * resolution + column] = left + ((right - left) * column) / last;
      x2[row * resolution + column] = high - ((high - low) * row) / last;
    }
  }
  return [x1, x2];
}

/**
 * What a neuron computes, as text: its activation of a weighted sum.
 *
 * @param {string} activation
 * @param {{weight: number, name: string}[]} terms
 * @param {number} bias
 * @param {(value: number) => string} write
 */
export function formula(activation, terms, bias, write) {
  const parts = terms.map(({ weight, name }, index) => `${signed(weight, index === 0, write)}·${name}`);
  const sum = [...parts, signed(bias, parts.length === 0, write)].join(" ");
  return activation === "linear" ? sum : `${activation}(${sum})`;
}

function signed(value, first, write) {
  const size = write(Math.abs(value));
  if (first) {
    return value < 0 ? `−${size}` : size;
  }
  return value < 0 ? `− ${size}` : `+ ${size}`;
}
