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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import report, timed

KEY_S, MIND_S = 0.28, 1.35
ARTICLE: tuple[tuple[str, str, str], ...] = (
    # field, as typed here, as it stands in a sheet
    ("document_type", "bai bao tap chi", "Bài báo tạp chí"),
    ("title", "Nhận diện thủ đoạn lừa đảo trên không gian mạng", "Nhận diện thủ đoạn lừa đảo trên không gian mạng"),
    ("contributors", "", ""),  # two people of the library
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


Article = Sequence[tuple[str, str, str]]


def sheet_row(article: Article, above: Sequence[Sequence[str]]) -> Effort:
    """The same article as a row under the rows ``above``, with a spreadsheet's own completion."""
    keys = 0
    for column, (_field, _typed, text) in enumerate(article):
        known = {row[column] for row in above if column < len(row) and row[column]}
        keys += _completed(text, known) + 1  # the key that leaves the cell
    return Effort(len(article), keys)


def _completed(text: str, known: set[str]) -> int:
    """Keys until a spreadsheet proposes ``text``: it does so when one text above begins like that."""
    if text not in known:
        return len(text)
    for typed in range(1, len(text)):
        if sum(one.casefold().startswith(text[:typed].casefold()) for one in known) == 1:
            return typed
    return len(text)


class Window:
    """The real window with a list of publications, and someone at the keyboard who counts.

    Attributes:
        keys: pressed so far, a letter counts as one.
        waited: seconds the program took for them.
    """

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from stdesk import app as program
        from stdesk.ui.records.page import RecordsPage

        self.app = program.make_app("vi")
        self.desktop = program.Desktop(self.app, program.CrashReports(self.app))
        self.desktop.open(folder, "records:publication")
        page = self.desktop.window.current()  # type: ignore[union-attr]
        assert isinstance(page, RecordsPage)
        self.page = page
        self.focus = QApplication.focusWidget
        self.keys, self.waited = 0, 0.0

    def until(self, seen: Callable[[], Any]) -> None:
        """Turn the event loop until something is seen."""
        deadline = time.monotonic() + 30
        while not seen():
            self.app.processEvents()
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come so far")

    def rest(self) -> None:
        """A part of the time that a person takes for the next field: what comes from beside may come."""
        until = time.monotonic() + MIND_S / 4
        while time.monotonic() < until:
            self.app.processEvents()

    def press(self, key: int, text: str = "", *, control: bool = False) -> None:
        """Press a key; ``text`` is what it types."""
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtTest import QTest

        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        at = self.focus() or self.desktop.window
        self.keys += 1
        start = time.perf_counter()
        if text:  # QTest knows ASCII only
            for way in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                self.app.sendEvent(at, QKeyEvent(way, key, held, text))  # type: ignore[arg-type]
        else:
            QTest.keyClick(at, Qt.Key(key), held)  # type: ignore[call-overload]
        self.app.processEvents()
        self.waited += time.perf_counter() - start

    def enter(self, name: str, typed: str, wanted: str) -> None:
        """Enter until the field, then type until the program proposes what is wanted, and take it."""
        from PySide6.QtCore import Qt

        form = self.page.detail.form  # type: ignore[union-attr]
        box = form.boxes[name]
        for _ in range(100):
            if form.box_of(self.focus()) is box:
                break
            self.press(Qt.Key.Key_Return)
        else:
            raise LookupError(f"Enter does not lead to {name}")
        self.rest()
        if box.editor.value() is not None:
            return  # it was brought along
        for one, meant in zip(typed.split("; "), wanted.split("; "), strict=True):
            self._write(box.editor, one, meant)
            if typed != one:
                self.press(Qt.Key.Key_Semicolon, ";")

    def _write(self, editor: Any, typed: str, wanted: str) -> None:
        from PySide6.QtCore import Qt

        for at, letter in enumerate(typed, 1):
            self.press(0, letter)
            if _offers(editor, wanted):
                return
            proposals = [one.split(" · ")[0] for one in getattr(self.focus(), "proposals", ())]
            if wanted in proposals and proposals.index(wanted) + 2 < len(typed) - at:
                for _ in range(proposals.index(wanted) + 1):
                    self.press(Qt.Key.Key_Down)
                self.press(Qt.Key.Key_Return)
                return


def _offers(editor: Any, wanted: str) -> bool:
    """Whether a choice has understood what is meant, and will say so when it is left."""
    from stdesk.ui.forms.choice_editor import ChoiceEditor

    if not isinstance(editor, ChoiceEditor):
        return False
    found = editor.codes.search(editor.line.text())
    return len(found) == 1 and str(found[0].text) == wanted


def in_the_window(folder: Path, article: Article) -> dict[str, Any]:
    """Enter the article in the real window; every key is counted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt

    window = Window(folder)
    page = window.page
    window.until(lambda: page.list.model.rowCount() > 0)
    window.press(Qt.Key.Key_N, control=True)
    window.until(lambda: page.detail is not None and page.detail.form.ready)
    assert page.detail is not None
    form = page.detail.form
    window.until(lambda: form.box_of(window.focus()) is not None)
    for name, typed, text in article:
        window.enter(name, typed, text)
    window.press(Qt.Key.Key_S, control=True)
    start = time.perf_counter()
    window.until(lambda: page.detail is not None and page.detail.record is not None)
    window.waited += time.perf_counter() - start
    record = page.detail.record
    assert record is not None
    missing = [name for name, _typed, _text in article if record.get(name) is None]
    assert not missing and record.get("document_type") == "journal_article", missing
    window.desktop.window.close()  # type: ignore[union-attr]
    window.desktop.end()
    return {"fields": len(article), "keys": window.keys, "waited": window.waited}


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
            people = desk.catalogue.facet("publication", "contributors")[:2]
            authors = "; ".join(name for name, _n in people)
            article = [(n, t or authors, s or authors) for n, t, s in ARTICLE]
            keys = desk.catalogue.ids(ListQuery("publication"))[-200:]
            ids = [row.id for row in desk.catalogue.rows("publication", keys).values()]
            above = [
                [show(kind.field(name), desk.catalogue.record(one).get(name)) for name, _t, _s in ARTICLE]
                for one in ids
            ]
        ours = Effort(**in_the_window(copy, article))
    sheet = sheet_row(article, above)
    return {
        "ours": {"fields": ours.fields, "keys": ours.keys, "waited": ours.waited, "seconds": ours.seconds},
        "sheet": {"fields": sheet.fields, "keys": sheet.keys, "seconds": sheet.seconds},
    }


if __name__ == "__main__":
    report(timed(lambda: measure(Path(sys.argv[1]))))
