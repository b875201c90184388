"""What is kept of a long curve."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures import thinning


def test_a_short_curve_is_drawn_whole():
    epochs, values = thinning.thin(range(1, 2001), np.arange(2000.0))

    assert epochs.tolist() == list(range(1, 2001))
    assert values.tolist() == list(range(2000))


@given(
    values=st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=400),
    limit=st.integers(4, 60),
)
def test_thinning_keeps_the_ends_and_every_bins_extremes(values, limit):
    values = np.array(values)
    epochs, kept = thinning.thin(np.arange(1, values.size + 1), values, limit)

    assert epochs.size <= limit
    assert (epochs[0], epochs[-1]) == (1, values.size)
    assert np.all(np.diff(epochs) > 0)
    np.testing.assert_array_equal(kept, values[epochs.astype(int) - 1])
    if np.isfinite(values).any():
        assert np.nanmin(kept) == np.nanmin(values)
        assert np.nanmax(kept) == np.nanmax(values)


def test_a_single_spike_in_a_long_run_survives_thinning():
    values = np.full(100_000, 0.5)
    values[77_777] = 40.0
    epochs, kept = thinning.thin(np.arange(1, 100_001), values)

    assert epochs[np.argmax(kept)] == 77_778


def test_a_stretch_without_numbers_stays_a_gap():
    values = np.linspace(1, 0, 10_000)
    values[3000:6000] = np.nan
    epochs, kept = thinning.thin(np.arange(10_000), values, 100)

    assert np.isnan(kept[(epochs > 3200) & (epochs < 5800)]).all()
    assert np.isfinite(kept[(epochs < 2800) | (epochs > 6200)]).all()


def test_curves_that_travel_together_share_their_epochs():
    training, validation = np.zeros(5000), np.zeros(5000)
    training[1234], validation[4321] = 1, 2
    epochs, history = thinning.thin_history(np.arange(1, 5001), {"loss": training, "val_loss": validation}, limit=50)

    assert len(epochs) <= 100
    assert {len(values) for values in history.values()} == {len(epochs)}
    assert history["loss"][epochs.index(1235)] == 1
    assert history["val_loss"][epochs.index(4322)] == 2


def test_nothing_thinned_is_nothing():
    assert thinning.thin_history([], {}) == ([], {})
    assert thinning.thin_history([], {"loss": []}) == ([], {"loss": []})
