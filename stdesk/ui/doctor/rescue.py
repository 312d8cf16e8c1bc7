"""A library that cannot be opened: back to a backup with one button, or what can be read into a new one."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from stdesk.clock import local_date, system_clock
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.locking import Vault, unlock
from stdesk.ui import theme
from stdesk.ui.backups import reading as backups
from stdesk.ui.backups.reading import Backup, Restored
from stdesk.ui.backups.words import restored_words, show_size, when_words, why_words
from stdesk.ui.choose import choose
from stdesk.ui.doctor import reading
from stdesk.ui.doctor.reading import Recovered
from stdesk.ui.safety.card import give_back_keyboard
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task, TaskRunner
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.progress_strip import ProgressStrip

KEY = "library.key"
_DAMAGED = ("library_damaged", "swap_damaged")
_PASSWORD = 420


class Rescue(QWidget):
    """Stands in place of the library's window.

    Signals:
        opened: folder of the library to open, the page to show, what to say then, what opens it (a ``Vault``).
        left: another library is wanted.
    """

    opened = Signal(object, str, str, object)
    left = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        folder: Path,
        problem: str,
        *,
        user: str,
        today: date,
        vault: Vault | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._vault = vault
        self._runner, self.folder, self._user, self._today = runner, folder, user, today
        self._task: Task | None = None
        self._locked = (folder / KEY).exists() and vault is None
        self.backups: tuple[Backup, ...] = ()
        self.restore_button = icon_button("arrow-counter-clockwise", tr("Go back to it"), "on_accent")
        self.setProperty("place", "window")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl * 2, t.xl, t.xl * 2, t.l)
        column.setSpacing(t.m)
        column.addWidget(label(tr("The library is damaged"), "title"))
        column.addWidget(label(problem, wrap=True))
        column.addWidget(
            label(
                tr(
                    "Nothing is lost by going on: whatever you choose here, the damaged library is kept as it is, "
                    "in the folder {folder}.",
                    folder=str(folder / "kept"),
                ),
                "soft",
                wrap=True,
            )
        )
        self.note = NoteLine()
        column.addWidget(self.note)
        column.addWidget(self._card(), 1)
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        column.addWidget(self._others())
        self._set_free()

    def _card(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.setSpacing(t.s)
        self.caption = label(tr("Back to a backup"), "heading")
        column.addWidget(self.caption)
        self.said = label(tr("Looking for backups…"), "soft", wrap=True)
        column.addWidget(self.said)
        self.model = RowsModel(
            (
                RowsColumn(tr("When"), 14),
                RowsColumn(tr("Why"), 0),
                RowsColumn(tr("Records"), 6, RIGHT),
                RowsColumn(tr("How large"), 8, RIGHT),
                RowsColumn(tr("State"), 15),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Backups, the newest first"))
        self.caption.setBuddy(self.table)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _old: self._set_free())
        self.table.row_opened.connect(lambda _row: self.restore_button.setFocus())
        column.addWidget(self.table, 1)
        self.restore_button.setProperty("primary", True)
        self.restore_button.clicked.connect(self.restore)
        column.addWidget(self._password())
        row = QWidget()
        flow = FlowLayout(row, t.s)
        flow.addWidget(self.restore_button)
        column.addWidget(row)
        return card

    def _password(self) -> QWidget:
        """Asked for when the library or the backup is locked; nobody else knows it by now."""
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaximumWidth(_PASSWORD)
        self.password.setAccessibleName(tr("Password or recovery code of the library"))
        self.password.returnPressed.connect(self.restore)
        named = label(tr("Password or recovery code of the library"), "label")
        named.setBuddy(self.password)
        self.secret = QWidget()
        column = QVBoxLayout(self.secret)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().xs)
        column.addWidget(named)
        column.addWidget(self.password)
        self.secret.setVisible(self._locked)
        return self.secret

    def _others(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, theme.tokens().s)
        self.recover_button = icon_button("first-aid-kit", tr("Rescue what can be read into a new library…"))
        self.recover_button.clicked.connect(self.recover)
        self.folder_button = icon_button("folder-open", tr("Backups in another place…"))
        self.folder_button.clicked.connect(self.other_place)
        self.again_button = icon_button("arrow-clockwise", tr("Try to open it once more"))
        self.again_button.clicked.connect(lambda: self.opened.emit(self.folder, "", "", self._vault))
        self.leave_button = icon_button("house", tr("Another library"))
        self.leave_button.clicked.connect(self.left)
        for one in (self.recover_button, self.folder_button, self.again_button, self.leave_button):
            flow.addWidget(one)
        return row

    # -- the backups -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Look for backups beside the library."""
        self._look(None)

    def _look(self, place: Path | None) -> None:
        task = self._runner.run(self, partial(backups.listed_in, self.folder, place), slow=True)
        task.finished.connect(self._show)
        task.failed.connect(self._failed)

    def other_place(self) -> None:
        """Look for backups on a stick or a share."""
        place = choose.folder(self, tr("Folder with backups of this library"), "")
        if place is not None:
            self._look(place)

    def _show(self, found: tuple[Backup, ...]) -> None:
        self.backups = found
        self.model.set_rows([self._row(one) for one in found])
        good = next((at for at, one in enumerate(found) if one.ok), None)
        if not found:
            self.said.setText(
                tr("No backup was found beside the library. Plug in the stick with the second place.")
            )
        elif good is None:
            self.said.setText(tr("None of the backups found can be read."))
        else:
            when = when_words(found[good].made_at, self._today)
            self.said.setText(
                tr("The newest good one is of {when}. What was typed after it is not in it.", when=when)
            )
        self.table.setVisible(bool(found))
        if good is not None:
            self.table.selectRow(good)
        self._set_free()
        (self.restore_button if good is not None else self.folder_button).setFocus()

    def _row(self, one: Backup) -> tuple[Any, ...]:
        if one.ok:
            state = Cell(tr("checked"), "check-circle", "green")
        else:
            state = Cell(
                tr("cannot be read"), "warning-circle", "red", backups.problem_words(one), coloured=True
            )
        when = shown_time(one.made_at) if one.made_at else one.path.name
        return when, why_words(one.why), backups.records_in(one) if one.ok else "", show_size(one.size), state

    def chosen(self) -> Backup | None:
        """The backup one is at, when it can be gone back to."""
        at = self.table.currentIndex().row()
        one = self.backups[at] if 0 <= at < len(self.backups) else None
        return one if one is not None and one.ok else None

    def _set_free(self) -> None:
        one, free = self.chosen(), self._task is None
        when = when_words(one.made_at, self._today) if one is not None else ""
        self.restore_button.setText(
            tr("Go back to the backup of {when}", when=when) if one is not None else tr("Go back to it")
        )
        self.restore_button.setEnabled(free and one is not None)
        for button in (self.recover_button, self.folder_button, self.again_button, self.leave_button):
            button.setEnabled(free)

    # -- the ways on -----------------------------------------------------------------------------

    def restore(self) -> None:
        """Go back to the chosen backup; the damaged library is set aside."""
        one = self.chosen()
        if one is None or self._wants_secret():
            return
        work = partial(_restore, self.folder, one, self._user, self.password.text(), self._vault)
        self._run(work, partial(self._restored, one.made_at))

    def _restored(self, when: str, done: tuple[Restored, Vault | None]) -> None:
        self.password.clear()
        made, vault = done
        self.opened.emit(self.folder, "home", restored_words(made, when), vault)

    def _wants_secret(self) -> bool:
        """Whether a password has to be typed first; the line for it has the keyboard then."""
        wanted = not self.secret.isHidden() and not self.password.text()
        if wanted:
            self.note.tell(tr("Type the password first: what is rescued stays locked."), tone="amber")
            self.password.setFocus()
        return wanted

    def recover(self) -> None:
        """Ask where to, and make a new library of everything that can be read."""
        if self._wants_secret():
            return
        target = choose.folder(self, tr("An empty folder for the new library"), "")
        if target is not None:
            work = partial(
                reading.recover, self.folder, target, self._user, self.password.text(), self._vault
            )
            self._run(work, partial(self._recovered, target))

    def _recovered(self, target: Path, made: Recovered) -> None:
        words = reading.recovered_words(made)
        self.note.tell(
            words,
            [(tr("Open the new library"), partial(self.opened.emit, target, "home", words, self._vault))],
            picture="first-aid-kit",
            tone="amber" if made.lost else "green",
        )
        self.note.buttons[0].setFocus()

    def _run(self, work: Any, then: Any) -> None:
        if self._task is not None:
            return
        task = self._runner.run(self, work)
        self._task = task
        self.strip.follow(task)
        self.note.clear()
        self._set_free()
        task.ended.connect(self._ended)
        task.finished.connect(then)
        task.failed.connect(self._failed)
        task.cancelled.connect(lambda: self.note.tell(tr("Stopped. Nothing was changed.")))

    def _ended(self) -> None:
        self._task = None
        self._set_free()
        give_back_keyboard(self, self.restore_button)

    def _failed(self, error: BaseException) -> None:
        self.note.tell(_words_of(error, self.folder), picture="warning", tone="red")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops what is under way, else goes to the choice of libraries."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._task is not None:
            self._task.cancel()
        else:
            self.left.emit()


def _words_of(error: BaseException, folder: Path) -> str:
    if isinstance(error, OSError):
        error = from_os_error(error, error.filename or folder)
    return str(error) if isinstance(error, UserError) else message("internal_error")


def _restore(
    folder: Path, backup: Backup, user: str, secret: str, vault: Vault | None, progress: Progress
) -> tuple[Restored, Vault | None]:
    """What came of going back, and what opens the library now as far as that is known."""
    made = backups.restore(folder, backup, user, secret, vault, progress)
    if secret and (folder / KEY).exists():
        with suppress(UserError):  # it is then asked for once more
            return made, unlock(folder, secret)
    return made, vault


def wants_rescue(problem: BaseException | None, folder: Path | None) -> bool:
    """Whether the library in ``folder`` did not open because it is damaged, or gone but for its backups."""
    if folder is None or not isinstance(problem, UserError):
        return False
    if problem.code == "not_a_library":
        return next((folder / backups.BACKUPS).glob(f"*/{backups.MANIFEST}"), None) is not None
    return problem.code in _DAMAGED


class RescueWindow(QMainWindow):
    """The window that stands in place of the library's."""

    def __init__(
        self, runner: TaskRunner, folder: Path, problem: str, user: str, vault: Vault | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("STDesk")
        self.resize(1100, 700)
        self.rescue = Rescue(
            runner, folder, problem, user=user, today=local_date(system_clock()), vault=vault
        )
        self.setCentralWidget(self.rescue)
        self.rescue.begin()
