"""What each command of the command line does, and how its answer reads."""

from __future__ import annotations

import getpass
import json
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from stdesk import i18n
from stdesk.asking import add_password_option, password_of, read_password, vault_of
from stdesk.domain.periods import parse_period
from stdesk.domain.records import to_json
from stdesk.domain.values import show as show_value
from stdesk.errors import Exit, UserError
from stdesk.i18n import message, ntr, tr
from stdesk.services.desk import Desk

__all__ = ["add_password_option", "password_of", "vault_of"]  # for the other commands; of .asking


def window(options: Namespace) -> int:
    """Open the window."""
    from stdesk.app import run_window  # Qt is loaded only when a window is wanted

    folder = options.library
    if options.as_of is not None:
        from stdesk.services.as_of import make_as_of

        if folder is None:
            raise UserError("as_of_without_library", Exit.USAGE)
        folder = make_as_of(folder, options.as_of, vault=vault_of(options, folder))
    return run_window(folder, options.language or "")


def demo(options: Namespace) -> int:
    """Run the main job on the sample workbook."""
    from stdesk.demo import run_demo

    return run_demo(options.out, say)


def init(options: Namespace) -> int:
    """Make a new library."""
    with Desk.create(
        options.lib, unit_code=options.unit_code, unit_name=options.unit_name, user=user()
    ) as desk:
        say(tr("New library: {path}", path=desk.folder))
    return Exit.DONE


def import_(options: Namespace) -> int:
    """Take a workbook in, or only say what would become of its rows."""
    from stdesk.services.intake import Verdict, plan_to_json, read_mapping

    with open_library(options, read_only=options.dry_run) as desk:
        if options.kind and options.kind not in desk.kinds:
            raise UserError("kind_unknown", Exit.USAGE, kind=options.kind, known=", ".join(desk.kinds.names))
        mapping = read_mapping(options.mapping, desk.kinds) if options.mapping else None
        plan = desk.intake.preview(options.file, sheet=options.sheet, kind=options.kind, mapping=mapping)
        if not options.dry_run:
            desk.intake.take(plan)
    if options.json:
        print_json(plan_to_json(plan))
    else:
        for sheet in plan.sheets:
            counts = {verdict: sheet.count(verdict) for verdict in Verdict}
            say(_sheet_line(sheet.sheet, _kind_label(desk, sheet.kind), len(sheet.rows), counts))
            for row in sheet.rows:
                if row.verdict in (Verdict.LOOK, Verdict.LEFT_OUT):
                    why = "; ".join(reason.text for reason in row.reasons)
                    say(tr("  row {row}: {why}", row=str(row.number), why=why))
        for note in plan.notes:
            say(note.text)
        if options.dry_run:
            say(tr("Nothing was written (dry run)."))
    if not any(sheet.kind for sheet in plan.sheets):
        raise UserError("import_nothing", path=str(options.file))
    return Exit.DONE


def _sheet_line(sheet: str, kind: str, rows: int, counts: dict[Any, int]) -> str:
    taken, merged, look, left_out = counts.values()
    return tr(
        "{sheet} → {kind}: {rows} rows: {taken} taken, {merged} merged, {look} need a look, {left_out} left out",
        sheet=sheet,
        kind=kind,
        rows=i18n.count(rows),
        taken=i18n.count(taken),
        merged=i18n.count(merged),
        look=i18n.count(look),
        left_out=i18n.count(left_out),
    )


def _kind_label(desk: Desk, kind: str) -> str:
    return str(desk.kinds[kind].plural) if kind else tr("not recognised")


def export(options: Namespace) -> int:
    """Write the records of a kind to a file."""
    register = release_of(options)
    with open_library(options, read_only=not register) as desk:
        if options.kind not in desk.kinds:
            raise UserError("kind_unknown", Exit.USAGE, kind=options.kind, known=", ".join(desk.kinds.names))
        done = desk.catalogue.export(options.kind, options.output, register=register)
    say(ntr("{n} record written: {path}", "{n} records written: {path}", done.written, path=options.output))
    if done.left_out:
        say(ntr("{n} secret record left out.", "{n} secret records left out.", done.left_out))
    return Exit.DONE


def find(options: Namespace) -> int:
    """Find records by words; exit 1 when there are none."""
    with open_library(options, read_only=True) as desk:
        if options.kind and options.kind not in desk.kinds:
            raise UserError("kind_unknown", Exit.USAGE, kind=options.kind, known=", ".join(desk.kinds.names))
        hits = desk.catalogue.find(" ".join(options.words), options.kind, options.limit)
    if options.json:
        print_json([{name: getattr(hit, name) for name in hit.__slots__} for hit in hits])
    else:
        for hit in hits:
            people = f" · {hit.people}" if hit.people else ""
            say(f"{hit.kind}/{hit.number}  {hit.title}{people}{f' · {hit.date}' if hit.date else ''}")
        if not hits:
            say(tr("Nothing found."))
    return Exit.DONE if hits else Exit.NO


def show(options: Namespace) -> int:
    """Show a record."""
    with open_library(options, read_only=True) as desk:
        record = desk.catalogue.record(options.id)
        kind = desk.kinds[record.kind]
    if options.json:
        shown = {field.name for field in kind.shown}
        print_json(to_json(replace(record, values={n: v for n, v in record.values.items() if n in shown})))
        return Exit.DONE
    say(f"{kind.label} {record.number} · {record.id}")
    for field in kind.shown:
        if text := show_value(field, record.get(field.name)):
            say(f"  {field.label}: {text}")
    return Exit.DONE


def history(options: Namespace) -> int:
    """What happened to a record, newest first."""
    with open_library(options, read_only=True) as desk:
        record = desk.catalogue.record(options.id)
        kind = desk.kinds[record.kind]
        entries = desk.catalogue.history(record.id)
    if options.json:
        print_json([_entry_json(entry) for entry in entries])
        return Exit.DONE
    for entry in entries:
        say(f"{entry.at}  {entry.by}  {message(f'did_{entry.label}', **entry.params)}")
        for change in entry.changes:
            if change.field in kind.by_name:
                field = kind.field(change.field)
                say(
                    f"    {field.label}: {show_value(field, change.before)} → {show_value(field, change.after)}"
                )
    return Exit.DONE


def _entry_json(entry: Any) -> dict[str, Any]:
    return {
        "action": entry.action,
        "at": entry.at,
        "by": entry.by,
        "label": entry.label,
        "text": message(f"did_{entry.label}", **entry.params),
        "undone": entry.undone,
        "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in entry.changes],
    }


def undo(options: Namespace) -> int:
    """Take the last act back, or do it again."""
    with open_library(options) as desk:
        changes = desk.catalogue.redo() if options.redo else desk.catalogue.undo()
    what = message(f"did_{changes.label}", **changes.params)
    say(tr("Done again: {what}", what=what) if options.redo else tr("Undone: {what}", what=what))
    return Exit.DONE


def check(options: Namespace) -> int:
    """What is missing for the report; exit 1 while a freeze would be refused."""
    period = parse_period(options.period)
    with open_library(options, read_only=True) as desk:
        checked = desk.readiness.check(desk.preparation.period(period.code))
        if options.xlsx:
            desk.findings.export(checked, options.xlsx)
    if options.json:
        findings = [{**_finding_json(f), "reason": checked.reasons.get(f.key, "")} for f in checked.findings]
        print_json({"period": period.code, "ready": not checked.open, "findings": findings})
    else:
        for finding in checked.findings:
            where = f"{finding.kind}/{finding.number}" if finding.record else "-"
            say(f"[{finding.severity}] {where}  {finding.message} {finding.advice}")
        say(
            tr(
                "{label}: {block} block, {explain} want a reason, {hint} hints, {not_due} not due yet",
                label=period.label,
                **{str(severity): i18n.count(n) for severity, n in checked.counts.items()},
            )
        )
    return Exit.NO if checked.open else Exit.DONE


def _finding_json(finding: Any) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "title": finding.title,
        "severity": str(finding.severity),
        "record": finding.record,
        "kind": finding.kind,
        "number": finding.number,
        "field": finding.field,
        "message": finding.message,
        "advice": finding.advice,
        "article": finding.article,
    }


def explain(options: Namespace) -> int:
    """Give a reason for the findings of a rule."""
    period = parse_period(options.period)
    with open_library(options) as desk:
        only = desk.catalogue.record(options.record).id if options.record else None
        checked = desk.readiness.check(desk.preparation.period(period.code))
        meant = [f for f in checked.findings if f.rule == options.rule and only in (None, f.record)]
        if not meant:
            raise UserError("finding_unknown", rule=options.rule, period=str(period.label))
        desk.readiness.explain(period, options.reason, *meant)
    say(ntr("Reason kept for {n} finding.", "Reason kept for {n} findings.", len(meant)))
    return Exit.DONE


def freeze(options: Namespace) -> int:
    """Freeze a period."""
    period = parse_period(options.period)
    with open_library(options) as desk:
        period = desk.preparation.period(period.code)
        reopened = desk.reporting.reopen(period, options.reason) if options.reason else None
        try:
            frozen = desk.reporting.freeze(period, trial=options.trial)
        except UserError:
            if reopened and reopened.label:  # refused: nothing is left half done
                desk.catalogue.undo()
            raise
    name = tr("trial") if frozen.trial else tr("submission {n}", n=f"{frozen.submission:02d}")
    say(tr("Frozen: {period}, {name}: {path}", period=period.label, name=name, path=frozen.path))
    say(tr("Check code: {code}", code=frozen.sha512))
    return Exit.DONE


_ABOUT_PACKAGE = {"letter", "letter-pdf", "note", "note-pdf"}  # documents that name the package


def report(options: Namespace) -> int:
    """Write the report of a frozen period."""
    period = parse_period(options.period)
    with open_library(options, read_only=not options.register) as desk:
        frozen = desk.reporting.latest(period, trial=options.trial)
        snapshot = desk.reporting.read(frozen)
        formats = [one.strip() for one in options.format.split(",") if one.strip()]
        package = None
        if not _ABOUT_PACKAGE.isdisjoint(formats):
            from stdesk.services.package_papers import facts_of_report  # brings the packages' libraries

            package = facts_of_report(desk, frozen)
        for path in desk.reporting.write(
            snapshot, options.output, formats, package=package, register=options.register
        ):
            say(str(path))
    return Exit.DONE


def write(options: Namespace) -> int:
    """The sentences of a report, or the unit's own wording of one; exit 1 while some are still to be written."""
    period = parse_period(options.period)
    with open_library(options, read_only=options.text is None) as desk:
        period = desk.preparation.period(period.code)
        if options.text is not None:
            if not options.sentence:
                raise UserError("sentence_unnamed", Exit.USAGE)
            if options.text.strip():
                desk.narrative.put(period, options.sentence, options.text)
            else:
                desk.narrative.reset(period, options.sentence)
        sentences = desk.narrative.sentences(period)
    shown = [one for one in sentences if options.sentence in ("", one.id)]
    if not shown:
        raise UserError("sentence_unknown", Exit.USAGE, sentence=options.sentence, period=str(period.name))
    if options.json:
        print_json([_sentence_json(one) for one in shown])
    else:
        for one in shown:
            say(f"[{one.id}] {one.text}")
    return Exit.NO if any(one.required and one.blank for one in shown) else Exit.DONE


def _sentence_json(one: Any) -> dict[str, Any]:
    names = ("id", "section", "heading", "text", "own", "changed", "required", "blank")
    return {name: getattr(one, name) for name in names}


def paper(options: Namespace) -> int:
    """Which frozen report a printed page belongs to, by its code or a scan; exit 1 when to none."""
    scan = Path(options.code)
    with open_library(options, read_only=True) as desk:
        if scan.is_file():
            parts = [_part_json(one) for one in desk.paper.read_scan(scan).parts]
        else:
            parts = [_paper_json(desk.paper.identify(options.code))]
    if options.json:
        print_json(parts)
    else:
        for one in parts:
            say(_paper_line(one))
        if not parts:
            say(tr("No code was found in {path}.", path=scan))
    return Exit.DONE if parts and all(one["report"] and not one["damage"] for one in parts) else Exit.NO


def _paper_json(one: Any) -> dict[str, Any]:
    found = [one.page] if one.page else []
    near = [_report_json(report) for report in one.near]
    return {
        "code": one.code,
        "report": _report_json(one.report),
        "pages": one.pages,
        "found": found,
        "missing": [],
        "near": near,
        "damage": one.damage,
    }


def _part_json(one: Any) -> dict[str, Any]:
    return {
        "code": one.code,
        "report": _report_json(one.report),
        "pages": one.pages,
        "found": list(one.found),
        "missing": list(one.missing),
        "near": [],
        "damage": one.damage,
    }


def _report_json(report: Any) -> dict[str, Any] | None:
    if report is None:
        return None
    return {"period": report.period, "submission": report.submission, "trial": report.trial, "at": report.at}


def _paper_line(one: dict[str, Any]) -> str:
    report = one["report"]
    if report is None:
        near = ", ".join(_named_report(other) for other in one["near"])
        text = tr("{code}: no report of this library.", code=one["code"] or "?")
        return f"{text} {tr('Perhaps: {near}', near=near)}" if near else text
    text = f"{one['code']}: {_named_report(report)}"
    if one["found"]:
        found = ", ".join(map(str, one["found"]))
        text += f", {tr('page {n} of {all}', n=found, all=str(one['pages']))}"
    if one["missing"]:
        text += f"; {tr('missing: {pages}', pages=', '.join(map(str, one['missing'])))}"
    return f"{text}. {one['damage']}" if one["damage"] else text


def _named_report(report: dict[str, Any]) -> str:
    kind = tr("trial") if report["trial"] else tr("submission {n}", n=f"{report['submission']:02d}")
    return f"{parse_period(report['period']).name}, {kind}"


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(f"{text}\n")


def print_json(document: Any) -> None:
    """One document, for a program."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def open_library(options: Namespace, *, read_only: bool = False) -> Desk:
    """The library a command works on; to be closed by ``with``."""
    folder: Path = options.lib
    return Desk.open(folder, user=user(), read_only=read_only, vault=vault_of(options, folder))


def add_register_option(parser: ArgumentParser, *, leave_out: bool = False) -> None:
    """How a command is told under which number what is above ordinary secrecy leaves."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--register",
        metavar="NUMBER",
        help=tr("number in the register of secret papers, when something above ordinary secrecy leaves"),
    )
    if leave_out:
        where.add_argument(
            "--leave-out-secret", action="store_true", help=tr("leave out what would want such a number")
        )


def add_administrator_option(parser: ArgumentParser) -> None:
    """How a command is given the administrator's code that some acts want."""
    parser.add_argument(
        "--administrator-code-file",
        metavar="FILE",
        type=Path,
        help=tr("a file with the administrator's code, once there is one"),
    )


def begin_as_administrator(desk: Desk, options: Namespace) -> None:
    """Give the administrator's code of ``options``, when there is one."""
    if options.administrator_code_file is not None:
        desk.roles.begin("administrator", read_password(options.administrator_code_file))


def release_of(options: Namespace) -> str | None:
    """The number given; "" to leave out what wants one; ``None`` to be refused then."""
    return "" if options.leave_out_secret else options.register or None


def user() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""
