"""A unit's packages, and the one chosen: looked at, accepted, returned, answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from stdesk.central.answers import Given
from stdesk.central.model import QUARANTINED, PackageRow, Taken
from stdesk.central.remarks import Remarks
from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.ui import theme
from stdesk.ui.central import reading, words
from stdesk.ui.central.decide_panel import DecidePanel
from stdesk.ui.central.package_view import PackageView
from stdesk.ui.central.page import CentralPage, fill, table_of
from stdesk.ui.central.reading import PackageSeen, UnitSeen
from stdesk.ui.central.session import CentralSession
from stdesk.ui.choose import choose
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.reporting.printing import ask, print_pdf
from stdesk.ui.session import Message, Tone
from stdesk.ui.tables.rows_model import RIGHT, RowsColumn
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip

_ROWS = 4  # packages seen at once
_BOOKS = "Excel (*.xlsx)"


class UnitPage(CentralPage):
    """The packages over the one that is chosen."""

    name = "unit"

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._unit, self._wanted = "", ""
        self._seen: UnitSeen | None = None
        self._task: Task | None = None
        self._asked_package = 0
        back = icon_button("arrow-left", tr("All units"))
        back.clicked.connect(lambda: centre.page_wanted.emit("units", None))
        self.head.add_action(back)
        self.about = label("", "soft", wrap=True)
        self.column.addWidget(self.about)
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self.table, self.model = table_of(
            (
                RowsColumn(tr("Package"), 0),
                RowsColumn(tr("Period"), 16),
                RowsColumn(tr("No."), 6, RIGHT),
                RowsColumn(tr("Extent"), 12),
                RowsColumn(tr("Came on"), 14),
                RowsColumn(tr("State"), 20),
            ),
            tr("Packages of the unit, the newest first"),
            self,
        )
        self.spare(self.table, 1, 2, 3)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_package())
        self.table.row_opened.connect(self._to_package)
        self.column.addWidget(self.table)
        self.view = PackageView(centre.agency.kinds)
        self.panel = DecidePanel(centre.agency.kinds)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.panel)
        self.column.addWidget(self.stack, 1)
        self.empty = EmptyState(
            "package",
            tr("This unit has sent nothing yet"),
            tr("Its packages come on a stick or into a folder, and stand here once they are taken in."),
            tr("Take packages in"),
            partial(centre.page_wanted.emit, "intake", None),
        )
        self.column.addWidget(self.empty, 1)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.view.decide_wanted.connect(self.ask)
        self.view.doubles_wanted.connect(lambda: self.centre.page_wanted.emit("doubles", self._unit))
        self.view.answers.file_wanted.connect(self.write_answer)
        self.view.answers.print_wanted.connect(self.print_slip)
        self.panel.decided.connect(self.decide)
        self.panel.left.connect(self.step_back)
        self.panel.workbook_wanted.connect(self.open_workbook)
        self.panel.template_wanted.connect(self.write_template)

    def title(self) -> str:
        """The page's name."""
        return tr("Packages of a unit")

    def focus_place(self) -> QWidget:
        """The packages."""
        return self.table if self._seen and self._seen.packages else self.empty.button or self

    def open_with(self, arguments: Any) -> None:
        """(unit code, fingerprint of a package, "quarantined" for the one to be decided about, or "")."""
        unit, wanted = arguments
        self._wanted = wanted
        if unit != self._unit:
            self._unit, self._seen = unit, None
            self.head.set_title(unit)
            self.stack.setCurrentWidget(self.view)
            self._lay_out()
        self.refresh()

    def place(self) -> Any:
        """The unit and the package one is at."""
        package = self.current()
        return (self._unit, package.fingerprint if package else "") if self._unit else None

    def current(self) -> PackageRow | None:
        """The package one is at."""
        at = self.table.currentIndex().row()
        found = self._seen.packages if self._seen else ()
        return found[at] if 0 <= at < len(found) else None

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the unit's packages."""
        if self._unit:
            self.read(partial(reading.unit_seen, self.centre.agency, self._unit), self._show)

    def _show(self, seen: UnitSeen) -> None:
        held = self.current()
        wanted = self._wanted or (held.fingerprint if held else "")
        self._wanted = ""
        self._seen = seen
        said, _, _ = words.key_look(seen.unit)
        self.head.set_title(seen.unit.name)
        self.about.setText(f"{seen.unit.code}  ·  {tr('key: {state}', state=said)}")
        at = next((n for n, one in enumerate(seen.packages) if _is(one, wanted)), 0)
        fill(self.table, self.model, [words.package_row(one) for one in seen.packages], at)
        self._lay_out()
        self._show_package()
        self.settle_focus()

    def _lay_out(self) -> None:
        there = bool(self._seen and self._seen.packages)
        rows = min(len(self._seen.packages) if self._seen else 0, _ROWS)
        self.table.setFixedHeight(rows * theme.tokens().row + 40)
        self.table.setVisible(there)
        self.stack.setVisible(there)
        self.empty.setVisible(self._seen is not None and not there)

    def _show_package(self) -> None:
        package = self.current()
        if package is None or self._seen is None:
            return
        held = self.panel.package
        if held is not None and held.fingerprint != package.fingerprint:
            self.stack.setCurrentWidget(self.view)
        if self.view.package is None or self.view.package != package:
            names = {one.fingerprint: one.name for one in self._seen.packages}
            self.view.show_row(package, names)
        self._asked_package += 1
        work = partial(reading.package_seen, self.centre.agency, package.fingerprint)
        self.centre.run(self, work, partial(self._show_seen, self._asked_package), slow=True)

    def _show_seen(self, asked: int, seen: PackageSeen) -> None:
        if asked == self._asked_package:
            self.view.show_seen(seen)

    def _to_package(self, _row: int) -> None:
        """Enter in the table: what can be done with the package, else what is known of it."""
        buttons = (self.view.accept_button, self.view.adopt_button, self.view.return_button)
        next((one for one in buttons if one.isVisible()), self.view.tabs.tabBar()).setFocus()

    # -- deciding ----------------------------------------------------------------------------

    def ask(self, status: str) -> None:
        """Ask what is to be said with ``status``."""
        package = self.current()
        if package is not None:
            self.stack.setCurrentWidget(self.panel)
            self.panel.ask(package, status)

    def decide(self) -> None:
        """Send what the panel holds."""
        package, status = self.panel.package, self.panel.status
        if package is None or self._task is not None:
            return
        agency, note, by = self.centre.agency, self.panel.note.text().strip(), self.panel.by.text().strip()
        if status == QUARANTINED:
            self._run(partial(reading.adopt, agency, package.fingerprint, note), self._adopted)
            return
        work = partial(reading.decide, agency, package.fingerprint, status, self.panel.said(), note, by)
        self._run(work, self._decided)

    def _decided(self, given: Given) -> None:
        answer = given.answer
        self._leave_panel()
        self.view.show_answers()
        if given.again:
            self.centre.happened(tr("The same was answered before; nothing has changed."), Tone.INFO)
            return
        text = tr(
            "{package}: {state}. Now hand the answer out: as a file, as a slip, or by telephone.",
            package=answer.package,
            state=words.state_word(answer.status),
        )
        self.centre.happened(text)
        self.view.tabs.tabBar().setFocus()

    def _adopted(self, taken: Taken) -> None:
        self._leave_panel()
        self.table.setFocus()
        name = taken.package.name if taken.package else taken.file
        if taken.outcome == "merged":
            self.centre.happened(tr("{package} is the unit's newest package now.", package=name))
        else:  # its content was refused after all
            self.centre.happened(f"{name}: {taken.sentence or words.outcome_word(taken.outcome)}", Tone.WARN)

    def _leave_panel(self) -> None:
        self.panel.forget()
        self.stack.setCurrentWidget(self.view)

    def open_workbook(self) -> None:
        """Take the lines from a workbook."""
        package = self.panel.package
        if package is None or self._task is not None:
            return
        path = choose.open_file(self, tr("Lines from a workbook…"), _BOOKS)
        if path is not None:
            work = partial(reading.lines_in, self.centre.agency, package.fingerprint, path)
            self._run(work, partial(self._workbook_read, path))

    def _workbook_read(self, path: Path, found: Remarks) -> None:
        self.panel.show_workbook(path, found)
        self.centre.say(ntr("{n} line read.", "{n} lines read.", len(found.lines)), Tone.DONE)

    def write_template(self) -> None:
        """Write a workbook of what the rules found."""
        package = self.panel.package
        if package is None:
            return
        path = choose.save_file(self, tr("Write a workbook to fill in…"), f"loi-{package.name}.xlsx", _BOOKS)
        if path is not None:
            path = path if path.suffix else path.with_suffix(".xlsx")
            self._run(
                partial(reading.write_lines, self.centre.agency, package.fingerprint, path), self._written_one
            )

    # -- handing the answer out --------------------------------------------------------------

    def write_answer(self) -> None:
        """Write the chosen answer and its slip to a folder."""
        one = self.view.answers.current()
        folder = choose.folder(self, tr("Write the answer to a folder…"), "") if one is not None else None
        if one is not None and folder is not None:
            self._run(partial(reading.put_answers, self.centre.agency, [one.given], folder), self._written)

    def _written(self, paths: Sequence[Path]) -> None:
        names = ", ".join(path.name for path in paths)
        text = tr("Written: {files}", files=names)
        if paths:
            act = partial(open_path, paths[0].parent)
            self.centre.said.emit(Message(text, Tone.DONE, tr("Open the folder"), act))

    def _written_one(self, path: Path) -> None:
        self._written([path])

    def print_slip(self) -> None:
        """Print the slip of the chosen answer."""
        one = self.view.answers.current()
        printer = ask.printer(self, one.given.name.removesuffix(".json"), 1) if one is not None else None
        if one is not None and printer is not None:
            work = partial(_print, self.centre, one.given, printer)
            self._run(work, lambda _pages: self.centre.say(tr("Sent to the printer."), Tone.DONE))

    # -- work --------------------------------------------------------------------------------

    def _run(self, work: Any, then: Any) -> None:
        """One thing at a time; what a person typed wrongly is said beside it."""
        if self._task is not None:
            return
        self.panel.say_problem("")
        self._task = task = self.centre.runner.run(self, work)
        self.panel.set_free(False)
        self.strip.follow(task)
        task.ended.connect(self._ended)
        task.finished.connect(then)
        task.failed.connect(self._failed)
        task.cancelled.connect(lambda: self.centre.say(tr("Stopped. Nothing was changed.")))

    def _ended(self) -> None:
        self._task = None
        self.panel.set_free(True)

    def _failed(self, error: BaseException) -> None:
        in_panel = self.stack.currentWidget() is self.panel
        if in_panel and isinstance(error, UserError) and error.exit_code is not Exit.ENVIRONMENT:
            self.panel.say_problem(str(error))
            return
        self.centre.say_error(error, partial(self.centre.changed.emit, Changes()))

    def unsaved(self) -> tuple[str, str] | None:
        """What was typed for an answer that was not given."""
        if self.panel.typed() and self.panel.package is not None:
            text = tr("The answer to {package} is typed but not given.", package=self.panel.package.name)
            return text, tr("Lose it and go on")
        return None

    def step_back(self) -> bool:
        """Esc: stop what is under way, then leave the panel; what was typed stays in it."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.stack.currentWidget() is self.panel:
            self.stack.setCurrentWidget(self.view)
            self.table.setFocus()
            return True
        return False


def _is(package: PackageRow, wanted: str) -> bool:
    if wanted == QUARANTINED:
        return package.state == QUARANTINED and not words.is_waiting(package)
    return package.fingerprint == wanted


def _print(centre: CentralSession, given: Given, printer: Any, progress: Progress) -> int:
    return print_pdf(reading.slip(centre.agency, given, progress), printer, progress)
