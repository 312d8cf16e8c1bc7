"""Checking any BagIt bag in a folder, not only ours: RFC 8493 (1.0) and the drafts 0.93-0.97.

No name that a bag lists is ever used as a path: the folder is read, and names are compared with what
was found there. Links are not followed. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from stdesk import i18n
from stdesk.errors import from_os_error
from stdesk.package import anytags, layout
from stdesk.package.anytags import Declaration
from stdesk.package.defects import Findings
from stdesk.package.parts import CHUNK
from stdesk.package.verifier import Verification
from stdesk.progress import Progress

MOST_FILES = 1_000_000
_MOST_TAG_BYTES = 256 << 20
_MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]{1,30})\.txt")
_OXUM = re.compile(r"(\d{1,19})\.(\d{1,12})")
_NO_FIXED_LENGTH = ("shake", "blake2bp")


@dataclass(slots=True)
class _Bag:
    """What is known so far; ``files``: path -> size."""

    folder: Path
    files: dict[str, int]
    declared: Declaration = field(default_factory=lambda: Declaration(anytags.NEWEST, "utf-8"))
    manifests: dict[str, dict[str, str]] = field(default_factory=dict)
    fetch: Mapping[str, str] = field(default_factory=dict)
    info: list[tuple[str, str]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    notes: Findings = field(default_factory=Findings)


def verify_any_bag(folder: Path, progress: Progress | None = None) -> Verification:
    """Check the BagIt bag in ``folder``; ``ok`` is RFC 8493's "valid" (§3).

    What is odd and yet allowed (a name in another Unicode form, a file listed twice alike in an old
    bag) stands in ``notes``. ``info`` has ``bag_info``: label -> values, and ``version``.

    Raises:
        UserError: the folder cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    progress = progress or Progress()
    findings = Findings()
    try:
        next(folder.iterdir(), None)
        bag = _Bag(folder, dict(_listed(folder, findings)), findings=findings)
    except OSError as error:
        raise from_os_error(error, folder) from error
    _check_structure(bag)
    matched = {file: _matched(listed, bag) for file, listed in bag.manifests.items()}
    _check_complete(bag, matched)
    _check_oxum(bag)
    read = _check_sums(bag, matched, progress)
    name = layout.shown(folder.resolve().name)
    listed = findings.listed(name)
    labels: dict[str, list[str]] = {}
    for label, value in bag.info:
        labels.setdefault(label, []).append(value)
    version = ".".join(map(str, bag.declared.version))
    return Verification(
        ok=not listed,
        info={"version": version, "bag_info": labels},
        defects=listed,
        checked_files=len(read),
        checked_bytes=sum(bag.files[path] for path in read),
        notes=bag.notes.listed(name),
    )


def _listed(folder: Path, findings: Findings) -> Iterator[tuple[str, int]]:
    """Every file below ``folder``, "/" between the parts; links and devices are noted instead."""
    waiting, count = [(folder, "")], 0
    while waiting:
        place, prefix = waiting.pop()
        with os.scandir(place) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            path = prefix + entry.name
            count += 1
            if count > MOST_FILES:
                findings.add(layout.shown(path), "zip_too_many", MOST_FILES, f"> {MOST_FILES}")
                return
            if entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), f"{path}/"))
            elif entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size
            else:
                findings.add(
                    layout.shown(path), "not_regular", found="link" if entry.is_symlink() else "device"
                )


def _check_structure(bag: _Bag) -> None:
    """Declaration, manifests, fetch list and bag-info, as far as they can be read."""
    if not (bag.folder / "data").is_dir() or (bag.folder / "data").is_symlink():
        bag.findings.add(layout.DATA, "file_missing")
    raw = _tag_file(layout.BAGIT_TXT, bag)
    if raw is None:
        bag.findings.add(layout.BAGIT_TXT, "file_missing")
    else:
        bag.declared = anytags.declaration(raw, bag.findings) or bag.declared
    for file in sorted(bag.files):
        text = _text(file, bag) if _MANIFEST.fullmatch(file) else None
        if text is not None:
            bag.manifests[file] = anytags.manifest(text, file, bag.declared, bag.findings, bag.notes)
    if not any(file.startswith("manifest-") for file in bag.manifests):
        bag.findings.add(layout.shown(bag.folder.resolve().name), "manifest_none")
    if (text := _text("fetch.txt", bag)) is not None:
        bag.fetch = anytags.fetch_list(text, bag.declared, bag.findings, bag.notes)
    file = layout.BAG_INFO if bag.declared.version >= (0, 96) else "package-info.txt"
    if (text := _text(file, bag)) is not None:
        bag.info = anytags.bag_info(text, file, bag.declared, bag.findings)


def _tag_file(file: str, bag: _Bag) -> bytes | None:
    if file not in bag.files:
        return None
    if bag.files[file] > _MOST_TAG_BYTES:
        bag.findings.add(file, "json_limit", _MOST_TAG_BYTES, bag.files[file])
        return b""
    try:
        return (bag.folder / file).read_bytes()
    except OSError as error:
        bag.findings.add(file, "unreadable", found=error.strerror or "")
        return b""


def _text(file: str, bag: _Bag) -> str | None:
    raw = _tag_file(file, bag)
    return None if raw is None else anytags.text_of(raw, file, bag.declared.encoding, bag.findings)


def _matched(listed: Mapping[str, str], bag: _Bag) -> dict[str, str]:
    """Path in the manifest -> the file meant, in another Unicode form where need be."""
    found = {path: path for path in listed if path in bag.files}
    absent = {unicodedata.normalize("NFC", path): path for path in listed if path not in found}
    if absent:
        for path in bag.files:
            meant = absent.get(unicodedata.normalize("NFC", path))
            if meant is not None and path not in listed:
                bag.notes.add(layout.shown(path), "name_decomposed", layout.shown(meant), layout.spelt(path))
                found[meant] = path
    return found


def _check_complete(bag: _Bag, matched: Mapping[str, Mapping[str, str]]) -> None:
    """Every listed file is there; every payload file is listed, by version 1.0 in every manifest."""
    payload = [path for path in bag.files if path.startswith(layout.DATA)]
    for file, listed in bag.manifests.items():
        for path in listed:
            if path not in matched[file]:
                _missing(path, bag)
    listed_somewhere = {path for found in matched.values() for path in found.values()}
    for path in sorted(set(payload) - listed_somewhere):
        bag.findings.add(layout.shown(path), "file_extra")
    names = [file for file in bag.manifests if file.startswith("manifest-")]
    meant = set(bag.fetch)
    if bag.declared.strict:
        meant.update(path for file in names for path in bag.manifests[file])
    for file in names:
        for path in sorted(meant - set(bag.manifests[file])):
            bag.findings.add(file, "manifest_lacks", layout.shown(path))
    seen: dict[str, str] = {}
    for path in payload:
        other = seen.setdefault(layout.collision_key(path), path)
        if other != path:
            bag.notes.add(layout.shown(path), "name_collision", found=layout.shown(other))


def _missing(path: str, bag: _Bag) -> None:
    if path in bag.fetch:
        bag.findings.add(layout.shown(path), "fetch_missing", layout.shown(bag.fetch[path]))
    else:
        bag.findings.add(layout.shown(path), "file_missing")


def _check_oxum(bag: _Bag) -> None:
    stated = [value for label, value in bag.info if label.casefold() == "payload-oxum"]
    payload = [size for path, size in bag.files.items() if path.startswith(layout.DATA)]
    found = f"{sum(payload)}.{len(payload)}"
    for value in stated:
        numbers = _OXUM.fullmatch(value)
        if not numbers or f"{int(numbers[1])}.{int(numbers[2])}" != found:
            bag.findings.add(layout.BAG_INFO, "oxum", layout.shown(value), found)
    if len(stated) > 1 and bag.declared.strict:
        bag.findings.add(layout.BAG_INFO, "bag_line", "Payload-Oxum ×1", f"×{len(stated)}")


def _check_sums(bag: _Bag, matched: Mapping[str, Mapping[str, str]], progress: Progress) -> list[str]:
    """Read every listed file once, for all its checksums together; returns what was read."""
    wanted: dict[str, dict[str, str]] = {}  # path -> algorithm -> checksum
    for file, listed in bag.manifests.items():
        name = file.partition("manifest-")[2].removesuffix(".txt")
        algorithm = algorithm_called(name)
        if algorithm is None:
            bag.findings.add(file, "algorithm", found=layout.shown(name))
            continue
        for path, meant in matched[file].items():
            wanted.setdefault(meant, {})[algorithm] = listed[path]
    paths = sorted(wanted)
    progress.start(sum(bag.files[path] for path in paths), i18n.message("package_checking"))

    def sums(path: str) -> dict[str, str] | None:
        return _sums(bag.folder.joinpath(*path.split("/")), list(wanted[path]), progress)

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for path, found in zip(paths, pool.map(sums, paths), strict=True):
            if found is None:
                bag.findings.add(layout.shown(path), "unreadable")
            for algorithm, checksum in (found or {}).items():
                if checksum != wanted[path][algorithm]:
                    expected = f"{algorithm} {wanted[path][algorithm]}"
                    bag.findings.add(layout.shown(path), "checksum", layout.shown(expected), checksum)
    return paths


def algorithm_called(name: str) -> str | None:
    """hashlib's name of a manifest's algorithm: "SHA-256" and "sha256" are one; ``None``: not had."""

    def plain(text: str) -> str:
        return re.sub("[-_/]", "", text.lower())

    known = {plain(one): one for one in sorted(hashlib.algorithms_available)}
    found = known.get(plain(name))
    return None if found is None or found.startswith(_NO_FIXED_LENGTH) else found


def _sums(place: Path, algorithms: list[str], progress: Progress) -> dict[str, str] | None:
    try:
        hashers = [hashlib.new(one, usedforsecurity=False) for one in algorithms]
        updates: list[Callable[[bytes], None]] = [one.update for one in hashers]
        with place.open("rb", buffering=0) as source:
            while chunk := source.read(CHUNK):
                progress.step(len(chunk))
                for update in updates:
                    update(chunk)
    except (OSError, ValueError):
        return None
    return {algorithm: one.hexdigest() for algorithm, one in zip(algorithms, hashers, strict=True)}
