"""Which column of a table is which field, and of which kind the table is.

Every column gets a score for every target by its header (:mod:`stdesk.exchange.vocabulary`), a
little corrected by what stands in it: a column of dates is no title. The columns are then given
to the targets one to one so that the sum of the scores is highest. The kind is the one whose
assignment says most, helped by the words in the sheet's name and title lines.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType
from stdesk.domain.identifiers import identify
from stdesk.domain.kinds import Kind, Kinds
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.layout import Table
from stdesk.exchange.matching import best_assignment
from stdesk.exchange.sheets import CellValue
from stdesk.exchange.vocabulary import (
    ENOUGH,
    MEN,
    NUMBER_COLUMN,
    OWN_ID,
    SECRECY,
    SURE,
    Vocabulary,
    normal,
    normal_text,
)
from stdesk.text import clean, fold

ANY_SHEET = "*"  # key of a mapping that is tried on every sheet
_SAMPLE = 40  # cells of a column that are looked at
_LEAST_KIND = 1.9  # a title and one more column
_MOST_MAPPING_FILE = 1_000_000  # bytes

T = FieldType


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What is made of one column.

    Attributes:
        index: from 0.
        header: as in the sheet, several header rows joined by " / ".
        target: ``title``, ``funding.state_budget``, ``start..end``, ``secrecy``, ``men``, ``#``
            (the sheet's own numbering) or "" (kept as text in the notes).
        certain: the header says so outright, or a person did.
    """

    index: int
    header: str
    target: str
    certain: bool


@dataclass(frozen=True, slots=True)
class RememberedMapping:
    """A mapping somebody confirmed or wrote: kind, and folded header -> target."""

    kind: str
    columns: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The shape of a mapping file: ``{"kind": …, "columns": {header: target}}``."""
        return {"kind": self.kind, "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RememberedMapping:
        """The reverse of :meth:`to_json`; nothing is checked, see :func:`mapping_from_json`."""
        return cls(str(data.get("kind", "")), dict(data.get("columns", {})))


class HasColumns(Protocol):
    """A planned sheet, as far as its mapping goes."""

    @property
    def kind(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def columns(self) -> tuple[ColumnPlan, ...]: ...


@dataclass(frozen=True, slots=True)
class Mapped:
    """The columns of a table as fields of ``kind``, and how much that says (0 = nothing)."""

    kind: str
    columns: tuple[ColumnPlan, ...]
    score: float

    def column_of(self, target: str) -> int:
        """The column that holds ``target``; -1 when none does."""
        return next((column.index for column in self.columns if column.target == target), -1)


_vocabularies: dict[int, Vocabulary] = {}  # by the kind's id, which lives as long as its vocabulary


def _vocabulary(kind: Kind) -> Vocabulary:
    if id(kind) not in _vocabularies:
        _vocabularies[id(kind)] = Vocabulary(kind)
    return _vocabularies[id(kind)]


def fingerprint(table: Table) -> str:
    """What tells a table's headers from others', whatever their accents, case and punctuation."""
    said = "\x1f".join(normal_text(" ".join(parts)) for parts in table.headers)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def map_table(
    table: Table,
    kinds: Kinds,
    *,
    sheet: str = "",
    kind: str = "",
    columns: Mapping[int, str] | None = None,
    remembered: RememberedMapping | None = None,
) -> Mapped:
    """The best mapping of ``table``; of the kind ``""`` when no kind's title can be found in it.

    Args:
        sheet: name of the sheet, a hint of the kind.
        kind: the kind if a person named it.
        columns: column -> target as a person set them; the other columns are mapped around them.
        remembered: the mapping remembered for these headers.
    """
    fixed = dict(columns or {})
    if remembered:
        kind = kind or (remembered.kind if remembered.kind in kinds else "")
        fixed = {**_remembered_columns(table, remembered), **fixed}
    choices = [kinds[kind]] if kind in kinds else list(kinds)
    tried = [_map_as(one, table, sheet, fixed) for one in choices]
    best = max(tried, key=lambda mapped: mapped.score)
    if kind in kinds or best.score >= _LEAST_KIND:
        return best
    return Mapped("", tuple(ColumnPlan(c.index, c.header, "", False) for c in best.columns), 0.0)


def _remembered_columns(table: Table, remembered: RememberedMapping) -> dict[int, str]:
    found: dict[int, str] = {}
    known = {normal_text(header): target for header, target in remembered.columns.items()}
    for column, parts in enumerate(table.headers):
        said = [normal_text(" ".join(parts)), normal_text(parts[-1])] if parts else []
        target = next((known[text] for text in said if text in known), None)
        if target is not None and (not target or target not in found.values()):
            found[column] = target
    return found


def _map_as(kind: Kind, table: Table, sheet: str, fixed: Mapping[int, str]) -> Mapped:
    words = _vocabulary(kind)
    samples = _samples(table)
    wanted: list[dict[str, float]] = []
    for column, parts in enumerate(table.headers):
        if column in fixed:
            wanted.append({})
            continue
        said = words.scores(parts) if parts else {}
        wanted.append(_corrected(said, kind, samples[column]))
    _suppose_title(kind, table, samples, wanted, fixed)
    taken = {target for target in fixed.values() if target}
    chosen = best_assignment(
        [{t: s for t, s in scores.items() if s >= ENOUGH and t not in taken} for scores in wanted]
    )
    targets = [fixed.get(column, chosen[column]) for column in range(len(table.headers))]
    _mark_men(table, kind, targets)
    columns = []
    for column, target in enumerate(targets):
        certain = column in fixed or wanted[column].get(target, 0.0) >= SURE or target in (MEN, NUMBER_COLUMN)
        columns.append(ColumnPlan(column, table.header(column), target, certain))
    plain = {target for target in targets if target in kind.by_name or "." in target}
    if kind.title not in plain:
        return Mapped(kind.name, tuple(columns), 0.0)
    score = sum(
        min(wanted[c].get(t, 1.0), 1.1)
        for c, t in enumerate(targets)
        if t not in ("", NUMBER_COLUMN, OWN_ID, SECRECY)
    )
    return Mapped(kind.name, tuple(columns), score + _kind_hints(kind, table, sheet))


def _suppose_title(
    kind: Kind,
    table: Table,
    samples: list[list[CellValue]],
    wanted: list[dict[str, float]],
    fixed: Mapping[int, str],
) -> None:
    """The one column without a name that holds sentences is the title, when no other column can be."""
    if kind.title in fixed.values() or any(one.get(kind.title, 0.0) >= ENOUGH for one in wanted):
        return
    nameless = [column for column, parts in enumerate(table.headers) if not parts and column not in fixed]
    full = [column for column in nameless if samples[column]]
    if len(full) == 1 and _share(samples[full[0]], _is_sentence) >= 0.7:
        wanted[full[0]] = {kind.title: ENOUGH}


def _is_sentence(value: CellValue) -> bool:
    return isinstance(value, str) and len(value) >= 12 and len(value.split()) >= 3


def _mark_men(table: Table, kind: Kind, targets: list[str]) -> None:
    """ "Nam" beside "Nữ" is men, not the year that it looks like without its accent."""
    if not {"participants", "women"} <= set(kind.by_name) or "women" not in targets:
        return
    for column, parts in enumerate(table.headers):
        if (
            parts
            and normal(parts[-1])[-1:] == ("nam",)
            and "ă" not in parts[-1].casefold()
            and not targets[column]
        ):
            targets[column] = MEN
            return


# --- what the contents say -------------------------------------------------------------------


def _samples(table: Table) -> list[list[CellValue]]:
    samples: list[list[CellValue]] = [[] for _ in table.headers]
    for row in table.rows[: 3 * _SAMPLE]:
        for column, value in enumerate(row.values[: len(samples)]):
            if value is not None and value != "" and len(samples[column]) < _SAMPLE:
                samples[column].append(value)
    return samples


def _corrected(said: Mapping[str, float], kind: Kind, sample: Sequence[CellValue]) -> dict[str, float]:
    """``said`` with a bonus for targets the contents look like and a fine for those they do not."""
    if not sample:
        return dict(said)
    return {target: score + _likeliness(target, kind, sample) for target, score in said.items()}


def _likeliness(target: str, kind: Kind, sample: Sequence[CellValue]) -> float:
    """From -0.4 (cannot be) to +0.1 (looks like it)."""
    if target == NUMBER_COLUMN:
        return 0.1 if _share(sample, _is_small_number) > 0.5 else -0.1
    field_ = kind.by_name.get(target)
    if field_ is None:
        return 0.0
    if field_.type is T.CHOICE:
        return _choice_likeliness(field_.codes, sample)
    if (judge := _JUDGES.get(field_.type)) is not None:
        share = _share(sample, judge)
        return 0.1 if share >= 0.7 else (-0.4 if share <= 0.1 else 0.0)
    if target in ("issn", "isbn"):
        share = _share(sample, lambda v: (found := identify(str(v))) is not None and found[0] == target)
        return 0.1 if share >= 0.5 else 0.0
    if target == kind.title:
        return -0.4 if _share(sample, lambda v: not isinstance(v, str) or len(v) < 4) > 0.7 else 0.05
    if field_.type is T.PEOPLE:
        return -0.4 if _share(sample, _is_no_name) > 0.7 else 0.0
    return 0.0


def _choice_likeliness(codes: str, sample: Sequence[CellValue]) -> float:
    listed = code_list(codes)
    distinct = {clean(value) for value in sample if isinstance(value, str)}
    if not distinct:
        return -0.4
    known = sum(listed.recognise(text) is not None for text in distinct if len(text) <= 80)
    return 0.1 if known * 2 >= len(distinct) else (-0.3 if not known else 0.0)


def _share(sample: Sequence[CellValue], judge: Callable[[CellValue], bool]) -> float:
    return sum(judge(value) for value in sample) / len(sample)


def _is_small_number(value: CellValue) -> bool:
    return isinstance(value, (int, float)) or (
        isinstance(value, str) and len(value) <= 6 and any(map(str.isdigit, value))
    )


_DATE_LIKE = re.compile(r"(?:\d{1,2}\s*[/.-]\s*){1,2}\d{2,4}|\b(?:19|20)\d\d\b|thang\s*\d|quy\s*[ivx\d]")


def _is_date_like(value: CellValue) -> bool:
    if isinstance(value, (int, float)):
        return 1900 <= value <= 2100 or 20_000 <= value <= 80_000
    return isinstance(value, date) or (isinstance(value, str) and bool(_DATE_LIKE.search(fold(value[:80]))))


def _has_number(value: CellValue) -> bool:
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or (
        isinstance(value, str) and len(value) < 60 and any(map(str.isdigit, value))
    )


def _is_no_name(value: CellValue) -> bool:
    return not isinstance(value, str) or not any(map(str.isalpha, value))


_JUDGES = {T.DATE: _is_date_like, T.INTEGER: _has_number, T.MONEY: _has_number, T.NUMBER: _has_number}


def _kind_hints(kind: Kind, table: Table, sheet: str) -> float:
    """How much the sheet's name, title lines and headers speak of ``kind``."""
    said = {normal(word) for word in kind.sheet_words}
    name = _mentions(said, sheet) * 1.0
    titles = max((_mentions(said, line) for line in table.titles), default=0) * 0.7
    headers = sum(_mentions(said, parts[-1]) for parts in table.headers if parts) * 0.25
    return min(name, 2.0) + min(titles, 2.0) + min(headers, 2.0)


def _mentions(said: set[tuple[str, ...]], text: str) -> int:
    spoken = f" {normal_text(text)} "
    return sum(f" {' '.join(words)} " in spoken for words in said)


# --- remembered mappings -----------------------------------------------------------------------


def remember(plan: HasColumns) -> tuple[str, RememberedMapping]:
    """The fingerprint of a planned sheet's headers, and its mapping, to be kept for the next time."""
    columns = {column.header: column.target for column in plan.columns if column.header}
    return plan.fingerprint, RememberedMapping(plan.kind, columns)


def mapping_from_json(data: object, kinds: Kinds, *, source: str = "") -> RememberedMapping:
    """A mapping somebody wrote, checked.

    Raises:
        UserError: ``bad_mapping`` (usage) naming ``source`` and what is wrong.
    """
    for wrong in _wrong_in(data, kinds):
        raise UserError("bad_mapping", Exit.USAGE, path=source, wrong=wrong)
    checked: Mapping[str, Any] = data if isinstance(data, dict) else {}
    return RememberedMapping.from_json(checked)


def read_mapping(path: Path, kinds: Kinds) -> RememberedMapping:
    """The mapping in the file ``path``.

    Raises:
        UserError: the file cannot be read, or ``bad_mapping``.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_MAPPING_FILE + 1)
    except OSError as error:
        raise from_os_error(error, path) from error
    if len(data) > _MOST_MAPPING_FILE:
        raise UserError("bad_mapping", Exit.USAGE, path=str(path), wrong="> 1 MB")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError("bad_mapping", Exit.USAGE, path=str(path), wrong=f"JSON: {error}"[:200]) from error
    return mapping_from_json(found, kinds, source=str(path))


def _wrong_in(data: object, kinds: Kinds) -> Iterator[str]:
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        yield '{"kind": "…", "columns": {"…": "…"}}'
        return
    kind = data.get("kind", "")
    if not isinstance(kind, str) or (kind and kind not in kinds):
        yield f'"kind": {json.dumps(kind, ensure_ascii=False)[:60]}'
        return
    known = targets_of(kinds[kind]) if kind else frozenset().union(*(targets_of(one) for one in kinds))
    used: set[str] = set()
    for header, target in data["columns"].items():
        if not isinstance(target, str) or (target and target not in known) or target in used:
            yield " : ".join(json.dumps(one, ensure_ascii=False)[:60] for one in (header, target))
            return
        used |= {target} - {""}


def targets_of(kind: Kind) -> frozenset[str]:
    """Everything a column of ``kind`` can be mapped to, besides "" (kept in the notes)."""
    return _vocabulary(kind).targets
