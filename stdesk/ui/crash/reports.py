"""Faults of the program's own, heard from whatever thread, written down and told in the GUI thread."""

from __future__ import annotations

import contextlib
import logging
import platform
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from stdesk import crashes, traces

log = logging.getLogger(__name__)
_MOST = 20  # different faults that are written down in one run


class CrashReports(QObject):
    """Writes down faults of the program's own and tells the window.

    The same fault is written once however often it comes: one in the painting of a widget comes sixty
    times a second.

    Attributes:
        folder: where reports go; the open library's, or that of the settings.

    Signals:
        written: the :class:`stdesk.crashes.Report` of a fault nobody caught; in the GUI thread.
        told: the same of a piece of work that failed, whose owner says so itself.
    """

    written = Signal(object)
    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path = crashes.folder()
        self._known: dict[str, crashes.Report] = {}
        crashes.know(qt=qVersion(), screen=QGuiApplication.platformName() or platform.system())

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """As ``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if error.__traceback__ is None:
            error = error.with_traceback(trace)
        log.error("unexpected fault", exc_info=error)
        self.written.emit(self._report(error))

    def work_failed(self, error: BaseException) -> None:
        """A piece of work away from the GUI thread raised what is no ``UserError``."""
        self.told.emit(self._report(error))

    def _report(self, error: BaseException) -> crashes.Report:
        name = traces.one_line(error)
        if name not in self._known:
            report = crashes.report(error, self.folder)
            if len(self._known) >= _MOST:
                return report
            self._known[name] = report
        return self._known[name]


def save_report(report: crashes.Report, target: Path) -> None:
    """Write the text of ``report`` where the person wants it.

    Raises:
        OSError: it cannot be written there.
    """
    from stdesk import atomic

    with contextlib.suppress(FileExistsError):
        target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(target, report.text.replace("\n", "\r\n").encode("utf-8-sig"))
