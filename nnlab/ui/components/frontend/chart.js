// One chart on the page: one element for its whole life, redrawn in place.

import { loadPlotly } from "./plotly.js";
import { themed } from "./theme.js";

const DESCRIBE_EVERY = 1000; // milliseconds: a screen reader should not be told ten times a second

export class Chart {
  /** @param {Element} parent */
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-live-chart";
    // Not an image: what is inside one does not exist for a screen reader, and here there are buttons.
    this.root.setAttribute("role", "figure");
    this.plot = document.createElement("div");
    this.plot.className = "nnlab-live-chart-plot";
    this.root.append(this.plot);
    parent.append(this.root);
    this.build = null;
    this.frame = null;
    this.drawing = false;
    this.describedAt = -Infinity;
    this.describing = null;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.plotly = loadPlotly();
  }

  /**
   * Show the figure that `build` returns. Of several calls between two frames only the last is drawn.
   *
   * @param {{build: () => {data: object[], layout: object}, alt: string, height: number, words: object, unavailable: string,
   *          toolbar?: boolean}} wish
   */
  show({ build, alt, height, words, unavailable, toolbar = true }) {
    this.root.style.height = `${height}px`;
    this.build = build;
    this.config = config(words, toolbar);
    this.describe(alt);
    this.plotly.then(
      () => this.schedule(),
      () => this.explain(unavailable),
    );
  }

  schedule() {
    if (this.frame === null && !this.drawing) {
      this.frame = requestAnimationFrame(() => this.draw());
    }
  }

  async draw() {
    this.frame = null;
    if (this.build === null || this.root.clientWidth === 0) {
      // In a closed tab panel there is no room to draw in; `resize` calls again when there is.
      return;
    }
    const { data, layout } = this.build();
    this.build = null;
    this.drawing = true;
    try {
      const plotly = await this.plotly;
      await plotly.react(this.plot, data, themed(layout, this.root), this.config);
      this.leaveTabOrder();
    } finally {
      this.drawing = false;
    }
    if (this.build !== null) {
      this.schedule();
    }
  }

  async resize() {
    if (this.root.clientWidth === 0) {
      return;
    }
    if (this.plot.classList.contains("js-plotly-plot")) {
      const plotly = await this.plotly;
      await plotly.Plots.resize(this.plot);
    }
    if (this.build !== null) {
      this.schedule();
    }
  }

  /** What the buttons do, the mouse does in the chart; for the keyboard they would be four stops in each chart. */
  leaveTabOrder() {
    this.plot.querySelectorAll(".modebar-btn").forEach((button) => button.setAttribute("tabindex", "-1"));
  }

  describe(alt) {
    clearTimeout(this.describing);
    const wait = this.describedAt + DESCRIBE_EVERY - performance.now();
    if (wait > 0) {
      this.describing = setTimeout(() => this.describe(alt), wait);
    } else if (this.root.getAttribute("aria-label") !== alt) {
      this.describedAt = performance.now();
      this.root.setAttribute("aria-label", alt);
    }
  }

  /** Say in words why there is no picture. */
  explain(sentence) {
    clearTimeout(this.describing);
    this.root.removeAttribute("role");
    this.root.removeAttribute("aria-label");
    this.root.textContent = sentence;
    this.root.classList.add("nnlab-live-chart-unavailable");
  }

  async remove() {
    this.build = null;
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.describing);
    this.root.remove();
    if (this.plot.classList.contains("js-plotly-plot")) {
      (await this.plotly).purge(this.plot);
    }
  }
}

function config(words, toolbar) {
  return {
    displaylogo: false,
    ...(toolbar ? {} : { displayModeBar: false }),
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
    locale: "nnlab",
    locales: { nnlab: { dictionary: words, format: {} } },
  };
}
