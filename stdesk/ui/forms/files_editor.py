"""Attachments: added from anywhere, copied into the library, opened as copies."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QToolButton, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.errors import from_os_error
from stdesk.i18n import language, tr
from stdesk.progress import Progress
from stdesk.ui import theme
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import bare_layout
from stdesk.ui.icons import icon, icon_label
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.progress_strip import ProgressStrip

Item = Mapping[str, Any]
_PICTURES = {
    ".pdf": "file-pdf",
    ".doc": "file-doc",
    ".docx": "file-doc",
    ".xls": "file-xls",
    ".xlsx": "file-xls",
}


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
        catalogue, wanted = self.setting.session.desk.catalogue, list(paths)
        if wanted:
            task = self.setting.session.run(
                self, lambda progress: _attach(catalogue, wanted, progress), self._added
            )
            self.strip.follow(task)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files dropped."""
        self.add_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _ask(self) -> None:
        self.add_paths(self.ask(self))

    def _added(self, items: list[Item]) -> None:
        known = {item.get("file") for item in self._items}
        self._items += [item for item in items if item.get("file") not in known]
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
        row.addWidget(icon_label(_PICTURES.get(Path(name).suffix.lower(), "file-text"), "text_soft", 20))
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
        catalogue, wanted = self.setting.session.desk.catalogue, dict(item)
        self.setting.session.run(self, lambda _p: _copy_out(catalogue, wanted), self._opened, beside=True)

    def _opened(self, path: Path) -> None:
        if not self.show_file(path):
            text = tr("No program opens “{name}”. A copy lies at {path}.", name=path.name, path=path)
            self.setting.session.say(text)


def _attach(catalogue: Any, paths: Sequence[Path], progress: Progress) -> list[dict[str, Any]]:
    return [catalogue.attach(path, progress) for path in paths]


def _copy_out(catalogue: Any, item: Mapping[str, Any]) -> Path:
    """A copy under its own name: the library's file has none, and must not be written to."""
    source = catalogue.file_path(str(item.get("file", "")))
    folder = Path(tempfile.mkdtemp(prefix="stdesk-"))
    target = folder / (Path(str(item.get("name") or "tep")).name or "tep")
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise from_os_error(error, target) from error
    return target


def show_size(size: int) -> str:
    """Bytes in words: 350 KB, 1,2 MB."""
    shown, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if shown < 1000:
            break
        shown, unit = shown / 1000, larger
    text = f"{shown:.0f}" if shown >= 10 or unit == "B" else f"{shown:.1f}"
    return f"{text.replace('.', ',') if language() == 'vi' else text} {unit}"
