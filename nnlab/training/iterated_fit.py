"""`IteratedFit`: scikit-learn's own ``fit``, advanced in slices of time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nnlab.training.gate import Abandoned, Gate

Observe = Callable[[], None]


class IteratedFit:
    """A ``fit`` that lives in a thread of its own, but runs only while it is let.

    What it computes is what a plain call computes: it is the plain call. Calling ``fit`` again
    and again for one iteration each (``warm_start``), or ``partial_fit``, would not do: the first
    begins with a new optimizer each time, the second shuffles otherwise.

    Whoever advances it waits until the thread stands still again, so nothing is at work between two
    turns. It stands still before the next batch: even a large network takes milliseconds for one.

    Parameters
    ----------
    fit : callable
        Fits an estimator. It takes two functions: the first is called before each batch, the second
        after each iteration. Both raise KeyboardInterrupt when the estimator shall leave it at that.

    Attributes
    ----------
    epoch : int
        Iterations done.
    """

    def __init__(self, fit: Callable[[Observe, Observe], None]) -> None:
        self.epoch = 0
        self._fit = fit
        self._gate = Gate()
        self._stopping = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="fit", daemon=True)

    def advance(self, seconds: float) -> bool:
        """Fit for about `seconds` and return whether there is more to do.

        It comes back at the end of the batch in which the time runs out.

        Raises
        ------
        Exception
            Whatever ended the fit from inside.
        """
        if not self._gate.ended:
            self._gate.open(seconds)
            if self._thread.ident is None:
                self._thread.start()
            self._gate.wait_until_shut(threading.TIMEOUT_MAX)
        return self._finished()

    def stop(self) -> None:
        """End it here; the estimator keeps what it has learned."""
        self._stopping = True
        if self._thread.is_alive():
            self._gate.open(threading.TIMEOUT_MAX)
            self._thread.join()
            self._finished()

    def close(self) -> None:
        """Leave it where it is."""
        if self._thread.is_alive():
            self._gate.leave()
            self._thread.join()

    def _finished(self) -> bool:
        if not self._gate.ended:
            return True
        self._thread.join()
        if self._error is not None:
            raise self._error
        return False

    def _run(self) -> None:
        try:
            self._fit(self._pass_through, self._iterated)
        except Abandoned:
            pass
        except BaseException as error:
            # Handed to the owner, who waits in advance() or stop().
            self._error = error
        finally:
            self._gate.end()

    def _iterated(self) -> None:
        self.epoch += 1
        self._pass_through()

    def _pass_through(self) -> None:
        if not self._stopping:
            self._gate.pass_through()
        if self._stopping:
            raise KeyboardInterrupt
