"""What is in the data: pictures by class, what their pixels are, how their labels can be written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from nnlab.datasets.images import ImagePreview, preview
from nnlab.figures import images
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.controls import Form
from nnlab.ui.images.labels import label_views

SECTIONS = {
    "images": N_("Images"),
    "pixels": N_("Pixels"),
    "labels": N_("Labels and losses"),
}
QUIET = {"displayModeBar": False}
PER_ROW = 10


def data_views(form: Form, t: Translator, palette: Palette) -> None:
    """Show one of the three sections."""
    choice = form.experiment.dataset
    shown = preview(choice.name, **choice.options)
    section = st.segmented_control(
        t(N_("About the data")),
        list(SECTIONS),
        default="images",
        format_func=lambda name: t(SECTIONS[name]),
        key=f"{form.page}_data_section",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    if section == "labels":
        label_views(shown, t, palette)
    elif section == "pixels":
        _pixels(form, shown, t, palette)
    else:
        _pictures(form.page, shown, t, palette)


def _pictures(page: str, shown: ImagePreview, t: Translator, palette: Palette) -> None:
    names = [t(name) for name in shown.class_names]
    training, validation, test = (t.integer(size) for size in shown.sizes)
    st.write(
        t(
            N_(
                "{training} images for training, {validation} for validation and {test} for testing, "
                "{rows} × {columns} pixels each."
            ),
            training=training,
            validation=validation,
            test=test,
            rows=shown.x_test.shape[1],
            columns=shown.x_test.shape[2],
        )
    )
    chosen: list[int] = st.pills(
        t(N_("Show classes")),
        range(len(names)),
        selection_mode="multi",
        format_func=lambda number: names[number],
        key=f"{page}_classes_{len(names)}_{shown.class_names[0]}",
        persist_state="session",
        help=t(N_("None chosen shows them all.")),
    )
    # All classes with one row each, or the chosen ones with two.
    classes, rows = (sorted(chosen), 2) if chosen else (list(range(len(names))), 1)
    _rows(shown, classes, rows, names, t, palette)
    _counts(shown, names, t, palette)


def _rows(
    shown: ImagePreview, classes: list[int], rows: int, names: list[str], t: Translator, palette: Palette
) -> None:
    pictures = shown.samples[classes, : rows * PER_ROW]
    figure = images.by_class(
        pictures.reshape(-1, *pictures.shape[2:]),
        np.repeat(np.arange(rows * len(classes)), PER_ROW),
        [names[number] if row == 0 else "" for number in classes for row in range(rows)],
        palette,
        scale=shown.scale,
        per_class=PER_ROW,
    )
    alt = images.samples_alt([names[number] for number in classes for _ in range(rows * PER_ROW)])
    st.plotly_chart(figure, key="image_samples", alt=t(alt), config=QUIET)


def _counts(shown: ImagePreview, names: list[str], t: Translator, palette: Palette) -> None:
    numbers = shown.class_counts.tolist()
    figure = images.counts(numbers, names, palette, title=t(N_("Images for training and validation")))
    st.plotly_chart(figure, key="image_counts", alt=t(images.counts_alt(numbers, names)), config=QUIET)
    st.caption(t(N_("In the test set: {counts}"), counts=images.counts_alt(shown.test_counts.tolist(), names)))


def _pixels(form: Form, shown: ImagePreview, t: Translator, palette: Palette) -> None:
    scale = int(shown.scale)
    st.write(
        t(
            N_(
                "A pixel is a whole number from 0 (ground) to {scale} (ink). Divided by {scale} it is a number from 0 "
                "to 1; the picture stays the same."
            ),
            scale=scale,
        )
    )
    number = st.number_input(
        t(N_("Image of the training set (1 to {count})"), count=len(shown.first)),
        1,
        len(shown.first),
        step=1,
        key=f"{form.page}_pixels_image",
        persist_state="session",
    )
    picture = shown.first[number - 1]
    whole, raw, scaled = st.columns(3, gap="medium")
    name = t(shown.class_names[int(shown.first_labels[number - 1])])
    with whole:
        st.caption(t(N_("The image, and the part that is shown in numbers")))
        figure = images.framed(picture, palette, scale=shown.scale)
        st.plotly_chart(figure, key="pixels_picture", alt=name, config=QUIET)
    titles = {1.0: t(N_("As stored")), shown.scale: t(N_("Divided by {scale}"), scale=scale)}
    for place, (divisor, title) in zip((raw, scaled), titles.items(), strict=True):
        with place:
            st.caption(title)
            figure = images.pixel_values(picture, palette, scale=shown.scale, divisor=divisor)
            alt = images.pixel_values_alt(picture, divisor)
            st.plotly_chart(figure, key=f"pixels_by_{divisor:g}", alt=t(alt), config=QUIET)
    _why_scaled(form, scale, t)


def _why_scaled(form: Form, scale: int, t: Translator) -> None:
    st.write(
        t(
            N_(
                "Why divide? The weighted sums of the first layer are {scale} times as large without it, and so are "
                "the gradients of its weights. So each step of the same learning rate changes those sums {square} "
                "times as much."
            ),
            scale=scale,
            square=t.integer(scale**2),
        )
    )
    if form.experiment.scale_inputs:
        st.button(
            t(N_("Try it without")),
            icon=":material/science:",
            on_click=_leave_unscaled,
            args=(form,),
            key=f"{form.page}_unscaled",
            help=t(N_("Switches the division off in step 1. Then press Train and watch the loss.")),
        )
    else:
        st.caption(t(N_("The division is switched off in step 1: press Train and watch the loss.")))


def unscaled_note(record: RunRecord, t: Translator) -> None:
    """Say why a run whose pixels were left as they are has learned nothing."""
    experiment = record.experiment
    if not experiment.scale_inputs and _learned_nothing(record):
        st.caption(
            t(
                N_(
                    "The pixels of this run were not divided by {scale}, which makes every step far larger. Switch the "
                    "division on in step 1, and the same learning rate works."
                ),
                scale=int(experiment.dataset.info.scale),
            )
        )


def _learned_nothing(record: RunRecord) -> bool:
    if record.status == "diverged":
        return True
    accuracy = record.history().columns.get("val_accuracy", ())
    guessing = 1 / record.experiment.dataset.info.outputs
    return record.ended and len(accuracy) > 0 and bool(accuracy[-1] < 2 * guessing)


def _leave_unscaled(form: Form) -> None:
    form.fill(replace(form.experiment, scale_inputs=False))
