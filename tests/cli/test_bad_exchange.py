"""The commands of handing over and of the centre, given what is none: one sentence, the right exit code, no harm."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk.cli import run
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk
from tests.central.packages import Unit, publication

Capture = pytest.CaptureFixture[str]

COMMANDS = {
    "verify": ["verify", "IT"],
    "key of a package": ["verify", "PACKAGE", "--key", "IT"],
    "receipt": ["receipt", "LIB", "IT"],
    "roster": ["roster", "LIB", "IT", "--words", "x"],
    "restored key": ["key", "LIB", "--restore", "IT"],
    "card": ["central", "register", "DB", "IT"],
    "intake": ["central", "intake", "DB", "IT"],
    "remarks": ["central", "answer", "DB", "KHCN-PC09-2026-L01", "--status", "returned", "--lines", "IT", "-o", "OUT"],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library, a package, and a centre that has it."""
    from tests.helpers import handing

    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 11, 12, 3, tzinfo=UTC).timestamp())))
        handing.unit(folder / "LIB", lambda: datetime(2026, 11, 12, 3, tzinfo=UTC), records=0).close()
        unit = Unit()
        unit.pack(folder, [publication(1)]).path.rename(folder / "PACKAGE")
        (folder / "card").write_bytes(unit.card())
        words = " ".join(fingerprint_words(unit.key.public))
        assert run(["central", "init", str(folder / "DB"), "--name", "Cục V04"]) == 0
        assert run(["central", "register", str(folder / "DB"), str(folder / "card"), "--words", words]) == 0
        assert run(["central", "intake", str(folder / "DB"), str(folder / "PACKAGE")]) == 0
    return folder


@pytest.fixture(autouse=True)
def quiet(made: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The same day, and nothing on the screen yet."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 11, 12, 3, tzinfo=UTC).timestamp())))
    capsys.readouterr()


def said(capsys: Capture) -> str:
    """The one sentence on the screen."""
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1 and "Traceback" not in shown.err and "crash" not in shown.err, shown.err
    return shown.err


def words(command: str, made: Path, it: object) -> list[str]:
    places = {"LIB", "DB", "PACKAGE", "OUT"}
    return [
        str(it) if one == "IT" else str(made / one) if one in places else one for one in COMMANDS[command]
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_not_there_is_exit_3(
    command: str, made: Path, capsys: Capture, tmp_path: Path
) -> None:
    assert run(words(command, made, tmp_path / "chưa có.json")) == 3
    assert "chưa có.json" in said(capsys)
    assert not (made / "OUT").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("command", [one for one in COMMANDS if one != "remarks"])
def test_a_pipe_is_not_waited_for(command: str, made: Path, capsys: Capture, tmp_path: Path) -> None:
    pipe = tmp_path / "ống.json"
    os.mkfifo(pipe)
    for it in (pipe, "/dev/zero"):
        assert run(words(command, made, it)) == 3
        assert str(it) in said(capsys)


@pytest.mark.parametrize("command", ["receipt", "roster", "restored key"])
def test_a_library_that_is_open_elsewhere_is_exit_3(
    command: str, made: Path, capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "tệp.json"
    file.write_text("{}", encoding="utf-8")
    with Desk.open(made / "LIB"):
        assert run(words(command, made, file)) == 3
        assert str(made / "LIB") in said(capsys)


def test_a_centre_is_not_made_in_what_holds_something_else(
    made: Path, capsys: Capture, tmp_path: Path
) -> None:
    library = made / "LIB" / "library.db"
    before = library.read_bytes()
    assert run(["central", "init", str(library), "--name", "Cục V04"]) == 2
    assert str(library) in said(capsys)
    assert run(["central", "units", str(library)]) == 3
    assert str(library) in said(capsys)
    assert library.read_bytes() == before
    other = tmp_path / "ảnh.db"
    other.write_bytes(b"\x89PNG" * 500)
    for command in (["init", str(other), "--name", "x"], ["units", str(other)]):
        assert run(["central", *command]) == 3
        assert str(other) in said(capsys)
    assert other.read_bytes() == b"\x89PNG" * 500


def test_a_centre_without_a_name_and_a_roster_of_yesterday_are_not_made(
    made: Path, capsys: Capture, tmp_path: Path
) -> None:
    assert run(["central", "init", str(tmp_path / "neu"), "--name", " "]) == 2
    said(capsys)
    target = tmp_path / "danh-sach.json"
    assert run(["central", "roster", str(made / "DB"), "-o", str(target), "--expires", "2026-11-11"]) == 2
    assert "11/11/2026" in said(capsys)
    assert list(tmp_path.iterdir()) == []


def test_answers_to_units_whose_codes_fold_to_one_name_lie_side_by_side(
    made: Path, capsys: Capture, tmp_path: Path
) -> None:
    db, out = str(tmp_path / "centre"), tmp_path / "ra"
    assert run(["central", "init", db, "--name", "Cục V04"]) == 0
    for code in ("PA/05", "PA-05"):
        unit = Unit(code)
        card = tmp_path / "card"
        card.write_bytes(unit.card())
        words = " ".join(fingerprint_words(unit.key.public))
        assert run(["central", "register", db, str(card), "--words", words]) == 0
        package = unit.pack(tmp_path / unit.line, [publication(1)])
        for _ in range(2):  # the same question gives the same file
            assert run(["central", "intake", db, str(package.path), "-o", str(out)]) == 0
    files = sorted(out.glob("*.json"))
    told = [json.loads(json.loads(one.read_text(encoding="utf-8"))["body"])["unit"] for one in files]
    assert sorted(told) == ["PA-05", "PA/05"] and len(list(out.glob("*.pdf"))) == 2
