// Loss and metric of the epoch on screen, in numbers.

import { evaluate } from "../forward.js";
import { inputColumns } from "./plane.js";

export class FiguresView {
  constructor(parent) {
    this.root = document.createElement("table");
    this.root.className = "nnlab-figures";
    parent.append(this.root);
    this.values = [];
  }

  /** Build the rows anew in the reader's language. */
  name(words, metric) {
    const head = document.createElement("tr");
    head.append(cell("td", ""), cell("th", words.loss, "col"), cell("th", words.metric, "col"));
    const rows = ["training", "validation"].map((set) => {
      const row = document.createElement("tr");
      row.className = `nnlab-${set}`;
      row.append(cell("th", words[set], "row"), numberCell(), numberCell());
      return row;
    });
    this.root.replaceChildren(head, ...rows);
    this.values = rows.map((row) => ({ loss: row.children[1].firstChild, metric: row.children[2].firstChild }));
    this.percent = metric === "accuracy";
  }

  /** @param {{loss: number, metric: number}[]} results of training and validation */
  show(results) {
    results.forEach(({ loss, metric }, index) => {
      write(this.values[index].loss, number(loss));
      write(this.values[index].metric, this.percent ? share(metric) : number(metric));
    });
  }
}

function cell(tag, text, scope = null) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (scope !== null) {
    made.scope = scope;
  }
  return made;
}

/** A cell whose number may change sixty times a second without anything around it being laid out anew. */
function numberCell() {
  const made = cell("td", "");
  const text = document.createElement("span");
  text.className = "nnlab-number";
  made.append(text);
  return made;
}

/**
 * Loss and metric of an epoch: as the run reported them, or computed here where it did not.
 *
 * @param {object} setting
 * @param {import("./run_store.js").RunStore} store
 * @param {number} epoch
 * @param {Float32Array|null} weights
 */
export function results(setting, store, epoch, weights) {
  const { metric } = setting.net;
  return [
    ["", setting.samples.training],
    ["val_", setting.samples.validation],
  ].map(([prefix, set]) => {
    const loss = store.value(`${prefix}loss`, epoch);
    if (store.edited !== epoch && !(epoch === 0 || epoch > store.count)) {
      return { loss, metric: store.value(`${prefix}${metric}`, epoch) };
    }
    return weights === null ? { loss: NaN, metric: NaN } : evaluate(setting.net, weights, set.inputs, set.targets);
  });
}

/** Samples as the forward pass takes them. */
export function sampleColumns(setting, { columns, targets }) {
  return {
    plane: setting.plane.axes.map((name) => columns[name] ?? new Float32Array(targets.length)),
    inputs: inputColumns(setting, setting.net.inputs, columns),
    targets,
  };
}

export function number(value) {
  if (!Number.isFinite(value)) {
    return "–";
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toPrecision(4).slice(0, 7);
}

export function share(value) {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : "–";
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
