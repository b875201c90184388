"""scikit-learn's estimators on the data of an experiment, as a script."""

from __future__ import annotations

from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import MLP_ACTIVATIONS, Estimator
from nnlab.export.sections import Section, call
from nnlab.messages import N_, Message

SCORES = """\
for part, x, y in [("training", x_train, y_train), ("validation", x_valid, y_valid), ("test", x_test, y_test)]:
    scores[part] = {score}
    print(part, round(scores[part], 4))"""
RMSE = "np.sqrt(np.mean((model.predict(x) - y) ** 2))"
SHARE = "np.mean(model.predict(x) == y)"
SETOSA = """


flowers, species = load_iris(return_X_y=True)
setosa = Perceptron(random_state=42).fit(flowers[:, 2:], species == 0)
print("setosa or not:", setosa.coef_, setosa.intercept_)"""


def estimator_name(experiment: Experiment, estimator: Estimator) -> str:
    """Return the class of scikit-learn's that carries an experiment out."""
    if estimator == "perceptron":
        return "Perceptron"
    return "MLPRegressor" if experiment.dataset.task == "regression" else "MLPClassifier"


def estimator_sections(experiment: Experiment, estimator: Estimator, samples: int) -> tuple[Section, ...]:
    """Return the sections that fit and judge an estimator.

    Parameters
    ----------
    experiment : Experiment
        As `nnlab.experiment.scikit_learn.as_scikit_learn` gives it.
    estimator : {"mlp", "perceptron"}
        What is fitted.
    samples : int
        Of the training set: no batch is larger.
    """
    regression = experiment.dataset.task == "regression"
    judge = "scores = {}\n" + SCORES.format(score=RMSE if regression else SHARE)
    if estimator == "perceptron" and experiment.dataset.name == "iris":
        judge += SETOSA
    model = _perceptron(experiment) if estimator == "perceptron" else _mlp(experiment, samples)
    return (model, Section(N_("Evaluate"), (_metric(regression),), judge))


def _mlp(experiment: Experiment, samples: int) -> Section:
    activations = [layer.activation for layer in experiment.layers] or ["relu"]
    name = estimator_name(experiment, "mlp")
    made = call(
        f"mlp = {name}",
        f"hidden_layer_sizes={[layer.units for layer in experiment.layers]}",
        f'activation="{MLP_ACTIVATIONS[activations[0]]}"',
        f'solver="{experiment.optimizer.name}"',
        f"learning_rate_init={experiment.optimizer.learning_rate!r}",
        f"batch_size={min(experiment.batch_size, samples)}",
        f"max_iter={experiment.epochs}",
        f"random_state={experiment.seed}",
    )
    lines = [
        made,
        "model = make_pipeline(StandardScaler(), mlp)",
        "model.fit(x_train, y_train)",
        'print(mlp.n_iter_, "iterations, training loss", round(mlp.loss_, 4))',
    ]
    text = Message(
        N_("`{name}` behind a `StandardScaler`, which learns mean and spread of each column from the training set."),
        {"name": name},
    )
    return Section(N_("Fit"), (text,), "\n".join(lines))


def _perceptron(experiment: Experiment) -> Section:
    made = call("model = Perceptron", f"random_state={experiment.seed}", f"max_iter={experiment.epochs}")
    lines = [made, "model.fit(x_train, y_train)", "print(model.coef_, model.intercept_)"]
    return Section(
        N_("Fit"),
        (Message(N_("`Perceptron`: threshold units without a hidden layer, one for each class.")),),
        "\n".join(lines),
    )


def _metric(regression: bool) -> Message:
    if regression:
        return Message(N_("The root mean squared error on each part of the data."))
    return Message(N_("The share of right answers on each part of the data."))
