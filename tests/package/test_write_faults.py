"""Whatever the medium does while a package is written: a sentence, and nothing that looks whole."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stdesk.errors import Exit, UserError
from stdesk.package import flushing, medium, readback, writer
from stdesk.package.content import PackageContent
from stdesk.package.verifier import verify_package
from stdesk.package.writer import write_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import packages

_SAID = {
    errno.ENOSPC: "medium_full",
    errno.EDQUOT: "medium_full",
    errno.EIO: "medium_failing",
    errno.EROFS: "medium_read_only",
    errno.ENODEV: "medium_gone",
    errno.EFBIG: "medium_file_limit",
    errno.EACCES: "medium_denied",
}


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder that stands for the medium."""
    (tmp_path / "USB KHCN").mkdir()
    return tmp_path / "USB KHCN"


@pytest.fixture
def content(tmp_path: Path) -> PackageContent:
    """A small package; its attachments lie in another folder, the library's."""
    (tmp_path / "library").mkdir()
    return packages.content(tmp_path / "library")


class _Faults:
    """The k-th call of one step of the protocol fails; from then on too when it is persistent."""

    def __init__(self, patch: pytest.MonkeyPatch, stick: Path, step: str, number: int) -> None:
        self.countdown = 0
        self.persistent = False
        self.fired = 0
        self._number = number
        self._lock = threading.Lock()
        patch.setattr(flushing, "_syncfs", lambda: None)
        if step != "fsync":  # hundreds of real ones take their time
            patch.setattr(os, "fsync", lambda _: None)
        if step == "read":
            self._wrap(patch, readback.DeviceFile, "read_into", lambda *_: True)
        elif step == "open":
            self._wrap(
                patch, os, "open", lambda path, flags, *_: bool(flags & os.O_RDWR) and _below(path, stick)
            )
        elif step == "rename":
            self._wrap(patch, os, "rename", lambda source, _: _below(source, stick))
        elif step == "stat":
            self._wrap(patch, os, "stat", lambda path, *_: _below(path, stick))
        else:
            self._wrap(patch, os, step, lambda *_: True)

    def _wrap(self, patch: pytest.MonkeyPatch, place: Any, name: str, concerns: Callable[..., bool]) -> None:
        real = getattr(place, name)

        def failing(*args: Any, **named: Any) -> Any:
            if concerns(*args):
                self._count()
            return real(*args, **named)

        patch.setattr(place, name, failing)

    def _count(self) -> None:
        with self._lock:
            self.countdown -= 1
            hit = self.countdown == 0 or (self.persistent and self.countdown < 0)
            self.fired += hit
        if hit:
            raise OSError(self._number, os.strerror(self._number))


def _below(path: Any, folder: Path) -> bool:
    return str(folder) in str(path)


@pytest.mark.parametrize(
    ("step", "number", "persistent"),
    [
        ("open", errno.ENOSPC, False),
        ("open", errno.EIO, True),
        ("write", errno.ENOSPC, False),
        ("write", errno.ENOSPC, True),
        ("write", errno.EIO, False),
        ("write", errno.ENODEV, True),
        ("fsync", errno.EIO, False),
        ("fsync", errno.ENOSPC, True),
        ("fsync", errno.EROFS, True),
        ("rename", errno.EIO, False),
        ("rename", errno.EROFS, True),
        ("read", errno.EIO, False),
        ("read", errno.ENODEV, True),
        ("stat", errno.EIO, False),
    ],
)
def test_whichever_call_fails_nothing_that_looks_whole_is_left(
    content: PackageContent,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    number: int,
    persistent: bool,
) -> None:
    library = {one: one.read_bytes() for one in (stick.parent / "library").iterdir()}
    faults = _Faults(monkeypatch, stick, step, number)
    monkeypatch.setattr(medium, "FLUSH_LEAST", 2000)  # so that there are flushes beside the writing
    monkeypatch.setattr(medium, "BLOCK", 500)
    failed = 0
    for k in range(1, 500):
        faults.countdown, faults.persistent, faults.fired = k, persistent, 0
        try:
            written = write_package(content, stick)
        except UserError as error:
            failed += 1
            assert faults.fired
            early = {"device_failed"} if step == "stat" else set()  # not a byte had been asked of it
            assert error.code in {_SAID[number], *early}
            assert error.exit_code is Exit.ENVIRONMENT
            assert str(stick) in str(error)
            assert list(stick.iterdir()) == []
        else:
            faults.countdown = 0
            if not faults.fired:
                break
            assert verify_package(written.path).ok  # a way around was found: reading through the cache
            shutil.rmtree(stick)
            stick.mkdir()
    assert failed >= {"open": 3, "write": 15, "fsync": 4, "rename": 2, "read": 1, "stat": 2}[step]
    assert {one: one.read_bytes() for one in (stick.parent / "library").iterdir()} == library
    assert verify_package(written.path).ok


@pytest.mark.parametrize("number", [errno.EDQUOT, errno.EFBIG, errno.EACCES])
def test_other_refusals_have_their_sentence_too(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    _Faults(monkeypatch, stick, "write", number).countdown = 3
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == _SAID[number]
    assert list(stick.iterdir()) == []


def test_what_cannot_be_removed_either_is_still_no_package(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = _Faults(monkeypatch, stick, "write", errno.EIO)
    faults.countdown, faults.persistent = 9, True

    real = os.unlink

    def refused(path: Any, **named: Any) -> None:
        if faults.fired:
            raise OSError(errno.EIO, "I/O")
        real(path, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refused)
        with pytest.raises(UserError) as caught:
            write_package(content, stick)
    assert caught.value.code == "medium_failing"
    assert [one.name for one in stick.iterdir()] == [f"{packages.NAME}.zip.part"]


def test_pulled_out_while_writing(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.write, [10]

    def pull(handle: int, raw: Any) -> int:
        left[0] -= 1
        if left[0] == 0:
            shutil.rmtree(stick)
        return real(handle, raw)

    monkeypatch.setattr(os, "write", pull)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == "medium_gone"
    assert not stick.exists()


def test_an_empty_listing_after_a_failure_means_pulled_out(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.write, [10]

    def pull(handle: int, raw: Any) -> int:
        left[0] -= 1
        if left[0] == 0:
            for one in stick.iterdir():
                one.unlink()
            raise OSError(errno.EIO, "I/O")
        return real(handle, raw)

    monkeypatch.setattr(os, "write", pull)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == "medium_gone"


@pytest.mark.parametrize("size", [4096, 8192])
@pytest.mark.parametrize("way", ["drops", "wraps"])
def test_a_stick_that_lies_is_found_out(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch, way: str, size: int
) -> None:
    """Beyond its true ``size`` it drops what is written, or writes it over the beginning."""
    real = os.write

    def lie(handle: int, raw: Any) -> int:
        place = os.lseek(handle, 0, os.SEEK_CUR)
        if place < size or not Path(f"/proc/self/fd/{handle}").resolve().is_relative_to(stick):
            return real(handle, raw)
        if way == "wraps":
            os.pwrite(handle, raw, place % size)
        return real(handle, bytes(len(raw)))

    monkeypatch.setattr(os, "write", lie)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert (caught.value.code, caught.value.exit_code) == ("medium_lies", Exit.ENVIRONMENT)
    assert list(stick.iterdir()) == []
    with pytest.raises(UserError) as caught:
        medium.place_file(stick / "thu.json", [os.urandom(1000)] * 20, 20_000)
    assert caught.value.code == "medium_lies"
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.99])
def test_a_single_bit_read_back_wrong_is_found(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch, place: float
) -> None:
    real = medium.harden

    def worn_out(path: Path) -> None:
        real(path)
        if path.suffix == ".zip":
            raw = bytearray(path.read_bytes())
            raw[int(len(raw) * place)] ^= 0x10
            path.write_bytes(raw)

    monkeypatch.setattr(medium, "harden", worn_out)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == "medium_lies"
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw + b"\0"])
def test_a_length_read_back_wrong_is_found(
    content: PackageContent,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[bytes], bytes],
) -> None:
    real = medium.harden

    def worn_out(path: Path) -> None:
        real(path)
        path.write_bytes(change(path.read_bytes()))

    monkeypatch.setattr(medium, "harden", worn_out)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == "medium_lies"


def test_a_stop_is_heard_while_a_slow_stick_takes_its_time(
    content: PackageContent, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flush under way is not waited for: it lasts until the test ends."""
    progress = Progress()
    over = threading.Event()
    real = os.fsync

    def slow(handle: int) -> None:
        progress.cancel()
        over.wait(30)
        real(handle)

    monkeypatch.setattr(os, "fsync", slow)
    monkeypatch.setattr(medium, "FLUSH_LEAST", 2000)
    cleaned = threading.Event()
    monkeypatch.setattr(medium, "flush_folder", lambda _: cleaned.set())
    try:
        with pytest.raises(Cancelled):
            write_package(content, stick, progress)
        assert not over.is_set()
        assert cleaned.is_set()
        assert list(stick.iterdir()) == []
    finally:
        over.set()


# -- stopped and gone on with ---------------------------------------------------------------------


class _StopsAfter(Progress):
    """Cancelled when so many bytes are written."""

    most = 0

    def step(self, count: int = 1) -> None:
        super().step(count)
        if self.most and self.done >= self.most:
            self.cancel()


def _stopped(content: PackageContent, stick: Path, most: int) -> Path:
    progress = _StopsAfter()
    progress.most = most
    with pytest.raises(Cancelled):
        write_package(content, stick, progress, keep_partial=True)
    (part,) = stick.iterdir()
    assert part.name == f"{packages.NAME}.zip.part"
    return part


class _Counted:
    """Counts the bytes written."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.bytes = 0
        real = os.write

        def write(handle: int, raw: Any) -> int:
            done = real(handle, raw)
            self.bytes += done
            return done

        patch.setattr(os, "write", write)


@pytest.mark.parametrize("most", [1, 3000, 9000, 12_000])
@pytest.mark.parametrize("kept", [100, 8 << 20])
def test_what_was_stopped_is_gone_on_with(
    content: PackageContent, good: Path, stick: Path, monkeypatch: pytest.MonkeyPatch, most: int, kept: int
) -> None:
    monkeypatch.setattr(writer, "_KEPT", kept)
    there = _stopped(content, stick, most).stat().st_size
    assert there >= most
    counted = _Counted(monkeypatch)
    written = write_package(content, stick)
    assert written.path.read_bytes() == good.read_bytes()
    again = 6500 + 2000 * (
        kept == 100
    )  # the largest entry, which may have been cut in two; headers put right
    assert counted.bytes <= good.stat().st_size - there + again
    assert sorted(one.suffix for one in stick.iterdir()) == [".ok", ".zip"]


def test_only_what_is_right_in_it_is_kept(
    content: PackageContent, good: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = _stopped(content, stick, 12_000)
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(raw + b"rac" * 9000)
    counted = _Counted(monkeypatch)
    assert write_package(content, stick).path.read_bytes() == good.read_bytes()
    assert counted.bytes > good.stat().st_size // 3


def test_half_of_another_package_is_begun_anew(content: PackageContent, good: Path, stick: Path) -> None:
    other = replace(content, info=replace(content.info, rule_hash="cd" * 64))
    _stopped(other, stick, 12_000)
    assert write_package(content, stick).path.read_bytes() == good.read_bytes()
    assert sorted(one.suffix for one in stick.iterdir()) == [".ok", ".zip"]


def test_stopped_without_asking_to_keep_it_leaves_nothing(content: PackageContent, stick: Path) -> None:
    progress = _StopsAfter()
    progress.most = 9000
    with pytest.raises(Cancelled):
        write_package(content, stick, progress)
    assert list(stick.iterdir()) == []


def test_killed_after_the_name_was_given_is_finished_the_next_time(
    content: PackageContent, good: Path, stick: Path
) -> None:
    whole = stick / good.name
    whole.write_bytes(good.read_bytes())  # no mark beside it
    before = whole.stat().st_mtime_ns
    assert write_package(content, stick).path == whole
    assert whole.stat().st_mtime_ns == before
    assert whole.with_name(whole.name + ".ok").exists()


# -- a real medium --------------------------------------------------------------------------------


@pytest.fixture
def tmpfs(stick: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small file system in memory; only root may."""
    mounted = []

    def mount(options: str) -> Path:
        words = ["mount", "-t", "tmpfs", "-o", options, "stdesk-test", str(stick)]
        if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("mounting a file system takes root")
        mounted.append(stick)
        return stick

    yield mount
    for one in mounted:
        subprocess.run(["umount", "-l", str(one)], capture_output=True, check=False)


def test_a_medium_that_is_really_full(
    content: PackageContent, tmpfs: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = tmpfs("size=12k")
    here = replace(medium.volume_of(full), free=1 << 30)
    monkeypatch.setattr(medium, "volume_of", lambda _: here)  # it says there is room
    with pytest.raises(UserError) as caught:
        write_package(content, full)
    assert caught.value.code == "medium_full"
    assert list(full.iterdir()) == []


def test_too_small_a_medium_is_said_before(content: PackageContent, tmpfs: Callable[[str], Path]) -> None:
    small = tmpfs("size=12k")
    with pytest.raises(UserError) as caught:
        write_package(content, small)
    assert caught.value.code == "package_no_room"


def test_a_medium_that_is_really_read_only(content: PackageContent, tmpfs: Callable[[str], Path]) -> None:
    locked = tmpfs("ro")
    with pytest.raises(UserError) as caught:
        write_package(content, locked)
    assert caught.value.code == "medium_read_only"


def test_a_medium_that_is_really_gone(
    content: PackageContent, tmpfs: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmpfs("size=4m")
    real, left = os.write, [10]

    def pull(handle: int, raw: Any) -> int:
        left[0] -= 1
        if left[0] == 0:
            subprocess.run(["umount", "-l", str(stick)], check=True)
        return real(handle, raw)

    monkeypatch.setattr(os, "write", pull)
    with pytest.raises(UserError) as caught:
        write_package(content, stick)
    assert caught.value.code == "medium_gone"


def test_a_file_that_may_not_grow_further(content: PackageContent, stick: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        with pytest.raises(UserError) as caught:
            write_package(content, stick)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "medium_file_limit"
    assert list(stick.iterdir()) == []
