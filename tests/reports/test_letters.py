"""The letter that goes with a report, and the note of handing it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from docx import Document as WordFile

from stdesk.reports import docx, pdf
from stdesk.reports.blocks import Table
from stdesk.reports.document import Document, Paragraph
from stdesk.reports.letters import (
    MOST_FILES,
    FileFacts,
    PackageFacts,
    build_letter,
    build_note,
    grouped,
    size_of,
)
from stdesk.reports.prepared import Prepared
from stdesk.reports.snapshot import Snapshot
from tests.reports.hostile import HOSTILE
from tests.reports.samples import KINDS, sample

HEAD = {
    "number": "7",
    "date": "2026-11-09",
    "letter_number": "1234",
    "medium": "USB số 01",
    "copies": "3",
    "drafter": "nva",
}
CODE = "0123456789abcdef" * 8
PACKAGE = PackageFacts(
    "KHCN-CM-2026-L01.zip",
    5 * 1024 * 1024,
    CODE,
    (
        FileFacts("data/bao-cao.pdf", 1_234_567, CODE),
        FileFacts("data/files/a.pdf", 10, CODE),
        FileFacts("data/files/b.pdf", 20, CODE),
    ),
)


@pytest.fixture(scope="module")
def frozen() -> Snapshot:
    return sample(prepared=Prepared(head=HEAD))


def told(document: Document) -> str:
    return "\n".join(one.text for one in document.body if isinstance(one, Paragraph))


def tables(document: Document) -> dict[str, Table]:
    return {one.title: one for one in document.body if isinstance(one, Table)}


def on_paper(document: Document) -> str:
    made = pdfium.PdfDocument(pdf.render(document))
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in made).split())


def test_the_letter_is_an_official_letter(frozen: Snapshot) -> None:
    letter = build_letter(frozen, KINDS, PACKAGE, {"report": 9, "publication": 12})
    assert letter.kind == "letter" and letter.head.type_name == ""
    assert letter.head.number == "1234/CAT-PV01"
    assert letter.head.place_date == "Cà Mau, ngày 09 tháng 11 năm 2026"
    assert letter.head.subject.startswith("V/v gửi báo cáo")
    text = told(letter)
    assert "Báo cáo số 07/BC-CAT-PV01 kết quả thực hiện Chỉ thị số 05/CT-BCA-V04" in text
    assert "(9 trang)" in text and "Phụ lục II - Danh mục ấn phẩm" in text and "(12 trang)" in text
    assert "KHCN-CM-2026-L01.zip" in text and "USB số 01" in text and "5.242.880 byte (5 MB)" in text
    assert text.endswith("./.") and text.count("./.") == 1
    assert letter.recipients[-1].startswith("- Lưu: VT") and letter.drafted == "NVA (03)"
    assert letter.signature.name == "Đại tá Nguyễn Văn Ước"


def test_the_letter_before_the_package_is_written(frozen: Snapshot) -> None:
    text = told(build_letter(frozen, KINDS))
    assert "Gói dữ liệu điện tử của kỳ báo cáo, chứa trên USB số 01." in text
    assert "trang)" not in text
    bare = build_letter(sample(), KINDS)
    assert "vật mang tin gửi kèm" in told(bare) and bare.head.number == "……/CAT-PV01"


def test_a_correction_says_what_it_replaces_and_why(frozen: Snapshot) -> None:
    second = replace(frozen, submission=2, reopened="Thiếu 03 bài báo.")
    assert "(lần nộp 1). Lý do: Thiếu 03 bài báo." in told(build_letter(second, KINDS))
    assert "Lý do" not in told(build_letter(replace(second, reopened=""), KINDS))
    assert "thay thế" not in told(build_letter(frozen, KINDS))


def test_the_note_says_what_was_handed_over(frozen: Snapshot) -> None:
    note = build_note(frozen, KINDS, PACKAGE)
    assert note.kind == "note" and note.head.type_name == "PHIẾU GIAO NHẬN"
    assert [one.lines[0] for one in note.signatures] == ["BÊN GIAO", "BÊN NHẬN"]
    assert not note.recipients and not note.head.address_to
    found = tables(note)
    data = dict(found["Vật mang tin và gói dữ liệu điện tử"].rows)  # type: ignore[arg-type]
    assert data["Vật mang tin (loại, số đăng ký)"] == "USB số 01"
    assert data["Tên tệp gói dữ liệu"] == PACKAGE.name
    assert str(data["Mã kiểm tra SHA-512"]).replace(" ", "") == CODE
    counts = {str(row[1]): row[2] for row in found["Số hồ sơ trong gói dữ liệu"].rows}
    assert list(counts.values()) == [86, 46, 17, 149]
    files = found["Các tệp trong gói dữ liệu"].rows
    assert [row[1] for row in files] == ["data/bao-cao.pdf", "2 tệp khác, tệp đính kèm"]
    assert files[0][2] == 1_234_567 and files[1][2] == 30
    assert "02 bản" in told(note)


def test_the_note_without_a_package_leaves_room_to_write(frozen: Snapshot) -> None:
    found = tables(build_note(frozen, KINDS))
    assert "Các tệp trong gói dữ liệu" not in found
    assert dict(found["Vật mang tin và gói dữ liệu điện tử"].rows)["Dung lượng"].startswith("…")  # type: ignore[arg-type,union-attr]


def test_many_files_do_not_fill_the_note(frozen: Snapshot) -> None:
    many = replace(PACKAGE, files=tuple(FileFacts(f"data/{n}.bin", 1, CODE) for n in range(5000)))
    rows = tables(build_note(frozen, KINDS, many))["Các tệp trong gói dữ liệu"].rows
    assert len(rows) == MOST_FILES + 1 and rows[-1][2] == 5000 - MOST_FILES


@pytest.mark.parametrize("trial", [False, True])
def test_both_are_drawn_as_pdf_and_docx(frozen: Snapshot, trial: bool) -> None:
    of = replace(frozen, trial=trial)
    for document in (build_letter(of, KINDS, PACKAGE), build_note(of, KINDS, PACKAGE)):
        text = on_paper(document)
        assert document.code in text and ("BẢN THỬ" in text) == trial
        data = docx.render(document)
        word = WordFile(BytesIO(data))
        assert data == docx.render(document) and pdf.render(document) == pdf.render(document)
        written = " ".join(" ".join(one.text for one in word.paragraphs).split())
        for one in document.body:
            if isinstance(one, Paragraph):
                assert " ".join(one.text.split()) in written
        assert len(word.tables) == len(tables(document)) + 2


def test_the_same_whichever_order_the_snapshot_was_read_in(frozen: Snapshot) -> None:
    again = Snapshot.from_bytes(frozen.to_bytes())
    assert build_note(again, KINDS, PACKAGE) == build_note(frozen, KINDS, PACKAGE)
    assert build_letter(again, KINDS, PACKAGE) == build_letter(frozen, KINDS, PACKAGE)


def test_hostile_settings_and_names() -> None:
    text = " ".join(one[:60] for one in HOSTILE)
    frozen = sample(
        unit={"unit_name": text, "place": text, "signer_name": text, "recipients": text, "symbol": text},
        prepared=Prepared(head={**HEAD, "medium": text, "letter_number": text, "address_to": text}),
    )
    facts = replace(PACKAGE, name=text, files=(FileFacts(text, 1, "not a code"),))
    for document in (build_letter(frozen, KINDS, facts), build_note(frozen, KINDS, facts)):
        assert pdf.render(document).startswith(b"%PDF")
        assert WordFile(BytesIO(docx.render(document))).tables
    assert build_letter(sample(empty=True, unit={}), KINDS).body


def test_an_old_period_keeps_its_words(frozen: Snapshot) -> None:
    early = replace(frozen, period={**frozen.period, "end": date(2020, 12, 31).isoformat()})
    assert told(build_letter(early, KINDS)) == told(build_letter(frozen, KINDS))


def test_sizes_and_codes() -> None:
    assert size_of(999) == "999 byte" and size_of(1536) == "1.536 byte (1,5 KB)"
    assert size_of(3 * 1024**3) == "3.221.225.472 byte (3 GB)"
    assert grouped("abcdefghij") == "abcdefgh ij" and grouped("") == ""
