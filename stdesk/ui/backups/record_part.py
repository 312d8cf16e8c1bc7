"""One record taken back from a backup: looked for, compared field by field, taken."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.reading import Backup, Differs, Found
from stdesk.ui.backups.secret_strip import SecretStrip
from stdesk.ui.history.change_view import ChangeText
from stdesk.ui.icons import icon
from stdesk.ui.safety.card import scrolled
from stdesk.ui.session import Session
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_SETTLE_MS = 300
_LEAST = 96  # pixels of the list and of what differs; below that the panel scrolls
_ID = Qt.ItemDataRole.UserRole


class RecordPart(QWidget):
    """A line for words, what was found, what differs, and the act.

    Signals:
        left: nothing is to be taken.
    """

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._backup: Backup | None = None
        self._asked = self._secret = ""
        self.differs: Differs | None = None
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, inner = scrolled()
        outer.addWidget(area)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, t.xs, 0)
        column.setSpacing(t.s)
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("Words of the record to look for in this backup"))
        self.line.setPlaceholderText(tr("Words of its title, people, number"))
        self.line.setClearButtonEnabled(True)
        caption = label(tr("Look for the record in this backup"), "label")
        caption.setBuddy(self.line)
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self.look)
        self.line.textEdited.connect(lambda _text: self._settle.start())
        self.line.returnPressed.connect(self.look)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Records found in this backup"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda now, _old: self._choose(now))
        self.list.setMinimumHeight(_LEAST)
        self.note = label("", "soft", wrap=True)
        self.said = label("", "strong", wrap=True)
        self.text = ChangeText()
        self.text.setMinimumHeight(_LEAST)
        self.take_button = icon_button("arrow-u-up-left", tr("Take this record back"), "on_accent")
        self.take_button.setProperty("primary", True)
        self.take_button.clicked.connect(self.take)
        self.leave_button = icon_button("x", tr("Back to the backup"))
        self.leave_button.clicked.connect(self.left)
        self.secret = SecretStrip()
        row = QWidget()
        flow = FlowLayout(row, t.s)
        flow.addWidget(self.take_button)
        flow.addWidget(self.leave_button)
        for widget, room in (
            (caption, 0), (self.line, 0), (self.secret, 0), (self.note, 0),
            (self.list, 2), (self.said, 0), (self.text, 3), (row, 0),
        ):  # fmt: skip
            column.addWidget(widget, room)

    def begin(self, backup: Backup) -> None:
        """Look in ``backup``; what was found in another is put away."""
        if self._backup is None or self._backup.path != backup.path:
            self.line.clear()
            self._asked = self._secret = ""
            self.secret.close_strip()
            self._show_found("", [])
        self._backup = backup

    # -- looking ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Look for the words typed."""
        self._settle.stop()
        words = self.line.text().strip()
        self._asked = words
        if self._backup is None or not words:
            self._show_found(words, [])
            return
        self._find(self._backup, words, self._secret)

    def _find(self, backup: Backup, words: str, secret: str) -> None:
        work = partial(reading.find, self._session.desk, backup, words, secret)
        task = self._session.runner.run(self, work, beside=True)
        task.finished.connect(partial(self._found, backup, words, secret))
        task.failed.connect(partial(self._refused, backup))

    def _found(self, backup: Backup, words: str, secret: str, found: list[Found]) -> None:
        if backup is not self._backup:
            return
        self._secret = secret
        if not self.secret.isHidden():
            self.secret.close_strip()
            self.line.setFocus()
        self._show_found(words, found)

    def _refused(self, backup: Backup, error: BaseException) -> None:
        if backup is not self._backup:
            return
        if not self.secret.takes(error, lambda secret: self._find(backup, self._asked, secret)):
            self._session.say_error(error)

    def _show_found(self, words: str, found: list[Found]) -> None:
        if words != self._asked:
            return
        self.list.clear()
        for one in found:
            item = QListWidgetItem(f"{one.kind_label} {one.number} · {one.title or tr('(no title)')}")
            item.setData(_ID, one.id)
            item.setToolTip(item.text())
            if one.gone:
                item.setIcon(icon("warning", "amber"))
                item.setToolTip(f"{item.text()} · {tr('no longer in the library')}")
            self.list.addItem(item)
        if not words:
            self.note.setText(tr("Type words, with or without accents."))
        elif not found:
            self.note.setText(tr("Nothing in this backup has these words."))
        elif len(found) >= reading.MOST_FOUND:
            self.note.setText(tr("The first {n} are shown. More words find fewer.", n=str(len(found))))
        else:
            self.note.setText(ntr("{n} found", "{n} found", len(found)))
        self._choose(None)
        if found:
            self.list.setCurrentRow(0)

    def _choose(self, item: QListWidgetItem | None) -> None:
        self.differs = None
        self.take_button.setEnabled(False)
        self.text.show_nothing()
        self.said.setText("")
        if item is not None and self._backup is not None:
            work = partial(reading.differs, self._session.desk, self._backup, item.data(_ID), self._secret)
            self._session.run(self, work, self._show_differs, beside=True)

    def _show_differs(self, found: Differs) -> None:
        item = self.list.currentItem()
        if item is None or item.data(_ID) != found.id:
            return
        self.differs = found
        if found.gone:
            self.said.setText(tr("It is no longer in the library. It comes back like this:"))
        elif found.trashed:
            self.said.setText(tr("It lies in the trash now. It comes back like this:"))
        elif found.lines:
            self.said.setText(tr("What taking it back would change:"))
        else:
            self.said.setText(tr("It is the same as in the library now."))
        self.text.setVisible(bool(found.lines))
        self.text.show_lines(found.lines)
        self.take_button.setEnabled(bool(found.lines) or found.gone or found.trashed)

    # -- the act ---------------------------------------------------------------------------------

    def take(self) -> None:
        """Make the record what it is in the backup: an act like any other, with its undo."""
        if self.differs is None or self._backup is None:
            return
        self.take_button.setEnabled(False)
        work = partial(reading.take_back, self._session.desk, self._backup, self.differs.id, self._secret)
        task = self._session.run(self, work, self._taken, again=self.take)
        task.ended.connect(partial(self._choose_again, self.differs.id))

    def _taken(self, changes: Changes) -> None:
        self._session.done(changes)

    def _choose_again(self, record_id: str) -> None:
        item = self.list.currentItem()
        if item is not None and item.data(_ID) == record_id:
            self._choose(item)
