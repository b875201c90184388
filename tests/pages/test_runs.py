"""The run panel's buttons, with a worker that trains nothing."""

from dataclasses import replace

import pytest

from nnlab.experiment import DatasetChoice, Experiment, Layer

DIGITS = Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, "relu"),), epochs=2)
SHORT = replace(DIGITS, epochs=5)
ENDLESS = replace(DIGITS, epochs=None)
CIRCLE = Experiment(layers=(Layer(3, "tanh"),), epochs=None)


def seed_of(site):
    seed = site.setting.seed
    assert site.widget("number_input", "Seed").value == seed
    return seed


def test_a_run_goes_to_its_end_and_stands_in_the_address(site, service):
    shown = site("images", SHORT)
    assert [shown.button(name).disabled for name in ("Train", "Pause", "Stop")] == [False, True, True]
    shown.click("Train")
    shown.wait_for("Finished")
    run_id = shown.address("run")

    assert "Epoch 5 / 5" in shown.status
    assert service.record(run_id).experiment == SHORT
    shown.open("History")
    assert shown.app.dataframe[-1].value["epoch"].tolist() == [5, 4, 3, 2, 1]
    assert [shown.button(name).disabled for name in ("Train", "Pause", "Stop")] == [False, True, True]


def test_pause_resume_and_stop_follow_one_another(site):
    shown = site("images", ENDLESS)
    shown.click("Train")
    shown.wait_for("Epoch 3")
    assert shown.button("Train").disabled
    shown.click("Pause")
    assert "**Paused**" in shown.status
    shown.click("Resume")
    assert "**Training**" in shown.status
    shown.click("Stop")

    assert "**Stopped**" in shown.status
    assert not shown.button("Train").disabled


def test_settings_changed_during_a_run_count_from_the_next(site, service):
    shown = site("images", ENDLESS)
    shown.click("Train")
    shown.wait_for("Epoch 3")
    shown.set("number_input", "Units 1", 9)
    run_id = shown.address("run")

    assert "You have changed settings; they count from the next Train." in shown.texts
    assert service.record(run_id).experiment == ENDLESS
    shown.click("Stop")


def test_reset_draws_a_new_seed_and_same_weights_keeps_it(site):
    shown = site("images", SHORT)
    shown.click("Train")
    shown.wait_for("Finished")
    shown.click("Same weights")
    assert seed_of(shown) == SHORT.seed
    assert shown.address("run") is None
    shown.click("Reset")
    first = seed_of(shown)
    shown.click("Reset")

    assert len({SHORT.seed, first, seed_of(shown)}) == 3


def test_same_weights_goes_back_to_the_seed_of_the_run_not_of_the_controls(site):
    shown = site("images", SHORT)
    shown.click("Train")
    shown.wait_for("Finished")
    shown.set("number_input", "Seed", 5)
    shown.click("Same weights")

    assert seed_of(shown) == SHORT.seed


def test_a_reset_can_be_undone(site):
    shown = site("images", SHORT)
    shown.click("Train")
    shown.wait_for("Finished")
    run_id = shown.address("run")
    shown.click("Reset")
    assert "Finished" not in shown.status
    shown.click("Undo reset")

    assert shown.address("run") == run_id
    assert seed_of(shown) == SHORT.seed
    assert "Finished" in shown.status
    assert "Undo reset" not in [button.label for button in shown.app.button]


def test_a_second_run_of_the_same_visitor_is_refused_with_a_sentence(site, service):
    shown = site("images", DIGITS)
    elsewhere = service.start(ENDLESS, visitor=shown.app.session_state["visitor"])
    shown.click("Train")

    assert shown.warnings == ["Another run of yours is still training. Stop or pause it, then train this one."]
    service.stop(elsewhere)
    shown.click("Train")
    assert shown.warnings == []


def test_the_playground_shows_the_untrained_network_and_takes_nobodys_place(site, service):
    shown = site("playground", CIRCLE)
    visitor = shown.app.session_state["visitor"]
    run_id = shown.app.session_state["playground_run"]

    assert service.record(run_id).status == "paused"
    assert service.running(visitor) == ()
    assert shown.address("run") is None
    shown.set("number_input", "Units 1", 8)
    assert shown.app.session_state["playground_run"] != run_id


def test_somebody_else_with_the_runs_address_sees_the_run(site):
    first = site("images", SHORT)
    first.click("Train")
    first.wait_for("Finished")
    run_id = first.address("run")
    second = site("images", SHORT, run=run_id)

    assert "Finished" in second.status
    assert second.address("run") == run_id


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_of_digits_ends_with_its_test_in_the_readers_language(site, language):
    shown = site("images", DIGITS, lang=language)
    (train,) = [button for button in shown.app.button if button.label in ("Train", "훈련")]
    train.click()
    shown.run()
    shown.wait_for({"en": "Finished", "ko": "완료"}[language])
    shown.open({"en": "Predictions", "ko": "예측"}[language], language)

    written = [metric.value for metric in shown.app.metric]
    assert written == ["0.25", "87.50%"] or written == ["0.2500", "87.50%"]
