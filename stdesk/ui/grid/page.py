"""The page of the quick grid: its sheet, what is pasted into it, what is said of it, saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes
from stdesk.domain.secrecy import ORDINARY
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.grid import STATE, Grid, Read, RowChange, Saved, refusal
from stdesk.ui import theme
from stdesk.ui.forms.form import Typed
from stdesk.ui.grid.checking import RowChecks
from stdesk.ui.grid.columns import first_columns
from stdesk.ui.grid.completion import Completion
from stdesk.ui.grid.model import GridModel
from stdesk.ui.grid.pasting import PastingPage
from stdesk.ui.icons import icon
from stdesk.ui.records.saving import Wanted, wanted_save
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label, plain
from stdesk.ui.widgets.page_head import PageHead


class GridPage(PastingPage):
    """Many records of one kind like a sheet."""

    name = "grid"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._models: dict[str, GridModel] = {}  # by kind: what is typed there outlives leaving the page
        self._saving = False
        self._build()
        self.checks = RowChecks(session, self.view, self)
        self.checks.checked.connect(self._say_where)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        self._show_unsaved()

    def _build(self) -> None:
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.head = PageHead(self.title())
        self.back_button = icon_button("arrow-left", tr("Back to the list"))
        self.back_button.setProperty("quiet", True)
        self.back_button.clicked.connect(self._back)
        self.columns_button = QToolButton()
        self.columns_button.setIcon(icon("columns", "text"))
        self.columns_button.setText(tr("Columns"))
        self.columns_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns_menu = QMenu(self.columns_button)
        self.columns_menu.aboutToShow.connect(self._fill_columns)
        self.columns_button.setMenu(self.columns_menu)
        self.save_button = icon_button("floppy-disk", "", "on_accent")
        self.save_button.setProperty("primary", True)
        self.save_button.clicked.connect(self.save)
        for widget in (self.back_button, self.columns_button, self.save_button):
            self.head.add_action(widget)
        column.addWidget(self.head)
        self.hint = label("", "soft", wrap=True)
        column.addWidget(self.hint)
        self.view.paste_wanted.connect(self.paste)
        self.view.clear_wanted.connect(self.clear)
        self.view.fill_wanted.connect(self.put)
        self.view.open_wanted.connect(self._open_form)
        self.view.copied.connect(
            lambda n: session_say(self.session, ntr("{n} row copied", "{n} rows copied", n))
        )
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        self.foot.newest_wanted.connect(self._take_newest)
        column.addWidget(self.foot)

    # -- the page's duties -------------------------------------------------------------------

    def title(self) -> str:
        """The kind's name and what one does with it."""
        model = getattr(self, "model", None)
        return tr("{kind}: as a table", kind=model.kind.plural) if model else tr("Quick table")

    def open_with(self, arguments: Any) -> None:
        """``{"kind": name, "keys": row keys, "columns": names as the list shows them}``."""
        if not isinstance(arguments, Mapping) or arguments.get("kind") not in self.session.desk.kinds:
            return
        self.flush()
        kind = self.session.desk.kinds[arguments["kind"]]
        model = self._models.get(kind.name)
        if model is None:
            model = self._models[kind.name] = GridModel(kind, self.session.desk.grid, self)
            model.rows_changed.connect(self._rows_changed)
        self.model = model
        model.open(list(arguments.get("keys", ())), self._columns(kind, arguments.get("columns", ())))
        self.view.show_model(model, Completion(self.session, kind.name, self.view))
        self.view.setAccessibleName(tr("{kind}: as a table", kind=kind.plural))
        self.view.selectionModel().currentChanged.connect(lambda *_: self._say_where())
        self.head.set_title(self.title())
        self.close_panel()
        self.checks.watch(model)
        self._show_unsaved()
        self.view.go(0 if arguments.get("keys") else model.first_free(), 0)
        self.view.setFocus()

    def focus_place(self) -> QWidget:
        """The sheet, or the paste that waits for an answer."""
        return self.panel.focus_place() if self.panel is not None else self.view

    def concerns(self, changes: Changes) -> bool:
        """Changes of the kinds that are open here."""
        return not changes.kinds or any(name in changes.kinds for name in self._models)

    def refresh(self) -> None:
        """Read again what is stored; what was typed stays."""
        for model in self._models.values():
            model.refresh()
        self.checks.start()

    def may_leave(self) -> bool:
        """Nothing is lost by leaving, but one is told what is not saved."""
        self.view.finish_editing()
        self.flush()
        unsaved = self.model.unsaved if self.model is not None else 0
        if unsaved:
            text = ntr(
                "{n} row of the table is not saved yet. What you typed is kept.",
                "{n} rows of the table are not saved yet. What you typed is kept.",
                unsaved,
            )
            back = lambda: self.session.page_wanted.emit("grid", None)  # noqa: E731
            self.session.said.emit(Message(text, Tone.WARN, tr("Back to it"), back))
        return True

    def step_back(self) -> bool:
        """Esc: away from a paste, then out of the page."""
        if self.panel is not None:
            self.close_panel()
            return True
        return False

    def unsaved(self) -> list[Wanted]:
        """What would have to be saved so that nothing typed is lost when the window closes."""
        self.view.finish_editing()
        self.flush()
        return [one for model in self._models.values() for one in _wanted(model)]

    def _back(self) -> None:
        if self.model is not None:
            self.session.page_wanted.emit(f"records:{self.model.kind.name}", None)

    # -- columns -----------------------------------------------------------------------------

    def _columns(self, kind: Kind, listed: Sequence[str]) -> tuple[str, ...]:
        known = {STATE, *(one.name for one in self.session.desk.grid.fields(kind.name))}
        kept = remembered.opened().get(f"grid:columns:{kind.name}").split()
        chosen = tuple(name for name in kept if name in known)
        return chosen if kind.title in chosen else first_columns(kind, listed)

    def _fill_columns(self) -> None:
        self.columns_menu.clear()
        if self.model is None:
            return
        kind, shown = self.model.kind, [column.name for column in self.model.columns]
        for section in kind.sections:
            self.columns_menu.addSection(plain(str(section.label)))
            for one in self.session.desk.grid.fields(kind.name):
                if one.section == section.name:
                    action = QAction(plain(str(one.label)), self.columns_menu, checkable=True)
                    action.setChecked(one.name in shown)
                    action.setEnabled(one.name != kind.title)
                    action.toggled.connect(partial(self._show_column, one.name))
                    self.columns_menu.addAction(action)

    def _show_column(self, name: str, on: bool) -> None:
        model = self.model
        if model is None:
            return
        now = {column.name for column in model.columns}
        self.show_columns((now | {name}) if on else (now - {name}))
        names = " ".join(column.name for column in model.columns)
        remembered.opened().put(**{f"grid:columns:{model.kind.name}": names})

    # -- saving ------------------------------------------------------------------------------

    def save(self) -> None:
        """Save every row with something unsaved, as one act."""
        self.view.finish_editing()
        self.flush()
        model = self.model
        if model is None or self._saving:
            return
        rows, sent = model.to_save()
        if not rows:
            self.session.say(tr("Nothing is unsaved."))
            return
        self._saving = True
        work = partial(_save, model.grid, model.kind.name, rows)
        task = self.session.run(self, work, partial(self._saved, model, sent), again=self.save)
        task.ended.connect(self._save_ended)
        self.strip.follow(task)
        self._show_unsaved()

    def _saved(self, model: GridModel, sent: Mapping[int, dict[str, Read]], saved: Saved) -> None:
        model.saved(saved, sent)
        self.session.done(saved.changes)
        if saved.refused:
            self.session.say(refusal(saved), Tone.WARN)
            if self.model is model:
                self.view.go(min(saved.refused), 0)

    def _save_ended(self) -> None:
        self._saving = False
        self._show_unsaved()

    def _take_newest(self) -> None:
        if self.model is not None:
            self.model.take_newest(self.view.currentIndex().row())

    def _open_form(self, row: int, column: int) -> None:
        model = self.model
        stored = model.stored(row) if model is not None else None
        if model is None or stored is None:
            self.session.say(tr("Save the row first (Ctrl+S); then its form can be opened."))
            return
        name = model.columns[column].name
        field = name if name in model.kind.by_name else ""
        self.session.record_wanted.emit(model.kind.name, stored.id, field)

    # -- saying ------------------------------------------------------------------------------

    def _rows_changed(self, rows: set[int]) -> None:
        self.checks.changed(rows)
        self._show_unsaved()
        self._say_where()

    def _show_unsaved(self) -> None:
        n = self.model.unsaved if self.model is not None else 0
        self.save_button.setText(ntr("Save all ({n})", "Save all ({n})", n))
        self.save_button.setEnabled(n > 0 and not self._saving)
        if self.model is not None and not self.model.listed:
            text = tr("Paste a table from Excel with Ctrl+V, or type into the first row.")
        else:
            text = tr("Type to replace, F2 to edit, Ctrl+V to paste from Excel, Ctrl+D to fill down.")
        self.hint.setText(text + " " + tr("Ctrl+Enter opens the form of a row."))

    def _say_where(self) -> None:
        at = self.view.currentIndex()
        if self.model is not None:
            self.foot.show_cell(self.model, at.row(), at.column())


def session_say(session: Session, text: str) -> None:
    """Say ``text``; for signals, which would hold a lambda's page alive."""
    session.say(text)


def _wanted(model: GridModel) -> list[Wanted]:
    found = []
    for one in model.to_save()[0]:
        stored = model.stored(one.row)
        level = stored.secrecy if stored is not None else ORDINARY
        found.append(
            wanted_save(model.kind, one.record_id, Typed(one.values, one.texts), level, state=one.state)
        )
    return found


def _save(grid: Grid, kind: str, rows: list[RowChange], progress: Progress) -> Saved:
    return grid.save(kind, rows, progress)
