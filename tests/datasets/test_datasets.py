"""`nnlab.datasets.load`, and what importing the package costs."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnlab.datasets import DatasetError, DownloadError, load
from nnlab.datasets.catalog import CATALOG
from nnlab.datasets.features import chosen_features
from nnlab.datasets.sources import FILES

OPTIONS = [(name, option) for name, info in CATALOG.items() for option in info.options]


def test_an_unknown_data_set_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(DatasetError, match=r"no data set “cirlce”.*circle, xor") as caught:
        load("cirlce")
    assert caught.value.message.values["name"] == "cirlce"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(DatasetError, match="“circle” has no option “classes”"):
        load("circle", classes=3)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_refused_just_outside_its_bounds(name: str, option: str) -> None:
    bound = CATALOG[name].options[option]
    for value in (bound.minimum - 1, bound.maximum + 1):
        with pytest.raises(DatasetError, match=f"{option} is .* it can be"):
            load(name, **{option: value})


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_works_at_its_bounds(name: str, option: str, request: pytest.FixtureRequest) -> None:
    if CATALOG[name].files:
        request.getfixturevalue("real_data")
    bound = CATALOG[name].options[option]
    for value in (bound.minimum, bound.maximum):
        dataset = load(name, **{option: value})
        assert len(dataset.x_train) > 0
        assert len(dataset.x_valid) > 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "0.1", None])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(DatasetError):
        load("circle", noise=value)  # type: ignore[arg-type]


def test_a_fraction_is_refused_where_whole_numbers_are_meant() -> None:
    with pytest.raises(DatasetError):
        load("circle", samples=100.0)


@pytest.mark.parametrize("name", CATALOG)
def test_the_catalog_tells_the_truth_about_each_data_set(name: str, request: pytest.FixtureRequest) -> None:
    info = CATALOG[name]
    if info.files:
        request.getfixturevalue("real_data")
    dataset = load(name)
    defaults = {option: bound.default for option, bound in info.options.items()}
    assert dataset.name == name
    assert dataset.task == info.task_for(defaults)
    for part in ("train", "valid", "test"):
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        assert x.shape == (len(y), *info.input_shape)
        assert x.dtype == (np.uint8 if info.kind == "images" else np.float32)
        assert y.dtype == (np.float32 if info.task == "regression" else np.uint8)
    if info.kind == "table":
        assert dataset.feature_names == info.features
    assert len(dataset.class_names) == {"binary": 2, "regression": 0}.get(dataset.task, info.outputs)
    assert set(chosen_features(name)) <= set(info.features)


def test_every_file_of_the_catalog_has_a_source() -> None:
    assert {file for info in CATALOG.values() for file in info.files} == set(FILES)


def test_a_download_error_keeps_its_reason_on_the_way_between_processes() -> None:
    error = DownloadError("“{name}” is missing.", reason="missing", name="a.bin")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, DownloadError)
    assert (copy.reason, str(copy)) == ("missing", "“a.bin” is missing.")


def test_drawing_points_and_showing_data_loads_no_heavy_library(real_data: dict[str, Path], tmp_path: Path) -> None:
    script = """
import sys
import nnlab.datasets, nnlab.datasets.toy, nnlab.datasets.images, nnlab.datasets.remote, nnlab.datasets.features
for name in ("circle", "blobs", "iris", "digits", "messages", *sys.argv[1:]):
    nnlab.datasets.load(name)
nnlab.datasets.images.preview("digits")
nnlab.datasets.remote.locate("mnist/mnist.npz")
print(sorted({"sklearn", "scipy", "tensorflow", "keras", "pandas", "streamlit", "requests"} & set(sys.modules)))
"""
    housing = real_data["housing/cal_housing.data"]
    environment = {"NNLAB_CACHE_DIR": str(tmp_path), "NNLAB_DATA_DIR": str(housing.parents[1]), "PATH": ""}
    command = [sys.executable, "-c", script, "california_housing"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
