"""A list with, beside it, the record that is open: opened, kept, saved, and mended when others change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.errors import Exit, UserError
from stdesk.i18n import ntr, tr
from stdesk.services.catalogue import Catalogue, Saved
from stdesk.ui import theme
from stdesk.ui.page import Page
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.keeping import Keeper
from stdesk.ui.records.list_panel import ListPanel
from stdesk.ui.records.outside import Watch, gone_sentence
from stdesk.ui.records.saving import Wanted, wanted_save
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.times import shown_hour
from stdesk.ui.widgets import remembered

_PREPARE_MS = 400  # after the list is shown, before the form is made in idle time
_LEAST = 414  # pixels of the form's pane
_LEAST_LIST = 240
_TAKEN = 3  # fields of which the other's value is offered


class FormPage(Page):
    """The list, the pane of the form, and everything that keeps what is typed there."""

    def __init__(self, session: Session, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind = kind
        self._asked = 0
        self._wanted_field: str | None = None
        self.watch = Watch(self)
        self._retry: Callable[[], None] | None = None
        self._sized = False
        self.detail: Detail | None = None
        self.keeper = Keeper(kind, session, self)
        self.keeper.due.connect(self._write_draft)
        self.keeper.found.connect(lambda: self._offer_found())
        self.keeper.failed.connect(self._not_kept)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.tokens().s)
        self.list = ListPanel(kind, session)
        self.list.setMinimumWidth(_LEAST_LIST)
        self.splitter.addWidget(self.list)
        self._prepare = QTimer(self, singleShot=True, interval=_PREPARE_MS)
        self._prepare.timeout.connect(self._make_pane)
        self.list.listed.connect(self._listed)

    def _listed(self, _n: int) -> None:
        self.keeper.read()
        if self.detail is None:
            self._prepare.start()

    # -- the pane ----------------------------------------------------------------------------

    @property
    def pane_open(self) -> bool:
        """Whether the form is seen."""
        return self.detail is not None and not self.detail.isHidden()

    def _make_pane(self) -> None:
        """Make the pane, hidden; its fields follow a few at a time."""
        if self.detail is None:
            self.detail = detail = Detail(self.kind, self.session, self)
            detail.hide()
            detail.setMinimumWidth(_LEAST)
            detail.form.edited.connect(self.keeper.touched)
            self.connect_detail(detail)
            self.splitter.addWidget(detail)
            self.splitter.setStretchFactor(0, 1)
        self.detail.form.prepare()

    def connect_detail(self, detail: Detail) -> None:
        """Join what is pressed in the pane to the page's acts."""

    def open_pane(self) -> Detail:
        """Show the pane of the form, made at the first opening."""
        self._make_pane()
        if self.detail is None:
            raise AssertionError("made just now")
        self.detail.show()
        if not self._sized:
            self._sized = True
            if not self.splitter.restoreState(remembered.opened().get_bytes(self.splitter_key())):
                room = self.splitter.width()
                form = max(_LEAST, min(640, room * 45 // 100))
                self.splitter.setSizes([room - form, form])
        return self.detail

    def splitter_key(self) -> str:
        """Under which the pane's width is remembered."""
        return f"splitter:{self.kind.name}"

    # -- opening -----------------------------------------------------------------------------

    def read_record(self, record_id: str, *, then_list: bool = False) -> None:
        """Read a record and show it in the form; ``then_list`` makes it the list's current one too."""
        self._asked += 1
        work = partial(_read, self.session.desk.catalogue, record_id, self._asked, then_list)
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._show)
        task.failed.connect(partial(self._not_read, record_id, self._asked))

    def _not_read(self, record_id: str, asked: int, error: BaseException) -> None:
        """What was typed into a record that is gone is shown all the same, as a new one."""
        kept = self.keeper.kept.get(record_id)
        gone = isinstance(error, UserError) and error.code == "record_unknown"
        if kept is None or not gone:
            self.session.say_error(error)
        elif asked == self._asked:
            self._show((asked, Record(record_id, self.kind.name, 0, 0, State.DRAFT, kept.level), None))

    def forget_open(self) -> None:
        """The record that was open is gone: the form closes."""
        detail = self.detail
        if detail is not None:
            held = detail.isAncestorOf(self.window().focusWidget() or self)
            detail.show_record(None)
            detail.show_state()
            detail.hide()
            if held:
                self.list.focus_place().setFocus()

    def _show(self, answer: tuple[int, Record, int | None]) -> None:
        asked, record, _key = answer
        if asked == self._asked and record.kind == self.kind.name:
            opened, detail = self.pane_open, self.open_pane()
            show = partial(detail.form.when_ready, partial(self._show_now, answer))
            if opened:
                show()
            else:  # the pane is laid out in one turn of the event loop, filled in the next
                QTimer.singleShot(0, self, show)

    def _show_now(self, answer: tuple[int, Record, int | None]) -> None:
        asked, record, key = answer
        if asked != self._asked:
            return
        self.keep_typed(but=record.id)
        detail = self.open_pane()
        again = detail.record is not None and detail.record.id == record.id
        place = detail.form.verticalScrollBar().value()
        self.watch.newer = None
        detail.show_record(record)
        self.put_back(record.id)
        detail.show_state()
        if again:
            detail.form.verticalScrollBar().setValue(place)
        if key is not None:
            self.list.want(key)
        if self._wanted_field is not None:
            detail.form.focus_field(self._wanted_field)
            self._wanted_field = None

    def begin(self, values: Mapping[str, Value], *, put_back: bool = False) -> None:
        """A new form that begins with ``values``; what was begun before is put back when asked for."""
        self.keep_typed()
        self._asked += 1
        self.open_pane().form.when_ready(partial(self._begin_now, dict(values), self._asked, put_back))

    def _begin_now(self, values: dict[str, Value], asked: int, put_back: bool) -> None:
        if asked != self._asked or self.detail is None:
            return
        self.watch.newer = None
        self.detail.show_record(None, values)
        if put_back:
            self.put_back("")
        self.detail.show_state()
        self.detail.form.focus_field("")

    # -- what was typed is never lost --------------------------------------------------------

    def keep_typed(self, but: str = "", *, quiet: bool = False) -> None:
        """Put aside what was typed into the open form, and say so."""
        detail = self.detail
        if detail is None or not detail.dirty:
            return
        record_id = _id(detail.record)
        self.keeper.put_aside(record_id, detail.unsaved())
        if not quiet and (record_id != but or not record_id):
            title = detail.name.text()
            self.session.said.emit(
                Message(
                    tr("Not saved yet: “{title}”. What you typed is kept.", title=title[:80]),
                    Tone.WARN,
                    tr("Back to it"),
                    partial(self.open_with, (record_id, "")),
                )
            )

    def put_back(self, record_id: str) -> None:
        """What was kept of the record comes back into its form; found after a restart, it is said so."""
        kept = self.keeper.take(record_id)
        detail = self.detail
        if kept is None or detail is None:
            return
        detail.form.put(kept.typed)
        detail.set_level(kept.level, loaded=False)
        if detail.record is not None and not detail.record.version:
            detail.outside_note.tell(gone_sentence(), picture="arrows-left-right", tone="amber")
        if kept.found and detail.dirty:
            text = tr("Found again: what you were typing at {time}.", time=shown_hour(kept.found))
            if detail.record is not None and detail.record.version not in (0, kept.version):
                text += " " + tr("The record was changed since.")
            acts = ((tr("Drop it"), self._drop_found), (tr("Save"), partial(self.save, State.COMPLETE)))
            detail.found_note.tell(text, acts, picture="clock-counter-clockwise")

    def _drop_found(self) -> None:
        detail = self.detail
        if detail is None:
            return
        record, was = detail.record, detail.unsaved()
        self.keeper.drop(_id(record))
        detail.show_record(record)
        detail.show_state()
        detail.form.focus_field("")

        def again() -> None:
            if self.detail is not None and self.detail.record is record:
                self.detail.form.put(was.typed)
                self.detail.show_state()
                self.keeper.touched()

        text = tr("What was found again is dropped.")
        self.session.said.emit(Message(text, action_label=tr("Put back"), action=again))

    def _offer_found(self, but: str | None = None) -> None:
        """Say what an earlier start left, ``but`` what is being opened."""
        found = {key: kept for key, kept in self.keeper.kept.items() if kept.found and key != but}
        record_id = "" if "" in found else list(found)[-1]
        first = found[record_id]
        title = str(first.typed.values.get(self.kind.title) or "").strip()
        named = f" “{title[:60]}”" if title else ""
        text = tr(
            "Not saved at {time}: {kind}{title}.",
            time=shown_hour(first.found),
            kind=self.kind.label,
            title=named,
        )
        if len(found) > 1:
            text += " " + ntr(
                "{n} more was not saved either.", "{n} more were not saved either.", len(found) - 1
            )
        act = partial(self._open_found, record_id)
        self.session.said.emit(Message(text, Tone.WARN, tr("Open it again"), act))

    def _open_found(self, record_id: str) -> None:
        """Open what was found, and offer the next: nobody would know which record it is of."""
        kept = self.keeper.kept
        self.open_with((record_id, ""))
        if any(one.found for key, one in kept.items() if key != record_id):
            self._offer_found(but=record_id)

    def _write_draft(self) -> None:
        if self.detail is not None and self.detail.form.ready:
            self.keeper.write(_id(self.detail.record), self.detail.unsaved())

    def _not_kept(self, error: BaseException) -> None:
        self._say_trouble(error, self._retry or self.keeper.flush)

    def unsaved(self) -> list[Wanted]:
        """What would have to be saved so that nothing typed is lost when the window closes."""
        mine = dict(self.keeper.kept)
        if self.detail is not None and self.detail.dirty:
            mine[_id(self.detail.record)] = self.detail.unsaved()
        # What was found again and not looked at stays a draft: nobody said that it is meant.
        wanted = {key: kept for key, kept in mine.items() if not kept.found}
        return [wanted_save(self.kind, key, kept.typed, kept.level) for key, kept in wanted.items()]

    # -- saving ------------------------------------------------------------------------------

    def save(self, state: State, *, then_next: bool = False) -> None:
        """Save what stands in the form."""
        detail = self.detail
        if detail is None or not self.pane_open or not detail.form.ready or not self.watch.joined():
            return
        record, problems = detail.record, detail.form.problems()
        if problems and state is not State.DRAFT:
            name, why = next(iter(problems.items()))
            detail.form.focus_field(name)
            self.session.say(f"{self.kind.field(name).label}: {why}", Tone.WARN)
            return
        detail.form.following.stop()  # nothing more comes in by itself while this is being saved
        typed = detail.form.unsaved()
        if not (typed.values or typed.texts) and not detail.dirty:
            if record is None:
                self.session.say(tr("Nothing is typed yet."))
                return
            if record.state is state:
                self.session.say(tr("Nothing was changed."))
                if then_next:
                    self.next_wanted(record)
                return
        wanted = wanted_save(self.kind, _id(record), typed, detail.level, record, state)
        self._send(wanted, record, then_next)

    def _send(self, wanted: Wanted, record: Record | None, then_next: bool) -> None:
        self._retry = None
        task = self.session.runner.run(self, partial(_save, self.session.desk.catalogue, wanted))
        task.finished.connect(partial(self._saved, wanted, record, then_next))
        task.failed.connect(partial(self._refused, wanted, record, then_next))

    def _saved(
        self, wanted: Wanted, before: Record | None, then_next: bool, answer: tuple[Saved, int | None]
    ) -> None:
        saved, key = answer
        detail = self.detail
        same = detail is not None and _id(detail.record) == _id(before)
        if detail is not None and same:
            if wanted.moved_to_notes:
                detail.show_record(saved.record)
                detail.show_state()
            else:
                detail.record_saved(saved.record, before, wanted.values)
            detail.form.same.remember(saved.record.id, saved.record.values)
        self.watch.newer = None
        self.keeper.saved(_id(before), wanted.values)
        if same and detail is not None and detail.dirty:
            self.keeper.touched()
        self.list.want(key)
        self.session.done(saved.changes)
        if then_next and same:
            self.next_wanted(before)

    def next_wanted(self, before: Record | None) -> None:
        """What follows what was saved: another new one, or the next of the list."""
        if before is None:
            self.begin({})
            return
        key = self.list.step(1)
        if key is not None:
            self.open_key(key)

    def open_key(self, key: int) -> None:
        """Open the record of a row for editing."""
        place = self.list.model.row_of(key)
        row = self.list.model.row(place) if place is not None else None
        if row is not None:
            self._wanted_field = ""
            self.read_record(row.id)

    def _refused(self, wanted: Wanted, record: Record | None, then_next: bool, error: BaseException) -> None:
        if isinstance(error, UserError) and error.code == "changed_meanwhile" and record is not None:
            label = tr("Reload, keep my changes")
            self.session.said.emit(Message(str(error), Tone.WARN, label, partial(self._rebase, record.id)))
            self.look_outside()
        elif isinstance(error, OSError) or (
            isinstance(error, UserError) and error.exit_code is Exit.ENVIRONMENT
        ):
            self._retry = partial(self._send, wanted, record, then_next)
            self._write_draft()
            self._say_trouble(error, self._retry)
        else:
            self.session.say_error(error)

    def _say_trouble(self, error: BaseException, again: Callable[[], None]) -> None:
        """The disk is gone or full: what was typed stays where it is, and the way on is one press."""
        self.session.say_error(error, again)

    # -- changed by others -------------------------------------------------------------------

    def look_outside(self) -> None:
        """Whether another act changed the record that is open."""
        self.watch.look()

    def show_newer(self, record: Record) -> None:
        """The record as it stands now, in a form into which nothing was typed."""
        self._show_now((self._asked, record, None))

    def _rebase(self, record_id: str) -> None:
        """The stored record anew, with what was typed here put over it."""
        if not self.watch.join():
            self.keep_typed(but=record_id)
            self.read_record(record_id)


def _read(
    catalogue: Catalogue, record_id: str, asked: int, then_list: bool, _progress: Any
) -> tuple[int, Record, int | None]:
    return asked, catalogue.record(record_id), catalogue.key_of(record_id) if then_list else None


def _save(catalogue: Catalogue, wanted: Wanted, _progress: Any) -> tuple[Saved, int | None]:
    saved = wanted.run(catalogue)
    return saved, catalogue.key_of(saved.record.id)


def _id(record: Record | None) -> str:
    return record.id if record else ""
