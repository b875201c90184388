// The sessions of a page, one for each key.

import { lineAddress } from "./line.js";
import { StageSession } from "./session.js";

const SESSIONS = Symbol.for("nnlab.stages");

/** @returns {StageSession} the one of this key, whichever component asks first */
export function sessionOf(key) {
  // Each component is served under its own address and has its own copies of these modules: what they share is the page.
  globalThis[SESSIONS] ??= new Map();
  const sessions = globalThis[SESSIONS];
  if (!sessions.has(key)) {
    sessions.set(key, new StageSession(() => new WebSocket(lineAddress(import.meta.url))));
  }
  return sessions.get(key);
}
