"""The window's lists: start, keystrokes and orders, beside bare limits of the same run.

    python -m bench.desk start LIBRARY | bare | keys LIBRARY | sorts LIBRARY

A keystroke counts from the letter's arrival in the search line until the rows found stand painted.
Its bare limit is the list's own question (which records have the words, in the list's order) put to
the database's driver alone, the driver's rows fetched, nothing shown.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

from bench.measure import report, since_spawned, timed

KIND = "publication"
TYPED = (
    "ky thuat hinh su",
    "nguyễn văn an",
    "ma túy 2025",
    "chuyen doi so",
    "1859-4212",
    "cong an xa",
    "đầm dơi",
)
SIZE = (1366, 768)
_WAIT_S = 60
_LARGE = 500_000  # records from which fewer words are typed: each answer takes seconds, bare as well


def share(times: list[float], part: float) -> float:
    """The value below which ``part`` of ``times`` lie."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def until(true: Callable[[], bool]) -> float:
    """Turn the event loop until ``true``; how long it took, in seconds."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    begun = time.perf_counter()
    while not true():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        if time.perf_counter() - begun > _WAIT_S:
            raise RuntimeError("the window does not answer")
    return time.perf_counter() - begun


# -- start ---------------------------------------------------------------------------------------


def bare_window() -> float:
    """Seconds from nothing to a Qt window with an empty table, shown and painted."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget

    painted: list[bool] = []

    class Table(QTableWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            painted.append(True)

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(Table(20, 6))
    window.resize(*SIZE)
    window.show()
    until(lambda: bool(painted))
    taken = since_spawned()
    del app
    return taken


def start(folder: Path) -> float:
    """Seconds from nothing to the list of ``folder``, painted and ready to be typed into."""
    own_settings()
    desktop = open_window(folder)
    page = records_page(desktop)
    watch = Watch(page)
    until(lambda: watch.painted > 0)
    taken = since_spawned()
    desktop.end()
    return taken


def own_settings() -> None:
    os.environ["XDG_CONFIG_HOME"] = mkdtemp(prefix="stdesk-bench-")


def open_window(folder: Path) -> Any:
    from stdesk import app

    application = app.make_app("vi")
    sys.setswitchinterval(app._SWITCH_S)  # noqa: SLF001 - as the program itself is started
    crashes = app.CrashReports(application)
    desktop = app.Desktop(application, crashes)
    desktop.open(folder, f"records:{KIND}")
    if desktop.window is None:
        raise RuntimeError("no window")
    desktop.window.resize(*SIZE)
    return desktop


def records_page(desktop: Any) -> Any:
    return desktop.window.current()


class Watch:
    """How often the rows of a table were painted, and of which list."""

    def __init__(self, page: Any) -> None:
        from PySide6.QtCore import QEvent, QObject

        self.listed = 0
        self.painted = -1
        watch = self

        class Filter(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    watch.painted = watch.listed
                return False

        self._filter = Filter(page)
        page.list.table.viewport().installEventFilter(self._filter)
        page.list.listed.connect(self._count)

    def _count(self, _n: int) -> None:
        self.listed += 1


def settled(page: Any) -> bool:
    """Whether the list stands there and nothing more is under way for it."""
    return bool(page.list.model.rowCount() and page.list.table.isVisible() and page.list.foot.text.text())


# -- keystrokes ----------------------------------------------------------------------------------


def keys(folder: Path) -> dict[str, Any]:
    """Seconds from letter to painted rows, and of the bare question, letter by letter in turns."""
    own_settings()
    desktop = open_window(folder)
    page = records_page(desktop)
    until(lambda: settled(page))
    watch, bare = Watch(page), Bare(folder)
    ours: list[float] = []
    theirs: list[float] = []
    line = page.head.search
    large = page.list.model.rowCount() > _LARGE
    for words in TYPED[: 3 if large else None]:
        for letter in range(1, len(words) + 1):
            if words[letter - 1] == " ":
                continue
            ours.append(_type(line, page, watch, words[:letter]))
            theirs.append(bare.ask(words[:letter]))
        _type(line, page, watch, "")
    desktop.end()
    return {
        "n": len(ours), "ours": _of(ours), "bare": _of(theirs), "ratio p95": share(ours, 0.95) / share(theirs, 0.95)
    }  # fmt: skip


def _of(times: list[float]) -> dict[str, float]:
    return {"p50": median(times), "p95": share(times, 0.95), "most": max(times)}


def _type(line: Any, page: Any, watch: Watch, text: str) -> float:
    wanted = watch.listed + 1
    begun = time.perf_counter()
    line.setText(text)
    # rows found are painted; where nothing is found another page takes the table's place
    until(lambda: watch.listed >= wanted and (watch.painted >= wanted or not page.list.model.rowCount()))
    return time.perf_counter() - begun


class Bare:
    """The database's driver alone."""

    def __init__(self, folder: Path) -> None:
        from sqlcipher3 import dbapi2 as sqlite3

        self._database = sqlite3.connect(f"file:{folder / 'library.db'}?mode=ro", uri=True)
        self._database.execute("PRAGMA cache_size = -65536")  # what the program itself has

    def ask(self, words: str, order: str = "number ASC, pk ASC") -> float:
        """Seconds for the keys of what has ``words``, in ``order``."""
        from stdesk.store.search import match_expression

        expression = match_expression(words)
        found = f"{KIND}__search"
        searched = f" AND pk IN (SELECT rowid FROM {found} WHERE {found} MATCH ?)" if expression else ""
        sql = f"SELECT pk FROM {KIND} WHERE state IN ('draft', 'complete'){searched} ORDER BY {order}"
        begun = time.perf_counter()
        self._database.execute(sql, (expression,) if expression else ()).fetchall()
        return time.perf_counter() - begun


# -- orders --------------------------------------------------------------------------------------


def sorts(folder: Path) -> dict[str, Any]:
    """By every sortable column, both ways, and some by two: from the click to the rows painted."""
    from stdesk.domain.kinds import all_kinds
    from stdesk.store.tables import make_tables

    own_settings()
    desktop = open_window(folder)
    page = records_page(desktop)
    until(lambda: settled(page))
    watch, bare = Watch(page), Bare(folder)
    columns = make_tables(all_kinds())[KIND].sort | {"number": "number", "state": "state"}
    names = [one.name for one in page.list.model.columns if one.sortable]
    orders: list[tuple[tuple[str, bool], ...]] = [((name, down),) for name in names for down in (False, True)]
    orders += [
        ((one, False), (other, True)) for one, other in zip(names[1:], names[2:] + names[1:2], strict=True)
    ]
    said = {}
    for order in orders:
        theirs = bare.ask("", _sql(order, columns))
        ours = median(_sort(page, watch, order) for _ in range(3))
        theirs = median([theirs, bare.ask("", _sql(order, columns)), bare.ask("", _sql(order, columns))])
        said[" ".join(f"{name}{'↓' if down else '↑'}" for name, down in order)] = (ours, theirs)
    desktop.end()
    return said


def _sql(order: tuple[tuple[str, bool], ...], columns: dict[str, str]) -> str:
    parts = [f"{columns[name]} {'DESC' if down else 'ASC'} NULLS LAST" for name, down in order]
    return ", ".join([*parts, f"pk {'DESC' if order[0][1] else 'ASC'}"]).replace(
        "number ASC NULLS LAST", "number ASC"
    )


def _sort(page: Any, watch: Watch, order: tuple[tuple[str, bool], ...]) -> float:
    wanted = watch.listed + 1
    begun = time.perf_counter()
    page.list._order(order)  # noqa: SLF001 - what a click on a header comes to
    page.list.read()
    until(lambda: watch.painted >= wanted)
    return time.perf_counter() - begun


MODES: dict[str, Callable[..., Any]] = {
    "bare": bare_window, "start": start, "keys": keys, "sorts": sorts
}  # fmt: skip

if __name__ == "__main__":
    run = timed(lambda: MODES[sys.argv[1]](*(Path(one) for one in sys.argv[2:])))
    report(replace(run, seconds=run.said) if sys.argv[1] in ("bare", "start") else run)
