import assert from "node:assert/strict";
import test from "node:test";

import { Colours } from "../../../../nnlab/ui/components/frontend/stage/colours.js";
import { Curve, Raster } from "../../../../nnlab/ui/components/frontend/stage/raster.js";

const BLACK = 0xff000000;
const WHITE = 0xffffffff;
const PALETTE = { negative: "#ff0000", middle: "#808080", positive: "#0000ff", text: "#000000", quiet: "#555555", background: "#ffffff", classes: [] };

function raster(width = 40, height = 20) {
  const made = new Raster(width, height, new ArrayBuffer(4 * width * height));
  made.clear(WHITE);
  return made;
}

/** How dark a column of pixels is in all, in black pixels. */
function darkness({ channels, width, height }, x) {
  let sum = 0;
  for (let y = 0; y < height; y += 1) {
    sum += 1 - channels[4 * (y * width + x)] / 255;
  }
  return sum;
}

test("a curve begins and ends at its points, and is level there", () => {
  const { left, centres, stretch } = new Curve(10, 5, 110, 65);

  assert.equal(left, 10);
  assert.equal(centres.length, 100);
  assert.ok(Math.abs(centres[0] - 5) < 0.1 && Math.abs(centres.at(-1) - 65) < 0.1);
  assert.ok(stretch[0] < 1.01 && stretch[50] > 1.3);
});

test("a point is as far from a curve as it is across it", () => {
  const level = new Curve(0, 10, 40, 10);
  assert.equal(level.distance(20, 13), 3);
  assert.equal(level.distance(50, 10), Infinity);

  // At its middle this one falls by 1.5 a pixel.
  const steep = new Curve(0, 0, 40, 40);
  assert.ok(Math.abs(steep.distance(20, steep.centres[20] + Math.hypot(1, 1.5) * 2) - 2) < 0.01);
});

test("a line covers as much of each column as it is thick, fractions too", () => {
  for (const thickness of [0.5, 1, 2.5, 7]) {
    const drawn = raster();
    drawn.stroke(new Curve(0, 10.3, 40, 10.3), thickness, BLACK, 1);
    assert.ok(Math.abs(darkness(drawn, 20) - thickness) < 0.02, `${darkness(drawn, 20)} for ${thickness}`);
  }
});

test("what runs out of the drawing is cut off", () => {
  const drawn = raster();
  drawn.stroke(new Curve(-20, -5, 80, 30), 6, BLACK, 1);

  assert.ok(darkness(drawn, 20) > 5);
  assert.equal(drawn.pixels.length, 800);
});

test("a dashed line has gaps", () => {
  const drawn = raster();
  drawn.stroke(new Curve(0, 10, 40, 10), 1, BLACK, 1, { on: 2, off: 4 });
  const dark = Array.from({ length: 40 }, (_, x) => darkness(drawn, x) > 0.5);

  assert.deepEqual(dark.slice(0, 8), [true, true, false, false, false, false, true, true]);
});

test("a picture shows each value in the colour of its shade, NaN in that of 0", () => {
  const colours = new Colours(PALETTE);
  const drawn = raster();
  drawn.picture(Float32Array.of(-1, 1, NaN, 0), 2, { left: 4, top: 2, size: 8 }, colours.shades(false));
  const at = (x, y) => drawn.pixels[y * drawn.width + x];

  assert.equal(at(4, 2), colours.shade(-1));
  assert.equal(at(11, 5), colours.shade(1));
  assert.equal(at(5, 9), colours.shade(NaN));
  assert.equal(at(11, 9), colours.shade(0));
  assert.equal(at(3, 2), WHITE);
  assert.equal(at(12, 9), WHITE);
});

test("a picture of an input that is off is pale", () => {
  const colours = new Colours(PALETTE);
  const drawn = raster();
  drawn.picture(Float32Array.of(1), 1, { left: 0, top: 0, size: 4 }, colours.shades(false), 0.3);

  assert.ok(Math.abs(drawn.channels[0] - 0.7 * 255) < 1);
  assert.equal(drawn.channels[2], 255);
});

test("squares are filled", () => {
  const drawn = raster();
  drawn.square(3, 4, 5, BLACK);

  assert.equal(drawn.pixels.filter((pixel) => pixel === BLACK).length, 25);
  assert.equal(drawn.pixels[4 * 40 + 3], BLACK);
});
