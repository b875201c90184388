"""The page Housing: before training, while it trains, after, without its file, with a wrong setting."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from nnlab.datasets import DownloadError
from nnlab.datasets.remote import Download
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.i18n import translator

PRESET = Experiment(
    dataset=DatasetChoice("california_housing"),
    layers=(Layer(50, "relu"), Layer(50, "relu"), Layer(50, "relu")),
    optimizer=Optimizer("adam", learning_rate=0.001),
    epochs=20,
)


@pytest.fixture(autouse=True)
def _with_the_file(files_here):
    """What stands on the page comes from the data."""
    files_here("california_housing")


def metrics(shown):
    return {metric.label: metric.value for metric in shown.app.metric}


def tables(shown):
    return [table.value for table in shown.app.table]


def drawn(shown):
    return [json.loads(chart.proto.spec) for chart in shown.app.get("plotly_chart")]


def numbers(typed):
    return np.frombuffer(base64.b64decode(typed["bdata"]), typed["dtype"])


def trained(site, experiment=PRESET, **query):
    shown = site("housing", experiment, **query)
    t = translator(query.get("lang", "en"))
    shown.click(t("Train"))
    shown.wait_for(t("Finished"))
    return shown


def test_it_opens_with_the_preset_of_the_chapter(site):
    shown = site("housing")

    assert replace(shown.setting, seed=42) == PRESET
    assert "5,618 parameters" in shown.texts
    assert "11,610 for training, 3,870 for validation and 5,160 for testing" in shown.texts
    assert "965 districts lie at that limit" in shown.texts


def test_one_click_brings_the_preset_back(site):
    shown = site("housing", replace(PRESET, layers=(Layer(7, "tanh"),), loss="huber"))
    shown.click("The chapter's preset")

    assert shown.setting == PRESET


def test_before_training_every_tab_says_what_will_come(site):
    shown = site("housing")

    assert "Press Train" in shown.texts
    for tab, sentence in {
        "Test": "When a run ends, it is tested on districts",
        "Far districts": "When a run has ended, these districts",
        "Own district": "Train a network: then a district of your own",
        "scikit-learn": "Then both models are compared here.",
        "Losses": "Each run that ends becomes a row here.",
    }.items():
        shown.open(tab)
        assert sentence in shown.texts
        assert metrics(shown) == {}


def test_the_map_and_the_histograms_have_words(site):
    alts = [chart.proto.alt for chart in site("housing").app.get("plotly_chart")]

    assert any(alt.startswith("Median house value (100,000 $) over California in 3,0") for alt in alts)
    assert any("people per household" in alt and "longest tail" in alt for alt in alts)
    assert all(alts)


def test_the_far_districts_are_found_before_anything_is_trained(site):
    shown = site("housing")
    shown.open("Far districts")
    distances, portraits = tables(shown)[-2:]

    assert distances.loc["people per household"].tolist() == ["96.2", "525", "34.0"]
    assert portraits.loc["People per household"].tolist() == ["1,243", "599.7", "502.5"]
    assert "3 districts of the validation set lie more than 100 standard deviations out." in shown.texts


@pytest.mark.parametrize("language", ["en", "ko"])
def test_after_a_run_its_test_stands_there_in_words_and_figures(site, language):
    t = translator(language)
    shown = trained(site, lang=language)
    shown.open(t("Test"), language)
    found = metrics(shown)

    assert found[t("Test {metric}", metric="RMSE")] == "0.8750"
    assert found[t("RMSE of always the mean")] == "1.150"
    assert (
        t(
            "An RMSE of {rmse} means that a price is typically off by about {dollars} dollars.",
            rmse="0.875",
            dollars="88,000",
        )
        in shown.texts
    )


def test_after_a_run_each_epochs_error_is_taken_apart(site):
    shown = trained(site)
    shown.open("Far districts")
    shown.wait_for("most in epoch")
    # The pretended model takes every district for 0.75: errors of 0.625, 0.075 and 2.75 in units of the target.
    expected = (0.625**2 + 0.075**2 + 2.75**2) / 3870
    few, others = next(
        [numbers(bar["y"]) for bar in figure["data"]][::-1]
        for figure in drawn(shown)
        if figure["layout"].get("barmode") == "stack"
    )

    assert few == pytest.approx([expected] * 20)
    assert others == pytest.approx([max(1 / epoch**2 - expected, 0) for epoch in range(1, 21)], abs=1e-12)


def test_a_district_of_ones_own_is_valued_by_the_worker(site):
    shown = trained(site)
    shown.open("Own district")
    assert metrics(shown)["The network's answer"] == "$75,000"

    shown.set("number_input", "Test district (1 to 5,160)", 3)
    shown.click("Take its values")
    assert metrics(shown)["True value"] == "$500,001"
    assert shown.widget("slider", "latitude").value == pytest.approx(37.8, abs=1e-5)
    shown.set("slider", "latitude", 38.5)
    assert "True value" not in metrics(shown), "it is another district now"
    shown.click("Middle of all")
    assert shown.widget("slider", "median income (10,000 $)").value == 3.6


def test_a_place_far_from_all_districts_is_said_to_be_so(site):
    shown = trained(site)
    shown.open("Own district")
    assert not any("nearest training district" in note.value for note in shown.app.info)
    shown.set("slider", "latitude", shown.widget("slider", "latitude").min)
    shown.set("slider", "longitude", shown.widget("slider", "longitude").min)

    assert any("The nearest training district is" in note.value for note in shown.app.info)


def test_scikit_learn_is_fitted_beside_the_keras_run(site):
    shown = trained(site)
    shown.open("scikit-learn")
    shown.click("Fit MLPRegressor")
    shown.wait_for("The same layers, and yet the figures differ")
    table = next(table for table in tables(shown) if list(table.columns) == ["Keras", "MLPRegressor"])

    assert table.loc["Validation RMSE"].tolist() == ["0.05000", "0.5000"]
    assert table.loc["Test RMSE"].tolist() == ["0.8750", "0.7500"]
    assert table.loc["Passes over the training set"].tolist() == ["20", "7"]


def test_it_can_be_stopped(site):
    # The pretended worker lets this one go on.
    shown = site("housing", PRESET.with_seed(7))
    shown.open("scikit-learn")
    shown.click("Fit MLPRegressor")
    shown.wait_for("Iteration 200 of at most 200")
    assert shown.app.get_by_key("housing_mlp_fit").disabled
    shown.app.get_by_key("housing_mlp_stop").click()
    shown.run()
    shown.wait_for("Train the network too, then its figures stand beside these.")

    assert not shown.app.get_by_key("housing_mlp_fit").disabled


def test_a_network_that_scikit_learn_lacks_is_explained_and_keras_trains_it(site):
    shown = site("housing", replace(PRESET, layers=(Layer(5, "gelu"),)))
    shown.open("scikit-learn")

    assert any("one activation for all hidden layers" in warning for warning in shown.warnings)
    assert shown.app.get_by_key("housing_mlp_fit").disabled
    assert not shown.button("Train").disabled


def test_a_wrong_output_layer_is_explained(site):
    shown = site("housing", PRESET)
    shown.set("selectbox", "Output activation", "softmax")

    assert any("Softmax over one unit" in warning for warning in shown.warnings)
    assert shown.button("Train").disabled


def test_the_switch_plants_wrong_prices_and_takes_them_out(site):
    shown = site("housing", PRESET)
    shown.open("Losses")
    shown.set("toggle", "Wrong prices in the training set", True)
    assert shown.setting.dataset.options == {"outliers": 300}
    assert shown.widget("slider", "Wrong prices").value == 300
    shown.open("Data")
    assert any("In 300 training districts the price has a zero too many now" in note.value for note in shown.app.info)

    shown.open("Losses")
    shown.set("toggle", "Wrong prices in the training set", False)
    assert shown.setting == PRESET


def test_one_click_trains_with_each_loss_and_the_runs_are_compared(site):
    shown = site("housing", PRESET)
    shown.open("Losses")
    for loss in ("mean squared error", "mean absolute error", "Huber"):
        shown.click(f"Train with {loss}")
        shown.wait_for("Finished")
    table = next(table for table in tables(shown) if "Wrong prices" in table.columns)

    assert table["Loss"].tolist() == ["Huber", "mean absolute error", "mean squared error"]
    assert shown.setting.loss == "huber"


def test_the_losses_speak_of_the_error_that_is_set(site):
    shown = site("housing")
    shown.open("Losses")
    shown.set("slider", "One error", -2.0)

    assert "An error of -2 costs 4 by the squared error, 2 by the absolute error and 1.5 by Huber's loss" in shown.texts
    shown.set("slider", "The outlier's price (100,000 $)", 50.0)
    assert "With an outlier of 50.0 the best single answer is" in shown.texts


def test_a_relu_that_gives_nothing_but_zero_is_called_dead(site, service):
    shown = trained(site, replace(PRESET, output_activation="relu"))
    shown.open("Test")
    assert not any("ReLU is dead" in warning for warning in shown.warnings)
    service.record(shown.app.session_state["housing_run"]).test.predictions[:] = 0
    shown.run()
    assert any("ReLU is dead" in warning for warning in shown.warnings)


def test_prices_below_zero_are_counted(site, service):
    shown = trained(site)
    service.record(shown.app.session_state["housing_run"]).test.predictions[:5] = -1
    shown.open("Test")

    assert any(note.value.startswith("5 districts get a price below 0.") for note in shown.app.info)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_while_its_file_is_on_its_way_the_page_shows_how_far_it_is(site, monkeypatch, language):
    class Waiting:
        def request(self, names):
            return tuple(Download(name, 2_000_000, 500_000, "running") for name in names)

    monkeypatch.setattr("nnlab.ui.downloads.downloads", Waiting)
    shown = site("housing", lang=language)
    t = translator(language)

    assert t("Getting {title} ready. This is done once.", title=t("California housing")) in shown.texts
    assert "cal_housing.data" in shown.status
    assert shown.widget("number_input", t("Units {number}", number=1)).value == 50


def test_without_a_network_it_says_what_works_nevertheless(site, monkeypatch):
    class Failed:
        def request(self, names):
            error = DownloadError("There is no network.", reason="no_network")
            return tuple(Download(name, 2_000_000, state="failed", error=error) for name in names)

    monkeypatch.setattr("nnlab.ui.downloads.downloads", Failed)
    shown = site("housing")

    assert "There is no network." in [error.value for error in shown.app.error]
    assert "The data sets of the page “Tables” work without a network." in shown.texts
    assert shown.button("Retry")
    assert [button for button in shown.app.button if button.label == "Train"] == []


def test_a_network_that_has_burst_breaks_nothing(site, service, monkeypatch):
    shown = trained(site)
    monkeypatch.setattr(
        "nnlab.ui.housing.far.ask", lambda name, record, x, epochs: [np.full((len(x), 1), np.nan)] * len(epochs)
    )
    monkeypatch.setattr("nnlab.ui.housing.own.ask", lambda name, record, x: [np.full((len(x), 1), np.nan)])
    service.record(shown.app.session_state["housing_run"]).test.predictions[:] = np.nan
    shown.open("Test")
    shown.open("Far districts")

    assert "The model no longer answers with numbers." in shown.texts
    shown.open("Own district")
    assert metrics(shown)["The network's answer"] == "NaN"


def test_the_book_has_run_the_preset_too_and_nothing_else(site):
    shown = trained(site)
    shown.set("toggle", "What the book saw", True)
    curves = shown.app.get("bidi_component")
    assert any("Book, validation" in curve.proto.json for curve in curves)

    other = trained(site, replace(PRESET, batch_size=64))
    assert "What the book saw" not in [toggle.label for toggle in other.app.toggle]
