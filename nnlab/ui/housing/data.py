"""What the housing data are: prices on the map, and how each feature is spread."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from nnlab.experiment import DatasetChoice
from nnlab.figures import distributions, maps
from nnlab.figures.maps import Dots, MapLabels
from nnlab.figures.palette import Palette
from nnlab.i18n import Language, Translator, translator
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.housing.districts import LATITUDE, LONGITUDE, districts, map_labels, price
from nnlab.ui.labels import capital, label

# Cheaper and dearer districts take the colours of these.
PRICES = (0.5, 5.0)


def data_views(choice: DatasetChoice, t: Translator, palette: Palette) -> None:
    """Show the split, the map of prices, and a histogram of each column."""
    dataset = districts()
    training, validation, test = (t.integer(len(part)) for part in (dataset.y_train, dataset.y_valid, dataset.y_test))
    st.write(
        t(
            N_(
                "Districts of California in the census of 1990: {training} for training, {validation} for validation "
                "and {test} for testing, split as in the chapter. The network is to predict the median house value."
            ),
            training=training,
            validation=validation,
            test=test,
        )
    )
    _wrong_prices(int(choice.options["outliers"]), t)
    shown = _price_dots()
    figure = _price_map(palette, map_labels(t, capital(price(t))))
    chart(figure, "housing_map", t(maps.value_map_alt(capital(price(t)), shown)))
    st.caption(
        t(
            N_(
                "Each dot is the mean of the districts within about 5 km. Values above $500,000 were written down as "
                "$500,001: {capped} districts lie at that limit, and no model can know what they were really worth."
            ),
            capped=t.integer(_capped()),
        )
    )
    histograms = _histograms(t.language)
    chart(
        distributions.histograms(histograms, palette), "housing_histograms", t(distributions.histograms_alt(histograms))
    )
    st.caption(t(N_("An arrow tells how far the longest tails go on: the network's Normalization layer feels them.")))


def _wrong_prices(count: int, t: Translator) -> None:
    if count:
        st.info(
            t(
                N_(
                    "In {count} training districts the price has a zero too many now; map and histograms show it right."
                ),
                count=t.integer(count),
            ),
            icon=":material/edit:",
        )


@lru_cache(maxsize=1)
def _price_dots() -> Dots:
    dataset = districts()
    x = np.concatenate([dataset.x_train, dataset.x_valid, dataset.x_test])
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    return maps.dots(x[:, LONGITUDE], x[:, LATITUDE], y)


@lru_cache(maxsize=8)
def _price_map(palette: Palette, labels: MapLabels) -> go.Figure:
    return maps.value_map(_price_dots(), palette, labels, limits=PRICES)


@lru_cache(maxsize=1)
def _capped() -> int:
    dataset = districts()
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    return int(np.sum(y == y.max()))


@lru_cache(maxsize=4)
def _histograms(language: Language) -> tuple[distributions.Histogram, ...]:
    t, dataset = translator(language), districts()
    found = [
        distributions.histogram(label(t, name), dataset.x_train[:, index])
        for index, name in enumerate(dataset.feature_names)
    ]
    return (*found, distributions.histogram(price(t), dataset.y_train))
