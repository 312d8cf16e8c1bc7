"""The pane beside the list: one record's form with its name above and its acts below."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import LEVELS, ORDINARY
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.doubles.warning import DoublesNote
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.form import Form
from stdesk.ui.icons import icon
from stdesk.ui.records.keeping import Unsaved, version_of
from stdesk.ui.records.panels import RecordPanel, panels_of
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.note_line import NoteLine

_TONES = {State.DRAFT: "amber", State.COMPLETE: "green", State.TRASHED: "red"}


class Detail(QFrame):
    """Head, form and foot of one record.

    Signals:
        save_wanted: the state to save in, and whether the next record is wanted after it.
        duplicate_wanted, trash_wanted, close_wanted: pressed.
        other_shown: another record, or the same one saved, stands in the form.
    """

    save_wanted = Signal(object, bool)
    duplicate_wanted = Signal()
    trash_wanted = Signal()
    close_wanted = Signal()
    other_shown = Signal()

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setProperty("place", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._tabs(kind))
        line = QFrame()
        line.setProperty("place", "line")
        column.addWidget(line)
        self.notes = QVBoxLayout()  # what is said of the whole record, above its form
        self.notes.setContentsMargins(theme.tokens().s, 2, theme.tokens().s, 2)
        self.notes.setSpacing(theme.tokens().xs)
        column.addLayout(self.notes)
        self.found_note = NoteLine()  # what was typed before a restart stands here again
        self.outside_note = NoteLine()  # another act changed the record
        self.doubles = DoublesNote(kind, session)
        self.doubles.merge_wanted.connect(self._merge)
        for note in (self.found_note, self.outside_note, self.doubles):
            self.notes.addWidget(note)
        self.form = Form(kind, session)
        self.sides = QStackedWidget()
        self.sides.addWidget(self.form)
        column.addWidget(self.sides, 1)
        column.addWidget(self._foot())
        self.form.edited.connect(self._edited)
        self.form.checked.connect(self._count_findings)
        self.secrecy.activated.connect(lambda _at: self.show_state())
        self._secrecy_loaded = ORDINARY
        self._seen: tuple[str, int] | None = None
        told = (kind.title, kind.people, *kind.begins, *kind.ends, *kind.identity)
        self._telling = tuple(name for name in dict.fromkeys(told) if name)
        self._looked: tuple[Value, ...] = ()
        for keys, by in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1), ("Ctrl+Shift+Backtab", -1)):
            key = QShortcut(QKeySequence(keys), self, partial(self.step_side, by))
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _edited(self) -> None:
        self.show_state()
        now = self._told()
        if now != self._looked:
            self._looked = now
            self.doubles.look(self.form.filled(), self.record.id if self.record else "")

    def _told(self) -> tuple[Value, ...]:
        """What tells this record from others: doubles are looked for when it changes."""
        return tuple(self.form.boxes[name].editor.value() for name in self._telling)

    def _merge(self, ids: list[str]) -> None:
        self.form.session.page_wanted.emit("doubles", {"kind": self.kind.name, "ids": list(ids)})

    def _head(self) -> QHBoxLayout:
        t = theme.tokens()
        row = QHBoxLayout()
        row.setContentsMargins(t.l, t.s, t.s, t.s)
        row.setSpacing(t.xs)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self.name = ElidedLabel("", "heading")
        under = QHBoxLayout()
        under.setSpacing(t.s)
        self.about = _yielding(str(self.kind.label), "small")
        self.number = label("", "small")
        self.badge = label("", "badge")
        self.not_saved = label(tr("Not saved"), "badge")
        self.not_saved.setProperty("tone", "amber")
        which = QHBoxLayout()
        which.setSpacing(2)
        which.addWidget(self.about)
        which.addWidget(self.number)
        under.addLayout(which)
        under.addWidget(self.badge)
        under.addWidget(self.not_saved)
        under.addStretch(1)
        texts.addWidget(self.name)
        texts.addLayout(under)
        row.addLayout(texts, 1)
        self.duplicate = self._tool("copy", tr("Duplicate (Ctrl+D)"))
        self.trash = self._tool("trash", tr("Put into the trash (Del)"))
        self.close_button = self._tool("x", tr("Close (Esc)"))
        for button, signal in (
            (self.duplicate, self.duplicate_wanted),
            (self.trash, self.trash_wanted),
            (self.close_button, self.close_wanted),
        ):
            button.clicked.connect(signal)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _tabs(self, kind: Kind) -> QHBoxLayout:
        t = theme.tokens()
        row = QHBoxLayout()
        row.setContentsMargins(t.s, 0, t.s, 0)
        row.setSpacing(0)
        self.panels: dict[str, RecordPanel] = {}
        self._entries = {entry.name: entry for entry in panels_of(kind)}
        self._stale: set[str] = set()
        self.tabs: dict[str, QPushButton] = {}
        for name, text, picture in (
            ("form", tr("Form"), "note-pencil"),
            *((entry.name, entry.text, entry.icon) for entry in self._entries.values()),
        ):
            tab = icon_button(picture, text, "text_soft")
            tab.setProperty("tab", True)
            tab.setCheckable(True)
            tab.setToolTip(tr("{name} (Ctrl+Tab: the next side)", name=text))
            tab.toggled.connect(partial(_tint, tab, picture))
            tab.setAutoExclusive(True)
            tab.clicked.connect(partial(self.show_side, name))
            self.tabs[name] = tab
            row.addWidget(tab)
        row.addStretch(1)
        self.tabs["form"].setChecked(True)
        return row

    def show_side(self, name: str) -> None:
        """Show the form or one of the panels beside it."""
        if name == "form":
            self.sides.setCurrentWidget(self.form)
        else:
            if name not in self.panels:
                self.panels[name] = self._entries[name].make(self.kind, self.form.session, self.form)
                self.sides.addWidget(self.panels[name])
                self._stale.add(name)
            self.sides.setCurrentWidget(self.panels[name])
            self._refresh_side()
            self.panels[name].focus_place().setFocus()
        self.tabs[name].setChecked(True)

    def step_side(self, by: int) -> None:
        """The side after (1) or before (-1) the one shown; the form gets its cursor back."""
        names = list(self.tabs)
        name = names[(names.index(self.side) + by) % len(names)]
        held = self.form.focusWidget()
        self.show_side(name)
        if name == "form":
            (held or self.form).setFocus() if self.form.box_of(held) else self.form.focus_field("")

    @property
    def side(self) -> str:
        """Which side is shown: "form" or the name of a panel."""
        seen = self.sides.currentWidget()
        return next((name for name, panel in self.panels.items() if panel is seen), "form")

    def step_back(self) -> bool:
        """Esc: from a panel back to the form; False when the form is shown."""
        name = self.side
        if name == "form":
            return False
        if not self.panels[name].step_back():
            self.show_side("form")
            self.form.focus_field("")
        return True

    def record_shown(self) -> None:
        """Another record stands in the form, or it was saved: panels are out of date."""
        self._stale = set(self.panels)
        self._refresh_side()
        self.other_shown.emit()

    def _refresh_side(self) -> None:
        name = self.side
        if name in self._stale:
            self._stale.discard(name)
            record = self.record
            self.panels[name].show_record(record if record is not None and record.version else None)

    @staticmethod
    def _tool(picture: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("quiet", True)
        button.setIcon(icon(picture, "text_soft"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def _foot(self) -> QFrame:
        t = theme.tokens()
        foot = QFrame()
        foot.setProperty("place", "bar")
        row = QHBoxLayout(foot)
        row.setContentsMargins(t.l, t.s, t.m, t.s)
        row.setSpacing(t.s)
        secrecy = code_list("secrecy")
        self.secrecy = QuietCombo()
        for level in LEVELS:
            self.secrecy.addItem(secrecy.label(level), level)
        self.secrecy.setAccessibleName(tr("Secrecy level"))
        self.secrecy.setToolTip(tr("Secrecy level"))
        self.secrecy.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        name = _yielding(tr("Secrecy level"), "label")
        name.setBuddy(self.secrecy)
        self.findings = label("", "small")
        self.save = icon_button("floppy-disk", tr("Save"), "on_accent")
        self.save.setProperty("primary", True)
        self.save.setToolTip(tr("Save as complete (Ctrl+S); Ctrl+Enter also goes on to the next"))
        self.draft = QPushButton(tr("Save draft"))
        self.draft.setToolTip(tr("Keep it unfinished: drafts stay out of the report"))
        self.save.clicked.connect(lambda: self.save_wanted.emit(State.COMPLETE, False))
        self.draft.clicked.connect(lambda: self.save_wanted.emit(State.DRAFT, False))
        row.addWidget(name)
        row.addWidget(self.secrecy)
        row.addStretch(1)
        row.addWidget(self.findings)
        row.addWidget(self.draft)
        row.addWidget(self.save)
        return foot

    @property
    def record(self) -> Record | None:
        """The record shown; ``None`` for a new one."""
        return self.form.record

    @property
    def level(self) -> str:
        """The secrecy level chosen by the person."""
        return str(self.secrecy.currentData())

    def set_level(self, level: str, *, loaded: bool = True) -> None:
        """Show a secrecy level; ``loaded`` when it is the stored one."""
        self.secrecy.setCurrentIndex(max(0, self.secrecy.findData(level)))
        if loaded:
            self._secrecy_loaded = level

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what is stored."""
        return self.form.dirty or self.level != self._secrecy_loaded

    def unsaved(self) -> Unsaved:
        """What differs from what is stored."""
        return Unsaved(self.form.unsaved(), self.level, version_of(self.record))

    def show_record(self, record: Record | None, values: Mapping[str, Value] | None = None) -> None:
        """Put a record, or a new one that begins with ``values``, into the form; notes are of another."""
        for note in (self.found_note, self.outside_note):
            note.clear()
        self.form.load(record, values)
        self.set_level(record.secrecy if record else ORDINARY)
        self.doubles.reset()
        self._looked = self._told()

    def record_saved(self, record: Record, before: Record | None, sent: Mapping[str, Value]) -> None:
        """What stands in the form was saved as ``record``."""
        self.form.saved(record, sent)
        self.set_level(record.secrecy)
        self.found_note.clear()
        self.outside_note.clear()
        if before is None:
            self.doubles.saved(record.id)
        self.show_state()

    def show_state(self) -> None:
        """Name, badges and buttons for what stands in the form now."""
        record = self.record
        stored = record is not None and record.version > 0  # of one that is gone only the name is left
        if (state := (record.id, record.version) if record else None) != self._seen:
            self._seen = state
            self.record_shown()
        title = self.form.boxes[self.kind.title].editor.value() if self.form.ready else ""
        untitled = tr("(no title)") if record else tr("New: {kind}", kind=self.kind.label)
        self.name.setText(str(title or untitled))
        number = tr("No. {n}", n=record.number) if record is not None and stored else tr("not saved yet")
        self.number.setText(f"· {number}" if stored or not self.dirty else "")  # the badge says it then
        self.badge.setVisible(stored)
        if record is not None:
            self.badge.setText(state_word(record.state))
            if self.badge.property("tone") != _TONES[record.state]:
                theme.mark(self.badge, tone=_TONES[record.state])
        self.not_saved.setVisible(self.dirty)
        self.duplicate.setEnabled(record is not None)
        self.trash.setEnabled(stored and record is not None and record.state is not State.TRASHED)

    def _count_findings(self, n: int) -> None:
        self.findings.setText(ntr("{n} note", "{n} notes", n) if n else "")


def _yielding(text: str, role: str) -> ElidedLabel:
    """A label as wide as its text that gives way first where room is short."""
    made = ElidedLabel(text, role)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made


def _tint(tab: QPushButton, picture: str, on: bool) -> None:
    """The picture of the side that is shown has the accent's colour."""
    give_icon(tab, picture, "accent" if on else "text_soft")
