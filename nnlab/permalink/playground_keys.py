"""The keys of TensorFlow Playground's addresses, and what they are called here.

Source: https://github.com/tensorflow/playground, ``src/state.ts`` and ``src/playground.ts``.
"""

from __future__ import annotations

import re
import zlib

ADDRESS = "https://playground.tensorflow.org/"

KEYS = (
    "activation",
    "regularization",
    "batchSize",
    "dataset",
    "regDataset",
    "learningRate",
    "regularizationRate",
    "noise",
    "networkShape",
    "seed",
    "showTestData",
    "discretize",
    "percTrainData",
    "x",
    "y",
    "xTimesY",
    "xSquared",
    "ySquared",
    "cosX",
    "sinX",
    "cosY",
    "sinY",
    "collectStats",
    "tutorial",
    "problem",
    "initZero",
    "hideText",
)
"""All of them, in the order in which TensorFlow Playground writes them."""

HIDE = "_hide"

NUMBERS = {"batchSize": "10", "learningRate": "0.03", "regularizationRate": "0", "noise": "0", "percTrainData": "50"}
"""Those with one number -> the number that stands for a missing key."""

ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
REGULARIZATIONS = {"L1": "l1", "L2": "l2"}
DATASETS = {"circle": "circle", "xor": "xor", "gauss": "gauss", "spiral": "spiral"}
REGRESSION_DATASETS = {"reg-plane": "plane", "reg-gauss": "multi_gauss"}
FEATURES = {
    "x": "x1",
    "y": "x2",
    "xTimesY": "x1_x2",
    "xSquared": "x1_squared",
    "ySquared": "x2_squared",
    "sinX": "sin_x1",
    "sinY": "sin_x2",
}
CONTROLS = {
    "showTestData": "show_test_data",
    "discretize": "discretize",
    "playButton": "play",
    "stepButton": "step",
    "resetButton": "reset",
    "learningRate": "learning_rate",
    "activation": "activation",
    "regularization": "regularization",
    "regularizationRate": "regularization_rate",
    "problem": "problem",
    "dataset": "dataset",
    "percTrainData": "train_share",
    "noise": "noise",
    "batchSize": "batch_size",
    "numHiddenLayers": "hidden_layers",
}
"""What can be hidden there -> the control here. Inputs are hidden one by one there, all together here."""

DRAWN_SEED = re.compile(r"0\.[0-9]{5}")
WHOLE_SEED = re.compile(r"[1-9][0-9]{5,9}")
DRAWN_SEEDS = 100_000
SEEDS = 2**32


def seed_number(text: str) -> int:
    """Return the seed here for a seed there, which can be any text.

    The five decimals that TensorFlow Playground draws by itself are the numbers below 100,000,
    larger whole numbers are themselves, and any other text becomes one of them by its CRC-32.

    Examples
    --------
    >>> seed_number("0.59704"), seed_number("123456")
    (59704, 123456)
    """
    if DRAWN_SEED.fullmatch(text):
        return int(text[2:])
    if WHOLE_SEED.fullmatch(text) and int(text) < SEEDS:
        return int(text)
    return DRAWN_SEEDS + zlib.crc32(text.encode("utf-8", "surrogatepass")) % (SEEDS - DRAWN_SEEDS)


def seed_text(number: int) -> str:
    """Return the text of which `seed_number` makes `number` again.

    Examples
    --------
    >>> seed_text(59704)
    '0.59704'
    """
    return f"0.{number:05d}" if number < DRAWN_SEEDS else str(number)
