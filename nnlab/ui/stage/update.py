"""What the stage is told at each report: the epochs and weights that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnlab.runs import RunRecord
from nnlab.ui.components.network_view import packed
from nnlab.ui.stage.report import Report

# So much at once that the browser has it before the next report, and no more.
MOST_EPOCHS = 20_000
MOST_WEIGHT_BYTES = 1_000_000


def stage_update(record: RunRecord | None, report: Report) -> dict[str, Any]:
    """Return what is new of a run since a report.

    Parameters
    ----------
    record : RunRecord or None
        The page's run; None if there is none.
    report : Report
        What the browser has.

    Returns
    -------
    dict
        For ``run_feed.js``.
    """
    if record is None:
        return {"run": None, "revision": 0, "rewound_to": None, **_NOTHING}
    known = report if report.run == record.run_id else Report(run=record.run_id)
    # Read before the rest: what comes in between is told again the next time.
    revision = record.rewinds.revision
    rewound_to = record.rewinds.least_since(known.revision)
    first, have = known.count, known.have
    if rewound_to is not None:
        first, have = min(first, rewound_to), min(have, rewound_to - 1)
    history = record.history(first)
    row_bytes = 4 * sum(int(np.prod(shape)) for shape in record.weight_shapes)
    epochs, rows = record.snapshots(have, max(1, MOST_WEIGHT_BYTES // max(row_bytes, 1)))
    kept = record.weight_epochs
    return {
        "run": record.run_id,
        "revision": revision,
        "rewound_to": rewound_to,
        "first": int(history.first),
        "history": _columns(history.columns, record.experiment.head.metric),
        "epochs": packed(epochs, np.int32) if len(epochs) else "",
        "rows": packed(rows) if len(epochs) else "",
        "lacking": history.count - first > MOST_EPOCHS or bool(len(epochs) and kept and epochs[-1] < kept[-1]),
    }


_NOTHING: dict[str, Any] = {"first": 0, "history": {}, "epochs": "", "rows": "", "lacking": False}


def _columns(columns: Mapping[str, Any], metric: str) -> dict[str, str]:
    names = ("loss", metric, "val_loss", f"val_{metric}")
    return {name: packed(columns[name][:MOST_EPOCHS]) for name in names if name in columns}
