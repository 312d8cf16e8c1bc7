"""What the database refuses, told apart: the environment's fault becomes a sentence, a bug stays one."""

from __future__ import annotations

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
_DAMAGED = ("Could not decode", "malformed JSON")  # values, not pages: no code of their own
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
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY


def _told(error: BaseException | None, place: Path) -> UserError | None:
    if ABOVE_CEILING in str(error):
        return UserError(ABOVE_CEILING, fields="…")
    damaged = str(error).startswith(_DAMAGED)
    code = "library_damaged" if damaged else _BY_CODE.get(primary_code(error))
    return UserError(code, Exit.ENVIRONMENT, path=str(place), reason=str(error)) if code else None
