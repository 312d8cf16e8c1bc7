"""The command line's doctor: look at a library, mend it, recover a damaged one into a new one."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import commands
from stdesk.commands import print_json, say
from stdesk.errors import Exit
from stdesk.i18n import ntr, tr

if TYPE_CHECKING:
    from stdesk.services.health import Health, Recovered

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name
_SIGNS = {"ok": "✓", "mended": "✓", "hurt": "✗", "unknown": "-"}


def add_commands(sub: Commands) -> None:
    """Tell the parser of the command."""
    text = tr("examine a library, also one that no longer opens; mend it or recover it")
    parser: argparse.ArgumentParser = sub.add_parser("doctor", help=text, description=text)
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    parser.add_argument("--deep", action="store_true", help=tr("read every record and every attachment"))
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--mend", action="store_true", help=tr("mend what can be mended without losing anything, on a copy")
    )
    what.add_argument(
        "--recover", metavar="TARGET", type=Path,
        help=tr("make a new library in this folder from what this one and its backups still hold"),
    )  # fmt: skip
    commands.add_password_option(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=doctor)


def doctor(options: Namespace) -> int:
    """Exit 0: sound; 1: something is hurt or was lost; 3: it cannot be looked at."""
    from stdesk.services import doctor as service

    vault = commands.vault_of(options, options.lib)
    if options.recover is not None:
        return _recover(
            options, service.recover(options.lib, options.recover, vault=vault, user=commands.user())
        )
    deep = options.deep or options.mend
    health = service.examine(options.lib, service.FULL if deep else service.QUICK, vault=vault)
    if options.mend and health.mendable:
        names = [check.name for check in health.mendable]
        health = service.mend(options.lib, names, vault=vault, user=commands.user())
    if options.json:
        print_json(_as_json(health))
    else:
        _tell(health)
    return Exit.DONE if health.sound else Exit.NO


def _recover(options: Namespace, done: Recovered) -> int:
    if options.json:
        lost = [
            {"kind": one.kind, "number": one.number, "title": one.title, "said": one.said}
            for one in done.lost
        ]
        print_json(
            {
                "library": str(done.library), "backup": done.backup, "records": done.records, "acts": done.acts,
                "lost": lost,
            }
        )  # fmt: skip
        return Exit.NO if done.lost else Exit.DONE
    say(ntr("{n} record recovered into {path}.", "{n} records recovered into {path}.", done.records,
            path=str(done.library)))  # fmt: skip
    if done.backup:
        say(tr("With the help of the backup {name}.", name=done.backup))
    for one in done.lost:
        say(f"  {one.said}")
    if not done.lost:
        say(tr("Nothing is missing."))
    return Exit.NO if done.lost else Exit.DONE


def _as_json(health: Health) -> dict[str, Any]:
    return {
        "sound": health.sound,
        "depth": health.depth,
        "at": health.at,
        "checks": [
            {
                "name": one.name, "title": one.title, "state": one.state, "said": one.said, "found": list(one.found),
                "more": one.more, "mend": one.mend,
            }
            for one in health.checks
        ],
        "sizes": [{"name": one.name, "title": one.title, "size": one.size, "count": one.count} for one in health.sizes],
    }  # fmt: skip


def _tell(health: Health) -> None:
    for check in health.checks:
        say(f"{_SIGNS[check.state]} {check.title}: {check.said}")
        for line in check.found:
            say(f"    {line}")
        if check.more:
            say(f"    … +{check.more}")
        if check.mend is not None:
            say(f"    → {check.mend}")
    say(tr("The library is sound.") if health.sound else tr("The library is hurt."))
    if health.mendable:
        say(tr("Mend it with --mend; a library that does not open with --recover."))
