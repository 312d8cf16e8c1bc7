"""Three real libraries and one centre, on SQLite and on PostgreSQL at once: whatever happens on the way, both
databases hold the same, unit and centre say the same of every report, and nothing is counted twice or lost.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from stdesk.central import tables
from stdesk.central.agency import Agency
from stdesk.central.answers import connect, decide
from stdesk.central.figures import unequal
from stdesk.central.model import QUARANTINED, Taken
from stdesk.central.report import figures_of
from stdesk.domain.periods import Period, parse_period
from stdesk.errors import UserError
from stdesk.package.keys import SecretKey
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk
from stdesk.services.handover import Handed
from stdesk.services.keys import Keys
from tests.central import processes
from tests.central.conftest import fresh_place
from tests.central.packages import Time
from tests.helpers import handing

YEAR, HALF = parse_period("2026"), parse_period("2026-H1")
CODES = {"PC09": 5, "CAT-MH/PA05": 3, "PV01": 2}
"""The units, and how many records each begins with."""
EVERY = ("received", "valid", "accepted")


@dataclass
class World:
    """The units by code, the centre on two databases, and a stick between them."""

    units: dict[str, Desk]
    centres: tuple[Agency, ...]
    places: tuple[str, ...]
    usb: Path
    time: Time

    def send(self, code: str, period: Period = YEAR, **options: object) -> Handed:
        """The unit's next submission, frozen and put on the stick."""
        return handing.submit(self.units[code], self.usb, period, **options)

    def take(self, path: Path) -> Taken:
        """What the centre makes of a file, the same on both databases."""
        found = [agency.intake(path) for agency in self.centres]
        said = {(one.outcome, one.code, one.package.state if one.package else "") for one in found}
        assert len(said) == 1, said
        return found[0]

    def sent(self, code: str, period: Period = YEAR) -> Taken:
        """Sent, taken, and the answer taken home."""
        taken = self.take(self.send(code, period).path)
        self.home(code, taken.answer)
        return taken

    def home(self, code: str, answer: bytes | None) -> None:
        """Take an answer home to its unit."""
        assert answer is not None
        self.units[code].answers.take(answer)

    def decide(self, code: str, taken: Taken, status: str, note: str = "") -> None:
        """A person at the centre answers; the unit hears of it."""
        assert taken.package is not None
        given = [
            decide(one, one.package(taken.package.fingerprint), status, note=note) for one in self.centres
        ]
        self.home(code, given[0].raw)

    def reopened(self, code: str, folder: Path | None = None) -> Desk:
        """The unit's library after a restart, perhaps with another one's files in its place."""
        desk = self.units[code]
        place = desk.folder
        desk.close()
        if folder is not None:
            shutil.rmtree(place)
            shutil.copytree(folder, place)
        self.units[code] = opened(place, self.time)
        return self.units[code]

    def copy(self, code: str, target: Path) -> Path:
        """The unit's folder as it is now, as somebody copies it to another disk."""
        desk = self.units[code]
        desk.close()
        shutil.copytree(desk.folder, target)
        self.units[code] = opened(desk.folder, self.time)
        return target

    def check(self, *periods: Period) -> None:
        """Unit and centre agree, and the centre's figures are those of the reports it holds."""
        assert holdings(self.centres[0]) == holdings(self.centres[1])
        for period in periods or (YEAR,):
            for agency in self.centres:
                self._check_figures(agency, period)
                self._check_standings(agency, period)

    def _check_standings(self, agency: Agency, period: Period) -> None:
        for status in agency.status(period):
            standing = self.units[status.unit].answers.standing(period)
            if standing.state in ("not_sent", "sent"):
                continue  # the unit has newer things than the centre has answered
            assert status.state == standing.state, (status.unit, status.state, standing)
            assert status.package is not None and status.package.submission == standing.submission

    def _check_figures(self, agency: Agency, period: Period) -> None:
        counted = figures_of(agency, period)
        assert unequal(counted) == {}
        expected = {"publications.total": 0, "tasks.total": 0}
        for code in self.units:
            merged = [one for one in agency.packages(period.code, code) if one.merged]
            if not merged or merged[-1].state not in ("valid", "accepted"):
                continue
            told = snapshot_figures(merged[-1].files[0])
            for name in expected:
                expected[name] += told[name]
        assert {name: counted.value(name) for name in expected} == expected


def snapshot_figures(path: Path) -> dict[str, int]:
    """The figures in the report that a package carries."""
    from stdesk.package.reader import open_package

    with open_package(path) as package:
        values = package.snapshot()["figures"]["values"]
    return {name: one["value"] for name, one in values.items()}


def holdings(agency: Agency) -> list[object]:
    """Everything that counts, without the moments of it."""
    records = [
        (period, one.unit, one.record.id, dict(one.record.values), one.package, one.withdrawn, one.reason)
        for period in ("2026", "2026-H1", None)
        for one in agency.records(period, withdrawn=True)
    ]
    packages = [(one.fingerprint, one.state, one.order, one.merged, one.why) for one in agency.packages()]
    return [sorted(records, key=repr), sorted(packages, key=repr)]


def opened(folder: Path, time: Time) -> Desk:
    """A unit's library with the keys of the program itself."""
    desk = Desk.open(folder, user="Lan", clock=time)
    desk.__dict__["keys"] = Keys(desk._library, time)
    return desk


@pytest.fixture(scope="module")
def plain() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        handing.plain_documents(patch)
        yield


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three libraries, made once."""
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("units")
    for code, records in CODES.items():
        place = folder / code.replace("/", "-")
        handing.unit(place, Time(datetime(2026, 11, 2, 3, 0, tzinfo=UTC)), code=code, records=records).close()
    return folder


@pytest.fixture
def world(
    libraries: Path, plain: None, request: pytest.FixtureRequest, tmp_path: Path, time: Time
) -> Iterator[World]:
    places = tuple(fresh_place(sort, request, tmp_path) for sort in ("sqlite", "postgresql"))
    centres = tuple(
        connect(Agency.create(place, "Cục V04", folder=tmp_path / f"kept{n}", clock=time))
        for n, place in enumerate(places)
    )
    same_keys(*centres)
    units = {}
    for code in CODES:
        place = tmp_path / "units" / code.replace("/", "-")
        shutil.copytree(libraries / code.replace("/", "-"), place)
        units[code] = opened(place, time)
        for agency in centres:
            agency.registry.register(units[code].keys.key_card(), words_checked=True)
    roster = centres[0].registry.roster()
    words = " ".join(fingerprint_words(centres[0].registry.public()))
    for desk in units.values():
        desk.keys.take_roster(roster, pinned_words=words)
    made = World(units, centres, places, tmp_path / "usb", time)
    yield made
    for desk in made.units.values():
        desk.close()
    for agency in centres:
        agency.close()


def same_keys(first: Agency, second: Agency) -> None:
    """Let the second centre sign and open as the first does, as one restored from its backup would."""
    with first._context.database.reading() as connection:
        rows = [
            [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (tables.centre_key, tables.secret)
        ]
    with second._context.database.writing() as connection:
        connection.execute(delete(tables.secret))
        connection.execute(delete(tables.centre_key))
        connection.execute(insert(tables.centre_key), rows[0])
        connection.execute(insert(tables.secret), rows[1])


def code_of(refused: pytest.ExceptionInfo[UserError]) -> str:
    assert refused.value.code not in str(refused.value)
    return refused.value.code


def test_full_returned_corrected_delta_withdrawn_replayed(world: World) -> None:
    """A year of three units with everything that ordinarily happens."""
    first = {code: world.sent(code) for code in CODES}
    assert {one.outcome for one in first.values()} == {"merged"}
    world.check()
    assert figures_of(world.centres[0], YEAR).value("publications.total") == sum(CODES.values())

    # one is returned, and counts for nothing until it is mended
    world.decide("PV01", first["PV01"], "returned", "Thiếu minh chứng")
    world.check()
    assert figures_of(world.centres[0], YEAR).value("publications.total", "PV01") == 0
    handing.save(world.units["PV01"], 40)
    mended = world.sent("PV01")
    assert mended.package is not None and not mended.package.delta and mended.package.state == "valid"
    world.check()

    # one is accepted; the next is a delta with a change, an addition and a withdrawal
    world.decide("PC09", first["PC09"], "accepted")
    desk = world.units["PC09"]
    publications = [one.id for one in desk._library.records("publication")]
    desk.catalogue.trash([publications[0]])
    handing.save(desk, 2, publications[1], title="Đã sửa: giám định dấu vết công cụ")
    handing.save(desk, 41)
    delta = world.sent("PC09")
    assert delta.package is not None and delta.package.delta and delta.package.state == "valid"
    world.check()
    gone = [one for one in world.centres[1].records("2026", withdrawn=True) if one.withdrawn]
    assert [(one.record.id, one.reason) for one in gone] == [(publications[0], "Đơn vị đã bỏ vào thùng rác")]

    # replayed in any order: nothing changes
    before = holdings(world.centres[0])
    for path in sorted(world.usb.glob("*.age")):
        again = world.take(path)
        assert again.outcome == "again"
    assert holdings(world.centres[0]) == before
    world.check()

    # a delta that is returned: the unit's report counts for nothing, not for half
    world.decide("PC09", delta, "returned", "Sai năm công bố")
    world.check()
    handing.save(desk, 42)
    assert world.sent("PC09").outcome == "merged"
    world.check()


@pytest.mark.torture
def test_out_of_order_two_periods_and_killed_in_mid_merge(world: World) -> None:
    one, half = world.send("PC09"), world.send("PC09", HALF)
    handing.save(world.units["PC09"], 50)
    two = world.send("PC09")
    assert [one.sequence, half.sequence, two.sequence] == [1, 2, 3]
    assert world.take(two.path).code == "central_waits"
    world.check(YEAR, HALF)
    assert world.centres[0].status(YEAR)[1].missing == (1, 2)
    world.home("PC09", world.take(one.path).answer)
    taken = world.take(half.path)
    assert [row.fingerprint for row in taken.followed] == [two.fingerprint]
    for row in (*taken.followed, taken.package):
        assert row is not None
        world.home("PC09", world.take(two.path if row.fingerprint == two.fingerprint else half.path).answer)
    world.check(YEAR, HALF)
    assert {world.units["PC09"].answers.standing(one).state for one in (YEAR, HALF)} == {"valid"}

    other = world.send("PV01")
    points: list[processes.Point | None] = [
        ("merge.merge", "before", 1), ("merge.merge", "after", 1), ("keeping.keep", "after", 1)
    ]  # fmt: skip
    for place in world.places:
        said = processes.run(place, world.time(), [(point, [other.path]) for point in points])
        assert said == [9] * len(points)
    assert not any(list(agency.packages(unit="PV01")) for agency in world.centres)
    assert world.take(other.path).outcome == "merged"
    world.check(YEAR, HALF)


def test_a_library_from_a_backup_goes_on_once_it_hears_of_what_it_forgot(
    world: World, tmp_path: Path
) -> None:
    world.sent("PC09")
    backup = world.copy("PC09", tmp_path / "backup")
    handing.save(world.units["PC09"], 60)
    forgotten = world.take(world.send("PC09").path)
    world.reopened("PC09", backup)
    desk = world.units["PC09"]

    assert forgotten.answer is not None
    with pytest.raises(UserError) as refused:
        desk.answers.take(forgotten.answer)
    assert code_of(refused) == "answer_unknown_package"
    handing.save(desk, 61)
    handing.save(desk, 62)
    handing.freeze(desk)  # its second submission: the centre has another second one
    handed = world.send("PC09")
    assert (handed.sequence, handed.submission) == (1, 3)
    taken = world.take(handed.path)
    assert (taken.outcome, taken.code) == ("merged", "")
    world.home("PC09", taken.answer)
    world.check()
    assert desk.answers.standing(YEAR).state == "valid"
    assert not [one for one in desk.answers.notices() if one.code == "missing"]
    handing.save(desk, 63)
    assert world.sent("PC09").outcome == "merged"
    world.check()


@pytest.mark.torture
def test_a_copied_library_both_of_whose_copies_send(world: World, tmp_path: Path) -> None:
    world.sent("PC09")
    copy = opened(world.copy("PC09", tmp_path / "copied"), world.time)
    try:
        handing.save(copy, 70)
        theirs = handing.submit(copy, tmp_path / "usb 2")
    finally:
        copy.close()
    handing.save(world.units["PC09"], 72)
    ours = world.send("PC09")
    first = world.take(ours.path)
    assert first.outcome == "merged"
    world.home("PC09", first.answer)
    fork = world.take(theirs.path)
    assert (fork.outcome, fork.code, fork.answer) == ("quarantined", "central_fork", None)
    assert fork.package is not None and fork.package.state == QUARANTINED
    world.check()
    for agency in world.centres:
        assert agency.status(YEAR)[1].blocked == (theirs.name,)
        with pytest.raises(UserError) as refused:
            decide(agency, agency.package(theirs.fingerprint), "returned", note="Trùng số")
        assert code_of(refused) == "central_answer_quarantined"
    handing.save(world.units["PC09"], 71)
    assert world.sent("PC09").outcome == "merged", "the one that was first goes on"
    world.check()


def test_what_is_not_for_a_unit_or_no_longer_its_word_changes_nothing(world: World) -> None:
    taken = world.take(world.send("PC09").path)
    assert taken.answer is not None and taken.package is not None
    other = world.units["PV01"]
    with pytest.raises(UserError) as refused:
        other.answers.take(taken.answer)
    assert code_of(refused) == "answer_other_unit"
    assert other._library.answers.listed() == []

    world.time.pass_days(500)
    with pytest.raises(UserError) as refused:
        world.units["PC09"].answers.take(taken.answer)
    assert code_of(refused) == "answer_roster_expired"
    world.units["PC09"].keys.take_roster(world.centres[0].registry.roster())
    world.home("PC09", taken.answer)
    world.check()

    key = other.keys.own().id
    for agency in world.centres:
        agency.registry.revoke(key.lower(), "Mất máy tính")
    sent = world.send("PV01", seal=False)
    assert world.take(sent.path).code == "central_key_revoked"
    world.check()
    other._library.keys.put_own(*new_key(other))
    for agency in world.centres:
        agency.registry.register(other.keys.key_card(), words_checked=True)
    handing.save(other, 80)
    assert world.take(world.send("PV01", seal=False).path).code == "central_waits"
    world.check()


def new_key(desk: Desk) -> tuple[str, str, str]:
    """A new key of the unit, as it is kept."""
    key = SecretKey.generate()
    return key.public.id, key.text(), key.public.text(desk.answers._library.settings.get("unit_code"))
