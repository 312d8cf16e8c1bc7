"""A printed page in the hand of someone at the window."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from stdesk.services.desk import Desk
from stdesk.services.paper import FrozenReport
from stdesk.ui.choose import choose
from stdesk.ui.reporting.paper_answer import pages_in_words
from stdesk.ui.reporting.paper_page import PaperPage
from stdesk.ui.session import Message, Session, Tone
from tests.reports.samples import KINDS, PERIOD, sample, tasks
from tests.ui.keyboard import write

WAIT = 60_000


@pytest.fixture(scope="module")
def printed() -> bytes:
    from stdesk.reports.pdf import render_pdf

    return render_pdf(sample(*tasks(2)), KINDS)


@pytest.fixture
def report(desk: Desk) -> FrozenReport:
    trial = sample(*tasks(2), trial=True)
    desk._library.save_frozen(PERIOD.code, 1, True, trial.to_bytes(), trial.sha512)
    made = sample(*tasks(2))
    return desk._library.save_frozen(PERIOD.code, 1, False, made.to_bytes(), made.sha512)


@pytest.fixture
def page(qtbot: QtBot, session: Session, report: FrozenReport) -> PaperPage:
    assert report
    made = PaperPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    return made


def wait(qtbot: QtBot, page: PaperPage) -> None:
    qtbot.waitUntil(lambda: page._task is None, timeout=WAIT)


def said(page: PaperPage) -> str:
    return "\n".join(one.text() for card in page.cards for one in card.findChildren(QLabel))


def button(page: PaperPage, text: str) -> QPushButton:
    (found,) = [one for card in page.cards for one in card.findChildren(QPushButton) if text in one.text()]
    return found


def drop(page: PaperPage, path: Path) -> None:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, held, none, Qt.KeyboardModifier.NoModifier)
    page.dropEvent(event)


def test_a_code_typed_carelessly_names_the_report(
    qtbot: QtBot, page: PaperPage, report: FrozenReport, desk: Desk
) -> None:
    code = desk.paper.code_of(report)
    assert page.focus_place() is page.code and page.code.accessibleName()
    write(page.code, code.lower().replace("-", " ").replace("0", "o"))
    qtbot.keyClick(page.code, Qt.Key.Key_Return)
    wait(qtbot, page)
    assert page.code.text() == code
    assert page.cards[0].answer.tone == "green" and not page.empty.isVisible()
    for text in ("Báo cáo năm 2026, lần nộp 1", "Chốt lúc", "còn nguyên vẹn"):
        assert text in said(page)
    with qtbot.waitSignal(page.session.page_wanted) as asked:
        button(page, "Mở báo cáo").click()
    assert asked.args == ["report", {"period": "2026"}]


def test_a_trial_is_said_to_be_one(qtbot: QtBot, page: PaperPage, desk: Desk) -> None:
    trial = next(one for one in desk.reporting.frozen() if one.trial)
    page.open_with({"code": desk.paper.code_of(trial)})
    wait(qtbot, page)
    assert "bản thử" in said(page) and "không được nộp" in said(page) and page.cards[0].answer.tone == "amber"


def test_a_slip_is_proposed_and_taken_with_one_press(
    qtbot: QtBot, page: PaperPage, report: FrozenReport, desk: Desk
) -> None:
    code = desk.paper.code_of(report)
    page.open_with({"code": code[:-1]})
    wait(qtbot, page)
    assert "mã rất giống" in said(page)
    button(page, code).click()
    wait(qtbot, page)
    assert page.cards[0].answer.report == report


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("7F3K-Q2MD-9XRT", "không phải báo cáo nào của kho này"),
        ("<b>xin chào</b> & 100%", "<b>xin chào</b> & 100%"),
    ],
)
def test_what_is_no_report(qtbot: QtBot, page: PaperPage, typed: str, told: str) -> None:
    page.open_with({"code": typed})
    wait(qtbot, page)
    assert told in said(page)
    assert page.step_back() and page.cards == [] and page.code.text() == "" and page.empty.isVisible()
    assert not page.step_back()


def test_nothing_typed_asks_nothing(page: PaperPage) -> None:
    page.check_button.click()
    assert page._task is None and page.cards == []


def test_a_scan_is_read_and_kept_with_its_submission(
    qtbot: QtBot, page: PaperPage, report: FrozenReport, desk: Desk, printed: bytes, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "Báo cáo đã ký, đóng dấu.pdf"
    path.write_bytes(printed)
    monkeypatch.setattr(choose, "open_file", lambda *_: path)
    page.scan_button.click()
    wait(qtbot, page)
    assert "Có đủ" in said(page) and path.name in page.scan.text()
    messages: list[Message] = []
    page.session.said.connect(messages.append)
    button(page, "Giữ bản quét này cùng lần nộp 1").click()
    wait(qtbot, page)
    (kept,) = desk.reporting.signed(report)
    assert kept.name == path.name and kept.path.read_bytes() == printed
    assert messages[-1].tone is Tone.DONE and messages[-1].action is not None


def test_a_mixed_scan_says_what_is_missing_doubled_and_foreign(
    qtbot: QtBot, page: PaperPage, printed: bytes, tmp_path: Path
) -> None:
    from stdesk.reports.pdf import render_pdf

    own, other, mixed = (
        pikepdf.open(BytesIO(printed)),
        pikepdf.open(BytesIO(render_pdf(sample(*tasks(3)), KINDS))),
        pikepdf.new(),
    )
    mixed.pages.extend([own.pages[0], own.pages[1], own.pages[1], other.pages[0]])
    mixed.add_blank_page()
    path = tmp_path / "lẫn lộn.pdf"
    mixed.save(path)
    drop(page, path)
    assert not page.scan_button.isEnabled() and page.strip.isVisible()
    wait(qtbot, page)
    text = said(page)
    last = len(own.pages)
    for told in (
        f"Có 2 trên {last} trang",
        f"Thiếu trang 3–{last}",
        "hơn một lần: trang 2",
        "Ở trang 1–3",
        "của bản quét: 5",
    ):
        assert told in text
    assert [card.answer.tone for card in page.cards] == ["amber", "red", "amber"]


def test_a_file_that_is_no_scan_costs_a_sentence(qtbot: QtBot, page: PaperPage, tmp_path: Path) -> None:
    path = tmp_path / "số liệu.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    messages: list[Message] = []
    page.session.said.connect(messages.append)
    page.open_with({"path": str(path)})
    wait(qtbot, page)
    assert messages[-1].tone is Tone.FAIL and "số liệu.xlsx" in messages[-1].text
    assert page.cards == [] and page.scan_button.isEnabled()


def test_pages_in_words() -> None:
    assert pages_in_words((3, 1, 2, 5, 9, 8)) == "1–3, 5, 8–9"
    assert pages_in_words(()) == "" and pages_in_words(tuple(range(1, 99, 2))).endswith(", …")
