"""The command line of the central agency: ``stdesk central …``: what is asked, and how the answer reads."""

from __future__ import annotations

import argparse
import hashlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stdesk import central_units_cli, i18n
from stdesk.central_units_cli import added, open_agency
from stdesk.commands import print_json, say
from stdesk.domain.periods import parse_period
from stdesk.errors import Exit, UserError
from stdesk.i18n import ntr, tr
from stdesk.paths import open_plain

if TYPE_CHECKING:
    from stdesk.central.agency import Agency
    from stdesk.central.answers import Given
    from stdesk.central.model import Taken

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name

_PERIODS = "2026, 2026-H1, 2027-KH, 2021-2025, 20260101-20260930"
_REFUSED = frozenset({"refused", "quarantined", "returned"})


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
    text = tr("the central agency's side: units, packages, answers, figures of all units")
    central = sub.add_parser("central", help=text, description=text)
    central.set_defaults(command=_which)
    central.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    own = central.add_subparsers(title=tr("commands"), metavar="")
    central_units_cli.add_commands(own)
    _add_packages(own)
    _add_sums(own)
    added(own, "window", tr("all of this in a window"), window)


def _which(_: Namespace) -> int:
    raise UserError("central_which_command", Exit.USAGE)


def _add_packages(sub: Commands) -> None:
    taken = added(sub, "intake", tr("verify packages, check them by the rules, merge them, answer"), intake)
    taken.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=tr("packages, or folders of them"))
    taken.add_argument("--watch", type=Path, metavar="DIR", help=tr("take what comes into this folder"))
    taken.add_argument("--once", action="store_true", help=tr("look into the folder once and end"))
    taken.add_argument("-o", "--output", type=Path, metavar="DIR", help=tr("where answers are written"))
    given = added(sub, "answer", tr("accept a package or return it"), answer)
    given.add_argument("package", metavar="PACKAGE", help=tr("its name, or its check code from 12 digits on"))
    given.add_argument(
        "--status", metavar="S", help=tr("accepted or returned; none writes the last answer again")
    )
    given.add_argument(
        "--lines", type=Path, metavar="FILE.(xlsx|json)", help=tr("what is wrong, line by line")
    )
    given.add_argument("--note", default="", metavar="TEXT", help=tr("a remark on the whole"))
    given.add_argument("--by", default="", metavar="NAME", help=tr("who decided"))
    given.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    listed = added(
        sub, "lines", tr("a workbook of what the rules found, to be completed for an answer"), lines
    )
    listed.add_argument("package", metavar="PACKAGE")
    listed.add_argument("-o", "--output", required=True, type=Path, metavar="FILE.xlsx")
    kept = added(sub, "adopt", tr("take a full package that waits or forks as the unit's newest"), adopt)
    kept.add_argument("package", metavar="PACKAGE", help=tr("its name, or its check code from 12 digits on"))
    kept.add_argument("--reason", required=True, metavar="TEXT")


def _add_sums(sub: Commands) -> None:
    def add(name: str, text: str, command: Callable[[Namespace], int]) -> ArgumentParser:
        parser = added(sub, name, text, command)
        parser.add_argument("--period", required=True, metavar="P", help=_PERIODS)
        return parser

    def states(parser: ArgumentParser) -> None:
        told = tr("which packages count: valid,accepted or accepted alone")
        parser.add_argument("--states", default="valid,accepted", metavar="S", help=told)

    add("status", tr("who has sent, who is late"), status)
    summed = add("figures", tr("the figures of all units together"), figures)
    states(summed)
    summed.add_argument("--figure", metavar="F", help=tr("the records behind this figure"))
    summed.add_argument("--unit", default="", metavar="C", help=tr("of this unit alone"))
    printed = add("report", tr("write the consolidated report"), report)
    states(printed)
    printed.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    printed.add_argument("--format", default="pdf,docx,xlsx", metavar="pdf,docx,xlsx")
    twice = add("doubles", tr("records that several units may have sent of one work"), doubles)
    twice.add_argument("--unit", default="", metavar="C", help=tr("of this unit alone"))
    for verdict, text in (("same", tr("say that two are one work")), ("apart", tr("say that two are not"))):
        twice.add_argument(f"--{verdict}", nargs=2, metavar="UNIT/ID", help=text)


# -- packages and answers


def intake(options: Namespace) -> int:
    """Take packages; exit 1 when one of them is refused, returned or set aside."""
    from stdesk.central import as_data

    if not options.paths and options.watch is None:
        raise UserError("central_intake_nothing", Exit.USAGE)
    told: list[dict[str, Any]] = []
    with open_agency(options) as agency:

        def seen(one: Taken) -> None:
            told.append(as_data.taken_data(one, _put_answers(agency, one, options.output)))
            if not options.json:
                _say_taken(one)

        for path in options.paths:
            for one in agency.intake_folder(path) if path.is_dir() else [agency.intake(path)]:
                seen(one)
        if options.watch is not None:
            agency.watch(options.watch, seen, _waiter(options.once))
    if options.json:
        print_json({"taken": told})
    return Exit.NO if any(one["outcome"] in _REFUSED for one in told) else Exit.DONE


def _waiter(once: bool) -> Callable[[], bool]:
    import time

    def wait() -> bool:
        if not once:
            time.sleep(5)
        return not once

    return wait


def _put_answers(agency: Agency, taken: Taken, folder: Path | None) -> list[str]:
    """The answers to a package and those that followed it, written; the names of their files."""
    from stdesk.central import answers

    if folder is None:
        return []
    sent = (answers.last_given(agency, one) for one in (taken.package, *taken.followed) if one is not None)
    return [name for given in sent if given is not None for name in _put_given(agency, given, folder)]


def _put_given(agency: Agency, given: Given, folder: Path) -> list[str]:
    from stdesk.central import answers
    from stdesk.services.documents import write

    name = _free_name(given, folder)
    made = {name: given.raw, name.replace(".json", ".pdf"): answers.slip_of(agency, given.answer)}
    return [one.name for one in write(made, folder)]


def _free_name(given: Given, folder: Path) -> str:
    """The name of an answer's file, marked where another unit's, whose code folds to the same, has it already."""
    try:
        with open_plain(folder / given.name) as file:
            free = file.read(len(given.raw) + 1) == given.raw
    except OSError:  # nothing there; or writing will say what is wrong
        free = True
    mark = "" if free else f"-{hashlib.sha512(given.answer.unit.encode()).hexdigest()[:4].upper()}"
    return given.name.replace(".json", f"{mark}.json")


def _say_taken(one: Taken) -> None:
    name = one.package.name if one.package else one.file
    state = one.package.state if one.package else ""
    say(f"{name}: {_outcome(one.outcome)}{f' ({_state(state)})' if state else ''}")
    if one.sentence:
        say(f"  {one.sentence}")
    for package in one.followed:
        say(f"  {package.name}: {_outcome('merged')} ({_state(package.state)})")


def answer(options: Namespace) -> int:
    """Answer a package, or write its last answer again."""
    from stdesk.central import answers, as_data

    with open_agency(options) as agency:
        package = agency.package(options.package)
        if options.status:
            given = answers.decide(
                agency, package, options.status, lines=options.lines, note=options.note, by=options.by
            )
        elif (last := answers.last_given(agency, package)) is not None:
            given = last
        else:
            raise UserError("central_no_answer", package=package.name)
        names = _put_given(agency, given, options.output)
        code = answers.code_of(agency, given.answer)
    said = given.answer
    if options.json:
        print_json(as_data.given_data(given, code, names))
    else:
        say(tr("{package}: {status}, answer {number}", package=said.package, status=_state(said.status),
               number=str(said.number)))  # fmt: skip
        say(tr("Code for the telephone: {code}", code=code))
        say(tr("Written: {files}", files=", ".join(names)))
    return Exit.DONE


def lines(options: Namespace) -> int:
    """A workbook of what the rules found."""
    from stdesk.central.remarks import write_remarks

    with open_agency(options) as agency:
        count = write_remarks(agency.package(options.package), agency.kinds, options.output)
    if options.json:
        print_json({"file": str(options.output), "lines": count})
    else:
        say(ntr("{n} line: {path}", "{n} lines: {path}", count, path=options.output))
    return Exit.DONE


# -- what it adds up to


def adopt(options: Namespace) -> int:
    """A person decides about a package that is out of its place; exit 1 when it is not merged all the same."""
    from stdesk.central import as_data

    with open_agency(options) as agency:
        taken = agency.adopt(agency.package(options.package).fingerprint, options.reason)
    if options.json:
        print_json(as_data.taken_data(taken, ()))
    else:
        _say_taken(taken)
    return Exit.NO if taken.outcome in _REFUSED else Exit.DONE


def status(options: Namespace) -> int:
    """Who has sent; exit 1 when somebody is late: has sent too late, or nothing although the last day is over."""
    from stdesk.central import as_data

    period = parse_period(options.period)
    with open_agency(options) as agency:
        found = agency.status(period)
    if options.json:
        print_json(as_data.status_data(period, found))
    else:
        for one in found:
            late = tr(", {n} days late", n=i18n.count(one.days_late)) if one.late else ""
            say(f"{one.unit}  {one.unit_name}: {_state(one.state)}{late}")
            if one.missing:
                say(tr("  missing before it: {numbers}", numbers=", ".join(map(str, one.missing))))
    return Exit.NO if any(one.late for one in found) else Exit.DONE


def _states(options: Namespace) -> tuple[str, ...]:
    wanted = tuple(one.strip() for one in options.states.split(",") if one.strip())
    if not wanted or set(wanted) - {"received", "valid", "accepted"}:
        raise UserError("central_states_unknown", Exit.USAGE, states=options.states[:60])
    return wanted


def figures(options: Namespace) -> int:
    """The consolidated figures, or the records behind one of them."""
    from stdesk.central import as_data
    from stdesk.central.report import figures_of

    with open_agency(options) as agency:
        if options.unit:
            agency.registry.unit(options.unit)  # refuses one that is not there
        counted = figures_of(agency, parse_period(options.period), _states(options))
    if options.figure:
        if options.figure not in counted.total["values"]:
            raise UserError("central_figure_unknown", Exit.USAGE, figure=options.figure[:80])
        behind = as_data.behind_data(counted, options.figure, options.unit)
        if options.json:
            print_json(behind)
        for one in () if options.json else behind["records"]:
            say(f"{one['unit']}  {one['kind']}/{one['number']}  {one['title']}")
        return Exit.DONE
    if options.json:
        print_json(as_data.figures_data(counted, options.unit))
    else:
        for name, label in counted.labels().items():
            if value := counted.value(name, options.unit):
                say(f"{i18n.count(value):>16}  {label}  [{name}]")
    return Exit.DONE


def report(options: Namespace) -> int:
    """Write the consolidated report."""
    from stdesk.central import report as reports
    from stdesk.services.documents import write

    period, formats = parse_period(options.period), [one.strip() for one in options.format.split(",")]
    if unknown := set(formats) - set(reports.DOCUMENT_NAMES):
        known = ", ".join(reports.DOCUMENT_NAMES)
        raise UserError("format_unknown", Exit.USAGE, format=", ".join(sorted(unknown)), known=known)
    with open_agency(options) as agency:
        made, standing = reports.make(agency, period, _states(options), formats)
    paths = write(made, options.output)
    if options.json:
        print_json({
            "period": period.code, "files": [str(one) for one in paths], "units": sorted(standing.counted),
            "expected": standing.expected, "late": standing.late, "missing": standing.missing,
        })  # fmt: skip
    else:
        say(ntr("Sum of {n} unit.", "Sum of {n} units.", len(standing.counted)))
        for path in paths:
            say(str(path))
    return Exit.DONE


def doubles(options: Namespace) -> int:
    """Possible doubles across units, or a decision on two records."""
    from stdesk.central import as_data, proposals

    with open_agency(options) as agency:
        for verdict in ("same", "apart"):
            if typed := getattr(options, verdict):
                first, second = (proposals.record_called(agency, it) for it in typed)
                agency.decide_doubles([(first, second)], verdict)
        found = proposals.doubles_of(agency, parse_period(options.period).code, unit=options.unit)
        same = {frozenset(pair) for pair in agency.decided("same")}
    if options.json:
        print_json(as_data.doubles_data(found, same))
    for one in () if options.json else found:
        said = tr("one work") if one.pair in same else tr("certain") if one.certain else tr("possible")
        say(f"{said}: {one.one.title}")
        for row in (one.one, one.other):
            say(f"  {row.unit}/{row.id}  {one.kind}/{row.number}  {row.title}")
    return Exit.DONE


def window(options: Namespace) -> int:
    """Show the centre's window until it is closed."""
    from stdesk.app import run_central_window

    return run_central_window(options.db, options.language or "")


# -- words and files


def _state(state: str) -> str:
    return i18n.message(f"central_state_{state}")


def _outcome(outcome: str) -> str:
    return i18n.message(f"central_outcome_{outcome}")
