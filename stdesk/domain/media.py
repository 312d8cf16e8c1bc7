"""What a file is, told by what is in it; the ending of its name only tells kin apart."""

from __future__ import annotations

from pathlib import PurePath

PDF = "application/pdf"
PLAIN = "text/plain"
UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
SCRIPT = "application/x-script"
HEAD = 8_192  # bytes from the start that :func:`media_type` wants
TAIL = 65_536  # and from the end: a ZIP's list of contents

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIPPED = (
    (b"word/document", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/workbook", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"ppt/presentation", f"{_OFFICE}.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
)
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", SCRIPT),  # a Windows shortcut can start anything
    (b"#!", SCRIPT),
)
_OLE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msi": PROGRAM,
}
# Endings that Windows or Linux desktops run rather than show, whatever is inside.
_RUN = frozenset((
    ".appimage", ".bat", ".bash", ".chm", ".cmd", ".com", ".cpl", ".desktop", ".dll", ".exe", ".gadget",
    ".hta", ".inf", ".ins", ".iso", ".jar", ".jnlp", ".js", ".jse", ".lnk", ".msc", ".msi", ".msix", ".msp",
    ".pif", ".ps1", ".psm1", ".py", ".pyw", ".reg", ".run", ".scf", ".scr", ".settingcontent-ms", ".sh",
    ".url", ".vbe", ".vbs", ".ws", ".wsf", ".wsh", ".xll",
))  # fmt: skip
_MACROS = frozenset({".docm", ".dotm", ".xlsm", ".xlam", ".xltm", ".pptm", ".ppam"})


def media_type(name: str, head: bytes, tail: bytes = b"") -> str:
    """The media type of a file called ``name`` that begins with ``head`` and ends with ``tail``."""
    ending = PurePath(name).suffix.lower()
    if b"%PDF-" in head[:1024]:
        return PDF
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00" and ending in (".bmp", ".dib"):
        return "image/bmp"
    if head.startswith(b"PK\x03\x04"):
        return next((found for mark, found in _ZIPPED if mark in head or mark in tail), "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE.get(ending, "application/x-ole-storage")
    if not _is_text(head):
        return UNKNOWN
    if ending in _RUN:
        return SCRIPT
    return "text/csv" if ending == ".csv" else PLAIN


def is_picture(kind: str) -> bool:
    """Whether a file of this media type can be shown as a picture."""
    return kind in ("image/png", "image/jpeg", "image/gif", "image/tiff", "image/webp", "image/bmp")


def is_runnable(name: str, kind: str) -> bool:
    """Whether opening the file could run something: programs, scripts, documents with macros."""
    ending = PurePath(name.rstrip(" .")).suffix.lower()
    return kind in (PROGRAM, SCRIPT) or ending in _RUN or ending in _MACROS


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return head[:2] in (b"\xff\xfe", b"\xfe\xff")  # UTF-16 with its mark
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not a letter cut in two at the end
            return False
    return not any(one < 9 for one in head)
