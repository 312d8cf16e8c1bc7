"""Keys: cards of units compared and registered, keys revoked, the roster written, the centre's own words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from stdesk import atomic
from stdesk.central.agency import Agency
from stdesk.central.key_facts import KeyFacts, key_facts
from stdesk.central.model import RegisteredKey, RegisteredUnit
from stdesk.clock import local_time
from stdesk.domain.records import Changes
from stdesk.errors import from_os_error
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.keys import read_small
from stdesk.ui import theme
from stdesk.ui.central import words
from stdesk.ui.central.key_card import KeyCardView
from stdesk.ui.central.page import CentralPage, fill, table_of
from stdesk.ui.central.session import CentralSession
from stdesk.ui.choose import choose
from stdesk.ui.icons import icon
from stdesk.ui.keys.words_view import WordsView
from stdesk.ui.session import Tone
from stdesk.ui.tables.rows_model import Cell, RowsColumn
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.progress_strip import ProgressStrip

Held = tuple[RegisteredUnit, RegisteredKey]
Read = tuple[KeyFacts, tuple[RegisteredUnit, ...]]


class KeysPage(CentralPage):
    """Two tabs: the units' keys, the centre's own."""

    name = "keys"

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._task: Task | None = None
        self._keys: list[Held] = []
        self._words: dict[str, tuple[str, ...]] = {}
        self._wanted = ""
        self.facts: KeyFacts | None = None
        self.card_button = icon_button("plus", tr("Open a key card…"))
        self.card_button.clicked.connect(self.open_card)
        self.roster_button = icon_button("floppy-disk", tr("Write the key roster…"))
        self.roster_button.clicked.connect(self.write_roster)
        for button in (self.card_button, self.roster_button):
            self.head.add_action(button)
        self.note = NoteLine()
        self.column.addWidget(self.note)
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(tr("Keys of the units, keys of the centre"))
        self.tabs.addTab(self._units(), icon("users-three"), tr("Keys of the units"))
        self.tabs.addTab(self._own(), icon("seal-check"), tr("Key of the centre"))
        self.column.addWidget(self.tabs, 1)
        self._lay_out()

    def _units(self) -> QWidget:
        t = theme.tokens()
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.table, self.model = table_of(
            (
                RowsColumn(tr("Code"), 9),
                RowsColumn(tr("Unit"), 0),
                RowsColumn(tr("Key"), 17),
                RowsColumn(tr("Registered"), 14),
                RowsColumn(tr("State"), 22),
            ),
            tr("Keys of the units, those to be compared first"),
            self,
        )
        self.table.setMinimumHeight(2 * t.row + 40)
        self.spare(self.table, 2, 3)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_key())
        self.table.row_opened.connect(lambda _row: self._to_card())
        column.addWidget(self.table, 1)
        self.card = KeyCardView()
        self.card.compared.connect(self.confirm)
        self.card.revoked.connect(self.revoke)
        column.addWidget(self.card)
        self.empty = EmptyState(
            "key",
            tr("No key card was opened yet"),
            tr(
                "A unit writes its key card in its own program and brings it on a stick. Nothing a unit sends is taken "
                "before its eight words were compared over the telephone."
            ),
            tr("Open a key card…"),
            self.open_card,
        )
        column.addWidget(self.empty, 1)
        return place

    def _own(self) -> QWidget:
        t = theme.tokens()
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, t.m, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(
            label(
                tr(
                    "A unit that takes in the roster for the first time asks for these words over the telephone. Read "
                    "them out as they stand."
                ),
                "soft",
                wrap=True,
            )
        )
        self.own_words = WordsView()
        self.own_facts = label("", "small", wrap=True)
        self.roster_facts = label("", wrap=True)
        for widget in (self.own_words, self.own_facts, self.roster_facts):
            column.addWidget(widget)
        self.rotate_button = icon_button("arrow-clockwise", tr("Change the centre's key…"))
        self.rotate_button.clicked.connect(self._ask_rotate)
        self.rotate_button.setSizePolicy(
            self.rotate_button.sizePolicy().Policy.Maximum, self.rotate_button.sizePolicy().Policy.Fixed
        )
        column.addWidget(self.rotate_button)
        self.rotate_note = NoteLine()
        column.addWidget(self.rotate_note)
        column.addStretch(1)
        return place

    def title(self) -> str:
        """The page's name."""
        return tr("Keys")

    def focus_place(self) -> QWidget:
        """The keys, or how to begin."""
        return self.table if self._keys else self.card_button

    def open_with(self, arguments: Any) -> None:
        """ "card": open one at once."""
        if arguments == "card":
            self.open_card()

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read every key."""
        self.read(partial(_read, self.centre.agency), self._show)

    def _show(self, read: Read) -> None:
        self.facts, units = read
        keys = [(unit, key) for unit in units for key in unit.keys]
        keys.sort(key=lambda one: (one[1].checked or bool(one[1].revoked), one[0].code))
        held = self._wanted or (self.card.key.id if self.card.key else "")
        self._wanted = ""
        self._keys = keys
        at = next((n for n, (_, key) in enumerate(keys) if key.id == held), 0)
        fill(self.table, self.model, [_row(unit, key) for unit, key in keys], at)
        self._lay_out()
        self._show_key()
        self._show_own(self.facts, bool(keys))
        self.settle_focus()

    def _lay_out(self) -> None:
        there = bool(self._keys)
        self.table.setVisible(there)
        self.card.setVisible(there)
        self.empty.setVisible(self.facts is not None and not there)
        self.roster_button.setVisible(there)

    def _show_own(self, facts: KeyFacts, units: bool) -> None:
        self.own_words.show_words(facts.words)
        told = [
            tr("Key {key}", key=facts.id),
            tr("made {when}", when=local_time(facts.since)) if facts.since else "",
        ]
        if facts.next_id:
            told.append(tr("the next roster names its successor, key {key}", key=facts.next_id))
        self.own_facts.setText("  ·  ".join(one for one in told if one))
        if facts.version:
            self.roster_facts.setText(
                tr(
                    "Key roster no. {version}, written {when}, valid until {day}.",
                    version=str(facts.version),
                    when=local_time(facts.issued),
                    day="/".join(reversed(facts.expires.split("-"))),
                )
            )
        else:
            self.roster_facts.setText(tr("No key roster was written yet."))
        if units and (facts.behind or not facts.version):
            text = (
                tr("Keys have changed since the last roster. Write a new one and send it to every unit.")
                if facts.version
                else tr("Write the key roster: with it the units seal their packages and check your answers.")
            )
            self.note.tell(
                text, ((tr("Write the key roster…"), self.write_roster),), picture="info", tone="blue"
            )
        else:
            self.note.clear()

    def current(self) -> Held | None:
        """The unit and key one is at."""
        at = self.table.currentIndex().row()
        return self._keys[at] if 0 <= at < len(self._keys) else None

    def _show_key(self) -> None:
        held = self.current()
        if held is None:
            return
        unit, key = held
        said = self._words.get(key.id, ())
        self.card.show_key(unit, key, said)
        if not said:
            self.centre.run(self, partial(_words_of, key), self._show_words, beside=True)

    def _show_words(self, read: tuple[str, tuple[str, ...]]) -> None:
        key_id, said = read
        self._words[key_id] = said
        held = self.current()
        if held is not None and held[1].id == key_id:
            self.card.show_key(*held, said)

    def _to_card(self) -> None:
        buttons = (self.card.same_button, self.card.revoke_button)
        next((one for one in buttons if one.isVisible()), self.table).setFocus()

    # -- doing -------------------------------------------------------------------------------

    def open_card(self) -> None:
        """Ask for a card and register what it says; nothing is taken of the unit until the words were compared."""
        path = choose.open_file(
            self, tr("Open a key card…"), f"{tr('Key cards')} (*.json);;{tr('All files')} (*)"
        )
        if path is not None:
            self._run(partial(_register, self.centre.agency, path), self._registered)

    def _registered(self, unit: RegisteredUnit) -> None:
        key = unit.keys[0]
        self._wanted = key.id
        self.tabs.setCurrentIndex(0)
        if key.checked:
            self.centre.happened(tr("{unit}: this key was registered before.", unit=unit.name), Tone.INFO)
            return
        self.centre.happened(tr("{unit}: now compare the eight words.", unit=unit.name), Tone.INFO)
        self.table.setFocus()

    def confirm(self) -> None:
        """The words of the key one is at were compared."""
        held = self.current()
        if held is not None:
            self._run(partial(_confirm, self.centre.agency, held[1].id), self._confirmed)

    def _confirmed(self, unit: RegisteredUnit) -> None:
        self.centre.happened(tr("{unit}: compared. Its packages are taken.", unit=unit.name))
        self.table.setFocus()

    def revoke(self, reason: str) -> None:
        """Take the key one is at out of use."""
        held = self.current()
        if held is not None:
            work = partial(_revoke, self.centre.agency, held[1].id, reason)
            self._run(work, partial(self._revoked, held[0].name))

    def _revoked(self, name: str, _result: None) -> None:
        self.card.close_reason()
        self.centre.happened(tr("{unit}: nothing signed with this key is taken from now on.", unit=name))
        self.table.setFocus()

    def write_roster(self) -> None:
        """Make a new roster and write it to a file."""
        proposed = f"danh-sach-chia-khoa-{(self.facts.version if self.facts else 0) + 1}.json"
        pattern = f"{tr('Lists of keys')} (*.json)"
        path = choose.save_file(self, tr("Write the key roster…"), proposed, pattern)
        if path is not None:
            path = path if path.suffix else path.with_suffix(".json")
            self._run(partial(_write_roster, self.centre.agency, path), self._roster_written)

    def _roster_written(self, path: Path) -> None:
        self.centre.happened(tr("Key roster: {path}. Copy it onto the stick of every unit.", path=str(path)))

    def _ask_rotate(self) -> None:
        text = tr(
            "The centre gets a new key; the old one runs out in a month. The units know the new one as soon as they "
            "take in the next roster, without another telephone call."
        )
        acts = ((tr("Change the key"), self.rotate), (tr("Leave it"), self._leave_rotate))
        self.rotate_note.tell(text, acts, picture="warning", tone="amber")
        self.rotate_note.buttons[0].setFocus()

    def _leave_rotate(self) -> None:
        self.rotate_note.clear()
        self.rotate_button.setFocus()

    def rotate(self) -> None:
        """Make new keys for the centre."""
        self.rotate_note.clear()
        self._run(partial(_rotate, self.centre.agency), self._rotated)

    def _rotated(self, _result: None) -> None:
        self.centre.happened(tr("The centre has a new key. Write the roster and send it to every unit."))

    def _run(self, work: Any, then: Callable[[Any], None]) -> None:
        if self._task is not None:
            return
        self._task = task = self.centre.runner.run(self, work)
        self._set_free(False)
        self.strip.follow(task)
        task.ended.connect(self._ended)
        task.finished.connect(then)
        task.failed.connect(
            lambda error: self.centre.say_error(error, partial(self.centre.changed.emit, Changes()))
        )

    def _ended(self) -> None:
        self._task = None
        self._set_free(True)

    def _set_free(self, free: bool) -> None:
        self.card.set_free(free)
        for button in (self.card_button, self.roster_button, self.rotate_button):
            button.setEnabled(free)

    def step_back(self) -> bool:
        """Esc: put a question away."""
        if self.rotate_note.isVisible():
            self._leave_rotate()
            return True
        if self.card.close_reason():
            self.table.setFocus()
            return True
        return False


def _row(unit: RegisteredUnit, key: RegisteredKey) -> tuple[object, ...]:
    said, picture, tone = words.one_key_look(key)
    return (
        unit.code,
        unit.name,
        key.id,
        local_time(key.since),
        Cell(said, picture, tone, coloured=tone == "amber"),
    )


def _read(agency: Agency, _progress: Progress) -> Read:
    return key_facts(agency), agency.registry.units()


def _words_of(key: RegisteredKey, _progress: Progress) -> tuple[str, tuple[str, ...]]:
    return key.id, key.words


def _register(agency: Agency, path: Path, _progress: Progress) -> RegisteredUnit:
    return agency.registry.register(read_small(path))


def _confirm(agency: Agency, key_id: str, _progress: Progress) -> RegisteredUnit:
    return agency.registry.confirm(key_id)


def _revoke(agency: Agency, key_id: str, reason: str, _progress: Progress) -> None:
    agency.registry.revoke(key_id, reason)


def _rotate(agency: Agency, _progress: Progress) -> None:
    agency.registry.rotate_centre_keys()


def _write_roster(agency: Agency, path: Path, _progress: Progress) -> Path:
    raw = agency.registry.roster()
    try:
        atomic.write_bytes(path, raw)
    except OSError as error:
        raise from_os_error(error, path) from error
    return path
