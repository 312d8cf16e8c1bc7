"""The centre's command line, its first part: making a centre, the units and their keys."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import i18n
from stdesk.atomic import write_bytes
from stdesk.commands import print_json, say
from stdesk.errors import Exit, from_os_error
from stdesk.i18n import tr
from stdesk.paths import open_plain

if TYPE_CHECKING:
    from stdesk.central.agency import Agency
    from stdesk.central.model import RegisteredUnit

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def added(sub: Commands, name: str, text: str, command: Callable[[Namespace], int]) -> ArgumentParser:
    """A command of its own, with the centre it works on."""
    parser: ArgumentParser = sub.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    parser.add_argument("--json", action="store_true", help=tr("answer as JSON, for programs"))
    place = tr("folder or file of the centre (SQLite), or postgresql://user@host/database")
    parser.add_argument("db", metavar="DB", help=place)
    return parser


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    made = added(sub, "init", tr("make a new centre"), init)
    made.add_argument("--name", required=True, metavar="N", help=tr("as it stands in answers and on paper"))
    made.add_argument("--folder", type=Path, metavar="DIR", help=tr("where packages are kept"))
    card = added(sub, "register", tr("register a unit by its key card, or a unit's next key"), register)
    card.add_argument("card", metavar="CARD", type=Path)
    card.add_argument(
        "--words", metavar="W", help=tr("the key's words as the unit read them on the telephone")
    )
    card.add_argument(
        "--secrecy", default="thuong", metavar="S", help=tr("highest level its packages may carry")
    )
    added(sub, "units", tr("the registered units and the words of their keys"), units)
    roster_of = added(sub, "roster", tr("make a new key roster for the units"), roster)
    roster_of.add_argument("-o", "--output", required=True, type=Path, metavar="FILE")
    roster_of.add_argument("--expires", type=_day, metavar="DAY", help=tr("its last day, 2027-12-31"))
    gone = added(sub, "revoke", tr("take a unit's key out of use for ever"), revoke)
    gone.add_argument("key", metavar="KEY", help=tr("id of the key, 16 digits"))
    gone.add_argument("--reason", required=True, metavar="TEXT")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            tr("{day} is no day; write it like 2027-12-31", day=typed[:40])
        ) from error


def open_agency(options: Namespace) -> Agency:
    """The centre a command works on, with its rules; to be closed by ``with``."""
    from stdesk.central.agency import Agency
    from stdesk.central.answers import connect

    return connect(Agency.open(options.db))


def init(options: Namespace) -> int:
    """Make a new centre; its keys are made with it."""
    from stdesk.central.agency import Agency
    from stdesk.package.words import fingerprint_words

    with Agency.create(options.db, options.name, folder=options.folder) as agency:
        key = agency.registry.public()
        told = {
            "name": agency.name, "folder": str(agency.folder), "key": key.id,
            "words": list(fingerprint_words(key)), "recipients": list(agency.registry.recipients()),
        }  # fmt: skip
    if options.json:
        print_json(told)
    else:
        say(tr("New centre: {name}. Packages are kept in {folder}", name=told["name"], folder=told["folder"]))
        say(tr("Words of its key: {words}", words=" ".join(told["words"])))
    return Exit.DONE


def register(options: Namespace) -> int:
    """Register a unit's key; exit 1 while its words were not compared."""
    from stdesk.central import as_data

    with open_agency(options) as agency:
        unit = agency.registry.register(
            read_small(options.card), words=options.words, secrecy=options.secrecy
        )
    if options.json:
        print_json(as_data.unit_data(unit))
    else:
        _say_unit(unit)
    return Exit.DONE if unit.keys[0].checked else Exit.NO


def units(options: Namespace) -> int:
    """The registered units."""
    from stdesk.central import as_data

    with open_agency(options) as agency:
        found = agency.registry.units()
    if options.json:
        print_json([as_data.unit_data(one) for one in found])
    else:
        for one in found:
            _say_unit(one)
    return Exit.DONE


def _say_unit(unit: RegisteredUnit) -> None:
    say(f"{unit.code}  {unit.name}")
    key = unit.keys[0]
    say(tr("  words of its key: {words}", words=" ".join(key.words)))
    if not key.checked:
        say(
            tr(
                "  not compared yet: call the unit, then register again with --words; until then nothing is taken"
            )
        )


def roster(options: Namespace) -> int:
    """Make a new roster."""
    with open_agency(options) as agency:
        raw = agency.registry.roster(options.expires)
    write(options.output, raw)
    if options.json:
        print_json({"file": str(options.output)})
    else:
        say(tr("Key roster: {path}", path=options.output))
    return Exit.DONE


def revoke(options: Namespace) -> int:
    """Take a key out of use; the next roster tells everybody."""
    with open_agency(options) as agency:
        agency.registry.revoke(options.key, options.reason)
        held = next(
            unit for unit in agency.registry.units() if any(_same(one.id, options.key) for one in unit.keys)
        )
    if options.json:
        print_json({"unit": held.code, "key": options.key.upper()})
    else:
        say(
            tr(
                "Revoked: {key} of {unit}. Make a new key roster for the units.",
                key=options.key.upper(),
                unit=held.code,
            )
        )
    return Exit.DONE


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.strip().casefold()


def read_small(path: Path) -> bytes:
    """What lies at ``path``, of a card's size at most."""
    try:
        with open_plain(path) as file:
            return file.read(1 << 21)
    except OSError as error:
        raise from_os_error(error, path) from error


def write(path: Path, raw: bytes) -> None:
    """A file the command makes, with the folder it lies in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, raw)
    except OSError as error:
        raise from_os_error(error, path) from error
