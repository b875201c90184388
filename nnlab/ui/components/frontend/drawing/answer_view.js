// What the network sees and says: its picture, pixel by pixel, and a bar for each class.

export class AnswerView {
  constructor() {
    this.root = document.createElement("div");
    this.root.className = "nnlab-answer";
    this.seen = document.createElement("figure");
    this.pixels = document.createElement("canvas");
    this.pixels.setAttribute("role", "img");
    this.caption = document.createElement("figcaption");
    this.seen.append(this.pixels, this.caption);
    this.says = document.createElement("div");
    this.says.className = "nnlab-says";
    this.sentence = document.createElement("p");
    this.sentence.setAttribute("aria-live", "polite");
    this.bars = document.createElement("ol");
    this.says.append(this.sentence, this.bars);
    this.root.append(this.seen, this.says);
  }

  /**
   * @param {{seen: {rows: number, columns: number, pixels: string}, bars: {name: string, share: number, text: string}[],
   *          sentence: string, words: object}} answer
   */
  update({ seen, bars, sentence, words }) {
    this.caption.textContent = words.seen;
    this.pixels.setAttribute("aria-label", words.seen);
    this.sentence.textContent = sentence;
    this.paint(seen);
    this.bars.replaceChildren(...bars.map((bar) => barOf(bar, Math.max(...bars.map(({ share }) => share)))));
    this.bars.hidden = bars.length === 0;
  }

  paint({ rows, columns, pixels }) {
    this.pixels.width = columns;
    this.pixels.height = rows;
    const context = this.pixels.getContext("2d");
    const [red, green, blue] = getComputedStyle(this.pixels).color.match(/\d+/g).map(Number);
    const picture = context.createImageData(columns, rows);
    // Ink has the colour of text, and what is no ink is the page's ground.
    [...atob(pixels)].forEach((byte, index) => picture.data.set([red, green, blue, byte.charCodeAt(0)], 4 * index));
    context.putImageData(picture, 0, 0);
  }

  /** Show that what stands here is about an earlier drawing. */
  age(old) {
    this.says.classList.toggle("nnlab-old", old);
  }
}

function barOf({ name, share, text }, greatest) {
  const row = document.createElement("li");
  row.classList.toggle("nnlab-chosen", share === greatest);
  const label = document.createElement("span");
  label.textContent = name;
  const track = document.createElement("span");
  track.className = "nnlab-track";
  const bar = document.createElement("i");
  bar.style.width = `${100 * share}%`;
  track.append(bar);
  const number = document.createElement("b");
  number.textContent = text;
  row.append(label, track, number);
  return row;
}
