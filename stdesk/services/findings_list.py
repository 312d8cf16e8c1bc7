"""The findings of a check as a list: with the titles of what they speak of, and as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stdesk.domain.consistency import as_findings
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Finding, Severity
from stdesk.domain.rules.elsewhere import UNLIKE
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.exchange.export import Exported
from stdesk.exchange.findings_sheet import SUFFIX, SheetColumn, write_findings
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.readiness import Checked
from stdesk.store.library import Library

__all__ = ["SUFFIX", "FindingsList", "Named", "weight_word"]

_PART = 500  # records read at a time


@dataclass(frozen=True, slots=True)
class Named:
    """What a finding's record is called, and its secrecy level."""

    title: str
    secrecy: str


def weight_word(finding: Finding) -> str:
    """How a finding weighs, in a word or two."""
    if finding.rule == UNLIKE.id:
        return tr("Not alike")
    return {
        Severity.BLOCK: tr("Must be mended"),
        Severity.EXPLAIN: tr("Explain"),
        Severity.HINT: tr("Hint"),
        Severity.NOT_DUE: tr("Not due yet"),
    }[finding.severity]


class FindingsList:
    """Lists of what an open library still lacks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def all_of(self, checked: Checked) -> tuple[Finding, ...]:
        """Everything worth listing: what the rules found, then what is not like the others of its sort."""
        return (*checked.findings, *as_findings(checked.uneven, self._library.kinds))

    def named(
        self, checked: Checked, findings: Iterable[Finding], progress: Progress | None = None
    ) -> Mapping[str, Named]:
        """Record id -> what it is called, of every record that ``findings`` speak of."""
        progress = progress or Progress()
        wanted = {one.record for one in findings} - {""}
        found = {one.id: self._name(one) for one in checked.library if one.id in wanted}
        others = sorted(wanted - found.keys())
        for start in range(0, len(others), _PART):
            progress.check()
            found.update(
                {one.id: self._name(one) for one in self._library.get_many(others[start : start + _PART])}
            )
        return found

    def _name(self, record: Record) -> Named:
        return Named(str(record.get(self._library.kinds[record.kind].title) or ""), record.secrecy)

    def export(
        self,
        checked: Checked,
        target: Path,
        progress: Progress | None = None,
        *,
        only: Sequence[Finding] | None = None,
    ) -> Exported:
        """Write the findings of ``checked`` (or ``only`` these) to ``target`` (.xlsx), gravest first.

        What speaks of a record above ordinary secrecy stays out and is counted.

        Raises:
            UserError: ``export_format``, what the system refused. Cancelled: the person stopped it.
        """
        progress = progress or Progress()
        findings = self.all_of(checked) if only is None else only
        names = self.named(checked, findings, progress)
        secret = {key for key, one in names.items() if is_above(one.secrecy, ORDINARY)}
        told = [one for one in findings if one.record not in secret]
        progress.start(len(told), tr("Writing the list"))
        title = tr("To be mended: {period}", period=str(checked.period.name))
        rows = self._rows(told, checked, names)
        return write_findings(title, _columns(), rows, target, len(findings) - len(told), progress)

    def _rows(
        self, findings: Iterable[Finding], checked: Checked, names: Mapping[str, Named]
    ) -> Iterator[tuple[str | int | None, ...]]:
        for place, one in enumerate(findings, 1):
            kind = self._kind(one)
            name = names.get(one.record)
            yield (
                place,
                weight_word(one),
                str(kind.label) if kind else "",
                one.number or None,
                name.title if name else "",
                field_label(kind, one.field),
                one.message,
                one.advice,
                one.article,
                checked.reasons.get(one.key, ""),
                tr("Later") if one.key in checked.later else "",
                one.rule,
                one.record,
            )

    def _kind(self, finding: Finding) -> Kind | None:
        return next((one for one in self._library.kinds if one.name == finding.kind), None)


def field_label(kind: Kind | None, name: str) -> str:
    """What a field is called; "" when the finding is of no field of a record."""
    field = kind.by_name.get(name) if kind else None
    return str(field.label) if field else ""


def _columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(tr("No. in the list"), 6, centred=True),
        SheetColumn(tr("Weight"), 11),
        SheetColumn(tr("Record kind"), 14),
        SheetColumn(tr("Number"), 7, centred=True),
        SheetColumn(tr("Title"), 34),
        SheetColumn(tr("Field"), 17),
        SheetColumn(tr("What is wrong"), 38),
        SheetColumn(tr("What to do"), 38),
        SheetColumn(tr("Basis"), 22),
        SheetColumn(tr("Reason given"), 24),
        SheetColumn(tr("Remark"), 10),
        SheetColumn(tr("Rule code"), 24, printed=False),
        SheetColumn(tr("Record code"), 38, printed=False),
    )
