"""Eight words, large enough to be read out over the telephone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_ABREAST = 4


class WordsView(QWidget):
    """The words of a fingerprint, numbered, four in a row or fewer; a screen reader says them in one go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self._flow = FlowLayout(self, t.s)
        self._cells: list[QWidget] = []
        self.words: tuple[str, ...] = ()

    def show_words(self, words: Sequence[str]) -> None:
        """Show ``words`` instead of those before."""
        self.words = tuple(words)
        for old in self._cells:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cells = [self._cell(at, word) for at, word in enumerate(self.words, 1)]
        widest = max((one.sizeHint().width() for one in self._cells), default=0)
        self.setMaximumWidth(_ABREAST * (widest + theme.tokens().s))
        for one in self._cells:
            one.setFixedWidth(widest)  # so that they stand below one another
            self._flow.addWidget(one)
            one.show()
        self.setAccessibleName(tr("The eight words: {words}", words=", ".join(self.words)))
        self.setVisible(bool(self.words))

    def _cell(self, number: int, word: str) -> QWidget:
        t = theme.tokens()
        cell = QWidget(self)
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, t.m, 0)
        row.setSpacing(t.s)
        shown = label(word, "title")
        row.addWidget(label(f"{number}.", "soft"))
        row.addWidget(shown)
        row.addStretch(1)
        shown.ensurePolished()  # or its width is that of small letters
        return cell
