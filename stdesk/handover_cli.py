"""The command line's part about what leaves and comes back: keys, packages, verifying, answers."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from stdesk import commands, i18n
from stdesk.commands import print_json, say
from stdesk.domain.periods import parse_period
from stdesk.errors import Exit, from_os_error
from stdesk.i18n import ntr, tr

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    _add_package(sub)
    _add_verify(sub)


def added(
    sub: Commands, name: str, text: str, command: Callable[[Namespace], int], *, library: bool = True
) -> argparse.ArgumentParser:
    """A command of its own, with the library it works on when it needs one."""
    parser = sub.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    if library:
        parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    return parser


def _add_package(sub: Commands) -> None:
    parser = added(sub, "package", tr("make the data package of a frozen period"), package)
    parser.add_argument(
        "--period", required=True, metavar="P", help="2026, 2026-H1, 2027-KH, 2021-2025, 20260101-20260930"
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    parser.add_argument("--trial", action="store_true")


def _add_verify(sub: Commands) -> None:
    parser = added(sub, "verify", tr("verify a data package"), verify, library=False)
    parser.add_argument("package", metavar="PACKAGE", type=Path)
    parser.add_argument("--json", action="store_true")


def package(options: Namespace) -> int:
    """Make the data package of a frozen period."""
    period = parse_period(options.period)
    with commands.open_library(options, read_only=True) as desk:
        made = desk.handover.pack(period, options.output, trial=options.trial)
    say(tr("Package made and verified: {path}", path=made.path))
    say(tr("Check code: {code}", code=made.fingerprint))
    return Exit.DONE


def verify(options: Namespace) -> int:
    """Verify a package; exit 1 when it is not whole."""
    from stdesk.services.handover import verify as verify_path

    if not options.package.exists():
        raise from_os_error(FileNotFoundError(2, "not found"), options.package)
    verified = verify_path(options.package)
    if options.json:
        print_json(verified.to_json())
    elif verified.ok:
        say(
            ntr(
                "Whole and unchanged: {n} file checked.",
                "Whole and unchanged: {n} files checked.",
                verified.checked_files,
            )
        )
    else:
        for one in verified.defects:
            say(f"✗ {one.file}: {one.message}")
            say(f"  {one.advice}")
    return Exit.DONE if verified.ok else Exit.NO
