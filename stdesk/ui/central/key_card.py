"""A unit's key: its words large, compared over the telephone, or taken out of use with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.central.model import RegisteredKey, RegisteredUnit
from stdesk.clock import local_time
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.central import words
from stdesk.ui.keys.words_view import WordsView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label


class KeyCardView(QFrame):
    """The key one is at.

    Signals:
        compared: the unit read the same words. revoked: it is taken out of use; the reason.
    """

    compared = Signal()
    revoked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        self.key: RegisteredKey | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        self.heading = label("", "heading", wrap=True)
        self.about = label("", "soft", wrap=True)
        self.words = WordsView()
        for widget in (self.heading, self.about, self.words):
            column.addWidget(widget)
        self.acts = QWidget()
        flow = FlowLayout(self.acts, t.s)
        self.same_button = icon_button("check", tr("Compared: the same words"), "on_accent")
        self.same_button.setProperty("primary", True)
        self.same_button.clicked.connect(self.compared)
        self.differ_button = icon_button("x", tr("The words differ…"))
        self.differ_button.clicked.connect(
            lambda: self._ask(tr("The words read over the telephone differ."), tr("Put the card aside"))
        )
        self.revoke_button = icon_button("prohibit", tr("Take out of use…"))
        self.revoke_button.clicked.connect(lambda: self._ask("", tr("Take the key out of use")))
        for button in (self.same_button, self.differ_button, self.revoke_button):
            flow.addWidget(button)
        column.addWidget(self.acts)
        column.addWidget(self._reason())
        self.reason_panel.hide()

    def _reason(self) -> QWidget:
        t = theme.tokens()
        self.reason_panel = QWidget()
        column = QVBoxLayout(self.reason_panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.xs)
        column.addWidget(
            label(tr("For ever: nothing signed with this key is taken from then on."), "problem", wrap=True)
        )
        row = QHBoxLayout()
        row.setSpacing(t.s)
        caption = label(tr("Why"), "label")
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Why"))
        self.reason.returnPressed.connect(self._revoke)
        caption.setBuddy(self.reason)
        self.do_button = icon_button("prohibit", "")
        self.do_button.clicked.connect(self._revoke)
        self.leave_button = icon_button("x", tr("Leave it"))
        self.leave_button.clicked.connect(self.close_reason)
        row.addWidget(caption)
        row.addWidget(self.reason, 1)
        row.addWidget(self.do_button)
        row.addWidget(self.leave_button)
        column.addLayout(row)
        return self.reason_panel

    def show_key(self, unit: RegisteredUnit, key: RegisteredKey, said: tuple[str, ...]) -> None:
        """Show the key of a unit; ``said``: its words, () while they are being worked out."""
        if self.key is None or self.key.id != key.id:
            self.close_reason()
        self.key = key
        self.heading.setText(f"{unit.name} ({unit.code})")
        state, _, _ = words.one_key_look(key)
        told = [tr("Key {key}", key=key.id), tr("registered {when}", when=local_time(key.since)), state]
        if key.revoked:
            told[2] = tr("revoked {when}: {why}", when=local_time(key.revoked), why=key.why)
        lines = ["  ·  ".join(told)]
        if not key.checked and not key.revoked:
            lines.append(
                tr(
                    "Call the unit at a number you know, not one from the card. Its officer reads eight words from "
                    "the screen: are they these?"
                )
            )
        self.about.setText("\n".join(lines))
        self.words.show_words(said)
        self.same_button.setVisible(not key.checked and not key.revoked)
        self.differ_button.setVisible(not key.checked and not key.revoked)
        self.revoke_button.setVisible(key.checked and not key.revoked)

    def _ask(self, reason: str, act: str) -> None:
        self.reason.setText(reason)
        self.do_button.setText(act)
        self.acts.hide()
        self.reason_panel.show()
        self.reason.setFocus()
        self.reason.selectAll()

    def _revoke(self) -> None:
        if self.reason.text().strip():
            self.revoked.emit(self.reason.text().strip())
        else:
            self.reason.setFocus()

    def close_reason(self) -> bool:
        """Put the question for a reason away; whether it was there."""
        was = self.reason_panel.isVisible()
        self.reason_panel.hide()
        self.acts.show()
        return was

    def set_free(self, free: bool) -> None:
        """Whether something can be done now."""
        for button in (self.same_button, self.differ_button, self.revoke_button, self.do_button):
            button.setEnabled(free)
