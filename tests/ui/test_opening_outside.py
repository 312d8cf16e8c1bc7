"""A file of a locked library for another program: first said what that leaves on the disk, then done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.services.desk import Desk
from stdesk.ui.attachments.outside import open_copy
from stdesk.ui.session import Session, Tone
from tests.helpers.locked import PASSWORD, TODAY, make_locked, stretch_little

WAIT = 20_000


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    stretch_little(monkeypatch)
    make_locked(tmp_path / "kho")
    with Desk.open(tmp_path / "kho", clock=fixed_clock(TODAY), secret=PASSWORD) as opened:
        yield opened


def test_it_is_said_first_what_a_readable_copy_is(
    qtbot: QtBot, session: Session, said: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tam"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (tmp_path / "Quyết định.txt").write_text("Nội dung mật của đơn vị", encoding="utf-8")
    (item,) = session.desk.attachments.add([tmp_path / "Quyết định.txt"]).items
    opened: list[Path] = []
    owner = QObject(session)
    open_copy(session, owner, item, opened.append)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    (message,) = said
    assert message.tone is Tone.WARN and "bản đọc được" in message.text and "Quyết định.txt" in message.text
    assert opened == [] and list(temporary.iterdir()) == []
    message.action()
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    assert opened[0].name == "Quyết định.txt"
    assert opened[0].read_text(encoding="utf-8") == "Nội dung mật của đơn vị"
    session.desk.close()
    assert not opened[0].exists()


def test_what_cannot_be_opened_at_all_is_said_as_ever(
    qtbot: QtBot, session: Session, said: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ" + bytes(90))
    (item,) = session.desk.attachments.add([tmp_path / "a.exe"]).items
    open_copy(session, QObject(session), item, lambda _path: None)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[0].tone is Tone.FAIL and said[0].action is None
