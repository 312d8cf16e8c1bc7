"""What can go wrong for a person: one exception carrying a code, and its sentence.

Three kinds of failure exist. :class:`UserError` is something a person can act on: it has a
stable code and parameters, and its sentence (what, where, what to do) stands in both
languages in ``resources/messages``. :class:`stdesk.progress.Cancelled` is a wish, not a
failure. Everything else is a bug and goes to the crash log, never to the screen as it is.
"""

from __future__ import annotations

import errno
from enum import IntEnum
from pathlib import Path
from typing import Any


class Exit(IntEnum):
    """Exit codes of the command line (DESIGN §7)."""

    DONE = 0
    NO = 1  # the answer is no: invalid, blocked, refused
    USAGE = 2  # wrong use
    ENVIRONMENT = 3  # I/O, lock, password
    INTERRUPTED = 130  # Ctrl-C, as shells expect


class UserError(Exception):
    """Something a person can mend.

    Args:
        code: key of the sentence in ``resources/messages/*.toml``.
        exit_code: what the command line returns.
        params: values for the sentence's placeholders.
    """

    def __init__(self, code: str, exit_code: Exit = Exit.NO, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.exit_code = exit_code
        self.params = params

    def __str__(self) -> str:
        """The sentence in the language in use."""
        from stdesk import i18n  # late: i18n reads files, an exception type must not

        return i18n.message(self.code, **self.params)


_BY_ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only_medium",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENOENT: "not_found",
    errno.EIO: "device_failed",
    errno.ENODEV: "device_gone",
    errno.ENXIO: "device_gone",
    errno.EFBIG: "file_too_big",
    errno.ENAMETOOLONG: "name_too_long",
    errno.EISDIR: "is_a_folder",
    errno.ENOTDIR: "not_a_folder",
    errno.EEXIST: "already_exists",
    errno.ESPIPE: "not_a_plain_file",
    errno.EBUSY: "file_in_use",
    errno.ETXTBSY: "file_in_use",
}
_IN_USE = frozenset({32, 33})  # Windows: sharing violation, lock violation; both come as EACCES


def from_os_error(error: OSError, path: Path | str) -> UserError:
    """The sentence for what the operating system refused, naming ``path``."""
    code = _BY_ERRNO.get(error.errno or 0, "io_failed")
    if getattr(error, "winerror", None) in _IN_USE:
        code = "file_in_use"
    reason = error.strerror or type(error).__name__
    return UserError(code, Exit.ENVIRONMENT, path=str(path), reason=reason)
