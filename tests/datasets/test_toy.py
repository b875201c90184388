"""The distributions, checked against formulas written anew in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlab.datasets import Dataset, load
from nnlab.datasets.catalog import CATALOG

TOYS = [name for name, info in CATALOG.items() if info.kind == "toy"]
CLASSIFICATION = [name for name in TOYS if CATALOG[name].task != "regression"]
OWN = ["moons", "rings", "blobs"]


def points(dataset: Dataset) -> np.ndarray:
    return np.concatenate([dataset.x_train, dataset.x_valid]).astype(np.float64)


def labels(dataset: Dataset) -> np.ndarray:
    return np.concatenate([dataset.y_train, dataset.y_valid]).astype(np.float64)


def radii(dataset: Dataset) -> np.ndarray:
    return np.hypot(*points(dataset).T)


def neighbour_accuracy(dataset: Dataset) -> float:
    """How often a point's nearest other point has its class: 1 where the classes lie apart."""
    x, y = points(dataset), labels(dataset)
    distances = np.linalg.norm(x[:, np.newaxis] - x, axis=2)
    np.fill_diagonal(distances, np.inf)
    return float(np.mean(y[distances.argmin(axis=1)] == y))


@pytest.mark.parametrize("name", TOYS)
def test_every_toy_has_the_promised_shapes_and_types(name: str) -> None:
    dataset = load(name, samples=100, train_share=0.3)
    kind = np.float32 if dataset.task == "regression" else np.uint8
    assert dataset.x_train.shape == (30, 2)
    assert dataset.y_train.shape == (30,)
    assert dataset.x_valid.shape == (70, 2)
    assert dataset.x_train.dtype == dataset.x_valid.dtype == np.float32
    assert dataset.y_train.dtype == dataset.y_valid.dtype == kind
    assert dataset.x_test is dataset.x_valid
    assert dataset.y_test is dataset.y_valid
    assert (dataset.name, dataset.scale, dataset.feature_names) == (name, 1.0, ("x1", "x2"))


@pytest.mark.parametrize("name", TOYS)
def test_a_seed_fixes_a_toy_and_another_seed_changes_it(name: str) -> None:
    first, again, other = (load(name, noise=0.2, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.x_train, again.x_train)
    np.testing.assert_array_equal(first.y_valid, again.y_valid)
    assert not np.array_equal(first.x_train, other.x_train)


@pytest.mark.parametrize("name", [name for name in TOYS if name != "gauss"])
def test_without_noise_every_point_is_on_the_picture(name: str) -> None:
    assert np.abs(points(load(name, samples=2000))).max() <= 6.0


@pytest.mark.parametrize("name", TOYS)
def test_the_order_is_shuffled(name: str) -> None:
    x = points(load(name, samples=400))
    # Unshuffled, the first half is one class or the spiral's arm in its order.
    jumps = np.linalg.norm(np.diff(x, axis=0), axis=1)
    assert np.median(jumps) > 1.5


@pytest.mark.parametrize("name", TOYS)
def test_the_train_share_only_moves_the_cut(name: str) -> None:
    few, many = load(name, samples=100, train_share=0.2), load(name, samples=100, train_share=0.8)
    np.testing.assert_array_equal(points(few), points(many))
    np.testing.assert_array_equal(labels(few), labels(many))


@given(samples=st.integers(20, 500), percent=st.integers(10, 90))
@example(samples=100, percent=29)
@settings(max_examples=60)
def test_the_first_whole_share_of_the_points_is_trained_on(samples: int, percent: int) -> None:
    dataset = load("xor", samples=samples, train_share=percent / 100)
    assert len(dataset.x_train) == samples * percent // 100
    assert len(points(dataset)) == samples


@pytest.mark.parametrize("name", [name for name in CLASSIFICATION if name != "xor"])
@pytest.mark.parametrize("samples", [240, 241])
def test_classes_are_balanced(name: str, samples: int) -> None:
    dataset = load(name, samples=samples)
    counts = np.bincount(labels(dataset).astype(int))
    assert len(counts) == len(dataset.class_names)
    assert counts.sum() == samples
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", ["rings", "blobs"])
@pytest.mark.parametrize("classes", [2, 3, 4, 5, 6])
def test_rings_and_blobs_take_two_to_six_classes(name: str, classes: int) -> None:
    dataset = load(name, classes=classes, samples=600)
    assert sorted(set(labels(dataset))) == list(range(classes))
    assert len(set(dataset.class_names)) == classes
    assert dataset.task == ("binary" if classes == 2 else "multiclass")


@pytest.mark.parametrize("name", OWN)
def test_own_problems_are_separable_without_noise_and_overlap_with_it(name: str) -> None:
    assert neighbour_accuracy(load(name, samples=1000)) == 1.0
    assert neighbour_accuracy(load(name, samples=1000, noise=0.5)) < 0.95


@pytest.mark.parametrize("name", ["circle", "xor", "moons", "rings", "plane", "multi_gauss"])
def test_moving_the_noise_slider_draws_no_new_points(name: str) -> None:
    clean, slightly = load(name), load(name, noise=0.05)
    assert np.abs(points(clean) - points(slightly)).max() < 0.6


def test_circle_is_a_disc_in_a_ring() -> None:
    dataset = load("circle", samples=4000)
    inside = labels(dataset) == 1
    inner, outer = radii(dataset)[inside], radii(dataset)[~inside]
    assert inside.sum() == 2000
    assert inner.max() <= 2.5
    assert outer.min() >= 3.5 - 1e-6
    assert outer.max() <= 5.0 + 1e-6
    # Uniform in the radius: half of the disc's points are within half its radius, not a quarter.
    assert np.mean(inner < 1.25) == pytest.approx(0.5, abs=0.05)
    assert outer.mean() == pytest.approx(4.25, abs=0.05)


def test_xor_is_labelled_by_the_signs_and_keeps_off_the_axes() -> None:
    dataset = load("xor", samples=4000)
    x = points(dataset)
    np.testing.assert_array_equal(labels(dataset), x[:, 0] * x[:, 1] > 0)
    assert np.abs(x).min() >= 0.3
    assert np.abs(x).max() <= 5.3
    assert labels(dataset).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", ["circle", "xor"])
@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_noise_in_circle_and_xor_changes_labels_as_often_as_the_formula_says(name: str, noise: float) -> None:
    clean, noisy = load(name, samples=4000), load(name, samples=4000, noise=noise)
    x = points(noisy)
    np.testing.assert_array_equal(points(clean), x)
    moved = x + np.random.default_rng(99).uniform(-5 * noise, 5 * noise, (500, *x.shape))
    positive = np.hypot(*moved.T).T < 2.5 if name == "circle" else moved.prod(axis=2) >= 0
    chance = positive.mean(axis=0)
    spread = math.sqrt(np.sum(chance * (1 - chance)))
    for region in (labels(clean) == 1, labels(clean) == 0):
        expected, found = chance[region].sum(), labels(noisy)[region].sum()
        assert abs(found - expected) < 4 * spread
    assert not np.array_equal(labels(clean), labels(noisy))


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_spreads_with_the_noise(noise: float, variance: float) -> None:
    dataset = load("gauss", samples=10_000, noise=noise)
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = points(dataset)[labels(dataset) == label]
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.12)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.08)
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 0.06


@pytest.mark.parametrize("seed", [0, 1])
def test_spiral_without_noise_is_its_formula_for_every_seed(seed: int) -> None:
    dataset = load("spiral", seed=seed)
    for label, start in ((1, 0.0), (0, math.pi)):
        arm = points(dataset)[labels(dataset) == label]
        outwards = arm[np.argsort(np.hypot(*arm.T))]
        expected = []
        for i in range(250):
            r, t = 5 * i / 250, 1.75 * i / 250 * 2 * math.pi + start
            expected.append((r * math.sin(t), r * math.cos(t)))
        np.testing.assert_allclose(outwards, expected, atol=1e-5)


def test_spiral_noise_moves_each_point_within_a_square() -> None:
    clean, noisy = load("spiral", samples=2000), load("spiral", samples=2000, noise=0.4)
    steps = points(noisy) - points(clean)
    np.testing.assert_array_equal(labels(noisy), labels(clean))
    assert np.abs(steps).max() <= 0.4 + 1e-6
    assert steps.std() == pytest.approx(0.4 / math.sqrt(3), rel=0.05)


def test_moons_are_two_half_circles_of_radius_three() -> None:
    dataset = load("moons", samples=1000)
    for label, sign in ((1, 1.0), (0, -1.0)):
        moon = sign * points(dataset)[labels(dataset) == label]
        np.testing.assert_allclose(np.hypot(moon[:, 0] + 1.5, moon[:, 1] + 0.75), 3.0, atol=1e-5)
        assert moon[:, 1].min() >= -0.75 - 1e-6


@pytest.mark.parametrize("classes", [2, 6])
def test_rings_lie_one_inside_the_next(classes: int) -> None:
    dataset = load("rings", samples=1200, classes=classes)
    width = 5 / classes / 2
    for number in range(classes):
        ring = radii(dataset)[labels(dataset) == number]
        assert ring.min() >= (2 * number + 1) * width - 1e-5
        assert ring.max() <= (2 * number + 2) * width + 1e-5


@pytest.mark.parametrize(("noise", "deviation"), [(0.0, 0.4), (0.5, 1.8)])
def test_blobs_stand_in_a_circle(noise: float, deviation: float) -> None:
    dataset = load("blobs", samples=9000, classes=3, noise=noise)
    clouds = [points(dataset)[labels(dataset) == number] for number in range(3)]
    centres = np.array([cloud.mean(axis=0) for cloud in clouds])
    np.testing.assert_allclose(np.hypot(*centres.T), 4.0, atol=0.15)
    np.testing.assert_allclose(
        np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1), 4 * math.sqrt(3), atol=0.2
    )
    np.testing.assert_allclose([cloud.std(axis=0) for cloud in clouds], deviation, rtol=0.06)


def test_six_blobs_without_noise_each_keep_to_their_sixth_of_the_plane() -> None:
    dataset = load("blobs", samples=10_000, classes=6)
    angles = np.degrees(np.arctan2(*points(dataset).T))
    np.testing.assert_array_equal(np.round(angles / 60) % 6, labels(dataset))


def test_plane_is_a_tenth_of_the_sum() -> None:
    dataset = load("plane")
    assert len(points(dataset)) == 1200
    np.testing.assert_allclose(labels(dataset), points(dataset).sum(axis=1) / 10, atol=1e-6)
    assert points(dataset).std() == pytest.approx(12 / math.sqrt(12), rel=0.05)


def test_noise_in_the_plane_is_that_of_two_moved_coordinates() -> None:
    dataset = load("plane", samples=6000, noise=0.5)
    errors = 10 * labels(dataset) - points(dataset).sum(axis=1)
    assert np.abs(errors).max() <= 6.0 + 1e-4
    assert errors.std() == pytest.approx(math.sqrt(2 * 6.0**2 / 12), rel=0.05)


def test_hills_and_valleys_are_where_they_should_be() -> None:
    hills = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]

    def height(x1: float, x2: float) -> float:
        cones = [sign * max(0.0, 1 - math.dist((x1, x2), (c1, c2)) / 2) for c1, c2, sign in hills]
        return max(cones, key=abs)

    dataset = load("multi_gauss")
    np.testing.assert_allclose(labels(dataset), [height(*point) for point in points(dataset)], atol=1e-5)
    assert labels(dataset).max() > 0.9
    assert labels(dataset).min() < -0.9


def test_noise_on_the_hills_moves_the_target_not_the_point() -> None:
    clean, noisy = load("multi_gauss"), load("multi_gauss", noise=0.3)
    np.testing.assert_array_equal(points(clean), points(noisy))
    assert np.abs(labels(clean) - labels(noisy)).mean() > 0.05
    assert np.abs(labels(noisy)).max() <= 1.0
