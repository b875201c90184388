"""Labels and losses: choose both and see shapes, the loss, or what Keras says against it."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets.images import ImagePreview
from nnlab.exercises.label_formats import CLASSES, LABELS, LOSSES, OUTPUTS, Outcome, outcome
from nnlab.figures import images
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.labels import capital, label

SHOWN = 3
FORMATS = {
    "sparse": N_("class numbers (sparse)"),
    "one_hot": N_("one-hot rows"),
    "binary": N_("yes or no (binary)"),
}
OUTPUT_LAYERS = {"softmax": N_("{count} softmax units"), "sigmoid": N_("1 sigmoid unit")}
VERDICTS = {
    "right": (":material/check_circle:", N_("They fit.")),
    "odd": (":material/warning:", N_("It runs, but does not mean what it seems to.")),
    "wrong": (":material/warning:", N_("It runs and learns nonsense.")),
    "error": (":material/cancel:", N_("Keras stops with an error.")),
}


def label_views(shown: ImagePreview, t: Translator, palette: Palette) -> None:
    """Show three test images, their labels in a chosen format, and what a loss makes of them."""
    chosen = _of_different_classes(shown.y_test)
    classes = [int(number) for number in shown.y_test[chosen]]
    names = [t(shown.class_names[number]) for number in classes]
    st.write(
        t(
            N_(
                "Three test images, and outputs that a good network might give for them. Choose what stands at its "
                "end, which loss compares, and how the labels are written."
            )
        )
    )
    pairs = zip(names, classes, strict=True)
    captions = [name if name == str(number) else f"{name} ({number})" for name, number in pairs]
    figure = images.samples(shown.x_test[chosen], captions, palette, scale=shown.scale, columns=SHOWN)
    st.plotly_chart(figure, key="label_pictures", alt=", ".join(names), config={"displayModeBar": False}, width=300)
    output = _choice(t(N_("Output layer")), "output", OUTPUTS, lambda name: t(OUTPUT_LAYERS[name], count=CLASSES), t)
    loss = _choice(t(N_("Loss")), "loss", LOSSES, lambda name: label(t, name), t)
    written = _choice(t(N_("Labels")), "format", LABELS, lambda name: t(FORMATS[name]), t)
    if written == "binary":
        st.caption(t(N_("The question: is it “{name}”? 1 is yes, 0 is no."), name=names[0]))
    told = outcome(output, loss, written, classes)
    _arrays(told, t)
    _verdict(told, t)
    st.caption(t(N_("From one format to the other and back:")))
    st.code(
        f"one_hot = keras.utils.to_categorical(labels, {CLASSES})  # ({SHOWN},) → ({SHOWN}, {CLASSES})\n"
        f"labels = np.argmax(one_hot, axis=1)  # ({SHOWN}, {CLASSES}) → ({SHOWN},)",
        language="python",
    )


def _of_different_classes(labels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the places of the first three images that are of three classes."""
    _, firsts = np.unique(labels, return_index=True)
    return np.sort(firsts)[:SHOWN]


def _choice(title: str, name: str, options: Any, words: Any, t: Translator) -> Any:
    return st.segmented_control(
        title,
        options,
        default=options[0],
        format_func=lambda option: capital(words(option)),
        key=f"label_formats_{name}",
        persist_state="session",
        required=True,
    )


def _arrays(told: Outcome, t: Translator) -> None:
    left, right = st.columns([2, 3], gap="medium")
    left.caption(t(N_("Labels, shape {shape}"), shape=str(told.labels.shape)))
    left.code(_written(told.labels, 0), language=None)
    right.caption(t(N_("Outputs, shape {shape}"), shape=str(told.outputs.shape)))
    right.code(_written(told.outputs, 2), language=None)


def _written(values: NDArray[Any], places: int) -> str:
    rows = [" ".join(_number(value, places) for value in row) for row in np.atleast_2d(values)]
    return "\n".join(f"[{row}]" for row in rows)


def _number(value: float, places: int) -> str:
    # A leading zero before the point takes room and says nothing.
    return f"{value:.{places}f}".lstrip("0") if places else f"{value:.0f}"


def _verdict(told: Outcome, t: Translator) -> None:
    icon, verdict = VERDICTS[told.kind]
    parts = [f"**{t(verdict)}** {t(told.explanation)}"]
    if told.loss is not None:
        parts.append(t(N_("Loss: {loss}"), loss=t.number(told.loss)))
    show = {"right": st.success, "error": st.error}.get(told.kind, st.warning)
    show("\n\n".join(parts), icon=icon)
    if told.keras_says:
        st.caption(t(N_("What Keras says:")))
        st.code(told.keras_says, language=None, wrap_lines=True)
