"""What a rule rests on, read beside the findings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.rules.articles import Article, articles_of, unchecked_mark
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import label


class ArticlePanel(QFrame):
    """A card with the summaries of one or more articles; hidden until asked for.

    Signals:
        closed: it was put away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        self.setMinimumWidth(230)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, t.s, 1, 1)
        column.setSpacing(t.xs)
        head = QHBoxLayout()
        head.setContentsMargins(t.m, 0, t.s, 0)
        head.addWidget(label(tr("What it rests on"), "heading"), 1)
        self.close_button = QToolButton()
        self.close_button.setProperty("quiet", True)
        self.close_button.setIcon(icon("x", "text_soft"))
        self.close_button.setToolTip(tr("Close (Esc)"))
        self.close_button.setAccessibleName(tr("Close (Esc)"))
        self.close_button.clicked.connect(self.close_panel)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        column.addWidget(self.area, 1)
        self.named = ""
        self.articles: tuple[Article, ...] = ()
        self.hide()

    def show_named(self, named: str) -> None:
        """Show what a rule names, in place of what was shown before."""
        if named != self.named:
            self.named = named
            self.articles = articles_of(named)
            self._fill()
        self.show()

    def close_panel(self) -> None:
        """Put it away."""
        self.hide()
        self.closed.emit()

    def _fill(self) -> None:
        t = theme.tokens()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(t.m, t.xs, t.m, t.m)
        column.setSpacing(t.s)
        said = []
        for one in self.articles:
            texts = [str(one.title), *str(one.text).split("\n\n")]
            if not one.checked:
                texts.append(unchecked_mark())
            column.addWidget(label(texts[0], "strong", wrap=True))
            for text in texts[1:]:
                role = "small" if text == unchecked_mark() else ""
                column.addWidget(label(text, role, wrap=True))
            column.addSpacing(t.s)
            said += texts
        column.addWidget(label(tr("A summary to remember by; the text itself decides."), "small", wrap=True))
        column.addStretch(1)
        self.area.setWidget(inside)
        inside.setAutoFillBackground(False)  # a scroll area fills what it is given
        self.area.setAccessibleName("\n".join(said))
