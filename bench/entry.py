"""One journal article entered by keys alone, in STDesk and as a row of a spreadsheet.

STDesk is measured: the real window over a library of 2,000 records, every key sent and counted, and the time the
program itself takes. The spreadsheet is counted: every cell's text and the key that leaves it, less what a
spreadsheet completes by itself from the cells above. What hands and head need is the keystroke-level model
of Card, Moran and Newell (1980): 0.28 s a key for a typist of 40 words a minute, 1.35 s to make up one's mind,
once a field.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import report, timed

KEY_S, MIND_S = 0.28, 1.35
ARTICLE: tuple[tuple[str, str, str], ...] = (
    # field, as typed here, as it stands in a sheet
    ("document_type", "bai bao tap chi", "Bài báo tạp chí"),
    ("title", "Nhận diện thủ đoạn lừa đảo trên không gian mạng", "Nhận diện thủ đoạn lừa đảo trên không gian mạng"),
    (
        "contributors", "Đại tá, TS Nguyễn Văn Bình; Thiếu tá, ThS Trần Thị Hoa",
        "Đại tá, TS Nguyễn Văn Bình; Thiếu tá, ThS Trần Thị Hoa",
    ),
    ("department", "PC02", "PC02"),
    ("container", "Tạp chí Cảnh sát nhân dân", "Tạp chí Cảnh sát nhân dân"),
    ("issued", "3/2026", "3/2026"),
    ("volume", "12", "12"),
    ("issue", "3", "3"),
    ("pages", "45-52", "45-52"),
    ("issn", "1859-4212", "1859-4212"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effort:
    """What one record costs.

    Attributes:
        fields: filled in.
        keys: pressed, letters included.
        waited: seconds the program took, beyond the person.
    """

    fields: int
    keys: int
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        """By the keystroke-level model, and what was waited for."""
        return self.keys * KEY_S + self.fields * MIND_S + self.waited


def sheet_row(above: Sequence[Sequence[str]]) -> Effort:
    """The same article as a row under the rows ``above``, with a spreadsheet's own completion."""
    keys = 0
    for column, (_field, _typed, text) in enumerate(ARTICLE):
        known = {row[column] for row in above if column < len(row) and row[column]}
        keys += _completed(text, known) + 1  # the key that leaves the cell
    return Effort(len(ARTICLE), keys)


def _completed(text: str, known: set[str]) -> int:
    """Keys until a spreadsheet proposes ``text``: it does so when one text above begins like that."""
    if text not in known:
        return len(text)
    for typed in range(1, len(text)):
        if sum(one.casefold().startswith(text[:typed].casefold()) for one in known) == 1:
            return typed
    return len(text)


def in_the_window(folder: Path) -> dict[str, Any]:
    """Enter the article in the real window; every key is counted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from stdesk import app as program
    from stdesk.ui.records.page import RecordsPage
    from stdesk.ui.shell import MainWindow

    app = program.make_app("vi")
    desktop = program.Desktop(app, program.CrashReports(app))
    desktop.open(folder, "records:publication")
    window = desktop.window
    assert isinstance(window, MainWindow)
    page = window.page("records:publication")
    assert isinstance(page, RecordsPage)

    def until(seen: Any) -> None:
        deadline = time.monotonic() + 30
        while not seen():
            QCoreApplication.processEvents()
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come so far")

    until(lambda: page.list.model.rowCount() > 0)
    keys, waited = 0, 0.0

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        nonlocal keys, waited
        keys += 1
        start = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
        QCoreApplication.processEvents()
        waited += time.perf_counter() - start

    def write(text: str) -> None:
        nonlocal keys, waited
        for letter in text:
            keys += 1
            start = time.perf_counter()
            for way in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):  # QTest knows ASCII only
                event = QKeyEvent(way, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(QApplication.focusWidget() or window, event)
            QCoreApplication.processEvents()
            waited += time.perf_counter() - start

    before = page.session.desk.catalogue.count("publication")
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    until(lambda: page.detail is not None and len(page.detail.form.boxes) == len(
        [one for one in page.kind.fields if not one.internal]
    ))  # fmt: skip
    assert page.detail is not None
    form = page.detail.form
    until(lambda: form.box_of(QApplication.focusWidget()) is not None)
    for name, typed, _text in ARTICLE:
        for _ in range(200):
            box = form.box_of(QApplication.focusWidget())
            if box is not None and box.editor.field.name == name:
                break
            press(Qt.Key.Key_Return)
        else:
            raise LookupError(f"Enter does not lead to {name}")
        write(typed)
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    start = time.perf_counter()
    until(lambda: page.session.desk.catalogue.count("publication") == before + 1)
    waited += time.perf_counter() - start
    until(lambda: page.detail is not None and page.detail.record is not None)
    record = page.detail.record
    assert record is not None
    missing = [name for name, _typed, _text in ARTICLE if record.get(name) is None]
    assert not missing, missing
    window.close()
    desktop.end()
    return {"fields": len(ARTICLE), "keys": keys, "waited": waited}


def measure(folder: Path) -> dict[str, Any]:
    """Both, on a copy of the library in ``folder``."""
    from stdesk.domain.values import show
    from stdesk.services.catalogue import ListQuery
    from stdesk.services.desk import Desk

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "library"
        shutil.copytree(folder, copy)
        with Desk.open(copy) as desk:
            kind = desk.kinds["publication"]
            keys = desk.catalogue.ids(ListQuery("publication"))[-200:]
            ids = [row.id for row in desk.catalogue.rows("publication", keys).values()]
            above = [
                [show(kind.field(name), desk.catalogue.record(one).get(name)) for name, _t, _s in ARTICLE]
                for one in ids
            ]
        ours = Effort(**in_the_window(copy))
    sheet = sheet_row(above)
    return {
        "ours": {"fields": ours.fields, "keys": ours.keys, "waited": ours.waited, "seconds": ours.seconds},
        "sheet": {"fields": sheet.fields, "keys": sheet.keys, "seconds": sheet.seconds},
    }


if __name__ == "__main__":
    report(timed(lambda: measure(Path(sys.argv[1]))))
