"""A printed page in the hand, and the library that should know it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from stdesk.clock import system_clock
from stdesk.errors import UserError
from stdesk.exchange import scan_child, scans
from stdesk.progress import Cancelled, Progress
from stdesk.reports.paper_code import code_of, mark
from stdesk.reports.pdf import render_pdf
from stdesk.reports.pdf_foot import qr_rows
from stdesk.services.paper import FrozenReport, Paper
from stdesk.store.library import Library
from tests.reports.samples import KINDS, PERIOD, sample, tasks


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two submissions and a trial of an invented unit."""
    made = Library.create(
        tmp_path_factory.mktemp("giấy") / "kho",
        kinds=KINDS,
        clock=system_clock,
        unit_code="CM",
        unit_name="Công an tỉnh Cà Mau",
        user="Trần Thị Đẹp",
    )
    for number, trial in ((1, False), (2, False), (2, True)):
        snapshot = sample(*tasks(number + 1), submission=number, trial=trial)
        made.save_frozen(PERIOD.code, number, trial, snapshot.to_bytes(), snapshot.sha512)
    yield made
    made.close()


@pytest.fixture(scope="module")
def paper(library: Library) -> Paper:
    return Paper(library)


@pytest.fixture(scope="module")
def first(library: Library) -> FrozenReport:
    return library.frozen()[0]


def test_every_frozen_report_is_known_by_its_code_trial_or_real(paper: Paper, library: Library) -> None:
    reports = library.frozen()
    assert len({paper.code_of(one) for one in reports}) == 3
    for one in reports:
        code = paper.code_of(one)
        for typed in (
            code,
            code.lower().replace("-", " "),
            f"  {code}\n",
            mark(code, 3, 9),
            mark(code, 3, 9).lower(),
        ):
            found = paper.identify(typed)
            assert found.report == one and found.code == code and not found.near and not found.damage
        assert (paper.identify(mark(code, 3, 9)).page, paper.identify(mark(code, 3, 9)).pages) == (3, 9)


def test_one_slip_proposes_the_report_and_never_claims_it(paper: Paper, first: FrozenReport) -> None:
    code = paper.code_of(first)
    bare = code.replace("-", "")
    place = next(at for at in range(11) if bare[at] != bare[at + 1])
    other = "2" if bare[0] != "2" else "3"
    swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
    for typed in (
        other + bare[1:],
        swapped,
        bare[1:],
        bare + "7",
        "U" + bare[1:],
        mark(other + bare[1:], 1, 2),
    ):
        found = paper.identify(typed)
        assert found.report is None and found.near == (first,), typed


@pytest.mark.parametrize(
    "typed", ["", " ", "xin chào", "7F3K-Q2MD-9XRT", "🙂" * 12, "0" * 500, "ZZZZ-ZZZZ-ZZZZ 4/2"]
)
def test_what_is_none_of_ours(paper: Paper, typed: str) -> None:
    found = paper.identify(typed)
    assert found.report is None and found.near == ()


def test_a_report_whose_figures_were_changed_is_named_with_a_warning(
    library: Library, first: FrozenReport
) -> None:
    whole = first.path.read_bytes()
    try:
        first.path.write_bytes(whole.replace(b"2026", b"2027", 1))
        found = Paper(library).identify(code_of(first.sha512))
        assert found.report == first and found.damage
    finally:
        first.path.write_bytes(whole)
    assert Paper(library).identify(code_of(first.sha512)).damage == ""


# -- scans -----------------------------------------------------------------------------------


def sheet(*marks: str) -> Image.Image:
    """A sheet of A4 at 120 dpi with some writing and QR codes at its foot."""
    image = Image.new("L", (992, 1403), 250)
    pen = ImageDraw.Draw(image)
    for line in range(20):
        pen.line((140, 120 + 40 * line, 900, 122 + 40 * line), fill=60, width=3)
    for place, text in enumerate(marks):
        rows, dot, left, top = qr_rows(text), 3, 60 + 300 * place, 1280
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    pen.rectangle(
                        (left + dot * x, top + dot * y, left + dot * x + dot - 1, top + dot * y + dot - 1),
                        fill=10,
                    )
    return image


def as_pdf(path: Path, sheets: list[Image.Image]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for image in sheets:
        held = BytesIO()
        image.save(held, "JPEG", quality=60)
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(held), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Reads in this process, which spares starting another; returns the pages it was asked from."""
    turns: list[int] = []

    def ask(_what: str, path: Path, more: tuple[str, ...], _progress: Progress) -> tuple[object, bytes]:
        turns.append(int(more[0]))
        with path.open("rb") as source:
            return scan_child.codes(source, [int(more[0])])

    monkeypatch.setattr(scans, "ask", ask)
    return turns


def test_the_report_itself_is_whole(paper: Paper, library: Library, tmp_path: Path) -> None:
    report = library.frozen()[1]
    path = tmp_path / "báo cáo đã ký.pdf"
    path.write_bytes(render_pdf(sample(*tasks(3), submission=2), KINDS))
    found = paper.read_scan(path)
    (part,) = found.parts
    assert part.report == report and part.pages == found.pages == found.seen
    assert part.found == tuple(range(1, part.pages + 1)) and part.missing == part.doubled == found.blank == ()


def test_missing_doubled_foreign_and_blank_pages(paper: Paper, first: FrozenReport, tmp_path: Path) -> None:
    code = paper.code_of(first)
    sheets = [
        sheet(mark(code, 1, 5)), sheet(mark(code, 3, 5)), sheet(), sheet(mark(code, 3, 5)),
        sheet(mark("7F3K-Q2MD-9XRT", 1, 2)), sheet(mark(code, 1, 1)), sheet("https://example.org"),
    ]  # fmt: skip
    found = paper.read_scan(as_pdf(tmp_path / "quét.pdf", sheets))
    assert found.pages == found.seen == 7 and found.blank == (3, 7)
    report, foreign, letter = found.parts
    assert (report.report, report.pages, report.found) == (first, 5, (1, 3))
    assert (report.missing, report.doubled, report.at) == ((2, 4, 5), (3,), (1, 2, 4))
    assert foreign.report is None and foreign.code == "7F3K-Q2MD-9XRT" and foreign.missing == (2,)
    assert (
        letter.report == first and letter.pages == 1 and letter.missing == ()
    )  # another document of the same


@pytest.mark.usefixtures("here")
def test_a_page_of_word_says_no_number(paper: Paper, first: FrozenReport, tmp_path: Path) -> None:
    path = tmp_path / "w.png"
    sheet(paper.code_of(first).replace("-", "")).save(path)
    (part,) = paper.read_scan(path).parts
    assert part.report == first and part.pages == 0 and part.found == part.missing == part.doubled == ()


@pytest.mark.usefixtures("here")
def test_two_pages_on_one_sheet(paper: Paper, first: FrozenReport, tmp_path: Path) -> None:
    path = tmp_path / "hai.png"
    code = paper.code_of(first)
    sheet(mark(code, 1, 2), mark(code, 2, 2)).save(path)
    (part,) = paper.read_scan(path).parts
    assert part.found == (1, 2) and part.at == (1,)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "bmp", "upside.png", "black.tif", "small.jpg"])
def test_pictures_of_every_sort(paper: Paper, first: FrozenReport, tmp_path: Path, kind: str) -> None:
    image = sheet(mark(paper.code_of(first), 2, 4))
    if kind == "upside.png":
        image = image.rotate(180).convert("RGBA")
    elif kind == "black.tif":
        image = image.convert("1")
    elif kind == "small.jpg":
        image = image.resize((827, 1170))
    path = tmp_path / f"trang.{kind}"
    image.save(path)
    found = paper.read_scan(path)
    assert found.pages == 1 and found.parts[0].report == first and found.parts[0].found == (2,)


def test_a_picture_of_several_pages(paper: Paper, first: FrozenReport, tmp_path: Path) -> None:
    code = paper.code_of(first)
    path = tmp_path / "fax.tiff"
    sheets = [sheet(mark(code, page, 3)).convert("1") for page in (1, 2, 3)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], compression="group4")
    found = paper.read_scan(path)
    assert found.pages == 3 and found.parts[0].found == (1, 2, 3) and not found.parts[0].missing


def _bomb() -> bytes:
    """A picture that says it is a hundred thousand dots wide and high."""
    import struct
    import zlib

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


HOSTILE = {
    "empty": b"",
    "a PDF of nothing": b"%PDF-1.7\n" + b"\0" * 500,
    "a PDF cut off": b"%PDF-1.4 1 0 obj",
    "a PNG of nothing": b"\x89PNG\r\n\x1a\n" + b"\xff" * 80,
    "a huge PNG": _bomb(),
    "a BMP of nothing": b"BM" + b"\x7f" * 60,
    "words": "không phải ảnh".encode(),
    "another sort of picture": b"GIF89a" + b"\0" * 40,
    "a TIFF of nothing": b"II*\0" + b"\xff" * 200,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_cost_a_sentence(paper: Paper, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lạ.pdf"
    path.write_bytes(content)
    with pytest.raises(UserError) as refused:
        paper.read_scan(path)
    assert refused.value.code == "scan_unreadable" and "lạ.pdf" in str(refused.value)


def test_what_is_not_there_and_what_is_locked(paper: Paper, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        paper.read_scan(tmp_path / "không có.pdf")
    assert refused.value.code == "scan_missing"
    import pikepdf

    made = pikepdf.new()
    made.add_blank_page()
    made.save(tmp_path / "khóa.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(UserError) as refused:
        paper.read_scan(tmp_path / "khóa.pdf")
    assert refused.value.code == "pdf_locked"


def test_reading_can_be_stopped(paper: Paper, tmp_path: Path) -> None:
    stopped = Progress()
    stopped.cancel()
    path = as_pdf(tmp_path / "a.pdf", [sheet()])
    with pytest.raises(Cancelled):
        paper.read_scan(path, stopped)


def test_many_pages_come_over_several_processes(
    paper: Paper, first: FrozenReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: list[int]
) -> None:
    code = paper.code_of(first)
    path = as_pdf(tmp_path / "dài.pdf", [sheet(mark(code, page, 6)) for page in range(1, 7)])
    monkeypatch.setattr(scan_child, "_SECONDS", -1)  # one page a turn
    progress = Progress()
    assert paper.read_scan(path, progress).parts[0].found == (1, 2, 3, 4, 5, 6)
    assert here == [0, 1, 2, 3, 4, 5] and progress.done == progress.total == 6


def test_no_window_is_needed() -> None:
    program = (
        "import sys; sys.modules['PySide6'] = None; from stdesk.services.desk import Desk; Desk.paper.func"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
