"""What a link carries: an experiment, how the page shows it, and which controls it leaves out."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, fields

from nnlab.experiment import Experiment
from nnlab.messages import ExplainedError

SPEEDS: tuple[int | None, ...] = (1, 5, 20, 60, 250, None)
"""Epochs a second that playback offers; None is as fast as it computes."""

HIDEABLE = (
    "show_test_data",
    "discretize",
    "play",
    "step",
    "reset",
    "learning_rate",
    "activation",
    "regularization",
    "regularization_rate",
    "problem",
    "dataset",
    "train_share",
    "noise",
    "batch_size",
    "hidden_layers",
    "seed",
    "optimizer",
    "loss",
    "initializer",
    "features",
    "presets",
    "speed",
    "share",
)
"""Controls that a link can leave out: the 15 of TensorFlow Playground in its order, then nnlab's own."""


class PermalinkError(ExplainedError):
    """A link cannot be written or read.

    Parameters
    ----------
    template, **values
        As in `nnlab.messages.ExplainedError`.
    nearest : Link or None
        The setting nearest to what the link asks for that can be used, to be offered to the
        visitor; None where nothing of the link can be read.
    """

    def __init__(self, template: str, *, nearest: Link | None = None, **values: object) -> None:
        super().__init__(template, **values)
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class View:
    """How a page shows an experiment; nothing here changes what is trained.

    Parameters
    ----------
    show_test_data : bool
        Whether the test points are drawn.
    discretize : bool
        Whether pictures have two colours instead of shades.
    log_scale : bool
        Whether the loss is drawn on a logarithmic axis.
    embed : bool
        Whether the page shows the playground alone, without header and explanations.
    speed : int or None
        Epochs a second, one of `SPEEDS`.
    fresh_seed : bool
        Whether whoever opens the link gets random numbers of their own instead of the
        experiment's seeds.

    Raises
    ------
    PermalinkError
        A value is not one of those above.
    """

    show_test_data: bool = False
    discretize: bool = False
    log_scale: bool = False
    embed: bool = False
    speed: int | None = 60
    fresh_seed: bool = False

    def __post_init__(self) -> None:
        if not _is_speed(self.speed):
            raise PermalinkError(
                "A speed of {value} epochs a second is not offered. There are: {speeds}.",
                value=reprlib.repr(self.speed),
                speeds=", ".join(str(speed) for speed in SPEEDS if speed),
            )
        for name in SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise PermalinkError(
                    "“{name}” has to be true or false, not {value}.",
                    name=name,
                    value=reprlib.repr(getattr(self, name)),
                )


SWITCHES = tuple(field.name for field in fields(View) if field.name != "speed")
"""The fields of `View` that are on or off."""


def _is_speed(value: object) -> bool:
    # True and 1.0 are equal to 1, but no page has them in its list.
    return (value is None or type(value) is int) and value in SPEEDS


@dataclass(frozen=True, slots=True)
class Link:
    """An experiment and how a page shows it.

    Parameters
    ----------
    experiment : Experiment
        What is to be trained.
    view : View
        How it is shown.
    hidden : tuple of str
        Controls that the page leaves out, of those in `HIDEABLE`; kept once each, in its order.

    Raises
    ------
    PermalinkError
        A control cannot be hidden.

    Examples
    --------
    >>> Link(Experiment(), hidden=("noise", "play")).hidden
    ('play', 'noise')
    """

    experiment: Experiment
    view: View = View()
    hidden: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.hidden:
            if name not in HIDEABLE:
                raise PermalinkError(
                    "There is no control {name} that a link could hide. There are: {names}.",
                    name=reprlib.repr(name),
                    names=", ".join(HIDEABLE),
                )
        object.__setattr__(self, "hidden", tuple(name for name in HIDEABLE if name in self.hidden))
