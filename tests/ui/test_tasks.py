"""Work beside the window: nobody is called who is gone, nothing is touched that is being taken apart."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from stdesk.ui.tasks import TaskRunner


def test_tasks_may_end_while_their_widgets_go(qtbot: QtBot) -> None:
    runner, heard, living = TaskRunner(), list[Any](), list[QWidget]()
    for n in range(1_500):
        widget = QWidget()
        task = runner.run(widget, lambda _progress, n=n: n, beside=True)
        task.finished.connect(heard.append)
        if n % 3:
            widget.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        else:
            living.append(widget)
    qtbot.waitUntil(lambda: set(range(0, 1_500, 3)) <= set(heard))
    runner.shutdown()
    for widget in living:
        widget.deleteLater()


def test_after_the_end_nothing_is_begun(qtbot: QtBot) -> None:
    runner, widget, heard = TaskRunner(), QWidget(), list[Any]()
    qtbot.addWidget(widget)
    runner.shutdown()
    runner.run(widget, lambda _progress: heard.append("begun"))
    QCoreApplication.processEvents()
    assert not heard
    runner.shutdown()
