"""A script is a Python file and a notebook, in the visitor's language; both hold the same code."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest

from nnlab.exercises.book import CALIFORNIA_HOUSING, FASHION_MNIST
from nnlab.exercises.table_presets import TABLE_PRESETS
from nnlab.experiment import EarlyStopping, Experiment, ExperimentError, Layer
from nnlab.experiment.playground import as_playground
from nnlab.export import Run, estimator_script, keras_script
from nnlab.export.writing import as_notebook, as_python
from nnlab.i18n import LANGUAGES, translator

TOY = Experiment(epochs=10)
SCRIPTS = {
    "toy": keras_script(Run(TOY, 10)),
    "as in TensorFlow Playground": keras_script(Run(as_playground(TOY), 10)),
    "changed": keras_script(Run(TOY, 10, ((4, {"optimizer.learning_rate": 0.1}),))),
    "fashion_mnist": keras_script(Run(FASHION_MNIST, 30)),
    "housing": keras_script(Run(CALIFORNIA_HOUSING, 20)),
    "messages": keras_script(Run(TABLE_PRESETS["messages"], 30)),
    "mlp": estimator_script(CALIFORNIA_HOUSING, "mlp"),
    "perceptron": estimator_script(TABLE_PRESETS["iris"], "perceptron"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_file_is_python_and_the_notebook_a_notebook_with_the_same_code(name: str, language) -> None:
    script, t = SCRIPTS[name], translator(language)
    text = as_python(script, t)
    compile(text, f"{script.name}.py", "exec")
    notebook = nbformat.reads(as_notebook(script, t), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]

    assert code == [section.code for section in script.sections]
    assert all(part in text for part in code)
    assert all(line.isascii() for part in code for line in part.splitlines())


def test_explanations_are_in_the_visitors_language() -> None:
    script = SCRIPTS["fashion_mnist"]

    assert "The pictures of Fashion-MNIST; the last 5,000 training" in as_python(script, translator("en"))
    assert "마지막 5,000개가 검증 세트" in as_python(script, translator("ko"))
    assert "## 평가" in as_notebook(script, translator("ko"))


def test_it_says_what_to_install_and_imports_nothing_else() -> None:
    for script in SCRIPTS.values():
        text = as_python(script, translator("en"))
        imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import", "from"))}

        assert "pip install numpy scikit-learn keras tensorflow" in text
        assert imported <= {"gzip", "math", "os", "pathlib", "keras", "numpy", "sklearn", "tensorflow"}


def test_lines_fit_a_page() -> None:
    for script in SCRIPTS.values():
        assert max(map(len, as_python(script, translator("en")).splitlines())) <= 120


def test_the_same_run_is_the_same_file_each_time() -> None:
    t = translator("en")

    assert as_notebook(SCRIPTS["toy"], t) == as_notebook(keras_script(Run(TOY, 10)), t)


def test_a_script_holds_what_a_course_would_write() -> None:
    text = as_python(SCRIPTS["fashion_mnist"], translator("en"))

    for line in (
        "(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()",
        "keras.layers.Flatten(),",
        'loss="sparse_categorical_crossentropy"',
        "optimizer=keras.optimizers.SGD(learning_rate=0.01)",
        "validation_data=(x_valid, y_valid),",
        "results = model.evaluate(x_test, y_test, batch_size=BATCH_SIZE",
    ):
        assert line in text


def test_early_stopping_is_keras_own() -> None:
    experiment = replace(TOY, early_stopping=EarlyStopping("val_metric", patience=7))
    text = as_python(keras_script(Run(experiment, 10)), translator("en"))

    assert 'keras.callbacks.EarlyStopping(monitor="val_accuracy"' in text.replace("(\n            ", "(").replace(
        "(\n        ", "("
    )
    assert "patience=7" in text


def test_what_cannot_learn_has_no_script_but_a_reason() -> None:
    with pytest.raises(ExperimentError, match="softmax"):
        keras_script(Run(replace(FASHION_MNIST, output_activation="sigmoid"), 10))
    with pytest.raises(ExperimentError, match="batch normalization"):
        estimator_script(replace(CALIFORNIA_HOUSING, layers=(Layer(5, batch_norm=True),)), "mlp")
