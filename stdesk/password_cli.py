"""The command line's part about the password of a library."""

from __future__ import annotations

import argparse
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import commands, i18n
from stdesk.asking import asked, password_of, read_password
from stdesk.commands import open_library, print_json, say
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr

if TYPE_CHECKING:
    from stdesk.services.desk import Desk
    from stdesk.services.locking import Recovery

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of the command."""
    text = tr("whether a library has a password; set it, change it, take it off")
    parser: argparse.ArgumentParser = sub.add_parser("password", help=text, description=text)
    parser.set_defaults(command=password)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    commands.add_password_option(parser)
    what = parser.add_mutually_exclusive_group()
    for name, meaning in (
        ("--set", tr("encrypt the library")),
        ("--change", tr("another password; nothing is encrypted anew")),
        ("--recovery", tr("a new recovery code; the one before opens nothing any more")),
        ("--remove", tr("write the library out readable by everybody again")),
    ):
        what.add_argument(name, action="store_true", help=meaning)
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        type=Path,
        help=tr("a file with the new password in its first line"),
    )
    parser.add_argument(
        "--code-file",
        metavar="FILE",
        type=Path,
        help=tr("a file with the administrator's code in its first line"),
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE.pdf",
        type=Path,
        help=tr("where the recovery sheet for the safe is written"),
    )
    parser.add_argument("--json", action="store_true")


def password(options: Namespace) -> int:
    """Say how a library is protected, or change it."""
    if options.set:
        return _set(options)
    if options.change:
        return _change(options)
    if options.recovery:
        return _renew(options)
    if options.remove:
        return _remove(options)
    return _state(options)


def _state(options: Namespace) -> int:
    from stdesk.services import locking

    if not (options.lib / "library.db").is_file():
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(options.lib))
    found = locking.state(options.lib)
    if options.json:
        plain = [{"folder": area, "files": files} for area, files in found.plain]
        print_json({"locked": found.locked, "recovery": found.recovery, "plain": plain})
    else:
        say(
            tr("Locked with a password.")
            if found.locked
            else tr("Not locked: whoever has the disk can read it.")
        )
        if found.plain:
            say(locking.plain_said(found.plain))
    return Exit.DONE


def _set(options: Namespace) -> int:
    from stdesk.services import locking

    if locking.is_locked(options.lib):
        raise UserError("library_has_password", Exit.USAGE, path=str(options.lib))
    target = _sheet_target(options)
    with open_library(options) as desk:
        new = desk.locking.check_new(_new_password(options))
        recovery = _sheet_written(desk, target)
        user = desk.user
    try:
        locking.set_password(options.lib, new, recovery.code, user=user)
    except BaseException:
        with suppress(OSError):  # it opens nothing: nobody is to put it into a safe
            target.unlink()
        raise
    say(tr("Locked. From now on the library asks for the password when it is opened."))
    _tell_sheet(target)
    return Exit.DONE


def _change(options: Namespace) -> int:
    old = _password_now(options)
    with _opened(options, old) as desk:
        desk.locking.change(old, _new_password(options))
    say(tr("The password is changed. Backups made until now still open with the one before."))
    return Exit.DONE


def _renew(options: Namespace) -> int:
    target = _sheet_target(options)
    secret = _password_now(options)
    with _opened(options, secret) as desk:
        recovery = _sheet_written(desk, target)
        desk.locking.renew_recovery(secret, recovery.code)
    say(tr("The new recovery code is in use. Destroy the sheet before."))
    _tell_sheet(target)
    return Exit.DONE


def _remove(options: Namespace) -> int:
    from stdesk.services import locking

    secret = _password_now(options)
    with _opened(options, secret) as desk:
        _give_code(desk, options)
        desk.locking.demand_removal()
        user = desk.user
    locking.remove_password(options.lib, secret, user=user)
    say(tr("The password is taken off. Whoever has this computer can read the library."))
    return Exit.DONE


def _password_now(options: Namespace) -> str:
    from stdesk.services import locking

    if not (options.lib / "library.db").is_file():
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(options.lib))
    if not locking.is_locked(options.lib):
        raise UserError("library_no_password", Exit.USAGE, path=str(options.lib))
    return password_of(options, options.lib)


def _opened(options: Namespace, secret: str) -> Desk:
    from stdesk.services import locking
    from stdesk.services.desk import Desk

    return Desk.open(options.lib, user=commands.user(), vault=locking.unlock(options.lib, secret))


def _new_password(options: Namespace) -> str:
    if options.new_password_file:
        return read_password(options.new_password_file)
    first = asked(tr("New password: "))
    if first is None:
        raise UserError("new_password_not_given", Exit.ENVIRONMENT)
    if asked(tr("The same once more: ")) != first:
        raise UserError("new_passwords_differ")
    return first


def _give_code(desk: Desk, options: Namespace) -> None:
    """The administrator's code, where one is needed and can be had."""
    from stdesk.services.roles import ADMINISTRATOR

    role = desk.roles.required("remove_password")
    if role is None:
        return
    code = read_password(options.code_file) if options.code_file else asked(tr("The administrator's code: "))
    if code is not None:
        desk.roles.begin(ADMINISTRATOR, code)


def _sheet_target(options: Namespace) -> Path:
    if options.output is None:
        raise UserError("recovery_sheet_wanted", Exit.USAGE)
    target: Path = options.output
    if target.exists():
        raise UserError("already_exists", Exit.USAGE, path=str(target))
    return target


def _sheet_written(desk: Desk, target: Path) -> Recovery:
    recovery = desk.locking.prepare()
    desk.locking.write_sheet(recovery, target)
    return recovery


def _tell_sheet(target: Path) -> None:
    say(tr("Recovery sheet for the safe: {path}. Print it, then delete the file.", path=target))
