"""Makes ``tests/golden/db/v5`` and ``v5-locked``: a small library that every later version must open.

    python -m tests.store.build_golden FOLDER

Run once for each schema, when it is new; what lies in the repository is never made again. What
this one holds more than the ones before: a chained history, in which a record was classified and its content
forgotten. (v4: two keys, a roster, a package with its sendings, the centre's
answer with two proposals, one accepted and one refused, and that taken back. v3: settings changed as
acts, one of them undone, a report opened again with its reason, and a signed copy of it. v2: a mark
that two records are no doubles, and a draft.)
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import State
from stdesk.progress import Progress
from stdesk.store import locking
from stdesk.store.library import (
    AnswerRow,
    Draft,
    FrozenReport,
    Library,
    PackageRow,
    ProposalRow,
    SendingRow,
)


class _Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


def build(folder: Path) -> None:
    """Fill a new library in ``folder`` with a little of everything."""
    with Library.create(
        folder,
        kinds=all_kinds(),
        clock=_Clock(),
        unit_code="C09",
        unit_name="Viện Khoa học hình sự",
        user="Lan",
    ) as library:
        library.settings.put(place="Hà Nội", superior_name="Bộ Công an")
        note = folder / "minutes.txt"
        note.write_text("Biên bản nghiệm thu\n", encoding="utf-8")
        item = library.add_file(note)
        note.unlink()
        with library.work("imported", rows=3) as work:
            first = work.create(
                "publication",
                {
                    "title": "Ứng dụng kỹ thuật hình sự trong đề án 06",
                    "contributors": [{"name": "Nguyễn Văn Ước", "degree": "doctor"}, {"name": "Đỗ Thị Ân"}],
                    "issued": "2026-03",
                    "issn": "1859-4794",
                    "keywords": ["giám định", "dữ liệu"],
                    "attachments": [item],
                },
            )
            task = work.create(
                "research_task",
                {
                    "code": "BCA.2024.MH.29",
                    "title": "Nghiên cứu giám định số khung",
                    "start": "2024",
                    "funding": [{"source": "state_budget", "year": 2025, "approved": 350_000_000}],
                },
                state=State.DRAFT,
            )
            work.create("training_session", {"title": "Tập huấn chữ ký số", "participants": 30, "hours": 7.5})
        with library.work("saved") as work:
            work.update(task.id, {"title": "Nghiên cứu giám định số khung, số máy"}, state=State.COMPLETE)
        with library.work("created") as work:
            stub = {"document_type": "journal_article", "issued": "2026"}
            trashed = work.create("publication", {"title": "Đã bỏ"})
            work.trash(trashed.id)
            work.update(first.id, {"distinct_from": [trashed.id]})
            work.create("publication", stub, secrecy="mat")
        with library.work("created") as work:
            work.create("training_session", {"title": "Chưa từng có"})
        library.undo()
        unsaved = {"title": "Lớp đang ghi dở"}
        library.put_draft(Draft("training_session", "", 0, unsaved, {"start": "31/02/2026"}))
        snapshot = b'{"period":"2026"}'
        sha512 = hashlib.sha512(snapshot).hexdigest()
        report = library.save_frozen(
            "2026", 1, False, snapshot, sha512, reason="Bổ sung hai bài", previous="0" * 128
        )
        library.settings.act(
            "set_report_head", {"report:2026:head": '{"number": "12/BC"}'}, period="năm 2026"
        )
        scan = folder / "ban-ky.pdf"
        scan.write_bytes(b"%PDF-1.4\n% b\xe1\xba\xa3n k\xc3\xbd\n")
        library.keep_signed(report, scan)
        scan.unlink()
        hand_in(library, report, first.id)
        with library.work("created") as work:
            classified = work.create("training_session", {"title": "Lớp về chuyên án", "hours": 4})
        with library.work("saved") as work:
            work.update(classified.id, {"title": None, "hours": None, "start": "2026"}, secrecy="mat")
        library.settings.act("set_report_days", {"report:2026:days": "{}"}, period="năm 2026")
        library.undo()
    for empty in ("backups", "outbox", "inbox", "crash", "library.lock", "library.db-sums"):
        path = folder / empty
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


def hand_in(library: Library, report: FrozenReport, record: str) -> None:
    """Keys, a package, what became of it, and what was decided about that."""
    library.keys.put_own("A" * 16, "bí mật cũ", "công khai cũ")
    library.keys.put_own("B" * 16, "bí mật", "công khai")
    library.keys.put_roster(3, b"danh s\xc3\xa1ch")
    line = library.packages.new_line("", previous="", answers=0)
    name = "KHCN-C09-2026-L01"
    row = PackageRow(
        report.sha512, "2026", 1, False, name, "", line, 1, "", base="b" * 128, base_receipt="tra-loi-0",
        withdrawn=({"id": "x", "kind": "publication", "number": 9, "reason": "Đã bỏ"},), key_id="B" * 16, most=4096,
    )  # fmt: skip
    row = library.packages.add(row)
    sending = SendingRow(
        name, "2026", 1, False, "2026-11-22T02:00:00Z", "Lan", "/media/usb", "KINGSTON", True, 1234, "c" * 128, "done",
        "", "a" * 128,
    )  # fmt: skip
    library.packages.log(replace(sending, outcome="failed", detail="USB bị rút ra", size=0, sha512=""))
    library.packages.settle(row, "a" * 128, sending)
    answer = AnswerRow(
        "tra-loi-1", 1, "returned", "2026", 1, 1, "a" * 128, "2026-11-22T03:00:00Z", b"{}", "file", line=line
    )
    one = ProposalRow(
        "p1",
        "tra-loi-1",
        "correction",
        "publication",
        record,
        1,
        "issn",
        "1859-4794",
        None,
        {"nguồn": "ISSN"},
        "Sửa",
    )
    library.answers.add(answer, [one, replace(one, proposal="p2", type="double")])
    with library.work("accepted_proposals", n=1) as work:
        library.answers.decide(work, "p1", "accepted")
        library.answers.put_central_id(work, record, "TW-1")
    with library.work("refused_proposals", n=1) as work:
        library.answers.decide(work, "p2", "refused", "Không trùng")


def lock(folder: Path) -> None:
    """Put the password of the locked model on the library in ``folder``."""
    locking.lock(folder, all_kinds(), _Clock(), "Lan", "mật khẩu mẫu", "", Progress())
    for path in folder.iterdir():
        if path.name not in ("files", "reports", "library.db", "library.key"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    build(Path(sys.argv[1]))
    if Path(sys.argv[1]).name.endswith("-locked"):
        lock(Path(sys.argv[1]))
