import assert from "node:assert/strict";
import test from "node:test";

import { renderer } from "../../../nnlab/ui/components/frontend/renderer.js";

function recorded() {
  const calls = [];
  const render = renderer(() => {
    calls.push("made");
    return { update: (data) => calls.push(`updated ${data}`), remove: () => calls.push("removed") };
  });
  return { calls, render };
}

test("one view serves all updates of a place", () => {
  const { calls, render } = recorded();
  const parentElement = { isConnected: true };
  render({ parentElement, data: 1 });
  render({ parentElement, data: 2 });
  assert.deepEqual(calls, ["made", "updated 1", "updated 2"]);
});

test("two places have two views", () => {
  const { calls, render } = recorded();
  render({ parentElement: { isConnected: true }, data: 1 });
  render({ parentElement: { isConnected: true }, data: 2 });
  assert.deepEqual(calls, ["made", "updated 1", "made", "updated 2"]);
});

test("an update that was overtaken takes nothing down", () => {
  const { calls, render } = recorded();
  const parentElement = { isConnected: true };
  const cleanUp = render({ parentElement, data: 1 });
  cleanUp();
  render({ parentElement, data: 2 });
  assert.deepEqual(calls, ["made", "updated 1", "updated 2"]);
});

test("a place that left the page takes its view along", () => {
  const { calls, render } = recorded();
  const parentElement = { isConnected: true };
  const cleanUp = render({ parentElement, data: 1 });
  parentElement.isConnected = false;
  cleanUp();
  assert.deepEqual(calls, ["made", "updated 1", "removed"]);
});
