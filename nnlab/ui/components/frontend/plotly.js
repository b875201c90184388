// Loads plotly.js once per page, from the server this page came from.

const LOADING = Symbol.for("nnlab.plotly");

/** @returns {Promise<object>} plotly.js, or a rejection if the file cannot be had */
export function loadPlotly() {
  // Each component is served under its own address and so has its own copy of this module: what they share is the page.
  globalThis[LOADING] ??= loadScript(new URL("./vendor/plotly.min.js", import.meta.url).href).catch((error) => {
    // The next chart that is mounted tries again.
    globalThis[LOADING] = undefined;
    throw error;
  });
  return globalThis[LOADING];
}

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error(`${address} is not plotly.js`)));
    script.onerror = () => reject(new Error(`${address} could not be loaded`));
    document.head.append(script);
  });
}
