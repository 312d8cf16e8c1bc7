"""``stdesk doctor``: its exit codes, its JSON, and libraries that do not open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.cli import run

Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["doctor", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_sound_library(library: Path, capsys: Capture) -> None:
    said = printed(capsys, str(library), "--deep")
    assert (said["sound"], said["depth"]) == (True, "full")
    names = [check["name"] for check in said["checks"]]
    assert names[:3] == ["file", "pages", "references"]
    assert {"history", "witness", "records", "index", "files", "backups", "room"} <= set(names)
    assert {one["name"] for one in said["sizes"]} >= {"database", "files", "backups"}
    assert run(["doctor", str(library)]) == 0
    assert "Kho dữ liệu tốt." in capsys.readouterr().out


def test_one_that_was_changed_by_hand_is_told_and_mended(library: Path, capsys: Capture) -> None:
    other = sqlcipher.connect(str(library / "library.db"), isolation_level=None)
    other.execute("UPDATE publication SET title = 'Sửa tay' WHERE number = 1")
    other.close()
    said = printed(capsys, str(library), "--deep", code=1)
    (records,) = [check for check in said["checks"] if check["name"] == "records"]
    assert records["state"] == "hurt"
    assert records["mend"]
    said = printed(capsys, str(library), "--mend")
    assert {check["name"] for check in said["checks"] if check["state"] == "mended"} >= {"file", "records"}
    assert printed(capsys, str(library), "--deep")["sound"]


def test_one_that_does_not_open_is_told_and_recovered(library: Path, tmp_path: Path, capsys: Capture) -> None:
    content = (library / "library.db").read_bytes()
    (library / "library.db").write_bytes(bytes(100) + content[100:])
    assert run(["find", str(library), "x"]) == 3
    said = printed(capsys, str(library), code=1)
    assert [check["name"] for check in said["checks"] if check["state"] == "hurt"][:2] == ["file", "pages"]
    assert run(["doctor", str(library), "--mend"]) in (1, 3)
    done = printed(capsys, str(library), "--recover", str(tmp_path / "Mới"))
    assert (done["lost"], done["records"] > 100) == ([], True)
    assert printed(capsys, str(tmp_path / "Mới"), "--deep")["sound"]


def test_what_is_no_library(tmp_path: Path, capsys: Capture) -> None:
    assert run(["doctor", str(tmp_path)]) == 3
    assert str(tmp_path) in capsys.readouterr().err
