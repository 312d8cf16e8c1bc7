"""Sent and answered: where the report stands, every sending, what the centre said and proposes."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.services.answers import Standing, Taken, state_word
from stdesk.ui import theme
from stdesk.ui.answers import reading, words
from stdesk.ui.answers.lines_view import Answers, LinesView
from stdesk.ui.answers.looks import look_of
from stdesk.ui.answers.proposals_view import ProposalsView
from stdesk.ui.answers.reading import Seen
from stdesk.ui.answers.sending_view import SendingView
from stdesk.ui.answers.take_bar import NARROW, TakeBar
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon, pixmap
from stdesk.ui.importing.choose_file import dropped_file
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label

_NAME, _WHEN, _WHERE, _RESULT = range(4)  # columns
_LEAST_RESULT = 232  # pixels: "passed verification, not yet accepted" is read whole
_LEAST_STANDING, _LEAST_BELOW = 52, 210  # pixels; wrapped texts ask for more than they need
_NOTE = {"red": "red", "green": "green", "blue": "blue", "amber": "amber"}


class _Inner(QWidget):
    """As high as what it holds needs at the width there is, at least."""

    def minimumSizeHint(self) -> QSize:
        """Nothing: the height follows from the width."""
        return QSize(0, 0)

    def heightForWidth(self, width: int) -> int:
        """The least: tables would like more than they need."""
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else -1


class AnswersPanel(QWidget):
    """The tab "Sent, answered" of the page of packages: the one list of everything that was ever written.

    Attributes:
        seen: what is shown; ``None`` before it was read the first time.

    Signals:
        make_wanted: nothing was written for the period yet; the first tab is wanted.
    """

    make_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.seen: Seen | None = None
        self._wanted = ""
        self._asked = self._asked_lines = 0
        self._stale = True
        self.setAcceptDrops(True)
        t = theme.tokens()
        column = self._scrolled()
        column.setContentsMargins(0, t.m, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(self._standing())
        self.bar = TakeBar(session)
        self.bar.taken.connect(self._taken)
        column.addWidget(self.bar)
        self.bar.setVisible(
            not session.desk.read_only
        )  # in its place first: shown alone it would be a window
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._log())
        self.split.addWidget(self._below())
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 2)
        column.addWidget(self.split, 1)
        self.empty = EmptyState(
            "usb",
            tr("Nothing was sent for this period yet"),
            tr(
                "Every package written to a stick stands here, also the tries that failed, and beside it what the "
                "centre answered: received, passed verification, accepted or returned."
            ),
            tr("Write a package"),
            self.make_wanted.emit,
        )
        column.addWidget(self.empty, 1)
        session.changed.connect(self._on_changed)
        self._fill_empty()

    # -- made of -----------------------------------------------------------------------------

    def _scrolled(self) -> QVBoxLayout:
        """Everything lies in one column that scrolls as a whole where the window is very low."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        inner = _Inner()
        inner.setProperty("place", "clear")
        column = QVBoxLayout(inner)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        whole.addWidget(area)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the place is left to the tab below the table."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.table.setColumnHidden(_WHERE, narrow)
        left = self.width() - self.table.columnWidth(_WHEN) - _LEAST_RESULT - 2 * theme.tokens().l
        self.table.setColumnWidth(_NAME, left if narrow else self._name_width)
        self.table.setColumnWidth(_RESULT, _LEAST_RESULT if narrow else self._result_width)

    def _standing(self) -> QFrame:
        t = theme.tokens()
        self.standing = QFrame()
        self.standing.setProperty("place", "note")
        self.standing.setMinimumHeight(_LEAST_STANDING)
        row = QHBoxLayout(self.standing)
        row.setContentsMargins(t.l, t.s, t.m, t.s)
        row.setSpacing(t.m)
        self._picture = label("")
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        words_ = QVBoxLayout()
        words_.setSpacing(0)
        self.state = label("", "heading")
        self.sentence = label("", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words_.addWidget(self.state)
        words_.addWidget(self.sentence)
        row.addLayout(words_, 1)
        caption = label(tr("Period"), "label")
        self.period = QuietCombo()
        self.period.setAccessibleName(tr("Period"))
        self.period.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
        caption.setBuddy(self.period)
        self.period.activated.connect(lambda at: self.open_with(self.period.itemData(at)))
        row.addWidget(caption)
        row.addWidget(self.period)
        return self.standing

    def _log(self) -> TableView:
        self.model = RowsModel(
            (
                RowsColumn(tr("Package"), 27),
                RowsColumn(tr("When"), 13),
                RowsColumn(tr("Where to"), 0),
                RowsColumn(tr("Result, answer"), 24),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self._name_width, self._result_width = (self.table.columnWidth(one) for one in (_NAME, _RESULT))
        self.table.setMinimumHeight(4 * theme.tokens().row + 8)
        self.table.setAccessibleName(tr("Sendings, the newest first"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_sending())
        return self.table

    def _below(self) -> QTabWidget:
        self.lines = LinesView(self.session)
        self.proposals = ProposalsView(self.session)
        self.tabs = QTabWidget()
        self.tabs.setMinimumHeight(_LEAST_BELOW)
        self.tabs.addTab(self.lines, icon("note"), tr("What the centre says"))
        self.tabs.addTab(self.proposals, icon("swap"), tr("Proposals of the centre"))
        self.sending = SendingView(self.session)
        self.tabs.addTab(self.sending, icon("printer"), tr("What was written, papers"))
        self.tabs.tabBar().setAccessibleName(tr("What the centre says, what it proposes, what was written"))
        return self.tabs

    # -- reading -----------------------------------------------------------------------------

    def open_with(self, period: Any) -> None:
        """Show this period (its code)."""
        self._wanted = str(period or "")
        self.refresh()

    def refresh(self) -> None:
        """Read again what is shown."""
        self._stale = False
        self._asked += 1
        work = partial(reading.look, self.session.desk, self._wanted)
        self.session.run(self, work, partial(self._show, self._asked))

    def _on_changed(self, changes: Changes) -> None:
        del changes
        self._stale = True
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """A sending is no change of a record, so everything is read whenever the panel is seen."""
        super().showEvent(event)
        self.refresh()

    def _show(self, asked: int, seen: Seen) -> None:
        if asked != self._asked:
            return
        held = (
            self.table.currentIndex().row() if self.seen and self.seen.period.code == seen.period.code else 0
        )
        self.seen = seen
        self._wanted = seen.period.code
        self._show_periods(seen)
        self._show_standing(seen.standing)
        self.proposals.show_proposals(seen.proposals, seen.left_out)
        waiting = self.proposals.waiting()
        self.tabs.setTabText(
            1, tr("Proposals ({n})", n=str(waiting)) if waiting else tr("Proposals of the centre")
        )
        self.model.set_rows([words.sending_row(one) for one in seen.sendings])
        self._fill_empty()
        if seen.sendings:
            self.table.selectRow(min(max(held, 0), len(seen.sendings) - 1))
        self._show_sending()

    def _fill_empty(self) -> None:
        has = bool(self.seen and (self.seen.sendings or self.seen.proposals))
        self.split.setVisible(has)
        self.empty.setVisible(not has)

    def _show_periods(self, seen: Seen) -> None:
        self.period.clear()
        for one in seen.periods:
            self.period.addItem(str(one.name), one.code)
        self.period.setCurrentIndex(self.period.findData(seen.period.code))

    def _show_standing(self, standing: Standing) -> None:
        picture, tone = look_of(standing.state, standing.who, late=standing.late)
        self._picture.setPixmap(pixmap(picture, tone, 28, self))
        theme.mark(self.standing, tone=_NOTE.get(tone, ""))
        self.state.setText(state_word(standing.state))
        self.sentence.setText(standing.sentence)
        self.standing.setAccessibleName(f"{self.state.text()}. {standing.sentence}")

    def _show_sending(self) -> None:
        at = self.table.currentIndex().row()
        sendings = self.seen.sendings if self.seen else ()
        self.sending.show_sending(sendings[at] if 0 <= at < len(sendings) else None)
        if not 0 <= at < len(sendings):
            self._show_lines(0, "", ())
            return
        self._asked_lines += 1
        one = sendings[at]
        problem = one.row.detail if one.row.outcome != "done" else ""
        work = partial(reading.lines_of, self.session.desk, one.answers)
        self.session.run(self, work, partial(self._show_lines, self._asked_lines, problem))

    def _show_lines(self, asked: int, problem: str, answers: Answers) -> None:
        if asked and asked != self._asked_lines:
            return
        self.lines.show_answers(answers, problem)
        count = self.lines.count()
        text = tr("What the centre says ({n})", n=str(count)) if count else tr("What the centre says")
        self.tabs.setTabText(0, text)

    # -- taking in ---------------------------------------------------------------------------

    def _taken(self, taken: list[Taken]) -> None:
        last = taken[-1]
        answer = last.read.answer
        self._wanted = answer.period
        text = words.answer_line(last.read)
        if last.new:
            self.session.say(tr("Taken in. {answer}.", answer=text), Tone.DONE)
        else:
            self.session.say(tr("It was here already; nothing has changed. {answer}.", answer=text))
        self.tabs.setCurrentIndex(1 if answer.proposals and not answer.lines else 0)
        self.session.changed.emit(Changes())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file of this computer may be dropped."""
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped."""
        if path := dropped_file(event.mimeData()):
            event.acceptProposedAction()
            self.bar.take(path)

    # -- for the page ------------------------------------------------------------------------

    def focus_place(self) -> QWidget:
        """Where the keyboard goes first: the sendings, or how to take an answer in."""
        if self.seen and self.seen.sendings:
            return self.table
        return self.period if self.session.desk.read_only else self.bar.file_button

    def step_back(self) -> bool:
        """Esc stops what is under way, or puts a complaint away."""
        return self.bar.stop()
