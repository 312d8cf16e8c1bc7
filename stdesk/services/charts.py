"""Charts of a report for the screen: the same ones, drawn by the same rules, as stand on its paper."""

from __future__ import annotations

from stdesk.reports.charts import Chart, Series, charts_of, described, draw
from stdesk.reports.drawing import Box, Drawing, Label, Measure, Stroke, Tone

__all__ = [
    "Box",
    "Chart",
    "Drawing",
    "Label",
    "Measure",
    "Series",
    "Stroke",
    "Tone",
    "charts_of",
    "described",
    "draw",
]
