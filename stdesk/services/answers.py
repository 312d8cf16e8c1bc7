"""What the centre answered: taken in, kept for ever, and where each report therefore stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from stdesk.clock import Clock, local_date, timestamp
from stdesk.domain.periods import Period
from stdesk.domain.records import Changes, Record, State
from stdesk.errors import UserError, from_os_error
from stdesk.exchange.scans import SUFFIXES, read_codes
from stdesk.i18n import message
from stdesk.package.answer import (
    MOST_BYTES,
    QR_MARK,
    STATUSES,
    Answer,
    Candidate,
    Line,
    find_code,
    from_qr,
    normalise,
    steps,
)
from stdesk.package.answer_code import LENGTH, bare_code
from stdesk.package.keys import shared_secret
from stdesk.paths import open_plain
from stdesk.progress import Progress
from stdesk.services import summaries
from stdesk.services.answer_intake import (
    KeySource,
    Read,
    code_row,
    missing_numbers,
    read_all,
    read_row,
    signing_keys,
    take_envelope,
)
from stdesk.services.merging import Merging
from stdesk.services.preparation import Preparation
from stdesk.services.proposals import ACCEPTED, OPEN, REFUSED, Proposals, Proposed, above_ceiling
from stdesk.services.standing import Standing, standing_of, state_word
from stdesk.store.library import AnswerRow, FrozenReport, Library, SendingRow

__all__ = [
    "ACCEPTED", "LENGTH", "OPEN", "REFUSED", "SUFFIXES", "Answer", "Answers", "CodeMeaning", "Line", "Notice",
    "Proposed", "Read", "Said", "Sending", "Standing", "Taken", "state_word",
]  # fmt: skip

DAYS = "answer_days:"  # a colon keeps these settings out of reports
_AHEAD = 20  # answers that may be missing between the newest one here and one given by code
_Row = TypeVar("_Row", AnswerRow, SendingRow, FrozenReport)
_HEAD = 1_024  # bytes in which a file shows what it is


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer that was taken in.

    Attributes:
        read: it. new: ``False`` when it was here already, and nothing changed.
        missing: numbers of earlier answers that have not arrived.
    """

    read: Read
    new: bool
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a typed code means so far.

    Attributes:
        signs: how many of its :data:`LENGTH` signs are there. wrong: it is whole and means nothing here.
        package, period, submission, status: what it says, once it is whole and right. known: it is here already.
        unreadable: signs in it that no code has. qr: a hand scanner typed a whole answer.
    """

    signs: int
    wrong: bool = False
    package: str = ""
    period: str = ""
    submission: int = 0
    status: str = ""
    number: int = 0
    known: bool = False
    unreadable: str = ""
    qr: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """One try to put a package on a medium, with what the centre answered to that package, oldest first."""

    row: SendingRow
    answers: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of one record.

    Attributes:
        line: as it came. kind_label, title: of the record; label: of the field.
        there: the record can be opened. rule: the same as ``line.rule``.
    """

    line: Line
    kind_label: str
    title: str
    label: str
    there: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for the home page.

    Attributes:
        code: what it is about: ``standing``, ``proposals``, ``missing``. sentence: in words.
        period: code; "" when it is about several. due: a day or ``None``. late: it is over.
        who: who has to act: ``unit`` or ``centre``.
    """

    code: str
    sentence: str
    period: str = ""
    due: date | None = None
    late: bool = False
    who: str = "unit"


class Answers:
    """Answers of the centre in an open library."""

    def __init__(self, library: Library, keys: KeySource, merging: Merging, clock: Clock) -> None:
        self._library = library
        self._keys = keys
        self._clock = clock
        self._proposals = Proposals(library, merging)
        self._preparation = Preparation(library)

    # -- taking in ---------------------------------------------------------------------------

    def take(self, source: bytes | Path, progress: Progress | None = None) -> list[Taken]:
        """Take in an answer's file, or the answers whose QR codes a picture or PDF shows.

        An answer that is here already changes nothing.

        Raises:
            UserError: why it is refused: ``answer_not_one``, ``answer_not_in_scan``, ``answer_no_roster``,
                ``answer_roster_expired``, ``answer_other_unit``, ``answer_unknown_package``, ``answer_other_package``,
                ``answer_from_future``, ``answer_older``, ``answer_chain``, ``answer_fork``, ``answer_malformed``; what
                envelope and signature refuse; what the disk refuses.
        """
        return [self._take(raw) for raw in self._envelopes(source, progress)]

    def take_code(self, typed: str, period: str | None = None) -> Taken:
        """Take in an answer that was read over the telephone, or what a hand scanner typed of its QR code.

        Raises:
            UserError: ``code_length``, ``code_wrong``; for a QR code what :meth:`take` raises.
        """
        if (raw := from_qr(typed.strip())) is not None:
            return self._take(raw)
        if self._keys.roster() is None:
            raise UserError("answer_no_roster")
        if not normalise(typed):
            raise UserError("code_length", found=str(len(bare_code(typed))), expected=str(LENGTH))
        found = self._candidate(typed, period)
        if found is None:
            raise UserError("code_wrong", typed=normalise(typed))
        held = self._held(found.number)
        if held is not None:
            return Taken(held, False)
        package = self._library.packages.of(found.fingerprint)
        if package is None:
            raise UserError("code_wrong", typed=normalise(typed))
        now = timestamp(self._clock())
        row = code_row(normalise(typed), package, found.status, found.number, now)
        self._library.answers.add(row)
        return Taken(read_row(self._library, row), True, missing_numbers(self._library))

    @staticmethod
    def may_be_code(typed: str) -> bool:
        """Whether ``typed`` looks like a code, right or wrong, rather than like the name of a file."""
        bare = bare_code(typed)
        plain = bare.isascii() and bare.isalnum() and 6 <= len(bare) <= LENGTH + 4
        return typed.startswith(QR_MARK) or (plain and not any(one in typed for one in "./\\:"))

    def meaning(self, typed: str, period: str | None = None) -> CodeMeaning:
        """What the signs typed so far mean; nothing is kept."""
        if typed.strip().startswith(QR_MARK):
            return CodeMeaning(0, qr=True)
        bare = bare_code(typed)
        code = normalise(typed)
        if not code:
            unreadable = "".join(dict.fromkeys(one for one in bare if not (one.isascii() and one.isalnum())))
            return CodeMeaning(len(bare), wrong=len(bare) >= LENGTH, unreadable=unreadable[:LENGTH])
        found = self._candidate(code, period)
        if found is None:
            return CodeMeaning(LENGTH, wrong=True)
        package = self._library.packages.of(found.fingerprint)
        return CodeMeaning(
            LENGTH, False, found.package, package.period if package else "",
            package.submission if package else 0, found.status, found.number, self._held(found.number) is not None,
        )  # fmt: skip

    def _take(self, raw: bytes) -> Taken:
        read, new = take_envelope(self._library, self._keys, self._clock, raw)
        return Taken(read, new, missing_numbers(self._library) if new else ())

    def _envelopes(self, source: bytes | Path, progress: Progress | None) -> list[bytes]:
        if isinstance(source, bytes):
            return [source]
        try:
            with open_plain(source) as file:
                head = file.read(_HEAD)
                if head.lstrip().startswith(b"{"):
                    raw = head + file.read(MOST_BYTES + 1 - len(head))
                    return [raw]
        except OSError as error:
            raise from_os_error(error, source) from error
        if source.suffix.lower() not in SUFFIXES:
            raise UserError("answer_not_one", name=source.name)
        pages = read_codes(source, progress).codes
        codes = [from_qr(text) for texts in pages for text in texts]
        found = dict.fromkeys(one for one in codes if one is not None)
        if not found:
            raise UserError("answer_not_in_scan", name=source.name)
        return list(found)

    def _held(self, number: int) -> Read | None:
        return next((one for one in read_all(self._library) if one.answer.number == number), None)

    def _candidate(self, typed: str, period: str | None) -> Candidate | None:
        return find_code(typed, self._library.settings.get("unit_code"), self._candidates(period))

    def _candidates(self, period: str | None) -> Iterator[Candidate]:
        """Every answer that a code may stand for: those that are here, and the next ones to each package."""
        known = read_all(self._library)
        packages = [
            one for one in self._library.packages.listed() if one.fingerprint and period in (None, one.period)
        ]
        names = {one.fingerprint: one.name for one in packages}
        roster = self._keys.roster()
        keys = signing_keys(roster, self._clock()) if roster else []
        secrets = [shared_secret(self._keys.secret(), key) for key in keys]
        newest = max((one.answer.number for one in known), default=0)
        for secret in secrets:
            for one in known:
                name = names.get(one.row.fingerprint)
                if name is not None:
                    yield Candidate(name, one.row.fingerprint, one.row.status, one.answer.number, secret)
            for number in range(newest + 1, newest + 1 + _AHEAD):
                for package in reversed(packages):
                    for status in STATUSES:
                        yield Candidate(package.name, package.fingerprint, status, number, secret)

    # -- looking -----------------------------------------------------------------------------

    def listed(self, period: str | None = None) -> list[Read]:
        """The answers of a period, or all, in the centre's order, one a number."""
        return read_all(self._library, period)

    def sendings(self, period: str | None = None) -> list[Sending]:
        """Every sending, failed and stopped ones and trials among them, newest first, with its answers."""
        by_print: dict[str, list[Read]] = {}
        for one in self.listed(period):
            by_print.setdefault(one.row.fingerprint, []).append(one)
        rows = self._library.packages.sendings(period)
        return [Sending(row, tuple(by_print.get(row.fingerprint or "?", ()))) for row in reversed(rows)]

    def lines(self, read: Read) -> list[Said]:
        """What an answer says, record by record, with the record as it is here now; not of those above the ceiling."""
        hidden = above_ceiling(self._library)
        lines = [one for one in read.answer.lines if one.id not in hidden]
        records = {one.id: one for one in self._library.get_many(sorted({one.id for one in lines}))}
        return [self._said(line, records.get(line.id)) for line in lines]

    def left_out(self, *reads: Read) -> int:
        """How many lines of these answers are about records above the ceiling, and of no answer: proposals."""
        if not reads:
            return self._proposals.left_out()
        hidden = above_ceiling(self._library)
        return sum(line.id in hidden for read in reads for line in read.answer.lines)

    def _said(self, line: Line, record: Record | None) -> Said:
        kinds = self._library.kinds
        if line.kind not in kinds:
            return Said(line, line.kind, "", line.field, False)
        kind = kinds[line.kind]
        there = record is not None and record.kind == line.kind and record.state is not State.TRASHED
        field = kind.by_name.get(line.field)
        title = summaries.title_of(kind, record) if record is not None and there else ""
        return Said(line, str(kind.label), title, str(field.label) if field else line.field, there)

    def central_id(self, record: str) -> str:
        """The number the centre gave the record; "" before it gave one, or when that was not taken over."""
        return self._library.answers.central_ids([record]).get(record, "")

    # -- standing ----------------------------------------------------------------------------

    def standing(self, period: Period) -> Standing:
        """Where the newest submission of ``period`` stands, what is next, by when and by whom."""
        answers = [one.row for one in self.listed(period.code)]
        sendings = self._library.packages.sendings(period.code)
        frozen = self._library.frozen(period.code)
        return standing_of(period, frozen, sendings, answers, self._days(), self._today())

    def periods(self) -> list[Period]:
        """The periods of which something was frozen, sent or answered, the newest first, with the unit's own days."""
        codes = {one.period for one in self._library.frozen() if not one.trial}
        codes |= {one.period for one in self._library.packages.sendings()}
        codes |= {one.period for one in self._library.answers.listed()}
        found = []
        for code in codes:
            with suppress(UserError):
                found.append(self._preparation.period(code))
        return sorted(found, key=lambda one: (one.end, one.code), reverse=True)

    def notices(self, today: date | None = None) -> list[Notice]:
        """What the home page should say: who has to act on which report by when, proposals that wait, gaps.

        Reports that were never sent are not among them: readiness speaks of those.
        """
        found = list(self._standing_notices(today or self._today()))
        if waiting := len(self._library.answers.proposals(OPEN)) - self._proposals.left_out(OPEN):
            found.append(Notice("proposals", message("notice_proposals", n=waiting)))
        if missing := missing_numbers(self._library):
            numbers = ", ".join(map(str, missing))
            found.append(Notice("missing", message("notice_missing", numbers=numbers)))
        return sorted(found, key=lambda one: (not one.late, one.due or date.max))

    def _standing_notices(self, today: date) -> Iterator[Notice]:
        answers: Mapping[str, Sequence[AnswerRow]] = _by_period([one.row for one in self.listed()])
        sendings = _by_period(self._library.packages.sendings())
        frozen = _by_period(self._library.frozen())
        days = self._days()
        for period in self.periods():
            here = answers.get(period.code, ())
            sent = [one for one in sendings.get(period.code, ()) if one.outcome == "done" and not one.trial]
            if not here and not sent:
                continue
            one = standing_of(period, frozen.get(period.code, ()), sent, here, days, today)
            if one.due is not None:
                yield Notice("standing", one.sentence, period.code, one.due, one.late, one.who)

    def lock(self, period: Period) -> str:
        """What to say before the newest submission of ``period`` is opened again: "" unless it is accepted."""
        standing = self.standing(period)
        if standing.state != "accepted" or standing.since is None:
            return ""
        return message(
            "answer_locks",
            submission=str(standing.submission),
            period=str(period.label),
            day=f"{standing.since:%d/%m/%Y}",
        )

    def _days(self) -> dict[str, int]:
        found = {}
        for state in steps():
            said = self._library.settings.get(DAYS + state)
            if said.isascii() and said.isdecimal() and 0 < int(said) <= 365:
                found[state] = int(said)
        return found

    def _today(self) -> date:
        return local_date(self._clock())

    # -- proposals ---------------------------------------------------------------------------

    def proposals(self, state: str | None = OPEN, ids: Collection[str] | None = None) -> list[Proposed]:
        """What the centre proposes, beside what the records hold now; by default what waits for a decision."""
        return self._proposals.listed(state, ids)

    def accept(self, ids: Sequence[str]) -> Changes:
        """Accept proposals, all of these or none: one act, undone as one.

        Raises:
            UserError: see :meth:`stdesk.services.proposals.Proposals.accept`.
        """
        return self._proposals.accept(ids)

    def refuse(self, ids: Sequence[str], reason: str = "") -> Changes:
        """Refuse proposals; one act."""
        return self._proposals.refuse(ids, reason)


def _by_period(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.period, []).append(row)
    return found
