"""A run from Train to its end, in a real browser."""

import re
import time

import psutil
import pytest
from playwright.sync_api import expect

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_run_ends_with_exactly_one_point_an_epoch(visitor, digits):
    visitor.train(digits(epochs=12))
    expect(visitor.status).to_contain_text("Finished")

    expect(visitor.status).to_contain_text("Epoch 12 / 12")
    assert visitor.expect_one_point_an_epoch() == 12
    losses = [float(row["loss"]) for row in visitor.history()]
    assert len(set(losses)) == 12


def test_fashion_mnist_is_learned_and_each_test_image_gets_ten_probabilities(visitor, real_data):
    experiment = Experiment(
        dataset=DatasetChoice("fashion_mnist"),
        layers=(Layer(100, "relu"),),
        optimizer=Optimizer("sgd", learning_rate=0.05),
        batch_size=256,
        epochs=1,
    )
    visitor.train(experiment)
    expect(visitor.status).to_contain_text("Finished", timeout=120_000)
    visitor.page.get_by_role("tab", name="Predictions").click()

    accuracy = visitor.page.get_by_test_id("stMetric").filter(has_text="accuracy")
    expect(accuracy).to_have_text(re.compile(r"\d\d\.\d\d%"))
    assert float(re.search(r"([\d.]+)%", accuracy.inner_text())[1]) > 60  # guessing gives 10
    bars = visitor.page.locator(".st-key-test_probabilities .barlayer .point")
    expect(bars).to_have_count(10)


@pytest.mark.alone
def test_pause_stands_still_resume_goes_on_and_stop_acts_at_once(visitor, digits):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    visitor.button("Pause").click()
    expect(visitor.status).to_contain_text("Paused")
    # The epoch in progress may still end; from then on nothing moves.
    visitor.page.wait_for_timeout(1500)
    paused = visitor.epoch
    visitor.page.wait_for_timeout(1500)
    assert visitor.epoch == paused

    visitor.button("Resume").click()
    visitor.wait_for_epochs(paused + 2)
    began = time.monotonic()
    visitor.button("Stop").click()
    expect(visitor.status).to_contain_text("Stopped")
    # The bar is 0.5 s, and a benchmark's; here a click and a page want the processor too.
    assert time.monotonic() - began < 1.5
    visitor.page.wait_for_timeout(500)
    visitor.expect_one_point_an_epoch()


def test_a_run_goes_on_by_itself_when_its_worker_is_killed(visitor, digits, server):
    visitor.train(digits())
    visitor.wait_for_epochs(3)
    worker = server.one_at_work()
    known = visitor.epoch
    worker.kill()
    visitor.wait_for_epochs(known + 100)

    expect(visitor.status).to_contain_text("Training")
    visitor.button("Stop").click()
    expect(visitor.status).to_contain_text("Stopped")
    visitor.expect_one_point_an_epoch()


def test_the_apps_process_has_no_tensorflow_in_memory_after_training(visitor, digits, server):
    visitor.train(digits(epochs=3))
    expect(visitor.status).to_contain_text("Finished")

    mapped = {region.path for region in psutil.Process(server.process.pid).memory_maps()}
    assert any("numpy" in path for path in mapped)
    assert [path for path in mapped if "tensorflow" in path] == []
