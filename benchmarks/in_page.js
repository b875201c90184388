// What is measured inside the page: times from a click to what it brings about, and how curves are redrawn.

globalThis.nnlabBenchmark = (() => {
  const charts = () => [...document.querySelectorAll(".nnlab-live-chart[data-run]")];
  const plotOf = (chart) => chart.querySelector(".nnlab-live-chart-plot");
  const hasStatus = (word) =>
    [...document.querySelectorAll(".st-key-run_status strong")].some((node) => node.textContent === word);

  // The drawn figure names its run in `uirevision`; before the first draw the element has no figure at all.
  const isDrawn = (chart) => {
    const plot = plotOf(chart);
    const points = plot?.data?.some((trace) => trace.meta !== undefined && trace.x?.length > 0);
    return points && plot.layout.xaxis.uirevision === chart.dataset.run && plot.querySelector(".scatterlayer .trace") !== null;
  };
  const isBlank = (chart) => {
    const paths = [...chart.querySelectorAll(".scatterlayer .trace path.js-line")];
    return !chart.isConnected || !paths.some((path) => path.getAttribute("d"));
  };

  const textOf = (selector) => [...document.querySelectorAll(selector)].map((node) => node.textContent).join("\n");

  const conditions = {
    changed: (before, selector, text) => textOf(selector) !== text,
    gone: (before, selector) => document.querySelector(selector) === null,
    band: (before, selector) => {
      const note = document.querySelector(selector);
      return note.dataset.pending === "false" && note.textContent.includes("of 101");
    },
    anotherBand: (before, selector, study) => {
      const { dataset } = document.querySelector(selector);
      return dataset.study !== study && dataset.pending === "false";
    },
    status: (before, word) => hasStatus(word),
    newStatus: (before, word) =>
      hasStatus(word) && charts().length > 0 && charts().every((chart) => !before.has(chart.dataset.run)),
    firstPoint: (before) =>
      charts().some((chart) => !before.has(chart.dataset.run) && Number(chart.dataset.count) >= 1 && isDrawn(chart)),
  };

  // What some of them are compared with.
  const befores = { changed: textOf, anotherBand: (selector) => document.querySelector(selector).dataset.study };

  const watches = {};

  /**
   * Measure from the next click or Enter until a condition holds in a frame, in milliseconds; a new watch ends the one
   * of its name.
   */
  function watchNextClick(condition, argument, name = "click") {
    const mine = { elapsed: null, lastGrowth: 0 };
    watches[name] = mine;
    const waiting = new AbortController();
    const begin = (event) => {
      if (event.type === "keydown" && event.key !== "Enter") {
        return;
      }
      waiting.abort();
      const start = performance.now();
      const text = befores[condition]?.(argument);
      const before = new Set(charts().map((chart) => chart.dataset.run));
      const observer = new MutationObserver(() => (mine.lastGrowth = performance.now() - start));
      charts().forEach((chart) => observer.observe(chart, { attributeFilter: ["data-count"] }));
      const look = () => {
        if (watches[name] !== mine) {
          observer.disconnect();
        } else if (mine.elapsed === null && conditions[condition](before, argument, text)) {
          mine.elapsed = performance.now() - start;
        } else {
          requestAnimationFrame(look);
        }
      };
      requestAnimationFrame(look);
    };
    for (const type of ["click", "keydown"]) {
      document.addEventListener(type, begin, { capture: true, signal: waiting.signal });
    }
  }

  /** Watch the curves for so many milliseconds. */
  async function watchCurves(duration) {
    const watched = charts().map((node) => ({ node, updates: 0, redraws: 0, last: node.dataset.count }));
    const observer = new MutationObserver((mutations) => {
      for (const { target } of mutations) {
        const chart = watched.find(({ node }) => node === target);
        chart.updates += chart.last === target.dataset.count ? 0 : 1;
        chart.last = target.dataset.count;
      }
    });
    for (const chart of watched) {
      observer.observe(chart.node, { attributeFilter: ["data-count"] });
      plotOf(chart.node).on("plotly_afterplot", () => (chart.redraws += 1));
    }
    const first = watched.map(({ last }) => Number(last));
    const seen = { frames: 0, blank: 0, replaced: 0, longestFrame: 0 };
    const start = performance.now();
    let now = start;
    while (now - start < duration) {
      const before = now;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      now = performance.now();
      const present = charts();
      seen.frames += 1;
      seen.longestFrame = Math.max(seen.longestFrame, now - before);
      seen.blank += watched.some(({ node }) => isBlank(node)) ? 1 : 0;
      const same = present.length === watched.length && watched.every(({ node }, index) => node === present[index]);
      seen.replaced += same ? 0 : 1;
    }
    observer.disconnect();
    const epochs = Math.max(...watched.map(({ last }, index) => Number(last) - first[index]));
    const counts = (name) => watched.map((chart) => chart[name]);
    return { ...seen, seconds: (now - start) / 1000, epochs, updates: counts("updates"), redraws: counts("redraws") };
  }

  /** Whether there are curves, each with so many epochs and drawn. */
  function curvesHave(epochs) {
    const present = charts();
    return present.length > 0 && present.every((chart) => Number(chart.dataset.count) >= epochs && !isBlank(chart));
  }

  const stage = () => document.querySelector(".nnlab-stage");
  const epoch = () => Number(stage()?.dataset.epoch ?? -1);

  /** A number that differs where the pixels of the large picture do. */
  function fingerprint() {
    const canvas = document.querySelector(".nnlab-plane");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = canvas.width;
    for (let index = 0; index < data.length; index += 4) {
      sum = (Math.imul(sum, 31) + data[index] * 65536 + data[index + 1] * 256 + data[index + 2]) | 0;
    }
    return sum;
  }

  /** Watch the stage for so many milliseconds. */
  async function watchStage(duration) {
    const seen = { frames: 0, epochs: 0, pictures: 0, longestFrame: 0 };
    const first = epoch();
    const start = performance.now();
    let [now, lastEpoch, lastPicture] = [start, first, fingerprint()];
    while (now - start < duration) {
      const before = now;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      now = performance.now();
      seen.frames += 1;
      seen.longestFrame = Math.max(seen.longestFrame, now - before);
      const shown = epoch();
      if (shown !== lastEpoch) {
        const picture = fingerprint();
        seen.epochs += 1;
        seen.pictures += picture !== lastPicture ? 1 : 0;
        [lastEpoch, lastPicture] = [shown, picture];
      }
    }
    const resolution = document.querySelector(".nnlab-plane").width;
    return { ...seen, seconds: (now - start) / 1000, advance: epoch() - first, resolution };
  }

  /** Watch the epoch on screen for so many milliseconds; the longest it stood still, and how far it came. */
  async function watchStandstill(duration) {
    const start = performance.now();
    const first = epoch();
    let [last, since, longest] = [first, start, 0];
    for (let now = start; now - start < duration; ) {
      now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
      if (epoch() !== last) {
        [last, since] = [epoch(), now];
      }
      longest = Math.max(longest, now - since);
    }
    return { longest, advance: last - first };
  }

  /** Drag the slider to so many places; the milliseconds until each is on screen. */
  async function scrub(count) {
    const slider = document.querySelector(".nnlab-timeline");
    const times = [];
    for (let index = 0; index < count; index += 1) {
      const target = Math.floor((((index * 7) % count) / count) * Number(slider.max));
      const begun = performance.now();
      slider.value = String(target);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      while (epoch() !== target) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (performance.now() - begun > 2000) {
          throw new Error(`epoch ${target} did not come on screen, but ${epoch()}`);
        }
      }
      times.push(performance.now() - begun);
    }
    return times;
  }

  return { watchNextClick, watchCurves, curvesHave, watched: (name = "click") => watches[name], epoch, watchStage, watchStandstill, scrub };
})();
