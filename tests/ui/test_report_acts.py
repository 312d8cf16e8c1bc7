"""What the report page does outward: Word, letter and note, printing, reopening, signed copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.reporting import FrozenReport
from stdesk.ui.choose import choose
from stdesk.ui.reporting import looking_page
from stdesk.ui.reporting import page as report_page
from stdesk.ui.reporting.look_panel import keep_folder
from stdesk.ui.reporting.page import ReportPage
from stdesk.ui.reporting.pdf_pages import page_sizes
from stdesk.ui.reporting.printing import ask
from stdesk.ui.reporting.work import LETTER, Wanted, write_for_word
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import TaskRunner
from tests.ui.conftest import NOW
from tests.ui.filled import filled_desk, make_ready

WAIT = 30_000
PERIOD = parse_period("2026")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


def page_of(qtbot: QtBot, session: Session) -> ReportPage:
    made = ReportPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    qtbot.waitUntil(lambda: made.frozen_state is not None, timeout=WAIT)
    return made


def idle(qtbot: QtBot, page: ReportPage) -> None:
    qtbot.waitUntil(lambda: page._task is None and page._after is None, timeout=WAIT)


@pytest.fixture
def frozen(desk: Desk) -> FrozenReport:
    make_ready(desk)
    return desk.reporting.freeze(PERIOD)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the system was asked to open."""
    found: list[Path] = []

    def opens(path: Path) -> bool:
        found.append(path)
        return True

    monkeypatch.setattr(looking_page, "open_path", opens)
    monkeypatch.setattr(report_page, "open_path", opens)
    return found


def test_word_never_writes_over_what_the_officer_edited(
    qtbot: QtBot, session: Session, frozen: FrozenReport, opened: list[Path], tmp_path: Path
) -> None:
    keep_folder(tmp_path / "Tài liệu")
    page = page_of(qtbot, session)
    page.looking.choose(frozen)
    for _ in range(2):
        page.looking.word_button.click()
        idle(qtbot, page)
    first = tmp_path / "Tài liệu" / "Bao-cao-2026-lan-1" / "bao-cao.docx"
    assert opened == [first, first]  # the very same: opened again
    first.write_bytes(first.read_bytes() + b"edited")
    page.looking.word_button.click()
    idle(qtbot, page)
    assert opened[-1] == first.with_name("bao-cao-2.docx")
    assert first.read_bytes().endswith(b"edited")


def test_a_file_word_keeps_to_itself_gets_a_neighbour(
    desk: Desk, frozen: FrozenReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Wanted("2026", frozen)
    first = write_for_word(desk, wanted, None, tmp_path, Progress())
    really = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path == first:
            raise PermissionError(13, "used by another process", str(path))
        return really(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert write_for_word(desk, wanted, None, tmp_path, Progress()).name == "bao-cao-2.docx"
    letter = write_for_word(desk, Wanted("2026", frozen, LETTER), None, tmp_path, Progress())
    assert letter.name == "cong-van.docx"


def test_no_program_for_word_says_where_the_file_lies(
    qtbot: QtBot, session: Session, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_folder(tmp_path)
    monkeypatch.setattr(looking_page, "open_path", lambda _path: False)
    page = page_of(qtbot, session)
    page.looking.word_button.click()
    idle(qtbot, page)
    assert said[-1].tone is Tone.WARN and "bao-cao.docx" in said[-1].text


def test_the_letter_is_looked_at_and_everything_ticked_is_saved(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, session)
    page.looking.choose_document(LETTER)
    page.look()
    qtbot.waitUntil(lambda: page._shown is not None and page._task is None, timeout=WAIT)
    assert page._shown is not None and page._shown.whole and page.preview.pages.pages == 1
    assert page.preview.name.text().startswith("Công văn gửi kèm")
    for form, tick in page.looking.ticks.items():
        tick.setChecked(form in ("pdf", "letter"))
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path / "ra")
    page.save_documents()
    idle(qtbot, page)
    assert sorted(one.name for one in (tmp_path / "ra").rglob("*.*")) == ["bao-cao.pdf", "cong-van.docx"]
    for tick in page.looking.ticks.values():
        tick.setChecked(False)
    assert not page.looking.save_button.isEnabled()


def test_printing_makes_every_page_first_and_says_how_many_went(
    qtbot: QtBot, session: Session, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, asked = tmp_path / "in.pdf", []

    def answer(_parent: Any, name: str, pages: int) -> QPrinter:
        asked.append((name, pages))
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        printer.setFromTo(1, 2)
        return printer

    monkeypatch.setattr(ask, "printer", answer)
    page = page_of(qtbot, session)
    page.looking.print_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].text == "Đã in 2 trang."
    assert len(page_sizes(target.read_bytes())) == 2
    assert asked == [("Bao-cao-2026-lan-1-THU", page.preview.pages.pages)]
    monkeypatch.setattr(ask, "printer", lambda *_: None)  # changed their mind
    idle(qtbot, page)
    page.looking.print_button.click()
    assert page._task is None


def test_a_frozen_report_is_opened_again_with_a_reason_and_shows_what_changed(
    qtbot: QtBot, session: Session, desk: Desk, frozen: FrozenReport, said: list[Any]
) -> None:
    snapshot = desk.reporting.read(frozen)
    one = snapshot.records["publication"][0]
    desk.catalogue.trash([one["id"]])
    page = page_of(qtbot, session)
    page.open_with({"period": "2026", "part": "freeze"})
    side = page.freezing
    qtbot.waitUntil(lambda: side.since_button.isVisible(), timeout=WAIT)
    assert side.since_button.text() == "Từ lần nộp 1:\n0 mới, 0 sửa, 1 bỏ"
    assert not side.freeze_button.isVisible() and side.reopening.isVisible()
    side.since_button.click()
    assert [page.changes.model.index(0, at).data() for at in (0, 3)] == ["Bỏ", one["values"]["title"]]
    with qtbot.waitSignal(session.record_wanted) as wanted:
        page.changes._open(0)
    assert wanted.args[:2] == ["publication", one["id"]]
    assert page.step_back() and page.main.currentIndex() == 0
    side.reopen_button.click()  # without a reason
    idle(qtbot, page)
    assert said[-1].tone is Tone.FAIL and side.reason.hasFocus()
    side.reason.setPlainText("Rút một ấn phẩm ghi nhầm")
    side.reopen_button.click()
    qtbot.waitUntil(lambda: side.freeze_button.isVisible(), timeout=WAIT)
    idle(qtbot, page)
    assert "Rút một ấn phẩm ghi nhầm" in side.state_text.text()
    side.freeze_button.click()
    qtbot.waitUntil(lambda: side.list.count() == 2, timeout=WAIT)
    assert side.list.item(0).text().startswith("Lần nộp 2")
    assert "Lý do: Rút một ấn phẩm ghi nhầm" in side.list.item(0).text()
    qtbot.waitUntil(lambda: page._shown is not None and page._shown.whole, timeout=WAIT)
    assert page._shown is not None and page._shown.report == desk.reporting.latest(PERIOD)


def test_signed_copies_are_chosen_or_dropped_kept_whole_and_opened(
    qtbot: QtBot,
    session: Session,
    desk: Desk,
    frozen: FrozenReport,
    opened: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scans = [tmp_path / "Bản ký 1.pdf", tmp_path / "Bản ký 2.pdf"]
    for n, one in enumerate(scans):
        one.write_bytes(b"%PDF-1.4 scan " + bytes([n]) * 99)
    page = page_of(qtbot, session)
    page.open_with({"part": "freeze"})
    part = page.freezing.signed
    monkeypatch.setattr(choose, "open_file", lambda *_: scans[0])
    part.add_button.click()
    qtbot.waitUntil(lambda: part.list.count() == 1, timeout=WAIT)
    idle(qtbot, page)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in scans])
    modes = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    part.dropEvent(QDropEvent(QPointF(5, 5), *modes))
    qtbot.waitUntil(lambda: part.list.count() == 2, timeout=WAIT)  # the first is kept once only
    idle(qtbot, page)
    part.list.setCurrentRow(1)
    part._open()
    idle(qtbot, page)
    assert opened[-1].read_bytes() == scans[1].read_bytes()
    session.undo()
    qtbot.waitUntil(lambda: part.list.count() == 1, timeout=WAIT)


def test_a_tampered_snapshot_is_told_in_the_page(
    qtbot: QtBot, session: Session, frozen: FrozenReport
) -> None:
    frozen.path.chmod(0o644)
    frozen.path.write_bytes(frozen.path.read_bytes().replace(b"2026", b"2025", 1))
    page = page_of(qtbot, session)
    page.looking.choose(frozen)
    page.looking.look_button.click()
    qtbot.waitUntil(lambda: page.note.isVisible(), timeout=WAIT)
    assert len(page.note.text.text()) > 40 and page.note.buttons
    assert page.preview.pages.pages == 0


def test_a_missing_font_is_told_in_the_page(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stdesk.errors import UserError
    from stdesk.services.reporting import Reporting

    def broken(*_args: Any, **_more: Any) -> bytes:
        raise UserError("report_font_missing", path="TimesNewRoman.ttf")

    monkeypatch.setattr(Reporting, "first_pages", broken)
    page = page_of(qtbot, session)
    page.look()
    qtbot.waitUntil(lambda: page.note.isVisible(), timeout=WAIT)
    assert "TimesNewRoman.ttf" in page.note.text.text()
    assert page.note.buttons[0].text() == "Thử lại"


@pytest.mark.parametrize(("code", "words"), [("1995", "1995"), ("2035", "2035")])
def test_an_empty_or_future_period_is_not_frozen_and_says_why(
    qtbot: QtBot, session: Session, code: str, words: str, said: list[Any]
) -> None:
    page = page_of(qtbot, session)
    page.open_with({"period": code, "part": "freeze"})
    idle(qtbot, page)
    page.freezing.freeze_button.click()
    idle(qtbot, page)
    qtbot.waitUntil(lambda: page.freezing.blocked.isVisible(), timeout=WAIT)
    assert words in page.freezing.blocked_text.text() and not said
    page.look()  # the pages of an empty report can be seen all the same
    qtbot.waitUntil(lambda: page._shown is not None or page.note.isVisible(), timeout=WAIT)
    idle(qtbot, page)


def test_pages_from_before_a_change_are_told_as_such(qtbot: QtBot, session: Session, desk: Desk) -> None:
    page = page_of(qtbot, session)
    page.look()
    qtbot.waitUntil(
        lambda: page._shown is not None and page._shown.whole and page._task is None, timeout=WAIT
    )
    one = desk.readiness.check(PERIOD).reported[0]
    session.done(desk.catalogue.trash([one.id]))
    assert page.note.isVisible()
    page.note.buttons[0].click()
    qtbot.waitUntil(lambda: not page.note.isVisible(), timeout=WAIT)
    idle(qtbot, page)


def test_a_library_open_for_reading_shows_and_prints_but_freezes_nothing(
    qtbot: QtBot, desk: Desk, frozen: FrozenReport
) -> None:
    with Desk.open(desk.folder, clock=fixed_clock(NOW), read_only=True) as reading:
        runner = TaskRunner()
        session = Session(reading, runner)
        page = page_of(qtbot, session)
        page.open_with({"part": "freeze"})
        side = page.freezing
        assert not side.reopening.isVisible() and not side.trial_button.isEnabled()
        assert not side.signed.add_button.isEnabled()
        assert page.looking.print_button.isEnabled()
        page.hide()
        runner.shutdown()
