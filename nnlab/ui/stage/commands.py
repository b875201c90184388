"""What the visitor does on the stage, done to the page's run and to its setting."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnlab.events import Arrays
from nnlab.experiment import Experiment, Layer
from nnlab.messages import ExplainedError
from nnlab.permalink import SPEEDS
from nnlab.runs import RunRecord
from nnlab.ui.page_view import set_view, view
from nnlab.ui.runs import PageRun
from nnlab.ui.stage.band import BANDS
from nnlab.ui.stage.report import Command
from nnlab.ui.stage.setting import LAYERS, UNITS
from nnlab.ui.visit import service

SWITCHES = ("show_test_data", "discretize", "log_scale")
HUNDRED_SEEDS = "hundred_seeds"


@dataclass(frozen=True, slots=True)
class Commands:
    """Obeys the stage's commands.

    Parameters
    ----------
    runs : PageRun
        The page's run.
    new_layer : Layer
        What a first layer starts as.
    stage : str
        The name under which the stage reports.
    """

    runs: PageRun
    new_layer: Layer
    stage: str

    def obey(self, command: Command) -> bool:
        """Do what a command says; return whether the whole page has to be drawn anew."""
        about_run: dict[str, Callable[[RunRecord, Command], None]] = {
            "pause": self._pause,
            "resume": self._resume,
            "step": self._step,
            "stop": self._stop,
            "edit": self._edit,
            "apply": self._apply,
        }
        about_page: dict[str, Callable[[Command], None]] = {
            "train": self._train,
            "reset": lambda _: self.runs.reset(),
            "same": lambda _: self.runs.same_weights(),
            "undo": lambda _: self.runs.undo(),
            "units": self._units,
            "layers": self._layers,
            "feature": self._feature,
            "view": self._view,
        }
        try:
            if command.kind in about_page:
                about_page[command.kind](command)
                return command.kind not in ("view", "train")
            record = self.runs.record
            if command.kind in about_run and record is not None and record.run_id == command.run:
                about_run[command.kind](record, command)
        except ExplainedError as error:
            self.runs.say(error.message)
            return True
        return False

    def _train(self, command: Command) -> None:
        record = self.runs.record
        if record is None or record.ended:
            self.runs.train()
        else:
            service().resume(record.run_id)
        self.runs.mark_started()

    def _pause(self, record: RunRecord, command: Command) -> None:
        if not record.ended:
            service().pause(record.run_id, command.whole("epoch"))

    def _resume(self, record: RunRecord, command: Command) -> None:
        if not record.ended:
            service().resume(record.run_id)

    def _step(self, record: RunRecord, command: Command) -> None:
        epoch = command.whole("epoch")
        if epoch is not None and not record.ended:
            service().step(record.run_id, epoch)
            self.runs.mark_started()

    def _stop(self, record: RunRecord, command: Command) -> None:
        if not record.ended:
            service().stop(record.run_id)

    def _edit(self, record: RunRecord, command: Command) -> None:
        epoch = command.whole("epoch")
        weights = _weights(command.details.get("weights"), record)
        if epoch is not None and weights is not None:
            service().edit(record.run_id, epoch, weights)

    def _apply(self, record: RunRecord, command: Command) -> None:
        epoch = command.whole("epoch")
        if epoch is not None:
            service().change(record.run_id, self.runs.form.experiment, epoch)

    def _units(self, command: Command) -> None:
        layers = list(self._experiment.layers)
        layer, units = command.whole("layer", len(layers) - 1), command.whole("units", UNITS)
        if layer is not None and units:
            layers[layer] = replace(layers[layer], units=units)
            self._set(layers=tuple(layers))

    def _layers(self, command: Command) -> None:
        count = command.whole("layers", LAYERS)
        if count is not None:
            present = self._experiment.layers
            added = [present[-1] if present else self.new_layer] * max(0, count - len(present))
            self._set(layers=(*present[:count], *added))

    def _feature(self, command: Command) -> None:
        name, info = command.details.get("name"), self._experiment.dataset.info
        if name not in info.features:
            return
        on = {*self._experiment.features} ^ {name}
        if on:
            self._set(features=tuple(feature for feature in info.features if feature in on))

    def _view(self, command: Command) -> None:
        name, value = command.details.get("name"), command.details.get("value")
        if name == HUNDRED_SEEDS and isinstance(value, bool):
            BANDS.switch(service(), self.stage, value)
        if (name in SWITCHES and isinstance(value, bool)) or (name == "speed" and value in SPEEDS):
            changes: dict[str, Any] = {str(name): value}
            set_view(self.runs.form.page, replace(view(self.runs.form.page), **changes))

    @property
    def _experiment(self) -> Experiment:
        return self.runs.form.experiment

    def _set(self, **changes: Any) -> None:
        self.runs.form.fill(replace(self._experiment, **changes))


def _weights(text: object, record: RunRecord) -> Arrays | None:
    """Read a row of weights from the browser; None unless it fits the run's network."""
    shapes = record.weight_shapes
    sizes = [math.prod(shape) for shape in shapes]
    if not isinstance(text, str) or not shapes or len(text) > 8 * sum(sizes) + 8:
        return None
    try:
        row = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.float32)
    except (binascii.Error, ValueError):
        return None
    if row.size != sum(sizes) or not np.isfinite(row).all():
        return None
    parts = np.split(row, np.cumsum(sizes)[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
