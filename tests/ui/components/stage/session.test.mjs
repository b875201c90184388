import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { base64 } from "../../../../nnlab/ui/components/frontend/stage/run_store.js";
import { StageSession } from "../../../../nnlab/ui/components/frontend/stage/session.js";

globalThis.document = { visibilityState: "visible" };

function news(changes = {}) {
  const { losses = [], epochs = [], ...rest } = changes;
  return {
    run: "a",
    revision: 0,
    rewound_to: null,
    ack: 0,
    wish: 0,
    first: 0,
    history: losses.length ? { loss: base64(Float32Array.from(losses)) } : {},
    epochs: epochs.length ? base64(Int32Array.from(epochs)) : "",
    rows: epochs.length ? base64(Float32Array.from(epochs)) : "",
    live: true,
    ended: false,
    started: true,
    lacking: false,
    changes: [],
    status: "",
    ...rest,
  };
}

/** Node's clock runs a timer that a timer sets only at the next tick. */
function wait(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 20) {
    mock.timers.tick(20);
  }
}

function connected(first = {}) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const session = new StageSession();
  const sent = [];
  session.receive(news({ started: false, ...first }), (name, report) => sent.push(structuredClone(report)));
  return { session, sent, receive: (changes) => session.receive(news(changes), session.send) };
}

test("a command is asked again until the server has answered it, and only once more", () => {
  const { session, sent, receive } = connected();
  session.command("pause", { epoch: 3 });
  wait(1000);
  assert.ok(sent.length > 2);
  assert.ok(sent.every(({ commands }) => commands.length === 1 && commands[0].kind === "pause" && commands[0].run === "a"));

  receive({ ack: 1 });
  sent.length = 0;
  wait(1000);
  assert.ok(sent.every(({ commands }) => commands.length === 0));
});

test("commands are counted on from what the server has done before a reload", () => {
  const { session, sent } = connected({ ack: 17 });
  session.command("stop");

  assert.equal(sent.at(-1).commands[0].id, 18);
});

test("a run that has come to a halt is asked once for the epochs that were passed over, then left alone", () => {
  const { sent, receive } = connected();
  receive({ live: false, epochs: [0, 100, 500] });
  sent.length = 0;
  wait(5000);

  assert.deepEqual(sent.map(({ have }) => have), [300]);
});

test("the report says what is on screen and what is here", () => {
  const { session, sent, receive } = connected();
  receive({ losses: [3, 2, 1], epochs: [0, 1, 2, 3] });
  session.playback.speed = 20;
  session.play(true);
  session.playback.tick(0.1, session.store.newest);
  session.report();
  const { run, revision, epoch, have, count, playing, allowed } = sent.at(-1);

  assert.deepEqual({ run, revision, epoch, have, count, playing, allowed }, {
    run: "a", revision: 0, epoch: 2, have: 3, count: 3, playing: true, allowed: 42,
  });
});

test("a step that is not computed yet is shown as soon as it is, and nothing moves", () => {
  const { session, receive } = connected({ epochs: [0] });
  session.step();
  assert.equal(session.commands.at(-1).epoch, 1);
  receive({ epochs: [1, 2], ack: 1 });

  assert.equal(session.playback.epoch, 1);
  assert.equal(session.playback.playing, false);
});

test("a step among recorded epochs asks nobody", () => {
  const { session } = connected({ epochs: [0, 1, 2] });
  session.step();

  assert.equal(session.playback.epoch, 1);
  assert.equal(session.commands.length, 0);
});

test("an edit stands on screen at once, and what the server had sent before it does not undo it", () => {
  const { session, receive } = connected({ epochs: [0, 1, 2, 3], losses: [3, 2, 1] });
  session.playback.hold(2);
  session.edit(2, 0, 7);
  assert.equal(session.store.weights.get(2)[0], 7);
  assert.equal(session.store.newest, 2);

  receive({ ack: 1, first: 2, losses: [1], epochs: [3] });
  assert.equal(session.store.newest, 2);
  receive({ ack: 1, revision: 1, rewound_to: 2, first: 2, epochs: [2], rows: base64(Float32Array.of(7)) });
  assert.equal(session.store.weights.get(2)[0], 7);
  receive({ ack: 1, revision: 1, first: 2, losses: [0.5], epochs: [3] });
  assert.equal(session.store.newest, 3);
});

test("a wish of the page is answered with the epoch on screen, once", () => {
  const { session, receive } = connected({ epochs: [0, 1, 2, 3] });
  session.playback.hold(2);
  receive({ wish: 1 });
  receive({ wish: 1 });

  assert.deepEqual(session.commands.map(({ kind, epoch }) => [kind, epoch]), [["apply", 2]]);
});

test("another run begins at its beginning, and plays if Train was pressed", () => {
  const { session, receive } = connected({ epochs: [0, 1, 2] });
  session.playback.hold(2);
  session.playNext = true;
  receive({ run: "b", epochs: [0] });

  assert.equal(session.playback.epoch, 0);
  assert.equal(session.playback.playing, true);
  assert.deepEqual(session.store.epochs, [0]);
});

test("a run found again after a reload is shown where it stands and goes on", () => {
  const { session } = connected({ epochs: [0, 1, 2], losses: [2, 1], started: true });

  assert.equal(session.playback.epoch, 2);
  assert.equal(session.playback.playing, true);
});
