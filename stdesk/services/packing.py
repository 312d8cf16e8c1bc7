"""What goes into the package of a frozen report: the whole of it, or the way from the one the centre accepted.

Made from frozen reports, kept answers and the package's own line in the library alone, so that a package made
again is the same byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO

from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Record, from_json
from stdesk.exchange.schema import flatten, table_schema
from stdesk.i18n import messages
from stdesk.package import layout
from stdesk.package.content import PackageContent, PackageFile, PackageInfo
from stdesk.package.parts import line
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot
from stdesk.services.delta import Delta, Table, Withdrawn, between, why
from stdesk.services.reporting import FrozenReport, Reporting
from stdesk.store.library import AnswerRow, Library, PackageRow

_HISTORY = "package:history:"  # setting; colons keep it out of reports
CODE = "code"  # an answer read over the telephone: it has no text of its own to carry


@dataclass(frozen=True, slots=True)
class Base:
    """The package a delta starts from.

    Attributes:
        row: the package the centre accepted. answer: the answer that says so.
    """

    row: PackageRow
    answer: AnswerRow

    @property
    def receipt(self) -> str:
        """What the package calls that answer."""
        return self.answer.answer.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen report that was read: its line, its content, and the bytes of that."""

    report: FrozenReport
    snapshot: Snapshot
    raw: bytes

    def name(self, delta: bool) -> str:
        """The one name of its package, on the letter, the ZIP, ``bag-info.txt`` and inside."""
        report, unit = self.report, self.snapshot.unit.get("unit_code", "")
        return layout.package_name(unit, report.period, report.submission, trial=report.trial, delta=delta)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a package would carry: records, attachments, and about how many bytes, documents left aside."""

    records: int
    files: int
    size: int


class Packing:
    """Contents of packages of an open library."""

    def __init__(self, library: Library, reporting: Reporting) -> None:
        self._library = library
        self._reporting = reporting

    def read(self, report: FrozenReport) -> Frozen:
        """The content of a report. Raises ``snapshot_changed``, ``snapshot_missing``."""
        raw = self._library.read_frozen(report)
        return Frozen(report, Snapshot.from_bytes(raw), raw)

    # -- where a delta starts ---------------------------------------------------------------------

    def base(self, period: str, before: int) -> Base | None:
        """The newest package of ``period`` that the centre accepted, of a submission earlier than ``before``."""
        found: Base | None = None
        for row in self._library.packages.listed():
            if row.period != period or row.submission >= before:
                continue
            answer = self.accepted(row)
            if answer and (found is None or row.submission >= found.row.submission):
                found = Base(row, answer)
        return found

    def accepted(self, row: PackageRow) -> AnswerRow | None:
        """The answer that accepts ``row``, when the last one about it does."""
        said = self._library.answers.of(row.fingerprint) if row.done else []
        return said[-1] if said and said[-1].status == "accepted" else None

    def delta(self, frozen: Frozen, base: str) -> Delta:
        """What changed from the package ``base`` to ``frozen``; of what is withdrawn no reason yet.

        Args:
            base: fingerprint.
        """
        report = frozen.report
        first = self._library.packages.of(base)
        if first is None:
            raise ValueError(base)
        between_them = [
            row.report
            for row in self._library.packages.listed()
            if row.period == report.period and first.submission < row.submission < report.submission
        ]
        since = [self._records(one) for one in dict.fromkeys(between_them)]
        return between(self._records(first.report), frozen.snapshot.records, self._library.kinds, since)

    def with_reasons(self, withdrawn: Sequence[Withdrawn]) -> tuple[Withdrawn, ...]:
        """The same with the reasons the library knows today."""
        ceiling = self._library.settings.get("secrecy_ceiling")
        held = {one.id: one for one in self._library.get_many([one.id for one in withdrawn])}
        return tuple(why(one, held.get(one.id), ceiling) for one in withdrawn)

    def _records(self, sha512: str) -> Table:
        return self.read(self._report(sha512)).snapshot.records

    def _report(self, sha512: str) -> FrozenReport:
        """The frozen report whose snapshot has this hash; ValueError when there is none."""
        for one in self._library.frozen():
            if one.sha512 == sha512:
                return one
        raise ValueError(sha512)

    # -- the content ------------------------------------------------------------------------------

    def content(
        self,
        frozen: Frozen,
        row: PackageRow | None,
        key_id: str,
        progress: Progress,
        delta: Delta | None = None,
    ) -> PackageContent:
        """Everything the package carries.

        Args:
            row: its line in the library; ``None`` for a trial.
            key_id: of the key it will be signed with; "" for none.
            delta: what it carries, where that was worked out already.
        """
        snapshot, kinds = frozen.snapshot, self._library.kinds
        if delta is None and row and row.delta:
            delta = self.delta(frozen, row.base)
        carried = delta.records if delta else snapshot.records
        records = {kind.name: [from_json(one) for one in carried.get(kind.name, ())] for kind in kinds}
        held = delta.held if delta else frozenset()
        return PackageContent(
            info=replace(
                _info(frozen, row, key_id, {name: len(found) for name, found in records.items()}),
                history=self._history(row) if row else "",
            ),
            snapshot=frozen.raw,
            documents=self._reporting.documents(snapshot, progress=progress),
            records={name: [flatten(one, kinds[name]) for one in found] for name, found in records.items()},
            schemas={kind.name: table_schema(kind) for kind in kinds},
            titles={kind.name: kind.plural.vi for kind in kinds},
            files=tuple(self.files([one for found in records.values() for one in found], held)),
            withdrawn=row.withdrawn if row else (),
            answers=self._answers(row.answers_upto) if row else (),
        )

    def _history(self, row: PackageRow) -> str:
        """Where the history stood when this package was first made: it can be made again, byte for byte."""
        key = f"{_HISTORY}{row.name}"
        said = self._library.settings.get(key)
        if not said and not row.done and not self._library.read_only:  # one already sent said nothing
            said = self._library.history_head()
            self._library.settings.put(**{key: said})
        return said

    def carried(self, frozen: Frozen, records: Table, held: frozenset[str] = frozenset()) -> Carried:
        """What a package with ``records`` weighs."""
        kinds, found = self._library.kinds, []
        lines = 0
        for name in (name for name in records if name in kinds):
            for one in map(from_json, records[name]):
                found.append(one)
                lines += len(line(flatten(one, kinds[name])))
        files = {
            str(item["sha512"]): int(item["size"]) for one in found for item in attachments_of(kinds, one)
        }
        size = sum(length for sha512, length in files.items() if sha512 not in held)
        count = sum(sha512 not in held for sha512 in files)
        return Carried(len(found), count, size + lines + len(frozen.raw))

    def files(self, records: Sequence[Record], held: frozenset[str] = frozenset()) -> Iterator[PackageFile]:
        """The attachments of ``records``, each content once, without those in ``held``."""
        seen: set[str] = set()
        for record in records:
            for item in attachments_of(self._library.kinds, record):
                if item["file"] in seen or item["sha512"] in held:
                    continue
                seen.add(item["file"])
                yield PackageFile(
                    name=item["name"],
                    sha512=item["sha512"],
                    size=item["size"],
                    open=self._opener(item["file"]),
                    record=record.id,
                )

    def _opener(self, file: str) -> Callable[[], BinaryIO]:
        self._library.file_path(file)  # one that is missing is told before anything is written
        return partial(self._library.open_file, file)

    def _answers(self, upto: int) -> list[Mapping[str, Any]]:
        """What the centre said so far, each answer once, in the order it was taken in."""
        lines: dict[str, Mapping[str, Any]] = {}
        for one in self._library.answers.taken(upto):
            if one.how == CODE:
                continue
            uuid = one.answer.partition("/")[0]
            said = {
                "answer": uuid, "number": one.number, "status": one.status, "period": one.period,
                "submission": one.submission, "fingerprint": one.fingerprint, "at": one.at,
            }  # fmt: skip
            lines.setdefault(uuid, said | ({"line": one.line, "sequence": one.sequence} if one.line else {}))
        return list(lines.values())


def withdrawn_line(one: Withdrawn) -> dict[str, Any]:
    """A withdrawn record as the package carries it: no title, the reason in Vietnamese."""
    said = messages().get(f"withdrawn_{one.reason}", {}).get("vi", "")
    return {**one.to_line(), "reason": said}


def attachments_of(kinds: Kinds, record: Record) -> Iterator[Mapping[str, Any]]:
    """The attachments ``record`` names."""
    if "attachments" in kinds[record.kind].by_name:
        yield from record.get("attachments") or ()


def _info(frozen: Frozen, row: PackageRow | None, key_id: str, counts: Mapping[str, int]) -> PackageInfo:
    snapshot, report = frozen.snapshot, frozen.report
    return PackageInfo(
        unit_code=snapshot.unit.get("unit_code", ""),
        unit_name=snapshot.unit.get("unit_name", ""),
        period=report.period,
        submission=report.submission,
        counts=counts,
        secrecy=snapshot.unit.get("secrecy_ceiling") or "thuong",
        rule_set=snapshot.rule_set,
        rule_hash=snapshot.rule_hash,
        created=snapshot.frozen_at,
        program=snapshot.program,
        trial=report.trial,
        snapshot_hash=report.sha512,
        left_out=snapshot.left_out,
        key=key_id,
        delta=row.delta if row else False,
        base=row.base if row else "",
        base_receipt=row.base_receipt if row else "",
        line=row.line if row else "",
        sequence=row.sequence if row else 0,
        previous=row.previous if row else "",
        withdrawn=len(row.withdrawn) if row else 0,
    )
