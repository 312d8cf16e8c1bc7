"""A folder that packages are copied into: looked through once or again and again, nothing in it moved.

A file is taken when whoever writes it is done: ``NAME.part`` is still being written; with a finished mark
``NAME.ok`` beside it the file is whole at once; without one its size must not have changed between two looks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from stdesk.central import events, tables
from stdesk.central.context import Context, put
from stdesk.central.events import plain
from stdesk.central.model import Taken
from stdesk.clock import timestamp
from stdesk.errors import UserError, from_os_error
from stdesk.package.layout import shown
from stdesk.progress import Progress

_ENDS = (".zip", ".zip.age")
_DEEPEST = 3  # folders within the inbox: one a unit, one a year
_MOST = 200_000  # files of one look
_BATCH = 500  # files asked for in one query
_UNREAD = "unread"  # outcome of a file that the system does not give: it may tomorrow
_OURS = ("disk_full", "read_only_medium")  # not the file's fault, though it is named
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
    for one in _wanted(context, found, again, progress):
        if not one.marked and not _at_rest(context, one):
            continue
        result = _taken(context, one, take, progress)
        if result is not None:
            taken.append(result)
    return taken


def _taken(
    context: Context, file: _File, take: Callable[[Path, Progress], Taken], progress: Progress
) -> Taken | None:
    """What became of a file. One that cannot be read is told of once, tried again, and keeps no other waiting."""
    try:
        result = take(file.path, progress)
    except UserError as error:
        if error.params.get("path") not in (str(file.path), f"{file.path}.json") or error.code in _OURS:
            raise  # not this file: the database, the centre's own folder
        before = _seen(context, file)
        _remember(context, file, _UNREAD, "")
        if before is not None and before[0] == _UNREAD:
            return None
        name = shown(file.path.name)
        with context.database.writing() as connection:
            events.add(context, connection, "refused", file=name, code=error.code, params=error.params)
        return Taken("refused", name, code=error.code, sentence=str(error))
    _remember(context, file, result.outcome, result.package.fingerprint if result.package else "")
    return result


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


def _wanted(context: Context, files: Sequence[_File], again: bool, progress: Progress) -> Iterator[_File]:
    """The files that were not looked at as they are now; an inbox that nobody empties grows for years."""
    done = ("refused",) if again else ()
    table = tables.seen
    for at in range(0, len(files), _BATCH):
        batch = files[at : at + _BATCH]
        progress.check()
        wanted = select(table).where(table.c.path.in_([_name(one) for one in batch]))
        with context.database.reading() as connection:
            rows = {row.path: row for row in connection.execute(wanted)}
        for one in batch:
            progress.check()
            row = rows.get(_name(one))
            same = row is not None and (row.size, row.changed_ns) == (one.size, one.changed_ns)
            if row is None or not same or row.outcome in (_LOOKED, _UNREAD, *done):
                yield one


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
    name = str(file.path.absolute())  # a name that is no UTF-8 stays apart from another such
    return plain(name.encode("utf-8", "backslashreplace").decode())
