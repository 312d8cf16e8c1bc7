"""What the answers to one package say, record by record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.answers import Read, Said
from stdesk.ui import theme
from stdesk.ui.answers import words
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

Answers = tuple[tuple[Read, tuple[Said, ...]], ...]


class LinesView(QWidget):
    """Each line with what is wrong, what to do and the note; Enter opens the record at its field."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._lines: list[Said] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.about = label("", wrap=True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.about)
        self.model = RowsModel(
            (
                RowsColumn(tr("Which record"), 22),
                RowsColumn(tr("Field"), 11),
                RowsColumn(tr("The fault"), 0),
                RowsColumn(tr("How to deal with it"), 23),
                RowsColumn(tr("Remark"), 14),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("What the centre says, record by record"))
        self.table.row_opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_line())
        column.addWidget(self.table, 1)
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button = icon_button("pencil-simple", tr("Open the record"))
        self.open_button.clicked.connect(lambda: self._open(self.table.currentIndex().row()))
        row.addWidget(self.detail, 1)
        row.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.foot)
        self.empty = label("", "soft", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.empty, 1)
        self.show_answers(())

    def show_answers(self, answers: Answers, problem: str = "") -> None:
        """Show what these answers say, the newest first; ``problem``: why the sending itself went wrong."""
        self._lines = [one for _, lines in answers for one in lines]
        told = [words.answer_line(read) for read, _ in answers]
        notes = [read.answer.note for read, _ in answers if read.answer.note]
        shown = [problem] if problem else [*told[:1], *notes[:1]]
        if hidden := sum(len(read.answer.lines) - len(lines) for read, lines in answers):
            shown.append(words.left_out(hidden))
        self.about.setText("\n".join(shown))
        self.about.setToolTip("\n".join([*told, *notes]))
        self.about.setVisible(bool(shown))
        self.model.set_rows([_row(one) for one in self._lines])
        for widget in (self.table, self.foot):
            widget.setVisible(bool(self._lines))
        self.empty.setText(_nothing(answered=bool(answers)))
        self.empty.setVisible(not self._lines and not problem)
        if self._lines:
            self.table.selectRow(0)
        self._show_line()

    def count(self) -> int:
        """How many lines are shown."""
        return len(self._lines)

    def _current(self) -> Said | None:
        at = self.table.currentIndex().row()
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def _show_line(self) -> None:
        one = self._current()
        self.open_button.setEnabled(one is not None and one.there)
        if one is None:
            self.detail.setText("")
            return
        parts = [one.line.error, one.line.advice, one.line.note]
        if one.line.id and not one.there:
            parts.append(tr("This record is not in the library any more."))
        self.detail.setText("\n".join(part for part in parts if part))

    def _open(self, at: int) -> None:
        if 0 <= at < len(self._lines) and self._lines[at].there:
            line = self._lines[at].line
            self.session.record_wanted.emit(line.kind, line.id, line.field)


def _nothing(*, answered: bool) -> str:
    """Why no record is listed."""
    where = tr(
        "What the centre finds wrong with a package stands here: the record, the fault, how to deal with it."
    )
    return f"{tr('Nothing to correct.') if answered else tr('No answer yet.')} {where}"


def _row(one: Said) -> tuple[object, ...]:
    line = one.line
    if not line.id:
        name = tr("the whole package")
    else:
        name = tr("{kind} {number}", kind=one.kind_label, number=str(line.number))
        name = f"{name}: {one.title}" if one.title else name
    return (Cell(name), one.label, Cell(line.error), Cell(line.advice), Cell(line.note))
