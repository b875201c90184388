"""`Watching`: what a stage asks of the run that it plays."""

from __future__ import annotations

from nnlab import events
from nnlab.events import Arrays
from nnlab.experiment import Experiment
from nnlab.runs.course import check_live
from nnlab.runs.dispatch import Dispatcher
from nnlab.runs.record import RunRecord

FIRST_EPOCHS = 120
FIRST_SECONDS = 4.0


class Watching:
    """Tell workers what a stage wants, or keep it for the worker to come; the service's lock is held.

    Parameters
    ----------
    dispatcher : Dispatcher
        Knows which worker has which run.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def allow(self, record: RunRecord, epoch: int | None, seconds: float) -> None:
        """Let the run train up to the end of `epoch`; one that was set aside meanwhile waits for a worker again."""
        playback = record.playback
        playback.allowance = events.Allow(record.run_id, epoch, seconds)
        playback.waiting = False
        if self._dispatcher.tell(playback.allowance):
            return
        worker = self._dispatcher.pool.serving(record.run_id)
        if playback.aside and worker is None and (epoch is None or epoch > record.progress.epoch):
            playback.aside = False
            self._dispatcher.enqueue(record)
            self._dispatcher.dispatch()

    def allow_first(self, record: RunRecord) -> None:
        """Let a paused run go on from the epoch on screen, as far as a run may when it begins."""
        shown = record.playback.paused_at
        shown = record.progress.epoch if shown is None else shown
        self.allow(record, shown + FIRST_EPOCHS, FIRST_SECONDS)

    def preview(self, record: RunRecord) -> None:
        """Have the first weights reported; until it is resumed the run is paused and takes no place."""
        record.enter("paused")
        self._dispatcher.preview(record)

    def change(self, record: RunRecord, experiment: Experiment, epoch: int | None) -> None:
        """Have the run follow `experiment` from the end of `epoch` on.

        Raises
        ------
        RunError
            It differs in something that needs a new run.
        """
        check_live(record.current, experiment)
        _ = experiment.head
        if record.ended or experiment == record.current:
            return
        record.course.current = experiment
        if epoch is not None:
            epoch = min(epoch, record.progress.epoch)
        if not self._dispatcher.tell(events.Change(record.run_id, experiment, epoch)):
            known = record.progress.epoch if epoch is None else epoch
            record.playback.remember(events.Change(record.run_id, experiment, known))

    def edit(self, record: RunRecord, epoch: int, weights: Arrays) -> None:
        """Have the run go on from the end of `epoch` with these weights."""
        if record.ended:
            return
        command = events.Edit(record.run_id, min(epoch, record.progress.epoch), weights)
        if not self._dispatcher.tell(command):
            record.rewind(command.epoch)
            record.append(events.EpochsEnded(record.run_id, command.epoch + 1, (), {}, {command.epoch: weights}))
            record.playback.remember(command)
            if record.current != record.course.followed:
                record.playback.remember(events.Change(record.run_id, record.current, command.epoch))
