"""``stdesk verify``: depths, keys, groups and any BagIt bag, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stdesk.cli import run
from stdesk.package.keys import SecretKey
from tests.helpers import golden, packages
from tests.helpers.bags import Made
from tests.helpers.mutations import KEY

Capture = pytest.CaptureFixture[str]
SIGNED = packages.GOLDEN / "signed" / f"{packages.NAME}.zip"


def _json(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def pub(tmp_path: Path) -> Path:
    """The public key of the golden packages, as minisign writes it."""
    path = tmp_path / "donvi.pub"
    path.write_text(KEY.public.text())
    return path


def test_a_signature_is_checked_with_the_key_given(pub: Path, capsys: Capture) -> None:
    answer = _json(capsys, "verify", str(SIGNED), "--key", str(pub))
    assert answer["signature"]["state"] == "good"
    assert answer["signature"]["key"] == KEY.public.id
    assert run(["verify", str(SIGNED), "--key", str(pub)]) == 0
    assert f"Đã ký bằng chìa khóa {KEY.public.id}: STDesk package 1;" in capsys.readouterr().out


def test_without_a_key_it_says_that_the_signature_was_not_checked(capsys: Capture) -> None:
    assert run(["verify", str(SIGNED)]) == 0
    out = capsys.readouterr().out
    assert "Nguyên vẹn: đã kiểm tra 15 tệp." in out
    assert "chưa kiểm tra" in out


def test_the_wrong_key_is_a_no(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "khac.pub").write_text(SecretKey.from_seed(bytes(32)).public.text())
    answer = _json(capsys, "verify", str(SIGNED), "--key", str(tmp_path / "khac.pub"), code=1)
    assert [one["code"] for one in answer["defects"]] == ["signature_unknown_key"]


def test_an_unsigned_package_is_a_no_where_a_key_is_given(pub: Path, capsys: Capture) -> None:
    good = packages.GOLDEN / "good" / f"{packages.NAME}.zip"
    answer = _json(capsys, "verify", str(good), "--key", str(pub), code=1)
    assert [one["code"] for one in answer["defects"]] == ["signature_none"]
    assert run(["verify", str(good)]) == 0
    assert "Chưa ký." in capsys.readouterr().out


def test_a_key_that_is_none_or_not_there_is_said(tmp_path: Path, capsys: Capture) -> None:
    assert run(["verify", str(SIGNED), "--key", str(tmp_path / "khong-co.pub")]) == 3
    (tmp_path / "la.pub").write_bytes(b"\xff khong phai")
    assert run(["verify", str(SIGNED), "--key", str(tmp_path / "la.pub")]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_quick_look_does_not_call_a_package_whole(capsys: Capture) -> None:
    assert run(["verify", str(SIGNED), "--depth", "quick"]) == 0
    out = capsys.readouterr().out
    assert "Nguyên vẹn" not in out
    assert "Chưa thấy gì sai trong phần đã đọc: 6 tệp." in out
    assert _json(capsys, "verify", str(SIGNED), "--depth", "complete")["depth"] == "complete"


def test_a_group_is_found_from_one_of_its_bags(capsys: Capture) -> None:
    answer = _json(capsys, "verify", str(packages.GOLDEN / "group" / f"{packages.NAME}-P2.zip"))
    assert answer["parts"] == [f"{packages.NAME}-P{n}" for n in (1, 2, 3)]
    code = "part_missing"
    path = packages.GOLDEN / code / f"{golden.SECOND_BAD[code]}.zip"
    assert run(["verify", str(path)]) == 1
    out = capsys.readouterr().out
    assert f"Thiếu {packages.NAME}-P2: gói này gồm 3 phần." in out
    assert "cùng một thư mục" in out


def test_any_bag_is_checked_by_the_rfc(tmp_path: Path, capsys: Capture) -> None:
    bag = Made(algorithms=("md5",), version="0.97").put(tmp_path / "tui")
    assert run(["verify", "--bag", str(bag)]) == 0
    assert "Nguyên vẹn" in capsys.readouterr().out
    assert run(["verify", str(bag)]) == 1  # it is no package of ours
    (bag / "data/a.txt").write_bytes(b"khac")
    capsys.readouterr()
    answer = _json(capsys, "verify", "--bag", str(bag), code=1)
    (defect,) = answer["defects"]
    assert (defect["file"], defect["code"]) == ("data/a.txt", "checksum")
    assert answer["info"]["version"] == "0.97"


def test_what_is_odd_in_a_bag_and_allowed_is_noted(tmp_path: Path, capsys: Capture) -> None:
    made = Made()
    made.payload["data/e\u0302.txt"] = b"e\n"
    made.written = lambda path: path.replace("e\u0302", "\u00ea")
    bag = made.put(tmp_path / "tui")
    assert run(["verify", "--bag", str(bag)]) == 0
    assert "· data/" in capsys.readouterr().out
    (note,) = _json(capsys, "verify", "--bag", str(bag))["notes"]
    assert note["code"] == "name_decomposed"


def test_the_page_tells_a_delta_its_part_and_its_signature() -> None:
    delta = packages.GOLDEN / "delta" / f"{packages.NAME}-BS.zip"
    page = packages.members(delta)[f"{packages.NAME}-BS/data/DOC-TRUOC.html"].decode()
    assert "Bổ sung: chỉ phần thay đổi so với gói đã được tiếp nhận" in page
    assert "<h2>Hồ sơ rút lại</h2>" in page
    assert "<td>số 7</td><td>Nhập trùng</td>" in page
    assert f'<span class="f">{KEY.public.id}</span>' in page
    assert "minisign -Vm tagmanifest-sha512.txt" in page
    pages = [
        packages.members(path)[f"{path.stem}/data/DOC-TRUOC.html"].decode()
        for path in sorted((packages.GOLDEN / "group").iterdir())
    ]
    assert f"Phần 1 trong 3 của {packages.NAME}." in pages[0]
    assert "(phần 2)" in pages[0]
    assert "nằm ở phần 1" in pages[1]
