"""Attachments: added from anywhere, copied into the library, opened as copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QToolButton, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.attachments.adding import Items, add_from, add_paths, holds_files, new_items, take_as_copy
from stdesk.ui.attachments.outside import open_copy
from stdesk.ui.attachments.words import file_icon, show_size
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import bare_layout
from stdesk.ui.icons import icon, icon_label
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.progress_strip import ProgressStrip

__all__ = ["FilesEditor", "choose_files", "show_file", "show_size"]

Item = Mapping[str, Any]


def choose_files(parent: QWidget) -> list[Path]:
    """Ask the person for files; replaced in tests."""
    names, _filter = QFileDialog.getOpenFileNames(parent, tr("Add files"))
    return [Path(name) for name in names]


def show_file(path: Path) -> bool:
    """Have the system open a file; replaced in tests."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class FilesEditor(FieldEditor):
    """A list of files with what can be done with each."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._items: list[Item] = []
        self._lines: list[QWidget] = []
        self.ask = choose_files
        self.show_file = show_file
        self.setAcceptDrops(True)
        self._column = bare_layout(self)
        self.strip = ProgressStrip()
        self.add_button = icon_button("paperclip", tr("Add files…"), "accent")
        self.add_button.setToolTip(tr("Files are copied into the library; drop them here too"))
        self.name_control(self.add_button)
        self.add_button.setAccessibleName(tr("Add files…"))
        self.add_button.setSizePolicy(
            self.add_button.sizePolicy().Policy.Maximum, self.add_button.sizePolicy().Policy.Fixed
        )
        self.add_button.clicked.connect(self._ask)
        self._column.addWidget(self.strip)
        self._column.addWidget(self.add_button)

    def main_control(self) -> QWidget:
        """The button."""
        return self.add_button

    def value(self) -> Value:
        """The files, in order."""
        return tuple(self._items) or None

    def set_value(self, value: Value) -> None:
        """Show ``value``."""
        self._items = list(value or ())
        self._show()

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Copy files into the library and list them."""
        if paths:
            self.strip.follow(add_paths(self.setting.session, self, paths, "", self._added))

    def paste(self, data: QMimeData) -> None:
        """Take files or a picture that were dropped or pasted."""
        if task := add_from(self.setting.session, self, data, "", self._added):
            self.strip.follow(task)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V takes files or a picture from the clipboard."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped here."""
        if holds_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what is dropped; always a copy, whatever the other program proposes."""
        take_as_copy(event)
        self.paste(event.mimeData())

    def _ask(self) -> None:
        self.add_paths(self.ask(self))

    def _added(self, items: Items) -> None:
        after = new_items(self._items, items)
        if len(after) > len(self._items):
            self._items = list(after)
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(item) for item in self._items]
        for place, line in enumerate(self._lines):
            self._column.insertWidget(place, line)

    def _line(self, item: Item) -> QWidget:
        t = theme.tokens()
        line = QFrame()
        line.setProperty("place", "note")
        row = QHBoxLayout(line)
        row.setContentsMargins(t.s, 2, t.xs, 2)
        name = str(item.get("name", ""))
        row.addWidget(icon_label(file_icon(item), "text_soft", 20))
        row.addWidget(ElidedLabel(name), 1)
        row.addWidget(label(show_size(int(item.get("size") or 0)), "small"))
        for picture, text, act in (
            ("eye", tr("Open {name}", name=name), lambda: self._open(item)),
            ("trash", tr("Remove {name}", name=name), lambda: self._remove(item)),
        ):
            button = QToolButton()
            button.setProperty("quiet", True)
            button.setIcon(icon(picture, "text_soft"))
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.clicked.connect(act)
            row.addWidget(button)
        return line

    def _remove(self, item: Item) -> None:
        self._items = [one for one in self._items if one is not item]
        self._show()
        self.add_button.setFocus()
        self.changed.emit()

    def _open(self, item: Item) -> None:
        open_copy(self.setting.session, self, item, self._opened)

    def _opened(self, path: Path) -> None:
        if not self.show_file(path):
            text = tr("No program opens “{name}”. A copy lies at {path}.", name=path.name, path=path)
            self.setting.session.say(text)
