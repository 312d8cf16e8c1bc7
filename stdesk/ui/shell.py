"""The window: rail, pages, message bar, keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Changes
from stdesk.domain.rules.core import rule_texts
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import messages, ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue
from stdesk.ui.choose import choose
from stdesk.ui.entries import Entry, entries
from stdesk.ui.forms.editor import FieldBox
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.records.rescue import write_rescue
from stdesk.ui.records.saving import Refused, Wanted, save_each
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.message_bar import MessageBar
from stdesk.ui.widgets.note_line import Act, NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.rail import Rail
from stdesk.ui.widgets.shortcut_sheet import ShortcutSheet
from stdesk.ui.widgets.undo_button import UndoButton

Spot = tuple[str, Any]  # a page, and what leads back to what it shows
_TWICE = 1.2  # seconds between two presses of F1
_GEOMETRY = "window:geometry"
SMALLEST = (900, 500)
"""Of the window: a screen of 1366 × 768 at 150 % has 910 × 512."""


class MainWindow(QMainWindow):
    """The window over one open library.

    Signals:
        language_wanted: "vi" or "en"; the owner builds the window anew.
        dark_wanted: the other look.
        closed: it is gone, with everything typed saved.
    """

    language_wanted = Signal(str)
    dark_wanted = Signal(bool)
    closed = Signal()

    def __init__(self, session: Session, pages: list[Entry] | None = None, first: str = "") -> None:
        super().__init__()
        self.session = session
        found = entries(session.desk.kinds) if pages is None else pages
        self._entries = {entry.place.name: entry for entry in found}
        self.pages: dict[str, Page] = {}
        self._back: list[Spot] = []
        self._forward: list[Spot] = []
        self._helped = 0.0
        self._may_close = self._saving = False
        self._build()
        self._keys()
        session.said.connect(self.bar.show_message)
        session.changed.connect(self._count)
        session.page_wanted.connect(self.go)
        session.record_wanted.connect(self._open_record)
        self.setMinimumSize(*SMALLEST)
        if not self.restoreGeometry(remembered.opened().get_bytes(_GEOMETRY)):
            self.resize(1280, 720)
        self._count(Changes())
        session.runner.run(self, partial(_warm, session.desk.kinds), slow=True)
        start = first if first in self._entries else next(iter(self._entries), "")
        if start:
            self.go(start)

    def _build(self) -> None:
        central = QWidget()
        central.setProperty("place", "window")
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        unit = self.session.desk.unit.get("unit_name", "")
        self.setWindowTitle(f"{unit} · STDesk" if unit else "STDesk")
        self.rail = Rail([entry.place for entry in self._entries.values()], unit)
        self.rail.wanted.connect(self.go)
        self.rail.language_wanted.connect(self.language_wanted)
        self.rail.dark_wanted.connect(self.dark_wanted)
        self.undo_button = UndoButton(self.session)
        self.rail.add_foot(self.undo_button)
        if self.session.desk.vault is not None and self.session.desk.as_of is None:
            self.rail.add_head(self._lock_button())
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.band = NoteLine()  # what this window shows, when it is not the library in use
        column.addWidget(self.band)
        self._tell_day()
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        self.leaving = NoteLine()  # what keeps the window from closing, and the ways on
        column.addWidget(self.leaving)
        self.bar = MessageBar()
        column.addWidget(self.bar)
        row.addLayout(column, 1)
        self.setCentralWidget(central)
        self.sheet = ShortcutSheet(central)

    def _lock_button(self) -> QPushButton:
        button = QPushButton(icon("lock", "rail_text"), "")
        button.setFixedWidth(34)
        button.setProperty("square", True)
        button.setAccessibleName(tr("Lock now"))
        button.setToolTip(tr("Lock now") + " (Ctrl+Shift+L)")
        button.clicked.connect(self.session.lock_wanted)
        return button

    def _tell_day(self) -> None:
        day = self.session.desk.as_of
        if day is None:
            return
        text = tr("The library as it was on {day} · to be looked at only", day=f"{day:%d/%m/%Y}")
        self.setWindowTitle(f"{text} · STDesk")
        self.band.tell(
            text, [(tr("Close this window"), self.close)], picture="clock-counter-clockwise", tone="amber"
        )

    def _keys(self) -> None:
        keys: list[tuple[str, Callable[[], Any]]] = [
            ("F3", self.focus_search),
            ("Ctrl+F", self.focus_search),
            ("Ctrl+Z", self.session.undo),
            ("Ctrl+Y", self.session.redo),
            ("Ctrl+Shift+Z", self.session.redo),
            ("Alt+Left", self.go_back),
            ("Alt+Right", self.go_forward),
            ("Escape", self.step_back),
            ("F1", self.help),
            ("Ctrl+Shift+L", self.session.lock_wanted.emit),
        ]
        for at, name in enumerate(list(self._entries)[:9], 1):
            keys.append((f"Ctrl+{at}", lambda name=name: self.go(name)))  # type: ignore[misc]
        for text, act in keys:
            QShortcut(QKeySequence(text), self, act)

    # -- where one is ------------------------------------------------------------------------

    def current(self) -> Page | None:
        """The page shown."""
        page = self.stack.currentWidget()
        return page if isinstance(page, Page) else None

    def has(self, name: str) -> bool:
        """Whether there is a page called ``name``."""
        return name in self._entries

    def page(self, name: str) -> Page:
        """The page called ``name``, made if it was not yet."""
        if name not in self.pages:
            self.pages[name] = self._entries[name].make(self.session)
            self.stack.addWidget(self.pages[name])
        return self.pages[name]

    def go(self, name: str, arguments: Any = None) -> None:
        """Show a page; ``arguments`` are handed to it."""
        now = self._name_of(self.current())
        if name not in self._entries or (now != name and not self._may_leave()):
            return
        if now and (now != name or self._elsewhere(arguments)):
            self._back.append(self.where())
            self._forward.clear()
        self._show(name)
        if arguments is not None:
            self.page(name).open_with(arguments)

    def where(self) -> Spot:
        """The page shown, and what leads back to what it shows."""
        page = self.current()
        return self._name_of(page), page.place() if page is not None else None

    def _elsewhere(self, arguments: Any) -> bool:
        """Whether the page shown would show something else: another record, opened from a link."""
        page = self.current()
        here = page.place() if page is not None else None
        return here is not None and isinstance(arguments, tuple) and arguments[:1] != here[:1]

    def _return(self, place: Spot) -> None:
        name, here = place
        self._show(name)
        page = self.page(name)
        if here is not None and page.place() != here:
            page.open_with(here)

    def _show(self, name: str) -> None:
        page = self.page(name)
        held = page.focusWidget()  # asked first: the stack itself would move the focus somewhere
        self.stack.setCurrentWidget(page)
        self.rail.show_current(self._entries[name].place.under or name)
        page.focus_again(held).setFocus()

    def _may_leave(self) -> bool:
        page = self.current()
        return page is None or page.may_leave()

    def _name_of(self, page: Page | None) -> str:
        return next((name for name, one in self.pages.items() if one is page), "")

    def go_back(self) -> None:
        """The page before."""
        if self._back and self._may_leave():
            self._forward.append(self.where())
            self._return(self._back.pop())

    def go_forward(self) -> None:
        """The page one came back from."""
        if self._forward and self._may_leave():
            self._back.append(self.where())
            self._return(self._forward.pop())

    def step_back(self) -> None:
        """Esc: close what lies over the page, then step back inside it, then the page before."""
        if self.sheet.isVisible():
            self.sheet.hide()
            return
        page = self.current()
        if (page is not None and page.step_back()) or self.bar.clear():
            return
        self.go_back()

    def focus_search(self) -> None:
        """Put the cursor into the page's search line; the first list's when it has none."""
        head = self._search_head()
        if head is None:
            lists = [name for name in self._entries if name.startswith("records:")]
            if not lists:
                return
            self.go(lists[0])
            head = self._search_head()
        if head is not None:
            head.search.setFocus()
            head.search.selectAll()

    def _search_head(self) -> PageHead | None:
        page = self.current()
        if page is None:
            return None
        return next((head for head in page.findChildren(PageHead) if head.search.isVisibleTo(page)), None)

    def help(self) -> None:
        """Help for the field one is in; twice in a row the list of keys."""
        now = time.monotonic()
        twice, self._helped = now - self._helped < _TWICE, now
        if self.sheet.isVisible():
            self.sheet.hide()
            return
        box: QWidget | None = self.focusWidget()
        while box is not None and not isinstance(box, FieldBox):
            box = box.parentWidget()
        if isinstance(box, FieldBox) and not twice:
            box.toggle_help()
        elif twice:
            self.bar.clear()
            self.sheet.open()
        else:
            self.session.say(tr("Press F1 once more for the list of keys."))

    def _open_record(self, kind: str, record_id: str, field: str) -> None:
        self.go(f"records:{kind}", (record_id, field))

    # -- numbers in the rail -----------------------------------------------------------------

    def _count(self, changes: Changes) -> None:
        kinds = [kind.name for kind in self.session.desk.kinds]
        wanted = [name for name in kinds if not changes.kinds or name in changes.kinds]
        catalogue = self.session.desk.catalogue
        self.session.run(self, lambda _progress: _counts(catalogue, wanted), self._show_counts, beside=True)

    def _show_counts(self, counts: dict[str, int]) -> None:
        for kind, n in counts.items():
            button = self.rail.buttons.get(f"records:{kind}")
            if button is not None:
                button.set_count(n)

    # -- closing -----------------------------------------------------------------------------

    def unsaved(self) -> list[Wanted]:
        """What was typed anywhere and is not saved."""
        asked = [getattr(page, "unsaved", None) for page in self.pages.values()]
        return [one for unsaved in asked if callable(unsaved) for one in unsaved()]

    def save_all(self, then: Callable[[], None]) -> None:
        """Save everything typed (new ones as drafts, each with its undo), then go on."""
        self._save(self.unsaved(), then)

    def _save(self, wanted: list[Wanted], then: Callable[[], None]) -> None:
        if not wanted:
            then()
            return
        if self._saving:  # asked twice: a new record would be saved twice
            return
        self._saving = True
        self.leaving.clear()
        task = self.session.runner.run(self, partial(save_each, self.session.desk, wanted))
        task.finished.connect(partial(self._all_saved, wanted, then))
        task.failed.connect(partial(self._not_saved, wanted, then))

    def _all_saved(self, wanted: list[Wanted], then: Callable[[], None], refused: Refused | None) -> None:
        self._saving = False
        if refused is None:
            then()
            return
        one, kind = refused.wanted, self.session.desk.kinds[refused.wanted.kind]
        title = str(one.values.get(kind.title) or kind.label)
        text = tr("“{title}” cannot be saved as it stands: {why}", title=title[:80], why=str(refused.error))
        self._hold(text, wanted, then, (tr("Back to it"), partial(self._back_to, one)))

    def _not_saved(self, wanted: list[Wanted], then: Callable[[], None], error: BaseException) -> None:
        """The disk is gone: nothing typed is lost, it stays in the forms or goes into a copy elsewhere."""
        self._saving = False
        self.session.say_error(error, partial(self.save_all, then))
        text = ntr(
            "{n} record is not saved yet and the library cannot be written. Put the disk back, then try again.",
            "{n} records are not saved yet and the library cannot be written. Put the disk back, then try again.",
            len(wanted),
        )
        self._hold(text, wanted, then, (tr("Try again"), partial(self.save_all, then)))

    def _hold(self, text: str, wanted: list[Wanted], then: Callable[[], None], way: Act) -> None:
        """Say why the window stays, with the ways on."""
        copy = partial(self._rescue, wanted, then)
        stay = (tr("Stay here"), self.leaving.clear)
        acts = (way, (tr("Save a copy elsewhere, then go on…"), copy), stay)
        self.leaving.tell(text, acts, picture="warning", tone="red")

    def _back_to(self, one: Wanted) -> None:
        """Where ``one`` was typed."""
        self.leaving.clear()
        lists = f"records:{one.kind}"
        unsaved = getattr(self.pages.get(lists), "unsaved", None)
        if callable(unsaved) and one in unsaved():
            self.session.record_wanted.emit(one.kind, one.record_id, "")
        else:
            self.go("grid")

    def _rescue(self, wanted: list[Wanted], then: Callable[[], None]) -> None:
        path = choose.save_file(self, tr("Save what was typed"), "stdesk-unsaved.json", "JSON (*.json)")
        if path is None:
            return
        try:
            write_rescue(path, wanted, self.session.desk.kinds)
        except OSError as error:
            self.session.say_error(from_os_error(error, path))
            return
        self.leaving.clear()
        then()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing typed is lost: it is saved first, then the window goes."""
        remembered.opened().put_bytes(_GEOMETRY, self.saveGeometry())
        if not self._may_close:
            wanted = self.unsaved()
            if wanted:
                event.ignore()
                self._save(wanted, self._close_now)
                return
            if not self._put_down():
                event.ignore()
                return
        for task in self.findChildren(Task):
            task.cancel()
        super().closeEvent(event)
        self.closed.emit()

    def _put_down(self) -> bool:
        try:
            for page in self.pages.values():
                page.put_down()
        except (UserError, OSError) as error:
            self.session.say_error(error, self.close)
            self._may_close = True  # said once: the second time the window goes
            return False
        return True

    def _close_now(self) -> None:
        self._may_close = True
        self.close()


def _warm(kinds: Kinds, _progress: Progress) -> None:
    """Read what the first form and the first message need, while nobody waits for it."""
    messages()
    rule_texts()
    for kind in kinds:
        for field in kind.shown:
            for one in (field, *field.item_columns):
                if one.codes:
                    code_list(one.codes)


def _counts(catalogue: Catalogue, kinds: list[str]) -> dict[str, int]:
    return {kind: catalogue.count(kind) for kind in kinds}
