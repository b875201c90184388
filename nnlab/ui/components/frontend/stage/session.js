// What the parts of the stage share: the run's data, the clock, and the line to the server. One for each key on the page.

import { Playback } from "./playback.js";
import { RunStore, WHOLE_EPOCHS, base64, floats, integers } from "./run_store.js";

const SESSIONS = Symbol.for("nnlab.stages");
const REPORT_EVERY = 250; // milliseconds
/** Until there is a first epoch to show, somebody waits for it. */
const FIRST_REPORTS_EVERY = 80;
/** So long an edit may take; then what the server says counts. */
const EDIT_PATIENCE = 3000;
const NO_EPOCHS = new Int32Array(0);
const NO_ROWS = new Float32Array(0);

/** @returns {StageSession} the one of this key, whichever component asks first */
export function sessionOf(key) {
  // Each component is served under its own address and has its own copies of these modules: what they share is the page.
  globalThis[SESSIONS] ??= new Map();
  const sessions = globalThis[SESSIONS];
  if (!sessions.has(key)) {
    sessions.set(key, new StageSession());
  }
  return sessions.get(key);
}

export class StageSession {
  constructor() {
    this.store = new RunStore();
    this.playback = new Playback();
    /** What the server said last, beside the data of epochs. */
    this.news = { run: null, live: false, ended: true, started: false, status: "", changes: [] };
    /** Called when there is something new to draw. */
    this.listeners = new Set();
    this.commands = [];
    this.number = 0;
    this.send = null;
    this.timer = null;
    this.wish = 0;
    this.playNext = false;
    /** An epoch that a step goes to as soon as it is here. */
    this.target = null;
    this.filled = -1;
    this.recorded = false;
    /** The last edit that the server has not made yet. */
    this.editing = null;
  }

  /** Take in an update of the server. */
  receive(update, send) {
    this.send = send;
    this.commands = this.commands.filter(({ id }) => id > update.ack);
    this.number = Math.max(this.number, update.ack);
    this.news = update;
    if (update.run !== this.store.run) {
      this.#begin(update);
    }
    if (!this.#awaits(update)) {
      this.store.merge(unpacked(update));
      this.playback.position = Math.max(0, Math.min(this.playback.position, this.store.newest));
    }
    if (this.target !== null && this.store.newest >= this.target) {
      this.playback.hold(this.target);
      this.target = null;
    }
    if (this.opening && this.store.newest > 0) {
      // A run found again, after a reload or a reset taken back, is shown where it stands.
      this.playback.position = this.store.newest;
      this.opening = update.lacking;
    }
    if (update.wish > this.wish) {
      this.wish = update.wish;
      this.command("apply", { epoch: this.playback.epoch, wish: update.wish });
    }
    this.#keepReporting();
    this.changed();
  }

  /** Play a recorded run, again and again; there is no server behind it. */
  show(recorded, moves) {
    if (this.store.run === recorded.run) {
      return;
    }
    this.recorded = true;
    this.store = new RunStore(recorded.run);
    this.store.merge(unpacked({ ...recorded, revision: 0, rewound_to: null, first: 0 }));
    this.news = { ...this.news, run: recorded.run, started: true };
    this.playback.repeats = true;
    this.playback.begin(moves, moves ? 0 : this.store.newest);
    this.changed();
  }

  /** Ask the server for something; asked again until it has answered. */
  command(kind, details = {}) {
    if (this.recorded) {
      return;
    }
    this.number += 1;
    this.commands.push({ id: this.number, kind, run: this.store.run, ...details });
    this.report();
    this.#keepReporting();
  }

  /** Set one parameter of the epoch on screen by hand. */
  edit(epoch, place, value) {
    const weights = this.store.weights.get(epoch).slice();
    weights[place] = value;
    this.store.edit(epoch, weights);
    this.playback.position = epoch;
    this.command("edit", { epoch, weights: base64(weights) });
    this.editing = { revision: this.store.revision, until: Date.now() + EDIT_PATIENCE };
    this.changed();
  }

  /** Show the next epoch and stand still there. */
  step() {
    const { playback, store } = this;
    playback.hold(playback.epoch);
    const next = store.next(playback.epoch);
    if (next >= 0) {
      playback.hold(next);
    } else {
      this.target = playback.epoch + 1;
      this.command("step", { epoch: this.target });
    }
    this.changed();
  }

  changed() {
    for (const listener of this.listeners) {
      listener();
    }
  }

  /** Say what is on screen and what is here. */
  report() {
    if (this.send === null) {
      return;
    }
    const { store, playback } = this;
    this.send("report", {
      run: store.run,
      revision: store.revision,
      epoch: Math.max(0, playback.epoch),
      have: this.#have(),
      count: store.count,
      playing: playback.playing,
      allowed: playback.allowed,
      commands: this.commands,
      at: Date.now(),
    });
  }

  /** Play, or stand still on the epoch on screen. */
  play(playing) {
    this.playback.playing = playing;
    this.changed();
  }

  /** Whether the server has yet to go back to an edited epoch: what it sends until then is of the time before. */
  #awaits(update) {
    if (this.editing === null) {
      return false;
    }
    const done = update.revision > this.editing.revision && this.commands.length === 0;
    if (done || update.ended || Date.now() > this.editing.until) {
      this.editing = null;
    }
    return this.editing !== null;
  }

  /** The epoch after which weights are wanted: while nothing moves, those of the last epochs that were passed over. */
  #have() {
    const { store } = this;
    if (this.news.live || store.newest <= this.filled) {
      return store.newest;
    }
    this.filled = store.newest;
    return Math.max(-1, store.newest - WHOLE_EPOCHS);
  }

  #begin(update) {
    // A run that came in another's place plays on or stands still as that did.
    const moved = typeof update.plays === "boolean";
    const asked = this.playNext || update.plays === true;
    this.store = new RunStore(update.run);
    this.filled = -1;
    this.editing = null;
    this.target = null;
    this.opening = update.started && !asked && !moved;
    this.playback.begin(update.run !== null && (asked || (this.opening && update.live)));
    this.playNext = false;
  }

  #keepReporting() {
    if (this.timer === null) {
      const every = this.store.newest < 1 ? FIRST_REPORTS_EVERY : REPORT_EVERY;
      this.timer = setTimeout(() => this.#tick(), every);
    }
  }

  #tick() {
    this.timer = null;
    // Once more after the run has come to a halt: the epochs that were passed over are worth having now.
    const gaps = this.store.newest > this.filled;
    if (this.commands.length === 0 && !this.news.live && !this.news.lacking && !gaps) {
      return;
    }
    if (document.visibilityState === "visible") {
      this.report();
    }
    this.#keepReporting();
  }
}

function unpacked(update) {
  return {
    revision: update.revision,
    rewoundTo: update.rewound_to,
    first: update.first,
    history: Object.fromEntries(Object.entries(update.history).map(([name, text]) => [name, floats(text)])),
    epochs: update.epochs ? integers(update.epochs) : NO_EPOCHS,
    rows: update.rows ? floats(update.rows) : NO_ROWS,
  };
}
