"""Asking for files and folders: the only dialogs of the system, in one place that tests replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def _open_file(parent: QWidget, title: str, pattern: str) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, title, "", pattern)
    return Path(name) if name else None


def _save_file(parent: QWidget, title: str, proposed: str, pattern: str) -> Path | None:
    name, _ = QFileDialog.getSaveFileName(parent, title, proposed, pattern)
    return Path(name) if name else None


def _folder(parent: QWidget, title: str, start: str) -> Path | None:
    name = QFileDialog.getExistingDirectory(parent, title, start)
    return Path(name) if name else None


@dataclass
class Choose:
    """How a file or a folder is asked for; ``None`` means the person changed their mind."""

    open_file: Callable[[QWidget, str, str], Path | None] = field(default=_open_file)
    save_file: Callable[[QWidget, str, str, str], Path | None] = field(default=_save_file)
    folder: Callable[[QWidget, str, str], Path | None] = field(default=_folder)


choose = Choose()
