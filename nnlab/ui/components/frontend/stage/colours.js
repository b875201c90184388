// Numbers -> colours, by tables that are made once a theme.

const SHADES = 256;

/** @returns {number[]} red, green, blue of "#rrggbb" */
export function channels(colour) {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

export function mix(start, end, share) {
  return start.map((value, index) => Math.round(value + (end[index] - value) * share));
}

export function css([red, green, blue], opacity = 1) {
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** The colours of one theme. */
export class Colours {
  /** @param {{negative: string, middle: string, positive: string, classes: string[]}} palette */
  constructor(palette) {
    this.palette = palette;
    /** How much thicker lines are than on a desk. */
    this.scale = palette.scale ?? 1;
    const [negative, middle, positive] = [palette.negative, palette.middle, palette.positive].map(channels);
    this.ends = { negative, middle, positive };
    this.classes = palette.classes.map(channels);
    this.smooth = table((value) => (value < 0 ? mix(middle, negative, -value) : mix(middle, positive, value)));
    this.two = table((value) => (value < 0 ? negative : positive));
    for (const name of ["background", "text", "quiet"]) {
      this[name] = packed(channels(palette[name]));
    }
  }

  /** The colours from that of -1 to that of 1, packed as the pixels of a picture are. */
  shades(discretize) {
    return discretize ? this.two : this.smooth;
  }

  /** The packed colour of a number between -1 and 1; NaN has that of 0. */
  shade(value) {
    const last = SHADES - 1;
    const place = Number.isNaN(value) ? SHADES >> 1 : Math.round(((value + 1) * last) / 2);
    return this.smooth[Math.max(0, Math.min(last, place))];
  }

  /** The colour of a weight or a target between -1 and 1. */
  of(value, opacity = 1) {
    const { negative, middle, positive } = this.ends;
    const size = Math.min(1, Math.abs(value));
    return css(Number.isNaN(value) ? middle : mix(middle, value < 0 ? negative : positive, size), opacity);
  }

  /** Paint values into the pixels of a picture; what is beyond -1 and 1 takes the end's colour, NaN the middle's. */
  paint(pixels, values, discretize) {
    const shades = this.shades(discretize);
    const last = SHADES - 1;
    const half = last / 2;
    for (let index = 0; index < values.length; index += 1) {
      const place = (values[index] + 1) * half + 0.5;
      pixels[index] = place >= 0 ? shades[place > last ? last : place | 0] : place < 0 ? shades[0] : shades[SHADES >> 1];
    }
  }

  /** Paint the likeliest of several classes, paler the less sure it is. */
  paintClasses(pixels, outputs, discretize) {
    const { middle } = this.ends;
    const even = 1 / outputs.length;
    const shades = this.classes.map((colour) =>
      Uint32Array.from({ length: 33 }, (_, step) => packed(mix(middle, colour, step / 32))),
    );
    for (let index = 0; index < pixels.length; index += 1) {
      let best = 0;
      for (let unit = 1; unit < outputs.length; unit += 1) {
        best = outputs[unit][index] > outputs[best][index] ? unit : best;
      }
      const sure = discretize ? 1 : (outputs[best][index] - even) / (1 - even);
      pixels[index] = shades[best][Number.isNaN(sure) ? 0 : Math.round(32 * Math.max(0, Math.min(1, sure)))];
    }
  }
}

function table(colourOf) {
  return Uint32Array.from({ length: SHADES }, (_, index) => packed(colourOf((2 * index) / (SHADES - 1) - 1)));
}

// The four bytes of a pixel in the order in which every machine that runs a browser today keeps them.
function packed([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
