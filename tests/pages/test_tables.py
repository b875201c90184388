"""The page Tables: iris by three models, and messages with two labels."""

from dataclasses import replace

import pytest

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.i18n import translator

IRIS = Experiment(
    dataset=DatasetChoice("iris"),
    layers=(Layer(5, "relu"),),
    optimizer=Optimizer("adam", learning_rate=0.01),
    batch_size=16,
    epochs=100,
)
MESSAGES = replace(IRIS, dataset=DatasetChoice("messages"), features=(), layers=(Layer(8, "relu"),), epochs=30)


def tables(shown):
    return [table.value for table in shown.app.table]


def trained(site, experiment, **query):
    shown = site("tables", experiment, **query)
    t = translator(query.get("lang", "en"))
    shown.click(t("Train"))
    shown.wait_for(t("Finished"))
    return shown


def test_it_opens_with_iris_and_says_how_few_flowers_there_are(site):
    shown = site("tables")

    assert shown.setting == IRIS
    assert "121 for training, 14 for validation and 15 for testing" in shown.texts
    assert "one of 14 is 7.1%" in shown.texts


def test_another_data_set_brings_its_own_suggestion(site):
    shown = site("tables")
    shown.set("selectbox", "Data set", "messages")
    shown.click("Suggested setting")

    assert shown.setting == replace(MESSAGES, batch_size=32)
    assert "nobody has ever sent one" in shown.texts
    # Six features and two outputs: 6·8 + 8 and 8·2 + 2, and 13 of the normalization.
    assert "87 parameters" in shown.texts


@pytest.mark.parametrize("experiment", [IRIS, MESSAGES], ids=lambda experiment: experiment.dataset.name)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_after_a_run_its_test_stands_there(site, experiment, language):
    t = translator(language)
    shown = trained(site, experiment, lang=language)
    shown.open(t("Test"), language)
    found = {metric.label: metric.value for metric in shown.app.metric}

    assert found[t("Test {metric}", metric=t("accuracy"))] == "87.5%"
    assert all(chart.proto.alt for chart in shown.app.get("plotly_chart"))


def test_each_label_is_judged_on_its_own(site, service):
    shown = trained(site, MESSAGES)
    predictions = service.record(shown.app.session_state["tables_run"]).test.predictions
    predictions[:, 0], predictions[:, 1] = 0.9, 0.9
    shown.open("Test")
    table = next(table for table in tables(shown) if "false alarm" in table.columns)

    # Every message is called both, so nothing is missed and nothing rightly left.
    assert table["missed"].tolist() == table["rightly left"].tolist() == ["0", "0"]
    assert [int(found) + int(wrong) for found, wrong in zip(table["found"], table["false alarm"], strict=True)] == [
        400,
        400,
    ]
    assert "spam: 90.0%, urgent: 90.0%; together 180%." in shown.texts


def test_a_message_of_ones_own_gets_two_probabilities_that_need_not_add_up(site):
    shown = trained(site, MESSAGES)
    shown.open("Own sample")

    assert "The two sigmoids add up to 150%" in shown.texts
    shown.set("slider", "exclamation marks", 5.0)
    assert "The two sigmoids add up to 150%" in shown.texts


def test_a_flower_of_ones_own_gets_a_probability_for_each_species(site):
    shown = trained(site, IRIS)
    shown.open("Own sample")

    assert "setosa: 75.0%, versicolor: 75.0%, virginica: 75.0%" in shown.texts
    assert shown.widget("slider", "petal width (cm)").value == 1.3


def test_the_perceptrons_line_and_the_chapters_two_flowers(site):
    shown = site("tables", IRIS)
    shown.open("scikit-learn")
    shown.click("Fit Perceptron")
    shown.wait_for("1.4 · petal length + 2.2 · petal width = 4")

    assert "the step function says **setosa**" in shown.texts
    for name, value in (("petal length (cm)", 3.0), ("petal width (cm)", 1.0)):
        shown.set("slider", name, value)
    assert "the step function says **not setosa**" in shown.texts


def test_three_models_stand_side_by_side(site):
    shown = trained(site, IRIS)
    shown.open("scikit-learn")
    for name in ("MLPClassifier", "Perceptron"):
        shown.click(f"Fit {name}")
        shown.run()
    shown.wait_for("The regions of MLPClassifier")
    table = next(table for table in tables(shown) if "Passes" in table.columns)

    assert set(table.index) == {"MLPClassifier", "Perceptron", "Keras"}
    assert table.loc["Keras"].tolist() == ["1.0%", "87.5%", "100"]
    assert table.loc["Perceptron"].tolist() == ["50.0%", "75.0%", "7"]


def test_messages_have_no_perceptron(site):
    shown = site("tables", MESSAGES)
    shown.open("scikit-learn")

    assert shown.app.get_by_key("tables_mlp_fit") is not None
    assert not any(button.label == "Fit Perceptron" for button in shown.app.button)


def test_a_link_that_makes_labels_compete_is_explained(site):
    shown = site("tables", MESSAGES)
    shown.set("selectbox", "Output activation", "softmax")

    assert shown.warnings[0].startswith("Each label is a yes or no of its own here, so each output needs sigmoid")
    assert shown.button("Train").disabled


def test_with_more_than_two_features_there_are_no_regions(site):
    every = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    shown = trained(site, replace(IRIS, features=every))
    shown.open("Test")

    assert "Train with exactly two features" in shown.texts


@pytest.mark.parametrize("experiment", [IRIS, MESSAGES], ids=lambda experiment: experiment.dataset.name)
def test_the_output_layer_follows_from_the_task(site, experiment):
    shown = site("tables", experiment)
    shown.open("Output layer")
    table = next(table for table in tables(shown) if "Multilabel classification" in table.index)

    assert table["Activation"].tolist() == ["sigmoid", "sigmoid", "softmax", "none"]
    assert table.loc["Multilabel classification", "Loss"] == "binary cross-entropy"
    assert table.loc["Classification", "Units"] == "one for each class"
    title = {"iris": "“Iris flowers” is a case of classification", "messages": "is a case of multilabel classification"}
    assert title[experiment.dataset.name] in shown.texts


def test_sums_by_hand_compete_by_softmax_and_not_by_sigmoid(site):
    shown = site("tables", MESSAGES)
    shown.open("Output layer")
    for name in ("Spam", "Urgent"):
        shown.set("slider", name, 6.0)

    assert "Sigmoid answers for each unit alone: together 200%." in shown.texts
