"""What the centre answered, what it proposes, and what was decided about that.

Answers and proposals are facts: the database refuses to change them. Decisions and the centre's ids of
records are part of acts: taken back, they are hidden, and done again they are shown.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from stdesk.store.context import Context
from stdesk.store.work import Work

OPEN, ACCEPTED, REFUSED = "open", "accepted", "refused"

_JSON = ("value", "old", "other")
_CHUNK = 500
_PROPOSALS = """
    SELECT p.proposal, p.answer, p.type, p.kind, p.record, p.number, p.field, p.value, p.old, p.other, p.text,
           coalesce(d.state, 'open') AS state, coalesce(d.reason, '') AS reason
    FROM proposal p LEFT JOIN decision d ON d.decision =
        (SELECT max(x.decision) FROM decision x WHERE x.proposal = p.proposal AND x.taken_back = 0)
"""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of the centre.

    Attributes:
        answer: its UUID. number: counted by the centre for this unit, from 1.
        status: "received", "valid", "accepted" or "returned".
        period, submission, sequence, fingerprint: the package it is about.
        at: when the centre gave it, UTC. raw: its bytes as they came.
        how: it came as a "file", a "qr" or a "code". imported_at: UTC; who: the person.
        line: the row of packages the package belongs to; "" when the answer does not say.
    """

    answer: str
    number: int
    status: str
    period: str
    submission: int
    sequence: int
    fingerprint: str
    at: str
    raw: bytes
    how: str
    imported_at: str = ""
    who: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """Something the centre proposes for one record.

    Attributes:
        proposal: its UUID; answer: the answer it came with.
        type: "correction", "double" or "central_id". kind, record, number: the record meant.
        field: the field of a correction; value: what it should hold; old: what the centre has now.
        other: facts of the double, or of the central id. text: the centre's words.
        state: "open", "accepted" or "refused"; reason: why it was refused.
    """

    proposal: str
    answer: str
    type: str
    kind: str
    record: str
    number: int
    field: str = ""
    value: Any = None
    old: Any = None
    other: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    text: str = ""
    state: str = OPEN
    reason: str = ""


_ANSWER = tuple(one.name for one in fields(AnswerRow))
_PROPOSAL = tuple(one.name for one in fields(ProposalRow) if one.name not in ("state", "reason"))


class Answers:
    """Answers of the centre in an open library."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, answer: AnswerRow, proposals: Iterable[ProposalRow] = ()) -> bool:
        """Keep an answer with its proposals, in one transaction.

        ``imported_at`` and ``who`` are filled in where they are empty.

        Returns:
            ``False`` when it was there already; nothing changes then.
        """
        given: dict[str, Any] = {name: getattr(answer, name) for name in _ANSWER}
        with self._context.writing() as connection:
            given["imported_at"] = answer.imported_at or self._context.now()
            given["who"] = answer.who or self._context.user
            done = connection.execute(
                text(_insert("answer", _ANSWER) + " ON CONFLICT (answer) DO NOTHING"), given
            )
            if not done.rowcount:
                return False
            for one in proposals:
                connection.execute(text(_insert("proposal", _PROPOSAL)), _proposal_values(one))
        return True

    def get(self, answer: str) -> AnswerRow | None:
        """The answer with this UUID."""
        with self._context.reading() as connection:
            return next(iter(_answers(connection, "WHERE answer = :answer", answer=answer)), None)

    def listed(self, period: str | None = None) -> list[AnswerRow]:
        """The answers of one period (its code), or of all, in the centre's order."""
        where = "WHERE period = :period " if period is not None else ""
        given = {"period": period} if period is not None else {}
        with self._context.reading() as connection:
            return _answers(connection, where + "ORDER BY number, place", **given)

    def taken(self, upto: int | None = None) -> list[AnswerRow]:
        """The first ``upto`` answers (or all) in the order they were taken in: that order never changes."""
        with self._context.reading() as connection:
            return _answers(connection, "ORDER BY place LIMIT :upto", upto=-1 if upto is None else upto)

    def of(self, fingerprint: str) -> list[AnswerRow]:
        """The answers about one package, in the centre's order: the last one counts."""
        with self._context.reading() as connection:
            return _answers(
                connection, "WHERE fingerprint = :fingerprint ORDER BY number, place", fingerprint=fingerprint
            )

    def proposals(self, state: str | None = None) -> list[ProposalRow]:
        """What the centre proposed, in the order it came; only those in ``state`` when that is given."""
        with self._context.reading() as connection:
            rows = connection.execute(text(f"{_PROPOSALS} ORDER BY p.place")).all()
        found = [_proposal(row) for row in rows]
        return [one for one in found if state is None or one.state == state]

    def decide(self, work: Work, proposal: str, state: str, reason: str = "") -> None:
        """Accept or refuse a proposal, as part of the act ``work``: taking that back opens it again."""
        if state not in (ACCEPTED, REFUSED):
            raise ValueError(state)
        work.connection.execute(
            text(
                "INSERT INTO decision (proposal, state, reason, action) VALUES (:proposal, :state, :reason, :action) "
                "ON CONFLICT (action, proposal) DO NOTHING"
            ),
            {"proposal": proposal, "state": state, "reason": reason, "action": work.begin()},
        )

    def central_ids(self, record_ids: Collection[str] | None = None) -> dict[str, str]:
        """Record -> the id the centre gave it, of these records or of all."""
        sql = "SELECT record, central FROM central_id WHERE taken_back = 0"
        found: dict[str, str] = {}
        with self._context.reading() as connection:
            if record_ids is None:
                rows: Sequence[Row[Any]] = connection.execute(text(f"{sql} ORDER BY place")).all()
                return {row.record: row.central for row in rows}
            wanted = list(record_ids)
            some = text(f"{sql} AND record IN :ids ORDER BY place").bindparams(
                bindparam("ids", expanding=True)
            )
            for start in range(0, len(wanted), _CHUNK):
                rows = connection.execute(some, {"ids": wanted[start : start + _CHUNK]}).all()
                found |= {row.record: row.central for row in rows}
        return found

    def put_central_id(self, work: Work, record_id: str, central: str) -> None:
        """The id the centre gave a record, as part of the act ``work``; a later one counts."""
        work.connection.execute(
            text(
                "INSERT INTO central_id (record, central, action) VALUES (:record, :central, :action) "
                "ON CONFLICT (action, record) DO NOTHING"
            ),
            {"record": record_id, "central": central, "action": work.begin()},
        )


def turn(connection: Connection, action: int, *, back: bool) -> None:
    """Hide what the act ``action`` decided, or show it again."""
    for table in ("decision", "central_id"):
        connection.execute(
            text(f"UPDATE {table} SET taken_back = :back WHERE action = :action"),
            {"back": int(back), "action": action},
        )


def _insert(table: str, names: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def _proposal_values(row: ProposalRow) -> dict[str, Any]:
    given = {name: getattr(row, name) for name in _PROPOSAL}
    return given | {
        name: json.dumps(dict(given[name]) if name == "other" else given[name], ensure_ascii=False)
        for name in _JSON
    }


def _proposal(row: Row[Any]) -> ProposalRow:
    given = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return ProposalRow(**(given | {name: json.loads(given[name]) for name in _JSON}))


def _answers(connection: Connection, rest: str, **given: Any) -> list[AnswerRow]:
    rows = connection.execute(text(f"SELECT {', '.join(_ANSWER)} FROM answer {rest}"), given).mappings().all()
    return [AnswerRow(**{**row, "raw": bytes(row["raw"])}) for row in rows]
