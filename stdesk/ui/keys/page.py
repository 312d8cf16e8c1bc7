"""Keys and the centre: the unit's key, the centre's list of keys, and what is the matter with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.keys import OwnKey, Roster, SeenRoster, read_small
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.keys.centre_card import CentreCard
from stdesk.ui.keys.own_card import OwnCard
from stdesk.ui.page import Page
from stdesk.ui.reporting.printing import ask, print_pdf
from stdesk.ui.roles.ask import RoleStrip
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SCANS = "*.pdf *.png *.jpg *.jpeg *.tif *.tiff *.bmp *.txt *.key"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    own: OwnKey | None
    roster: Roster | None
    words: tuple[str, ...]
    taken_at: str
    warnings: tuple[str, ...]
    writable: bool


class _Inner(QWidget):
    """What is scrolled: as high as its texts are at the width there is, not at the narrowest they could have."""

    def minimumSizeHint(self) -> QSize:
        """Nothing: the height follows from the width."""
        return QSize(0, 0)


class KeysPage(Page):
    """Two cards, what to see to above them."""

    name = "keys"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._task: Task | None = None
        self._held: QWidget | None = None
        self._raw = b""
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        said = tr(
            "The unit signs what it hands in; the centre signs what it answers. "
            "Each knows the other's key by eight words compared over the telephone."
        )
        column.addWidget(label(said, "soft", wrap=True))
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.ask = RoleStrip(session)
        column.addWidget(self.ask)
        self.notes: list[NoteLine] = []
        self.own, self.centre = OwnCard(), CentreCard()
        column.addWidget(self._area(), 1)
        self._connect()

    def _area(self) -> QScrollArea:
        t = theme.tokens()
        inner = _Inner()
        inner.setProperty("place", "clear")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, t.s, 0)
        self._column.setSpacing(t.m)
        self._column.addWidget(self.own)
        self._column.addWidget(self.centre)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def _connect(self) -> None:
        self.own.made.connect(self.make)
        self.own.card_wanted.connect(self.write_card)
        self.own.print_wanted.connect(self.print_sheet)
        self.own.file_wanted.connect(self.write_sheet)
        self.own.typed.connect(self.bring_back)
        self.own.scan_wanted.connect(self.bring_back_from)
        self.centre.file_wanted.connect(self.open_list)
        self.centre.compared.connect(self.compare)

    def title(self) -> str:
        """The page's name."""
        return tr("Keys and the centre")

    def concerns(self, changes: Changes) -> bool:
        """Keys are no acts; the unit's name and code stand on the card."""
        return not changes.label or changes.label == "set_unit"

    def focus_place(self) -> QWidget:
        """The first thing that can be done."""
        buttons = [*self.own.buttons, self.centre.file_button]
        return next((one for one in buttons if one.isVisibleTo(self) and one.isEnabled()), self)

    def refresh(self) -> None:
        """Read the keys."""
        self.session.run(self, partial(_read, self.session.desk), self._show)

    def _show(self, shown: Shown) -> None:
        self.own.show_key(shown.own, writable=shown.writable)
        self.centre.show_roster(shown.roster, shown.words, shown.taken_at, writable=shown.writable)
        for old in self.notes:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.notes = []
        for place, text in enumerate(shown.warnings):
            note = NoteLine()
            note.tell(text, picture="warning", tone="amber")
            self._column.insertWidget(place, note)
            self.notes.append(note)

    # -- the own key

    def make(self) -> None:
        """Make the key now."""
        self._run(partial(_make, self.session.desk), self._made)

    def _made(self, own: OwnKey) -> None:
        self.session.say(
            tr("Key {key} is made. Print it for the safe, and send its card to the centre.", key=own.id),
            Tone.DONE,
        )
        self.session.changed.emit(Changes())

    def write_card(self) -> None:
        """Write the key card to a file."""
        proposed = f"phieu-chia-khoa-{_plain(self.session.desk.unit.get('unit_code', ''))}.json"
        path = choose.save_file(
            self, tr("Write the key card for the centre"), proposed, f"{tr('Key cards')} (*.json)"
        )
        if path is not None:
            self._run(partial(_write_card, self.session.desk, path), self._card_written)

    def _card_written(self, path: Path) -> None:
        self.session.say(
            tr(
                "Key card written: {path}. Send it to the centre, then compare the words by telephone.",
                path=path,
            ),
            Tone.DONE,
        )

    def print_sheet(self) -> None:
        """Print the sheet for the safe; no file is left."""
        printer = ask.printer(self, tr("Key of the unit"), 1)
        if printer is not None:
            self._run(partial(_print, self.session.desk, printer), self._printed, slow=True)

    def _printed(self, _pages: int) -> None:
        self.session.say(tr("Sent to the printer. Put the sheet into the safe."), Tone.DONE)

    def write_sheet(self) -> None:
        """Write the sheet to a file."""
        path = choose.save_file(self, tr("The sheet for the safe"), "chia-khoa-cat-ket.pdf", "PDF (*.pdf)")
        if path is not None:
            self._run(partial(_write_page, self.session.desk, path), self._sheet_written)

    def _sheet_written(self, path: Path) -> None:
        self.session.say(
            tr("Sheet for the safe: {path}. Print it, then delete the file.", path=path), Tone.WARN
        )

    def bring_back(self, text: str) -> None:
        """Use the key of the typed code again."""
        if not text.strip():
            self.own.code.setFocus()
            return
        self._run(partial(_restore, self.session.desk, text), self._back, self.own.show_problem)

    def bring_back_from(self) -> None:
        """Use the key of a scan of the sheet again."""
        path = choose.open_file(
            self, tr("The sheet for the safe"), f"{tr('Scans and text files')} ({_SCANS})"
        )
        if path is not None:
            work = partial(_restore_from, self.session.desk, path)
            self._run(work, self._back, self.own.show_problem, slow=True)

    def _back(self, own: OwnKey) -> None:
        self.own.close_code()
        self.session.say(
            tr("Key {key} is in use. Compare its words with those on the sheet.", key=own.id), Tone.DONE
        )
        self.session.changed.emit(Changes())

    # -- the centre's list

    def open_list(self) -> None:
        """Ask for a list and look at it."""
        path = choose.open_file(
            self, tr("The centre's list of keys"), f"{tr('Lists of keys')} (*.json);;{tr('All files')} (*)"
        )
        if path is not None:
            self.look(path)

    def look(self, path: Path) -> None:
        """Look at a list: one from a trusted key is taken at once, for another the words are asked."""
        self.centre.close_compare()
        self._run(partial(_look, self.session.desk, path), self._looked)

    def _looked(self, found: tuple[bytes, SeenRoster]) -> None:
        self._raw, seen = found
        if seen.same:
            self.session.say(tr("This list of keys is in use already."))
        elif seen.known:
            self._run(partial(_take, self.session.desk, self._raw, None), self._taken)
        else:
            self.centre.ask_words(seen)

    def compare(self, words: str) -> None:
        """Take the list in when the typed words are its own."""
        if not words.strip():
            self.centre.typed.setFocus()
            return
        work = partial(_take, self.session.desk, self._raw, words)
        self._run(work, self._taken, self.centre.show_problem)

    def _taken(self, roster: Roster) -> None:
        self._raw = b""
        self.centre.close_compare()
        version, day = str(roster.version), roster.expires_shown
        self.session.say(
            tr("List of keys version {version} is in use, valid until {day}.", version=version, day=day),
            Tone.DONE,
        )
        self.session.changed.emit(Changes())

    # -- work

    def _run(
        self,
        work: Any,
        then: Callable[[Any], None],
        refused: Callable[[str], None] | None = None,
        *,
        slow: bool = False,
    ) -> None:
        """One thing at a time; what a person typed wrongly is said beside it, the rest in the message bar."""
        if self._task is not None:
            return
        task = self.session.runner.run(self, work, slow=slow)
        self._task, self._held = task, self.focusWidget()
        self._set_free(False)
        self.strip.follow(task)
        task.finished.connect(partial(self._finished, task, then))
        again = partial(self._run, work, then, refused, slow=slow)
        task.failed.connect(partial(self._failed, task, refused, again))
        task.cancelled.connect(partial(self._stopped, task))

    def _finished(self, task: Task, then: Callable[[Any], None], result: Any) -> None:
        self._ended(task)
        then(result)

    def _failed(
        self,
        task: Task,
        refused: Callable[[str], None] | None,
        again: Callable[[], None],
        error: BaseException,
    ) -> None:
        self._ended(task)
        if self.ask.takes(error, again):
            return
        if refused is not None and isinstance(error, UserError) and error.exit_code is not Exit.ENVIRONMENT:
            refused(str(error))
        else:
            self.session.say_error(error)

    def _stopped(self, task: Task) -> None:
        self._ended(task)
        self.session.say(tr("Stopped. Nothing was changed."))

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
        self._set_free(True)
        if self.isVisible() and self._held is not None and self._held.isVisible():
            self._held.setFocus()  # a button that was switched off lost the keyboard
        self._held = None

    def _set_free(self, free: bool) -> None:
        self.own.set_free(free)
        self.centre.set_free(free)

    def step_back(self) -> bool:
        """Esc: stop what is under way, then put an open panel away."""
        if self._task is not None:
            self._task.cancel()
            return True
        return self.ask.close_strip() or self.centre.close_compare() or self.own.close_code()


def _plain(code: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in code).strip("-") or "don-vi"


def _read(desk: Desk, progress: Progress) -> Shown:
    progress.check()
    keys, writable = desk.keys, not desk.read_only
    return Shown(
        keys.known(), keys.roster(), keys.centre_words(), keys.roster_taken_at(), keys.warnings(), writable
    )


def _make(desk: Desk, progress: Progress) -> OwnKey:
    progress.check()
    return desk.keys.own()


def _write_card(desk: Desk, path: Path, progress: Progress) -> Path:
    progress.check()
    return desk.keys.write_card(path)


def _write_page(desk: Desk, path: Path, progress: Progress) -> Path:
    progress.check()
    return desk.keys.write_page(path)


def _print(desk: Desk, printer: Any, progress: Progress) -> int:
    return print_pdf(desk.keys.print_page(), printer, progress)


def _restore(desk: Desk, text: str, progress: Progress) -> OwnKey:
    progress.check()
    return desk.keys.restore(text)


def _restore_from(desk: Desk, path: Path, progress: Progress) -> OwnKey:
    return desk.keys.restore_from(path, progress)


def _look(desk: Desk, path: Path, progress: Progress) -> tuple[bytes, SeenRoster]:
    progress.check()
    raw = read_small(path)
    return raw, desk.keys.look(raw)


def _take(desk: Desk, raw: bytes, words: str | None, progress: Progress) -> Roster:
    progress.check()
    return desk.keys.take_roster(raw, pinned_words=words)
