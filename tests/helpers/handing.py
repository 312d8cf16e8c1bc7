"""A unit that hands in, and its centre: records saved, frozen, packed and answered in a line each."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import Clock
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.rules.core import Severity
from stdesk.errors import UserError
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.reader import open_package
from stdesk.package.roster import Roster
from stdesk.services.desk import Desk
from stdesk.services.handover import Handed
from stdesk.services.reporting import FrozenReport, Reporting
from stdesk.store.library import Library
from tests.helpers import answers as made
from tests.helpers.prepared import write_narrative

YEAR, HALF = parse_period("2026"), parse_period("2026-H1")
UNIT = "CAT-MH/PC09"
ARTICLE = {
    "document_type": "journal_article",
    "title": "Nâng cao hiệu quả giám định kỹ thuật hình sự",
    "contributors": [{"name": "Nguyễn Văn Ước", "rank": "major"}],
    "department": "PC09",
    "container": "Tạp chí Cảnh sát nhân dân",
    "issn": "1859-4212",
    "issued": "2026-03",
    "issue": "3",
    "pages": "1-9",
    "deposit_state": "deposited",
    "deposited": "2026-04-01",
    "deposit_reference": "12/CV",
}
DOCUMENT = b"%PDF-1.4\n% b\xc3\xa1o c\xc3\xa1o\n%%EOF\n"


@dataclass
class OwnKeys:
    """Keys as :class:`stdesk.services.keys.Keys` gives them, kept in the library."""

    library: Library
    known: Roster
    sealed_for: tuple[str, ...] = ()

    def own(self) -> PublicKey:
        """Made at first use."""
        if self.library.keys.own() is None:
            new = SecretKey.generate()
            self.library.keys.put_own(new.public.id, new.text(), new.public.text())
        return self.secret().public

    def secret(self) -> SecretKey:
        held = self.library.keys.own()
        return SecretKey.parse(held.secret) if held else self.secret_of(self.own())

    def secret_of(self, public: PublicKey) -> SecretKey:
        held = self.library.keys.find(public.id)
        assert held is not None
        return SecretKey.parse(held.secret)

    def recipients(self) -> tuple[str, ...]:
        return self.sealed_for

    def roster(self) -> Roster:
        return self.known

    def centre_keys(self) -> tuple[PublicKey, ...]:
        return tuple(one.key for one in self.known.centre.keys)


def plain_documents(patch: pytest.MonkeyPatch) -> None:
    """Let reports have one small document: typesetting is not what is tested."""
    patch.setattr(Reporting, "documents", lambda *_, **__: {"bao-cao.pdf": DOCUMENT})


def unit(folder: Path, clock: Clock, *, code: str = UNIT, records: int = 2) -> Desk:
    """A unit with a few records."""
    desk = Desk.create(folder, unit_code=code, unit_name="Phòng PC09", user="Lan", clock=clock)
    desk.set_unit(
        superior_name="Công an tỉnh", place="Mỹ Hà", signer_name="Lê Thị Ổn", signing_authority="TRƯỞNG PHÒNG"
    )
    with_keys(desk)
    for number in range(1, records + 1):
        save(desk, number)
    return desk


def copy_of(unit: Path, target: Path, clock: Clock) -> Desk:
    """A copy of the closed library ``unit``, opened as a library of its own."""
    shutil.copytree(unit, target)
    return with_keys(Desk.open(target, user="Lan", clock=clock))


def with_keys(desk: Desk, **changes: Any) -> Desk:
    """Let ``desk`` sign, and trust the centre of the tests."""
    desk.__dict__["keys"] = OwnKeys(desk._library, made.roster(), **changes)
    return desk


def save(desk: Desk, number: int, record_id: str | None = None, **values: Any) -> str:
    """Save an article; returns its id."""
    title = f"Giám định dấu vết số {number} trên địa bàn tỉnh"
    given: Mapping[str, Any] = {**ARTICLE, "title": title, "pages": f"{number}-{number + 8}", **values}
    return desk.catalogue.save("publication", given, record_id=record_id).record.id


def freeze(desk: Desk, period: Period = YEAR) -> FrozenReport:
    """The next submission of ``period``."""
    if any(not one.trial for one in desk.reporting.frozen(period)):
        desk.reporting.reopen(period, "Bổ sung hồ sơ")
    write_narrative(desk, period)
    checked = desk.readiness.check(period)
    open_ones = [one for one in checked.open if one.severity is Severity.EXPLAIN]
    if open_ones:
        desk.readiness.explain(period, "Đang bổ sung", *open_ones)
    return desk.reporting.freeze(period)


def submit(desk: Desk, folder: Path, period: Period = YEAR, **options: Any) -> Handed:
    """Freeze the next submission and hand it in."""
    return desk.handover.pack_report(freeze(desk, period), folder, **options)


def reopened(desk: Desk, clock: Clock) -> Desk:
    """The same library after a restart."""
    keys = desk.__dict__["keys"]
    desk.close()
    again = Desk.open(desk.folder, user="Lan", clock=clock)
    return with_keys(again, sealed_for=keys.sealed_for)


def ids(path: Path) -> list[str]:
    """The publications a package carries."""
    with open_package(path) as package:
        return [one["id"] for one in package.records("publication")]


class Centre:
    """The centre's answers to one unit, numbered and chained."""

    def __init__(self) -> None:
        self._number = 0
        self._previous = ""

    def answer(self, handed: Path, status: str, **changes: Any) -> bytes:
        """The file of the next answer, about the package at ``handed``."""
        with open_package(handed) as package:
            info, fingerprint = package.info, package.fingerprint
        self._number += 1
        one = made.answer(
            answer=made.identity(900 + self._number), number=self._number, previous=self._previous,
            unit=info.unit_code, period=info.period, submission=info.submission, delta=info.delta,
            fingerprint=fingerprint, line=info.line, sequence=info.sequence, status=status, lines=(),
            proposals=(), note="", counts={},
        )  # fmt: skip
        raw = made.sealed(replace(one, **changes))
        self._previous = made.digest(raw)
        return raw

    def say(self, desk: Desk, handed: Path, *statuses: str) -> None:
        """Answer, and let the unit take the answers in."""
        for status in statuses:
            desk.answers.take(self.answer(handed, status))


def outcomes(desk: Desk) -> list[str]:
    """What became of each try, oldest first."""
    return [one.outcome for one in desk.handover.sendings()]


def refused(desk: Desk, code: str, *arguments: Any, **options: Any) -> UserError:
    """Why a package is not made; it has a sentence, and nothing but the log may have changed."""
    before = desk._library.packages.listed()
    with pytest.raises(UserError) as caught:
        desk.handover.pack_report(*arguments, **options)
    assert caught.value.code == code
    assert code not in str(caught.value)
    assert "{" not in str(caught.value)
    assert "…" not in str(caught.value)
    assert desk._library.packages.listed() == before
    return caught.value
