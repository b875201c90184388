// How soon the stage reports again. No page in here; tested under node.

/** Through Streamlit a report costs the server a run of a script and the browser two frames: as often as it has to be. */
export const REPORT_EVERY = 250; // milliseconds
/** On the line of our own it costs next to nothing. */
const ASK_EVERY = 120;
/** Until there is a first epoch to show, somebody waits for it. */
const FIRST_EVERY = 40;
export const FIRST_REPORT_EVERY = 2 * FIRST_EVERY;
/** With so much in hand nobody does; and so much is kept. */
const RARELY = 1000;
const IN_TIME = 500;

/**
 * Milliseconds until the next report.
 *
 * @param {object} now
 * @param {boolean} now.works whether the line of our own does
 * @param {boolean} now.shown whether there is an epoch to show
 * @param {number} now.inHand milliseconds that can be played without another answer
 */
export function untilNextReport({ works, shown, inHand }) {
  const soonest = works ? ASK_EVERY : REPORT_EVERY;
  if (!shown) {
    return Math.min(soonest, works ? FIRST_EVERY : FIRST_REPORT_EVERY);
  }
  return Math.max(soonest, Math.min(RARELY, inHand - IN_TIME));
}
