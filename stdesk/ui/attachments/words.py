"""Files in words and pictures: size, kind, icon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdesk.i18n import language, tr
from stdesk.services.attachments import PDF, is_picture, is_runnable

_ICONS = {
    PDF: "file-pdf",
    "application/msword": "file-doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "file-doc",
    "application/vnd.oasis.opendocument.text": "file-doc",
    "application/rtf": "file-doc",
    "application/vnd.ms-excel": "file-xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "file-xls",
    "application/vnd.oasis.opendocument.spreadsheet": "file-xls",
    "text/csv": "file-xls",
    "application/zip": "package",
    "application/x-7z-compressed": "package",
    "application/vnd.rar": "package",
}


def file_icon(item: Mapping[str, Any]) -> str:
    """The icon of an attachment."""
    kind = str(item.get("media_type", ""))
    if is_runnable(str(item.get("name", "")), kind):
        return "prohibit"
    return "image" if is_picture(kind) else _ICONS.get(kind, "file-text")


def kind_word(name: str, kind: str) -> str:
    """What a file is, in words."""
    if is_runnable(name, kind):
        return tr("program or script")
    if is_picture(kind):
        return tr("picture")
    return {
        "file-pdf": "PDF",
        "file-doc": tr("text document"),
        "file-xls": tr("spreadsheet"),
        "package": tr("compressed file"),
    }.get(_ICONS.get(kind, ""), tr("text") if kind.startswith("text/") else tr("other file"))


def show_size(size: int) -> str:
    """Bytes in words: 350 KB, 1,2 MB."""
    shown, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if shown < 1000:
            break
        shown, unit = shown / 1000, larger
    text = f"{shown:.0f}" if shown >= 10 or unit == "B" else f"{shown:.1f}"
    return f"{text.replace('.', ',') if language() == 'vi' else text} {unit}"


def usual_contents() -> list[str]:
    """What a file usually is of a record, to choose from or type over."""
    return [
        tr("Full text"),
        tr("Summary"),
        tr("Minutes of acceptance"),
        tr("Decision"),
        tr("Cover and contents"),
        tr("Proof of publication"),
    ]
