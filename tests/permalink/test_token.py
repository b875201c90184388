"""A link carries an experiment whole, and a bad one ends in one sentence."""

from __future__ import annotations

import base64
import gc
import json
import math
import random
import re
import time
import tracemalloc
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import BOUNDS, CHOICES, DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.permalink import (
    HIDEABLE,
    MAXIMUM_CHARACTERS,
    MAXIMUM_UNPACKED,
    SPEEDS,
    Link,
    PermalinkError,
    View,
    decode,
    encode,
    from_playground,
)

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
    solved_at=st.none() | st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
VIEWS = st.builds(
    View,
    *[st.booleans()] * 4,
    speed=st.sampled_from(SPEEDS),
    fresh_seed=st.booleans(),
)
LINKS = st.builds(Link, EXPERIMENTS, VIEWS, st.lists(st.sampled_from(HIDEABLE), max_size=6).map(tuple))


def pack(content: Any, version: str = "1") -> str:
    """A token as `encode` forms it, around anything at all."""
    packed = zlib.compress(content if isinstance(content, bytes) else json.dumps(content).encode(), 9)
    return f"{version}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def parts(**changes: Any) -> dict[str, Any]:
    return {"e": json.loads(Experiment().to_json()), "v": {"log_scale": True}, "h": ["noise"]} | changes


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
        assert 0 < len(str(error).encode()) < 3000
        assert error.nearest is None or decode(encode(error.nearest)) == error.nearest
    else:
        assert decode(encode(link)) == link


@given(LINKS)
def test_a_link_comes_back_as_it_was(link: Link) -> None:
    token = encode(link)

    assert decode(token) == link
    assert len(token) <= MAXIMUM_CHARACTERS
    # What a browser leaves as it is in an address.
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_the_form_of_a_token_is_the_promised_one() -> None:
    assert decode(pack(parts())) == Link(Experiment(), View(log_scale=True), ("noise",))
    assert decode(pack({"e": {}})) == Link(Experiment())


def test_the_largest_network_fits_in_a_link() -> None:
    layers = tuple(
        Layer(100 + i, "hard_sigmoid", "truncated_normal", True, 0.1234567 + i / 50, 0.01 / (i + 3), 0.1 / (i + 7))
        for i in range(int(BOUNDS["layers"].maximum))
    )
    link = Link(
        Experiment(layers=layers, early_stopping=EarlyStopping()), View(False, True, True, True, None, True), HIDEABLE
    )

    assert decode(encode(link)) == link


def test_a_link_too_long_offers_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnlab.permalink.token.MAXIMUM_CHARACTERS", 100)

    with pytest.raises(PermalinkError, match="Download it as a file"):
        encode(Link(Experiment()))


def test_a_token_too_long_is_not_unpacked() -> None:
    token = "1." + "A" * (MAXIMUM_CHARACTERS - 2)

    assert "damaged" in refused(token)
    assert "longer than 8000 characters" in refused(token + "A")


BOMBS = {
    "spaces": pack(b'{"e":{}}' + b" " * 5_000_000),
    "lists": pack(b'{"e":' + b"[" * 60_000 + b"]" * 60_000 + b"}"),
    "objects": pack(b'{"e":' + b'{"e":' * 9_000 + b"0" + b"}" * 9_001),
    "digits": pack(b'{"e":{"seed":' + b"9" * 60_000 + b"}}"),
    "empty lists": pack(b'{"e":{"layers":[' + b"[]," * 21_000 + b"[]]}}"),
    "layers": pack(b'{"e":{"layers":[' + b"{}," * 21_000 + b"{}]}}"),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_small_token_does_not_unpack_into_gigabytes(bomb: str) -> None:
    assert len(bomb) < MAXIMUM_CHARACTERS
    tracemalloc.start()
    refused(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # A list of a few bytes' text takes a hundred bytes of memory, so the text's limit bounds both.
    assert peak < 150 * MAXIMUM_UNPACKED


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_small_token_does_not_occupy_the_processor(bomb: str) -> None:
    # The collector would go through all that other tests have left behind.
    gc.disable()
    begin = time.thread_time()
    refused(bomb)
    seconds = time.thread_time() - begin
    gc.enable()

    assert seconds < 0.5


def test_what_is_left_of_a_bomb_is_never_unpacked() -> None:
    tracemalloc.start()
    refused(BOMBS["spaces"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 500_000


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
        parts(v={"": 1}),
        parts(v={"log": True}),
        parts(v={f"x{number}": 1 for number in range(65)}),
        parts(h=None),
        parts(h={}),
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


@pytest.mark.parametrize(
    "changes",
    [{"v": {"log_scale": value}} for value in (None, 1, [1], {}, "x" * 65, "\ud800", math.nan, 10**400)]
    + [{"v": {"speed": value}} for value in (True, 2, 60.0, [], "60", "\ud800", math.inf)]
    + [{"h": value} for value in ([1], [None], [["noise"]], ["<script>"], ["noise\n"], ["\ud800"], ["epochs"] * 65)],
    ids=lambda changes: repr(changes)[-40:],
)
def test_a_view_or_control_that_does_not_exist_is_refused_and_the_rest_is_offered(changes: Any) -> None:
    with pytest.raises(PermalinkError) as caught:
        decode(pack(parts(**changes)))

    assert "damaged" not in str(caught.value)
    assert caught.value.nearest is not None
    assert caught.value.nearest.experiment == Experiment()
    assert caught.value.nearest.hidden == (() if "h" in changes else ("noise",))


def test_what_a_link_of_another_version_holds_is_offered_as_far_as_it_can_be_read() -> None:
    link = Link(Experiment(layers=(Layer(7),)), View(embed=True), ("play",))
    content = json.loads(zlib.decompress(base64.urlsafe_b64decode(encode(link)[2:] + "==")))
    content["e"] |= {"future": 1, "batch_size": 10_000}

    with pytest.raises(PermalinkError, match="another version") as caught:
        decode(pack(content, "2"))

    assert caught.value.nearest == replace(link, experiment=replace(link.experiment, batch_size=4096))


def test_an_unreadable_link_of_another_version_offers_nothing() -> None:
    with pytest.raises(PermalinkError, match="another version") as caught:
        decode("2.AAAA")

    assert caught.value.nearest is None


def test_the_reason_inside_is_translated_with_the_sentence() -> None:
    with pytest.raises(PermalinkError) as caught:
        decode(pack(parts(e={"layers": [{"units": 5000}]})))

    assert caught.value.message.translated(lambda template: f"[{template}]") == (
        "[The link holds a setting that cannot be used. [“units” has to be a whole number from 1 to 1024, not 5000.]]"
    )


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


REAL = [
    encode(link)
    for link in (
        Link(Experiment()),
        Link(
            Experiment(
                dataset=DatasetChoice("rings", {"classes": 5, "noise": 0.15}),
                layers=(Layer(8, "gelu", "he_normal", True, 0.25, 0.001, 0.0), Layer(3)),
                optimizer=Optimizer("adamw", 0.003),
                early_stopping=EarlyStopping("val_metric", 5, 0.01, False),
                output_l2=0.1,
            ),
            View(show_test_data=True, speed=None),
            ("play", "noise"),
        ),
        Link(Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100)), epochs=None)),
        Link(Experiment(dataset=DatasetChoice("california_housing"), features=("latitude", "longitude"))),
        from_playground("#dataset=spiral&networkShape=8,8,8,8&regularization=L1&regularizationRate=0.01&sinX=true"),
    )
]
ODD = [
    *("1", "2", "20", "0.125", '"relu"', '"tanh"', '"sgd"', "false"),
    *("null", "true", "-1", "0", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "-Infinity", "0.5", "1.0", "-0.0"),
    *("9" * 30, "9" * 5000, "1e308", '""', '"\\ud800"', '"\\udc00\\ud800"', '"{reason}"', '"\\u0000"', '"auto"', "[]"),
    *("{}", "[[]]", '{"a":{}}', '[{"units":1}]', "[" * 200 + "]" * 200, '{"e":' * 300 + "0" + "}" * 300, '"keras"'),
    *(
        '"playground"',
        '"zeros"',
        '"circle"',
        '"mnist"',
        '["x1","x1"]',
        "[null]",
        '"' + "x" * 3000 + '"',
        "'",
        "",
        "}",
        "]",
    ),
]
JSON_VALUE = re.compile(r'"[^"]*":|(?P<value>"[^"]*"|-?[0-9.]+(?:e-?[0-9]+)?|true|false|null|\[[^\[\]]*\]|\{[^{}]*\})')


def unpacked(token: str) -> bytes:
    return zlib.decompress(base64.urlsafe_b64decode(token[2:] + "=="))


def wrapped(packed: bytes) -> str:
    return f"1.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def spliced(source: bytes, choice: random.Random) -> bytes:
    place, cut = choice.randrange(len(source)), choice.randrange(4)
    return source[:place] + choice.randbytes(choice.randrange(4)) + source[place + cut :]


def changed_characters(token: str, choice: random.Random) -> str:
    place = choice.randrange(len(token))
    new = "".join(chr(choice.choice((choice.randrange(128), choice.randrange(0x11000)))) for _ in range(2))
    return token[:place] + new[: choice.randrange(3)] + token[place + choice.randrange(3) :]


def changed_packing(token: str, choice: random.Random) -> str:
    return wrapped(spliced(zlib.compress(unpacked(token)), choice))


def changed_text(token: str, choice: random.Random) -> str:
    return pack(spliced(unpacked(token), choice))


def changed_values(token: str, choice: random.Random) -> str:
    text = unpacked(token).decode()
    for _ in range(choice.choice((1, 1, 3))):
        if found := [match for match in JSON_VALUE.finditer(text) if match["value"]]:
            value = choice.choice(found)
            text = text[: value.start()] + choice.choice(ODD) + text[value.end() :]
    return pack(text.encode())


def repeated_key(token: str, choice: random.Random) -> str:
    text = unpacked(token).decode()
    keys = list(re.finditer(r'"[a-z_0-9]+":', text))
    key, place = choice.choice(keys), choice.choice(keys).start()
    return pack((text[:place] + key.group() + choice.choice(ODD) + "," + text[place:]).encode())


def other_version(token: str, choice: random.Random) -> str:
    return f"{choice.choice((0, 2, 17))}.{changed_values(token, choice)[2:]}"


def noise(token: str, choice: random.Random) -> str:
    return wrapped(choice.randbytes(choice.randrange(200)))


MUTATIONS = (
    changed_characters,
    changed_packing,
    changed_text,
    changed_values,
    repeated_key,
    other_version,
    noise,
)
MUTATED = st.builds(
    lambda mutate, token, seed: mutate(token, random.Random(seed)),
    st.sampled_from(MUTATIONS),
    st.sampled_from(REAL),
    st.integers(0, 2**32),
)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(st.one_of(MUTATED, MUTATED, MUTATED, st.text(max_size=100)))
@example(BOMBS["spaces"])
@example(BOMBS["layers"])
def test_ten_thousand_hostile_tokens_are_links_or_refused(token: str) -> None:
    read_or_refused(token)


@pytest.mark.parametrize("mutate", [changed_values, repeated_key, changed_text], ids=lambda mutate: mutate.__name__)
def test_the_hostile_tokens_get_past_the_packing(mutate: Any) -> None:
    """Mutations that all ended at the checksum would test nothing below it."""
    read, offered = 0, 0
    for seed in range(300):
        try:
            decode(mutate(REAL[seed % len(REAL)], random.Random(seed)))
            read += 1
        except PermalinkError as error:
            offered += error.nearest is not None

    assert read > 2
    assert offered > 20


@settings(max_examples=200)
@given(LINKS, st.data())
def test_any_link_with_changed_values_is_a_link_or_refused(link: Link, data: st.DataObject) -> None:
    content = json.loads(unpacked(encode(link)))
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


def test_nesting_of_any_depth_is_refused() -> None:
    for depth in (*range(50, 1100, 7), 10_000, 31_000):
        refused(pack(b'{"e":{"seed":' + b"[" * depth + b"]" * depth + b"}}"))
