"""Arrays of bytes inside compressed files, read as far as they are needed.

Fashion-MNIST comes as IDX files (https://yann.lecun.com/exdb/mnist/ describes the format),
MNIST as an ``.npz`` archive. Both keep the samples one after another, so the first of them
can be had without unpacking 47 MB.
"""

from __future__ import annotations

import gzip
import math
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

IDX_UINT8 = 0x08


class ArrayFormatError(ValueError):
    """The file does not hold an array of bytes in C order."""


@dataclass(frozen=True, slots=True)
class Rows:
    """An array of ``uint8`` in C order whose rows are yet to be read.

    Parameters
    ----------
    shape : tuple of int
        Of the whole array.
    stream : binary file
        Stands at the first row that has not been read.
    """

    shape: tuple[int, ...]
    stream: IO[bytes]

    def read(self, count: int | None = None) -> NDArray[np.uint8]:
        """Return the next `count` rows, all rows if it is None; read-only.

        Raises
        ------
        ArrayFormatError
            The file ends earlier.
        """
        shape = (self.shape[0] if count is None else count, *self.shape[1:])
        content = self.stream.read(math.prod(shape))
        if len(content) != math.prod(shape):
            raise ArrayFormatError("the file ends before its array does")
        return np.frombuffer(content, dtype=np.uint8).reshape(shape)


@contextmanager
def idx_rows(path: Path) -> Iterator[Rows]:
    """Open a gzipped IDX file of bytes.

    Raises
    ------
    ArrayFormatError
        It is another kind of file.
    """
    with gzip.open(path) as stream:
        zeros, kind, dimensions = struct.unpack(">HBB", stream.read(4))
        if zeros != 0 or kind != IDX_UINT8:
            raise ArrayFormatError("not an IDX file of bytes")
        shape = struct.unpack(f">{dimensions}I", stream.read(4 * dimensions))
        yield Rows(shape, stream)  # type: ignore[arg-type]  # GzipFile is a binary file in all but its type.


@contextmanager
def npz_rows(path: Path, name: str) -> Iterator[Rows]:
    """Open one array of bytes in an ``.npz`` archive.

    Raises
    ------
    ArrayFormatError
        The array is of another kind.
    """
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as stream:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ArrayFormatError("not a version 1.0 array")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
        if fortran_order or dtype != np.uint8:
            raise ArrayFormatError("not an array of bytes in C order")
        yield Rows(shape, stream)
