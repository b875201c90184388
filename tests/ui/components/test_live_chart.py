"""The live charts on a real page: one element, in place, from our own server only."""

import json
import math
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from nnlab.ui.components import live_chart
from tests.conftest import PATIENCE

CURVES = ".st-key-live_curves .nnlab-live-chart"
SCRIPT = Path(__file__).with_name("ticking_app.py")


@pytest.fixture(scope="module")
def address(tmp_path_factory, serve):
    script = tmp_path_factory.mktemp("app") / SCRIPT.name
    shutil.copy(SCRIPT, script)
    with serve(script) as server:
        yield server.address


@pytest.fixture
def page(browser, address):
    context = browser.new_context(viewport={"width": 1000, "height": 1200}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(error))
    page.goto(address)
    page.locator(f"{CURVES} .main-svg").first.wait_for()
    wait_for_epochs(page, 5)
    yield page
    context.close()
    assert failures == []


def wait_for_epochs(page, count):
    page.wait_for_function(f"Number(document.querySelector('{CURVES}').dataset.count) >= {count}")


def drawn(page, trace=0):
    """The points of one curve as plotly.js has them, and its axes' ranges."""
    return page.evaluate(
        """([curves, index]) => {
          const plot = document.querySelector(curves + " .js-plotly-plot");
          const { x, y } = plot.data[index];
          return { x: [...x], y: [...y], xRange: plot.layout.xaxis.range, yRange: plot.layout.yaxis.range,
                   yType: plot.layout.yaxis.type };
        }""",
        [CURVES, trace],
    )


def zoom_in(page):
    """Drag a box over the middle of the curves, while updates go on arriving."""
    box = page.locator(f"{CURVES} .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    for share in (0.4, 0.5, 0.6):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * (share + 0.2))
        page.wait_for_timeout(200)
    page.mouse.up()
    wait_for_zoom(page, "=== false")
    return drawn(page)


def wait_for_zoom(page, autorange):
    page.wait_for_function(
        f"document.querySelector('{CURVES} .js-plotly-plot')._fullLayout.xaxis.autorange {autorange}"
    )


def click_checkbox(page, label):
    page.get_by_text(label, exact=True).click()


@pytest.mark.alone
@pytest.mark.browser
def test_curves_grow_eight_times_a_second_on_the_same_element_without_a_blank(page):
    watched = page.evaluate(
        """async (curves) => {
          const root = document.querySelector(curves);
          const plot = root.querySelector(".js-plotly-plot");
          const svg = root.querySelector(".main-svg");
          const changes = [];
          const observer = new MutationObserver(() => changes.push(root.dataset.count));
          observer.observe(root, { attributes: true, attributeFilter: ["data-count"] });
          let frames = 0, blank = 0;
          const began = performance.now();
          while (performance.now() - began < 3000) {
            await new Promise(requestAnimationFrame);
            frames += 1;
            blank += document.querySelectorAll(curves + " .scatterlayer .js-line").length < 2 ? 1 : 0;
          }
          const now = document.querySelector(curves);
          return { changes: new Set(changes).size, frames, blank, seconds: (performance.now() - began) / 1000,
                   same: now === root && now.querySelector(".js-plotly-plot") === plot
                         && now.querySelector(".main-svg") === svg };
        }""",
        CURVES,
    )

    assert watched["same"]
    assert watched["blank"] == 0
    assert watched["frames"] > 30
    assert watched["changes"] / watched["seconds"] >= 8


@pytest.mark.browser
def test_every_epoch_is_one_point_and_nan_is_a_gap(page):
    wait_for_epochs(page, 30)
    curve = drawn(page)

    assert curve["x"] == list(range(1, len(curve["x"]) + 1))
    assert [epoch for epoch, value in zip(curve["x"], curve["y"], strict=True) if value is None] == [7]
    assert curve["y"][19] == pytest.approx(0.1 + 0.6 * math.exp(-1))


@pytest.mark.browser
def test_a_zoom_survives_updates_and_a_change_of_theme(page):
    whole = drawn(page)
    zoomed = zoom_in(page)
    ground = page.evaluate(f"getComputedStyle(document.querySelector('{CURVES} text')).fill")
    wait_for_epochs(page, len(whole["x"]) + 20)
    later = drawn(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"(before) => getComputedStyle(document.querySelector('{CURVES} text')).fill !== before", arg=ground
    )

    assert zoomed["xRange"] != whole["xRange"]
    assert later["xRange"] == zoomed["xRange"] == drawn(page)["xRange"]
    assert later["yRange"] == zoomed["yRange"] == drawn(page)["yRange"]


@pytest.mark.browser
def test_scale_and_shift_are_switched_in_place_from_the_kept_history(page):
    page.evaluate(f"document.querySelector('{CURVES}').dataset.marked = 'yes'")
    click_checkbox(page, "Log scale")
    click_checkbox(page, "Half an epoch earlier")
    page.wait_for_function(f"document.querySelector('{CURVES} .js-plotly-plot').data[0].x[0] === 0.5")
    training, validation = drawn(page, 0), drawn(page, 1)

    assert training["yType"] == "log"
    assert training["x"][:3] == [0.5, 1.5, 2.5]
    assert validation["x"][:3] == [1, 2, 3]
    expect(page.locator(CURVES)).to_have_attribute("data-marked", "yes")


@pytest.mark.browser
def test_a_lost_update_is_asked_for_and_filled(page):
    page.get_by_role("button", name="Skip an update").click()
    page.wait_for_timeout(500)
    count = int(page.locator(CURVES).get_attribute("data-count"))
    wait_for_epochs(page, count + 10)
    epochs = drawn(page)["x"]

    assert epochs == list(range(1, len(epochs) + 1))


@pytest.mark.browser
def test_a_chart_that_comes_back_to_the_page_gets_the_whole_history(page):
    click_checkbox(page, "Hide the charts")
    expect(page.locator(".nnlab-live-chart")).to_have_count(0)
    click_checkbox(page, "Hide the charts")
    page.locator(f"{CURVES} .main-svg").first.wait_for()
    wait_for_epochs(page, 30)
    epochs = drawn(page)["x"]

    assert epochs == list(range(1, len(epochs) + 1))


@pytest.mark.browser
def test_a_new_run_drops_the_curves_and_the_zoom_of_the_last(page):
    # Ten seconds of epochs: what the new run has by the time it is looked at is fewer.
    wait_for_epochs(page, 200)
    zoomed = zoom_in(page)
    page.get_by_role("button", name="New run").click()
    expect(page.locator(CURVES)).to_have_attribute("data-run", "run-2")
    wait_for_epochs(page, 4)
    wait_for_zoom(page, "!== false")
    fresh = drawn(page)

    assert fresh["x"][0] == 1
    assert len(fresh["x"]) < 200
    assert fresh["xRange"] != zoomed["xRange"]


@pytest.mark.browser
def test_the_description_changes_at_most_once_a_second(page):
    times = page.evaluate(
        """(curves) => new Promise((resolve) => {
          const times = [];
          const note = (changes) => {
            times.push(...changes.map(() => performance.now()));
            if (times.length >= 4) resolve(times);
          };
          new MutationObserver(note).observe(document.querySelector(curves), { attributeFilter: ["aria-label"] });
        })""",
        CURVES,
    )

    # How late a change may be is the machine's business.
    assert min(np.diff(times)) > 900
    expect(page.locator(CURVES)).to_have_attribute("role", "figure")
    expect(page.locator(CURVES)).to_have_attribute("aria-label", re.compile(r"^\d+ epochs\.$"))


@pytest.mark.browser
def test_the_keyboard_passes_the_charts_without_being_trapped(page):
    click_checkbox(page, "Half an epoch earlier")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.closest('.nnlab-live-chart') !== null")


@pytest.mark.browser
def test_a_narrow_page_has_no_sideways_scrolling(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(f"document.querySelector('{CURVES} .main-svg').clientWidth <= 390")
    widths = page.evaluate(
        f"[document.documentElement.scrollWidth, document.querySelector('{CURVES} .main-svg').clientWidth]"
    )

    assert widths[0] <= 390
    assert 300 <= widths[1] <= 390


@pytest.mark.browser
def test_only_our_own_host_is_asked_and_plotly_js_only_once(browser, address):
    page = browser.new_page()
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address)
    page.locator(f"{CURVES} .main-svg").first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(1000)
    page.close()

    hosts = {urlsplit(url).netloc for url in requested if url.startswith("http")}
    assert hosts == {urlsplit(address).netloc}
    assert len([url for url in requested if url.endswith("plotly.min.js")]) == 1


@pytest.mark.browser
def test_without_plotly_js_a_sentence_stands_in_the_charts_place(browser, address):
    page = browser.new_page()
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(address)

    expect(page.locator(CURVES)).to_have_text(live_chart.CHART_UNAVAILABLE)
    page.close()


def test_a_page_with_live_charts_runs_without_a_browser():
    for _ in range(2):  # the second app finds the components registered by the first
        page = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
        assert not page.exception


@pytest.fixture
def payloads(monkeypatch):
    """What the components would have been sent, and what the browser would have answered."""
    sent = []

    def mount(**arguments):
        sent.append(arguments)
        return {"lacking": {"run": "a", "have": 3}}

    monkeypatch.setattr(live_chart, "_component", lambda name: mount)
    return sent


def show_curves(**changes):
    arguments = {
        "key": "live_curves",
        "run_id": "a",
        "figure": go.Figure(go.Scatter(meta="loss")),
        "first": np.int64(0),
        "count": np.int64(3),
        "epochs": np.arange(1, 4),
        "values": {"loss": np.array([0.5, np.nan, np.inf], dtype=np.float32)},
        "options": {"log": False, "shift": np.bool_(True)},
        "alt": "Three epochs.",
        "height": 320,
    }
    return live_chart.live_curves(**(arguments | changes))


def test_numpy_numbers_nan_and_infinity_travel_as_plain_json(payloads):
    show_curves()
    data = payloads[0]["data"]

    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["values"] == {"loss": [0.5, None, None]}
    assert (data["first"], data["count"], data["epochs"], data["shift"]) == (0, 3, [1, 2, 3], True)


def test_what_the_browser_lacks_is_returned_for_the_run_on_screen_only(payloads):
    assert show_curves() == 3
    assert show_curves(run_id="b") is None


@pytest.mark.parametrize("answer", [None, "3", {}, {"run": "a"}, {"run": "a", "have": "3"}, {"run": "a", "have": -1}])
def test_a_malformed_request_from_a_browser_is_ignored(monkeypatch, answer):
    monkeypatch.setattr(live_chart, "_component", lambda name: lambda **arguments: {"lacking": answer})

    assert show_curves() is None


def test_the_words_on_the_chart_are_in_the_readers_language(payloads):
    show_curves(translate=str.upper)
    data = payloads[0]["data"]

    assert data["words"]["Reset axes"] == "RESET AXES"
    assert data["unavailable"] == live_chart.CHART_UNAVAILABLE.upper()


def test_every_word_is_one_that_plotly_js_looks_up():
    plotly_js = live_chart.ensure_plotly_js().read_text(encoding="utf-8")

    assert [word for word in live_chart.PLOTLY_WORDS if f'"{word}"' not in plotly_js] == []
