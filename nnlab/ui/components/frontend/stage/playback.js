// Which epoch is on screen: a clock that plays the recorded epochs. No page in here; tested under node.

export const SPEEDS = [1, 5, 20, 60, 250, Infinity];
/** Seconds of playback that the trainer may be ahead of the screen. */
export const AHEAD_SECONDS = 2;
/** A page that was asleep goes on from where it was instead of leaping. */
const LONGEST_STEP = 0.25;
/** At full speed epochs come in heaps, some a second: so long it takes, in seconds, to be shown most of one. */
const CATCH_UP = 0.12;
/** A recorded run that is played again and again rests so long on its end, in seconds. */
const REST = 2.5;

export class Playback {
  constructor() {
    this.playing = false;
    this.speed = 60;
    this.position = 0;
    /** Whether to begin again at the end. */
    this.repeats = false;
    this.rested = 0;
  }

  /** Show another run from its beginning, or from an epoch. */
  begin(playing, position = 0) {
    this.playing = playing;
    this.position = position;
  }

  /**
   * Move on by some seconds.
   *
   * @param {number} seconds since the last call
   * @param {number} newest the last epoch that can be shown
   * @returns {number} the epoch to show
   */
  tick(seconds, newest) {
    if (this.playing && newest >= 0) {
      const passed = Math.min(seconds, LONGEST_STEP);
      const step = this.speed === Infinity ? this.#caughtUp(passed, newest) : passed * this.speed;
      this.position = Math.min(this.position + step, newest);
      this.#repeat(seconds, newest);
    }
    return this.epoch;
  }

  #caughtUp(seconds, newest) {
    return Math.max(60 * seconds, (newest - this.position) * (1 - Math.exp(-seconds / CATCH_UP)));
  }

  get epoch() {
    // A hair more, or rounding would put an epoch off to the next frame.
    return Math.floor(this.position + 1e-9);
  }

  /** Stand still on an epoch. */
  hold(epoch) {
    this.playing = false;
    this.position = epoch;
  }

  #repeat(seconds, newest) {
    this.rested = this.repeats && this.position >= newest ? this.rested + seconds : 0;
    if (this.rested > REST) {
      this.position = 0;
    }
  }

  /** How many seconds there are to play without anything new; 0 if it stands still or shows whatever comes. */
  inHand(newest) {
    return this.playing && this.speed !== Infinity ? Math.max(0, newest - this.position) / this.speed : 0;
  }

  /** The last epoch that may be trained now, null for no such limit. */
  get allowed() {
    return this.speed === Infinity ? null : this.epoch + Math.ceil(AHEAD_SECONDS * this.speed);
  }
}
