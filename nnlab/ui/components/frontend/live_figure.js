// Any figure, replaced as a whole and in place.

import { Chart, renderer } from "./chart.js";

class FigureView {
  constructor(parent) {
    this.chart = new Chart(parent);
  }

  update(data) {
    this.chart.show({ ...data, build: () => JSON.parse(data.figure) });
  }

  remove() {
    this.chart.remove();
  }
}

export default renderer((parent) => new FigureView(parent));
