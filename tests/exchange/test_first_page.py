"""First pages: what is proposed from made-up layouts, and what hostile files cost: an answer, never the program."""

from __future__ import annotations

import subprocess
import sys
import zlib
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from stdesk.domain.kinds.publication import PUBLICATION
from stdesk.domain.kinds.research_task import RESEARCH_TASK
from stdesk.errors import UserError
from stdesk.exchange import first_page, foreign, pdf_child
from stdesk.exchange.first_page import PageText, propose, read_first_page
from stdesk.exchange.pdf_pages import MOST_PAGES, draw_page, look
from stdesk.exchange.title_lines import PageLine
from stdesk.progress import Cancelled, Progress
from tests.helpers.first_pages import READ, UNSEEN, FirstPage, write

TODAY = date(2026, 11, 2)
SCANNED = "Trang đầu là ảnh, không có chữ để đọc."


def said(page: PageText, name: str = "scan.pdf") -> dict[str, object]:
    return {one.field: one.value for one in propose(PUBLICATION, page, name, today=TODAY)}


def read_here(path: Path) -> PageText:
    """As :func:`read_first_page`, without the other process, which takes a quarter of a second each time."""
    with path.open("rb") as source:
        return first_page._page(pdf_child.text(source, [])[0])


@pytest.mark.parametrize("page", [*READ, *UNSEEN], ids=lambda page: page.name)
def test_title_people_date_and_the_rest_are_read_off_a_first_page(page: FirstPage, tmp_path: Path) -> None:
    got = said(read_here(write(page, tmp_path / "scan.pdf")))
    people = got.get("contributors") or ()
    assert got.get("title") == page.title
    assert tuple(one["name"] for one in people) == page.people  # type: ignore[attr-defined]
    assert (got.get("issued") or "") == page.date
    assert {name: got.get(name) for name, _ in page.more} == dict(page.more)


def test_rank_and_degree_come_with_the_names_and_every_proposal_says_why(tmp_path: Path) -> None:
    page = read_first_page(write(READ[0], tmp_path / "a.pdf"))
    found = {one.field: one for one in propose(PUBLICATION, page, "a.pdf", today=TODAY)}
    assert found["contributors"].value[0] == {
        "name": "Nguyễn Văn Bình", "rank": "colonel", "academic_title": "associate_professor", "degree": "doctor",
    }  # fmt: skip
    assert found["contributors"].shown == "Đại tá, PGS.TS Nguyễn Văn Bình; Thượng tá, TS Lê Thị Hòa"
    assert all(one.why and "seen_" not in one.why for one in found.values())


def test_supervisors_are_not_taken_for_the_author(tmp_path: Path) -> None:
    thesis = next(page for page in READ if page.name == "vi-thesis-inner")
    got = said(read_here(write(thesis, tmp_path / "a.pdf")))
    assert [one["name"] for one in got["supervisors"]] == ["Trịnh Văn Quang"]  # type: ignore[attr-defined]


def test_another_kind_takes_what_it_has_fields_for(tmp_path: Path) -> None:
    report = next(page for page in READ if page.name == "vi-task-report")
    page = read_here(write(report, tmp_path / "a.pdf"))
    found = {one.field: one.value for one in propose(RESEARCH_TASK, page, "a.pdf", today=TODAY)}
    assert found["title"] == report.title
    assert {"document_type", "issn", "language"}.isdisjoint(found)


def line(text: str, size: float = 11, top: float = 100, bold: bool = False) -> PageLine:
    return PageLine(text, size, 70, 500, top, 0, bold)


def test_wrong_check_digits_dates_to_come_and_references_are_not_proposed() -> None:
    lines = (
        line("Một tên tài liệu đủ dài để là tên", 18, 90, bold=True),
        line("ISSN 1859-4795", 9, 30),
        line("Số 4 (2031)", 9, 40),
        *(line("văn bản thường của bài viết dài thêm cho đủ", 11, 200 + 14 * n) for n in range(30)),
        line("Tài liệu tham khảo", 11, 700),
        line("[1] Tác giả khác, doi:10.1000/khac.bai", 11, 715),
    )
    got = said(PageText(lines, 595, 842, 1))
    assert got["title"] == "Một tên tài liệu đủ dài để là tên"
    assert {"issn", "doi", "issued"}.isdisjoint(got)


def test_a_title_in_the_notes_counts_only_when_the_page_says_it() -> None:
    lines = (
        line("Tên thật trên trang giấy này", 18, 90),
        *(line("chữ thường " * 6, 11, 200 + 14 * n) for n in range(30)),
    )
    page = PageText(lines, 595, 842, 1, {"Title": "Microsoft Word - ban thao cuoi.docx"})
    assert said(page)["title"] == "Tên thật trên trang giấy này"
    assert (
        said(replace(page, metadata={"Title": "Mẫu văn bản của phòng"}))["title"]
        == "Tên thật trên trang giấy này"
    )


def test_old_fonts_are_read(tmp_path: Path) -> None:
    lines = (
        line("N©ng cao hiÖu qu¶ c«ng t¸c phßng ngõa téi ph¹m", 18, 90, bold=True),
        *(
            line("Trong nh÷ng n¨m qua, lùc l­îng c«ng an ®· cã nhiÒu cè g¾ng", 11, 200 + 14 * n)
            for n in range(30)
        ),
    )
    told: dict[str, Any] = {
        "lines": [{**asdict(one), "font": ""} for one in lines],
        "metadata": {}, "width": 595, "height": 842, "pages": 1,
    }  # fmt: skip
    assert said(first_page._page(told))["title"] == "Nâng cao hiệu quả công tác phòng ngừa tội phạm"
    named = {**told, "lines": [{**one, "font": "ABCDEF+.VnTimeH"} for one in told["lines"]]}
    assert first_page._page(named).lines[0].text == "NÂNG CAO HIỆU QUẢ CÔNG TÁC PHÒNG NGỪA TỘI PHẠM"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            line,
            st.text(max_size=80),
            st.floats(0.1, 200, allow_nan=False),
            st.floats(-100, 2000, allow_nan=False),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_whatever_stands_on_a_page_proposals_can_be_kept(lines: list[PageLine]) -> None:
    from stdesk.domain.values import canonical

    for one in propose(PUBLICATION, PageText(tuple(lines), 595, 842, 1), "x.pdf", today=TODAY):
        assert canonical(PUBLICATION.field(one.field), one.value) == one.value


# -- hostile files ---------------------------------------------------------------------------


def test_a_scan_without_text_says_so(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (200, 280), 200).save(tmp_path / "a.png")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawImage(str(tmp_path / "a.png"), 0, 0, *A4)
    canvas.save()
    page = read_first_page(tmp_path / "a.pdf")
    assert (page.lines, page.problem) == ((), SCANNED)
    assert said(page) == {}


def pdf_of(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    xref = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, xref)


@cache
def bombs() -> dict[str, bytes]:
    deep = b"[" * 200_000 + b"]" * 200_000
    stream = zlib.compress(b" " * (60 << 20), 9)
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    root = b"<</Type/Catalog/Pages 2 0 R>>"
    return {
        "empty": b"",
        "cut": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog",
        "noise": b"%PDF-1.7\n" + bytes(range(256)) * 400,
        "deep": pdf_of(root, pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/X " + deep + b">>"),
        "loop": pdf_of(root, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "million": pdf_of(root, b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>", page),
        "unpacks": pdf_of(
            root,
            pages,
            page,
            b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
        ),
        "huge-page": pdf_of(root, pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e9 1e9]>>"),
        "script": pdf_of(
            b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while(1){})>>>>", pages, page, b"<<>>"
        ),
    }


@pytest.mark.parametrize("name", bombs())
def test_hostile_files_give_no_proposals_and_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(bombs()[name])
    page = read_first_page(path)
    assert said(page) == {}
    assert page.problem
    assert "\n" not in page.problem


def test_a_document_of_a_million_pages_shows_its_first(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for _ in range(MOST_PAGES + 5):
        canvas.showPage()
    canvas.save()
    seen = look(tmp_path / "a.pdf")
    assert (seen.pages, len(seen.sizes)) == (MOST_PAGES + 5, MOST_PAGES)


def test_pages_are_drawn_as_wide_as_asked_and_never_larger_than_can_be_held(tmp_path: Path) -> None:
    path = write(READ[0], tmp_path / "a.pdf")
    drawn = draw_page(path, 0, 300)
    assert drawn.width == 300
    assert len(drawn.pixels) >= drawn.stride * drawn.height
    large = draw_page(path, 0, 50_000)
    assert max(large.width, large.height) <= 4_000
    with pytest.raises(UserError) as refused:
        draw_page(path, 7, 300)
    assert refused.value.code == "pdf_unreadable"


def test_a_password_is_said(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), encrypt="mat-khau")
    canvas.drawString(100, 100, "x")
    canvas.save()
    assert "mật khẩu" in read_first_page(tmp_path / "a.pdf").problem


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "SECONDS", 0)
    assert "10 giây" in read_first_page(write(READ[0], tmp_path / "a.pdf")).problem


def test_stopping_ends_the_other_process(tmp_path: Path) -> None:
    class Stopping(Progress):
        def check(self) -> None:
            self.done += 1
            if self.done > 1:
                self.cancel()
            super().check()

    with pytest.raises(Cancelled):
        read_first_page(write(READ[0], tmp_path / "a.pdf"), Stopping())


def test_the_other_process_may_not_write(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("limits of POSIX")
    code = (
        "import sys; from stdesk.exchange import foreign_child; foreign_child.bind_hands();"
        "f = open(sys.argv[1], 'wb'); f.write(b'x'); f.flush()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, check=False
    )
    assert done.returncode != 0
    assert (tmp_path / "out").stat().st_size == 0
