"""Real workers: what they learn, how they die, and what the app leaves behind."""

from __future__ import annotations

import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.events.studies import Study, StudyPart
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.runs import Limits, RunRecord, RunService
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.launch import start_method

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.timeout(400)]

# A worker imports TensorFlow and warms up; on a busy machine that takes its time.
START_SECONDS = 150
TOY = Experiment(
    dataset=DatasetChoice("moons", {"samples": 200, "noise": 0.1}), layers=(Layer(4, "tanh"),), epochs=5, seed=11
)
ENDLESS = replace(TOY, epochs=None)
# Long enough for the worker to be killed in it.
SEEDED = replace(TOY, epochs=2000, batch_size=1)


def until(holds: Callable[[], Any], what: str, timeout: float = START_SECONDS) -> Any:
    end = time.monotonic() + timeout
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(0.02)
    return found


class Server:
    """A service and the visitors that tests play."""

    def __init__(self, **limits: Any) -> None:
        # On a fast machine these tests start more runs a minute than anybody with a mouse.
        limits = {"workers": 2, "runs_per_visitor": 3, "runs_per_minute": 600, **limits}
        self.service = RunService(Limits(**limits))

    def start(self, experiment: Experiment) -> RunRecord:
        return self.service.record(self.service.start(experiment))

    def end(self, record: RunRecord, timeout: float = START_SECONDS) -> RunRecord:
        until(lambda: record.ended, f"the end of a run that is {record.status} ({record.progress})", timeout)
        return record

    def run(self, experiment: Experiment) -> RunRecord:
        return self.end(self.start(experiment))

    def training(self, experiment: Experiment = ENDLESS, epochs: int = 2) -> RunRecord:
        record = self.start(experiment)
        until(lambda: record.progress.epoch >= epochs or record.ended, f"epoch {epochs} of a run")
        assert record.status == "running", record.message
        return record

    def worker_of(self, record: RunRecord) -> WorkerHandle:
        worker = self.service._dispatcher.pool.serving(record.run_id)
        assert worker is not None
        return worker

    def kill_workers(self) -> None:
        """End every worker there is and wait until the service has noticed."""
        pool = self.service._dispatcher.pool
        with self.service._lock:
            killed = list(pool.workers)
        for worker in killed:
            worker.kill()
        until(lambda: not any(worker in pool.workers for worker in killed), "workers that are struck off the list")


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    server = Server()
    yield server
    server.service.close()


@pytest.fixture
def server(shared: Server) -> Iterator[Server]:
    """The module's service, with nothing of an earlier test still training."""
    yield shared
    for record in shared.service.running("local"):
        shared.service.stop(record.run_id)
    until(lambda: not any(worker.places for worker in shared.service._dispatcher.pool.everyone), "free workers")


def epoch_that_stays(record: RunRecord) -> int:
    """Wait until no epoch has come for half a second; return the last one."""
    end = time.monotonic() + START_SECONDS
    while True:
        epoch = record.progress.epoch
        time.sleep(0.5)
        if record.progress.epoch == epoch:
            return epoch
        assert time.monotonic() < end, f"epochs go on and on: {record.progress}"


def losses(record: RunRecord) -> list[float]:
    return list(record.history().columns["loss"])


@pytest.mark.parametrize(
    "experiment",
    [
        TOY,
        replace(TOY, early_stopping=EarlyStopping("val_loss", 2, 10.0), epochs=50),
        Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, dropout=0.2),), epochs=2),
        Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, batch_norm=True),), epochs=1),
    ],
    ids=["toy", "early stopping", "table", "images"],
)
def test_a_run_ends_with_what_keras_says_of_its_weights(server: Server, experiment: Experiment) -> None:
    record = server.run(experiment)
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    data = features.select(loaded, experiment.features)
    model = models.build(experiment, loaded)
    model.set_weights(list(record.weights()))
    x = data.x_test.astype(np.float32) / data.scale
    expected = model.evaluate(x, models.targets(experiment, data.y_test), verbose=0, return_dict=True)

    assert record.status == ("early_stopped" if experiment.early_stopping else "finished")
    assert record.test.metrics == pytest.approx(expected, rel=1e-4, abs=1e-6)
    np.testing.assert_allclose(record.test.predictions, model.predict(x, verbose=0), rtol=2e-3, atol=1e-3)
    history = record.history().columns
    assert set(history) == {"loss", "val_loss", "accuracy", "val_accuracy"}
    assert all(np.isfinite(column).all() and len(column) == record.progress.epoch for column in history.values())


def test_two_runs_at_once_are_what_each_is_alone(server: Server) -> None:
    first, second = replace(TOY, epochs=20), replace(TOY, epochs=20, layers=(Layer(6),), seed=3)
    together = [server.start(experiment) for experiment in (first, second)]
    for record in together:
        assert server.end(record).status == "finished"
    alone = [server.run(experiment) for experiment in (first, second)]

    for one, other in zip(together, alone, strict=True):
        assert losses(one) == losses(other)
        assert all(np.array_equal(*pair) for pair in zip(one.weights(), other.weights(), strict=True))


def test_a_fresh_worker_and_a_used_one_give_the_same_curve(server: Server) -> None:
    used = server.run(TOY)
    again = server.run(TOY)
    server.kill_workers()
    fresh = server.run(TOY)

    assert fresh.status == "finished", fresh.message
    assert losses(used) == losses(again) == losses(fresh)


@pytest.mark.spawn
def test_stop_pause_and_park_act_on_a_real_run(server: Server) -> None:
    record = server.training()
    begun = time.monotonic()
    server.service.pause(record.run_id)
    assert record.status == "paused"
    assert time.monotonic() - begun < 0.5
    epoch = epoch_that_stays(record)
    time.sleep(0.5)
    assert record.progress.epoch == epoch

    server.service.resume(record.run_id)
    until(lambda: record.progress.epoch > epoch, "another epoch")
    server.service.park(record.run_id)
    # Once a second it has told a state before.
    until(lambda: not server.service.serves(record.run_id), "a run that has left its worker")
    parked = record.progress.epoch
    assert record.state.epoch == parked
    server.service.resume(record.run_id)
    until(lambda: record.progress.epoch > parked, "another epoch")
    server.service.stop(record.run_id)
    assert record.status == "stopped"
    until(lambda: record.test is not None, "test results")

    # Left twice, it is the run that was never left.
    count = record.progress.epoch
    whole = server.run(replace(TOY, epochs=count))
    np.testing.assert_allclose(losses(record), losses(whole), rtol=1e-5)


def at_rate(record: RunRecord, learning_rate: float) -> Experiment:
    return replace(record.current, optimizer=replace(record.current.optimizer, learning_rate=learning_rate))


def test_another_learning_rate_stops_the_learning_or_lets_it_go_on(server: Server) -> None:
    def steps() -> np.ndarray:
        return np.abs(np.diff(record.history().columns["val_loss"]))

    record = server.training(epochs=4)
    steep = steps()[:3].max()
    server.service.change(record.run_id, at_rate(record, 1e-6))
    until(lambda: steps()[-3:].max() < steep / 1000, "a loss that stands still")
    server.service.change(record.run_id, at_rate(record, 0.1))
    until(lambda: steps()[-1] > steep / 100, "a loss that moves again")


def test_predictions_are_those_of_the_runs_weights(server: Server) -> None:
    record = server.run(TOY)
    points = np.array([[0.5, -1.0], [3.0, 2.0], [-4.0, 0.1]], np.float32)
    answer = server.service.predict(record.run_id, points).result(START_SECONDS)
    kernel, bias, out_kernel, out_bias = record.weights()

    expected = 1 / (1 + np.exp(-(np.tanh(points @ kernel + bias) @ out_kernel + out_bias)))
    np.testing.assert_allclose(answer, expected, rtol=1e-4)


@pytest.mark.spawn
def test_a_run_outlives_the_worker_that_is_killed_under_it(server: Server) -> None:
    record = server.training()
    worker = psutil.Process(server.worker_of(record).process.pid)
    until(lambda: record.state is not None, "a state to go on from")
    epochs = record.progress.epoch
    os.kill(worker.pid, signal.SIGKILL)
    # Epochs that were told before the end are still being read after it.
    until(
        lambda: (record.standing.restarts and record.progress.epoch > epochs + 10) or record.ended,
        "epochs of another worker",
    )

    assert record.status == "running", record.message
    assert server.worker_of(record).process.pid != worker.pid
    assert record.standing.restarts == 1
    server.service.stop(record.run_id)
    until(lambda: record.test is not None, "test results")
    whole = server.run(replace(TOY, epochs=record.progress.epoch))
    np.testing.assert_allclose(losses(record), losses(whole), rtol=1e-5)


def test_a_run_that_diverges_says_so(server: Server) -> None:
    experiment = Experiment(
        dataset=DatasetChoice("plane", {"samples": 100}),
        layers=(Layer(20), Layer(20)),
        optimizer=Optimizer("sgd", 10.0),
        epochs=200,
    )
    record = server.run(experiment)

    assert record.status == "diverged"
    assert "learning rate ten times smaller" in str(record.message)
    assert record.test is None


def test_a_worker_that_outgrows_its_memory_is_ended_with_the_limit(server: Server) -> None:
    small = Server(worker_megabytes=420)
    try:
        # Five million weights, their gradients, Adam's two averages, and all that again for the state.
        wide = Experiment(
            layers=tuple(Layer(1000) for _ in range(5)), optimizer=Optimizer("adam"), batch_size=250, epochs=None
        )
        record = small.end(small.start(wide))
    finally:
        small.service.close()

    assert record.status == "failed"
    assert "more than 420 MB" in str(record.message)


@pytest.mark.skipif(start_method() != "forkserver", reason="workers are started without a fork server")
def test_without_its_fork_server_the_next_run_works_all_the_same(server: Server) -> None:
    record = server.training()
    worker = server.worker_of(record)
    os.kill(multiprocessing.forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    epoch = record.progress.epoch
    until(lambda: record.progress.epoch > epoch or record.ended, "another epoch")

    # Workers that have lost their server can still be ended.
    assert worker.alive
    server.kill_workers()
    epoch = record.progress.epoch
    until(lambda: record.progress.epoch > epoch or record.ended, "another epoch, of another worker")
    assert record.status == "running", record.message
    assert server.run(TOY).status == "finished"


# The app itself: processes of their own -------------------------------------------------

APP = """
import os, signal, sys, time
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.runs import Limits, RunService


def main() -> None:
    # A shell has what it starts in the background ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    service = RunService(Limits(workers=2))
    record = service.record(service.start(Experiment(dataset=DatasetChoice(sys.argv[1]), epochs=eval(sys.argv[2]))))
    while not record.ended and not (record.experiment.epochs is None and record.progress.epoch >= 2):
        time.sleep(0.02)
    print(record.status, flush=True)
    print(record.message, flush=True)
    print("libtensorflow" in open("/proc/self/maps").read() if os.path.exists("/proc/self/maps") else False, flush=True)
    if record.experiment.epochs is None:
        while not all_ready(service):
            time.sleep(0.02)
        print("all workers are ready", flush=True)
        time.sleep(3600)
    service.close()


def all_ready(service) -> bool:
    pool = service._dispatcher.pool
    with service._lock:
        return not pool._coming and all(worker.ready for worker in pool.workers)


if __name__ == "__main__":
    main()
"""


class App:
    """A process that trains, in a process group of its own as a terminal gives it."""

    def __init__(self, folder: Path, dataset: str, epochs: int | None, **environment: str) -> None:
        script = folder / "app_of_a_test.py"
        script.write_text(APP, "utf-8")
        self.process = subprocess.Popen(
            [sys.executable, script, dataset, str(epochs)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **environment},
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def group(self) -> list[psutil.Process]:
        """The processes of its group that still run."""
        found = []
        for process in psutil.process_iter():
            try:
                if os.getpgid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, ProcessLookupError):
                continue
        return found

    def end(self) -> None:
        for process in self.group():
            process.kill()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture
def open_app(tmp_path: Path) -> Iterator[Callable[..., App]]:
    apps: list[App] = []

    def opened(dataset: str = "circle", epochs: int | None = None, **environment: str) -> App:
        apps.append(App(tmp_path, dataset, epochs, **environment))
        return apps[-1]

    yield opened
    for app in apps:
        app.end()


@pytest.mark.spawn
@pytest.mark.alone
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["kill", "Ctrl-C"])
def test_however_the_app_ends_nothing_of_it_is_left_after_five_seconds(open_app, ending: signal.Signals) -> None:
    app = open_app()
    assert app.line() == "running"
    # While a spare imports TensorFlow, nothing can interrupt it.
    while app.line() != "all workers are ready":
        assert app.process.poll() is None
    # The app, its fork server or resource tracker, a worker that trains, perhaps a spare.
    assert len(app.group()) >= 3
    if ending == signal.SIGINT:
        # A terminal sends it to everybody in the group.
        os.killpg(app.process.pid, ending)
    else:
        app.process.send_signal(ending)

    until(lambda: not app.group(), f"the end of {app.group()}", 5)


@pytest.mark.alone
def test_an_app_that_is_killed_while_its_workers_start_leaves_none_of_them(open_app) -> None:
    app = open_app()
    until(lambda: len(app.group()) >= 2, "a first process beside the app")
    time.sleep(0.5)
    app.process.kill()

    # Importing TensorFlow, which nothing can interrupt, may still take a while.
    until(lambda: not app.group(), "the end of all", 60)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_the_app_never_loads_tensorflow_whatever_its_workers_do(open_app) -> None:
    app = open_app(epochs=2)

    assert app.line() == "finished"
    app.line()
    assert app.line() == "False"


def test_a_corrupt_data_file_fails_the_run_with_its_own_sentence(open_app, tmp_path: Path) -> None:
    broken = tmp_path / "data" / "mnist" / "mnist.npz"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not what it should be")
    app = open_app("mnist", 1, NNLAB_DATA_DIR=str(tmp_path / "data"))

    assert app.line() == "failed"
    sentence = app.line()
    assert str(broken) in sentence or "mnist.npz" in sentence
    assert sentence.endswith(".")


def test_many_seeds_survive_the_death_of_their_worker_and_the_runs_beside_them_go_on(server):
    beside = server.training()
    parts = tuple(StudyPart(str(rate), replace(SEEDED, optimizer=Optimizer("sgd", rate))) for rate in (0.01, 0.03))
    record = server.service.study_record(server.service.study("somebody", Study(parts, (0, 1, 2), evaluate_every=50)))
    until(lambda: record.parts, f"the first part of a study that is {record.state}")
    first = record.parts["0.01"]

    server.service._dispatcher.pool.serving(record.study_id).kill()
    until(lambda: record.ended, f"the end of a study that is {record.state}")

    assert record.state == "finished", record.message
    assert record.parts["0.01"] is first
    assert record.parts["0.03"].history["val_accuracy"].shape == (3, 40)
    assert beside.status == "running"
    server.service.stop(beside.run_id)
