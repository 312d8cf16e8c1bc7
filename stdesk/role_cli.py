"""The command line's part about roles: who has a code, setting one, approvals."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import commands, i18n
from stdesk.asking import read_password
from stdesk.clock import local_time
from stdesk.commands import open_library, print_json, say
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr

if TYPE_CHECKING:
    from stdesk.services.desk import Desk

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of the command."""
    text = tr("who has a code as leader or administrator; set one, set a forgotten one anew")
    parser: argparse.ArgumentParser = sub.add_parser("role", help=text, description=text)
    parser.set_defaults(command=role)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    commands.add_password_option(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help=tr("who has a code, and which reports are approved")
    )
    what.add_argument("--set", choices=("leader", "administrator"), help=tr("give somebody a code"))
    what.add_argument("--retire", metavar="N", type=int, help=tr("take the code of this number out of force"))
    what.add_argument(
        "--anew",
        metavar="REASON",
        help=tr("set the administrator's forgotten code anew; the reason stays in the history"),
    )
    parser.add_argument("--name", metavar="N", default="", help=tr("whose code it is"))
    for option, meaning in (
        ("--code-file", tr("a file with the new code in its first line")),
        ("--recovery-file", tr("a file with the recovery code, of a library with a password")),
    ):
        parser.add_argument(option, metavar="FILE", type=Path, help=meaning)
    commands.add_administrator_option(parser)
    parser.add_argument("--json", action="store_true")


def role(options: Namespace) -> int:
    """Set, retire or list codes."""
    changing = options.set or options.retire is not None or options.anew is not None
    with open_library(options, read_only=not changing) as desk:
        commands.begin_as_administrator(desk, options)
        if options.set:
            desk.roles.set_code(options.set, options.name, _code(options))
        elif options.anew is not None:
            secret = read_password(options.recovery_file) if options.recovery_file is not None else ""
            desk.roles.override(options.name, _code(options), options.anew, secret)
        elif options.retire is not None:
            _retire(desk, options.retire)
        _show(desk, options)
    return Exit.DONE


def _retire(desk: Desk, place: int) -> None:
    found = next((one for one in desk.roles.known().holders if one.place == place), None)
    if found is None:
        raise UserError("role_code_unknown", place=str(place))
    desk.roles.retire(found)


def _code(options: Namespace) -> str:
    if options.code_file is None:
        raise UserError("role_code_file_wanted", Exit.USAGE)
    return read_password(options.code_file)


def _show(desk: Desk, options: Namespace) -> None:
    from stdesk.services.roles import role_name

    known = desk.roles.known()
    approved = [
        {
            "period": report.period,
            "submission": report.submission,
            "name": one.name,
            "at": one.at,
            "note": one.note,
        }
        for report in desk.reporting.frozen()
        for one in desk.roles.approvals(report)
    ]
    if options.json:
        codes = [
            {"place": one.place, "role": one.role, "name": one.name, "at": one.at, "by": one.by,
             "anew": one.anew, "sound": one.sound}
            for one in known.holders
        ]  # fmt: skip
        print_json({"codes": codes, "approvals": approved, "approval_needed": known.approval_needed})
        return
    if not known.guarded:
        say(tr("No administrator has a code: everything is allowed."))
    for one in known.holders:
        when = local_time(one.at)
        say(
            tr(
                "{n}. {name}, {role}, since {when}",
                n=one.place,
                name=one.name,
                role=role_name(one.role),
                when=when,
            )
        )
    for row in approved:
        say(
            tr(
                "Report {period}, submission {n}: approved by {name}, {when}",
                period=row["period"],
                n=row["submission"],
                name=row["name"],
                when=local_time(str(row["at"])),
            )
        )
