"""A working day in a library with a password: nothing of it can be read on the disk, during it or after."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from stdesk.clock import Clock
from stdesk.errors import UserError
from stdesk.services import locking
from stdesk.services.as_of import make_as_of, open_as_of
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from tests.helpers import handing
from tests.helpers.locked import PASSWORD, stretch_little

TYPED = "Chìm xuồng hoàng yến dưới gầm cầu Mỹ Thuận"
FOLDED = "chim xuong hoang yen duoi gam cau my thuan"
IN_FILE = b"CANARY in the attachment: 0123456789 abcdefghij klmnopqrst uvwxyz"
SHEET = "Bài báo chép từ sổ tay của đơn vị số chín"
HELD_OPEN = (".lock",)


def pieces() -> list[bytes]:
    """What must not be found: each text in the codings in use, and every 12 bytes of it."""
    whole = [
        text.encode(code) for text in (TYPED, FOLDED, SHEET) for code in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    return [raw[at : at + 12] for raw in (*whole, IN_FILE) for at in range(len(raw) - 11)]


def readable(*tops: Path) -> list[str]:
    wanted, found = pieces(), []
    for top in tops:
        for path in top.rglob("*"):
            if path.is_file():
                raw = path.read_bytes()
                found += [f"{path.relative_to(top)}: {one!r}" for one in wanted if one in raw][:1]
            found += [path.name for one in (TYPED, SHEET) if one[:12] in path.name]
    return found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tam"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, temporary: Path) -> Iterator[Desk]:
    stretch_little(monkeypatch)
    handing.plain_documents(monkeypatch)
    handing.unit(tmp_path / "kho", clock).close()
    locking.set_password(tmp_path / "kho", PASSWORD, locking.new_recovery_code(), user="Lan", clock=clock)
    with handing.with_keys(Desk.open(tmp_path / "kho", user="Lan", clock=clock, secret=PASSWORD)) as made:
        yield made


def workbook(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["STT", "Tên bài báo", "Tác giả"])
    sheet.append([1, SHEET, "Nguyễn Văn A"])
    book.save(path)
    return path


def test_nothing_of_a_day_can_be_read_on_the_disk(
    desk: Desk, tmp_path: Path, temporary: Path, clock: Clock
) -> None:
    looked_at = (tmp_path / "kho", temporary, Path(os.environ["XDG_CONFIG_HOME"]))
    outside = tmp_path / "ngoai"
    outside.mkdir()
    (outside / f"{TYPED}.txt").write_bytes(IN_FILE)
    (outside / "ky.pdf").write_bytes(IN_FILE + b" ky")

    (item,) = desk.attachments.add([outside / f"{TYPED}.txt"]).items
    record = handing.save(desk, 7, title=TYPED, attachments=(item,))
    desk.drafts.put(Draft("publication", "", 0, {"title": TYPED}, {"issued": TYPED}))
    desk.intake.take(desk.intake.preview(workbook(outside / "so.xlsx")))
    desk.catalogue.trash([record])
    desk.catalogue.undo()
    assert readable(*looked_at) == [], "while it is at work, journal and all"

    report = handing.freeze(desk)
    desk.reporting.keep_signed(report, outside / "ky.pdf")
    handed = desk.handover.pack_report(report, outside / "usb")
    assert TYPED.encode() in handed.path.read_bytes(), "what is handed over is there for the centre to read"
    assert IN_FILE in handed.path.read_bytes()
    desk.backups.run("manual")
    assert desk.attachments.check().missing == desk.attachments.check().changed == ()
    with open_as_of(
        make_as_of(desk.folder, desk.today(), clock=clock, vault=desk.vault), vault=desk.vault
    ) as then:
        assert then.catalogue.find(FOLDED)[0].title == TYPED
        assert then.attachments.open(item).read() == IN_FILE
        assert readable(*looked_at) == [], "nor in a copy of the past, nor in backups"
    assert desk.attachments.proposals("publication", item).proposals == ()
    desk.close()
    assert readable(*looked_at) == [], "nor afterwards"
    with Desk.open(tmp_path / "kho", secret=PASSWORD, clock=clock) as again:
        assert again.catalogue.find(FOLDED)[0].title == TYPED
        assert [draft.values["title"] for draft in again.drafts.all("publication")] == [TYPED]
        assert again.catalogue.find(SHEET)


def test_a_readable_copy_is_made_only_when_that_was_accepted_and_goes_with_the_library(
    desk: Desk, tmp_path: Path, temporary: Path
) -> None:
    (tmp_path / "Biên bản.txt").write_bytes(IN_FILE)
    (item,) = desk.attachments.add([tmp_path / "Biên bản.txt"]).items
    with pytest.raises(UserError) as refused:
        desk.attachments.open_copy(item)
    assert refused.value.code == "attachment_plain_copy" and "Biên bản.txt" in str(refused.value)
    assert readable(temporary) == []
    copy = desk.attachments.open_copy(item, plain=True)
    assert copy.read_bytes() == IN_FILE and copy.name == "Biên bản.txt" and copy.is_relative_to(temporary)
    report = handing.freeze(desk)
    (tmp_path / "ky.pdf").write_bytes(b"%PDF-1.4 ky")
    signed = desk.reporting.keep_signed(report, tmp_path / "ky.pdf")
    with pytest.raises(UserError) as refused:
        desk.reporting.check_signed(signed)
    assert refused.value.code == "attachment_plain_copy"
    assert desk.reporting.check_signed(signed, plain=True).read_bytes() == b"%PDF-1.4 ky"
    desk.close()
    assert list(temporary.iterdir()) == []


def test_copies_a_killed_program_left_are_taken_away_and_those_in_use_are_not(
    desk: Desk, tmp_path: Path, temporary: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(IN_FILE)
    (item,) = desk.attachments.add([tmp_path / "a.txt"]).items
    left = temporary / "stdesk-copies-cu"
    (left / "x").mkdir(parents=True)
    (left / "stdesk.lock").write_bytes(b"")
    (left / "x" / "a.txt").write_bytes(IN_FILE)
    mine = desk.attachments.open_copy(item, plain=True)
    assert not left.exists()
    with Desk.open(desk.folder, vault=desk.vault, read_only=True) as second:
        second.attachments.open_copy(item, plain=True)
        assert mine.read_bytes() == IN_FILE


def test_a_package_of_a_changed_attachment_is_refused_by_name(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Biên bản.txt").write_bytes(IN_FILE)
    (item,) = desk.attachments.add([tmp_path / "Biên bản.txt"]).items
    handing.save(desk, 7, title=TYPED, attachments=(item,))
    report = handing.freeze(desk)
    path = desk.attachments.path_of(item)
    raw = bytearray(path.read_bytes())
    raw[60] ^= 1
    path.write_bytes(raw)
    with pytest.raises(UserError) as refused:
        desk.handover.pack_report(report, tmp_path / "usb")
    assert refused.value.code == "package_file_changed" and "Biên bản.txt" in str(refused.value)
    assert [use.name for use in desk.attachments.check().changed] == ["Biên bản.txt"]
