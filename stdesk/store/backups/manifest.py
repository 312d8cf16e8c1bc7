"""The two small files of a backup: what it is, and which files belong to it. Read as if an enemy wrote them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.store.backups.model import DATABASE, FILES, FORMAT, MANIFEST, WHY, BackupInfo, FileEntry
from stdesk.store.faults import told

_LARGEST, _LARGEST_LIST = 1 << 20, 64 << 20  # bytes
_MOST = 1 << 62
_FOLDER = re.compile(r"\d{8}-\d{6}-[a-z]{4,9}(-\d{1,4})?")
_WHERE = re.compile(
    r"files/[0-9a-f]{2}/[0-9a-f]{40}"
    r"|reports/[0-9A-Za-z][0-9A-Za-z-]{0,59}/[0-9A-Za-z][0-9A-Za-z._-]{0,59}"
)
_NAME = re.compile(r"[0-9a-f]{40}")
_HASH = re.compile(r"([0-9a-f]{128})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SHAPES = {
    "made_at": _MOMENT, "why": re.compile("|".join(WHY)), "library": re.compile(r"([0-9a-f]{32})?"),
    "unit": re.compile(r"[^\x00-\x1f]{0,500}"), "head": _HASH, "state": re.compile(r"[0-9a-f]{0,64}"),
    "sha512": _HASH, "list_sha512": _HASH,
}  # fmt: skip
_NUMBERS = ("sequence", "schema", "count", "files", "files_size", "size")
_TABLES = ("counts", "tables")
_FLAGS = ("locked", "deep")
_WRITTEN = (*_SHAPES, *_NUMBERS, *_TABLES, *_FLAGS, "left_out")


def is_name(name: str) -> bool:
    """Whether a folder of this name may be a backup."""
    return _FOLDER.fullmatch(name) is not None


def write(info: BackupInfo) -> None:
    """Write the manifest: from now on there is a backup. Raises OSError."""
    said = {field.name: getattr(info, field.name) for field in fields(info) if field.name in _WRITTEN}
    body = {"format": FORMAT, **{k: dict(v) if isinstance(v, Mapping) else v for k, v in said.items()}}
    atomic.write_bytes(info.path / MANIFEST, json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n")


def read(folder: Path) -> BackupInfo:
    """What the backup in ``folder`` says of itself; with ``problem`` when that cannot be believed.

    Raises:
        UserError: what the disk refused.
    """
    path = folder / MANIFEST
    with told(path), path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    try:
        info = _parsed(folder, content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return BackupInfo(folder, ok=False, problem="backup_unreadable")
    database = folder / DATABASE
    if database.is_symlink() or not database.is_file():
        return replace(info, ok=False, problem="backup_incomplete")
    return info


def write_list(folder: Path, entries: Iterable[FileEntry]) -> str:
    """Write the list of files; returns its SHA-512. Raises OSError."""
    lines = [f"{one.size}\t{one.name}\t{one.sha512}\t{one.where}\n" for one in entries]
    content = "".join(lines).encode("ascii")
    atomic.write_bytes(folder / FILES, content)
    return hashlib.sha512(content).hexdigest()


def read_list(info: BackupInfo) -> list[FileEntry]:
    """The files that belong to ``info``.

    Raises:
        UserError: ``backup_unreadable`` when the list is not the one written with it, or names places where
            no file of a library lies; what the disk refused.
    """
    try:
        return [_entry(line) for line in _lines(info)]
    except ValueError as error:
        raise UserError("backup_unreadable", Exit.ENVIRONMENT, path=str(info.path)) from error


def read_names(info: BackupInfo) -> set[str]:
    """What the files of ``info`` are called in the pool; quick, and for comparing only: the names are not looked at.

    Raises what :func:`read_list` does.
    """
    try:
        return {line.split("\t", 2)[1] for line in _lines(info)}
    except (ValueError, IndexError) as error:
        raise UserError("backup_unreadable", Exit.ENVIRONMENT, path=str(info.path)) from error


def _lines(info: BackupInfo) -> list[str]:
    path = info.path / FILES
    with told(path), path.open("rb") as file:
        content = file.read(_LARGEST_LIST + 1)
    if hashlib.sha512(content).hexdigest() != info.list_sha512:
        raise ValueError(FILES)
    return content.decode("ascii").splitlines()


def _parsed(folder: Path, content: bytes) -> BackupInfo:
    if len(content) > _LARGEST:
        raise ValueError(MANIFEST)
    body = json.loads(content)
    if body["format"] != FORMAT:
        raise ValueError(body["format"])
    for name, shape in _SHAPES.items():
        if not isinstance(body[name], str) or not shape.fullmatch(body[name]):
            raise ValueError(name)
    for name in _NUMBERS:
        _number(body[name])
    for name in _FLAGS:
        if not isinstance(body[name], bool):
            raise ValueError(name)
    counted: dict[str, Any] = {
        name: {_word(k): _number(v) for k, v in body[name].items()} for name in _TABLES
    }
    left_out = tuple(_place(one) for one in body["left_out"])
    plain: dict[str, Any] = {name: body[name] for name in (*_SHAPES, *_NUMBERS, *_FLAGS)}
    info = BackupInfo(folder, **plain, **counted, left_out=left_out)
    if not 1 < info.moment.year < 9999:  # or what is worked out from it overflows
        raise ValueError(info.made_at)
    return info


def _entry(line: str) -> FileEntry:
    size, name, sha512, where = line.split("\t")
    if not _NAME.fullmatch(name) or not _HASH.fullmatch(sha512):
        raise ValueError(line)
    return FileEntry(_place(where), _number(int(size)), name, sha512)


def _place(where: Any) -> str:
    if not isinstance(where, str) or not _WHERE.fullmatch(where):
        raise ValueError(where)
    return where


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise ValueError(value)
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100:
        raise ValueError(value)
    return value
