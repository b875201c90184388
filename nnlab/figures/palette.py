"""The colours of nnlab, in one place: figures, components and the app's theme read these.

Values from -1 to +1 run from orange over a grey to blue, a pair that red-green
colour-blindness leaves apart. Classes take the colours of Okabe and Ito (“Color universal
design”, 2008); whoever draws them gives each its own marker, so that colour is never alone in
carrying a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one theme, as ``#rrggbb``.

    Parameters
    ----------
    name : {"light", "dark"}
        The theme.
    background, secondary_background : str
        The ground of the page, and of panels and inputs.
    text, quiet_text : str
        Body text; axis ticks and notes.
    grid : str
        Grid lines and borders.
    primary : str
        The one accent.
    negative, middle, positive : str
        The ends and the middle of the diverging scale, for the values -1, 0 and +1.
    training, validation, reference : str
        Curves: on the training set, on the validation set, and a run to compare with.
    classes : tuple of str
        Colours of classes 0, 1, 2, … when there are more than two.
    scale : float
        How much larger type and lines are than on a desk; more than 1 for a projector.
    """

    name: ThemeName
    background: str
    secondary_background: str
    text: str
    quiet_text: str
    grid: str
    primary: str
    negative: str
    middle: str
    positive: str
    training: str
    validation: str
    reference: str
    classes: tuple[str, ...]
    scale: float = 1.0

    @property
    def diverging(self) -> list[tuple[float, str]]:
        """The diverging scale as a Plotly colour scale: 0 stands for -1, 1 for +1."""
        return [(0.0, self.negative), (0.5, self.middle), (1.0, self.positive)]

    @property
    def sequential(self) -> list[tuple[float, str]]:
        """The scale from little to much as a Plotly colour scale."""
        return [(0.0, self.middle), (1.0, self.primary)]

    @property
    def amounts(self) -> list[tuple[float, str]]:
        """The scale from little to much for dots: unlike `sequential` it begins with a colour that stands out."""
        low, high = ("#7fa8c9", "#3b0f52") if self.name == "light" else ("#46608a", "#f7e6a0")
        return [(0.0, low), (0.5, self.primary), (1.0, high)]

    @property
    def greys(self) -> list[tuple[float, str]]:
        """A Plotly colour scale for pictures: nothing is the ground, ink is the text."""
        return [(0.0, self.background), (1.0, self.text)]


# Without Okabe and Ito's yellow, which vanishes on white, and their black, which vanishes on dark.
_OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

LIGHT = Palette(
    name="light",
    background="#ffffff",
    secondary_background="#f7f9fb",
    text="#1c2430",
    quiet_text="#586271",
    grid="#dfe3e8",
    primary="#0877bd",
    negative="#f59322",
    middle="#e8eaeb",
    positive="#0877bd",
    training="#0072b2",
    validation="#d55e00",
    reference="#6b7280",
    classes=_OKABE_ITO,
)

DARK = Palette(
    name="dark",
    background="#0e1117",
    secondary_background="#1a1f27",
    text="#e6e9ee",
    quiet_text="#a5adb8",
    grid="#2b3036",
    primary="#5fb0e5",
    negative="#f59322",
    middle="#2b3036",
    positive="#0877bd",
    training="#0072b2",
    validation="#d55e00",
    reference="#8b949e",
    classes=_OKABE_ITO,
)


def for_theme(name: str | None) -> Palette:
    """Return the palette of a theme; light for anything but ``"dark"``.

    Examples
    --------
    >>> for_theme("dark").background
    '#0e1117'
    """
    return DARK if name == "dark" else LIGHT


def blend(start: str, end: str, share: float) -> str:
    """Mix two colours linearly in sRGB.

    Parameters
    ----------
    start, end : str
        ``#rrggbb``.
    share : float
        0 gives `start`, 1 gives `end`.

    Examples
    --------
    >>> blend("#000000", "#ffffff", 0.5)
    '#808080'
    """
    channels = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in channels)


def translucent(colour: str, opacity: float) -> str:
    """Write ``#rrggbb`` with an opacity from 0 to 1, as Plotly reads it.

    Examples
    --------
    >>> translucent("#0072b2", 0.15)
    'rgba(0, 114, 178, 0.15)'
    """
    red, green, blue = _channels(colour)
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def sampled(scale: list[tuple[float, str]], count: int) -> list[str]:
    """Take `count` evenly spaced colours of a Plotly colour scale, ends included.

    Examples
    --------
    >>> sampled([(0.0, "#000000"), (1.0, "#ffffff")], 3)
    ['#000000', '#808080', '#ffffff']
    """
    return [_at(scale, index / (count - 1)) for index in range(count)]


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of two colours after WCAG 2.2, from 1 to 21.

    References
    ----------
    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _at(scale: list[tuple[float, str]], position: float) -> str:
    for (low, start), (high, end) in pairwise(scale):
        if position <= high:
            return blend(start, end, (position - low) / (high - low))
    return scale[-1][1]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in _channels(colour))
    )
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
