"""Which files the data sets need, where they come from and how a good copy is known."""

from __future__ import annotations

from dataclasses import dataclass

KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
ZALANDO = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"


@dataclass(frozen=True, slots=True)
class Archive:
    """A gzipped tar archive that holds a file.

    Parameters
    ----------
    member : str
        The file's name inside.
    sha256 : str
        Of the archive.
    limit : int
        More bytes than this are never downloaded.
    """

    member: str
    sha256: str
    limit: int


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that a data set needs.

    Parameters
    ----------
    name : str
        Its path below ``NNLAB_DATA_DIR`` and below the cache, with forward slashes.
    urls : tuple of str
        Where it (or its archive) is downloaded from; the second is asked when the first fails.
    sha256 : str
        Of the file.
    size : int
        In bytes.
    arrays : tuple of (str, str)
        For an ``.npz`` archive: names of its arrays and the sha256 of each one's bytes. A copy
        whose arrays are these is as good as the one with the right `sha256`.
    archive : Archive or None
        What the addresses give when it is not the file itself.
    """

    name: str
    urls: tuple[str, ...]
    sha256: str
    size: int
    arrays: tuple[tuple[str, str], ...] = ()
    archive: Archive | None = None

    @property
    def download_size(self) -> int:
        """Bytes to download; 0 where only the server knows."""
        return 0 if self.archive else self.size


def _fashion(file: str, size: int, sha256: str) -> RemoteFile:
    return RemoteFile(f"fashion-mnist/{file}", (KERAS + file, ZALANDO + file), sha256, size)


_FILES = (
    _fashion(
        "train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
    ),
    _fashion("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    _fashion(
        "t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
    ),
    _fashion("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    RemoteFile(
        "mnist/mnist.npz",
        (KERAS + "mnist.npz",),
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        11_490_434,
        # The time stamps of a zip differ from one packing to the next; the arrays do not.
        arrays=(
            ("x_train", "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
            ("y_train", "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
            ("x_test", "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
            ("y_test", "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
        ),
    ),
    RemoteFile(
        "housing/cal_housing.data",
        ("https://ndownloader.figshare.com/files/5976036",),
        "d3d8a1a722ae78f91134862727d27a70b1415e7d512a89140406248687f4b902",
        2_092_122,
        archive=Archive(
            member="CaliforniaHousing/cal_housing.data",
            sha256="aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
            limit=4_000_000,
        ),
    ),
)

FILES: dict[str, RemoteFile] = {file.name: file for file in _FILES}
"""Every file that is not inside a package, by its name."""
