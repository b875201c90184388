"""The words on the stage."""

from __future__ import annotations

from nnlab.experiment import Experiment
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.labels import capital, label

WORDS = {
    "transport": N_("Playback"),
    "train": N_("Train"),
    "pause": N_("Pause"),
    "resume": N_("Resume"),
    "step": N_("Step"),
    "stop": N_("Stop"),
    "reset": N_("Reset"),
    "same": N_("Same weights"),
    "undo": N_("Undo reset"),
    "epoch": N_("Epoch"),
    "speed": N_("Speed"),
    "per_second": N_("{n} epochs/s"),
    "fastest": N_("as fast as it computes"),
    "timeline": N_("Epoch on screen"),
    "inputs": N_("Inputs"),
    "output": N_("Output"),
    "input_name": N_("Input {name}"),
    "output_name": N_("Output {name}"),
    "neuron_name": N_("Neuron {layer}.{unit}"),
    "fewer": N_("Remove a neuron from layer {layer}"),
    "more": N_("Add a neuron to layer {layer}"),
    "fewer_layers": N_("Remove the last hidden layer"),
    "more_layers": N_("Add a hidden layer"),
    "hidden_layers": N_("Hidden layers: {count}"),
    "hint": N_("Point at a neuron or a link to read it; click to change its numbers."),
    "weight": N_("Weight {name}: {value}"),
    "dead": N_("Weight {name}: 0. L1 has taken it across 0, so it is dead: it will not learn again until Reset."),
    "weight_of": N_("Weight of {name}"),
    "bias": N_("Bias"),
    "close": N_("Close"),
    "training": N_("Training"),
    "validation": N_("Validation"),
    "loss": N_("Loss"),
    "show_test_data": N_("Show validation data"),
    "discretize": N_("Two colours only"),
    "log_scale": N_("Logarithmic loss axis"),
    "hundred_seeds": N_("100 seeds"),
    "band": N_("100 seeds: 10th, 50th, 90th"),
    "band_pending": N_("Training {seeds} other seeds: {percent} %."),
    "band_place": N_("This run: {place} of {seeds} by validation loss at epoch {epoch} (1 is the lowest)."),
    "band_note": N_(
        "The band: the same setting from 100 other first weights and batch orders. Eight in ten lie in it, the thin "
        "line is the median. Whatever you change while it trains is done to them at the same epoch; weights set by "
        "hand are not."
    ),
    "band_seen": N_(
        "Behind them a band: of {seeds} runs of this setting from other seeds, eight in ten of the validation values "
        "lie in it. At epoch {epoch} it reaches from {low} to {high}, and the median is {middle}."
    ),
    "curve_seen": N_("Training solid, validation dashed; a triangle marks a changed setting."),
    "mark": N_("A triangle marks a changed setting."),
    "seen": N_(
        "What the network answers in the plane after epoch {epoch}. "
        "Training loss {loss}, validation loss {val_loss}, validation {metric_name} {metric}."
    ),
}


def words(t: Translator, experiment: Experiment) -> dict[str, str]:
    """Return all words in the visitor's language, with what depends on the task."""
    metric = label(t, experiment.head.metric)
    translated = {name: t.gettext(text) for name, text in WORDS.items()}
    translated["metric"] = capital(metric)
    translated["seen"] = translated["seen"].replace("{metric_name}", metric)
    return translated
