"""A folder gone through: each file with the record it seems to belong to, ticked, attached in one act."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.fields import FieldType
from stdesk.domain.records import Changes
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.attachments import Attachments, Choice, Found, Scan
from stdesk.text import clean
from stdesk.ui import theme
from stdesk.ui.attachments.part import FilesPart
from stdesk.ui.attachments.words import file_icon, show_size
from stdesk.ui.choose import choose
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import LEFT, RIGHT, Index, Role, RowsColumn
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import ElidedLabel, label

_FILE, _SIZE, _RECORD, _WHY = range(4)


class FoundModel(QAbstractTableModel):
    """The files of a folder with a tick before each.

    Signals:
        ticked: a tick was set or taken away.
    """

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            RowsColumn(tr("File"), 34),
            RowsColumn(tr("Size"), 8, RIGHT),
            RowsColumn(tr("Belongs to"), 0),
            RowsColumn(tr("Why"), 24),
        )
        self.files: tuple[Found, ...] = ()
        self.chosen: set[int] = set()
        self.as_new: set[int] = set()  # rows that become drafts although a record was found

    def set_files(self, files: Sequence[Found]) -> None:
        """Show ``files``; those that plainly belong somewhere are ticked."""
        self.beginResetModel()
        self.files = tuple(files)
        self.chosen = {
            at for at, one in enumerate(files) if one.record_id and one.can_be_taken and not one.held_by
        }
        self.as_new = set()
        self.endResetModel()
        self.ticked.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of files."""
        return 0 if parent.isValid() else len(self.files)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Files that can be taken have a tick."""
        flags = super().flags(index)
        if index.column() == _FILE and self.files[index.row()].can_be_taken:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """One cell."""
        if not index.isValid():
            return None
        one, column = self.files[index.row()], index.column()
        if role == Role.CheckStateRole and column == _FILE and one.can_be_taken:
            return Qt.CheckState.Checked if index.row() in self.chosen else Qt.CheckState.Unchecked
        if role == Role.DecorationRole and column == _FILE:
            return icon(file_icon({"name": one.name, "media_type": one.media_type}), "text_soft")
        if role == Role.TextAlignmentRole:
            return RIGHT if column == _SIZE else LEFT
        if role in (Role.ToolTipRole, Role.AccessibleTextRole) and column == _FILE:
            return clean(str(one.path))
        if role in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
            return self.text(index.row(), column)
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:  # noqa: N802 - Qt
        """Set or take away a tick."""
        if role != Role.CheckStateRole or not self.files[index.row()].can_be_taken:
            return False
        (self.chosen.add if Qt.CheckState(value) == Qt.CheckState.Checked else self.chosen.discard)(
            index.row()
        )
        self._changed(index.row())
        return True

    def toggle(self, rows: Sequence[int]) -> None:
        """Tick all of ``rows``, or none when all are ticked."""
        can = [row for row in rows if self.files[row].can_be_taken]
        if can and all(row in self.chosen for row in can):
            self.chosen.difference_update(can)
        else:
            self.chosen.update(can)
        for row in can:
            self._changed(row)

    def toggle_new(self, rows: Sequence[int]) -> None:
        """Attach to the record found, or make a new draft all the same."""
        for row in rows:
            if self.files[row].record_id:
                self.as_new ^= {row}
                self._changed(row)

    def _changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))
        self.ticked.emit()

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        one = self.files[row]
        if column == _FILE:
            return one.name
        if column == _SIZE:
            return show_size(one.size)
        if column == _RECORD:
            return self._record(row, one)
        if one.problem and not one.can_be_taken:
            return one.problem
        if one.held_by:
            return tr("the very same content")
        return one.why if one.record_id and row not in self.as_new else one.problem

    def _record(self, row: int, one: Found) -> str:
        if not one.can_be_taken:
            return tr("cannot be attached")
        if one.held_by and not one.record_id:
            use = one.held_by[0]
            return tr("Attached already: {n}. {title}", n=str(use.number), title=use.title or "—")
        if one.record_id and row not in self.as_new:
            return f"{one.number}. {one.title}"
        return tr("New draft: {title}", title=self.new_title(one))

    @staticmethod
    def new_title(one: Found) -> str:
        """What a draft made from the file is called."""
        shown = next((each.shown for each in one.proposals if each.field == one.title_field), "")
        return shown or one.own_title

    def choices(self) -> list[Choice]:
        """What is to be attached, and where."""
        made = []
        for row in sorted(self.chosen):
            one = self.files[row]
            new = not one.record_id or row in self.as_new
            values = {each.field: each.value for each in one.proposals} if new else None
            made.append(Choice(one.path, "" if new else one.record_id, values))
        return made


class ScanPart(FilesPart):
    """Choose a folder, look, tick, attach."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.folder: Path | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        column.addLayout(self._head())
        column.addWidget(self.strip)
        self.note = label("", "small", wrap=True)
        column.addWidget(self.note)
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "folder-open",
            tr("Files lie in a folder? Let STDesk sort them"),
            tr(
                "Choose the folder of scans and documents. STDesk reads names and first pages, finds the record each "
                "file belongs to and shows it; nothing is attached before you say so. The originals stay."
            ),
            tr("Choose a folder…"),
            self.browse,
        )
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._table())
        column.addWidget(self.stack, 1)
        self._show_buttons()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        caption = label(tr("For"), "label")
        self.kind = QuietCombo()
        self.kind.setAccessibleName(tr("Kind of the records"))
        for kind in self.session.desk.kinds:
            if any(kind.of_type(FieldType.FILES)):
                self.kind.addItem(icon(kind.icon, "text_soft"), str(kind.plural), kind.name)
        self.kind.activated.connect(lambda _at: self.again())
        caption.setBuddy(self.kind)
        self.place = ElidedLabel("", "soft")
        self.browse_button = icon_button("folder-open", tr("Choose a folder…"))
        self.browse_button.clicked.connect(self.browse)
        self.new_button = icon_button("swap", tr("Record found ↔ new draft"))
        self.new_button.setToolTip(
            tr("For the chosen lines: attach to the record found, or make a new draft")
        )
        self.new_button.clicked.connect(lambda: self.model.toggle_new(self.table.chosen_rows()))
        self.attach_button = QPushButton()
        self.attach_button.setProperty("primary", True)
        self.attach_button.clicked.connect(self.attach)
        for part in (caption, self.kind, self.browse_button):
            row.addWidget(part)
        row.addWidget(self.place, 1)
        row.addWidget(self.new_button)
        row.addWidget(self.attach_button)
        return row

    def _table(self) -> TableView:
        self.model = FoundModel(self)
        self.model.ticked.connect(self._show_buttons)
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Files found and the records they belong to"))
        self.table.row_opened.connect(self._open)
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self.table)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(lambda: self.model.toggle(self.table.chosen_rows()))
        return self.table

    # -- acts --------------------------------------------------------------------------------

    def set_kind(self, kind: str) -> None:
        """Look for records of ``kind``."""
        at = self.kind.findData(kind)
        if at >= 0 and at != self.kind.currentIndex():
            self.kind.setCurrentIndex(at)
            self.again()

    def browse(self) -> None:
        """Ask for a folder and go through it."""
        if self._task is None and (folder := choose.folder(self, tr("Choose a folder"), "")):
            self.scan(folder)

    def again(self) -> None:
        """Go through the same folder for another kind."""
        if self.folder is not None and self._task is None:
            self.scan(self.folder)

    def scan(self, folder: Path) -> None:
        """Go through ``folder``; nothing is attached."""
        self.folder = folder
        self.place.setText(str(folder))
        work = partial(_scan, self.session.desk.attachments, folder, str(self.kind.currentData()))
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._scanned)
        self._follow(task)

    def attach(self) -> None:
        """Attach what is ticked, in one act."""
        choices = self.model.choices()
        if choices and self._task is None:
            work = partial(_attach, self.session.desk.attachments, str(self.kind.currentData()), choices)
            task = self.session.runner.run(self, work)
            task.finished.connect(self._attached)
            self._follow(task)

    def _scanned(self, scan: Scan) -> None:
        self.model.set_files(scan.files)
        parts = [ntr("{n} file", "{n} files", len(scan.files))]
        parts.append(tr("{n} belong to a record", n=count(sum(bool(one.record_id) for one in scan.files))))
        if held := sum(bool(one.held_by) for one in scan.files):
            parts.append(tr("{n} attached already", n=count(held)))
        if scan.unread:
            shown = "; ".join(clean(one) for one in scan.unread[:3])
            parts.append(tr("not readable: {places}", places=shown))
        if scan.more:
            parts.append(tr("there is more: choose a smaller folder for the rest"))
        self.note.setText("  ·  ".join(parts))
        self.stack.setCurrentIndex(1)
        self.table.selectRow(0)
        self.table.setFocus()

    def _attached(self, changes: Changes) -> None:
        self.session.done(changes)
        taken = self.model.chosen
        self.model.set_files([one for at, one in enumerate(self.model.files) if at not in taken])

    def _open(self, row: int) -> None:
        one = self.model.files[row]
        record = one.record_id or (one.held_by[0].record_id if one.held_by else "")
        if record:
            self.session.record_wanted.emit(str(self.kind.currentData()), record, "")

    def _show_buttons(self) -> None:
        free, n = self._task is None, len(self.model.chosen) if hasattr(self, "model") else 0
        self.attach_button.setText(ntr("Attach {n} file", "Attach {n} files", n))
        self.attach_button.setEnabled(bool(n) and free and not self.session.desk.read_only)
        self.attach_button.setVisible(self.stack.currentIndex() == 1)
        self.new_button.setVisible(self.stack.currentIndex() == 1)
        self.browse_button.setVisible(self.stack.currentIndex() == 1)  # else the one in the middle
        for part in (self.browse_button, self.kind, self.new_button, self.empty):
            part.setEnabled(free)

    def focus_place(self) -> QWidget:
        """The table, or the button that fills it."""
        return self.table if self.stack.currentIndex() else (self.empty.button or self.browse_button)


def _scan(attachments: Attachments, folder: Path, kind: str, progress: Progress) -> Scan:
    return attachments.scan_folder(folder, kind, progress)


def _attach(attachments: Attachments, kind: str, choices: list[Choice], progress: Progress) -> Changes:
    return attachments.attach_scanned(kind, choices, progress)
