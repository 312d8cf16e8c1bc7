"""The foot of every page, read back as a scanner reads it."""

from __future__ import annotations

import random
import re
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from stdesk.progress import Progress
from stdesk.reports.document import build_document
from stdesk.reports.listing import render_list
from stdesk.reports.paper_code import code_of, read_mark
from stdesk.reports.pdf import render_pdf
from stdesk.reports.pdf_foot import qr_rows
from tests.reports.samples import KINDS, sample, tasks
from tests.reports.test_pdf import MM, Opened

SNAPSHOT = sample(trial=True)


@pytest.fixture(scope="module")
def report() -> Opened:
    return Opened(render_pdf(SNAPSHOT, KINDS))


def scanned(report: Opened, page: int, dpi: int) -> Image.Image:
    return report.pdf[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def read(image: Image.Image) -> list[tuple[str, int, int] | None]:
    grey = memoryview(image.tobytes()).cast("B", shape=[image.height, image.width])
    return [
        read_mark(one.text) for one in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


@pytest.mark.parametrize("dpi", [100, 150])
def test_every_page_says_which_report_it_is_and_which_page(report: Opened, dpi: int) -> None:
    pages = len(report.pdf)
    code = code_of(SNAPSHOT.sha512)
    assert pages > 20
    for number in range(pages):
        assert read(scanned(report, number, dpi)) == [(code, number + 1, pages)]
        text = report.text(number)
        assert f"Mã bản in: {code}" in text
        assert re.findall(r"trang (\d+)/(\d+)", text) == [(str(number + 1), str(pages))]


@pytest.mark.parametrize(("dpi", "noise", "quality"), [(100, 0.06, 55), (150, 0.2, 40), (200, 0.25, 30)])
def test_a_poor_copy_is_read_too(report: Opened, dpi: int, noise: float, quality: int) -> None:
    for page, angle in ((0, 3.3), (len(report.pdf) - 1, -7.0), (1, 178.5), (2, 91.0)):
        clean = scanned(report, page, dpi)
        grain = Image.frombytes("L", clean.size, random.Random(page).randbytes(clean.width * clean.height))
        poor = Image.blend(clean, grain, noise).rotate(angle, expand=True, fillcolor=225)
        packed = BytesIO()
        poor.save(packed, "JPEG", quality=quality)
        assert read(Image.open(packed).convert("L")) == [
            (code_of(SNAPSHOT.sha512), page + 1, len(report.pdf))
        ], angle


def test_the_symbol_is_large_enough_and_stands_alone(report: Opened) -> None:
    for number in range(len(report.pdf)):
        page = report.pdf[number]
        high = page.get_height()
        boxes = [
            tuple(at / MM for at in one.get_bounds())
            for one in page.get_objects()
            if one.type == pdfium.raw.FPDF_PAGEOBJ_PATH
        ]
        left, bottom, right, top = min(boxes, key=lambda box: box[0])
        assert right - left == pytest.approx(12, abs=0.05) and top - bottom == pytest.approx(12, abs=0.05)
        assert left >= 10 and bottom >= 9.99  # inside what printers print
        quiet = 4 * 12 / 21
        inks = [box for letter, box in report.boxes(number) if not (letter in "THỬ" and box[3] - box[1] > 8)]
        inks += [(b[0], high / MM - b[3], b[2], high / MM - b[1]) for b in boxes if b[0] > left + 1]
        for ink in inks:  # no ink within four dots of it, nor nearer to the edge than 10 mm
            apart = ink[0] > right + quiet or ink[3] < high / MM - top - quiet
            assert apart, (number, ink)
            assert ink[3] <= high / MM - 9.9


def test_the_trials_note_stays_clear_of_the_foot(report: Opened) -> None:
    for number in (0, len(report.pdf) - 1):
        note = report.find(number, "BẢN THỬ - KHÔNG CÓ GIÁ TRỊ BÁO CÁO")
        code, page = report.find(number, "Mã bản in:"), report.find(number, "trang ")
        assert note[3] < min(code[1], page[1])


def test_symbols_are_of_the_smallest_kind_with_one_pattern() -> None:
    for pages in (1, 27, 999):
        rows = qr_rows(f"7F3KQ2MD9XRT {pages}/{pages}")
        assert len(rows) == 21 and {len(row) for row in rows} == {21}
    assert len(qr_rows("7F3KQ2MD9XRT 1234/5678")) == 25


def test_a_list_of_records_is_no_report_and_carries_no_code() -> None:
    table = next(build_document(sample(*tasks(3)), KINDS).tables)
    made = Opened(
        render_list(
            "Danh mục", (), table, author="Công an tỉnh Cà Mau", created=SNAPSHOT.moment, progress=Progress()
        )
    )
    assert "Mã bản in" not in made.whole and read(scanned(made, 0, 150)) == []
