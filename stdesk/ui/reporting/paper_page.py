"""A printed page in the hand: which frozen report is it? By its code typed, or by a scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.paper import SUFFIXES, FrozenReport, Identified, Scanned
from stdesk.services.reporting import SignedCopy
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.page import Page
from stdesk.ui.reporting.paper_answer import Answer, AnswerCard, name_of, of_code, of_scan
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_CODE_WIDTH = 260
_LONGEST = 200


class PaperPage(Page):
    """A field for the code, a button for a scan, and below them the answer."""

    name = "paper"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._task: Task | None = None
        self._held: QWidget | None = None
        self.cards: list[AnswerCard] = []
        self.setAcceptDrops(True)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        said = tr("Every printed page carries the code of the frozen report it was made from, at its foot.")
        column.addWidget(label(said, "soft", wrap=True))
        column.addLayout(self._asking())
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.scan = ElidedLabel("", "soft")
        self.scan.hide()
        column.addWidget(self.scan)
        column.addWidget(self._answers(), 1)
        self._show_buttons()

    def _asking(self) -> QHBoxLayout:
        t = theme.tokens()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.code = QLineEdit(maxLength=_LONGEST, clearButtonEnabled=True)
        self.code.setAccessibleName(tr("Code on the paper"))
        self.code.setPlaceholderText(tr("For example 7F3K-Q2MD-9XRT"))
        self.code.setFixedWidth(_CODE_WIDTH)
        self.code.returnPressed.connect(self.check)
        named = label(tr("Code on the paper"))
        named.setBuddy(self.code)
        self.check_button = QPushButton(tr("Check the code"))
        self.check_button.setProperty("primary", True)
        give_icon(self.check_button, "magnifying-glass", "on_accent")
        self.check_button.clicked.connect(self.check)
        self.scan_button = icon_button("scan", tr("Open a scan…"))
        self.scan_button.clicked.connect(self.browse)
        for widget in (named, self.code, self.check_button, self.scan_button):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _answers(self) -> QScrollArea:
        t = theme.tokens()
        inner = QWidget()
        inner.setProperty("place", "clear")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, t.s, 0)
        self._column.setSpacing(t.m)
        self.empty = EmptyState(
            "scan",
            tr("Type the code, or drop a scan here"),
            tr(
                "The scan may be a PDF or a picture (PNG, JPG, TIFF, BMP). "
                "The page says which report it is, whether pages are missing, and keeps the signed scan with it."
            ),
        )
        self._column.addWidget(self.empty, 1)
        self._column.addStretch(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("What the paper is"))
        area.setWidget(inner)
        return area

    def title(self) -> str:
        """The page's name."""
        return tr("Check a printed report")

    def concerns(self, changes: Changes) -> bool:
        """Answers stay as they are: frozen reports do not change."""
        del changes
        return False

    def focus_place(self) -> QWidget:
        """The code."""
        return self.code

    def open_with(self, arguments: Any) -> None:
        """{"code": typed} or {"path": of a scan}."""
        if not isinstance(arguments, Mapping):
            return
        if arguments.get("code"):
            self.code.setText(str(arguments["code"]))
            self.check()
        elif arguments.get("path"):
            self.read(Path(str(arguments["path"])))

    # -- asking ------------------------------------------------------------------------------

    def check(self) -> None:
        """Look the typed code up."""
        typed = self.code.text()
        if not typed.strip():
            self.code.setFocus()
            return
        task = self._start(partial(_identify, self.session.desk, typed))
        if task is not None:
            task.finished.connect(partial(self._show_code, typed))

    def browse(self) -> None:
        """Ask for a scan."""
        pattern = " ".join(f"*{one}" for one in SUFFIXES)
        path = choose.open_file(self, tr("Choose a scan"), f"{tr('Scans')} ({pattern})")
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read the codes of a scan."""
        task = self._start(partial(_read, self.session.desk, path), slow=True)
        if task is not None:
            self.strip.follow(task)
            task.finished.connect(self._show_scan)
            task.cancelled.connect(partial(self.session.say, tr("Stopped. Nothing was changed.")))

    def _start(self, work: Any, *, slow: bool = False) -> Task | None:
        if self._task is not None:
            return None
        task = self.session.runner.run(self, work, slow=slow)
        task.failed.connect(self.session.say_error)
        task.ended.connect(self._ended)
        self._task = task
        self._held = self.focusWidget()
        self._show_buttons()
        return task

    def _ended(self) -> None:
        self._task = None
        self._show_buttons()
        if self.isVisible():  # a button that was switched off lost the keyboard
            again = (self.check_button, self.scan_button)
            next((one for one in again if one is self._held), self.code).setFocus()
        self._held = None

    def _show_buttons(self) -> None:
        free = self._task is None
        for button in (self.check_button, self.scan_button):
            button.setEnabled(free)
        for card in self.cards:
            card.setEnabled(free)

    def step_back(self) -> bool:
        """Esc: stop what is under way, then put the answer away."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.cards:
            self._show([])
            self.code.clear()
            self.code.setFocus()
            return True
        return False

    # -- answers -----------------------------------------------------------------------------

    def _show_code(self, typed: str, found: Identified) -> None:
        if found.report is not None and found.code:
            self.code.setText(found.code)
        self._show([of_code(found, typed)])

    def _show_scan(self, scanned: Scanned) -> None:
        self.code.clear()
        self._show(of_scan(scanned), scanned.path)
        self.scan.setText(ntr("{name}, {n} page", "{name}, {n} pages", scanned.pages, name=scanned.path.name))

    def _show(self, answers: Sequence[Answer], scan: Path | None = None) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        self.empty.setVisible(not answers)
        self.scan.setVisible(scan is not None)
        offered: set[str] = set()
        for place, answer in enumerate(answers):
            card = AnswerCard(answer)
            self._add_acts(card, scan, offered)
            self._column.insertWidget(place, card)
            self.cards.append(card)
        self._column.setStretch(self._column.count() - 1, 1 if answers else 0)

    def _add_acts(self, card: AnswerCard, scan: Path | None, offered: set[str]) -> None:
        for near in card.answer.near:
            code = self.session.desk.paper.code_of(near)
            button = card.add_button(f"{code}: {name_of(near)}", "arrow-right")
            button.clicked.connect(partial(self._try, code))
        report = card.answer.report
        if report is None:
            return
        if scan is not None and not report.trial and report.sha512 not in offered:
            offered.add(report.sha512)
            keep = card.add_button(
                tr("Keep this scan with submission {n}", n=str(report.submission)), "paperclip"
            )
            keep.setEnabled(not self.session.desk.read_only)
            keep.clicked.connect(partial(self._keep, report, scan))
        opened = card.add_button(tr("Open the report"), "file-text")
        opened.clicked.connect(partial(self.session.page_wanted.emit, "report", {"period": report.period}))

    def _try(self, code: str) -> None:
        self.code.setText(code)
        self.check()

    def _keep(self, report: FrozenReport, scan: Path) -> None:
        task = self._start(partial(_keep, self.session.desk, report, scan))
        if task is not None:
            self.strip.follow(task)
            task.finished.connect(self._kept)

    def _kept(self, copy: SignedCopy) -> None:
        self.session.done(copy.changes)

    # -- dropping ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file of this computer is welcome."""
        if _dropped(event) is not None and self._task is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read it."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.read(path)


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _identify(desk: Desk, typed: str, progress: Progress) -> Identified:
    progress.check()
    return desk.paper.identify(typed)


def _read(desk: Desk, path: Path, progress: Progress) -> Scanned:
    return desk.paper.read_scan(path, progress)


def _keep(desk: Desk, report: FrozenReport, path: Path, progress: Progress) -> SignedCopy:
    return desk.reporting.keep_signed(report, path, progress)
