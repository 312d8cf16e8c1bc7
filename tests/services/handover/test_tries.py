"""Tries that fail or are stopped, sealed packages, and packages in several files."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest

from stdesk.clock import Clock
from stdesk.package.reader import open_package
from stdesk.package.roster import seal_roster
from stdesk.package.seal import header_in, read_header
from stdesk.package.words import fingerprint_words
from stdesk.progress import Cancelled, Progress
from stdesk.services import placing
from stdesk.services.desk import Desk
from tests.helpers import answers as made
from tests.helpers import handing
from tests.helpers.handing import YEAR, Centre, freeze, outcomes, refused, save, submit

# -- tries that fail -----------------------------------------------------------------------------------


def test_a_full_stick_leaves_nothing_but_a_line_and_the_next_try_is_the_same_package(
    desk: Desk, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = freeze(desk)
    with monkeypatch.context() as patch:
        patch.setattr(placing, "write_package", _raising(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            desk.handover.pack_report(report, usb)
    assert desk._library.packages.listed() == []
    (failed,) = desk.handover.sendings()
    assert (failed.outcome, failed.size, failed.sha512, failed.fingerprint) == ("failed", 0, "", "")
    assert str(usb) in failed.detail
    handed = desk.handover.pack_report(report, tmp_path / "usb 2")
    assert handed.sequence == 1
    assert outcomes(desk) == ["failed", "done"]


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_a_stopped_try_is_remembered_as_stopped(
    desk: Desk, usb: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    report = freeze(desk)
    with monkeypatch.context() as patch:
        patch.setattr(placing, "write_package", _raising(error))
        with pytest.raises(type(error)):
            desk.handover.pack_report(report, usb)
    assert [(one.outcome, bool(one.detail)) for one in desk.handover.sendings()] == [("stopped", True)]
    assert desk._library.packages.listed() == []


def test_stopped_at_any_step_and_made_again(desk: Desk, usb: Path, tmp_path: Path) -> None:
    """Whatever step it is stopped at, nothing is left, and the next try makes the first package."""
    report = freeze(desk)

    class Stops(Progress):
        left = 0

        def check(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise Cancelled
            super().check()

    steps = 0
    while True:
        progress = Stops()
        progress.left = steps
        try:
            handed = desk.handover.pack_report(report, usb, progress=progress)
            break
        except Cancelled:
            steps += 1 + steps // 3
            assert not usb.exists() or [one.name for one in usb.iterdir()] == []
            assert desk._library.packages.listed() == []
    assert steps
    assert set(outcomes(desk)[:-1]) == {"stopped"}
    assert handed.sequence == 1
    assert desk.handover.pack_report(report, tmp_path / "b").path.read_bytes() == handed.path.read_bytes()


def test_a_bug_is_remembered_too_without_its_words(
    desk: Desk, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = freeze(desk)
    monkeypatch.setattr(placing, "write_package", _raising(ZeroDivisionError("bí mật")))
    with pytest.raises(ZeroDivisionError):
        desk.handover.pack_report(report, usb)
    (failed,) = desk.handover.sendings()
    assert failed.outcome == "failed"
    assert "bí mật" not in failed.detail


def test_one_that_was_made_stays_known_when_making_it_again_fails(
    desk: Desk, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = submit(desk, usb)
    monkeypatch.setattr(placing, "write_package", _raising(OSError(errno.EIO, "I/O error")))
    with pytest.raises(OSError, match="I/O"):
        desk.handover.pack(YEAR, tmp_path / "khác")
    assert desk._library.packages.of(handed.fingerprint) is not None
    failed = desk.handover.sendings()[-1]
    assert (failed.outcome, failed.fingerprint) == ("failed", handed.fingerprint)


def _raising(error: BaseException) -> Any:
    def instead(*_: Any, **__: Any) -> Any:
        raise error

    return instead


# -- sealed -----------------------------------------------------------------------------------------


def test_sealed_when_somebody_is_known_for_whom_and_only_then(desk: Desk, usb: Path, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    report = freeze(desk)
    refused(desk, "seal_nobody", report, usb, seal=True)
    sealed = desk.handover.pack_report(report, usb, recipients=[str(identity.to_public())])
    assert sealed.sealed
    assert sorted(one.name for one in usb.iterdir() if one.suffix != ".ok") == [
        f"{sealed.name}.zip.age", f"{sealed.name}.zip.age.json"
    ]  # fmt: skip
    header = header_in(read_header(sealed.path))
    assert (header.sequence, header.fingerprint, header.sha512) == (1, sealed.fingerprint, sealed.sha512)
    assert not (desk.folder / "outbox" / ".sealing").exists()
    plain = desk.handover.pack_report(
        report, tmp_path / "khác", seal=False, recipients=[str(identity.to_public())]
    )
    assert not plain.sealed
    assert pyrage.decrypt(sealed.path.read_bytes(), [identity]) == plain.path.read_bytes()
    assert [one.sealed for one in desk.handover.sendings()] == [True, False]
    assert plain.fingerprint == sealed.fingerprint


def test_with_the_centres_list_of_keys_it_is_sealed_by_itself(
    tmp_path: Path, usb: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit's real keys: made at the first package, and the centre's list taken in after its words were heard."""
    handing.plain_documents(monkeypatch)
    identity = pyrage.x25519.Identity.generate()
    listed = made.roster()
    listed = replace(listed, centre=replace(listed.centre, recipients=(str(identity.to_public()),)))
    with handing.unit(tmp_path / "kho", clock) as desk:
        del desk.__dict__["keys"]
        assert desk.keys.known() is None
        report = freeze(desk)
        assert not desk.handover.pack_report(report, tmp_path / "trước").sealed
        own = desk.keys.known()
        assert own is not None
        words = " ".join(fingerprint_words(made.CENTRE_KEY.public))
        desk.keys.take_roster(seal_roster(listed, made.CENTRE_KEY), pinned_words=words)
        sealed = desk.handover.pack_report(report, usb)
        assert sealed.words == own.words
        assert sealed.sealed
        plain = pyrage.decrypt(sealed.path.read_bytes(), [identity])
        assert plain == (tmp_path / "trước" / f"{sealed.name}.zip").read_bytes()
        Centre().say(desk, tmp_path / "trước" / f"{sealed.name}.zip", "accepted")
        assert desk.handover.base_of(YEAR) is not None


# -- several files ------------------------------------------------------------------------------------


def test_a_medium_with_small_files_gets_several_and_so_does_the_next(
    desk: Desk, usb: Path, tmp_path: Path
) -> None:
    items = []
    for number in range(6):
        scan = tmp_path / f"Biên bản {number}.pdf"
        scan.write_bytes(b"%PDF-1.4\n" + bytes([number]) * 200_000)
        items.append(desk.catalogue.attach(scan))
    save(desk, 5, attachments=items)
    handed = submit(desk, usb, most=700_000)
    assert handed.parts == len(handed.paths) > 1
    assert handed.size == sum(one.stat().st_size for one in handed.paths)
    assert [one.name for one in handed.facts.parts] == [one.name for one in handed.paths]
    assert all(one.stat().st_size <= 700_000 for one in handed.paths)
    with open_package(handed.paths) as package:
        assert package.fingerprint == handed.fingerprint
    again = desk.handover.pack(YEAR, tmp_path / "ổ lớn")  # no limit there: the same files all the same
    assert [one.read_bytes() for one in again.paths] == [one.read_bytes() for one in handed.paths]
    assert desk.handover.verify(handed.path).ok
