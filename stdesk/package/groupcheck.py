"""Checking whatever was pointed at: a package, an unzipped one, or all bags of one that has several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stdesk.package import layout
from stdesk.package.bagcheck import Depth
from stdesk.package.defects import Defect, Findings
from stdesk.package.reader import OpenPackage, open_package
from stdesk.package.sigcheck import Keys
from stdesk.package.tablecheck import elsewhere
from stdesk.package.verifier import Verification, verify_bag, verify_package
from stdesk.progress import Progress

# What all bags of a package say alike.
_SHARED: tuple[str, ...] = (
    "unit_code", "unit_name", "period", "submission", "delta", "trial", "created", "secrecy", "rule_set",
    "rule_hash", "snapshot_hash", "base", "base_receipt", "line", "sequence", "previous", "key", "group",
)  # fmt: skip


@dataclass(slots=True)
class _Group:
    """The bags found so far: number -> where it lies and what checking it gave."""

    name: str
    parts: int
    bags: dict[int, tuple[Path, Verification]] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


def verify_whole(
    path: Path | Sequence[Path],
    progress: Progress | None = None,
    *,
    depth: Depth = Depth.FULL,
    keys: Keys = None,
    must: bool = False,
    unit: str = "",
) -> Verification:
    """Check the package at ``path``, a ZIP or an unzipped bag, with the other bags of its group.

    They are the paths given, in any order, or lie beside the one given. A bag of a group that lacks
    another is not whole; each defect's file begins with its bag's name then.

    Raises:
        UserError: something cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    progress = progress or Progress()
    paths = [path] if isinstance(path, Path) else list(path)

    def check(one: Path) -> Verification:
        verify = verify_bag if one.is_dir() else verify_package
        return verify(one, progress, depth=depth, keys=keys, must=must, unit=unit)

    first = check(paths[0])
    _, parts = _numbers(first)
    if parts < 2 and len(paths) == 1:
        return first
    group = _Group(layout.group_name(_name(first, paths[0])), parts)
    for one in paths:
        _put(group, one, first if one == paths[0] else check(one))
    if len(paths) == 1:
        for one in _brothers(paths[0], group):
            _put(group, one, check(one))
    return _whole(group)


def parts_beside(path: Path, name: str, parts: int) -> dict[int, Path]:
    """Where the bags of a package lie that has ``parts`` of them: in the folder of the one at ``path``.

    Args:
        name: what any of its bags is called inside.
    """
    ending = "" if path.is_dir() else ".zip"
    places = {n: path.parent / f"{_part_name(name, n)}{ending}" for n in range(1, parts + 1)}
    return {n: place for n, place in places.items() if place.exists()}


def _part_name(name: str, number: int) -> str:
    group = layout.group_name(name)
    stem = group.removesuffix("-THU")
    return f"{stem}-P{number}{group[len(stem) :]}"


def _brothers(path: Path, group: _Group) -> list[Path]:
    return [one for n, one in parts_beside(path, group.name, group.parts).items() if n not in group.bags]


def _numbers(one: Verification) -> tuple[int, int]:
    return layout.part_of(str((one.info or {}).get("bag_count", "")))


def _name(one: Verification, path: Path) -> str:
    return str((one.info or {}).get("name") or path.stem)


def _put(group: _Group, path: Path, one: Verification) -> None:
    """Take a bag into the group, or say why it is none of it."""
    number, parts = _numbers(one)
    first = next(iter(group.bags.values()), (path, one))[1].info or {}
    said = one.info or {}
    if parts != group.parts or number in group.bags:
        found = str(said.get("bag_count", "")) or "1 of 1"
        group.findings.add(layout.shown(path.name), "part_other", f"n of {group.parts}", found)
        return
    for key in _SHARED:
        if said.get(key) != first.get(key):
            wrong = [layout.shown(f"{key}: {one.get(key)}") for one in (first, said)]
            group.findings.add(layout.shown(path.name), "part_other", *wrong)
    group.bags[number] = (path, one)


def _whole(group: _Group) -> Verification:
    """One answer for all bags: the first one's, with the defects and sums of every one."""
    for number in range(1, group.parts + 1):
        if number not in group.bags:
            group.findings.add(layout.shown(_part_name(group.name, number)), "part_missing", group.parts)
    bags = [group.bags[number] for number in sorted(group.bags)]
    found = [replace(one, file=_in_bag(path, one)) for path, each in bags for one in each.defects]
    group.findings.extend(found)
    if not group.findings.defects and bags[0][1].depth is not Depth.QUICK:
        _check_files([path for path, _ in bags], group.findings)
    first = bags[0][1]
    worst = next((one.signature for _, one in bags if one.signature.state != "good"), first.signature)
    defects = group.findings.listed(group.name)
    return replace(
        first,
        ok=not defects,
        info=_joined([one.info for _, one in bags]),
        defects=defects,
        checked_files=sum(one.checked_files for _, one in bags),
        checked_bytes=sum(one.checked_bytes for _, one in bags),
        signature=worst,
        parts=tuple(layout.shown(_name(one, path)) for path, one in bags),
    )


def _in_bag(path: Path, defect: Defect) -> str:
    return defect.file if defect.file == layout.shown(path.name) else f"{path.stem}: {defect.file}"


def _joined(infos: Sequence[Mapping[str, Any] | None]) -> Mapping[str, Any] | None:
    """The first bag's word with the counts of all."""
    if infos[0] is None:
        return None
    counts: dict[str, int] = {}
    for one in infos:
        for kind, count in (one or {}).get("counts", {}).items():
            counts[kind] = counts.get(kind, 0) + count
    return {**infos[0], "counts": counts}


def _check_files(paths: Sequence[Path], findings: Findings) -> None:
    """Rows that speak of another bag against what lies there."""
    with ExitStack() as stack:
        opened = [stack.enter_context(open_package(path, whole=False)) for path in paths]
        for path, one in zip(paths, opened, strict=True):
            for row in one.attachments():
                if elsewhere(row, one.info.part) and not _there(row, opened):
                    shown = layout.shown(f"{layout.DATA}{row.get('path')} ({row['part']})")
                    findings.add(layout.shown(path.name), "part_file", str(row.get("sha512", "")), shown)


def _there(row: Mapping[str, Any], opened: Sequence[OpenPackage]) -> bool:
    if not 0 < row["part"] <= len(opened):
        return False
    holder, file = opened[row["part"] - 1], f"{layout.DATA}{row.get('path')}"
    return holder.has(file) and bool(holder.sha512(file) == row.get("sha512"))
