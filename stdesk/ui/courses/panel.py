"""The course of a record: its life as a line, what comes next, and the acts that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.due import Course, StepState, course
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.i18n import message, ntr, tr
from stdesk.ui import theme
from stdesk.ui.courses.step_button import StepButton, day_words, state_look
from stdesk.ui.forms.form import Form
from stdesk.ui.icons import icon_label, pixmap
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.panels import RecordPanel
from stdesk.ui.session import Session
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_ICON = 24


class CoursePanel(RecordPanel):
    """Next step and acts above, the line of steps below; each step leads to its field in the form."""

    def __init__(self, kind: Kind, session: Session, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, form, parent)
        self.record: Record | None = None
        self.steps: list[StepButton] = []
        self._asked = 0
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setProperty("place", "surface")
        inside = QWidget()
        inside.setProperty("place", "surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(t.l, t.s, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(self._head())
        column.addWidget(self._acts())
        self._line = QVBoxLayout()
        self._line.setSpacing(0)
        column.addLayout(self._line)
        column.addStretch(1)
        area.setWidget(inside)
        outer.addWidget(area)

    def _head(self) -> QFrame:
        t = theme.tokens()
        self.note = QFrame()
        self.note.setProperty("place", "note")
        row = QHBoxLayout(self.note)
        row.setContentsMargins(t.m, t.s, t.m, t.s)
        row.setSpacing(t.m)
        self._icon = icon_label("arrow-right", "accent", _ICON)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self.next = label("", "strong", wrap=True)
        self.why = label("", "small", wrap=True)
        texts.addWidget(self.next)
        texts.addWidget(self.why)
        row.addLayout(texts, 1)
        return self.note

    def _acts(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, spacing=theme.tokens().s)
        policy = row.sizePolicy()
        policy.setHeightForWidth(True)
        row.setSizePolicy(policy)
        self.accept = icon_button("seal-check", tr("Write down an acceptance…"))
        self.deposit = icon_button("tray", tr("Write down a deposit…"))
        self.accept.clicked.connect(partial(self._open, "acceptance"))
        self.deposit.clicked.connect(partial(self._open, "deposit"))
        self.accept.setVisible(self.kind.life is not None)
        self.deposit.setVisible("deposit_state" in self.kind.by_name)
        flow.addWidget(self.accept)
        flow.addWidget(self.deposit)
        return row

    # -- showing -----------------------------------------------------------------------------

    def show_record(self, record: Record | None) -> None:
        """The course of ``record``; a new one has none yet."""
        self.record = record
        self._asked += 1
        if record is None:
            self._show((self._asked, Course()))
            return
        work = partial(_course, self.session.desk, self.kind, record, self._asked)
        self.session.run(self, work, self._show, beside=True)

    def _show(self, answer: tuple[int, Course]) -> None:
        asked, found = answer
        if asked != self._asked:
            return
        held = next((one.step.field for one in self.steps if one.hasFocus()), "")
        for old in self.steps:
            self._line.removeWidget(old)
            old.hide()
            old.deleteLater()
        last = len(found.steps) - 1
        self.steps = [StepButton(one, first=not at, last=at == last) for at, one in enumerate(found.steps)]
        for button in self.steps:
            button.clicked.connect(partial(self._to_field, button.step.field))
            self._line.addWidget(button)
            if button.step.field == held:
                button.setFocus()
        self._show_next(found)
        for act in (self.accept, self.deposit):
            act.setEnabled(self.record is not None and not found.stopped)

    def _show_next(self, found: Course) -> None:
        step = found.next_step
        state = StepState.STOPPED if found.stopped else step.state if step else StepState.DONE
        picture, tone = state_look(state)
        self._icon.setPixmap(pixmap(picture, tone, _ICON, self))
        theme.mark(self.note, tone={"red": "red", "green": "green"}.get(tone, "blue"))
        if self.record is None:
            self.next.setText(tr("The course begins when this is saved for the first time."))
        elif found.stopped:
            self.next.setText(tr("Stopped: {reason}", reason=found.reason or tr("no reason given")))
        elif step is None:
            self.next.setText(tr("Every step is done."))
        else:
            what = message(f"due_{step.what}", field=step.label) if step.what else step.label
            self.next.setText(tr("Next: {step}", step=what))
        self.why.setText(self._why(found))
        self.why.setVisible(bool(self.why.text()))
        self.note.setAccessibleName(f"{self.next.text()} {self.why.text()}")

    def _why(self, found: Course) -> str:
        step = found.next_step
        if step is None:
            return ""
        if step.due is None:
            return day_words(step)
        days = (step.due - self.session.desk.today()).days
        day = day_words(step) if not step.when else tr("by {day}", day=day_words(step))
        if step.state is StepState.LATE:
            return f"{day} · {ntr('{n} day late', '{n} days late', -days)}"
        return f"{day} · {ntr('{n} day left', '{n} days left', days)}"

    # -- keyboard ----------------------------------------------------------------------------

    def focus_place(self) -> QWidget:
        """The step that comes next, else the first."""
        here = (StepState.LATE, StepState.NEXT, StepState.STOPPED)
        return next((one for one in self.steps if one.step.state in here), next(iter(self.steps), self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk along the line."""
        move = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        at = next((at for at, one in enumerate(self.steps) if one is self.focusWidget()), None)
        if move and at is not None:
            self.steps[min(max(at + move, 0), len(self.steps) - 1)].setFocus()
        else:
            super().keyPressEvent(event)

    def _to_field(self, name: str, _checked: bool = False) -> None:
        place = self.parentWidget()
        while place is not None and not isinstance(place, Detail):
            place = place.parentWidget()
        if place is not None:
            place.show_side("form")
        self.form.focus_field(name)

    def _open(self, page: str, _checked: bool = False) -> None:
        if self.record is not None:
            arguments: Mapping[str, Any] = {"kind": self.kind.name, "ids": (self.record.id,)}
            self.session.page_wanted.emit(page, arguments)


def _course(desk: Any, kind: Kind, record: Record, asked: int, _progress: Any) -> tuple[int, Course]:
    return asked, course(kind, record, desk.today(), desk.unit)
