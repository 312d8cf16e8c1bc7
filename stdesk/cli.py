"""The command line: what is asked, how it is answered, and with which exit code (DESIGN §7)."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeAlias

from stdesk import __version__, central_cli, commands, crashes, handover_cli, i18n, logs, safety_cli
from stdesk.clock import local_date, system_clock
from stdesk.domain import dates
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import message, tr
from stdesk.progress import Cancelled


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code. Errors are one sentence on stderr."""
    _speak_utf8()
    i18n.use(_language(arguments))
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)
    try:
        return int(options.command(options))
    except UserError as error:
        logs.note("refused", code=error.code)
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, Cancelled):
        return _fail(message("interrupted"), Exit.INTERRUPTED)
    except BrokenPipeError:  # the reader of our output has gone: nothing to say, nobody to say it to
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except OSError as error:
        return _fail(str(from_os_error(error, error.filename or "")), Exit.ENVIRONMENT)
    except Exception as error:  # noqa: BLE001 - the last place: a bug gets a report, not a traceback on the screen
        return _fail(
            message("internal_error_at", path=str(crashes.report(error).path or "-")), Exit.ENVIRONMENT
        )


_PERIODS = "2026, 2026-H1, 2027-KH, 2021-2025, 20260101-20260930"
Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - it has no public name


def _fail(sentence: str, code: Exit) -> int:
    if sys.stderr is not None:  # a window started without a console has none
        sys.stderr.write(f"stdesk: {sentence}\n")
    return int(code)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def _language(arguments: Sequence[str]) -> str:
    """The language asked for, before the parser (whose help is in that language) is made."""
    for place, word in enumerate(arguments):
        if word == "--language" and place + 1 < len(arguments) and arguments[place + 1] in i18n.LANGUAGES:
            return arguments[place + 1]
        if word.startswith("--language=") and word.partition("=")[2] in i18n.LANGUAGES:
            return word.partition("=")[2]
    chosen = os.environ.get("STDESK_LANGUAGE", "")
    return chosen if chosen in i18n.LANGUAGES else i18n.LANGUAGES[0]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, in the language in use."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"stdesk: {i18n.message('wrong_use', reason=message, program=self.prog)}\n")
        raise SystemExit(int(Exit.USAGE))


def _day(typed: str) -> date:
    found = dates.parse_date(typed, today=local_date(system_clock()))
    if found is None or dates.first_day(found.value) != dates.last_day(found.value):
        raise argparse.ArgumentTypeError(tr("{day} is no day; write it like 15/11/2025", day=typed[:40]))
    return dates.first_day(found.value)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="stdesk", description=tr("The desk of a unit's science-and-technology officer."))
    parser.add_argument("--version", action="version", version=f"STDesk {__version__}")
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=tr("language of screen and messages"))
    parser.add_argument("--library", type=Path, help=tr("library to open in the window"))
    parser.add_argument(
        "--as-of",
        metavar="DAY",
        type=_day,
        help=tr("open the library as it was at the end of this day, to be looked at only"),
    )
    parser.set_defaults(command=commands.window)
    sub = parser.add_subparsers(title=tr("commands"), metavar="")
    _add_library_commands(sub)
    _add_record_commands(sub)
    _add_period_commands(sub)
    handover_cli.add_commands(sub)
    central_cli.add_commands(sub)
    safety_cli.add_commands(sub)
    return parser


def _add(sub: Commands, name: str, text: str, *, library: bool = True) -> argparse.ArgumentParser:
    parser = sub.add_parser(name, help=text, description=text)
    parser.set_defaults(command=getattr(commands, name.replace("import", "import_").replace("-", "_")))
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=argparse.SUPPRESS, default=None)
    if library:
        parser.add_argument("lib", metavar="LIB", type=Path, help=tr("folder of the library"))
        if name != "init":
            commands.add_password_option(parser)
    return parser


def _add_library_commands(sub: Commands) -> None:
    demo = _add(sub, "demo", tr("the main job on the sample workbook"), library=False)
    demo.add_argument("--out", type=Path, default=Path("stdesk-demo"), metavar="DIR")
    init = _add(sub, "init", tr("make a new library"))
    init.add_argument("--unit-code", required=True, metavar="C")
    init.add_argument("--unit-name", required=True, metavar="N")
    load = _add(sub, "import", tr("take a workbook in"))
    load.add_argument("file", metavar="FILE", type=Path)
    load.add_argument("--sheet", default="", metavar="S")
    load.add_argument("--kind", default="", metavar="K")
    load.add_argument("--mapping", type=Path, metavar="FILE", help=tr("columns as JSON: header to field"))
    load.add_argument("--dry-run", action="store_true", help=tr("say what would be done, write nothing"))
    load.add_argument("--json", action="store_true")
    export = _add(sub, "export", tr("write the records of a kind to a file"))
    export.add_argument("--kind", required=True, metavar="K")
    export.add_argument("-o", "--output", required=True, type=Path, metavar="FILE.(xlsx|csv|jsonl|bib|ris)")
    commands.add_register_option(export, leave_out=True)


def _add_record_commands(sub: Commands) -> None:
    find = _add(sub, "find", tr("find records by words, accents optional"))
    find.add_argument("words", metavar="WORDS", nargs="+")
    find.add_argument("--kind", metavar="K")
    find.add_argument("--limit", type=int, default=50, metavar="N")
    find.add_argument("--json", action="store_true")
    for name, text in (("show", tr("show a record")), ("history", tr("what happened to a record"))):
        one = _add(sub, name, text)
        one.add_argument("id", metavar="ID", help=tr("id, or kind/number"))
        one.add_argument("--json", action="store_true")
    undo = _add(sub, "undo", tr("take the last act back"))
    undo.add_argument("--redo", action="store_true", help=tr("do again what was taken back"))


def _add_period_commands(sub: Commands) -> None:
    def add(name: str, text: str) -> argparse.ArgumentParser:
        parser = _add(sub, name, text)
        parser.add_argument(
            "--period",
            required=True,
            metavar="P",
            help="2026, 2026-H1, 2027-KH, 2021-2025, 20260101-20260930",
        )
        return parser

    check = add("check", tr("what is missing for the report"))
    check.add_argument("--json", action="store_true")
    check.add_argument("--xlsx", type=Path, metavar="FILE", help=tr("the same list as a workbook"))
    explain = add("explain", tr("give a reason for findings, which travels with the report"))
    explain.add_argument("--rule", required=True, metavar="R", help=tr("rule id, as check --json names it"))
    explain.add_argument("--record", metavar="ID", help=tr("only this record: id, or kind/number"))
    explain.add_argument("reason", metavar="REASON", help=tr("the reason; empty takes it back"))
    freeze = add("freeze", tr("freeze the figures of a period"))
    freeze.add_argument("--trial", action="store_true", help=tr("freeze all the same, marked as a trial"))
    freeze.add_argument(
        "--reason", default="", metavar="TEXT", help=tr("open a frozen report again, for this reason")
    )
    write = add("write", tr("the sentences of a report, or the unit's own wording of one"))
    write.add_argument("--text", metavar="TEXT", help=tr("the wording; empty goes back to the drafted one"))
    write.add_argument("--sentence", default="", metavar="S", help=tr("id of the sentence"))
    write.add_argument("--json", action="store_true")
    report = add("report", tr("write the report of a frozen period"))
    report.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    report.add_argument(
        "--format", default="pdf,docx,xlsx", metavar="pdf,docx,xlsx,letter,letter-pdf,note,note-pdf"
    )
    report.add_argument("--trial", action="store_true")
    commands.add_register_option(report)
    paper = _add(sub, "paper", tr("which frozen report a printed page belongs to"))
    paper.add_argument("code", metavar="CODE|FILE", help=tr("the code at the page's foot, or a scan"))
    paper.add_argument("--json", action="store_true")
