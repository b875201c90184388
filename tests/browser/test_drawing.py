"""Drawing on the canvas, with the mouse and with a finger, until bars say what it is."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DRAWN = json.loads((Path(__file__).parents[1] / "data" / "drawn_digits.json").read_text())


def board_of(visitor, digits):
    """The board beside a network that has had a few epochs."""
    visitor.train(digits(epochs=20, batch_size=32))
    expect(visitor.status).to_contain_text("Finished")
    visitor.page.get_by_role("tab", name="Draw").click()
    board = visitor.page.locator(".nnlab-board")
    expect(board.locator(".nnlab-says p")).to_have_text("The canvas is empty.")
    canvas = board.locator(".nnlab-paper")
    # Not at the upper edge, where Streamlit's header lies over it.
    canvas.evaluate("(canvas) => canvas.scrollIntoView({ block: 'center' })")
    return board, canvas


def place(canvas, point):
    box = canvas.bounding_box()
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw_by_mouse(visitor, canvas, lines):
    for line in lines:
        visitor.page.mouse.move(*place(canvas, line[0]))
        visitor.page.mouse.down()
        for point in line[1:]:
            visitor.page.mouse.move(*place(canvas, point))
        visitor.page.mouse.up()


def draw_by_finger(visitor, canvas, lines):
    touch = visitor.page.context.new_cdp_session(visitor.page)

    def tell(kind, *points):
        where = [dict(zip("xy", place(canvas, point), strict=True)) for point in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    for line in lines:
        tell("touchStart", line[0])
        for point in line[1:]:
            tell("touchMove", point)
        tell("touchEnd")


def test_what_the_mouse_draws_gets_bars_after_each_line_and_the_keyboard_chooses_a_test_image(visitor, digits):
    board, canvas = board_of(visitor, digits)
    bars = board.locator(".nnlab-says li")
    first, second = DRAWN["4"]
    draw_by_mouse(visitor, canvas, [first])
    expect(board).to_have_attribute("data-answered", "1")
    expect(bars).to_have_count(10)
    shares = [float(text.removesuffix("%")) for text in bars.locator("b").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=1)
    draw_by_mouse(visitor, canvas, [second])
    expect(board).to_have_attribute("data-answered", "2")
    expect(board.locator(".nnlab-says p")).to_contain_text("The network takes it for")

    visitor.button("Undo line").click()
    expect(board).to_have_attribute("data-answered", "3")
    expect(board).to_have_attribute("data-lines", "1")
    assert [float(text.removesuffix("%")) for text in bars.locator("b").all_inner_texts()] == shares
    # Another tab and back: the drawing is still there.
    visitor.page.get_by_role("tab", name="History").click()
    expect(visitor.page.get_by_test_id("stDownloadButton")).to_be_visible()
    visitor.settle()
    visitor.page.get_by_role("tab", name="Draw").click()
    expect(board).to_have_attribute("data-lines", "1")
    visitor.button("Clear").click()
    expect(board.locator(".nnlab-says p")).to_have_text("The canvas is empty.")
    expect(bars).to_have_count(0)
    expect(visitor.button("Undo line")).to_be_disabled()
    visitor.button("Classify this image").focus()
    visitor.page.keyboard.press("Enter")
    expect(bars).to_have_count(10)
    expect_nothing_grave(visitor.page)
    click_a_cell_of_the_confusion_matrix(visitor)


def expect_nothing_grave(page):
    """Let axe-core look at the board and at the curves of a finished run."""
    for ours in (".nnlab-board", ".nnlab-live-chart"):
        violations = Axe().run(page, context=ours).response["violations"]
        assert [violation["id"] for violation in violations if violation["impact"] in ("serious", "critical")] == []


def click_a_cell_of_the_confusion_matrix(visitor):
    visitor.page.get_by_role("tab", name="Mistakes").click()
    cells = visitor.page.locator(".st-key-confusion .nsewdrag").first
    cells.scroll_into_view_if_needed()
    visitor.settle()
    box = cells.bounding_box()
    visitor.page.mouse.click(box["x"] + 0.65 * box["width"], box["y"] + 0.65 * box["height"])
    for name in ("True class", "Predicted class"):
        expect(visitor.page.get_by_role("combobox", name=name)).to_have_value("6")


def test_what_a_finger_draws_gets_bars_and_does_not_scroll_the_page(arrive, digits):
    visitor = arrive(width=390, height=800, has_touch=True, color_scheme="dark")
    board, canvas = board_of(visitor, digits)
    visitor.settle()
    before = canvas.bounding_box()
    # From top to bottom: a finger that scrolls would move the canvas along.
    draw_by_finger(visitor, canvas, DRAWN["3"])

    expect(board.locator(".nnlab-says li")).to_have_count(10)
    expect(board).to_have_attribute("data-lines", "1")
    assert canvas.bounding_box()["y"] == pytest.approx(before["y"], abs=1)
    wide = "() => document.querySelector('[data-testid=\"stMain\"]').scrollWidth"
    assert visitor.page.evaluate(wide) <= 390
