"""Every page in both languages: what it shows, what its controls do, what it says to bad links."""

import json
import sys

import pytest

from nnlab.datasets.remote import Download
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.i18n import translator
from nnlab.permalink import Link, encode
from nnlab.ui import address

TITLES = {
    ("", "en"): "A laboratory for neural networks",
    ("", "ko"): "신경망 실험실",
    ("playground", "en"): "Playground",
    ("playground", "ko"): "플레이그라운드",
    ("images", "en"): "Images",
    ("images", "ko"): "이미지",
    ("housing", "en"): "Housing",
    ("housing", "ko"): "주택",
    ("tables", "en"): "Tables",
    ("tables", "ko"): "표",
    ("exercises", "en"): "Exercises",
    ("exercises", "ko"): "연습문제",
}
DIGITS = Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, "relu"),), epochs=2)
CIRCLE = Experiment(layers=(Layer(3, "tanh"),), optimizer=Optimizer("sgd", learning_rate=0.03), epochs=2)


@pytest.mark.parametrize(("page", "language"), TITLES)
def test_every_page_shows_its_title_in_the_language_of_the_link(site, page, language, files_on_their_way):
    shown = site(page, DIGITS if page == "images" else None, lang=language)

    assert shown.title == TITLES[page, language]
    assert shown.address("lang") == language


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("de-DE", "en")])
def test_without_a_link_the_browsers_language_decides(site, locale, language):
    shown = site("playground", lang="xx", locale=locale)

    assert shown.title == TITLES["playground", language]
    assert shown.address("lang") == language


def test_a_page_imports_nothing_that_trains(site):
    site("playground", CIRCLE)
    site("images", DIGITS).click("Train")

    assert sys.modules["tensorflow"] is None
    assert sys.modules["keras"] is None


def test_units_change_the_parameter_count_at_once(site):
    shown = site("playground", CIRCLE)
    # Two features into 3 units and 1 output: (2 + 1) * 3 + (3 + 1) * 1.
    assert "13 parameters" in shown.texts
    shown.set("number_input", "Units 1", 10)
    assert "41 parameters" in shown.texts
    shown.set("number_input", "Hidden layers", 0)
    assert "3 parameters" in shown.texts
    assert shown.setting.layers == ()


def test_softmax_over_one_unit_is_explained(site):
    shown = site("playground", CIRCLE)
    shown.set("selectbox", "Output activation", "softmax")

    assert shown.warnings[0].startswith("Softmax over one unit always gives 1, so nothing can be learned.")
    shown.set("selectbox", "Output activation", "sigmoid")
    assert shown.warnings == []


def test_what_cannot_be_trained_disables_train(site):
    shown = site("images", DIGITS)
    assert not shown.button("Train").disabled
    shown.set("selectbox", "Output activation", "sigmoid")

    assert shown.warnings[0].startswith("One class out of many needs probabilities")
    assert shown.button("Train").disabled
    shown.set("selectbox", "Output activation", "softmax")
    assert not shown.button("Train").disabled


def test_a_link_sets_every_control(site):
    shown = site(
        "playground",
        Experiment(
            dataset=DatasetChoice("xor", {"samples": 300, "noise": 0.25}),
            features=("x1", "x1_x2"),
            layers=(Layer(5, "relu", dropout=0.2), Layer(6, "selu")),
            optimizer=Optimizer("adam", learning_rate=0.005),
            batch_size=17,
            epochs=9,
            seed=77,
        ),
    )

    assert shown.widget("button_group", "Data set").value == "xor"
    assert shown.widget("slider", "Samples").value == 300
    assert shown.widget("slider", "Noise").value == 0.25
    assert [shown.widget("number_input", f"Units {number}").value for number in (1, 2)] == [5, 6]
    assert shown.widget("selectbox", "Activation 2").value == "selu"
    assert shown.widget("selectbox", "Optimizer").value == "adam"
    assert shown.widget("number_input", "Learning rate η").value == 0.005
    assert shown.widget("number_input", "Batch size B").value == 17
    assert shown.widget("number_input", "Epochs").value == 9
    assert shown.widget("number_input", "Seed").value == 77
    assert shown.setting.features == ("x1", "x1_x2")


@pytest.mark.parametrize("page", ["playground", "images", "housing", "tables"])
@pytest.mark.parametrize(
    ("query", "template"),
    [
        ({"x": "garbage"}, "The link is damaged: part of it is missing or changed. Ask for it again."),
        (
            {"run": "unknown"},
            "This run is no longer kept: it was too long ago, or the app was restarted. Train again.",
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_bad_link_gets_a_sentence_and_the_page_works(site, page, query, template, language, files_on_their_way):
    shown = site(page, lang=language, **query)

    assert translator(language)(template) in shown.warnings
    assert shown.title == TITLES[page, language]
    assert shown.address("run") is None


@pytest.fixture
def files_on_their_way(monkeypatch):
    """No file of a data set is here yet, and none comes."""

    class Waiting:
        def request(self, names):
            return tuple(Download(name, 10_000_000, 2_500_000, "running") for name in names)

    monkeypatch.setattr("nnlab.ui.downloads.downloads", Waiting)


def test_a_link_for_another_page_says_so(site):
    shown = site("playground", DIGITS)

    assert shown.warnings == [
        "The link is for the data set “Digits (8×8)”, which this page does not show. Open it on its own page."
    ]


def test_a_link_with_a_mismatch_is_explained(site):
    content = json.loads(CIRCLE.to_json()) | {"output_activation": "softmax"}
    shown = site("playground", x=encode(Link(Experiment.from_json(json.dumps(content)))))

    assert any("Softmax over one unit" in warning for warning in shown.warnings)


def test_the_preset_is_the_network_of_the_chapter(site, real_data):
    shown = site("images", DIGITS)
    shown.click("The chapter's preset")
    experiment = shown.setting

    assert experiment.dataset.name == "fashion_mnist"
    assert [(layer.units, layer.activation) for layer in experiment.layers] == [(300, "relu"), (100, "relu")]
    assert (experiment.optimizer.name, experiment.epochs) == ("sgd", 30)
    assert "266,610 parameters" in shown.texts


def test_another_language_keeps_what_the_controls_say(site):
    shown = site("playground", CIRCLE)
    shown.set("number_input", "Units 1", 7)
    shown.set("slider", "Samples", 200)
    before = shown.setting
    shown.app.get_by_key("language_switch").set_value("ko")
    shown.run()

    assert shown.title == "플레이그라운드"
    assert shown.address("lang") == "ko"
    assert shown.setting == before
    t = translator("ko")
    assert shown.widget("slider", t("Samples")).value == 200
    assert shown.widget("number_input", t("Units {number}", number=1)).value == 7


def test_another_page_and_back_keeps_what_the_controls_say(site):
    shown = site("playground", CIRCLE)
    shown.set("number_input", "Units 1", 7)
    shown.app.switch_page("app_pages/home.py").run()
    shown.check()
    shown.app.switch_page("app_pages/playground.py")
    shown.run()

    assert shown.widget("number_input", "Units 1").value == 7


def test_an_address_that_is_still_on_its_way_back_undoes_nothing(site):
    shown = site("playground", CIRCLE)
    old = shown.address("x")
    shown.set("number_input", "Units 1", 7)
    # The browser sends the next change before it has heard of the address after the first one.
    shown.app.query_params["x"] = old
    shown.set("slider", "Samples", 200)

    assert shown.setting.layers[0].units == 7
    assert shown.setting.dataset.options["samples"] == 200


def test_the_back_button_brings_the_setting_of_that_address_back(site, monkeypatch):
    shown = site("playground", CIRCLE)
    old = shown.address("x")
    shown.set("number_input", "Units 1", 7)
    monkeypatch.setattr(address, "ON_THE_WAY_SECONDS", 0.0)
    shown.app.query_params["x"] = old
    shown.run()

    assert shown.setting == CIRCLE
    assert shown.widget("number_input", "Units 1").value == 3
