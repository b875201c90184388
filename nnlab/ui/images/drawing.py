"""Draw a digit or a garment, and have the network that was trained here say what it is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets.drawing import DrawingError, drawn_sample, read_strokes
from nnlab.datasets.images import ImagePreview, preview
from nnlab.i18n import Translator
from nnlab.messages import N_, Message
from nnlab.runs import RunError, RunRecord
from nnlab.ui.components.drawing_board import Bar, drawing_board
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import service

BOARD = "drawing_board"
# As a rule a worker answers sooner; if not, the browser asks again.
WAIT_SECONDS = 0.25
PENDING_MILLISECONDS = 250
# While the network learns, what it says of the same drawing changes.
LIVE_MILLISECONDS = 1000
# Clothes are surfaces, digits are lines.
FILLED = ("fashion_mnist",)


@dataclass(slots=True)
class _Paper:
    """What is to be classified: the drawing, or a test image in its place."""

    version: int = 0
    lines: list[Any] = field(default_factory=list)
    problem: Message | None = None
    test_image: int | None = None
    samples: dict[tuple[str, bool], NDArray[np.uint8]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """What a worker was asked, and its answer when it is there."""

    key: tuple[str, int | None, bytes]
    answer: Future[NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """The probabilities, or a sentence in their place, and when the browser is to ask again."""

    message: Message | None = None
    outputs: NDArray[np.float32] | None = None
    ask_again_after: int | None = None


def drawing_view(runs: PageRun) -> None:
    """Show the board; a line on it draws nothing else anew."""
    st.fragment(_board)(runs)


def _board(runs: PageRun) -> None:
    t, record = runs.form.t, runs.record
    choice = (record.experiment if record is not None else runs.form.experiment).dataset
    shown = preview(choice.name, **choice.options)
    clothes = choice.name in FILLED
    st.write(t(_DRAW_CLOTHES if clothes else _DRAW_DIGITS))
    filled = clothes and st.toggle(
        t(N_("Fill outlines")),
        value=True,
        key="drawing_filled",
        persist_state="session",
        help=t(N_("What your lines enclose becomes ink too: photographs of clothes are surfaces, not lines.")),
    )
    paper = _paper()
    sample = _sample(paper, shown, choice.name, filled)
    answer = _Answer(paper.problem) if paper.problem is not None else _ask(record, sample)
    drawing_board(
        key=BOARD,
        version=paper.version,
        lines=paper.lines,
        seen=np.rint(sample * (255 / shown.scale)).astype(np.uint8),
        sentence=t(answer.message) if answer.message is not None else _sentence(answer.outputs, shown, t),
        bars=_bars(answer.outputs, shown, t),
        pending=answer.message is _PENDING,
        ask_again_after=answer.ask_again_after,
        words=_words(sample, t),
        on_drawing=_drawn,
        on_again=_nothing,
    )
    _test_image(shown, t)


def _paper() -> _Paper:
    paper: _Paper = st.session_state.setdefault("paper", _Paper())
    return paper


def _sample(paper: _Paper, shown: ImagePreview, name: str, filled: bool) -> NDArray[np.uint8]:
    if paper.test_image is not None and paper.test_image < len(shown.x_test):
        picture: NDArray[np.uint8] = shown.x_test[paper.test_image]
        return picture
    if (name, filled) not in paper.samples:
        paper.samples[name, filled] = drawn_sample(name, read_strokes(paper.lines), filled=filled)
    return paper.samples[name, filled]


def _ask(record: RunRecord | None, sample: NDArray[np.uint8]) -> _Answer:
    if not sample.any():
        return _Answer(Message(N_("The canvas is empty.")))
    if record is None:
        return _Answer(Message(N_("Press Train: then a network of yours can say what this is.")))
    live = LIVE_MILLISECONDS if record.active else None
    if record.weights_epoch is None:
        return _Answer(Message(N_("The network is not ready yet.")), ask_again_after=live)
    key = (record.run_id, record.weights_epoch, sample.tobytes())
    asked: _Question | None = st.session_state.get("drawing_asked")
    if asked is None or asked.key != key:
        try:
            asked = _Question(key, service().predict(record.run_id, sample[None]))
        except RunError as error:
            # No worker is there at the moment, but one is on its way.
            return _Answer(error.message, ask_again_after=LIVE_MILLISECONDS)
        st.session_state["drawing_asked"] = asked
    try:
        return _Answer(outputs=asked.answer.result(WAIT_SECONDS)[0], ask_again_after=live)
    except TimeoutError:
        return _Answer(_PENDING, ask_again_after=PENDING_MILLISECONDS)
    except RunError as error:
        del st.session_state["drawing_asked"]
        return _Answer(error.message)


def _drawn() -> None:
    told = st.session_state[BOARD]["drawing"]
    if not isinstance(told, dict) or not isinstance(told.get("version"), int):
        return
    paper = _Paper(version=told["version"])
    try:
        read_strokes(told.get("lines"))
        paper.lines = told["lines"]
    except DrawingError as error:
        paper.problem = error.message
    st.session_state["paper"] = paper


def _nothing() -> None:
    """Do nothing: the browser asks whether the answer has come, and the board is drawn anew anyway."""


def _bars(outputs: NDArray[np.float32] | None, shown: ImagePreview, t: Translator) -> Sequence[Bar]:
    if outputs is None or not np.isfinite(outputs).all():
        return []
    return [
        Bar(name=t(name), share=float(share), text=t.percent(float(share)))
        for name, share in zip(shown.class_names, outputs, strict=True)
    ]


def _sentence(outputs: NDArray[np.float32] | None, shown: ImagePreview, t: Translator) -> str:
    if outputs is None or not np.isfinite(outputs).all():
        return t(N_("The model no longer answers with numbers."))
    best = int(outputs.argmax())
    return t(
        N_("The network takes it for “{name}” with {share}."),
        name=t(shown.class_names[best]),
        share=t.percent(float(outputs[best])),
    )


def _words(sample: NDArray[np.uint8], t: Translator) -> dict[str, str]:
    rows, columns = sample.shape
    return {
        "canvas": t(N_("Canvas: draw with the mouse, a finger or a pen. Without them, choose a test image below.")),
        "seen": t(N_("What the network sees: {rows} × {columns} pixels"), rows=rows, columns=columns),
        "undo": t(N_("Undo line")),
        "clear": t(N_("Clear")),
    }


def _test_image(shown: ImagePreview, t: Translator) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            t(N_("Test image (1 to {count})"), count=t.integer(len(shown.x_test))),
            1,
            len(shown.x_test),
            step=1,
            key=f"drawing_test_image_{len(shown.x_test)}",
            width=200,
        )
        st.button(
            t(N_("Classify this image")),
            on_click=_take_test_image,
            args=(number - 1,),
            key="drawing_take_test_image",
            help=t(N_("Instead of a drawing.")),
        )


def _take_test_image(index: int) -> None:
    # A higher version than the browser's empties the canvas there.
    st.session_state["paper"] = _Paper(version=_paper().version + 1, test_image=index)


_PENDING = Message(N_("The network is looking at it…"))
_DRAW_DIGITS = N_("Draw a digit, large: it is scaled and centred as the digits of the data set were.")
_DRAW_CLOTHES = N_(
    "Draw the outline of a garment, large: it is filled, scaled and centred as the pictures of the data set were."
)
