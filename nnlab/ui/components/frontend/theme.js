// Puts a figure into the colours and the font of the page as it is now.

const TRANSPARENT = "rgba(0, 0, 0, 0)";

/** Returns a copy of `layout` that follows Streamlit's theme variables around `element`. */
export function themed(layout, element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = read("text-color");
  const border = read("border-color");
  const font = read("font");
  const copy = structuredClone(layout);
  Object.assign(copy, { paper_bgcolor: TRANSPARENT, plot_bgcolor: TRANSPARENT, autosize: true });
  // The room is the element's; a height of the figure's own would win over it.
  delete copy.height;
  copy.font = { ...copy.font, color: text, family: font };
  copy.hoverlabel = {
    ...copy.hoverlabel,
    bgcolor: read("secondary-background-color"),
    bordercolor: border,
    font: { ...copy.hoverlabel?.font, color: text, family: font },
  };
  copy.modebar = { bgcolor: TRANSPARENT, color: text, activecolor: read("primary-color") };
  for (const name of Object.keys(copy).filter((key) => /^[xy]axis\d*$/.test(key))) {
    const axis = copy[name];
    Object.assign(axis, { gridcolor: border, linecolor: border, tickfont: { ...axis.tickfont, color: text } });
    axis.title = { ...axis.title, font: { ...axis.title?.font, color: text } };
  }
  if (matchMedia("(pointer: coarse)").matches) {
    // A finger that drags wants to scroll the page past the chart.
    copy.dragmode = false;
  }
  return copy;
}
