"""Keys and the centre: made, read out, printed, brought back; lists compared and taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from stdesk.package.keys import SecretKey, code_of
from stdesk.package.roster import CentreInfo, KeyLine, Roster, read_card, seal_roster
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk
from stdesk.text import fold
from stdesk.ui.choose import choose
from stdesk.ui.keys.page import KeysPage
from stdesk.ui.reporting.printing import ask
from stdesk.ui.session import Session, Tone
from stdesk.ui.settings.page import SettingsPage

WAIT = 60_000
A, B = SecretKey.from_seed(b"a" * 32), SecretKey.from_seed(b"b" * 32)
WORDS = " ".join(fingerprint_words(A.public))


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> KeysPage:
    made = KeysPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    qtbot.waitUntil(lambda: bool(made.own.about.text()), timeout=WAIT)
    return made


@pytest.fixture
def own(qtbot: QtBot, page: KeysPage, desk: Desk) -> str:
    """The id of a key that is there and shown."""
    key = desk.keys.own().id
    page.refresh()
    qtbot.waitUntil(lambda: len(page.own.words.words) == 8, timeout=WAIT)
    return key


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def settle(qtbot: QtBot, page: KeysPage, said: list[Any], n: int = 1) -> Any:
    """The ``n``-th message, once nothing is under way."""
    qtbot.waitUntil(lambda: len(said) >= n and page._task is None, timeout=WAIT)
    return said[n - 1]


def roster(path: Path, version: int = 1, key: SecretKey = A, expires: str = "2027-12-31") -> Path:
    centre = CentreInfo("Cục V04 & Cơ yếu", (KeyLine(key.public.line),))
    path.write_bytes(seal_roster(Roster(version, "2026-10-01T01:00:00Z", expires, centre), key))
    return path


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    monkeypatch.setattr(choose, "open_file", lambda *_: path)
    monkeypatch.setattr(choose, "save_file", lambda *_: path)


# -- the own key


def test_looking_makes_no_key(page: KeysPage, desk: Desk) -> None:
    assert desk.keys.known() is None
    assert page.own.make_button.isVisible()
    assert not page.own.card_button.isVisible()
    assert not page.own.words.isVisible()
    assert page.focus_place() is page.own.make_button


def test_a_key_is_made_and_its_words_are_shown(
    qtbot: QtBot, page: KeysPage, desk: Desk, said: list[Any]
) -> None:
    click(qtbot, page.own.make_button)
    assert settle(qtbot, page, said).tone is Tone.DONE
    qtbot.waitUntil(lambda: bool(page.own.words.words), timeout=WAIT)
    made = desk.keys.known()
    assert made is not None
    assert page.own.words.words == made.words
    assert ", ".join(made.words) in page.own.words.accessibleName()
    assert made.id in page.own.facts.text()
    assert not page.own.make_button.isVisible()


def test_the_card_is_written(
    qtbot: QtBot, page: KeysPage, own: str, said: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(monkeypatch, tmp_path / "phiếu.json")
    click(qtbot, page.own.card_button)
    assert settle(qtbot, page, said).tone is Tone.DONE
    assert read_card((tmp_path / "phiếu.json").read_bytes()).key.id == own
    chosen(monkeypatch, None)
    click(qtbot, page.own.card_button)
    assert page._task is None
    chosen(monkeypatch, tmp_path / "không có" / "phiếu.json")
    click(qtbot, page.own.card_button)
    assert settle(qtbot, page, said, 2).tone is Tone.FAIL
    assert page.own.card_button.isEnabled()


def test_the_sheet_is_printed_and_written(
    qtbot: QtBot, page: KeysPage, own: str, said: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "in.pdf"))
    monkeypatch.setattr(ask, "printer", lambda *_: printer)
    click(qtbot, page.own.print_button)
    assert settle(qtbot, page, said).tone is Tone.DONE
    assert (tmp_path / "in.pdf").stat().st_size > 1000
    chosen(monkeypatch, tmp_path / "két.pdf")
    click(qtbot, page.own.file_button)
    assert "xóa tệp" in settle(qtbot, page, said, 2).text
    assert (tmp_path / "két.pdf").read_bytes().startswith(b"%PDF")
    assert own


def test_the_key_comes_back_by_typing(
    qtbot: QtBot, page: KeysPage, own: str, desk: Desk, said: list[Any]
) -> None:
    lines = code_of(A)
    click(qtbot, page.own.back_button)
    assert page.own.code.hasFocus()
    assert page.own.warning.isVisible()
    page.own.code.setPlainText("\n".join([lines[0], "0000 0000 0000 0000", *lines[2:]]))
    click(qtbot, page.own.use_button)
    qtbot.waitUntil(page.own.problem.isVisible, timeout=WAIT)
    assert "Dòng 2" in page.own.problem.text()
    assert desk.keys.own().id == own
    page.own.code.setPlainText("\n".join(lines).lower())
    click(qtbot, page.own.use_button)
    assert settle(qtbot, page, said).tone is Tone.DONE
    qtbot.waitUntil(lambda: page.own.words.words == fingerprint_words(A.public), timeout=WAIT)
    assert not page.own.back.isVisible()
    assert not page.own.code.toPlainText(), "a secret does not stay on the screen"


def test_the_key_comes_back_from_a_file(
    qtbot: QtBot, page: KeysPage, desk: Desk, said: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mã.txt").write_text("\n".join(code_of(A)), encoding="utf-8")
    click(qtbot, page.own.back_button)
    chosen(monkeypatch, tmp_path / "mã.txt")
    click(qtbot, page.own.scan_button)
    settle(qtbot, page, said)
    assert desk.keys.own().id == A.public.id


def test_escape_puts_the_code_away(qtbot: QtBot, page: KeysPage, own: str) -> None:
    assert own
    click(qtbot, page.own.back_button)
    page.own.code.setPlainText("WCWB")
    assert page.step_back()
    assert not page.own.back.isVisible()
    assert not page.own.code.toPlainText()
    assert page.own.back_button.hasFocus()
    assert not page.step_back()


# -- the centre's list


def test_the_first_list_is_compared_by_words(
    qtbot: QtBot, page: KeysPage, desk: Desk, said: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(monkeypatch, roster(tmp_path / "ds.json"))
    click(qtbot, page.centre.file_button)
    qtbot.waitUntil(page.centre.compare.isVisible, timeout=WAIT)
    assert "Cục V04 & Cơ yếu" in page.centre.asked.text()
    shown = fold(page.centre.asked.text())
    assert fold(WORDS.split(" ")[0]) not in shown.split(), "the words must come from the telephone"
    page.centre.typed.setPlainText(" ".join(fingerprint_words(B.public)))
    click(qtbot, page.centre.take_button)
    qtbot.waitUntil(page.centre.problem.isVisible, timeout=WAIT)
    assert desk.keys.roster() is None
    page.centre.typed.setPlainText(fold(WORDS))
    click(qtbot, page.centre.take_button)
    assert settle(qtbot, page, said).tone is Tone.DONE
    qtbot.waitUntil(lambda: page.centre.words.words == fingerprint_words(A.public), timeout=WAIT)
    assert "31/12/2027" in page.centre.about.text()
    assert "Bản số 1" in page.centre.facts.text()
    assert not page.centre.compare.isVisible()


def test_a_newer_list_of_a_trusted_key_needs_no_words(
    qtbot: QtBot, page: KeysPage, desk: Desk, said: list[Any], tmp_path: Path
) -> None:
    desk.keys.take_roster(roster(tmp_path / "1.json").read_bytes(), pinned_words=WORDS)
    page.look(roster(tmp_path / "2.json", 2))
    assert settle(qtbot, page, said).tone is Tone.DONE
    assert desk.keys.roster() is not None
    assert not page.centre.compare.isVisible()
    page.look(tmp_path / "2.json")
    assert "đang được dùng" in settle(qtbot, page, said, 2).text
    page.look(tmp_path / "1.json")
    assert "cũ hơn" in settle(qtbot, page, said, 3).text


def test_a_list_of_a_strange_key_asks_for_words_again(
    qtbot: QtBot, page: KeysPage, desk: Desk, said: list[Any], tmp_path: Path
) -> None:
    desk.keys.take_roster(roster(tmp_path / "1.json").read_bytes(), pinned_words=WORDS)
    page.look(roster(tmp_path / "2.json", 2, B))
    qtbot.waitUntil(page.centre.compare.isVisible, timeout=WAIT)
    assert page.step_back()
    assert not page.centre.compare.isVisible()
    assert desk.keys.centre_keys() == (A.public,)
    assert not said


def test_a_file_that_is_no_list_has_its_sentence(
    qtbot: QtBot, page: KeysPage, said: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_bytes(b"{}")
    page.look(tmp_path / "x.json")
    assert settle(qtbot, page, said).tone is Tone.FAIL
    page.look(tmp_path / "không có")
    assert settle(qtbot, page, said, 2).tone is Tone.FAIL


def test_what_to_see_to_stands_above(
    qtbot: QtBot, page: KeysPage, own: str, desk: Desk, tmp_path: Path
) -> None:
    raw = roster(tmp_path / "1.json", expires="2026-11-20").read_bytes()
    desk.keys.take_roster(raw, pinned_words=WORDS)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.notes) == 2, timeout=WAIT)
    said = " ".join(note.text.text() for note in page.notes)
    assert "20/11/2026" in said
    assert "chưa đăng ký" in said
    assert own


# -- manners


def test_every_control_has_a_name_and_is_reached_by_keyboard(page: KeysPage, own: str) -> None:
    page.own.ask_code()
    page.centre.compare.show()
    for button in page.findChildren(QPushButton):
        if button.isVisible():
            assert button.text() or button.accessibleName()
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert page.own.code.accessibleName()
    assert page.own.code.tabChangesFocus()
    assert page.centre.typed.accessibleName()
    assert own


def test_a_library_that_cannot_be_written_changes_nothing(
    qtbot: QtBot, page: KeysPage, own: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "read_only", property(lambda _: True))
    page.refresh()
    qtbot.waitUntil(lambda: not page.own.back_button.isEnabled(), timeout=WAIT)
    assert not page.centre.file_button.isEnabled()
    assert page.own.card_button.isEnabled()
    assert own


def test_settings_lead_here(qtbot: QtBot, session: Session) -> None:
    settings = SettingsPage(session)
    qtbot.addWidget(settings)
    settings.show()
    wanted: list[str] = []
    session.page_wanted.connect(lambda name, _arguments: wanted.append(name))
    click(qtbot, settings.keys_button)
    assert wanted == ["keys"]
