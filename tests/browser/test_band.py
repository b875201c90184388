"""A hundred seeds behind the run on screen, as a visitor sees them."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.experiment import Layer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BAND = re.compile(r"Behind them a band: of 100 runs .* the median is [\d.]+")


def test_a_band_of_a_hundred_seeds_tells_where_the_run_lies(visitor, toy):
    page = visitor.page
    visitor.open("/playground", toy(layers=(Layer(3, "tanh"),)))
    note, curve = page.locator(".nnlab-band-note"), page.locator(".nnlab-curve canvas").first
    expect(note).to_be_hidden()
    page.get_by_label("100 seeds").check()
    visitor.button("Train").click()

    expect(note).to_contain_text("of 101 by validation loss")
    expect(note).to_contain_text("Eight in ten lie in it")
    expect(page.locator(".nnlab-key.nnlab-band").first).to_be_visible()
    expect(curve).to_have_attribute("aria-label", BAND)

    page.get_by_label("100 seeds").uncheck()
    expect(note).to_be_hidden()
    expect(page.locator(".nnlab-key.nnlab-band")).to_have_count(0)
