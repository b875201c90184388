"""What nnlab says, in the visitor's language: one `Translator` a language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal, get_args

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, format_scientific

from nnlab.messages import N_, Message

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Beyond these a decimal number is mostly zeros.
SMALLEST_DECIMAL = Decimal("1e-4")
LARGEST_DECIMAL = Decimal("1e7")


@dataclass(frozen=True, slots=True)
class Translator:
    """Texts and numbers in one language. Get it from `translator`; visitors share it.

    Parameters
    ----------
    language : {"en", "ko"}
        The language.
    locale : babel.Locale
        Its rules for numbers.
    translations : gettext.GNUTranslations
        Its catalog.
    """

    language: Language
    locale: Locale
    translations: GNUTranslations

    def __call__(self, text: str | Message, /, **values: object) -> str:
        """Translate `text` and fill its ``{named}`` places.

        Parameters
        ----------
        text : str or Message
            An English template, or one that brings its own values.
        **values : object
            What goes into the places; a `Message` among them is translated too.

        Examples
        --------
        >>> translator("ko")("Epoch {epoch} / {epochs}", epoch=12, epochs=30)
        '에포크 12 / 30'
        """
        if isinstance(text, Message):
            return self(text.template, **{**text.values, **values})
        return self.gettext(text).format(**self._translated(values))

    def gettext(self, text: str) -> str:
        """Translate `text` without filling its places."""
        # The empty id is the catalog's own header.
        return self.translations.gettext(text) if text else ""

    def ngettext(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """Translate the form that goes with `count` and fill its places, ``{count}`` among them.

        Examples
        --------
        >>> translator("en").ngettext("{count} sample", "{count} samples", 1500)
        '1,500 samples'
        """
        template = self.translations.ngettext(singular, plural, count)
        return template.format(**{"count": self.integer(count), **self._translated(values)})

    def number(self, value: float, significant: int = 4) -> str:
        """Write `value` with so many significant digits, very small and very large ones with a power of ten.

        Examples
        --------
        >>> translator("en").number(0.22345), translator("en").number(3.14159e-7, significant=2)
        ('0.2235', '3.1E-7')
        """
        if not math.isfinite(value):
            return _not_finite(value)
        # Adding 0 turns -0 into 0.
        rounded = Decimal(f"{value:.{significant - 1}e}") + 0
        places = max(0, significant - 1 - rounded.adjusted()) if rounded else significant - 1
        if rounded and not SMALLEST_DECIMAL <= abs(rounded) < LARGEST_DECIMAL:
            return format_scientific(rounded, format=_with_places("0", significant - 1) + "E0", locale=self.locale)
        return format_decimal(rounded, format=_with_places("#,##0", places), locale=self.locale)

    def percent(self, share: float, places: int = 1) -> str:
        """Write a share of 1 in per cent.

        Examples
        --------
        >>> translator("en").percent(0.8894)
        '88.9%'
        """
        if not math.isfinite(share):
            return _not_finite(share)
        return format_percent(share, format=_with_places("#,##0", places) + "%", locale=self.locale)

    def integer(self, value: int) -> str:
        """Write a whole number with its thousands apart.

        Examples
        --------
        >>> translator("en").integer(235500)
        '235,500'
        """
        return format_decimal(value, format="#,##0", locale=self.locale)

    def duration(self, seconds: float) -> str:
        """Write a span of time in its two largest units.

        Examples
        --------
        >>> translator("en").duration(80), translator("ko").duration(80)
        ('1 min 20 s', '1분 20초')
        """
        if not math.isfinite(seconds):
            return _not_finite(seconds)
        whole = round(seconds)
        minutes, rest = divmod(whole, 60)
        if minutes == 0:
            return self(N_("{seconds} s"), seconds=rest)
        if minutes < 60:
            return self(N_("{minutes} min {seconds} s"), minutes=minutes, seconds=rest)
        hours, minutes = divmod(minutes, 60)
        return self(N_("{hours} h {minutes} min"), hours=self.integer(hours), minutes=minutes)

    def _translated(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self(value) if isinstance(value, Message) else value for name, value in values.items()}


def _with_places(pattern: str, places: int) -> str:
    return pattern + "." + "0" * places if places else pattern


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "∞" if value > 0 else "−∞"


def read_catalog(language: Language) -> Catalog:
    """Read the catalog of a language as translators write it."""
    with files(__name__).joinpath("catalogs", f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language, charset="utf-8")


@cache
def translator(language: Language) -> Translator:
    """Return the translator of a language; its catalog is compiled in memory once.

    A hosted page runs no build step, so there are no compiled catalogs on disk.
    """
    compiled = BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return Translator(language, Locale.parse(language), GNUTranslations(compiled))


def choose(requested: str | None, locale: str | None) -> Language:
    """Choose a visitor's language.

    Parameters
    ----------
    requested : str or None
        What the visitor asked for; anything but a known language counts as nothing.
    locale : str or None
        The browser's language tag, such as ``"ko-KR"``.

    Returns
    -------
    {"en", "ko"}
        The one asked for, else the browser's, else English.

    Examples
    --------
    >>> choose(None, "ko-KR"), choose("en", "ko-KR"), choose("tlh", None)
    ('ko', 'en', 'en')
    """
    for language in LANGUAGES:
        if language == requested:
            return language
    nearest = negotiate_locale([locale.replace("_", "-")], LANGUAGES, sep="-") if locale else None
    return "ko" if nearest == "ko" else "en"
