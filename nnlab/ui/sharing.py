"""Sharing a page: its link, what the link hides, and TensorFlow Playground's own links."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnlab.messages import N_
from nnlab.permalink import HIDEABLE, Link, PermalinkError, encode, from_playground, to_playground
from nnlab.ui.address import apply_link, page_link
from nnlab.ui.controls import Form
from nnlab.ui.runs import PageRun

LEAVING = N_(
    "Your run waits for half an hour at the address of this page: reload it, unlock your phone or open it in "
    "another tab, and the run goes on; if nnlab was started anew, Train repeats it."
)
CONTROLS = {
    "show_test_data": N_("Show validation data"),
    "discretize": N_("Two colours only"),
    "play": N_("Train and Pause"),
    "step": N_("Step"),
    "reset": N_("Reset"),
    "learning_rate": N_("Learning rate η"),
    "activation": N_("Activation functions"),
    "regularization": N_("Regularization"),
    "regularization_rate": N_("Regularization rate λ"),
    "problem": N_("Problem type"),
    "dataset": N_("Data set"),
    "train_share": N_("Share for training"),
    "noise": N_("Noise"),
    "batch_size": N_("Batch size B"),
    "hidden_layers": N_("Hidden layers"),
    "seed": N_("Seed"),
    "optimizer": N_("Optimizer"),
    "loss": N_("Loss"),
    "initializer": N_("Initialization"),
    "features": N_("Features (inputs)"),
    "presets": N_("Presets"),
    "speed": N_("Speed"),
    "share": N_("Share"),
}


def share_button(form: Form) -> None:
    """Show the button whose pop-over holds the link to this setting."""
    t = form.t
    with _popover(form):
        st.write(t(N_("Whoever opens this link finds the same data, network and training, with the same seed.")))
        st.code(address_of(page_link(form), t.language), language=None, wrap_lines=True)
        st.caption(t(LEAVING))


def share_playground(runs: PageRun) -> None:
    """Show the same with a builder for teachers, and the way from and to TensorFlow Playground."""
    form, t = runs.form, runs.form.t
    with _popover(form):
        st.write(t(N_("Whoever opens this link finds the same data, network and training, with the same seed.")))
        shown = page_link(form)
        link = replace(shown, hidden=_hidden(form, shown), view=replace(shown.view, embed=_embed(form, shown)))
        st.code(address_of(link, t.language), language=None, wrap_lines=True)
        st.caption(t(LEAVING))
        st.text_input(
            t(N_("Open a link of TensorFlow Playground")),
            placeholder="#activation=tanh&dataset=circle&networkShape=4,2",
            key=f"{form.page}_paste",
            on_change=_paste,
            args=(runs,),
            help=t(N_("You get the same setting, but not the same random points and weights.")),
        )
        _export(form, link)


def address_of(link: Link, language: str) -> str:
    """Return the whole address that opens this page with a setting."""
    here = urlsplit(st.context.url or "")
    query = urlencode({"lang": language, "x": encode(link)})
    return urlunsplit((here.scheme, here.netloc, here.path, query, ""))


def _popover(form: Form) -> st.delta_generator.DeltaGenerator:
    t = form.t
    with st.container(key=form.key("share")):
        return st.popover(t(N_("Share")), icon=":material/share:", help=t(N_("A link to this setting.")))


def _hidden(form: Form, link: Link) -> tuple[str, ...]:
    t = form.t
    chosen = st.multiselect(
        t(N_("Hide in the link")),
        HIDEABLE,
        default=list(link.hidden),
        format_func=lambda name: t(CONTROLS[name]),
        key=f"{form.page}_hide",
        placeholder=t(N_("Choose controls")),
        help=t(N_("For teachers: who opens the link does not see these controls.")),
    )
    return tuple(chosen)


def _embed(form: Form, link: Link) -> bool:
    t = form.t
    return st.toggle(
        t(N_("For embedding in another page")),
        value=link.view.embed,
        key=f"{form.page}_embed",
        help=t(N_("Leaves out the title and the sidebar.")),
    )


def _export(form: Form, link: Link) -> None:
    t = form.t
    try:
        text = to_playground(link)
    except PermalinkError as error:
        st.caption(t(N_("As a link of TensorFlow Playground: {reason}"), reason=error.message))
        return
    st.caption(t(N_("As a link of TensorFlow Playground: the same setting, not the same random points.")))
    st.code(text, language=None, wrap_lines=True)


def _paste(runs: PageRun) -> None:
    text = st.session_state[f"{runs.form.page}_paste"]
    if not text.strip():
        return
    runs.silence()
    try:
        apply_link(from_playground(text), runs.form)
    except PermalinkError as error:
        runs.say(error.message, error.nearest)
