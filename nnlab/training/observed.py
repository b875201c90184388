"""scikit-learn's MLPs, telling of each batch and each iteration of their own ``fit``."""

from __future__ import annotations

from typing import Any

from sklearn.neural_network import MLPClassifier, MLPRegressor


class _Observed:
    """Calls `before_batch` when a batch is about to be learned, and `after_iteration` when ``loss_`` is set.

    scikit-learn has no callbacks for its MLPs. It sets ``loss_`` once, at the end of each iteration;
    before that each batch goes through its own ``_backprop``. What an observer raises leaves ``fit``;
    after a KeyboardInterrupt the estimator can be used as it stands.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "loss_":
            self._tell("after_iteration")

    def _backprop(self, *arguments: Any) -> Any:
        self._tell("before_batch")
        return super()._backprop(*arguments)  # type: ignore[misc]  # it comes from the class beside this one

    def _tell(self, observer: str) -> None:
        if observer in self.__dict__:
            self.__dict__[observer]()


class ObservedRegressor(_Observed, MLPRegressor):
    """``MLPRegressor``, observed."""


class ObservedClassifier(_Observed, MLPClassifier):
    """``MLPClassifier``, observed."""
