"""The tables of a package, line by line: records, withdrawals, answers, attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from stdesk.package import layout, strict
from stdesk.package.bag import Member
from stdesk.package.defects import Findings
from stdesk.package.schemacheck import Columns
from stdesk.progress import Progress

MOST_RECORDS = 2_000_000  # lines of one table
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Sound = Callable[[str], Member | None]


def check_records(
    sound: Sound,
    hashes: Mapping[str, str],
    columns: Mapping[str, Columns],
    info: Mapping[str, Any] | None,
    findings: Findings,
    progress: Progress,
) -> None:
    """Every table of records: as many lines as ``bag-info.txt`` says, each with its own id and as
    its schema says; what is withdrawn is not handed in beside."""
    withdrawn = _check_withdrawn(
        sound(layout.WITHDRAWN), layout.WITHDRAWN in hashes, info, findings, progress
    )
    counts = dict(info["counts"]) if info else {}
    for path in sorted(hashes):
        if not path.startswith(layout.RECORDS):
            continue
        kind = path.removeprefix(layout.RECORDS).removesuffix(".jsonl")
        stated = counts.pop(kind, None)
        member = sound(path)
        if member is None:
            continue
        count = _check_table(member, kind, columns.get(path), withdrawn, findings, progress)
        if info and stated != count:
            shown = f"{layout.shown(path)}: {count}"
            findings.add(layout.BAG_INFO, "count", shown, "" if stated is None else stated)
    for kind, count in sorted(counts.items()):
        findings.add(layout.BAG_INFO, "count", f"{layout.RECORDS}{kind}.jsonl: {count}", "")


def _check_table(
    member: Member,
    kind: str,
    columns: Columns | None,
    withdrawn: set[tuple[str, str]],
    findings: Findings,
    progress: Progress,
) -> int:
    """Lines of the table; each must be an object with an id of its own, within bounds, NFC."""
    file = layout.shown(member.path)
    ids: set[str] = set()
    count = 0
    for count, record in _rows(member, findings, progress):
        own = record.get("id") if isinstance(record, dict) else None
        if not isinstance(own, str) or not own:
            findings.add(file, "record", '"id"', f"{count}: …")
            continue
        if own in ids:
            findings.add(file, "record", '"id" ×1', f"{count}: {layout.shown(own)}")
        if (kind, own) in withdrawn:
            findings.add(file, "withdrawn", layout.WITHDRAWN, f"{count}: {layout.shown(own)}")
        ids.add(own)
        if columns:
            for name, expected, found in columns.problems(record):
                findings.add(file, "schema", expected, f"{count}: {layout.shown(name)} = {found}")
    return count


def _check_withdrawn(
    member: Member | None,
    listed: bool,
    info: Mapping[str, Any] | None,
    findings: Findings,
    progress: Progress,
) -> set[tuple[str, str]]:
    """Kind and id of what is withdrawn, each once; as many as ``bag-info.txt`` says."""
    stated = (info or {}).get("withdrawn", 0)
    if not member:
        if stated and not listed:
            findings.add(layout.WITHDRAWN, "file_missing", stated)
        return set()
    seen: set[tuple[str, str]] = set()
    count = 0
    for count, row in _rows(member, findings, progress):
        one = tuple(row.get(key) for key in ("kind", "id")) if isinstance(row, dict) else ()
        if not all(isinstance(part, str) and part for part in one) or not one:
            findings.add(layout.WITHDRAWN, "record", '"kind", "id"', f"{count}: …")
        elif one in seen:
            findings.add(layout.WITHDRAWN, "record", '"id" ×1', f"{count}: {layout.shown(str(one[1]))}")
        else:
            seen.add(one)  # type: ignore[arg-type]
    if info and count != stated:
        findings.add(layout.BAG_INFO, "count", f"{layout.WITHDRAWN}: {count}", stated or "")
    return seen


def check_answers(member: Member | None, findings: Findings, progress: Progress) -> None:
    """Each answer once, by its UUID."""
    seen: set[str] = set()
    for count, row in _rows(member, findings, progress) if member else ():
        own = row.get("answer") if isinstance(row, dict) else None
        if not isinstance(own, str) or not _UUID.fullmatch(own):
            findings.add(layout.ANSWERS, "record", '"answer": UUID', f"{count}: {layout.shown(str(own))}")
        elif own in seen:
            findings.add(layout.ANSWERS, "record", '"answer" ×1', f"{count}: {own}")
        else:
            seen.add(own)


def check_files_table(
    member: Member | None, hashes: Mapping[str, str], part: int, findings: Findings, progress: Progress
) -> None:
    """Every row names a file of the manifest, every attachment has a row; rows of other bags are theirs."""
    if not member:
        return
    left = {path for path in hashes if path.startswith(layout.FILES)}
    for number, row in _rows(member, findings, progress):
        path = f"{layout.DATA}{row.get('path')}" if isinstance(row, dict) else ""
        if isinstance(row, dict) and elsewhere(row, part):
            continue
        if not isinstance(row, dict) or row.get("sha512") != hashes.get(path) or path not in hashes:
            findings.add(
                layout.FILES_TABLE, "files_table", hashes.get(path, ""), f"{number}: {layout.shown(path)}"
            )
        left.discard(path)
    for path in sorted(left):
        findings.add(layout.FILES_TABLE, "files_table", layout.shown(path))


def elsewhere(row: Mapping[str, Any], part: int) -> bool:
    """Whether a row of ``files.jsonl`` speaks of a file in another bag of the group."""
    stated = row.get("part", part)
    return type(stated) is int and stated != part


def _rows(member: Member, findings: Findings, progress: Progress) -> Iterator[tuple[int, Any]]:
    """Number and value of every line; one that cannot be read is noted and comes as ``None``."""
    file = layout.shown(member.path)
    for number, line in enumerate(islice(strict.lines(member.chunks()), MOST_RECORDS + 1), 1):
        progress.check()
        if number > MOST_RECORDS:
            findings.add(file, "json_limit", MOST_RECORDS, f"> {MOST_RECORDS}")
            return
        try:
            yield number, strict.parse(line)
        except strict.NotStrictError as error:
            findings.add(file, error.code, error.expected, f"{number}: {error.found}")
            yield number, None
