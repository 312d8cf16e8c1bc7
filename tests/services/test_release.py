"""What is above ordinary secrecy leaves under a number of the register, which stays in the history."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from stdesk.domain.secrecy import LEVELS, highest
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.reports.paper_head import marks_of, on_paper
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.release import LEAVE_OUT
from tests.helpers import handing

NUMBER = "  07/2026/BMNN-PC09 "
COLUMNS = ("number", "title", "secrecy")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A library that may hold what is Mật: two ordinary records, one Mật, and a stub above."""
    with Desk.create(tmp_path / "kho", unit_code="PC09", unit_name="Phòng PC09", user="Lan") as made:
        made.set_unit(secrecy_ceiling="mat")
        for number in (1, 2):
            handing.save(made, number)
        values = {**handing.ARTICLE, "title": "Chuyên đề Mật", "pages": "50-60"}
        made.catalogue.save("publication", values, secrecy="mat")
        made.catalogue.save("publication", {"document_type": "book", "issued": "2026"}, secrecy="toi_mat")
        yield made


def released(desk: Desk) -> list[dict[str, object]]:
    return [
        dict(one.params) for one in reversed(desk.catalogue.history()) if one.label.startswith("released_")
    ]


def refused(act: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as found:
        act()
    assert found.value.code == "register_number_wanted"
    return found.value


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl", "bib", "ris"])
@pytest.mark.parametrize("number", [None, "   "])
def test_an_export_wants_the_number_and_writes_nothing_without(
    desk: Desk, tmp_path: Path, suffix: str, number: str | None
) -> None:
    target = tmp_path / f"a.{suffix}"
    error = refused(lambda: desk.catalogue.export("publication", target, register=number))
    assert error.params == {"n": 1, "level": "Mật"}
    assert not target.exists() and released(desk) == []


def test_under_a_number_it_leaves_and_the_history_says_so_for_good(desk: Desk, tmp_path: Path) -> None:
    done = desk.catalogue.export("publication", tmp_path / "a.jsonl", register=NUMBER)
    assert (done.written, done.left_out) == (3, 1)  # the stub above the ceiling never
    assert "Chuyên đề Mật" in (tmp_path / "a.jsonl").read_text("utf-8")
    (told,) = released(desk)
    assert told == {"number": "07/2026/BMNN-PC09", "level": "Mật", "n": 1, "where": "a.jsonl"}
    newest = desk.catalogue.history()[0]
    assert message(f"did_{newest.label}", **newest.params) == (
        "Xuất tệp a.jsonl theo số 07/2026/BMNN-PC09: 1 mục, cao nhất Mật"
    )
    undone = desk.catalogue.undo()
    assert undone.label == "created" and len(released(desk)) == 1


def test_left_out_on_purpose_needs_no_number(desk: Desk, tmp_path: Path) -> None:
    done = desk.catalogue.export("publication", tmp_path / "a.csv", register=LEAVE_OUT)
    assert (done.written, done.left_out) == (2, 2) and released(desk) == []


def test_other_kinds_are_not_asked(desk: Desk, tmp_path: Path) -> None:
    desk.catalogue.save("research_task", {"title": "Đề tài thường"})
    assert desk.catalogue.export("research_task", tmp_path / "b.csv").left_out == 0


def test_a_list_asks_only_when_such_a_row_is_in_it(desk: Desk, tmp_path: Path) -> None:
    keys = list(desk.catalogue.ids(ListQuery("publication")))
    levels = {key: row.secrecy for key, row in desk.catalogue.rows("publication", keys).items()}
    ordinary = [key for key in keys if levels[key] == "thuong"]
    assert desk.lists.export("publication", ordinary, COLUMNS, tmp_path / "b.csv").written == 2
    refused(lambda: desk.lists.export("publication", keys, COLUMNS, tmp_path / "a.csv"))
    refused(lambda: desk.lists.print("publication", keys, COLUMNS, tmp_path / "a.pdf"))
    printed = desk.lists.print("publication", keys, COLUMNS, tmp_path / "a.pdf", register="1/2026")
    assert (printed.rows, printed.left_out) == (3, 1)
    text = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_textpage().get_text_bounded()
    assert "MẬT" in text.split("PHÒNG")[0].splitlines()[0] or "\nMẬT" in f"\n{text}"
    left = desk.lists.print("publication", keys, COLUMNS, tmp_path / "c.pdf", register=LEAVE_OUT)
    assert (left.rows, left.left_out) == (2, 2)
    text = pypdfium2.PdfDocument(tmp_path / "c.pdf")[0].get_textpage().get_text_bounded()
    assert "MẬT" not in text
    assert [one["where"] for one in released(desk)] == ["a.pdf"]


def test_the_clipboard_is_no_way_out(desk: Desk) -> None:
    copied = desk.lists.copy("publication", list(desk.catalogue.ids(ListQuery("publication"))), COLUMNS)
    assert (copied.rows, copied.left_out) == (2, 2) and "Chuyên đề" not in copied.text


def test_report_and_package_want_it_and_carry_the_mark(desk: Desk, tmp_path: Path) -> None:
    report = handing.freeze(desk)
    snapshot = desk.reporting.read(report)
    refused(lambda: desk.reporting.write(snapshot, tmp_path / "giấy"))
    refused(lambda: desk.handover.pack_report(report, tmp_path / "usb", register=LEAVE_OUT))
    assert not (tmp_path / "giấy").exists() and not list(tmp_path.glob("usb/*"))
    assert desk.handover.sendings() == []  # a question, no try
    wanted = ("pdf", "docx", "xlsx", "letter", "letter-pdf", "note", "note-pdf")
    made = {
        path.name: path.read_bytes()
        for path in desk.reporting.write(snapshot, tmp_path / "giấy", wanted, register=NUMBER)
    }
    for name, raw in made.items():
        assert "MẬT" in _words(name, raw), name
    handed = desk.handover.pack_report(report, tmp_path / "usb", register="9/2026")
    assert [(one["number"], one["n"]) for one in released(desk)] == [("07/2026/BMNN-PC09", 1), ("9/2026", 1)]
    with zipfile.ZipFile(handed.path) as package:
        assert "Chuyên đề Mật" in package.read(f"{handed.path.stem}/data/records/publication.jsonl").decode()


def test_an_ordinary_report_of_such_a_library_is_not_asked(desk: Desk, tmp_path: Path) -> None:
    secret = next(one for one in desk._library.records("publication") if one.secrecy == "mat")
    desk.catalogue.trash([secret.id])
    report = handing.freeze(desk)
    desk.reporting.write(desk.reporting.read(report), tmp_path / "giấy", ("pdf",))
    assert desk.handover.pack_report(report, tmp_path / "usb").path.is_file()
    assert marks_of(on_paper(desk.reporting.read(report))).secrecy == ""
    assert released(desk) == []


def test_a_library_that_cannot_be_written_lets_nothing_out(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    with Desk.open(desk.folder, read_only=True) as reader:
        with pytest.raises(UserError) as found:
            reader.catalogue.export("publication", tmp_path / "a.csv", register=NUMBER)
        assert found.value.code == "library_opened_read_only"
        assert reader.catalogue.export("publication", tmp_path / "b.csv", register=LEAVE_OUT).left_out == 2
    assert not (tmp_path / "a.csv").exists()


def test_the_highest_level() -> None:
    assert highest([]) == "thuong"
    assert [highest(LEVELS[:n]) for n in range(1, 5)] == list(LEVELS)
    assert highest(["mat", "lạ", "tuyet_mat"]) == "lạ"


def _words(name: str, raw: bytes) -> str:
    if name.endswith("pdf"):
        return str(pypdfium2.PdfDocument(raw)[0].get_textpage().get_text_bounded())
    if name.endswith("xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(raw))
        return "\n".join(
            str(cell.value) for sheet in book for row in sheet.iter_rows(max_row=3) for cell in row
        )
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return package.read("word/document.xml").decode()
