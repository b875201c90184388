from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch
import pytest

from nnlab.datasets.sources import FILES, RemoteFile
from nnlab.datasets.verify import is_genuine

ARRAYS = {"x": np.arange(5000, dtype=np.uint8).reshape(50, 100), "y": np.arange(50, dtype=np.uint8)}


def described(arrays: dict[str, np.ndarray], sha256: str = "0" * 64) -> RemoteFile:
    hashes = tuple((name, hashlib.sha256(array.tobytes()).hexdigest()) for name, array in arrays.items())
    return RemoteFile("a.npz", (), sha256, 1, arrays=hashes)


def test_a_file_with_the_right_checksum_is_genuine(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert is_genuine(RemoteFile("a", (), hashlib.sha256(content).hexdigest(), len(content)), path) is True


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"x" + data[1:], lambda data: b""])
def test_a_changed_file_is_not_genuine(tmp_path: Path, content: bytes, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a"
    path.write_bytes(spoil(content))
    assert is_genuine(RemoteFile("a", (), hashlib.sha256(content).hexdigest(), len(content)), path) is False


def test_a_missing_file_is_neither(tmp_path: Path, content: bytes) -> None:
    assert is_genuine(RemoteFile("a", (), "", 1), tmp_path / "a") is None


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_is_genuine_by_its_arrays_however_it_is_packed(tmp_path: Path, save: Callable[..., None]) -> None:
    save(tmp_path / "a.npz", **ARRAYS)
    assert is_genuine(described(ARRAYS), tmp_path / "a.npz") is True


def test_an_archive_with_one_other_pixel_is_not(tmp_path: Path) -> None:
    changed = {**ARRAYS, "x": ARRAYS["x"].copy()}
    changed["x"][3, 3] += 1
    np.savez(tmp_path / "a.npz", **changed)
    assert is_genuine(described(ARRAYS), tmp_path / "a.npz") is False


def test_an_archive_that_lacks_an_array_is_not(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=ARRAYS["x"])
    assert is_genuine(described(ARRAYS), tmp_path / "a.npz") is False


def test_every_cut_of_an_archive_is_found_out(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "whole.npz", **ARRAYS)
    whole = (tmp_path / "whole.npz").read_bytes()
    for cut in range(0, len(whole), 37):
        path = tmp_path / f"{cut}.npz"
        path.write_bytes(whole[:cut])
        assert is_genuine(described(ARRAYS), path) is False


def test_a_file_is_hashed_once_until_it_changes(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    original = pooch.file_hash

    def counting(path: str, alg: str) -> str:
        hashed.append(path)
        return original(path, alg)

    monkeypatch.setattr(pooch, "file_hash", counting)
    file = RemoteFile("a", (), hashlib.sha256(content).hexdigest(), len(content))
    path = tmp_path / "a"
    path.write_bytes(content)
    assert [is_genuine(file, path) for _ in range(3)] == [True] * 3
    assert len(hashed) == 1
    path.write_bytes(bytes(reversed(content)))
    os.utime(path, ns=(1, 1))
    assert is_genuine(file, path) is False
    assert len(hashed) == 2


def test_the_real_files_are_genuine(real_data: dict[str, Path]) -> None:
    assert all(is_genuine(FILES[name], path) for name, path in real_data.items())
