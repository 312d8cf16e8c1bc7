"""The highest secrecy level of the library: a card of the settings."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.records import Changes
from stdesk.domain.secrecy import LEVELS, ORDINARY, is_above
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.traces import Left
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.roles.ask import RoleStrip
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.labels import label

_CHOICE = 200


class CeilingCard(QFrame):
    """Shows the level in use; another one is an act of its own, which nothing undoes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        self.session = session
        self._level = ORDINARY
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(label(tr("Secrecy"), "heading"))
        row = QHBoxLayout()
        row.setSpacing(t.s)
        caption = label(tr("Highest level this library may hold"))
        self.choice = QuietCombo()
        self.choice.setFixedWidth(_CHOICE)
        self.choice.setAccessibleName(tr("Highest level this library may hold"))
        for level in LEVELS:
            self.choice.addItem(str(code_list("secrecy").label(level)), level)
        self.choice.activated.connect(lambda _at: self._show_button())
        caption.setBuddy(self.choice)
        self.change = QPushButton(tr("Change the level"))
        self.change.clicked.connect(self.put)
        for widget in (caption, self.choice, self.change):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        said = tr(
            "Of anything above this level the library keeps only number, date, level and where the paper lies. "
            "Raise it only on a computer that may hold secret papers: the law says which. What lies above "
            "ordinary leaves only under a number of the register. Lowering it wipes what is above, also from "
            "the history; nothing brings that back."
        )
        column.addWidget(label(said, "small", wrap=True))
        self.ask = RoleStrip(session)
        column.addWidget(self.ask)
        self._show_button()

    def show_level(self, level: str) -> None:
        """Show the level in use."""
        self._level = level or ORDINARY
        self.choice.setCurrentIndex(max(self.choice.findData(self._level), 0))
        self._show_button()

    def _show_button(self) -> None:
        writable = not self.session.desk.read_only
        self.choice.setEnabled(writable)
        self.change.setEnabled(writable and self.choice.currentData() != self._level)

    def put(self) -> None:
        """Use the level chosen from now on."""
        level = str(self.choice.currentData())
        self.change.setEnabled(False)
        task = self.session.runner.run(self, partial(_put, self.session.desk, level), slow=True)
        task.finished.connect(self._done)
        task.failed.connect(self._failed)

    def _done(self, level: str) -> None:
        lowered = is_above(self._level, level)
        self.show_level(level)
        self.session.changed.emit(Changes())
        name = str(code_list("secrecy").label(level))
        if lowered:
            task = self.session.runner.run(self, partial(_traces, self.session.desk), beside=True)
            task.finished.connect(self.session.tell_traces)
        self.session.say(tr("The library now holds at most “{level}”.", level=name), Tone.DONE)

    def _failed(self, error: BaseException) -> None:
        self._show_button()
        if not self.ask.takes(error, self.put):
            self.session.say_error(error)


def _traces(desk: Desk, progress: Progress) -> Left:
    progress.check()
    return desk.traces.after_lowering()


def _put(desk: Desk, level: str, progress: Progress) -> str:
    progress.check()
    desk.set_unit(secrecy_ceiling=level)
    return level
