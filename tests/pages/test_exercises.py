"""The page Exercises: predict, run, explain, and what is kept of it. Every second made-up seed solves its problem."""

import json

import pytest

from nnlab.exercises.depth import depth_study
from nnlab.exercises.free_play import free_study
from nnlab.exercises.parts import PARTS, activations_study, layers_study, neurons_study
from nnlab.export import Run, keras_script
from nnlab.export.writing import as_python
from nnlab.i18n import translator
from nnlab.permalink import Link, encode
from nnlab.ui.exercises.link import LOCK

STUDIES = {
    **dict.fromkeys("cde", neurons_study),
    "a": layers_study,
    "b": activations_study,
    "f": depth_study,
    "g": free_study,
}
CIRCLE_LINE = [[[0.3, 0.3, 0.012], [0.7, 0.3, 0.012], [0.5, 0.7, 0.012]]]


def predicted(site, part, language="en", **query):
    """A part after its prediction."""
    shown = site("exercises", part=part, lang=language, **query)
    t = translator(language)
    if part == "b":
        steps = shown.app.session_state["exercise_steps_b"]
        steps.drawing = CIRCLE_LINE
    if part in "abf":
        shown.app.radio[0].set_value(0)
    shown.click(t("This is my prediction"))
    return shown


def trained(site, part, language="en", **query):
    """A part after its run."""
    t = translator(language)
    if part == "g":
        shown = site("exercises", part=part, lang=language, **query)
        shown.click(t("Predict and train"))
    else:
        shown = predicted(site, part, language, **query)
        shown.click(t("Train all seeds"))
    shown.wait_for(t("Explain"))
    return shown


def scripts(shown):
    return [code.value for code in shown.app.code if code.language == "python"]


def answer(shown, part, language="en", right=True):
    why = PARTS[part].why
    shown.set("radio", translator(language)(why.question), why.right if right else (why.right + 1) % 3)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("part", PARTS)
def test_each_part_begins_with_its_question_and_shows_nothing_before_a_prediction(site, part, language):
    t = translator(language)
    shown = site("exercises", part=part, lang=language)

    assert t(PARTS[part].question) in shown.texts
    assert t("Predict first: then the networks are trained, and you see how close you were.") in shown.texts
    assert t("Train all seeds") not in [button.label for button in shown.app.button]
    assert shown.address("part") == part


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("part", PARTS)
def test_each_part_goes_from_prediction_to_verdict(site, part, language):
    shown = trained(site, part, language)
    answer(shown, part, language)

    assert translator(language)(PARTS[part].why.answers[PARTS[part].why.right].feedback) in [
        element.value for element in shown.app.success
    ]
    assert all(chart.proto.alt for chart in shown.app.get("plotly_chart"))


def test_the_prediction_stands_beside_the_result(site):
    shown = trained(site, "c")

    assert {metric.label: metric.value for metric in shown.app.metric} == {"Your prediction": "50%", "Found": "50%"}
    assert "50% of the networks with 3 neurons solve it." in shown.texts


def test_luck_is_borne_out_by_seeds_of_which_half_succeed(site):
    shown = trained(site, "c")
    answer(shown, "c")

    assert "Part 1c is done." in [element.value for element in shown.app.success]


def test_never_is_not_borne_out_by_them(site):
    shown = trained(site, "d")
    answer(shown, "d")

    assert "50 of 100 seeds solved it." in shown.texts
    assert "Part 1d is done." not in [element.value for element in shown.app.success]
    assert any("do not bear the claim out" in warning for warning in shown.warnings)


def test_a_wrong_answer_gets_a_reason_and_no_check(site):
    shown = trained(site, "c")
    answer(shown, "c", right=False)

    wrong = PARTS["c"].why.answers[1]
    assert wrong.feedback in shown.texts
    assert "Part 1c is done." not in [element.value for element in shown.app.success]


def test_a_choice_has_to_be_made(site):
    shown = site("exercises", part="a")
    shown.click("This is my prediction")

    assert "Choose one first." in shown.texts


def test_a_line_has_to_be_drawn(site):
    shown = site("exercises", part="b")
    shown.click("This is my prediction")

    assert "Draw a line and choose one first." in shown.texts


def test_parts_with_the_same_networks_train_them_once(site):
    shown = trained(site, "c")
    shown.app.button_group[0].set_value("d")
    shown.run()
    shown.click("This is my prediction")

    assert "Share solved against neurons" in shown.texts


def test_the_wall_opens_each_seed_in_the_playground(site):
    shown = trained(site, "c")
    wall = next(element.proto.body for element in shown.app.get("html") if "nnlab-wall" in element.proto.body)

    assert wall.count("<a ") == 100
    assert wall.count("Seed 1: solved after") == 2
    assert 'href="playground?lang=en&amp;x=' in wall


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("part", PARTS)
def test_each_network_of_a_study_can_be_had_as_a_script(site, part, language):
    shown = trained(site, part, language)
    assert not scripts(shown)
    shown.app.session_state[f"exercise_{part}_0_code"] = True
    shown.run()
    t, study = translator(language), STUDIES[part](PARTS[part].experiment, PARTS[part].seeds)
    if len(study.parts) > 1:
        shown.set("selectbox", t("Network"), study.parts[-1].name)
    shown.app.selectbox(key=f"exercise_{part}_0_code_seed").set_value(7)
    shown.run()
    experiment = study.parts[-1].experiment.with_seed(7)

    assert scripts(shown) == [as_python(keras_script(Run(experiment, experiment.epochs)), t).rstrip()]


def test_another_activation_function_is_another_run(site):
    shown = trained(site, "c")
    setting = next(group for group in shown.app.button_group if group.label == "Activation functions")
    setting.set_value("tanh")
    shown.run()

    assert "Train all seeds" in [button.label for button in shown.app.button]
    assert shown.app.session_state["exercise_steps_c"].experiment.layers[0].activation == "tanh"


def test_beginning_again_forgets_prediction_and_answer(site):
    shown = trained(site, "c")
    answer(shown, "c")
    shown.click("Begin this part again")

    steps = shown.app.session_state["exercise_steps_c"]
    assert steps.prediction is None and steps.answer is None
    assert "What share of the networks with 3 neurons will solve it?" in [slider.label for slider in shown.app.slider]


def test_the_browser_is_asked_once_and_then_told(site):
    shown = trained(site, "c")
    assert shown.component("exercise_progress") == {"known": False, "text": ""}
    answer(shown, "c")
    shown.app.session_state["exercise_progress_known"] = True
    shown.run()

    told = shown.component("exercise_progress")
    assert told["known"]
    entry = json.loads(told["text"])["parts"]["c"]
    assert entry["passed"] and entry["found"] == "50 of 100 networks solved it"
    assert entry["predicted"] == "50% of the networks with 3 neurons solve it."


def test_a_teachers_link_shows_one_part_with_its_setting_locked(site):
    part = PARTS["d"]
    shown = site("exercises", part="d", seeds="20", x=encode(Link(part.experiment, hidden=LOCK)))

    assert "Your teacher's link has locked this setting." in shown.texts
    assert "20 seeds" in shown.texts
    assert not [group for group in shown.app.button_group if group.label in ("Part", "Activation functions")]
    assert not shown.app.expander


def test_a_link_without_lock_brings_its_setting(site):
    experiment = PARTS["e"].experiment
    shown = site("exercises", part="e", seeds="40", x=encode(Link(experiment.with_seed(3))))

    assert "40 seeds" in shown.texts
    assert shown.app.expander


@pytest.mark.parametrize("token", ["nonsense", encode(Link(PARTS["f"].experiment))])
def test_a_bad_link_gets_a_sentence_and_the_parts_own_setting(site, token):
    shown = site("exercises", part="c", x=token)

    assert shown.warnings
    assert shown.app.session_state["exercise_steps_c"].experiment == PARTS["c"].experiment


def test_free_play_writes_every_try_down(site):
    shown = trained(site, "g")
    shown.app.selectbox[0].set_value("circle")
    shown.app.text_input[0].set_value("3")
    shown.click("Predict and train")
    while len(shown.app.session_state["exercise_log"]) < 2:
        shown.run()
    table = shown.app.dataframe[0].value

    assert table["Solved"].tolist() == ["5 of 10", "5 of 10"]
    assert table["What changed"][0] == "first try"
    assert "circle" in table["What changed"][1] and "8-8" in table["What changed"][1]


def test_free_play_refuses_layers_that_are_none(site):
    shown = site("exercises", part="g")
    shown.app.text_input[0].set_value("8,x")
    shown.click("Predict and train")

    assert any("Write the layers as numbers and commas" in warning for warning in shown.warnings)


def test_home_has_a_door_to_the_exercises(site):
    shown = site("")

    assert "Open the exercises" in [button.label for button in shown.app.button]
