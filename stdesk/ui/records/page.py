"""The page of a kind: its list, and beside it the record that is open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue
from stdesk.ui import theme
from stdesk.ui.checks.walk import WalkBar
from stdesk.ui.icons import icon
from stdesk.ui.records.acts import acts_of
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.form_page import FormPage
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.page_head import PageHead

_MANY = 300  # records: an act on more takes long enough to be followed and stopped
_FOLLOW_MS = 120  # how long the current row stays still before its record is read


class RecordsPage(FormPage):
    """List and form of one kind."""

    def __init__(self, session: Session, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(session, kind, parent)
        self.name = f"records:{kind.name}"
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.walk_bar: WalkBar | None = None  # made with the pane
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
        column.addWidget(self.splitter, 1)
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._connect()
        self._keys()

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.new)
        self.more_menu.aboutToShow.connect(self._fill_more)
        self.head.search.textChanged.connect(self.list.search)
        self.head.search.returnPressed.connect(self._to_list)
        self.list.words_wanted.connect(self.head.search.setText)
        self.list.new_wanted.connect(self.new)
        self.list.chosen.connect(lambda _key: self._follow.start())
        self.list.table.clicked.connect(lambda _index: self._clicked())
        self.list.opened.connect(self.open_key)
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
            ("Ctrl+H", self._field_history),
            ("F2", self._other_side),
            ("F6", self._onward),
        ):
            QShortcut(QKeySequence(keys), self, act)
        for one in acts_of(self.kind):
            if one.shortcut:
                QShortcut(QKeySequence(one.shortcut), self, partial(self.list.act, one))

    def _field_history(self) -> None:
        """What was changed in the field one is in; of the whole record when one is in none."""
        if self.detail is not None and self.pane_open and self.detail.record is not None:
            from stdesk.ui.history.panel import open_history  # late: few look at it

            box = self.detail.form.box_of(self.window().focusWidget())
            open_history(self.detail, box.editor.field.name if box else "")

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
        """Read the list again, and see whether the open record is still as it was read."""
        self.list.read()
        self.look_outside()

    def concerns(self, changes: Changes) -> bool:
        """Only changes of this kind; an act that names no kind may have touched it."""
        return not changes.kinds or self.kind.name in changes.kinds

    def open_with(self, arguments: Any) -> None:
        """(record id or "" for a new one, field), or {"filters": {...}, "ids": ...} for a list."""
        if isinstance(arguments, tuple) and len(arguments) == 2:
            record_id, field = arguments
            if record_id:
                self._wanted_field = field
                self.read_record(record_id, then_list=True)
            else:
                self.new()
        elif isinstance(arguments, Mapping):
            self.head.search.setText(str(arguments.get("words", "")))
            for name, values in dict(arguments.get("filters", {})).items():
                if name in self.list.filters.fields:
                    self.list.filters.set_filter(name, tuple(values))

    def place(self) -> tuple[str, str] | None:
        """The record that is open; while findings are walked through one goes back to their list at once."""
        if self.walking:
            return None
        record = self.detail.record if self.detail is not None and self.pane_open else None
        return (record.id, "") if record is not None else None

    def step_back(self) -> bool:
        """From the form to the list, then the form closes, then the search is cleared."""
        here = self.window().focusWidget() or self
        if self.pane_open and self.detail is not None and self.detail.step_back():
            pass
        elif self.walking and self.walk_bar is not None:
            self.keep_typed()
            self.walk_bar.walk.go_back()
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

    def connect_detail(self, detail: Detail) -> None:
        """The buttons of the pane."""
        detail.save_wanted.connect(self.save_pressed)
        detail.duplicate_wanted.connect(self.duplicate)
        detail.trash_wanted.connect(self._trash_open)
        detail.close_wanted.connect(self.close_pane)
        self.walk_bar = WalkBar(self.session, lambda: detail.record.id if detail.record else "", self._onward)
        detail.notes.insertWidget(0, self.walk_bar)
        detail.other_shown.connect(self.walk_bar.look)

    @property
    def walking(self) -> bool:
        """Whether the open record is the one to be mended in a walk through findings."""
        return self.walk_bar is not None and self.pane_open and self.walk_bar.on

    def _onward(self) -> None:
        """F6: on to the next finding, saving what was typed; without a walk to the other side."""
        bar, detail = self.walk_bar, self.detail
        if bar is None or detail is None or detail.record is None or not self.walking:
            self._other_side()
        elif detail.dirty:
            bar.walk.go_on_after(detail.record.id)
            self.save(detail.record.state)
        else:
            bar.walk.go_on()

    def next_wanted(self, before: Record | None) -> None:
        """After "save and next": the next finding of a walk, else the next record of the list."""
        if before is not None and self.walking and self.walk_bar is not None:
            self.walk_bar.walk.go_on()
        else:
            super().next_wanted(before)

    def close_pane(self) -> None:
        """Hide the form; what was typed is kept."""
        self.keep_typed()
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
            self.read_record(row.id)

    def _other_side(self) -> None:
        """From the list into the form, which opens, and from the form back to the list."""
        detail = self.detail
        here = self.window().focusWidget()
        if self.pane_open and detail is not None and here is not None and detail.isAncestorOf(here):
            self.list.focus_place().setFocus()
        elif self.pane_open and detail is not None:
            held = detail.form.focusWidget()
            if detail.side == "form" and detail.form.box_of(held) is not None and held is not None:
                held.setFocus()
            else:
                detail.form.focus_field("")
        else:
            key = self.list.current_key()
            if key is not None:
                self.open_key(key)

    # -- acts --------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty form; one that was begun and not saved comes back."""
        if self._begun():
            return
        self._follow.stop()
        self.begin({}, put_back=True)

    def _begun(self) -> bool:
        """Whether a new one that was begun stands in the form; then it comes first."""
        detail = self.detail
        if detail is None or detail.record is not None or not self.pane_open or not detail.dirty:
            return False
        text = tr("This new one is not saved yet: save it first (Ctrl+S), or as a draft.")
        self.session.say(text, Tone.WARN)
        detail.form.focus_field("")
        return True

    def duplicate(self) -> None:
        """A new form that begins with what stands in the open one."""
        if self.detail is None or self.detail.record is None or not self.pane_open:
            return
        if "" in self.keeper.kept:  # there is room for one new one at a time
            text = tr("Another new one is not saved yet. Save it first, then make the copy.")
            self.session.said.emit(Message(text, Tone.WARN, tr("Back to it"), self.new))
            return
        own = (one.name for one in self.kind.fields if one.internal or one.type is FieldType.FILES)
        left = {*self.kind.identity, *own}
        values = self.detail.form.typed().values
        self._follow.stop()
        self.begin({name: v for name, v in values.items() if v is not None and name not in left})
        self.session.say(tr("A copy, not saved yet. Change what differs, then save."))

    def save_pressed(self, state: State, then_next: bool) -> None:
        """A button of the foot."""
        self.save(state, then_next=then_next)

    def _trash_open(self) -> None:
        record = self.detail.record if self.detail else None
        if record is not None:
            self._run_trash([record.id])

    def _trash(self, keys: list[int]) -> None:
        place = self.list.model.row_of(keys[0])
        following = self.list.model.key_at((place or 0) + len(keys))
        self.list.want(following)
        work = partial(_trash, self.session.desk.catalogue, self.kind.name, keys)
        task = self.session.run(self, work, self._trashed, again=partial(self._trash, keys))
        self._follow_many(task, keys)

    def _follow_many(self, task: Task, keys: list[int]) -> None:
        if len(keys) > _MANY:
            self.list.strip.follow(task)

    def _run_trash(self, ids: list[str]) -> None:
        catalogue = self.session.desk.catalogue
        self.session.run(self, lambda _progress: catalogue.trash(ids), self._trashed)

    def _trashed(self, changes: Changes) -> None:
        detail = self.detail
        if detail is not None and detail.record is not None and detail.record.id in changes.ids:
            if detail.dirty:
                self.keep_typed(but=detail.record.id)
            detail.hide()
        self.session.done(changes)
        self.list.focus_place().setFocus()

    def _restore(self, keys: list[int]) -> None:
        work = partial(_restore, self.session.desk.catalogue, self.kind.name, keys)
        task = self.session.run(self, work, self.session.done, again=partial(self._restore, keys))
        self._follow_many(task, keys)

    def _to_list(self) -> None:
        if not self.list.table.currentIndex().isValid() and self.list.model.rowCount():
            self.list.step(1)
        self.list.focus_place().setFocus()

    def _keep_splitter(self, _at: int, _which: int) -> None:
        remembered.opened().put_bytes(self.splitter_key(), self.splitter.saveState())


def _trash(catalogue: Catalogue, kind: str, keys: list[int], progress: Progress) -> Changes:
    return catalogue.trash([row.id for row in catalogue.rows(kind, keys).values()], progress)


def _restore(catalogue: Catalogue, kind: str, keys: list[int], progress: Progress) -> Changes:
    return catalogue.restore([row.id for row in catalogue.rows(kind, keys).values()], progress)
