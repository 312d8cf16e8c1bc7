"""The page of a kind: its list, and beside it the record that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services.catalogue import Saved
from stdesk.ui import theme
from stdesk.ui.forms.form import Typed
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.records.acts import acts_of
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.list_panel import ListPanel
from stdesk.ui.records.saving import Wanted, wanted_save
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.page_head import PageHead

_FOLLOW_MS = 120  # how long the current row stays still before its record is read
_LEAST = 420  # pixels of the form's pane


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What was typed into a form that was left for another record."""

    typed: Typed
    level: str


class RecordsPage(Page):
    """List and form of one kind."""

    def __init__(self, session: Session, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind = kind
        self.name = f"records:{kind.name}"
        self._asked = 0
        self._kept: dict[str, Unsaved] = {}  # record id ("" = new) -> what was typed
        self._wanted_field: str | None = None
        self.detail: Detail | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.head = PageHead(self.title(), search=True)
        self.add_button = icon_button("plus", tr("Add"), "on_accent")
        self.add_button.setProperty("primary", True)
        self.add_button.setToolTip(tr("Add (Ctrl+N)"))
        self.more_button = QToolButton()
        self.more_button.setIcon(icon("dots-three", "text"))
        self.more_button.setProperty("quiet", True)
        self.more_button.setToolTip(tr("More to do with this list"))
        self.more_button.setAccessibleName(self.more_button.toolTip())
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_menu = QMenu(self.more_button)
        self.more_button.setMenu(self.more_menu)
        self.head.add_action(self.more_button)
        self.head.add_action(self.add_button)
        column.addWidget(self.head)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(t.s)
        self.list = ListPanel(kind, session)
        self.list.setMinimumWidth(320)
        self.splitter.addWidget(self.list)
        column.addWidget(self.splitter, 1)
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._connect()
        self._keys()

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.new)
        self.more_menu.aboutToShow.connect(self._fill_more)
        self.head.search.textChanged.connect(self.list.search)
        self.head.search.returnPressed.connect(self._to_list)
        self.list.new_wanted.connect(self.new)
        self.list.chosen.connect(lambda _key: self._follow.start())
        self.list.table.clicked.connect(lambda _index: self._clicked())
        self.list.opened.connect(self._open_key)
        self.list.trash_wanted.connect(self._trash)
        self.list.restore_wanted.connect(self._restore)
        self._follow.timeout.connect(self._follow_current)
        self.splitter.splitterMoved.connect(self._keep_splitter)

    def _keys(self) -> None:
        for keys, act in (
            ("Ctrl+N", self.new),
            ("Ctrl+S", lambda: self.save(State.COMPLETE)),
            ("Ctrl+Shift+S", lambda: self.save(State.DRAFT)),
            ("Ctrl+Return", lambda: self.save(State.COMPLETE, then_next=True)),
            ("Ctrl+Enter", lambda: self.save(State.COMPLETE, then_next=True)),
            ("Ctrl+D", self.duplicate),
        ):
            QShortcut(QKeySequence(keys), self, act)
        for one in acts_of(self.kind):
            if one.shortcut:
                QShortcut(QKeySequence(one.shortcut), self, partial(self.list.act, one))

    def _fill_more(self) -> None:
        self.more_menu.clear()
        self.list.fill_acts(self.more_menu)

    def focus_place(self) -> QWidget:
        """The list."""
        return self.list.focus_place()

    def focus_again(self, held: QWidget | None) -> QWidget:
        """Never the search line: a letter typed there would list other things."""
        return super().focus_again(None if held is self.head.search else held)

    def title(self) -> str:
        """The kind's name."""
        return str(self.kind.plural)

    # -- the page's duties -------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list again, and the open record when nothing was typed into it."""
        self.list.read()
        if self.detail is not None and self.detail.record is not None and not self.detail.dirty:
            self._read(self.detail.record.id)

    def concerns(self, changes: Changes) -> bool:
        """Only changes of this kind; an act that names no kind may have touched it."""
        return not changes.kinds or self.kind.name in changes.kinds

    def open_with(self, arguments: Any) -> None:
        """(record id or "" for a new one, field), or {"filters": {...}, "ids": ...} for a list."""
        if isinstance(arguments, tuple) and len(arguments) == 2:
            record_id, field = arguments
            if record_id:
                self._wanted_field = field
                self._read(record_id, then_list=True)
            else:
                self.new()
        elif isinstance(arguments, Mapping):
            self.head.search.setText(str(arguments.get("words", "")))
            for name, values in dict(arguments.get("filters", {})).items():
                if name in self.list.filters.fields:
                    self.list.filters.set_filter(name, tuple(values))

    def step_back(self) -> bool:
        """From the form to the list, then the form closes, then the search is cleared."""
        here = self.window().focusWidget() or self
        if self.pane_open and self.detail is not None and self.detail.step_back():
            pass
        elif self.pane_open and self.detail is not None and self.detail.isAncestorOf(here):
            self.list.focus_place().setFocus()
        elif self.pane_open:
            self.close_pane()
        elif self.head.search.text():
            self.head.search.clear()
        elif self.head.search.hasFocus():
            self._to_list()
        elif self.list.filters.chosen:
            self.list.filters.clear()
        else:
            return False
        return True

    def may_leave(self) -> bool:
        """Nothing is lost by leaving: the form stays as it is."""
        return True

    # -- opening -----------------------------------------------------------------------------

    @property
    def pane_open(self) -> bool:
        """Whether the form is seen."""
        return self.detail is not None and not self.detail.isHidden()

    def open_pane(self) -> Detail:
        """Show the pane of the form, made at the first opening."""
        if self.detail is None:
            self.detail = Detail(self.kind, self.session)
            self.detail.setMinimumWidth(_LEAST)
            self.detail.save_wanted.connect(self.save_pressed)
            self.detail.duplicate_wanted.connect(self.duplicate)
            self.detail.trash_wanted.connect(self._trash_open)
            self.detail.close_wanted.connect(self.close_pane)
            self.splitter.addWidget(self.detail)
            self.splitter.setStretchFactor(0, 1)
            if not self.splitter.restoreState(remembered.opened().get_bytes(self._splitter_key())):
                room = self.splitter.width()
                form = max(_LEAST, min(640, room * 45 // 100))
                self.splitter.setSizes([room - form, form])
        self.detail.show()
        return self.detail

    def close_pane(self) -> None:
        """Hide the form; what was typed is kept."""
        self._keep_typed()
        if self.detail is not None:
            self.detail.hide()
        self.list.focus_place().setFocus()

    def _clicked(self) -> None:
        if not self.pane_open:
            self._follow_current(force=True)

    def _follow_current(self, *, force: bool = False) -> None:
        key = self.list.current_key()
        if key is None or not (force or self.pane_open):
            return
        row = self.list.model.row(self.list.model.row_of(key) or 0)
        shown = self.detail.record if self.detail else None
        if row is not None and (shown is None or row.id != shown.id or not self.pane_open):
            self._read(row.id)

    def _open_key(self, key: int) -> None:
        place = self.list.model.row_of(key)
        row = self.list.model.row(place) if place is not None else None
        if row is not None:
            self._wanted_field = ""
            self._read(row.id)

    def _read(self, record_id: str, *, then_list: bool = False) -> None:
        self._asked += 1
        asked, catalogue = self._asked, self.session.desk.catalogue

        def work(_progress: Any) -> tuple[int, Record, int | None]:
            return asked, catalogue.record(record_id), catalogue.key_of(record_id) if then_list else None

        self.session.run(self, work, self._show, beside=True)

    def _show(self, answer: tuple[int, Record, int | None]) -> None:
        asked, record, key = answer
        if asked != self._asked or record.kind != self.kind.name:
            return
        self._keep_typed(but=record.id)
        detail = self.open_pane()
        again = detail.record is not None and detail.record.id == record.id
        place = detail.form.verticalScrollBar().value()
        detail.form.load(record)
        detail.set_level(record.secrecy)
        self._put_back(record.id)
        detail.show_state()
        if again:
            detail.form.verticalScrollBar().setValue(place)
        if key is not None:
            self.list.want(key)
        if self._wanted_field is not None:
            detail.form.focus_field(self._wanted_field)
            self._wanted_field = None

    # -- what was typed is never lost --------------------------------------------------------

    def _keep_typed(self, but: str = "") -> None:
        """Put aside what was typed into the open form, and say so."""
        detail = self.detail
        if detail is None or not detail.dirty:
            return
        record = detail.record
        record_id = _id(record)
        typed = Typed(detail.form.changes(), detail.form.typed().texts)
        self._kept[record_id] = Unsaved(typed, detail.level)
        if record_id != but or not record_id:
            title = detail.name.text()
            self.session.said.emit(
                Message(
                    tr("Not saved yet: “{title}”. What you typed is kept.", title=title[:80]),
                    Tone.WARN,
                    tr("Back to it"),
                    lambda: self.open_with((record_id, "")),
                )
            )

    def _put_back(self, record_id: str) -> None:
        kept = self._kept.pop(record_id, None)
        if kept is not None and self.detail is not None:
            self.detail.form.put(kept.typed)
            self.detail.set_level(kept.level, loaded=False)

    def unsaved(self) -> list[Wanted]:
        """What would have to be saved so that nothing typed is lost when the window closes."""
        if self.detail is not None and self.detail.dirty:
            self._keep_typed(but=_id(self.detail.record))
        wanted = [wanted_save(self.kind, one, kept.typed, kept.level) for one, kept in self._kept.items()]
        if self.detail is not None and self._kept:
            record = self.detail.record
            self._kept.pop(_id(record), None)
        return wanted

    # -- acts --------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty form; one that was begun and not saved comes back."""
        begun = self.detail is not None and self.detail.record is None and self.pane_open
        if begun and self.detail is not None and self.detail.dirty:
            text = tr("This new one is not saved yet: save it first (Ctrl+S), or as a draft.")
            self.session.say(text, Tone.WARN)
            self.detail.form.focus_field("")
            return
        self._begin({})
        self._put_back("")
        if self.detail is not None:
            self.detail.show_state()

    def duplicate(self) -> None:
        """A new form that begins with what stands in the open one."""
        if self.detail is None or self.detail.record is None or not self.pane_open:
            return
        left = {*self.kind.identity, *(f.name for f in self.kind.of_type(FieldType.FILES))}
        values = self.detail.form.typed().values
        self._begin({name: v for name, v in values.items() if v is not None and name not in left})
        self.session.say(tr("A copy, not saved yet. Change what differs, then save."))

    def _begin(self, values: Mapping[str, Value]) -> None:
        self._keep_typed()
        self._asked += 1
        self._follow.stop()
        detail = self.open_pane()
        detail.form.load(None, values)
        detail.set_level(ORDINARY)
        detail.show_state()
        detail.form.focus_field("")

    def save_pressed(self, state: State, then_next: bool) -> None:
        """A button of the foot."""
        self.save(state, then_next=then_next)

    def save(self, state: State, *, then_next: bool = False) -> None:
        """Save what stands in the form."""
        detail = self.detail
        if detail is None or not self.pane_open:
            return
        record, problems = detail.record, detail.form.problems()
        if problems and state is not State.DRAFT:
            name, why = next(iter(problems.items()))
            detail.form.focus_field(name)
            self.session.say(f"{self.kind.field(name).label}: {why}", Tone.WARN)
            return
        typed = Typed(detail.form.changes(), detail.form.typed().texts)
        if not (typed.values or typed.texts) and not detail.dirty:
            if record is None:
                self.session.say(tr("Nothing is typed yet."))
                return
            if record.state is state:
                self.session.say(tr("Nothing was changed."))
                if then_next:
                    self._next(record)
                return
        wanted = wanted_save(self.kind, _id(record), typed, detail.level, record, state)
        self._send(wanted, record, then_next=then_next)

    def _send(self, wanted: Wanted, record: Record | None, *, then_next: bool) -> None:
        catalogue = self.session.desk.catalogue
        task = self.session.runner.run(self, lambda _progress: wanted.run(catalogue))
        task.finished.connect(lambda saved: self._saved(saved, wanted, record, then_next))
        task.failed.connect(lambda error: self._refused(error, record))

    def _saved(self, saved: Saved, wanted: Wanted, before: Record | None, then_next: bool) -> None:
        detail = self.detail
        same = detail is not None and _id(detail.record) == _id(before)
        if detail is not None and same:
            if wanted.moved_to_notes:
                detail.form.load(saved.record)
            else:
                detail.form.saved(saved.record, wanted.values)
            detail.set_level(saved.record.secrecy)
            detail.show_state()
        key = self.session.desk.catalogue.key_of(saved.record.id)
        self.list.want(key)
        self.session.done(saved.changes)
        if then_next and same:
            self._next(before)

    def _next(self, before: Record | None) -> None:
        if before is None:
            self._begin({})
            return
        key = self.list.step(1)
        if key is not None:
            self._open_key(key)

    def _refused(self, error: BaseException, record: Record | None) -> None:
        if isinstance(error, UserError) and error.code == "changed_meanwhile" and record is not None:
            label = tr("Reload, keep my changes")
            self.session.said.emit(Message(str(error), Tone.WARN, label, lambda: self._rebase(record.id)))
        else:
            self.session.say_error(error)

    def _rebase(self, record_id: str) -> None:
        """The stored record anew, with what was typed here put over it."""
        self._keep_typed(but=record_id)
        self._read(record_id)

    def _trash_open(self) -> None:
        record = self.detail.record if self.detail else None
        if record is not None:
            self._run_trash([record.id])

    def _trash(self, keys: list[int]) -> None:
        catalogue, kind = self.session.desk.catalogue, self.kind.name
        place = self.list.model.row_of(keys[0])
        following = self.list.model.key_at((place or 0) + len(keys))
        self.list.want(following)
        self.session.run(
            self,
            lambda _p: catalogue.trash([row.id for row in catalogue.rows(kind, keys).values()]),
            self._trashed,
        )

    def _run_trash(self, ids: list[str]) -> None:
        catalogue = self.session.desk.catalogue
        self.session.run(self, lambda _progress: catalogue.trash(ids), self._trashed)

    def _trashed(self, changes: Changes) -> None:
        detail = self.detail
        if detail is not None and detail.record is not None and detail.record.id in changes.ids:
            if detail.dirty:
                self._keep_typed(but=detail.record.id)
            detail.hide()
        self.session.done(changes)
        self.list.focus_place().setFocus()

    def _restore(self, keys: list[int]) -> None:
        catalogue, kind = self.session.desk.catalogue, self.kind.name
        self.session.run(
            self,
            lambda _p: catalogue.restore([row.id for row in catalogue.rows(kind, keys).values()]),
            self.session.done,
        )

    def _to_list(self) -> None:
        if not self.list.table.currentIndex().isValid() and self.list.model.rowCount():
            self.list.step(1)
        self.list.focus_place().setFocus()

    def _splitter_key(self) -> str:
        return f"splitter:{self.kind.name}"

    def _keep_splitter(self, _at: int, _which: int) -> None:
        remembered.opened().put_bytes(self._splitter_key(), self.splitter.saveState())


def _id(record: Record | None) -> str:
    return record.id if record else ""
