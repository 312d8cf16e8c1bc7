"""One thing that was looked at: how it stands, what was found, and the button that mends it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import ntr, tr
from stdesk.services.health import Check
from stdesk.ui import theme
from stdesk.ui.doctor.words import state_look
from stdesk.ui.icons import pixmap
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

_LINES = 8  # seen at once


class CheckRow(QFrame):
    """A line of a list, with what was found opened below it.

    Signals:
        mend_wanted: mend it.
    """

    mend_wanted = Signal()

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        word, picture, tone = state_look(check.state)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.xs)
        head = QHBoxLayout()
        head.setSpacing(t.s)
        shown = QLabel()
        shown.setPixmap(pixmap(picture, tone, 20, self))
        shown.setFixedSize(20, 20)
        head.addWidget(shown)
        head.addWidget(label(check.title, "strong"))
        column.addLayout(head)
        self.setAccessibleName(f"{check.title}: {word}. {check.said}")
        if check.state == "ok":  # one line is enough for what is in order
            self.said: QLabel = ElidedLabel(check.said or word, "soft")
            head.addWidget(self.said, 1)
        else:
            badge = label(word, "badge")
            badge.setProperty("tone", tone)
            head.addWidget(badge)
            head.addStretch(1)
            self.said = label(check.said, wrap=True)
            self.said.setVisible(bool(check.said))
            column.addWidget(self.said)
        self.way = label(check.mend or "", "soft", wrap=True)  # what mending would do
        self.way.setVisible(bool(check.mend))
        column.addWidget(self.way)
        self.lines = self._lines()
        row = self._buttons()
        if check.mend or check.found:
            column.addLayout(row)
        column.addWidget(self.lines)

    def _buttons(self) -> QHBoxLayout:
        check = self.check
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        lines = len(check.found) + check.more
        self.open_button = QPushButton(ntr("See {n} line", "See {n} lines", lines), self)
        self.open_button.setProperty("link", True)
        self.open_button.setCheckable(True)
        self.open_button.setAccessibleDescription(check.title)
        self.open_button.toggled.connect(self.lines.setVisible)
        self.open_button.setVisible(bool(check.found))
        self.mend_button = icon_button("first-aid-kit", tr("Mend this…"), parent=self)
        self.mend_button.setAccessibleDescription(f"{check.title}: {check.mend or ''}")
        self.mend_button.clicked.connect(self.mend_wanted)
        self.mend_button.setVisible(check.mend is not None)
        row.addWidget(self.mend_button)
        row.addWidget(self.open_button)
        row.addStretch(1)
        return row

    def _lines(self) -> QPlainTextEdit:
        check = self.check
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(tr("What was found: {name}", name=check.title))
        shown = list(check.found)
        if check.more:
            shown.append(ntr("… and {n} more", "… and {n} more", check.more))
        text.setPlainText("\n".join(shown))
        height = text.fontMetrics().lineSpacing() * min(len(shown), _LINES)
        text.setFixedHeight(height + theme.tokens().l)
        text.hide()
        return text
