"""A run does not mind what its reader does meanwhile, nor who else trains."""

import pytest
from playwright.sync_api import expect

from nnlab.experiment import Layer, Optimizer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_another_language_during_a_run_keeps_the_chart_and_every_epoch(visitor, digits):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    visitor.mark()
    visitor.page.get_by_role("radio", name="한국어").click()
    expect(visitor.page.get_by_role("heading", name="이미지")).to_be_visible()
    visitor.page.get_by_role("radio", name="English").click()
    expect(visitor.page.get_by_role("heading", name="Images")).to_be_visible()
    visitor.wait_for_epochs(visitor.epoch + 3)
    visitor.stop()

    visitor.expect_marked()
    visitor.expect_one_point_an_epoch()


def test_another_theme_during_a_run_keeps_the_chart_and_every_epoch(visitor, digits):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    visitor.mark()
    ink = "getComputedStyle(document.querySelector('.st-key-live_curves text')).fill"
    visitor.page.locator(".st-key-live_curves text").first.wait_for()
    light = visitor.page.evaluate(ink)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.wait_for_function(f"(light) => {ink} !== light", arg=light)
    visitor.wait_for_epochs(visitor.epoch + 3)
    visitor.stop()

    visitor.expect_marked()
    visitor.expect_one_point_an_epoch()


def test_another_page_during_a_run_leaves_it_alone_and_back_its_curve_is_whole(visitor, digits):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    run = visitor.curves.first.get_attribute("data-run")
    left_at = visitor.epoch
    visitor.page.get_by_role("link", name="Home").click()
    expect(visitor.page.get_by_role("heading", name="A laboratory for neural networks")).to_be_visible()
    expect(visitor.curves).to_have_count(0)
    visitor.page.get_by_role("link", name="Images").click()
    visitor.wait_for_epochs(left_at + 3)
    visitor.stop()

    assert visitor.curves.first.get_attribute("data-run") == run
    visitor.expect_one_point_an_epoch()


def test_a_reload_during_a_run_finds_it_again(visitor, digits):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    run = visitor.curves.first.get_attribute("data-run")
    visitor.page.wait_for_url(f"**run={run}**")
    before = visitor.epoch
    visitor.page.reload()
    visitor.wait_for_epochs(before + 3)

    assert visitor.curves.first.get_attribute("data-run") == run
    expect(visitor.button("Stop")).to_be_enabled()
    visitor.stop()
    visitor.expect_one_point_an_epoch()


def test_two_visitors_who_train_at_once_get_each_what_they_would_get_alone(arrive, digits):
    ours = digits(epochs=15)
    theirs = digits(layers=(Layer(6, "tanh"),), optimizer=Optimizer("adam"), epochs=11)
    first, second = arrive(), arrive()
    first.open("/images", ours)
    second.open("/images", theirs)
    first.button("Train").click()
    second.button("Train").click()
    for visitor, epochs in ((first, 15), (second, 11)):
        expect(visitor.status).to_contain_text("Finished")
        assert visitor.expect_one_point_an_epoch() == epochs
    alone = arrive()
    alone.train(ours)
    expect(alone.status).to_contain_text("Finished")

    assert first.history() == alone.history()
    assert not {row["loss"] for row in first.history()} & {row["loss"] for row in second.history()}
