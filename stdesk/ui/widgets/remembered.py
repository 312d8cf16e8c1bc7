"""What the window remembers between starts: sizes, columns, language, look. Nothing of a record."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray

from stdesk import atomic, paths

log = logging.getLogger(__name__)
_FILE = "window.json"
_LARGEST = 1_000_000


class Remembered:
    """A small file of settings; one that is damaged or cannot be written is done without."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, Any] = {}
        try:
            if file.stat().st_size <= _LARGEST:
                found = json.loads(file.read_text(encoding="utf-8"))
                self._values = found if isinstance(found, dict) else {}
        except (OSError, ValueError, RecursionError):
            self._values = {}

    def get(self, key: str, default: str = "") -> str:
        """The text kept under ``key``."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def put(self, **values: str) -> None:
        """Keep texts under their keys and write the file."""
        self._values |= values
        self._write()

    def get_bytes(self, key: str) -> QByteArray:
        """A state that Qt saved; empty when there is none."""
        return QByteArray.fromBase64(self.get(key).encode("ascii", "ignore"))

    def put_bytes(self, key: str, state: QByteArray) -> None:
        """Keep a state of Qt's."""
        self.put(**{key: state.toBase64().toStdString()})

    def _write(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self._values, ensure_ascii=False, indent=1, sort_keys=True)
            atomic.write_bytes(self._file, text.encode())
        except OSError as error:  # the window works the same without its sizes
            log.info("window state not kept", exc_info=error)


def opened() -> Remembered:
    """The person's file."""
    return Remembered(paths.settings_folder() / _FILE)
