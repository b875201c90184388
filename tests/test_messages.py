"""Messages travel as template and values, and errors through a pipe whole."""

from __future__ import annotations

import copy
import pickle

import pytest

from nnlab.datasets import DownloadError
from nnlab.experiment import ExperimentError
from nnlab.messages import N_, ExplainedError, Message
from nnlab.permalink import PermalinkError
from nnlab.runs import LimitError

KOREAN = {"{seconds} s left": "{seconds}초 남음", "Broken. {reason}": "{reason} 고장입니다."}


def in_korean(template: str) -> str:
    return KOREAN.get(template, template)


def test_marking_a_text_changes_nothing() -> None:
    assert N_("Train {x}") == "Train {x}"


def test_a_message_reads_in_english_by_itself_and_in_a_language_on_demand() -> None:
    message = Message("{seconds} s left", {"seconds": 3})

    assert str(message) == "3 s left"
    assert message.translated(in_korean) == "3초 남음"


def test_a_message_inside_a_message_is_translated_too() -> None:
    outer = Message("Broken. {reason}", {"reason": Message("{seconds} s left", {"seconds": 3})})

    assert str(outer) == "Broken. 3 s left"
    assert outer.translated(in_korean) == "3초 남음 고장입니다."


def test_braces_in_a_value_are_text() -> None:
    assert str(Message("There is no “{name}”.", {"name": "{seconds} {0} {name.__class__}"})) == (
        "There is no “{seconds} {0} {name.__class__}”."
    )


@pytest.mark.parametrize(
    "error",
    [
        ExplainedError("{seconds} s left", seconds=3),
        LimitError("{seconds} s left", seconds=3),
        PermalinkError("{seconds} s left", seconds=3),
        ExperimentError("layers[0].units", "{seconds} s left", seconds=3),
        DownloadError("{seconds} s left", reason="timeout", seconds=3),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("travel", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy], ids=["pipe", "copy"])
def test_an_error_comes_out_of_a_pipe_as_it_went_in(error: ExplainedError, travel) -> None:
    arrived = travel(error)

    assert type(arrived) is type(error)
    assert str(arrived) == "3 s left"
    assert arrived.message.translated(in_korean) == "3초 남음"
    assert arrived.__dict__ == error.__dict__
