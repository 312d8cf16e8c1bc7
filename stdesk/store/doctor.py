"""Looking at a library's database and files for damage, without trusting any of it.

The doctor opens the database by itself, read only, so that it can look at one that the program no longer
opens; bytes that are no UTF-8 reach it all the same. Whatever a check stumbles over is a finding.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import struct
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import State
from stdesk.domain.secrecy import LEVELS, is_above
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store import chain, files, frozen, lock, migrations, replay, roles, scrub, sums
from stdesk.store.chain import Fault
from stdesk.store.codec import codec, load_cell
from stdesk.store.engine import give_key
from stdesk.store.tables import KindTable, kind_statements, make_tables, quoted
from stdesk.store.vault import Vault

DATABASE = "library.db"
_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes
_CHUNK = 1_000
_MOST = 1_000  # lines that a pragma may say
_FILES = re.compile(r"\"file\":\s*\"([0-9a-f]{40})\"")


@dataclass
class Patient:
    """A library being looked at.

    Attributes:
        driver: a connection of its own to the database, read only; ``None`` when it does not open.
        reason: why it does not.
    """

    folder: Path
    kinds: Kinds
    vault: Vault | None
    driver: Any
    reason: str = ""

    @classmethod
    def open(cls, folder: Path, kinds: Kinds, vault: Vault | None) -> Patient:
        """Open the database in ``folder``, or find out why it does not."""
        try:
            return cls(folder, kinds, vault, connect(folder, vault))
        except (sqlcipher.Error, OSError, UnicodeError) as error:
            return cls(folder, kinds, vault, None, str(error))

    def close(self) -> None:
        """Let go of the database."""
        if self.driver is not None:
            with contextlib.suppress(sqlcipher.Error):
                self.driver.close()
            self.driver = None


def connect(folder: Path, vault: Vault | None, name: str = DATABASE) -> Any:
    """A connection that only reads; what is no UTF-8 comes as surrogates instead of an error."""
    database = folder / name
    journal = database.with_name(f"{name}-wal")
    # Without a journal nothing is unfinished, and the folder may be one that cannot be written to.
    mode = "mode=ro" if journal.exists() else "mode=ro&immutable=1"
    connection = sqlcipher.connect(
        f"{database.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        give_key(connection, vault.database if vault is not None else None)
        connection.text_factory = _decoded
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _decoded(written: bytes) -> str:
    return written.decode("utf-8", "surrogateescape")


def guarded(look: Callable[[], list[Fault]], code: str = "cannot_look") -> list[Fault]:
    """What ``look`` finds; what it stumbles over is a finding too. Raises only :class:`Cancelled`."""
    try:
        return look()
    except Cancelled:
        raise
    except UserError as error:
        return [Fault(0, code, detail=str(error))]
    except Exception as error:  # noqa: BLE001 - hostile bytes: anything may come of them, and must be told
        return [Fault(0, code, detail=f"{type(error).__name__}: {error}"[:200])]


# -- the file


def look_at_file(patient: Patient) -> list[Fault]:
    """Its head, its length, its journal, and our own sums of its pages."""
    database = patient.folder / DATABASE
    with database.open("rb") as file:
        head = file.read(_HEADER)
    size, found = database.stat().st_size, []
    if patient.vault is None:
        found += _plain_head(head, size)
    elif size % 4096 or not size:
        found.append(Fault(0, "file_cut", detail=str(size)))
    journal = database.with_name(f"{DATABASE}-wal")
    has_journal = journal.exists() and journal.stat().st_size > 0
    if has_journal and (patient.folder / sums.SUMS).exists():
        found.append(Fault(0, "journal_foreign"))
    if not journal.exists() and lock.left_behind(patient.folder / "library.lock"):
        found.append(Fault(0, "journal_missing"))
    bad = None if has_journal else sums.bad_pages(patient.folder)
    found += [Fault(0, "page_changed", detail=str(page)) for page in bad or ()]
    for at, pages in sums.seen(patient.folder):
        found.append(Fault(0, "pages_were_changed", number=len(pages), detail=at))
    return found


def _plain_head(head: bytes, size: int) -> list[Fault]:
    if len(head) < _HEADER or head[:16] != _MAGIC:
        return [Fault(0, "head_wiped")]
    page = struct.unpack(">H", head[16:18])[0]
    page = 65_536 if page == 1 else page
    pages, counter, valid = (struct.unpack(">I", head[at : at + 4])[0] for at in (28, 24, 92))
    if page < 512 or page & (page - 1) or size % page or (counter == valid and pages * page > size):
        return [Fault(0, "file_cut", detail=str(size))]
    return []


def look_at_pages(patient: Patient, *, deep: bool = True) -> list[Fault]:
    """SQLCipher's own sums, then SQLite's integrity check, which reads tables, indexes and search indexes.

    Without ``deep`` indexes are not compared with their tables.
    """
    found = []
    if patient.vault is not None:
        said = patient.driver.execute("PRAGMA cipher_integrity_check").fetchmany(_MOST)
        found += [Fault(0, "page_forged", detail=str(line)) for (line,) in said]
    asked = "integrity_check" if deep else "quick_check"
    said = patient.driver.execute(f"PRAGMA {asked}({_MOST})").fetchall()
    return found + [Fault(0, "page_damaged", detail=str(line)) for (line,) in said if line != "ok"]


def look_at_references(patient: Patient) -> list[Fault]:
    """Rows that name rows which are not there."""
    rows = patient.driver.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    return [Fault(0, "reference_broken", str(table), detail=f"{row} → {to}") for table, row, to, _ in rows]


def look_at_facts(patient: Patient) -> list[Fault]:
    """The schema itself, and rows whose parts say the same thing twice."""
    found = []
    if patient.driver.execute("PRAGMA application_id").fetchone()[0] != 0x5354444B:
        found.append(Fault(0, "schema_differs", detail="application_id"))
    wanted = _schema(patient.driver.execute("PRAGMA user_version").fetchone()[0])
    have = dict(
        patient.driver.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    )
    for name, sql in wanted.items():
        if " ".join(str(have.get(name, "")).split()) != sql:
            found.append(Fault(0, "schema_differs", detail=name))
    return found


@cache
def _schema(version: int) -> dict[str, str]:
    """Name -> SQL of everything that the steps make."""
    if version != migrations.latest():
        return {}
    made = sqlcipher.connect(":memory:", isolation_level=None)
    try:
        for step in migrations.LADDER:
            for statement in step.STATEMENTS:
                made.execute(statement)
        rows = made.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        made.close()
    return {name: " ".join(sql.split()) for name, sql in rows}


# -- what is in it


def look_at_history(patient: Patient, progress: Progress) -> list[Fault]:
    """The chain; see :mod:`stdesk.store.chain`."""
    return chain.verify(patient.driver, progress)


def look_at_records(patient: Patient, progress: Progress) -> list[Fault]:
    """Every record against its history; see :mod:`stdesk.store.replay`."""
    return replay.replay(patient.driver, patient.kinds, progress)


def look_at_settings(patient: Patient) -> list[Fault]:
    """Every setting against its history, and the levels that settings may name."""
    return replay.replay_settings(patient.driver)


def look_at_roles(patient: Patient) -> list[Fault]:
    """Codes of leaders and administrators against the history."""
    return [Fault(0, "role_code_changed", title=one) for one in roles.damaged(patient.driver)]


def newest_act(patient: Patient) -> str:
    """When the last acts were done, a UTC timestamp; "" before the first, and when it cannot be read."""
    return _value(patient, "SELECT max(at) FROM (SELECT at FROM action ORDER BY action DESC LIMIT 20)")


def owes_wiping(patient: Patient) -> bool:
    """Whether words of a record put above the ceiling are still to be wiped; the next opening does it."""
    return bool(_value(patient, f"SELECT value FROM setting WHERE key = '{scrub.DUE}'"))


def _value(patient: Patient, sql: str) -> str:
    with contextlib.suppress(sqlcipher.Error):
        row = patient.driver.execute(sql).fetchone() if patient.driver is not None else None
        return str(row[0] or "") if row is not None else ""
    return ""


def look_at_index(patient: Patient, progress: Progress) -> list[Fault]:
    """The search index of each kind, compared with one made anew in memory."""
    found = []
    for where in make_tables(patient.kinds):
        progress.check()
        found += guarded(partial(_index_differs, patient, where, progress), "index_differs")
    return found


def _index_differs(patient: Patient, where: KindTable, progress: Progress) -> list[Fault]:
    driver, kind = patient.driver, where.kind
    fresh = sqlcipher.connect(":memory:", isolation_level=None)
    try:
        fresh.execute(search_statement(kind))
        fresh.execute(f"INSERT INTO {quoted(where.search)} ({quoted(where.search)}, rank) VALUES ('hashsize', ?)",
                      (64 << 20,))  # fmt: skip
        for part in _searched(driver, where):
            fresh.executemany(
                f"INSERT INTO {quoted(where.search)} (rowid, title, rest, title_exact, rest_exact) "
                "VALUES (?, ?, ?, ?, ?)",
                part,
            )
            progress.check()
        with closing(_terms(driver, where.search)) as have, closing(_terms(fresh, where.search)) as want:
            if any(one != other for one, other in progress.each(zip_longest(have, want))):
                return [Fault(0, "index_differs", kind.name)]
    finally:
        fresh.close()
    return []


def _searched(driver: Any, where: KindTable) -> Iterator[list[tuple[Any, ...]]]:
    """What the search index should hold, a thousand records at a time."""
    row = driver.execute("SELECT value FROM setting WHERE key = 'secrecy_ceiling'").fetchone()
    ceiling, reader, last = row[0] if row else LEVELS[0], codec(where.kind), -(1 << 62)
    sql = (
        f"SELECT k.pk, r.id, {reader.read_columns} FROM {where.name} k JOIN record r ON r.pk = k.pk "
        "WHERE k.pk > ? ORDER BY k.pk LIMIT ?"
    )
    while part := driver.execute(sql, (last, _CHUNK)).fetchall():
        last = part[-1][0]
        records = [(row[0], reader.record(row[1:])) for row in part]
        yield [
            (pk, *reader.found_by(record.number, record.values))
            for pk, record in records
            if not is_above(record.secrecy, ceiling)
        ]


def _terms(driver: Any, search: str) -> Generator[tuple[Any, ...]]:
    """Every word with how often it stands where, then one number for all the places it stands at."""
    weight = "(doc % 9973) * (offset % 9967 + 1) * (length(col) + unicode(term) % 89)"
    for kind, asked in (("col", "term, col, doc, cnt"), ("instance", f"count(*), sum({weight})")):
        driver.execute("DROP TABLE IF EXISTS temp.doctor_terms")
        driver.execute(
            f"CREATE VIRTUAL TABLE temp.doctor_terms USING fts5vocab('main', {quoted(search)}, '{kind}')"
        )
        yield from driver.execute(f"SELECT {asked} FROM temp.doctor_terms")
        driver.execute("DROP TABLE temp.doctor_terms")


def search_statement(kind: Kind) -> str:
    """The statement that makes the search index of ``kind``."""
    return next(one for one in kind_statements(kind) if one.startswith("CREATE VIRTUAL"))


# -- files


@dataclass(frozen=True, slots=True)
class NamedFile:
    """An attachment or signed copy that something names."""

    file: str
    sha512: str
    size: int
    name: str
    kind: str
    number: int
    title: str


def named_files(patient: Patient) -> list[NamedFile]:
    """Every attachment that a record names, and every signed copy, each once."""
    found: dict[str, NamedFile] = {}
    for kind in patient.kinds:
        for field in kind.of_type(FieldType.FILES):
            cell = quoted(field.name)
            sql = f"SELECT number, {quoted(kind.title)}, {cell} FROM {quoted(kind.name)} WHERE {cell} IS NOT NULL"
            for number, title, cells in patient.driver.execute(sql):
                for item in load_cell(cells):
                    one = NamedFile(
                        str(item.get("file", "")), str(item.get("sha512", "")), int(item.get("size") or 0),
                        str(item.get("name", "")), kind.name, number, str(title or ""),
                    )  # fmt: skip
                    found.setdefault(one.file, one)
    for name, file, sha512, size in patient.driver.execute(
        "SELECT name, file, sha512, size FROM signed_copy"
    ):
        found.setdefault(file, NamedFile(file, sha512, size, name, "", 0, name))
    return list(found.values())


def look_at_files(patient: Patient, progress: Progress, *, deep: bool) -> list[Fault]:
    """Attachments that are gone, or (``deep``, every byte is read) are not what they were."""
    named = named_files(patient)
    progress.start(sum(one.size for one in named) if deep else len(named))
    found = []
    for one in named:
        if (code := _file_fault(patient, one, deep)) is not None:
            found.append(Fault(0, code, one.kind, one.number, one.title, one.name))
        progress.step(one.size if deep else 1)
    return found


def _file_fault(patient: Patient, one: NamedFile, deep: bool) -> str | None:
    if one.sha512[:40] != one.file:
        return "file_misnamed"
    path = files.place(patient.folder, one.file, patient.vault)
    if not path.is_file():
        return "file_missing"
    if files.size_of(path, patient.vault) != one.size:
        return "file_changed"
    if deep and not files.is_sound(path, one.sha512, patient.vault):
        return "file_changed"
    return None


def look_at_snapshots(patient: Patient) -> list[Fault]:
    """Frozen reports whose snapshot is gone or is not what was frozen."""
    found = []
    sql = "SELECT period, submission, sha512, folder FROM frozen_report"
    for period, submission, sha512, folder in patient.driver.execute(sql).fetchall():
        path = patient.folder / frozen.FOLDER / str(folder) / frozen.file_name(patient.vault)
        if not path.is_file():
            found.append(Fault(0, "snapshot_missing", number=submission, title=period))
        elif not files.is_sound(path, sha512, patient.vault):
            found.append(Fault(0, "snapshot_changed", number=submission, title=period))
    return found


def orphans(patient: Patient) -> list[Path]:
    """Files under ``files/`` that no record, history line or signed copy names, and unfinished copies."""
    known = {files.place(patient.folder, file, patient.vault).name for file in _ever_named(patient)}
    folder = patient.folder / files.FOLDER
    listed = [path for path in folder.glob("??/*") if path.is_file() and path.name not in known]
    return sorted([*listed, *folder.glob(".*.part")])


def strangers(patient: Patient) -> list[Path]:
    """Those of :func:`orphans` that the program did not put there itself, whole. Raises OSError."""
    return [
        path for path in orphans(patient) if path.suffix == ".part" or not files.is_own(path, patient.vault)
    ]


def _ever_named(patient: Patient) -> set[str]:
    named = {one.file for one in named_files(patient)}
    sql = "SELECT before, after FROM change WHERE before LIKE '%\"sha512\"%' OR after LIKE '%\"sha512\"%'"
    for images in patient.driver.execute(sql):
        for image in images:
            if image is not None:
                named |= set(_FILES.findall(image))
    drafts = patient.driver.execute("SELECT content FROM draft WHERE content IS NOT NULL").fetchall()
    return named | {file for (content,) in drafts for file in _FILES.findall(content)}


def counts(patient: Patient) -> dict[str, int]:
    """Records of each kind that are not in the trash."""
    trashed = State.TRASHED.value
    return {
        kind.name: patient.driver.execute(
            f"SELECT count(*) FROM {quoted(kind.name)} WHERE state <> ?", (trashed,)
        ).fetchone()[0]
        for kind in patient.kinds
    }


def digest_of(path: Path) -> str:
    """SHA-512 of a file as it lies on the disk."""
    digest = hashlib.sha512()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
