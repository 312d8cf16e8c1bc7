"""Charts: everything said, nothing outside, the same on every machine."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from stdesk.reports.charts import Chart, Series, charts_of, described, draw, folded, number
from stdesk.reports.comparison import FROZEN, Last
from stdesk.reports.drawing import Box, Drawing, Label, Stroke, Tone
from stdesk.reports.drawing_png import png
from stdesk.reports.pdf_drawing import paint
from tests.reports.samples import publications, sample, sessions, tasks

LONG = "Báo cáo kết quả nhiệm vụ, đề tài nghiên cứu khoa học cấp cơ sở của các đơn vị trực thuộc Công an tỉnh"


def of(*values: int, labels: tuple[str, ...] | None = None, last: tuple[int, ...] = ()) -> Chart:
    names = labels or tuple(f"Loại {n}" for n in range(1, len(values) + 1))
    series = [Series("Năm 2026", values), *([Series("Năm 2025", last)] if last else [])]
    return Chart("Ấn phẩm theo loại", names, tuple(series), "ấn phẩm")


def texts(drawing: Drawing) -> list[str]:
    return [one.text for one in drawing.items if isinstance(one, Label)]


def bars(drawing: Drawing) -> list[Box]:
    """The boxes that stand for numbers: those of the legend are squares of nine points."""
    return [one for one in drawing.items if isinstance(one, Box) and (one.width, one.height) != (9.0, 9.0)]


def test_every_number_and_label_is_written_beside_its_bar() -> None:
    drawing = draw(of(7, 18, 1234567, last=(8, 0, 12)), 460)
    said = texts(drawing)
    for text in (
        "7",
        "18",
        "1.234.567",
        "8",
        "0",
        "12",
        "Năm 2026",
        "Năm 2025",
        "Loại 1",
        "Đơn vị tính: ấn phẩm",
    ):
        assert text in said
    assert len(bars(drawing)) == 5  # none for nothing


def test_bars_are_as_long_as_their_numbers() -> None:
    lying = bars(draw(of(10, 20, 40, labels=(LONG, "b", "c")), 460))
    assert [round(one.width / lying[0].width, 3) for one in lying] == [1, 2, 4]
    assert len({one.x for one in lying}) == 1
    standing = bars(draw(of(10, 20, 40), 460))
    assert [round(one.height / standing[0].height, 3) for one in standing] == [1, 2, 4]
    assert len({round(one.y + one.height, 6) for one in standing}) == 1


def test_series_differ_without_colour() -> None:
    made = draw(of(5, 6, last=(7, 8)), 460)
    fills = [one.fill for one in bars(made)]
    assert set(fills) == {Tone.DARK, Tone.PAPER}
    slanting = [
        one for one in made.items if isinstance(one, Stroke) and one.x1 != one.x2 and one.y1 != one.y2
    ]
    assert len(slanting) > 20
    for one in slanting:  # hatching stays inside the bar or the legend's box it fills
        boxes = [box for box in made.items if isinstance(box, Box) and box.fill is Tone.PAPER]
        assert any(
            box.x - 0.01 <= min(one.x1, one.x2)
            and max(one.x1, one.x2) <= box.x + box.width + 0.01
            and box.y - 0.01 <= min(one.y1, one.y2)
            and max(one.y1, one.y2) <= box.y + box.height + 0.01
            for box in boxes
        )


def test_long_labels_lie_and_wrap_and_end_in_dots() -> None:
    said = texts(draw(of(3, 4, labels=(LONG * 4, "Giáo trình")), 300))
    wrapped = [one for one in said if one.startswith("Báo cáo") or "nghiên" in one]
    assert len(wrapped) >= 1 and any(one.endswith("…") for one in said)
    assert "Giáo trình" in said


def test_forty_labels_are_summed_up_without_losing_anything() -> None:
    chart = Chart("Nhiều", tuple(f"Phòng {n}" for n in range(40)), (Series("", tuple(range(40))),), "mục")
    few = folded(chart)
    assert len(few.labels) == 14 and few.labels[-1] == "Còn lại (27 mục)"
    assert sum(few.series[0].values) == sum(range(40)) and few.series[0].values[-1] == sum(range(27))
    kept = [int(one.split()[1]) for one in few.labels[:-1]]
    assert kept == list(range(27, 40))  # the largest, in their own order
    assert "Còn lại (27 mục)" in texts(draw(chart, 460))


@pytest.mark.parametrize("values", [(), (0,), (0, 0, 0), (10**15, 1), (5,)])
def test_nothing_zero_and_huge(values: tuple[int, ...]) -> None:
    drawing = draw(of(*values), 460)
    assert 0 < drawing.height < 300
    if not values:
        assert "Không có số liệu." in texts(drawing)
    seen = bars(drawing)
    assert len(seen) == sum(value > 0 for value in values)
    assert all(min(one.width, one.height) >= 0.8 for one in seen)  # what is there is seen


names = st.text(max_size=120)
amounts = st.integers(0, 10**13)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, amounts, amounts), max_size=45), st.floats(90, 720), st.integers(1, 2))
def test_nothing_leaves_the_drawing(rows: list[tuple[str, int, int]], width: float, many: int) -> None:
    series = tuple(Series(f"Năm {2026 - n}", tuple(row[n + 1] for row in rows)) for n in range(many))
    drawing = draw(Chart("Số liệu", tuple(row[0] for row in rows), series, "mục"), width)
    assert drawing.height <= 540
    for one in drawing.items:
        if isinstance(one, Box):
            assert one.x >= -0.01 and one.x + one.width <= drawing.width + 0.01
            assert one.y >= -0.01 and one.y + one.height <= drawing.height + 0.01
        elif isinstance(one, Label):
            assert one.y <= drawing.height + 0.01
            if width >= 250:
                assert one.left >= -0.5 and one.left + one.width <= drawing.width + 0.5, one


def test_labels_do_not_lie_on_one_another() -> None:
    drawing = draw(
        of(86, 46, 26, 17, last=(70, 52, 0, 17), labels=("Ấn phẩm", "Nhiệm vụ", "Nghiệm thu", "Lớp")), 460
    )
    rows: dict[float, list[Label]] = {}
    for one in drawing.items:
        if isinstance(one, Label):
            rows.setdefault(round(one.y, 1), []).append(one)
    for row in rows.values():
        for one, other in pairwise(sorted(row, key=lambda label: label.left)):
            assert one.left + one.width <= other.left + 0.01


def test_words_say_all_the_numbers() -> None:
    chart = of(7, 1234, last=(8, 0), labels=("Giáo trình", "Bản tin"))
    assert described(chart) == (
        "Ấn phẩm theo loại. Đơn vị tính: ấn phẩm. Giáo trình: 7 (Năm 2026), 8 (Năm 2025). "
        "Bản tin: 1.234 (Năm 2026), 0 (Năm 2025)."
    )
    assert draw(chart, 300).words == described(chart)
    assert number(1000) == "1.000" and number(0) == "0"


def test_the_charts_of_a_report_are_made_of_its_figures() -> None:
    frozen = sample()
    by_title = {one.title: one for one in charts_of(frozen)}
    types = by_title["Ấn phẩm, tài liệu theo loại"]
    assert sum(types.series[0].values) == frozen.figure("publications.total") == 86
    deposits = by_title["Nộp lưu cho V04"]
    assert [one.label for one in deposits.series] == ["Phải nộp", "Đã nộp"]
    assert "Số liệu chính" not in by_title  # nothing to compare with


def test_beside_last_year_there_are_two_series() -> None:
    before = sample(*publications(40), *tasks(60), *sessions(5))
    frozen = sample(last=Last("2025", "năm 2025", FROZEN, "", before.figures))
    made = charts_of(frozen)
    assert len(made) == 4 and made[0].title == "Số liệu chính"
    assert [one.label for one in made[0].series] == ["Năm 2026", "Năm 2025"]
    place = made[0].labels.index("Nhiệm vụ KH&CN")
    assert [one.values[place] for one in made[0].series] == [46, 60]


def test_an_empty_report_has_no_charts() -> None:
    assert charts_of(sample(empty=True)) == ()


def test_on_paper_every_letter_stands_where_it_was_measured() -> None:
    drawing = draw(of(7, 18, last=(8, 12)), 300)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(drawing.width, drawing.height), invariant=1)
    paint(canvas, drawing, 0, drawing.height)
    canvas.save()
    page = pdfium.PdfDocument(out.getvalue())[0]
    text = page.get_textpage().get_text_bounded()
    for said in texts(drawing):
        assert said in text


def test_a_picture_for_word_is_grey_sharp_and_always_the_same() -> None:
    drawing = draw(of(7, 18, last=(8, 12)), 300)
    made = png(drawing, 220)
    assert made == png(drawing, 220) and made.startswith(b"\x89PNG")
    image = Image.open(BytesIO(made))
    assert image.mode == "L" and image.size == (round(300 * 220 / 72), round(drawing.height * 220 / 72))
    assert image.info["dpi"][0] == pytest.approx(220, abs=0.1)
    assert image.getextrema() == (0, 255) or image.getextrema()[0] < 20
    names = [
        made[at - 4 : at] for at in range(4, len(made)) if made[at - 4 : at] in (b"tIME", b"tEXt", b"eXIf")
    ]
    assert names == []  # neither clock nor machine
    length = struct.unpack(">I", made[8:12])[0]
    assert zlib.crc32(made[12 : 16 + length]) == struct.unpack(">I", made[16 + length : 20 + length])[0]
