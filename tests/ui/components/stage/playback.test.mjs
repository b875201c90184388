import assert from "node:assert/strict";
import test from "node:test";

import { Playback } from "../../../../nnlab/ui/components/frontend/stage/playback.js";

function playing(speed, position = 0) {
  const playback = new Playback();
  playback.speed = speed;
  playback.begin(true, position);
  return playback;
}

test("at 60 epochs a second each frame of a sixtieth shows the next epoch", () => {
  const playback = playing(60);
  const shown = Array.from({ length: 120 }, () => playback.tick(1 / 60, 1000));

  assert.deepEqual(shown, Array.from({ length: 120 }, (_, index) => index + 1));
});

test("it waits at the newest epoch", () => {
  assert.equal(playing(250).tick(0.2, 7), 7);
});

test("as fast as it computes shows another epoch in each frame, and the newest of a heap soon", () => {
  const playback = playing(Infinity);
  const shown = Array.from({ length: 60 }, () => playback.tick(1 / 60, 4321));

  assert.equal(new Set(shown.slice(0, 30)).size, 30);
  assert.ok(shown[14] > 0.85 * 4321);
  assert.equal(shown.at(-1), 4321);
});

test("what is in hand is how long it can play without anything new", () => {
  assert.equal(playing(60, 100).inHand(220), 2);
  assert.equal(playing(60, 100).inHand(40), 0);
  assert.equal(playing(Infinity).inHand(5000), 0);
  const paused = playing(60, 100);
  paused.hold(100);
  assert.equal(paused.inHand(220), 0);
});

test("paused it stands still on the epoch on screen", () => {
  const playback = playing(60);
  playback.tick(0.1, 100);
  playback.hold(playback.epoch);

  assert.equal(playback.tick(0.2, 100), 6);
});

test("a page that slept does not leap", () => {
  assert.ok(playing(60).tick(30, 10_000) <= 15);
});

test("training may be two seconds ahead of the screen, or as far as it can", () => {
  assert.equal(playing(60, 100).allowed, 220);
  assert.equal(playing(1, 0).allowed, 2);
  assert.equal(playing(Infinity).allowed, null);
});

test("a recorded run begins again after a rest at its end", () => {
  const playback = playing(60);
  playback.repeats = true;
  const shown = Array.from({ length: 20 }, () => playback.tick(0.2, 10));

  assert.deepEqual(shown.slice(0, 10), Array(10).fill(10));
  assert.ok(shown.includes(0));
});
