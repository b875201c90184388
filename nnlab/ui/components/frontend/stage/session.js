// What the parts of the stage share: the run's data, the clock, and the ways to the server.

import { bandOf } from "./band.js";
import { Line } from "./line.js";
import { FIRST_REPORT_EVERY, REPORT_EVERY, untilNextReport } from "./pace.js";
import { Patience } from "./patience.js";
import { Playback } from "./playback.js";
import { RunStore, WHOLE_EPOCHS, base64, unpacked } from "./run_store.js";

/** So long an edit may take; then what the server says counts. */
const EDIT_PATIENCE = 3000;

export class StageSession {
  /** @param {() => WebSocket} openLine */
  constructor(openLine) {
    this.line = new Line((answer) => this.#answered(answer), openLine);
    /** What the line said last. */
    this.heard = null;
    this.reported = -Infinity;
    this.patience = new Patience();
    this.undoUntil = 0;
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
    /** Whether the run is compared with many others of the same setting, and where they lie. */
    this.hundred = false;
    /** @type {import("./band.js").Band|null} */
    this.band = null;
    /** The last edit that the server has not made yet. */
    this.editing = null;
  }

  /** Take in an update of the server. */
  receive(update, send) {
    this.send = send;
    this.patience.renew();
    this.commands = this.commands.filter(({ id }) => id > update.ack);
    this.number = Math.max(this.number, update.ack);
    this.news = update;
    this.heard = null;
    if (update.run !== this.store.run) {
      this.#begin(update);
    }
    this.#offerUndo(update.undo);
    this.#take(update);
    if (update.wish > this.wish) {
      this.wish = update.wish;
      this.command("apply", { epoch: this.playback.epoch, wish: update.wish });
    }
    if (update.live) {
      this.#ask();
    }
    this.#keepReporting();
    this.changed();
  }

  /** Take in what has come of the run, whichever way. */
  #take(update) {
    this.lacking = update.lacking;
    if (update.band !== undefined && this.hundred) {
      this.band = update.band === null ? null : bandOf(update.band);
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
  }

  #answered(answer) {
    if (answer.run !== this.store.run) {
      return;
    }
    this.heard = answer;
    if (!answer.gone) {
      this.#take({ ...answer, ended: this.news.ended });
    }
    this.#keepReporting();
    this.changed();
  }

  /** Whether the reset before this run can still be taken back. */
  get canUndo() {
    return Date.now() < this.undoUntil;
  }

  #offerUndo(seconds = 0) {
    this.undoUntil = Date.now() + 1000 * seconds;
    clearTimeout(this.undoTimer);
    if (seconds > 0) {
      this.undoTimer = setTimeout(() => this.changed(), 1000 * seconds + 50);
    }
  }

  /** The page that shows the stage is left; what it played waits. */
  leave() {
    this.send = null;
    this.line.close();
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
    this.patience.renew();
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

  /** Say through Streamlit what is on screen, what is here and what is wanted. */
  report() {
    if (this.send !== null) {
      this.reported = Date.now();
      this.patience.asked();
      this.send("report", { ...this.#state(), commands: this.commands, at: this.reported });
      this.#askedForGaps();
    }
  }

  #askedForGaps() {
    if (!this.news.live) {
      this.filled = this.store.newest;
    }
  }

  #state() {
    const { store, playback } = this;
    return {
      run: store.run,
      revision: store.revision,
      epoch: Math.max(0, playback.epoch),
      have: this.#have(),
      count: store.count,
      playing: playback.playing,
      allowed: playback.allowed,
      band: this.band?.key ?? "",
    };
  }

  /** Compare the run with many others of the same setting, or no longer. */
  compare(on) {
    this.hundred = on;
    this.band = null;
    this.#keepReporting();
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
    if (this.timer === null && !this.recorded) {
      this.timer = setTimeout(() => this.#tick(), this.#nextReport());
    }
  }

  #nextReport() {
    const { store, playback, line } = this;
    const inHand = this.#hasToSpeak() ? 0 : 1000 * playback.inHand(store.newest);
    return untilNextReport({ works: line.works, shown: store.newest >= 1, inHand });
  }

  #tick() {
    this.timer = null;
    // Once more after the run has come to a halt: the epochs that were passed over are worth having now.
    const gaps = this.store.newest > this.filled;
    const awaited = this.hundred && this.band?.pending !== false;
    if (this.send === null || (!this.#hasToSpeak() && !this.news.live && !this.lacking && !gaps && !awaited)) {
      return;
    }
    if (document.visibilityState === "visible") {
      const pause = this.patience.pause(this.store.newest < 1 ? FIRST_REPORT_EVERY : REPORT_EVERY);
      const due = Date.now() - this.reported >= pause - 5;
      if (due && (this.#hasToSpeak() || !this.line.works)) {
        this.report();
      }
      this.#ask();
    }
    this.#keepReporting();
  }

  #ask() {
    if (this.store.run !== null && this.line.ask({ ...this.#state(), stage: this.news.stage })) {
      this.#askedForGaps();
    }
  }

  /** Whether there is something that only the page behind Streamlit can do or say. */
  #hasToSpeak() {
    const { commands, heard, news, playback } = this;
    const known = heard !== null && (heard.gone || heard.stamp !== news.stamp || (heard.paused && playback.playing));
    return known || commands.length > 0;
  }
}
