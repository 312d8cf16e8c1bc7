"""Asks for the password of a backup that has another one than the library, and goes on with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.ui.roles.strip import AskStrip

WithSecret = Callable[[str], object]
_WANTED = "backup_wants_password"
_REFUSED = ("password_wrong", "recovery_code_mistyped")


class SecretStrip(AskStrip):
    """Use: ``strip.takes(error, again)`` where a backup could not be opened; ``again(secret)`` tries once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        caption = tr("Password or recovery code this backup was made under")
        super().__init__(caption, tr("Go on"), parent=parent)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._again: WithSecret | None = None

    def takes(self, error: BaseException, again: WithSecret) -> bool:
        """Whether ``error`` is about the password; it is then asked for, and ``again`` called with it."""
        if not isinstance(error, UserError) or error.code not in (_WANTED, *_REFUSED):
            return False
        self._again = again
        self.set_free(True)
        if error.code == _WANTED or self.isHidden():
            self.open_strip(str(error))
        else:
            self.show_problem(str(error))
            self.line.selectAll()
            self.line.setFocus()
        return True

    def typed(self, text: str) -> None:
        """Try it; the strip stays until whoever asked puts it away."""
        self.show_problem("")
        self.set_free(False)
        if self._again is not None:
            self._again(text)
