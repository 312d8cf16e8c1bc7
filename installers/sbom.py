"""The list of parts (CycloneDX 1.5, JSON) of what is handed to a unit, with what is embedded in binaries.

``python -m installers.sbom`` writes ``docs/security-dependencies.md`` anew from ``dependencies.toml``.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from installers.tree import FIXED_TIME, HERE, PROJECT, BuildError, matches

NAME = "sbom.cdx.json"
TABLE = PROJECT / "docs" / "security-dependencies.md"
_FACTS = HERE / "dependencies.toml"
_RUNTIME = PROJECT / "requirements" / "runtime.txt"
_NAMES = uuid.UUID("6f2b5a0e-3c1d-5b7a-9b52-7d1f0c3e8a41")  # of this program's lists
_OF_ALL = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Native code inside a library; see ``dependencies.toml``."""

    name: str
    inside: str
    files: tuple[str, ...]
    pattern: str
    allowed: tuple[str, ...]
    released: str
    looked: str
    say: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What ``dependencies.toml`` knows."""

    libraries: Mapping[str, Mapping[str, str]]
    embedded: tuple[Embedded, ...]


def facts() -> Facts:
    """Read ``dependencies.toml``."""
    table = tomllib.loads(_FACTS.read_text(encoding="utf-8"))
    embedded = tuple(
        Embedded(
            one["name"], one["in"], tuple(one["files"]), one["pattern"], tuple(one["allowed"]), one["released"],
            one["looked"], one["say"],
        )
        for one in table.pop("embedded")
    )  # fmt: skip
    return Facts(table, embedded)


def normal(name: str) -> str:
    """A package's name as locks write it (PEP 503)."""
    return _OF_ALL.sub("-", name).lower()


def locked(requirements: Path = _RUNTIME) -> dict[str, tuple[str, frozenset[str]]]:
    """Name -> version and SHA-256 hashes of a lock."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    name = ""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([a-z0-9.-]+)==(\S+)", line):
            name = pin[1]
            found[name] = (pin[2], frozenset())
        elif digest := re.match(r"\s+--hash=sha256:([0-9a-f]{64})", line):
            version, hashes = found[name]
            found[name] = (version, hashes | {digest[1]})
    return found


def write(
    tree: Path, wheels: Sequence[Path], program: str, system: str, also: Iterable[Mapping[str, Any]] = ()
) -> Path:
    """Write the list for ``wheels`` into ``tree``.

    Args:
        program: the program's version. system: "linux-x86_64", "win_amd64".
        also: components that are no wheels: the interpreter.

    Raises:
        BuildError: a wheel is not of the lock, or holds native code of a version nobody looked at.
    """
    components = [*also, *_components([one for one in wheels if not one.name.startswith("stdesk-")])]
    body = json.dumps(components, sort_keys=True)
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMES, f'{program} {system} {body}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(FIXED_TIME, UTC).isoformat().replace("+00:00", "Z"),
            "component": {
                "type": "application", "bom-ref": "stdesk", "name": "STDesk", "version": program,
                "properties": [{"name": "stdesk:system", "value": system}],
            },
        },
        "components": components,
        "dependencies": [{"ref": "stdesk", "dependsOn": [one["bom-ref"] for one in components]}],
    }  # fmt: skip
    target = tree / NAME
    target.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def interpreter(tree: Path) -> dict[str, Any]:
    """The component for Windows' Python in ``tree``, with its versions of OpenSSL and SQLite, read from the files.

    Raises:
        BuildError: its version cannot be read.
    """
    found = re.search(
        rb"tags/v(3\.\d+\.\d+)", b"".join(one.read_bytes() for one in tree.glob("python3??.dll"))
    )
    if found is None:
        raise BuildError("Windows' Python does not say its version")
    version = found[1].decode()
    parts = []
    for name, pattern, files in (
        ("OpenSSL", rb"OpenSSL (\d+\.\d+\.\d+[a-z]?) \d{1,2} [A-Z][a-z]{2} \d{4}", "libcrypto*.dll"),
        ("SQLite", rb"(3\.[3-9]\d\.\d{1,2})\x00", "sqlite3.dll"),
        ("Expat", rb"expat_(\d+\.\d+\.\d+)", "pyexpat.pyd"),
    ):
        seen = {
            one.decode()
            for file in sorted(tree.rglob(files))
            for one in re.findall(pattern, file.read_bytes())
        }
        if len(seen) == 1:
            reference = f"embedded:python:{name}"
            parts.append({"type": "library", "bom-ref": reference, "name": name, "version": seen.pop()})
    return {
        "type": "framework", "bom-ref": f"cpython@{version}", "name": "CPython", "version": version,
        "licenses": [{"license": {"id": "PSF-2.0"}}], "components": parts,
    }  # fmt: skip


def _components(wheels: Sequence[Path]) -> list[dict[str, Any]]:
    known, lock = facts(), locked()
    by_name: dict[str, list[Path]] = {}
    for wheel in sorted(wheels):
        by_name.setdefault(normal(wheel.name.split("-")[0]), []).append(wheel)
    return [_component(name, several, lock, known) for name, several in sorted(by_name.items())]


def _component(
    name: str, wheels: Sequence[Path], lock: Mapping[str, tuple[str, frozenset[str]]], known: Facts
) -> dict[str, Any]:
    version, hashes = lock.get(name, ("", frozenset()))
    digests = {hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels}
    if not digests <= hashes:
        raise BuildError(f"{name}: a wheel that the lock does not name")
    if name not in known.libraries:
        raise BuildError(f"{name}: say in installers/dependencies.toml what it does")
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(digests)],
        "licenses": [_licence(wheels[0], known.libraries[name].get("licence", ""))],
    }
    inside = [one for one in known.embedded if one.inside == name]
    parts = [_embedded(one, _contents(wheels, one.files), name) for one in inside]
    if nested := [one for one in parts if one is not None]:
        found["components"] = nested
    return found


def _licence(wheel: Path, stated: str) -> dict[str, Any]:
    """The licence as the package's own data give it."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        head = HeaderParser().parsestr(archive.read(name).decode("utf-8", "replace"))
    if expression := head.get("License-Expression"):
        return {"expression": expression}
    classes = [one for one in head.get_all("Classifier", []) if one.startswith("License ::")]
    said = stated or (head.get("License") or "").splitlines()[:1] or classes[:1]
    text = said if isinstance(said, str) else "".join(said).rpartition(":: ")[2]
    return {"license": {"name": text.strip()[:80] or "not stated"}}


def _contents(wheels: Sequence[Path], patterns: Sequence[str]) -> Iterable[bytes]:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if matches(name, patterns):
                    yield archive.read(name)


def _embedded(one: Embedded, contents: Iterable[bytes], inside: str) -> dict[str, Any] | None:
    """The component for native code; ``None`` when this system's files do not show it."""
    version = check_version(one, contents)
    if version is None:
        return None
    return {
        "type": "library",
        "bom-ref": f"embedded:{inside}:{one.name}",
        "name": one.name,
        "version": version,
        "properties": [
            {"name": "stdesk:read-from", "value": "binary" if one.pattern else "stated"},
            {"name": "stdesk:looked-at", "value": one.looked},
        ],
    }


def check_version(one: Embedded, contents: Iterable[bytes]) -> str | None:
    """The version of embedded code, which must be one that was looked at.

    Args:
        contents: the files it lies in; none of them: ``None``.

    Raises:
        BuildError: another version, none, or two.
    """
    if not one.pattern:
        return one.allowed[0]
    pattern, found, some = re.compile(one.pattern.encode()), set(), False
    for content in contents:
        some = True
        found |= {match.decode() for match in pattern.findall(content)}
    if not some:
        return None
    if len(found) != 1 or not found <= set(one.allowed):
        raise BuildError(
            f"{one.inside} holds {one.name} {', '.join(sorted(found)) or '(no version found)'}, looked at were "
            f"{', '.join(one.allowed)} on {one.looked}: look and say so in installers/dependencies.toml"
        )
    return found.pop()


# -- the table for people -------------------------------------------------------------------

_HEAD = """# Libraries, seen with the eyes of safety

Made of `installers/dependencies.toml` by `python -m installers.sbom`; a test fails when it is not, when a
library of the lock is missing here, and when a binary holds another version than the one that was looked at.
The list of parts that goes with each installer (`sbom.cdx.json`, CycloneDX 1.5) is made by `make installers`
from the very wheels that are packed.

"Strangers' bytes": *yes* = content of files other people made reaches it; *own* = only what this program
wrote; *no* = neither.

"""
_SEEN = {"yes": "yes", "own": "own", "no": "no"}


def table() -> str:
    """The text of ``docs/security-dependencies.md``."""
    known, lock = facts(), locked()
    lines = [
        "| library | version | files of | does | strangers' bytes | native code | what we do about it |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in sorted(known.libraries):
        one = known.libraries[name]
        native = ", ".join(f"{e.name} {e.allowed[0]}" for e in known.embedded if e.inside == name)
        row = (
            name,
            lock[name][0],
            one["released"] or "not stated",
            one["parses"],
            _SEEN[one["foreign"]],
            native or "–",
        )
        lines.append(f"| {' | '.join((*row, one['done']))} |")
    lines += [
        "",
        "## Embedded native code",
        "",
        "| code | in | version | released | read from | looked at | note |",
    ]
    lines.append("|---|---|---|---|---|---|---|")
    for e in known.embedded:
        read = "the binary" if e.pattern else "the package's notes"
        cells = (e.name, e.inside, e.allowed[0], e.released or "not stated", read, e.looked, e.say or "–")
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(PROJECT)}\n")
