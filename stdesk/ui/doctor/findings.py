"""What the doctor found last: whole while the window is open, how things stood between starts.

Between starts only dates, names of checks and their states are kept, with what this PC's window remembers: what
was found may name records.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from stdesk.i18n import tr
from stdesk.services.health import FULL, QUICK, Check, Health
from stdesk.ui.session import Session
from stdesk.ui.widgets import remembered

_STATES = ("ok", "mended", "hurt", "unknown")


class Findings(QObject):
    """Belongs to a session.

    Signals:
        changed: something was found.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._folder = session.desk.folder
        self._health: Health | None = None

    @staticmethod
    def of(session: Session) -> Findings:
        """Those of ``session``."""
        found = session.findChild(Findings)
        return found if isinstance(found, Findings) else Findings(session)

    @property
    def health(self) -> Health | None:
        """What was found last; ``None`` before the first look."""
        return self._health or kept(self._folder)

    def note(self, health: Health) -> None:
        """This was found."""
        self._health = health
        keep(self._folder, health)
        self.changed.emit()


def keep(folder: Path, health: Health) -> None:
    """Remember how things stood."""
    checks = [[one.name, one.title, one.state] for one in health.checks]
    remembered.opened().put(**{_key(folder): json.dumps([health.at, health.depth, checks])})


def kept(folder: Path) -> Health | None:
    """How things stood; ``None`` when nothing, or nothing readable, is remembered."""
    with suppress(ValueError, TypeError, KeyError):
        at, depth, checks = json.loads(remembered.opened().get(_key(folder)))
        said = tr("Look again to see what was found.")
        return Health(
            str(at),
            FULL if depth == FULL else QUICK,
            tuple(
                Check(str(name), str(title), state, "" if state == "ok" else said)
                for name, title, state in checks
                if state in _STATES
            ),
            (),
        )
    return None


def _key(folder: Path) -> str:
    return f"doctor:{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"
