"""The command line's part about keeping: backups, restoring, the doctor, passwords and codes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, TypeAlias

from stdesk import backup_cli, commands, doctor_cli, password_cli, role_cli
from stdesk.errors import Exit
from stdesk.i18n import tr

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    backup_cli.add_commands(sub)
    doctor_cli.add_commands(sub)
    password_cli.add_commands(sub)
    role_cli.add_commands(sub)
    _add_place(sub)


# -- where a library lies -------------------------------------------------------------------


def _add_place(sub: Commands) -> None:
    text = tr("whether the library is safe where it lies")
    parser = sub.add_parser("place", help=text, description=text)
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    parser.add_argument(
        "--allow", action="store_true", help=tr("use it there all the same, on this computer")
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=place)


def place(options: argparse.Namespace) -> int:
    """Say what is the matter with a library's place; exit 1 when it is refused there."""
    from stdesk.services import places

    if options.allow:
        places.allow(options.lib)
    found = places.look(options.lib)
    if options.json:
        commands.print_json([{"code": one.code, "refuses": one.refuses, "said": one.said} for one in found])
    else:
        for one in found:
            commands.say(one.said)
        if not found:
            commands.say(tr("A good place: a disk of this computer, synchronised by nothing that is known."))
    return Exit.NO if any(one.refuses for one in found) else Exit.DONE
