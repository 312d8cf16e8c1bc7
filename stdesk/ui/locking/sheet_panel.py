"""The panel of the recovery sheet: printed or written down, and two groups of it typed back as a proof."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.locking import Recovery, asked_groups, groups_match
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.reporting.printing import ask, print_pdf
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_GROUP = 90


class SheetPanel(QWidget):
    """Hidden until it is opened.

    Signals:
        proved: the :class:`Recovery`, which is on paper by now.
        left: it was put away.
    """

    proved = Signal(object)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.recovery: Recovery | None = None
        self.asked = (0, 1)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.about = label(
            tr(
                "The recovery code opens the library when the password is forgotten. There is no other way in. "
                "Print it for the safe, or write it down by hand; do not photograph it, do not send it by telephone."
            ),
            wrap=True,
        )
        column.addWidget(self.about)
        column.addWidget(self._ways())
        self.code = label("", "title", wrap=True)
        self.code.setAccessibleName(tr("The recovery code"))
        self.code.hide()
        column.addWidget(self.code)
        column.addWidget(label(tr("Then type two groups of it, from the paper:")))
        column.addLayout(self._groups())
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._check)
        self.leave = QPushButton(tr("Leave it"))
        self.leave.clicked.connect(self.close_panel)
        row.addWidget(self.go)
        row.addWidget(self.leave)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def _ways(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, theme.tokens().s)
        self.print_button = icon_button("printer", tr("Print for the safe…"))
        self.print_button.clicked.connect(self.print_sheet)
        self.file_button = icon_button("file-pdf", tr("The sheet as a file…"))
        self.file_button.clicked.connect(self.write_sheet)
        self.show_button = icon_button("eye", tr("Show it, I write it down"))
        self.show_button.clicked.connect(self._show_code)
        for button in (self.print_button, self.file_button, self.show_button):
            flow.addWidget(button)
        return row

    def _groups(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.lines: list[QLineEdit] = []
        self._names = []
        for _ in range(2):
            named, line = label("", "label"), QLineEdit()
            line.setFixedWidth(_GROUP)
            line.setMaxLength(9)
            line.returnPressed.connect(self._check)
            named.setBuddy(line)
            self.lines.append(line)
            self._names.append(named)
            row.addWidget(named)
            row.addWidget(line)
        row.addStretch(1)
        return row

    def open_panel(self, recovery: Recovery, act: str) -> None:
        """Open it for a code; ``act``: what the button says."""
        self.recovery, self.asked = recovery, asked_groups(recovery.code)
        for place, named, line in zip(self.asked, self._names, self.lines, strict=True):
            text = tr("Group {n}", n=str(place + 1))
            named.setText(text)
            line.setAccessibleName(text)
            line.clear()
        self.go.setText(act)
        self.code.hide()
        self.code.clear()
        self.problem.hide()
        self.show()
        self.print_button.setFocus()

    def close_panel(self) -> bool:
        """Put it away; whether it was open. The code is forgotten: nothing was switched on with it."""
        was = not self.isHidden()
        self.recovery = None
        self.code.clear()
        for line in self.lines:
            line.clear()
        self.hide()
        if was:
            self.left.emit()
        return was

    def set_free(self, free: bool) -> None:
        """Whether something can be asked for."""
        for one in (self.print_button, self.file_button, self.show_button, *self.lines, self.go):
            one.setEnabled(free)

    def _show_code(self) -> None:
        if self.recovery is not None:
            self.code.setText(self.recovery.code)
            self.code.show()

    def print_sheet(self) -> None:
        """Print the sheet; no file is left."""
        if self.recovery is None:
            return
        printer = ask.printer(self, tr("Recovery code"), 1)
        if printer is not None:
            work = partial(_print, self.recovery.sheet, printer)
            self.session.run(self, work, self._printed, slow=True)

    def _printed(self, _pages: int) -> None:
        self.session.say(tr("Sent to the printer. Put the sheet into the safe."), Tone.DONE)
        self.lines[0].setFocus()

    def write_sheet(self) -> None:
        """Write the sheet to a file."""
        path = choose.save_file(self, tr("The sheet for the safe"), "ma-khoi-phuc-cat-ket.pdf", "PDF (*.pdf)")
        if path is not None and self.recovery is not None:
            self.session.run(self, partial(_write, self.session.desk, self.recovery, path), self._written)

    def _written(self, path: Path) -> None:
        said = tr("Sheet for the safe: {path}. Print it, then delete the file.", path=path)
        self.session.say(said, Tone.WARN)
        self.lines[0].setFocus()

    def _check(self) -> None:
        if self.recovery is None:
            return
        typed = [line.text() for line in self.lines]
        if not groups_match(self.recovery.code, self.asked, typed):
            wrong = next(
                at
                for at, place in enumerate(self.asked)
                if not groups_match(self.recovery.code, (place,), (typed[at],))
            )
            n = str(self.asked[wrong] + 1)
            self.problem.setText(
                tr("Group {n} is not as on the sheet. Look at the paper and type it again.", n=n)
            )
            self.problem.show()
            self.lines[wrong].selectAll()
            self.lines[wrong].setFocus()
            return
        self.problem.hide()
        self.proved.emit(self.recovery)


def _print(pdf: bytes, printer: Any, progress: Progress) -> int:
    return print_pdf(pdf, printer, progress)


def _write(desk: Desk, recovery: Recovery, path: Path, progress: Progress) -> Path:
    progress.check()
    return desk.locking.write_sheet(recovery, path)
