"""A scripted session in a list: how long the event loop stands still.

    python -m bench.desk_session LIBRARY

A clock of the window's own thread ticks every 10 ms; a tick that comes late tells how long nothing
else could have been answered.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.desk import Watch, open_window, own_settings, records_page, settled, share, until
from bench.measure import report, timed

TICK_MS = 10
Act = Callable[[], object]


class Script:
    """What a person does in a list."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.panel = page.list
        self.table = page.list.table
        self.watch = Watch(page)

    def acts(self) -> Iterator[tuple[str, Act]]:
        """Name and act, in order."""
        panel = self.panel
        yield "type", lambda: self.type("ky thuat hinh su")
        yield "clear", lambda: self.listed(self.clear)
        yield "scroll", self.scroll
        for name in ("title", "issued", "contributors"):
            yield f"sort by {name}", partial(self.listed, partial(panel.sort_by, name))
        yield "then by title", lambda: self.listed(lambda: panel.sort_by("title", second=True))
        yield "filter", lambda: self.listed(lambda: panel.filters.set_filter("issued", ("2025",)))
        yield (
            "filter more",
            lambda: self.listed(lambda: panel.filters.set_filter("department", ("PC02", "PC04"))),
        )
        yield "no filter", lambda: self.listed(panel.filters.clear)
        yield "choose all", self.choose_all
        yield "context menu", self.menu
        yield "choose one", self.choose_one
        yield "open", lambda: self.open(5)
        yield "open another", lambda: self.open(50_000)
        yield "type beside a form", lambda: self.type("nguyen van an")
        yield "clear beside a form", lambda: self.listed(self.clear)

    def rest(self, seconds: float = 0.15) -> None:
        """Let the window go on."""
        begun = time.perf_counter()
        until(lambda: time.perf_counter() - begun > seconds)

    def listed(self, act: Act) -> None:
        """Do ``act`` and wait for its list."""
        wanted = self.watch.listed + 1
        act()
        until(lambda: self.watch.listed >= wanted)
        self.rest()

    def type(self, words: str) -> None:
        """Letter by letter, fast."""
        for end in range(1, len(words) + 1):
            self.page.head.search.setText(words[:end])
            self.rest(0.06)
        self.rest(0.4)

    def clear(self) -> None:
        """Nothing in the search line."""
        self.page.head.search.setText("")

    def scroll(self) -> None:
        """From the first row to the last in forty leaps."""
        bar = self.table.verticalScrollBar()
        for step in range(40):
            bar.setValue(bar.maximum() * step // 40)
            self.rest(0.03)

    def choose_all(self) -> None:
        """Ctrl+A."""
        self.table.selectAll()
        self.rest(0.5)

    def choose_one(self) -> None:
        """A click."""
        self.table.selectRow(3)
        self.rest()

    def menu(self) -> None:
        """The menu over everything that is chosen."""
        self.panel.context_menu().close()
        self.rest()

    def open(self, row: int) -> None:
        """Enter on a row."""
        self.table.selectRow(row)
        self.panel.opened.emit(self.panel.model.key_at(row))
        until(lambda: self.page.detail is not None and self.page.detail.record is not None)
        self.rest(0.4)


def session(folder: Path) -> dict[str, Any]:
    """Play the script on the library in ``folder``."""
    from PySide6.QtCore import Qt, QTimer

    own_settings()
    desktop = open_window(folder)
    page = records_page(desktop)
    until(lambda: settled(page))
    ticks: list[float] = []
    clock = QTimer()
    clock.setTimerType(Qt.TimerType.PreciseTimer)
    clock.setInterval(TICK_MS)
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    clock.start()
    worst: list[tuple[float, str]] = []
    for name, act in Script(page).acts():
        before = len(ticks)
        act()
        part = ticks[max(0, before - 1) :]
        worst.append((max((after - one for one, after in pairwise(part)), default=0.0), name))
    clock.stop()
    gaps = [after - one for one, after in pairwise(ticks)]
    desktop.end()
    return {
        "gaps": len(gaps),
        "p99": share(gaps, 0.99),
        "most": max(gaps),
        "over 100 ms": sum(one > 0.1 for one in gaps),
        "by act": sorted(worst, reverse=True)[:8],
    }


if __name__ == "__main__":
    report(timed(lambda: session(Path(sys.argv[1]))))
