"""The data of a run: where a course would get them from, split as the run has split them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from nnlab.datasets import tabular
from nnlab.datasets.messages import MESSAGES, SPAM_SHARE, URGENT_SHARE
from nnlab.experiment import Experiment
from nnlab.export.sections import Section
from nnlab.export.toys import toy_points, toy_split
from nnlab.messages import N_, Message

FEATURES = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1_x2": "x1 * x2",
    "sin_x1": "np.sin(x1)",
    "sin_x2": "np.sin(x2)",
}
LOCAL = Message(
    N_(
        "If the environment variable NNLAB_DATA_DIR names a folder, the files are taken from there; without it they "
        "are downloaded once."
    )
)
PARTS = ("train", "valid", "test")

FASHION_MNIST = """\
folder = os.environ.get("NNLAB_DATA_DIR")
if folder:

    def read(name, header):
        with gzip.open(Path(folder, "fashion-mnist", name)) as file:
            return np.frombuffer(file.read(), dtype=np.uint8, offset=header)

    x = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    y = read("train-labels-idx1-ubyte.gz", 8)
    x_test = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    y_test = read("t10k-labels-idx1-ubyte.gz", 8)
else:
    (x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, y_train = x[:-5000], y[:-5000]
x_valid, y_valid = x[-5000:], y[-5000:]"""
MNIST = """\
folder = os.environ.get("NNLAB_DATA_DIR")
if folder:
    with np.load(Path(folder, "mnist", "mnist.npz")) as file:
        x, y, x_test, y_test = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))
else:
    (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x_valid, y_valid = x[:5000], y[:5000]
x_train, y_train = x[5000:], y[5000:]"""
HOUSING = """\
folder = os.environ.get("NNLAB_DATA_DIR")
if folder:
    table = np.loadtxt(Path(folder, "housing", "cal_housing.data"), delimiter=",")
    longitude, latitude, age, rooms, bedrooms, people, households, income, value = table.T
    x = np.column_stack(
        [
            income,
            age,
            rooms / households,
            bedrooms / households,
            people,
            people / households,
            latitude,
            longitude,
        ]
    )
    y = value / 100_000
else:
    x, y = fetch_california_housing(return_X_y=True)
x_rest, x_test, y_rest, y_test = train_test_split(x, y, random_state=42)
x_train, x_valid, y_train, y_valid = train_test_split(x_rest, y_rest, random_state=42)"""
MESSAGES_DRAWN = f"""\
generator = np.random.default_rng(np.random.SeedSequence({{seed}}))
spam = generator.random({MESSAGES}) < {SPAM_SHARE}
urgent = generator.random({MESSAGES}) < np.where(spam, {URGENT_SHARE["spam"]}, {URGENT_SHARE["other"]})
by_day = np.clip(np.round(generator.normal(13, 3.5, {MESSAGES})), 0, 23)
x = np.column_stack(
    [
        generator.poisson(0.4 + 1.5 * spam + 0.8 * urgent),
        generator.poisson(0.3 + 2.2 * spam),
        generator.poisson(0.3 + 2.4 * urgent),
        generator.poisson(0.6 + 1.4 * spam),
        generator.random({MESSAGES}) < np.where(spam, 0.1, 0.85),
        np.where(spam, generator.integers(0, 24, {MESSAGES}), by_day),
    ]
)
y = np.column_stack([spam, urgent]).astype(np.uint8)
kinds = 2 * y[:, 0] + y[:, 1]"""
STRATIFIED = """


def take(candidates, share):
    total = math.ceil(round(share * len(candidates), 6))
    _, inverse, counts = np.unique({kinds}[candidates], return_inverse=True, return_counts=True)
    exact = counts * total / len(candidates)
    quotas = np.floor(exact).astype(int)
    lots = np.lexsort((generator.random(len(counts)), quotas - exact))
    quotas[lots[: total - quotas.sum()]] += 1
    taken = np.zeros(len(candidates), dtype=bool)
    for kind, quota in enumerate(quotas):
        taken[np.flatnonzero(inverse == kind)[:quota]] = True
    return candidates[~taken], candidates[taken]


generator = np.random.default_rng(np.random.SeedSequence({seed}))
rest, test = take(generator.permutation(len(y)), {test_share})
train, valid = take(rest, {valid_share})
x_train, x_valid, x_test = x[train], x[valid], x[test]
y_train, y_valid, y_test = y[train], y[valid], y[test]"""


def data_section(experiment: Experiment, dtype: str = "float32") -> Section:
    """Return code that makes ``x_train``, ``y_train`` and so on, inputs as the model takes them.

    Parameters
    ----------
    experiment : Experiment
        Its data, features and scaling; targets get the form that its loss or mode wants.
    dtype : {"float32", "float64"}
        Of the inputs, and of the targets of a regression.
    """
    kind, name = experiment.dataset.info.kind, experiment.dataset.name
    if kind == "toy":
        return _toys(experiment)
    code = {"images": _images, "table": _tables}[kind](experiment, dtype)
    text = (
        (_origin(experiment), LOCAL)
        if name in ("fashion_mnist", "mnist", "california_housing")
        else (_origin(experiment),)
    )
    return Section(N_("Data"), text, code)


def _origin(experiment: Experiment) -> Message:
    return Message(ORIGINS[experiment.dataset.name], dict(experiment.dataset.options))


ORIGINS: Mapping[str, str] = {
    "fashion_mnist": N_("The pictures of Fashion-MNIST; the last 5,000 training pictures are the validation set."),
    "mnist": N_("The handwritten digits of MNIST; the first 5,000 training pictures are the validation set."),
    "digits": N_(
        "The digits of 8×8 pixels that come with scikit-learn. Each part of the split has every digit in its share; "
        "the split is drawn with the seed {seed}."
    ),
    "iris": N_(
        "The iris flowers that come with scikit-learn. Each part of the split has the three species in equal shares; "
        "the split is drawn with the seed {seed}."
    ),
    "california_housing": N_(
        "The districts of California with the splits of the chapter; prices are in 100,000 $ of 1990."
    ),
    "messages": N_(
        "Made-up messages with two labels, spam and urgent, drawn with the seed {seed}. Each part of the split has "
        "the four kinds of message in their shares."
    ),
}


def _toys(experiment: Experiment) -> Section:
    options, name = experiment.dataset.options, experiment.dataset.name
    lines = [toy_points(name, options), "", toy_split(name, options)]
    if experiment.features != ("x1", "x2"):
        columns = ", ".join(FEATURES[feature] for feature in experiment.features)
        lines += ["", "", "def features(x1, x2):", f"    return np.column_stack([{columns}])", "", ""]
        lines += [f"x_{part} = features(*x_{part}.T)" for part in ("train", "valid")]
    lines += _targets(experiment, ("train", "valid"))
    text = Message(
        N_(
            "{samples} points in the plane, drawn with the seed {seed}: positions, noise and order have a stream of "
            "random numbers each. What is not trained on is validation and test set in one."
        ),
        dict(options),
    )
    return Section(N_("Data"), (text,), "\n".join(lines))


def _images(experiment: Experiment, dtype: str) -> str:
    name, scale = experiment.dataset.name, experiment.input_scale
    if name == "digits":
        split = STRATIFIED.format(kinds="y", test_share=0.2, valid_share=0.125, **experiment.dataset.options)
        code = "digits = load_digits()\nx, y = digits.images, digits.target" + split
    else:
        code = FASHION_MNIST if name == "fashion_mnist" else MNIST
    divided = f" / {scale:g}" if scale != 1 else ""
    lines = [f'x_{part} = x_{part}.astype("{dtype}"){divided}' for part in PARTS]
    return "\n".join([code, *lines, *_targets(experiment, PARTS)])


def _tables(experiment: Experiment, dtype: str) -> str:
    name, options = experiment.dataset.name, experiment.dataset.options
    lines = [TABLES[name](options)]
    chosen = [experiment.dataset.info.features.index(feature) for feature in experiment.features]
    columns = "" if len(chosen) == prod(experiment.dataset.info.input_shape) else f"[:, {chosen}]"
    lines += [f'x_{part} = x_{part}{columns}.astype("{dtype}")' for part in PARTS]
    if experiment.dataset.task == "regression":
        lines += [f'y_{part} = y_{part}.astype("{dtype}")' for part in PARTS]
    if options.get("outliers"):
        seed, factor = tabular.HOUSING_SEED, tabular.OUTLIER_FACTOR
        lines.append(f"wrong = np.random.default_rng({seed}).permutation(len(y_train))[:{options['outliers']}]")
        lines.append(f"y_train[wrong] *= {factor}")
    return "\n".join([*lines, *_targets(experiment, PARTS)])


def _iris(options: Mapping[str, int | float]) -> str:
    split = STRATIFIED.format(kinds="y", test_share=0.1, valid_share=0.1, **options)
    return "x, y = load_iris(return_X_y=True)" + split


def _messages(options: Mapping[str, int | float]) -> str:
    split = STRATIFIED.format(kinds="kinds", test_share=0.2, valid_share=0.2, **options)
    return MESSAGES_DRAWN.format(**options) + split


TABLES: Mapping[str, Callable[[Mapping[str, int | float]], str]] = {
    "iris": _iris,
    "messages": _messages,
    "california_housing": lambda options: HOUSING,
}


def _targets(experiment: Experiment, parts: tuple[str, ...]) -> list[str]:
    """Return lines that give targets the form which the loss compares outputs with."""
    head = experiment.head
    if experiment.mode == "playground":
        column = "np.where(y_{part} > 0, 1, -1).reshape(-1, 1)"
        form = column if head.metric == "accuracy" else "y_{part}.reshape(-1, 1)"
        return [f"y_{part} = {form.format(part=part)}.astype(np.float32)" for part in parts]
    if head.loss == "categorical_crossentropy":
        return [f"y_{part} = keras.utils.to_categorical(y_{part}, {head.units})" for part in parts]
    return []
