"""The centre's list of keys: which one is in use, and a new one compared and taken in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.clock import local_time
from stdesk.i18n import ntr, tr
from stdesk.services.keys import Roster, SeenRoster
from stdesk.ui import theme
from stdesk.ui.keys.words_view import WordsView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_TYPED_WIDTH = 560


class CentreCard(QFrame):
    """A card.

    Signals:
        file_wanted: a list is to be opened.
        compared: the words that were heard and typed.
    """

    file_wanted = Signal()
    compared = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(label(tr("Keys of the centre"), "heading"))
        self.about = label("", "soft", wrap=True)
        self.words = WordsView()
        self.facts = label("", "small", wrap=True)
        for widget in (self.about, self.words, self.facts):
            column.addWidget(widget)
        row = QHBoxLayout()
        self.file_button = icon_button("download-simple", tr("Take in a list of keys…"))
        self.file_button.clicked.connect(self.file_wanted)
        row.addWidget(self.file_button)
        row.addStretch(1)
        column.addLayout(row)
        self.compare = self._compare()
        self.compare.hide()
        column.addWidget(self.compare)
        self._free = self._writable = True

    def _compare(self) -> QWidget:
        t = theme.tokens()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.asked = label("", wrap=True)
        self.typed = QPlainTextEdit()
        self.typed.setTabChangesFocus(True)
        self.typed.setMaximumWidth(_TYPED_WIDTH)
        self.typed.setFixedHeight(self.typed.fontMetrics().lineSpacing() * 3 + t.s)
        self.typed.setAccessibleName(tr("The eight words you hear"))
        self.typed.setPlaceholderText(tr("For example: binh minh, con trau, … Accents are optional."))
        named = label(tr("The eight words you hear"))
        named.setBuddy(self.typed)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.take_button = QPushButton(tr("Compare and take in"))
        self.take_button.setProperty("primary", True)
        self.take_button.clicked.connect(lambda: self.compared.emit(self.typed.toPlainText()))
        self.leave_button = QPushButton(tr("Leave it"))
        self.leave_button.clicked.connect(self.close_compare)
        row.addWidget(self.take_button)
        row.addWidget(self.leave_button)
        row.addStretch(1)
        for widget in (self.asked, named, self.typed, self.problem):
            column.addWidget(widget)
        column.addLayout(row)
        return panel

    def show_roster(
        self, roster: Roster | None, words: tuple[str, ...], taken_at: str, *, writable: bool
    ) -> None:
        """Show the list in use; without one, what it is for."""
        self._writable = writable
        self.words.show_words(words)
        self.facts.setVisible(roster is not None)
        if roster is None:
            self.about.setText(
                tr(
                    "No list of the centre's keys is here yet. Without it packages cannot be sealed and answers "
                    "cannot be checked. The centre sends it as a file."
                )
            )
        else:
            name = tr(
                "List of {centre}, valid until {day}.", centre=roster.centre.name, day=roster.expires_shown
            )
            said = tr("These are the words of its key: compare them when the centre calls.") if words else ""
            self.about.setText(f"{name} {said}".strip())
            self.facts.setText(_facts(roster, taken_at))
        self.set_free(self._free)

    def set_free(self, free: bool) -> None:
        """Whether something can be asked for now."""
        self._free = free
        for button in (self.file_button, self.take_button):
            button.setEnabled(free and self._writable)

    def ask_words(self, seen: SeenRoster) -> None:
        """Ask for the words of the list that was opened."""
        self.asked.setText(
            tr(
                "This list says it is from {centre} (version {version}). Call the centre at a number you know, "
                "not one from this file, and type the eight words they read out.",
                centre=seen.roster.centre.name,
                version=str(seen.roster.version),
            )
        )
        self.typed.clear()
        self.show_problem("")
        self.compare.show()
        self.typed.setFocus()

    def close_compare(self) -> bool:
        """Put it away; whether it was open."""
        was = self.compare.isVisible()
        self.typed.clear()
        self.compare.hide()
        if was:
            self.file_button.setFocus()
        return was

    def show_problem(self, text: str) -> None:
        """What is wrong with the words, or with the list."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _facts(roster: Roster, taken_at: str) -> str:
    said = [
        tr("Version {version}", version=str(roster.version)),
        tr("made {when}", when=local_time(roster.issued)),
        tr("taken in {when}", when=local_time(taken_at)) if taken_at else "",
        ntr("{n} unit listed", "{n} units listed", len(roster.units)),
        tr("packages can be sealed") if roster.centre.recipients else tr("packages cannot be sealed"),
    ]
    return " · ".join(one for one in said if one)
