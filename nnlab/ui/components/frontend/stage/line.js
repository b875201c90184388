// A line of our own to the server: reports go out, epochs come in, and nothing else of the page has a part in it.
// No page in here; tested under node.

const PATIENCE = 5000; // milliseconds until an answer is given up
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** @returns {string} where the server listens, as the address of one of our modules tells */
export function lineAddress(module) {
  return `${module.split("/_stcore/")[0].replace(/^http/, "ws")}/nnlab/line`;
}

export class Line {
  /**
   * @param {(answer: object) => void} onAnswer
   * @param {() => WebSocket} open
   */
  constructor(onAnswer, open) {
    this.onAnswer = onAnswer;
    this.open = open;
    this.socket = null;
    this.asked = null;
    this.pause = FIRST_PAUSE;
    this.retryAt = 0;
  }

  /** Whether it carries something; a proxy may let no WebSocket through but Streamlit's own. */
  get works() {
    return this.socket?.readyState === 1;
  }

  /**
   * Send a report, unless the answer to the last one is on its way; try to get a connection if there is none.
   *
   * @returns {boolean} whether it was sent
   */
  ask(report) {
    const now = Date.now();
    if (this.socket === null) {
      if (now >= this.retryAt) {
        this.#connect();
      }
      return false;
    }
    if (this.asked !== null && now - this.asked > PATIENCE) {
      this.#lost(this.socket);
      return false;
    }
    if (!this.works || this.asked !== null) {
      return false;
    }
    this.asked = now;
    this.socket.send(JSON.stringify(report));
    return true;
  }

  close() {
    if (this.socket !== null) {
      this.#lost(this.socket);
    }
  }

  #connect() {
    const socket = this.open();
    this.socket = socket;
    this.asked = null;
    socket.onmessage = ({ data }) => {
      this.asked = null;
      this.pause = FIRST_PAUSE;
      this.onAnswer(JSON.parse(data));
    };
    socket.onclose = () => this.#lost(socket);
  }

  #lost(socket) {
    if (this.socket !== socket) {
      return;
    }
    this.socket = null;
    this.asked = null;
    this.retryAt = Date.now() + this.pause;
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
    socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
