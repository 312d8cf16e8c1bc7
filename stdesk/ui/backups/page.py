"""The backups one below the other; beside them what the chosen one holds, and the ways back."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.panel import BackupPanel
from stdesk.ui.backups.reading import Backup, Kept
from stdesk.ui.backups.words import show_size, why_words
from stdesk.ui.page import Page
from stdesk.ui.safety.card import give_back_keyboard
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_LIST, _EMPTY = 1, 2
_PANEL = 460  # pixels at first
_NARROW = 900  # pixels of the page below which the panel alone tells numbers and state
_DETAILS = (1, 2, 3, 4)  # those columns


class BackupsPage(Page):
    """A table and the panel of the row one is at."""

    name = "backups"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kept: Kept | None = None
        self.panel = BackupPanel(session)
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.s)
        head = PageHead(self.title())
        self.now_button = icon_button("archive", tr("Back up now"), "on_accent")
        self.now_button.setProperty("primary", True)
        self.now_button.clicked.connect(self.back_up)
        head.add_action(self.now_button)
        column.addWidget(head)
        self.summary = label("", "soft", wrap=True)
        column.addWidget(self.summary)
        self.back = NoteLine()  # after going back: the way to what was before
        column.addWidget(self.back)
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.empty = EmptyState(
            "archive",
            tr("There is no backup yet"),
            tr(
                "One is made by itself after an hour of work and before anything large. The first one can be made now."
            ),
            tr("Back up now"),
            self.back_up,
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(QWidget())  # until the list is read
        self.stack.addWidget(self._both())
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)

    def _both(self) -> QWidget:
        self.model = RowsModel(
            (
                RowsColumn(tr("When"), 14),
                RowsColumn(tr("Why"), 0),
                RowsColumn(tr("Records"), 6, RIGHT),
                RowsColumn(tr("How large"), 6, RIGHT),
                RowsColumn(tr("State"), 13),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Backups, the newest first"))
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: self._choose(now.row()))
        self.table.row_opened.connect(lambda _row: self.panel.first_button().setFocus())
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.setChildrenCollapsible(False)
        self.sides.addWidget(self.table)
        self.sides.addWidget(self.panel)
        self.sides.setStretchFactor(0, 1)
        self.sides.setStretchFactor(1, 0)
        self.sides.setSizes([10_000, _PANEL])
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.sides)
        return box

    def title(self) -> str:
        """The page's name."""
        return tr("Backups")

    def focus_place(self) -> QWidget:
        """The list, or the way to the first one."""
        if self.stack.currentIndex() == _EMPTY and self.empty.button is not None:
            return self.empty.button
        return self.table

    def concerns(self, changes: Changes) -> bool:
        """A restore, a setting, a backup made here; the counts beside a backup follow every act."""
        del changes
        return True

    def open_with(self, arguments: Any) -> None:
        """{"backup": name of a backup's folder} to be chosen."""
        wanted = arguments.get("backup", "") if isinstance(arguments, dict) else ""
        if wanted and self.kept is not None:
            self._select(wanted)

    # -- the list --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list."""
        self.session.run(self, partial(reading.read, self.session.desk), self._show, slow=True)

    def _show(self, kept: Kept) -> None:
        chosen = self.panel.backup.path.name if self.panel.backup is not None else ""
        had = self.table.hasFocus() or not self.stack.currentIndex()
        self.kept = kept
        self.model.set_rows([_row(one) for one in kept.backups])
        self.now_button.setEnabled(self._task is None and not self.session.desk.read_only)
        self.now_button.setVisible(bool(kept.backups))
        self.summary.setText(_summary(kept))
        self.summary.setVisible(bool(kept.backups))
        self.stack.setCurrentIndex(_LIST if kept.backups else _EMPTY)
        self._tell_way_back(kept)
        self._select(chosen)
        if had and self.isVisible() and not self.panel.busy:
            self.focus_place().setFocus()

    def _tell_way_back(self, kept: Kept) -> None:
        """After going back the newest backup is the library as it was just before."""
        newest = kept.last
        if newest is None or newest.why != "restore" or self.session.desk.read_only:
            self.back.clear()
            return
        self.back.tell(
            tr("Before going back, the library was backed up: {when}.", when=shown_time(newest.made_at)),
            [(tr("Return to what it was then…"), partial(self._return, newest.path.name))],
            picture="arrow-counter-clockwise",
        )

    def _return(self, name: str) -> None:
        self._select(name)
        if self.panel.compared is not None:
            self.panel.to_restore()
        else:
            self.panel.first_button().setFocus()

    def _select(self, name: str) -> None:
        backups = self.kept.backups if self.kept is not None else ()
        at = next((at for at, one in enumerate(backups) if one.path.name == name), 0)
        if backups:
            self.table.selectRow(at)
            self._choose(at)

    def _choose(self, row: int) -> None:
        if self.kept is not None and 0 <= row < len(self.kept.backups):
            self.panel.show_backup(self.kept.backups[row], self.kept.today)

    # -- acts ------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make a backup now."""
        if self._task is not None or self.session.desk.read_only:
            return
        work = partial(reading.back_up, self.session.desk, "manual")
        self._task = self.session.run(self, work, self._backed_up, slow=True)
        self.strip.follow(self._task)
        self._task.ended.connect(self._ended)  # after the strip is gone, whose button has the keyboard
        self.now_button.setEnabled(False)

    def _backed_up(self, made: Backup | None) -> None:
        if made is None:
            self.session.say(tr("Nothing has changed since the last backup: it holds everything."), Tone.DONE)
            return
        self.session.say(
            tr("Backed up, opened and counted. {size} in all.", size=show_size(made.size)), Tone.DONE
        )
        self.session.changed.emit(Changes())

    def _ended(self) -> None:
        self._task = None
        self.now_button.setEnabled(True)
        give_back_keyboard(self, self.now_button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer columns where there is no room for them."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        for place in _DETAILS:
            self.table.setColumnHidden(place, narrow)

    def step_back(self) -> bool:
        """Esc: stop what is under way, then one step back in the panel."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.panel.step_back():
            return True
        if self.panel.isAncestorOf(self.focusWidget() or self):
            self.table.setFocus()
            return True
        return False


def _row(one: Backup) -> tuple[Any, ...]:
    if not one.ok:
        state = Cell(tr("cannot be read"), "warning-circle", "red", reading.problem_words(one), coloured=True)
    elif one.locked:
        state = Cell(tr("checked, locked"), "lock", "green")
    else:
        state = Cell(tr("checked"), "check-circle", "green")
    records = reading.records_in(one)
    when = shown_time(one.made_at) if one.made_at else one.path.name
    return (
        when if one.ok else Cell(when, "warning-circle", "red", f"{when}: {state.tip}"),
        why_words(one.why),
        records if one.ok else "",
        show_size(one.size),
        state,
    )


def _summary(kept: Kept) -> str:
    said = ntr(
        "{n} backup, {size} on the disk. Older ones are thinned out by themselves: days, weeks, months.",
        "{n} backups, {size} on the disk. Older ones are thinned out by themselves: days, weeks, months.",
        len(kept.backups),
        size=show_size(kept.room),
    )
    return f"{said} {tr('Those made by hand stay.')}"
