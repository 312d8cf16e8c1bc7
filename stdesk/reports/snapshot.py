"""The frozen report: everything that leaves is made from it, and from it alone (DESIGN §1, idea 3).

Stored as canonical JSON: UTF-8, NFC, keys sorted, no blanks. The same content is therefore the
same bytes and has the same SHA-512 everywhere, and the documents can be made again from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from stdesk import __version__
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import YEARLY, Period, touches
from stdesk.domain.records import Record, State, to_json
from stdesk.domain.rules.core import RULE_SET, Finding, rule_texts
from stdesk.domain.rules.deposit import days_allowed
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.reports import figures, narrative, words
from stdesk.reports.comparison import Last, compare
from stdesk.reports.deposits import Obligation, obligations
from stdesk.reports.forms import form_for
from stdesk.reports.prepared import Prepared
from stdesk.text import clean_lines, nfc

FORMAT = "stdesk-snapshot"
VERSION = 2
MAX_BYTES = 1 << 30
_VIETNAM = timedelta(hours=7)  # no summer time since 1975: the day of a report is the day there

_SHAPE: Mapping[str, type | tuple[type, ...]] = {
    "period": dict,
    "submission": int,
    "trial": bool,
    "unit": dict,
    "frozen_at": str,
    "frozen_by": str,
    "program": str,
    "rule_set": str,
    "rule_hash": str,
    "form": str,
    "records": dict,
    "figures": dict,
    "narrative": list,
    "deposits": list,
    "findings": list,
    "reasons": dict,
    "left_out": int,
}
_SHAPE_2: Mapping[str, type | tuple[type, ...]] = {
    "document": str,
    "head": dict,
    "estimates": dict,
    "comparison": dict,
    "previous": str,
    "reopened": str,
}
"""What version 2 added; a snapshot of version 1 has none of it and stays as it is."""
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Snapshot:
    """A frozen report.

    Attributes:
        period: code, start, end, cut_off, due (ISO days), label (Vietnamese), article.
        submission: which submission of the period this is, from 1 ("lần nộp").
        trial: a dry run; every page of its documents says so.
        unit: the unit's settings at that time.
        frozen_at, frozen_by: when (UTC timestamp) and by whom.
        program: program and version that froze it.
        rule_set, rule_hash: the rules that were applied.
        form: name of the dated form its documents follow.
        records: kind -> records as :func:`stdesk.domain.records.to_json` gives them, fields that
            do not leave the unit taken out.
        figures: see :mod:`stdesk.reports.figures`.
        narrative: paragraphs in order, figures filled in: id, style, text, figures, blank.
        deposits: deposits owed to the central agency, of this period and earlier ones.
        findings: what the rules said, in words.
        reasons: finding key -> the written reason with which it passes.
        left_out: records kept out for their secrecy.
        document: which document it is (:mod:`stdesk.domain.periods`).
        head: what stands on its paper beside the unit's settings (:data:`stdesk.reports.prepared.HEAD_FIELDS`).
        estimates: name of a figure -> the number expected at the period's end, in a plan the target.
        comparison: this year against last, see :mod:`stdesk.reports.comparison`; empty when there is nothing
            to compare with.
        previous: SHA-512 of the submission before this one; "" for the first.
        reopened: the written reason for which the submission before was opened again.
        version: of the snapshot's format, as it was written.
    """

    period: Mapping[str, str]
    submission: int
    trial: bool
    unit: Mapping[str, str]
    frozen_at: str
    frozen_by: str
    program: str
    rule_set: str
    rule_hash: str
    form: str
    records: Mapping[str, tuple[Mapping[str, Any], ...]]
    figures: Mapping[str, Any]
    narrative: tuple[Mapping[str, Any], ...]
    deposits: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    document: str = YEARLY
    head: Mapping[str, str] = field(default_factory=dict)
    estimates: Mapping[str, int] = field(default_factory=dict)
    comparison: Mapping[str, Any] = field(default_factory=dict)
    previous: str = ""
    reopened: str = ""
    version: int = VERSION

    @cached_property
    def _bytes(self) -> bytes:
        data: dict[str, Any] = {name: getattr(self, name) for name in _shape(self.version)}
        data["format"], data["version"] = FORMAT, self.version
        plain = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return nfc(plain).encode("utf-8")

    def to_bytes(self) -> bytes:
        """The snapshot as canonical JSON."""
        return self._bytes

    @cached_property
    def sha512(self) -> str:
        """SHA-512 of :meth:`to_bytes`, hexadecimal."""
        return hashlib.sha512(self._bytes).hexdigest()

    @property
    def moment(self) -> datetime:
        """When it was frozen, UTC."""
        return datetime.fromisoformat(self.frozen_at.replace("Z", "+00:00")).astimezone(UTC)

    @property
    def day(self) -> date:
        """The day it was frozen, in Vietnam."""
        return report_day(self.moment)

    def figure(self, name: str) -> int:
        """The value of a figure; 0 when there is none of that name."""
        return int(self.figures["values"].get(name, {}).get("value", 0))

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """The snapshot kept in ``data``.

        Raises:
            UserError: ``snapshot_damaged`` when it is not a snapshot or not whole;
                ``snapshot_newer`` when a newer version of the program wrote it.
        """
        try:
            loaded = _load(data)
            if loaded["version"] not in (1, VERSION) or isinstance(loaded["version"], bool):
                newer = isinstance(loaded["version"], int) and loaded["version"] > VERSION
                raise UserError(
                    "snapshot_newer" if newer else "snapshot_damaged", version=str(loaded["version"])[:20]
                )
            return _checked(loaded)
        except _DAMAGE as error:
            raise UserError("snapshot_damaged", version="") from error


def _shape(version: int) -> Mapping[str, type | tuple[type, ...]]:
    return _SHAPE if version == 1 else {**_SHAPE, **_SHAPE_2}


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise ValueError(len(data))
    loaded = json.loads(data.decode("utf-8"))
    if not isinstance(loaded, dict) or loaded.get("format") != FORMAT:
        raise ValueError("format")
    return loaded


def _checked(loaded: dict[str, Any]) -> Snapshot:
    shape = _shape(loaded["version"])
    for name, wanted in shape.items():
        if not isinstance(loaded[name], wanted) or (wanted is int and isinstance(loaded[name], bool)):
            raise TypeError(name)
    for name in ("start", "end", "cut_off"):
        date.fromisoformat(loaded["period"][name])
    for name in ("unit", "reasons", "period", "head"):
        if not all(isinstance(one, str) for one in loaded.get(name, {}).values()):
            raise TypeError(name)
    records = {kind: tuple(_record(one, kind) for one in found) for kind, found in loaded["records"].items()}
    for one in loaded["figures"]["values"].values():
        int(one["value"])
    if not all(isinstance(one["text"], str) and isinstance(one["style"], str) for one in loaded["narrative"]):
        raise TypeError("narrative")
    lists = {name: tuple(loaded[name]) for name in ("narrative", "deposits", "findings")}
    for number in loaded.get("estimates", {}).values():
        int(number)
    plain = {name: loaded[name] for name in shape}
    made = Snapshot(**{**plain, **lists, "records": records, "version": loaded["version"]})
    made.moment  # noqa: B018 - a time that cannot be read is damage, and told here
    return made


def _record(one: dict[str, Any], kind: str) -> dict[str, Any]:
    if one["kind"] != kind or not isinstance(one["values"], dict) or not isinstance(one["number"], int):
        raise TypeError(kind)
    return one


def report_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in Vietnam, wherever the program runs."""
    return (moment.astimezone(UTC) + _VIETNAM).date()


@dataclass(frozen=True, slots=True)
class _Counted:
    """What figures are counted from."""

    settings: Mapping[str, str]
    by_kind: Mapping[str, Sequence[Record]]
    shelf: Sequence[Record]
    owing: Sequence[tuple[Record, Obligation, bool]]
    left_out: int

    def figures(
        self, period: Period, explained: int, last: Last | None, progress: Progress | None
    ) -> dict[str, Any]:
        return figures.compute(
            self.by_kind,
            self.owing,
            start=period.start,
            end=period.end,
            left_out=self.left_out,
            explained=explained,
            document=period.document,
            last=last,
            library=self.shelf,
            progress=progress,
        )


def count_figures(
    *,
    period: Period,
    unit: Mapping[str, str],
    frozen_at: str,
    records: Sequence[Record],
    kinds: Kinds,
    library: Iterable[Record] = (),
    left_out: int = 0,
    last: Last | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The figures that :func:`make_snapshot` of the same puts into the report, before anything is explained.

    Counting is a small part of making a snapshot of many records; who wants figures alone has them sooner.
    """
    whole = _counted(period, unit, frozen_at, records, kinds, library, left_out, progress or Progress())
    return whole.figures(period, 0, last, progress)


def make_snapshot(
    *,
    period: Period,
    submission: int,
    trial: bool,
    unit: Mapping[str, str],
    frozen_at: str,
    frozen_by: str,
    rule_hash: str,
    records: Sequence[Record],
    kinds: Kinds,
    library: Iterable[Record] = (),
    findings: Sequence[Finding] = (),
    reasons: Mapping[str, str] | None = None,
    left_out: int = 0,
    program: str = f"STDesk {__version__}",
    prepared: Prepared | None = None,
    last: Last | None = None,
    previous: str = "",
    counted: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Freeze a report: figures are counted, sentences drafted, everything put into plain data.

    Args:
        records: the records reported in ``period``.
        library: every live record, to find deposits still owed from earlier periods.
        reasons: finding key -> the reason given by the unit.
        left_out: records already kept out by the caller for their secrecy; further ones above
            the ceiling of ``unit`` are kept out here too, and added.
        prepared: the unit's wording, expected numbers and head of this report.
        last: the figures to compare with.
        previous: SHA-512 of the submission before this one.
        counted: the figures of these very records when they are known already.
        progress: stops it; its steps are not counted.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    watched = progress or Progress()
    whole = _counted(period, unit, frozen_at, records, kinds, library, left_out, watched)
    settings, owing = whole.settings, whole.owing
    reasons = {key: clean_lines(text) for key, text in (reasons or {}).items()}
    told = tuple(_finding(one) for one in watched.each(findings))
    explained = sum(1 for one in told if one["key"] in reasons)
    if counted is None:
        counted = whole.figures(period, explained, last, progress)
    counted = figures.with_explained(counted, explained)
    prepared = prepared or Prepared()
    form = form_for(period.document, period.end)
    owed = tuple(_obligation(one) for _, one, _ in owing if not one.done)
    plain_period = _period(period)
    counts = {kind: len(found) for kind, found in whole.by_kind.items()}
    counts |= {"figures": 1, "deposits": len(owed), "explanations": explained}
    travel = {kind.name: {field.name for field in kind.shown if field.packaged} for kind in kinds}
    return Snapshot(
        period=plain_period,
        submission=submission,
        trial=trial,
        unit=settings,
        frozen_at=frozen_at,
        frozen_by=clean_lines(frozen_by),
        program=program,
        rule_set=RULE_SET,
        rule_hash=rule_hash,
        form=form.name,
        records={
            kind: tuple(_packaged(one, travel[kind]) for one in watched.each(found))
            for kind, found in whole.by_kind.items()
        },
        figures=counted,
        narrative=narrative.draft(
            form, plain_period, settings, counted, counts, prepared.texts, prepared.estimates
        ),
        deposits=owed,
        findings=told,
        reasons=reasons,
        left_out=whole.left_out,
        document=period.document,
        head={name: clean_lines(text) for name, text in prepared.head.items()},
        estimates=dict(prepared.estimates),
        comparison=compare(counted, last, progress) if last else {},
        previous=previous,
        reopened=clean_lines(prepared.reopened.get(submission, "")),
    )


def _counted(
    period: Period,
    unit: Mapping[str, str],
    frozen_at: str,
    records: Sequence[Record],
    kinds: Kinds,
    library: Iterable[Record],
    left_out: int,
    progress: Progress,
) -> _Counted:
    settings = {clean_lines(k): clean_lines(str(v)) for k, v in unit.items() if ":" not in k}
    ceiling = settings.get("secrecy_ceiling") or ORDINARY
    sorted_out: dict[str, list[Record]] = {kind.name: [] for kind in kinds}
    known = 0
    for one in progress.each(records):
        if not is_above(one.secrecy, ceiling):
            known += 1
            if one.kind in sorted_out:
                sorted_out[one.kind].append(one)
    for found in sorted_out.values():
        found.sort(key=lambda one: one.number)
    ordered = [one for found in sorted_out.values() for one in found]
    here = [one for one in progress.each(ordered) if touches(kinds[one.kind], one, period.start, period.end)]
    shelf = list(library)
    owing = _owing(here, [*shelf, *ordered], ceiling, frozen_at, settings, progress)
    return _Counted(settings, sorted_out, shelf, owing, left_out + len(records) - known)


def _period(period: Period) -> dict[str, str]:
    days = {name: getattr(period, name).isoformat() for name in ("start", "end", "cut_off", "due")}
    return {"code": period.code, "label": period.label.vi, "article": period.article, **days}


def _owing(
    records: Sequence[Record],
    library: Iterable[Record],
    ceiling: str,
    frozen_at: str,
    unit: Mapping[str, str],
    progress: Progress,
) -> list[tuple[Record, Obligation, bool]]:
    """The deposits of ``records``, then those still owed from other periods, by kind and number."""
    as_of = report_day(datetime.fromisoformat(frozen_at.replace("Z", "+00:00")))
    limit = days_allowed(unit)
    here = {one.id: one for one in records}
    elsewhere = {  # also what is reported only because it was put to use in the period
        one.id: one
        for one in progress.each(library)
        if one.id not in here and one.state is State.COMPLETE and not is_above(one.secrecy, ceiling)
    }
    found = [
        (here[one.record], one, False)
        for one in obligations(progress.each(records), as_of=as_of, limit=limit)
    ]
    earlier = obligations(progress.each(elsewhere.values()), as_of=as_of, limit=limit)
    owed = sorted((one for one in earlier if not one.done), key=lambda one: (one.kind, one.number))
    return found + [(elsewhere[one.record], one, True) for one in owed]


def _obligation(one: Obligation) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Obligation.__dataclass_fields__}


def _packaged(record: Record, travels: Collection[str]) -> dict[str, Any]:
    plain = to_json(record)
    plain["values"] = {name: value for name, value in plain["values"].items() if name in travels}
    return plain


def _finding(one: Finding) -> dict[str, Any]:
    said = rule_texts().get(one.rule, {})
    params = {name: str(v) if not isinstance(v, int | float) else v for name, v in one.params.items()}
    return {
        "rule": one.rule,
        "severity": str(one.severity),
        "record": one.record,
        "kind": one.kind,
        "number": one.number,
        "field": one.field,
        "key": one.key,
        "message": clean_lines(words.fill(_vietnamese(said, "message"), params)),
        "advice": clean_lines(words.fill(_vietnamese(said, "advice"), params)),
        "article": str(said.get("article", "")),
    }


def _vietnamese(said: Mapping[str, Any], part: str) -> str:
    texts = said.get(part)
    return str(texts.get("vi", "")) if isinstance(texts, Mapping) else str(texts or "")
