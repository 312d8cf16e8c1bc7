"""A package is written once, the same for ever, whole or not at all."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import bagit
import pytest

from stdesk import i18n
from stdesk.errors import Exit, UserError
from stdesk.package import parts, writer, zipformat
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
    content = packages.content(tmp_path, delta=True, base_receipt="TN-2026-0042", counts={"publication": 1})
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


def test_long_attachments_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_KEPT", 1000)
    monkeypatch.setattr(writer, "_FLUSH_EVERY", 5000)
    monkeypatch.setattr(parts, "CHUNK", 300)
    written = write_package(packages.content(tmp_path), _out(tmp_path))
    assert verify_package(written.path).ok


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
    assert sorted(one.name for one in folder.iterdir()) == [first.name, "files"]


def _refused(content: Any, folder: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        write_package(content, folder)
    assert list(folder.iterdir()) == [], "nothing is left behind"
    return caught.value


def test_a_vanished_attachment_is_named_with_its_record(tmp_path: Path) -> None:
    content = packages.content(tmp_path)
    content.files[1].path.unlink()
    error = _refused(content, _out(tmp_path))
    assert error.code == "package_file_missing"
    assert "ảnh hiện trường.JPG" in str(error)
    assert "019a-1" in str(error)


@pytest.mark.parametrize("raw", [b"x" * 1024, b"x" * 1023, b"x" * 1025])
def test_a_changed_attachment_is_named_with_its_record(tmp_path: Path, raw: bytes) -> None:
    content = packages.content(tmp_path)
    content.files[1].path.write_bytes(raw)
    error = _refused(content, _out(tmp_path))
    assert error.code == "package_file_changed"
    assert "ảnh hiện trường.JPG" in str(error)
    assert "019a-1" in str(error)


def test_an_attachment_that_grows_or_goes_while_it_is_written_stops_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packages.content(tmp_path)
    folder = _out(tmp_path)
    compose = writer.compose

    def then_grow(*args: Any) -> Any:
        made = compose(*args)
        with content.files[0].path.open("ab") as file:
            file.write(b"more")
        return made

    monkeypatch.setattr(writer, "compose", then_grow)
    assert _refused(content, folder).code == "package_file_changed"

    def then_go(*args: Any) -> Any:
        made = compose(*args)
        content.files[1].path.unlink()
        return made

    content = packages.content(tmp_path)
    monkeypatch.setattr(writer, "compose", then_go)
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
    usage = type("Usage", (), {"free": 3_000})
    monkeypatch.setattr("stdesk.package.writer.shutil.disk_usage", lambda _: usage)
    error = _refused(packages.content(tmp_path), _out(tmp_path))
    assert (error.code, error.exit_code) == ("package_no_room", Exit.ENVIRONMENT)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_package(packages.content(tmp_path), tmp_path / "khong-co")
    assert (caught.value.code, caught.value.exit_code) == ("not_found", Exit.ENVIRONMENT)


class _Failing:
    """A file whose k-th write or flush fails."""

    def __init__(self, out: BinaryIO, countdown: list[int], number: int) -> None:
        self._out, self._countdown, self._number = out, countdown, number

    def write(self, raw: bytes) -> int:
        self._count()
        return self._out.write(raw)

    def flush(self) -> None:
        self._count()
        self._out.flush()

    def fileno(self) -> int:
        return self._out.fileno()

    def _count(self) -> None:
        self._countdown[0] -= 1
        if self._countdown[0] == 0:
            raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EIO, "device_failed")])
def test_whichever_write_fails_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    content = packages.content(tmp_path)
    folder = _out(tmp_path)
    countdown = [0]
    real = writer.replacing

    @contextmanager
    def failing(target: Path, **named: Any) -> Iterator[Any]:
        with real(target, **named) as out:
            yield _Failing(out, countdown, number)

    monkeypatch.setattr(writer, "replacing", failing)
    monkeypatch.setattr(writer, "_FLUSH_EVERY", 4000)
    faults = 0
    for k in range(1, 200):
        countdown[0] = k
        try:
            write_package(content, folder)
        except UserError as error:
            faults += 1
            assert (error.code, error.exit_code) == (code, Exit.ENVIRONMENT)
            assert list(folder.iterdir()) == []
        else:
            break
    assert faults >= 29, "a header and a body for each of 14 entries, and the directory"
    assert [one.suffix for one in folder.iterdir()] == [".zip"]


@pytest.mark.parametrize("fails_at", range(1, 8))
def test_whichever_flush_fails_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    content = packages.content(tmp_path)
    folder = _out(tmp_path)
    real, calls, lock = os.fsync, [0], threading.Lock()

    def fsync(handle: int) -> None:
        with lock:
            calls[0] += 1
            if calls[0] == fails_at:
                raise OSError(errno.EIO, "I/O")
        real(handle)

    monkeypatch.setattr(writer, "_FLUSH_EVERY", 4000)
    monkeypatch.setattr(os, "fsync", fsync)
    try:
        write_package(content, folder)
    except UserError as error:
        assert error.code == "device_failed"
        assert list(folder.iterdir()) == []
    else:  # that one was a folder's, which some systems always refuse
        assert verify_package(next(folder.iterdir())).ok


def test_a_medium_that_gives_back_something_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _out(tmp_path)
    real = writer._forget_cached

    def worn_out(path: Path) -> None:
        real(path)
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 0x10
        path.write_bytes(raw)

    monkeypatch.setattr(writer, "_forget_cached", worn_out)
    error = _refused(packages.content(tmp_path), folder)
    assert (error.code, error.exit_code) == ("package_unverified", Exit.ENVIRONMENT)


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
    assert [one.suffix for one in folder.iterdir()] == [".zip"]


def test_progress_reaches_its_end_in_words(tmp_path: Path) -> None:
    progress = Progress()
    write_package(packages.content(tmp_path), _out(tmp_path), progress)
    assert progress.note == i18n.message("package_checking")
    assert progress.done == progress.total > 0


@pytest.fixture(autouse=True)
def _quiet_bagit() -> Iterator[None]:
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    yield
