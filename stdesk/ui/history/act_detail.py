"""One act opened: the records it touched, and what it changed in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QTreeWidgetItem, QVBoxLayout, QWidget

from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, FieldChange, HistoryEntry
from stdesk.ui import theme
from stdesk.ui.history.change_view import CHANGE, ActTree, ChangeText, change_item
from stdesk.ui.history.wording import field_label, shown_value, titles_of, what_of
from stdesk.ui.session import Session
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

MOST_RECORDS = 200
_RECORD = Qt.ItemDataRole.UserRole + 2  # kind, id


@dataclass(frozen=True, slots=True)
class _Read:
    action: int
    changes: list[FieldChange]
    titles: Mapping[str, str]


class ActDetail(QFrame):
    """Records of an act and their changes; Enter on a record opens it.

    Signals:
        closed: by its button.
    """

    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entry: HistoryEntry | None = None
        self._titles: Mapping[str, str] = {}
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.s, t.m, t.s)
        column.setSpacing(t.s)
        head = QHBoxLayout()
        self.heading = ElidedLabel("", "strong")
        self.count = label("", "soft")
        self.open_button = icon_button("arrow-right", tr("Open (Enter)"))
        self.open_button.clicked.connect(self._open)
        self.close_button = icon_button("x", tr("Close (Esc)"))
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.heading, 1)
        for part in (self.count, self.open_button, self.close_button):
            head.addWidget(part)
        column.addLayout(head)
        self.tree = ActTree()
        self.tree.setAccessibleName(tr("Records of this act and what changed in them"))
        self.tree.currentItemChanged.connect(lambda item, _old: self._show_change(item))
        self.tree.opened.connect(self._open)
        self.text = ChangeText()
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.addWidget(self.tree)
        sides.addWidget(self.text)
        sides.setStretchFactor(0, 1)
        sides.setStretchFactor(1, 1)
        column.addWidget(sides, 1)

    def show_act(self, entry: HistoryEntry) -> None:
        """Read what ``entry`` did."""
        self._entry = entry
        parts = (what_of(entry), shown_time(entry.at), entry.by)
        self.heading.setText(" · ".join(part for part in parts if part))
        self.count.setText(ntr("{n} record", "{n} records", entry.touched) if entry.touched else "")
        work = partial(_read, self._session.desk.catalogue, entry.action)
        self._session.run(self, work, self._show, beside=True)

    def _show(self, read: _Read) -> None:
        if self._entry is None or read.action != self._entry.action:
            return
        self._titles = read.titles
        self.tree.clear()
        kinds = self._session.desk.kinds
        records: dict[str, QTreeWidgetItem] = {}
        for change in read.changes:
            kind = kinds[change.kind]
            if change.record not in records:
                title = change.title or tr("(no title)")
                item = QTreeWidgetItem([f"{kind.label} {count(change.number)} · {title}"])
                item.setToolTip(0, item.text(0))
                item.setData(0, _RECORD, (change.kind, change.record))
                self.tree.addTopLevelItem(item)
                records[change.record] = item
            records[change.record].addChild(change_item(kind, change, read.titles))
        if self._entry.touched > len(records) >= MOST_RECORDS:
            more = tr("… and {n} more", n=count(self._entry.touched - len(records)))
            rest = QTreeWidgetItem([more])
            rest.setFlags(Qt.ItemFlag.NoItemFlags)
            self.tree.addTopLevelItem(rest)
        first = self.tree.topLevelItem(0)
        self.open_button.setEnabled(first is not None)
        if first is not None:
            first.setExpanded(len(records) <= 3)
            self.tree.setCurrentItem(first)
        elif self._entry.touched == 0:
            self.text.show_note(tr("No record was changed: this was about a report or the settings."))
        else:
            self.text.show_lines([])

    def _show_change(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            self.text.show_nothing()
            return
        change = item.data(0, CHANGE)
        if change is not None:
            _name, before, after = self._line(change)
            self.text.show_change(before, after)
            return
        children = (item.child(at) for at in range(item.childCount()))
        self.text.show_lines([self._line(one.data(0, CHANGE)) for one in children if one is not None])

    def _line(self, change: FieldChange) -> tuple[str, str, str]:
        kind, name = self._session.desk.kinds[change.kind], change.field
        before = shown_value(kind, name, change.before, self._titles)
        return field_label(kind, name), before, shown_value(kind, name, change.after, self._titles)

    def _open(self) -> None:
        item = self.tree.currentItem()
        field = ""
        if item is not None and (change := item.data(0, CHANGE)) is not None:
            field = change.field
            item = item.parent()
        target = item.data(0, _RECORD) if item is not None else None
        if target:
            self._session.record_wanted.emit(target[0], target[1], field)


def _read(catalogue: Catalogue, action: int, _progress: Progress) -> _Read:
    changes = catalogue.act_changes(action, MOST_RECORDS)
    return _Read(action, changes, titles_of(catalogue, changes))
