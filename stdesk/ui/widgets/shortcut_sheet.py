"""The list of keys, laid over the window; one key away and one key gone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.widgets.labels import label


def shortcuts() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Groups of (keys, what they do)."""
    return (
        (
            tr("Moving about"),
            (
                ("Ctrl+1 … Ctrl+9", tr("Go to a place of the rail")),
                ("Alt+← / Alt+→", tr("Back and forward")),
                ("Esc", tr("One step back; nothing is lost")),
                ("F3, Ctrl+F", tr("Search in the list")),
                ("F1", tr("Help for the field; twice: this list")),
            ),
        ),
        (
            tr("In a list"),
            (
                ("Enter, F2", tr("Open the record")),
                ("Ctrl+N", tr("Add a record")),
                ("Del", tr("Put into the trash")),
                ("Ctrl+C", tr("Copy the rows with headers, for Excel or Word")),
                ("Shift + " + tr("click"), tr("On a header: sort by a second column")),
            ),
        ),
        (
            tr("In a form"),
            (
                ("Enter, Tab", tr("Next field")),
                ("Shift+Enter, Shift+Tab", tr("Field before")),
                ("Alt+1 … Alt+9", tr("Go to a section")),
                ("F2, F6", tr("From the list to the form and back")),
                ("F8 / Shift+F8", tr("Same as in the record saved last: field / section")),
                ("Ctrl+Tab", tr("Form, files, links, history: the next side")),
                ("Ctrl+H", tr("What was changed in this field")),
                ("Ctrl+S", tr("Save as complete")),
                ("Ctrl+Shift+S", tr("Save as a draft")),
                ("Ctrl+Enter", tr("Save and go on to the next")),
                ("Ctrl+D", tr("Duplicate the record")),
            ),
        ),
        (
            tr("Ready to submit"),
            (
                ("Enter, F6", tr("Mend: go to the field; F6 goes on to the next")),
                ("Ctrl+G", tr("Explain with a reason")),
                ("Ctrl+L", tr("Put off for later")),
                ("Ctrl+I", tr("Read the article")),
                ("Ctrl+E", tr("The list as a workbook")),
                ("F5", tr("Check again")),
                ("Alt+1 … Alt+5", tr("The stations of the report")),
                ("Enter", tr("On a figure: the records behind it")),
            ),
        ),
        (
            tr("Everywhere"),
            (
                ("Ctrl+Z", tr("Undo the last act")),
                ("Ctrl+Y", tr("Do it again")),
                ("Ctrl+Shift+L", tr("Lock the library now")),
                ("Ctrl+← / Ctrl+→", tr("On a chip: move it")),
                ("Del", tr("On a chip: remove it")),
            ),
        ),
    )


class ShortcutSheet(QFrame):
    """A card over the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        t = theme.tokens()
        self.setProperty("place", "popup")
        self.setAccessibleName(tr("Keyboard shortcuts"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        head = QHBoxLayout()
        head.addWidget(label(tr("Keyboard shortcuts"), "heading"), 1)
        close = QPushButton(tr("Close (Esc)"))
        close.clicked.connect(self.hide)
        head.addWidget(close)
        column.addLayout(head)
        columns = QHBoxLayout()
        columns.setSpacing(t.xl)
        groups = shortcuts()
        for half in (groups[:2], groups[2:]):
            side = QVBoxLayout()
            side.setSpacing(t.s)
            for title, keys in half:
                side.addWidget(label(title, "section"))
                side.addLayout(_keys(keys))
                side.addSpacing(t.s)
            side.addStretch(1)
            columns.addLayout(side)
        column.addLayout(columns)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show the card in the middle of the window."""
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        room = self._over.rect()
        self.move(max(0, (room.width() - self.width()) // 2), max(0, (room.height() - self.height()) // 2))


def _keys(keys: tuple[tuple[str, str], ...]) -> QGridLayout:
    t = theme.tokens()
    grid = QGridLayout()
    grid.setHorizontalSpacing(t.l)
    grid.setVerticalSpacing(t.xs)
    for row, (key, meaning) in enumerate(keys):
        grid.addWidget(label(key, "badge"), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(meaning), row, 1)
    grid.setColumnStretch(1, 1)
    return grid
