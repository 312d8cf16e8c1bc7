"""The DOCX laid out by another word processor: the pages of the PDF, and every Vietnamese letter."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from stdesk.domain.periods import parse_period
from stdesk.reports import docx, pdf
from stdesk.reports.document import Document, Paragraph, build_document
from stdesk.reports.letters import build_letter, build_note
from stdesk.reports.prepared import Prepared
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.xlsx import render_xlsx
from tests.reports.samples import KINDS, publications, sample, sessions, tasks

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")

_MARKED = Prepared(
    head={
        "secrecy_mark": "mat",
        "urgency": "khan",
        "circulation": "internal",
        "copies": "9",
        "drafter": "nva",
    }
)


def _reports() -> dict[str, Snapshot]:
    return {
        "sample": sample(),
        "short": sample(*publications(2), *tasks(1)),
        "long": sample(*publications(220), *tasks(90), *sessions(30)),
        "marked": sample(*tasks(5), prepared=_MARKED, trial=True),
        "plan": sample(*publications(20), *tasks(30), *sessions(4), period=parse_period("2026-KH")),
        "half": sample(*publications(30), *tasks(20), *sessions(8), period=parse_period("2026-H1")),
    }


def _documents() -> dict[str, Document]:
    reports = _reports()
    made = {name: build_document(one, KINDS) for name, one in reports.items()}
    return {
        **made,
        "letter": build_letter(reports["sample"], KINDS),
        "note": build_note(reports["sample"], KINDS),
    }


DOCUMENTS = _documents() if shutil.which("soffice") else {}


def _text(path: Path) -> str:
    document = pdfium.PdfDocument(path)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laid")
    for name, document in DOCUMENTS.items():
        (folder / f"{name}.docx").write_bytes(docx.render(document))
    (folder / "annexes.xlsx").write_bytes(render_xlsx(sample(*publications(30), *tasks(12)), KINDS))
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *(str(folder / f"{name}.docx") for name in DOCUMENTS),
        str(folder / "annexes.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder


@pytest.mark.parametrize("name", DOCUMENTS)
def test_as_many_pages_as_the_pdf(name: str, laid: Path) -> None:
    other = len(pdfium.PdfDocument(laid / f"{name}.pdf"))
    own = len(pdfium.PdfDocument(pdf.render(DOCUMENTS[name])))
    assert abs(other - own) <= 1, (other, own)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_sentence_is_there_letter_by_letter(name: str, laid: Path) -> None:
    pressed = _text(laid / f"{name}.pdf").replace(" ", "")
    document = DOCUMENTS[name]
    for one in document.body:
        if isinstance(one, Paragraph):
            for sentence in one.text.split(". "):
                # A sentence over two pages has the foot of one and the head of the other in it.
                words = sentence.split()
                assert "".join(words[:6]) in pressed, sentence
    for line in (*document.basis, *document.recipients, document.signature.name):
        assert "".join(line.split())[:24] in pressed
    assert document.code in pressed


def test_the_head_stands_on_its_lines(laid: Path) -> None:
    page = pdfium.PdfDocument(laid / "sample.pdf")[0].get_textpage().get_text_bounded()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page  # on one line
    assert "Độc lập - Tự do - Hạnh phúc" in page
    marked = pdfium.PdfDocument(laid / "marked.pdf")[0].get_textpage().get_text_bounded()
    assert all(mark in marked for mark in ("MẬT", "KHẨN", "LƯU HÀNH NỘI BỘ", "BẢN THỬ"))


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="pdffonts is not installed")
def test_only_the_report_typeface_is_used(laid: Path) -> None:
    """Times New Roman or the one with its measures: nothing was substituted for a letter."""
    fonts = subprocess.run(
        ["pdffonts", str(laid / "sample.pdf")], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    names = {line.split()[0].split("+")[-1] for line in fonts.splitlines()[2:]}
    assert names and all(one.startswith(("LiberationSerif", "TimesNewRoman")) for one in names), names


def test_the_workbook_opens_with_its_heads_repeated(laid: Path) -> None:
    text = _text(laid / "annexes.pdf")
    assert "ĐỐI CHIẾU SỐ LIỆU VỚI DANH MỤC" in text and "SỐ LIỆU CỦA BÁO CÁO" in text
    assert text.count("Mã số liệu") > 1
