"""What the canvas tells, trusted in nothing, and who is asked about it."""

from concurrent.futures import Future
from types import SimpleNamespace

import numpy as np
import pytest

from nnlab.runs import RunError
from nnlab.ui.images import drawing

LINE = [[0.3, 0.2, 0.1], [0.6, 0.8, 0.1]]
SAMPLE = np.full((8, 8), 9, np.uint8)


@pytest.fixture
def session(monkeypatch):
    """Streamlit's session, as a dict."""
    state = {}
    monkeypatch.setattr(drawing.st, "session_state", state)
    return state


@pytest.fixture
def asked(monkeypatch):
    """The questions to a service whose answers are set by hand."""
    questions = []

    def predict(run_id, x):
        questions.append(Future())
        return questions[-1]

    monkeypatch.setattr(drawing, "service", lambda: SimpleNamespace(predict=predict))
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 0.01)
    return questions


def record(**changes):
    return SimpleNamespace(**{"run_id": "run", "active": False, "weights_epoch": 5, **changes})


def tell(session, told):
    session[drawing.BOARD] = {"drawing": told}
    drawing._drawn()
    return session.get("paper")


def test_a_drawing_is_kept_with_its_version(session):
    paper = tell(session, {"version": 3, "lines": [LINE]})
    assert (paper.version, paper.lines, paper.problem, paper.test_image) == (3, [LINE], None, None)


@pytest.mark.parametrize("lines", [None, "x", [[["a", 0, 0]]], [[[0.1, 0.2]]], [[[0.5, 0.5, 0.1]] * 6000]])
def test_what_is_no_drawing_is_explained_and_not_kept(session, lines):
    paper = tell(session, {"version": 4, "lines": lines})

    assert (paper.version, paper.lines) == (4, [])
    assert "lear it and draw anew." in str(paper.problem)


@pytest.mark.parametrize("told", [None, "x", {}, {"version": "1", "lines": []}, [1, 2]])
def test_what_is_no_message_of_ours_changes_nothing(session, told):
    assert tell(session, told) is None


def test_the_same_drawing_is_asked_about_once_until_weights_or_drawing_change(session, asked):
    for run in (record(), record()):
        assert drawing._ask(run, SAMPLE).message is drawing._PENDING
    assert len(asked) == 1
    asked[0].set_result(np.eye(10, dtype=np.float32)[3:4])
    assert drawing._ask(record(), SAMPLE).outputs.argmax() == 3
    drawing._ask(record(), SAMPLE + 1)
    drawing._ask(record(weights_epoch=6), SAMPLE + 1)
    assert len(asked) == 3


def test_the_browser_asks_again_while_an_answer_is_on_its_way_or_the_network_learns(session, asked):
    assert drawing._ask(record(), SAMPLE).ask_again_after == drawing.PENDING_MILLISECONDS
    asked[0].set_result(np.zeros((1, 10), np.float32))
    assert drawing._ask(record(), SAMPLE).ask_again_after is None
    assert drawing._ask(record(active=True), SAMPLE).ask_again_after == drawing.LIVE_MILLISECONDS


def test_a_run_without_weights_and_no_run_say_so(session, asked):
    assert str(drawing._ask(None, SAMPLE).message).startswith("Press Train")
    waiting = drawing._ask(record(active=True, weights_epoch=None), SAMPLE)
    assert str(waiting.message) == "The network is not ready yet."
    assert waiting.ask_again_after == drawing.LIVE_MILLISECONDS
    assert str(drawing._ask(record(), np.zeros_like(SAMPLE)).message) == "The canvas is empty."
    assert asked == []


def test_a_worker_that_failed_is_told_and_asked_anew_with_the_next_line(session, asked):
    drawing._ask(record(), SAMPLE)
    asked[0].set_exception(RunError("The worker ended before it had an answer. Try again."))
    failed = drawing._ask(record(), SAMPLE)
    assert (str(failed.message), failed.ask_again_after) == (
        "The worker ended before it had an answer. Try again.",
        None,
    )
    drawing._ask(record(), SAMPLE)
    assert len(asked) == 2


def test_while_no_worker_is_there_the_browser_asks_again(session, monkeypatch):
    def predict(run_id, x):
        raise RunError("The worker for predictions is still starting. Try again in a moment.")

    monkeypatch.setattr(drawing, "service", lambda: SimpleNamespace(predict=predict))
    assert drawing._ask(record(), SAMPLE).ask_again_after == drawing.LIVE_MILLISECONDS
