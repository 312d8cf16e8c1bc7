"""The answers to a package: as a file, as a slip to sign, as a code over the telephone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from stdesk.central.answered import Answered
from stdesk.central.model import RECEIVED, VALID
from stdesk.clock import local_time
from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.central import words
from stdesk.ui.central.page import fill, table_of
from stdesk.ui.tables.rows_model import RIGHT, RowsColumn
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class AnswersView(QWidget):
    """The last answer large, all of them below.

    Signals:
        file_wanted, print_wanted: the chosen answer, to a folder or on paper.
    """

    file_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: tuple[Answered, ...] = ()
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(self._card())
        self.table, self.model = table_of(
            (
                RowsColumn(tr("No."), 6, RIGHT),
                RowsColumn(tr("Answer"), 24),
                RowsColumn(tr("When"), 14),
                RowsColumn(tr("Who decides"), 20),
                RowsColumn(tr("Lines"), 8, RIGHT),
                RowsColumn(tr("Remark"), 0),
            ),
            tr("Answers to this package, the newest first"),
            self,
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_one())
        column.addWidget(self.table, 1)
        self.empty = label(tr("No answer was given to this package yet."), "soft", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.empty, 1)
        self.show_answers(())

    def _card(self) -> QFrame:
        t = theme.tokens()
        self.card = QFrame()
        self.card.setProperty("place", "card")
        row = QHBoxLayout(self.card)
        row.setContentsMargins(t.l, t.s, t.l, t.s)
        row.setSpacing(t.m)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(label(tr("Code for the telephone"), "label"))
        self.code = label("", "title")
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        said.addWidget(self.code)
        row.addLayout(said, 1)
        self.file_button = icon_button("download-simple", tr("Write the answer to a folder…"))
        self.file_button.clicked.connect(self.file_wanted)
        self.print_button = icon_button("printer", tr("Print the slip…"))
        self.print_button.clicked.connect(self.print_wanted)
        row.addWidget(self.file_button)
        row.addWidget(self.print_button)
        return self.card

    def show_answers(self, answers: Sequence[Answered]) -> None:
        """Show these, newest first."""
        self.answers = tuple(answers)
        fill(self.table, self.model, [_row(one) for one in self.answers], 0)
        for widget in (self.card, self.table):
            widget.setVisible(bool(self.answers))
        self.empty.setVisible(not self.answers)
        self._show_one()

    def current(self) -> Answered | None:
        """The answer one is at."""
        at = self.table.currentIndex().row()
        return self.answers[at] if 0 <= at < len(self.answers) else None

    def _show_one(self) -> None:
        one = self.current()
        code = one.code if one else ""
        self.code.setText(code or tr("none: the key of this package is known no more"))
        self.code.setAccessibleName(tr("Code for the telephone: {code}", code=" ".join(code)))


def _row(one: Answered) -> tuple[object, ...]:
    said = one.given.answer
    return (
        str(said.number),
        words.state_cell(said.status),
        local_time(said.at),
        one.by or (tr("by itself") if said.status in (RECEIVED, VALID) else ""),
        count(len(said.lines)) if said.lines else "",
        said.note,
    )
