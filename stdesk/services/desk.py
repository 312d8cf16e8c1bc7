"""An open library and everything a person does in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from stdesk.clock import Clock, local_date, system_clock, timestamp
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.services.calendar import Calendar
from stdesk.services.catalogue import Catalogue
from stdesk.services.copies import Copies
from stdesk.services.drafts import Drafts
from stdesk.services.followers import Followers
from stdesk.services.merging import Merging
from stdesk.services.narrative import Narrative, findings_of
from stdesk.services.preparation import Preparation
from stdesk.services.readiness import Readiness, figures_findings
from stdesk.services.suggestions import Suggestions
from stdesk.services.views import Views
from stdesk.store import migrations
from stdesk.store.library import Library
from stdesk.store.vault import Vault

if TYPE_CHECKING:  # what a window need not pay for before it is used: workbooks, documents, packages
    from stdesk.services.answers import Answers
    from stdesk.services.attachments import Attachments
    from stdesk.services.backups import Backups
    from stdesk.services.bulk import Bulk
    from stdesk.services.courses import Courses
    from stdesk.services.doctor import Doctor
    from stdesk.services.findings_list import FindingsList
    from stdesk.services.grid import Grid
    from stdesk.services.guard import Guard
    from stdesk.services.handover import Handover
    from stdesk.services.intake import Intake
    from stdesk.services.keys import Keys
    from stdesk.services.lists import Lists
    from stdesk.services.locking import Locking
    from stdesk.services.paper import Paper
    from stdesk.services.release import Releases
    from stdesk.services.reporting import Reporting
    from stdesk.services.roles import Roles
    from stdesk.services.spellings import Spellings
    from stdesk.services.traces import Traces
    from stdesk.services.whereabouts import Whereabouts
    from stdesk.store.places import PlaceWarning

UNIT_SETTINGS = (
    "unit_code",
    "unit_name",
    "superior_name",
    "place",
    "symbol",
    "department",
    "recipients",
    "signing_authority",
    "signer_post",
    "signer_rank",
    "signer_name",
    "secrecy_ceiling",
    "deposit_days",
    "answer_days:sent",
    "answer_days:received",
    "answer_days:valid",
    "answer_days:returned",
)
"""The settings of the unit that appear on paper or steer checks and, with a colon, what is reminded of."""

_SAMPLE = "sample:library"  # a colon keeps it out of reports


class Desk:
    """What the window and the command line work with.

    Attributes:
        catalogue: records: list, find, save, trash, undo, history, export.
        drafts: what was typed and is not saved.
        merging: doubles: seen while typing, found, compared, merged, told apart.
        attachments: files of records: taken in, looked at, found in folders, checked.
        backups: made by themselves, thinned out; restoring all or one record; the second place.
        bulk: one change to many records. spellings: names written differently made one.
        calendar: what is due and when. courses: acceptance, deposit, carrying over.
        grid: many rows typed, pasted and saved together.
        intake: other people's workbooks in.
        views: ways of looking at a list, kept under names. lists: a list to the clipboard, a file, paper.
        suggestions: what is proposed while typing. followers: what goes along with what was typed.
        readiness: what is still missing for a period. findings: the same as a list and a workbook.
        preparation: what is prepared for a report: its days, head, wording, expected numbers.
        narrative: the sentences of a report, drafted from its figures, worded by the unit.
        reporting: freezing a period and making its documents.
        paper: which frozen report a printed page is.
        handover: the data package and its verification.
        keys: the unit's key, and those of the centre.
        answers: what the centre answered, and where each report therefore stands.
        roles: codes of leaders and administrators, approvals. guard: signs of secrets in texts and files.
        releases: what above ordinary secrecy left the library, under which number.
        traces: what still holds the words of a record just put above the ceiling.
        locking: the library's password and recovery code.
    """

    def __init__(self, library: Library, clock: Clock = system_clock, user: str = "") -> None:
        self._library = library
        self._clock = clock
        self._user = user
        self._copies = Copies()
        self.catalogue = Catalogue(library, self.today)
        self.drafts = Drafts(library)
        self.merging = Merging(library, self._before)
        self.views = Views(library)
        self.suggestions = Suggestions(library)
        self.followers = Followers(library)
        self.calendar = Calendar(library, self.today)
        self.readiness = Readiness(library, self.today)
        self.preparation = Preparation(library)
        self.narrative = Narrative(self.preparation, lambda: self.reporting)
        self.readiness.extra += [
            lambda checked, _: findings_of(checked.period, self.preparation.read(checked.period)),
            lambda checked, progress: figures_findings(self.reporting.figures_of(checked, progress)),
        ]

    @cached_property
    def attachments(self) -> Attachments:
        """Files of records."""
        from stdesk.services.attachments import Attachments

        return Attachments(self._library, self.today, self._copies)

    @cached_property
    def backups(self) -> Backups:
        """Backups nobody asks for."""
        from stdesk.services.backups import Backups

        return Backups(self._library, self._clock)

    def _before(self, why: str, progress: Progress | None = None, many: int | None = None) -> None:
        """The backup before something big."""
        self.backups.before(why, progress, many=many)

    @cached_property
    def bulk(self) -> Bulk:
        """One change to many records."""
        from stdesk.services.bulk import Bulk

        return Bulk(self._library, self._before)

    @cached_property
    def spellings(self) -> Spellings:
        """Names written differently."""
        from stdesk.services.spellings import Spellings

        return Spellings(self._library, self._before)

    @cached_property
    def grid(self) -> Grid:
        """Many rows typed, pasted, saved together."""
        from stdesk.services.grid import Grid

        return Grid(self._library, self.today, self._before)

    @cached_property
    def lists(self) -> Lists:
        """A list to the clipboard, a file, paper."""
        from stdesk.services.lists import Lists

        return Lists(self._library, self._clock)

    @cached_property
    def courses(self) -> Courses:
        """Acceptance, deposit, carrying over."""
        from stdesk.services.courses import Courses

        return Courses(self._library, self.today)

    @cached_property
    def findings(self) -> FindingsList:
        """What is missing as a list and a workbook."""
        from stdesk.services.findings_list import FindingsList

        return FindingsList(self._library)

    @cached_property
    def intake(self) -> Intake:
        """Other people's workbooks in."""
        from stdesk.services.intake import Intake

        return Intake(self._library, self.today, self._before)

    @cached_property
    def reporting(self) -> Reporting:
        """Freezing a period and making its documents."""
        from stdesk.services.reporting import Reporting

        return Reporting(
            self._library, self._clock, self.readiness, self.preparation, self._user, self._copies
        )

    @cached_property
    def paper(self) -> Paper:
        """Which frozen report a printed page is."""
        from stdesk.services.paper import Paper

        return Paper(self._library)

    @cached_property
    def handover(self) -> Handover:
        """The data package and its verification."""
        from stdesk.services.handover import Handover

        return Handover(self._library, self.reporting, lambda: self.keys, self._clock, self._user)

    @cached_property
    def keys(self) -> Keys:
        """The unit's key, and those of the centre."""
        from stdesk.services.keys import Keys

        return Keys(self._library, self._clock, self.roles.demand)

    @cached_property
    def answers(self) -> Answers:
        """What the centre answered, and where each report therefore stands."""
        from stdesk.services.answers import Answers

        return Answers(self._library, self.keys, self.merging, self._clock)

    @cached_property
    def doctor(self) -> Doctor:
        """Whether the library is sound."""
        from stdesk.services.doctor import Doctor

        return Doctor(self._library, self._clock)

    @cached_property
    def roles(self) -> Roles:
        """Leader, administrator: their codes, approvals."""
        from stdesk.services.roles import Roles

        return Roles(self._library, self._clock)

    @cached_property
    def guard(self) -> Guard:
        """Signs of a secrecy mark or an identity number in what is typed or attached."""
        from stdesk.services.guard import Guard

        return Guard(self._library)

    @cached_property
    def traces(self) -> Traces:
        """What still holds the words of a record that was put above the ceiling."""
        from stdesk.services.traces import Traces

        return Traces(self._library, self.backups)

    @cached_property
    def releases(self) -> Releases:
        """What above ordinary secrecy left, and under which number."""
        from stdesk.services.release import Releases

        return Releases(self._library)

    @cached_property
    def locking(self) -> Locking:
        """The library's password and recovery code."""
        from stdesk.services.locking import Locking

        return Locking(self._library, self._clock, lambda: self.roles)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Where the person was in the window."""
        from stdesk.services.whereabouts import Whereabouts

        return Whereabouts(self._library)

    @property
    def schema(self) -> int:
        """Number of the database's schema: an open library has the newest."""
        return migrations.latest()

    def place_warnings(self) -> tuple[PlaceWarning, ...]:
        """What is to be said of where the library lies, and of the clock; the gravest first."""
        return self._library.place_warnings()

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        unit_code: str,
        unit_name: str,
        user: str = "",
        clock: Clock = system_clock,
        kinds: Kinds | None = None,
    ) -> Desk:
        """Make a new library in ``folder``.

        Raises:
            UserError: the unit has no code or name, the folder is taken or cannot be written.
        """
        if not unit_code.strip() or not unit_name.strip():
            raise UserError("unit_unnamed")
        library = Library.create(
            folder,
            kinds=kinds or all_kinds(),
            clock=clock,
            unit_code=unit_code.strip(),
            unit_name=unit_name.strip(),
            user=user,
        )
        return cls(library, clock, user)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        user: str = "",
        clock: Clock = system_clock,
        read_only: bool = False,
        kinds: Kinds | None = None,
        secret: str = "",
        vault: Vault | None = None,
    ) -> Desk:
        """Open the library in ``folder``; for the errors see ``Library.open``.

        Args:
            secret: password or recovery code of a locked library. vault: :attr:`vault` of an earlier opening.
        """
        kinds = kinds or all_kinds()
        library = Library.open(
            folder, kinds=kinds, clock=clock, user=user, read_only=read_only, secret=secret, vault=vault
        )
        return cls(library, clock, user)

    def close(self) -> None:
        """Give the library back; readable copies made for other programs are taken away."""
        self._copies.clear()
        self._library.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def today(self) -> date:
        """The day it is for the person."""
        return local_date(self._clock())

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._library.folder

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return self._library.read_only

    @property
    def locked(self) -> bool:
        """Whether the library has a password."""
        return self._library.locked

    @property
    def vault(self) -> Vault | None:
        """What opens this library a second time without asking for the password; to be handed on, not looked into."""
        return self._library.vault

    @property
    def as_of(self) -> date | None:
        """The day it shows, when it is a copy of a library as it was; see ``services.as_of``."""
        return self._library.as_of.day if self._library.as_of is not None else None

    @property
    def user(self) -> str:
        """Who works with it."""
        return self._user

    @property
    def kinds(self) -> Kinds:
        """The kinds of record it holds."""
        return self._library.kinds

    @property
    def unit(self) -> dict[str, str]:
        """The unit's settings, those not set empty."""
        return {name: self._library.settings.get(name) for name in UNIT_SETTINGS}

    def backup(self, target: Path | None = None) -> Path:
        """Copy the database to ``target`` (by default into ``backups``), open the copy and count it."""
        if target is None:
            moment = timestamp(self._clock()).replace(":", "").replace("-", "")
            target = self._library.folder / "backups" / f"library-{moment}.db"
        return self._library.backup(target)

    @property
    def is_sample(self) -> bool:
        """Whether it holds the invented unit of the sample."""
        return self._library.settings.get(_SAMPLE) == "1"

    def mark_sample(self) -> None:
        """Say that everything in this library is invented."""
        self._library.settings.put(**{_SAMPLE: "1"})

    def set_unit(self, **settings: str) -> Changes:
        """Change settings of the unit, as one act that can be taken back; the ceiling is no such act."""
        _check_settings(settings)
        ceiling = settings.pop("secrecy_ceiling", None)
        if ceiling is not None:
            self.roles.demand()
            self._library.settings.put(secrecy_ceiling=ceiling)
        return self._library.settings.act("set_unit", settings)

    def begin_with(self, **settings: str) -> None:
        """Give a library just made its unit's settings: no act, there is nothing to go back to."""
        _check_settings(settings)
        self._library.settings.put(**settings)


def _check_settings(settings: Mapping[str, str]) -> None:
    unknown = set(settings) - set(UNIT_SETTINGS)
    if unknown:
        raise KeyError(sorted(unknown))
