"""One change to many records: what to do at the left, what would become of them at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.bulk import MOST_LINES, Change, Preview
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.bulk.act_view import ActView
from stdesk.ui.bulk.choices import Choice, choices_of
from stdesk.ui.bulk.preview_table import PreviewTable
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label, plain

PREVIEW_MS = 250
_LEFT = 330  # pixels of the pane with what to do


class ChangeView(ActView):
    """Chooses and previews a change of records; the button of the page does it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.ids: tuple[str, ...] = ()
        self.preview = Preview()
        self.choices: list[Choice] = []
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.l)
        row.addWidget(self._left())
        row.addLayout(self._right(), 1)
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._timer.timeout.connect(self.look)

    def _left(self) -> QWidget:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        card.setFixedWidth(_LEFT)
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        column.addWidget(label(tr("What to do"), "section"))
        self.radios = QVBoxLayout()
        self.radios.setSpacing(0)
        column.addLayout(self.radios)
        line = QFrame()
        line.setProperty("place", "line")
        column.addWidget(line)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack = QStackedWidget()
        self.stack.setProperty("place", "clear")
        scroll.setWidget(self.stack)
        column.addWidget(scroll, 1)
        self.group = QButtonGroup(self)
        self.group.idClicked.connect(self._chosen)
        self.group.idToggled.connect(lambda at, on: self._chosen(at) if on else None)
        return card

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.tokens().s)
        self.counts = label("", "soft", wrap=True)
        column.addWidget(self.counts)
        column.addWidget(self.progress)
        self.table = PreviewTable()
        self.table.row_opened.connect(self._open)
        self.empty = EmptyState("list-checks", "", "")
        self.places = QStackedWidget()
        self.places.addWidget(self.empty)
        self.places.addWidget(self.table)
        column.addWidget(self.places, 1)
        return column

    # -- what to do --------------------------------------------------------------------------

    def show_records(self, kind: Kind, ids: tuple[str, ...]) -> None:
        """Speak of these records from now on; what was chosen for the same kind stays chosen."""
        self.ids = ids
        if self.kind is not kind:
            self.kind = kind
            self._build(kind)
        self.look()

    def _build(self, kind: Kind) -> None:
        for button in self.group.buttons():
            self.group.removeButton(button)
            self.radios.removeWidget(button)
            button.deleteLater()
        for choice in self.choices:
            self.stack.removeWidget(choice)
            choice.deleteLater()
        self.choices = []
        for at, (text, make) in enumerate(choices_of(kind)):
            button = QRadioButton(plain(text))
            self.group.addButton(button, at)
            self.radios.addWidget(button)
            choice = make(kind, self.session)
            choice.changed.connect(self._changed)
            self.choices.append(choice)
            self.stack.addWidget(choice)
        self.group.button(0).setChecked(True)

    def choice(self) -> Choice | None:
        """What is being filled in."""
        at = self.stack.currentIndex()
        return self.choices[at] if 0 <= at < len(self.choices) else None

    def focus_place(self) -> QWidget:
        """Where the keyboard begins."""
        return self.group.checkedButton() or self.table

    def _chosen(self, at: int) -> None:
        if 0 <= at < len(self.choices):
            self.stack.setCurrentIndex(at)
            self._changed()

    def _changed(self) -> None:
        self.ready.emit(0)  # what the button would do is not known before it is looked at
        self._timer.start()

    # -- looking -----------------------------------------------------------------------------

    def look(self) -> None:
        """See what would become of the records."""
        self._timer.stop()
        if not self._begin_look():
            return
        choice = self.choice()
        change = choice.change() if choice is not None and self.ids else None
        if change is None or self.kind is None:
            self._say_nothing()
            return
        work = partial(_preview, self.session.desk, self.kind.name, self.ids, change, self._asked)
        self._ask(work, self._show)

    def _say_nothing(self) -> None:
        self.preview = Preview()
        self.counts.clear()
        if self.ids:
            self.empty.set_texts(
                tr("Nothing is changed yet"),
                tr("Say what to do at the left: what would become of each record then stands here."),
            )
        else:
            self.empty.set_texts(
                tr("No records chosen"),
                tr("Choose records in a list (Ctrl+A takes all), then press Ctrl+B."),
            )
        self.places.setCurrentWidget(self.empty)
        self.ready.emit(0)

    def _show(self, answer: tuple[int, Preview]) -> None:
        asked, preview = answer
        if asked != self._asked:
            return  # something newer was asked meanwhile
        self.preview = preview
        self.counts.setText(in_words(preview))
        if preview.lines:
            self.table.show_lines(preview.lines)
            self.places.setCurrentWidget(self.table)
        else:
            self.empty.set_texts(
                tr("Nothing would change"), tr("All of these records are already as you want them.")
            )
            self.places.setCurrentWidget(self.empty)
        self.ready.emit(preview.changed)

    def _open(self, row: int) -> None:
        if self.kind is not None and row < len(self.preview.lines):
            self.session.record_wanted.emit(self.kind.name, self.preview.lines[row].id, "")

    # -- doing -------------------------------------------------------------------------------

    def apply(self) -> Task | None:
        """Do what the preview shows, as one act."""
        choice = self.choice()
        change = choice.change() if choice is not None else None
        if change is None or self.kind is None or not self.preview.changed or self.task is not None:
            return None
        work = partial(_apply, self.session.desk, self.kind.name, self.ids, change)
        return self._act(work)


def in_words(preview: Preview) -> str:
    """How many records change, stay and are refused."""
    parts = [ntr("{n} record changes", "{n} records change", preview.changed)]
    if preview.same:
        parts.append(ntr("{n} stays as it is", "{n} stay as they are", preview.same))
    if preview.refused:
        parts.append(ntr("{n} cannot be changed", "{n} cannot be changed", preview.refused))
    if preview.gone:
        parts.append(ntr("{n} is no longer there", "{n} are no longer there", preview.gone))
    if preview.changed + preview.refused > len(preview.lines):
        parts.append(tr("the first {n} are shown", n=count(MOST_LINES)))
    return "  ·  ".join(parts)


def button_text(n: int) -> str:
    """What the page's button says."""
    return ntr("Change {n} record", "Change {n} records", n) if n else tr("Change")


def _preview(
    desk: Desk, kind: str, ids: tuple[str, ...], change: Change, asked: int, progress: Progress
) -> tuple[int, Preview]:
    return asked, desk.bulk.preview(kind, ids, change, progress)


def _apply(desk: Desk, kind: str, ids: tuple[str, ...], change: Change, progress: Progress) -> Changes:
    return desk.bulk.apply(kind, ids, change, progress)
