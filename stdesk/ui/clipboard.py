"""The one way onto the clipboard: what is copied from a locked library stays out of clipboard histories.

Windows keeps a history of the clipboard and may send it to other computers; a program asks to be left out with
three registered formats (Windows: "Cloud Clipboard and Clipboard History Formats"), KDE's with one. What this
program put there is taken away when the library is locked or closed.
"""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

_WINDOWS = 'application/x-qt-windows-mime;value="{name}"'  # how Qt spells a registered format of Windows
_NO = b"\0\0\0\0"  # a DWORD of zero
LEFT_OUT = {
    _WINDOWS.format(name="ExcludeClipboardContentFromMonitorProcessing"): _NO,  # its being there is enough
    _WINDOWS.format(name="CanIncludeInClipboardHistory"): _NO,
    _WINDOWS.format(name="CanUploadToCloudClipboard"): _NO,
    "x-kde-passwordManagerHint": b"secret",
}
"""Formats that ask to be left out, with what they hold."""


class _State:
    """Whether the open library is locked with a password, and what of it was copied."""

    guarded: bool = False
    put: bytes = b""  # the hash of the text copied last; "" = nothing
    watched: bool = False


def guard(on: bool) -> None:
    """From now on what is copied comes from a library with a password, or from none such."""
    _State.guarded = on
    if on and not _State.watched:
        _State.watched = True
        QGuiApplication.clipboard().dataChanged.connect(_mark)


def put_text(text: str, table: str = "") -> None:
    """Put ``text`` on the clipboard, with ``table`` (HTML) for programs that take tables."""
    data = QMimeData()
    data.setText(text)
    if table:
        data.setHtml(table)
    put(data)


def put(data: QMimeData) -> None:
    """Put ``data`` on the clipboard."""
    if _State.guarded:
        _leave_out(data)
    if _State.guarded:
        _State.put = _hash(data.text())
    QGuiApplication.clipboard().setMimeData(data)


def _leave_out(data: QMimeData) -> None:
    for name, value in LEFT_OUT.items():
        data.setData(name, value)


def _mark() -> None:
    """What a line of a form copied by Qt itself gets the same marks, as soon as it lies there."""
    board = QGuiApplication.clipboard()
    if not (_State.guarded and _is_own(board)):
        return
    there = board.mimeData()
    if there is None or not there.formats() or any(there.hasFormat(name) for name in LEFT_OUT):
        return
    again = QMimeData()
    for name in there.formats():
        again.setData(name, there.data(name))
    put(again)


def _is_own(board: QClipboard) -> bool:
    """Whether this program put there what lies there."""
    return board.ownsClipboard()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def take_away() -> None:
    """Empty the clipboard if there still lies what came from a library with a password."""
    board = QGuiApplication.clipboard()
    if _State.put and _hash(board.text()) == _State.put:
        board.clear()
    _State.put = b""
