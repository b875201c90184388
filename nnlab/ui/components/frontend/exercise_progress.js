// Keeps what a visitor has done in the browser's own storage: nothing to see. The server is told once what is there.

import { renderer } from "./renderer.js";

export const PLACE = "nnlab.exercises";

/** Returns the text that is kept; empty where there is none, or where the browser keeps nothing. */
export function stored(storage) {
  try {
    return storage.getItem(PLACE) ?? "";
  } catch {
    return "";
  }
}

/** Keeps a text; whether the browser did. */
export function keep(storage, text) {
  try {
    storage.setItem(PLACE, text);
    return true;
  } catch {
    return false;
  }
}

class ExerciseProgress {
  constructor(parent) {
    this.root = document.createElement("span");
    this.root.hidden = true;
    parent.append(this.root);
  }

  update({ known, text }, send) {
    if (known) {
      // Another tab of this browser may have written meanwhile; the newest text is the visitor's last word.
      const kept = keep(browserStorage(), text);
      this.root.dataset.kept = kept ? text : "";
    } else {
      // Whatever became of an earlier answer: as long as the server asks, it does not know.
      send("stored", stored(browserStorage()));
    }
  }

  remove() {
    this.root.remove();
  }
}

function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    // Where storage is forbidden even naming it fails; `stored` and `keep` take that for a storage that keeps nothing.
    return null;
  }
}

export default renderer((parent) => new ExerciseProgress(parent));
