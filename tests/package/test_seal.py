"""Sealed packages: age opens what we write, and nothing comes out of one that was touched."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package import layout
from stdesk.package import seal as sealing
from stdesk.package.envelope import read_envelope, seal_envelope
from stdesk.package.keys import SecretKey
from stdesk.package.seal import (
    Sealed,
    header_in,
    header_path_of,
    open_sealed,
    read_header,
    seal,
)
from stdesk.package.seal_keys import check_recipient, new_identity, read_identity
from stdesk.package.verifier import verify_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import packages
from tests.helpers.refusals import refusal, told

KEY = SecretKey.from_seed(bytes(range(32)))
OTHER = SecretKey.from_seed(bytes(32))
CENTRE, ARCHIVE, STRANGER = new_identity(), new_identity(), new_identity()
needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no file modes")
HEADER = {
    "unit": "PC09", "period": "2026", "submission": 1, "line": "", "sequence": 1, "previous": "", "delta": False,
    "base_receipt": "", "secrecy": "thuong", "trial": False, "part": 1, "parts": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def sealed_once(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return seal(good, tmp_path_factory.mktemp("sealed"), [CENTRE.recipient, ARCHIVE.recipient], HEADER, KEY)


@pytest.fixture
def sealed(sealed_once: Sealed, tmp_path: Path) -> Path:
    """A sealed package with its header, to be changed."""
    folder = tmp_path / "usb"
    folder.mkdir()
    for path in (sealed_once.path, sealed_once.header_path):
        shutil.copy(path, folder)
    return folder / sealed_once.path.name


def _opened(path: Path, folder: Path, *, identity: str = CENTRE.identity, key: SecretKey = KEY) -> Path:
    return open_sealed(path, [identity], folder, keys=[OTHER.public, key.public])


def _header(path: Path, key: SecretKey = KEY, **changes: Any) -> None:
    """Write the header of ``path`` anew, signed."""
    body = {**read_header(path).body, **changes}
    header_path_of(path).write_bytes(seal_envelope("header", body, key, "x"))


def _left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


# -- good ones


def test_what_was_sealed_opens_byte_for_byte(good: Path, sealed: Path, tmp_path: Path) -> None:
    for identity in (CENTRE.identity, ARCHIVE.identity):
        opened = _opened(sealed, tmp_path / "riêng", identity=identity)
        assert opened.read_bytes() == good.read_bytes()
        assert opened.name == good.name
    assert verify_package(opened).ok


@pytest.mark.skipif(not shutil.which("age"), reason="Debian's age is not installed")
def test_age_opens_it(good: Path, sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "id").write_text(CENTRE.identity, encoding="utf-8")
    words = ["age", "-d", "-i", str(tmp_path / "id"), "-o", str(tmp_path / "plain.zip"), str(sealed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "plain.zip").read_bytes() == good.read_bytes()


def test_the_header_says_what_came(good: Path, sealed: Path) -> None:
    envelope = read_header(sealed)
    assert envelope.verify([KEY.public]) == f"{good.stem}, sequence 1, {sealed.stat().st_size} bytes"
    header = header_in(envelope)
    assert (header.name, header.unit, header.sequence) == (good.stem, "PC09", 1)
    assert header.size == sealed.stat().st_size
    assert header.fingerprint == verify_package(good).fingerprint
    assert read_header(header_path_of(sealed)) == envelope


@needs_posix
def test_only_the_owner_can_read_what_was_opened(sealed: Path, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        opened = _opened(sealed, tmp_path / "mới")
        assert stat.S_IMODE(opened.stat().st_mode) == 0o600
        assert stat.S_IMODE(opened.parent.stat().st_mode) == 0o700
        (tmp_path / "công khai").mkdir(mode=0o755)
        inside = _opened(sealed, tmp_path / "công khai")
        assert inside.parent.parent == tmp_path / "công khai"
        assert stat.S_IMODE(inside.parent.stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_sealing_again_gives_the_same_file_back(good: Path, sealed: Path) -> None:
    before = sealed.read_bytes()
    again = seal(good, sealed.parent, [STRANGER.recipient], HEADER, KEY)
    assert again.path.read_bytes() == before
    assert (again.size, again.fingerprint) == (len(before), verify_package(good).fingerprint)


def test_a_sealed_file_without_header_is_written_anew(good: Path, sealed: Path, tmp_path: Path) -> None:
    header_path_of(sealed).unlink()
    sealed.write_bytes(b"half")
    seal(good, sealed.parent, [CENTRE.recipient], HEADER, KEY)
    assert _opened(sealed, tmp_path / "o").read_bytes() == good.read_bytes()


def test_another_sealed_file_of_that_name_stays(good: Path, sealed: Path) -> None:
    _header(sealed, fingerprint="ab" * 64)
    before = sealed.read_bytes()
    assert refusal(seal, good, sealed.parent, [CENTRE.recipient], HEADER, KEY) == "sealed_exists"
    assert sealed.read_bytes() == before


# -- refused before sealing


def test_nobody_or_a_false_recipient_is_refused(good: Path, tmp_path: Path) -> None:
    assert refusal(seal, good, tmp_path, [], HEADER, KEY) == "seal_nobody"
    for text in ("age1", "", "xin chào", CENTRE.identity, CENTRE.recipient[:-1] + "b"):
        assert refusal(seal, good, tmp_path, [text], HEADER, KEY) == "recipient_malformed"
    assert check_recipient(f" {CENTRE.recipient.upper()}\n") == CENTRE.recipient
    assert not _left(tmp_path)


def test_an_identity_never_stands_in_a_message() -> None:
    text = CENTRE.identity[:-1] + "b"
    with pytest.raises(UserError) as caught:
        read_identity(text)
    assert text not in str(caught.value)
    assert text not in repr(caught.value)
    assert CENTRE.identity not in repr(CENTRE)


def test_a_file_that_is_no_package_is_not_sealed(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no package")
    assert refusal(seal, tmp_path / "a.zip", tmp_path, [CENTRE.recipient], HEADER, KEY) == "sealed_inside"
    assert [path.name for path in _left(tmp_path)] == ["a.zip"]


def test_stopping_leaves_nothing(good: Path, tmp_path: Path) -> None:
    progress = Progress()
    progress.start = lambda total, note="": progress.cancel()  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        seal(good, tmp_path, [CENTRE.recipient], HEADER, KEY, progress)
    assert not _left(tmp_path)


# -- refused before or while opening, with nothing left


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_any_bit_of_the_sealed_file_counts(sealed_once: Sealed, tmp_path: Path, data: st.DataObject) -> None:
    folder, target = tmp_path / "bit", tmp_path / "bit-out"
    folder.mkdir(exist_ok=True)
    path = folder / sealed_once.path.name
    raw = bytearray(sealed_once.path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    shutil.copy(sealed_once.header_path, folder)
    assert refusal(_opened, path, target) == "sealed_changed"
    assert not _left(target)


@pytest.mark.parametrize("cut", [0, 1, 16, 65_536, 10**9])
def test_cut_anywhere_it_is_refused(sealed: Path, tmp_path: Path, cut: int) -> None:
    raw = sealed.read_bytes()
    sealed.write_bytes(raw[: max(0, len(raw) - cut)] if cut else raw + b"\0")
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_size"
    assert not _left(tmp_path / "o")


@pytest.mark.parametrize("how", ["cut", "bit", "longer", "empty"])
def test_a_sender_who_signs_a_damaged_file_is_found_out_by_age(
    sealed: Path, tmp_path: Path, how: str
) -> None:
    """Size and hash of the header are right: only age's own authentication knows."""
    raw = sealed.read_bytes()
    raw = {"cut": raw[:-20], "bit": raw[:-1] + bytes([raw[-1] ^ 1]), "longer": raw + b"x", "empty": b"x"}[how]
    sealed.write_bytes(raw)
    _header(sealed, size=len(raw), sha512=hashlib.sha512(raw).hexdigest())
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_damaged"
    assert not _left(tmp_path / "o")


def test_another_package_inside_is_found_out(sealed: Path, tmp_path: Path) -> None:
    """Sealed by anyone for the centre, under a header that speaks of something else."""
    _header(sealed, fingerprint="ab" * 64)
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_inside"
    assert not _left(tmp_path / "o")


def test_something_else_than_a_package_inside_is_found_out(sealed: Path, tmp_path: Path) -> None:
    raw = pyrage.encrypt(b"x" * 100_000, [pyrage.x25519.Recipient.from_str(CENTRE.recipient)])
    sealed.write_bytes(raw)
    _header(sealed, size=len(raw), sha512=hashlib.sha512(raw).hexdigest())
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_inside"
    assert not _left(tmp_path / "o")


def test_sealed_for_somebody_else(sealed: Path, tmp_path: Path) -> None:
    assert refusal(_opened, sealed, tmp_path / "o", identity=STRANGER.identity) == "sealed_no_key"
    assert refusal(_opened, sealed, tmp_path / "o", identity="AGE-SECRET-KEY-1X") == "identity_malformed"
    assert not _left(tmp_path / "o")


def test_a_header_of_an_unknown_key_opens_nothing(sealed: Path, tmp_path: Path) -> None:
    unknown = SecretKey.from_seed(b"9" * 32)
    _header(sealed, unknown)
    assert refusal(_opened, sealed, tmp_path / "o") == "envelope_unknown_key"
    _header(sealed, OTHER)
    assert refusal(open_sealed, sealed, [CENTRE.identity], tmp_path / "o", keys=[]) == "envelope_unknown_key"
    assert not (tmp_path / "o").exists(), "nothing is even begun"


def test_a_missing_or_foreign_header(sealed: Path, tmp_path: Path) -> None:
    header = header_path_of(sealed)
    raw = header.read_bytes()
    header.write_bytes(raw.replace(b'"type":"header"', b'"type":"roster"'))
    assert refusal(_opened, sealed, tmp_path / "o").startswith("envelope_")
    header.write_bytes(b" " * 70_000)
    assert refusal(_opened, sealed, tmp_path / "o") == "envelope_too_big"
    header.unlink()
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_header_missing"
    assert read_envelope(raw, "header").type == "header"


def test_another_name_outside(sealed: Path, tmp_path: Path) -> None:
    other = sealed.with_name(sealed.name.replace("L01", "L02"))
    sealed.rename(other)
    header_path_of(sealed).rename(header_path_of(other))
    assert refusal(_opened, other, tmp_path / "o") == "sealed_renamed"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../x"}, {"name": "KHCN-PC08-2026-L01"}, {"unit": ""}, {"size": 0}, {"sha512": "x"}, {"part": 0},
        {"fingerprint": ""}, {"submission": "1"}, {"period": "năm nay"}, {"trial": True}, {"delta": 1},
    ],
)  # fmt: skip
def test_a_malformed_header_has_its_sentence(sealed: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    _header(sealed, **changes)
    assert refusal(_opened, sealed, tmp_path / "o") == "sealed_header_malformed"
    assert not _left(tmp_path)[2:]


def test_no_room_is_said_before(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10))  # type: ignore[attr-defined]
    assert refusal(_opened, sealed, tmp_path / "o") == "package_no_room"


def test_a_disk_that_fills_up_leaves_nothing(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sealing.os, "fsync", full)
    with pytest.raises(UserError) as caught:
        _opened(sealed, tmp_path / "o")
    assert told(caught.value) == "disk_full"
    assert not _left(tmp_path / "o")


def test_stopping_while_opening_leaves_nothing(sealed: Path, tmp_path: Path) -> None:
    progress = Progress()
    progress.start = lambda total, note="": progress.cancel()  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        open_sealed(sealed, [CENTRE.identity], tmp_path / "o", progress, keys=[KEY.public])
    assert not _left(tmp_path / "o")


def test_memory_stays_flat(tmp_path: Path) -> None:
    """64 MB through both ways: Python's own memory stays below 8 MB."""
    source = tmp_path / f"{packages.NAME}.zip"
    _big_zip(source, 64 << 20)
    tracemalloc.start()
    try:
        done = seal(source, _folder(tmp_path / "s"), [CENTRE.recipient], HEADER, KEY)
        opened = _opened(done.path, tmp_path / "o")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert opened.stat().st_size == source.stat().st_size
    assert peak < 8 << 20, f"{peak >> 20} MB"


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _big_zip(path: Path, size: int) -> None:
    """A ZIP of a tag manifest and one large file, with the headers that zipfile writes."""
    block = os.urandom(1 << 20)

    with zipfile.ZipFile(path, "w") as out:
        out.writestr(f"{packages.NAME}/{layout.TAG_MANIFEST}", "x")
        with out.open(f"{packages.NAME}/data/files/a.pdf", "w") as entry:
            for _ in range(size >> 20):
                entry.write(block)
