"""What a record is linked to, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, Hit
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.form import Form
from stdesk.ui.forms.record_line import RecordLine
from stdesk.ui.icons import icon
from stdesk.ui.records.panels import RecordPanel
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_TARGET = Qt.ItemDataRole.UserRole  # kind, id
_FIELD = Qt.ItemDataRole.UserRole + 1  # the link field it stands in; "" when the other names this one


@dataclass(frozen=True, slots=True)
class Linked:
    """A record at the other end of a link; ``kind`` "" when it is gone for good."""

    id: str
    kind: str = ""
    number: int = 0
    title: str = ""
    year: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    record: str
    named: dict[str, list[Linked]] = field(default_factory=dict)  # field -> records this one names
    naming: list[Linked] = field(default_factory=list)


class LinkTree(QTreeWidget):
    """Groups of linked records. Enter opens one, Del takes a link of this record away.

    Signals:
        opened, remove_wanted: the item.
    """

    opened = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(tr("Linked records"))
        self.itemDoubleClicked.connect(lambda item, _column: self.opened.emit(item))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Del removes."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.opened.emit(self.currentItem())
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class LinksPanel(RecordPanel):
    """Records this one names and records that name it; adding and removing edits the form's field."""

    def __init__(self, kind: Kind, session: Session, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, form, parent)
        self._record: Record | None = None
        self._read = _Read("")
        self._fields = [one for one in kind.of_type(FieldType.LINKS) if not one.internal]
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.line = RecordLine(session, self._own_id)
        self.line.setAccessibleName(tr("Link to a record: find it by its words"))
        self.line.setPlaceholderText(tr("Link to a record: find it by its words"))
        self.line.record_taken.connect(self._add)
        self.into = QuietCombo()
        self.into.setAccessibleName(tr("Link as"))
        for one in self._fields:
            self.into.addItem(str(one.label), one.name)
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.into)
        self.into.setVisible(len(self._fields) > 1)
        self.line.setVisible(bool(self._fields))
        column.addLayout(row)
        self.summary = label("", "soft", wrap=True)
        column.addWidget(self.summary)
        self.tree = LinkTree()
        self.tree.opened.connect(self._open)
        self.tree.remove_wanted.connect(self._remove)
        self.tree.currentItemChanged.connect(lambda _item, _old: self._enable())
        column.addWidget(self.tree, 1)
        foot = QHBoxLayout()
        self.open_button = icon_button("arrow-right", tr("Open (Enter)"))
        self.remove_button = icon_button("link-break", tr("Remove the link (Del)"))
        self.open_button.clicked.connect(lambda: self._open(self.tree.currentItem()))
        self.remove_button.clicked.connect(lambda: self._remove(self.tree.currentItem()))
        foot.addWidget(self.open_button)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        column.addLayout(foot)
        column.addStretch(0)  # when there is no list yet
        form.edited.connect(self._edited)

    def _own_id(self) -> str:
        return self._record.id if self._record is not None else ""

    # -- showing -----------------------------------------------------------------------------

    def show_record(self, record: Record | None) -> None:
        """Read the links of ``record`` as its form has them now."""
        self._record = record
        self._read_again()

    def focus_place(self) -> QWidget:
        """The links, or the line to add the first."""
        return self.tree if self.tree.topLevelItemCount() or not self._fields else self.line

    def step_back(self) -> bool:
        """Esc: from the line, with words in it, to the empty line."""
        if self.line.hasFocus() and self.line.text():
            self.line.clear()
            return True
        return False

    def _ids(self) -> dict[str, tuple[str, ...]]:
        """Field -> ids as the form has them, saved or not."""
        return {one.name: tuple(self.form.boxes[one.name].editor.value() or ()) for one in self._fields}

    def _edited(self) -> None:
        shown = {name: tuple(one.id for one in links) for name, links in self._read.named.items()}
        if self.isVisible() and self._ids() != shown:
            self._read_again()

    def _read_again(self) -> None:
        work = partial(_read, self.session.desk.catalogue, self._own_id(), self._ids())
        self.session.run(self, work, self._show, beside=True)

    def _show(self, read: _Read) -> None:
        if read.record != self._own_id():
            return
        self._read = read
        current = self.tree.currentItem()
        held = current.data(0, _TARGET) if current is not None else None
        self.tree.clear()
        for one in self._fields:
            if links := read.named.get(one.name):
                self._add_group(str(one.label), links, one.name)
        for kind in self.session.desk.kinds:
            if links := [one for one in read.naming if one.kind == kind.name]:
                self._add_group(tr("Named by: {kind}", kind=str(kind.plural)), links, "")
        self.tree.expandAll()
        some = self.tree.topLevelItemCount() > 0 or not self._fields
        for widget in (self.tree, self.open_button, self.remove_button):
            widget.setVisible(some)
        self._mark(held)
        self._summarise()
        self._enable()

    def _add_group(self, title: str, links: Sequence[Linked], name: str) -> None:
        group = QTreeWidgetItem([f"{title} ({len(links)})"])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setForeground(0, QColor(theme.tokens().accent))
        self.tree.addTopLevelItem(group)
        for one in links:
            group.addChild(self._item(one, name))

    def _item(self, one: Linked, name: str) -> QTreeWidgetItem:
        t = theme.tokens()
        kinds = self.session.desk.kinds
        if not one.kind:
            item = QTreeWidgetItem([tr("A record that is no longer there")])
            item.setIcon(0, icon("link-break", "red"))
            item.setForeground(0, QColor(t.red))
        else:
            kind = kinds[one.kind]
            parts = [f"{kind.label} {one.number}", one.title or tr("(no title)"), one.year]
            if one.state is not None and one.state is not State.COMPLETE:
                parts.append(state_word(one.state))
            item = QTreeWidgetItem([" · ".join(part for part in parts if part)])
            trashed = one.state is State.TRASHED
            item.setIcon(0, icon("trash" if trashed else kind.icon, "red" if trashed else "text_soft"))
            if trashed:
                item.setForeground(0, QColor(t.red))
        item.setToolTip(0, item.text(0))
        item.setData(0, _TARGET, (one.kind, one.id))
        item.setData(0, _FIELD, name)
        return item

    def _mark(self, held: tuple[str, str] | None) -> None:
        items = [
            item
            for place in range(self.tree.topLevelItemCount())
            if (group := self.tree.topLevelItem(place)) is not None
            for at in range(group.childCount())
            if (item := group.child(at)) is not None
        ]
        wanted = next((one for one in items if one.data(0, _TARGET) == held), items[0] if items else None)
        if wanted is not None:
            self.tree.setCurrentItem(wanted)

    def _summarise(self) -> None:
        links = [one for named in self._read.named.values() for one in named]
        lost = sum(one.kind == "" or one.state is State.TRASHED for one in links)
        if not links and not self._read.naming:
            text = tr(
                "Nothing is linked yet. A publication names the task it comes from, and each opens the other."
            )
        else:
            parts = []
            if links:
                parts.append(ntr("names {n} record", "names {n} records", len(links)))
            if naming := len(self._read.naming):
                parts.append(ntr("named by {n} record", "named by {n} records", naming))
            if lost:
                parts.append(ntr("{n} link leads nowhere", "{n} links lead nowhere", lost))
            text = " · ".join(parts)
        self.summary.setText(text[:1].upper() + text[1:])

    def _enable(self) -> None:
        item = self.tree.currentItem()
        target = item.data(0, _TARGET) if item is not None else None
        self.open_button.setEnabled(bool(target and target[0]))
        self.remove_button.setEnabled(bool(target and item is not None and item.data(0, _FIELD)))

    # -- acts --------------------------------------------------------------------------------

    def _open(self, item: QTreeWidgetItem | None) -> None:
        target = item.data(0, _TARGET) if item is not None else None
        if target and target[0]:
            self.session.record_wanted.emit(target[0], target[1], "")

    def _add(self, hit: Hit) -> None:
        name = str(self.into.currentData() or self._fields[0].name)
        ids = self._ids()[name]
        if hit.id in ids:
            self.session.say(tr("“{title}” is linked already.", title=hit.title[:80]))
            return
        self._put(name, (*ids, hit.id))
        self.session.say(tr("Linked to “{title}”, not saved yet (Ctrl+S).", title=hit.title[:80]))

    def _remove(self, item: QTreeWidgetItem | None) -> None:
        target = item.data(0, _TARGET) if item is not None else None
        if not target or item is None:
            return
        name = item.data(0, _FIELD)
        if not name:
            self.session.say(
                tr("This link is written in the other record: open it (Enter) to remove it."), Tone.INFO
            )
            return
        self._put(name, tuple(one for one in self._ids()[name] if one != target[1]))
        self.session.say(tr("Link removed, not saved yet (Ctrl+S)."))

    def _put(self, name: str, ids: tuple[str, ...]) -> None:
        self.form.propose(name, ids or None)
        self._read_again()


def _read(
    catalogue: Catalogue, record_id: str, ids: dict[str, tuple[str, ...]], _progress: Progress
) -> _Read:
    """The records at both ends; for a worker thread."""
    hits = catalogue.linking_to(record_id) if record_id else []
    wanted = list(
        dict.fromkeys([*(one for several in ids.values() for one in several), *(h.id for h in hits)])
    )
    known = {one.id: _linked(catalogue, one) for one in catalogue.records(wanted)}
    return _Read(
        record_id,
        {name: [known.get(one, Linked(one)) for one in several] for name, several in ids.items()},
        [known[hit.id] for hit in hits if hit.id in known],
    )


def _linked(catalogue: Catalogue, record: Record) -> Linked:
    kind = catalogue.kinds[record.kind]
    began = next((str(value) for name in kind.begins if (value := record.get(name))), "")
    title = str(record.get(kind.title) or "")
    return Linked(record.id, record.kind, record.number, title, began[:4], record.state)
