"""Asks for an administrator's code where an act wants it, and does the act again."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLineEdit, QWidget

from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.roles import ADMINISTRATOR
from stdesk.ui.roles.strip import Again, AskStrip
from stdesk.ui.session import Session


class RoleStrip(AskStrip):
    """Use: ``task.failed.connect(lambda error: strip.takes(error, again) or session.say_error(error))``."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("The administrator's code"), tr("Go on"), parent=parent)
        self.session = session
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._again: Again | None = None

    def takes(self, error: BaseException, again: Again) -> bool:
        """Whether ``error`` says that a code is wanted; it is then asked for, and ``again`` done after it."""
        if not isinstance(error, UserError) or error.code != "role_wanted":
            return False
        self._again = again
        self.open_strip(str(error))
        return True

    def typed(self, text: str) -> None:
        """Try the code."""
        self.set_free(False)
        task = self.session.runner.run(self, partial(_begin, self.session.desk, text))
        task.finished.connect(self._begun)
        task.failed.connect(self._refused)

    def _begun(self, _nothing: None) -> None:
        again, self._again = self._again, None
        self.close_strip()
        if again is not None:
            again()

    def _refused(self, error: BaseException) -> None:
        self.set_free(True)
        if isinstance(error, UserError) and error.exit_code is not Exit.ENVIRONMENT:
            self.show_problem(str(error))
            self.line.selectAll()
            self.line.setFocus()
        else:
            self.session.say_error(error)


def _begin(desk: Desk, code: str, progress: Progress) -> None:
    progress.check()
    desk.roles.begin(ADMINISTRATOR, code)
