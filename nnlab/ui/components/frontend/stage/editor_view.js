// The numbers behind a neuron or a link: read while training, changed by hand.

export class EditorView {
  /** @param {Element} parent */
  constructor(parent, change) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-editor";
    this.root.setAttribute("role", "group");
    this.root.hidden = true;
    this.change = change;
    this.fields = [];
    parent.append(this.root);
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || (event.key === "Enter" && event.target.tagName === "INPUT")) {
        event.preventDefault();
        this.close();
      }
    });
  }

  get open() {
    return !this.root.hidden;
  }

  /**
   * Show the numbers of a neuron.
   *
   * @param {string} title
   * @param {{name: string, place: number}[]} numbers each with its place among the weights
   * @param {Float32Array} weights
   * @param {number|null} focused the place whose field gets the keyboard
   * @param {HTMLElement|null} opener gets the keyboard back
   */
  show(title, numbers, weights, focused, words, opener) {
    this.opener = opener;
    this.root.setAttribute("aria-label", title);
    const head = document.createElement("div");
    head.className = "nnlab-editor-head";
    const heading = document.createElement("strong");
    heading.textContent = title;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "nnlab-small";
    close.textContent = "×";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => this.close());
    head.append(heading, close);
    this.fields = numbers.map(({ name, place }) => this.#field(name, place));
    this.root.replaceChildren(head, ...this.fields.map(({ label }) => label));
    this.root.hidden = false;
    // With the keyboard in it a field is left alone: it has to have its number before.
    this.follow(weights);
    this.root.scrollIntoView({ block: "nearest" });
    (this.fields.find(({ place }) => place === focused) ?? this.fields[0])?.input.focus();
  }

  /** Follow the training; a field that is being typed in is left alone. */
  follow(weights) {
    if (this.root.hidden) {
      return;
    }
    for (const { input, place } of this.fields) {
      if (document.activeElement !== input) {
        const text = String(Number(weights[place].toPrecision(4)));
        if (input.value !== text) {
          input.value = text;
        }
      }
    }
  }

  close() {
    if (this.root.hidden) {
      return;
    }
    this.root.hidden = true;
    this.fields = [];
    this.opener?.focus();
  }

  #field(name, place) {
    const label = document.createElement("label");
    const text = document.createElement("span");
    text.textContent = name;
    const input = document.createElement("input");
    input.type = "number";
    input.step = "0.1";
    input.addEventListener("input", () => {
      const value = Number(input.value);
      if (input.value !== "" && Number.isFinite(value)) {
        this.change(place, Math.max(-1e6, Math.min(1e6, value)));
      }
    });
    label.append(text, input);
    return { label, input, place };
  }
}
