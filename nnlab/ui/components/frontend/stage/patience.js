// How long to wait before a question is asked again. Where the server is behind, more questions keep it there.

const FIRST = 300; // milliseconds
const MOST = 4800;

export class Patience {
  constructor() {
    this.unanswered = 0;
  }

  /** A question has been sent. */
  asked() {
    this.unanswered += 1;
  }

  /** Something has come back, or something new is wanted: that has not waited yet. */
  renew() {
    this.unanswered = 0;
  }

  /** Milliseconds from the last question to the next: twice as long each time; `usual` where all is answered. */
  pause(usual) {
    return this.unanswered > 0 ? Math.min(FIRST * 2 ** (this.unanswered - 1), MOST) : usual;
  }
}
