"""How linear a neuron is, how many straight pieces a boundary has, what a line drawn by hand encloses."""

import numpy as np
import pytest

from nnlab.exercises import shapes
from nnlab.exercises.networks import plane
from nnlab.experiment import Experiment, Layer

RELU = Experiment(layers=(Layer(3, "relu"),), mode="playground")
SQUARE = [[0.25, 0.25, 0.1], [0.75, 0.25, 0.1], [0.75, 0.75, 0.1], [0.25, 0.75, 0.1]]


def polygon(directions, bias, threshold=0.0):
    """Weights of f = bias − Σ relu(n·x − threshold), n at equal angles."""
    angles = 2 * np.pi * np.arange(directions) / directions + 0.1
    kernel = np.stack([np.cos(angles), np.sin(angles)])[..., None]
    arrays = (kernel, np.full((directions, 1), -threshold), -np.ones((directions, 1, 1)), np.full((1, 1), bias))
    return tuple(np.float32(array) for array in arrays)


def test_three_relu_neurons_make_a_hexagon():
    assert shapes.straight_pieces(RELU, polygon(3, bias=3.0)) == 6


def test_four_make_an_octagon_while_neighbours_overlap():
    experiment = Experiment(layers=(Layer(4, "relu"),), mode="playground")

    assert shapes.straight_pieces(experiment, polygon(4, bias=1.0, threshold=2.0)) == 8


def test_a_boundary_that_is_not_there_has_no_pieces():
    assert shapes.straight_pieces(RELU, polygon(3, bias=-3.0)) == 0


def test_boundary_points_lie_on_the_boundary():
    experiment = Experiment(layers=(), mode="playground")
    weights = (np.float32([[[1.0]], [[2.0]]]), np.float32([[0.5]]))

    points = shapes.boundary_points(experiment, weights, side=31)
    assert len(points) > 30
    np.testing.assert_allclose(points @ [1.0, 2.0], -0.5, atol=1e-4)


def test_a_tilted_plane_is_linear_and_a_bowl_is_not():
    points = plane(21)
    bowl = (points**2).sum(axis=1)

    found = shapes.linearity(points, np.column_stack([points @ [0.3, -2.0] + 1, bowl, np.full(len(points), 0.7)]))
    assert found == pytest.approx([1.0, 0.0, 1.0], abs=1e-6)


def test_r_squared_is_that_of_least_squares():
    rng = np.random.default_rng(1)
    points, values = rng.normal(size=(50, 2)), rng.normal(size=(50, 1))
    from sklearn.linear_model import LinearRegression

    expected = LinearRegression().fit(points, values[:, 0]).score(points, values[:, 0])
    assert shapes.linearity(points, values)[0] == pytest.approx(expected)


def test_a_drawn_square_encloses_what_is_within():
    lines = shapes.to_plane([SQUARE])

    assert lines[0].tolist() == [[-3, 3], [3, 3], [3, -3], [-3, -3]]
    inside, outside = np.array([[0, 0], [2.9, 2.9]]), np.array([[4, 0], [0, 5.9], [1, 1]])
    assert shapes.enclosed_share(lines, inside, outside) == (1.0, pytest.approx(1 / 3))


def test_nothing_drawn_encloses_nothing():
    assert shapes.enclosed_share(shapes.to_plane([[[0.1, 0.1, 0.1]]]), np.zeros((2, 2)), np.ones((2, 2))) == (0, 0)
