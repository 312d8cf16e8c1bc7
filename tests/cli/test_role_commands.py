"""``stdesk role``, and the number under which other commands let something secret out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stdesk.cli import run
from stdesk.services.desk import Desk
from stdesk.store import roles as store

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def lib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(store, "OPS", 1)
    monkeypatch.setattr(store, "MEMORY", 8192)
    with Desk.create(tmp_path / "Kho", unit_code="PC09", unit_name="Phòng PC09") as desk:
        desk.set_unit(secrecy_ceiling="mat")
        desk.catalogue.save("publication", {"title": "Thường"})
        desk.catalogue.save("publication", {"title": "Chuyên đề Mật"}, secrecy="mat")
    return str(tmp_path / "Kho")


def file(folder: Path, code: str) -> str:
    path = folder / f"{len(code)}.txt"
    path.write_text(code + "\n", encoding="utf-8")
    return str(path)


def test_codes_are_set_listed_retired_and_set_anew(lib: str, tmp_path: Path, capsys: Capture) -> None:
    assert run(["role", lib]) == 0
    assert "được phép" in capsys.readouterr().out
    first, second = file(tmp_path, "mã-thứ-nhất"), file(tmp_path, "mã-thứ-hai-dài")
    assert run(["role", lib, "--set", "administrator", "--name", "Quản", "--code-file", first]) == 0
    assert run(["role", lib, "--set", "leader", "--name", "Trưởng", "--code-file", second]) == 1
    assert "người quản trị" in capsys.readouterr().err
    wanted = ["role", lib, "--set", "leader", "--name", "Trưởng", "--code-file", second]
    assert run([*wanted, "--administrator-code-file", second]) == 1
    assert run([*wanted, "--administrator-code-file", first]) == 0
    assert run(["role", lib, "--anew", "  ", "--name", "Lan", "--code-file", second]) == 1
    assert run(["role", lib, "--anew", "Quên mã", "--name", "Lan", "--code-file", second]) == 0
    capsys.readouterr()
    assert run(["role", lib, "--list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["role"], one["name"], one["anew"]) for one in told["codes"]] == [
        ("leader", "Trưởng", False), ("administrator", "Lan", True),
    ]  # fmt: skip
    assert told["approvals"] == [] and told["approval_needed"] is False
    place = str(told["codes"][0]["place"])
    assert run(["role", lib, "--retire", place]) == 1
    assert run(["role", lib, "--retire", place, "--administrator-code-file", second]) == 0
    assert run(["role", lib, "--retire", "77", "--administrator-code-file", second]) == 1
    assert run(["role", lib, "--set", "leader", "--name", "X"]) == 2


def test_an_export_above_ordinary_wants_a_number(lib: str, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "ra.jsonl"
    command = ["export", lib, "--kind", "publication", "-o", str(target)]
    assert run(command) == 1
    assert "sổ bí mật" in capsys.readouterr().err and not target.exists()
    assert run([*command, "--leave-out-secret"]) == 0
    assert "Chuyên đề Mật" not in target.read_text("utf-8")
    assert run([*command, "--register", "5/2026", "--leave-out-secret"]) == 2
    assert run([*command, "--register", "5/2026"]) == 0
    assert "Chuyên đề Mật" in target.read_text("utf-8")
    with Desk.open(Path(lib)) as desk:
        assert desk.catalogue.history()[0].params["number"] == "5/2026"
