"""The charts of a report under one another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.charts import Chart
from stdesk.ui import theme
from stdesk.ui.reporting.chart_view import ChartView


class ChartsView(QScrollArea):
    """Scrolls by the arrow keys; a chart takes the room it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.charts: list[ChartView] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Charts"))
        inner = QWidget()
        inner.setProperty("place", "surface")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(t.l, t.l, t.l, t.l)
        self._column.setSpacing(t.xl)
        self._column.addStretch(1)
        self.setWidget(inner)

    def show_charts(self, charts: Sequence[Chart]) -> None:
        """Show these charts."""
        while len(self.charts) < len(charts):
            made = ChartView()
            self.charts.append(made)
            self._column.insertWidget(self._column.count() - 1, made)
        for place, view in enumerate(self.charts):
            view.show_chart(charts[place] if place < len(charts) else None)
