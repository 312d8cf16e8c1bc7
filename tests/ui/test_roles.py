"""Codes on the screen: set, asked for, refused, retired; a register number; a leader's approval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from stdesk.domain.records import Changes
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.roles import ADMINISTRATOR, LEADER
from stdesk.store import roles as store
from stdesk.ui.choose import choose
from stdesk.ui.records.list_panel import ListPanel
from stdesk.ui.records.printing import export_list
from stdesk.ui.reporting.page import ReportPage
from stdesk.ui.roles.card import RoleCard
from stdesk.ui.session import Session, Tone
from stdesk.ui.settings.page import SettingsPage
from tests.helpers import handing

WAIT = 60_000
CODE = "quản-trị-001"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "OPS", 1)
    monkeypatch.setattr(store, "MEMORY", 8192)


def shown(qtbot: QtBot, widget: QWidget, width: int = 900) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, 700)
    widget.show()


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=WAIT)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def card(qtbot: QtBot, session: Session) -> RoleCard:
    made = RoleCard(session)
    shown(qtbot, made, 540)
    made.refresh()
    return made


def give(qtbot: QtBot, card: RoleCard, role: str, name: str, code: str, again: str = "") -> None:
    click(qtbot, card.new_button)
    form = card.form
    form.role.setCurrentIndex(form.role.findData(role))
    for line, text in ((form.name, name), (form.code, code), (form.again, again or code)):
        line.setText(text)
    click(qtbot, form.set_button)


def test_codes_are_given_asked_for_and_taken_back(
    qtbot: QtBot, card: RoleCard, desk: Desk, said: list[Any]
) -> None:
    assert not card.anew_button.isVisible() and not card.needed.isVisible()
    give(qtbot, card, ADMINISTRATOR, "Trần Văn Quản", CODE, "khác hẳn")
    assert "không giống" in card.form.problem.text()
    card.form.again.setText("12345")
    card.form.code.setText("12345")
    click(qtbot, card.form.set_button)
    qtbot.waitUntil(lambda: "6" in card.form.problem.text(), timeout=WAIT)
    card.form.again.setText(CODE)
    card.form.code.setText(CODE)
    click(qtbot, card.form.set_button)
    qtbot.waitUntil(lambda: len(card.retire_buttons) == 1, timeout=WAIT)
    assert card.form.isHidden() and card.form.code.text() == ""
    assert said[-1].tone is Tone.DONE and CODE not in said[-1].text

    click(qtbot, card.end_button)  # whoever sets the first code is at work with it
    qtbot.waitUntil(lambda: not card.end_button.isVisible(), timeout=WAIT)
    give(qtbot, card, LEADER, "Lê Thị Trưởng", "lãnh-đạo-9")
    qtbot.waitUntil(card.ask.isVisible, timeout=WAIT)
    assert card.ask.line.echoMode() is QLineEdit.EchoMode.Password
    card.ask.line.setText("sai mất rồi")
    click(qtbot, card.ask.go)
    qtbot.waitUntil(lambda: bool(card.ask.problem.text()), timeout=WAIT)
    card.ask.line.setText(CODE)
    click(qtbot, card.ask.go)
    qtbot.waitUntil(lambda: len(card.retire_buttons) == 2, timeout=WAIT)
    assert card.needed.isVisible() and card.ask.line.text() == ""
    click(qtbot, card.retire_buttons[1])
    qtbot.waitUntil(lambda: len(card.retire_buttons) == 1, timeout=WAIT)
    assert [one.role for one in desk.roles.known().holders] == [ADMINISTRATOR]


def test_a_forgotten_code_is_set_anew_with_a_reason(qtbot: QtBot, card: RoleCard, desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    card.refresh()
    click(qtbot, card.anew_button)
    form = card.form
    assert form.reason.isVisible() and not form.role.isVisible() and not form.recovery.isVisible()
    for line, text in ((form.name, "Lan"), (form.code, "mã-mới-1"), (form.again, "mã-mới-1")):
        line.setText(text)
    click(qtbot, form.set_button)
    qtbot.waitUntil(lambda: "lý do" in form.problem.text(), timeout=WAIT)
    form.reason.setText("Anh Quản nghỉ hưu")
    click(qtbot, form.set_button)
    qtbot.waitUntil(lambda: desk.roles.known().holders[0].name == "Lan", timeout=WAIT)
    assert desk.catalogue.history()[0].params["reason"] == "Anh Quản nghỉ hưu"


def test_the_ceiling_asks_for_the_code_and_then_changes(
    qtbot: QtBot, session: Session, desk: Desk, said: list[Any]
) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    page = SettingsPage(session)
    shown(qtbot, page, 1100)
    ceiling = page.ceiling
    qtbot.waitUntil(lambda: bool(page.editors["unit_name"].text()), timeout=WAIT)
    assert not ceiling.change.isEnabled()
    ceiling.choice.setCurrentIndex(1)
    ceiling.choice.activated.emit(1)
    click(qtbot, ceiling.change)
    qtbot.waitUntil(ceiling.ask.isVisible, timeout=WAIT)
    qtbot.keyClick(ceiling.ask.line, Qt.Key.Key_Escape)
    assert not ceiling.ask.isVisible() and desk.unit["secrecy_ceiling"] == "thuong"
    click(qtbot, ceiling.change)
    qtbot.waitUntil(ceiling.ask.isVisible, timeout=WAIT)
    ceiling.ask.line.setText(CODE)
    qtbot.keyClick(ceiling.ask.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.unit["secrecy_ceiling"] == "mat", timeout=WAIT)
    qtbot.waitUntil(lambda: bool(said) and "Mật" in said[-1].text, timeout=WAIT)


def test_a_list_asks_for_the_register_number_or_leaves_out(
    qtbot: QtBot,
    session: Session,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[Any],
) -> None:
    desk.set_unit(secrecy_ceiling="mat")
    desk.catalogue.save("publication", {"title": "Chuyên đề Mật"}, secrecy="mat")
    panel = ListPanel(desk.kinds["publication"], session)
    shown(qtbot, panel, 1000)
    target = tmp_path / "ra.csv"
    monkeypatch.setattr(choose, "save_file", lambda *_: target)
    keys = list(desk.catalogue.ids(ListQuery("publication")))
    export_list(panel.place())
    qtbot.waitUntil(panel.register.isVisible, timeout=WAIT)
    assert not target.exists() and "sổ" in panel.register.said.text()
    click(qtbot, panel.register.way)
    qtbot.waitUntil(lambda: target.exists() and bool(said), timeout=WAIT)
    assert "Chuyên đề Mật" not in target.read_text("utf-8-sig") and not panel.register.isVisible()
    target.unlink()
    export_list(panel.place())
    qtbot.waitUntil(panel.register.isVisible, timeout=WAIT)
    panel.register.line.setText("15/2026")
    click(qtbot, panel.register.go)
    qtbot.waitUntil(target.exists, timeout=WAIT)
    assert "Chuyên đề Mật" in target.read_text("utf-8-sig")
    assert desk.catalogue.history()[0].params["number"] == "15/2026" and keys


def test_a_leader_approves_the_newest_submission(
    qtbot: QtBot, session: Session, desk: Desk, tmp_path: Path
) -> None:
    handing.save(desk, 1)
    handing.freeze(desk)
    page = ReportPage(session)
    shown(qtbot, page, 1200)
    page.open_with({"period": "2026", "part": "freeze"})
    part = page.freezing.approving
    qtbot.waitUntil(lambda: page.freezing.list.count() == 1, timeout=WAIT)
    assert part.isHidden()  # a unit without codes is not bothered
    desk.roles.set_code(LEADER, "Lê Thị Trưởng", "lãnh-đạo-9")
    desk.roles.need_approval(True)
    session.changed.emit(Changes())
    qtbot.waitUntil(lambda: not part.isHidden(), timeout=WAIT)
    assert part.name.currentText() == "Lê Thị Trưởng" and "đóng gói" in part.hint.text()
    part.code.setText("không phải")
    click(qtbot, part.button)
    qtbot.waitUntil(lambda: bool(part.problem.text()), timeout=WAIT)
    part.code.setText("lãnh-đạo-9")
    part.note.setText("Đồng ý nộp")
    click(qtbot, part.button)
    qtbot.waitUntil(lambda: "Đồng ý nộp" in part.told.text(), timeout=WAIT)
    assert part.code.text() == "" and desk.catalogue.history()[0].label == "report_approved"
    assert desk.handover.pack_report(desk.reporting.frozen()[-1], tmp_path / "usb").path.is_file()
