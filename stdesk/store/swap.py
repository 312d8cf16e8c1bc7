"""One set of files for another, in a library's folder: after any interruption the old set or the new one.

The new files are made in ``swap/``. Writing ``swap.json`` decides: from then on the old files go to
``kept/<name>/`` and the new ones take their places, by renaming only; what a power cut or a refusing disk
leaves unfinished, :func:`finish` completes at the next opening. Before that nothing has happened, and
``swap/`` is swept. Nothing is overwritten, nothing old is thrown away.

The library is closed and its lock is held while any of this is called: Windows renames no folder in which a
file is open, and sweeping would take away what another program is preparing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.store.faults import told

FOLDER, NOTE, KEPT = "swap", "swap.json", "kept"
_COMPANIONS = ("-wal", "-shm", "-journal", "-sums", "-hurt")  # of one database, harmful beside another
_NEVER = {FOLDER, NOTE, KEPT, "library.lock"}
_LARGEST = 1 << 20  # bytes of the note
_RETRIES = 50  # Windows: a virus scanner or the explorer may hold a file or folder for a moment
_PAUSE = 0.1  # seconds


def prepare(folder: Path) -> Path:
    """An empty ``swap/`` in the library's ``folder``, to make the new files in.

    Raises:
        UserError: ``swap_pending`` when a swap was decided and is not finished; what the disk refused.
    """
    with told(folder):
        if pending(folder):
            raise UserError("swap_pending", Exit.ENVIRONMENT, path=str(folder))
        discard(folder)
        (folder / FOLDER).mkdir(parents=True)
    return folder / FOLDER


def commit(folder: Path, names: Sequence[str], kept: str) -> Path:
    """Put ``swap/<name>`` in the place of every ``<name>``, and the old one under ``kept/``.

    A name that ``swap/`` does not hold is taken away (kept all the same). With a database go the files that
    SQLite keeps beside it. Every new file is forced to the disk first.

    Args:
        names: relative to the folder, with forward slashes.
        kept: name of the folder under ``kept/``; a number is added when there is one already.

    Returns:
        Where the old ones are now.

    Raises:
        UserError: what the disk refused. When the first move was refused nothing has happened; later the
            swap is finished by :func:`finish`, which the next opening calls.
    """
    with told(folder):
        plan = _plan(folder, names, kept)
        _flush_tree(folder / FOLDER)
        try:
            atomic.write_bytes(folder / NOTE, json.dumps(plan, ensure_ascii=True).encode())
            _carry_out(folder, plan)
        except BaseException:
            if _untouched(folder, plan):
                with contextlib.suppress(OSError):
                    _take_back(folder)
            raise
    return folder / KEPT / str(plan["kept"])


def discard(folder: Path) -> None:
    """Take away what was prepared and not decided. Raises OSError."""
    part = folder / FOLDER
    if part.is_symlink() or part.is_file():
        part.unlink()
    elif part.is_dir():
        shutil.rmtree(part)


def pending(folder: Path) -> bool:
    """Whether a swap was decided that is not finished."""
    note = folder / NOTE
    return note.is_file() and note.stat().st_size > 0  # of size 0: cut off before it was forced to the disk


def finish(folder: Path) -> bool:
    """Complete a swap that was decided; sweep one that was not. Called by every opening for writing.

    Returns:
        Whether one was completed.

    Raises:
        UserError: ``swap_damaged`` when the note says nothing that can be followed, or a file it names is
            gone; what the disk refused.
    """
    with told(folder):
        if not (folder / NOTE).exists() and not os.path.lexists(folder / FOLDER):
            return False
        if not pending(folder):
            _take_back(folder)
            return False
        _carry_out(folder, _read(folder))
    return True


def _plan(folder: Path, names: Sequence[str], kept: str) -> dict[str, Any]:
    steps: list[str] = []
    for name in names:
        _check(name)
        steps.append(name)
        if name.endswith(".db"):
            steps += [name + end for end in _COMPANIONS]
    if not _is_plain(kept):
        raise ValueError(kept)
    label, number = kept, 1
    while os.path.lexists(folder / KEPT / label):
        number += 1
        label = f"{kept}-{number}"
    steps = list(dict.fromkeys(steps))
    gone = [name for name in steps if not os.path.lexists(folder / FOLDER / name)]
    before = [name for name in steps if os.path.lexists(folder / name)]
    return {"names": steps, "gone": gone, "before": before, "kept": label}


def _carry_out(folder: Path, plan: dict[str, Any]) -> None:
    old = folder / KEPT / plan["kept"]
    for name in plan["names"]:
        fresh = name not in plan["gone"]
        new, place = folder / FOLDER / name, folder / name
        waiting = os.path.lexists(new)
        if fresh and not waiting:
            if not os.path.lexists(place):
                raise UserError("swap_damaged", Exit.ENVIRONMENT, path=str(folder), name=name)
            continue  # done before the interruption
        if os.path.lexists(place) and (fresh or name in plan["before"]):
            _move(place, _free(old / name), folder)
        if fresh:
            _move(new, place, folder)
    _take_back(folder)


def _take_back(folder: Path) -> None:
    """The end of a swap: the note first, so that what is swept was decided or never will be."""
    (folder / NOTE).unlink(missing_ok=True)
    atomic.flush_folder(folder)
    with contextlib.suppress(OSError):  # swept another time: it is in nobody's way
        for part in folder.glob(f".{NOTE}.*.part"):
            part.unlink()
        discard(folder)


def _untouched(folder: Path, plan: dict[str, Any]) -> bool:
    """Whether nothing has been moved yet."""
    return all(os.path.lexists(folder / name) for name in plan["before"]) and all(
        os.path.lexists(folder / FOLDER / name) for name in plan["names"] if name not in plan["gone"]
    )


def _move(source: Path, target: Path, top: Path) -> None:
    _make_folders(target.parent, top)
    for left in reversed(range(_RETRIES)):
        try:
            source.rename(target)
        except PermissionError:
            if not left or os.name != "nt":
                raise
            time.sleep(_PAUSE)
        else:
            break
    if target.is_file() and not target.is_symlink():
        atomic.flush(target)  # FAT32: a renamed file is on the medium only when it was forced there again
    atomic.flush_folder(target.parent)
    atomic.flush_folder(source.parent)


def _make_folders(folder: Path, top: Path) -> None:
    """Make ``folder`` and those above it up to ``top``, each forced to the disk."""
    if not folder.is_dir():
        _make_folders(folder.parent, top)
        folder.mkdir()
        atomic.flush_folder(folder.parent)


def _free(target: Path) -> Path:
    """A name not taken: an interrupted move may have left a file under both names on a FAT32 stick."""
    number, free = 1, target
    while os.path.lexists(free):
        number += 1
        free = target.with_name(f"{target.name}-{number}")
    return free


def _flush_tree(top: Path) -> None:
    for folder, _, files in os.walk(top):
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                # Windows forces only what may be written to; elsewhere a file may be read-only.
                with path.open("rb+" if os.name == "nt" else "rb") as file:
                    os.fsync(file.fileno())
        atomic.flush_folder(Path(folder))
    atomic.flush_folder(top.parent)


def _read(folder: Path) -> dict[str, Any]:
    """The note, believed as far as it can be: a folder may come from anywhere."""
    try:
        with (folder / NOTE).open("rb") as file:
            plan = json.loads(file.read(_LARGEST))
        lists = [plan[key] for key in ("names", "gone", "before")]
        for name in [name for names in lists for name in names]:
            _check(name)
        if not isinstance(plan["kept"], str) or not _is_plain(plan["kept"]):
            raise ValueError(plan["kept"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError("swap_damaged", Exit.ENVIRONMENT, path=str(folder), name=NOTE) from error
    return {"names": lists[0], "gone": lists[1], "before": lists[2], "kept": plan["kept"]}


def _check(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or not all(_is_plain(part) for part in parts) or parts[0] in _NEVER:
        raise ValueError(name)


def _is_plain(name: str) -> bool:
    return bool(name) and name not in (".", "..") and not any(sign in name for sign in "/\\:\0")
