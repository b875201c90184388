// Learning curves that grow: keeps the history of a run and asks for what it lacks.

import { Chart } from "./chart.js";
import { renderer } from "./renderer.js";
import { drawnPoints, emptyHistory, merge } from "./store.js";

const ASK_AGAIN_AFTER = 2000; // milliseconds

class CurvesView {
  constructor(parent) {
    this.chart = new Chart(parent);
    this.history = emptyHistory(null);
    this.asked = { run: null, have: null, at: -Infinity };
    this.asking = null;
  }

  update(data, send) {
    const { history, lacks } = merge(this.history, data);
    this.history = history;
    clearTimeout(this.asking);
    if (lacks) {
      this.ask(send);
    }
    this.chart.root.dataset.run = history.run;
    this.chart.root.dataset.count = history.count;
    this.chart.show({ ...data, build: () => this.figure(data) });
  }

  /** Ask, and ask again until the answer is here: it gets lost when a new run of the page overtakes it. */
  ask(send) {
    const { run, count: have } = this.history;
    const again = this.asked.run === run && this.asked.have === have;
    const wait = again ? this.asked.at + ASK_AGAIN_AFTER - performance.now() : 0;
    if (wait <= 0) {
      this.asked = { run, have, at: performance.now() };
      send("lacking", { run, have });
    }
    this.asking = setTimeout(() => this.ask(send), wait > 0 ? wait : ASK_AGAIN_AFTER);
  }

  figure({ figure, log, shift }) {
    const { data, layout } = JSON.parse(figure);
    layout.yaxis = { ...layout.yaxis, type: log ? "log" : "linear" };
    // The reader's zoom belongs to a run, on the metric axis to its scale as well.
    layout.xaxis = { ...layout.xaxis, uirevision: this.history.run };
    layout.yaxis.uirevision = `${this.history.run} ${layout.yaxis.type}`;
    // Before the first epoch the numbers on the axes would be Plotly's invention.
    layout.xaxis.showticklabels = layout.yaxis.showticklabels = this.history.count > 0;
    return { data: data.map((trace) => this.filled(trace, shift)), layout };
  }

  filled(trace, shift) {
    if (trace.meta === undefined) {
      return trace;
    }
    const { x, y } = drawnPoints(this.history, trace.meta, shift);
    // A single epoch is a point, not a line.
    return { ...trace, x, y, mode: x.length === 1 ? "lines+markers" : "lines" };
  }

  remove() {
    clearTimeout(this.asking);
    this.chart.remove();
  }
}

export default renderer((parent) => new CurvesView(parent));
