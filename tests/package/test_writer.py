"""A package is written once, the same for ever, whole or not at all."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit
import pytest

from stdesk import i18n
from stdesk.errors import Exit, UserError
from stdesk.package import medium, parts, writer, zipformat
from stdesk.package.content import PackageContent
from stdesk.package.keys import SecretKey
from stdesk.package.verifier import verify_bag, verify_package
from stdesk.package.writer import write_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import packages


def _out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_others_agree_that_it_is_a_valid_bag(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as archive:
        assert archive.testzip() is None
        assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
    folder = packages.unzip(good, tmp_path)
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.info["Source-Organization"] == "Phòng Kỹ thuật hình sự, Công an tỉnh Đắk Lắk"
    assert bag.info["External-Identifier"] == good.stem == folder.name
    assert verify_bag(folder).ok


def test_all_tools_find_the_same_hashes(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        subprocess.run(["sha512sum", "--strict", "-c", manifest], cwd=folder, check=True, capture_output=True)


def test_it_carries_records_attachments_and_what_it_says_of_itself(good: Path) -> None:
    inside = {name.partition("/")[2]: raw for name, raw in packages.members(good).items()}
    lines = inside["data/records/publication.jsonl"].decode().splitlines()
    assert [json.loads(line)["title"] for line in lines] == [
        "Ứng dụng trí tuệ nhân tạo trong giám định dấu vết",
        "Đề án 06 và dữ liệu dân cư",
    ]
    rows = [json.loads(line) for line in inside["data/files.jsonl"].splitlines()]
    assert [row["name"] for row in rows] == [
        "Quyết định nghiệm thu số 12/QĐ.pdf",
        "ảnh hiện trường.JPG",
        "quyet dinh (ban sao).pdf",
    ]
    assert rows[0]["path"] == rows[2]["path"], "the same bytes lie in the package once"
    assert sum(name.startswith("data/files/") for name in inside) == 2
    described = json.loads(inside["data/datapackage.json"])
    listed = {one["path"]: one for one in described["resources"]}
    assert {f"data/{path}" for path in listed} == {
        name for name in inside if name.startswith("data/") and name != "data/datapackage.json"
    }
    assert listed["records/publication.jsonl"]["schema"]["fields"][0]["name"] == "id"
    assert listed["records/publication.jsonl"]["bytes"] == len(inside["data/records/publication.jsonl"])
    info = verify_package(good).info
    assert info is not None
    assert (info["unit_code"], info["period"], info["submission"]) == ("PC09", "2026", 1)
    assert info["counts"] == {"publication": 2, "research_task": 1}


def test_text_is_written_precomposed(tmp_path: Path) -> None:
    content = packages.content(tmp_path)
    nfd = "Đề a\u0301n"
    changed = replace(content, records={**content.records, "research_task": [{"id": "1", "title": nfd}]})
    package = write_package(changed, _out(tmp_path)).path
    raw = packages.members(package)[f"{package.stem}/data/records/research_task.jsonl"]
    assert json.loads(raw)["title"] == "Đề án"


def test_the_page_names_the_package_and_escapes_what_people_typed(tmp_path: Path) -> None:
    folder = _out(tmp_path)
    name = "<script>alert(1)</script> & Phòng 'PC09'"
    package = packages.write_small(folder, unit_name=name, trial=True, left_out=3)
    assert package.stem == "KHCN-PC09-2026-L01-THU"
    page = packages.members(package)[f"{package.stem}/data/DOC-TRUOC.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Phòng" in page
    assert '<h1 class="thu-to">THỬ</h1>' in page
    assert "3 hồ sơ" in page
    assert "Ấn phẩm, tài liệu" in page
    assert verify_package(package).ok


def test_a_delta_names_its_base_and_may_carry_fewer_records(tmp_path: Path) -> None:
    base = {"base_receipt": "TN-2026-0042", "base": "ab" * 64}
    content = packages.content(tmp_path, delta=True, counts={"publication": 1}, **base)
    some = replace(content, records={"publication": content.records["publication"][:1]})
    verification = verify_package(write_package(some, _out(tmp_path)).path)
    assert verification.ok
    assert verification.info is not None
    assert (verification.info["delta"], verification.info["base_receipt"]) == (True, "TN-2026-0042")


def test_a_page_of_a_real_package_is_not_marked_as_a_trial(good: Path) -> None:
    assert "THỬ" not in packages.members(good)[f"{good.stem}/data/DOC-TRUOC.html"].decode()


def test_the_same_content_gives_the_same_bytes_anywhere(good: Path, tmp_path: Path) -> None:
    code = (
        "import os,sys,pathlib; os.umask(0o077)\n"
        "from tests.helpers import packages\n"
        "print(packages.write_small(pathlib.Path(sys.argv[1])))"
    )
    env = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    root = Path(packages.__file__).parents[2]
    run = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(run, cwd=root, env=env, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()).read_bytes() == good.read_bytes()


def test_it_does_not_depend_on_whether_hashes_were_known(good: Path, tmp_path: Path) -> None:
    content = packages.content(tmp_path)
    unknown = replace(content, files=[replace(file, sha512=None) for file in content.files])
    written = write_package(unknown, _out(tmp_path))
    assert written.path.read_bytes() == good.read_bytes()
    assert written.size == good.stat().st_size
    assert written.sha512 == parts.file_hash(good)
    assert written.fingerprint == verify_package(good).fingerprint != ""


def test_long_attachments_are_read_in_pieces(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_KEPT", 100)
    monkeypatch.setattr(parts, "CHUNK", 30)
    written = write_package(packages.content(tmp_path), _out(tmp_path))
    assert verify_package(written.path).ok
    assert written.path.read_bytes() == good.read_bytes(), "check sums put into headers later are the same"
    assert written.sha512 == parts.file_hash(good)


def test_beyond_four_gigabytes_it_is_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipformat, "LIMIT_32", 900)  # stands for 4 GiB
    monkeypatch.setattr(zipformat, "LIMIT_16", 5)
    written = write_package(packages.content(tmp_path), _out(tmp_path))
    assert verify_package(written.path).ok
    with zipfile.ZipFile(written.path) as archive:
        assert archive.testzip() is None
        assert any(one.file_size >= 900 for one in archive.infolist())
    assert not verify_package(_flipped(written.path, -30)).ok  # in the zip64 locator


def _flipped(package: Path, place: int) -> Path:
    raw = bytearray(package.read_bytes())
    raw[place] ^= 1
    package.write_bytes(raw)
    return package


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    folder = _out(tmp_path)
    first = packages.write_small(folder)
    before = first.stat()
    assert packages.write_small(folder) == first
    after = first.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize("other", [{"unit_name": "Phòng khác"}, {"rule_hash": "cd" * 64}])
def test_another_package_of_that_name_is_never_overwritten(tmp_path: Path, other: dict[str, Any]) -> None:
    folder = _out(tmp_path)
    first = packages.write_small(folder)
    before = first.read_bytes()
    with pytest.raises(UserError) as caught:
        packages.write_small(folder, **other)
    assert caught.value.code == "package_exists"
    assert first.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [first.name, f"{first.name}.ok", "files"]


def _refused(content: Any, folder: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        write_package(content, folder)
    assert list(folder.iterdir()) == [], "nothing is left behind"
    return caught.value


def test_a_vanished_attachment_is_named_with_its_record(tmp_path: Path) -> None:
    content = packages.content(tmp_path)
    packages.path_of(content.files[1]).unlink()
    error = _refused(content, _out(tmp_path))
    assert error.code == "package_file_missing"
    assert "ảnh hiện trường.JPG" in str(error)
    assert "019a-1" in str(error)


@pytest.mark.parametrize("raw", [b"x" * 1024, b"x" * 1023, b"x" * 1025])
def test_a_changed_attachment_is_named_with_its_record(tmp_path: Path, raw: bytes) -> None:
    content = packages.content(tmp_path)
    packages.path_of(content.files[1]).write_bytes(raw)
    error = _refused(content, _out(tmp_path))
    assert error.code == "package_file_changed"
    assert "ảnh hiện trường.JPG" in str(error)
    assert "019a-1" in str(error)


def test_an_attachment_that_grows_or_goes_while_it_is_written_stops_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packages.content(tmp_path)
    folder = _out(tmp_path)
    compose = parts.compose

    def then_grow(*args: Any, **named: Any) -> Any:
        made = compose(*args, **named)
        with packages.path_of(content.files[0]).open("ab") as file:
            file.write(b"more")
        return made

    monkeypatch.setattr("stdesk.package.group.compose", then_grow)
    assert _refused(content, folder).code == "package_file_changed"

    def then_go(*args: Any, **named: Any) -> Any:
        made = compose(*args, **named)
        packages.path_of(content.files[1]).unlink()
        return made

    content = packages.content(tmp_path)
    monkeypatch.setattr("stdesk.package.group.compose", then_go)
    assert _refused(content, folder).code == "package_file_missing"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("chay.exe", b"MZ" + bytes(500)),
        ("bien ban.pdf", b"MZ" + bytes(500)),
        ("bien ban.pdf", b"#!/bin/sh\n" + bytes(500)),
        ("bang.xlsm", b"PK\x03\x04" + bytes(500)),
        ("bang.xls", b"\xd0\xcf\x11\xe0" + bytes(500) + "_VBA_PROJECT".encode("utf-16-le")),
        ("khong duoi", b"abc"),
        ("goi.zip", b"PK\x03\x04"),
    ],
)
def test_programs_and_macros_do_not_go_into_a_package(tmp_path: Path, name: str, raw: bytes) -> None:
    content = packages.content(tmp_path)
    bad = packages.attachment(tmp_path, name, raw, "019c-9")
    error = _refused(replace(content, files=[*content.files, bad]), _out(tmp_path))
    assert error.code == "package_file_type"
    assert name in str(error)
    assert "019c-9" in str(error)


def test_figures_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    folder = _out(tmp_path)
    assert (
        _refused(packages.content(tmp_path, counts={"publication": 3}), folder).code == "package_inconsistent"
    )
    assert (
        _refused(packages.content(tmp_path, snapshot_hash="0" * 128), folder).code == "package_inconsistent"
    )


def test_too_little_room_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = medium.volume_of(tmp_path)
    monkeypatch.setattr(medium, "volume_of", lambda _: replace(here, free=3_000))
    error = _refused(packages.content(tmp_path), _out(tmp_path))
    assert (error.code, error.exit_code) == ("package_no_room", Exit.ENVIRONMENT)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_package(packages.content(tmp_path), tmp_path / "khong-co")
    assert (caught.value.code, caught.value.exit_code) == ("not_found", Exit.ENVIRONMENT)


class _StopsAt(Progress):
    """Cancelled at its n-th look."""

    left = 0

    def check(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.cancel()
        super().check()


def test_cancelled_at_any_moment_leaves_nothing(tmp_path: Path) -> None:
    content = packages.content(tmp_path)
    folder = _out(tmp_path)
    stops = 0
    for n in range(1, 300):
        progress = _StopsAt()
        progress.left = n
        try:
            write_package(content, folder, progress)
        except Cancelled:
            stops += 1
            assert list(folder.iterdir()) == []
        else:
            break
    assert stops > 40
    assert sorted(one.suffix for one in folder.iterdir()) == [".ok", ".zip"]


def test_progress_reaches_its_end_in_words(tmp_path: Path) -> None:
    progress = Progress()
    write_package(packages.content(tmp_path), _out(tmp_path), progress)
    assert progress.note == i18n.message("package_checking")
    assert progress.done == progress.total > 0


# -- signed; what is withdrawn; what was answered -------------------------------------------------

_KEY = SecretKey.from_seed(bytes(range(32)))


def _signed(folder: Path, **changes: Any) -> PackageContent:
    return packages.content(folder, key=_KEY.public.id, **changes)


def test_a_signature_stands_behind_the_tag_manifest_and_is_good(good: Path, tmp_path: Path) -> None:
    out = _out(tmp_path)
    written = write_package(_signed(tmp_path, unit_code="PC09"), out, key=_KEY)
    names = [name.partition("/")[2] for name in packages.members(written.path)]
    assert names[3:6] == ["tagmanifest-sha512.txt", "tagmanifest-sha512.txt.minisig", "data/DOC-TRUOC.html"]
    verification = verify_package(written.path, keys={_KEY.public.id: _KEY.public}, must=True)
    assert verification.ok
    assert verification.signature.state == "good"
    assert "2026" in verification.signature.comment
    assert written.fingerprint == verification.fingerprint
    assert "PC09" in verification.signature.comment
    again = tmp_path / "again"
    again.mkdir()
    assert write_package(_signed(tmp_path), again, key=_KEY).sha512 == written.sha512
    assert written.sha512 != parts.file_hash(good)


def test_the_comment_is_one_line_whatever_the_unit_is_called(tmp_path: Path) -> None:
    content = _signed(tmp_path, unit_code="Đội 3\u2028/Đắk\tLắk")
    written = write_package(content, _out(tmp_path), key=_KEY)
    (raw,) = [raw for name, raw in packages.members(written.path).items() if name.endswith(".minisig")]
    assert len(raw.decode("ascii").splitlines()) == 4


@pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is not installed")
def test_minisign_agrees(tmp_path: Path) -> None:
    folder = packages.unzip(write_package(_signed(tmp_path), _out(tmp_path), key=_KEY).path, tmp_path)
    (tmp_path / "unit.pub").write_text(_KEY.public.text("PC09"))
    check = ["minisign", "-V", "-p", str(tmp_path / "unit.pub"), "-m", str(folder / "tagmanifest-sha512.txt")]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "unit PC09" in done.stdout


def test_a_key_that_is_not_the_one_named_never_signs(tmp_path: Path) -> None:
    out = _out(tmp_path)
    for content, key in ((packages.content(tmp_path), _KEY), (_signed(tmp_path), None)):
        with pytest.raises(ValueError, match="signed by"):
            write_package(content, out, key=key)
    assert list(out.iterdir()) == []


def test_what_is_withdrawn_and_what_was_answered_go_along(tmp_path: Path) -> None:
    gone = {"id": "019a-7", "kind": "publication", "number": 7, "reason": "nhập nhầm"}
    answer = {"answer": "019a0000-0000-7000-8000-000000000001", "status": "accepted"}
    content = packages.content(
        tmp_path, delta=True, base="ab" * 64, base_receipt=answer["answer"], withdrawn=1
    )
    content = replace(content, withdrawn=[gone], answers=[answer])
    written = write_package(content, _out(tmp_path))
    assert written.path.stem == f"{packages.NAME}-BS"
    verification = verify_package(written.path)
    assert [one.message for one in verification.defects] == []
    inside = {name.partition("/")[2]: raw for name, raw in packages.members(written.path).items()}
    assert json.loads(inside["data/withdrawn.jsonl"]) == gone
    assert list(json.loads(inside["data/withdrawn.jsonl"])) == ["id", "kind", "number", "reason"]
    assert json.loads(inside["data/answers.jsonl"]) == answer
    listed = {one["path"]: one for one in json.loads(inside["data/datapackage.json"])["resources"]}
    assert listed["withdrawn.jsonl"]["schema"]["primaryKey"] == ["kind", "id"]
    assert "schema" not in listed["answers.jsonl"]
    with pytest.raises(UserError) as caught:
        write_package(replace(content, withdrawn=[]), tmp_path / "out")
    assert caught.value.code == "package_inconsistent"


@pytest.fixture(autouse=True)
def _quiet_bagit() -> Iterator[None]:
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    yield
