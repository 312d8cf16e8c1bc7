"""Workbooks other people made, read as plain sheets whatever program wrote them.

The file's content decides how it is read, not its name: units send .xls files that are .xlsx, and
"workbooks" that are Word files. Whatever is wrong with a file ends in one sentence.
"""

from __future__ import annotations

import csv as csv_module
import errno
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from stdesk import i18n
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.archive import Archive, ForbiddenXmlError
from stdesk.exchange.readers.csv import not_a_workbook, read_csv
from stdesk.exchange.sheets import Workbook
from stdesk.progress import Progress

__all__ = ["read_workbook"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Excel 2 to 4 wrote sheets without a container: record BOF, its length.
_BARE_BIFF = tuple(map(bytes.fromhex, ("09000400", "09020600", "09040600", "09080800", "09081000")))
_OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
)
_WEB_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<style")
# What parsers raise on damaged files, seen by cutting and flipping; MemoryError comes from sizes
# a damaged file claims.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ExpatError, EOFError, struct.error, csv_module.Error, LookupError,
    ValueError, TypeError, ArithmeticError, AttributeError, AssertionError, RuntimeError, MemoryError,
)  # fmt: skip
# The file system's own troubles; other numbers come from seeking to places a damaged file names.
_DEVICE_ERRORS = {
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.EIO, errno.ENODEV, errno.ENXIO, errno.EISDIR,
    errno.ENOTDIR, errno.ENAMETOOLONG, errno.ESTALE, errno.ETIMEDOUT, errno.EBUSY,
}  # fmt: skip


def read_workbook(path: Path, progress: Progress | None = None) -> Workbook:
    """Read .xlsx, .xlsm, .xlsb, .xls, .ods, .csv, .tsv or .txt.

    Args:
        progress: counts rows (their number is not known before); may stop the work.

    Raises:
        UserError: ``not_a_workbook`` and its like when the file is of another kind;
            ``workbook_password``, ``workbook_damaged``, ``workbook_unsafe``, ``workbook_too_big``,
            ``csv_encoding``; what the file system refused, with ``Exit.ENVIRONMENT``.
        Cancelled: as asked through ``progress``.
    """
    path = Path(path)
    if progress is not None:
        progress.start(0, i18n.message("reading_workbook", name=path.name))
    try:
        return _read(path, progress)
    except OSError as error:
        if error.errno in _DEVICE_ERRORS:
            raise from_os_error(error, path) from error
        raise limits.damaged(path) from error
    except ForbiddenXmlError as error:
        raise limits.unsafe(path) from error
    except _DAMAGE as error:
        raise limits.damaged(path) from error


def _read(path: Path, progress: Progress | None) -> Workbook:
    size, head = _look(path)
    if size == 0:
        raise UserError("workbook_empty_file", Exit.NO, path=str(path))
    if size > limits.MAX_FILE_BYTES:
        raise limits.too_big(path)
    if head.startswith(_ZIP):
        return _read_zip(path, progress)
    if size > limits.MAX_WHOLE_FILE_BYTES:
        raise limits.too_big(path)
    if head.startswith(_OLE):
        return _read_ole(path, progress)
    if head.startswith(_BARE_BIFF):
        return _read_xls(path, path.read_bytes(), progress)
    if head.startswith(_OTHER_KINDS):
        raise not_a_workbook(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
        raise UserError("workbook_is_web_page", Exit.NO, path=str(path))
    if size > limits.MAX_TEXT_BYTES:
        raise limits.too_big(path)
    return read_csv(path, progress)


def _look(path: Path) -> tuple[int, bytes]:
    """Size and first bytes of an ordinary file; a folder, pipe or device is refused unopened."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise not_a_workbook(path)
    with path.open("rb") as stream:
        return found.st_size, stream.read(512)


def _read_zip(path: Path, progress: Progress | None) -> Workbook:
    with Archive(path) as archive:
        if archive.has("mimetype"):
            kind = archive.read_small("mimetype").strip()
            if b"opendocument.spreadsheet" not in kind or not archive.has("content.xml"):
                raise not_a_workbook(path)
            from stdesk.exchange.readers.ods import read_ods

            return read_ods(path, archive, progress)
        return _read_office(path, archive, progress)


def _read_office(path: Path, archive: Archive, progress: Progress | None) -> Workbook:
    from stdesk.exchange.readers.xlsx_parts import main_part

    part = main_part(archive)
    folder = part.partition("/")[0].lower()
    if folder == "word":
        raise UserError("workbook_is_word", Exit.NO, path=str(path))
    if part.lower().endswith(".bin"):
        from stdesk.exchange.readers.xlsb import read_xlsb

        return read_xlsb(path, archive, part, progress)
    if not part and not archive.has("[Content_Types].xml"):
        raise UserError("workbook_is_archive", Exit.NO, path=str(path))
    if folder == "ppt" or not archive.has(part):
        raise not_a_workbook(path)
    from stdesk.exchange.readers.xlsx import read_xlsx

    return read_xlsx(path, archive, part, progress)


def _read_ole(path: Path, progress: Progress | None) -> Workbook:
    """A compound file: an old workbook, a new one under a password, or another program's."""
    import olefile

    container: Any = olefile.OleFileIO(path)
    with container:
        names = {"/".join(entry).lower(): entry for entry in container.listdir()}
        if names.keys() & {"encryptedpackage", "encryptioninfo"}:
            raise UserError("workbook_password", Exit.NO, path=str(path))
        if "worddocument" in names:
            raise UserError("workbook_is_word", Exit.NO, path=str(path))
        entry = names.get("workbook") or names.get("book")
        if entry is None:
            raise not_a_workbook(path)
        if container.get_size(entry) > path.stat().st_size:
            raise limits.damaged(path)
        stream = container.openstream(entry).read()
    return _read_xls(path, stream, progress)


def _read_xls(path: Path, stream: bytes, progress: Progress | None) -> Workbook:
    import xlrd
    from xlrd.compdoc import CompDocError

    from stdesk.exchange.readers.xls import read_xls

    try:
        return read_xls(path, stream, progress)
    except (xlrd.XLRDError, CompDocError) as error:
        raise limits.damaged(path) from error
