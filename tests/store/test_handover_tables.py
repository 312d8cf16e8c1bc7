"""Keys, packages, sendings and answers in the library: facts that stay, decisions that can be taken back."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from stdesk.clock import timestamp
from stdesk.domain.kinds import all_kinds
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.store.library import (
    AnswerRow,
    FrozenReport,
    Library,
    PackageRow,
    ProposalRow,
    SendingRow,
)
from tests.store.conftest import Open, TickingClock, add

TABLES = (
    "own_key",
    "roster",
    "package_line",
    "package",
    "sending",
    "answer",
    "proposal",
    "decision",
    "central_id",
)


def freeze(
    library: Library, submission: int = 1, *, trial: bool = False, period: str = "2026"
) -> FrozenReport:
    snapshot = json.dumps({"period": period, "submission": submission}).encode()
    return library.save_frozen(period, submission, trial, snapshot, hashlib.sha512(snapshot).hexdigest())


def row(library: Library, report: FrozenReport, *, delta: bool = False, mark: str = "a") -> PackageRow:
    return PackageRow(
        report.sha512, report.period, report.submission, delta, f"KHCN-C08-2026-L{report.submission:02d}",
        mark * 128, library.packages.line(), library.packages.next_sequence(), library.packages.previous(),
    )  # fmt: skip


def answer(number: int, mark: str, status: str = "received", uuid: str = "") -> AnswerRow:
    return AnswerRow(
        uuid or f"tra-loi-{number}", number, status, "2026", 1, 1, mark * 128, "2026-11-16T02:00:00Z",
        f'{{"số":{number}}}'.encode(), "file",
    )  # fmt: skip


def proposal(uuid: str, of: str, record: str) -> ProposalRow:
    return ProposalRow(
        uuid, of, "correction", "publication", record, 7, "issn", "1859-4794", None, {"nguồn": "ISSN Portal"},
        "Bổ sung ISSN",
    )  # fmt: skip


SENT = SendingRow(
    "KHCN-C08-2026-L01", "2026", 1, False, "2026-03-04T00:30:00Z", "Lan", "/media/usb", "KINGSTON Đỏ", True,
    123_456_789_012, "c" * 128, "failed", "USB bị rút ra khi đang ghi.", "a" * 128, True,
)  # fmt: skip


def test_keys_come_into_use_and_are_retired_but_stay(library: Library, reopened: Open) -> None:
    assert library.keys.own() is None
    first = library.keys.put_own("AA" * 8, "bí mật 1", "công khai 1")
    assert library.keys.own() == first
    second = library.keys.put_own("BB" * 8, "bí mật 2", "công khai 2")
    library = reopened()
    assert library.keys.own() == second
    assert [(one.key_id, bool(one.retired_at)) for one in library.keys.all()] == [
        ("AA" * 8, True),
        ("BB" * 8, False),
    ]
    again = library.keys.put_own("AA" * 8, "khác", "khác")  # restored from paper: known already
    assert again == first
    library.keys.retire("AA" * 8)
    assert library.keys.own() is None
    assert (found := library.keys.find("BB" * 8)) and found.secret == "bí mật 2"


def test_the_newest_roster_counts_and_a_version_is_kept_as_it_came_first(library: Library) -> None:
    assert library.keys.roster() is None
    assert library.keys.put_roster(3, b"ba")
    assert library.keys.put_roster(2, b"hai")
    assert not library.keys.put_roster(3, b"ba, kh\xc3\xa1c")
    held = library.keys.roster()
    assert held is not None
    assert (held.version, held.raw) == (3, b"ba")


def test_packages_stand_in_a_row_each_naming_the_one_before(library: Library, reopened: Open) -> None:
    line = library.packages.line()
    assert (library.packages.next_sequence(), library.packages.previous()) == (1, "")
    report = freeze(library)
    first = library.packages.add(row(library, report))
    second = library.packages.add(row(library, report, delta=True, mark="b"))
    assert (second.line, second.sequence, second.previous) == (line, 2, "a" * 128)
    library = reopened()
    assert library.packages.line() == line
    assert library.packages.find(report, delta=False) == first
    assert library.packages.find(report.sha512, delta=True) == second
    assert library.packages.of("b" * 128) == second
    assert library.packages.listed() == [first, second]
    assert first.made_at


def test_a_new_row_begins_at_one_and_names_what_the_centre_has(library: Library) -> None:
    old = library.packages.line()
    library.packages.add(row(library, freeze(library)))
    new = library.packages.new_line("restored", previous="d" * 128, answers=4)
    assert new != old
    assert (library.packages.line(), library.packages.next_sequence()) == (new, 1)
    assert library.packages.previous() == "d" * 128
    assert [(one.reason, one.answers) for one in library.packages.lines()] == [("", 0), ("restored", 4)]


def test_a_trial_or_an_unknown_report_makes_no_package(library: Library) -> None:
    trial = freeze(library, trial=True)
    for report in (trial, replace(trial, sha512="9" * 128)):
        with pytest.raises(ValueError, match=report.sha512[:9]):
            library.packages.add(row(library, report))
    assert library.packages.listed() == []


def test_one_package_for_a_report_and_one_for_a_place(library: Library) -> None:
    report = freeze(library)
    one = row(library, report)
    library.packages.add(one)
    for other in (
        replace(one, fingerprint="e" * 128),  # the same report twice
        replace(row(library, freeze(library, 2), mark="e"), sequence=1),  # the same place twice
        replace(row(library, report, delta=True, mark="e"), fingerprint="a" * 128),
    ):
        with pytest.raises(Exception, match="UNIQUE"):
            library.packages.add(other)
    assert len(library.packages.listed()) == 1


def test_what_never_stood_on_a_medium_can_be_dropped_and_nothing_else(library: Library) -> None:
    report, next_report = freeze(library), freeze(library, 2)
    begun = replace(row(library, report), fingerprint="")
    first = library.packages.add(begun)
    assert not first.done
    assert library.packages.drop(first)
    assert library.packages.next_sequence() == 1
    first = library.packages.add(begun)
    second = library.packages.add(
        replace(row(library, next_report), fingerprint="", withdrawn=({"id": "Ơ"},))
    )
    assert not library.packages.drop(first)  # another stands behind it
    settled = library.packages.settle(second, "b" * 128, SENT)
    assert settled == library.packages.of("b" * 128) == replace(second, fingerprint="b" * 128)
    assert settled.withdrawn == ({"id": "Ơ"},)
    assert library.packages.sendings() == [SENT]
    assert not library.packages.drop(settled)
    library.packages.settle(settled, "c" * 128)  # it has its fingerprint
    assert library.packages.of("c" * 128) is None


def test_every_try_is_kept_as_it_was(library: Library, reopened: Open) -> None:
    library.packages.log(SENT)
    library.packages.log(replace(SENT, period="2026-H1", outcome="done", detail=""))
    library = reopened()
    assert library.packages.sendings("2026") == [SENT]
    assert [one.outcome for one in library.packages.sendings()] == ["failed", "done"]
    with pytest.raises(Exception, match="CHECK"):
        library.packages.log(replace(SENT, outcome="có lẽ"))


def test_an_answer_is_kept_once_with_its_proposals(library: Library, reopened: Open) -> None:
    record = add(library, title="Đề án 06")
    one = answer(1, "a")
    assert library.answers.add(one, [proposal("p1", one.answer, record)])
    assert not library.answers.add(one, [proposal("p2", one.answer, record)])
    library = reopened()
    (held,) = library.answers.listed("2026")
    assert held == replace(one, imported_at=held.imported_at, who="Lan")
    assert held.imported_at
    (found,) = library.answers.proposals()
    assert found == proposal("p1", one.answer, record)
    assert library.answers.listed("2027") == []


def test_answers_stand_in_the_centres_order_however_they_came(library: Library) -> None:
    for number, status in ((3, "accepted"), (1, "received"), (2, "valid")):
        library.answers.add(answer(number, "a", status))
        library.answers.add(answer(number, "a", status))
    library.answers.add(answer(4, "b"))
    assert [one.number for one in library.answers.taken()] == [3, 1, 2, 4]
    assert [one.number for one in library.answers.taken(2)] == [3, 1]
    assert library.answers.taken(0) == []
    assert [one.status for one in library.answers.of("a" * 128)] == ["received", "valid", "accepted"]
    assert [one.number for one in library.answers.listed()] == [1, 2, 3, 4]


def test_an_answer_whose_proposal_is_known_is_not_kept_by_halves(library: Library) -> None:
    library.answers.add(answer(1, "a"), [proposal("p1", "tra-loi-1", "x")])
    with pytest.raises(Exception, match="UNIQUE"):
        library.answers.add(
            answer(2, "a"), [proposal("p9", "tra-loi-2", "x"), proposal("p1", "tra-loi-2", "x")]
        )
    assert [one.number for one in library.answers.listed()] == [1]
    assert [one.proposal for one in library.answers.proposals()] == ["p1"]


def test_a_decision_goes_back_with_its_act_and_comes_again_with_it(library: Library, reopened: Open) -> None:
    record = add(library, title="Đề án 06")
    library.answers.add(
        answer(1, "a"), [proposal("p1", "tra-loi-1", record), proposal("p2", "tra-loi-1", record)]
    )
    with library.work("saved") as work:
        work.update(record, {"issn": "1859-4794"})
        library.answers.decide(work, "p1", "accepted")
        library.answers.put_central_id(work, record, "TW-000123")
    with library.work("saved") as work:
        library.answers.decide(work, "p2", "refused", "Không cùng bài")
    assert work.changes.action  # a line of the history though no record changed
    states = {one.proposal: (one.state, one.reason) for one in library.answers.proposals()}
    assert states == {"p1": ("accepted", ""), "p2": ("refused", "Không cùng bài")}
    assert library.answers.central_ids([record]) == {record: "TW-000123"}

    library.undo()
    assert [one.proposal for one in library.answers.proposals("open")] == ["p2"]
    library.undo()
    assert [one.proposal for one in library.answers.proposals("open")] == ["p1", "p2"]
    assert library.answers.central_ids() == {}
    library = reopened()
    library.redo()
    assert [one.proposal for one in library.answers.proposals("accepted")] == ["p1"]
    assert library.answers.central_ids() == {record: "TW-000123"}
    library.undo()
    with library.work("saved") as work:
        library.answers.decide(work, "p1", "refused", "Đã ghi đúng")
    first = library.answers.proposals()[0]
    assert (first.state, first.reason) == ("refused", "Đã ghi đúng")


def test_an_act_that_fails_decides_nothing(library: Library) -> None:
    library.answers.add(answer(1, "a"), [proposal("p1", "tra-loi-1", "x")])
    with pytest.raises(RuntimeError), library.work("saved") as work:
        library.answers.decide(work, "p1", "accepted")
        library.answers.put_central_id(work, "x", "TW-1")
        raise RuntimeError
    assert [one.state for one in library.answers.proposals()] == ["open"]
    assert library.answers.central_ids() == {}


def test_the_centres_ids_of_many_records(library: Library) -> None:
    many = {f"id-{n}": f"TW-{n}" for n in range(1_203)}
    with library.work("saved") as work:
        for record, central in many.items():
            library.answers.put_central_id(work, record, central)
    with library.work("saved") as work:
        library.answers.put_central_id(work, "id-7", "TW-7b")
    assert library.answers.central_ids(list(many)) == many | {"id-7": "TW-7b"}
    assert library.answers.central_ids([]) == {}


def everything(library: Library) -> str:
    """One line in each of the new tables; returns the record decided about."""
    record = add(library, title="Đề án 06")
    library.keys.put_own("AA" * 8, "bí mật", "công khai")
    library.keys.put_roster(1, b"x")
    library.packages.add(row(library, freeze(library)))
    library.packages.log(SENT)
    library.answers.add(answer(1, "a"), [proposal("p1", "tra-loi-1", record)])
    with library.work("saved") as work:
        library.answers.decide(work, "p1", "accepted")
        library.answers.put_central_id(work, record, "TW-1")
    return record


def test_the_database_itself_refuses_to_change_facts(library: Library, folder: Path) -> None:
    everything(library)
    library.close()
    with sqlite3.connect(folder / "library.db") as other:
        for table in TABLES:
            with pytest.raises(sqlite3.IntegrityError, match="append_only"):
                other.execute(f"DELETE FROM {table}")
        for statement in (
            "UPDATE own_key SET secret = 'x'",
            "UPDATE roster SET raw = x''",
            "UPDATE package_line SET previous = 'x'",
            "UPDATE package SET fingerprint = 'x'",
            "UPDATE package SET sequence = 2",
            "UPDATE sending SET outcome = 'done'",
            "UPDATE answer SET status = 'accepted'",
            "UPDATE proposal SET value = '1'",
            "UPDATE decision SET state = 'refused'",
            "UPDATE central_id SET central = 'x'",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append_only"):
                other.execute(statement)
        for statement in (
            "UPDATE own_key SET retired_at = 'x'",
            "UPDATE decision SET taken_back = 1",
            "UPDATE central_id SET taken_back = 1",
        ):
            other.execute(statement)
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        other.rollback()


def test_a_backup_has_all_of_it(library: Library, folder: Path, tmp_path: Path, clock: TickingClock) -> None:
    record = everything(library)
    copy = library.backup(tmp_path / "sao-luu.db")
    held = (
        library.keys.all(),
        library.packages.listed(),
        library.packages.sendings(),
        library.answers.listed(),
    )
    library.close()
    (folder / "library.db").unlink()
    shutil.copy(copy, folder / "library.db")
    with Library.open(folder, kinds=all_kinds(), clock=clock) as again:
        assert held == (
            again.keys.all(), again.packages.listed(), again.packages.sendings(), again.answers.listed()
        )  # fmt: skip
        assert again.answers.central_ids() == {record: "TW-1"}


def copy_of(library: Library, target: Path, until: str) -> Library:
    made = library.as_it_was(target, library._context.clock().date(), until, Progress())
    return Library.open(made, kinds=all_kinds(), clock=library._context.clock, read_only=True)


def test_a_copy_of_an_earlier_day_knows_only_what_was_known(library: Library, tmp_path: Path) -> None:
    record = everything(library)
    before = timestamp(library._context.clock())
    library.undo()
    library.keys.put_own("BB" * 8, "mới", "mới")
    library.keys.put_roster(2, b"y")
    library.packages.add(row(library, freeze(library, 2), mark="b"))
    library.packages.log(replace(SENT, at=timestamp(library._context.clock()), outcome="done"))
    library.packages.new_line("restored", previous="d" * 128)
    library.answers.add(answer(2, "a", "accepted"), [proposal("p2", "tra-loi-2", record)])
    with copy_of(library, tmp_path / "xem", before) as then:
        assert [one.sequence for one in then.packages.listed()] == [1]
        assert len(then.packages.lines()) == 1
        assert then.packages.sendings() == [SENT]
        assert [one.number for one in then.answers.listed()] == [1]
        assert [(one.proposal, one.state) for one in then.answers.proposals()] == [("p1", "accepted")]
        assert then.answers.central_ids() == {record: "TW-1"}
        assert (roster := then.keys.roster()) and roster.version == 1
        assert [(one.key_id, one.secret, one.retired_at) for one in then.keys.all()] == [("AA" * 8, "", "")]
        assert then.keys.own() is None
        with pytest.raises(UserError) as refused:
            then.packages.log(SENT)
        assert refused.value.code == "as_of_read_only"
    assert library.keys.own() is not None
    assert len(library.packages.listed()) == 2
    raises = pytest.raises(Exception, match="append_only")  # the library's own guards are where they were
    with raises, library._context.writing() as connection:
        connection.exec_driver_sql("DELETE FROM package")


def test_a_copy_from_before_everything_holds_nothing_of_it(library: Library, tmp_path: Path) -> None:
    add(library, title="Một")
    before = timestamp(library._context.clock())
    everything(library)
    with copy_of(library, tmp_path / "xem", before) as then:
        assert then.packages.lines() == []
        assert then.packages.line() == ""
        assert then.keys.all() == []
        assert then.answers.listed() == []


def test_a_library_only_read_begins_no_row(library: Library, folder: Path, clock: TickingClock) -> None:
    library.close()
    with Library.open(folder, kinds=all_kinds(), clock=clock, read_only=True) as reader:
        assert reader.packages.line() == ""
        assert (reader.packages.next_sequence(), reader.packages.previous()) == (1, "")
