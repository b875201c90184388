"""Each page in a browser: its address, who is asked, how it fits, how the keyboard goes through it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from nnlab.experiment import DatasetChoice, Experiment, Layer
from tests.conftest import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HEADINGS = {
    ("/", "en"): "A laboratory for neural networks",
    ("/", "ko"): "신경망 실험실",
    ("/playground", "en"): "Playground",
    ("/playground", "ko"): "플레이그라운드",
    ("/images", "en"): "Images",
    ("/images", "ko"): "이미지",
    ("/housing", "en"): "Housing",
    ("/housing", "ko"): "주택",
    ("/tables", "en"): "Tables",
    ("/tables", "ko"): "표",
}
EVERY_PAGE = pytest.mark.parametrize(("path", "language"), HEADINGS)
DIGITS = Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, "relu"),), batch_size=100, epochs=2)

# A slow line: from `holdBack()` on what the server says stays on its way, until `letThrough()`.
SLOW_LINE = """
  const held = [];
  let holding = false;
  globalThis.heldBack = () => held.length;
  globalThis.holdBack = () => { holding = true; };
  globalThis.letThrough = () => { holding = false; held.splice(0).forEach(arrive => arrive()); };
  globalThis.WebSocket = class extends WebSocket {
    addEventListener(kind, take, ...options) {
      const arrive = event => (holding && kind === "message" ? held.push(() => take(event)) : take(event));
      super.addEventListener(kind, arrive, ...options);
    }
  };
"""


@pytest.fixture(autouse=True)
def _with_its_file(request):
    """A page that has nothing to show without a file is looked at where the file is."""
    if "path" in request.fixturenames and request.getfixturevalue("path") == "/housing":
        request.getfixturevalue("real_data")


def open_page(visitor, path, language):
    visitor.open(path, DIGITS if path == "/images" else None, lang=language)
    expect(visitor.page.get_by_role("heading", name=HEADINGS[path, language])).to_be_visible()
    expect(visitor.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_no_host_but_its_own_is_asked_on_any_page_or_during_a_run(visitor):
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.on("websocket", lambda socket: asked.append(socket.url))
    for path, language in HEADINGS:
        open_page(visitor, path, language)
    open_page(visitor, "/images", "en")
    visitor.button("Train").click()
    expect(visitor.status).to_contain_text("Finished")
    visitor.page.get_by_role("tab", name="Predictions").click()
    expect(visitor.page.get_by_test_id("stMetric").first).to_be_visible()

    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("blob", "data")}
    assert hosts == {urlsplit(visitor.address).netloc}
    assert any(url.startswith("ws:") for url in asked)


@pytest.mark.parametrize("path", ["/playground", "/images"])
def test_a_link_to_a_page_opens_it_on_a_server_that_nobody_has_visited(serve, app, arrive, path):
    with serve(app) as fresh:
        visitor = arrive(fresh.address)
        open_page(visitor, path, "en")
        expect(visitor.page.get_by_role("radio", name="한국어")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"x": "garbage"}, "The link is damaged: part of it is missing or changed. Ask for it again."),
        ({"run": "unknown"}, "This run is no longer kept: it was too long ago, or the app was restarted. Train again."),
        ({"lang": "xx"}, None),
    ],
)
def test_a_bad_link_gets_a_sentence_and_a_page_that_works(visitor, query, sentence):
    visitor.open("/playground", **query)
    expect(visitor.button("Train")).to_be_enabled()

    if sentence is not None:
        expect(visitor.page.get_by_test_id("stAlert").filter(has_text=sentence)).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="Playground")).to_be_visible()
    expect(visitor.errors).to_have_count(0)


@EVERY_PAGE
def test_a_narrow_page_has_no_sideways_scrolling(arrive, path, language):
    visitor = arrive(width=390, height=800)
    open_page(visitor, path, language)
    visitor.settle()

    too_wide = """() => {
      const main = document.querySelector('[data-testid="stMain"]');
      return [document.documentElement.scrollWidth, main.scrollWidth].filter((width) => width > innerWidth);
    }"""
    assert visitor.page.evaluate(too_wide) == []


@EVERY_PAGE
def test_every_chart_says_in_words_what_it_shows(visitor, path, language):
    open_page(visitor, path, language)
    charts = visitor.page.locator(".nnlab-live-chart, [data-testid=stPlotlyChart], .nnlab-stage [role=img]")
    # The stage has the plane and two curves.
    expect(charts).to_have_count({"/": 3, "/playground": 3, "/images": 2, "/housing": 2, "/tables": 2}[path])
    for chart in charts.all():
        # Plotly's own parts have labels too, but not these roles.
        described = chart.locator("xpath=descendant-or-self::*[@role='img' or @role='figure' or self::figure]").first
        expect(described).to_have_attribute("aria-label", re.compile(r"\S+ \S+ \S+"))


def test_the_pictures_of_the_data_are_counted_in_words(visitor):
    open_page(visitor, "/images", "en")

    expect(visitor.page.get_by_role("figure", name="100 pictures from the data set: 0, 1, 2,")).to_be_visible()


# In a tool bar, and in a group of radio buttons, Tab stops once and the arrow keys go on from there.
MARK_STOPS = """() => {
  const kinds = ["button", "input", "select", "textarea", "a[href]", "[role=slider]", "[role=combobox]"];
  const within = kinds.map((kind) => '[data-testid="stMain"] ' + kind).join(", ");
  const skipped = (element) => element.disabled || element.getAttribute("tabindex") === "-1";
  const usable = (element) => element.checkVisibility() && !skipped(element);
  const controls = [...document.querySelectorAll(within)].filter(usable);
  const train = controls.findIndex((element) => element.innerText?.trim().endsWith("Train"));
  const group = (element) => element.closest("[role=toolbar], [role=radiogroup]") ?? element;
  const groups = controls.slice(0, train + 1).map(group);
  const stops = [...new Set(groups)];
  stops.forEach((stop, index) => { stop.dataset.stop = index; });
  return stops.length;
}"""


def test_the_keyboard_reaches_every_control_and_starts_a_run(visitor, toy):
    visitor.open(experiment=toy(epochs=3))
    expect(visitor.button("Train")).to_be_enabled()
    count = visitor.page.evaluate(MARK_STOPS)
    assert count > 20
    reached = set()
    for _ in range(3 * count):
        visitor.page.keyboard.press("Tab")
        reached.add(visitor.page.evaluate("document.activeElement.closest('[data-stop]')?.dataset.stop"))
        if str(count - 1) in reached:
            break
    missed = [str(index) for index in range(count) if str(index) not in reached]
    html = "(missed) => missed.map((stop) => document.querySelector(`[data-stop='${stop}']`).outerHTML.slice(0, 300))"
    assert visitor.page.evaluate(html, missed) == []
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator(".nnlab-status")).to_have_text("Finished")


def test_arrow_keys_and_space_choose_a_feature(visitor, toy):
    visitor.open(experiment=toy())
    expect(visitor.page.get_by_text("17 parameters")).to_be_visible()
    features = visitor.page.get_by_role("toolbar", name="Features (inputs)").get_by_role("button")
    features.first.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Space")

    expect(features.nth(2)).to_have_attribute("aria-pressed", "true")
    # One more input for each of the four units.
    expect(visitor.page.get_by_text("21 parameters")).to_be_visible()


def test_no_button_is_named_after_its_icon_or_not_at_all(visitor, toy):
    visitor.open(experiment=toy())
    expect(visitor.button("Train")).to_be_enabled()
    buttons = visitor.page.get_by_test_id("stMain").get_by_role("button")

    expect(visitor.button("Initialization and regularization of layer 1")).to_be_visible()
    expect(buttons.and_(visitor.page.get_by_role("button", name=re.compile(r"^$|\bicon$")))).to_have_count(0)


def test_of_two_tabs_the_second_opens_though_it_was_clicked_before_the_first_had_come(visitor):
    visitor.page.add_init_script(SLOW_LINE)
    open_page(visitor, "/images", "en")
    tab = {name: visitor.page.get_by_role("tab", name=name) for name in ("Weights", "History")}
    visitor.settle()
    visitor.page.evaluate("holdBack()")
    tab["Weights"].click()
    visitor.page.wait_for_function("heldBack() > 0", timeout=PATIENCE)
    # All of the answer is on its way.
    visitor.page.wait_for_timeout(1000)
    tab["History"].click()
    visitor.page.evaluate("letThrough()")

    expect(visitor.page.get_by_text("Each epoch of a run becomes a row here")).to_be_visible()
    visitor.settle()
    expect(tab["History"]).to_have_attribute("aria-selected", "true")
    expect(tab["Weights"]).to_have_attribute("aria-selected", "false")
