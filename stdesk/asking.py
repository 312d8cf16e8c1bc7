"""How a command gets the password of the library it works on: from a file or asked, never on its own line."""

from __future__ import annotations

import codecs
import getpass
import os
import sys
import unicodedata
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import tr
from stdesk.paths import open_plain

if TYPE_CHECKING:
    from stdesk.services.locking import Vault

PASSWORD_FILE = "STDESK_PASSWORD_FILE"
"""Names a password file, for commands without ``--password-file``; the password itself is never in it."""
_PASSWORD_LINE = 4_096  # bytes


def add_password_option(parser: ArgumentParser) -> None:
    """How a command gets the password of the library it works on: from a file, never from the command line."""
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        type=Path,
        help=tr("of a library with a password: a file with it in its first line, - for standard input"),
    )


def vault_of(options: Namespace, folder: Path) -> Vault | None:
    """What opens the library in ``folder``; ``None`` when it has no password.

    Raises:
        UserError: ``password_not_given``; ``password_wrong``, ``password_wait``; what reading the file raises.
    """
    from stdesk.services import locking  # late: most libraries have no password

    if not locking.is_locked(folder):
        return None
    return locking.unlock(locking.key_folder(folder), password_of(options, folder))


def password_of(options: Namespace, folder: Path) -> str:
    """The password: from ``--password-file``, else from the file that ``STDESK_PASSWORD_FILE`` names, else asked.

    Raises:
        UserError: ``password_not_given`` when nobody can be asked; what :func:`read_password` does.
    """
    file = getattr(options, "password_file", None) or os.environ.get(PASSWORD_FILE)
    if file:
        return read_password(Path(file))
    typed = asked(tr("Password or recovery code of {path}: ", path=folder))
    if typed is None:
        raise UserError("password_not_given", Exit.ENVIRONMENT, path=str(folder))
    return typed


def read_password(path: Path) -> str:
    """The first line of a password file, UTF-8 or (with its mark) UTF-16; ``-`` is standard input.

    Raises:
        UserError: ``password_file_empty``; ``password_file_unreadable`` in any other writing: a password read
            wrongly would be one that nobody can type; what the disk refused.
    """
    if str(path) == "-":
        raw = sys.stdin.buffer.readline(_PASSWORD_LINE)
    else:
        try:
            with open_plain(path) as file:
                raw = file.read(_PASSWORD_LINE)
        except OSError as error:
            raise from_os_error(error, path) from error
    try:
        line = _first_line(raw)
    except ValueError as error:
        raise UserError("password_file_unreadable", Exit.ENVIRONMENT, path=str(path)) from error
    if not line.strip():
        raise UserError("password_file_empty", Exit.ENVIRONMENT, path=str(path))
    return line


def _first_line(raw: bytes) -> str:
    """Windows' Notepad and PowerShell write UTF-16 where they are asked for "Unicode"."""
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        line = raw[: len(raw) & ~1].decode("utf-16").partition("\n")[0]
    else:
        line = raw.partition(b"\n")[0].decode("utf-8-sig")
    line = line.rstrip("\r")
    if any(unicodedata.category(one) == "Cc" and one != "\t" for one in line):
        raise ValueError("a control character")
    return line


def asked(prompt: str) -> str | None:
    """What the person at the terminal types, unseen; ``None`` when there is no terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    return getpass.getpass(prompt)
