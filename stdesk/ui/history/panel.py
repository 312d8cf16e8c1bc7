"""Everything that was done to one record, and the way back to any of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QTreeWidgetItem, QVBoxLayout, QWidget

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, FieldChange, HistoryEntry, Saved
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.form import Form
from stdesk.ui.history.change_view import ActTree, ChangeText, change_item
from stdesk.ui.history.wording import field_label, short, shown_value, titles_of, what_of
from stdesk.ui.records.panels import RecordPanel
from stdesk.ui.session import Session
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label, plain

if TYPE_CHECKING:
    from stdesk.ui.records.detail import Detail

_ACTS = 500


@dataclass(frozen=True, slots=True)
class _Read:
    record: str
    entries: list[HistoryEntry] = field(default_factory=list)
    titles: Mapping[str, str] = field(default_factory=dict)
    central: str = ""  # the number the centre gave it


class HistoryPanel(RecordPanel):
    """The acts on the record, newest first; below, the change one is at, and what can be taken back."""

    def __init__(self, kind: Kind, session: Session, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, form, parent)
        self._record: Record | None = None
        self._entries: list[HistoryEntry] = []
        self._titles: Mapping[str, str] = {}
        self._wanted_field = ""
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        self.only = QuietCombo()
        self.only.setAccessibleName(tr("Show changes of"))
        name = label(tr("Show changes of"), "label")
        name.setBuddy(self.only)
        self.only.activated.connect(lambda _at: self._fill())
        row.addWidget(name)
        row.addWidget(self.only, 1)
        column.addLayout(row)
        self.central = label("", "small", wrap=True)
        self.central.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.central.hide()
        column.addWidget(self.central)
        self.empty = label(tr("Not saved yet: its history begins when it is saved."), "soft", wrap=True)
        self.empty.hide()
        column.addWidget(self.empty)
        self.tree = ActTree()
        self.tree.setAccessibleName(tr("What was done to this record, newest first"))
        self.tree.currentItemChanged.connect(lambda item, _old: self._show_change(item))
        self.tree.opened.connect(self._to_buttons)
        below = QWidget()
        under = QVBoxLayout(below)
        under.setContentsMargins(0, t.s, 0, 0)
        under.setSpacing(t.s)
        self.heading = label("", "strong", wrap=True)
        self.text = ChangeText()
        self.before_button = icon_button("arrow-counter-clockwise", "")
        self.after_button = icon_button("arrow-counter-clockwise", "")
        self.whole_button = icon_button(
            "clock-counter-clockwise", tr("Take back the whole record as it was then")
        )
        self.before_button.clicked.connect(lambda: self._restore_side(after=False))
        self.after_button.clicked.connect(lambda: self._restore_side(after=True))
        self.whole_button.clicked.connect(self._restore_whole)
        under.addWidget(self.heading)
        under.addWidget(self.text, 1)
        for button in self._buttons():
            under.addWidget(button)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.tree)
        self.splitter.addWidget(below)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        column.addWidget(self.splitter, 1)
        self._show_change(None)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.before_button, self.after_button, self.whole_button

    # -- reading -----------------------------------------------------------------------------

    def show_record(self, record: Record | None) -> None:
        """Read what was done to ``record``."""
        other = record is None or self._record is None or record.id != self._record.id
        self._record = record
        self.empty.setVisible(record is None)
        self.splitter.setVisible(record is not None)
        self.only.setEnabled(record is not None)
        if record is None or other:
            self._show_read(_Read(record.id if record else ""))
        if record is not None:
            self.session.run(self, partial(_read, self.session.desk, record.id), self._show_read, beside=True)

    def focus_place(self) -> QWidget:
        """The acts."""
        return self.tree

    def filter_field(self, name: str) -> None:
        """Show the changes of one field only; "" shows all."""
        self._wanted_field = name
        self._fill_filter()
        self._fill()

    def step_back(self) -> bool:
        """Esc: from the buttons to the acts, then all fields again, then the form."""
        if any(button.hasFocus() for button in self._buttons()) or self.text.hasFocus():
            self.tree.setFocus()
        elif self.only.currentData():
            self.filter_field("")
        else:
            return False
        return True

    def _show_read(self, read: _Read) -> None:
        if self._record is not None and read.record != self._record.id:
            return
        self._entries, self._titles = read.entries, read.titles
        self.central.setText(tr("Number given by the centre: {number}", number=read.central))
        self.central.setVisible(bool(read.central))
        self._wanted_field = self._wanted_field or str(self.only.currentData() or "")
        self._fill_filter()
        self._fill()

    def _fill_filter(self) -> None:
        names = {change.field for entry in self._entries for change in entry.changes}
        ordered = [one.name for one in self.kind.fields if one.name in names]
        ordered += [name for name in ("state", "secrecy") if name in names]
        wanted = self._wanted_field
        if wanted and wanted not in ordered:
            ordered.insert(0, wanted)
        self.only.clear()
        self.only.addItem(tr("all fields"), "")
        for name in ordered:
            self.only.addItem(field_label(self.kind, name), name)
        self.only.setCurrentIndex(max(0, self.only.findData(wanted)))

    def _fill(self) -> None:
        only = str(self.only.currentData() or "")
        self._wanted_field = only
        self.tree.clear()
        first: QTreeWidgetItem | None = None
        for entry in self._entries:
            changes = [one for one in entry.changes if not only or one.field == only]
            if only and not changes:
                continue
            act = self.tree.add_act(self._act_text(entry), entry, undone=entry.undone)
            for change in changes:
                act.addChild(change_item(self.kind, change, self._titles))
            if first is None or only:
                act.setExpanded(True)
            first = first or act
        if first is not None:
            below = first.child(0) if only else None
            self.tree.setCurrentItem(below or first)
        else:
            self._show_change(None)

    @staticmethod
    def _act_text(entry: HistoryEntry) -> str:
        text = " · ".join(part for part in (shown_time(entry.at), entry.by, what_of(entry)) if part)
        if entry.touched > 1:
            text += " · " + ntr("with {n} other", "with {n} others", entry.touched - 1)
        return text + (f" · {tr('taken back')}" if entry.undone else "")

    # -- the change one is at ----------------------------------------------------------------

    def _chosen(self) -> tuple[HistoryEntry | None, FieldChange | None]:
        return self.tree.chosen()

    def _show_change(self, _item: QTreeWidgetItem | None) -> None:
        entry, change = self._chosen()
        usable = entry is not None and self._record is not None and not self.session.desk.read_only
        if entry is None:
            self.heading.setText(
                tr("This field was never changed.") if self._entries and self.only.currentData() else ""
            )
            self.text.show_nothing()
        elif change is None:
            self.heading.setText(self._act_text(entry))
            self.text.show_lines([self._line(one) for one in entry.changes])
        else:
            parts = (field_label(self.kind, change.field), shown_time(entry.at), entry.by)
            self.heading.setText(" · ".join(part for part in parts if part))
            self.text.show_change(
                self._words(change.field, change.before), self._words(change.field, change.after)
            )
        self._offer(change if usable else None)
        newest = bool(self._entries) and entry is self._entries[0]
        self.whole_button.setVisible(usable and not newest and bool(self._differs(entry)))

    def _line(self, change: FieldChange) -> tuple[str, str, str]:
        name = change.field
        return field_label(self.kind, name), self._words(name, change.before), self._words(name, change.after)

    def _words(self, name: str, value: Value) -> str:
        return shown_value(self.kind, name, value, self._titles)

    def _offer(self, change: FieldChange | None) -> None:
        """The values that can be taken back: not the one that stands there now."""
        for button, after in ((self.before_button, False), (self.after_button, True)):
            show = change is not None and change.field in self.kind.by_name
            if show and change is not None:
                value = change.after if after else change.before
                show = value != self._now(change.field)
                words = self._words(change.field, value)
                take = plain(tr("Take back: {value}", value=short(words)))
                button.setText(take if words else tr("Make it empty again"))
            button.setVisible(show)

    def _now(self, name: str) -> Value:
        return self._record.get(name) if self._record is not None else None

    def _to_buttons(self) -> None:
        """Enter on a change: to the first thing that can be done with it."""
        button = next((one for one in self._buttons() if not one.isHidden()), None)
        if button is not None:
            button.setFocus()

    # -- taking back -------------------------------------------------------------------------

    def _restore_side(self, *, after: bool) -> None:
        _entry, change = self._chosen()
        record = self._record
        if change is None or record is None:
            return
        value = change.after if after else change.before
        name, catalogue = change.field, self.session.desk.catalogue
        if self.form.dirty:
            self._propose({name: value})
            return
        self.session.run(
            self, partial(_restore_field, catalogue, record.id, name, value, record.version), self._saved
        )

    def _restore_whole(self) -> None:
        entry, _change = self._chosen()
        record = self._record
        if entry is None or record is None:
            return
        values = self._differs(entry)
        if self.form.dirty:
            self._propose(values)
            return
        self.session.run(
            self, partial(_restore_values, self.session.desk.catalogue, record, values), self._saved
        )

    def _differs(self, entry: HistoryEntry | None) -> dict[str, Value]:
        """Field -> value after ``entry``, of what is otherwise now."""
        if entry is None or self._record is None:
            return {}
        then: dict[str, Value] = {}
        for one in self._entries:
            if one is entry:
                break
            then.update({change.field: change.before for change in one.changes})
        return {
            name: value
            for name, value in then.items()
            if name in self.kind.by_name and value != self._now(name)
        }

    def _propose(self, values: Mapping[str, Value]) -> None:
        """Something else is typed and not saved: the values go into the form beside it."""
        for name, value in values.items():
            self.form.propose(name, value)
        self.session.say(
            ntr(
                "Put into the form, not saved yet: {n} field. Ctrl+S saves it with what you typed.",
                "Put into the form, not saved yet: {n} fields. Ctrl+S saves them with what you typed.",
                len(values),
            )
        )

    def _saved(self, saved: Saved) -> None:
        self.session.done(saved.changes)


def _read(desk: Desk, record_id: str, _progress: Progress) -> _Read:
    catalogue = desk.catalogue
    entries = catalogue.history(record_id, limit=_ACTS)
    changes = [change for entry in entries for change in entry.changes]
    return _Read(record_id, entries, titles_of(catalogue, changes), desk.answers.central_id(record_id))


def _restore_field(
    catalogue: Catalogue, record_id: str, name: str, value: Value, version: int, _progress: Progress
) -> Saved:
    return catalogue.restore_field(record_id, name, value, version)


def _restore_values(
    catalogue: Catalogue, record: Record, values: Mapping[str, Value], _progress: Progress
) -> Saved:
    state = record.state if record.state is not State.TRASHED else State.DRAFT
    return catalogue.save(
        record.kind, values, record_id=record.id, version=record.version, state=state, secrecy=record.secrecy
    )


def open_history(detail: Detail, field: str = "") -> None:
    """Show the history beside the form of ``detail``; of one ``field`` only when it is named."""
    detail.show_side("history")
    panel = detail.panels.get("history")
    if isinstance(panel, HistoryPanel):
        panel.filter_field(field)
