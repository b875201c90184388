"""A link holds only what a page can show."""

from __future__ import annotations

from typing import Any

import pytest

from nnlab.experiment import Experiment
from nnlab.permalink import HIDEABLE, SPEEDS, Link, PermalinkError, View


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_offered_speed_is_accepted(speed: int | None) -> None:
    assert View(speed=speed).speed == speed


@pytest.mark.parametrize("speed", [0, 2, 61, True, 60.0, "60", -1])
def test_another_speed_is_refused_with_those_offered(speed: Any) -> None:
    with pytest.raises(PermalinkError, match="There are: 1, 5, 20, 60, 250"):
        View(speed=speed)


@pytest.mark.parametrize("name", ["show_test_data", "discretize", "log_scale", "embed", "fresh_seed"])
def test_a_switch_is_on_or_off(name: str) -> None:
    assert getattr(View(), name) is False
    assert getattr(View(**{name: True}), name) is True  # type: ignore[arg-type]
    with pytest.raises(PermalinkError, match=f"“{name}” has to be true or false"):
        View(**{name: 1})  # type: ignore[arg-type]


def test_the_controls_of_the_original_and_ours_can_be_hidden() -> None:
    assert len(set(HIDEABLE)) == len(HIDEABLE) == 23
    assert Link(Experiment(), hidden=HIDEABLE).hidden == HIDEABLE


def test_hidden_controls_are_kept_once_in_one_order() -> None:
    link = Link(Experiment(), hidden=("share", "noise", "play", "noise"))

    assert link == Link(Experiment(), hidden=("play", "noise", "share"))
    assert hash(link) == hash(Link(Experiment(), hidden=("noise", "play", "share")))


def test_an_unknown_control_is_named() -> None:
    with pytest.raises(PermalinkError, match="There is no control 'epochs' that a link could hide"):
        Link(Experiment(), hidden=("epochs",))
