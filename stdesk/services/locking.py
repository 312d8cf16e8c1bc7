"""The password of a library: set, changed, taken off; the recovery code; trying a password.

What stands on the module is about a library's folder and works on a library that is closed; :class:`Locking` is
about an open one. Passwords go in and never out: nothing here keeps, shows or logs one.
"""

from __future__ import annotations

import getpass
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stdesk import atomic
from stdesk.clock import Clock, system_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services import passwords
from stdesk.services.passwords import Strength, normal, strength
from stdesk.services.tries import Tries
from stdesk.store import leftovers
from stdesk.store.as_of import read_mark
from stdesk.store.vault import NAME as KEY_FILE
from stdesk.store.vault import KeyFile, Vault, new_recovery_code, read_recovery_code

if TYPE_CHECKING:
    from stdesk.store.library import Library

__all__ = [
    "COPIES", "LockState", "Locking", "Recovery", "Strength", "Vault", "asked_groups", "groups_match", "is_locked",
    "key_folder", "new_recovery_code", "normal", "plain_said", "remove_password", "set_password", "state",
    "strength", "unlock", "wait_said", "waiting",
]  # fmt: skip

PAPER_MARK = "STDESK-RECOVERY-1 "
"""Before the code in the QR code of the sheet for the safe."""
MINUTES = (0, 5, 10, 15, 30, 60)
"""After which a library left alone locks itself; 0 = never."""
DEFAULT_MINUTES = 10
COPIES = leftovers.COPIES
"""Folders whose files :meth:`Locking.drop_plain_copies` deletes."""
_HARMLESS = ("crash",)  # reports of faults: nothing of a record is in them


@dataclass(frozen=True, slots=True)
class LockState:
    """How a library is protected.

    Attributes:
        locked: it has a password.
        recovery: it has a recovery code.
        plain: what lies beside a locked library and anybody can read: (folder, how many files).
    """

    locked: bool
    recovery: bool = False
    plain: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery code and its sheet for the safe, PDF."""

    code: str
    sheet: bytes

    def __repr__(self) -> str:
        return "Recovery(…)"


# -- a library's folder ------------------------------------------------------------------------


def key_folder(folder: Path) -> Path:
    """Where the key file of what lies in ``folder`` is: of a copy that shows an earlier day, the library's own."""
    shown = read_mark(folder)
    return shown.library if shown is not None else folder


def is_locked(folder: Path) -> bool:
    """Whether the library in ``folder`` asks for a password. Raises ``key_file_damaged``; what the disk refused."""
    there = key_folder(folder)
    return (there / KEY_FILE).is_file() and KeyFile.read(there) is not None


def state(folder: Path) -> LockState:
    """How the library in ``folder`` is protected. Raises what :func:`is_locked` does."""
    keys = KeyFile.read(folder)
    if keys is None:
        return LockState(locked=False)
    return LockState(True, keys.has("recovery"), _plain(folder))


def waiting(folder: Path, clock: Clock = system_clock) -> int:
    """Seconds until a password may be tried."""
    return Tries(folder, clock).wait()


def unlock(folder: Path, secret: str, clock: Clock = system_clock) -> Vault:
    """The key of the library in ``folder``, by its password or recovery code; for ``Desk.open(vault=…)``.

    The one way to try a password: after a few wrong ones each makes the next wait longer.

    Raises:
        UserError: ``password_wait`` while it is too early; ``password_wrong``; ``recovery_code_mistyped``;
            ``library_no_password`` when it has none.
    """
    keys = KeyFile.read(folder)
    if keys is None:
        raise UserError("library_no_password", Exit.USAGE, path=str(folder))
    tries = Tries(folder, clock)
    if left := tries.wait():
        raise UserError("password_wait", Exit.ENVIRONMENT, wait=wait_said(left), seconds=str(left))
    tries.begin()
    vault = keys.open(normal(_scanned(secret)))
    tries.right()
    return vault


def wait_said(seconds: int) -> str:
    """A wait in words: "2 minutes 5 seconds"."""
    minutes, rest = divmod(seconds, 60)
    said = [ntr("{n} minute", "{n} minutes", minutes)] if minutes else []
    if rest or not minutes:
        said.append(ntr("{n} second", "{n} seconds", rest))
    return " ".join(said)


def set_password(
    folder: Path,
    password: str,
    code: str,
    *,
    user: str = "",
    clock: Clock = system_clock,
    kinds: Kinds | None = None,
    progress: Progress | None = None,
) -> Vault:
    """Encrypt the closed library in ``folder``; ``code`` is its recovery code, which is on paper by now.

    Returns:
        what opens it.

    Raises:
        UserError: what :func:`stdesk.services.passwords.check` and :func:`stdesk.store.locking.lock` do: the
            library is then as it was. Cancelled: so it is when stopped.
    """
    from stdesk.store import locking as conversion  # late: only this needs it

    typed = passwords.check(password)
    made = conversion.lock(folder, kinds or all_kinds(), clock, user, typed, code, progress or Progress())
    Tries(folder, clock).right()
    if made.vault is None:
        raise AssertionError("a locked library has a key")
    return made.vault


def remove_password(
    folder: Path,
    secret: str,
    *,
    user: str = "",
    clock: Clock = system_clock,
    kinds: Kinds | None = None,
    progress: Progress | None = None,
) -> None:
    """Make the closed library in ``folder`` readable by everybody who has the disk again.

    Raises:
        UserError: what :func:`unlock` and :func:`stdesk.store.locking.unlock` do: the library is then as it
            was. Cancelled: so it is when stopped.
    """
    from stdesk.store import locking as conversion

    unlock(folder, secret, clock)
    typed = normal(_scanned(secret))
    conversion.unlock(folder, kinds or all_kinds(), clock, user, typed, progress or Progress())


def plain_said(plain: Sequence[tuple[str, int]]) -> str:
    """What anybody can read beside a locked library, in one sentence; "" when there is nothing."""
    if not plain:
        return ""
    listed = ", ".join(
        ntr("{n} file in {folder}", "{n} files in {folder}", files, folder=area) for area, files in plain
    )
    return tr(
        "Beside it, anybody can still read {listed}: delete what is not needed any more.", listed=listed
    )


def asked_groups(
    code: str, choose: Callable[[Sequence[int], int], list[int]] | None = None
) -> tuple[int, int]:
    """The places (from 0) of the two groups that are to be typed back as a proof that the code is on paper."""
    count = len(code.split("-"))
    first, second = sorted((choose or random.SystemRandom().sample)(range(count), 2))
    return first, second


def groups_match(code: str, places: Sequence[int], typed: Sequence[str]) -> bool:
    """Whether ``typed`` are those groups of the code, as leniently as the code itself is read."""
    groups = code.split("-")
    return len(places) == len(typed) and all(
        _same(groups[place], one) for place, one in zip(places, typed, strict=True)
    )


def _same(group: str, typed: str) -> bool:
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return plain.translate(str.maketrans("OIL", "011")) == group


def _scanned(secret: str) -> str:
    """What the QR code of the sheet says, without its mark."""
    typed = secret.strip()
    return typed[len(PAPER_MARK) :] if typed.upper().startswith(PAPER_MARK) else secret


def _plain(folder: Path) -> tuple[tuple[str, int], ...]:
    with suppress(OSError):
        return tuple((one.area, one.files) for one in leftovers.readable(folder) if one.area not in _HARMLESS)
    return ()


# -- an open library ---------------------------------------------------------------------------


class Locking:
    """The password of an open library.

    Args:
        library: the open library.
        clock: for the sheet and the waits.
        roles: the desk's roles, when it has them; taking the password off asks for the administrator.
    """

    def __init__(self, library: Library, clock: Clock, roles: Callable[[], Any] = lambda: None) -> None:
        self._library = library
        self._clock = clock
        self._roles = roles

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._library.folder

    def state(self) -> LockState:
        """How it is protected."""
        return state(self.folder)

    def strength(self, password: str) -> Strength:
        """How good a password would be for this library."""
        return strength(password, self.known())

    def prepare(self) -> Recovery:
        """A new recovery code and its sheet; nothing is changed yet."""
        code = new_recovery_code()
        return Recovery(code, self.sheet(code))

    def sheet(self, code: str) -> bytes:
        """The sheet for the safe, PDF. Raises UserError when the program's font is missing."""
        from stdesk.reports.recovery_page import RecoveryPaper, render_recovery_page  # late: drawing library

        unit = self._library.settings.get
        return render_recovery_page(
            RecoveryPaper(
                superior=unit("superior_name"),
                unit=unit("unit_name"),
                unit_code=unit("unit_code"),
                place=unit("place"),
                library=self.folder.name,
                groups=code.split("-"),
                qr=PAPER_MARK + code,
                printed=self._clock().astimezone(),
            )
        )

    def write_sheet(self, recovery: Recovery, path: Path) -> Path:
        """Write the sheet, for the owner's eyes only where the system knows of owners. Raises what the disk refused."""
        try:
            atomic.write_bytes(path, recovery.sheet)
            with suppress(OSError):  # FAT32 keeps no modes
                path.chmod(0o600)
        except OSError as error:
            raise from_os_error(error, path) from error
        return path

    def check(self, secret: str) -> Vault:
        """Whether ``secret`` opens this library. Raises what :func:`unlock` does."""
        return unlock(self.folder, secret, self._clock)

    def check_new(self, password: str) -> str:
        """``password`` as it will be used. Raises what :func:`stdesk.services.passwords.check` does."""
        return passwords.check(password, self.known())

    def change(self, old: str, new: str) -> None:
        """Another password: only its wrapping is written anew. ``old`` may be the recovery code.

        Raises:
            UserError: what :meth:`check` and :meth:`check_new` do; ``password_same``; what the disk refused.
        """
        typed = self.check_new(new)
        if typed == normal(old):
            raise UserError("password_same")
        vault = self.check(old)
        self._keys().with_password(vault, typed).write(self.folder)

    def renew_recovery(self, secret: str, code: str) -> None:
        """Use ``code``, whose sheet is on paper, from now on; the code before opens nothing any more.

        Raises:
            UserError: what :meth:`check` does; what the disk refused.
        """
        vault = self.check(secret)
        self._keys().with_recovery(vault, code).write(self.folder)

    def drop_plain_copies(self) -> int:
        """Delete the backups and set aside libraries that can be read without the password; how many files went.

        Whoever calls it has seen that there is a good backup with the password. Raises what the disk refused.
        """
        try:
            return leftovers.drop_old_copies(self.folder)
        except OSError as error:
            raise from_os_error(error, Path(error.filename or self.folder)) from error

    def demand_removal(self) -> None:
        """Whether the password may be taken off now. Raises ``role_wanted`` when an administrator has to say so."""
        demand = getattr(self._roles(), "demand", None)
        if demand is not None:
            demand("administrator")

    def _keys(self) -> KeyFile:
        keys = KeyFile.read(self.folder)
        if keys is None:
            raise UserError("library_no_password", Exit.USAGE, path=str(self.folder))
        return keys

    def known(self) -> tuple[str, ...]:
        """What everybody knows of this library, and a password may therefore not be."""
        unit = self._library.settings.get
        name = ""
        with suppress(OSError, KeyError, ImportError):
            name = getpass.getuser()
        return (unit("unit_name"), unit("unit_code"), self.folder.name, name)


def is_recovery_code(typed: str) -> bool:
    """Whether ``typed`` is a whole recovery code without a slip."""
    return bool(read_recovery_code(_scanned(typed)))
