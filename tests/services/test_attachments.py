"""Files of records: taken in, matched with records, checked; what goes wrong leaves nothing half-done."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.attachments import Choice, safe_name
from stdesk.services.desk import Desk
from tests.helpers.first_pages import PAGES, write
from tests.helpers.toy import TOY

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
BY_NAME = {page.name: page for page in PAGES}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    kinds = Kinds(*all_kinds(), TOY)
    with Desk.create(
        tmp_path / "kho",
        unit_code="CAT-MH",
        unit_name="Công an tỉnh Minh Hải",
        clock=fixed_clock(NOW),
        kinds=kinds,
    ) as opened:
        yield opened


def put(path: Path, content: bytes = b"noi dung") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def saved(desk: Desk, title: str, **values: Any) -> Any:
    return desk.catalogue.save("publication", {"title": title, **values}).record


def held(desk: Desk, path: Path, title: str) -> tuple[Any, dict[str, Any]]:
    item = desk.attachments.add([path]).items[0]
    return saved(desk, title, attachments=[item]), item


# -- taking in -------------------------------------------------------------------------------


def test_files_are_copied_and_the_same_content_tells_who_has_it(desk: Desk, tmp_path: Path) -> None:
    source = put(tmp_path / "Báo cáo.txt", "nội dung".encode())
    record, item = held(desk, source, "Bài thứ nhất")
    assert source.exists()
    assert item["media_type"] == "text/plain"

    again = desk.attachments.add([put(tmp_path / "other name.txt", "nội dung".encode())])
    assert [one["file"] for one in again.items] == [item["file"]]
    assert [(use.record_id, use.title, use.number) for use in again.held[0].uses] == [
        (record.id, "Bài thứ nhất", 1)
    ]
    assert desk.attachments.add([source], record_id=record.id).held == ()


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(desk: Desk, tmp_path: Path) -> None:
    empty = put(tmp_path / "rong.pdf", b"")
    huge = tmp_path / "lon.iso"
    with huge.open("wb") as file:
        file.truncate(3 << 30)  # sparse: takes no room
    good = put(tmp_path / "tot.txt")
    added = desk.attachments.add([empty, huge, tmp_path / "khong-co.pdf", tmp_path, good])

    assert [item["name"] for item in added.items] == ["tot.txt"]
    assert [one.name for one in added.refused] == ["rong.pdf", "lon.iso", "khong-co.pdf", tmp_path.name]
    assert "0 byte" in added.refused[0].why
    assert "3.072 MB" in added.refused[1].why
    assert "1.024 MB" in added.refused[1].why


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("\u202egnp.exe\u202c.txt", "gnp.exe.txt"),
        ("Ba\u0301o ca\u0301o.txt", "Báo cáo.txt"),
        ("hai\ndong.txt", "hai dong.txt"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_strange_names_are_kept_readable(desk: Desk, tmp_path: Path, name: str, kept: str) -> None:
    assert desk.attachments.add([put(tmp_path / name)]).items[0]["name"] == kept


def test_content_not_the_name_says_what_a_file_is(desk: Desk, tmp_path: Path) -> None:
    contents = {
        "bai.pdf": b"MZ\x90\x00" + bytes(60),
        "anh.txt": b"\x89PNG\r\n\x1a\n" + bytes(20),
        "thu.doc": b"%PDF-1.4\n%%EOF",
        "so.xlsx": b"PK\x03\x04....xl/workbook.xml",
        "chay.bat": b"@echo off",
        "la.dat": bytes(range(256)),
    }
    kinds = [
        desk.attachments.add([put(tmp_path / name, data)]).items[0]["media_type"]
        for name, data in contents.items()
    ]
    assert kinds == [
        "application/x-executable", "image/png", "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/x-script",
        "application/octet-stream",
    ]  # fmt: skip


def test_a_file_that_grows_or_goes_while_copied_is_refused(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = put(tmp_path / "dang-ghi.txt", b"x" * 100)

    class Writing(Progress):
        def step(self, count: int = 1) -> None:
            with source.open("ab") as file:
                file.write(b"y" * 50) if self.done < 100 else None
            super().step(count)

    refused = desk.attachments.add([source], Writing()).refused
    assert len(refused) == 1
    assert "thay đổi" in refused[0].why
    assert [path for path in (desk.folder / "files").rglob("*") if path.is_file()] == []


def test_a_damaged_copy_is_replaced_by_the_sound_file(desk: Desk, tmp_path: Path) -> None:
    source = put(tmp_path / "a.txt", b"0123456789")
    _record, item = held(desk, source, "Bài")
    desk.attachments.path_of(item).write_bytes(b"0123X56789")  # as long as before
    assert [use.name for use in desk.attachments.check().changed] == ["a.txt"]
    desk.attachments.add([source])
    assert desk.attachments.check().changed == ()


# -- opening ---------------------------------------------------------------------------------


def test_a_copy_is_read_only_and_apart_from_the_library(desk: Desk, tmp_path: Path) -> None:
    _record, item = held(desk, put(tmp_path / "Biên bản.txt"), "Bài")
    copy = desk.attachments.open_copy(item)
    assert copy.name == "Biên bản.txt"
    assert copy.read_bytes() == b"noi dung"
    assert not copy.stat().st_mode & 0o222
    assert desk.folder not in copy.parents


@pytest.mark.parametrize("name", ["a.exe", "b.bat", "c.docm", "d.lnk", "e.js", "f.txt"])
def test_what_could_run_is_never_opened(desk: Desk, tmp_path: Path, name: str) -> None:
    content = b"MZ\x90\x00" if name == "f.txt" else b"echo xin chao"
    item = desk.attachments.add([put(tmp_path / name, content)]).items[0]
    with pytest.raises(UserError) as refused:
        desk.attachments.open_copy(item)
    assert refused.value.code == "attachment_runs"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b\\c:d.pdf", "a_b_c_d.pdf"),
        ("con.txt", "_con.txt"),
        ("..", "tep"),
        ("\u202ea.pdf", "a.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("ệ" * 300 + ".pdf", "ệ" * 38 + ".pdf"),
    ],
)
def test_copies_bear_names_that_any_disk_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe


# -- proposals -------------------------------------------------------------------------------


def test_a_pdf_proposes_for_the_kind_asked(desk: Desk, tmp_path: Path) -> None:
    page = BY_NAME["vi-article"]
    path = write(page, tmp_path / "bai.pdf")
    item = desk.attachments.add([path]).items[0]
    proposed = desk.attachments.proposals("publication", item)
    assert {one.field for one in proposed.proposals} >= {"title", "contributors", "issued"}
    toy = {one.field: one.value for one in desk.attachments.proposals("toy_award", path).proposals}
    assert toy["title"] == page.title
    assert [one["name"] for one in toy["winners"]] == list(page.people)
    assert toy["given"] == "2025"


def test_other_files_propose_nothing(desk: Desk, tmp_path: Path) -> None:
    proposed = desk.attachments.proposals("publication", put(tmp_path / "a.pdf", b"khong phai pdf"))
    assert (proposed.proposals, proposed.problem) == ((), "")


# -- folders ---------------------------------------------------------------------------------


def test_a_folder_is_matched_by_page_name_number_and_content(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "quet"
    by_page = saved(desk, BY_NAME["vi-article"].title)
    by_doi = saved(desk, "Tên ghi khác hẳn", doi="10.1111/1556-4029.15432")
    by_name = saved(desk, "Nghiệp vụ khám nghiệm hiện trường cháy nổ")
    by_number = saved(desk, "Phòng chống ma túy học đường")
    have, _item = held(desk, put(tmp_path / "cu.txt", b"da co"), "Đã có tệp")
    folder.mkdir()
    write(BY_NAME["vi-article"], folder / "scan0001.pdf")
    write(BY_NAME["en-article"], folder / "scan0002.pdf")
    put(folder / "con" / "Nguyen Van A_nghiep vu kham nghiem hien truong chay no (1).txt", b"1")
    put(folder / f"{by_number.number}. phong chong ma tuy hoc duong.txt", b"2")
    put(folder / "trung.txt", b"da co")
    put(folder / "la.txt", b"khong lien quan")
    put(folder / "Thumbs.db", b"rac")

    scan = desk.attachments.scan_folder(folder, "publication")
    got = {one.name: (one.record_id, [use.record_id for use in one.held_by]) for one in scan.files}
    assert got == {
        "scan0001.pdf": (by_page.id, []),
        "scan0002.pdf": (by_doi.id, []),
        "Nguyen Van A_nghiep vu kham nghiem hien truong chay no (1).txt": (by_name.id, []),
        f"{by_number.number}. phong chong ma tuy hoc duong.txt": (by_number.id, []),
        "trung.txt": ("", [have.id]),
        "la.txt": ("", []),
    }
    assert all(one.why for one in scan.files if one.record_id)


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights and links as POSIX has them")
def test_loops_links_and_closed_folders_do_not_stop_a_scan(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "quet"
    put(folder / "a.txt")
    (folder / "vong").symlink_to(folder)
    (folder / "noi").symlink_to(folder / "a.txt")
    put(folder / "kin" / "b.txt")
    os.mkfifo(folder / "ong")
    real = os.scandir

    def closed(path: Any) -> Any:
        if Path(path).name == "kin":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    scan = desk.attachments.scan_folder(folder, "publication")
    assert [one.name for one in scan.files] == ["a.txt"]
    assert scan.unread == (str(folder / "kin"),)


def test_a_folder_that_cannot_be_read_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        desk.attachments.scan_folder(tmp_path / "khong-co", "publication")
    assert refused.value.code == "not_found"


def test_a_scan_can_be_stopped(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path / "quet" / "a.txt")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.attachments.scan_folder(tmp_path / "quet", "publication", progress)


def test_scanned_files_are_attached_in_one_act_that_one_undo_takes_back(desk: Desk, tmp_path: Path) -> None:
    record = saved(desk, "Có sẵn")
    one, two = put(tmp_path / "mot.txt", b"1"), put(tmp_path / "Tài liệu mới.txt", b"2")
    changes = desk.attachments.attach_scanned(
        "publication", [Choice(one, record.id), Choice(two, values={"issued": "2025"})]
    )
    assert (changes.label, changes.params) == ("files_attached", {"n": 2})
    assert [item["name"] for item in desk.catalogue.record(record.id).get("attachments")] == ["mot.txt"]
    (new,) = [desk.catalogue.record(one) for one in changes.ids if one != record.id]
    assert (new.state, new.get("title"), new.get("issued")) == (State.DRAFT, "Tài liệu mới", "2025")

    desk.catalogue.undo()
    assert desk.catalogue.record(record.id).get("attachments") is None
    assert desk.catalogue.count("publication") == 1


def test_a_full_disk_while_attaching_leaves_nothing_half_done(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, kept = held(desk, put(tmp_path / "giu.txt", b"giu"), "Có sẵn")
    paths = [put(tmp_path / f"{n}.txt", b"x" * n) for n in (1, 2, 3)]
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 8, 2))
    with pytest.raises(UserError) as refused:
        desk.attachments.attach_scanned(
            "publication", [Choice(tmp_path / "giu.txt", record.id), *(Choice(path) for path in paths)]
        )
    assert refused.value.code == "disk_full"
    monkeypatch.undo()
    assert desk.catalogue.count("publication") == 1
    files = [path.name for path in (desk.folder / "files").rglob("*") if path.is_file()]
    assert files == [kept["file"]]
    undoable = desk.catalogue.undoable()
    assert undoable is not None
    assert undoable.label == "created"


# -- checking --------------------------------------------------------------------------------


def test_missing_doubled_unused_and_changed_are_told_and_mended(desk: Desk, tmp_path: Path) -> None:
    a, b, c = (put(tmp_path / "goc" / f"{n}.txt", n.encode() * 20) for n in "abc")
    lost, lost_item = held(desk, a, "Mất tệp")
    _spoilt, spoilt_item = held(desk, b, "Hỏng tệp")
    desk.attachments.path_of(lost_item).unlink()
    desk.attachments.path_of(spoilt_item).write_bytes(b"khac")
    one, _item = held(desk, c, "Một")
    other, _item = held(desk, c, "Hai")
    unused = desk.attachments.add([put(tmp_path / "d.txt", b"d")]).items[0]

    report = desk.attachments.check()
    assert [use.record_id for use in report.missing] == [lost.id]
    assert [use.name for use in report.changed] == ["b.txt"]
    assert [{use.record_id for use in group} for group in report.doubled] == [{one.id, other.id}]
    assert report.unused == ((unused["file"], 1),)
    assert report.files == 3

    found = desk.attachments.find_missing(tmp_path / "goc", (*report.missing, *report.changed))
    assert [use.name for use in found] == ["a.txt", "b.txt"]
    again = desk.attachments.check()
    assert (again.missing, again.changed) == ((), ())


def test_trashed_records_keep_their_files_and_double_nothing(desk: Desk, tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt")
    one, _item = held(desk, path, "Một")
    held(desk, path, "Hai")
    desk.catalogue.trash([one.id])
    report = desk.attachments.check()
    assert (report.doubled, report.unused, report.missing) == ((), (), ())


def test_an_empty_library_has_nothing_to_say(desk: Desk) -> None:
    report = desk.attachments.check()
    assert (report.files, report.missing, report.doubled, report.unused, report.changed) == (
        0,
        (),
        (),
        (),
        (),
    )
