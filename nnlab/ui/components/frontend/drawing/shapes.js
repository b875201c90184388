// Ready lines for who cannot or does not want to draw. Places are in sides of the canvas.

const RADIUS = 0.26;
const WIDTH = 0.012;
const POINTS = 48;

/**
 * A closed line round the middle: a circle, or a polygon with so many corners.
 *
 * @param {number} corners 0 for a circle
 */
export function shape(corners) {
  const count = corners || POINTS;
  const points = Array.from({ length: count + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return [0.5 + RADIUS * Math.sin(angle), 0.5 - RADIUS * Math.cos(angle), WIDTH].map(
      (value) => Math.round(value * 10000) / 10000,
    );
  });
  return points;
}
