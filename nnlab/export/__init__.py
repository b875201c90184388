"""A run as a program of its own: the script that a course would write for it, which repeats it exactly.

Nothing of nnlab is imported by what is made here; whoever has the packages can run it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.metadata import version

from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Estimator, as_scikit_learn
from nnlab.export.data import data_section
from nnlab.export.network import compile_section, model_section
from nnlab.export.playground import playground_sections
from nnlab.export.run import Run
from nnlab.export.scikit_learn import estimator_name, estimator_sections
from nnlab.export.sections import Script, Section, call
from nnlab.export.training import training_sections
from nnlab.messages import N_, Message

__all__ = ["Run", "Script", "Section", "estimator_name", "estimator_script", "keras_script"]

PACKAGES = ("numpy", "scikit-learn", "keras", "tensorflow")
# What each distribution may be called where it is installed.
NAMES = {"tensorflow": ("tensorflow", "tensorflow-cpu")}
IMPORTS = (
    (r"\bgzip\.", "import gzip"),
    (r"\bmath\.", "import math"),
    (r"\bos\.", "import os"),
    (r"\bPath\(", "from pathlib import Path"),
    ("", ""),
    (r"\bkeras\.", "import keras"),
    (r"\bnp\.", "import numpy as np"),
    (r"\btf\.", "import tensorflow as tf"),
    (r"\bfetch_california_housing\(", "from sklearn.datasets import fetch_california_housing"),
    (r"\bload_digits\(", "from sklearn.datasets import load_digits"),
    (r"\bload_iris\(", "from sklearn.datasets import load_iris"),
    (r"\bPerceptron\(", "from sklearn.linear_model import Perceptron"),
    (r"\btrain_test_split\(", "from sklearn.model_selection import train_test_split"),
    (r"\bMLPClassifier\(", "from sklearn.neural_network import MLPClassifier"),
    (r"\bMLPRegressor\(", "from sklearn.neural_network import MLPRegressor"),
    (r"\bmake_pipeline\(", "from sklearn.pipeline import make_pipeline"),
    (r"\bStandardScaler\(", "from sklearn.preprocessing import StandardScaler"),
)
SAME = Message(
    N_(
        "The script repeats the run: same data, same first weights, same order of the samples. Another version of a "
        "package or another processor may round otherwise, and a long training makes such differences grow."
    )
)
RESULT = Message(
    N_("`history.history` holds the learning curves, epoch by epoch; the test set is used once, at the end.")
)


def keras_script(run: Run) -> Script:
    """Return the script of a run of Keras.

    Parameters
    ----------
    run : Run
        What to repeat.

    Raises
    ------
    ExperimentError
        Output layer and loss do not go together: nothing could be trained.

    Examples
    --------
    >>> script = keras_script(Run(Experiment(), epochs=10))
    >>> [section.title for section in script.sections]
    ['Imports', 'Data', 'Model', 'Compile', 'Batches', 'Train', 'Evaluate']
    """
    experiment = run.experiment
    sections = [data_section(experiment), model_section(experiment, run.changed)]
    if experiment.mode == "playground":
        sections += playground_sections(run)
    else:
        sections += [compile_section(experiment), *training_sections(run)]
    return _script(experiment, "Keras", [*sections, _evaluation(run)])


def estimator_script(experiment: Experiment, estimator: Estimator, iterations: int | None = None) -> Script:
    """Return the script that has scikit-learn train on the data of an experiment.

    Parameters
    ----------
    experiment : Experiment
        What Keras trains, or what `as_scikit_learn` made of it.
    estimator : {"mlp", "perceptron"}
        What is trained.
    iterations : int, optional
        How many a run had that was stopped; by default as many as `as_scikit_learn` allows.

    Raises
    ------
    ExperimentError
        scikit-learn has no such network; the reason says what to change.
    """
    fitted = as_scikit_learn(experiment, estimator)
    if iterations is not None:
        fitted = replace(fitted, epochs=iterations)
    samples = experiment.dataset.info.training_samples
    sections = [data_section(fitted, "float64"), *estimator_sections(fitted, estimator, samples)]
    return _script(fitted, estimator_name(fitted, estimator), sections)


def _script(experiment: Experiment, trained: str, sections: list[Section]) -> Script:
    title = Message(
        N_("{dataset} by {trained}: a run of nnlab"),
        {"dataset": Message(experiment.dataset.info.title), "trained": trained},
    )
    name = f"nnlab-{experiment.dataset.name}-{experiment.seed}"
    name = name if trained == "Keras" else f"{name}-{trained.lower()}"
    made = Message(N_("Made with {versions}. Install them with this command:"), {"versions": _versions()})
    command = f"pip install {' '.join(PACKAGES)}"
    code = "\n".join(section.code for section in sections)
    imports = Section(N_("Imports"), (), _imports(code))
    return Script(name, title, (SAME, made), command, (imports, *sections))


def _imports(code: str) -> str:
    lines = [line for pattern, line in IMPORTS if re.search(pattern, code)]
    return "\n".join(lines).strip()


@cache
def _versions() -> str:
    found = []
    for package in PACKAGES:
        for name in NAMES.get(package, (package,)):
            try:
                found.append(f"{package} {version(name)}")
                break
            except ModuleNotFoundError:
                continue
    return ", ".join(found)


def _evaluation(run: Run) -> Section:
    experiment = run.experiment
    part = "valid" if experiment.dataset.info.kind == "toy" else "test"
    if experiment.mode == "playground":
        results = f"evaluate(x_{part}, y_{part})"
    else:
        size = "batch_size" if run.changes else "BATCH_SIZE"
        results = call(
            "model.evaluate", f"x_{part}", f"y_{part}", f"batch_size={size}", "verbose=0", "return_dict=True"
        )
    return Section(N_("Evaluate"), (RESULT,), f"results = {results}\nprint(results)")
