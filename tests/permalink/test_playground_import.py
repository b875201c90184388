"""A TensorFlow Playground link pasted here is the same setting, or one sentence and the nearest setting."""

from __future__ import annotations

import gc
import random
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.permalink import HIDEABLE, Link, PermalinkError, View, decode, encode, from_playground, to_playground

ITS_PAGE = "https://playground.tensorflow.org/"
WHOLE = (
    "activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0"
    "&networkShape=4,2&seed=0.59704&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false"
    "&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
    "&problem=classification&initZero=false&hideText=false"
)
# What it trains if its address says nothing.
DEFAULT = Experiment(
    mode="playground",
    dataset=DatasetChoice("circle", {"samples": 500, "noise": 0.0, "train_share": 0.5}),
    features=("x1", "x2"),
    layers=(Layer(4, "tanh"), Layer(2, "tanh")),
    optimizer=Optimizer("sgd", 0.03),
    batch_size=10,
    epochs=None,
)


def refused(text: str) -> PermalinkError:
    with pytest.raises(PermalinkError) as caught:
        from_playground(text)
    return caught.value


def layers(*units: int, **common: Any) -> tuple[Layer, ...]:
    return tuple(Layer(number, **{"activation": "tanh", **common}) for number in units)


def data(name: str, **options: float) -> DatasetChoice:
    return DatasetChoice(name, options)


@pytest.mark.parametrize(
    "text", [ITS_PAGE, ITS_PAGE[:-1], ITS_PAGE + "#", "#", "playground.tensorflow.org", ITS_PAGE.upper()]
)
def test_an_address_without_settings_is_its_default(text: str) -> None:
    assert from_playground(text) == Link(DEFAULT, View(fresh_seed=True))


@pytest.mark.parametrize(
    "text",
    [
        ITS_PAGE + "#" + WHOLE,
        "http://localhost:5000/#" + WHOLE,
        "#" + WHOLE,
        WHOLE,
        f"  {ITS_PAGE}#{WHOLE}\n",
        ITS_PAGE + "#" + WHOLE.replace(",", "%2C"),
        "#" + WHOLE.replace("=", "%3D").replace("&", "%26"),
        WHOLE + "&tutorial=mine&unknown=1&&=&x",
    ],
)
def test_the_whole_address_its_hash_and_the_bare_keys_are_the_same_link(text: str) -> None:
    seeded = replace(DEFAULT, seed=59704, dataset=data("circle", seed=59704))

    assert from_playground(text) == Link(seeded)


@pytest.mark.parametrize(
    ("pairs", "changes"),
    [
        ("activation=relu", {"layers": layers(4, 2, activation="relu")}),
        ("activation=tanh", {}),
        ("activation=sigmoid", {"layers": layers(4, 2, activation="sigmoid")}),
        ("activation=linear", {"layers": layers(4, 2, activation="linear")}),
        ("activation=ReLU", {}),
        ("regularization=none&regularizationRate=0.1", {}),
        (
            "regularization=L1&regularizationRate=0.1",
            {"layers": layers(4, 2, l1=0.1), "output_l1": 0.1},
        ),
        (
            "regularization=L2&regularizationRate=3",
            {"layers": layers(4, 2, l2=3), "output_l2": 3},
        ),
        ("regularization=L1", {}),
        ("regularization=L3&regularizationRate=0.1", {}),
        ("batchSize=1", {"batch_size": 1}),
        ("batchSize=30", {"batch_size": 30}),
        ("batchSize=3e1", {"batch_size": 30}),
        ("batchSize=", {}),
        ("dataset=circle", {}),
        ("dataset=xor", {"dataset": data("xor")}),
        ("dataset=gauss", {"dataset": data("gauss")}),
        ("dataset=spiral", {"dataset": data("spiral")}),
        ("dataset=moons", {}),
        ("regDataset=reg-gauss", {}),
        ("problem=regression", {"dataset": data("plane", samples=1200)}),
        ("problem=regression&dataset=spiral", {"dataset": data("plane", samples=1200)}),
        ("problem=regression&regDataset=reg-plane", {"dataset": data("plane", samples=1200)}),
        ("problem=regression&regDataset=reg-gauss", {"dataset": data("multi_gauss", samples=1200)}),
        ("problem=poetry", {}),
        ("learningRate=0.00001", {"optimizer": Optimizer("sgd", 0.00001)}),
        ("learningRate=10", {"optimizer": Optimizer("sgd", 10)}),
        ("learningRate=.5", {"optimizer": Optimizer("sgd", 0.5)}),
        ("learningRate=0.0123", {"optimizer": Optimizer("sgd", 0.0123)}),
        ("noise=35", {"dataset": data("circle", noise=0.35)}),
        ("noise=50", {"dataset": data("circle", noise=0.5)}),
        ("percTrainData=10", {"dataset": data("circle", train_share=0.1)}),
        ("percTrainData=90", {"dataset": data("circle", train_share=0.9)}),
        ("networkShape=", {"layers": ()}),
        ("networkShape=1", {"layers": layers(1)}),
        ("networkShape=8,7,6,5,4,3", {"layers": layers(8, 7, 6, 5, 4, 3)}),
        ("networkShape", {}),
        ("x=false", {"features": ("x2",)}),
        ("x=0", {}),
        ("y=false&sinX=true", {"features": ("x1", "sin_x1")}),
        ("xTimesY=1", {"features": ("x1", "x2", "x1_x2")}),
        (
            "xSquared=true&ySquared=true&sinY=true",
            {"features": ("x1", "x2", "x1_squared", "x2_squared", "sin_x2")},
        ),
        ("cosX=true&cosY=true", {}),
        ("collectStats=true&tutorial=mine", {}),
        ("initZero=true", {"layers": layers(4, 2, initializer="zeros")}),
        ("activation=relu&activation=sigmoid", {"layers": layers(4, 2, activation="sigmoid")}),
    ],
)
def test_every_key_means_what_it_means_there(pairs: str, changes: dict[str, Any]) -> None:
    assert from_playground("#" + pairs + "&seed_hide=false") == Link(replace(DEFAULT, **changes), View(fresh_seed=True))


@pytest.mark.parametrize(
    ("pairs", "view"),
    [
        ("showTestData=true", View(show_test_data=True)),
        ("discretize=true", View(discretize=True)),
        ("hideText=true", View(embed=True)),
        ("hideText=yes&discretize=0", View(embed=True, discretize=True)),
        ("hideText=false", View()),
    ],
)
def test_how_the_page_looks_is_in_the_view(pairs: str, view: View) -> None:
    assert from_playground(pairs) == Link(DEFAULT, replace(view, fresh_seed=True))


def test_a_seed_fixes_the_weights_and_the_points() -> None:
    link = from_playground("seed=classroom")

    assert link.experiment.seed == link.experiment.dataset.options["seed"]
    assert link == from_playground("seed=classroom")
    assert link.experiment.seed != from_playground("seed=Classroom").experiment.seed
    assert not link.view.fresh_seed


@pytest.mark.parametrize(
    ("key", "control"),
    [
        ("showTestData", "show_test_data"),
        ("discretize", "discretize"),
        ("playButton", "play"),
        ("stepButton", "step"),
        ("resetButton", "reset"),
        ("learningRate", "learning_rate"),
        ("activation", "activation"),
        ("regularization", "regularization"),
        ("regularizationRate", "regularization_rate"),
        ("problem", "problem"),
        ("dataset", "dataset"),
        ("percTrainData", "train_share"),
        ("noise", "noise"),
        ("batchSize", "batch_size"),
        ("numHiddenLayers", "hidden_layers"),
    ],
)
def test_each_of_its_hide_boxes_hides_our_control(key: str, control: str) -> None:
    assert from_playground(f"#{key}_hide=true").hidden == (control,)
    assert from_playground(f"#{key}_hide=false").hidden == ()
    assert from_playground(f"#{key}_hide=1").hidden == ()
    assert control in HIDEABLE


def test_inputs_are_hidden_together_or_not_at_all() -> None:
    names = ("x", "y", "xTimesY", "xSquared", "ySquared", "sinX", "sinY")

    assert from_playground("&".join(f"{name}_hide=true" for name in names)).hidden == ("features",)
    assert from_playground("&".join(f"{name}_hide=true" for name in names[:-1])).hidden == ()


@pytest.mark.parametrize(
    ("pairs", "sentence", "changes"),
    [
        ("noise=60", "“noise” is 60; here it can be 0 to 50.", {"dataset": data("circle", noise=0.5)}),
        ("noise=-5", "“noise” is -5; here it can be 0 to 50.", {}),
        ("noise=9e9999", "“noise” is 9e9999; here it can be 0 to 50.", {"dataset": data("circle", noise=0.5)}),
        (
            "percTrainData=0",
            "“percTrainData” is 0; here it can be 10 to 90.",
            {"dataset": data("circle", train_share=0.1)},
        ),
        (
            "percTrainData=100",
            "“percTrainData” is 100; here it can be 10 to 90.",
            {"dataset": data("circle", train_share=0.9)},
        ),
        ("learningRate=11", "“learningRate” is 11; here it can be 1e-06 to 10.", {"optimizer": Optimizer("sgd", 10.0)}),
        ("learningRate=-1", "“learningRate” is -1; here it can be 1e-06 to 10.", {"optimizer": Optimizer("sgd", 1e-6)}),
        ("learningRate=fast", "“learningRate” has to be a number, not 'fast'.", {}),
        ("learningRate=NaN", "“learningRate” has to be a number, not 'NaN'.", {}),
        ("learningRate=1_0", "“learningRate” has to be a number, not '1_0'.", {}),
        ("batchSize=0", "“batchSize” is 0; here it has to be a whole number from 1 to 4096.", {"batch_size": 1}),
        ("batchSize=9.6", "“batchSize” is 9.6; here it has to be a whole number from 1 to 4096.", {"batch_size": 10}),
        (
            "regularization=L1&regularizationRate=-0.1",
            "“regularizationRate” is -0.1; here it can be 0 to 10.",
            {},
        ),
        (
            "regularization=L2&regularizationRate=30",
            "“regularizationRate” is 30; here it can be 0 to 10.",
            {"layers": layers(4, 2, l2=10.0), "output_l2": 10.0},
        ),
        (
            "networkShape=4,0",
            "“networkShape” is 0; here it has to be a whole number from 1 to 1024.",
            {"layers": layers(4, 1)},
        ),
        ("networkShape=4,two", "“networkShape” has to be a number, not 'two'.", {"layers": layers(4)}),
        (
            "networkShape=" + ",".join("2" * 20),
            "“networkShape” asks for 20 hidden layers; here there can be 0 to 16.",
            {"layers": layers(*[2] * 16)},
        ),
        (
            "x=false&y=false",
            "“x”, “y” and all other inputs are switched off; a network here has at least one input.",
            {},
        ),
        (
            "networkShape=&initZero=true",
            "“initZero” needs a hidden layer here; without one the weights start at random.",
            {"layers": ()},
        ),
    ],
)
def test_what_is_out_of_bounds_is_named_and_the_nearest_is_offered(
    pairs: str, sentence: str, changes: dict[str, Any]
) -> None:
    error = refused(f"#{pairs}&seed=0.00042&discretize=true&noise_hide=true")

    seeded = replace(DEFAULT, seed=42, dataset=data("circle", seed=42))
    if "dataset" in changes:
        changes = {"dataset": data("circle", **{**changes["dataset"].options, "seed": 42})}
    assert str(error) == sentence
    assert error.nearest == Link(replace(seeded, **changes), View(discretize=True), ("noise",))


def test_the_first_of_several_faults_is_told_and_all_are_mended() -> None:
    error = refused("#noise=99&learningRate=99&batchSize=0")

    assert str(error).startswith("“noise”")
    assert error.nearest is not None
    assert error.nearest.experiment == replace(
        DEFAULT, dataset=data("circle", noise=0.5), optimizer=Optimizer("sgd", 10.0), batch_size=1
    )


def test_a_network_too_large_is_offered_narrower() -> None:
    error = refused("#networkShape=" + ",".join(["1024"] * 8))

    assert "parameters" in str(error)
    assert error.nearest is not None
    assert len(error.nearest.experiment.layers) == 8


@pytest.mark.parametrize(
    "text", ["", "hello", "https://example.org/", "https://example.org/#a=b", "?activation=relu", "=", "\ud800"]
)
def test_another_text_is_no_such_link(text: str) -> None:
    error = refused(text)

    assert "This is not a link of TensorFlow Playground" in str(error)
    assert error.nearest is None


def test_a_text_too_long_is_not_read() -> None:
    assert "longer than 8000 characters" in str(refused("#seed=" + "x" * 8000))


PARTS = [
    *WHOLE.split("&"),
    *("problem=regression", "regDataset=reg-gauss", "regularization=L1", "regularizationRate=0.1", "initZero=true"),
    *("networkShape=", "networkShape=8,8,8,8", "tutorial=x", "noise_hide=true", "sinX=true", "hideText=true"),
    *("networkShape=" + "99," * 20 + "1", "seed=\ud800", "learningRate=" + "9" * 5000, "noise=1e-9999", "x=%00"),
]
ODD = [
    "",
    "NaN",
    "-1",
    "1e999",
    "1e9999",
    "0x10",
    "Infinity",
    "true",
    "%",
    "%ff",
    "%2",
    "\0",
    "٣",
    "=",
    "&",
    "#",
    ",",
    "1,,1",
    "{x}",
    "-0",
]


def mutated(seed: int) -> str:
    choice = random.Random(seed)
    pairs = choice.sample(PARTS, choice.randrange(len(PARTS)))
    for place in range(len(pairs)):
        if choice.random() < 0.15:
            pairs[place] = f"{pairs[place].partition('=')[0]}={choice.choice(ODD)}"
    text = choice.choice(("", "#", ITS_PAGE + "#")) + "&".join(pairs)
    for _ in range(choice.choice((0, 0, 1, 3))):
        place = choice.randrange(len(text) + 1)
        text = text[:place] + chr(choice.randrange(0x300)) * choice.randrange(3) + text[place + choice.randrange(3) :]
    return text


MUTATED = st.integers(0, 2**64).map(mutated)


def read_or_refused(text: str) -> None:
    """Whatever the text is: a link that goes there and back, or one sentence and perhaps such a link."""
    try:
        link = from_playground(text)
    except PermalinkError as error:
        assert 0 < len(str(error).encode()) < 3000
        if error.nearest is None:
            return
        link = error.nearest
    assert from_playground(to_playground(link)) == link


@pytest.mark.slow
@settings(max_examples=1000)
@given(st.integers(0, 2**64))
def test_ten_thousand_hostile_texts_are_links_or_refused(seed: int) -> None:
    for number in range(10):
        read_or_refused(mutated(seed + number))


@settings(max_examples=500)
@given(st.text(max_size=300))
def test_any_text_is_a_link_or_refused(text: str) -> None:
    read_or_refused(text)


@settings(max_examples=300)
@given(MUTATED)
def test_what_is_read_of_a_hostile_text_is_a_link_of_ours(text: str) -> None:
    try:
        link = from_playground(text)
    except PermalinkError as error:
        assume(error.nearest is not None)
        link = error.nearest
    assert link.experiment.mode == "playground"
    assert decode(encode(link)) == link


@pytest.mark.parametrize("filler", ["9", "9.", ",1", "1,", "&x=1", "&", "=", "%", "%25", "#", " ", "_hide=true&"])
def test_a_text_of_one_thing_repeated_is_read_in_no_time(filler: str) -> None:
    texts = [f"{key}{filler * (7900 // len(filler))}x" for key in ("#learningRate=", "#networkShape=", "#seed=", "#")]
    # The collector would go through all that other tests have left behind.
    gc.disable()
    begin = time.thread_time()
    for text in texts:
        with suppress(PermalinkError):
            from_playground(text)
    seconds = time.thread_time() - begin
    gc.enable()

    assert seconds < 0.1


def test_the_hostile_texts_are_of_all_kinds() -> None:
    """Texts that were all refused at the first look would test nothing behind it."""
    kinds = {"read": 0, "offered": 0, "refused": 0}
    for seed in range(300):
        try:
            from_playground(mutated(seed))
            kinds["read"] += 1
        except PermalinkError as error:
            kinds["offered" if error.nearest else "refused"] += 1

    assert min(kinds.values()) > 5


def test_all_its_data_sets_have_its_number_of_samples_here() -> None:
    names = {"circle": 500, "xor": 500, "gauss": 500, "spiral": 500, "plane": 1200, "multi_gauss": 1200}

    assert {name: CATALOG[name].options["samples"].default for name in names} == names
