"""The main job on the sample workbook, from the unit's own mess to the centre's answer."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from stdesk import i18n
from stdesk.demo_circle import run_circle
from stdesk.demo_safety import run_safety
from stdesk.domain.periods import parse_period
from stdesk.domain.rules.core import Finding, Severity
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import tr
from stdesk.services.desk import Desk
from stdesk.services.handover import verify
from stdesk.services.intake import Verdict
from stdesk.services.reporting import DOCUMENT_NAMES
from stdesk.services.sample import SAMPLE, SAMPLE_OTHERS, SAMPLE_PERIOD, open_sample, sample_workbook

_MARK = ".stdesk-demo"


def run_demo(folder: Path, say: Callable[[str], None]) -> int:
    """Run it in ``folder``, telling where each result lies.

    Raises:
        UserError: ``demo_folder_taken`` when ``folder`` holds something else than an earlier demo.
    """
    _clear(folder)
    with open_sample(folder / "library") as desk:
        say(tr("1. Library: {path}", path=desk.folder))
        _import_sample(desk, say)
        _search(desk, say)
        outcome = _report(desk, folder, say)
        run_circle(desk, folder, say)
    return outcome if run_safety(folder, say) else Exit.NO


def _clear(folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / _MARK).exists():
                raise UserError("demo_folder_taken", Exit.USAGE, path=folder)
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).touch()
    except OSError as error:
        raise from_os_error(error, folder) from error


def _import_sample(desk: Desk, say: Callable[[str], None]) -> None:
    plan = desk.intake.preview(sample_workbook())
    desk.intake.take(plan)
    say(tr("2. Imported {file}:", file=SAMPLE))
    for sheet in plan.sheets:
        counts = ", ".join(f"{_verdict(verdict)} {i18n.count(sheet.count(verdict))}" for verdict in Verdict)
        kind = desk.kinds[sheet.kind].plural if sheet.kind else tr("not recognised")
        say(f"   {sheet.sheet} → {kind}: {i18n.count(len(sheet.rows))} ({counts})")


def _verdict(verdict: Verdict) -> str:
    return {
        Verdict.TAKEN: tr("taken"),
        Verdict.MERGED: tr("merged"),
        Verdict.LOOK: tr("need a look"),
        Verdict.LEFT_OUT: tr("left out"),
    }[verdict]


def _search(desk: Desk, say: Callable[[str], None]) -> None:
    words = "ky thuat hinh su"
    found = desk.catalogue.find(words)
    say(tr("3. Search “{words}”: {n} found", words=words, n=i18n.count(len(found))))


def _commonest(findings: Sequence[Finding]) -> list[tuple[tuple[str, str], int]]:
    """Title and an example of the gravest rules that spoke, with how often."""
    told = [one for one in findings if one.severity in (Severity.BLOCK, Severity.EXPLAIN)]
    examples = {one.title: one.message for one in reversed(told)}
    times = Counter(one.title for one in told)
    return [((title, examples[title]), n) for title, n in times.most_common(5)]


def _others(desk: Desk, folder: Path, say: Callable[[str], None]) -> None:
    """The half-year and the next plan, as trials: nobody has worded them yet."""
    for code in SAMPLE_OTHERS:
        period = parse_period(code)
        frozen = desk.reporting.freeze(period, trial=True)
        written = desk.reporting.write(desk.reporting.read(frozen), folder / f"report-{code}")
        say(tr("   {name} (trial): {path}", name=period.name, path=written[0].parent))


def _report(desk: Desk, folder: Path, say: Callable[[str], None]) -> int:
    period = parse_period(SAMPLE_PERIOD)
    checked = desk.readiness.check(period)
    say(
        tr(
            "4. Checks for {period}: {block} block, {explain} want a reason, {hint} hints, {not_due} not due yet",
            period=period.label,
            **{str(severity): i18n.count(n) for severity, n in checked.counts.items()},
        )
    )
    for (title, example), times in _commonest(checked.findings):
        say(f"   - {title}: {i18n.count(times)}. {example}")
    trial = bool(checked.open)
    frozen = desk.reporting.freeze(period, trial=trial)
    if trial:
        say(tr("5. Frozen as a trial, marked THỬ, since findings are still open: {path}", path=frozen.path))
    else:
        say(tr("5. Frozen: {path}", path=frozen.path))
    for path in desk.reporting.write(desk.reporting.read(frozen), folder / "report", tuple(DOCUMENT_NAMES)):
        say(f"   {path}")
    _others(desk, folder, say)
    made = desk.handover.pack_report(frozen, folder / "package")
    say(tr("6. Package: {path}", path=made.path))
    verified = verify(made.path)
    say(
        tr("7. Verified: whole and unchanged, {n} files", n=i18n.count(verified.checked_files))
        if verified.ok
        else tr("7. The package is NOT whole: {n} defects", n=i18n.count(len(verified.defects)))
    )
    return Exit.DONE if verified.ok else Exit.NO
