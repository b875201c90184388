"""`Watching`: what a stage asks of the run that it plays."""

from __future__ import annotations

import math

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
        before = playback.allowance.number if playback.allowance is not None else 0
        playback.allowance = events.Allow(record.run_id, epoch, seconds, before + 1)
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
        self._dispatcher.ahead.preview(record)

    def change(self, record: RunRecord, experiment: Experiment, epoch: int | None) -> None:
        """Have the run follow `experiment` from the end of `epoch` on.

        What has yet to be compiled, another batch size above all, counts from a little later while the run is
        played: the screen goes on with the epochs until then meanwhile, instead of standing still.

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
        compiled = self._dispatcher.restructure(record)
        if epoch is not None:
            epoch = min(epoch, record.progress.epoch) if compiled else _after_compiling(record, epoch)
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


def _after_compiling(record: RunRecord, shown: int) -> int:
    """Return the epoch from which on a change may count whose program takes seconds to come."""
    known, allowance = record.progress.epoch, record.playback.allowance
    if record.status != "running":
        return min(shown, known)
    if allowance is None or allowance.epoch is None:
        return known
    # What a screen may have in hand, twice over; computing it takes a fraction of the time of compiling.
    last = math.inf if record.current.epochs is None else record.current.epochs - 1
    return max(known, int(min(2 * allowance.epoch - shown, last)))
