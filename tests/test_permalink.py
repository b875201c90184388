"""A link carries an experiment whole, and a bad one ends in one sentence."""

from __future__ import annotations

import base64
import json
import math
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import BOUNDS, CHOICES, DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.permalink import MAXIMUM_CHARACTERS, MAXIMUM_UNPACKED, Link, PermalinkError, decode, encode

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
PRINTABLE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=64)
VIEW_VALUES = st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | PRINTABLE
LAYERS = st.builds(
    Layer,
    units=st.integers(1, 64),
    activation=st.sampled_from(CHOICES["activation"]),
    initializer=st.sampled_from(CHOICES["initializer"]),
    batch_norm=st.booleans(),
    dropout=st.floats(0, 0.9),
)
EXPERIMENTS = st.builds(
    Experiment,
    dataset=st.builds(DatasetChoice, st.sampled_from(sorted(CATALOG))),
    layers=st.lists(LAYERS, max_size=6).map(tuple),
    optimizer=st.builds(Optimizer, st.sampled_from(CHOICES["optimizer"]), st.floats(1e-6, 10)),
    epochs=st.none() | st.integers(1, 1000),
    early_stopping=st.none() | st.builds(EarlyStopping, patience=st.integers(1, 100)),
    seed=st.integers(0, 2**32 - 1),
)
LINKS = st.builds(
    Link,
    EXPERIMENTS,
    st.dictionaries(NAMES, VIEW_VALUES, max_size=6),
    st.lists(NAMES, max_size=6).map(tuple),
)


def pack(content: Any, version: str = "1") -> str:
    """A token as `encode` forms it, around anything at all."""
    packed = zlib.compress(content if isinstance(content, bytes) else json.dumps(content).encode(), 9)
    return f"{version}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def parts(**changes: Any) -> dict[str, Any]:
    return {"e": json.loads(Experiment().to_json()), "v": {"log": True}, "h": ["epochs"]} | changes


def refused(token: str) -> str:
    with pytest.raises(PermalinkError) as caught:
        decode(token)
    assert 0 < len(str(caught.value)) < 1500
    assert str(caught.value).encode()
    return str(caught.value)


def read_or_refused(token: str) -> None:
    """Whatever the token is: a link that can be passed on again, or one sentence."""
    try:
        link = decode(token)
    except PermalinkError as error:
        assert str(error).encode()
    else:
        assert decode(encode(link)) == link


@settings(deadline=None)
@given(LINKS)
def test_a_link_comes_back_as_it_was(link: Link) -> None:
    token = encode(link)

    assert decode(token) == link
    assert len(token) <= MAXIMUM_CHARACTERS
    # What a browser leaves as it is in an address.
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_the_form_of_a_token_is_the_promised_one() -> None:
    assert decode(pack(parts())) == Link(Experiment(), {"log": True}, ("epochs",))
    assert decode(pack({"e": {}})) == Link(Experiment())


def test_the_largest_network_fits_in_a_link() -> None:
    layers = tuple(
        Layer(100 + i, "hard_sigmoid", "truncated_normal", True, 0.1234567 + i / 50, 0.01 / (i + 3), 0.1 / (i + 7))
        for i in range(int(BOUNDS["layers"].maximum))
    )
    link = Link(Experiment(layers=layers, early_stopping=EarlyStopping()), {"log": True})

    assert decode(encode(link)) == link


def test_a_link_too_long_offers_a_file() -> None:
    scattered = (f"control_{pow(7, number, 1_000_003)}_{pow(5, number, 999_983)}" for number in range(1500))

    with pytest.raises(PermalinkError, match="Download it as a file"):
        encode(Link(Experiment(), hidden=tuple(scattered)))


def test_a_token_too_long_is_not_unpacked() -> None:
    token = "1." + "A" * (MAXIMUM_CHARACTERS - 2)

    assert "damaged" in refused(token)
    assert "longer than 8000 characters" in refused(token + "A")


def test_a_small_token_does_not_unpack_into_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = pack(b'{"e":{}}' + b" " * 5_000_000)
    assert len(bomb) < MAXIMUM_CHARACTERS
    seen: list[int] = []

    class Watched:
        def __init__(self) -> None:
            self.inner = decompressobj()

        def decompress(self, *arguments: Any) -> bytes:
            text = self.inner.decompress(*arguments)
            seen.append(len(text))
            return text

        @property
        def eof(self) -> bool:
            return self.inner.eof

    decompressobj = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", Watched)

    assert "damaged" in refused(bomb)
    assert seen == [MAXIMUM_UNPACKED]


@pytest.mark.parametrize("version", ["0", "2", "10", "999999999999999", "٣"])
def test_a_token_of_another_version_says_so(version: str) -> None:
    sentence = refused(pack(parts(), version))

    assert "another version of nnlab" in sentence
    assert version[:8] in sentence


@pytest.mark.parametrize(
    "token", ["", ".", "1", "1.", "a.b", "-1.AAAA", "1.5.AAAA", "1.AAAA", "1.é", "1.\ud800", "1. "]
)
def test_what_is_no_token_is_called_damaged(token: str) -> None:
    assert "damaged" in refused(token)


@pytest.mark.parametrize("length", [0.1, 0.5, 0.9, 0.99])
def test_a_token_cut_off_on_the_way_is_damaged(length: float) -> None:
    token = encode(Link(Experiment()))

    assert "damaged" in refused(token[: int(len(token) * length)])


def test_a_changed_letter_is_noticed() -> None:
    token = encode(Link(Experiment(layers=(Layer(5), Layer(6, "gelu")))))
    unnoticed = []
    for place in range(2, len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        try:
            decode(token[:place] + other + token[place + 1 :])
        except PermalinkError:
            continue
        unnoticed.append(place)

    assert unnoticed == []


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "text",
        {},
        {"v": {}},
        parts(x=1),
        parts(v=None),
        parts(v=[]),
        parts(v={"log": None}),
        parts(v={"log": [1]}),
        parts(v={"log": {}}),
        parts(v={"log": "x" * 65}),
        parts(v={"log": "line\nbreak"}),
        parts(v={"log": "\ud800"}),
        parts(v={"log": math.nan}),
        parts(v={"log": math.inf}),
        parts(v={"log": 10**400}),
        parts(v={"": 1}),
        parts(v={"Log": 1}),
        parts(v={"log\n": 1}),
        parts(v={"x" * 41: 1}),
        parts(v={f"x{number}": 1 for number in range(65)}),
        parts(h=None),
        parts(h={}),
        parts(h=[1]),
        parts(h=["<script>"]),
        parts(h=["epochs\n"]),
        parts(h=["epochs"] * 65),
    ],
    ids=lambda content: repr(content)[-40:],
)
def test_a_token_with_anything_unforeseen_is_damaged(content: Any) -> None:
    assert "damaged" in refused(pack(content))


def test_a_setting_out_of_bounds_is_named() -> None:
    sentence = refused(pack(parts(e={"layers": [{"units": 5000}]})))

    assert sentence == (
        "The link holds a setting that cannot be used. “units” has to be a whole number from 1 to 1024, not 5000."
    )


def test_the_reason_inside_is_translated_with_the_sentence() -> None:
    with pytest.raises(PermalinkError) as caught:
        decode(pack(parts(e={"layers": [{"units": 5000}]})))

    assert caught.value.message.translated(lambda template: f"[{template}]") == (
        "[The link holds a setting that cannot be used. [“units” has to be a whole number from 1 to 1024, not 5000.]]"
    )


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: "1." + base64.urlsafe_b64encode(raw).decode()))
def test_random_text_is_refused_and_nothing_else_happens(text: str) -> None:
    read_or_refused(text)


@settings(deadline=None, max_examples=300)
@given(LINKS, st.data())
def test_a_mutated_token_is_a_link_or_refused(link: Link, data: st.DataObject) -> None:
    token = list(encode(link))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(token) - 1))
        token[place : place + data.draw(st.integers(0, 3))] = data.draw(st.text(max_size=3))

    read_or_refused("".join(token))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.just(10**400)
    | st.text(max_size=80)
    | st.sampled_from(["\ud800", "auto", "circle", "{reason}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(LINKS, st.data())
def test_a_token_packed_anew_around_changed_values_is_a_link_or_refused(link: Link, data: st.DataObject) -> None:
    content = {"e": json.loads(link.experiment.to_json()), "v": dict(link.view), "h": list(link.hidden)}
    for _ in range(data.draw(st.integers(1, 3))):
        inner: Any = content
        while isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            place = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
            if not data.draw(st.booleans()):
                inner[place] = data.draw(ANYTHING)
                break
            inner = inner[place]
        if isinstance(inner, dict):
            inner[data.draw(st.text(max_size=5))] = data.draw(ANYTHING)

    read_or_refused(pack(content))


@settings(deadline=None, max_examples=300)
@given(LINKS, st.data())
def test_a_token_packed_anew_around_changed_text_is_a_link_or_refused(link: Link, data: st.DataObject) -> None:
    text = bytearray(zlib.decompress(base64.urlsafe_b64decode(encode(link)[2:] + "==")))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))

    read_or_refused(pack(bytes(text)))


def test_nesting_of_any_depth_is_refused() -> None:
    for depth in (*range(50, 1100, 7), 10_000, 31_000):
        refused(pack(b'{"e":{"seed":' + b"[" * depth + b"]" * depth + b"}}"))
