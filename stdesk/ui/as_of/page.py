"""A day is chosen, and the library opens as it was then, in a window of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from stdesk.domain import dates
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.periods import parse_period
from stdesk.i18n import Text, tr
from stdesk.progress import Progress
from stdesk.services.as_of import Vault, make_as_of, open_as_of
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.as_of.window import show_past
from stdesk.ui.forms.editor import Setting
from stdesk.ui.forms.number_editors import DateEditor
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_VIETNAM = timezone(timedelta(hours=7))
_LINE = 220


@dataclass(frozen=True, slots=True)
class _Mark:
    """A moment worth going back to: a report was frozen."""

    at: str
    name: str
    what: str


def _read(desk: Desk, _progress: Progress) -> list[_Mark]:
    marks = []
    for one in reversed(desk.reporting.frozen()):
        what = tr("trial") if one.trial else tr("submission {n}", n=f"{one.submission:02d}")
        marks.append(_Mark(one.at, str(parse_period(one.period).name), what))
    return marks


def _make(folder: Path, when: date | datetime, user: str, vault: Vault | None, progress: Progress) -> Desk:
    return open_as_of(make_as_of(folder, when, progress=progress, vault=vault), user=user, vault=vault)


class AsOfPage(Page):
    """A line for the day, the moments when reports were frozen, and the act."""

    name = "as_of"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._marks: list[_Mark] = []
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        column.addWidget(
            label(
                tr(
                    "Records, settings and reports are shown as they stood at the end of the day you choose, in a "
                    "window of its own. Nothing can be changed there, and the library in use stays as it is."
                ),
                "soft",
                wrap=True,
            )
        )
        column.addWidget(self._day_card())
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.caption = label(tr("Or as it was when a report was frozen"), "heading")
        column.addWidget(self.caption)
        self.model = RowsModel(
            (RowsColumn(tr("When"), 18), RowsColumn(tr("Report"), 0), RowsColumn(tr("Submission"), 14)),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(self.caption.text())
        self.table.row_opened.connect(self._open_mark)
        self.caption.setBuddy(self.table)
        column.addWidget(self.table, 1)
        self.none = label(tr("No report was frozen yet."), "soft")
        column.addWidget(self.none)
        column.addStretch(0)
        self._follow()

    def _day_card(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        field = Field("day", FieldType.DATE, Text("Ngày muốn xem", "Day to look at"), "all")
        self.day = DateEditor(field, Setting(self.session, ""))
        self.day.line.setPlaceholderText(tr("e.g. 15/11/2025"))
        self.day.setMaximumWidth(_LINE)
        self.day.changed.connect(self._follow)
        self.day.line.returnPressed.disconnect()
        self.day.line.returnPressed.connect(self.open)
        caption = label(str(field.label), "label")
        caption.setBuddy(self.day.line)
        self.button = icon_button("clock-counter-clockwise", "", "on_accent")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.open)
        row.addWidget(caption)
        row.addWidget(self.day)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        self.note = label("", "soft", wrap=True)
        column.addWidget(self.note)
        keys = QShortcut("Ctrl+Return", self, self.open)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return card

    def title(self) -> str:
        """The page's name."""
        return tr("The library as it was")

    def focus_place(self) -> QWidget:
        """The day."""
        return self.day.line

    def open_with(self, arguments: Any) -> None:
        """{"day": an ISO day} to begin with."""
        if isinstance(arguments, Mapping) and arguments.get("day"):
            self.day.line.setText(dates.show(str(arguments["day"])))
            self._follow()

    def step_back(self) -> bool:
        """Esc: stops what is under way."""
        if self._task is None:
            return False
        self._task.cancel()
        return True

    def refresh(self) -> None:
        """Read when reports were frozen."""
        self.session.run(self, partial(_read, self.session.desk), self._show, beside=True)

    def _show(self, marks: list[_Mark]) -> None:
        self._marks = marks
        self.model.set_rows([(shown_time(one.at), one.name, one.what) for one in marks])
        self.table.setVisible(bool(marks))
        self.none.setVisible(not marks)
        if marks:
            self.table.selectRow(0)

    # -- the day -----------------------------------------------------------------------------

    def chosen(self) -> date | None:
        """The day typed; ``None`` while it is no whole day that has come."""
        value = self.day.value()
        if not value or dates.first_day(value) != dates.last_day(value):
            return None
        day = dates.first_day(value)
        return day if day <= self.session.desk.today() else None

    def _follow(self) -> None:
        day, typed = self.chosen(), self.day.line.text().strip()
        self.button.setEnabled(day is not None and self._task is None)
        if day is not None:
            self.button.setText(tr("Open the library as it was on {day}", day=f"{day:%d/%m/%Y}"))
            said = tr("As it stood at the end of {day}, Vietnam time.", day=f"{day:%d/%m/%Y}")
        else:
            self.button.setText(tr("Open the library as it was"))
            said = self._why_not(typed)
        self.note.setText(said)
        theme.mark(self.note, role="error" if typed and day is None else "soft")

    def _why_not(self, typed: str) -> str:
        if not typed:
            return tr("Type a day, then press Enter.")
        value = self.day.value()
        if value and dates.first_day(value) > self.session.desk.today():
            return tr("That day has not come yet. Choose today or a day gone by.")
        return tr("A whole day is wanted, like 15/11/2025.")

    # -- the act -----------------------------------------------------------------------------

    def open(self) -> None:
        """Open the library as it was on the day typed."""
        day = self.chosen()
        if day is not None:
            self._begin(day)
        else:
            self.day.line.setFocus()

    def _open_mark(self, row: int) -> None:
        if 0 <= row < len(self._marks):
            self._begin(
                datetime.fromisoformat(self._marks[row].at.replace("Z", "+00:00")).astimezone(_VIETNAM)
            )

    def _begin(self, when: date | datetime) -> None:
        if self._task is not None:
            return
        desk = self.session.desk
        work = partial(_make, desk.folder, when, desk.user, desk.vault)
        self._task = self.session.run(self, work, self._made, slow=True)
        self._task.ended.connect(self._ended)
        self.strip.follow(self._task)
        self._follow()

    def _ended(self) -> None:
        self._task = None
        self._follow()

    def _made(self, past: Desk) -> None:
        show_past(past, self.session, self.window())
