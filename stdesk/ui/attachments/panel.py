"""The files of a record beside its form: listed, added, looked at, ordered; what their first page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.attachments import PDF, Attachments, Proposed
from stdesk.text import clean
from stdesk.ui import theme
from stdesk.ui.attachments.adding import Items, add_from, add_paths, holds_files, new_items, take_as_copy
from stdesk.ui.attachments.outside import open_copy
from stdesk.ui.attachments.proposals_bar import ProposalsBar
from stdesk.ui.attachments.viewer import FileViewer
from stdesk.ui.attachments.words import file_icon, show_size, usual_contents
from stdesk.ui.forms import files_editor
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.form import Form
from stdesk.ui.icons import icon
from stdesk.ui.records.panels import RecordPanel
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip

Item = Mapping[str, Any]
_ROWS, _ROW = 2, 30  # lines that the list shows at least, and their height
_REMEMBERED = 40  # files whose proposals are kept


class FilesPanel(RecordPanel):
    """Edits the form's field of files; saving the form saves it, undoing takes it back."""

    def __init__(self, kind: Kind, session: Session, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, form, parent)
        t = theme.tokens()
        self.field = next(kind.of_type(FieldType.FILES))
        self._items: tuple[Item, ...] = ()
        self._known: dict[str, Proposed] = {}
        self._seen = ""
        self.ask = files_editor.choose_files
        self.show_file = files_editor.show_file
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        column.addLayout(self._acts())
        self.empty = EmptyState(
            "paperclip",
            tr("No files yet"),
            tr(
                "Drop files here, paste them (Ctrl+V) or press “Add files…”. They are copied into the library; "
                "the originals stay where they are."
            ),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._filled())
        column.addWidget(self.stack, 1)
        form.edited.connect(self._form_edited)
        self._show_items()

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().xs)
        self.add_button = icon_button("paperclip", tr("Add files…"), "accent")
        self.add_button.setToolTip(tr("Files are copied into the library; drop them here too"))
        self.add_button.clicked.connect(self._ask)
        self.paste_button = icon_button("clipboard", tr("Paste"))
        self.paste_button.setToolTip(tr("Paste files or a picture (Ctrl+V)"))
        self.paste_button.clicked.connect(self.paste)
        row.addWidget(self.add_button)
        row.addWidget(self.paste_button)
        row.addStretch(1)
        self.up = self._tool(row, "arrow-up", tr("Move up (Alt+Up)"), partial(self.shift, -1))
        self.down = self._tool(row, "arrow-down", tr("Move down (Alt+Down)"), partial(self.shift, 1))
        self.remove_button = self._tool(row, "trash", tr("Remove from the record (Del)"), self.remove)
        return row

    def _tool(self, row: QHBoxLayout, picture: str, text: str, act: Any) -> QToolButton:
        button = QToolButton()
        button.setProperty("quiet", True)
        button.setIcon(icon(picture, "text_soft"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: act())
        row.addWidget(button)
        return button

    def _filled(self) -> QSplitter:
        t = theme.tokens()
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Files of the record"))
        self.list.setIconSize(QSize(20, 20))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _row: self._chosen())
        self.list.itemActivated.connect(lambda _item: self.open_outside())
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        caption = label(tr("What it is"), "label")
        self.content = QuietCombo()
        self.content.setEditable(True)
        self.content.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.content.addItems(["", *usual_contents()])
        self.content.setAccessibleName(tr("What the file is"))
        self.content.activated.connect(lambda _at: self._content_typed())
        line = self.content.lineEdit()
        if line is not None:
            line.setAccessibleName(tr("What the file is"))
            line.editingFinished.connect(self._content_typed)
        caption.setBuddy(self.content)
        row.addWidget(caption)
        row.addWidget(self.content, 1)
        column.addLayout(row)
        self.proposals = ProposalsBar(self.form)
        column.addWidget(self.proposals)
        self.viewer = FileViewer(self.session)
        self.viewer.outside_wanted.connect(self.open_outside)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(top)
        split.addWidget(self.viewer)
        split.setStretchFactor(1, 1)
        split.setSizes([1, 1000])  # the list takes what it needs, the file has the rest
        return split

    # -- the record --------------------------------------------------------------------------

    def show_record(self, record: Record | None) -> None:
        """Show the files that stand in the form."""
        del record
        self._show_items()

    def focus_place(self) -> QWidget:
        """The list, or the button that fills it."""
        return self.list if self._items else self.add_button

    @property
    def current(self) -> Item | None:
        """The file in hand."""
        at = self.list.currentRow()
        return self._items[at] if 0 <= at < len(self._items) else None

    def _form_edited(self) -> None:
        if self.isVisible():
            self._show_items()
            self.proposals.refresh()

    def _show_items(self, at: int | None = None) -> None:
        items = tuple(self.form.boxes[self.field.name].editor.value() or ())
        if items != self._items or at is not None or self.list.count() != len(items):
            place = self.list.currentRow() if at is None else at
            self._items = items
            self.list.blockSignals(True)
            self.list.clear()
            for item in items:
                self.list.addItem(_line(item))
            self.list.setCurrentRow(min(max(place, 0), len(items) - 1))
            self.list.blockSignals(False)
        self.list.setMinimumHeight(min(len(items), _ROWS) * _ROW + 8)
        self.stack.setCurrentIndex(1 if items else 0)
        self._chosen()

    def _chosen(self) -> None:
        item, at = self.current, self.list.currentRow()
        self.up.setEnabled(item is not None and at > 0)
        self.down.setEnabled(item is not None and at < len(self._items) - 1)
        self.remove_button.setEnabled(item is not None)
        if item is None:
            self._seen = ""
            self.viewer.clear()
            self.proposals.show_proposals(())
            return
        if not self.content.hasFocus():
            self.content.setEditText(str(item.get("content") or ""))
        if (file := str(item.get("file", ""))) != self._seen and self.isVisible():
            self._seen = file
            self.viewer.show_item(item)
            self._read_first_page(item)

    def showEvent(self, event: Any) -> None:
        """The form may have changed while another side was shown."""
        super().showEvent(event)
        self._show_items()

    def hideEvent(self, event: Any) -> None:
        """What is not seen is not kept open."""
        super().hideEvent(event)
        self._seen = ""
        self.viewer.clear()

    # -- changing ----------------------------------------------------------------------------

    def _put(self, items: Sequence[Item], at: int) -> None:
        self.form.propose(self.field.name, tuple(items) or None)
        self._show_items(at)

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Copy files into the library and list them."""
        if paths:
            self._follow(add_paths(self.session, self, paths, self._record_id, self._added))

    def add_from(self, data: QMimeData) -> None:
        """Take what was dropped or pasted."""
        self._follow(add_from(self.session, self, data, self._record_id, self._added))

    def paste(self) -> None:
        """Take files or a picture from the clipboard."""
        self.add_from(QGuiApplication.clipboard().mimeData())

    @property
    def _record_id(self) -> str:
        return self.form.record.id if self.form.record else ""

    def _follow(self, task: Task | None) -> None:
        if task is not None:
            self.strip.follow(task)

    def _added(self, items: Items) -> None:
        before = tuple(self.form.boxes[self.field.name].editor.value() or ())
        after = new_items(before, items)
        if len(after) > len(before):
            self._put(after, len(before))
            self.list.setFocus()

    def _ask(self) -> None:
        self.add_paths(self.ask(self))

    def remove(self) -> None:
        """Take the file in hand off the record; the copy stays in the library, so undo brings it back."""
        at = self.list.currentRow()
        if self.current is not None:
            self._put([one for place, one in enumerate(self._items) if place != at], at)
            self.focus_place().setFocus()

    def shift(self, by: int) -> None:
        """Move the file in hand up or down."""
        at, to = self.list.currentRow(), self.list.currentRow() + by
        if self.current is not None and 0 <= to < len(self._items):
            items = list(self._items)
            items.insert(to, items.pop(at))
            self._put(items, to)

    def _content_typed(self) -> None:
        item, at = self.current, self.list.currentRow()
        text = clean(self.content.currentText())
        if item is not None and text != str(item.get("content") or ""):
            changed = {name: value for name, value in item.items() if name != "content"}
            if text:
                changed["content"] = text
            self._put([changed if place == at else one for place, one in enumerate(self._items)], at)

    # -- looking -----------------------------------------------------------------------------

    def open_outside(self) -> None:
        """Have another program open a copy of the file in hand."""
        if (item := self.current) is not None:
            open_copy(self.session, self, item, self._opened)

    def _opened(self, path: Path) -> None:
        if not self.show_file(path):
            self.session.say(
                tr("No program opens “{name}”. A copy lies at {path}.", name=path.name, path=path)
            )

    def _read_first_page(self, item: Item) -> None:
        file = str(item.get("file", ""))
        self.proposals.show_proposals(())
        if file in self._known:
            self._propose(file, self._known[file])
        elif item.get("media_type") == PDF:
            work = partial(_first_page, self.session.desk.attachments, self.kind.name, dict(item))
            task = self.session.runner.run(self, work, beside=True)
            task.finished.connect(partial(self._propose, file))

    def _propose(self, file: str, proposed: Proposed) -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[file] = proposed
        if self.current is not None and self.current.get("file") == file:
            self.proposals.show_proposals(proposed.proposals, proposed.problem)

    # -- hands -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V pastes, Del removes, Alt+arrows move."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.remove()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shift(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped here."""
        if holds_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what is dropped; always a copy, whatever the other program proposes."""
        take_as_copy(event)
        self.add_from(event.mimeData())


def _line(item: Item) -> QListWidgetItem:
    name = str(item.get("name") or "—")
    facts = " · ".join(filter(None, (show_size(int(item.get("size") or 0)), str(item.get("content") or ""))))
    made = QListWidgetItem(icon(file_icon(item), "text_soft"), f"{name}   ({facts})")
    made.setToolTip(f"{name}\n{facts}")
    return made


def _first_page(attachments: Attachments, kind: str, item: Item, progress: Progress) -> Proposed:
    return attachments.proposals(kind, item, progress)
