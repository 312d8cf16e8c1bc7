"""The line at the window's foot: what happened, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon, icon_label, pixmap
from stdesk.ui.session import Message, Tone
from stdesk.ui.widgets.labels import label

_LOOKS = {
    Tone.DONE: ("check-circle", "green"),
    Tone.INFO: ("info", "blue"),
    Tone.WARN: ("warning", "amber"),
    Tone.FAIL: ("x-circle", "red"),
}


class MessageBar(QFrame):
    """Shows the last message until it is put away or another comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "bar")
        self.setAccessibleName(tr("Messages"))
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.l, t.xs, t.s, t.xs)
        row.setSpacing(t.s)
        self._icon = icon_label("info", "blue", 20)
        self.text = label("", wrap=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action = QPushButton()
        self.action.setProperty("link", True)
        self.close_button = QToolButton()
        self.close_button.setProperty("quiet", True)
        self.close_button.setIcon(icon("x", "text_soft"))
        self.close_button.setAccessibleName(tr("Put the message away"))
        self.close_button.setToolTip(tr("Put the message away"))
        self.close_button.clicked.connect(self.clear)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.setMinimumHeight(42)
        self.message: Message | None = None
        self.action.clicked.connect(self._act)
        self.clear()

    def show_message(self, message: Message) -> None:
        """Show ``message`` in place of the one before."""
        self.message = message
        name, tone = _LOOKS[message.tone]
        self._icon.setPixmap(pixmap(name, tone, 20, self))
        self._icon.show()
        self.text.setText(message.text)
        self.text.setToolTip(message.text)
        self.action.setText(message.action_label)
        self.action.setVisible(message.action is not None)
        self.close_button.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.text))

    def clear(self) -> bool:
        """Put the message away; False when there was none."""
        was = self.message is not None
        self.message = None
        self.text.clear()
        self.text.setToolTip("")
        for widget in (self._icon, self.action, self.close_button):
            widget.hide()
        return was

    def _act(self) -> None:
        if self.message is not None and self.message.action is not None:
            action = self.message.action
            self.clear()
            action()
