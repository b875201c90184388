"""Which networks are made equally wide."""

from nnlab.experiment import Experiment, Layer
from nnlab.replicas.widths import shared_widths


def network(*units, activation="relu", **settings):
    return Experiment(layers=tuple(Layer(count, activation) for count in units), **settings)


def test_networks_that_differ_in_their_neurons_only_are_as_wide_as_the_widest():
    assert shared_widths(network(1), [network(1), network(3), network(8)]) == (8,)
    assert shared_widths(network(4, 2), [network(4, 2), network(2, 4), network(8)]) == (4, 4)


def test_other_differences_keep_them_apart():
    others = [network(8, activation="tanh"), network(8, batch_size=5), network(8, 8)]

    assert shared_widths(network(3), [network(3), *others]) == (3,)


def test_no_neuron_is_added_that_would_learn():
    assert shared_widths(network(3, activation="sigmoid"), [network(3, activation="sigmoid")] * 2) == (3,)
    one, eight = (network(units, activation="sigmoid") for units in (1, 8))
    assert shared_widths(one, [one, eight]) == (1,)


def test_computing_for_nothing_has_to_be_cheaper_than_compiling():
    assert shared_widths(network(2), [network(2), network(64)]) == (2,)
