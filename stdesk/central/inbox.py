"""A folder that packages are copied into: looked through once or again and again, nothing in it moved.

A file is taken when whoever writes it is done: ``NAME.part`` is still being written; with a finished mark
``NAME.ok`` beside it the file is whole at once; without one its size must not have changed between two looks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from stdesk.central import tables
from stdesk.central.context import Context, put
from stdesk.central.events import plain
from stdesk.central.model import Taken
from stdesk.clock import timestamp
from stdesk.errors import from_os_error
from stdesk.progress import Progress

_ENDS = (".zip", ".zip.age")
_DEEPEST = 3  # folders within the inbox: one a unit, one a year
_MOST = 20_000  # files of one look
_LOOKED = "looked"  # outcome of a file whose size is to be compared at the next look
_SETTLED_NS = 5 * 10**9  # a file that nobody touched for so long is whole


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    changed_ns: int
    marked: bool


def take_folder(
    context: Context,
    folder: Path,
    take: Callable[[Path, Progress], Taken],
    progress: Progress,
    *,
    again: bool,
) -> list[Taken]:
    """See :meth:`stdesk.central.agency.Agency.intake_folder`."""
    found = sorted(_files(folder), key=lambda one: one.path)
    taken = []
    for one in found:
        progress.check()
        if not _wanted(context, one, again):
            continue
        if not one.marked and not _at_rest(context, one):
            continue
        result = take(one.path, progress)
        _remember(context, one, result.outcome, result.package.fingerprint if result.package else "")
        taken.append(result)
    return taken


def _files(folder: Path) -> Iterator[_File]:
    """Packages in ``folder`` and a few folders below; links are not followed."""
    count = 0
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            if depth:
                continue
            raise from_os_error(error, folder) from error
        names = {entry.name for entry in entries}
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                    waiting.append((Path(entry.path), depth + 1))
                elif entry.is_file(follow_symlinks=False) and _is_package(entry.name, names):
                    count += 1
                    if count > _MOST:
                        return
                    facts = entry.stat(follow_symlinks=False)
                    marked = f"{entry.name}.ok" in names
                    yield _File(Path(entry.path), facts.st_size, facts.st_mtime_ns, marked)


def _is_package(name: str, names: set[str]) -> bool:
    if name.startswith(".") or not name.lower().endswith(_ENDS):
        return False
    if name.endswith(".age"):  # its header comes last
        return f"{name}.json" in names
    return True


def _wanted(context: Context, file: _File, again: bool) -> bool:
    row = _seen(context, file)
    if row is None or row[0] == _LOOKED:
        return True
    return again and row[0] == "refused"


def _at_rest(context: Context, file: _File) -> bool:
    """Whether nobody writes it any more: as it was at the look before, or untouched for a while."""
    if _seen(context, file) is not None or _now_ns(context) - file.changed_ns > _SETTLED_NS:
        return True
    _remember(context, file, _LOOKED, "")
    return False


def _now_ns(context: Context) -> int:
    return int(context.clock().timestamp() * 10**9)


def _seen(context: Context, file: _File) -> tuple[str, str] | None:
    """Outcome and time of the last look at this very file, size and time of change included."""
    table = tables.seen
    wanted = select(table.c.outcome, table.c.at).where(
        table.c.path == _name(file), table.c.size == file.size, table.c.changed_ns == file.changed_ns
    )
    with context.database.reading() as connection:
        row = connection.execute(wanted).first()
    return (row.outcome, row.at) if row else None


def _remember(context: Context, file: _File, outcome: str, fingerprint: str) -> None:
    values = {
        "size": file.size, "changed_ns": file.changed_ns, "outcome": outcome, "fingerprint": fingerprint,
        "at": timestamp(context.clock()),
    }  # fmt: skip
    with context.database.writing() as connection:
        put(connection, tables.seen, {"path": _name(file)}, values)


def _name(file: _File) -> str:
    return plain(str(file.path.absolute()))
