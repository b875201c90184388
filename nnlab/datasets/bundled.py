"""Data that comes inside scikit-learn's package, read without importing scikit-learn."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from nnlab.datasets import DatasetError


def bundled_file(name: str) -> Path:
    """Return the path of a file in scikit-learn's own data folder.

    Importing scikit-learn would cost the app's process 70 MB, so only its place is asked for.

    Raises
    ------
    DatasetError
        scikit-learn is not installed, or its package lacks the file.

    Examples
    --------
    >>> bundled_file("iris.csv").name
    'iris.csv'
    """
    package = importlib.util.find_spec("sklearn")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder, "datasets", "data", name)
        if path.is_file():
            return path
    raise DatasetError(
        "“{name}” comes with scikit-learn, but it is not there. Install scikit-learn anew: "
        "“python -m pip install --force-reinstall scikit-learn”.",
        name=name,
    )
