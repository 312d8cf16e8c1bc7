"""A person decides about a package: accepts it, returns it with lines, or takes one in that was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.central.model import ACCEPTED, QUARANTINED, RETURNED, PackageRow
from stdesk.central.remarks import Remarks
from stdesk.central.rules import ERROR
from stdesk.domain.kinds import Kinds
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.central.lines_table import LinesTable
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class DecidePanel(QWidget):
    """Stands in place of what is known of the package, until it is sent or left.

    Signals:
        decided: it is to be sent. left: it is not.
        workbook_wanted, template_wanted: lines from a workbook; a workbook to write them in.
    """

    decided = Signal()
    left = Signal()
    workbook_wanted = Signal()
    template_wanted = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = ""
        self.package: PackageRow | None = None
        self.workbook: Path | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.heading = label("", "heading", wrap=True)
        self.about = label("", "soft", wrap=True)
        column.addWidget(self.heading)
        column.addWidget(self.about)
        self.lines = LinesTable(kinds)
        column.addWidget(self.lines, 1)
        column.addWidget(self._sources())
        column.addLayout(self._words())
        self.problem = label("", "problem", wrap=True)
        column.addWidget(self.problem)
        column.addLayout(self._acts())
        self._filler = QWidget()
        column.addWidget(self._filler, 1)

    def _sources(self) -> QWidget:
        self.sources = QWidget()
        row = QHBoxLayout(self.sources)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        self.keys = label(tr("Type into a cell · Tab: next cell · Ctrl+Delete: remove the line"), "small")
        self.workbook_button = icon_button("file-xls", tr("Lines from a workbook…"))
        self.workbook_button.clicked.connect(self.workbook_wanted)
        self.template_button = icon_button("floppy-disk", tr("Write a workbook to fill in…"))
        self.template_button.clicked.connect(self.template_wanted)
        self.typing_button = icon_button("pencil-simple", tr("Type the lines instead"))
        self.typing_button.clicked.connect(self.type_instead)
        row.addWidget(self.keys, 1)
        for button in (self.workbook_button, self.template_button, self.typing_button):
            row.addWidget(button)
        return self.sources

    def _words(self) -> QGridLayout:
        t = theme.tokens()
        grid = QGridLayout()
        grid.setHorizontalSpacing(t.s)
        grid.setVerticalSpacing(t.s)
        self.note, self.by = QLineEdit(), QLineEdit()
        self.note_caption = label("", "label")
        self.by_caption = label(tr("Who decides"), "label")
        self.by.setAccessibleName(tr("Who decides"))
        for row, (caption, line) in enumerate(((self.note_caption, self.note), (self.by_caption, self.by))):
            caption.setBuddy(line)
            grid.addWidget(caption, row, 0)
            grid.addWidget(line, row, 1)
            line.returnPressed.connect(self.decided)
        grid.setColumnStretch(1, 1)
        return grid

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.do_button = icon_button("check", "", "on_accent")
        self.do_button.setProperty("primary", True)
        self.do_button.clicked.connect(self.decided)
        self.leave_button = icon_button("x", tr("Leave it"))
        self.leave_button.clicked.connect(self.left)
        row.addWidget(self.do_button)
        row.addWidget(self.leave_button)
        row.addStretch(1)
        return row

    def ask(self, package: PackageRow, status: str) -> None:
        """Ask about ``package``; what was typed about it before still stands there.

        Args:
            status: accepted, returned, or quarantined: to take in one that was set aside.
        """
        if self.package is None or (self.package.fingerprint, self.status) != (package.fingerprint, status):
            self.workbook = None
            self.note.clear()
            found = [one for one in package.findings if one.get("severity") == ERROR]
            self.lines.set_lines(found if status == RETURNED else ())
        self.package, self.status = package, status
        self.say_problem("")
        heading, about, act, note = {
            ACCEPTED: (
                tr("Accept {package}", package=package.name),
                tr("Its records count. The unit is told so, with the centre's numbers and possible doubles."),
                tr("Accept the package"),
                tr("A word to the unit (need not be)"),
            ),
            RETURNED: (
                tr("Return {package}", package=package.name),
                tr(
                    "Nothing of it counts until the unit sends again. Say what is wrong and what to do, record by "
                    "record; a line without a number is about the whole package."
                ),
                tr("Return the package"),
                tr("A word to the unit"),
            ),
            QUARANTINED: (
                tr("Take in {package}", package=package.name),
                tr(
                    "From now on it is the unit's newest package, and its records replace what was there. Only for a "
                    "unit that lost its computer and began again: call the unit first."
                ),
                tr("Take it in"),
                tr("Why"),
            ),
        }[status]
        self.heading.setText(heading)
        self.about.setText(about)
        self.do_button.setText(act)
        self.note_caption.setText(note)
        self.note.setAccessibleName(note)
        returning = status == RETURNED
        self.lines.setVisible(returning)
        self.sources.setVisible(returning)
        self._filler.setVisible(not returning)
        for widget in (self.by, self.by_caption):
            widget.setVisible(status != QUARANTINED)
        self._show_source()
        (self.lines if returning else self.note).setFocus()

    def _show_source(self) -> None:
        typing = self.workbook is None
        self.keys.setText(
            tr("Type into a cell · Tab: next cell · Ctrl+Delete: remove the line")
            if self.workbook is None
            else tr("From the workbook {name}", name=self.workbook.name)
        )
        for button, shown in (
            (self.workbook_button, typing),
            (self.template_button, typing),
            (self.typing_button, not typing),
        ):
            button.setVisible(shown)

    def show_workbook(self, path: Path, found: Remarks) -> None:
        """The lines are those of a workbook."""
        self.workbook = path
        lines = [{name: getattr(one, name) for name in one.__slots__} for one in found.lines]
        self.lines.set_lines(lines, editable=False)
        self._show_source()
        corrected = len(found.corrections)
        told = (
            ntr("{n} value is proposed too.", "{n} values are proposed too.", corrected) if corrected else ""
        )
        self.about.setText(told or self.about.text())

    def type_instead(self) -> None:
        """Leave the workbook; what the rules found stands there again."""
        package, self.package = self.package, None
        if package is not None:
            self.ask(package, self.status)

    def said(self) -> Sequence[dict[str, str]] | Path:
        """What is to be said, as :func:`stdesk.ui.central.reading.decide` takes it."""
        if self.status != RETURNED:
            return []
        return self.workbook or self.lines.lines()

    def typed(self) -> bool:
        """Whether a person wrote something that was not sent."""
        return self.package is not None and (self.lines.typed or bool(self.note.text().strip()))

    def forget(self) -> None:
        """It is sent, or not wanted: nothing stands there any more."""
        self.package = None
        self.note.clear()
        self.lines.set_lines(())

    def say_problem(self, text: str) -> None:
        """What is wrong with what was typed."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def set_free(self, free: bool) -> None:
        """Whether it can be sent now."""
        self.do_button.setEnabled(free)
