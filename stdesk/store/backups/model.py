"""What is known of a backup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

WHY = ("hourly", "start", "closing", "migration", "import", "bulk", "restore", "mend", "place", "manual")
MANIFEST, FILES, POOL, LOCK = "backup.json", "files.txt", "files", "backups.lock"
DATABASE, KEY = "library.db", "library.key"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """One backup, as its manifest tells.

    Attributes:
        path: its folder. place: the repository it lies in (its parent).
        sequence: its order among the backups of its place, rising; the clock may have jumped.
        made_at: UTC timestamp. why: one of :data:`WHY`.
        library: id of the library it was made of ("" of one older than ids). unit: the unit's name, "" when
            the library is locked.
        schema: of its database. locked: its database and files are encrypted.
        counts: kind -> records that are not in the trash. tables: table -> rows.
        head, count: of the history: the last act's chain hash in hexadecimal, and the number of acts.
        state: a short mark of everything in the database that a backup is made for; equal marks: nothing
            changed in between.
        files, files_size: attachments and snapshots it names, and their bytes.
        size: bytes of all it holds. own_size: bytes that taking it away would free.
        deep: it was checked in depth when it was made.
        ok: nothing is known against it. problem: else what, a code of ``resources/messages``.
        sha512: of its database file. list_sha512: of its list of files.
        left_out: attachments that the library itself no longer had as they were, by their place in it.
    """

    path: Path
    sequence: int = 0
    made_at: str = ""
    why: str = "manual"
    library: str = ""
    unit: str = ""
    schema: int = 0
    locked: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, int] = field(default_factory=dict)
    head: str = ""
    count: int = 0
    state: str = ""
    files: int = 0
    files_size: int = 0
    size: int = 0
    own_size: int = 0
    deep: bool = False
    ok: bool = True
    problem: str = ""
    sha512: str = ""
    list_sha512: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def place(self) -> Path:
        """The repository."""
        return self.path.parent

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at) if self.made_at else datetime.fromtimestamp(0, UTC)

    @property
    def by_hand(self) -> bool:
        """A person asked for it."""
        return self.why == "manual"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that belongs to a backup.

    Attributes:
        where: its place in the library's folder, with forward slashes. size: bytes, as it lies on the disk.
        name: what it is called in the pool, 40 hex digits: those of a file nobody encrypted begin its SHA-512.
        sha512: of the file as it lies on the disk; "" when ``name`` says it.
    """

    where: str
    size: int
    name: str
    sha512: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How many records of a kind the library has now and had then; not in the trash."""

    kind: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """What pruning took away.

    Attributes:
        removed: the backups. freed: bytes. by_hand: those of ``removed`` that a person had asked for.
        over: bytes by which the place is still over its budget.
        kept: folders of what restoring had replaced long ago, taken away too.
    """

    removed: tuple[BackupInfo, ...] = ()
    freed: int = 0
    by_hand: tuple[BackupInfo, ...] = ()
    over: int = 0
    kept: tuple[Path, ...] = ()
