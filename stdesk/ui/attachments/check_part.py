"""The attachments checked: what is missing, changed, doubled, unused, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.attachments import Attachments, FileUse, Report
from stdesk.ui import theme
from stdesk.ui.attachments.part import FilesPart
from stdesk.ui.attachments.words import show_size
from stdesk.ui.choose import choose
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label


class CheckPart(FilesPart):
    """Reads every attachment when asked, and lists what is wrong."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.report: Report | None = None
        self._uses: list[FileUse | None] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.check_button = icon_button("shield-check", tr("Check all attachments"))
        self.check_button.clicked.connect(self.check)
        self.find_button = icon_button("folder-open", tr("Find missing files in a folder…"))
        self.find_button.setToolTip(tr("Looks for the very same content, whatever the file is called now"))
        self.find_button.clicked.connect(self.browse)
        row.addWidget(self.check_button)
        row.addWidget(self.find_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.strip)
        self.note = label("", "soft", wrap=True)
        column.addWidget(self.note)
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "shield-check",
            tr("Are all files still there and whole?"),
            tr("Every attachment is read and compared with what was taken in. Nothing is changed."),
        )
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._table())
        column.addWidget(self.stack, 1)
        self._show_buttons()

    def _table(self) -> TableView:
        self.model = RowsModel(
            (
                RowsColumn(tr("What"), 16),
                RowsColumn(tr("File"), 28),
                RowsColumn(tr("Size"), 8, RIGHT),
                RowsColumn(tr("Record"), 0),
                RowsColumn(tr("What to do"), 30),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("What is wrong with the attachments"))
        self.table.row_opened.connect(self._open)
        return self.table

    def check(self) -> None:
        """Read every attachment."""
        if self._task is None:
            task = self.session.runner.run(self, partial(_check, self.session.desk.attachments), slow=True)
            task.finished.connect(self._checked)
            self._follow(task)

    def browse(self) -> None:
        """Ask for a folder and look there for what is missing or changed."""
        if self.report is None or self._task is not None:
            return
        if folder := choose.folder(self, tr("Choose a folder"), ""):
            wanted = (*self.report.missing, *self.report.changed)
            task = self.session.runner.run(
                self, partial(_find, self.session.desk.attachments, folder, wanted)
            )
            task.finished.connect(self._found)
            self._follow(task)

    def _checked(self, report: Report) -> None:
        self.report = report
        rows, self._uses = _rows(report)
        self.model.set_rows(rows)
        looked = ntr("{n} file read", "{n} files read", report.files)
        if rows:
            bad = tr(
                "{missing} missing, {changed} changed, {doubled} at several records, {unused} unused.",
                missing=count(len(report.missing)),
                changed=count(len(report.changed)),
                doubled=count(len(report.doubled)),
                unused=count(len(report.unused)),
            )
            self.note.setText(f"{looked} ({show_size(report.size)}). {bad}")
            self.stack.setCurrentIndex(1)
            self.table.selectRow(0)
            self.table.setFocus()
        else:
            self.note.setText("")
            self.empty.set_texts(
                tr("All attachments are there and whole"), f"{looked}, {show_size(report.size)}."
            )
            self.stack.setCurrentIndex(0)

    def _found(self, found: tuple[FileUse, ...]) -> None:
        tone = Tone.DONE if found else Tone.WARN
        self.session.say(
            ntr("{n} file was found and copied back.", "{n} files were found and copied back.", len(found))
            if found
            else tr("None of the missing files lies in that folder."),
            tone,
        )
        self._task = None
        self.check()

    def _open(self, row: int) -> None:
        if (use := self._uses[row]) is not None:
            self.session.record_wanted.emit(use.kind, use.record_id, use.field)

    def _show_buttons(self) -> None:
        free = self._task is None
        self.check_button.setEnabled(free)
        lost = self.report is not None and bool(self.report.missing or self.report.changed)
        self.find_button.setVisible(lost)
        self.find_button.setEnabled(free and not self.session.desk.read_only)

    def focus_place(self) -> QWidget:
        """The table, or the button that fills it."""
        return self.table if self.stack.currentIndex() else self.check_button


def _rows(report: Report) -> tuple[list[Sequence[object]], list[FileUse | None]]:
    missing = Cell(tr("Missing"), "x-circle", "red", coloured=True)
    changed = Cell(tr("Changed"), "warning", "red", coloured=True)
    doubled = Cell(tr("At several"), "copy", "amber")
    again = tr("Find it in a folder, or attach it again")
    rows: list[Sequence[object]] = []
    uses: list[FileUse | None] = []
    for cell, listed, todo in (
        (missing, report.missing, again),
        (changed, report.changed, again),
        (doubled, [use for group in report.doubled for use in group], tr("Right if both records need it")),
    ):
        for use in listed:
            rows.append((cell, use.name, show_size(use.size), _record(use), todo))
            uses.append(use)
    for file, size in report.unused:
        tip = tr("Kept: undo or the trash may still need it")
        rows.append((Cell(tr("Unused"), "info", "text_soft"), file[:12], show_size(size), "", tip))
        uses.append(None)
    return rows, uses


def _record(use: FileUse) -> str:
    title = f"{use.number}. {use.title or '—'}"
    return tr("{title} (in the trash)", title=title) if use.trashed else title


def _check(attachments: Attachments, progress: Progress) -> Report:
    return attachments.check(progress)


def _find(
    attachments: Attachments, folder: Path, wanted: tuple[FileUse, ...], progress: Progress
) -> tuple[FileUse, ...]:
    return attachments.find_missing(folder, wanted, progress)
