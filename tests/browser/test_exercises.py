"""Each part of the exercises from start to check, in both languages, with networks that are really trained."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from nnlab.exercises.parts import PARTS
from nnlab.i18n import translator
from nnlab.permalink import Link, encode
from nnlab.ui.exercises.link import LOCK

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# As few as the check of each part can be passed with.
SEEDS = {"a": 10, "b": 20, "c": 40, "d": 40, "e": 40, "f": 20, "g": 10}
EPOCHS = {"a": 100, "b": 100, "c": 200, "d": 200, "e": 200, "f": 200, "g": 200}


def visit(visitor, part, language, hidden=(), epochs=None):
    experiment = replace(PARTS[part].experiment, epochs=epochs or EPOCHS[part])
    token = encode(Link(experiment, hidden=hidden))
    visitor.open("/exercises", lang=language, part=part, seeds=str(SEEDS[part]), x=token)
    expect(visitor.page.get_by_text(translator(language)(PARTS[part].question))).to_be_visible()
    # What is pressed while the page is still being drawn may get lost.
    visitor.settle()


def choose(visitor, text):
    visitor.page.get_by_test_id("stRadio").locator("label").filter(has_text=text).first.click()


def draw(visitor, t, by_hand):
    """Draw a triangle round the disc with the mouse, or take a ready shape from the keyboard."""
    canvas = visitor.page.locator(".nnlab-plane")
    expect(canvas).to_be_visible()
    if by_hand:
        box = canvas.bounding_box()
        corners = [(0.5, 0.1), (0.15, 0.75), (0.85, 0.75), (0.5, 0.1)]
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
        visitor.page.mouse.move(*places[0])
        visitor.page.mouse.down()
        for place in places[1:]:
            visitor.page.mouse.move(*place, steps=6)
        visitor.page.mouse.up()
    else:
        visitor.button(t("Hexagon")).focus()
        visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".nnlab-board")).to_have_attribute("data-lines", "1")


def predict(visitor, part, t, by_hand):
    if part == "b":
        draw(visitor, t, by_hand)
        choose(visitor, "ReLU")
    elif part == "a":
        choose(visitor, t("Those of layer 1"))
    elif part == "f":
        choose(visitor, t("None of them alone, only several together"))
    if part == "g":
        visitor.page.get_by_label(t("Neurons of each hidden layer")).fill("16,16")
        visitor.button(t("Predict and train")).click()
        return
    # Predicted first: there is no other way to the training.
    expect(visitor.button(t("Train all seeds"))).to_have_count(0)
    visitor.settle()
    visitor.button(t("This is my prediction")).click()
    expect(visitor.button(t("Begin this part again"))).to_be_visible()
    run, explain = visitor.button(t("Train all seeds")), visitor.page.get_by_text(t("Explain"), exact=True)
    expect(run.or_(explain).first).to_be_visible()
    if run.count():
        run.click()


def explain(visitor, part, t):
    why = PARTS[part].why
    expect(visitor.page.get_by_text(t(why.question))).to_be_visible()
    choose(visitor, t(why.answers[why.right].text))
    expect(visitor.page.get_by_text(t("Part 1{part} is done.", part=part))).to_be_visible()
    assert visitor.errors.count() == 0
    visitor.page.wait_for_function(
        "(part) => JSON.parse(localStorage.getItem('nnlab.exercises') || '{}').parts?.[part]?.passed", arg=part
    )
    assert visitor.errors.count() == 0


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.slow
def test_each_part_goes_from_start_to_check(visitor, language):
    t = translator(language)
    for part in PARTS:
        visit(visitor, part, language)
        predict(visitor, part, t, by_hand=language == "en")
        explain(visitor, part, t)
    # All of it is kept by this browser, whatever becomes of the connection.
    visitor.open("/exercises", lang=language)
    expect(visitor.page.get_by_text(t("{passed} of {all} done", passed=7, all=7))).to_be_visible()
    visitor.page.get_by_text(t("{passed} of {all} done", passed=7, all=7)).click()
    with visitor.page.expect_download() as download:
        visitor.button(t("Download (JSON)")).click()
    assert '"passed": true' in download.value.path().read_text(encoding="utf-8")


@pytest.mark.alone
@pytest.mark.slow
def test_a_study_can_be_stopped_and_the_page_answers_meanwhile(visitor):
    # So long that it does not end by itself, neither while the page answers nor under the mouse.
    visit(visitor, "f", "en", epochs=50_000)
    predict(visitor, "f", translator("en"), by_hand=False)
    expect(visitor.page.get_by_test_id("stProgress")).to_contain_text("networks trained")
    visitor.page.get_by_role("radio", name="1a · Layer by layer").click()
    expect(visitor.page.get_by_text(PARTS["a"].question)).to_be_visible(timeout=5000)
    visitor.page.get_by_role("radio", name="1f · Four layers").click()
    visitor.button("Stop").click()
    expect(visitor.button("Train all seeds")).to_be_visible(timeout=5000)


@pytest.mark.slow
def test_a_seed_of_the_wall_opens_in_the_playground(visitor):
    visit(visitor, "d", "en", hidden=LOCK)
    # A teacher's link: this part only, its setting locked.
    expect(visitor.page.get_by_text("Your teacher's link has locked this setting.")).to_be_visible()
    expect(visitor.page.get_by_text("Change the setting")).to_have_count(0)
    expect(visitor.page.get_by_role("radiogroup", name="Part", exact=True)).to_have_count(0)
    predict(visitor, "d", translator("en"), by_hand=False)
    tile = visitor.page.locator(".nnlab-wall a").nth(6)
    expect(tile).to_be_visible()
    with visitor.page.context.expect_page() as opened:
        tile.click()
    playground = opened.value
    expect(playground.locator(".nnlab-stage")).to_be_visible()
    expect(playground.get_by_label("Seed", exact=True).first).to_have_value("7")
    playground.close()
