"""`Trainer` and `fit`: Keras' ``fit`` for arrays in memory, compiled whole, in slices of time if wanted."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab.events import Arrays, TrainerState
from nnlab.training.batches import NotArraysError, permutation, tensors
from nnlab.training.compiled import CompiledTrainer
from nnlab.training.demands import Demand, greatest
from nnlab.training.gated import GatedTrainer
from nnlab.training.programs import NotCompilableError
from nnlab.training.recording import Record, Recorded
from nnlab.training.settings import Order, Settings
from nnlab.training.state import weights_of

_LOGGER = logging.getLogger(__name__)


class Trainer:
    """Train a compiled model, a slice of time at a time.

    Whoever owns it calls `advance` again and again, and in between may change the learning
    rate, take the `state` or walk away. The weights arrive in the model when training ends or
    is closed, and before that wherever a callback looks at them. What is computed is what
    ``model.fit`` computes on the same batches; what cannot be compiled, `fit` itself computes.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    x, y : ndarray, or nested lists or dicts of them
        Training inputs, raw, and targets. Anything else that ``model.fit`` takes is handed to it.
    epochs : int or None
        Number of the last epoch; None trains until stopped.
    batch_size : int
        Samples in one update; the last batch of an epoch may be smaller.
    validation_data : tuple, optional
        Inputs and targets, evaluated after each epoch.
    callbacks : sequence of keras.callbacks.Callback
        Called by Keras' own contract.
    shuffle : bool
        Whether each epoch has an order of its own, `nnlab.training.batches.permutation`.
    seed : int
        Seed of these orders.
    input_scale : float
        What inputs are divided by; ``input_scale=s`` means ``model.fit(x / s, …)``.
    record : Record, optional
        What to keep in `recorded`.
    resume : TrainerState, optional
        Where another trainer of the same experiment stood.
    announce : callable, optional
        Called before something is compiled, which takes about a second.
    """

    def __init__(
        self,
        model: keras.Model,
        x: Any,
        y: Any = None,
        *,
        epochs: int | None,
        batch_size: int = 32,
        validation_data: tuple[Any, ...] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        shuffle: bool = True,
        seed: int = 0,
        input_scale: float = 1.0,
        record: Record | None = None,
        resume: TrainerState | None = None,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        self.model = model
        self.reason: str | None = None
        self._announce = announce
        self._begun = False
        self._data: Sequence[Any] = [x, y, *(validation_data or ())]
        try:
            self._data = [tensors(part) for part in self._data]
            obstacle, order = _obstacle(model, self._data, callbacks), _order(seed, shuffle, self._data[0])
        except NotArraysError as error:
            if input_scale != 1 or resume is not None:
                raise ValueError("Only arrays in memory can be scaled, and their training be resumed.") from error
            obstacle, order = str(error), None
        record = record or Record(weights_every=0)
        self._settings = Settings(epochs, batch_size or 32, list(callbacks), order, input_scale, record, resume)
        self._engine: CompiledTrainer | GatedTrainer
        if obstacle is not None:
            self._fall_back(obstacle)
        else:
            self._engine = CompiledTrainer(model, self._data, self._settings)

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self._engine.epoch

    @property
    def epoch_seconds(self) -> float:
        """What computing the last epoch took."""
        return self._engine.epoch_seconds

    @property
    def recorded(self) -> Recorded:
        """What was kept, by `record`."""
        return self._engine.recorded

    @property
    def history(self) -> keras.callbacks.History:
        """What ``model.fit`` returns; its ``params["compiled"]`` says how it was trained."""
        history = self._engine.history
        history.params |= {"compiled": self.reason is None, "reason": self.reason}
        history.record = self.recorded
        return history

    @property
    def known(self) -> bool:
        """Whether its program is there already, or none is needed: `prepare` then takes no time."""
        return self._begun or not isinstance(self._engine, CompiledTrainer) or self._engine.wanted.compiled

    def compile(self) -> None:
        """Have the program compiled for others that will want it; nothing is trained, no callback called."""
        if isinstance(self._engine, CompiledTrainer):
            self._engine.wanted.get(self._announce)

    def prepare(self) -> bool:
        """Find the program or have it compiled, which takes its time, and return whether there is more to do."""
        if isinstance(self._engine, CompiledTrainer):
            self._ready(self._engine)
        return not self._engine.finished

    def advance(self, seconds: float, epochs: int | None = None) -> bool:
        """Train for about `seconds` and return whether there is more to do.

        The first call may take longer, unless `prepare` was called before.

        Parameters
        ----------
        seconds : float
            When to come back, within 1.5 times that.
        epochs : int, optional
            Come back after so many, too; what is not compiled may do more.

        Raises
        ------
        Exception
            Whatever ended the training from inside.
        """
        self.prepare()
        if isinstance(self._engine, CompiledTrainer):
            return self._engine.advance(seconds, epochs)
        return self._engine.advance(seconds)

    def hold(self) -> None:
        """Wait until nothing runs: then the model may be read or changed."""
        if isinstance(self._engine, GatedTrainer):
            self._engine.hold()

    def state(self) -> TrainerState:
        """Return where training stands, amid an epoch if it is compiled."""
        if isinstance(self._engine, GatedTrainer):
            return self._engine.state_of_last_epoch()
        self._ready(self._engine)
        return self._engine.state()

    def state_of_last_epoch(self) -> TrainerState:
        """Return where training stood at the end of the last whole epoch."""
        if isinstance(self._engine, CompiledTrainer):
            self._ready(self._engine)
        return self._engine.state_of_last_epoch()

    def weights(self) -> Arrays:
        """Return the weights as they stand, in the order of ``model.get_weights()``."""
        if isinstance(self._engine, GatedTrainer) or self._begun:
            return self._engine.weights()
        resume = self._settings.resume
        return tuple(self.model.get_weights()) if resume is None else weights_of(resume, self.model)

    def change_learning_rate(self, learning_rate: float) -> None:
        """Use another learning rate from the next step on."""
        self.hold()
        self.model.optimizer.learning_rate = learning_rate

    def close(self) -> None:
        """Leave the training where it is; the model gets the weights of that moment."""
        if isinstance(self._engine, GatedTrainer) or self._begun:
            self._engine.close()

    def _ready(self, engine: CompiledTrainer) -> None:
        if not self._begun:
            self._begin(engine)

    def _begin(self, engine: CompiledTrainer) -> None:
        self._begun = True
        try:
            engine.compile(self._announce)
        except NotCompilableError as error:
            self._fall_back(str(error))
        else:
            engine.begin()

    def _fall_back(self, reason: str) -> None:
        _LOGGER.warning("Keras' own fit trains this model: %s", reason)
        self.reason = reason
        self._engine = GatedTrainer(self.model, self._data, self._settings)


def fit(
    model: keras.Model,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    batch_size: int = 32,
    validation_data: tuple[Any, ...] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    shuffle: bool = True,
    seed: int = 0,
    input_scale: float = 1.0,
    record: Record | None = None,
    resume: TrainerState | None = None,
) -> keras.callbacks.History:
    """Train a compiled model as ``model.fit`` does, whole epochs as one compiled program.

    The parameters are those of `Trainer`.

    Returns
    -------
    keras.callbacks.History
        As from ``model.fit``. ``params["compiled"]`` says whether it was compiled and, if not,
        ``params["reason"]`` says why; ``record`` holds what `record` asked for.

    Examples
    --------
    >>> import keras, numpy as np
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(loss="mse", optimizer="sgd")
    >>> x = np.linspace(-1, 1, 8, dtype="float32")
    >>> history = fit(model, x, 2 * x, epochs=2, batch_size=4)
    >>> sorted(history.history), history.params["compiled"]
    (['loss'], True)
    """
    trainer = Trainer(
        model,
        x,
        y,
        epochs=epochs,
        batch_size=batch_size,
        validation_data=validation_data,
        callbacks=callbacks,
        shuffle=shuffle,
        seed=seed,
        input_scale=input_scale,
        record=record,
        resume=resume,
    )
    while trainer.advance(math.inf):
        continue
    return trainer.history


def _order(seed: int, shuffle: bool, x: Any) -> Order:
    samples = len(keras.tree.flatten(x)[0])

    def order(epoch: int) -> NDArray[np.int64]:
        return permutation(seed, epoch, samples) if shuffle else np.arange(samples)

    return order


def _obstacle(model: keras.Model, data: Sequence[Any], callbacks: Sequence[keras.callbacks.Callback]) -> str | None:
    """Say why a model cannot be compiled, as far as it can be seen beforehand."""
    if len(data) not in (2, 4):
        return "sample weights are given"
    if model.run_eagerly:
        return "the model is set to run eagerly"
    if type(model).fit is not keras.Model.fit:
        return f"{type(model).__name__} has a fit of its own"
    if model.optimizer is None:
        return "the model has no optimizer"
    if model.steps_per_execution != 1 and greatest(callbacks) == Demand.BATCH:
        return "a callback counts batches by steps_per_execution"
    return None
