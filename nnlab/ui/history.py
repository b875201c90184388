"""The history of a run as a table, and as a file to take along."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.on_demand import on_demand
from nnlab.ui.runs import PageRun

TICK_SECONDS = 2.0
ROWS_SHOWN = 1000


def history_on_demand(runs: PageRun) -> None:
    """Show the history once it is opened: a table that grows costs the pictures above it their frames."""
    t, page = runs.form.t, runs.form.page
    # The record is that of the moment: the part is drawn anew without the page.
    on_demand(t(N_("History")), ":material/table_rows:", f"{page}_history_open", lambda: history(page, runs.record, t))


def history(page: str, record: RunRecord | None, t: Translator) -> None:
    """Show the last epochs as a table and offer all of them as CSV."""
    if record is None:
        st.caption(t(N_("Each epoch of a run becomes a row here, to read exactly or to download.")))
        return
    st.fragment(_table, run_every=None if record.ended else TICK_SECONDS)(page, record, t)


def _table(page: str, record: RunRecord, t: Translator) -> None:
    frame = history_frame(record)
    if frame.empty:
        st.caption(t(N_("No epoch has ended yet.")))
        return
    digits = {key: st.column_config.NumberColumn(format="%.4f") for key in frame.columns[1:]}
    newest_first = frame.tail(ROWS_SHOWN).iloc[::-1]
    st.dataframe(newest_first, hide_index=True, height=240, column_config=digits, key=f"{page}_history")
    if len(frame) > ROWS_SHOWN:
        st.caption(t(N_("The last {count} epochs; the file has all of them."), count=t.integer(ROWS_SHOWN)))
    st.download_button(
        t(N_("Download as CSV")),
        lambda: history_frame(record).to_csv(index=False),
        file_name=f"nnlab-{record.experiment.dataset.name}-{record.experiment.seed}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{page}_csv",
    )


def history_frame(record: RunRecord) -> pd.DataFrame:
    """Return a row for each epoch, with Keras' history keys as columns."""
    epochs = record.history()
    metric = record.experiment.head.metric
    keys = [key for key in ("loss", metric, "val_loss", f"val_{metric}") if key in epochs.columns]
    frame = pd.DataFrame({key: epochs.columns[key] for key in keys})
    frame.insert(0, "epoch", range(1, len(frame) + 1))
    return frame
