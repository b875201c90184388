"""The controls of a page: widgets in, an `Experiment` out."""

from nnlab.ui.controls.form import Form
from nnlab.ui.controls.settings import settings

__all__ = ["Form", "settings"]
