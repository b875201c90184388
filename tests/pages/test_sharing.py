"""Links: what a teacher hides, what TensorFlow Playground's own say, what is offered where one is wrong."""

from urllib.parse import parse_qs, urlsplit

from nnlab.experiment import Experiment, Layer
from nnlab.permalink import Link, View, decode, encode

START = Experiment(layers=(Layer(3, "tanh"),), epochs=None)


def link_in(shown):
    """The link that the page offers."""
    address = next(block.value for block in shown.app.code if "x=" in block.value)
    return decode(parse_qs(urlsplit(address).query)["x"][0])


def styles(shown):
    return "".join(element.proto.body for element in shown.app.get("html"))


def test_the_link_carries_the_setting_and_what_a_teacher_hides(site):
    shown = site("playground", START)
    (hide,) = [widget for widget in shown.app.multiselect if widget.label == "Hide in the link"]
    hide.set_value(["noise", "step"])
    shown.run()
    shown.set("toggle", "For embedding in another page", True)

    assert link_in(shown) == Link(START, View(embed=True), ("step", "noise"))
    # Her own page still shows everything.
    assert "_noise" not in styles(shown)


def test_a_link_hides_controls_and_what_they_say_still_counts(site):
    token = encode(Link(START, View(embed=True, show_test_data=True), ("noise", "hidden_layers")))
    shown = site("playground", x=token)

    assert ".st-key-playground_control_1_circle_noise" in styles(shown)
    assert ".st-key-playground_control_1_layers" in styles(shown)
    assert "stSidebar" in styles(shown)
    assert shown.setting == START
    # What is hidden and shown stays with the address.
    assert decode(shown.address("x")) == Link(START, View(embed=True, show_test_data=True), ("hidden_layers", "noise"))


def test_a_link_of_tensorflow_playground_sets_the_page(site):
    shown = site("playground", START)
    shown.set(
        "text_input",
        "Open a link of TensorFlow Playground",
        "https://playground.tensorflow.org/#activation=relu&dataset=spiral&networkShape=8,8&seed=0.59704&noise=10",
    )

    assert shown.setting.mode == "playground"
    assert [(layer.units, layer.activation) for layer in shown.setting.layers] == [(8, "relu"), (8, "relu")]
    assert shown.setting.dataset.name == "spiral"
    assert shown.setting.dataset.options["noise"] == 0.1
    exported = [block.value for block in shown.app.code if "#activation=relu" in block.value]
    assert len(exported) == 1
    assert "networkShape=8,8" in exported[0]


def test_a_setting_that_tensorflow_playground_lacks_is_told_so(site):
    shown = site("playground", START)

    assert "As a link of TensorFlow Playground: " in shown.texts
    assert not [block.value for block in shown.app.code if "#activation" in block.value]


def test_where_a_link_is_beyond_the_bounds_the_nearest_setting_is_offered_not_taken(site):
    shown = site("playground", START)
    shown.set(
        "text_input",
        "Open a link of TensorFlow Playground",
        "#activation=tanh&networkShape=4,2&learningRate=25&noise=0",
    )
    assert len(shown.warnings) == 1
    assert shown.setting == START
    shown.click("Use the nearest setting")

    assert shown.setting.optimizer.learning_rate == 10
    assert shown.warnings == []
