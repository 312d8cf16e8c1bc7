"""The PDF as a reader of it finds it: text, fonts, and positions in millimetres."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2 as pdfium
import pytest

from stdesk.progress import Cancelled, Progress
from stdesk.reports.blocks import Table
from stdesk.reports.document import build_document
from stdesk.reports.pdf import render_pdf
from stdesk.reports.words import shown
from tests.reports.hostile import HOSTILE
from tests.reports.samples import KINDS, UNIT, record, sample, tasks

MM = 72 / 25.4
Box = tuple[float, float, float, float]


class Opened:
    """A PDF with what the tests measure; millimetres from the paper's top left corner."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pdfium.PdfDocument(data)

    def text(self, page: int) -> str:
        return unicodedata.normalize("NFC", self.pdf[page].get_textpage().get_text_bounded())

    @property
    def whole(self) -> str:
        return "\n".join(self.text(page) for page in range(len(self.pdf)))

    def boxes(self, page: int) -> Iterator[tuple[str, Box]]:
        """Every visible character with left, top, right, bottom."""
        one = self.pdf[page]
        high, text = one.get_height(), one.get_textpage()
        for place in range(text.count_chars()):
            letter = text.get_text_range(place, 1)
            if letter.strip():
                left, bottom, right, top = text.get_charbox(place)
                yield letter, (left / MM, (high - top) / MM, right / MM, (high - bottom) / MM)

    def find(self, page: int, wanted: str) -> Box:
        """Where ``wanted`` stands: the box around its characters."""
        one = self.pdf[page]
        text = one.get_textpage()
        found = text.search(wanted).get_next()
        assert found, wanted
        high = one.get_height()
        boxes = [text.get_charbox(place) for place in range(found[0], found[0] + found[1])]
        boxes = [box for box in boxes if box[2] > box[0]]
        return (
            min(box[0] for box in boxes) / MM,
            (high - max(box[3] for box in boxes)) / MM,
            max(box[2] for box in boxes) / MM,
            (high - min(box[1] for box in boxes)) / MM,
        )


@pytest.fixture(scope="module")
def report() -> Opened:
    return Opened(render_pdf(sample(), KINDS))


def test_the_text_is_right_vietnamese_in_composed_form(report: Opened) -> None:
    raw = "\n".join(report.pdf[n].get_textpage().get_text_bounded() for n in range(len(report.pdf)))
    assert unicodedata.is_normalized("NFC", raw)
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "CÔNG AN TỈNH CÀ MAU",
        "Số: ……/BC-CAT-PV01", "BÁO CÁO", "KT. GIÁM ĐỐC", "Đại tá Nguyễn Văn Ước", "Nơi nhận:", "Phụ lục II",
    ):  # fmt: skip
        assert said in raw, said


def test_every_figure_and_title_is_on_paper(report: Opened) -> None:
    text = " ".join(report.whole.split())
    made = build_document(sample(), KINDS)
    for paragraph in made.body:
        for word in paragraph.text.split():
            assert word in text
    pressed = re.sub(r"\s", "", report.whole)
    for annex in made.annexes:
        for table in annex.blocks:
            for row in table.rows if isinstance(table, Table) else ():
                assert all(re.sub(r"\s", "", shown(cell)[:12]) in pressed for cell in row)


def test_all_fonts_are_embedded_and_no_other_is_named(report: Opened) -> None:
    names = set(re.findall(rb"/BaseFont\s*/([^\s/]+)", report.data))
    assert names == {b"AAAAAA+LiberationSerif" + cut for cut in (b"", b"-Bold", b"-Italic", b"-BoldItalic")}
    assert len(re.findall(rb"/FontFile2", report.data)) == 4
    assert b"/Lang (vi-VN)" in report.data


def test_paper_and_margins(report: Opened) -> None:
    made = build_document(sample(), KINDS)
    portrait = 0
    for number in range(len(report.pdf)):
        page = report.pdf[number]
        size = (round(page.get_width() / MM), round(page.get_height() / MM))
        assert size in {(210, 297), (297, 210)}
        portrait += size == (210, 297)
        inside = [
            box for letter, box in report.boxes(number) if 17 < box[1] < size[1] - 17
        ]  # less head and foot
        assert min(box[0] for box in inside) >= 29.5
        assert max(box[2] for box in inside) <= size[0] - 14.5
        assert max(box[3] for box in inside) <= size[1] - 19
        assert min(box[1] for box in inside) >= 19.5
    assert portrait < len(report.pdf) and made.annexes


def test_page_numbers_stand_in_the_top_margin_from_page_2(report: Opened) -> None:
    expected = 0
    for number in range(len(report.pdf)):
        above = [(letter, box) for letter, box in report.boxes(number) if box[3] < 18]
        expected = 1 if report.text(number).startswith("Phụ lục ") else expected + 1
        if expected == 1:
            assert above == []
            continue
        assert "".join(letter for letter, _ in above) == str(expected)
        left, right = min(box[0] for _, box in above), max(box[2] for _, box in above)
        assert (left + right) / 2 == pytest.approx(report.pdf[number].get_width() / MM / 2, abs=0.6)
        height = max(box[3] - box[1] for _, box in above)
        assert 2.8 < height < 3.4  # digits of size 13: 0.66 of 4.6 mm


def test_the_head_is_laid_as_the_decree_wants(report: Opened) -> None:
    superior, issuer = report.find(0, "BỘ CÔNG AN"), report.find(0, "CÔNG AN TỈNH CÀ MAU")
    country, motto = (
        report.find(0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        report.find(0, "Độc lập - Tự do - Hạnh phúc"),
    )

    def middle(box: Box) -> float:
        return (box[0] + box[2]) / 2

    assert middle(superior) == pytest.approx(middle(issuer), abs=0.5)
    assert middle(country) == pytest.approx(middle(motto), abs=0.5)
    assert issuer[2] < country[0] and superior[1] < issuer[1] and country[1] < motto[1]
    number, place = report.find(0, "Số: ……/BC-CAT-PV01"), report.find(0, "Cà Mau, ngày")
    assert number[3] == pytest.approx(place[3], abs=1.2)  # one row
    kind = report.find(0, "BÁO CÁO")
    assert middle(kind) == pytest.approx(30 + 165 / 2, abs=0.5)
    assert kind[1] > max(number[3], place[3])


def test_rules_under_motto_issuer_and_subject(report: Opened) -> None:
    page = report.pdf[0]
    high = page.get_height()
    rules = []
    for one in page.get_objects():
        if one.type == pdfium.raw.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = one.get_bounds() if hasattr(one, "get_bounds") else one.get_pos()
            if bottom / MM > 15:  # below stands the QR code
                rules.append((left / MM, (high - top) / MM, right / MM, (high - bottom) / MM))
    assert len(rules) == 3
    motto, issuer = report.find(0, "Độc lập - Tự do - Hạnh phúc"), report.find(0, "CÔNG AN TỈNH CÀ MAU")

    def below(box: Box) -> Box:
        return min(
            (rule for rule in rules if rule[1] > box[3] - 0.5),
            key=lambda r: (r[1] - box[3]) + abs(r[0] + r[2] - box[0] - box[2]),
        )

    under = below(motto)
    assert under[2] - under[0] == pytest.approx(motto[2] - motto[0], abs=1.5)
    under = below(issuer)
    assert 0.32 <= (under[2] - under[0]) / (issuer[2] - issuer[0]) <= 0.51
    assert (under[0] + under[2]) / 2 == pytest.approx((issuer[0] + issuer[2]) / 2, abs=0.5)


def test_first_lines_are_indented_and_the_text_is_justified(report: Opened) -> None:
    first = report.find(0, "Công an tỉnh Cà Mau báo cáo")
    assert first[0] == pytest.approx(40, abs=0.5)
    lines: dict[int, list[Box]] = {}
    for _, box in report.boxes(1):
        if box[1] > 18:
            lines.setdefault(round(box[3] / 2), []).append(box)
    ends = [max(box[2] for box in line) for line in lines.values()]
    assert max(ends) <= 195.2
    assert sum(end > 194.3 for end in ends) >= 4


def test_a_trial_says_so_on_every_page_and_the_real_one_never() -> None:
    trial = Opened(render_pdf(sample(trial=True), KINDS))
    for number in range(len(trial.pdf)):
        assert trial.text(number).count("THỬ") == 2  # large and aslant, small at the foot
        tall = max(abs(box[3] - box[1]) for letter, box in trial.boxes(number) if letter in "THỬ")
        assert tall > 30
    assert "THỬ" not in Opened(render_pdf(sample(), KINDS)).whole


def test_table_heads_come_again_on_every_page(report: Opened) -> None:
    pages = [n for n in range(len(report.pdf)) if "Tên tài liệu" in report.text(n)]
    assert len(pages) >= 5
    assert all(b == a + 1 for a, b in pairwise(pages))


def inside_the_paper(made: Opened) -> None:
    for number in range(len(made.pdf)):
        width = made.pdf[number].get_width() / MM
        for letter, box in made.boxes(number):
            if unicodedata.combining(letter[0]) == 0:
                assert box[2] <= width - 10 and box[0] >= 25, (number, letter)


def test_hostile_text_stays_text_inside_the_page() -> None:
    listed = [
        record("research_task", n, {"title": text, "start": "2026", "host": text, "leader": [{"name": text}]})
        for n, text in enumerate(HOSTILE, 1)
    ]
    made = Opened(render_pdf(sample(*listed), KINDS))
    inside_the_paper(made)
    pressed = re.sub(r"\s", "", made.whole)
    assert "<b>đậm</b>&<i>nghiêng</i><script>alert(1)</script>" in pressed
    assert "=cmd|'/CcalC'!A0".lower() in pressed.lower()
    assert pressed.count("Ứngdụng") >= 2400
    assert pressed.count("x") >= 20_000


@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[7], HOSTILE[8], "Công an " * 60, "W" * 300])
def test_hostile_settings_of_the_unit_stay_inside_the_page(text: str) -> None:
    unit = {
        name: text[:400] for name in (*UNIT, "recipients", "report_number", "report_date") if ":" not in name
    }
    inside_the_paper(Opened(render_pdf(sample(*tasks(1), unit={**unit, "secrecy_ceiling": ""}), KINDS)))


def test_300_authors_and_a_cell_longer_than_a_page() -> None:
    people = [{"name": f"Nguyễn Văn Thứ {n}"} for n in range(300)]
    long = record("publication", 1, {"title": "Ứng dụng " * 3000, "contributors": people, "issued": "2026"})
    after = record("publication", 2, {"title": "Sau cùng", "issued": "2026"})
    made = Opened(render_pdf(sample(long, after), KINDS))
    pressed = re.sub(r"\s", "", made.whole)
    # a page may end within a name: its parts are then apart, with another cell between them
    assert {int(one) for one in re.findall(r"(\d+);", pressed)} >= set(range(299))
    assert pressed.count("Nguyễn") >= 300 and pressed.count("Thứ") >= 300
    assert re.sub(r"\s", "", made.whole).count("Ứngdụng") >= 3000
    assert "Sau cùng" in made.whole


def test_no_unit_no_signer_no_records() -> None:
    made = Opened(render_pdf(sample(empty=True, unit={}), KINDS))
    assert "BỘ CÔNG AN" in made.text(0)
    assert "……/BC-…-…" in made.text(0)


def test_progress_counts_rows_and_can_be_stopped() -> None:
    progress = Progress()
    render_pdf(sample(), KINDS, progress)
    assert progress.total > 149 and progress.done == progress.total
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        render_pdf(sample(*tasks(3)), KINDS, stopped)
