// Switches for how the pictures and curves are drawn.

const SWITCHES = ["show_test_data", "discretize", "log_scale", "hundred_seeds"];

export class SwitchesView {
  constructor(parent, change) {
    this.root = document.createElement("div");
    this.root.className = "nnlab-switches";
    this.scale = document.createElement("div");
    this.scale.className = "nnlab-scale";
    this.scale.setAttribute("aria-hidden", "true");
    this.scale.innerHTML = "<span>−1</span><i></i><span>0</span><i></i><span>1</span>";
    this.boxes = new Map();
    for (const name of SWITCHES) {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.addEventListener("change", () => change(name, box.checked));
      label.append(box, document.createElement("span"));
      this.root.append(label);
      this.boxes.set(name, { label, box });
    }
    parent.append(this.scale, this.root);
  }

  /** Write the words of the reader's language, and show what is on. */
  name(words, hidden, view) {
    for (const name of SWITCHES) {
      const { label, box } = this.boxes.get(name);
      label.lastChild.textContent = words[name];
      // A recorded run has no other seeds.
      label.hidden = hidden.includes(name) || view[name] === undefined;
      box.checked = view[name];
    }
  }
}
