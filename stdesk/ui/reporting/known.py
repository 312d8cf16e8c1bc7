"""What one session knows of its reports without asking again: the last draft, the last check, what was seen."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from stdesk.domain.records import Changes
from stdesk.domain.rules.core import Severity
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.figures import Snapshot
from stdesk.ui.session import Session

BESIDE_THE_FIGURES = frozenset(
    {
        "estimated_figure",
        "worded_report",
        "set_report_head",
        "put_off_findings",
        "reopened_report",
        "kept_signed",
        "report_approved",
        "role_code_set",
        "role_code_reset",
        "role_code_retired",
        "approval_needed",
    }
)
"""Acts on what is prepared beside the records: no figure is counted anew for them."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of a report.

    Attributes:
        snapshot: the report as it would be frozen.
        took: seconds it took to gather.
    """

    snapshot: Snapshot
    took: float


@dataclass(frozen=True, slots=True)
class KnownState:
    """What is known of one period's report.

    Attributes:
        open: findings that stop a freeze; ``None`` before the first check.
        wrong_sums: sums that do not agree and are not explained; ``None`` before the figures were gathered.
        reported: records the report is about; ``None`` before.
        blank: sections still to be written; ``None`` before.
        stale: records changed since.
        looked: its pages were looked at since the last change.
        since: records that are new, changed or gone since the newest submission; ``None`` when not counted.
    """

    open: int | None = None
    wrong_sums: int | None = None
    reported: int | None = None
    blank: int | None = None
    stale: bool = False
    looked: bool = False
    since: int | None = None


def gather(desk: Desk, code: str, progress: Progress) -> Drafted:
    """The draft of the report ``code``, with the unit's own days."""
    begun = time.perf_counter()
    snapshot = desk.reporting.draft(desk.preparation.period(code), progress)
    return Drafted(snapshot, time.perf_counter() - begun)


def open_findings(snapshot: Snapshot) -> int:
    """How many findings stop this report from being frozen."""
    return sum(
        one["severity"] == str(Severity.BLOCK)
        or (one["severity"] == str(Severity.EXPLAIN) and one["key"] not in snapshot.reasons)
        for one in snapshot.findings
    )


class Known(QObject):
    """One a session, shared by the pages of the road.

    Signals:
        told: code of the period of which something new is known.
    """

    told = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._states: dict[str, KnownState] = {}
        self._draft: Drafted | None = None
        self.generation = 0
        session.changed.connect(self._changed)

    @staticmethod
    def of(session: Session) -> Known:
        """The one of ``session``."""
        found = session.findChild(Known)
        return found if isinstance(found, Known) else Known(session)

    def state(self, code: str) -> KnownState:
        """What is known of the report ``code``."""
        return self._states.get(code, KnownState())

    def draft(self, code: str) -> Drafted | None:
        """The last draft, when it is of ``code`` and nothing changed since."""
        held = self._draft
        return held if held is not None and held.snapshot.period["code"] == code else None

    def note_draft(self, drafted: Drafted, generation: int) -> None:
        """Keep a draft begun when ``generation`` was that; one overtaken by a change tells only its counts."""
        snapshot = drafted.snapshot
        fresh = generation == self.generation
        if fresh:
            self._draft = drafted
        self._note(
            str(snapshot.period["code"]),
            open=open_findings(snapshot),
            wrong_sums=sum(
                one["rule"] == "figures_disagree" and one["key"] not in snapshot.reasons
                for one in snapshot.findings
            ),
            reported=sum(len(found) for found in snapshot.records.values()),
            blank=sum(bool(one.get("blank")) for one in snapshot.narrative),
            stale=not fresh,
        )

    def note_check(self, code: str, open_: int) -> None:
        """The checks of ``code`` were run: so many findings stop a freeze."""
        self._note(code, open=open_, stale=False)

    def note_narrative(self, code: str, blank: int) -> None:
        """So many sections of ``code`` are still to be written."""
        self._note(code, blank=blank)

    def note_since(self, code: str, since: int | None) -> None:
        """So many records are new, changed or gone since the newest submission of ``code``."""
        self._note(code, since=since)

    def note_looked(self, code: str) -> None:
        """The pages of ``code`` were looked at."""
        self._note(code, looked=True)

    def _note(self, code: str, **news: Any) -> None:
        self._states[code] = replace(self.state(code), **news)
        self.told.emit(code)

    def _changed(self, changes: Changes) -> None:
        self.generation += 1
        self._draft = None
        beside = changes.label in BESIDE_THE_FIGURES
        for code, state in self._states.items():
            self._states[code] = replace(state, stale=state.stale or not beside, looked=False, since=None)
