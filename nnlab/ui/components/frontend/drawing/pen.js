// How the pen's lines are made of what the pointer reports. Places and widths are in sides of the canvas.

export const CLOSEST = 0.008;
export const MOST_POINTS = 4000;

/**
 * How thick the line is: a mouse, and a finger on a screen that feels no pressure, draw with the pen as it is.
 *
 * @param {{pressure: number, pointerType: string}} pointer
 * @param {number} pen
 */
export function widthOf({ pressure, pointerType }, pen) {
  // A screen that feels no pressure says 0, 0.5 or 1 all the time.
  const felt = pointerType !== "mouse" && pressure > 0 && pressure < 1 && pressure !== 0.5;
  return pen * (felt ? 0.6 + 0.8 * pressure : 1);
}

/** Add a point to a line unless it is too close to the last one; whether it was added. */
export function extend(line, [x, y, width]) {
  const last = line.at(-1);
  if (last && Math.hypot(x - last[0], y - last[1]) < CLOSEST) {
    return false;
  }
  line.push([rounded(x), rounded(y), rounded(width)]);
  return true;
}

/** How many points the lines have. */
export function size(lines) {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

function rounded(value) {
  return Math.round(value * 10000) / 10000;
}
