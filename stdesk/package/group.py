"""A package in several bags, where the medium limits the size of a file; and its bags joined again.

The first bag has everything but the attachments that no longer fit; the others carry those, with the
frozen report and the small files that make each of them readable and valid alone (RFC 8493 §2.2.2:
``Bag-Group-Identifier``, ``Bag-Count``). Which bag an attachment is in stands in ``files.jsonl``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stdesk.errors import UserError
from stdesk.package import layout, proof
from stdesk.package.content import PackageContent, PackageFile
from stdesk.package.parts import Part, Signer, compose, hashed
from stdesk.package.verifier import Depth, verify_package
from stdesk.progress import Progress

_PER_FILE = 4096  # bytes, at most, that an attachment costs besides its own: headers and lines about it
_MOST_PARTS = 999
_SAME = (
    "unit_code", "period", "submission", "trial", "delta", "line", "sequence", "previous", "key",
    "snapshot_hash", "base", "created",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bag:
    """One ZIP to be written: the package's name in it, and its entries."""

    name: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Group:
    """The bags of one package.

    Attributes:
        name: what they share; the package's name. paths: in their order.
        info: what the first one says of itself.
    """

    name: str
    paths: tuple[Path, ...]
    info: Mapping[str, Any]


def divide(content: PackageContent, most: int | None, progress: Progress, key: Signer | None) -> list[Bag]:
    """One bag; or as many as are needed when no ZIP may have more than ``most`` bytes.

    Raises:
        UserError: ``package_part_too_large`` naming the attachment; ``package_parts_small``; and
            what :func:`stdesk.package.parts.compose` refuses.
    """
    whole = _bag(content, content.files, 1, 1, progress, key)
    if most is None or _size(whole) <= most:
        return [whole]
    files = hashed(content.files, progress)
    places = _places(content, files, most, progress, key)
    count = max(places)
    parted = {
        n: [file for file, place in zip(files, places, strict=True) if place == n]
        for n in range(1, count + 1)
    }
    others = [(file, place) for file, place in zip(files, places, strict=True) if place > 1]
    bags = [_bag(content, parted[1], 1, count, progress, key, others)]
    rest = _bare(content)
    bags += [_bag(rest, parted[n], n, count, progress, key) for n in range(2, count + 1)]
    for bag in bags:
        if _size(bag) > most:
            raise _too_small(most, _size(bag))
    return bags


def _bare(content: PackageContent) -> PackageContent:
    """What every further bag has: the frozen report, no records, no documents."""
    info = replace(content.info, counts={}, withdrawn=0)
    return replace(
        content,
        info=info,
        documents={},
        records={},
        schemas={},
        titles={},
        files=(),
        withdrawn=(),
        answers=(),
    )


def _bag(
    content: PackageContent,
    files: Sequence[PackageFile],
    part: int,
    parts: int,
    progress: Progress,
    key: Signer | None,
    others: Sequence[tuple[PackageFile, int]] = (),
) -> Bag:
    info = replace(content.info, part=part, parts=parts)
    name = layout.package_name(
        info.unit_code,
        info.period,
        info.submission,
        trial=info.trial,
        delta=info.delta,
        part=part if parts > 1 else 0,
    )
    one = replace(content, info=info, files=files)
    return Bag(name, compose(one, name, progress, key=key, elsewhere=others))


def _size(bag: Bag) -> int:
    return sum(piece.size for piece in proof.pieces(bag.name, bag.parts, [0] * len(bag.parts)))


def _places(
    content: PackageContent, files: Sequence[PackageFile], most: int, progress: Progress, key: Signer | None
) -> list[int]:
    """The number of the bag of each attachment, in their order; the same content is in one of them."""
    first = _size(_bag(content, (), 1, 2, progress, key)) + _PER_FILE * (len(files) + 1)
    further = _size(_bag(_bare(content), (), 2, 2, progress, key)) + _PER_FILE
    if first > most:
        raise _too_small(most, first)
    number, left = 1, most - first
    known: dict[str, int] = {}
    for file in files:
        cost = file.size + _PER_FILE
        if file.sha512 in known:
            continue
        if cost > left:
            number, left = number + 1, most - further
        if cost > left:
            size, limit = -(-file.size // 1_000_000), most // 1_000_000
            raise UserError("package_part_too_large", name=file.name, size=size, most=limit)
        known[str(file.sha512)] = number
        left -= cost
    if number > _MOST_PARTS:
        raise _too_small(most, first)
    return [known[str(file.sha512)] for file in files]


def _too_small(most: int, needed: int) -> UserError:
    return UserError("package_parts_small", most=most // 1_000_000, needed=-(-needed // 1_000_000))


def join(paths: Iterable[Path], progress: Progress | None = None) -> Group:
    """The bags at ``paths``, given in any order, as one package; the same bag twice is one.

    Only structure and tag files are read: :func:`stdesk.package.groupcheck.verify_whole` reads all.

    Raises:
        UserError: ``group_bad``, ``group_mixed``, ``group_twice`` naming the file; ``group_missing``
            the numbers that lack; what the system refused (exit 3).
    """
    found: dict[int, tuple[Path, str, Mapping[str, Any]]] = {}
    for path in paths:
        verification = verify_package(path, progress, depth=Depth.QUICK)
        if verification.info is None or not verification.ok:
            raise UserError("group_bad", path=str(path), first=verification.defects[0].message)
        _add(found, path, verification.fingerprint, verification.info)
    number = min(found)
    info = found[number][2]
    _, parts = layout.part_of(info["bag_count"])
    lacking = [n for n in range(1, parts + 1) if n not in found]
    name = layout.group_name(info["name"])
    if lacking:
        raise UserError("group_missing", name=name, parts=parts, missing=", ".join(map(str, lacking)))
    return Group(name, tuple(found[n][0] for n in sorted(found)), info)


def _add(
    found: dict[int, tuple[Path, str, Mapping[str, Any]]],
    path: Path,
    fingerprint: str,
    info: Mapping[str, Any],
) -> None:
    part, parts = layout.part_of(info["bag_count"])
    for _, _, other in list(found.values())[:1]:
        same = [*(key for key in _SAME if info.get(key) != other.get(key))]
        if layout.group_name(info["name"]) != layout.group_name(other["name"]):
            same.append("name")
        if layout.part_of(other["bag_count"])[1] != parts:
            same.append("Bag-Count")
        if same:
            raise UserError("group_mixed", path=str(path), reason=", ".join(same))
    if part in found and found[part][1] != fingerprint:
        raise UserError("group_twice", part=part, path=str(path))
    found.setdefault(part, (path, fingerprint, info))
