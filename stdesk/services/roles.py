"""Three roles, simple: the officer (nothing asked), a leader who approves, an administrator of a few acts.

As long as nobody set an administrator's code everything is allowed: one officer alone is not hindered. A code
keeps the honest from acting for another; against who edits the file of a library without a password it cannot
help, but the history, which is chained, then shows it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from stdesk.clock import Clock, timestamp
from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import message
from stdesk.store.library import Library
from stdesk.store.roles import ADMINISTRATOR, LEADER, ROLES, Approval, Holder

if TYPE_CHECKING:
    from stdesk.services.reporting import FrozenReport

__all__ = [
    "ADMINISTRATOR",
    "GUARDED",
    "LEADER",
    "ROLES",
    "Approval",
    "Holder",
    "Roles",
    "Standing",
    "role_name",
]

GUARDED = {
    "ceiling": ADMINISTRATOR,
    "own_key": ADMINISTRATOR,
    "roster": ADMINISTRATOR,
    "role_codes": ADMINISTRATOR,
    "remove_password": ADMINISTRATOR,
    "restore": ADMINISTRATOR,
    "approval_needed": ADMINISTRATOR,
}
"""Act -> the role it wants."""

FREE_TRIES, MOST_WAIT = 5, 300  # tries before one has to wait; seconds
AT_WORK = 15 * 60.0  # seconds for which an administrator's code counts after it was last needed
_TRIES = "role:tries"
_NEEDED = "approval:needed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the roles.

    Attributes:
        holders: who has a code in force. at_work: whose code was given and counts at present.
        guarded: an administrator has a code, so that some acts ask for it.
        approval_needed: no package is made of a report that no leader approved.
        locked: the library has a password: setting an administrator's code anew wants the recovery code.
        damaged: names whose code was changed by other means than this program.
    """

    holders: tuple[Holder, ...] = ()
    at_work: Holder | None = None
    guarded: bool = False
    approval_needed: bool = False
    locked: bool = False
    damaged: tuple[str, ...] = field(default=())


class Roles:
    """Roles in an open library."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._begun: Holder | None = None
        self._used = 0.0
        self._tries = (0, 0.0)  # of a library that is only read: wrong codes, the last one (monotonic)

    # -- what is known

    def known(self) -> Standing:
        """Who holds what."""
        holders = tuple(self._library.roles.holders())
        return Standing(
            holders,
            self._at_work(holders),
            any(one.role == ADMINISTRATOR for one in holders),
            self.approval_needed,
            bool(getattr(self._library, "locked", False)),
            tuple(one.name for one in holders if not one.sound),
        )

    def required(self, act: str) -> str | None:
        """The role whose code ``act`` (:data:`GUARDED`) asks for now; ``None``: it may be done."""
        role = GUARDED[act]
        holders = self._library.roles.holders()
        if not any(one.role == role for one in holders) or self._at_work(holders) is not None:
            return None
        return role

    def demand(self, role: str = ADMINISTRATOR) -> None:
        """Go on only when nobody holds ``role``, or its code was given.

        Raises:
            UserError: ``role_wanted``.
        """
        holders = self._library.roles.holders()
        if not any(one.role == role for one in holders):
            return
        if self._at_work(holders) is None:
            raise UserError("role_wanted", role=role_name(role))
        self._used = time.monotonic()

    # -- codes

    def check(self, role: str, code: str, name: str = "") -> Holder:
        """Whose code this is. Takes longer and longer after wrong ones.

        Raises:
            UserError: ``role_code_wrong``; ``role_code_wait`` as long as one has to wait;
                ``role_code_none`` when nobody (of that name) holds the role; ``role_codes_damaged``.
        """
        held = [one for one in self._library.roles.holders() if one.role == role]
        if name:
            held = [one for one in held if one.name.casefold() == " ".join(name.split()).casefold()]
        if not held:
            raise UserError("role_code_none", role=role_name(role), name=name)
        if not any(one.sound for one in held):
            raise UserError("role_codes_damaged", role=role_name(role))
        self._check_wait()
        found = self._library.roles.fitting(role, code, name)
        if found is None:
            self._note_wrong()
            raise UserError("role_code_wrong", role=role_name(role))
        self._note_right()
        return found

    def begin(self, role: str, code: str) -> Holder:
        """Let the acts of ``role`` be done until the library is closed or locked, or nothing asked for it
        during a quarter of an hour. Raises what :meth:`check` does.
        """  # fmt: skip
        self._begun = self.check(role, code)
        self._used = time.monotonic()
        return self._begun

    def end(self) -> None:
        """From now on the code is asked for again."""
        self._begun = None

    def set_code(self, role: str, name: str, code: str) -> Changes:
        """Give ``name`` a code for ``role``; the one before it no longer counts.

        The first administrator's code anybody may set; later ones, and any other role's once there is an
        administrator, want the administrator's.

        Raises:
            UserError: ``role_wanted``; ``role_unnamed``; ``role_code_short``.
        """
        self.demand(ADMINISTRATOR)
        first = role == ADMINISTRATOR and not self.known().guarded
        changes = self._library.roles.put(role, name, code)
        if first or (self._begun is not None and role == ADMINISTRATOR):
            self._begun = self._library.roles.fitting(role, code, name)
            self._used = time.monotonic()
        return changes

    def retire(self, holder: Holder) -> Changes:
        """Take a code out of force. The last administrator's too: then everything is allowed again."""
        self.demand(ADMINISTRATOR)
        return self._library.roles.retire(holder.place)

    def override(self, name: str, code: str, reason: str, secret: str = "") -> Changes:
        """Set the administrator's code anew when it is forgotten: an act that stays in the history.

        Args:
            reason: why, in words; it stands in the history and in the overview of roles.
            secret: the recovery code of a library with a password, from its sheet in the safe.

        Raises:
            UserError: ``role_reason_missing``; ``role_recovery_wanted`` when the recovery code is missing or
                wrong; what :meth:`set_code` raises.
        """
        if not reason.strip():
            raise UserError("role_reason_missing")
        if getattr(self._library, "locked", False):
            self._check_wait()
            if not self._library.roles.fits_recovery(secret):
                self._note_wrong()
                raise UserError("role_recovery_wanted", Exit.ENVIRONMENT if not secret else Exit.NO)
            self._note_right()
        changes = self._library.roles.put(ADMINISTRATOR, name, code, anew=reason)
        self.end()
        return changes

    # -- approvals

    def approve(self, report: FrozenReport, name: str, code: str, note: str = "") -> Changes:
        """A leader says yes to a frozen report.

        Raises:
            UserError: ``approval_of_trial``; ``approval_older`` when it was frozen anew since; what
                :meth:`check` raises.
        """
        if report.trial:
            raise UserError("approval_of_trial")
        newest = [one for one in self._library.frozen(report.period) if not one.trial][-1]
        if newest.sha512 != report.sha512:
            raise UserError("approval_older", newest=str(newest.submission))
        holder = self.check(LEADER, code, name)
        return self._library.roles.approve(report, holder.name, note)

    def approvals(self, report: FrozenReport) -> list[Approval]:
        """Who approved ``report``, the first first."""
        return self._library.roles.approvals(report)

    @property
    def approval_needed(self) -> bool:
        """Whether a package wants an approved report."""
        return self._library.settings.get(_NEEDED) == "1"

    def need_approval(self, needed: bool) -> Changes:
        """Let packages be made of approved reports only, or of any again."""
        self.demand(ADMINISTRATOR)
        return self._library.settings.act("approval_needed", {_NEEDED: "1" if needed else ""})

    def check_approved(self, report: FrozenReport) -> None:
        """Raise ``approval_missing`` when a package of ``report`` wants a leader's yes that is not there."""
        if self.approval_needed and not report.trial and not self.approvals(report):
            raise UserError("approval_missing", submission=str(report.submission))

    # -- within

    def _at_work(self, holders: tuple[Holder, ...] | list[Holder]) -> Holder | None:
        begun = self._begun
        if begun is None or begun not in holders or time.monotonic() - self._used > AT_WORK:
            self._begun = None
        return self._begun

    def _wrong_so_far(self) -> tuple[int, float]:
        """How many wrong codes came in a row, and how many seconds ago the last."""
        if self._library.read_only:
            return self._tries[0], time.monotonic() - self._tries[1]
        count, _, at = self._library.settings.get(_TRIES).partition("|")
        if not count.isdigit() or not at:
            return 0, 0.0
        since = (self._clock() - datetime.fromisoformat(at.replace("Z", "+00:00"))).total_seconds()
        return int(count), max(since, 0.0)  # a clock put back does not make one wait for ever

    def _check_wait(self) -> None:
        wrong, since = self._wrong_so_far()
        wait = min(2.0 ** (wrong - FREE_TRIES), MOST_WAIT) if wrong > FREE_TRIES else 0.0
        if since < wait:
            raise UserError("role_code_wait", seconds=max(1, round(wait - since)))

    def _note_wrong(self) -> None:
        wrong = self._wrong_so_far()[0] + 1
        if self._library.read_only:
            self._tries = (wrong, time.monotonic())
        else:
            self._library.settings.put(**{_TRIES: f"{wrong}|{timestamp(self._clock())}"})

    def _note_right(self) -> None:
        if self._wrong_so_far()[0]:
            self._tries = (0, 0.0)
            if not self._library.read_only:
                self._library.settings.put(**{_TRIES: ""})


def role_name(role: str) -> str:
    """What a role is called."""
    return message(f"role_{role}")
