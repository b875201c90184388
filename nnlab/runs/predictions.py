"""`Predictions`: questions to a worker that an answer is waited for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab import events
from nnlab.messages import N_, Message
from nnlab.runs.errors import RunError
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.pool import Pool
from nnlab.runs.record import RunRecord

Question = events.Predict | events.SaveModel


class Predictions:
    """Ask workers for outputs of models, and for their files. Its methods are called with the service's lock held.

    Parameters
    ----------
    pool : Pool
        The workers.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._answers: dict[str, Future[Any]] = {}
        self._repeated: set[str] = set()

    def ask(self, record: RunRecord, x: NDArray[Any], epoch: int | None) -> Future[NDArray[np.float32]]:
        """Have a worker compute the outputs for raw inputs `x` with the weights after `epoch`.

        Raises
        ------
        RunError
            The weights are not kept, or no worker is there.
        """
        worker, weights = self._ready(record, epoch)
        return self._ask(worker, events.Predict(record.run_id, _request_id(), record.experiment, weights, x))

    def ask_for_file(self, record: RunRecord) -> Future[bytes]:
        """Have a worker save the model with its last weights as a ``.keras`` file; it raises what `ask` does."""
        worker, weights = self._ready(record, None)
        return self._ask(worker, events.SaveModel(record.run_id, _request_id(), record.experiment, weights))

    def answer(self, worker: WorkerHandle, event: events.Predicted | events.ModelSaved) -> None:
        """Hand an answer to whoever waits for it."""
        worker.requests.pop(event.request_id, None)
        self._repeated.discard(event.request_id)
        answer = self._answers.pop(event.request_id, None)
        if answer is None:
            return
        found = event.outputs if isinstance(event, events.Predicted) else event.content
        if found is not None:
            answer.set_result(found)
        else:
            problem = event.problem or Message(N_("The worker could not answer. Try again."))
            answer.set_exception(RunError(problem.template, **problem.values))

    def ask_again(self, questions: Mapping[str, Question]) -> None:
        """Ask another worker what one that has ended was asked; once, for it may have ended of the question."""
        for request_id, question in questions.items():
            worker = self._pool.any()
            if worker is None or request_id in self._repeated:
                self._repeated.discard(request_id)
                self.give_up([request_id])
            elif request_id in self._answers:
                self._repeated.add(request_id)
                self._send(worker, question)

    def give_up(self, requests: Iterable[str] | None = None) -> None:
        """Tell those who wait, for these requests or all, that there will be no answer."""
        for request_id in tuple(self._answers if requests is None else requests):
            answer = self._answers.pop(request_id, None)
            if answer is not None:
                answer.set_exception(RunError("The worker ended before it had an answer. Try again."))

    def _ready(self, record: RunRecord, epoch: int | None) -> tuple[WorkerHandle, events.Arrays]:
        weights = record.weights(epoch)
        worker = self._pool.any()
        if weights is None:
            raise RunError("The weights of this epoch are not kept. Train again, or choose another epoch.")
        if worker is None:
            self._pool.keep_spare()
            raise RunError("The worker for predictions is still starting. Try again in a moment.")
        return worker, weights

    def _ask(self, worker: WorkerHandle, question: Question) -> Future[Any]:
        answer: Future[Any] = Future()
        # From now on nobody can cancel it, so that whoever has the answer may always set it.
        answer.set_running_or_notify_cancel()
        self._answers[question.request_id] = answer
        self._send(worker, question)
        return answer

    def _send(self, worker: WorkerHandle, question: Question) -> None:
        worker.requests[question.request_id] = question
        worker.send(question)


def _request_id() -> str:
    return secrets.token_urlsafe(8)
