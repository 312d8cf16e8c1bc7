"""Other people's programs agree with what we write: bagit-python, frictionless, minisign, unzip, sha512sum."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit
import frictionless
import pytest

from stdesk.package import layout
from stdesk.package.verifier import verify_package
from stdesk.package.writer import write_package
from tests.helpers import mutations, packages
from tests.helpers.mutations import KEY

_SCHEMA = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "title", "type": "string"},
        {"name": "pages", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "people", "type": "array"},
        {
            "name": "issued",
            "type": "string",
            "constraints": {"pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
        },
    ],
    "primaryKey": ["id"],
    "missingValues": [""],
}


def _package(folder: Path) -> Path:
    """A signed package: fields absent here and there, an empty table, a withdrawal, an answer."""
    content = mutations.signed_content(folder)
    records = {
        "publication": [
            {"id": "1", "pages": 3},
            {"id": "2", "title": "Đề án 06", "people": [{"name": "Lê Đức"}], "issued": "2026-04"},
        ],
        "research_task": [{"id": "019b-1", "issued": "2026"}],
        "event": [],
    }
    info = replace(content.info, counts={kind: len(rows) for kind, rows in records.items()}, withdrawn=1)
    snapshot = json.dumps({"records": {kind: [{}] * len(rows) for kind, rows in records.items()}}).encode()
    info = replace(info, snapshot_hash=_sha512(snapshot))
    gone = {"id": "019c-1", "kind": "event", "number": 12, "reason": "trùng"}
    made = replace(
        content,
        info=info,
        snapshot=snapshot,
        records=records,
        schemas=dict.fromkeys(records, _SCHEMA),
        withdrawn=[gone],
        answers=[{"answer": "0192f0a4-3333-7abc-8def-000000000001", "status": "accepted"}],
    )
    return mutations.write_signed(folder, made)


def _sha512(raw: bytes) -> str:
    return hashlib.sha512(raw).hexdigest()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ZIP."""
    return _package(tmp_path_factory.mktemp("peers"))


@pytest.fixture(scope="module")
def bag(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, unzipped."""
    return packages.unzip(package, tmp_path_factory.mktemp("bag"))


def _run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_we_take_it_ourselves(package: Path) -> None:
    verification = verify_package(package, keys={KEY.public.id: KEY.public}, must=True)
    assert verification.defects == ()


def test_bagit_python_finds_the_signed_bag_valid(bag: Path) -> None:
    assert bagit.Bag(str(bag)).validate()


def test_bagit_python_finds_every_bag_of_a_group_valid(tmp_path: Path) -> None:
    content = mutations.signed_content(tmp_path)
    library = tmp_path / "files"
    more = [
        packages.attachment(library, f"{n}.pdf", b"%PDF" + bytes([n]) * 60_000, "019a-1") for n in range(3)
    ]
    made = write_package(replace(content, files=more), tmp_path, key=KEY, most=130_000)
    assert len(made.paths) > 1
    for path in made.paths:
        unzipped = bagit.Bag(str(packages.unzip(path, tmp_path / "u")))
        assert unzipped.validate()
        assert unzipped.info["Bag-Group-Identifier"] == packages.NAME


def test_minisign_finds_the_signature_good(bag: Path, tmp_path: Path) -> None:
    (tmp_path / "donvi.pub").write_text(KEY.public.text())
    words = ("minisign", "-V", "-m", layout.TAG_MANIFEST, "-p", str(tmp_path / "donvi.pub"))
    done = _run(*words, cwd=bag)
    assert done.returncode == 0
    assert f"Trusted comment: STDesk package 1; {packages.NAME}; unit PC09" in done.stdout


def test_minisign_finds_a_change_of_the_tag_manifest(bag: Path, tmp_path: Path) -> None:
    changed = tmp_path / "bag"
    shutil.copytree(bag, changed)
    (changed / layout.TAG_MANIFEST).write_bytes(
        (bag / layout.TAG_MANIFEST).read_bytes().replace(b"a", b"b", 1)
    )
    words = ("minisign", "-V", "-m", layout.TAG_MANIFEST, "-P", KEY.public.line)
    assert _run(*words, cwd=changed).returncode != 0


def test_unzip_finds_no_fault(package: Path) -> None:
    done = _run("unzip", "-t", str(package), cwd=package.parent)
    assert done.returncode == 0, done.stdout


def test_sha512sum_takes_both_manifests(bag: Path) -> None:
    words = ("sha512sum", "--check", "--strict", "--quiet", layout.MANIFEST, layout.TAG_MANIFEST)
    assert _run(*words, cwd=bag).returncode == 0


class _Lines:
    """What frictionless uses of the library jsonlines, where that is not installed."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Any]:
        return (json.loads(line) for line in self._stream)


@pytest.fixture
def _jsonlines(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import jsonlines  # noqa: F401
    except ImportError:
        stand_in = types.ModuleType("jsonlines")
        stand_in.Reader = _Lines  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "jsonlines", stand_in)


@pytest.mark.usefixtures("_jsonlines")
def test_frictionless_finds_descriptor_and_tables_valid(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bag / "data")
    report = frictionless.Package("datapackage.json").validate()
    assert report.flatten(["type", "message"]) == []
    assert report.valid
    rows = {task.name: task.stats.get("rows") for task in report.tasks if task.type == "table"}
    assert rows == {"files.jsonl": 3, "publication": 2, "research_task": 1, "withdrawn.jsonl": 1}


@pytest.mark.usefixtures("_jsonlines")
def test_frictionless_finds_a_wrong_value(bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(bag / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    table = Path("records/publication.jsonl")
    table.write_bytes(
        table.read_bytes().replace(b'"pages":3', b'"pages":"ba"').replace(b"2026-04", b"thang 4")
    )
    report = frictionless.Package("datapackage.json").validate()
    assert {one[0] for one in report.flatten(["type"])} >= {"type-error", "constraint-error"}
