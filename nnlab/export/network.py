"""The model of a run, layer by layer, and how it is compiled."""

from __future__ import annotations

from collections.abc import Collection

from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.experiment.playground import FIRST_BIAS, LARGEST_WEIGHT
from nnlab.experiment.seeds import layer_seeds
from nnlab.export.sections import Section, call, listed
from nnlab.messages import N_, Message

OPTIMIZERS = {
    "sgd": "SGD",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
}
SEEDLESS = ("zeros", "ones")


def model_section(experiment: Experiment, changed: Collection[str] = ()) -> Section:
    """Return code that builds ``model``.

    Parameters
    ----------
    experiment : Experiment
        What the run began with.
    changed : collection of str
        Fields that change while it runs, such as ``"layers[0].dropout"``: what they need is there from the start.
    """
    layers = [call("keras.Input", f"shape={experiment.input_shape!r}")]
    lines = []
    if len(experiment.input_shape) > 1:
        layers.append("keras.layers.Flatten()")
    if experiment.dataset.info.normalize:
        lines = ["normalization = keras.layers.Normalization()", "normalization.adapt(x_train)"]
        layers.append("normalization")
    layers += _playground_layers(experiment) if experiment.mode == "playground" else _layers(experiment, changed)
    lines += [call("model = keras.Sequential", listed(layers)), "model.summary()"]
    text = Message(
        N_(
            "Every initializer has a seed of its own, a child of the run's seed {seed}, so that the first weights are "
            "those of the run."
        ),
        {"seed": experiment.seed},
    )
    return Section(N_("Model"), (text,), "\n".join(lines))


def compile_section(experiment: Experiment) -> Section:
    """Return code that compiles ``model``.

    By XLA, as the app does: with other rounding a run at a high learning rate is another one within an epoch, and
    dropout draws other random numbers.
    """
    head = experiment.head
    half = head.loss == "half_squared_error"
    loss = "mean_squared_error" if half else head.loss
    arguments = [f'loss="{loss}"', *(["loss_weights=0.5"] if half else [])]
    arguments += [f"optimizer={optimizer(experiment.optimizer)}", f"metrics=[{_metric(experiment)}]"]
    text = Message(
        N_(
            "With `jit_compile=True` each step is compiled as in the run, so that sums are rounded alike and dropout "
            "draws the same random numbers. For work of your own you can leave it out."
        )
    )
    return Section(N_("Compile"), (text,), call("model.compile", *arguments, "jit_compile=True"))


def optimizer(setting: Optimizer) -> str:
    """Return the source of an optimizer; hyperparameters at Keras' own default are left out.

    Examples
    --------
    >>> optimizer(Optimizer("sgd", 0.1, momentum=0.9))
    'keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)'
    """
    usual = Optimizer(setting.name)
    arguments = [
        f"{name}={value!r}"
        for name, value in setting.hyperparameters.items()
        if name == "learning_rate" or value != getattr(usual, name)
    ]
    return call(f"keras.optimizers.{OPTIMIZERS[setting.name]}", *arguments)


def _layers(experiment: Experiment, changed: Collection[str]) -> list[str]:
    seeds = iter(layer_seeds(experiment))
    found: list[str] = []
    for number, layer in enumerate(experiment.layers, start=1):
        place = f"layers[{number - 1}]"
        penalized = any(f"{place}.{kind}" in changed for kind in ("l1", "l2"))
        found += _hidden(layer, number, (next(seeds), next(seeds)), penalized, f"{place}.dropout" in changed)
    head = experiment.head
    found.append(
        call(
            "keras.layers.Dense",
            str(head.units),
            f'activation="{head.activation}"',
            f"kernel_initializer={_initializer('glorot_uniform', next(seeds))}",
            *_penalty(
                experiment.output_l1, experiment.output_l2, bool({"output_l1", "output_l2"}.intersection(changed))
            ),
            'name="output"',
        )
    )
    return found


def _hidden(layer: Layer, number: int, seeds: tuple[int, int], penalized: bool, drops: bool) -> list[str]:
    activation = [] if layer.batch_norm else [f'activation="{layer.activation}"']
    found = [
        call(
            "keras.layers.Dense",
            str(layer.units),
            *activation,
            f"kernel_initializer={_initializer(layer.initializer, seeds[0])}",
            *_penalty(layer.l1, layer.l2, penalized),
            f'name="hidden_{number}"',
        )
    ]
    if layer.batch_norm:
        found += ["keras.layers.BatchNormalization()", call("keras.layers.Activation", f'"{layer.activation}"')]
    if layer.dropout or drops:
        # Without a rate Keras makes no generator of random numbers; it is set to 0 before training.
        rate = layer.dropout or 0.5
        found.append(call("keras.layers.Dropout", repr(rate), f"seed={seeds[1]}", f'name="dropout_{number}"'))
    return found


def _playground_layers(experiment: Experiment) -> list[str]:
    seeds = layer_seeds(experiment)
    zeros = [layer.initializer == "zeros" for layer in experiment.layers]
    found = [
        _playground_dense(layer.units, layer.activation, zeros[index], seeds[2 * index], f"hidden_{index + 1}")
        for index, layer in enumerate(experiment.layers)
    ]
    head = experiment.head
    start = bool(zeros) and all(zeros)
    return [*found, _playground_dense(head.units, head.activation, start, seeds[-1], "output")]


def _playground_dense(units: int, activation: str, zeros: bool, seed: int, name: str) -> str:
    kernel = f"keras.initializers.RandomUniform(-{LARGEST_WEIGHT}, {LARGEST_WEIGHT}, seed={seed})"
    bias = f"keras.initializers.Constant({FIRST_BIAS})"
    return call(
        "keras.layers.Dense",
        str(units),
        f'activation="{activation}"',
        f"kernel_initializer={_quoted('zeros') if zeros else kernel}",
        f"bias_initializer={_quoted('zeros') if zeros else bias}",
        f'name="{name}"',
    )


def _quoted(text: str) -> str:
    return f'"{text}"'


def _initializer(name: str, seed: int) -> str:
    if name in SEEDLESS:
        return _quoted(name)
    return f"keras.initializers.{''.join(map(str.capitalize, name.split('_')))}(seed={seed})"


def _penalty(l1: float, l2: float, changes: bool) -> list[str]:
    if not (l1 or l2 or changes):
        return []
    return [f"kernel_regularizer=keras.regularizers.L1L2(l1={l1!r}, l2={l2!r})"]


def _metric(experiment: Experiment) -> str:
    name = experiment.head.metric
    if name == "root_mean_squared_error":
        return "keras.metrics.RootMeanSquaredError()"
    if experiment.dataset.task == "multilabel":
        return f'keras.metrics.BinaryAccuracy(name="{name}")'
    return _quoted(name)
