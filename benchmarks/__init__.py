"""Each figure that is claimed of nnlab, as a command: ``python -m benchmarks``, or one of them alone."""
