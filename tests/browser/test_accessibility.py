"""axe-core finds nothing grave in what is ours; what it finds in Streamlit's own elements is listed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

GRAVE = ("serious", "critical")
OURS = ".nnlab-stage, .nnlab-live-chart"
# Rules that Streamlit 1.67 breaks by itself, with what.
STREAMLITS = {"color-contrast": "the chosen one of pills and segmented controls: 4.0 to 4.2 instead of 4.5"}
SITUATIONS = [
    ("/", "ko", "dark", 1400),
    ("/", "en", "light", 390),
    ("/playground", "en", "light", 1400),
    ("/playground", "en", "dark", 390),
    ("/playground", "ko", "light", 390),
    ("/playground", "ko", "dark", 1400),
]


@pytest.mark.parametrize(("path", "language", "scheme", "width"), SITUATIONS)
def test_axe_finds_nothing_grave(arrive, path, language, scheme, width):
    visitor = arrive(width=width, height=900, color_scheme=scheme)
    visitor.open(path, lang=language)
    expect(visitor.page.locator(".nnlab-neuron").first).to_be_visible()
    visitor.page.wait_for_function("() => Number(document.querySelector('.nnlab-stage').dataset.epoch) >= 0")
    visitor.settle()
    results = Axe().run(visitor.page).response
    grave = [violation for violation in results["violations"] if violation["impact"] in GRAVE]
    selectors = [node["target"][0] for violation in grave for node in violation["nodes"]]
    ours = visitor.page.evaluate(
        "([selectors, ours]) => selectors.filter((one) => document.querySelector(one)?.closest(ours))",
        [selectors, OURS],
    )

    assert ours == [], [(violation["id"], violation["nodes"]) for violation in grave]
    assert {violation["id"] for violation in grave} <= set(STREAMLITS)
    chosen = visitor.page.evaluate(
        "([selectors, chosen]) => selectors.every((one) => document.querySelector(one).closest(chosen))",
        [selectors, "[data-variant], [data-selected]"],
    )
    assert chosen, selectors


@pytest.mark.parametrize(
    ("path", "language", "scheme", "width"), [("/housing", "en", "light", 390), ("/tables", "ko", "dark", 1400)]
)
def test_axe_finds_nothing_grave_in_the_labs(arrive, real_data, path, language, scheme, width):
    visitor = arrive(width=width, height=900, color_scheme=scheme)
    visitor.open(path, lang=language)
    expect(visitor.page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    visitor.settle()
    results = Axe().run(visitor.page).response
    grave = {violation["id"] for violation in results["violations"] if violation["impact"] in GRAVE}

    assert grave <= set(STREAMLITS), [violation["nodes"] for violation in results["violations"]]
