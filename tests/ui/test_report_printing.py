"""Printing a report: every page at its own size, a printer that is not there, stopping half way."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.ui.reporting.pdf_pages import page_sizes
from stdesk.ui.reporting.printing import chosen_pages, print_pdf

pytestmark = pytest.mark.usefixtures("qtbot")


def document(tmp_path: Path) -> bytes:
    """Four pages: upright, across, upright with something red, upright."""
    file = tmp_path / "nguon.pdf"
    canvas = Canvas(str(file))
    for n, size in enumerate((A4, landscape(A4), A4, A4), 1):
        canvas.setPageSize(size)
        canvas.setFillGray(0)
        canvas.rect(72, size[1] - 108, 144, 36, fill=1)  # an inch from the left, an inch from the top
        if n == 3:
            canvas.setFillColorRGB(0.8, 0, 0)
            canvas.rect(300, 300, 100, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return file.read_bytes()


def to_file(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    return printer


def ink(pdf: bytes, page: int) -> tuple[tuple[float, float, float, float], bool]:
    """The box of what is not white, in points from the top left, and whether anything has a colour."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=2, rev_byteorder=True)
    rows = bytes(picture.buffer)
    found, colour = [], False
    for y in range(0, picture.height):
        line = rows[y * picture.stride : y * picture.stride + picture.width * 3]
        if line.count(255) < len(line):
            dark = [x for x in range(picture.width) if min(line[3 * x : 3 * x + 3]) < 128]
            found += [(x, y) for x in (dark[:1] + dark[-1:])]
            colour = colour or any(
                max(line[3 * x : 3 * x + 3]) - min(line[3 * x : 3 * x + 3]) > 60 for x in dark
            )
    document.close()
    wide, high = [x / 2 for x, _ in found], [y / 2 for _, y in found]
    return (min(wide), min(high), max(wide), max(high)), colour


def test_printed_to_a_file_every_page_keeps_its_size_place_and_colour(tmp_path: Path) -> None:
    pdf, target = document(tmp_path), tmp_path / "in.pdf"
    assert print_pdf(pdf, to_file(target), Progress()) == 4
    printed = target.read_bytes()
    assert len(page_sizes(printed)) == 4
    for before, after in zip(page_sizes(pdf), page_sizes(printed), strict=True):
        assert after == pytest.approx(before, abs=1.5)
    for page in range(4):
        (box, colour), (wanted, _) = ink(printed, page), ink(pdf, page)
        assert box == pytest.approx(wanted, abs=1.5)
        assert colour == (page == 2)


def test_the_pages_a_person_chose(tmp_path: Path) -> None:
    printer = to_file(tmp_path / "in.pdf")
    assert chosen_pages(printer, 9) == range(9)
    printer.setFromTo(2, 3)
    assert chosen_pages(printer, 9) == range(1, 3)
    printer.setFromTo(8, 20)
    assert chosen_pages(printer, 9) == range(7, 9)
    printer.setFromTo(2, 3)
    assert print_pdf(document(tmp_path), printer, Progress()) == 2
    sizes = page_sizes((tmp_path / "in.pdf").read_bytes())
    assert [wide > high for wide, high in sizes] == [True, False]


def test_smaller_paper_gets_the_whole_page_smaller(tmp_path: Path) -> None:
    printer = to_file(tmp_path / "in.pdf")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    print_pdf(document(tmp_path), printer, Progress())
    box, _ = ink((tmp_path / "in.pdf").read_bytes(), 0)
    assert box[2] - box[0] == pytest.approx(144 * 0.705, abs=4)  # A5 is A4 by the root of one half


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.NativeFormat)
    printer.setPrinterName("Canon LBP phòng PV01")
    printer.setOutputFileName("")
    with pytest.raises(UserError) as told:
        print_pdf(document(tmp_path), printer, Progress())
    assert told.value.exit_code is Exit.ENVIRONMENT
    assert "In lại" in str(told.value)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    printer = to_file(tmp_path / "khong-co" / "in.pdf")
    with pytest.raises(UserError) as told:
        print_pdf(document(tmp_path), printer, Progress())
    assert told.value.code == "print_failed" and "in.pdf" in str(told.value)


class StopsAt(Progress):
    """Asked to stop after so many pages."""

    def step(self, count: int = 1) -> None:
        super().step(count)
        if self.done == 2:
            self.cancel()


def test_stopped_half_way_leaves_no_half_report(tmp_path: Path) -> None:
    target = tmp_path / "in.pdf"
    with pytest.raises(Cancelled):
        print_pdf(document(tmp_path), to_file(target), StopsAt())
    assert not target.exists()


def test_ink_is_seen_by_this_test_itself(tmp_path: Path, qtbot: QtBot) -> None:
    del qtbot
    assert ink(document(tmp_path), 0) == ((pytest.approx(72, abs=1), pytest.approx(72, abs=1),
                                           pytest.approx(216, abs=1), pytest.approx(108, abs=1)), False)  # fmt: skip
