"""The unit's own key: its words, what is written and printed of it, and how it is brought back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.clock import local_time
from stdesk.i18n import tr
from stdesk.services.keys import OwnKey
from stdesk.ui import theme
from stdesk.ui.keys.words_view import WordsView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_CODE_WIDTH = 420
_CODE_LINES = 4


class OwnCard(QFrame):
    """A card.

    Signals:
        made: a key is to be made now.
        card_wanted, print_wanted, file_wanted: the key card; the sheet on a printer, in a file.
        typed: the code that was typed from the sheet. scan_wanted: it lies in a file.
    """

    made = Signal()
    card_wanted = Signal()
    print_wanted = Signal()
    file_wanted = Signal()
    typed = Signal(str)
    scan_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(label(tr("The unit's key"), "heading"))
        self.about = label("", "soft", wrap=True)
        column.addWidget(self.about)
        self.words = WordsView()
        column.addWidget(self.words)
        self.facts = label("", "small", wrap=True)
        column.addWidget(self.facts)
        column.addWidget(self._buttons())
        self.back = self._back()
        self.back.hide()
        column.addWidget(self.back)
        self._free = True
        self._own: OwnKey | None = None
        self._writable = True

    def _buttons(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, theme.tokens().s)
        self.make_button = icon_button("key", tr("Make the key now"), "on_accent")
        self.make_button.setProperty("primary", True)
        self.make_button.clicked.connect(self.made)
        self.card_button = icon_button("export", tr("Write the key card for the centre…"))
        self.card_button.clicked.connect(self.card_wanted)
        self.print_button = icon_button("printer", tr("Print for the safe…"))
        self.print_button.clicked.connect(self.print_wanted)
        self.file_button = icon_button("file-pdf", tr("The sheet as a file…"))
        self.file_button.clicked.connect(self.file_wanted)
        self.back_button = icon_button("arrow-counter-clockwise", tr("Bring back from the sheet…"))
        self.back_button.clicked.connect(self.ask_code)
        self.buttons = (
            self.make_button, self.card_button, self.print_button, self.file_button, self.back_button,
        )  # fmt: skip
        for button in self.buttons:
            flow.addWidget(button)
        return row

    def _back(self) -> QWidget:
        t = theme.tokens()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.code = QPlainTextEdit()
        self.code.setTabChangesFocus(True)
        self.code.setFixedWidth(_CODE_WIDTH)
        self.code.setFixedHeight(self.code.fontMetrics().lineSpacing() * (_CODE_LINES + 1))
        self.code.setAccessibleName(tr("The four lines of the code on the sheet"))
        self.code.setPlaceholderText("WCWB MNRJ 3AYZ MCKR\n…")
        named = label(tr("The four lines of the code on the sheet"))
        named.setBuddy(self.code)
        self.warning = label("", "soft", wrap=True)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.use_button = QPushButton(tr("Bring the key back"))
        self.use_button.setProperty("primary", True)
        self.use_button.clicked.connect(lambda: self.typed.emit(self.code.toPlainText()))
        self.scan_button = icon_button("scan", tr("From a scan or file…"))
        self.scan_button.clicked.connect(self.scan_wanted)
        self.leave_button = QPushButton(tr("Leave it"))
        self.leave_button.clicked.connect(self.close_code)
        for button in (self.use_button, self.scan_button, self.leave_button):
            row.addWidget(button)
        row.addStretch(1)
        for widget in (named, self.code, self.problem, self.warning):
            column.addWidget(widget)
        column.addLayout(row)
        return panel

    def show_key(self, own: OwnKey | None, *, writable: bool) -> None:
        """Show ``own``; without one, the way to it."""
        self._own, self._writable = own, writable
        if own is None:
            self.about.setText(
                tr(
                    "The unit has no key yet. It is made when the first package is signed, or now. "
                    "It stays in the library and in its backups."
                )
            )
            self.facts.clear()
        else:
            self.about.setText(
                tr(
                    "Packages are signed with this key. Read these words out when the centre calls to compare; "
                    "they are no secret."
                )
            )
            when = local_time(own.made_at)
            self.facts.setText(
                tr("Key {key} · made {when} · short form {short}", key=own.id, when=when, short=own.short)
            )
        self.facts.setVisible(own is not None)
        self.words.show_words(own.words if own else ())
        self.warning.setText(
            tr("The key in use now will sign nothing new; packages already made with it stay as they are.")
        )
        self.warning.setVisible(own is not None)
        self._show_buttons()

    def set_free(self, free: bool) -> None:
        """Whether something can be asked for now."""
        self._free = free
        self._show_buttons()

    def _show_buttons(self) -> None:
        has = self._own is not None
        self.make_button.setVisible(not has)
        for button in (self.card_button, self.print_button, self.file_button):
            button.setVisible(has)
            button.setEnabled(self._free)
        for button in (self.make_button, self.back_button, self.use_button, self.scan_button):
            button.setEnabled(self._free and self._writable)

    def ask_code(self) -> None:
        """Open the place for the code."""
        self.show_problem("")
        self.back.show()
        self.code.setFocus()

    def close_code(self) -> bool:
        """Put it away with what was typed; whether it was open."""
        was = self.back.isVisible()
        self.code.clear()
        self.show_problem("")
        self.back.hide()
        if was:
            self.back_button.setFocus()
        return was

    def show_problem(self, text: str) -> None:
        """What is wrong with the code."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
