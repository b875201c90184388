"""How an epoch is laid out: its steps in a row, so that a program can begin and end at any of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The steps of an epoch, numbered from 0 to `steps`.

    Full training batches come first, then the smaller last one if there is one, then the
    *turn* (training results are taken, metrics reset), then validation in the same way, then
    the *close* (validation results are taken). Without validation the epoch ends with the turn.

    Parameters
    ----------
    samples : int
        Training samples.
    batch_size : int
        Samples in a full batch.
    valid_samples : int
        Validation samples; 0 means no validation.

    Examples
    --------
    >>> layout = Layout(samples=25, batch_size=10, valid_samples=10)
    >>> layout.full, layout.rest, layout.turn, layout.steps
    (2, 5, 3, 6)
    """

    samples: int
    batch_size: int
    valid_samples: int = 0

    @property
    def full(self) -> int:
        """Number of full training batches."""
        return self.samples // self.batch_size

    @property
    def rest(self) -> int:
        """Samples in the last, smaller training batch; 0 if there is none."""
        return self.samples % self.batch_size

    @property
    def turn(self) -> int:
        """The step at which training results are taken; as many training batches come before it."""
        return self.full + (self.rest > 0)

    @property
    def valid_full(self) -> int:
        """Number of full validation batches."""
        return self.valid_samples // self.batch_size

    @property
    def valid_rest(self) -> int:
        """Samples in the last, smaller validation batch; 0 if there is none."""
        return self.valid_samples % self.batch_size

    @property
    def valid_batches(self) -> int:
        """Number of all validation batches."""
        return self.valid_full + (self.valid_rest > 0)

    @property
    def close(self) -> int:
        """The step at which validation results are taken; it exists only with validation."""
        return self.turn + 1 + self.valid_batches

    @property
    def steps(self) -> int:
        """Number of all steps of an epoch."""
        return self.close + 1 if self.valid_samples else self.turn + 1
