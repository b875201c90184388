from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np
import pytest

from nnlab.datasets.array_files import ArrayFormatError, idx_rows, npz_rows

ARRAY = np.arange(60, dtype=np.uint8).reshape(5, 4, 3)


def idx(path: Path, array: np.ndarray, kind: int = 8) -> Path:
    header = struct.pack(">HBB", 0, kind, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))
    return path


def test_an_idx_file_is_read_whole(tmp_path: Path) -> None:
    with idx_rows(idx(tmp_path / "a.gz", ARRAY)) as rows:
        assert rows.shape == (5, 4, 3)
        np.testing.assert_array_equal(rows.read(), ARRAY)


def test_rows_are_read_one_after_another(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=ARRAY)
    with npz_rows(tmp_path / "a.npz", "a") as rows:
        np.testing.assert_array_equal(rows.read(2), ARRAY[:2])
        np.testing.assert_array_equal(rows.read(1), ARRAY[2:3])


def test_a_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(struct.pack(">HBBI", 0, 8, 1, 100) + bytes(99)))
    with idx_rows(path) as rows, pytest.raises(ArrayFormatError, match="ends before"):
        rows.read()


def test_an_idx_file_of_another_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArrayFormatError, match="IDX"), idx_rows(idx(tmp_path / "a.gz", ARRAY, kind=0x0D)):
        pass


@pytest.mark.parametrize("array", [ARRAY.astype(np.int64), np.asfortranarray(ARRAY), np.array([None], dtype=object)])
def test_an_npz_array_of_another_type_is_refused(tmp_path: Path, array: np.ndarray) -> None:
    stream = io.BytesIO()
    np.savez(stream, a=array)
    (tmp_path / "a.npz").write_bytes(stream.getvalue())
    with pytest.raises(ArrayFormatError, match="C order"), npz_rows(tmp_path / "a.npz", "a"):
        pass
