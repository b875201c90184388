"""The chooser of presets beside the playground's settings."""

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.exercises.presets import PRESETS
from nnlab.i18n import LANGUAGES, translator


def page():
    import streamlit as st

    from nnlab.datasets.catalog import CATALOG
    from nnlab.experiment import Experiment, Layer
    from nnlab.i18n import translator
    from nnlab.ui.controls import Form, settings
    from nnlab.ui.presets import presets

    form = Form("page", translator(st.query_params["lang"]))
    form.begin(Experiment(layers=(Layer(7, "selu"),)))
    above = st.container()
    plane = [name for name, info in CATALOG.items() if info.kind == "toy"]
    settings(form, plane, new_layer=Layer(2, "tanh"), plane=True)
    with above:
        presets(form)


def opened(language):
    shown = AppTest.from_function(page, default_timeout=60)
    shown.query_params["lang"] = language
    return checked(shown.run())


def checked(shown):
    assert [exception.value for exception in shown.exception] == []
    return shown


def choose(shown, preset):
    return checked(shown.button(f"page_preset_{preset.name}").click().run())


def sentences(shown):
    return [element.value for element in shown.markdown if element.value.startswith("**")]


@pytest.fixture(scope="module")
def english():
    return opened("en")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_fills_every_control_and_says_what_to_look_for(preset, english):
    choose(english, preset)

    # The controls have been read back: none of them rounds or narrows what the preset says.
    assert english.session_state["page_experiment"] == preset.experiment
    (shown,) = sentences(english)
    assert preset.title in shown
    assert preset.look_for in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_presets_are_named_in_the_visitors_language_by_what_becomes_of_them(language):
    t, shown = translator(language), opened(language)
    labels = [button.label for button in shown.button if "_preset_" in (button.key or "")]

    assert labels == [t(preset.title) for preset in PRESETS]
    assert [caption.value for caption in shown.caption][:2] == [t("They work"), t("They fail, and why")]
    assert sentences(shown) == []
    assert t(PRESETS[6].look_for) in sentences(choose(shown, PRESETS[6]))[0]


def test_the_sentences_go_when_a_setting_is_changed_and_stay_with_another_seed():
    shown = choose(opened("en"), PRESETS[0])

    checked(next(box for box in shown.number_input if box.label == "Seed").set_value(5).run())
    assert len(sentences(shown)) == 1
    checked(next(box for box in shown.number_input if box.label == "Units 1").set_value(5).run())
    assert sentences(shown) == []
