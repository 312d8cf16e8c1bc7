"""What goes into a package, handed over by whoever froze the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """What the package says about itself; all of it stands in ``bag-info.txt``.

    Attributes:
        unit_code, unit_name: the sender.
        period: "2026" or "2026-H1".
        submission: lần nộp, from 1.
        counts: kind -> number of records carried.
        secrecy: code of the highest level carried.
        rule_set, rule_hash: version and hash of the rules the report was checked with.
        created: when the report was frozen, UTC, ``2026-11-05T01:30:00Z``; never the time of writing.
        program: name and version, "STDesk 0.1.0".
        trial: frozen although something blocks; marked THỬ everywhere.
        snapshot_hash: SHA-512, hex, of the bytes of ``snapshot.json``.
        left_out: records above the library's ceiling, counted and not carried.
        delta: only what changed since the accepted package ``base`` is carried.
        base: fingerprint of that package; base_receipt: id of the answer that accepted it.
        line: UUID of the row of packages this one belongs to: one library's, until it is restored.
        sequence: its place in that row, from 1; 0 for a trial, which belongs to none.
        previous: fingerprint of the package before it in the row (of a new row: the last one the
            centre is known to have); "" for the very first.
        withdrawn: lines of ``withdrawn.jsonl``.
        key: id of the key it is signed with, 16 capital hex digits; "" unsigned.
        part, parts: of a package in several bags; 1 of 1 otherwise.
        history: where the library's history stood when the package was first made: the number of acts and 32
            hex digits of its hash, "2026 0f3a…"; "" of a library that has no chained history.
    """

    unit_code: str
    unit_name: str
    period: str
    submission: int
    counts: Mapping[str, int]
    secrecy: str
    rule_set: str
    rule_hash: str
    created: str
    program: str
    snapshot_hash: str
    trial: bool = False
    left_out: int = 0
    delta: bool = False
    base_receipt: str = ""
    base: str = ""
    line: str = ""
    sequence: int = 0
    previous: str = ""
    withdrawn: int = 0
    key: str = ""
    part: int = 1
    parts: int = 1
    history: str = ""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """An attachment of the library, wherever and however it lies there.

    Attributes:
        name: as the person called it; the package stores it under a neutral name.
        sha512: hex; ``None`` when nobody knows it yet (it is then read once more).
        size: in bytes, as recorded.
        open: opens it at its first byte; raises OSError, or a UserError that says what is wrong with it.
        record: id of the record it belongs to.
    """

    name: str
    sha512: str | None
    size: int
    open: Callable[[], BinaryIO]
    record: str


@dataclass(frozen=True, slots=True)
class PackageContent:
    """A whole package before it is written.

    Attributes:
        info: see :class:`PackageInfo`.
        snapshot: the canonical bytes of the frozen report.
        documents: file name -> bytes, for the top of ``data/`` ("bao-cao.pdf").
        records: kind -> records ready for JSON, each with its ``id``.
        schemas: kind -> Frictionless Table Schema.
        titles: kind -> its Vietnamese label.
        files: attachments, in the order of their records.
        withdrawn: records of the base that are no longer handed in: ``id``, ``kind``, ``number``, ``reason``.
        answers: what the centre answered so far, a line each (:mod:`stdesk.package.answer`).
    """

    info: PackageInfo
    snapshot: bytes
    documents: Mapping[str, bytes]
    records: Mapping[str, Sequence[Mapping[str, Any]]]
    schemas: Mapping[str, Mapping[str, Any]]
    titles: Mapping[str, str]
    files: Sequence[PackageFile]
    withdrawn: Sequence[Mapping[str, Any]] = ()
    answers: Sequence[Mapping[str, Any]] = ()
