"""``stdesk receipt`` and ``stdesk proposals``: what they take, print and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stdesk.cli import run
from stdesk.package.answer import Line, Proposal, telephone_code
from stdesk.package.keys import shared_secret
from stdesk.services.desk import Desk
from stdesk.store.library import PackageRow
from tests.helpers import answers as made
from tests.helpers import sent

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def lib(tmp_path: Path) -> Path:
    """A unit that trusts the centre and sent its report."""
    return tmp_path / "Kho dữ liệu"


@pytest.fixture
def package(lib: Path) -> PackageRow:
    with Desk.create(lib, unit_code=sent.UNIT, unit_name="Phòng PC09") as desk:
        desk._library.keys.put_own(made.UNIT_KEY.public.id, made.UNIT_KEY.text(), made.UNIT_KEY.public.text())
        desk._library.keys.put_roster(1, made.roster_file(expires="2099-12-31"))
        desk.catalogue.save("publication", {"title": "Điều tra số", "publisher": "NXB CAND"})
        row = sent.pack(desk)
        sent.send(desk, row)
        return row


def printed(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def file(tmp_path: Path, raw: bytes) -> str:
    path = tmp_path / "TRA-LOI-KHCN-PC09-2026-L01-1.json"
    path.write_bytes(raw)
    return str(path)


def code(package: PackageRow, status: str, number: int = 1) -> str:
    secret = shared_secret(made.CENTRE_KEY, made.UNIT_KEY.public)
    return telephone_code(secret, sent.UNIT, package.fingerprint, status, number)


def answer_file(tmp_path: Path, package: PackageRow, record: str = made.RECORD) -> str:
    answer = sent.answer_to(
        package,
        "returned",
        at="2026-01-19T02:00:00Z",
        lines=(Line("publication", record, 1, "issn", error="Thiếu ISSN.", advice="Ghi ISSN."),),
        proposals=(
            Proposal(
                made.identity(1), "correction", "publication", record, 1, "publisher", "NXB Trẻ", "NXB CAND"
            ),
            Proposal(made.identity(2), "central_id", "publication", record, 1, value="TW-1"),
        ),
    )
    return file(tmp_path, made.sealed(answer))


def record_of(lib: Path) -> str:
    with Desk.open(lib, read_only=True) as desk:
        return desk.catalogue.record("publication/1").id


def test_a_file_is_taken_in_once_and_told(
    lib: Path, package: PackageRow, tmp_path: Path, capsys: Capture
) -> None:
    path = answer_file(tmp_path, package)
    [told] = printed(capsys, "receipt", str(lib), path)["answers"]
    assert set(told) == {
        "number", "status", "period", "submission", "package", "fingerprint", "at", "note", "new", "how", "missing",
        "lines", "proposals", "standing",
    }  # fmt: skip
    assert (told["status"], told["new"], told["how"], told["standing"]["who"]) == (
        "returned",
        True,
        "file",
        "unit",
    )
    assert told["lines"][0]["error"] == "Thiếu ISSN."
    assert printed(capsys, "receipt", str(lib), path)["answers"][0]["new"] is False
    assert run(["receipt", str(lib), path]) == 0
    said = capsys.readouterr().out
    assert "đã có từ trước" in said
    assert "Thiếu ISSN. Ghi ISSN." in said


def test_a_code_is_taken_in(lib: Path, package: PackageRow, capsys: Capture) -> None:
    typed = code(package, "accepted").lower()
    [told] = printed(capsys, "receipt", str(lib), typed)["answers"]
    assert (told["status"], told["how"], told["standing"]["state"]) == ("accepted", "code", "accepted")


@pytest.mark.parametrize(
    ("what", "exit_code", "says"),
    [
        ("0000-0000-0000", 1, "không ứng với gói nào"),
        ("0000-0000", 1, "ở đây đọc được 8"),
        ("không có.json", 3, "không có.json"),
        ("/nowhere/TRA-LOI.json", 3, "TRA-LOI.json"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(
    lib: Path, package: PackageRow, capsys: Capture, what: str, exit_code: int, says: str
) -> None:
    assert run(["receipt", str(lib), what]) == exit_code
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error


def test_an_answer_by_a_stranger_is_refused_with_exit_1(
    lib: Path, package: PackageRow, tmp_path: Path, capsys: Capture
) -> None:
    assert (
        run(["receipt", str(lib), file(tmp_path, made.sealed(sent.answer_to(package), made.STRANGER))]) == 1
    )
    assert printed(capsys, "proposals", str(lib)) == []


def test_proposals_are_listed_taken_over_refused_and_undone(
    lib: Path, package: PackageRow, tmp_path: Path, capsys: Capture
) -> None:
    record = record_of(lib)
    run(["receipt", str(lib), answer_file(tmp_path, package, record)])
    capsys.readouterr()
    one, two = printed(capsys, "proposals", str(lib))
    assert (one["state"], one["now"], one["value"], one["obstacle"]) == ("open", "NXB CAND", "NXB Trẻ", "")
    after = printed(capsys, "proposals", str(lib), "--accept", one["id"])
    assert [(row["state"], row["now"]) for row in after] == [("accepted", "NXB Trẻ"), ("open", "")]
    after = printed(capsys, "proposals", str(lib), "--refuse", two["id"], "--reason", "Chưa cần")
    assert (after[1]["state"], after[1]["reason"]) == ("refused", "Chưa cần")
    assert run(["proposals", str(lib), "--accept", one["id"]]) == 1
    for _ in range(2):
        assert run(["undo", str(lib)]) == 0
    capsys.readouterr()
    assert [row["state"] for row in printed(capsys, "proposals", str(lib))] == ["open", "open"]
    with Desk.open(lib, read_only=True) as desk:
        assert desk.catalogue.record(record).get("publisher") == "NXB CAND"


def test_nothing_proposed_says_so(lib: Path, package: PackageRow, capsys: Capture) -> None:
    assert run(["proposals", str(lib)]) == 0
    assert "không đề xuất gì" in capsys.readouterr().out
