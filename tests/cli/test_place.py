"""``stdesk place``: whether a library is safe where it lies, and using it there all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stdesk import cli, drives
from stdesk.drives import Mount


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of another computer."""
    monkeypatch.setattr("stdesk.paths.settings_folder", lambda: tmp_path / "settings")
    folder = tmp_path / "chung"
    folder.mkdir()
    found = [Mount(str(folder.resolve()), frozenset({"rw"}), "nfs4", "may-chu:/chung", "0:60")]
    monkeypatch.setattr(drives, "mounts", lambda: found)
    monkeypatch.setattr(drives.sys, "platform", "linux")
    return folder


def test_a_network_drive_is_refused_until_it_is_allowed(
    share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(share / "kho")
    make = ["init", library, "--unit-code", "C", "--unit-name", "N"]
    assert cli.run(make) == 3
    said = capsys.readouterr().err
    assert "ổ mạng" in said and f'stdesk place "{library}" --allow' in said and len(said.splitlines()) == 1
    assert cli.run(["place", library, "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["code"], one["refuses"]) == ("place_network", True) and "ổ mạng" in one["said"]
    assert cli.run(["place", library, "--allow"]) == 0
    assert "ổ mạng" in capsys.readouterr().out  # still said, no longer refused
    assert cli.run(make) == 0 and cli.run(["find", library, "x"]) in (0, 1)


def test_a_disk_of_this_computer_is_a_good_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drives, "mounts", lambda: [Mount("/", frozenset(), "ext4", "/dev/vda", "0:0")])
    assert cli.run(["--language", "en", "place", str(tmp_path / "kho")]) == 0
    assert "good place" in capsys.readouterr().out
