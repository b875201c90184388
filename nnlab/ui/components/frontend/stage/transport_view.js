// The bar of buttons: train, pause, step; the epoch on screen, the speed, the slider over all recorded epochs.

import { SPEEDS } from "./playback.js";

// Outlines of Google's Material shapes would have to be fetched or copied: these few are drawn from scratch.
const ICONS = {
  play: "M6 4 L20 12 L6 20 Z",
  pause: "M6 4 H10 V20 H6 Z M14 4 H18 V20 H14 Z",
  step: "M5 4 L14 12 L5 20 Z M16 4 H19 V20 H16 Z",
  stop: "M5 5 H19 V19 H5 Z",
  reset: "M12 5 V1 L6 6.5 L12 12 V8 A5 5 0 1 1 7 13 H4 A8 8 0 1 0 12 5 Z",
  same: "M4 7 H16 V3 L22 9 L16 15 V11 H4 Z M4 17 H20 V20 H4 Z",
  undo: "M9 5 V1 L2 8 L9 15 V11 C15 11 18 13 20 18 C20 10 15 6 9 5 Z",
};

/** Under which name a teacher hides a button that is not called so. */
const CONTROLS = { train: "play", pause: "play", same: "reset" };

export class TransportView {
  /** @param {Element} parent */
  constructor(parent, actions) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-transport";
    this.root.setAttribute("role", "toolbar");
    this.buttons = new Map();
    for (const [name, icon] of [
      ["train", "play"],
      ["pause", "pause"],
      ["step", "step"],
      ["stop", "stop"],
      ["reset", "reset"],
      ["same", "same"],
      ["undo", "undo"],
    ]) {
      this.root.append(this.#button(name, icon, actions[name]));
    }
    const epoch = document.createElement("output");
    epoch.className = "nnlab-epoch";
    // A flex item is laid out with its neighbours whatever it contains; what is inside of one is not.
    this.counter = document.createElement("span");
    this.counter.className = "nnlab-number";
    epoch.append(this.counter);
    this.speed = document.createElement("select");
    this.speed.addEventListener("change", () => actions.speed(Number(this.speed.value)));
    this.speedLabel = document.createElement("label");
    this.speedLabel.className = "nnlab-speed";
    this.speedText = document.createElement("span");
    this.speedLabel.append(this.speedText, this.speed);
    this.status = document.createElement("span");
    this.status.className = "nnlab-status";
    this.status.setAttribute("role", "status");
    this.root.append(epoch, this.speedLabel, this.status);
    parent.append(this.root);
    this.slider = document.createElement("input");
    this.slider.type = "range";
    this.slider.className = "nnlab-timeline";
    this.slider.min = "0";
    this.slider.addEventListener("input", () => actions.rewind(Number(this.slider.value)));
    this.marks = document.createElement("div");
    this.marks.className = "nnlab-marks";
    this.timeline = document.createElement("div");
    this.track = document.createElement("div");
    this.track.className = "nnlab-track";
    this.track.append(this.slider);
    this.timeline.append(this.track, this.marks);
    this.words = null;
  }

  /** Write the words of the reader's language. */
  name(words, hidden) {
    this.words = words;
    this.root.setAttribute("aria-label", words.transport);
    for (const [name, button] of this.buttons) {
      button.hidden = hidden.includes(name) || hidden.includes(CONTROLS[name] ?? name);
    }
    this.speedText.textContent = words.speed;
    this.speed.setAttribute("aria-label", words.speed);
    const chosen = this.speed.value;
    this.speed.replaceChildren(
      ...SPEEDS.map((speed) => new Option(speed === Infinity ? words.fastest : words.per_second.replace("{n}", speed), speed)),
    );
    this.speed.value = chosen || "60";
    this.slider.setAttribute("aria-label", words.timeline);
  }

  /** Take the room there is: with a width of its own the moving slider has nothing else laid out. */
  lay(width) {
    this.track.style.width = `${width}px`;
  }

  /** Show what can be done now. */
  show({ going, playing, canTrain, canStop, undo, epoch, newest, speed, status }) {
    const { words } = this;
    const resume = !playing && going;
    this.#set("train", { label: words.train, disabled: !canTrain || going });
    this.#set("pause", { label: resume ? words.resume : words.pause, disabled: !going, icon: resume ? "play" : "pause" });
    this.#set("step", { label: words.step, disabled: !canTrain && !going });
    this.#set("stop", { label: words.stop, disabled: !canStop });
    this.#set("reset", { label: words.reset, disabled: false });
    this.#set("same", { label: words.same, disabled: false });
    this.#set("undo", { label: words.undo, disabled: !undo });
    this.buttons.get("undo").hidden = !undo;
    write(this.counter, `${words.epoch} ${epoch.toLocaleString("en-US")}`);
    write(this.status, status);
    if (this.speed.value !== String(speed)) {
      this.speed.value = String(speed);
    }
    const most = String(Math.max(newest, 0));
    if (this.slider.max !== most) {
      this.slider.max = most;
    }
    if (document.activeElement !== this.slider || playing) {
      this.slider.value = String(epoch);
    }
    this.slider.disabled = newest < 1;
    this.slider.setAttribute("aria-valuetext", `${words.epoch} ${epoch}`);
  }

  /** Mark the epochs at whose ends something was changed. */
  mark(changes, newest) {
    const key = JSON.stringify([changes, newest]);
    if (this.marked === key) {
      return;
    }
    this.marked = key;
    const { words } = this;
    this.marks.replaceChildren(
      ...changes.map(({ epoch, text }) => {
        const mark = document.createElement("span");
        mark.style.left = `${newest > 0 ? (100 * epoch) / newest : 0}%`;
        mark.title = `${words.epoch} ${epoch.toLocaleString("en-US")}: ${text}`;
        return mark;
      }),
    );
  }

  #set(name, { label, disabled, icon }) {
    const button = this.buttons.get(name);
    write(button.lastChild, label);
    button.setAttribute("aria-label", label);
    if (button.disabled !== disabled) {
      button.disabled = disabled;
    }
    if (icon && button.dataset.icon !== icon) {
      button.dataset.icon = icon;
      button.querySelector("path").setAttribute("d", ICONS[icon]);
    }
  }

  #button(name, icon, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `nnlab-button${name === "train" ? " nnlab-primary" : ""}`;
    button.dataset.icon = icon;
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[icon]}"/></svg><span></span>`;
    button.addEventListener("click", act);
    this.buttons.set(name, button);
    return button;
  }
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
