"""The stage of the playground, used as a visitor uses it."""

import re
import time

import pytest
from playwright.sync_api import expect

from nnlab.experiment import DatasetChoice, Layer, Optimizer
from tests.conftest import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

STAGE = ".nnlab-stage"
MARK = "() => { document.querySelector('.nnlab-stage').dataset.marked = 'yes'; }"
# What a frame of a WebSocket holds: Streamlit's messages are binary, ours are text.
TEXT, BINARY = 1, 2


class Stage:
    """What a visitor sees and does on the stage."""

    def __init__(self, visitor, experiment=None, **query):
        self.visitor = visitor
        self.page = visitor.page
        visitor.open("/playground", experiment, **query)
        expect(visitor.button("Train")).to_be_enabled()
        self.wait_for("stage.dataset.run && stage.querySelector('.nnlab-neuron')")

    @property
    def root(self):
        return self.page.locator(STAGE)

    @property
    def epoch(self):
        return int(self.root.get_attribute("data-epoch"))

    @property
    def status(self):
        return self.page.locator(".nnlab-status")

    @property
    def figures(self):
        """Loss and accuracy of the training and the validation set, as they are written."""
        return self.page.locator(".nnlab-figures td:not(:empty)").all_inner_texts()

    def click(self, name):
        self.visitor.button(name).click()

    def wait_for(self, condition):
        """Wait until the condition holds; return a handle of its value at that moment."""
        return self.page.wait_for_function(
            "() => { const stage = document.querySelector('.nnlab-stage');"
            f" const epoch = Number(stage?.dataset.epoch); return stage && ({condition}); }}"
        )

    def until(self, holds, what):
        """Wait for what is drawn some frames after the stage has been told."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not holds():
            assert time.monotonic() < deadline, f"never: {what}"
            self.page.wait_for_timeout(50)

    def train(self, epoch):
        """Train until an epoch is on screen."""
        self.click("Train")
        self.wait_for(f"epoch >= {epoch}")

    def pause(self):
        self.click("Pause")
        expect(self.visitor.button("Resume")).to_be_enabled()
        return self.epoch

    def rewind(self, epoch):
        self.page.get_by_role("slider", name="Epoch on screen").evaluate(
            "(slider, epoch) => { slider.value = epoch; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
            str(epoch),
        )
        self.wait_for(f"epoch === {epoch}")

    def weights(self):
        """The weights of the epoch on screen, once they are there."""
        row = self.page.wait_for_function(
            """() => {
              const { store } = globalThis[Symbol.for("nnlab.stages")].get("playground");
              const epoch = Number(document.querySelector(".nnlab-stage").dataset.epoch);
              return store.weights.has(epoch) && [...store.weights.get(epoch)];
            }"""
        )
        return row.json_value()

    def picture(self):
        """The pixels of the large picture."""
        return self.page.locator(".nnlab-plane").evaluate("(canvas) => canvas.toDataURL()")

    def curves(self):
        """The pixels of the curves."""
        return [
            curve.evaluate("(canvas) => canvas.toDataURL()") for curve in self.page.locator(".nnlab-curve canvas").all()
        ]

    def all_there_is_to_see(self):
        return (self.picture(), self.figures, *self.curves())

    def frames_sent(self, *kinds):
        """The kinds of all frames the browser sends from now on, once none of `kinds` was sent for a second."""
        sent = []
        connection = self.page.context.new_cdp_session(self.page)
        connection.send("Network.enable")
        connection.on("Network.webSocketFrameSent", lambda frame: sent.append(frame["response"]["opcode"]))
        deadline = time.monotonic() + PATIENCE / 1000
        self.page.wait_for_timeout(1000)
        while set(sent) & set(kinds):
            assert time.monotonic() < deadline, "it never stops sending"
            sent.clear()
            self.page.wait_for_timeout(1000)
        sent.clear()
        return sent


@pytest.fixture
def stage(visitor):
    return lambda experiment=None, **query: Stage(visitor, experiment, **query)


def test_the_untrained_network_is_shown_at_once_and_training_changes_it(stage, toy):
    shown = stage(toy())
    shown.wait_for("document.querySelector('.nnlab-figures td:nth-child(2)')?.textContent.length > 3")
    untrained, loss = shown.picture(), shown.figures[0]
    assert shown.epoch == 0
    shown.train(30)
    shown.pause()

    assert shown.picture() != untrained
    assert float(shown.figures[0]) < float(loss)


def test_pause_shows_the_epoch_of_that_moment_and_resume_goes_on_from_it(stage, toy):
    shown = stage(toy())
    shown.train(20)
    paused = shown.pause()
    shown.page.wait_for_timeout(700)
    assert shown.epoch == paused
    shown.click("Resume")

    assert shown.wait_for(f"epoch > {paused} && epoch").json_value() < paused + 60


def test_paused_and_resumed_a_run_has_the_weights_of_one_that_was_not(arrive, toy):
    interrupted, whole = (Stage(arrive(), toy(seed=5)) for _ in range(2))
    interrupted.train(15)
    paused = interrupted.pause()
    interrupted.page.wait_for_timeout(500)
    interrupted.click("Resume")
    interrupted.wait_for(f"epoch >= {2 * paused}")
    interrupted.pause()
    whole.train(2 * paused)
    whole.pause()
    for shown in (interrupted, whole):
        shown.rewind(2 * paused)

    assert interrupted.weights() == whole.weights()


def test_the_slider_rewinds_everything_without_the_server(stage, toy):
    shown = stage(toy())
    shown.train(40)
    shown.pause()
    sent = shown.frames_sent(TEXT, BINARY)
    late = shown.all_there_is_to_see()
    shown.rewind(2)
    shown.until(
        lambda: all(before != after for before, after in zip(late, shown.all_there_is_to_see(), strict=True)),
        "all is that of another epoch",
    )
    shown.rewind(0)
    assert sent == []


def test_step_shows_exactly_one_epoch_more(stage, toy):
    shown = stage(toy())
    for epoch in (1, 2, 3):
        shown.click("Step")
        shown.wait_for(f"epoch === {epoch}")
    shown.page.wait_for_timeout(500)

    assert shown.epoch == 3


def test_reset_draws_other_weights_and_same_weights_repeats_the_start(stage, toy):
    shown = stage(toy(seed=3))
    shown.wait_for("document.querySelector('.nnlab-figures td:nth-child(2)')?.textContent.length > 3")
    first = shown.weights()
    shown.train(5)
    shown.click("Same weights")
    shown.wait_for("epoch === 0")
    shown.wait_for("Number(stage.querySelector('.nnlab-timeline').max) === 0")
    expect(shown.visitor.button("Train")).to_be_enabled()
    assert shown.weights() == first
    run = shown.root.get_attribute("data-run")
    shown.click("Reset")
    shown.wait_for(f"stage.dataset.run !== '{run}' && Number(stage.querySelector('.nnlab-timeline').max) === 0")
    shown.page.wait_for_function("() => globalThis[Symbol.for('nnlab.stages')].get('playground').store.weights.has(0)")

    assert shown.weights() != first


def test_a_weight_set_by_hand_changes_picture_and_loss_at_once_and_training_goes_on_from_it(stage, toy):
    shown = stage(toy())
    shown.train(10)
    paused = shown.pause()
    before = (shown.picture(), shown.figures[0])
    shown.visitor.button("Output").click()
    field = shown.page.get_by_label("Bias", exact=True)
    # It holds the bias to the four digits that it writes.
    assert any(abs(weight - float(field.input_value())) < 1e-3 * abs(weight) for weight in shown.weights())
    field.fill("3")
    shown.until(lambda: shown.picture() != before[0], "another picture")
    shown.until(lambda: shown.figures[0] != before[1], "another loss")
    assert shown.epoch == paused
    assert 3.0 in shown.weights()
    field.press("Enter")
    expect(field).to_be_hidden()
    shown.click("Resume")
    shown.wait_for(f"epoch >= {paused + 5}")
    shown.pause()

    # One epoch of small steps away from 3.
    shown.rewind(paused + 1)
    assert any(2 < weight < 3 for weight in shown.weights())


def test_a_neuron_under_the_pointer_fills_the_picture_and_tells_its_formula(stage, toy):
    shown = stage(toy())
    shown.wait_for("document.querySelector('.nnlab-figures td:nth-child(2)')?.textContent.length > 3")
    output = shown.picture()
    shown.visitor.button("Neuron 1.1").hover()
    expect(shown.page.locator(".nnlab-caption")).to_have_text(
        re.compile(r"^Neuron 1\.1 = tanh\(−?\d\.\d+·x₁ [+−] \d\.\d+·x₂ [+−] 0\.000\)$")
    )

    shown.until(lambda: shown.picture() != output, "the picture of the neuron")


def test_layers_and_neurons_are_added_on_the_picture(stage, toy):
    shown = stage(toy())
    shown.visitor.button("Add a neuron to layer 1").click()
    expect(shown.visitor.button("Neuron 1.5")).to_be_visible()
    expect(shown.page.get_by_text("21 parameters")).to_be_visible()
    shown.visitor.button("Add a hidden layer").click()
    expect(shown.visitor.button("Neuron 2.5")).to_be_visible()
    shown.visitor.button("Input x₁²").click()
    expect(shown.visitor.button("Input x₁²")).to_have_attribute("aria-pressed", "true")

    expect(shown.page.get_by_role("spinbutton", name="Hidden layers")).to_have_value("2")


def test_the_learning_rate_changes_while_it_trains_and_leaves_a_mark(stage, toy):
    shown = stage(toy())
    shown.page.evaluate(MARK)
    shown.train(20)
    run = shown.root.get_attribute("data-run")
    shown.page.get_by_role("spinbutton", name="Learning rate η").fill("0.3")
    shown.page.keyboard.press("Tab")
    shown.page.wait_for_function(
        "() => globalThis[Symbol.for('nnlab.stages')].get('playground').news.changes.length === 1"
    )
    changed = shown.page.evaluate("() => globalThis[Symbol.for('nnlab.stages')].get('playground').news.changes[0]")
    shown.wait_for(f"epoch > {changed['epoch'] + 5}")

    assert changed["epoch"] >= 1
    assert changed["text"] == "learning_rate = 0.3"
    assert shown.root.get_attribute("data-run") == run
    expect(shown.root).to_have_attribute("data-marked", "yes")


def test_regenerate_draws_other_points_and_training_goes_on_with_the_same_weights(stage, toy):
    shown = stage(toy())
    shown.train(40)
    shown.pause()
    run, weights = shown.root.get_attribute("data-run"), shown.weights()
    shown.visitor.button("Regenerate").click()
    shown.wait_for(f"stage.dataset.run && stage.dataset.run !== '{run}' && epoch === 0")
    shown.page.wait_for_function(
        """(weights) => {
          const row = globalThis[Symbol.for("nnlab.stages")].get("playground").store.weights.get(0);
          return row && row.every((weight, index) => weight === weights[index]);
        }""",
        arg=weights,
    )
    shown.click("Resume")

    shown.wait_for("epoch >= 3")


@pytest.mark.alone
def test_another_speed_is_another_speed(stage, toy):
    shown = stage(toy())
    shown.page.get_by_label("Speed").select_option(label="5 epochs/s")
    shown.click("Train")
    shown.wait_for("epoch >= 1")
    moment = "[Number(document.querySelector('.nnlab-stage').dataset.epoch), performance.now() / 1000]"
    first, begun = shown.page.evaluate(moment)
    shown.page.wait_for_timeout(3000)
    last, ended = shown.page.evaluate(moment)
    assert 3.5 < (last - first) / (ended - begun) < 5.5
    shown.page.get_by_label("Speed").select_option(label="as fast as it computes")
    shown.wait_for("epoch >= 500")


def test_a_run_that_diverges_is_explained(stage, toy):
    shown = stage(
        toy(
            dataset=DatasetChoice("plane", {"samples": 200}),
            layers=(Layer(16, "relu"), Layer(16, "relu")),
            optimizer=Optimizer("sgd", learning_rate=10.0),
            epochs=50,
        )
    )
    shown.click("Train")
    expect(shown.status).to_have_text("Diverged")

    expect(shown.visitor.status).to_contain_text("learning rate")
    expect(shown.visitor.button("Train")).to_be_enabled()


def test_a_reload_finds_the_run_again_and_plays_on(stage, toy):
    shown = stage(toy())
    shown.train(20)
    run = shown.root.get_attribute("data-run")
    shown.page.wait_for_url(f"**run={run}**")
    shown.page.reload()
    shown.wait_for(f"stage.dataset.run === '{run}' && epoch > 30")


def test_the_language_changes_under_the_run_and_the_stage_stays(stage, toy):
    shown = stage(toy())
    shown.train(10)
    shown.page.evaluate(MARK)
    run = shown.root.get_attribute("data-run")
    shown.page.get_by_role("radio", name="한국어").click()
    expect(shown.visitor.button("일시 정지")).to_be_visible()
    before = shown.epoch
    shown.wait_for(f"epoch > {before + 10}")

    assert shown.root.get_attribute("data-run") == run
    expect(shown.root).to_have_attribute("data-marked", "yes")


def test_several_classes_and_a_table_have_a_stage_too(stage, toy):
    for dataset, features in ((DatasetChoice("blobs", {"classes": 4}), ()), (DatasetChoice("iris"), ())):
        shown = stage(toy(dataset=dataset, features=features))
        shown.train(10)
        shown.pause()
        expect(shown.page.get_by_role("button", name=re.compile("^Output "))).to_have_count(
            4 if dataset.name == "blobs" else 3
        )


def test_home_plays_a_recorded_run_and_opens_it_in_the_playground(visitor):
    visitor.open("/")
    visitor.page.wait_for_function("() => Number(document.querySelector('.nnlab-stage')?.dataset.epoch) > 30")
    expect(visitor.button("Train")).to_have_count(0)
    visitor.button("Open in the playground").click()
    expect(visitor.page.get_by_role("heading", name="Playground")).to_be_visible()

    expect(visitor.page.get_by_role("spinbutton", name="Learning rate η")).to_have_value("0.004")


def test_who_wants_no_motion_gets_none_on_home(arrive):
    visitor = arrive(reduced_motion="reduce")
    visitor.open("/")
    visitor.page.wait_for_function("() => Number(document.querySelector('.nnlab-stage')?.dataset.epoch) === 240")
    visitor.page.wait_for_timeout(500)

    assert visitor.page.locator(".nnlab-stage").get_attribute("data-epoch") == "240"


def test_without_a_line_of_its_own_the_stage_plays_all_the_same(arrive, toy):
    visitor = arrive()
    # A proxy that lets Streamlit's own WebSocket through and no other.
    visitor.page.route_web_socket("**/nnlab/line", lambda socket: socket.close())
    shown = Stage(visitor, toy())
    shown.train(60)
    paused = shown.pause()
    shown.click("Resume")

    shown.wait_for(f"epoch > {paused + 20}")


def test_while_it_plays_streamlit_draws_nothing(stage, toy):
    shown = stage(toy())
    shown.train(60)
    # What followed the click on Train may still be on its way.
    sent = shown.frames_sent(BINARY)
    before = shown.epoch
    shown.wait_for(f"epoch > {before + 120}")

    assert BINARY not in sent
    assert TEXT in sent


def test_who_leaves_the_page_lets_the_run_wait(stage, toy):
    shown = stage(toy())
    shown.train(30)
    shown.page.get_by_role("link", name="Images").click()
    expect(shown.page.get_by_role("heading", name="Images")).to_be_visible()
    asked = "() => globalThis[Symbol.for('nnlab.stages')].get('playground').line.works"

    assert shown.page.evaluate(asked) is False
