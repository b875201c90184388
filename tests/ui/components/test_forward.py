"""The browser's forward pass against Keras, under node and in Chromium."""

import json
import subprocess
from contextlib import suppress
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import keras
import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from nnlab.datasets import features, load
from nnlab.experiment import CHOICES, DatasetChoice, Experiment, ExperimentError, Layer
from nnlab.models import build, targets
from nnlab.ui.components.network_description import describe

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("forward_values.js")
ORIGIN = "http://nnlab.test"
# The pages promise 1e-3. So close, a softer gelu or another epsilon would pass.
TOLERANCE = 1e-4
POINTS_ON_A_SIDE = 15
# Odd: no answer that is the same everywhere is right for half of two classes, whichever it is.
SAMPLES = 101

CIRCLE = DatasetChoice("circle", {"noise": 0.2})
BLOBS = DatasetChoice("blobs", {"classes": 4, "noise": 0.5})
PLANE = DatasetChoice("plane", {"noise": 0.2, "samples": 200})
IRIS = DatasetChoice("iris")
PENALIZED = (Layer(4, "tanh", l1=0.01), Layer(3, "relu", l1=0.02, l2=0.03, batch_norm=True))


def plain(units, activation="tanh", **changes):
    return tuple(Layer(count, activation, **changes) for count in units)


def activation_networks():
    for activation in CHOICES["activation"]:
        yield activation, Experiment(layers=(Layer(5, activation), Layer(3, activation, batch_norm=True)))


def softmax_networks():
    two = {"output_activation": "softmax", "output_units": 2}
    for classes in range(2, 7):
        blobs = DatasetChoice("blobs", {"classes": classes})
        yield f"softmax {classes}", Experiment(dataset=blobs, **(two if classes == 2 else {}))


def other_networks():
    everything = CIRCLE.info.features
    yield "every feature", Experiment(features=everything, layers=plain((8, 3)))
    yield "no hidden layer", Experiment(features=("x1", "sin_x2"), layers=())
    yield "deepest", Experiment(layers=plain([16] * 8, "relu"))
    yield "batch norm and dropout", Experiment(layers=plain((6, 5, 4), "silu", batch_norm=True, dropout=0.3))
    yield "normalized", Experiment(dataset=IRIS, layers=plain((6, 3), "elu"))
    yield "normalized, all columns", Experiment(dataset=IRIS, features=IRIS.info.features, layers=plain((4,)))
    for output in ("linear", "relu", "softplus", "sigmoid", "tanh"):
        yield f"{output} output", Experiment(dataset=PLANE, output_activation=output)
    yield "playground", Experiment(mode="playground", layers=plain((4, 2), "relu", l1=0.01))
    yield "playground, a number", Experiment(mode="playground", dataset=PLANE, layers=plain((8, 8, 8, 8)))


NETWORKS = dict([*activation_networks(), *softmax_networks(), *other_networks()])


def offered_losses():
    """Each loss with each output layer that `Experiment` lets through with it, and penalties on every kernel.

    The losses of a number do not ask which layer it comes from: there, one of the two is always the usual one.
    """
    for dataset, output, loss in product((CIRCLE, BLOBS, PLANE), CHOICES["output_activation"], CHOICES["loss"]):
        if "auto" in (output, loss) or (dataset is PLANE and output != "linear" and loss != "mean_squared_error"):
            continue
        units = 2 if dataset is CIRCLE and output == "softmax" else None
        chosen = Experiment(
            dataset=dataset, layers=PENALIZED, loss=loss, output_activation=output, output_units=units, output_l2=0.04
        )
        with suppress(ExperimentError):
            yield f"{dataset.name}, {chosen.head.activation}, {chosen.head.loss}", chosen


def other_losses():
    halved = (Layer(4, "tanh", l1=0.1), Layer(2, "tanh", l2=0.2))
    yield "iris", Experiment(dataset=IRIS, layers=PENALIZED)
    yield "playground", Experiment(mode="playground", dataset=CIRCLE, layers=halved, output_l1=0.3)
    yield "playground, a number", Experiment(mode="playground", dataset=PLANE, layers=halved, output_l2=0.3)


LOSSES = dict([*offered_losses(), *other_losses()])
# With the last, samples are wrong by far more than a probability of 32 bits can tell; with the
# first, every output is exactly on the fence between the classes.
WEIGHT_SCALES = (0, 1, 20)

STEPS = [0.0, 1e-3, 0.3, 1.0, 2.0, 2.9, 3.1, 5.9, 6.1, 12.0, 19.9, 20.1, 45.0, 89.0, 200.0, 1e3]
ARGUMENTS = np.array([*(-step for step in STEPS), *STEPS, np.nan], dtype=np.float32)


def randomize(model, scale=1):
    """Give a model weights and moving statistics that no training has made."""
    generator = np.random.default_rng(11)
    for weight in model.weights:
        if weight.name == "moving_variance":
            # Small ones too: there the epsilon beside them counts.
            weight.assign(generator.uniform(0.002, 2, weight.shape))
        elif weight.name == "kernel":
            weight.assign(scale * generator.normal(size=weight.shape) / np.sqrt(weight.shape[0]))
        elif weight.name in ("bias", "gamma", "beta", "moving_mean"):
            weight.assign(scale * generator.normal(size=weight.shape))


def flat(model):
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()]).tolist()


def plane_points(experiment, dataset):
    """Points on a grid, as the data set has them; of a table, its first two chosen columns vary."""
    if experiment.dataset.info.kind == "toy":
        span = np.linspace(-6, 6, POINTS_ON_A_SIDE, dtype=np.float32)
        return np.stack(np.meshgrid(span, span), axis=-1).reshape(-1, 2)
    low, high = dataset.x_train.min(axis=0), dataset.x_train.max(axis=0)
    return np.random.default_rng(5).uniform(low, high, (POINTS_ON_A_SIDE**2, len(low))).astype(np.float32)


def named_columns(dataset, x):
    return {name: x[:, place].tolist() for place, name in enumerate(dataset.feature_names)}


def network_case(experiment):
    """The case as the browser gets it, and what Keras computes: a list of layers of shape (units, points)."""
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    model = build(experiment, dataset)
    randomize(model)
    points = plane_points(experiment, dataset)
    inputs = features.columns(experiment.dataset.name, points, experiment.features)
    # Activation layers follow those that they belong to, so the last of a name's layers is what a neuron gives.
    last = {"_".join(layer.name.split("_")[:2]): layer.output for layer in model.layers if "dropout" not in layer.name}
    last.pop("normalization", None)
    values = keras.tree.flatten(keras.Model(model.inputs[0], list(last.values()))(inputs, training=False))
    case = {"net": describe(experiment), "weights": flat(model), "points": named_columns(dataset, points)}
    return case, [inputs.T, *(np.asarray(layer).T for layer in values)]


def loss_cases(experiment):
    """For each scale of the weights, the case as the browser gets it and loss and metric of Keras."""
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    model = build(experiment, dataset)
    # The same figures as compiled, without a second of compiling.
    model.run_eagerly = True
    chosen = features.select(dataset, experiment.features)
    x, wanted = chosen.x_train[:SAMPLES], targets(experiment, chosen.y_train)[:SAMPLES]
    numbers = wanted.argmax(axis=1) if wanted.shape[1] > 1 else wanted[:, 0]
    samples = {"samples": named_columns(dataset, dataset.x_train[:SAMPLES]), "targets": numbers.tolist()}
    for scale in WEIGHT_SCALES:
        randomize(model, scale)
        model.reset_metrics()
        # All samples in one batch: what `evaluate` shows, a second sooner.
        shown = model.test_on_batch(x, wanted, return_dict=True)
        result = {"loss": float(shown["loss"]), "metric": float(shown[experiment.head.metric])}
        yield scale, ({"net": describe(experiment), "weights": flat(model), **samples}, result)


def loss_name(name, scale):
    return f"{name}, weights times {scale}"


def activation_case(activation):
    values = [None if np.isnan(value) else value for value in ARGUMENTS.tolist()]
    return {"activation": activation, "values": values}, np.asarray(keras.activations.get(activation)(ARGUMENTS))


@pytest.fixture(scope="module")
def keras_values():
    """All cases with the values of Keras, computed once: {group: {name: (case, value)}}."""
    return {
        "networks": {name: network_case(experiment) for name, experiment in NETWORKS.items()},
        "losses": {
            loss_name(name, scale): case for name, chosen in LOSSES.items() for scale, case in loss_cases(chosen)
        },
        "activations": {name: activation_case(name) for name in CHOICES["activation"]},
    }


@pytest.fixture(scope="module")
def cases(keras_values):
    return json.dumps({group: {name: one[0] for name, one in found.items()} for group, found in keras_values.items()})


def in_node(cases):
    node, _ = compute_driver_executable()
    program = (
        f'import {{ computed }} from "{PROGRAM.as_uri()}"; import {{ readFileSync }} from "node:fs";'
        "console.log(computed(JSON.parse(readFileSync(0, 'utf8'))));"
    )
    command = [node, "--input-type=module", "--eval", program]
    finished = subprocess.run(command, input=cases, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def in_chromium(cases, browser):
    def answer(route):
        path = urlsplit(route.request.url).path
        if path.endswith(".js"):
            route.fulfill(body=(ROOT / path[1:]).read_text("utf-8"), content_type="text/javascript")
        elif path == "/cases.json":
            route.fulfill(body=cases, content_type="application/json")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    context = browser.new_context()
    try:
        page = context.new_page()
        page.route(f"{ORIGIN}/**", answer)
        page.goto(ORIGIN)
        return page.evaluate(
            """async (program) => {
              const [{ computed }, cases] = await Promise.all([import(program), fetch("/cases.json")]);
              return computed(await cases.json());
            }""",
            f"/{PROGRAM.relative_to(ROOT).as_posix()}",
        )
    finally:
        context.close()


@pytest.fixture(scope="module", params=["node", "Chromium"])
def js_values(request, cases):
    if request.param == "node":
        return json.loads(in_node(cases))
    return json.loads(in_chromium(cases, request.getfixturevalue("browser")))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_neuron_over_the_plane_is_what_keras_computes(keras_values, js_values, name):
    _, expected = keras_values["networks"][name]
    found = js_values["networks"][name]

    assert [len(layer) for layer in found] == [len(layer) for layer in expected]
    for layer, (values, wanted) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_allclose(values, wanted, rtol=1e-5, atol=TOLERANCE, err_msg=f"layer {layer}")


@pytest.mark.parametrize("scale", WEIGHT_SCALES)
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_metric_are_what_keras_evaluates(keras_values, js_values, name, scale):
    _, expected = keras_values["losses"][loss_name(name, scale)]
    found = js_values["losses"][loss_name(name, scale)]

    assert found["loss"] == pytest.approx(expected["loss"], rel=1e-5, abs=TOLERANCE)
    assert found["metric"] == pytest.approx(expected["metric"], rel=1e-5, abs=TOLERANCE)


@pytest.mark.parametrize("activation", CHOICES["activation"])
def test_an_activation_is_that_of_keras_however_large_its_argument_and_nan_stays_nan(
    keras_values, js_values, activation
):
    _, expected = keras_values["activations"][activation]
    found = np.array(js_values["activations"][activation], dtype=float)

    assert np.isnan(found[-1])
    np.testing.assert_allclose(found[:-1], expected[:-1], rtol=1e-5, atol=TOLERANCE)


def test_the_losses_tried_are_all_that_there_are():
    tried = {experiment.head.loss for experiment in LOSSES.values()}
    heads = {experiment.head.activation for experiment in LOSSES.values()}

    assert tried == set(CHOICES["loss"]) - {"auto"}
    assert heads == set(CHOICES["output_activation"]) - {"auto"}
