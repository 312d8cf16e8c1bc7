"""Backups nobody asks for, and the ways back: all of it, or one record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.services import backups
from stdesk.services.backups import Backups
from stdesk.services.bulk import SetField
from stdesk.services.desk import Desk
from stdesk.services.succession import RESTORED, reason_for_new_line
from stdesk.store import witness


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def desk(tmp_path: Path, clock: Hand) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "Kho số 1", unit_code="C08", unit_name="Cục C08", user="Lan", clock=clock
    ) as made:
        yield made


def save(desk: Desk, title: str, record_id: str | None = None, **more: object) -> str:
    values = {"document_type": "journal_article", "title": title, **more}
    return desk.catalogue.save("publication", values, record_id=record_id).record.id


def test_one_is_due_when_something_was_done(desk: Desk, clock: Hand) -> None:
    assert desk.backups.due() is None  # there is nothing to lose
    save(desk, "Bài một")
    assert desk.backups.due() == "start"
    assert desk.backups.run("start") is not None
    assert desk.backups.due() is None
    assert desk.backups.run("hourly") is None

    save(desk, "Bài hai")
    clock.wait(minutes=59)
    assert desk.backups.due() is None
    clock.wait(minutes=1)
    assert desk.backups.due() == "hourly"
    made = desk.backups.run("hourly")
    assert made is not None and made.counts["publication"] == 2
    clock.wait(days=3)
    assert desk.backups.due() is None  # nothing changed
    save(desk, "Bài ba")
    assert desk.backups.due() == "start"
    assert [one.why for one in desk.backups.listed()] == ["hourly", "start"]


def test_leaving_makes_the_one_that_is_due_and_no_other(
    desk: Desk, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.backups.at_closing() is None  # nothing was ever done
    save(desk, "Bài một")
    first = desk.backups.at_closing()
    assert first is not None and (first.why, first.deep, first.counts["publication"]) == ("closing", False, 1)
    save(desk, "Bài hai")
    clock.wait(minutes=30)
    assert desk.backups.at_closing() is None  # the last is not an hour old
    clock.wait(minutes=30)
    monkeypatch.setattr(backups, "_LARGE", 1)
    assert desk.backups.at_closing() is None  # left to the next start
    monkeypatch.undo()
    monkeypatch.setattr(
        backups, "Timer", lambda _seconds, stop: SimpleNamespace(start=stop, cancel=lambda: None)
    )
    assert desk.backups.at_closing() is None  # it took too long
    assert [one.path for one in desk.backups.listed()] == [first.path]
    monkeypatch.undo()
    made = desk.backups.at_closing()
    assert made is not None and made.counts["publication"] == 2
    assert desk.backups.run("hourly") is None


def test_where_one_was_is_nothing_to_make_one_for(desk: Desk, clock: Hand) -> None:
    save(desk, "Bài một")
    desk.backups.run("start")
    settings = desk._library.settings
    settings.put(**{"window:where": '{"page": "home"}', "backup:every": "30", "role:tries": "2|x"})
    clock.wait(hours=2)
    assert desk.backups.due() is None
    settings.put(place="Hà Nội")
    assert desk.backups.due() == "hourly"


def test_this_computer_notes_the_head_with_every_backup(desk: Desk) -> None:
    save(desk, "Bài một")
    made = desk.backups.run("hourly")
    assert made is not None
    [known] = witness.of_computer(desk._library.settings.get("library:id"))
    assert (known.by, known.count, made.head.startswith(known.hash)) == ("computer", made.count, True)


def test_a_clock_that_went_back_stops_nothing(desk: Desk, clock: Hand) -> None:
    clock.wait(days=4000)
    save(desk, "Bài một")
    desk.backups.run("hourly")
    clock.wait(days=-4000)
    save(desk, "Bài hai")
    assert desk.backups.due() is not None
    made = desk.backups.run("hourly")
    assert made is not None
    assert [one.sequence for one in desk.backups.listed()] == [2, 1]
    assert desk.backups.listed()[0] == made or desk.backups.listed()[0].path == made.path


def test_one_asked_for_by_hand_is_always_made(desk: Desk) -> None:
    save(desk, "Bài một")
    assert desk.backups.run("manual") is not None
    assert desk.backups.run("manual") is not None
    assert len(desk.backups.listed()) == 2


def test_before_something_big_one_is_made_by_itself(desk: Desk) -> None:
    ids = [save(desk, f"Bài {n}") for n in range(25)]
    desk.bulk.apply("publication", ids[:3], SetField("department", "PC08"))
    assert desk.backups.listed() == []
    desk.bulk.apply("publication", ids, SetField("department", "PC09"))
    [made] = desk.backups.listed()
    assert (made.why, made.counts["publication"]) == ("bulk", 25)
    assert desk.backups.record_in(made, ids[20]).get("department") is None
    assert desk.backups.record_in(made, ids[0]).get("department") == "PC08"


def test_when_none_can_be_made_nothing_big_is_done(desk: Desk) -> None:
    ids = [save(desk, f"Bài {n}") for n in range(25)]
    (desk.folder / "backups").rmdir()
    (desk.folder / "backups").write_bytes(b"")
    with pytest.raises(UserError):
        desk.bulk.apply("publication", ids, SetField("department", "PC09"))
    assert desk.catalogue.record(ids[0]).get("department") is None


def test_a_record_comes_back_as_it_was_and_can_be_undone(desk: Desk) -> None:
    one = save(desk, "Đề án 06: kết quả", abstract="Dài")
    info = desk.backups.run("manual")
    assert info is not None
    save(desk, "Nhan đề sai", one, abstract=None, pages="1-9")
    desk.catalogue.trash([one])

    assert [hit.id for hit in desk.backups.find_in(info, "de an ket qua")] == [one]
    number = desk.catalogue.record(one).number
    assert desk.backups.record_in(info, f"publication/{number}").id == one
    changes = desk.backups.restore_record(info, one)
    assert changes.label == "restored_record"
    now = desk.catalogue.record(one)
    assert (now.get("title"), now.get("abstract"), now.get("pages")) == ("Đề án 06: kết quả", "Dài", None)
    assert now.state is not State.TRASHED
    assert not desk.backups.restore_record(info, one).label  # nothing to do
    desk.catalogue.undo()
    assert desk.catalogue.record(one).state is State.TRASHED
    with pytest.raises(UserError) as refused:
        desk.backups.record_in(info, "0190a1b2-0000-7000-8000-000000000000")
    assert refused.value.code == "record_not_in_backup"


def test_an_attachment_lost_since_comes_back_with_its_record(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bia.pdf").write_bytes(b"%PDF-1.7 " + b"x" * 3000)
    item = desk.attachments._library.add_file(tmp_path / "bia.pdf")
    one = save(desk, "Bài có tệp", attachments=[item])
    info = desk.backups.run("manual")
    assert info is not None
    path = desk.folder / "files" / item["file"][:2] / item["file"]
    path.unlink()
    save(desk, "Bài mất tệp", one, attachments=[])
    desk.backups.restore_record(info, one)
    assert path.read_bytes() == (tmp_path / "bia.pdf").read_bytes()
    assert desk.catalogue.record(one).get("attachments")[0]["file"] == item["file"]  # type: ignore[index]


def test_a_record_whose_making_was_undone_comes_back(desk: Desk) -> None:
    save(desk, "Giữ lại")
    save(desk, "Gõ rồi hoàn tác")
    info = desk.backups.run("manual")
    assert info is not None
    desk.catalogue.undo()
    [hit] = desk.backups.find_in(info, "hoan tac")
    changes = desk.backups.restore_record(info, hit.id)
    [made] = changes.ids
    assert desk.catalogue.record(made).get("title") == "Gõ rồi hoàn tác"


def test_a_record_classified_since_does_not_come_back(desk: Desk) -> None:
    one = save(desk, "Sẽ thành mật")
    info = desk.backups.run("manual")
    assert info is not None
    empty = dict.fromkeys(desk.catalogue.record(one).values)
    desk.catalogue.save("publication", empty, record_id=one, secrecy="mat")
    with pytest.raises(UserError) as refused:
        desk.backups.restore_record(info, one)
    assert refused.value.code == "restore_classified"
    assert desk.catalogue.record(one).get("title") is None


def test_restoring_says_before_and_after_and_begins_a_new_row(desk: Desk, clock: Hand) -> None:
    save(desk, "Bài một")
    desk._library.packages.line()  # a package was made
    info = desk.backups.run("manual")
    assert info is not None
    save(desk, "Bài hai")
    [(now, then)] = [(one.now, one.then) for one in desk.backups.compare(info) if one.kind == "publication"]
    assert (now, then) == (2, 1)
    desk.close()
    clock.wait(days=1)

    done = Backups.restore(desk.folder, info, user="Lan", clock=clock)

    assert [(one.now, one.then) for one in done.counts if one.now] == [(2, 1)]
    with Desk.open(desk.folder, clock=clock, user="Lan") as later:
        assert len(later.catalogue.find("bai", None, 10)) == 1
        assert later._library.settings.get(RESTORED) == "2026-03-05T01:00:00Z"
        assert reason_for_new_line(later._library) == "restored 2026-03-05T01:00:00Z"
        assert later._library.history()[0].label == "restored"
        assert len(later.backups.listed()) == 2


# -- the second place


def test_the_second_place_is_spoken_of_after_a_week(desk: Desk, clock: Hand, tmp_path: Path) -> None:
    assert desk.backups.place_state().folder is None
    with pytest.raises(UserError) as refused:
        desk.backups.run_place()
    assert refused.value.code == "backup_place_unset"
    for wrong, code in ((desk.folder / "files", "backup_place_inside"), (tmp_path / "none", "not_a_folder")):
        with pytest.raises(UserError) as refused:
            desk.backups.set_place(wrong)
        assert refused.value.code == code

    save(desk, "Bài một")
    stick = tmp_path / "USB"
    stick.mkdir()
    state = desk.backups.set_place(stick)
    assert (state.folder, state.last, state.age, state.reachable, state.remind) == (stick, "", 0, True, False)
    clock.wait(days=7)
    assert desk.backups.place_state().remind
    made = desk.backups.run_place()
    assert made is not None
    assert [one.name for one in stick.iterdir()] == [made.place.name]
    assert made.place.name.startswith("STDesk-C08-")
    assert desk.backups.run_place() is None
    assert desk.backups.place_state().age == 0

    shutil.move(stick, tmp_path / "rút ra")
    clock.wait(days=6, hours=23)
    state = desk.backups.place_state()
    assert (state.reachable, state.age, state.last, state.remind) == (False, 6, made.made_at, False)
    with pytest.raises(UserError) as refused:
        desk.backups.run_place()
    assert refused.value.code == "backup_place_away"
    clock.wait(hours=1)
    assert desk.backups.place_state().remind
    assert desk.backups.set_place(None).folder is None


def test_a_stick_alone_is_enough_for_a_new_computer(desk: Desk, tmp_path: Path, clock: Hand) -> None:
    (tmp_path / "USB").mkdir()
    (tmp_path / "bia.pdf").write_bytes(b"%PDF-1.7 " + b"x" * 3000)
    item = desk._library.add_file(tmp_path / "bia.pdf")
    one = save(desk, "Bài có tệp", attachments=[item])
    desk.backups.set_place(tmp_path / "USB")
    made = desk.backups.run_place()
    assert made is not None
    desk.close()
    shutil.rmtree(desk.folder)
    info = Backups.look(made.path / "backup.json")
    Backups.restore(tmp_path / "Máy mới", info, user="Bình", clock=clock)
    with Desk.open(tmp_path / "Máy mới", clock=clock) as again:
        assert again.catalogue.record(one).get("title") == "Bài có tệp"
        assert again._library.file_path(item["file"]).read_bytes() == (tmp_path / "bia.pdf").read_bytes()


def test_looking_where_there_is_none(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none", Path(__file__)):
        with pytest.raises(UserError) as refused:
            Backups.look(place)
        assert refused.value.code == "backup_not_there"
