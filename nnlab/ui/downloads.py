"""Waiting for the files of a data set, where everybody can see it."""

from __future__ import annotations

import streamlit as st

from nnlab.datasets.catalog import CATALOG, DatasetInfo
from nnlab.datasets.remote import Download
from nnlab.i18n import Translator
from nnlab.messages import N_, Message
from nnlab.ui.visit import downloads

TICK_SECONDS = 0.3
ALWAYS_HERE = CATALOG["digits"].title
OFFLINE = Message(N_("“{title}” works without a network: choose it as the data set."), {"title": Message(ALWAYS_HERE)})


def data_ready(info: DatasetInfo, t: Translator, offline: Message = OFFLINE) -> bool:
    """Return whether the files are here; if not, show the download instead, and Retry when it failed.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    t : Translator
        The visitor's language.
    offline : Message
        What can be done without a network.
    """
    if not info.files:
        return True
    key = f"downloads_{info.title}"
    waiting: tuple[Download, ...] | None = st.session_state.get(key)
    if waiting is None:
        waiting = st.session_state[key] = downloads().request(info.files)
    if _pending(waiting):
        st.fragment(_bars, run_every=TICK_SECONDS)(info, waiting, t)
        return False
    failed = [download for download in waiting if download.state == "failed"]
    if failed:
        _failure(failed, key, t, offline)
    return not failed


def _pending(downloads: tuple[Download, ...]) -> list[Download]:
    return [download for download in downloads if download.state in ("waiting", "running")]


def _bars(info: DatasetInfo, waiting: tuple[Download, ...], t: Translator) -> None:
    pending = _pending(waiting)
    if not pending:
        st.rerun()
    st.write(t(N_("Getting {title} ready. This is done once."), title=t(info.title)))
    for download in pending:
        share = download.received_bytes / download.total_bytes if download.total_bytes else 0.0
        st.progress(min(1.0, share), text=_megabytes(download, t))


def _failure(failed: list[Download], key: str, t: Translator, offline: Message) -> None:
    alike: dict[str, list[Download]] = {}
    for download in failed:
        if download.error is not None:
            alike.setdefault(download.error.message.template, []).append(download)
    for first, *others in alike.values():
        if first.error is not None:
            st.error(t(first.error.message), icon=":material/cloud_off:")
        if others:
            names = ", ".join(download.name for download in others)
            st.caption(t(N_("The same goes for {names}."), names=names))
    st.write(t(offline))
    if st.button(t(N_("Retry")), icon=":material/refresh:", type="primary"):
        del st.session_state[key]
        st.rerun()


def _megabytes(download: Download, t: Translator) -> str:
    name = download.name.rsplit("/", 1)[-1]
    if not download.total_bytes:
        return name
    return t(
        N_("{name}: {received} of {total} MB"),
        name=name,
        received=t.number(download.received_bytes / 1e6, significant=3),
        total=t.number(download.total_bytes / 1e6, significant=3),
    )
