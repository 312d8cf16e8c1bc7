"""The narrative page: worded, kept, tied, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.narrative import Narrative, Sentence
from stdesk.ui.narrative.marks import Mark, mark_of
from stdesk.ui.narrative.page import NarrativePage
from stdesk.ui.narrative.sentence_card import SentenceCard
from stdesk.ui.session import Session, Tone
from tests.helpers.prepared import write_narrative
from tests.ui.keyboard import write

WAIT = 20_000
YEAR = parse_period("2026")


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> NarrativePage:
    for number in range(3):
        session.desk.catalogue.save(
            "research_task", {"title": f"Đề tài {number}", "level": "base", "start": "2026-02"}
        )
    return opened(qtbot, session)


def opened(qtbot: QtBot, session: Session) -> NarrativePage:
    made = NarrativePage(session)
    qtbot.addWidget(made)
    made.resize(1150, 700)
    made.show()
    qtbot.waitUntil(lambda: made.read is not None, timeout=WAIT)
    return made


def into(page: NarrativePage, sentence: str) -> SentenceCard:
    """The card of ``sentence``, the keyboard in it."""
    page.open_with({"period": "2026", "sentence": sentence})
    card = next(one for one in page.cards if one.sentence.id == sentence)
    card.text.setFocus()
    return card


def own(desk: Desk, sentence: str) -> str:
    """What is kept of ``sentence``."""
    held = desk.preparation.read(YEAR).texts.get(sentence)
    return held.text if held else ""


def settled(qtbot: QtBot, page: NarrativePage) -> None:
    """Everything typed is kept and read again."""
    qtbot.waitUntil(lambda: not page.unsaved and page._task is None and not page._saving, timeout=WAIT)


def captions(page: NarrativePage) -> list[str]:
    return [page.sections.item(at).text() for at in range(page.sections.count())]


def test_sections_say_how_they_stand(page: NarrativePage) -> None:
    shown = captions(page)
    assert shown[0] == "Lời mở đầu\nTự động"
    assert "1. Đặc điểm tình hình\nChưa viết" in shown
    assert "IV. KHÓ KHĂN, VƯỚNG MẮC\nPhải viết" in shown and "VI. ĐỀ XUẤT, KIẾN NGHỊ\nPhải viết" in shown
    assert "I. ĐẶC ĐIỂM TÌNH HÌNH, CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO" in shown  # the heading over two parts
    assert "câu còn phải viết" in page.summary.text()
    assert page.sections.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Lời mở đầu: Tự động"


def test_words_are_kept_when_one_leaves_them_as_one_act(
    qtbot: QtBot, page: NarrativePage, desk: Desk, said: list[Any]
) -> None:
    card = into(page, "difficulties")
    assert card.text.toPlainText() == "" and card.text.accessibleDescription() == "Phải viết"
    write(card.text, "Cán bộ kiêm nhiệm, địa bàn rộng.")
    assert own(desk, "difficulties") == ""
    page.sections.setFocus()
    settled(qtbot, page)
    assert own(desk, "difficulties") == "Cán bộ kiêm nhiệm, địa bàn rộng."
    assert said[-1].tone is Tone.DONE and said[-1].action is not None
    assert "IV. KHÓ KHĂN, VƯỚNG MẮC\nĐơn vị đã sửa" in captions(page)
    assert len(desk.catalogue.history()) == 4  # three tasks and this
    page.session.undo()
    qtbot.waitUntil(lambda: page.cards[0].text.toPlainText() == "", timeout=WAIT)
    assert page.cards[0].sentence.blank


def test_leaving_words_as_they_were_is_no_act(qtbot: QtBot, page: NarrativePage, desk: Desk) -> None:
    card = into(page, "tasks")
    write(card.text, "x")
    qtbot.keyClick(card.text, Qt.Key.Key_Backspace)
    page.sections.setFocus()
    settled(qtbot, page)
    assert own(desk, "tasks") == "" and len(desk.catalogue.history()) == 3


def test_ctrl_s_keeps_and_ctrl_enter_goes_on(qtbot: QtBot, page: NarrativePage, desk: Desk) -> None:
    card = into(page, "situation")
    card.go_in()
    assert card.text.textCursor().selectedText() == "…"  # typing takes the place of the dots
    write(card.text, "ổn định.")
    qtbot.keyClick(card.text, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: own(desk, "situation").endswith("trong kỳ: ổn định."), timeout=WAIT)
    settled(qtbot, page)
    assert card.text.hasFocus() and card.text.toPlainText().endswith("ổn định.")
    qtbot.keyClick(card.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.cards[0].sentence.id == "direction" and page.cards[0].text.hasFocus()
    assert page.step_back() and page.sections.hasFocus()
    assert not page.step_back()


def test_enter_in_the_sections_goes_into_the_words(qtbot: QtBot, page: NarrativePage) -> None:
    page.open_with({"period": "2026", "sentence": "network"})
    page.sections.setFocus()
    qtbot.keyClick(page.sections, Qt.Key.Key_Return)
    assert page.cards[0].text.hasFocus()


def test_a_figure_that_moves_is_marked_shown_and_looked_at(
    qtbot: QtBot, page: NarrativePage, desk: Desk, session: Session
) -> None:
    card = into(page, "tasks")
    card.text.setPlainText(card.text.toPlainText().replace("Đơn vị quản lý", "Toàn đơn vị quản lý"))
    page.sections.setFocus()
    settled(qtbot, page)
    saved = desk.catalogue.save("research_task", {"title": "Đề tài mới", "level": "base", "start": "2026-03"})
    session.done(saved.changes)
    qtbot.waitUntil(lambda: card.sentence.changed, timeout=WAIT)
    assert card.text.toPlainText().startswith("Toàn đơn vị quản lý, thực hiện 4 nhiệm vụ")
    texts = [chip.text() for chip in card.chips]
    assert "Nhiệm vụ khoa học và công nghệ: 4 (trước: 3)" in texts
    amber = [chip for chip in card.chips if chip.property("tone") == "amber"]
    assert amber and not card.accept_button.isHidden()
    assert any("Số đã thay đổi" in one for one in captions(page))
    with qtbot.waitSignal(session.page_wanted) as wanted:
        qtbot.keyClick(
            card.chips[texts.index("Nhiệm vụ khoa học và công nghệ: 4 (trước: 3)")], Qt.Key.Key_Return
        )
    assert wanted.args == ["figures", {"period": "2026", "figure": "tasks.total"}]
    card.accept_button.click()
    qtbot.waitUntil(lambda: not card.sentence.changed, timeout=WAIT)
    assert card.accept_button.isHidden() and card.sentence.own


def test_back_to_the_draft(qtbot: QtBot, page: NarrativePage, desk: Desk) -> None:
    card = into(page, "tasks")
    draft = card.text.toPlainText()
    write(card.text, "Thêm một câu. ")
    page.sections.setFocus()
    settled(qtbot, page)
    assert card.sentence.own and not card.reset_button.isHidden()
    card.reset_button.click()
    qtbot.waitUntil(lambda: not card.sentence.own, timeout=WAIT)
    assert card.text.toPlainText() == draft


def test_nothing_typed_is_lost_when_the_disk_refuses(
    qtbot: QtBot, page: NarrativePage, desk: Desk, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Narrative.put

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device", "kho")

    monkeypatch.setattr(Narrative, "put", refuse)
    card = into(page, "difficulties")
    write(card.text, "Viết khi đĩa đầy")
    page.sections.setCurrentRow(0)  # another part: the card is gone
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.FAIL, timeout=WAIT)
    again = into(page, "difficulties")
    assert again.text.toPlainText() == "Viết khi đĩa đầy"
    qtbot.waitUntil(lambda: not page._saving, timeout=WAIT)
    monkeypatch.setattr(Narrative, "put", kept)
    assert said[-1].action is not None
    said[-1].action()
    settled(qtbot, page)
    assert own(desk, "difficulties") == "Viết khi đĩa đầy"


def test_the_window_going_keeps_what_was_typed(page: NarrativePage, desk: Desk) -> None:
    card = into(page, "difficulties")
    write(card.text, "Gõ dở rồi tắt máy")
    page.put_down()
    assert own(desk, "difficulties") == "Gõ dở rồi tắt máy" and not page.unsaved


def test_hiding_the_page_keeps_what_was_typed(qtbot: QtBot, page: NarrativePage, desk: Desk) -> None:
    write(into(page, "proposals").text, "Đề nghị mở lớp")
    page.hide()
    qtbot.waitUntil(lambda: own(desk, "proposals") == "Đề nghị mở lớp", timeout=WAIT)


def test_another_report_has_other_sentences(qtbot: QtBot, page: NarrativePage, desk: Desk) -> None:
    write(into(page, "difficulties").text, "Của năm 2026")
    page.open_with({"period": "2027-KH", "sentence": "target_tasks"})
    qtbot.waitUntil(lambda: bool(page.read and page.read.period.code == "2027-KH"), timeout=WAIT)
    settled(qtbot, page)
    assert own(desk, "difficulties") == "Của năm 2026"
    assert page.place() == {"period": "2027-KH", "sentence": "target_tasks"}
    assert mark_of(page.cards[0].sentence) is Mark.BLANK  # targets not set
    assert not any("KHÓ KHĂN" in one for one in captions(page))


def test_typing_goes_on_while_the_sentences_are_read_again(
    qtbot: QtBot, page: NarrativePage, session: Session, desk: Desk
) -> None:
    card = into(page, "difficulties")
    write(card.text, "Đang gõ dở")
    saved = desk.catalogue.save("publication", {"title": "Bài", "issued": "2026-05"})
    before = page.read
    session.done(saved.changes)
    qtbot.waitUntil(lambda: page.read is not before and page._task is None, timeout=WAIT)
    assert card is next(one for one in page.cards if one.sentence.id == "difficulties")
    assert card.text.toPlainText() == "Đang gõ dở" and card.text.hasFocus()


def test_last_years_words_are_beside_and_taken_over(qtbot: QtBot, session: Session, desk: Desk) -> None:
    before = parse_period("2025")
    desk.catalogue.save("research_task", {"title": "Đề tài cũ", "level": "base", "start": "2025-02"})
    desk.catalogue.save("research_task", {"title": "Đề tài mới", "level": "base", "start": "2026-02"})
    write_narrative(desk, before)
    desk.readiness.explain(before, "Có lý do", *desk.readiness.check(before).open)
    desk.narrative.put(before, "tasks", "Cả năm có 1 nhiệm vụ khoa học và công nghệ.")
    desk.reporting.freeze(before)
    page = opened(qtbot, session)
    card = into(page, "tasks")
    assert card.last_text.text() == "Cả năm có 1 nhiệm vụ khoa học và công nghệ."
    card.take_button.click()
    assert card.text.toPlainText() == "Cả năm có 2 nhiệm vụ khoa học và công nghệ."
    page.sections.setFocus()
    settled(qtbot, page)
    assert own(desk, "tasks") == "Cả năm có {tasks.total} nhiệm vụ khoa học và công nghệ."
    assert into(page, "situation").last.isHidden() or page.cards[0].sentence.last_text


def test_too_long_a_text_is_said_and_stays(
    qtbot: QtBot, page: NarrativePage, desk: Desk, said: list[Any]
) -> None:
    card = into(page, "difficulties")
    card.text.setPlainText("a" * 20_007)
    assert card.note.text() == "Dài quá 7 ký tự"
    page.sections.setFocus()
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.FAIL, timeout=WAIT)
    assert len(card.text.toPlainText()) == 20_007 and own(desk, "difficulties") == ""
    with pytest.raises(UserError):
        page.put_down()


def test_every_control_has_a_name_and_tab_goes_in_reading_order(qtbot: QtBot, page: NarrativePage) -> None:
    card = into(page, "tasks")
    assert (
        card.text.accessibleName()
        == "Lời văn: 2. Phát triển nguồn tin, cơ sở dữ liệu và cung cấp thông tin cho V04 (4/8)"
    )
    assert all(chip.accessibleName() for chip in card.chips)
    qtbot.waitUntil(lambda: card.text.isVisible() and card.chips[-1].isVisible(), timeout=WAIT)
    qtbot.keyClick(card.text, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is card.chips[0]
    for _ in card.chips:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    following = page.cards[page.cards.index(card) + 1]
    assert QApplication.focusWidget() is following.text


def test_a_sentence_says_what_wants_a_person_first() -> None:
    def sentence(**more: Any) -> Sentence:
        plain = dict.fromkeys(Sentence.__dataclass_fields__, "")
        flags = {"own": False, "changed": False, "required": False, "blank": False, "figures": ()}
        return Sentence(**{**plain, **flags, **more})

    assert mark_of(sentence()) is Mark.DRAFTED
    assert mark_of(sentence(own=True)) is Mark.OWN
    assert mark_of(sentence(own=True, changed=True)) is Mark.CHANGED
    assert mark_of(sentence(blank=True, changed=True)) is Mark.BLANK
    assert mark_of(sentence(blank=True, required=True)) is Mark.MISSING
