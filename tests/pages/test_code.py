"""The code behind a run can be read and taken along, on every page that trains, before a run and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nnlab.exercises.table_presets import TABLE_PRESETS
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer
from nnlab.i18n import translator

SMALL = {
    "images": Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, "relu"),), epochs=5),
    "tables": replace(TABLE_PRESETS["iris"], epochs=5),
}


def script(shown) -> str:
    [code] = [code.value for code in shown.app.code if code.language == "python"]
    compile(code, "script.py", "exec")
    return code


def downloads(shown) -> list[str]:
    return [button.proto.label for button in shown.app.get("download_button")]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", SMALL)
def test_before_a_run_the_script_is_that_of_the_setting(site, page, language):
    t = translator(language)
    shown = site(page, SMALL[page], lang=language)
    shown.open(t("Code"), language)

    assert "EPOCHS = 5" in script(shown)
    assert downloads(shown) == [t("Python script"), t("Notebook")]


@pytest.mark.parametrize("page", SMALL)
def test_after_a_run_its_model_and_its_predictions_can_be_had_too(site, page):
    shown = site(page, SMALL[page])
    shown.click("Train")
    shown.wait_for("Finished")
    shown.open("Code")

    assert downloads(shown) == ["Python script", "Notebook", "Model (.keras)", "Predictions (CSV)"]
    assert ("divided by 16" in shown.texts) == (page == "images")


def test_the_playground_has_it_under_its_stage(site):
    shown = site("playground")
    assert not [code for code in shown.app.code if code.language == "python"]
    shown.app.session_state["playground_code_open"] = True
    shown.run()

    assert "model = keras.Sequential(" in script(shown)
    assert "EPOCHS = 100" in script(shown)


def test_the_housing_page_has_it_with_that_of_scikit_learn(site, files_here):
    files_here("california_housing")
    shown = site("housing")
    shown.open("Code")
    assert "keras.layers.Dense(" in script(shown)
    shown.app.session_state["housing_code_of"] = "MLPRegressor"
    shown.run()

    assert "mlp = MLPRegressor(" in script(shown)
    assert downloads(shown) == ["Python script", "Notebook"]


def test_a_run_that_was_stopped_is_repeated_as_far_as_it_went(site):
    experiment = replace(SMALL["images"], epochs=None, early_stopping=EarlyStopping(patience=2))
    shown = site("images", experiment)
    shown.click("Train")
    shown.wait_for("Epoch 3")
    shown.click("Stop")
    shown.wait_for("Stopped")
    shown.open("Code")

    assert "EPOCHS = 3" in script(shown)
    assert "EarlyStopping" not in script(shown)


def test_other_settings_than_those_of_the_run_are_said_to_be_other(site):
    shown = site("images", SMALL["images"])
    shown.click("Train")
    shown.wait_for("Finished")
    shown.open("Code")
    note = "The controls say something else by now"
    assert note not in shown.texts
    shown.set("number_input", "Epochs", 9)

    assert note in shown.texts
    assert "EPOCHS = 5" in script(shown)


def test_a_setting_that_scikit_learn_does_not_have_says_so_in_place_of_its_script(site):
    shown = site("tables", replace(SMALL["tables"], layers=(Layer(5, "relu", dropout=0.2),)))
    shown.open("Code")
    shown.app.session_state["tables_code_of"] = "MLPClassifier"
    shown.run()

    assert "scikit-learn's MLP has neither batch normalization nor dropout" in shown.texts
    assert not [code for code in shown.app.code if code.language == "python"]
