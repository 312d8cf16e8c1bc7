"""The command line's part about what leaves and comes back: keys, packages, verifying, answers."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import commands, i18n
from stdesk.clock import local_time
from stdesk.commands import print_json, say
from stdesk.domain.periods import parse_period
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import ntr, tr

if TYPE_CHECKING:
    from stdesk.package.verifier import Verification
    from stdesk.services.answers import Proposed, Taken
    from stdesk.services.desk import Desk
    from stdesk.services.handover import Handed

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    _add_package(sub)
    _add_sendings(sub)
    _add_verify(sub)
    _add_key(sub)
    _add_roster(sub)
    _add_receipt(sub)
    _add_proposals(sub)


def added(
    sub: Commands, name: str, text: str, command: Callable[[Namespace], int], *, library: bool = True
) -> argparse.ArgumentParser:
    """A command of its own, with the library it works on when it needs one."""
    parser: argparse.ArgumentParser = sub.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    if library:
        parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
        commands.add_password_option(parser)
    return parser


def _add_package(sub: Commands) -> None:
    parser = added(sub, "package", tr("make the data package of a frozen period"), package)
    parser.add_argument(
        "--period", required=True, metavar="P", help="2026, 2026-H1, 2027-KH, 2021-2025, 20260101-20260930"
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    parser.add_argument("--trial", action="store_true")
    commands.add_register_option(parser)
    content = parser.add_mutually_exclusive_group()
    content.add_argument(
        "--full", action="store_true", help=tr("everything, though the centre accepted an earlier submission")
    )
    content.add_argument(
        "--delta", action="store_true", help=tr("only what changed since the submission the centre accepted")
    )
    sealing = parser.add_mutually_exclusive_group()
    sealing.add_argument(
        "--recipient", action="append", default=[], metavar="AGE1…", help=tr("seal it for this key too (age)")
    )
    sealing.add_argument("--unsealed", action="store_true")
    parser.add_argument("--json", action="store_true")


def _add_sendings(sub: Commands) -> None:
    parser = added(sub, "sendings", tr("every try to make a package, also those that failed"), sendings)
    parser.add_argument("--period", metavar="P")
    parser.add_argument("--json", action="store_true")


def _add_verify(sub: Commands) -> None:
    parser = added(sub, "verify", tr("verify a data package"), verify, library=False)
    parser.add_argument("package", metavar="PACKAGE", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--bag", action="store_true", help=tr("the folder is any BagIt bag (RFC 8493)"))
    parser.add_argument("--depth", choices=("quick", "complete", "full"), default="full")
    parser.add_argument(
        "--key", metavar="FILE.pub", type=Path, help=tr("public key (minisign) that must have signed it")
    )


def _add_key(sub: Commands) -> None:
    parser = added(sub, "key", tr("the unit's key: shown, given to the centre, printed, brought back"), key)
    parser.add_argument("--card", type=Path, metavar="FILE", help=tr("write the key card for the centre"))
    parser.add_argument("--print", type=Path, metavar="FILE.pdf", help=tr("write the sheet for the safe"))
    parser.add_argument(
        "--restore",
        type=Path,
        metavar="FILE",
        help=tr("use the key of a scan of that sheet, or of a text file, again"),
    )
    commands.add_administrator_option(parser)
    parser.add_argument("--json", action="store_true")


def _add_roster(sub: Commands) -> None:
    parser = added(sub, "roster", tr("take in the centre's list of keys"), roster)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--words", metavar="W", help=tr("the eight words as heard over the telephone"))
    commands.add_administrator_option(parser)
    parser.add_argument("--json", action="store_true")


def _add_receipt(sub: Commands) -> None:
    parser = added(sub, "receipt", tr("take in what the centre answered"), receipt)
    parser.add_argument(
        "what",
        metavar="FILE|CODE",
        help=tr("its file, a scan of its slip, or the code read over the telephone"),
    )
    parser.add_argument("--json", action="store_true")


def _add_proposals(sub: Commands) -> None:
    parser = added(sub, "proposals", tr("what the centre proposes: listed, taken over, refused"), proposals)
    deciding = parser.add_mutually_exclusive_group()
    deciding.add_argument(
        "--accept", nargs="+", metavar="ID", default=[], help=tr("take these over, all or none")
    )
    deciding.add_argument("--refuse", nargs="+", metavar="ID", default=[], help=tr("refuse these"))
    parser.add_argument("--reason", metavar="T", default="", help=tr("why they are refused"))
    parser.add_argument("--json", action="store_true")


def package(options: Namespace) -> int:
    """Make the data package of a frozen period."""
    period = parse_period(options.period)
    with _open_to_pack(options) as desk:
        made = desk.handover.pack(
            period, options.output, trial=options.trial,
            delta=False if options.full else True if options.delta else None,
            seal=False if options.unsealed else True if options.recipient else None,
            recipients=options.recipient, register=options.register,
        )  # fmt: skip
    if options.json:
        print_json(_handed_json(made))
        return Exit.DONE
    for path in made.paths:
        say(tr("Package made and verified: {path}", path=path))
    say(tr("Check code: {code}", code=made.fingerprint))
    return Exit.DONE


def _open_to_pack(options: Namespace) -> Desk:
    """For writing, since a package gets its number; a trial has none and is made beside an open window too."""
    try:
        return commands.open_library(options)
    except UserError as error:
        if not options.trial or error.code not in ("library_locked", "library_read_only"):
            raise
    return commands.open_library(options, read_only=True)


def _handed_json(made: Handed) -> dict[str, Any]:
    plain = (
        "name",
        "period",
        "submission",
        "trial",
        "delta",
        "sequence",
        "sealed",
        "size",
        "sha512",
        "fingerprint",
    )
    shown: dict[str, Any] = {name: getattr(made, name) for name in plain}
    return shown | {"paths": [str(path) for path in made.paths], "key_words": list(made.words)}


def sendings(options: Namespace) -> int:
    """List every try to make a package."""
    period = parse_period(options.period) if options.period else None
    with commands.open_library(options, read_only=True) as desk:
        found = desk.handover.sendings(period)
    if options.json:
        print_json([asdict(one) for one in found])
        return Exit.DONE
    if not found:
        say(tr("Nothing was sent yet."))
    words = {"done": tr("written"), "failed": tr("not made"), "stopped": tr("stopped")}
    for one in found:
        say(f"{local_time(one.at)}  {one.name}  {words[one.outcome]}  {one.place}")
        if one.detail:
            say(f"  {one.detail}")
    return Exit.DONE


def verify(options: Namespace) -> int:
    """Verify a package or any bag; exit 1 when it is not whole."""
    if not options.package.exists():
        raise from_os_error(FileNotFoundError(2, "not found"), options.package)
    verified = _verified(options)
    if options.json:
        print_json(verified.to_json())
        return Exit.DONE if verified.ok else Exit.NO
    for one in verified.defects:
        say(f"✗ {one.file}: {one.message}")
        say(f"  {one.advice}")
    for one in verified.notes:
        say(f"· {one.file}: {one.message}")
    if verified.ok:
        _say_whole(verified)
    if not options.bag:
        _say_signed(verified)
    return Exit.DONE if verified.ok else Exit.NO


def _verified(options: Namespace) -> Verification:
    from stdesk.package.anybag import verify_any_bag
    from stdesk.package.groupcheck import verify_whole
    from stdesk.package.keys import PublicKey
    from stdesk.package.verifier import Depth
    from stdesk.services.keys import read_small

    if options.bag:
        return verify_any_bag(options.package)
    keys = None
    if options.key:
        key = PublicKey.parse(read_small(options.key).decode("utf-8", "replace"))
        keys = {key.id: key}
    return verify_whole(options.package, depth=Depth(options.depth), keys=keys, must=keys is not None)


def _say_whole(verified: Verification) -> None:
    count = verified.checked_files
    if verified.depth == "full":
        say(ntr("Whole and unchanged: {n} file checked.", "Whole and unchanged: {n} files checked.", count))
    else:
        say(
            ntr(
                "Nothing wrong as far as it was read: {n} file.",
                "Nothing wrong as far as it was read: {n} files.",
                count,
            )
        )
    if verified.parts:
        say(tr("Parts: {names}", names=", ".join(verified.parts)))


def _say_signed(verified: Verification) -> None:
    signature = verified.signature
    if signature.state == "good":
        say(tr("Signed with key {key}: {comment}", key=signature.key_id, comment=signature.comment))
    elif signature.state == "unknown_key":
        say(tr("Signed with key {key}; not checked, the key was not given (--key).", key=signature.key_id))
    elif (
        signature.state == "none" and verified.info is not None
    ):  # what cannot be read tells nothing of itself
        say(tr("Not signed."))


def key(options: Namespace) -> int:
    """Show the unit's key (made if there is none), write its card or sheet, bring it back."""
    with commands.open_library(options) as desk:
        commands.begin_as_administrator(desk, options)
        own = desk.keys.restore_from(options.restore) if options.restore else desk.keys.own()
        card = desk.keys.write_card(options.card) if options.card else None
        page = desk.keys.write_page(options.print) if options.print else None
        warnings = desk.keys.warnings()
    if options.json:
        written = {"card": card and str(card), "sheet": page and str(page)}
        said = {"id": own.id, "public": own.public_text, "words": own.words, "short": own.short}
        print_json({**said, "made_at": own.made_at, **written, "warnings": warnings})
        return Exit.DONE
    say(tr("Key {key}, made {when}", key=own.id, when=local_time(own.made_at)))
    say(tr("Words: {words}", words=" · ".join(own.words)))
    if card:
        say(tr("Key card for the centre: {path}", path=card))
    if page:
        say(tr("Sheet for the safe: {path}. Print it, then delete the file.", path=page))
    for one in warnings:
        say(f"! {one}")
    return Exit.DONE


def roster(options: Namespace) -> int:
    """Take in the centre's list of keys; exit 1 when it is refused."""
    from stdesk.services.keys import read_small

    raw = read_small(options.file)
    with commands.open_library(options) as desk:
        commands.begin_as_administrator(desk, options)
        seen = desk.keys.look(raw)
        taken = desk.keys.take_roster(raw, pinned_words=options.words)
        warnings = desk.keys.warnings()
    if options.json:
        said = {"version": taken.version, "centre": taken.centre.name, "expires": taken.expires}
        print_json({**said, "words": seen.words, "new": not seen.same, "warnings": warnings})
        return Exit.DONE
    version = str(taken.version)
    say(tr("{centre}: list of keys, version {version}", centre=taken.centre.name, version=version))
    say(tr("Valid until {day}", day=taken.expires_shown))
    say(tr("Words: {words}", words=" · ".join(seen.words)))
    for one in warnings:
        say(f"! {one}")
    return Exit.DONE


def receipt(options: Namespace) -> int:
    """Take in an answer of the centre; exit 1 when it is refused."""
    path = Path(options.what)
    with commands.open_library(options) as desk:
        is_code = not path.exists() and desk.answers.may_be_code(options.what)
        taken = [desk.answers.take_code(options.what)] if is_code else desk.answers.take(path)
        told = [_answer_json(desk, one) for one in taken]
    if options.json:
        print_json({"answers": told})
        return Exit.DONE
    for one in told:
        new = tr("taken in") if one["new"] else tr("here already")
        say(
            tr(
                "Answer {number} to {package}: {new}",
                number=str(one["number"]),
                package=one["package"],
                new=new,
            )
        )
        for line in one["lines"]:
            say(
                f"  {line['kind']} {line['number']} {line['field']}: {line['error']} {line['advice']}".rstrip()
            )
        say(one["standing"]["sentence"])
    return Exit.DONE


def _answer_json(desk: Desk, taken: Taken) -> dict[str, Any]:
    answer = taken.read.answer
    stands = desk.answers.standing(parse_period(answer.period))
    shown: dict[str, Any] = {
        name: getattr(answer, name)
        for name in ("number", "status", "period", "submission", "package", "fingerprint", "at", "note")
    }
    return shown | {
        "new": taken.new,
        "how": taken.read.row.how,
        "missing": list(taken.missing),
        "lines": [asdict(one) for one in answer.lines],
        "proposals": [one.proposal for one in answer.proposals],
        "standing": {
            "state": stands.state, "due": stands.due and stands.due.isoformat(), "who": stands.who,
            "late": stands.late, "sentence": stands.sentence,
        },
    }  # fmt: skip


def proposals(options: Namespace) -> int:
    """List the centre's proposals, or decide some; exit 1 when one cannot be decided."""
    deciding = bool(options.accept or options.refuse)
    with commands.open_library(options, read_only=not deciding) as desk:
        if options.accept:
            desk.answers.accept(options.accept)
        elif options.refuse:
            desk.answers.refuse(options.refuse, options.reason)
        found = desk.answers.proposals(None)
        hidden = desk.answers.left_out()
    if options.json:
        print_json([_proposal_json(one) for one in found])
        return Exit.DONE
    for one in found:
        change = one.other or f"{one.now} → {one.proposed}"
        say(f"{one.row.proposal}  {one.row.state}  {one.kind_label} {one.row.number}  {one.label}  {change}")
        if one.obstacle:
            say(f"  {one.obstacle}")
    if hidden:
        say(
            ntr(
                "{n} thing is not shown: its record is above the library's secrecy level.",
                "{n} things are not shown: their records are above the library's secrecy level.",
                hidden,
            )
        )
    elif not found:
        say(tr("The centre proposes nothing."))
    return Exit.DONE


def _proposal_json(one: Proposed) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.proposal, "state": row.state, "type": row.type, "kind": row.kind, "record": row.record,
        "number": row.number, "field": row.field, "value": row.value, "old": row.old, "other": dict(row.other),
        "text": row.text, "now": one.now, "obstacle": one.obstacle, "reason": row.reason,
    }  # fmt: skip
