"""Components of our own, drawn in the browser by the ES modules in ``frontend/``."""

from nnlab.ui.components.live_chart import CurveOptions, live_curves, live_figure
from nnlab.ui.components.plotly_js import ComponentError, ensure_plotly_js

__all__ = ["ComponentError", "CurveOptions", "ensure_plotly_js", "live_curves", "live_figure"]
