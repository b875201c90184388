"""Progress is a text that the browser keeps; nothing in it is trusted."""

import json

import pytest

from nnlab.exercises.progress import Done, merged, read, written

PASSED = Done("60%", "71 of 100", True, "2026-01-31")
FAILED = Done("10%", "0 of 100", False, "2026-02-01")


def test_what_is_written_is_read():
    assert read(written({"c": PASSED, "d": FAILED})) == {"c": PASSED, "d": FAILED}
    assert "71 of 100" in written({"c": PASSED})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        None,
        7,
        '{"version": 2, "parts": {}}',
        '{"version": 1, "parts": []}',
        json.dumps({"version": 1, "parts": {"c": {"passed": "yes"}, "z": {}}}),
        json.dumps({"version": 1, "parts": {"c": {"passed": True, "predicted": 1, "found": "", "date": ""}}}),
        json.dumps({"version": 1, "parts": {"c": {"passed": True, "predicted": "x" * 501, "found": "", "date": ""}}}),
        " " * 20_001,
    ],
)
def test_what_cannot_be_read_is_left_out(text):
    assert read(text) == {}


def test_a_check_that_was_passed_stays_passed():
    assert merged({"c": PASSED}, {"c": FAILED}) == {"c": PASSED}
    assert merged({"c": FAILED}, {"c": PASSED}) == {"c": PASSED}
    assert merged({"c": PASSED}, {"d": FAILED}) == {"c": PASSED, "d": FAILED}
