"""The window's tests: a real library, the real theme, nothing left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk import i18n
from stdesk.clock import fixed_clock
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.session import Session
from stdesk.ui.tasks import TaskRunner
from tests.ui.officer import TODAY, Officer

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the person's own window state."""
    monkeypatch.setattr("stdesk.paths.settings_folder", lambda: tmp_path / "settings")


@pytest.fixture(scope="session")
def _dressed(qapp: QApplication) -> QApplication:
    theme.apply(qapp, dark=False)
    return qapp


@pytest.fixture(autouse=True)
def _gui(_dressed: QApplication) -> Iterator[None]:
    """Cycles are collected in this thread only; widgets are gone before the next test."""
    i18n.use("vi")
    gc.disable()
    yield
    for widget in QApplication.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()
    i18n.use("vi")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A library of an invented unit, on 2 November 2026."""
    opened = Desk.create(
        tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải", clock=fixed_clock(NOW)
    )
    yield opened
    opened.close()


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    """A session over it; every worker is finished before the library closes."""
    runner = TaskRunner()
    made = Session(desk, runner)
    yield made
    runner.shutdown()
    QCoreApplication.processEvents()
    made.deleteLater()


@pytest.fixture
def said(session: Session) -> list[Any]:
    """The messages of the message bar, in order."""
    heard: list[Any] = []
    session.said.connect(heard.append)
    return heard


@pytest.fixture
def officer(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Officer]:
    """Someone in front of the program as it is started the first time, on 2 November 2026."""
    monkeypatch.setattr("stdesk.paths.default_library", lambda: tmp_path / "STDesk")
    really = Desk.open
    monkeypatch.setattr(Desk, "open", partial(really, clock=fixed_clock(TODAY)))
    one = Officer(qtbot, qapp)
    yield one
    one.leave()
