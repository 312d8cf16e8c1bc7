"""``stdesk key`` and ``stdesk roster``: what they print, write and refuse."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from stdesk.cli import run
from stdesk.package.keys import SecretKey, code_of
from stdesk.package.roster import CentreInfo, KeyLine, Roster, read_card, seal_roster
from stdesk.package.words import fingerprint_words

Capture = pytest.CaptureFixture[str]
A, B = SecretKey.from_seed(b"a" * 32), SecretKey.from_seed(b"b" * 32)
WORDS = " ".join(fingerprint_words(A.public))


@pytest.fixture
def lib(tmp_path: Path, capsys: Capture) -> str:
    folder = tmp_path / "Kho dữ liệu"
    run(["init", str(folder), "--unit-code", "PC09", "--unit-name", "Phòng PC09, Công an tỉnh Đắk Lắk"])
    capsys.readouterr()
    return str(folder)


def _json(capsys: Capture, *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def _roster(path: Path, version: int = 1, key: SecretKey = A, *, expires: str = "2099-12-31") -> str:
    lines = (KeyLine(A.public.line), KeyLine(B.public.line)) if key is A else (KeyLine(B.public.line),)
    made = Roster(version, "2026-01-01T00:00:00Z", expires, CentreInfo("Cục V04", lines))
    path.write_bytes(seal_roster(made, key))
    return str(path)


def test_the_key_is_made_once_and_shown(lib: str, capsys: Capture) -> None:
    first = _json(capsys, "key", lib)
    assert set(first) == {"id", "public", "words", "short", "made_at", "card", "sheet", "warnings"}
    assert len(first["words"]) == 8
    assert _json(capsys, "key", lib) == first
    assert run(["key", lib]) == 0
    said = capsys.readouterr().out
    assert first["id"] in said
    assert " · ".join(first["words"]) in said


def test_nothing_that_is_printed_holds_the_secret(lib: str, capsys: Capture, tmp_path: Path) -> None:
    run(["key", lib, "--card", str(tmp_path / "c.json"), "--print", str(tmp_path / "k.pdf"), "--json"])
    out = capsys.readouterr()
    assert not re.search("([0-9A-Z]{4} ){3}", out.out + out.err)
    card = read_card((tmp_path / "c.json").read_bytes())
    assert (card.unit_code, card.unit_name) == ("PC09", "Phòng PC09, Công an tỉnh Đắk Lắk")
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "k.pdf").stat().st_mode) == 0o600


def test_a_lost_key_comes_back_from_the_printed_sheet(lib: str, capsys: Capture, tmp_path: Path) -> None:
    page = tmp_path / "Chìa khóa.pdf"
    before = _json(capsys, "key", lib, "--print", str(page))
    other = str(tmp_path / "kho mới")
    run(["init", other, "--unit-code", "PC09", "--unit-name", "PC09"])
    capsys.readouterr()
    after = _json(capsys, "key", other, "--restore", str(page))
    assert (after["id"], after["words"]) == (before["id"], before["words"])
    assert _json(capsys, "key", other)["id"] == before["id"]


def test_a_lost_key_comes_back_from_a_text_file(lib: str, capsys: Capture, tmp_path: Path) -> None:
    text = tmp_path / "mã.txt"
    text.write_text("\r\n".join(code_of(A)).lower(), encoding="utf-8")
    assert _json(capsys, "key", lib, "--restore", str(text))["id"] == A.public.id
    text.write_text(code_of(A)[0] + "x" + "".join(code_of(A)[1:])[1:], encoding="utf-8")
    assert run(["key", lib, "--restore", str(text)]) == 1
    assert "Dòng" in capsys.readouterr().err
    assert run(["key", lib, "--restore", str(tmp_path / "không có")]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_the_first_list_wants_words(lib: str, capsys: Capture, tmp_path: Path) -> None:
    path = _roster(tmp_path / "r.json")
    assert run(["roster", lib, path]) == 1
    assert "--words" in capsys.readouterr().err
    assert run(["roster", lib, path, "--words", "một hai ba"]) == 1
    capsys.readouterr()
    assert run(["roster", lib, path, "--words", " ".join(fingerprint_words(B.public))]) == 1
    assert "không khớp" in capsys.readouterr().err
    taken = _json(capsys, "roster", lib, path, "--words", WORDS.upper())
    assert taken.pop("warnings") == []
    assert taken == {
        "version": 1, "centre": "Cục V04", "expires": "2099-12-31", "words": WORDS_LIST, "new": True,
    }  # fmt: skip
    assert _json(capsys, "roster", lib, path)["new"] is False


WORDS_LIST = list(fingerprint_words(A.public))


def test_newer_lists_follow_and_older_ones_are_refused(lib: str, capsys: Capture, tmp_path: Path) -> None:
    first, second, third = (_roster(tmp_path / f"{n}.json", n, key) for n, key in ((1, A), (2, A), (3, B)))
    assert run(["roster", lib, first, "--words", WORDS]) == 0
    assert run(["roster", lib, second]) == 0
    assert "31/12/2099" in capsys.readouterr().out
    assert run(["roster", lib, first]) == 1
    assert "cũ hơn" in capsys.readouterr().err
    assert run(["roster", lib, third]) == 0
    capsys.readouterr()
    assert run(["key", lib]) == 0
    key = capsys.readouterr().out
    assert "chưa đăng ký" in key, "the unit's key is not on the centre's list"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100, b"x" * 5_000_000])
def test_other_files_have_a_sentence(lib: str, capsys: Capture, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    assert run(["roster", lib, str(tmp_path / "x.json")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_expired_list_is_refused(lib: str, capsys: Capture, tmp_path: Path) -> None:
    path = _roster(tmp_path / "r.json", expires="2026-01-31")
    assert run(["roster", lib, path, "--words", WORDS]) == 1
    assert "31/01/2026" in capsys.readouterr().err
