"""The typeface of reports: the right version, whole, with every Vietnamese letter."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from stdesk import resources
from stdesk.errors import UserError
from stdesk.reports import type_setting
from stdesk.reports.type_setting import FILES, Face, face

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = {
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in TONES
} | {"đ", "Đ"}


@pytest.mark.parametrize("style", FILES)
def test_every_vietnamese_letter_and_mark_of_documents_is_there(style: str) -> None:
    known = TTFont("probe", str(resources.path("fonts", FILES[style]))).face.charToGlyph
    assert len(LETTERS) == 146  # 12 vowels x 6 tones x 2 cases, and đ, Đ
    assert not [one for one in LETTERS | set("–—“”‘’…•□") if ord(one) not in known]


@pytest.mark.parametrize("name", FILES.values())
def test_the_file_is_the_one_its_origin_names(name: str) -> None:
    told = resources.read_text("fonts", "ORIGIN.md")
    found = hashlib.sha256(resources.path("fonts", name).read_bytes()).hexdigest()
    assert f"| {name} | {found} |" in told
    assert "Version 1.1 - 26 February 2007" in resources.read_text("fonts", "OFL.txt")


@pytest.mark.parametrize("text", ["Nâng cao hiệu quả công tác", "Ứng dụng", "a"])
def test_widths_are_those_of_the_font(text: str) -> None:
    face("bold")
    from reportlab.pdfbase.pdfmetrics import stringWidth

    assert face("bold").width(text, 14) == pytest.approx(stringWidth(text, "STDesk-bold", 14))


def test_lines_fit_and_lose_nothing() -> None:
    text = "Nghiên cứu " + "x" * 900 + " kỹ thuật " * 40
    lines = face().break_lines(text, 10, 120, indent=30)
    assert all(line.width <= 120.01 for line in lines)
    assert lines[0].width <= 90.01
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    assert [line.goes_on for line in lines][-1] is False


def test_a_balanced_title_has_no_lonely_last_word() -> None:
    title = "Kết quả thực hiện Chỉ thị về đổi mới công tác thông tin khoa học và công nghệ năm 2026"
    plain, even = face("bold").break_lines(title, 14, 400), face("bold").balanced(title, 14, 400)
    assert len(even) == len(plain) > 1
    widths = [line.width for line in even]
    assert min(widths) > 0.6 * max(widths)


def test_a_missing_font_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(type_setting.FILES, "regular", "LiberationSerif-Nowhere.ttf")
    with pytest.raises(UserError, match=r"LiberationSerif-Nowhere\.ttf") as told:
        Face("regular")
    assert told.value.code == "report_font_missing"


@pytest.mark.parametrize("length", [0, 3, 200, 2000, 60_000])
def test_a_font_cut_off_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, length: int
) -> None:
    whole = type_setting.resources.path("fonts", type_setting.FILES["regular"]).read_bytes()
    (tmp_path / "cut.ttf").write_bytes(whole[:length])
    monkeypatch.setattr(type_setting.resources, "path", lambda *_parts: tmp_path / "cut.ttf")
    with pytest.raises(UserError, match=r"cut\.ttf") as told:
        Face("regular")
    assert told.value.code == "report_font_missing"
