"""The end of the demo: a backup, the doctor, going back, a copy with a password; it says when one of them is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from stdesk import demo_safety
from stdesk.services.desk import Desk
from tests.helpers.locked import make_plain, stretch_little


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stretch_little(monkeypatch)
    make_plain(tmp_path / "library")
    return tmp_path


def test_each_is_shown_with_where_it_lies(folder: Path) -> None:
    said: list[str] = []
    assert demo_safety.run_safety(folder, said.append)
    assert [line.split(".")[0] for line in said] == ["14", "15", "16", "17"]
    assert all("KHÔNG" not in line and "HỎNG" not in line for line in said)
    assert str(folder / "library" / "backups") in said[0]
    with Desk.open(folder / "restored", read_only=True) as desk:
        assert desk.catalogue.count("publication") == 1 and not desk.locked
    assert (folder / "locked" / "library.key").is_file()
    assert "giám định".encode() not in (folder / "locked" / "library.db").read_bytes()


def test_a_hurt_library_is_no_success(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_safety, "_counts", lambda desk: {"publication": 1 + desk.locked})
    said: list[str] = []
    assert not demo_safety.run_safety(folder, said.append)
    assert "KHÔNG" in said[-1]
