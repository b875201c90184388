// A figure that changes as a whole, in the same element.

import { Chart } from "./chart.js";
import { renderer } from "./renderer.js";

class FigureView {
  constructor(parent) {
    this.chart = new Chart(parent);
  }

  update(data) {
    this.chart.show({ ...data, build: () => JSON.parse(data.figure), toolbar: false });
  }

  remove() {
    this.chart.remove();
  }
}

export default renderer((parent) => new FigureView(parent));
