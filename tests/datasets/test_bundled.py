from __future__ import annotations

import importlib.util

import pytest

from nnlab.datasets import DatasetError, load
from nnlab.datasets.bundled import bundled_file


def test_scikit_learns_own_files_are_found() -> None:
    assert bundled_file("digits.csv.gz").is_file()


def test_a_missing_scikit_learn_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DatasetError, match=r"“iris.csv” comes with scikit-learn.*pip install"):
        load("iris")


def test_a_file_that_scikit_learn_lacks_is_named() -> None:
    with pytest.raises(DatasetError, match="“tulips.csv” comes with scikit-learn"):
        bundled_file("tulips.csv")
