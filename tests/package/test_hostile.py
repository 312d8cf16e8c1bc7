"""Packages made to harm whoever reads them: refused with the reason, in bounded time and memory, nothing written."""

from __future__ import annotations

import os
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stdesk.errors import UserError
from stdesk.package import layout, zipformat
from stdesk.package.reader import open_package
from stdesk.package.verifier import Verification, verify_bag, verify_package
from tests.helpers import mutations, packages

NAME = packages.NAME


@contextmanager
def _bounded(folder: Path, *, memory: int = 48 << 20, seconds: float = 120) -> Iterator[None]:
    """What is done here takes no more than that, and leaves ``folder`` as it is."""
    before = sorted((path, path.lstat().st_size) for path in folder.rglob("*"))
    tracemalloc.start()
    begin = time.monotonic()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < memory, peak
    assert time.monotonic() - begin < seconds
    assert sorted((path, path.lstat().st_size) for path in folder.rglob("*")) == before


def _refused(path: Path, *codes: str) -> Verification:
    """Neither verified nor, where the ZIP itself is wrong, opened for reading."""
    with _bounded(path.parent):
        verification = verify_package(path, unit="PC09")
    assert not verification.ok
    found = {one.code for one in verification.defects}
    assert set(codes) <= found
    if found - {"name_decomposed", "type_refused", "file_extra"}:
        with pytest.raises(UserError), open_package(path):
            pass
    return verification


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/cron.d/x.pdf", "name_escapes"),
        (f"{NAME}/data/../../../x.pdf", "name_escapes"),
        (f"{NAME}/./data/x.pdf", "name_escapes"),
        (f"{NAME}//data/x.pdf", "name_escapes"),
        ("/x.pdf", "name_escapes"),
        ("//may/chung/x.pdf", "name_escapes"),
        ("\\\\may\\chung\\x.pdf", "name_escapes"),
        (f"{NAME}/data\\..\\..\\x.pdf", "name_escapes"),
        ("C:\\x.pdf", "name_escapes"),
        ("c:x.pdf", "name_escapes"),
        ("~/x.pdf", "name_escapes"),
        ("~root/x.pdf", "name_escapes"),
        (f"{NAME}/data/\x00.pdf", "name_control"),
        (f"{NAME}/data/x\n.pdf", "name_control"),
        (f"{NAME}/data/x\x1b[2J.pdf", "name_control"),
        (f"{NAME}/data/fdp\u202eexe.pdf", "name_control"),
        (f"{NAME}/data/an\u200b.pdf", "name_control"),
        (f"{NAME}/data/x.pdf:an", "name_forbidden"),
        (f"{NAME}/data/$(reboot)?.pdf", "name_forbidden"),
        (f"{NAME}/data/<script>.pdf", "name_forbidden"),
        (f"{NAME}/data/%2e%2e%2fx.pdf", "name_forbidden"),
        (f"{NAME}/data/CON.pdf", "name_reserved"),
        (f"{NAME}/data/lpt1", "name_reserved"),
        (f"{NAME}/data/nul.tar.pdf", "name_reserved"),
        (f"{NAME}/data/COM\u00b9.pdf", "name_reserved"),
        (f"{NAME}/data/conin$", "name_reserved"),
        (f"{NAME}/data/x.pdf. ", "name_trailing"),
        (f"{NAME}/data/ x.pdf", "name_trailing"),
        (f"{NAME}/data/{'d/' * 120}x.pdf", "name_too_long"),
        (f"{NAME}/data/BAO-CAO.PDF", "name_collision"),
        (f"{NAME}/DATA/bao-cao.pdf", "name_collision"),
        (f"{NAME}/data/bao-cao.pdf", "name_twice"),
        (f"{NAME}/data/bie\u0302n-ba\u0309n.pdf", "name_decomposed"),
        (f"{NAME.lower()}/data/x.pdf", "name_outside"),
    ],
)
def test_a_name_made_to_escape_clash_or_deceive_is_refused(
    good: Path, target: Path, name: str, code: str
) -> None:
    packages.pack([*packages.members(good).items(), (name, b"x")], target)
    verification = _refused(target, code)
    for one in verification.defects:
        assert one.file.isprintable()
        assert one.message.isprintable()


def test_two_spellings_of_one_name_are_found(good: Path, target: Path) -> None:
    both = [(f"{NAME}/data/\u00e9.pdf", b"x"), (f"{NAME}/data/e\u0301.pdf", b"y")]
    packages.pack([*packages.members(good).items(), *both], target)
    _refused(target, "name_collision", "name_decomposed")


def test_a_name_that_is_no_utf8_is_told_in_bytes(good: Path, target: Path) -> None:
    entries = [(name.encode(), raw) for name, raw in packages.members(good).items()]
    bad = f"{NAME}/data/".encode() + b"b\xe1o-c\xe1o.pdf"  # ISO-8859-1
    target.write_bytes(mutations.zipped([*entries, (bad, b"x")]))
    found = [one for one in _refused(target, "name_utf8").defects if one.code == "name_utf8"]
    assert "e1" in found[0].found


@pytest.mark.parametrize("kind", [0o120777, 0o040755, 0o020644, 0o060644, 0o010644, 0o140644])
def test_an_entry_that_is_no_file_is_refused(good: Path, target: Path, kind: int) -> None:
    """A link, a folder, two sorts of device, a pipe, a socket."""
    raw = bytearray(good.read_bytes())
    at = raw.rindex(b"data/bao-cao.pdf") - len(NAME) - 1 - zipformat.CENTRAL.size + 38
    raw[at : at + 4] = struct.pack("<L", kind << 16)
    target.write_bytes(raw)
    _refused(target, "not_regular")


# Bombs.


def _directory_of(entries: list[tuple[bytes, int, int]], body: bytes, target: Path, count: int = -1) -> None:
    """A ZIP of ``body`` with lines (name, size, place) that may lie."""
    lines = b"".join(zipformat.central_header(name, 0, size, place) for name, size, place in entries)
    stated = len(entries) if count < 0 else count
    target.write_bytes(body + lines + zipformat.end_records(stated, len(lines), len(body)))


def test_overlapping_entries_do_not_multiply_a_file(target: Path) -> None:
    """Fifield's quoted overlap: thousands of entries over one stretch of bytes."""
    body = zipformat.local_header(b"a", 0, 1 << 20) + bytes(1 << 20)
    _directory_of([(f"{NAME}/data/{n}.pdf".encode(), 1 << 20, 0) for n in range(5_000)], body, target)
    _refused(target, "zip_overlap")


def test_entries_one_inside_the_other_are_refused(target: Path) -> None:
    body, inside = bytearray(), []
    for number in range(200):
        name = f"{NAME}/data/{number}.pdf".encode()
        inside.append((name, len(body)))
        body += zipformat.local_header(name, 0, 100)
    _directory_of(
        [(name, len(body) - place - 60, place) for name, place in inside], bytes(body) + bytes(60), target
    )
    _refused(target, "zip_overlap")


def test_a_squeezed_bomb_is_never_unpacked(target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(8):
            with archive.open(f"{NAME}/data/{number}.pdf", "w") as entry:
                for _ in range(20):
                    entry.write(bytes(1 << 20))
    assert target.stat().st_size < 1 << 20
    with _bounded(target.parent, memory=4 << 20, seconds=60):
        assert "zip_packed" in {one.code for one in verify_package(target).defects}


def test_a_bomb_in_a_bomb_stays_shut(good: Path, target: Path) -> None:
    inner = target.with_name("inner.zip")
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", bytes(8 << 20))
    raw = inner.read_bytes()
    inner.unlink()
    packages.pack([*packages.members(good).items(), (f"{NAME}/data/files/them.zip", raw)], target)
    _refused(target, "type_refused", "file_extra")


@pytest.mark.parametrize("stated", [0xFFFFFFFE, 0x7FFFFFFF, 1 << 40, (1 << 63) - 1])
def test_a_size_that_is_a_lie_costs_nothing(good: Path, target: Path, stated: int) -> None:
    name = f"{NAME}/data/x.pdf".encode()
    head = zipformat.local_header(name, 0, stated)
    _directory_of([(name, stated, 0)], head + b"x" * 100, target)
    with _bounded(target.parent, memory=4 << 20, seconds=60):
        assert "zip_overlap" in {one.code for one in verify_package(target).defects}
    target.write_bytes(head + b"x" * 100)  # without a directory: found from the start
    with _bounded(target.parent, memory=4 << 20, seconds=60):
        assert {"zip_cut", "file_truncated"} <= {one.code for one in verify_package(target).defects}


@pytest.mark.parametrize("count", [60_001, 65_535, 1 << 32, (1 << 64) - 1])
def test_a_count_that_is_a_lie_is_refused_before_reading(target: Path, count: int) -> None:
    _directory_of(
        [(f"{NAME}/a".encode(), 0, 0)], zipformat.local_header(f"{NAME}/a".encode(), 0, 0), target, count
    )
    with _bounded(target.parent, memory=4 << 20, seconds=60):
        assert not verify_package(target).ok


def test_thousands_of_entries_are_read_within_bounds(target: Path) -> None:
    """4,000 here; the most there may be, 60,000, under make torture."""
    mutations.write_many(target, 4_000)
    with _bounded(target.parent, memory=24 << 20):
        verification = verify_package(target)
    assert "file_missing" in {one.code for one in verification.defects}


@pytest.mark.parametrize("field", range(8))
def test_zip64_records_that_say_something_else_are_refused(
    good: Path, target: Path, field: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that needs zip64 nowhere, closed with zip64 records all the same, each number off by one."""
    raw = good.read_bytes()
    *_, count, length, begin, _ = zipformat.END.unpack(raw[-22:])
    numbers = [44, 0x32D, 45, 0, 0, count, count, length, begin]
    numbers[field + 1] += 1
    wide = zipformat.END_64.pack(zipformat.END_64_SIGN, *numbers)
    wide += zipformat.LOCATOR_64.pack(zipformat.LOCATOR_64_SIGN, 0, begin + length, 1)
    end = zipformat.END.pack(zipformat.END_SIGN, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    target.write_bytes(raw[:-22] + wide + end)
    with _bounded(target.parent):
        assert not verify_package(target).ok


@pytest.mark.parametrize(
    "wrong",
    [
        lambda raw: raw + b"PK\x05\x06" + bytes(18),
        lambda raw: raw[:-22] + b"PK\x05\x06" + bytes(18) + raw[-22:],
        lambda raw: b"MZ" + bytes(510) + raw,
        lambda raw: b"#!/bin/sh\n" + raw,
        lambda raw: raw + b"PK\x05\x06" * 16_000,
        lambda raw: b"PK\x03\x04" * 50_000,
        lambda raw: b"PK\x05\x06" * 16_000,
        lambda raw: b"PK\x01\x02" * 16_000,
    ],
)
def test_a_second_archive_or_a_program_around_it_is_refused(
    good: Path, target: Path, wrong: Callable[[bytes], bytes]
) -> None:
    target.write_bytes(wrong(good.read_bytes()))
    _refused(target)


def test_the_directory_may_not_hide_what_a_careless_program_sees(good: Path, target: Path) -> None:
    """A file in local headers only: unzip would not show it, a streaming reader would."""
    raw = good.read_bytes()
    *_, count, length, begin, _ = zipformat.END.unpack(raw[-22:])
    hidden = f"{NAME}/data/an.pdf".encode()
    more = zipformat.local_header(hidden, zlib.crc32(b"x"), 1) + b"x"
    end = zipformat.end_records(count, length, begin + len(more))
    target.write_bytes(raw[:begin] + more + raw[begin:-22] + end)
    _refused(target, "zip_gap")


# Inside.


def test_a_package_of_another_unit_is_refused_when_the_sender_is_known(tmp_path: Path) -> None:
    other = packages.write_small(tmp_path, unit_code="PA06")
    assert verify_package(other).ok
    (defect,) = verify_package(other, unit="PC09").defects
    assert (defect.code, defect.expected, defect.found) == ("unit_other", "PC09", "PA06")


def test_two_units_whose_codes_fold_to_one_name_are_told_apart(tmp_path: Path) -> None:
    other = packages.write_small(tmp_path, unit_code="PC-09")
    codes = [one.code for one in verify_package(other, unit="PC 09").defects]
    assert codes == ["unit_other"]


@pytest.mark.parametrize(
    "raw", [b'{"a":' * 100_000, b"[" * 200_000, b'"' * 1_000_000, b"{}" * 100_000, b"\xff" * 65_000]
)
def test_documents_made_to_break_a_parser_are_refused(good: Path, target: Path, raw: bytes) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        bag[layout.SNAPSHOT] = raw

    packages.resealed(good, target, apply)
    with _bounded(target.parent):
        assert {"json", "json_limit"} & {one.code for one in verify_package(target).defects}


def test_a_schema_with_a_pattern_that_never_ends_is_not_run(good: Path, target: Path) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        before = bag["data/datapackage.json"]
        evil = b'{"name": "title", "type": "string", "constraints": {"pattern": "^(a|a)*$"}}'
        start = before.index(b"{", before.index(b'"name": "title"') - 30)
        end = before.index(b"}", start) + 1
        bag["data/datapackage.json"] = before[:start] + evil + before[end:]
        bag["data/records/publication.jsonl"] = (
            b'{"id": "019a-1", "title": "' + b"a" * 60 + b'!"}\n{"id": "019a-2", "title": "x"}\n'
        )

    packages.resealed(good, target, apply)
    with _bounded(target.parent, seconds=60):
        assert "json" not in {one.code for one in verify_package(target).defects}


def test_a_manifest_of_files_that_are_not_there_is_read_within_bounds(good: Path, target: Path) -> None:
    whole = packages.members(good)
    line = b"0" * 128 + b"  data/files/%06d.pdf\n"
    whole[f"{NAME}/{layout.MANIFEST}"] = b"".join(line % number for number in range(15_000))
    packages.pack(whole, target)
    with _bounded(target.parent, memory=48 << 20):
        verification = verify_package(target)
    assert verification.defects[-1].code == "more"


def test_links_and_pipes_in_an_unzipped_package_are_never_opened(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    (folder / "bag-info.txt").unlink()
    os.mkfifo(folder / "bag-info.txt")  # opening it would wait for ever
    (folder / "data/snapshot.json").unlink()
    (folder / "data/snapshot.json").symlink_to("/dev/zero")
    (folder / "data/vong").symlink_to(folder, target_is_directory=True)
    with _bounded(tmp_path):
        found = {(one.file, one.code) for one in verify_bag(folder).defects}
    assert {(one, "not_regular") for one in ("bag-info.txt", "data/snapshot.json", "data/vong")} <= found


def test_a_file_that_changes_after_the_check_is_found_while_reading(good: Path, target: Path) -> None:
    target.write_bytes(good.read_bytes())
    assert verify_package(target).ok
    with open_package(target) as package:
        raw = bytearray(target.read_bytes())
        at = raw.index(b'{"id":"019a-1"') + 7
        raw[at : at + 6] = b"019a-9"
        target.write_bytes(raw)
        with pytest.raises(UserError) as caught:
            list(package.records("publication"))
    assert caught.value.code == "package_read_differs"
