"""Passwords on the command line: from a file or asked, never on the line itself."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from stdesk import asking, cli
from stdesk.services import locking, tries
from tests.helpers.locked import PASSWORD, make_locked, make_plain, stretch_little


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    stretch_little(monkeypatch)
    monkeypatch.setattr(tries, "_here", {})
    monkeypatch.delenv(asking.PASSWORD_FILE, raising=False)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A library with a password, and its recovery code; only read."""
    with pytest.MonkeyPatch.context() as patch:
        stretch_little(patch)
        return make_locked(tmp_path_factory.mktemp("locked") / "kho")


def a_file(folder: Path, content: bytes, name: str = "mật khẩu.txt") -> str:
    """A password file."""
    (folder / name).write_bytes(content)
    return str(folder / name)


@pytest.mark.parametrize("content", [b"{}", b"{}\n", b"\xef\xbb\xbf{}\r\nsecond line", b"  {}  \n"])
def test_from_a_file(content: bytes, locked: tuple[Path, str], tmp_path: Path) -> None:
    file = a_file(tmp_path, content.replace(b"{}", PASSWORD.encode()))
    assert cli.run(["find", str(locked[0]), "giam dinh", "--password-file", file]) == 0


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be"])
def test_from_a_file_as_windows_writes_it(code: str, locked: tuple[Path, str], tmp_path: Path) -> None:
    mark = "" if code == "utf-16" else "\ufeff"
    file = a_file(tmp_path, f"{mark}{PASSWORD}\r\nsecond line".encode(code))
    assert cli.run(["find", str(locked[0]), "giam dinh", "--password-file", file]) == 0


@pytest.mark.parametrize(
    "content",
    [
        "Mật khẩu đủ dài 12".encode("utf-16-le"),
        b"Mot c\xe2u d\xe0i m\xe1y c\xf4 vi\xd2t",
        b"mot cau dai\0 hon 12",
    ],
)
def test_one_that_nobody_could_type_is_not_set(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_plain(tmp_path / "kho")
    file, sheet = a_file(tmp_path, content), str(tmp_path / "to.pdf")
    assert cli.run(["password", str(folder), "--set", "-o", sheet, "--new-password-file", file]) == 3
    assert "UTF-8" in capsys.readouterr().err
    assert not locking.is_locked(folder)
    assert not Path(sheet).exists()


def test_the_code_opens_it_too(locked: tuple[Path, str], tmp_path: Path) -> None:
    file = a_file(tmp_path, locked[1].encode())
    assert cli.run(["find", str(locked[0]), "giam dinh", "--password-file", file]) == 0


def test_from_the_file_the_environment_names(
    locked: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(asking.PASSWORD_FILE, a_file(tmp_path, PASSWORD.encode()))
    assert cli.run(["check", str(locked[0]), "--period", "2026", "--json"]) in (0, 1)


def test_from_standard_input(locked: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{PASSWORD}\n".encode())))
    assert cli.run(["find", str(locked[0]), "giam dinh", "--password-file", "-"]) == 0


def test_asked_at_a_terminal(locked: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "asked", lambda _prompt: PASSWORD)
    assert cli.run(["find", str(locked[0]), "giam dinh"]) == 0


@pytest.mark.parametrize(
    "command",
    [
        ["find", "LIB", "x"], ["show", "LIB", "x"], ["export", "LIB", "--kind", "publication", "-o", "x.csv"],
        ["check", "LIB", "--period", "2026"], ["freeze", "LIB", "--period", "2026"], ["undo", "LIB"],
        ["package", "LIB", "--period", "2026", "-o", "out"], ["receipt", "LIB", "x.json"],
        ["import", "LIB", "x.xlsx"],
    ],
)  # fmt: skip
def test_without_it_every_command_says_what_to_do(
    command: list[str], locked: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([str(locked[0]) if one == "LIB" else one for one in command]) == 3
    said = capsys.readouterr()
    assert "--password-file" in said.err
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_wrong_one_and_a_bad_file(
    locked: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(locked[0])
    assert cli.run(["find", library, "x", "--password-file", a_file(tmp_path, b"sai\n")]) == 3
    assert "Mật khẩu không đúng" in capsys.readouterr().err
    assert (
        cli.run(["find", library, "x", "--password-file", a_file(tmp_path, b"\n" + PASSWORD.encode())]) == 3
    )
    assert "Dòng đầu" in capsys.readouterr().err
    assert cli.run(["find", library, "x", "--password-file", str(tmp_path / "khong co")]) == 3
    assert cli.run(["find", library, "x", "--password-file", str(tmp_path)]) == 3
    assert "sai" not in capsys.readouterr().err
    (locked[0] / tries.FILE).unlink(missing_ok=True)


def test_of_a_library_without_one_the_option_is_nothing(tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "kho")
    assert cli.run(["find", str(folder), "giam dinh", "--password-file", "/no/such/file"]) == 0
    assert cli.run(["init", str(tmp_path / "moi"), "--unit-code", "C", "--unit-name", "N"]) == 0


def test_state_set_change_renew_and_take_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_plain(tmp_path / "kho")
    library, first = str(folder), a_file(tmp_path, PASSWORD.encode())
    second = a_file(tmp_path, "trăng lên đỉnh núi".encode(), "moi.txt")

    def run(*words: str) -> int:
        return cli.run(["password", library, *words])

    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out) == {"locked": False, "recovery": False, "plain": []}
    assert run("--set", "--new-password-file", first) == 2  # no sheet, no password
    assert (
        run("--set", "--new-password-file", a_file(tmp_path, b"ngan", "n.txt"), "-o", f"{library}.pdf") == 1
    )
    assert not locking.is_locked(folder)
    assert not Path(f"{library}.pdf").exists()
    assert run("--set", "--new-password-file", first, "-o", f"{library}.pdf") == 0
    assert Path(f"{library}.pdf").read_bytes().startswith(b"%PDF")
    assert run("--set", "--new-password-file", first, "-o", f"{library}2.pdf") == 2
    assert run() == 0
    assert run("--change", "--password-file", first, "--new-password-file", second) == 0
    assert cli.run(["find", library, "giam dinh", "--password-file", first]) == 3
    assert (
        run("--recovery", "--password-file", second, "-o", f"{library}.pdf") == 2
    )  # never over another sheet
    assert run("--recovery", "--password-file", second, "-o", f"{library}2.pdf") == 0
    assert run("--remove") == 3
    assert run("--remove", "--password-file", second) == 0
    assert cli.run(["find", library, "giam dinh"]) == 0
    assert run("--change", "--password-file", second, "--new-password-file", first) == 2
    said = capsys.readouterr()
    assert PASSWORD not in said.out + said.err


def test_the_administrator_is_asked_before_it_is_taken_off(tmp_path: Path) -> None:
    from stdesk.services.desk import Desk

    folder, _ = make_locked(tmp_path / "kho")
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        desk.roles.set_code("administrator", "Nguyễn Văn Quản", "ma-quan-tri-1987")
    secret = ["--password-file", a_file(tmp_path, PASSWORD.encode())]
    assert cli.run(["password", str(folder), "--remove", *secret]) == 1
    assert locking.is_locked(folder)
    code = ["--code-file", a_file(tmp_path, b"ma-quan-tri-1987\n", "ma.txt")]
    assert cli.run(["password", str(folder), "--remove", *secret, *code]) == 0
    assert not locking.is_locked(folder)


def test_no_library_no_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["password", str(tmp_path / "khong co")]) == 3
    assert cli.run(["find", str(tmp_path), "x"]) == 3
    capsys.readouterr()
