"""The log: what the program did, three small files of the person's own, never a word of a record."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk import crashes, logs
from stdesk.clock import Clock
from stdesk.errors import UserError
from stdesk.services.desk import Desk

CANARY = "Chuyên án Z-9317 của Đại úy Trần Kim Tước"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = logs.setup(tmp_path / "nhật ký")
    assert file is not None
    yield file
    logs.close()


def test_the_log_turns_over_and_never_grows_beyond_three_files(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_SIZE", 2_000)
    for number in range(200):
        logs.note("opened", folder=f"/kho/{number}")
    found = sorted(one.name for one in log.parent.iterdir())
    assert found == ["stdesk.log", "stdesk.log.1", "stdesk.log.2"]
    assert all(one.stat().st_size < 2_200 for one in log.parent.iterdir())
    assert log.read_text(encoding="utf-8").splitlines()[-1].endswith("opened folder=/kho/199")
    if os.name == "posix":
        assert {one.stat().st_mode & 0o077 for one in log.parent.iterdir()} == {0}


def test_a_line_stays_one_line(log: Path) -> None:
    logs.note("opened", folder="/kho\n2026-01-01T00:00:00Z ERROR giả\x1b[31m\u2028", n=3)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.count("Z ") == 2 and "\x1b" not in line and line.endswith(" n=3")


def test_without_a_place_the_program_works_the_same(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert logs.setup(tmp_path / "x" / "y") is None
    logs.note("started")
    assert logs.last_lines()[-1].endswith("started")
    logs.close()


def test_log_calls_of_the_program_have_fixed_words() -> None:
    """What is logged as words is written: so no call makes its words out of values."""
    import ast

    for file in Path(logs.__file__).parent.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        if "logging" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            named = isinstance(owner, ast.Name) and owner.id in ("log", "_log", "logger", "logging")
            if named and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical"):
                words = node.args[0] if node.args else None
                assert isinstance(words, ast.Constant) or file.name == "logs.py", f"{file}:{node.lineno}"


def test_a_session_leaves_no_word_of_a_record_in_the_log(log: Path, tmp_path: Path, clock: Clock) -> None:
    with Desk.create(tmp_path / "kho", unit_code="C", unit_name="N", clock=clock) as desk:
        saved = desk.catalogue.save("publication", {"title": CANARY, "notes": CANARY}).record
        desk.catalogue.find("Z-9317")
        desk.catalogue.trash([saved.id])
        with contextlib.suppress(UserError):
            desk.catalogue.record(CANARY)
        with contextlib.suppress(UserError):
            desk.catalogue.save("publication", {"title": "x", "issued": CANARY})
        report = crashes.report(ValueError(), tmp_path / "crash")
    for found in (log.read_text(encoding="utf-8"), report.text):
        assert "Z-9317" not in found and "Tước" not in found
