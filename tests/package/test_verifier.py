"""Every defect of a package is named, all at once, and nothing damaged or hostile is accepted."""

from __future__ import annotations

import json
import os
import struct
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stdesk import i18n
from stdesk.errors import UserError
from stdesk.package import defects, zipformat, zipreader
from stdesk.package.groupcheck import verify_whole
from stdesk.package.verifier import Verification, verify_bag, verify_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import golden, packages
from tests.helpers.mutations import KEYS

NAME = packages.NAME


def _codes(verification: Verification) -> dict[str, list[str]]:
    """Code -> files, of a package that must not be accepted."""
    assert not verification.ok
    assert verification.defects
    found: dict[str, list[str]] = {}
    for one in verification.defects:
        assert one.message
        assert "{" not in one.message + one.advice
        assert one.message not in (one.code, f"defect_{one.code}")
        assert not one.advice.startswith("advice_")
        found.setdefault(one.code, []).append(one.file)
    return found


def _decision(names: Any) -> str:
    return next(name for name in names if "quyet-dinh" in name)


def _another_snapshot(raw: bytes) -> bytes:
    return raw.replace(b"-SHA512: ", b"-SHA512: " + b"0" * 128 + b"\nX: ")


# Golden packages of format 1: what was written stays readable, what was refused stays refused.


def test_the_golden_package_is_good() -> None:
    verification = verify_package(packages.GOLDEN / "good" / f"{NAME}.zip")
    assert verification.ok
    assert verification.defects == ()
    assert verification.checked_files == 14


def test_the_golden_packages_of_the_second_set_are_good() -> None:
    for name, ending in (("signed", ""), ("delta", "-BS"), ("group", "-P2")):
        path = packages.GOLDEN / name / f"{NAME}{ending}.zip"
        verification = verify_whole(path, keys=KEYS, must=True, unit="PC09")
        assert verification.defects == ()
        assert verification.signature.state == "good"


def test_the_writer_still_makes_the_golden_packages(tmp_path: Path) -> None:
    for name, paths in golden.write_second(tmp_path).items():
        kept = sorted((packages.GOLDEN / name).iterdir())
        assert [path.name for path in paths] == [path.name for path in kept]
        for path, old in zip(paths, kept, strict=True):
            assert path.read_bytes() == old.read_bytes(), path.name


@pytest.mark.parametrize("code", sorted(golden.SECOND_BAD))
def test_each_bad_golden_package_of_the_second_set_is_refused_for_its_defect(code: str) -> None:
    path = packages.GOLDEN / code / f"{golden.SECOND_BAD[code]}.zip"
    assert path.stat().st_size < 40_000
    assert code in _codes(verify_whole(path, keys=KEYS, must=True))


@pytest.mark.parametrize(
    "code",
    [
        "file_changed",
        "file_extra",
        "file_missing",
        "file_truncated",
        "name_decomposed",
        "name_escapes",
        "zip_cut",
        "zip_packed",
    ],
)
def test_each_bad_golden_package_is_refused_for_its_defect(code: str) -> None:
    path = packages.GOLDEN / code / f"{NAME}.zip"
    assert path.stat().st_size < 20_000
    assert code in _codes(verify_package(path))


# Files of the bag, all defects in one answer.


def test_all_kinds_of_damage_are_named_at_once(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    decision = _decision(path.name for path in (folder / "data/files").iterdir())
    (folder / "data/files" / decision).write_bytes(b"%PDF-1.4 short")
    (folder / "data/snapshot.json").unlink()
    (folder / "data/bao-cao.pdf").write_bytes(b"%PDF-1.4\nbao cat\n%%EOF\n")
    (folder / "data/phu-luc.xlsx").write_bytes(b"x" * 4000)
    (folder / "data/Thumbs.db").write_bytes(b"")
    (folder / "bag-info.txt").write_bytes((folder / "bag-info.txt").read_bytes() + b"Them: gi do\n")
    found = _codes(verify_bag(folder))
    assert found["file_truncated"] == [f"data/files/{decision}"]
    assert found["file_missing"] == ["data/snapshot.json"]
    assert found["file_changed"] == ["bag-info.txt", "data/bao-cao.pdf"]
    assert found["file_longer"] == ["data/phu-luc.xlsx"]
    assert found["file_extra"] == ["data/Thumbs.db"]
    assert found["info_line"] == ["bag-info.txt"]


def test_a_defect_says_what_was_expected_and_found(good: Path, target: Path) -> None:
    whole = packages.members(good)
    decision = _decision(whole)
    packages.pack(whole | {decision: whole[decision][:100]}, target)
    (defect,) = verify_package(target).defects
    assert (defect.file, defect.code) == (decision.partition("/")[2], "file_truncated")
    assert (defect.expected, defect.found) == (str(len(whole[decision])), "100")
    assert "bị cắt cụt" in defect.message
    assert "Chép lại gói" in defect.advice
    i18n.use("en")
    assert "cut off" in defect.message
    as_json = verify_package(target).to_json()
    assert as_json["ok"] is False
    assert set(as_json["defects"][0]) >= {"file", "code", "expected", "found", "advice"}
    json.dumps(as_json)


def test_a_name_turned_into_decomposed_unicode_is_told_its_right_name() -> None:
    verification = verify_package(packages.GOLDEN / "name_decomposed" / f"{NAME}.zip")
    (defect,) = verification.defects
    assert defect.expected == "data/biên-bản.pdf"
    assert "bie\\u0302n" in defect.found
    assert "data/biên-bản.pdf" in defect.advice


def test_a_decomposed_name_hides_no_change(tmp_path: Path, target: Path) -> None:
    bad = packages.members(packages.GOLDEN / "name_decomposed" / f"{NAME}.zip")
    accented = next(name for name in bad if unicodedata.normalize("NFC", name) != name)
    packages.pack(bad | {accented: b"%PDF-1.5"}, target)
    assert {"name_decomposed", "file_changed"} <= set(_codes(verify_package(target)))


def test_a_name_in_other_letters_is_told_its_right_name(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    (folder / "data/bao-cao.pdf").rename(folder / "data/BAO-CAO.PDF")
    (defect,) = verify_bag(folder).defects
    assert (defect.code, defect.expected) == ("file_renamed", "data/bao-cao.pdf")


@pytest.mark.parametrize(
    "tag", ["bagit.txt", "bag-info.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt"]
)
def test_a_missing_tag_file_is_named(good: Path, target: Path, tag: str) -> None:
    whole = packages.members(good)
    del whole[f"{NAME}/{tag}"]
    assert tag in _codes(verify_package(packages.pack(whole, target)))["file_missing"]


@pytest.mark.parametrize(
    ("tag", "change", "code"),
    [
        ("bagit.txt", lambda raw: b"\xef\xbb\xbf" + raw, "bagit_bom"),
        ("bagit.txt", lambda raw: raw.replace(b"1.0", b"0.97"), "bagit_declaration"),
        ("bagit.txt", lambda raw: raw.replace(b"\n", b"\r\n"), "bagit_declaration"),
        ("bag-info.txt", lambda raw: b"\xef\xbb\xbf" + raw, "bagit_bom"),
        ("bag-info.txt", lambda raw: raw + b"\xff\xfe\n", "info_line"),
        ("bag-info.txt", lambda raw: raw + b"STDesk-Period: 2027\n", "info_line"),
        ("bag-info.txt", lambda raw: raw.replace(b"Submission: 1", b"Submission: -1"), "info_line"),
        ("bag-info.txt", lambda raw: raw.replace(b"STDesk-Secrecy: thuong\n", b""), "info_missing"),
        ("bag-info.txt", lambda raw: raw.replace(b"Submission: 1", b"Submission: 2"), "info_value"),
        ("bag-info.txt", lambda raw: raw.replace(b"Bag-Size: ", b"Bag-Size: 9"), "info_value"),
        ("bag-info.txt", lambda raw: raw.replace(b"Oxum: ", b"Oxum: 1"), "oxum"),
        ("bag-info.txt", lambda raw: raw.replace(b"Format: 1", b"Format: 2"), "format_newer"),
        ("bag-info.txt", lambda raw: raw.replace(b"publication: 2", b"publication: 3"), "count"),
        ("bag-info.txt", lambda raw: raw + b"STDesk-Count-event: 4\n", "count"),
        ("bag-info.txt", _another_snapshot, "snapshot_hash"),
        ("data/snapshot.json", lambda _: b'{"a": 1', "json"),
        ("data/snapshot.json", lambda _: b"[]", "json"),
        ("data/snapshot.json", lambda raw: raw.replace(b"[{}, {}]", b"[{}]"), "count"),
        ("data/snapshot.json", lambda raw: raw.replace(b"[{}, {}]", b"[{}, {}, {}]"), "count"),
        ("data/snapshot.json", lambda raw: raw.replace(b'"publication"', b'"publication2"'), "count"),
        ("data/snapshot.json", lambda _: b'{"a": NaN}', "json"),
        ("data/snapshot.json", lambda _: b'{"a": 1, "a": 2}', "json"),
        ("data/snapshot.json", lambda _: b'{"a": "\\ud800"}', "json"),
        ("data/snapshot.json", lambda _: b'{"a": ' + b"9" * 10_000 + b"}", "json"),
        ("data/snapshot.json", lambda _: '{"a": "đề a\u0301n"}'.encode(), "json"),
        ("data/snapshot.json", lambda _: b"[" * 100_000, "json_limit"),
        ("data/snapshot.json", lambda _: b'{"a":' * 41 + b"1" + b"}" * 41, "json_limit"),
        ("data/records/publication.jsonl", lambda raw: raw + b'{"id": "x"', "json"),
        ("data/records/publication.jsonl", lambda raw: raw + raw, "record"),
        ("data/records/publication.jsonl", lambda raw: raw + b'{"title": "?"}\n', "record"),
        ("data/records/publication.jsonl", lambda raw: raw + b"[1]\n", "record"),
        ("data/records/publication.jsonl", lambda raw: raw + b"\xff\n", "json"),
        ("data/records/publication.jsonl", lambda raw: raw.splitlines(keepends=True)[0], "count"),
        ("data/datapackage.json", lambda raw: raw.replace(b'"bytes": 1024', b'"bytes": 1023'), "description"),
        ("data/datapackage.json", lambda raw: raw.replace(b"sha512:", b"sha512:0", 1), "description"),
        ("data/datapackage.json", lambda _: b"{}", "description"),
        ("data/datapackage.json", lambda _: b'{"resources": [1, null, {"path": 3}]}', "description"),
        ("data/files.jsonl", lambda raw: b"", "files_table"),
        ("data/files.jsonl", lambda raw: raw + b'{"path": "files/la.pdf"}\n', "files_table"),
        ("data/files.jsonl", lambda raw: raw + b"3\n", "files_table"),
        ("data/DOC-TRUOC.html", lambda raw: raw + b"<script>x</script>", "readme_active"),
        ("data/DOC-TRUOC.html", lambda raw: raw + b"<p onclick='x'>", "readme_active"),
        ("data/DOC-TRUOC.html", lambda raw: raw + b"<a href='javascript:x'>y</a>", "readme_active"),
        ("data/DOC-TRUOC.html", lambda raw: raw + b"<a href='http://x'>y</a>", "readme_active"),
        ("data/DOC-TRUOC.html", lambda raw: raw.replace(b"Security-Policy", b"X"), "readme_active"),
        ("data/DOC-TRUOC.html", lambda raw: raw + b"<style>p{background:url(//x)}</style>", "readme_active"),
        ("data/chay.exe", lambda _: b"MZ", "type_refused"),
        ("data/bao-cao.pdf", lambda _: b"\x7fELF\x02", "program"),
        ("data/cu.doc", lambda _: b"\xd0\xcf" + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
        ("fetch.txt", lambda _: b"http://x 1 data/x\n", "file_extra"),
    ],
)  # fmt: skip
def test_a_bag_that_contradicts_itself_is_refused_even_when_its_hashes_are_right(
    good: Path, target: Path, tag: str, change: Callable[[bytes], bytes], code: str
) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        before = bag.get(tag, b"")
        bag[tag] = change(before)
        assert bag[tag] != before

    assert code in _codes(verify_package(packages.resealed(good, target, apply)))


@pytest.mark.parametrize("manifest", ["manifest-sha512.txt", "tagmanifest-sha512.txt"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw + raw.splitlines(keepends=True)[0], "manifest_twice"),
        (lambda raw: raw + b"rubbish\n", "manifest_line"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "manifest_line"),
        (lambda raw: raw[:-1], "manifest_line"),
        (lambda raw: raw.upper(), "manifest_line"),
        (lambda raw: b"".join(sorted(raw.splitlines(keepends=True), reverse=True)) + b"\n", "manifest_line"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "bagit_bom"),
        (lambda raw: raw + b"0" * 128 + b"  data/../../x\n", "manifest_path"),
        (lambda raw: raw + b"0" * 128 + b"  /etc/passwd\n", "manifest_path"),
        (lambda raw: raw + b"0" * 128 + b"  data/e\xcc\x81.pdf\n", "name_decomposed"),
        (lambda raw: raw + b"0" * 128 + b"  data/\xff\n", "manifest_line"),
    ],
)  # fmt: skip
def test_a_malformed_manifest_is_refused(
    good: Path, target: Path, manifest: str, change: Callable[[bytes], bytes], code: str
) -> None:
    whole = packages.members(good)
    whole[f"{NAME}/{manifest}"] = change(whole[f"{NAME}/{manifest}"])
    assert code in _codes(verify_package(packages.pack(whole, target)))


# The ZIP around the bag.


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/etc/passwd", "name_escapes"),
        (f"{NAME}/data/../../x.pdf", "name_escapes"),
        (f"{NAME}\\data\\x.pdf", "name_escapes"),
        ("C:/x.pdf", "name_escapes"),
        (f"{NAME}/data/aux.pdf", "name_reserved"),
        (f"{NAME}/data/con", "name_reserved"),
        (f"{NAME}/data/x.pdf.", "name_trailing"),
        (f"{NAME}/data/x.pdf ", "name_trailing"),
        (f"{NAME}/data/x\x00.pdf", "name_control"),
        (f"{NAME}/data/\u202efdp.exe", "name_control"),
        (f"{NAME}/data/x:y.pdf", "name_forbidden"),
        (f"{NAME}/data/{'x' * 300}.pdf", "name_too_long"),
        (f"{NAME}/data/BAO-CAO.pdf", "name_collision"),
        (f"{NAME}/data/bao-cao.pdf", "name_twice"),
        (f"{NAME}/data/e\u0301.pdf", "name_decomposed"),
        ("khac/x.pdf", "name_outside"),
        ("x.pdf", "name_outside"),
        (f"{NAME}/data/thu-muc/", "not_regular"),
    ],
)
def test_a_dangerous_name_in_the_zip_is_refused(good: Path, target: Path, name: str, code: str) -> None:
    entries = [*packages.members(good).items(), (name, b"x")]
    assert code in _codes(verify_package(packages.pack(entries, target)))


def _central(raw: bytes, name: str) -> int:
    """Where the directory's line of an entry begins."""
    return raw.rindex(name.encode()) - zipformat.CENTRAL.size


def _local(raw: bytes, name: str) -> int:
    return raw.index(name.encode()) - zipformat.LOCAL.size


@pytest.mark.parametrize(
    ("where", "offset", "value", "code"),
    [
        (_central, 8, b"\x01\x08", "zip_encrypted"),
        (_central, 8, b"\x08\x08", "zip_header"),  # sizes after the data
        (_central, 10, b"\x08\x00", "zip_packed"),
        (_central, 12, b"\x21", "zip_header"),  # time
        (_central, 38, struct.pack("<L", 0o120777 << 16), "not_regular"),  # symbolic link
        (_central, 38, struct.pack("<L", 0o020644 << 16), "not_regular"),  # device
        (_central, 38, struct.pack("<L", 0o100755 << 16), "zip_header"),
        (_central, 16, b"\0\0\0\0", "zip_local"),  # check sum
        (_central, 20, b"\xff\xff\xff\x00", "zip_overlap"),  # size in the archive
        (_central, 24, b"\xff\xff\xff\x00", "zip_packed"),  # size unpacked
        (_central, 42, b"\x01\x00\x00\x00", "zip_overlap"),  # place
        (_local, 0, b"XX", "zip_local"),
        (_local, 8, b"\x08\x00", "zip_local"),
        (_local, 14, b"\0\0\0\0", "zip_local"),
        (_local, 22, b"\x01", "zip_local"),
        (_local, 30, b"X", "zip_local"),  # name
    ],
)
def test_a_header_that_says_something_else_is_refused(
    good: Path, target: Path, where: Callable[[bytes, str], int], offset: int, value: bytes, code: str
) -> None:
    raw = bytearray(good.read_bytes())
    at = where(bytes(raw), _decision(packages.members(good))) + offset
    raw[at : at + len(value)] = value
    target.write_bytes(raw)
    assert code in _codes(verify_package(target))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _: b"", "zip_empty"),
        (lambda _: b"%PDF-1.4 khong phai ZIP", "zip_not"),
        (lambda _: bytes(30_000), "zip_not"),
        (lambda _: b"age-encryption.org/v1\n-> X25519 abc\n" + bytes(200), "zip_sealed"),
        (lambda raw: raw[:-1], "zip_cut"),
        (lambda raw: raw + b"x", "zip_trailing"),
        (lambda raw: raw + raw, "zip_trailing"),
        (lambda raw: b"x" * 100 + raw, "zip_not"),
        (lambda raw: raw[:-22] + raw[-22:].replace(b"PK\x05\x06", b"PK\x05\x07"), "zip_cut"),
        (lambda raw: raw[:-2] + b"\x01\x00!", "zip_directory"),  # a comment
    ],
)
def test_an_archive_that_is_none_is_refused(
    good: Path, target: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    target.write_bytes(change(good.read_bytes()))
    found = _codes(verify_package(target))
    assert code in found


def test_bytes_hidden_between_entries_are_found(good: Path, target: Path) -> None:
    entries = list(packages.members(good).items())
    body, directory = bytearray(), bytearray()
    for number, (name, raw) in enumerate(entries):
        body += b"hidden" if number == 3 else b""
        path = name.encode()
        crc = zlib.crc32(raw)
        directory += zipformat.central_header(path, crc, len(raw), len(body))
        body += zipformat.local_header(path, crc, len(raw)) + raw
    body += b"more"
    target.write_bytes(body + directory + zipformat.end_records(len(entries), len(directory), len(body)))
    assert len(_codes(verify_package(target))["zip_gap"]) == 2


def test_entries_that_share_their_bytes_are_found(target: Path) -> None:
    raw = b"A" * 100_000
    body = zipformat.local_header(b"x/a", 1, len(raw)) + raw
    lines = [zipformat.central_header(f"x/{n}".encode(), 1, len(raw), 0) for n in range(2000)]
    directory = b"".join(lines)
    target.write_bytes(body + directory + zipformat.end_records(len(lines), len(directory), len(body)))
    assert "zip_overlap" in _codes(verify_package(target))


def test_a_bomb_is_not_unpacked(target: Path) -> None:
    bomb = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
    with bomb, bomb.open(f"{NAME}/data/x.pdf", "w") as entry:
        for _ in range(50):
            entry.write(bytes(1 << 20))
    tracemalloc.start()
    assert "zip_packed" in _codes(verify_package(target))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def test_thousands_of_entries_are_counted_before_they_are_read(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {f"{NAME}/data/{n}.pdf": b"" for n in range(300)}
    monkeypatch.setattr(zipreader, "MOST_ENTRIES", 299)
    assert set(_codes(verify_package(packages.pack(entries, target)))) >= {"zip_too_many"}


def test_defects_without_end_are_counted_not_listed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defects, "MOST", 50)
    entries = {f"{NAME}/data/{n}.exe": b"MZ" for n in range(200)}
    verification = verify_package(packages.pack(entries, target))
    assert len(verification.defects) == 51
    assert verification.defects[-1].code == "more"


def test_a_package_under_another_name_is_told_its_own(good: Path, tmp_path: Path) -> None:
    other = tmp_path / f"{NAME} (1).zip"
    other.write_bytes(good.read_bytes())
    (defect,) = verify_package(other).defects
    assert (defect.code, defect.expected, defect.found) == ("package_renamed", good.name, other.name)
    folder = packages.unzip(good, tmp_path)
    moved = folder.rename(tmp_path / "goi")
    assert set(_codes(verify_bag(moved))) == {"package_renamed"}


def test_a_repacked_package_can_still_be_checked_unzipped(tmp_path: Path) -> None:
    repacked = packages.GOLDEN / "zip_packed" / f"{NAME}.zip"
    assert set(_codes(verify_package(repacked))) == {"zip_packed"}
    assert verify_bag(packages.unzip(repacked, tmp_path)).ok


def test_links_in_an_unzipped_bag_are_not_followed(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    secret = tmp_path / "secret"
    secret.mkdir()
    (folder / "data/bao-cao.pdf").unlink()
    (folder / "data/bao-cao.pdf").symlink_to(secret)
    (folder / "data/them").symlink_to(secret, target_is_directory=True)
    os.mkfifo(folder / "data/ong")
    found = _codes(verify_bag(folder))
    assert found["not_regular"] == ["data/bao-cao.pdf", "data/ong", "data/them"]
    assert found["file_missing"] == ["data/bao-cao.pdf"]


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    for check in (verify_package, verify_bag):
        with pytest.raises(UserError) as caught:
            check(tmp_path / "khong-co.zip")
        assert caught.value.code == "not_found"


def test_verifying_can_be_stopped(good: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        verify_package(good, progress)
