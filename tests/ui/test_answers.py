"""The tab of sendings and answers: everything by keyboard, nothing believed that is wrong, always a way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from stdesk.package.answer import Line, Proposal, telephone_code
from stdesk.package.keys import shared_secret
from stdesk.services.desk import Desk
from stdesk.store.library import PackageRow
from stdesk.ui.answers import words
from stdesk.ui.answers.panel import AnswersPanel
from stdesk.ui.choose import choose
from stdesk.ui.session import Session, Tone
from tests.helpers import answers as made
from tests.helpers import sent

WAIT = 30_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    from tests.ui.conftest import NOW, fixed_clock

    with Desk.create(
        tmp_path / "kho", unit_code=sent.UNIT, unit_name="Phòng PC09", clock=fixed_clock(NOW)
    ) as opened:
        sent.give_keys(opened)
        yield opened


@dataclass
class Sent:
    """A package that was sent, and the records it carried."""

    package: PackageRow
    records: list[str]


@pytest.fixture
def on_the_way(desk: Desk) -> Sent:
    """Two papers handed in, after a try that failed."""
    papers = [
        {"title": "Điều tra số", "publisher": "NXB CAND"},
        {"title": "Kỹ thuật hình sự", "publisher": "NXB CAND"},
    ]
    records = [desk.catalogue.save("publication", one).record.id for one in papers]
    row = sent.pack(desk)
    sent.send(desk, row, at="2026-10-31T01:00:00Z", outcome="failed", detail="USB bị rút ra khi đang ghi.")
    sent.send(desk, row, at="2026-10-31T02:00:00Z")
    return Sent(row, records)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> AnswersPanel:
    shown = AnswersPanel(session)
    qtbot.addWidget(shown)
    shown.resize(1130, 500)
    return shown


def show(qtbot: QtBot, panel: AnswersPanel) -> None:
    panel.show()
    qtbot.waitUntil(lambda: panel.seen is not None, timeout=WAIT)


def answer(on_the_way: Sent, status: str = "returned", **more: Any) -> bytes:
    one, two = on_the_way.records
    given: dict[str, Any] = {
        "lines": (
            Line(
                "publication", one, 1, "issn", error="Thiếu ISSN.", advice="Ghi ISSN.", note="Như năm trước."
            ),
            Line("publication", two, 2, "pages", error="Thiếu trang."),
            Line(error="Thiếu phiếu giao nhận."),
        ),
        "proposals": (
            Proposal(
                made.identity(1), "correction", "publication", one, 1, "publisher", "NXB Trẻ", "NXB CAND"
            ),
            Proposal(
                made.identity(2), "correction", "publication", two, 2, "publisher", "NXB Trẻ", "NXB CAND"
            ),
            Proposal(made.identity(3), "correction", "publication", two, 2, "issued", "2026", "2025"),
        ),
        "at": "2026-11-01T02:00:00Z",
    }
    return made.sealed(sent.answer_to(on_the_way.package, status, **given | more))


def code(on_the_way: Sent, status: str, number: int = 1) -> str:
    secret = shared_secret(made.CENTRE_KEY, made.UNIT_KEY.public)
    return telephone_code(secret, sent.UNIT, on_the_way.package.fingerprint, status, number)


def taken(qtbot: QtBot, panel: AnswersPanel, path: Path) -> None:
    with qtbot.waitSignal(panel.bar.taken, timeout=WAIT):
        panel.bar.take(path)
    qtbot.waitUntil(lambda: panel.proposals.waiting() == 3 and panel.lines.count() == 3, timeout=WAIT)


@pytest.fixture
def returned(qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent, tmp_path: Path) -> Sent:
    """The panel shown, with the package returned."""
    path = tmp_path / "TRA-LOI.json"
    path.write_bytes(answer(on_the_way))
    show(qtbot, panel)
    taken(qtbot, panel, path)
    return on_the_way


def cell(panel: AnswersPanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def test_before_anything_was_sent_the_place_says_what_will_stand_there(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    show(qtbot, panel)
    assert panel.empty.isVisible()
    assert not panel.split.isVisible()
    assert panel.state.text() == "Chưa gửi"
    assert "14/11/2026" in panel.sentence.text()
    assert panel.focus_place() is panel.bar.file_button


def test_every_try_stands_there_and_why_it_failed_without_hovering(
    qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent
) -> None:
    show(qtbot, panel)
    assert panel.model.rowCount() == 2
    assert panel.state.text() == "Đã gửi, chưa có trả lời"
    assert "05/11/2026" in panel.sentence.text()
    assert (cell(panel, 0, 3), cell(panel, 1, 3)) == ("Đã gửi, chưa có trả lời", "không ghi được")
    panel.table.selectRow(1)
    qtbot.waitUntil(lambda: panel.lines.about.text() == "USB bị rút ra khi đang ghi.", timeout=WAIT)


def test_passed_verification_and_accepted_never_look_alike() -> None:
    assert words.LOOKS["valid"] != words.LOOKS["accepted"]
    assert {words.LOOKS["valid"][0], words.LOOKS["valid"][1]}.isdisjoint(words.LOOKS["accepted"])
    texts = {state: words.state_cell(state).text for state in words.LOOKS}
    assert len(set(texts.values())) == len(texts)
    assert len({picture for picture, _ in words.LOOKS.values()}) == len(words.LOOKS)


def test_a_file_is_chosen_and_its_lines_and_proposals_appear(
    qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    said: list[Any],
) -> None:  # fmt: skip
    path = tmp_path / "TRA-LOI.json"
    path.write_bytes(answer(on_the_way))
    monkeypatch.setattr(choose, "open_file", lambda *_: path)
    show(qtbot, panel)
    panel.bar.file_button.click()
    qtbot.waitUntil(lambda: panel.lines.count() == 3, timeout=WAIT)
    assert panel.state.text() == "Trả lại để sửa"
    assert "11/11/2026" in panel.sentence.text()
    assert cell(panel, 0, 3) == "Trả lại để sửa"
    assert "(3)" in panel.tabs.tabText(0)
    assert "(3)" in panel.tabs.tabText(1)
    assert said[-1].tone is Tone.DONE
    assert panel.lines.detail.text() == "Thiếu ISSN.\nGhi ISSN.\nNhư năm trước."


def test_a_line_opens_its_record_at_its_field(
    qtbot: QtBot, panel: AnswersPanel, returned: Sent, session: Session
) -> None:
    panel.lines.table.setFocus()
    panel.lines.table.selectRow(1)
    with qtbot.waitSignal(session.record_wanted, timeout=WAIT) as asked:
        qtbot.keyClick(panel.lines.table, Qt.Key.Key_Return)
    assert asked.args == ["publication", returned.records[1], "pages"]
    panel.lines.table.selectRow(2)
    assert not panel.lines.open_button.isEnabled()


def test_a_file_is_dropped(qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent, tmp_path: Path) -> None:
    path = tmp_path / "TRA-LOI.json"
    path.write_bytes(answer(on_the_way))
    show(qtbot, panel)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    panel.dropEvent(event)
    qtbot.waitUntil(lambda: panel.lines.count() == 3, timeout=WAIT)


def test_why_an_answer_is_not_taken_stays_until_esc(
    qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent, tmp_path: Path
) -> None:
    path = tmp_path / "TRA-LOI.json"
    path.write_bytes(answer(on_the_way, unit="PC02"))
    show(qtbot, panel)
    panel.bar.take(path)
    qtbot.waitUntil(panel.bar.problem.isVisible, timeout=WAIT)
    assert "PC02" in panel.bar.problem.text.text()
    assert panel.step_back()
    assert not panel.bar.problem.isVisible()
    assert not panel.step_back()


def test_a_code_says_what_it_means_while_it_is_typed_and_enter_takes_it(
    qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent
) -> None:
    show(qtbot, panel)
    typed = code(on_the_way, "valid")
    qtbot.keyClicks(panel.bar.code, typed[:6].lower())
    qtbot.waitUntil(lambda: panel.bar.meaning.text() == "5/12 ký tự", timeout=WAIT)
    qtbot.keyClicks(panel.bar.code, typed[6:])
    qtbot.waitUntil(lambda: on_the_way.package.name in panel.bar.meaning.text(), timeout=WAIT)
    assert "chưa chấp nhận" in panel.bar.meaning.text()
    assert panel.state.text() == "Đã gửi, chưa có trả lời"
    qtbot.keyClick(panel.bar.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.state.text() == "Đạt kiểm tra, chưa chấp nhận", timeout=WAIT)
    assert panel.bar.code.text() == ""


def test_a_wrong_code_is_said_to_be_wrong_at_once(
    qtbot: QtBot, panel: AnswersPanel, on_the_way: Sent
) -> None:
    show(qtbot, panel)
    qtbot.keyClicks(panel.bar.code, "000000000000")
    qtbot.waitUntil(lambda: "không ứng với gói nào" in panel.bar.meaning.text(), timeout=WAIT)
    qtbot.keyClick(panel.bar.code, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.bar.problem.isVisible, timeout=WAIT)
    assert panel.bar.code.text() == "000000000000"


def test_proposals_are_decided_with_a_and_r_and_undone(
    qtbot: QtBot, panel: AnswersPanel, returned: Sent, desk: Desk, session: Session, said: list[Any]
) -> None:
    one, two = returned.records
    view = panel.proposals
    panel.tabs.setCurrentWidget(view)
    view.table.setFocus()
    view.table.selectRow(0)
    assert "NXB CAND → NXB Trẻ" in view.detail.text()
    qtbot.keyClick(view.table, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: view.waiting() == 2, timeout=WAIT)
    assert desk.catalogue.record(one).get("publisher") == "NXB Trẻ"
    assert "Đã chấp nhận 1 đề xuất" in said[-1].text
    view.reason.setText("Bìa ghi NXB CAND")
    qtbot.keyClick(view.table, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: view.waiting() == 1, timeout=WAIT)
    assert desk.catalogue.record(two).get("publisher") == "NXB CAND"
    session.undo()
    qtbot.waitUntil(lambda: view.waiting() == 2, timeout=WAIT)
    session.undo()
    qtbot.waitUntil(lambda: view.waiting() == 3, timeout=WAIT)
    assert desk.catalogue.record(one).get("publisher") == "NXB CAND"


def test_many_are_taken_over_at_once_but_not_with_one_that_cannot_be(
    qtbot: QtBot, panel: AnswersPanel, returned: Sent, desk: Desk
) -> None:
    view = panel.proposals
    panel.tabs.setCurrentWidget(view)
    view.table.selectAll()
    assert not view.accept_button.isEnabled()
    view.table.selectRow(2)
    assert "nay là" in view.detail.text()
    view.table.clearSelection()
    model = view.table.selectionModel()
    for row in (0, 1):
        model.select(view.model.index(row, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)
    assert view.accept_button.isEnabled()
    view.accept_button.click()
    qtbot.waitUntil(lambda: view.waiting() == 1, timeout=WAIT)
    assert [desk.catalogue.record(one).get("publisher") for one in returned.records] == ["NXB Trẻ", "NXB Trẻ"]
    assert view.decided.isVisible()
    view.decided.setChecked(True)
    assert view.model.rowCount() == 3


def test_another_period_is_shown_when_asked_for(
    qtbot: QtBot, panel: AnswersPanel, desk: Desk, on_the_way: Sent
) -> None:
    half = sent.pack(desk, "2026-H1")
    sent.send(desk, half, at="2026-06-18T01:00:00Z")
    panel.open_with("2026-H1")
    panel.show()
    qtbot.waitUntil(lambda: panel.seen is not None and panel.model.rowCount() == 1, timeout=WAIT)
    assert "quá hạn" in panel.sentence.text()
    assert [panel.period.itemData(at) for at in range(panel.period.count())] == ["2026", "2026-H1"]
    panel.period.setCurrentIndex(0)
    panel.period.activated.emit(0)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=WAIT)


def test_everything_has_a_name_and_can_be_reached_by_keyboard(
    panel: AnswersPanel, qtbot: QtBot, returned: Sent
) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableView

    for kind in (QTableView, QComboBox, QLineEdit):
        for one in panel.findChildren(kind):
            if one.isVisibleTo(panel) and one.parent() is not panel.period:
                assert one.accessibleName(), one
    for button in panel.findChildren(QAbstractButton):
        if button.isVisibleTo(panel) and button.text():
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.text()
    panel.table.setFocus()
    assert panel.focus_place() is panel.table


def test_it_fits_a_small_screen(panel: AnswersPanel, returned: Sent) -> None:
    assert panel.minimumSizeHint().height() <= 480
    assert panel.minimumSizeHint().width() <= 1_100


def test_an_accepted_submission_says_so_before_it_is_opened_again(
    qtbot: QtBot, session: Session, on_the_way: Sent, desk: Desk
) -> None:
    from functools import partial

    from stdesk.ui.reporting.freeze_panel import FreezePanel
    from stdesk.ui.reporting.work import PeriodState, read_state

    part = FreezePanel()
    qtbot.addWidget(part)
    part.show()

    def looked() -> str:
        seen: list[PeriodState] = []
        session.run(part, partial(read_state, desk, "2026"), seen.append)
        qtbot.waitUntil(lambda: bool(seen), timeout=WAIT)
        part.show_state(seen[0])
        return part.lock.text() if part.lock.isVisible() else ""

    assert looked() == ""
    desk.answers.take_code(code(on_the_way, "accepted"))
    assert "đã được cơ quan trung ương chấp nhận" in looked()
    assert part.reopen_button.isVisible()
