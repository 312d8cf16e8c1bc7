"""The command line's part about backups: make one, list them, put a library or one record back."""

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
from stdesk.i18n import message, ntr, tr

if TYPE_CHECKING:
    from stdesk.services.backups import BackupInfo, Restored
    from stdesk.services.desk import Desk
    from stdesk.store.vault import Vault

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name

_SHOWN = (
    "made_at", "why", "library", "unit", "schema", "locked", "head", "count", "files", "size", "own_size", "ok",
    "problem",
)  # fmt: skip


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    _add_backup(sub)
    _add_restore(sub)


def _added(sub: Commands, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = sub.add_parser(name, help=text, description=text)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    return parser


def _add_backup(sub: Commands) -> None:
    parser = _added(sub, "backup", tr("back the library up, checked; or list its backups"))
    parser.set_defaults(command=backup)
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER|FILE.db",
        help=tr("into another folder; or only the database, as one file"),
    )  # fmt: skip
    where.add_argument(
        "--place", type=Path, metavar="FOLDER",
        help=tr("make this folder (a stick, a share) the second place, and back up there"),
    )  # fmt: skip
    where.add_argument("--list", action="store_true", help=tr("the backups there are, newest first"))
    commands.add_password_option(parser)
    parser.add_argument("--json", action="store_true")


def _add_restore(sub: Commands) -> None:
    parser = _added(sub, "restore", tr("put a library, or one record of it, back to a backup"))
    parser.set_defaults(command=restore)
    parser.add_argument("backup", metavar="BACKUP", type=Path, help=tr("folder of the backup"))
    parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library; a new one is made"))
    parser.add_argument("--record", metavar="ID", default="", help=tr("only this record: id, or kind/number"))
    parser.add_argument(
        "--other", action="store_true",
        help=tr("also when it is a backup of another library, or without this one's password"),
    )  # fmt: skip
    commands.add_password_option(parser)
    parser.add_argument(
        "--backup-password-file", type=Path, metavar="FILE",
        help=tr("of a backup with another password than the library's: a file with it in its first line"),
    )  # fmt: skip
    commands.add_administrator_option(parser)
    parser.add_argument("--json", action="store_true")


def backup(options: Namespace) -> int:
    """Make a backup that is opened and counted, or list those there are; exit 1 when one of them is hurt."""
    with open_library(options, read_only=options.place is None) as desk:
        if options.list:
            return _list(desk, options)
        if options.output is not None and _is_file(options.output):
            path = desk.backup(options.output)
            print_json({"path": str(path)}) if options.json else say(_made(path))
            return Exit.DONE
        made = _make(desk, options)
    if options.json:
        print_json(_as_json(made))
    else:
        say(_made(made.path))
        if made.left_out:
            say(
                ntr(
                    "{n} attachment was damaged in the library itself and left out; examine it with: stdesk doctor",
                    "{n} attachments were damaged in the library itself and left out; examine it with: stdesk doctor",
                    len(made.left_out),
                )
            )
    return Exit.DONE


def restore(options: Namespace) -> int:
    """Put a library back, or make one of the backup; or only one record."""
    from stdesk.services.backups import Backups

    info = Backups.look(options.backup)
    if options.record:
        return _restore_record(options, info)
    vault = _allowed(options)
    secret = ""
    if options.backup_password_file is not None:
        secret = read_password(options.backup_password_file)
    elif info.locked and vault is None:
        secret = commands.password_of(options, info.path)
    done = Backups.restore(
        options.lib, info, user=commands.user(), vault=vault, secret=secret, other=options.other
    )
    if options.json:
        print_json(_restored_json(done))
    else:
        _tell(done, info, options)
    return Exit.NO if done.missing else Exit.DONE


def _make(desk: Desk, options: Namespace) -> BackupInfo:
    if options.place is not None:
        desk.backups.set_place(options.place)
        made = desk.backups.run_place()
        if made is not None:
            return made
        return next(one for one in desk.backups.listed_there() if one.ok)
    if options.output is not None:
        return desk.backups.run_at(options.output)
    made = desk.backups.run("manual")
    if made is None:
        raise AssertionError("one asked for by hand is always made")
    return made


def _is_file(path: Path) -> bool:
    return bool(path.suffix) and not path.is_dir()


def _list(desk: Desk, options: Namespace) -> int:
    found = [*desk.backups.listed(), *desk.backups.listed_there()]
    if options.json:
        print_json([_as_json(one) for one in found])
    else:
        for one in found:
            records = i18n.count(sum(one.counts.values()))
            state = "" if one.ok else f"  {message(one.problem, path=str(one.path))}"
            when = local_time(one.made_at) if one.made_at else "?"
            say(f"{when}  {one.why:9}  {tr('{n} records', n=records)}  {one.path}{state}")
        if not found:
            say(tr("There are no backups yet."))
        for path in desk.backups.single_files():
            say(tr("Beside them, the database alone, without attachments: {path}", path=path))
    return Exit.DONE if all(one.ok for one in found) else Exit.NO


def _allowed(options: Namespace) -> Vault | None:
    """What opens the library to be replaced, when there is one; its administrator's code is asked for first."""
    from stdesk.services.desk import Desk

    if not (options.lib / "library.db").is_file():
        return None
    vault = commands.vault_of(options, options.lib)
    try:
        desk = Desk.open(options.lib, read_only=True, vault=vault)
    except UserError:
        return vault  # damaged or of an older schema: nobody can be asked
    with desk:
        if desk.roles.required("restore") is not None:
            commands.begin_as_administrator(desk, options)
            desk.roles.demand()
    return vault


def _restore_record(options: Namespace, info: BackupInfo) -> int:
    then = options.backup_password_file
    secret = read_password(then) if then is not None else ""
    with open_library(options) as desk:
        changes = desk.backups.restore_record(info, options.record, secret)
    if options.json:
        print_json({"action": changes.action, "ids": sorted(changes.ids)})
    elif changes.label:
        say(message(f"did_{changes.label}", **changes.params))
    else:
        say(tr("The record is what it was in the backup: nothing to do."))
    return Exit.DONE


def _tell(done: Restored, info: BackupInfo, options: Namespace) -> None:
    say(tr("Restored: {path}, as it was at {moment}", path=str(options.lib), moment=local_time(info.made_at)))
    for one in done.counts:
        if one.now or one.then:
            counts = {"now": i18n.count(one.now), "then": i18n.count(one.then)}
            say(f"  {_label(one.kind)}: {tr('{now} before, {then} now', **counts)}")
    if done.kept is not None:
        say(tr("What was there is kept: {path}", path=str(done.kept)))
    if done.missing:
        say(
            ntr(
                "{n} attachment could not be brought back: the backup lacks it too.",
                "{n} attachments could not be brought back: the backup lacks them too.",
                len(done.missing),
            )
        )


def _label(kind: str) -> str:
    from stdesk.domain.kinds import all_kinds

    return str(all_kinds()[kind].plural)


def _made(path: Path) -> str:
    return tr("Backup made and checked: {path}", path=path)


def _as_json(info: BackupInfo) -> dict[str, Any]:
    shown = {name: getattr(info, name) for name in _SHOWN}
    return {"path": str(info.path), **shown, "counts": dict(info.counts)}


def _restored_json(done: Restored) -> dict[str, Any]:
    return {
        "kept": str(done.kept) if done.kept is not None else None,
        "backup": str(done.backup.path) if done.backup is not None else None,
        "counts": {one.kind: {"before": one.now, "after": one.then} for one in done.counts},
        "files": done.files,
        "missing": list(done.missing),
    }
