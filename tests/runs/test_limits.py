"""Limits come from the environment, and a bad one is named."""

from __future__ import annotations

import os

import pytest

from nnlab.runs.limits import Limits, LimitsError

VARIABLES = {
    "NNLAB_WORKERS": ("workers", "3", 3),
    "NNLAB_RUNS": ("runs", "40", 40),
    "NNLAB_RUNS_PER_VISITOR": ("runs_per_visitor", "2", 2),
    "NNLAB_RUNS_PER_MINUTE": ("runs_per_minute", "6", 6),
    "NNLAB_VISITOR_MEGABYTES": ("visitor_megabytes", "12", 12),
    "NNLAB_RECORD_MEGABYTES": ("record_megabytes", "100", 100),
    "NNLAB_RUN_MINUTES": ("run_minutes", "0.5", 0.5),
    "NNLAB_WORKER_MEGABYTES": ("worker_megabytes", "900", 900),
    "NNLAB_QUEUE": ("queue", "5", 5),
}


def test_without_variables_the_limits_are_the_promised_ones() -> None:
    limits = Limits.from_environment({})

    assert limits == Limits()
    assert (limits.workers, limits.runs_per_visitor, limits.run_minutes) == (os.cpu_count(), 1, 30)
    assert (limits.visitor_megabytes, limits.record_megabytes, limits.worker_megabytes) == (30, 250, 1500)


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_limit_has_its_variable(variable: str) -> None:
    field, text, value = VARIABLES[variable]

    assert getattr(Limits.from_environment({variable: text}), field) == value
    assert getattr(Limits(), field) != value


def test_every_field_is_settable() -> None:
    assert {field for field, *_ in VARIABLES.values()} == set(Limits.__slots__)


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "nan", "inf", "1e999", "3 MB", "0x10"])
@pytest.mark.parametrize("variable", VARIABLES)
def test_what_is_no_number_above_0_is_named(variable: str, text: str) -> None:
    with pytest.raises(LimitsError) as caught:
        Limits.from_environment({variable: text})

    assert variable in str(caught.value)
    assert f"“{text}”" in str(caught.value)


def test_workers_are_counted_in_whole_numbers() -> None:
    with pytest.raises(LimitsError):
        Limits.from_environment({"NNLAB_WORKERS": "1.5"})
