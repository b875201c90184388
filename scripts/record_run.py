"""Record the run that Home plays: python scripts/record_run.py."""

from __future__ import annotations

import numpy as np

from nnlab import datasets, models
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.training import Record, fit
from nnlab.ui.recorded import CIRCLE

EPOCHS = 240
EXPERIMENT = Experiment(
    dataset=DatasetChoice("circle"),
    layers=(Layer(4, "tanh"), Layer(2, "tanh")),
    optimizer=Optimizer("adam", learning_rate=0.004),
    batch_size=10,
    epochs=EPOCHS,
    seed=7,
)


def main() -> None:
    """Train, and write the file."""
    dataset = datasets.load(EXPERIMENT.dataset.name, **EXPERIMENT.dataset.options)
    model = models.build(EXPERIMENT, dataset)
    first = _row(model.get_weights())
    history = fit(
        model,
        dataset.x_train,
        dataset.y_train,
        epochs=EPOCHS,
        batch_size=EXPERIMENT.batch_size,
        validation_data=(dataset.x_valid, dataset.y_valid),
        seed=EXPERIMENT.seed,
        record=Record(weights_every=1),
    )
    kept = history.record.weights
    rows = [first, *(_row(kept[epoch]) for epoch in range(1, EPOCHS + 1))]
    np.savez_compressed(
        CIRCLE,
        experiment=EXPERIMENT.to_json(),
        epochs=np.arange(EPOCHS + 1, dtype=np.int32),
        rows=np.stack(rows).astype(np.float32),
        **{f"history_{name}": np.asarray(values, np.float32) for name, values in history.history.items()},
    )
    print(f"{CIRCLE.name}: {CIRCLE.stat().st_size} bytes, last accuracy {history.history['val_accuracy'][-1]:.3f}")


def _row(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


if __name__ == "__main__":
    main()
