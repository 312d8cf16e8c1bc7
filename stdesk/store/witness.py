"""Heads of the history known elsewhere: whether the library went back behind something it once was.

The chain proves that what is there was not changed; it cannot see that its end, or the whole file, was
replaced by an older one. Others remember: each backup's manifest, a small file in this computer's settings
folder (at closing and after each backup), and the centre, whose answers carry back the head that a package
had. Each head known must stand at its place in the chain. After a restore from a backup it does not, and the
act "restored", written at that moment, explains it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from stdesk import atomic, paths
from stdesk.store import chain
from stdesk.store.backups.model import BackupInfo
from stdesk.store.chain import Fault, Head
from stdesk.store.engine import raw
from stdesk.store.faults import told

By = Literal["computer", "backup", "answer"]
_FOLDER = "heads"
_SHORT = 32  # hex digits of a head that are kept and compared
_MOST = 64  # heads kept for a library
_LARGEST = 1 << 16  # bytes of the file
_ID = re.compile("[0-9a-f]{32}")
_WRITTEN = re.compile("([1-9][0-9]{0,9}) ([0-9a-f]{32})")
_EXPLAINS = ("restored", "recovered")


@dataclass(frozen=True, slots=True)
class Known:
    """A head that something outside the library remembers.

    Attributes:
        by: what remembers it. at: when it was noted, UTC timestamp; "" unknown.
        name: which backup or answer; of this computer, which folder, as a short hash.
        count, hash: the head; at least 32 hex digits.
    """

    by: By
    count: int
    hash: str
    at: str = ""
    name: str = ""

    @property
    def said_name(self) -> str:
        """The name of a backup or answer, for a sentence."""
        return self.name if self.by != "computer" else ""


@dataclass(frozen=True, slots=True)
class WentBack:
    """The library does not continue what ``known`` remembers.

    Attributes:
        how: ``shorter`` = it has fewer acts; ``forked`` = it has others. count: how many it has now.
        explained: an act says that it was restored in between, from before that head.
    """

    known: Known
    how: Literal["shorter", "forked"]
    count: int
    explained: bool


def written(head: Head) -> str:
    """A head as packages and answers carry it; "" of an empty history."""
    return str(head) if head.count else ""


def parse(text: str) -> tuple[int, str] | None:
    """Count and hash of a head as packages and answers carry it; ``None``: it is none."""
    found = _WRITTEN.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def compare(connection: Connection | Any, heads: Iterable[Known]) -> list[WentBack]:
    """Which of ``heads`` the chain does not contain at their places."""
    now = chain.head(connection)
    driver = raw(connection) if isinstance(connection, Connection) else connection
    restored = restores(driver)
    found = []
    for known in heads:
        here = chain.at(driver, known.count)
        if known.count <= 0 or here.startswith(known.hash[:_SHORT]):
            continue
        explained = any(_explains(one, known) for one in restored)
        found.append(WentBack(known, "forked" if here else "shorter", now.count, explained))
    return found


def of_backups(backups: Iterable[BackupInfo], library_id: str) -> list[Known]:
    """The heads that these backups remember."""
    return [
        Known("backup", one.count, one.head, one.made_at, one.path.name)
        for one in backups
        if one.library == library_id and one.count and len(one.head) >= _SHORT
    ]


def of_computer(library_id: str) -> list[Known]:
    """The heads that this computer remembers of a library."""
    try:
        place = _place(library_id)
        with place.open("rb") as file:
            said = json.loads(file.read(_LARGEST))
        return [Known(_by(one), int(one["count"]), str(one["hash"]), str(one["at"]), str(one.get("name", "")))
                for one in said["heads"]]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def remember(library_id: str, known: Known) -> None:
    """Let this computer remember a head; what the disk refuses is let go.

    Of its own heads the newest of each folder is kept, of answers all, up to a number.
    """
    if not _ID.fullmatch(library_id) or not known.count:
        return
    before = of_computer(library_id)
    kept = [
        one
        for one in before
        if one.by != known.by or (one.count != known.count if one.by == "answer" else one.name != known.name)
    ]
    lines = [
        {"by": one.by, "count": one.count, "hash": one.hash[:_SHORT], "at": one.at, "name": one.name}
        for one in [*kept, known][-_MOST:]
    ]
    with contextlib.suppress(OSError):
        place = _place(library_id)
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_bytes(place, json.dumps({"heads": lines}).encode())


def look(
    connection: Connection | Any, backups: Iterable[BackupInfo] = (), folder: Path | None = None
) -> list[WentBack]:
    """Compare with everything that remembers this library: this computer, answers taken in, ``backups``.

    Args:
        folder: where it lies: of a library and its copies, which share one id and each go on by themselves, only
            what is known of this one; of one that is new here, all.
    """
    library_id = id_of(raw(connection) if isinstance(connection, Connection) else connection)
    mine = _of_folder(of_computer(library_id), folder)
    return compare(connection, [*mine, *of_backups(backups, library_id)])


def faults(
    connection: Connection | Any, backups: Iterable[BackupInfo], folder: Path | None = None
) -> list[Fault]:
    """What the doctor says: heads that are not there and that no restore explains; see :func:`look`."""
    found = look(connection, backups, folder)
    return [
        Fault(
            one.count,
            f"went_back_{one.known.by}",
            number=one.known.count,
            title=one.known.said_name,
            detail=one.known.at,
        )
        for one in found
        if not one.explained
    ]


def id_of(driver: Any) -> str:
    """The library's own name, 32 hex digits; "" when it has none."""
    row = driver.execute("SELECT value FROM setting WHERE key = 'library:id'").fetchone()
    return str(row[0]) if row else ""


def note(folder: Path, connection: Connection, at: str) -> None:
    """Let this computer remember where the history stands: before the library is closed, when a backup was made.

    A head that this computer knows and the library has not is not forgotten by it.
    """
    with told(folder):
        driver = raw(connection)
        library_id, head = id_of(driver), chain.head(connection)
        mine = [one for one in _of_folder(of_computer(library_id), folder) if one.by == "computer"]
        here = (head.count, head.hash[:_SHORT], _folder_name(folder))
        if any((one.count, one.hash, one.name) == here for one in mine):
            return
        if any(not one.explained for one in compare(driver, mine)):
            return
    remember(library_id, Known("computer", head.count, head.hash, at, _folder_name(folder)))


def _of_folder(known: list[Known], folder: Path | None) -> list[Known]:
    name = _folder_name(folder) if folder is not None else ""
    if not any(one.by == "computer" and one.name == name for one in known):
        return known
    return [one for one in known if one.by != "computer" or one.name == name]


def _folder_name(folder: Path) -> str:
    return hashlib.sha256(os.path.normcase(folder.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[
        :16
    ]


def restores(driver: Any) -> list[tuple[int, str, int]]:
    """Every act that explains going back: its place in the chain, its moment, and how many acts are the same.

    Those are all of the backup, unless it was of another branch: put back, gone on, and put forward again.
    """
    marks = ",".join("?" * len(_EXPLAINS))
    rows = driver.execute(
        f"SELECT a.action, a.at, a.params FROM action a WHERE a.role = 'fixed' AND a.label IN ({marks})",
        _EXPLAINS,
    ).fetchall()
    found = []
    for action, at, params in rows:
        place = driver.execute("SELECT count(*) FROM chain WHERE action <= ?", (action,)).fetchone()[0]
        try:
            said = json.loads(params)
            shared = int(said["common"] if "common" in said else said.get("count") or 0)
        except (ValueError, TypeError, AttributeError):
            shared = 0
        found.append((place, at, shared))
    return found


def _explains(restored: tuple[int, str, int], known: Known) -> bool:
    """Whether the library was set back behind ``known`` after it was noted."""
    place, at, shared = restored
    return known.count >= min(place, shared + 1) and (not known.at or known.at <= at)


def _by(one: dict[str, Any]) -> By:
    return "answer" if one.get("by") == "answer" else "computer"


def _place(library_id: str) -> Path:
    if not _ID.fullmatch(library_id):
        raise ValueError(library_id)
    return paths.settings_folder() / _FOLDER / f"{library_id}.json"
