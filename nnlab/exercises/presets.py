"""Twelve settings of the playground that are worth a look: six that work and six that fail.

What each promises is measured, over several seeds, by ``tests/exercises/test_presets.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nnlab.datasets.catalog import Number
from nnlab.exercises.settings import seedless
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.messages import N_


@dataclass(frozen=True, slots=True)
class Preset:
    """A setting, and what to look for while it trains.

    Parameters
    ----------
    name : str
        Its id.
    title : str
        A few words in English; the gettext id.
    look_for : str
        Two sentences in English; the gettext id.
    experiment : Experiment
        What is trained.
    fails : bool
        Whether it is there to fail.
    """

    name: str
    title: str
    look_for: str
    experiment: Experiment
    fails: bool = False


def preset_of(experiment: Experiment, presets: Sequence[Preset] | None = None) -> Preset | None:
    """Return the preset that this is a run of, whatever its seeds; None if there is none.

    Parameters
    ----------
    experiment : Experiment
        What is to be trained.
    presets : sequence of Preset, optional
        Those to choose from; the playground's by default.
    """
    setting = seedless(experiment)
    candidates = PRESETS if presets is None else presets
    return next((preset for preset in candidates if seedless(preset.experiment) == setting), None)


def _data(name: str, **options: Number) -> DatasetChoice:
    return DatasetChoice(name, options)


def _tanh(*units: int) -> tuple[Layer, ...]:
    return tuple(Layer(number, "tanh") for number in units)


def _relu(*units: int) -> tuple[Layer, ...]:
    return tuple(Layer(number, "relu", initializer="he_uniform") for number in units)


def _sgd(
    learning_rate: float,
    layers: tuple[Layer, ...],
    data: DatasetChoice | None = None,
    features: tuple[str, ...] = (),
    batch_size: int = 10,
) -> Experiment:
    return Experiment(
        dataset=data or DatasetChoice("circle"),
        features=features,
        layers=layers,
        optimizer=Optimizer("sgd", learning_rate=learning_rate),
        batch_size=batch_size,
        epochs=None,
    )


def _adam(layers: tuple[Layer, ...], data: DatasetChoice) -> Experiment:
    return replace(_sgd(0.01, layers, data), optimizer=Optimizer("adam", learning_rate=0.01))


_CIRCLE = _sgd(0.03, _tanh(4, 2))
_DEEP = _sgd(0.03, (Layer(8, "sigmoid"),) * 6, _data("blobs", classes=4))

PRESETS: tuple[Preset, ...] = (
    Preset(
        "circle",
        N_("Circle: straight borders become a region"),
        N_(
            "Each neuron of the first layer draws a straight border, and the layers after it join the four into one "
            "closed region. As a rule, validation accuracy reaches 99% within 100 epochs."
        ),
        _CIRCLE,
    ),
    Preset(
        "circle_relu",
        N_("Circle with ReLU: corners instead of curves"),
        N_(
            "ReLU is straight but for one kink, so the decision boundary has corners where that of tanh is round. "
            "Validation accuracy reaches 99% within 100 epochs all the same."
        ),
        _sgd(0.1, _relu(8)),
    ),
    Preset(
        "xor_product",
        N_("Exclusive or with the right feature"),
        N_(
            "With x₁x₂ as its input the network needs no hidden layer: validation accuracy reaches 99% within "
            "10 epochs. Choose x₁ and x₂ instead, and one straight border is all it has: accuracy stays below 75%."
        ),
        _sgd(0.03, (), _data("xor"), ("x1_x2",)),
    ),
    Preset(
        "spiral",
        N_("Spiral with Adam"),
        N_(
            "Watch the decision boundary wind itself around the arms: validation accuracy reaches 95% within "
            "100 epochs. With SGD at the same learning rate it stays below 80% for as long."
        ),
        _adam(_relu(16, 16), _data("spiral", train_share=0.7)),
    ),
    Preset(
        "batch_norm",
        N_("Batch normalization lets a deep network learn"),
        N_(
            "This is the network of “Vanishing gradients” with batch normalization, which keeps the weighted sums of "
            "each layer where the sigmoid has a slope. Validation accuracy for the four classes now reaches 95% "
            "within 50 epochs."
        ),
        replace(_DEEP, layers=(Layer(8, "sigmoid", batch_norm=True),) * 6),
    ),
    Preset(
        "hills",
        N_("Regression: hills and valleys"),
        N_(
            "The output is a number here, so watch the RMSE: always giving the mean of the targets would make it "
            "about 0.3. Within 200 epochs it falls below 0.12, and the output shows three hills and three valleys."
        ),
        _adam(_tanh(16, 16), _data("multi_gauss")),
    ),
    Preset(
        "dead_relu",
        N_("Dead ReLUs"),
        N_(
            "A learning rate of 3 throws the weights so far that within 5 epochs all neurons of the last hidden "
            "layer, or all but one, give 0 for every point, and from there no gradient leads back. The output is "
            "the same almost everywhere and accuracy stays near 50%; at 0.03 the same network reaches 99%."
        ),
        _sgd(3.0, _relu(8, 8, 8)),
        fails=True,
    ),
    Preset(
        "rate_too_high",
        N_("Learning rate too high"),
        N_(
            "This is the network of the first preset with a learning rate of 10 instead of 0.03: about every second "
            "epoch the loss goes up, and validation accuracy stays below 90%. The steps push the weighted sums so far "
            "out that most outputs of the first layer stand near −1 or +1, where tanh has almost no slope."
        ),
        replace(_CIRCLE, optimizer=Optimizer("sgd", learning_rate=10.0)),
        fails=True,
    ),
    Preset(
        "too_small",
        N_("Too small a network"),
        N_(
            "A closed region needs at least three straight borders, but two neurons draw only two: validation "
            "accuracy stays below 95% for 500 epochs. Add one neuron, and it gets beyond."
        ),
        _sgd(0.03, _tanh(2)),
        fails=True,
    ),
    Preset(
        "unscaled",
        N_("Unscaled features"),
        N_(
            "x₁² and x₂² reach 36 where x₁ and x₂ reach 6, and the largest features decide how large a step may be: "
            "epoch after epoch the loss grows until it is too large to be a number. Switch the squares off, and the "
            "same learning rate of 0.003 works."
        ),
        _sgd(0.003, (), _data("plane"), ("x1", "x2", "x1_squared", "x2_squared"), batch_size=600),
        fails=True,
    ),
    Preset(
        "vanishing",
        N_("Vanishing gradients"),
        N_(
            "The slope of a sigmoid is at most 1/4, and six layers multiply: the gradient of the first layer is less "
            "than a hundredth of the output layer's. For 300 epochs validation accuracy for the four classes stays "
            "below 60%."
        ),
        _DEEP,
        fails=True,
    ),
    Preset(
        "overfitting",
        N_("Overfitting"),
        N_(
            "337 parameters learn 40 points by heart: training accuracy reaches 100%, while the validation loss "
            "more than doubles after its minimum. With an L2 penalty of 0.03 in every layer it hardly rises."
        ),
        _adam(_relu(16, 16), _data("gauss", samples=200, noise=0.5, train_share=0.2)),
        fails=True,
    ),
)
"""Those that work first."""
