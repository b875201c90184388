"""What ids are called on screen. Keras' own names (relu, glorot_uniform) stay as they are."""

from __future__ import annotations

from nnlab.i18n import Translator
from nnlab.messages import N_

LABELS: dict[str, str] = {
    # features
    "x1": "x₁",
    "x2": "x₂",
    "x1_squared": "x₁²",
    "x2_squared": "x₂²",
    "x1_x2": "x₁x₂",
    "sin_x1": "sin x₁",
    "sin_x2": "sin x₂",
    "sepal_length": N_("sepal length (cm)"),
    "sepal_width": N_("sepal width (cm)"),
    "petal_length": N_("petal length (cm)"),
    "petal_width": N_("petal width (cm)"),
    "median_income": N_("median income (10,000 $)"),
    "house_age": N_("age of the houses (years)"),
    "average_rooms": N_("rooms per household"),
    "average_bedrooms": N_("bedrooms per household"),
    "population": N_("population"),
    "average_occupancy": N_("people per household"),
    "latitude": N_("latitude"),
    "longitude": N_("longitude"),
    "exclamation_marks": N_("exclamation marks"),
    "money_words": N_("words about money"),
    "deadline_words": N_("words of hurry"),
    "links": N_("links"),
    "known_sender": N_("known sender (0 or 1)"),
    "hour": N_("hour of sending"),
    # optimizers
    "sgd": "SGD",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
    # losses and output layers
    "auto": N_("automatic"),
    "binary_crossentropy": N_("binary cross-entropy"),
    "sparse_categorical_crossentropy": N_("sparse categorical cross-entropy"),
    "categorical_crossentropy": N_("categorical cross-entropy (one-hot)"),
    "mean_squared_error": N_("mean squared error"),
    "mean_absolute_error": N_("mean absolute error"),
    "huber": N_("Huber"),
    "half_squared_error": N_("half the squared error"),
    # metrics
    "loss": N_("loss"),
    "accuracy": N_("accuracy"),
    "root_mean_squared_error": N_("RMSE"),
    "val_loss": N_("validation loss"),
    "val_metric": N_("validation metric"),
    # options of data sets
    "samples": N_("Samples"),
    "noise": N_("Noise"),
    "train_share": N_("Share for training"),
    "classes": N_("Classes"),
    "outliers": N_("Wrong prices"),
    "seed": N_("Seed of the data"),
    # tasks
    "binary": N_("binary classification"),
    "multiclass": N_("classification"),
    "multilabel": N_("multilabel classification"),
    "regression": N_("regression"),
}


def label(t: Translator, name: str) -> str:
    """Return what `name` is called in the visitor's language; Keras' own names as they are."""
    return t(LABELS[name]) if name in LABELS else name


def capital(text: str) -> str:
    """Return `text` with its first letter large, for titles."""
    return text[:1].upper() + text[1:]
