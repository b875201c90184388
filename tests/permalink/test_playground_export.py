"""A setting of ours opens in TensorFlow Playground, or one sentence says what does not fit there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.permalink import HIDEABLE, Link, PermalinkError, View, from_playground, to_playground

# As its own page writes the address of its default setting.
ITS_DEFAULT = (
    "https://playground.tensorflow.org/#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane"
    "&learningRate=0.03&regularizationRate=0&noise=0&networkShape=4,2&seed=0.59704&showTestData=false&discretize=false"
    "&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false"
    "&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false"
)
DEFAULT = from_playground(ITS_DEFAULT)
# Exercise 1 of chapter 10: activation, data, shape.
EXERCISES = {
    "a": ("tanh", "circle", (4, 2)),
    "b": ("relu", "circle", (4, 2)),
    "c": ("relu", "circle", (3,)),
    "c, tanh": ("tanh", "circle", (3,)),
    "d": ("relu", "circle", (2,)),
    "e": ("relu", "circle", (8,)),
    "f": ("relu", "spiral", (8, 8, 8, 8)),
    "f, tanh": ("tanh", "spiral", (8, 8, 8, 8)),
    "f, sigmoid": ("sigmoid", "spiral", (8, 8, 8, 8)),
    "g": ("tanh", "xor", ()),
}


def keys(address: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in urlsplit(address).fragment.split("&"))


def changed(**changes: Any) -> Link:
    return replace(DEFAULT, experiment=replace(DEFAULT.experiment, **changes))


def test_its_default_address_comes_back_letter_by_letter() -> None:
    assert to_playground(DEFAULT) == ITS_DEFAULT


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_links_of_exercise_1_go_there_and_back(exercise: str) -> None:
    activation, data, shape = EXERCISES[exercise]
    units = ",".join(map(str, shape))
    text = (
        f"https://playground.tensorflow.org/#activation={activation}&batchSize=10&dataset={data}&regDataset=reg-plane"
        f"&learningRate=0.03&regularizationRate=0&noise=0&networkShape={units}&percTrainData=50&x=true&y=true"
        "&problem=classification"
    )

    link = from_playground(text)

    assert link.experiment == Experiment(
        mode="playground",
        dataset=DatasetChoice(data),
        features=("x1", "x2"),
        layers=tuple(Layer(number, activation) for number in shape),
        optimizer=Optimizer("sgd", 0.03),
        batch_size=10,
        epochs=None,
    )
    written = keys(to_playground(link))
    # Without a hidden layer the activation plays no part.
    assert keys(text).items() <= (written | {"activation": activation}).items()
    assert {key: value for key, value in written.items() if key not in keys(text)} == dict.fromkeys(
        (
            *("showTestData", "discretize", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY"),
            *("collectStats", "initZero", "hideText"),
        ),
        "false",
    )
    assert from_playground(to_playground(link)) == link


@pytest.mark.parametrize(
    "pairs",
    [
        "activation=sigmoid",
        "regularization=L1&regularizationRate=0.003",
        "regularization=L2&regularizationRate=10",
        "batchSize=30",
        "dataset=gauss",
        "problem=regression&regDataset=reg-gauss",
        "learningRate=0.00001",
        "learningRate=10",
        "noise=35",
        "noise=7",
        "percTrainData=90",
        "networkShape=",
        "networkShape=8,7,6,5,4,3",
        "showTestData=true&discretize=true&hideText=true",
        "x=false&sinX=true&xTimesY=true",
        "initZero=true",
        "noise_hide=true&numHiddenLayers_hide=true",
        "&".join(f"{name}_hide=true" for name in ("x", "y", "xTimesY", "xSquared", "ySquared", "sinX", "sinY")),
    ],
)
def test_every_setting_of_its_page_goes_there_and_back(pairs: str) -> None:
    assert keys(to_playground(from_playground(pairs))).items() >= keys("#" + pairs).items()


def test_a_fresh_seed_is_left_to_its_page() -> None:
    assert "seed" not in keys(to_playground(replace(DEFAULT, view=View(fresh_seed=True))))
    assert keys(to_playground(changed(dataset=DatasetChoice("circle", {"seed": 123456}))))["seed"] == "123456"


def test_its_page_lacks_what_is_not_drawn_there_and_what_cannot_be_hidden_there() -> None:
    ours = replace(DEFAULT, view=View(log_scale=True, speed=None), hidden=HIDEABLE[15:19])

    assert to_playground(ours) == to_playground(DEFAULT)
    assert to_playground(changed(epochs=100)) == to_playground(DEFAULT)


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (Link(Experiment()), "this one trains as Keras does"),
        (changed(dataset=DatasetChoice("moons")), "does not have the data set “moons”"),
        (changed(dataset=DatasetChoice("rings", {"classes": 2})), "does not have the data set “rings”"),
        (changed(dataset=DatasetChoice("xor", {"samples": 600})), "always has 500 samples of these data, not 600"),
        (changed(dataset=DatasetChoice("plane", {"samples": 500})), "always has 1200 samples of these data, not 500"),
        (changed(layers=(Layer(3, "relu"), Layer(3, "tanh"))), "this network has relu, tanh"),
        (changed(layers=(Layer(3, "gelu"),)), "one of tanh, relu, sigmoid, linear; this network has gelu"),
        (changed(layers=(Layer(3, "tanh", l1=0.1),)), "one regularization, L1 or L2, with one rate for all layers"),
        (changed(output_l2=0.1), "one regularization, L1 or L2, with one rate for all layers"),
        (changed(layers=(Layer(3, "tanh", l1=0.1, l2=0.1),), output_l1=0.1, output_l2=0.1), "one regularization"),
        (changed(layers=(Layer(3, "tanh", "zeros"), Layer(3, "tanh"))), "either all weights start at 0 or none"),
        (changed(early_stopping=EarlyStopping()), "Switch early stopping"),
    ],
)
def test_what_does_not_fit_there_is_named(link: Link, sentence: str) -> None:
    with pytest.raises(PermalinkError, match=re.escape(sentence)):
        to_playground(link)


@given(
    noise=st.floats(0, 0.5),
    train_share=st.floats(0.1, 0.9),
    learning_rate=st.floats(1e-6, 10),
    rate=st.floats(0, 10),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_number_is_read_again_as_it_was_written(
    noise: float, train_share: float, learning_rate: float, rate: float, seed: int
) -> None:
    link = changed(
        dataset=DatasetChoice("circle", {"noise": noise, "train_share": train_share, "seed": seed}),
        optimizer=Optimizer("sgd", learning_rate),
        layers=(Layer(2, "tanh", l2=rate),),
        output_l2=rate,
        seed=seed,
    )

    assert from_playground(to_playground(link)) == link
