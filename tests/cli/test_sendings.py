"""Packages by command line: numbered, full or delta, sealed, and every try listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyrage
import pytest

from stdesk.cli import run
from stdesk.clock import Clock
from stdesk.services.desk import Desk
from tests.helpers import handing
from tests.helpers.handing import Centre, freeze, save

Capture = pytest.CaptureFixture[str]
YEAR = ("--period", "2026")


@pytest.fixture
def library(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A unit with a frozen report; closed."""
    handing.plain_documents(monkeypatch)
    with handing.unit(tmp_path / "Kho dữ liệu", clock) as desk:
        freeze(desk)
        return desk.folder


def said(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    """What a command prints for programs."""
    capsys.readouterr()
    assert run(arguments) == code
    return json.loads(capsys.readouterr().out)


def test_a_package_and_its_line_in_the_list(library: Path, tmp_path: Path, capsys: Capture) -> None:
    usb = tmp_path / "usb"
    made = said(capsys, "package", str(library), *YEAR, "-o", str(usb), "--json")
    assert set(made) == {
        "name", "period", "submission", "trial", "delta", "sequence", "sealed", "size", "sha512", "fingerprint",
        "paths", "key_words",
    }  # fmt: skip
    assert (made["name"], made["sequence"], made["delta"]) == ("KHCN-CAT-MH-PC09-2026-L01", 1, False)
    assert made["paths"] == [str(usb / f"{made['name']}.zip")]
    assert len(made["key_words"]) == 8
    (listed,) = said(capsys, "sendings", str(library), "--json")
    assert (listed["outcome"], listed["sha512"], listed["place"]) == ("done", made["sha512"], str(usb))
    assert said(capsys, "sendings", str(library), "--period", "2027", "--json") == []


def test_a_try_that_fails_is_listed_with_its_sentence(library: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["sendings", str(library)]) == 0
    assert capsys.readouterr().out.strip() == "Chưa gửi gói nào."
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "KHCN-CAT-MH-PC09-2026-L01.zip").write_bytes(b"PK: goi khac")
    assert run(["package", str(library), *YEAR, "-o", str(usb)]) == 1
    assert "được giữ nguyên" in capsys.readouterr().err
    assert run(["sendings", str(library)]) == 0
    shown = capsys.readouterr().out
    assert "không làm được" in shown
    assert "được giữ nguyên" in shown
    assert said(capsys, "package", str(library), *YEAR, "-o", str(tmp_path / "b"), "--json")["sequence"] == 1


def test_full_and_delta(library: Path, tmp_path: Path, capsys: Capture, clock: Clock) -> None:
    usb = tmp_path / "usb"
    assert run(["package", str(library), *YEAR, "-o", str(usb), "--delta"]) == 1
    assert "chưa chấp nhận" in capsys.readouterr().err
    assert run(["package", str(library), *YEAR, "-o", str(usb), "--delta", "--full"]) == 2
    first = said(capsys, "package", str(library), *YEAR, "-o", str(usb), "--json")
    with handing.with_keys(Desk.open(library, clock=clock)) as desk:
        Centre().say(desk, Path(first["paths"][0]), "received", "valid", "accepted")
        save(desk, 3)
        freeze(desk)
    again = said(capsys, "package", str(library), *YEAR, "-o", str(usb), "--json")
    full = said(capsys, "package", str(library), *YEAR, "-o", str(usb), "--json", "--full")
    assert [(one["delta"], one["sequence"]) for one in (again, full)] == [(True, 2), (False, 3)]


def test_sealed_for_whom_it_is_told(library: Path, tmp_path: Path, capsys: Capture) -> None:
    identity = pyrage.x25519.Identity.generate()
    wanted = ["package", str(library), *YEAR, "-o", str(tmp_path / "usb")]
    made = said(capsys, *wanted, "--recipient", str(identity.to_public()), "--json")
    assert made["sealed"]
    assert pyrage.decrypt(Path(made["paths"][0]).read_bytes(), [identity])[:2] == b"PK"
    assert run([*wanted, "--recipient", "age1khong-phai"]) == 1
    assert run([*wanted, "--unsealed", "--recipient", str(identity.to_public())]) == 2


def test_a_trial_beside_an_open_window(library: Path, tmp_path: Path, capsys: Capture, clock: Clock) -> None:
    assert run(["freeze", str(library), *YEAR, "--trial"]) == 0
    with Desk.open(library, clock=clock):
        assert run(["package", str(library), *YEAR, "-o", str(tmp_path / "usb"), "--trial"]) == 0
        assert run(["package", str(library), *YEAR, "-o", str(tmp_path / "usb")]) == 3
    assert [one.name for one in (tmp_path / "usb").glob("*.zip")] == ["KHCN-CAT-MH-PC09-2026-L02-THU.zip"]
