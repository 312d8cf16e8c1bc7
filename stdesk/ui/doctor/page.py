"""The library looked over: two depths, what was found line by line, what can be done, how large it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.health import FULL, QUICK, Depth
from stdesk.services.locking import Vault
from stdesk.ui import theme
from stdesk.ui.backups.words import show_size
from stdesk.ui.choose import choose
from stdesk.ui.doctor import reading
from stdesk.ui.doctor.check_row import CheckRow
from stdesk.ui.doctor.findings import Findings, keep
from stdesk.ui.doctor.reading import Check, Health, Recovered
from stdesk.ui.doctor.words import depth_words
from stdesk.ui.page import Page
from stdesk.ui.safety.card import give_back_keyboard, scrolled
from stdesk.ui.session import ClosedWork, Session
from stdesk.ui.tasks import Task, Work
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip


class DoctorPage(Page):
    """Buttons, the sum of it in one line, a row for each check, a table of sizes."""

    name = "doctor"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._task: Task | None = None
        self.seen: Health | None = None
        self._findings = Findings.of(session)
        self.rows: list[CheckRow] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        said = tr("Only looks; nothing is changed. Work can go on meanwhile.")
        column.addWidget(label(said, "soft", wrap=True))
        column.addWidget(self._buttons())
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.sum = NoteLine()
        column.addWidget(self.sum)
        area, inner = scrolled()
        below = QVBoxLayout(inner)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(t.m)
        self.list = QFrame()
        self.list.setProperty("place", "card")
        self._list = QVBoxLayout(self.list)
        self._list.setContentsMargins(0, t.xs, 0, t.xs)
        self._list.setSpacing(0)
        below.addWidget(self.list)
        self.sizes = QFrame()
        self.sizes.setProperty("place", "card")
        self._sizes = QGridLayout(self.sizes)
        self._sizes.setContentsMargins(t.l, t.m, t.l, t.m)
        self._sizes.setHorizontalSpacing(t.xl)
        self._sizes.setColumnStretch(2, 1)
        below.addWidget(self.sizes)
        below.addStretch(1)
        column.addWidget(area, 1)
        for card in (self.list, self.sizes):
            card.hide()

    def _buttons(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, theme.tokens().s)
        self.quick_button = icon_button("stethoscope", tr("Look quickly"), "on_accent")
        self.quick_button.setProperty("primary", True)
        self.quick_button.clicked.connect(partial(self.look, QUICK))
        self.full_button = icon_button("magnifying-glass-plus", tr("Look closely (read every file again)"))
        self.full_button.clicked.connect(partial(self.look, FULL))
        self.recover_button = icon_button("first-aid-kit", tr("Rescue into a new library…"))
        self.recover_button.clicked.connect(self.recover)
        self.buttons = (self.quick_button, self.full_button, self.recover_button)
        for button in self.buttons:
            flow.addWidget(button)
        return row

    def title(self) -> str:
        """The page's name."""
        return tr("Check the library")

    def focus_place(self) -> QWidget:
        """What mends the worst, else the way to look."""
        mends = (row.mend_button for row in self.rows if row.check.mend and row.mend_button.isEnabled())
        return next(mends, self.quick_button)

    def concerns(self, changes: Changes) -> bool:
        """What was found stands until it is looked for again."""
        return not changes.label

    def open_with(self, arguments: Any) -> None:
        """{"look": "quick" or "full"}: begin at once."""
        if isinstance(arguments, dict) and arguments.get("look"):
            self.look(FULL if arguments["look"] == FULL else QUICK)

    # -- what is shown ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what was found last."""
        if self._task is None:
            self._show(self._findings.health)

    def _show(self, seen: Health | None) -> None:
        self.seen = seen
        if seen is None:
            self.sum.tell(tr("The library was not looked over yet. The quick look takes seconds."))
            return
        self._tell_sum(seen)
        self._show_checks(seen)
        self._show_sizes(seen)

    def _tell_sum(self, seen: Health) -> None:
        when, deep = shown_time(seen.at), depth_words(seen)
        hurt = sum(one.state == "hurt" for one in seen.checks)
        if not hurt:
            text = tr("Looked over {deep}, {when}: everything is in order.", deep=deep, when=when)
            self.sum.tell(text, picture="check-circle", tone="green")
            return
        text = ntr(
            "Looked over {deep}, {when}: {n} thing is damaged. What to do stands beside it.",
            "Looked over {deep}, {when}: {n} things are damaged. What to do stands beside each.",
            hurt,
            deep=deep,
            when=when,
        )
        acts = [(tr("Go back to a backup…"), partial(self.session.page_wanted.emit, "backups", None))]
        beyond = any(one.state == "hurt" and one.mend is None for one in seen.checks)
        self.sum.tell(text, acts if beyond else (), picture="warning-circle", tone="red")

    def _show_checks(self, health: Health) -> None:
        for old in self.rows:
            self._list.removeWidget(old)
            old.hide()
            old.deleteLater()
        # What the quick look leaves out by its nature comes last; what a close one could not see comes early.
        order = {"hurt": 0, "mended": 1, "unknown": 2 if health.depth == FULL else 10}
        self.rows = []
        for one in sorted(health.checks, key=lambda one: order.get(one.state, 9)):
            row = CheckRow(one)
            row.mend_wanted.connect(partial(self.mend, one))
            self._list.addWidget(row)
            self.rows.append(row)
        self.list.setVisible(bool(self.rows))
        self._set_free(self._task is None)

    def _show_sizes(self, health: Health) -> None:
        while (item := self._sizes.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._sizes.addWidget(label(tr("How large it is"), "strong"), 0, 0, 1, 3)
        for at, one in enumerate(health.sizes, 1):
            shown = label(show_size(one.size))
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            shown.setAccessibleName(f"{one.title}: {show_size(one.size)}")
            self._sizes.addWidget(label(one.title, "soft"), at, 0)
            self._sizes.addWidget(shown, at, 1)
            counted = ntr("{n} file", "{n} files", one.count) if one.count else ""
            self._sizes.addWidget(label(counted, "small"), at, 2)
        self.sizes.setVisible(bool(health.sizes))

    # -- acts ------------------------------------------------------------------------------------

    def look(self, depth: Depth) -> None:
        """Look the library over."""
        self._run(partial(reading.look, self.session.desk, depth), self._looked)

    def _looked(self, health: Health) -> None:
        self._findings.note(health)
        self._show(health)

    def mend(self, check: Check) -> None:
        """Mend what a check found: on a copy, while the library is closed."""
        desk = self.session.desk
        work = partial(_mend, desk.folder, check.name, desk.user, desk.vault)
        title = tr("Mending: {what}", what=check.title)
        self.session.closed_wanted.emit(ClosedWork(title, work, partial(_mended, check.name), page="doctor"))

    def recover(self) -> None:
        """Ask where to, and make a new library of everything that can be read."""
        folder = choose.folder(self, tr("An empty folder for the new library"), "")
        if folder is not None:
            desk = self.session.desk
            self._run(
                partial(reading.recover, desk.folder, folder, desk.user, "", desk.vault),
                partial(self._recovered, folder),
            )

    def _recovered(self, folder: Path, made: Recovered) -> None:
        self.sum.tell(
            reading.recovered_words(made),
            [(tr("Open the new library"), partial(self.session.library_wanted.emit, folder))],
            picture="first-aid-kit",
            tone="amber" if made.lost else "green",
        )
        self.sum.buttons[0].setFocus()

    # -- work ------------------------------------------------------------------------------------

    def _run(self, work: Work, then: Callable[[Any], None]) -> None:
        if self._task is not None:
            return
        task = self.session.run(self, work, then, slow=True)
        self._task = task
        self.strip.follow(task)
        task.ended.connect(self._ended)  # after the strip is gone, whose button has the keyboard
        self._set_free(False)

    def _ended(self) -> None:
        self._task = None
        self._set_free(True)
        give_back_keyboard(self, self.focus_place())

    def _set_free(self, free: bool) -> None:
        for button in self.buttons:
            button.setEnabled(free)
        for row in self.rows:
            row.mend_button.setEnabled(free and not self.session.desk.read_only)

    def step_back(self) -> bool:
        """Esc: stop what is under way."""
        if self._task is None:
            return False
        self._task.cancel()
        return True


def _mend(folder: Path, name: str, user: str, vault: Vault | None, progress: Progress) -> Health:
    health = reading.mend(folder, name, user, vault, progress)
    keep(folder, health)  # before the window opens again, which shows it
    return health


def _mended(name: str, health: Health) -> str:
    check = next((one for one in health.checks if one.name == name), None)
    return f"{check.title}: {check.said}" if check is not None else tr("mended")
