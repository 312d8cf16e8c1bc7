"""Verifying a package: is it whole, who signed it, and if not, what to do about each file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk import atomic
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services import package_checking
from stdesk.services.desk import Desk
from stdesk.services.package_checking import Depth, Fault, Looked
from stdesk.ui import clipboard, theme
from stdesk.ui.choose import choose
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import pixmap
from stdesk.ui.importing.choose_file import dropped_file
from stdesk.ui.packaging import verify_words as words
from stdesk.ui.packaging.words import in_groups
from stdesk.ui.reporting.look_panel import own_folder
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tables.rows_model import Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


class VerifyPanel(QWidget):
    """A ZIP, an unzipped folder or a sealed file in, one answer and every defect out.

    Signals:
        verified: the :class:`Looked`.
    """

    verified = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._task: Task | None = None
        self._faults: tuple[Fault, ...] = ()
        self._answer_of: tuple[str, Looked] | None = None
        self.setAcceptDrops(True)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.m, 0, 0)
        column.setSpacing(t.m)
        column.addWidget(self._choice())
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        column.addWidget(self._answer())
        self.model = RowsModel(
            (
                RowsColumn(tr("File"), 19),
                RowsColumn(tr("Fault"), 0),
                RowsColumn(tr("Expected"), 9),
                RowsColumn(tr("Found"), 9),
                RowsColumn(tr("What to do"), 22),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("What is wrong with the package"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_fault())
        column.addWidget(self.table, 1)
        column.addWidget(self._below())
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        self._show_table(False)

    def _choice(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        column.addWidget(
            label(
                tr(
                    "Choose a package (ZIP or sealed) or the folder it was unpacked into, or drop it here. "
                    "Nothing is unpacked or opened."
                ),
                "soft",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.path = QLineEdit(placeholderText=tr("Where the package lies"))
        self.path.setAccessibleName(tr("Where the package lies"))
        self.path.returnPressed.connect(self.start)
        file_button = icon_button("file-text", tr("Choose a file…"))
        file_button.clicked.connect(self._choose_file)
        folder_button = icon_button("folder-open", tr("Choose a folder…"))
        folder_button.clicked.connect(self._choose_folder)
        for widget in (self.path, file_button, folder_button):
            row.addWidget(widget, 1 if widget is self.path else 0)
        column.addLayout(row)
        column.addLayout(self._depths())
        return card

    def _depths(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        caption = label(tr("How thoroughly"), "label")
        self.thoroughness = QuietCombo()
        self.thoroughness.setAccessibleName(tr("How thoroughly"))
        caption.setBuddy(self.thoroughness)
        for depth, name, what in words.depths():
            self.thoroughness.addItem(f"{name}: {what}", depth)
        self.thoroughness.setCurrentIndex(self.thoroughness.count() - 1)
        self.verify_button = icon_button("shield-check", tr("Verify"), "on_accent")
        self.verify_button.setProperty("primary", True)
        self.verify_button.clicked.connect(self.start)
        row.addWidget(caption)
        row.addWidget(self.thoroughness)
        row.addStretch(1)
        row.addWidget(self.verify_button)
        return row

    def _answer(self) -> QFrame:
        t = theme.tokens()
        self.answer = QFrame()
        self.answer.setProperty("place", "note")
        row = QHBoxLayout(self.answer)
        row.setContentsMargins(t.l, t.m, t.l, t.m)
        row.setSpacing(t.m)
        self._picture = label("")
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(t.xs)
        self.answer_title = label("", "heading", wrap=True)
        self.answer_text = label("", wrap=True)
        signed = QHBoxLayout()
        signed.setSpacing(t.s)
        self._signature_picture = label("")
        self.signature = label("", wrap=True)
        signed.addWidget(self._signature_picture, 0, Qt.AlignmentFlag.AlignTop)
        signed.addWidget(self.signature, 1)
        self.answer_code = label("", "small", wrap=True)
        self.answer_code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.answer_title)
        column.addWidget(self.answer_text)
        column.addLayout(signed)
        column.addWidget(self.answer_code)
        row.addLayout(column, 1)
        self.answer.hide()
        return self.answer

    def _below(self) -> QWidget:
        t = theme.tokens()
        self._foot = QWidget()
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.s)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = icon_button("copy", tr("Copy the list"))
        self.copy_button.clicked.connect(self.copy_list)
        self.save_button = icon_button("floppy-disk", tr("Write the list to a file…"))
        self.save_button.clicked.connect(self.save_list)
        row.addWidget(self.detail, 1)
        for button in (self.copy_button, self.save_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return self._foot

    # -- choosing ----------------------------------------------------------------------------

    def _choose_file(self) -> None:
        pattern = f"{tr('Packages')} (*.zip *.zip.age);;{tr('All files')} (*)"
        if found := choose.open_file(self, tr("Choose a file…"), pattern):
            self.open_path(found)

    def _choose_folder(self) -> None:
        if found := choose.folder(self, tr("Choose a folder…"), self.path.text()):
            self.open_path(found)

    def open_path(self, path: Path) -> None:
        """Verify the package at ``path``."""
        self.path.setText(str(path))
        self.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file or folder of this computer may be dropped."""
        if self._task is None and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Verify what was dropped."""
        if path := dropped_file(event.mimeData()):
            event.acceptProposedAction()
            self.open_path(path)

    # -- verifying ---------------------------------------------------------------------------

    def start(self) -> None:
        """Verify the package whose place is typed."""
        text = self.path.text().strip().strip('"')
        if self._task is not None:
            return
        if not text:
            self._choose_file()
            return
        self.answer.hide()
        self._show_table(False)
        depth: Depth = self.thoroughness.currentData()
        work = partial(_look, self.session.desk, Path(text).expanduser(), Depth(depth))
        self._task = task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(partial(self._show, text))
        task.failed.connect(self._failed)
        task.cancelled.connect(lambda: self.session.say(tr("Stopped. The package was not verified.")))
        task.ended.connect(self._ended)
        self.progress.follow(task)
        self.verify_button.setEnabled(False)

    def stop(self) -> bool:
        """Stop what is under way; False when nothing is."""
        if self._task is None:
            return False
        self._task.cancel()
        return True

    def _ended(self) -> None:
        self._task = None
        self.verify_button.setEnabled(True)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            error = from_os_error(error, error.filename or self.path.text())
        text = str(error) if isinstance(error, UserError) else message("internal_error")
        self._say("x-circle", "red", tr("The package could not be read"), text, "")
        self._show_signature(None)

    def _show(self, path: str, answer: Looked) -> None:
        self._faults = answer.faults
        self._answer_of = (path, answer)
        if answer.ok:
            code = tr("Check code of the content (SHA-512): {code}", code=in_groups(answer.fingerprint))
            told = f"{words.about(answer)}\n{words.read_words(answer)}"
            self._say(
                "lock" if answer.sealed else "shield-check", "green", words.title_of(answer), told, code
            )
        else:
            advice = tr("Do not take this package in. Do what stands beside each line.")
            self._say("x-circle", "red", words.title_of(answer), advice, "")
            self.model.set_rows([_row(one) for one in answer.faults])
            self._show_table(True)
            self.table.selectRow(0)
            self.table.setFocus()
        self._show_signature(answer)
        self.verified.emit(answer)

    def _show_signature(self, answer: Looked | None) -> None:
        self.signature.setVisible(answer is not None)
        self._signature_picture.setVisible(answer is not None)
        if answer is not None:
            name, tone, text = words.signature_look(answer)
            self._signature_picture.setPixmap(pixmap(name, tone, 18, self))
            self.signature.setText(text)

    def _say(self, name: str, tone: str, title: str, text: str, code: str) -> None:
        self._picture.setPixmap(pixmap(name, tone, 32, self))
        theme.mark(self.answer, tone=tone)
        self.answer_title.setText(title)
        self.answer_text.setText(text)
        self.answer_code.setText(code)
        self.answer_code.setVisible(bool(code))
        self.answer.setAccessibleName(f"{title}. {text}")
        self.answer.show()

    def _show_table(self, shown: bool) -> None:
        self.table.setVisible(shown)
        self._foot.setVisible(shown)
        self._filler.setVisible(not shown)

    def _show_fault(self) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self._faults):
            self.detail.setText(words.detail_of(self._faults[at]))

    # -- the list ----------------------------------------------------------------------------

    def copy_list(self) -> None:
        """Everything that is wrong, to the clipboard."""
        if self._answer_of is not None:
            clipboard.put_text(words.as_text(*self._answer_of))
            self.session.say(tr("The list is copied."), Tone.DONE)

    def save_list(self) -> None:
        """Everything that is wrong, to a file."""
        if self._answer_of is None:
            return
        name = f"loi-{Path(self._answer_of[0]).stem}.txt"
        proposed = str(own_folder().parent / name)
        target = choose.save_file(self, tr("Write the list to a file…"), proposed, tr("Text (*.txt)"))
        if target is not None:
            target = target if target.suffix else target.with_suffix(".txt")
            work = partial(_write, target, words.as_text(*self._answer_of))
            self.session.run(self, work, self._saved, beside=True)

    def _saved(self, path: Path) -> None:
        text = tr("Saved: {path}", path=str(path))
        self.session.said.emit(Message(text, Tone.DONE, tr("Open"), partial(open_path, path)))


def _look(desk: Desk, path: Path, depth: Depth, progress: Progress) -> Looked:
    return package_checking.look(path, package_checking.signers(desk), depth, progress)


def _write(target: Path, text: str, _progress: Progress) -> Path:
    try:
        atomic.write_bytes(target, ("\ufeff" + text.replace("\n", "\r\n")).encode())
    except OSError as error:
        raise from_os_error(error, target) from error
    return target


def _row(one: Fault) -> tuple[object, ...]:
    return (Cell(one.file, "x-circle", "red"), one.message, one.expected, one.found, one.advice)
