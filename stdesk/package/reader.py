"""Reading what a package carries, after it was verified: records, snapshot, files, a piece at a time.

``verify_package`` says whether a package is whole; this gives its content. What is read is bound
to the package's fingerprint all the same: the manifests are compared when it is opened, and every
file with its manifest when its last byte was read. So a stick that gives other bytes on the second
reading is found out: compare :attr:`OpenPackage.fingerprint` with the verified one, and keep
nothing of a reading that raised. No name of the package is ever used as a path here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from stdesk.errors import Exit, UserError, from_os_error
from stdesk.package import layout, strict, tags
from stdesk.package.bag import Bag, Member, open_folder, open_zip
from stdesk.package.content import PackageInfo
from stdesk.package.defects import Findings

_MOST_TAG_BYTES = 32 << 20
_MOST_DOCUMENT = 64 << 20  # bytes of one JSON document
_HARMLESS = frozenset({"package_renamed"})  # an inbox may keep it under a name of its own


@dataclass(frozen=True, slots=True)
class _Opened:
    """One bag of the package: its members, its manifest and what it says about itself."""

    bag: Bag
    hashes: Mapping[str, str]
    info: PackageInfo
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """A package opened for reading, of one bag or of several.

    Attributes:
        info: what it says about itself; of several bags the first one's with ``counts`` and
            ``withdrawn`` of all of them.
        name: its name, of several bags the one they share.
        fingerprint: SHA-512 of the tag manifest, of several bags of the first one.
        fingerprints: of every bag in the order of their parts.
    """

    info: PackageInfo
    name: str
    fingerprint: str
    fingerprints: tuple[str, ...]
    _bags: tuple[_Opened, ...]

    def paths(self) -> tuple[str, ...]:
        """Every file of the payload, "data/…", sorted; a file in two bags once."""
        return tuple(sorted({path for one in self._bags for path in one.hashes}))

    def kinds(self) -> tuple[str, ...]:
        """Kinds that have a table, sorted; it may be empty."""
        begin, end = len(layout.RECORDS), -len(".jsonl")
        return tuple(path[begin:end] for path in self.paths() if path.startswith(layout.RECORDS))

    def records(self, kind: str) -> Iterator[dict[str, Any]]:
        """Records of a kind in their order, none when it has no table."""
        return self._rows(f"{layout.RECORDS}{kind}.jsonl")

    def withdrawn(self) -> Iterator[dict[str, Any]]:
        """What is handed in no longer: ``id``, ``kind``, ``number``, ``reason``."""
        return self._rows(layout.WITHDRAWN)

    def answers(self) -> Iterator[dict[str, Any]]:
        """Answers of the centre the unit had taken in when it made the package."""
        return self._rows(layout.ANSWERS)

    def attachments(self) -> Iterator[dict[str, Any]]:
        """Rows of ``files.jsonl``; :meth:`file` takes ``"data/" + row["path"]``."""
        return self._rows(layout.FILES_TABLE)

    def snapshot(self) -> dict[str, Any]:
        """The frozen report, as it stands."""
        return self._document(layout.SNAPSHOT)

    def descriptor(self) -> dict[str, Any]:
        """``datapackage.json`` of the first bag: a schema a table."""
        return self._document(layout.DATAPACKAGE)

    def has(self, path: str) -> bool:
        """Whether some bag lists ``path``, "data/…"."""
        return any(path in one.hashes for one in self._bags)

    def sha512(self, path: str) -> str:
        """The hash the manifest gives, hex; KeyError when no bag lists ``path``."""
        return self._holder(path).hashes[path]

    def file(self, path: str) -> Iterator[bytes]:
        """The bytes of "data/…", at most 1 MiB at a time.

        Raises:
            KeyError: no bag lists it.
            UserError: ``package_read_differs`` after the last chunk, when the bytes were not those of
                the manifest; ``package_read_fails``.
        """
        return _chunks(self._holder(path), path)

    def _holder(self, path: str) -> _Opened:
        for one in self._bags:
            if path in one.hashes:
                return one
        raise KeyError(path)

    def _rows(self, path: str) -> Iterator[dict[str, Any]]:
        """Lines of a table over all bags; a table that several repeat is read once."""
        read: set[str] = set()
        for one in self._bags:
            if path not in one.hashes or one.hashes[path] in read:
                continue
            read.add(one.hashes[path])
            for line in strict.lines(_chunks(one, path)):
                yield _object(line, path, strict.MOST_LINE)

    def _document(self, path: str) -> dict[str, Any]:
        holder = self._holder(path)
        member = holder.bag.members.get(path)
        if member is None or member.size > _MOST_DOCUMENT:
            raise _fails(path, "size")
        return _object(b"".join(_chunks(holder, path)), path, _MOST_DOCUMENT)


@contextmanager
def open_package(path: Path | Sequence[Path], *, whole: bool = True) -> Iterator[OpenPackage]:
    """The package at ``path``, its ZIP or the unzipped bag; or all bags of a group, in any order.

    Verify it first: this looks at structure, manifests and ``bag-info.txt`` only. ``whole=False``
    opens bags of a group without the others.

    Raises:
        UserError: ``package_not_whole`` naming the first defect; ``package_parts_missing``,
            ``package_parts_mixed``; what the system refused (exit 3).
    """
    paths = [path] if isinstance(path, Path) else list(path)
    bags = sorted((_opened(one) for one in paths), key=lambda one: one.info.part)
    _check_group(bags, whole=whole)
    first = bags[0]
    yield OpenPackage(
        info=_joined([one.info for one in bags]),
        name=layout.group_name(first.name) if first.info.parts > 1 else first.name,
        fingerprint=first.fingerprint,
        fingerprints=tuple(one.fingerprint for one in bags),
        _bags=tuple(bags),
    )


def package_info(said: Mapping[str, Any]) -> PackageInfo:
    """What ``bag-info.txt`` says (:attr:`Verification.info`) as :class:`PackageInfo`; KeyError when
    something is missing: ask only when the package was found good."""
    part, parts = layout.part_of(said["bag_count"])
    wanted = {field.name for field in fields(PackageInfo)} - {"part", "parts"}
    return PackageInfo(**{name: said[name] for name in wanted}, part=part, parts=parts)


def _opened(path: Path) -> _Opened:
    findings = Findings()
    try:
        bag = open_folder(path, findings) if path.is_dir() else open_zip(path, findings)
        raw = {file: _tag_file(bag, file, findings) for file in layout.TAG_FILES}
    except OSError as error:
        raise from_os_error(error, path) from error
    listed = tags.parse_manifest(raw[layout.TAG_MANIFEST], layout.TAG_MANIFEST, findings)
    for file in layout.LISTED_TAG_FILES:
        if hashlib.sha512(raw[file]).hexdigest() != listed.get(file):
            findings.add(file, "file_changed")
    said = tags.parse_bag_info(raw[layout.BAG_INFO], findings)
    hashes = tags.parse_manifest(raw[layout.MANIFEST], layout.MANIFEST, findings)
    if said.get("format", layout.FORMAT) != layout.FORMAT:
        findings.add(layout.BAG_INFO, "format_newer", layout.FORMAT, said["format"])
    wrong = [one for one in findings.listed(path.name) if one.code not in _HARMLESS]
    if wrong:
        raise UserError("package_not_whole", path=path.name, first=wrong[0].message)
    fingerprint = hashlib.sha512(raw[layout.TAG_MANIFEST]).hexdigest()
    return _Opened(bag, hashes, package_info(said), str(said["name"]), fingerprint)


def _tag_file(bag: Bag, path: str, findings: Findings) -> bytes:
    member = bag.members.get(path)
    if member is None:
        findings.add(path, "file_missing")
        return b""
    raw = member.read(_MOST_TAG_BYTES)
    if raw is None:
        findings.add(path, "json_limit", _MOST_TAG_BYTES, member.size)
    return raw or b""


def _check_group(bags: Sequence[_Opened], *, whole: bool) -> None:
    if not bags:
        raise ValueError("no package")
    first = bags[0]
    same = {(layout.group_name(one.name), one.info.parts, one.info.snapshot_hash) for one in bags}
    numbers = [one.info.part for one in bags]
    if len(same) > 1 or len(set(numbers)) < len(numbers):
        raise UserError("package_parts_mixed", names=", ".join(one.name for one in bags))
    missing = [str(n) for n in range(1, first.info.parts + 1) if n not in numbers]
    if missing and whole:
        group = layout.group_name(first.name)
        raise UserError("package_parts_missing", name=group, missing=", ".join(missing))


def _joined(infos: Sequence[PackageInfo]) -> PackageInfo:
    """The first bag's word, counting what all of them carry."""
    if len(infos) == 1:
        return infos[0]
    counts: dict[str, int] = {}
    for one in infos:
        for kind, count in one.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    wanted = {field.name for field in fields(PackageInfo)} - {"counts", "withdrawn"}
    said = {name: getattr(infos[0], name) for name in wanted}
    return PackageInfo(**said, counts=counts, withdrawn=sum(one.withdrawn for one in infos))


def _chunks(holder: _Opened, path: str) -> Iterator[bytes]:
    """The bytes of a listed file, compared with its manifest at the end."""
    member = holder.bag.members.get(path)
    if member is None:
        raise UserError("package_read_differs", file=layout.shown(path))
    digest = hashlib.sha512()
    for chunk in _read(member):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != holder.hashes[path]:
        raise UserError("package_read_differs", file=layout.shown(path))


def _read(member: Member) -> Iterator[bytes]:
    chunks = member.chunks()
    step = partial(next, chunks, b"")
    while True:
        try:
            chunk = step()
        except OSError as error:
            raise from_os_error(error, member.file) from error
        if not chunk:
            return
        yield chunk


def _object(raw: bytes, path: str, most: int) -> dict[str, Any]:
    try:
        value = strict.parse(raw, most)
    except strict.NotStrictError as error:
        raise _fails(path, str(error)) from error
    if not isinstance(value, dict):
        raise _fails(path, type(value).__name__)
    return value


def _fails(path: str, why: str) -> UserError:
    return UserError("package_read_fails", Exit.NO, file=layout.shown(path), why=why)
