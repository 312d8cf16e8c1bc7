"""The list of parts: complete against the lock, true against the binaries, readable as CycloneDX."""

from __future__ import annotations

import hashlib
import json
import re
import site
import sysconfig
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from installers import sbom
from installers.tree import BuildError, matches, trim_rules

_SITE = Path(sysconfig.get_paths()["platlib"])


def test_every_library_of_the_lock_is_spoken_of_and_no_other() -> None:
    known = sbom.facts()
    assert set(known.libraries) == set(sbom.locked())
    assert {one.inside for one in known.embedded} <= set(known.libraries)
    for name, one in known.libraries.items():
        assert one["foreign"] in ("yes", "own", "no") and one["parses"] and one["done"], name
        assert not one["released"] or date.fromisoformat(one["released"])
    for part in known.embedded:
        assert date.fromisoformat(part.looked) and part.allowed and re.compile(part.pattern)


def test_the_table_for_people_says_the_same() -> None:
    assert sbom.TABLE.read_text(encoding="utf-8") == sbom.table(), "python -m installers.sbom makes it anew"


@pytest.mark.parametrize("part", sbom.facts().embedded, ids=lambda one: f"{one.inside}/{one.name}")
def test_what_is_embedded_is_of_a_version_that_was_looked_at(part: sbom.Embedded) -> None:
    folders = {pattern.split("/")[0] for pattern in part.files}
    found = [
        path
        for folder in folders
        for path in sorted((_SITE / folder).rglob("*"))
        if path.is_file() and matches(path.relative_to(_SITE).as_posix(), part.files)
    ]
    assert found, f"{part.name} is not where it was: {part.files} below {site.getsitepackages()}"
    assert sbom.check_version(part, [path.read_bytes() for path in found]) in part.allowed


def test_another_version_two_or_none_stop_the_build() -> None:
    part = next(one for one in sbom.facts().embedded if one.name == "OpenSSL")
    good, other = b"x OpenSSL 3.6.0 1 Oct 2025 y", b"OpenSSL 3.7.1 1 Oct 2026"
    assert sbom.check_version(part, [good]) == "3.6.0"
    assert sbom.check_version(part, []) is None
    for contents in ([other], [good, other], [b"nothing"]):
        with pytest.raises(BuildError, match="OpenSSL"):
            sbom.check_version(part, contents)
    assert sbom.check_version(replace(part, pattern="", allowed=("1",)), [b""]) == "1"


def _wheel(folder: Path, name: str, version: str, **files: bytes) -> Path:
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            f"{name}-{version}.dist-info/METADATA", "Name: x\nLicense-Expression: MIT\n\nLong text"
        )
        for path, content in files.items():
            archive.writestr(path.replace("__", "/"), content)
    return target


def test_the_list_is_cyclonedx_and_holds_hashes_licences_and_what_is_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = _wheel(
        tmp_path, "sqlcipher3", "0.6.4",
        sqlcipher3___sqlite3=b"OpenSSL 3.6.0 1 Oct 2025\x003.53.4\x00community\x004.19.0\x00",
    )  # fmt: skip
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    monkeypatch.setattr(sbom, "locked", lambda: {"sqlcipher3": ("0.6.4", frozenset({digest}))})
    also = {"type": "framework", "bom-ref": "python", "name": "CPython", "version": "3.13.2"}
    first = sbom.write(tmp_path, [wheel], "0.1.0", "win_amd64", [also]).read_bytes()
    assert sbom.write(tmp_path, [wheel], "0.1.0", "win_amd64", [also]).read_bytes() == first  # repeatable
    found = json.loads(first)
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["serialNumber"])
    assert found["metadata"]["component"]["name"] == "STDesk"
    python, library = found["components"]
    assert python["name"] == "CPython"
    assert library["purl"] == "pkg:pypi/sqlcipher3@0.6.4" and library["licenses"] == [{"expression": "MIT"}]
    assert library["hashes"] == [{"alg": "SHA-256", "content": digest}]
    inside = {one["name"]: one["version"] for one in library["components"]}
    assert inside == {"OpenSSL": "3.6.0", "SQLite": "3.53.4", "SQLCipher": "4.19.0"}
    refs = [one["bom-ref"] for one in found["components"]]
    assert len(set(refs)) == len(refs) and found["dependencies"][0]["dependsOn"] == refs
    assert "http" not in first.decode()  # no address of an index


def test_a_wheel_the_lock_does_not_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="lock"):
        sbom.write(tmp_path, [_wheel(tmp_path, "segno", "9.9.9")], "0.1.0", "linux-x86_64")


def test_nothing_of_qts_network_is_carried() -> None:
    keep = trim_rules()["keep"]["PySide6"]
    for name in (
        "PySide6/QtNetwork.pyd", "PySide6/Qt6Network.dll", "PySide6/QtNetwork.abi3.so",
        "PySide6/Qt/lib/libQt6Network.so.6", "PySide6/plugins/tls/qopensslbackend.dll",
        "PySide6/plugins/tls/qschannelbackend.dll", "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/plugins/networkinformation/qnetworklistmanager.dll",
        "PySide6/Qt/plugins/networkinformation/libqnetworkmanager.so", "PySide6/Qt/lib/libQt6WebSockets.so.6",
        "PySide6/plugins/generic/qtuiotouchplugin.dll", "PySide6/Qt/plugins/platforms/libqvnc.so",
    ):  # fmt: skip
        assert not matches(name, keep), name
