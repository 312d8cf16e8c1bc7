"""Said while typing: this may already be in the library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, State
from stdesk.i18n import count, message, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.merging import Likely
from stdesk.ui import theme
from stdesk.ui.icons import pixmap
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

LOOK_MS = 400
_LONGEST = 64  # characters of a title in the sentence
_MOST = 5
_Answer = tuple[int, list[Likely]]


class DoublesNote(QFrame):
    """A strip above a form; hidden while nothing is like what stands in the form.

    Signals:
        merge_wanted: ids to be compared and merged, the record in the form first.
    """

    merge_wanted = Signal(list)

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.likely: list[Likely] = []
        self._distinct: tuple[str, ...] = ()
        self._record = ""
        self._values: Mapping[str, Value] = {}
        self._asked = 0
        self.setProperty("place", "note")
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.m, t.xs, t.s, t.xs)
        row.setSpacing(t.s)
        self.picture = label("")
        self.picture.setFixedSize(16, 20)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.text = label("", wrap=True)
        column.addWidget(self.text)
        acts = QWidget()
        flow = FlowLayout(acts, spacing=t.xs)
        self.open_button = self._button(tr("Open it"), self._open)
        self.merge_button = self._button(tr("Compare, merge"), self._merge)
        self.distinct_button = self._button(tr("Not a double"), self._not_a_double)
        for button in (self.open_button, self.merge_button, self.distinct_button):
            flow.addWidget(button)
        column.addWidget(acts)
        row.addLayout(column, 1)
        self._timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._timer.timeout.connect(self._ask)
        self.hide()

    def _button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("link", True)
        button.clicked.connect(act)
        return button

    # -- looking -----------------------------------------------------------------------------

    @property
    def distinct(self) -> tuple[str, ...]:
        """Records that the person said a new record is no double of; see :meth:`saved`."""
        return self._distinct

    def reset(self) -> None:
        """Another record is in the form: forget what was found and said of the one before."""
        self._timer.stop()
        self._asked += 1
        self._record, self._distinct, self._values = "", (), {}
        self._show([])

    def look(self, values: Mapping[str, Value], record_id: str) -> None:
        """Look for doubles of what now stands in the form, once typing pauses.

        Args:
            values: the form's values as far as understood.
            record_id: the record in the form, "" for a new one.
        """
        if record_id != self._record:
            self.reset()
            self._record = record_id
        self._values = dict(values)
        if values.get(self.kind.title):
            self._timer.start()
        else:
            self._timer.stop()
            self._asked += 1
            self._show([])

    def _ask(self) -> None:
        self._asked += 1
        work = partial(_look, self.session.desk, self.kind.name, self._values, self._record, self._asked)
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._found)  # a look that fails is written to the log and stays silent

    def _found(self, answer: _Answer) -> None:
        asked, likely = answer
        if asked == self._asked:
            self._show([one for one in likely if one.id not in self._distinct])

    def _show(self, likely: list[Likely]) -> None:
        held = self.isAncestorOf(self.window().focusWidget() or self.window())
        self.likely = likely
        if likely:
            first = likely[0]
            tone = "amber" if first.certain else "blue"
            theme.mark(self, tone=tone)
            self.picture.setPixmap(pixmap("copy", tone, 16, self))
            self.text.setText(_sentence(first, len(likely)))
            self.setAccessibleName(self.text.text())
            self.merge_button.setVisible(bool(self._record) and first.kind == self.kind.name)
        self.setVisible(bool(likely))
        if held and not likely:
            self.window().setFocus()

    # -- acts --------------------------------------------------------------------------------

    def _open(self) -> None:
        if self.likely:
            self.session.record_wanted.emit(self.likely[0].kind, self.likely[0].id, "")

    def _merge(self) -> None:
        others = [one.id for one in self.likely if one.kind == self.kind.name]
        if self._record and others:
            self.merge_wanted.emit([self._record, others[0]])

    def _not_a_double(self) -> None:
        if not self.likely:
            return
        said, rest = self.likely[0].id, self.likely[1:]
        self._distinct = (*self._distinct, said)
        if self._record:
            work = partial(_mark, self.session.desk, self._record, (said,))
            self.session.run(self, work, self.session.done)
        self._show(rest)

    def saved(self, record_id: str) -> None:
        """The new record in the form was saved as ``record_id``: what was said of it is remembered."""
        said, was_new = self._distinct, not self._record
        self._record = record_id
        if said and was_new:
            work = partial(_mark, self.session.desk, record_id, said)
            self.session.run(self, work, self.session.changed.emit)


def _look(
    desk: Desk, kind: str, values: Mapping[str, Value], record_id: str, asked: int, _progress: Progress
) -> _Answer:
    return asked, list(desk.merging.while_typing(kind, values, record_id=record_id, limit=_MOST))


def _mark(desk: Desk, record_id: str, others: tuple[str, ...], _progress: Progress) -> Changes:
    changes = Changes()
    for other in others:  # pair by pair: what others are to each other was not said
        changes = desk.merging.mark_distinct([record_id, other])
    return changes


def _sentence(one: Likely, n: int) -> str:
    title = one.title if len(one.title) <= _LONGEST else f"{one.title[: _LONGEST - 1]}…"
    parts = [tr("no. {number}", number=count(one.number)), *filter(None, [one.date[:4] if one.date else ""])]
    if one.state is not State.COMPLETE:
        parts.append(state_word(one.state))
    text = tr(
        "Perhaps already there: “{title}” ({about}) – {why}",
        title=title,
        about=", ".join(parts),
        why=message(f"double_{one.why}"),
    )
    return text if n == 1 else f"{text}  ·  " + tr("{n} more like it", n=count(n - 1))
