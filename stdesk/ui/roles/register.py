"""Asks for the register number of what leaves above ordinary secrecy, and lets it leave then."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services.release import LEAVE_OUT
from stdesk.ui.roles.strip import AskStrip

Numbered = Callable[[str], object]


class RegisterStrip(AskStrip):
    """Use: ``strip.takes(error, again)`` where an export, print or package failed; ``again(number)`` goes on.

    Args:
        may_leave_out: whether what wants a number can stay behind (a list), or not (a report, a package).
    """

    def __init__(self, *, may_leave_out: bool, parent: QWidget | None = None) -> None:
        other = tr("Leave those out") if may_leave_out else ""
        super().__init__(tr("Number in the register of secret papers"), tr("Go on"), other, parent)
        self.line.setPlaceholderText("12/2026/BMNN")
        self.way.clicked.connect(lambda: self.typed(LEAVE_OUT))
        self._again: Numbered | None = None

    def takes(self, error: BaseException, again: Numbered) -> bool:
        """Whether ``error`` says that a number is wanted; it is then asked for, and ``again`` called with it."""
        if not isinstance(error, UserError) or error.code != "register_number_wanted":
            return False
        self._again = again
        self.open_strip(str(error))
        return True

    def typed(self, text: str) -> None:
        """Go on under this number."""
        again, self._again = self._again, None
        self.close_strip()
        if again is not None:
            again(text)
