"""A package of a report: one of a kind, numbered, the same whenever it is made, and every try remembered."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import Clock
from stdesk.domain.kinds import all_kinds
from stdesk.exchange.schema import packaged_fields
from stdesk.package.keys import SecretKey
from stdesk.package.reader import open_package
from stdesk.reports.letters import build_letter
from stdesk.services import placing
from stdesk.services.delta import content_of
from stdesk.services.desk import Desk
from stdesk.services.handover import Depth
from tests.helpers import handing
from tests.helpers.handing import HALF, YEAR, Centre, freeze, outcomes, refused, save, submit

# -- one package, always the same ------------------------------------------------------------------


def test_a_package_is_numbered_signed_and_remembered(desk: Desk, usb: Path) -> None:
    handed = submit(desk, usb)
    row = desk._library.packages.of(handed.fingerprint)
    assert row is not None
    assert (handed.name, handed.sequence, handed.delta) == ("KHCN-CAT-MH-PC09-2026-L01", 1, False)
    assert handed.path == usb / "KHCN-CAT-MH-PC09-2026-L01.zip"
    with open_package(handed.path) as package:
        info = package.info
    assert (info.line, info.sequence, info.previous, info.key) == (row.line, 1, "", row.key_id)
    assert row.key_id == desk._library.keys.own().key_id  # type: ignore[union-attr]
    (sent,) = desk.handover.sendings(YEAR)
    assert (sent.name, sent.outcome, sent.detail, sent.place) == (handed.name, "done", "", str(usb))
    assert (sent.size, sent.sha512, sent.fingerprint) == (handed.size, handed.sha512, handed.fingerprint)
    assert desk.handover.sendings(HALF) == []
    assert len(handed.words) == 8
    verified = desk.handover.verify(handed.path, Depth.FULL)
    assert (verified.ok, verified.signature.state) == (True, "good")


def test_the_same_name_stands_everywhere(desk: Desk, usb: Path) -> None:
    submit(desk, usb)
    save(desk, 3)
    handed = submit(desk, usb)
    assert handed.name.endswith("-L02")
    with zipfile.ZipFile(handed.path) as archive:
        info = archive.read(f"{handed.name}/bag-info.txt").decode()
        snapshot = json.loads(archive.read(f"{handed.name}/data/snapshot.json"))
    assert f"External-Identifier: {handed.name}\n" in info
    assert "STDesk-Submission: 2\n" in info
    assert snapshot["submission"] == 2
    report = desk.reporting.latest(YEAR)
    assert report.submission == 2
    assert handed.facts.name == f"{handed.name}.zip"
    assert desk.handover.preview_report(report).names[0] == handed.name
    letter = build_letter(desk.reporting.read(report), desk.kinds, handed.facts)
    assert any(f"Gói dữ liệu {handed.name}.zip" in str(block) for block in letter.body)


def test_made_twice_it_is_the_same_and_counted_once(desk: Desk, usb: Path, tmp_path: Path) -> None:
    first = submit(desk, usb)
    save(desk, 3)  # later work changes nothing
    desk.set_unit(unit_name="Phòng Kỹ thuật hình sự")
    again = desk.handover.pack(YEAR, tmp_path / "khác")
    assert again.path.read_bytes() == first.path.read_bytes()
    assert desk.handover.pack(YEAR, usb).fingerprint == first.fingerprint
    assert len(desk._library.packages.listed()) == 1
    assert outcomes(desk) == ["done", "done", "done"]
    assert submit(desk, usb).sequence == 2


def test_the_same_bytes_after_restarts_answers_and_a_new_key(
    desk: Desk, usb: Path, tmp_path: Path, clock: Clock
) -> None:
    centre = Centre()
    first = submit(desk, usb)
    centre.say(desk, first.path, "received")
    save(desk, 3)
    second = submit(desk, usb)
    assert second.delta is False  # received is not accepted
    centre.say(desk, second.path, "received", "valid", "accepted")
    new = SecretKey.generate()
    desk._library.keys.put_own(new.public.id, new.text(), new.public.text())
    with handing.reopened(desk, clock) as later:
        for report, made in zip(later.reporting.frozen(YEAR), (first, second), strict=True):
            again = later.handover.pack_report(report, tmp_path / "khác")
            assert again.path.read_bytes() == made.path.read_bytes()


def test_packages_follow_each_other(desk: Desk, usb: Path) -> None:
    three = [submit(desk, usb), submit(desk, usb, HALF)]
    save(desk, 3)
    three.append(submit(desk, usb))
    infos = []
    for one in three:
        with open_package(one.path) as package:
            infos.append(package.info)
    assert [one.sequence for one in infos] == [1, 2, 3]
    assert [one.previous for one in infos] == ["", three[0].fingerprint, three[1].fingerprint]
    assert len({one.line for one in infos}) == 1


def test_a_trial_has_no_number_but_its_sending_is_kept(desk: Desk, usb: Path) -> None:
    desk.reporting.freeze(YEAR, trial=True)
    trial = desk.handover.pack(YEAR, usb, trial=True)
    assert (trial.name, trial.sequence) == ("KHCN-CAT-MH-PC09-2026-L01-THU", 0)
    assert desk.handover.pack(YEAR, usb, trial=True).fingerprint == trial.fingerprint
    assert desk.handover.verify(trial.path).signature.state == "good"
    assert desk._library.packages.listed() == []
    assert desk._library.packages.lines() == []
    assert [(one.trial, one.outcome) for one in desk.handover.sendings()] == [(True, "done"), (True, "done")]
    assert submit(desk, usb).sequence == 1


def test_a_library_only_read_makes_again_but_makes_nothing_new(desk: Desk, usb: Path, clock: Clock) -> None:
    desk.reporting.freeze(YEAR, trial=True)
    made = submit(desk, usb)
    half = freeze(desk, HALF)
    desk.close()
    with Desk.open(desk.folder, clock=clock, read_only=True) as reader:
        handing.with_keys(reader)
        assert reader.handover.pack(YEAR, usb, trial=True).words == made.words
        assert reader.handover.pack(YEAR, usb.parent / "b").path.read_bytes() == made.path.read_bytes()
        refused(reader, "library_opened_read_only", half, usb)
        assert outcomes(reader) == ["done"]


# -- deltas ---------------------------------------------------------------------------------------


def test_an_accepted_base_makes_the_next_one_a_delta(desk: Desk, usb: Path, tmp_path: Path) -> None:
    centre = Centre()
    kept, changed, gone = (save(desk, number) for number in (11, 12, 13))
    scan = tmp_path / "Biên bản.pdf"
    scan.write_bytes(b"%PDF-1.4\n" + b"x" * 999)
    old_file = desk.catalogue.attach(scan)
    save(desk, 12, changed, attachments=[old_file])
    first = submit(desk, usb)
    assert desk.handover.base_of(YEAR) is None
    centre.say(desk, first.path, "received", "valid", "accepted")

    scan.write_bytes(b"%PDF-1.4\n" + b"y" * 999)
    save(desk, 12, changed, title="Nhan đề đã sửa", attachments=[old_file, desk.catalogue.attach(scan)])
    new = save(desk, 14)
    desk.catalogue.trash([gone])
    report = freeze(desk)
    seen = desk.handover.preview_report(report)
    assert seen.delta is not None
    assert (seen.added, seen.changed, seen.by_default) == (1, 1, True)
    assert (seen.full.records, seen.delta.records) == (5, 2)
    assert (seen.full.files, seen.delta.files) == (2, 1)
    (withdrawn,) = seen.withdrawn
    assert (withdrawn.id, withdrawn.reason, withdrawn.title[:9]) == (gone, "trashed", "Giám định")
    base = desk.handover.base_of(YEAR, report)
    assert base is not None
    assert (base.row.submission, base.answer.status) == (1, "accepted")

    handed = desk.handover.pack_report(report, usb)
    assert (handed.name, handed.delta) == ("KHCN-CAT-MH-PC09-2026-L02-BS", True)
    with open_package(handed.path) as package:
        assert sorted(one["id"] for one in package.records("publication")) == sorted([changed, new])
        assert package.info.base == first.fingerprint
        assert package.info.base_receipt == base.answer.answer
        assert list(package.withdrawn()) == [
            {
                "id": gone,
                "kind": "publication",
                "number": withdrawn.number,
                "reason": "Đơn vị đã bỏ vào thùng rác",
            }
        ]
        assert [one["sha512"] for one in package.attachments()] == [desk.catalogue.attach(scan)["sha512"]]
        assert [one["status"] for one in package.answers()] == ["received", "valid", "accepted"]
        assert len(package.snapshot()["records"]["publication"]) == 5
    assert kept not in handing.ids(handed.path)
    assert desk.handover.verify(handed.path).ok


def test_what_is_withdrawn_and_why_stays_as_it_was(desk: Desk, usb: Path, tmp_path: Path) -> None:
    gone = save(desk, 13)
    first = submit(desk, usb)
    Centre().say(desk, first.path, "accepted")
    desk.catalogue.trash([gone])
    handed = submit(desk, usb)
    desk.catalogue.restore([gone])
    again = desk.handover.pack(YEAR, tmp_path / "khác")
    assert again.path.read_bytes() == handed.path.read_bytes()


def test_full_or_delta_can_be_asked_for_and_are_two_packages(desk: Desk, usb: Path) -> None:
    Centre().say(desk, submit(desk, usb).path, "accepted")
    save(desk, 3)
    report = freeze(desk)
    full = desk.handover.pack_report(report, usb, delta=False)
    delta = desk.handover.pack_report(report, usb, delta=True)
    assert [(one.delta, one.sequence) for one in (full, delta)] == [(False, 2), (True, 3)]
    assert (len(handing.ids(full.path)), len(handing.ids(delta.path))) == (3, 1)
    assert desk.handover.pack_report(report, usb).fingerprint == delta.fingerprint  # the newest of them


def test_base_and_delta_are_the_whole_in_a_real_library(desk: Desk, usb: Path) -> None:
    """Edits of all sorts between two submissions; what the centre then has is the new report."""
    centre, kind = Centre(), desk.kinds["publication"]
    held: dict[str, str] = {}
    mine = [save(desk, number) for number in range(20, 26)]
    for turn in range(3):
        handed = submit(desk, usb)
        with open_package(handed.path) as package:
            assert handed.delta is (turn > 0)
            for one in package.withdrawn():
                del held[one["id"]]
            for one in package.records("publication"):
                held[one["id"]] = _content(one, kind)
            whole = package.snapshot()["records"]["publication"]
        assert held == {one["id"]: content_of(desk.kinds, "publication", one) for one in whole}
        centre.say(desk, handed.path, "accepted")
        save(desk, 20, mine[turn], title=f"Sửa lần {turn}")
        save(desk, 21, mine[turn + 1], notes="")  # saved, no difference
        desk.catalogue.trash([mine[5 - turn]])
        mine.append(save(desk, 40 + turn))
        if turn:
            desk.catalogue.save("publication", {"issued": "2019-01"}, record_id=mine[-2])  # leaves the period


def _content(line: dict[str, Any], kind: Any) -> str:
    names = {field.name for field in packaged_fields(kind)}
    values = {name: value for name, value in line.items() if name in names}
    return content_of(all_kinds(), kind.name, {**line, "values": values})


# -- what is not made --------------------------------------------------------------------------------


def test_a_delta_without_a_base_is_refused(desk: Desk, usb: Path) -> None:
    centre = Centre()
    first = submit(desk, usb)
    centre.say(desk, first.path, "received", "valid")
    save(desk, 3)
    report = freeze(desk)
    before = desk.handover.sendings()
    refused(desk, "delta_no_base", report, usb, delta=True)
    assert desk.handover.sendings() == before  # nothing was begun
    assert desk.handover.pack_report(report, usb).delta is False


def test_an_accepted_submission_gets_no_other_package(desk: Desk, usb: Path) -> None:
    centre = Centre()
    centre.say(desk, submit(desk, usb).path, "accepted")
    save(desk, 3)
    report = freeze(desk)
    handed = desk.handover.pack_report(report, usb)
    centre.say(desk, handed.path, "received", "valid", "accepted")
    assert desk.handover.pack_report(report, usb).fingerprint == handed.fingerprint
    assert handed.name in str(refused(desk, "package_accepted", report, usb, delta=False))


def test_an_older_submission_gets_no_new_package(desk: Desk, usb: Path) -> None:
    old = freeze(desk)
    save(desk, 3)
    submit(desk, usb)
    assert "2" in str(refused(desk, "package_older_submission", old, usb))


def test_without_its_key_a_package_is_not_made_again(
    desk: Desk, usb: Path, tmp_path: Path, clock: Clock
) -> None:
    submit(desk, usb)
    desk.close()
    with sqlite3.connect(desk.folder / "library.db") as other:
        other.execute("DROP TRIGGER own_key__fixed")
        other.execute("UPDATE own_key SET secret = ''")
    with handing.with_keys(Desk.open(desk.folder, clock=clock)) as again:
        refused(again, "package_key_gone", again.reporting.latest(YEAR), tmp_path / "khác")


def test_one_that_comes_out_otherwise_is_taken_away_again(
    desk: Desk, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(desk, usb)
    whole = placing.write_package

    def later(content: Any, *arguments: Any, **options: Any) -> Any:
        return whole(
            replace(content, documents={"bao-cao.pdf": handing.DOCUMENT + b"%"}), *arguments, **options
        )

    monkeypatch.setattr(placing, "write_package", later)
    refused(desk, "package_remade_differs", desk.reporting.latest(YEAR), tmp_path / "khác")
    assert list((tmp_path / "khác").iterdir()) == []
    assert outcomes(desk) == ["done", "failed"]
