// The stage: buttons, network, output, curves and timeline of one run, all of the same epoch.

import { floats } from "./run_store.js";
import { Colours } from "./colours.js";
import { CurvesView } from "./curves_view.js";
import { FiguresView, number, results, sampleColumns, share } from "./figures_view.js";
import { NetworkView } from "./network.js";
import { OutputView } from "./output_view.js";
import { Fineness, Plane, RESOLUTIONS } from "./plane.js";
import { SwitchesView } from "./switches_view.js";
import { TransportView } from "./transport_view.js";
import { filled } from "./words.js";

const PALETTE = ["negative", "middle", "positive", "quiet", "primary", "on_primary", "training", "validation"];
export class Stage {
  /**
   * @param {Element} parent
   * @param {import("./session.js").StageSession} session
   */
  constructor(parent, session) {
    this.session = session;
    this.fineness = new Fineness();
    this.frame = null;
    this.lastFrame = null;
    this.view = {};
    this.#build(parent);
    this.wake = () => this.#wake();
    session.listeners.add(this.wake);
    this.observer = new ResizeObserver(() => {
      // What opens below the network makes the stage taller, and nothing has to move for that.
      if (this.root.clientWidth !== this.width) {
        this.#lay();
      }
    });
    this.observer.observe(this.root);
  }

  /** Show another setting; the run comes to the session by itself. */
  update(setting) {
    const first = this.setting === undefined;
    this.setting = { ...setting };
    if (first) {
      this.session.playback.speed = setting.view.speed ?? Infinity;
      this.view = { ...setting.view };
      this.session.hundred = Boolean(setting.view.hundred_seeds);
    }
    this.colours = new Colours(setting.palette);
    this.plane = new Plane(this.setting);
    this.setting.samples = {
      training: sampleColumns(setting, decoded(setting.training)),
      validation: sampleColumns(setting, decoded(setting.validation)),
    };
    this.transport.name(setting.words, setting.hidden);
    this.switches.name(setting.words, setting.hidden, this.view);
    this.figures.name(setting.words, setting.net.metric);
    this.curves.name(setting);
    this.root.classList.toggle("nnlab-locked", setting.locked);
    for (const name of PALETTE) {
      this.root.style.setProperty(`--nnlab-${name.replace("_", "-")}`, setting.palette[name]);
    }
    this.#lay();
  }

  remove() {
    this.session.listeners.delete(this.wake);
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  #build(parent) {
    this.root = element("div", "nnlab-stage", parent);
    const { session } = this;
    this.transport = new TransportView(this.root, {
      train: () => this.#train(),
      pause: () => this.#pauseOrResume(),
      step: () => session.step(),
      stop: () => this.#command("stop"),
      reset: () => this.#command("reset"),
      same: () => this.#command("same"),
      undo: () => this.#command("undo"),
      speed: (speed) => this.#speed(speed),
      rewind: (epoch) => this.#rewind(epoch),
    });
    this.root.append(this.transport.timeline);
    const middle = element("div", "nnlab-middle", this.root);
    this.network = new NetworkView(element("div", "nnlab-network-column", middle), {
      edit: (place, value) => session.edit(this.shown, place, value),
      structure: (kind, details) => session.command(kind, details),
      wake: this.#wake.bind(this),
    });
    const output = element("div", "nnlab-output-column", middle);
    this.output = new OutputView(output);
    this.figures = new FiguresView(output);
    this.switches = new SwitchesView(output, (name, on) => this.#switch(name, on));
    this.curves = new CurvesView(this.root);
  }

  #train() {
    const { session } = this;
    if (session.store.run !== null && !session.news.started) {
      session.play(true);
    } else {
      session.playNext = true;
    }
    session.command("train");
  }

  #pauseOrResume() {
    const { session } = this;
    const { playback } = session;
    if (playback.playing) {
      playback.hold(this.shown);
      session.command("pause", { epoch: this.shown });
    } else {
      session.play(true);
      session.command("resume");
    }
    session.changed();
  }

  #command(kind) {
    this.session.play(false);
    this.session.command(kind);
  }

  #speed(speed) {
    const { playback } = this.session;
    playback.position = playback.epoch;
    playback.speed = speed;
    this.session.command("view", { name: "speed", value: Number.isFinite(speed) ? speed : null });
  }

  #rewind(epoch) {
    this.session.playback.hold(epoch);
    this.#wake();
  }

  #switch(name, on) {
    this.view[name] = on;
    if (name === "hundred_seeds") {
      this.session.compare(on);
    }
    this.session.command("view", { name, value: on });
    this.#paintPoints();
    this.#wake();
  }

  #lay() {
    this.width = this.root.clientWidth;
    if (this.setting === undefined || this.width === 0) {
      return;
    }
    this.transport.lay(this.width);
    this.network.lay(this.setting, this.plane);
    this.curves.lay();
    this.#paintPoints();
    this.#wake();
  }

  #paintPoints() {
    const { training, validation } = this.setting.samples;
    const { palette } = this.setting;
    const sets = [{ points: training, edge: palette.background }];
    if (this.view.show_test_data) {
      sets.push({ points: validation, edge: palette.text });
    }
    this.output.drawPoints(this.setting, sets, this.colours);
  }

  #wake() {
    this.dirty = true;
    if (this.frame === null) {
      this.lastFrame = null;
      this.frame = requestAnimationFrame((now) => this.#tick(now));
    }
  }

  #tick(now) {
    this.frame = null;
    // The width is known from the observer: to ask for it here would have the page laid out once more in each frame.
    if (this.setting === undefined || !this.width) {
      return;
    }
    const { playback, store } = this.session;
    const seconds = this.lastFrame === null ? 0 : (now - this.lastFrame) / 1000;
    this.lastFrame = now;
    const epoch = store.kept(playback.tick(seconds, store.newest));
    if (epoch !== this.shown || store.run !== this.run || this.dirty) {
      this.dirty = false;
      this.#draw(epoch, playback.playing);
    }
    if (playback.playing) {
      this.frame = requestAnimationFrame((next) => this.#tick(next));
    }
  }

  #draw(epoch, moving) {
    const begun = performance.now();
    const { store } = this.session;
    this.shown = epoch;
    this.run = store.run;
    const weights = store.weights.get(epoch) ?? null;
    const resolution = moving ? this.fineness.moving : RESOLUTIONS[0];
    const fits = weights !== null && weights.length === this.plane.at(resolution).forward.places.size;
    this.#pictures(fits ? weights : null, resolution);
    this.#transport(Math.max(0, epoch));
    this.#numbers(Math.max(0, epoch), fits ? weights : null);
    this.curves.draw(store, Math.max(0, epoch), this.view, this.session.news, this.session.band, moving);
    this.root.dataset.run = store.run ?? "";
    this.root.dataset.count = String(store.count);
    this.root.dataset.epoch = String(Math.max(0, epoch));
    if (moving) {
      this.fineness.spent(performance.now() - begun);
    }
  }

  #pictures(weights, resolution) {
    const { network, output, setting, colours, view } = this;
    const first = this.session.store.weights.get(0) ?? null;
    network.paint(weights, first, resolution, this.plane, colours, view.discretize);
    if (weights === null) {
      output.clear();
      return;
    }
    const hovered = network.hovered;
    const fineness = this.plane.at(resolution);
    if (hovered !== null) {
      output.paint(network.valuesOf(fineness, hovered.column, hovered.unit), resolution, colours, view.discretize);
    } else if (setting.net.output.units > 1) {
      output.paintClasses(fineness.forward.outputs, resolution, colours, view.discretize);
    } else {
      output.paint(fineness.answer, resolution, colours, view.discretize);
    }
  }

  #transport(epoch) {
    const { news, playback, store, playNext } = this.session;
    const { locked } = this.setting;
    const behind = playback.epoch < store.newest || playback.repeats;
    const training = news.started && !news.ended;
    if (playback.playing && news.ended && !behind) {
      playback.hold(store.newest);
    }
    this.transport.show({
      going: store.run !== null && (training || behind || playback.playing || playNext),
      playing: playback.playing || playNext,
      canTrain: news.canTrain !== false && !locked && !training && !playback.playing,
      canStop: training,
      undo: this.session.canUndo,
      epoch,
      newest: store.newest,
      speed: playback.speed,
      status: news.status,
    });
    this.transport.mark(news.changes, store.newest);
  }

  #numbers(epoch, weights) {
    const { setting, session } = this;
    const [training, validation] = results(setting, session.store, epoch, weights);
    this.figures.show([training, validation]);
    this.network.describe(weights);
    const write = setting.net.metric === "accuracy" ? share : number;
    this.output.describe(
      filled(setting.words.seen, {
        epoch: epoch.toLocaleString("en-US"),
        loss: number(training.loss),
        val_loss: number(validation.loss),
        metric: write(validation.metric),
      }),
    );
  }
}

function decoded({ columns, targets }) {
  const read = Object.fromEntries(Object.entries(columns).map(([name, text]) => [name, floats(text)]));
  return { columns: read, targets: floats(targets) };
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}
