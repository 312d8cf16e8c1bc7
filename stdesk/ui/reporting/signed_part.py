"""The signed, stamped copies of a frozen report: taken in by a button or dropped, and opened again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.reporting import FrozenReport, SignedCopy
from stdesk.ui import theme
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.icons import icon
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class SignedPart(QFrame):
    """Hidden while no frozen report is in hand.

    Signals:
        add_wanted: (report, paths dropped; empty when a file is to be chosen).
        open_wanted: the copy to be opened.
    """

    add_wanted = Signal(object, object)
    open_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: FrozenReport | None = None
        self._copies: tuple[SignedCopy, ...] = ()
        self.setProperty("place", "note")
        self.setAcceptDrops(True)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(t.xs)
        self.caption = label("", "section", wrap=True)
        self.hint = label(
            tr("Drop the scan here, or choose it. It is kept exactly as it is."), "small", wrap=True
        )
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Signed copies"))
        self.list.setMaximumHeight(92)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda _item: self._open())
        self.list.itemClicked.connect(lambda _item: self._open())
        self.add_button = icon_button("scan", tr("Add the signed scan…"))
        self.add_button.clicked.connect(lambda: self._add([]))
        for widget in (self.caption, self.list, self.hint, self.add_button):
            column.addWidget(widget)
        self.hide()

    def show_copies(self, report: FrozenReport, copies: Sequence[SignedCopy]) -> None:
        """Show the copies of ``report``; of a trial there are none."""
        self._report, self._copies = report, tuple(copies)
        self.setVisible(not report.trial)
        self.caption.setText(tr("Signed copies of submission {n}", n=str(report.submission)))
        self.list.clear()
        for one in self._copies:
            item = QListWidgetItem(icon("paperclip", "text_soft"), f"{one.name} · {show_size(one.size)}")
            item.setToolTip(tr("Taken in on {when}; Enter opens it", when=shown_time(one.at)))
            self.list.addItem(item)
        self.list.setVisible(bool(self._copies))

    def set_free(self, free: bool, *, read_only: bool) -> None:
        """Whether a copy can be taken in now."""
        self.add_button.setEnabled(free and not read_only)
        self.setAcceptDrops(free and not read_only)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of this computer are welcome."""
        if any(one.isLocalFile() for one in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them in."""
        paths = [Path(one.toLocalFile()) for one in event.mimeData().urls() if one.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._add(paths)

    def _add(self, paths: list[Path]) -> None:
        if self._report is not None:
            self.add_wanted.emit(self._report, paths)

    def _open(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._copies):
            self.open_wanted.emit(self._copies[at])
