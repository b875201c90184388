"""What a run of the page has drawn comes to the browser, and before what is drawn after it."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from nnlab.ui.delivery import deliver_what_is_drawn

ROOT = Path(__file__).parents[2]
NESTED = Path(__file__).with_name("nested_app.py")


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    deliver_what_is_drawn()
    return ForwardMsgQueue()


def words(text, path, fragment=""):
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    message.delta.new_element.text.body = text
    return message


def cached(path):
    message = ForwardMsg(ref_hash="known to the browser")
    message.metadata.delta_path.extend(path)
    return message


def test_a_fragments_run_drops_nothing_and_what_it_draws_comes_after_all_that_waits(queue):
    waiting = [words("page", [0, 0]), words("outer", [0, 1, 0], "outer"), cached([0, 1, 1])]
    waiting += [words("inner", [0, 1, 2, 0], "inner"), ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)]
    for message in waiting:
        queue.enqueue(message)

    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    again = words("outer, once more", [0, 1, 0], "outer")
    queue.enqueue(again)

    assert queue.flush() == [*waiting, again]


def test_a_run_of_the_whole_page_replaces_what_waits_and_says_that_the_run_before_did_not_end(queue):
    queue.enqueue(words("page", [0, 0]))
    queue.enqueue(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))

    queue.clear(retain_lifecycle_msgs=True)

    assert queue.flush() == [ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)]


def test_the_app_sends_so():
    asked = (
        "import app; from streamlit.runtime import forward_msg_queue as q; print(q.ForwardMsgQueue.clear.__module__)"
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == deliver_what_is_drawn.__module__


@pytest.mark.browser
def test_quick_steps_of_a_slider_leave_the_page_whole(serve, browser):
    context = browser.new_context()
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    with serve(NESTED) as server:
        page.goto(server.address)
        slider = page.get_by_role("slider")
        slider.focus()
        for _ in range(40):
            slider.press("ArrowRight")
            page.wait_for_timeout(60)

        expect(page.get_by_text("The value is 90.")).to_be_visible()
        slider.press("ArrowRight")
        expect(page.get_by_text("The value is 91.")).to_be_visible()
        expect(page.get_by_text("inner")).to_be_visible()
        context.close()
    assert failures == []
