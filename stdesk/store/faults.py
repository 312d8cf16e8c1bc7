"""What the database refuses, told apart: the environment's fault becomes a sentence, a bug stays one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.errors import Exit, UserError, from_os_error

ABOVE_CEILING = "above_ceiling"  # what the secrecy trigger says

_BY_CODE = {
    sqlite3.SQLITE_BUSY: "library_busy",
    sqlite3.SQLITE_LOCKED: "library_busy",
    sqlite3.SQLITE_READONLY: "library_read_only",
    sqlite3.SQLITE_PERM: "library_read_only",
    sqlite3.SQLITE_IOERR: "library_io_failed",
    sqlite3.SQLITE_CORRUPT: "library_damaged",
    sqlite3.SQLITE_NOTADB: "library_damaged",
    sqlite3.SQLITE_FULL: "library_disk_full",
    sqlite3.SQLITE_CANTOPEN: "library_cannot_open",
}
# Copying a database reports what happened without a code.
_BY_TEXT = {"database or disk is full": sqlite3.SQLITE_FULL, "disk I/O error": sqlite3.SQLITE_IOERR}
_DAMAGED = ("Could not decode", "malformed JSON")  # values, not pages: no code of their own
# With no room left SQLite cannot even make its shared memory file, and calls that an I/O error.
_FOR_LACK_OF_ROOM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_ROOM = 64 * 1024  # bytes
_PRIMARY = 0xFF  # the low byte of an extended result code


class DamageError(Exception):
    """A value in the database that this program never wrote."""


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Turn what the environment refuses inside the block into a :class:`UserError` naming ``place``.

    Raises:
        UserError: exit 3 for I/O, lock, damage or space; exit 1 for the secrecy ceiling.
    """
    try:
        yield
    except (DBAPIError, sqlcipher.Error) as error:
        told_error = _told(error.orig if isinstance(error, DBAPIError) else error, place)
        if told_error is None:
            raise  # a bug
        raise told_error from error
    except DamageError as error:
        raise UserError("library_damaged", Exit.ENVIRONMENT, path=str(place), reason=str(error)) from error
    except OSError as error:
        raise from_os_error(error, error.filename or place) from error


def primary_code(error: BaseException | None) -> int:
    """SQLite's primary result code of ``error``; 0 when it carries none."""
    code = int(getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY
    return code or (_BY_TEXT.get(str(error), 0) if isinstance(error, sqlcipher.Error) else 0)


def has_room(place: Path) -> bool:
    """Whether the disk of ``place`` can take the little that opening a library writes."""
    try:
        return shutil.disk_usage(place if place.is_dir() else place.parent).free >= _ROOM
    except OSError:
        return True  # not known: the disk will say


def _told(error: BaseException | None, place: Path) -> UserError | None:
    if ABOVE_CEILING in str(error):
        return UserError(ABOVE_CEILING, fields="…")
    damaged = str(error).startswith(_DAMAGED)
    code = "library_damaged" if damaged else _BY_CODE.get(primary_code(error))
    if primary_code(error) in _FOR_LACK_OF_ROOM and not has_room(place):
        code = "library_disk_full"
    return UserError(code, Exit.ENVIRONMENT, path=str(place), reason=str(error)) if code else None
