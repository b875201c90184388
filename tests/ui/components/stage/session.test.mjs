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
    stage: "t",
    stamp: "s",
    ...rest,
  };
}

/** Node's clock runs a timer that a timer sets only at the next tick. */
function wait(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 20) {
    mock.timers.tick(20);
  }
}

/** A line that opens at once where `works` is true, and keeps what goes out. */
function lineOf(works) {
  const socket = { readyState: works ? 1 : 0, asked: [], close() {}, send: (text) => socket.asked.push(JSON.parse(text)) };
  socket.answer = (answer) => socket.onmessage({ data: JSON.stringify(news({ paused: false, ...answer })) });
  return socket;
}

function connected(first = {}, line = lineOf(false)) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const session = new StageSession(() => line);
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

test("a server that is behind is asked more and more rarely, and at once for something new", () => {
  const { session, sent, receive } = connected();
  session.command("pause", { epoch: 3 });
  wait(60_000);
  assert.ok(sent.length < 20, `${sent.length} reports in a minute without an answer`);

  sent.length = 0;
  session.command("stop");
  assert.equal(sent.length, 1);
  sent.length = 0;
  for (let second = 0; second < 4; second += 1) {
    receive({ ack: 2 });
    wait(1000);
  }
  assert.ok(sent.length >= 8, `${sent.length} reports in four seconds to a server that answers`);
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

test("with enough in hand it reports rarely, but a command at once and often", () => {
  const { session, sent, receive } = connected();
  receive({ losses: Array(120).fill(1), epochs: Array.from({ length: 121 }, (_, epoch) => epoch) });
  session.playback.speed = 60;
  session.play(true);
  wait(300);
  sent.length = 0;
  wait(2000);
  assert.ok(sent.length <= 3, `${sent.length} reports in two seconds`);

  sent.length = 0;
  session.command("stop");
  wait(3000);
  assert.ok(sent.length >= 3);
});

test("over the line epochs come without Streamlit", () => {
  const line = lineOf(true);
  const { session, sent } = connected({ epochs: [0] }, line);
  wait(200);
  sent.length = 0;
  wait(500);
  assert.equal(sent.length, 0);
  assert.equal(line.asked[0].stage, "t");
  line.answer({ losses: [3, 2], epochs: [1, 2] });

  assert.deepEqual(session.store.epochs, [0, 1, 2]);
  const before = line.asked.length;
  wait(200);
  assert.equal(line.asked.length, before + 1);
  assert.equal(line.asked.at(-1).have, 2);
});

test("what has words goes through Streamlit: a command, another stamp, a run that was set aside", () => {
  const line = lineOf(true);
  const { session, sent, receive } = connected({ epochs: [0, 1] }, line);
  const speaks = () => {
    sent.length = 0;
    wait(600);
    return sent.length > 0;
  };
  wait(200);
  assert.equal(speaks(), false);
  line.answer({ stamp: "other" });
  assert.equal(speaks(), true);
  receive({ stamp: "other" });
  assert.equal(speaks(), false);
  session.play(true);
  line.answer({ stamp: "other", paused: true });
  assert.equal(speaks(), true);
  receive({ stamp: "other" });
  session.play(false);
  line.answer({ gone: true });
  assert.equal(speaks(), true);
});

test("where the line does not work everything goes through Streamlit", () => {
  const { sent, receive } = connected({ epochs: [0, 1] });
  sent.length = 0;
  for (let part = 0; part < 5; part += 1) {
    wait(220);
    receive();
  }

  assert.ok(sent.length >= 3);
});

test("who has left the page asks for nothing more", () => {
  const line = lineOf(true);
  const { session, sent } = connected({ epochs: [0, 1] }, line);
  wait(200);
  session.leave();
  sent.length = line.asked.length = 0;
  wait(2000);

  assert.equal(sent.length + line.asked.length, 0);
});

test("a reset can be taken back for so long", () => {
  const { session, receive } = connected();
  let drawn = 0;
  receive({ undo: 2 });
  session.listeners.add(() => (drawn += 1));
  assert.equal(session.canUndo, true);
  wait(2200);

  assert.equal(session.canUndo, false);
  assert.ok(drawn > 0);
});
