"""Taking packages in: a stick, a folder or files; a line a package says what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.central.model import Taken
from stdesk.domain.records import Changes
from stdesk.i18n import count, tr
from stdesk.progress import Progress
from stdesk.services import media
from stdesk.services.media import Volume
from stdesk.ui import theme
from stdesk.ui.central import reading, words
from stdesk.ui.central.page import CentralPage, table_of
from stdesk.ui.central.session import CentralSession
from stdesk.ui.choose import choose
from stdesk.ui.packaging.words import volume_name
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.session import Message, Tone
from stdesk.ui.tables.rows_model import RowsColumn
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label, plain
from stdesk.ui.widgets.progress_strip import ProgressStrip


class IntakePage(CentralPage):
    """Where the packages lie, over what became of each; Enter opens one."""

    name = "intake"

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._task: Task | None = None
        self._arriving: list[Taken] = []  # filled by the worker, only ever longer
        self.taken: list[Taken] = []
        self._rows: list[tuple[object, ...]] = []
        self.setAcceptDrops(True)
        self.column.addWidget(self._choice())
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self.about = label("", wrap=True)
        self.column.addWidget(self.about)
        self.table, self.model = table_of(
            (
                RowsColumn(tr("Package"), 20),
                RowsColumn(tr("Unit"), 8),
                RowsColumn(tr("What became of it"), 26),
                RowsColumn(tr("State"), 18),
                RowsColumn(tr("Why"), 0),
            ),
            tr("What became of each package"),
            self,
        )
        self.spare(self.table, 3)
        self.table.row_opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        self.column.addWidget(self.table, 1)
        self.detail = label("", wrap=True)
        self.column.addWidget(self.detail)
        self.empty = EmptyState(
            "usb",
            tr("Plug a stick in, or drop packages here"),
            tr(
                "Each package is verified, checked by the rules and taken in; sealed ones open by themselves. Nothing "
                "on the stick is changed. Taken in twice, it is in once."
            ),
        )
        self.column.addWidget(self.empty, 1)
        self._lay_out()

    def _choice(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.folder_button = icon_button("folder-open", tr("Choose a stick or a folder…"), "on_accent")
        self.folder_button.setProperty("primary", True)
        self.folder_button.clicked.connect(self._choose_folder)
        self.file_button = icon_button("file-text", tr("Choose a file…"))
        self.file_button.clicked.connect(self._choose_file)
        self.answers_button = icon_button("download-simple", tr("Write their answers to a folder…"))
        self.answers_button.clicked.connect(self.write_answers)
        row.addWidget(self.folder_button)
        row.addWidget(self.file_button)
        row.addStretch(1)
        row.addWidget(self.answers_button)
        column.addLayout(row)
        self.sticks = QWidget()
        self._flow = FlowLayout(self.sticks, t.s)
        self.stick_buttons: list[QPushButton] = []
        column.addWidget(self.sticks)
        self.sticks.hide()
        return card

    def title(self) -> str:
        """The page's name."""
        return tr("Take packages in")

    def focus_place(self) -> QWidget:
        """How to choose."""
        return self.folder_button

    def refresh(self) -> None:
        """Look for sticks; what was taken in stays."""
        self.centre.runner.run(self, _sticks, beside=True).finished.connect(self._show_sticks)

    def _show_sticks(self, found: Sequence[Volume]) -> None:
        for old in self.stick_buttons:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.stick_buttons = []
        for volume in found:
            button = icon_button(
                "usb", plain(tr("Take in from {stick}", stick=volume_name(volume))), "accent"
            )
            button.setEnabled(self._task is None)
            button.clicked.connect(partial(self.start, [volume.root]))
            self._flow.addWidget(button)
            self.stick_buttons.append(button)
        self.sticks.setVisible(bool(found))

    # -- choosing ----------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        if found := choose.folder(self, tr("Choose a stick or a folder…"), ""):
            self.start([found])

    def _choose_file(self) -> None:
        pattern = f"{tr('Packages')} (*.zip *.zip.age);;{tr('All files')} (*)"
        if found := choose.open_file(self, tr("Choose a file…"), pattern):
            self.start([found])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders of this computer may be dropped."""
        urls = event.mimeData().urls()
        if self._task is None and urls and all(one.isLocalFile() for one in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped."""
        event.acceptProposedAction()
        self.start([Path(one.toLocalFile()) for one in event.mimeData().urls()])

    # -- taking in ---------------------------------------------------------------------------

    def start(self, chosen: Sequence[Path], _on: bool = False) -> None:
        """Take in every package of these files and folders."""
        if self._task is not None:
            return
        self._arriving, self.taken, self._rows = [], [], []
        self.model.set_rows([])
        self.about.setText("")
        self._lay_out()
        work = partial(reading.take, self.centre.agency, list(chosen), self._arriving)
        self._task = task = self.centre.runner.run(self, work, slow=True)
        self._set_free(False)
        self.strip.follow(task)
        task.progressed.connect(lambda _progress: self._show_taken())
        task.finished.connect(self._all_taken)
        task.failed.connect(self._failed)
        task.cancelled.connect(self._stopped)
        task.ended.connect(self._ended)

    def _show_taken(self) -> None:
        """What came since the last look, line by line."""
        new = self._arriving[len(self.taken) :]
        if not new:
            return
        first = not self.taken
        held = self.table.currentIndex().row()
        self.taken += new
        self._rows += [words.taken_row(one) for one in new]
        self.model.set_rows(self._rows)
        self._lay_out()
        self.table.selectRow(0 if first else max(held, 0))
        self.about.setText(_sum(self.taken))

    def _all_taken(self, n: int) -> None:
        self._show_taken()
        if not n:
            self.centre.say(
                tr("No package lies there. Packages are files that end in .zip or .zip.age."), Tone.WARN
            )
            return
        bad = any(one.outcome in ("refused", "quarantined", "returned") for one in self.taken)
        self.centre.happened(_sum(self.taken), Tone.WARN if bad else Tone.DONE)
        self.table.setFocus()

    def _failed(self, error: BaseException) -> None:
        self._show_taken()
        self.centre.changed.emit(Changes())
        self.centre.say_error(error)

    def _stopped(self) -> None:
        self._show_taken()
        self.centre.happened(
            tr("Stopped. What stands in the list is in; the rest is still on the stick."), Tone.INFO
        )

    def _ended(self) -> None:
        self._task = None
        self._set_free(True)

    def _set_free(self, free: bool) -> None:
        for button in (self.folder_button, self.file_button, *self.stick_buttons):
            button.setEnabled(free)
        self._show_answers_button()

    def _lay_out(self) -> None:
        for widget in (self.table, self.about, self.detail):
            widget.setVisible(bool(self.taken))
        self.empty.setVisible(not self.taken)
        self._show_answers_button()

    def _show_answers_button(self) -> None:
        self.answers_button.setVisible(bool(self._answered()))
        self.answers_button.setEnabled(self._task is None)

    def _show_detail(self) -> None:
        at = self.table.currentIndex().row()
        one = self.taken[at] if 0 <= at < len(self.taken) else None
        self.detail.setText(one.sentence if one else "")

    def _open(self, at: int) -> None:
        one = self.taken[at]
        if one.package is not None:
            self.centre.page_wanted.emit("unit", (one.package.unit, one.package.fingerprint))
        elif one.sentence:
            self.centre.say(one.sentence, Tone.WARN)

    # -- answers -----------------------------------------------------------------------------

    def _answered(self) -> list[str]:
        found = [it for one in self.taken for it in (one.package, *one.followed) if it is not None]
        return list(dict.fromkeys(one.fingerprint for one in found))

    def write_answers(self) -> None:
        """Write the last answer to each package in the list, with its slip."""
        folder = choose.folder(self, tr("Write their answers to a folder…"), "")
        if folder is not None and self._task is None:
            work = partial(reading.put_last_answers, self.centre.agency, self._answered(), folder)
            self._task = task = self.centre.run(self, work, self._written, slow=True)
            self._set_free(False)
            self.strip.follow(task)
            task.ended.connect(self._ended)

    def _written(self, paths: Sequence[Path]) -> None:
        if not paths:
            self.centre.say(tr("None of these packages has an answer yet."))
            return
        text = tr("{n} files written to {folder}", n=count(len(paths)), folder=str(paths[0].parent))
        act = partial(open_path, paths[0].parent)
        self.centre.said.emit(Message(text, Tone.DONE, tr("Open the folder"), act))

    def unsaved(self) -> tuple[str, str] | None:
        """Packages are just being taken in."""
        if self._task is None:
            return None
        return tr("Packages are being taken in. What stands in the list is in."), tr("Stop and go on")

    def step_back(self) -> bool:
        """Esc stops what is under way."""
        if self._task is None:
            return False
        self._task.cancel()
        return True


def _sticks(_progress: Progress) -> list[Volume]:
    return [one for one in media.volumes() if one.removable]


def _sum(taken: Sequence[Taken]) -> str:
    numbers = Counter(one.outcome for one in taken)
    parts = [
        f"{words.outcome_word(one).lower()}: {count(numbers[one])}" for one in words.OUTCOMES if numbers[one]
    ]
    return tr("{n} packages: {parts}", n=count(len(taken)), parts=" · ".join(parts))
