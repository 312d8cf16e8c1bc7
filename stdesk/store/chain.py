"""The history chained by hash: a line that was changed, cut, put in or moved shows.

Each act has a row in ``chain``. Its *content* is a BLAKE2b-256 (RFC 7693) over the act's line, the rows of
``change`` with the records they name, the rows of ``setting_change``, and what the act had forgotten; it is
keyed with a random nonce of the act's own, so that what was forgotten cannot be guessed from it. Its *hash*
is SHA-512(hash of the act before | number of the act, 8 bytes | content), 64 zero bytes before the first.

What is classified above the ceiling leaves the history (``history.forget_content``). The acts it is taken
from lose their nonce, and the act that forgets says in ``chain_forgotten`` what is left of them, under a new
nonce: that is part of its own content, so they can still be verified, as far as they are still there. A
second forgetting clears the nonce of the first one's word and gives its own.

``undone`` is outside: undo and redo are acts themselves, and it follows from them (:func:`verify` works it
out). The chain cannot see that its end was cut off together with the acts and ``chain_head``: for that a
head must be known elsewhere, see :mod:`stdesk.store.witness`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from stdesk.progress import Progress
from stdesk.store.engine import raw

FIRST: Final = bytes(64)
_PERSON = b"stdesk-chain-1"
_NONCE = 16  # bytes
_MANY = 5_000
_PENDING = "stdesk_forgotten"  # in Connection.info: what this transaction had forgotten and is not yet sealed


def _written(mark: str, *cells: str) -> str:
    """SQL for a row as bytes, so that no two rows are written alike: each value with its length in bytes."""
    each = (f"coalesce(length(CAST({cell} AS BLOB)) || ':' || {cell}, '-')" for cell in cells)
    return f"CAST('{mark}' || {' || '.join(each)} AS BLOB)"


_ACTS = (
    f"SELECT action, {_written('A', 'at', 'who', 'label', 'params', 'role', 'undo_of', 'touched')} "
    "FROM action WHERE action > ? AND action <= ? ORDER BY action"
)
_CHANGES = (
    "SELECT c.action, "
    f"{_written('C', 'c.record', 'r.id', 'r.kind', 'r.number', 'c.version', 'c.before', 'c.after')} "
    "FROM change c LEFT JOIN record r ON r.pk = c.record "
    "WHERE c.action > ? AND c.action <= ? ORDER BY c.action, c.record"
)
_SETTINGS = (
    f"SELECT action, {_written('S', 'key', 'before', 'after')} FROM setting_change "
    "WHERE action > ? AND action <= ? ORDER BY action, key"
)
_FORGOTTEN = (
    f"SELECT forgotten_by, {_written('F', 'action', 'hex(content)')} FROM chain_forgotten "
    "WHERE forgotten_by > ? AND forgotten_by <= ? ORDER BY forgotten_by, action"
)
_Row: TypeAlias = tuple[int, "bytes | None", bytes, bytes]  # of chain
_LATEST = 1 << 62
_NO_ROW: tuple[int, bytes | None] = (_LATEST + 1, None)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the history stands.

    Attributes:
        count: acts chained. hash: of the newest, 128 hex digits; zeros of an empty history.
    """

    count: int
    hash: str

    def __str__(self) -> str:
        """As packages and paper carry it: the count and the first 32 hex digits."""
        return f"{self.count} {self.hash[:32]}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where history or records are not what was written.

    Attributes:
        action: number of the act; 0 when it is no act's.
        code: ``act_changed``, ``act_gone``, ``act_not_chained``, ``link_broken``, ``head_differs``,
            ``forgotten_without_act``, ``stray_change``, ``undone_differs``; those of
            :mod:`stdesk.store.replay` and of the doctor.
        kind, number, title: the record, where one is known. detail: for the report: a field, a key.
    """

    action: int
    code: str
    kind: str = ""
    number: int = 0
    title: str = ""
    detail: str = ""


# -- writing


def seal(connection: Connection) -> None:
    """Chain every act that is not chained yet; the last thing of every transaction that writes."""
    driver = raw(connection)
    row = driver.execute(
        "SELECT (SELECT max(action) FROM action), h.action, h.count, h.hash "
        "FROM (SELECT 1) LEFT JOIN chain_head h ON h.place = 1"
    ).fetchone()
    newest = row[0] or 0
    last, count, previous = row[1:] if row[3] is not None else _end(driver)
    if newest <= last:
        connection.info.pop(_PENDING, None)
        return
    pending: set[tuple[int, int]] = connection.info.pop(_PENDING, None) or set()
    if pending:
        _vouch(driver, pending, last)
    rows: list[tuple[int, bytes, bytes, bytes]] = []
    nonces: dict[int, bytes] = {}
    for action, content in _Acts(driver, last, newest, lambda one: nonces.setdefault(one, _nonce())):
        previous = link(previous, action, content)
        rows.append((action, nonces.pop(action), content, previous))
        count += 1
        if len(rows) >= _MANY:
            _put(driver, rows)
    _put(driver, rows)
    driver.execute(
        "INSERT INTO chain_head (place, action, count, hash) VALUES (1, ?, ?, ?) ON CONFLICT (place) "
        "DO UPDATE SET action = excluded.action, count = excluded.count, hash = excluded.hash",
        (newest, count, previous),
    )


def forget(connection: Connection, actions: Iterable[int], by: int) -> None:
    """Note that the act ``by`` of this transaction changes what is kept of earlier ``actions``."""
    driver = raw(connection)
    pending: set[tuple[int, int]] = connection.info.setdefault(_PENDING, set())
    for action in actions:
        if action != by and (action, by) not in pending:
            driver.execute("UPDATE chain SET nonce = NULL WHERE action = ?", (action,))
            driver.execute("UPDATE chain_forgotten SET nonce = NULL WHERE action = ?", (action,))
            pending.add((action, by))


def link(previous: bytes, action: int, content: bytes) -> bytes:
    """The hash of an act from the one before."""
    return hashlib.sha512(previous + action.to_bytes(8, "big") + content).digest()


def _end(driver: Any) -> tuple[int, int, bytes]:
    """Action, count and hash of the chain's last row, when no head says them."""
    row = driver.execute("SELECT action, hash FROM chain ORDER BY action DESC LIMIT 1").fetchone()
    if row is None:
        return 0, 0, FIRST
    return row[0], driver.execute("SELECT count(*) FROM chain").fetchone()[0], row[1]


def _put(driver: Any, rows: list[tuple[int, bytes, bytes, bytes]]) -> None:
    if len(rows) == 1:
        driver.execute("INSERT INTO chain (action, nonce, content, hash) VALUES (?, ?, ?, ?)", rows[0])
    elif rows:
        driver.executemany("INSERT INTO chain (action, nonce, content, hash) VALUES (?, ?, ?, ?)", rows)
    rows.clear()


def _vouch(driver: Any, pending: set[tuple[int, int]], last: int) -> None:
    """Say in the name of the forgetting acts what is left of those they had forgotten."""
    for action, by in sorted(pending):
        lost = driver.execute("SELECT nonce IS NULL FROM chain WHERE action = ?", (action,)).fetchone()
        if by <= last or lost != (1,):  # of an act that was rolled back
            continue
        nonce = _nonce()
        for _, content in _Acts(driver, action - 1, action, {action: nonce}.__getitem__):
            driver.execute(
                "INSERT INTO chain_forgotten (action, forgotten_by, nonce, content) VALUES (?, ?, ?, ?)",
                (action, by, nonce, content),
            )


def _nonce() -> bytes:
    return secrets.token_bytes(_NONCE)


# -- reading


def head(connection: Connection | Any) -> Head:
    """Where the history stands; nothing is verified."""
    driver = _driver(connection)
    row = driver.execute("SELECT count, hash FROM chain_head WHERE place = 1").fetchone()
    if row is None:
        _, count, last = _end(driver)
        return Head(count, last.hex())
    return Head(row[0], row[1].hex())


def at(connection: Connection | Any, count: int) -> str:
    """The hash that the history had after ``count`` acts, 128 hex digits; "" when it has not so many."""
    if count == 0:
        return FIRST.hex()
    sql = "SELECT hash FROM chain ORDER BY action LIMIT 1 OFFSET ?"
    row = _driver(connection).execute(sql, (count - 1,)).fetchone()
    return row[0].hex() if row is not None else ""


def heads(connection: Connection | Any) -> list[bytes]:
    """The hash that the history had after each act, the first act's first; empty of one that is not chained."""
    driver = _driver(connection)
    if not driver.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'chain'").fetchone():
        return []
    return [made for (made,) in driver.execute("SELECT hash FROM chain ORDER BY action")]


def verify(connection: Connection | Any, progress: Progress | None = None) -> list[Fault]:
    """Read the whole chain against the acts it speaks of; empty when it is as it was written.

    Args:
        connection: an open library's, or the driver's own. progress: counts the acts.

    Raises:
        Cancelled: it was stopped; what the database cannot read.
    """
    return _Reader(_driver(connection), progress or Progress()).read()


def _driver(connection: Connection | Any) -> Any:
    return raw(connection) if isinstance(connection, Connection) else connection


class _Acts:
    """The contents of the acts after ``last`` up to ``newest``, in order; every table is read once.

    Attributes:
        strays: the acts that rows name and that are not there; known when all have been read.
    """

    def __init__(self, driver: Any, last: int, newest: int, nonce_of: Callable[[int], bytes]) -> None:
        span = (last, newest)
        self._nonce_of = nonce_of
        self._acts = driver.cursor().execute(_ACTS, span)
        self._rows = [_Rows(driver.cursor().execute(sql, span)) for sql in (_CHANGES, _SETTINGS, _FORGOTTEN)]
        self.strays: set[int] = set()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for action, line in self._acts:
            digest = hashlib.blake2b(line, digest_size=32, key=self._nonce_of(action), person=_PERSON)
            for rows in self._rows:
                if rows.action <= action:
                    self.strays |= rows.feed(action, digest.update)
            yield action, digest.digest()
        for rows in self._rows:
            self.strays |= rows.feed(_LATEST + 1, lambda _: None)


class _Rows:
    """The rows of one table in the order of their acts.

    Attributes:
        action: the act of the next row; one that cannot be when there is none.
    """

    def __init__(self, rows: Iterator[tuple[int, bytes]]) -> None:
        self._rows = rows
        self.action, self._row = next(rows, _NO_ROW)

    def feed(self, action: int, update: Callable[[bytes], None]) -> set[int]:
        """Give the rows of ``action`` to ``update``; returns the acts of rows passed over."""
        strays = set()
        while self.action <= action:
            if self._row is None:
                break
            if self.action == action:
                update(self._row)
            else:
                strays.add(self.action)
            self.action, self._row = next(self._rows, _NO_ROW)
        return strays


class _Reader:
    """One verification under way."""

    def __init__(self, driver: Any, progress: Progress) -> None:
        self.driver = driver
        self.progress = progress
        self.faults: list[Fault] = []
        self.previous = FIRST
        self.count = 0
        self.last = 0
        self.words: dict[int, tuple[bytes | None, bytes]] = {}
        self.chained: Iterator[_Row] = iter(())
        self.row: _Row | None = None
        self.said: bytes | None = None

    def read(self) -> list[Fault]:
        total = self.driver.execute("SELECT count(*) FROM action").fetchone()[0]
        self.progress.start(total)
        sql = "SELECT action, nonce, content FROM chain_forgotten ORDER BY action, forgotten_by"
        for action, nonce, content in self.driver.execute(sql):
            if (
                self.words.get(action, (None, b""))[0] is not None
            ):  # a later word clears the earlier one's nonce
                self.faults.append(Fault(action, "forgotten_without_act"))
            self.words[action] = (nonce, content)
        self.chained = self.driver.cursor().execute(
            "SELECT action, nonce, content, hash FROM chain ORDER BY action"
        )
        self._advance()
        acts = _Acts(self.driver, -_LATEST, _LATEST, self._nonce_of)
        for action, content in acts:
            self._compare(action, content)
            if action % 1_000 == 0:
                self.progress.step(1_000)
        while self.row is not None:
            self._gone(self.row)
        self.faults += [Fault(action, "stray_change") for action in sorted(acts.strays)]
        self._check_head()
        self._check_undone()
        return self.faults

    def _advance(self) -> None:
        self.row = next(self.chained, None)

    def _nonce_of(self, action: int) -> bytes:
        """The nonce under which something is said of ``action``; rows of acts that are gone are passed."""
        while self.row is not None and self.row[0] < action:
            self._gone(self.row)
        if self.row is None or self.row[0] != action:
            self.said = None
            return b""
        nonce, self.said = self.row[1:3]
        if nonce is None:
            nonce, self.said = self.words.get(action, (None, b""))
        if nonce is None or len(nonce) > hashlib.blake2b.MAX_KEY_SIZE:
            self.said = b""
        return nonce if nonce is not None and self.said else b""

    def _compare(self, action: int, content: bytes) -> None:
        if self.row is None or self.row[0] != action:
            self.faults.append(Fault(action, "act_not_chained"))
            return
        if not self.said:
            self.faults.append(Fault(action, "forgotten_without_act"))
        elif content != self.said:
            self.faults.append(Fault(action, "act_changed"))
        self._link(self.row)
        self._advance()

    def _gone(self, row: _Row) -> None:
        self.faults.append(Fault(row[0], "act_gone"))
        self._link(row)
        self._advance()

    def _link(self, row: _Row) -> None:
        action, _, content, written = row
        if action < 0 or link(self.previous, action, content) != written:
            self.faults.append(Fault(action, "link_broken"))
        self.previous, self.last = written, action
        self.count += 1

    def _check_head(self) -> None:
        row = self.driver.execute("SELECT action, count, hash FROM chain_head").fetchall()
        if row != ([(self.last, self.count, self.previous)] if self.count else []):
            self.faults.append(Fault(self.last, "head_differs"))

    def _check_undone(self) -> None:
        sql = """
            SELECT a.action FROM action a
            LEFT JOIN (SELECT undo_of, max(action) AS last FROM action WHERE undo_of IS NOT NULL
                       GROUP BY undo_of) s ON s.undo_of = a.action
            LEFT JOIN action w ON w.action = s.last
            WHERE a.undone <> CASE WHEN a.role <> 'act' OR w.role IS NOT 'undo' THEN 0
                WHEN s.last < (SELECT max(action) FROM action WHERE role = 'act') THEN 2 ELSE 1 END
        """
        self.faults += [Fault(action, "undone_differs") for (action,) in self.driver.execute(sql)]
