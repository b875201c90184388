import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.i18n import LANGUAGES, Translator, choose, translator
from nnlab.messages import Message

ENGLISH, KOREAN = translator("en"), translator("ko")


def test_a_text_comes_in_the_translators_language():
    assert ENGLISH("Circle") == "Circle"
    assert KOREAN("Circle") == "원"


def test_values_go_into_the_translated_text():
    assert ENGLISH("{minutes} min {seconds} s", minutes=1, seconds=20) == "1 min 20 s"
    assert KOREAN("{minutes} min {seconds} s", minutes=1, seconds=20) == "1분 20초"


def test_a_message_brings_its_own_values():
    assert KOREAN(Message("{seconds} s", {"seconds": 7})) == "7초"


def test_a_message_inside_a_message_is_translated_too():
    inner = Message("{seconds} s", {"seconds": 7})

    assert KOREAN(Message("not in any catalog: {time}", {"time": inner})) == "not in any catalog: 7초"


def test_a_text_without_translation_stays_english():
    assert KOREAN("not in any catalog: {reason}", reason="test") == "not in any catalog: test"


def test_an_empty_text_is_not_the_header_of_the_catalog():
    assert KOREAN("") == ""


def test_a_place_may_be_called_text():
    assert ENGLISH("{text}", text="anything") == "anything"


@pytest.mark.parametrize(("count", "expected"), [(0, "0 samples"), (1, "1 sample"), (1500, "1,500 samples")])
def test_english_counts_in_singular_and_plural(count, expected):
    assert ENGLISH.ngettext("{count} sample", "{count} samples", count) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.22345, "0.2235"),
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (-2.5, "-2.500"),
        (1000, "1,000"),
        (9999.6, "10,000"),
        (235_500, "235,500"),
        (0.0001, "0.0001000"),
        (0.0000314159, "3.142E-5"),
        (2.5e9, "2.500E9"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_a_number_has_four_significant_digits(value, expected):
    assert ENGLISH.number(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 8))
def test_a_number_can_be_read_back_to_its_digits(value, significant):
    read = float(ENGLISH.number(value, significant).replace(",", ""))

    assert read == float(f"{value:.{significant - 1}e}")


@pytest.mark.parametrize(("share", "expected"), [(0.8894, "88.9%"), (1, "100.0%"), (0, "0.0%"), (math.nan, "NaN")])
def test_a_share_has_one_decimal(share, expected):
    assert ENGLISH.percent(share) == expected
    assert KOREAN.percent(share) == expected


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0.4, "0 s", "0초"),
        (59.4, "59 s", "59초"),
        (59.6, "1 min 0 s", "1분 0초"),
        (80, "1 min 20 s", "1분 20초"),
        (3725, "1 h 2 min", "1시간 2분"),
        (math.inf, "∞", "∞"),
    ],
)
def test_a_span_of_time_has_its_two_largest_units(seconds, english, korean):
    assert ENGLISH.duration(seconds) == english
    assert KOREAN.duration(seconds) == korean


@pytest.mark.parametrize(
    ("requested", "locale", "expected"),
    [
        ("ko", "en-US", "ko"),
        ("en", "ko-KR", "en"),
        (None, "ko-KR", "ko"),
        (None, "ko_KR", "ko"),
        (None, "ko", "ko"),
        (None, "en-GB", "en"),
        (None, "de-DE", "en"),
        (None, None, "en"),
        (None, "", "en"),
        (None, "not a locale!", "en"),
        ("xx", "ko-KR", "ko"),
        ("", None, "en"),
    ],
)
def test_the_visitors_choice_comes_first_then_the_browsers_then_english(requested, locale, expected):
    assert choose(requested, locale) == expected


def test_visitors_of_one_language_share_its_translator():
    assert translator("ko") is translator("ko")
    assert all(isinstance(translator(language), Translator) for language in LANGUAGES)


READING = """
import time, nnlab.i18n
start = time.process_time()
nnlab.i18n.translator("en"), nnlab.i18n.translator("ko")
print(time.process_time() - start)
"""


def test_reading_the_catalogs_takes_less_than_a_quarter_of_a_second_of_the_processor():
    seconds = [float(subprocess.check_output([sys.executable, "-c", READING])) for _ in range(3)]

    assert min(seconds) < 0.25
