"""Verifying a package: is it whole, and if not, what to do about each file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import count, message, ntr, tr
from stdesk.progress import Progress
from stdesk.services.handover import Defect, Verification, verify
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.icons import pixmap
from stdesk.ui.importing.choose_file import dropped_file
from stdesk.ui.packaging.make_panel import in_groups
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


class VerifyPanel(QWidget):
    """A ZIP or an unzipped folder in, one answer and every defect out.

    Signals:
        verified: the :class:`Verification`.
    """

    verified = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._task: Task | None = None
        self._defects: tuple[Defect, ...] = ()
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
                RowsColumn(tr("File"), 20),
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
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_defect())
        column.addWidget(self.table, 1)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.detail)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        self._show_table(False)

    def _choice(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.l, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(
            label(
                tr(
                    "Choose a package (ZIP) or the folder it was unpacked into, or drop it here. "
                    "Every file is read and compared; nothing is unpacked or opened."
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
        file_button = icon_button("file-text", tr("Choose a ZIP…"))
        file_button.clicked.connect(self._choose_file)
        folder_button = icon_button("folder-open", tr("Choose a folder…"))
        folder_button.clicked.connect(self._choose_folder)
        self.verify_button = icon_button("shield-check", tr("Verify"), "on_accent")
        self.verify_button.setProperty("primary", True)
        self.verify_button.clicked.connect(self.start)
        row.addWidget(self.path, 1)
        for button in (file_button, folder_button, self.verify_button):
            row.addWidget(button)
        column.addLayout(row)
        return card

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
        self.answer_code = label("", "small", wrap=True)
        self.answer_code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget in (self.answer_title, self.answer_text, self.answer_code):
            column.addWidget(widget)
        row.addLayout(column, 1)
        self.answer.hide()
        return self.answer

    # -- choosing ----------------------------------------------------------------------------

    def _choose_file(self) -> None:
        pattern = f"{tr('Packages')} (*.zip);;{tr('All files')} (*)"
        if found := choose.open_file(self, tr("Choose a ZIP…"), pattern):
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
        work = partial(_verify, Path(text).expanduser())
        self._task = task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._show)
        task.failed.connect(self._failed)
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
        text = str(error) if isinstance(error, UserError) else message("internal_error")
        self._say("x-circle", "red", tr("The package could not be read"), text, "")

    def _show(self, answer: Verification) -> None:
        self._defects = answer.defects
        read = tr(
            "{n} files read, {size}", n=count(answer.checked_files), size=show_size(answer.checked_bytes)
        )
        if answer.ok:
            code = tr("Check code of the content (SHA-512): {code}", code=in_groups(answer.fingerprint))
            self._say("shield-check", "green", tr("Whole and unchanged"), f"{_about(answer)}\n{read}", code)
        else:
            n = len(answer.defects)
            title = ntr("Not whole: {n} thing is wrong", "Not whole: {n} things are wrong", n)
            self._say(
                "x-circle",
                "red",
                title,
                tr("Do not take this package in. Do what stands beside each line."),
                "",
            )
            self.model.set_rows([_row(one) for one in answer.defects])
            self._show_table(True)
            self.table.selectRow(0)
            self.table.setFocus()
        self.verified.emit(answer)

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
        self.detail.setVisible(shown)
        self._filler.setVisible(not shown)

    def _show_defect(self) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self._defects):
            one = self._defects[at]
            self.detail.setText(f"{one.message}\n{one.advice}")


def _verify(path: Path, progress: Progress) -> Verification:
    return verify(path, progress)


def _row(defect: Defect) -> tuple[object, ...]:
    return (
        Cell(defect.file, "x-circle", "red"),
        defect.message,
        defect.expected,
        defect.found,
        defect.advice,
    )


def _about(answer: Verification) -> str:
    """Whose package it is; what a package says of itself is shown only when it is whole."""
    info = answer.info or {}
    level = code_list("secrecy").get(str(info.get("secrecy", "")))
    parts = [
        f"{info.get('unit_name', '')} ({info.get('unit_code', '')})",
        _period(str(info.get("period", ""))),
        tr("Trial, marked THỬ")
        if info.get("trial")
        else tr("Submission {n}", n=str(info.get("submission", ""))),
        str(level.text) if level else "",
    ]
    return "  ·  ".join(part for part in parts if part)


def _period(code: str) -> str:
    try:
        label_of = str(parse_period(code).label)
    except UserError:
        return code
    return label_of[:1].upper() + label_of[1:]
