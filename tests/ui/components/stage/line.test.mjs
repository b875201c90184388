import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Line, lineAddress } from "../../../../nnlab/ui/components/frontend/stage/line.js";

class Socket {
  constructor() {
    this.readyState = 0;
    this.sent = [];
    this.closed = false;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  come(data) {
    this.onmessage({ data: JSON.stringify(data) });
  }
}

function line() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"] });
  const sockets = [];
  const answers = [];
  const made = new Line(
    (answer) => answers.push(answer),
    () => {
      sockets.push(new Socket());
      return sockets.at(-1);
    },
  );
  return { made, sockets, answers };
}

test("the line ends where the page came from", () => {
  const module = "https://class.example/nn/_stcore/bidi-components/nnlab.network_view/stage/session.js";

  assert.equal(lineAddress(module), "wss://class.example/nn/nnlab/line");
  assert.equal(lineAddress("http://localhost:8501/_stcore/x.js"), "ws://localhost:8501/nnlab/line");
});

test("it opens with the first report and has one report under way at a time", () => {
  const { made, sockets, answers } = line();
  assert.equal(made.ask({ number: 1 }), false);
  assert.equal(made.ask({ number: 2 }), false);
  sockets[0].readyState = 1;
  assert.equal(made.ask({ number: 3 }), true);
  assert.equal(made.ask({ number: 4 }), false);
  sockets[0].come({ run: "a" });

  assert.deepEqual(answers, [{ run: "a" }]);
  assert.equal(made.ask({ number: 5 }), true);
  assert.deepEqual(sockets[0].sent, [{ number: 3 }, { number: 5 }]);
});

test("a line that breaks is opened again, later and later", () => {
  const { made, sockets } = line();
  made.ask({});
  sockets[0].onclose();
  assert.equal(made.works, false);
  made.ask({});
  assert.equal(sockets.length, 1);
  mock.timers.tick(1000);
  made.ask({});
  assert.equal(sockets.length, 2);
  sockets[1].onclose();
  mock.timers.tick(1500);
  made.ask({});
  assert.equal(sockets.length, 2);
  mock.timers.tick(500);
  made.ask({});
  assert.equal(sockets.length, 3);
});

test("an answer that does not come ends the line", () => {
  const { made, sockets } = line();
  made.ask({});
  sockets[0].readyState = 1;
  made.ask({});
  mock.timers.tick(5001);

  assert.equal(made.ask({}), false);
  assert.equal(sockets[0].closed, true);
  assert.equal(made.works, false);
});
