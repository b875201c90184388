"""The images page: what each of its tabs shows before and after a run, and what their controls do."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from nnlab.datasets.images import preview
from nnlab.exercises.book import FASHION_MNIST
from nnlab.exercises.image_presets import IMAGE_PRESETS
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.i18n import translator
from nnlab.ui.images.drawing import _Paper

DIGITS = Experiment(dataset=DatasetChoice("digits"), layers=(Layer(20, "relu"), Layer(8, "relu")), epochs=2)
TEST_TO_COME = "When a run ends, it is tested on images that it has never seen; the results come here."
TO_COME = {
    "Predictions": TEST_TO_COME,
    "Mistakes": TEST_TO_COME,
    "Weights": "Once a run has begun, its weights are here: at first they are drawn by chance, and then you can watch "
    "what the first layer learns to look for.",
    "History": "Each epoch of a run becomes a row here, to read exactly or to download.",
}
LINE = [[0.3, 0.2, 0.1], [0.6, 0.8, 0.1]]


def charts(shown):
    """The alt texts of the finished charts."""
    return [element.proto.alt for element in shown.app.get("plotly_chart")]


@pytest.fixture
def _with_fashion(files_here):
    files_here("fashion_mnist")


def trained(site, experiment=DIGITS, language="en"):
    shown = site("images", experiment, lang=language)
    t = translator(language)
    shown.click(t("Train"))
    shown.wait_for(t("Finished") if experiment.early_stopping is None else t("Stopped early"))
    return shown


@pytest.mark.parametrize("language", ["en", "ko"])
def test_tabs_say_what_will_come_until_it_is_there(site, language):
    t = translator(language)
    shown = site("images", DIGITS, lang=language)
    for tab, sentence in TO_COME.items():
        shown.open(t(tab), language)
        assert t(sentence) in shown.texts
    shown.click(t("Train"))
    shown.wait_for(t("Finished"))
    for tab, sentence in TO_COME.items():
        shown.open(t(tab), language)
        assert t(sentence) not in shown.texts


def test_only_the_open_tab_is_drawn(site):
    shown = site("images", DIGITS)
    assert len(charts(shown)) == 2
    shown.open("History")
    assert charts(shown) == []


def test_another_language_keeps_the_tab(site):
    shown = site("images", DIGITS)
    shown.app.session_state["images_tab"] = "Draw"
    shown.app.get_by_key("language_switch").set_value("ko")
    shown.run()

    assert shown.app.session_state["images_tabs_ko"] == "그리기"


@pytest.mark.parametrize("preset", IMAGE_PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_one_click_and_says_what_to_look_for(site, preset, real_data):
    shown = site("images", DIGITS)
    assert "Settings of your own." in shown.texts
    shown.click(preset.title)

    assert shown.setting == preset.experiment
    assert preset.look_for in shown.texts


def test_classes_can_be_filtered(site):
    shown = site("images", DIGITS)
    assert charts(shown)[0] == "100 pictures from the data set: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9."
    shown.app.session_state["images_classes_10_0"] = [7, 3]
    shown.run()

    assert charts(shown)[0] == "40 pictures from the data set: 3, 7."


def test_pixels_can_be_left_as_they_are_and_the_link_says_so(site, service):
    shown = site("images", DIGITS)
    shown.set("toggle", "Divide pixels by 16", False)
    assert not shown.setting.scale_inputs
    again = site("images", shown.setting)
    assert not again.widget("toggle", "Divide pixels by 16").value
    again.click("Train")
    again.wait_for("Finished")

    assert not service.record(again.address("run")).experiment.scale_inputs


def test_the_pixels_section_writes_values_out_and_offers_the_experiment(site):
    shown = site("images", DIGITS)
    shown.app.session_state["images_data_section"] = "pixels"
    shown.run()
    values = preview("digits", seed=0).first[0][1:7, 1:7]

    assert f"from {values.min()} to {values.max()}." in charts(shown)[1]
    assert "256 times as much" in shown.texts
    shown.click("Try it without")
    assert not shown.setting.scale_inputs
    assert "press Train and watch the loss" in shown.texts


def test_a_run_that_diverged_with_pixels_as_they_are_is_explained(site, service):
    shown = site("images", replace(DIGITS, scale_inputs=False, epochs=None))
    shown.click("Train")
    shown.wait_for("Epoch 3")
    service.record(shown.address("run")).enter("diverged")
    shown.run()

    assert "The pixels of this run were not divided by 16" in shown.texts


def test_a_run_that_ended_as_wise_as_it_began_with_pixels_as_they_are_is_explained(site):
    hasty = Optimizer("sgd", learning_rate=10.0)
    shown = site("images", replace(DIGITS, scale_inputs=False, epochs=3, optimizer=hasty))
    shown.click("Train")
    shown.wait_for("Finished")

    assert "The pixels of this run were not divided by 16" in shown.texts


def test_losses_and_labels_that_do_not_go_together_are_explained(site):
    shown = site("images", DIGITS)
    shown.app.session_state["images_data_section"] = "labels"
    shown.run()
    assert "**They fit.**" in shown.app.success[0].value
    shown.app.session_state["label_formats_format"] = "one_hot"
    shown.run()

    assert "**Keras stops with an error.**" in shown.app.error[0].value
    assert "target.shape=(3, 10), output.shape=(3, 10)" in "\n".join(code.value for code in shown.app.code)
    shown.app.session_state["label_formats_loss"] = "categorical_crossentropy"
    shown.run()
    assert "**They fit.**" in shown.app.success[0].value


@pytest.mark.usefixtures("_with_fashion")
def test_the_books_run_is_offered_for_the_chapters_setting_only(site):
    shown = trained(site, FASHION_MNIST)
    shown.set("toggle", "What the book saw", True)
    drawn = json.loads(shown.component("images_curves_loss")["figure"])["data"]
    book = [trace for trace in drawn if "meta" not in trace]

    assert [trace["name"] for trace in book] == ["Book, training", "Book, validation"]
    shown.open("Predictions")
    assert "In the book: 88.64%" in shown.texts

    other = trained(site, replace(FASHION_MNIST, epochs=29))
    assert "What the book saw" not in [toggle.label for toggle in other.app.toggle]


def test_the_epoch_that_early_stopping_went_back_to_is_marked(site):
    stopped = trained(site, replace(DIGITS, epochs=5, early_stopping=EarlyStopping(patience=2)))
    layout = json.loads(stopped.component("images_curves_loss")["figure"])["layout"]
    assert [line["x0"] for line in layout["shapes"]] == [1]
    assert layout["annotations"][0]["text"] == "best: epoch 1"

    finished = trained(site)
    assert "shapes" not in json.loads(finished.component("images_curves_loss")["figure"])["layout"]


def test_a_cell_of_the_confusion_matrix_can_be_chosen_without_a_mouse(site):
    shown = trained(site)
    shown.open("Mistakes")
    y = preview("digits", seed=0).y_test
    commonest = int(np.bincount(y[y > 0]).argmax())
    # Everything is taken for a 0 here.
    assert [shown.widget("selectbox", name).value for name in ("True class", "Predicted class")] == [commonest, 0]
    assert f"{(y == commonest).sum()} test images, the surest first" in shown.texts
    shown.set("selectbox", "True class", 4)

    assert f"{(y == 4).sum()} test images" in shown.texts
    shown.set("selectbox", "Predicted class", 5)
    assert "0 test images" in shown.texts


def test_the_surest_mistakes_are_shown_with_their_classes(site):
    shown = trained(site)
    shown.open("Mistakes")
    assert any(alt.startswith("The 12 mistakes that the network was most sure of") for alt in charts(shown))
    shown.app.session_state["most_sure"] = 24
    shown.run()
    assert any(alt.startswith("The 24 mistakes") for alt in charts(shown))


def test_weights_show_their_spread_and_what_the_first_layer_looks_for(site):
    shown = trained(site)
    shown.open("Weights")

    assert "1,280 weights" in shown.component("weights_spread")["alt"]
    assert "±0.267" in shown.texts  # √(6 / (64 + 20))
    assert "units 1 to 16 as pictures of 8 × 8 pixels" in shown.component("weights_templates")["alt"]
    shown.set("number_input", "Show 16 units, from unit", 5)
    assert "units 5 to 20" in shown.component("weights_templates")["alt"]


def test_weights_can_be_taken_back_to_before_the_first_epoch(site):
    shown = trained(site)
    shown.open("Weights")
    assert "After epoch 2" in shown.texts
    after = shown.component("weights_templates")["figure"]
    (slider,) = shown.app.select_slider
    slider.set_value(0)
    shown.run()

    assert "After epoch 0" in shown.texts
    assert shown.component("weights_templates")["figure"] != after
    shown.set("toggle", "Only what was learned", True)
    learned = json.loads(shown.component("weights_templates")["figure"])["data"][0]["z"]
    shades = set(np.frombuffer(base64.b64decode(learned["bdata"]), np.int8).tolist())
    assert shades == {-128, 0}, "beside the ground there is nothing yet"


def test_another_layer_has_no_pictures(site):
    shown = trained(site)
    shown.open("Weights")
    shown.app.session_state["images_weights_layer_6"] = 2
    shown.run()

    assert "160 weights" in shown.component("weights_spread")["alt"]
    assert not [element for element in shown.app.get("bidi_component") if "weights_templates" in element.proto.id]


def draw(shown, paper):
    shown.app.session_state["paper"] = paper
    shown.run()
    return shown.component("drawing_board")


def test_a_drawing_is_classified_by_the_network_that_was_trained_here(site):
    shown = site("images", DIGITS)
    shown.open("Draw")
    assert shown.component("drawing_board")["sentence"] == "The canvas is empty."
    untrained = draw(shown, _Paper(version=1, lines=[LINE]))
    assert untrained["sentence"] == "Press Train: then a network of yours can say what this is."
    assert (untrained["bars"], untrained["pending"]) == ([], False)
    shown.click("Train")
    shown.wait_for("Finished")
    answered = shown.component("drawing_board")

    assert answered["sentence"] == "The network takes it for “7” with 82.0%."
    assert [bar["text"] for bar in answered["bars"]] == ["2.0%"] * 7 + ["82.0%"] + ["2.0%"] * 2
    assert (answered["version"], answered["lines"]) == (1, [LINE])
    assert (answered["seen"]["rows"], answered["ask_again_after"]) == (8, None)


def test_while_a_run_trains_the_browser_asks_again_and_again(site):
    shown = site("images", replace(DIGITS, epochs=None))
    shown.click("Train")
    shown.wait_for("Epoch 3")
    shown.open("Draw")

    assert draw(shown, _Paper(version=1, lines=[LINE]))["ask_again_after"] == 1000
    shown.click("Stop")


def test_a_test_image_can_take_the_place_of_a_drawing(site):
    shown = trained(site)
    shown.open("Draw")
    draw(shown, _Paper(version=4, lines=[LINE]))
    shown.set("number_input", "Test image (1 to 360)", 3)
    shown.click("Classify this image")
    board = shown.component("drawing_board")

    assert (board["version"], board["lines"]) == (5, [])
    assert board["sentence"].startswith("The network takes it for")
    drawn = shown.component("drawing_board")["seen"]["pixels"]
    shown.set("number_input", "Test image (1 to 360)", 4)
    shown.click("Classify this image")
    assert shown.component("drawing_board")["seen"]["pixels"] != drawn


@pytest.mark.usefixtures("_with_fashion")
def test_a_garment_is_filled_and_a_digit_is_not(site):
    shown = site("images", FASHION_MNIST)
    shown.open("Draw")
    square = [[0.2, 0.2, 0.04], [0.8, 0.2, 0.04], [0.8, 0.8, 0.04], [0.2, 0.8, 0.04], [0.2, 0.2, 0.04]]
    filled = draw(shown, _Paper(version=1, lines=[square]))["seen"]["pixels"]
    shown.set("toggle", "Fill outlines", False)

    assert shown.component("drawing_board")["seen"]["pixels"] != filled
    assert "Fill outlines" not in [toggle.label for toggle in site("images", DIGITS).app.toggle]
