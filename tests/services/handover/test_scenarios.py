"""What goes wrong between a unit and its centre: each refused with its reason, or the same as before.

The centre is played by :class:`Inbox`, which keeps to the rules of the format: order by number and by the
fingerprint of the package before, never by time.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stdesk.clock import Clock
from stdesk.errors import UserError
from stdesk.package.content import PackageInfo
from stdesk.package.reader import open_package
from stdesk.services import succession
from stdesk.services.desk import Desk
from stdesk.services.succession import Named
from tests.helpers import answers as made
from tests.helpers import handing
from tests.helpers.handing import HALF, YEAR, Centre, freeze, save, submit


@dataclass
class Inbox:
    """A centre's memory of one unit: its packages in order, and what it would say of another."""

    taken: list[tuple[PackageInfo, str]] = field(default_factory=list)

    def take(self, path: Path) -> str:
        """ "taken", "same", "trial", "waits" or "fork"."""
        with open_package(path) as package:
            info, fingerprint = package.info, package.fingerprint
        if fingerprint in [one for _, one in self.taken]:
            return "same"
        if info.trial or not info.sequence:
            return "trial"
        said = self._said(info)
        if said == "taken":
            self.taken.append((info, fingerprint))
        return said

    def _said(self, info: PackageInfo) -> str:
        if not self.taken:
            return "taken" if (info.sequence, info.previous) == (1, "") else "waits"
        (last, fingerprint) = self.taken[-1]
        if info.line != last.line:
            return "taken" if info.previous == fingerprint and info.sequence == 1 else "fork"
        if info.sequence > last.sequence + 1:
            return "waits"
        follows = info.sequence == last.sequence + 1 and info.previous == fingerprint
        return "taken" if follows else "fork"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def said(refusal: pytest.ExceptionInfo[UserError]) -> str:
    """The code of a refusal that has its sentence."""
    assert refusal.value.code not in str(refusal.value)
    return refusal.value.code


def take(desk: Desk, raw: bytes) -> str:
    """The code with which an answer is refused; nothing of it may be kept."""
    before = desk._library.answers.listed()
    with pytest.raises(UserError) as refusal:
        desk.answers.take(raw)
    assert desk._library.answers.listed() == before
    return said(refusal)


# -- the row of packages ----------------------------------------------------------------------------


def test_replayed_it_is_the_same_at_both_sides(desk: Desk, usb: Path, tmp_path: Path, inbox: Inbox) -> None:
    handed = submit(desk, usb)
    assert inbox.take(handed.path) == "taken"
    again = desk.handover.pack(YEAR, tmp_path / "usb 2")
    assert [inbox.take(handed.path), inbox.take(again.path)] == ["same", "same"]
    raw = Centre().answer(handed.path, "received")
    assert [desk.answers.take(raw)[0].new for _ in range(3)] == [True, False, False]


def test_an_older_package_after_a_newer_one_rolls_nothing_back(desk: Desk, usb: Path, inbox: Inbox) -> None:
    first = submit(desk, usb)
    save(desk, 3)
    second = submit(desk, usb)
    assert [inbox.take(one.path) for one in (first, second, first)] == ["taken", "taken", "same"]
    with pytest.raises(UserError) as refusal:
        desk.handover.pack_report(desk.reporting.frozen(YEAR)[0], usb, delta=True)
    assert said(refusal) == "package_older_submission"


def test_a_copied_library_parts_the_row_and_the_centre_sees_it(
    desk: Desk, usb: Path, tmp_path: Path, clock: Clock, inbox: Inbox
) -> None:
    inbox.take(submit(desk, usb).path)
    desk.close()
    with handing.copy_of(desk.folder, tmp_path / "kho chép", clock) as other:
        save(other, 4)
        theirs = submit(other, tmp_path / "usb 2")
    with handing.with_keys(Desk.open(desk.folder, clock=clock)) as mine:
        save(mine, 3)
        ours = submit(mine, usb)
        assert (ours.sequence, theirs.sequence) == (2, 2)
        assert ours.fingerprint != theirs.fingerprint
        assert [inbox.take(ours.path), inbox.take(theirs.path)] == ["taken", "fork"]
        # What the centre says of the other branch means nothing here.
        assert take(mine, Centre().answer(theirs.path, "received")) == "answer_unknown_package"


def test_a_lost_package_is_made_again_and_closes_the_gap(desk: Desk, usb: Path, inbox: Inbox) -> None:
    lost = submit(desk, usb)
    lost.path.unlink()
    save(desk, 3)
    second = submit(desk, usb)
    assert inbox.take(second.path) == "waits"
    again = desk.handover.pack_report(desk.reporting.frozen(YEAR)[0], usb)
    assert (again.sequence, again.fingerprint) == (1, lost.fingerprint)
    assert [inbox.take(again.path), inbox.take(second.path)] == ["taken", "taken"]


def test_a_trial_is_never_numbered_and_never_taken_for_a_report(desk: Desk, usb: Path, inbox: Inbox) -> None:
    desk.reporting.freeze(YEAR, trial=True)
    trial = desk.handover.pack(YEAR, usb, trial=True)
    assert (trial.sequence, inbox.take(trial.path)) == (0, "trial")
    first = submit(desk, usb)
    again = desk.handover.pack(YEAR, usb, trial=True)
    assert again.fingerprint == trial.fingerprint
    assert (first.sequence, inbox.take(first.path)) == (1, "taken")
    assert take(desk, Centre().answer(first.path, "received", fingerprint=trial.fingerprint)) == (
        "answer_unknown_package"
    )


def test_two_periods_interleaved_share_the_row_and_keep_their_bases(
    desk: Desk, usb: Path, inbox: Inbox
) -> None:
    centre = Centre()
    year, half = submit(desk, usb), submit(desk, usb, HALF)
    centre.say(desk, half.path, "received", "valid", "accepted")
    centre.say(desk, year.path, "received")
    save(desk, 3)
    second_half, second_year = submit(desk, usb, HALF), submit(desk, usb)
    assert [one.sequence for one in (year, half, second_half, second_year)] == [1, 2, 3, 4]
    assert [second_half.delta, second_year.delta] == [True, False]
    with open_package(second_half.path) as package:
        assert package.info.base == half.fingerprint
    taken = [inbox.take(one.path) for one in (year, half, second_half, second_year)]
    assert taken == ["taken"] * 4


def test_a_renamed_unit_goes_on_in_its_row_and_old_packages_keep_the_old_name(
    desk: Desk, usb: Path, tmp_path: Path, inbox: Inbox
) -> None:
    first = submit(desk, usb)
    desk.set_unit(unit_code="CAT-MH/PC10", unit_name="Phòng PC10")
    again = desk.handover.pack(YEAR, tmp_path / "khác")
    assert again.path.read_bytes() == first.path.read_bytes()
    save(desk, 3)
    second = submit(desk, usb)
    assert (first.name, second.name) == ("KHCN-CAT-MH-PC09-2026-L01", "KHCN-CAT-MH-PC10-2026-L02")
    assert [inbox.take(one.path) for one in (first, second)] == ["taken", "taken"]


def test_a_new_key_goes_on_in_the_same_row(desk: Desk, usb: Path, inbox: Inbox) -> None:
    first = submit(desk, usb)
    retired = desk._library.keys.own()
    assert retired is not None
    desk._library.keys.retire(retired.key_id)
    save(desk, 3)
    second = submit(desk, usb)
    with open_package(second.path) as package:
        assert package.info.key not in ("", retired.key_id)
    assert first.words != second.words
    assert [inbox.take(one.path) for one in (first, second)] == ["taken", "taken"]
    assert desk.handover.verify(first.path).signature.state == "good"


# -- restored from a backup ----------------------------------------------------------------------------


def restored(desk: Desk, backup: Path, clock: Clock, *, marked: bool) -> Desk:
    """The library of ``desk`` with the database of an earlier backup in it."""
    desk.close()
    shutil.copy(backup, desk.folder / "library.db")
    again = handing.with_keys(Desk.open(desk.folder, user="Lan", clock=clock))
    if marked:
        again._library.settings.put(**{succession.RESTORED: "2026-11-20T03:00:00Z"})
    return again


def test_a_restored_library_begins_a_new_row_after_what_the_centre_named(
    desk: Desk, usb: Path, clock: Clock, inbox: Inbox
) -> None:
    centre = Centre()
    first = submit(desk, usb)
    centre.say(desk, first.path, "received")
    inbox.take(first.path)
    backup = desk.backup()
    with restored(desk, backup, clock, marked=True) as later:
        save(later, 3)
        second = submit(later, usb)
        assert (second.sequence, inbox.take(second.path)) == (1, "taken")
        save(later, 4)
        third = submit(later, usb)
        assert (third.sequence, inbox.take(third.path)) == (2, "taken")
        assert len(later._library.packages.lines()) == 2  # once for one restore


def test_another_copys_package_is_no_reason_for_a_new_row(desk: Desk, usb: Path) -> None:
    handed = submit(desk, usb)
    line = desk._library.packages.line()
    assert not succession.note_unknown(desk._library, Named(1, line, handed.sequence, "9" * 128))
    save(desk, 3)
    assert submit(desk, usb).sequence == 2
    assert len(desk._library.packages.lines()) == 1


def test_numbers_given_after_the_backup_are_not_given_again_once_an_answer_tells(
    desk: Desk, usb: Path, tmp_path: Path, clock: Clock, inbox: Inbox
) -> None:
    inbox.take(submit(desk, usb).path)
    backup = desk.backup()
    save(desk, 3)
    forgotten = submit(desk, usb)
    inbox.take(forgotten.path)
    with restored(desk, backup, clock, marked=False) as later:
        save(later, 4)
        report = freeze(later)
        lost, fingerprint = inbox.taken[-1]
        assert succession.note_unknown(later._library, Named(1, lost.line, lost.sequence, fingerprint))
        handed = later.handover.pack_report(report, tmp_path / "usb 2")
        assert handed.sequence == 1
        assert inbox.take(handed.path) == "taken"
        save(later, 5)
        after = submit(later, tmp_path / "usb 2")
        assert (after.sequence, inbox.take(after.path)) == (2, "taken")


def test_a_restored_library_that_knows_nothing_is_seen_as_a_fork(
    desk: Desk, usb: Path, tmp_path: Path, clock: Clock, inbox: Inbox
) -> None:
    inbox.take(submit(desk, usb).path)
    backup = desk.backup()
    save(desk, 3)
    inbox.take(submit(desk, usb).path)
    with restored(desk, backup, clock, marked=False) as later:
        save(later, 4)
        assert inbox.take(submit(later, tmp_path / "usb 2").path) == "fork"


def test_a_row_can_be_begun_again_by_hand(desk: Desk, usb: Path, inbox: Inbox) -> None:
    first = submit(desk, usb)
    inbox.take(first.path)
    desk.handover.begin_again()
    save(desk, 3)
    second = submit(desk, usb)
    assert (second.sequence, inbox.take(second.path)) == (1, "taken")


# -- answers that are not to be believed ----------------------------------------------------------------


def test_an_answer_for_another_unit_makes_no_base(desk: Desk, usb: Path) -> None:
    handed = submit(desk, usb)
    assert take(desk, Centre().answer(handed.path, "accepted", unit="PC02")) == "answer_other_unit"
    assert desk.handover.base_of(YEAR) is None


def test_an_answer_by_a_stranger_makes_no_base(desk: Desk, usb: Path) -> None:
    handed = submit(desk, usb)
    with open_package(handed.path) as package:
        info = package.info
    forged = made.answer(
        unit=info.unit_code, fingerprint=handed.fingerprint, line=info.line, status="accepted", lines=(),
        proposals=(),
    )  # fmt: skip
    assert take(desk, made.sealed(forged, made.STRANGER)) == "envelope_unknown_key"
    save(desk, 3)
    assert submit(desk, usb).delta is False


def test_with_an_expired_roster_nothing_is_believed(desk: Desk, usb: Path) -> None:
    handed = submit(desk, usb)
    keys = desk.__dict__["keys"]
    keys.known = made.roster(expires="2026-11-01")
    assert take(desk, Centre().answer(handed.path, "accepted")) == "answer_roster_expired"
    save(desk, 3)
    assert submit(desk, usb).delta is False  # it can still be handed in


def test_an_older_answer_does_not_undo_a_newer_one(desk: Desk, usb: Path) -> None:
    centre = Centre()
    handed = submit(desk, usb)
    older, newer = centre.answer(handed.path, "accepted"), centre.answer(handed.path, "returned")
    desk.answers.take(older)
    desk.answers.take(newer)
    assert desk.answers.take(older)[0].new is False
    assert desk.handover.base_of(YEAR) is None, "the newest answer counts: returned"


# -- deltas ----------------------------------------------------------------------------------------------


def test_after_a_returned_one_the_delta_starts_from_the_accepted_and_carries_what_was_sent_since(
    desk: Desk, usb: Path
) -> None:
    centre, one, other = Centre(), save(desk, 11), save(desk, 12)
    first = submit(desk, usb)
    centre.say(desk, first.path, "received", "valid", "accepted")
    save(desk, 11, one, title="Sửa sai")
    desk.catalogue.trash([other])
    second = submit(desk, usb)
    centre.say(desk, second.path, "received", "valid", "returned")
    save(desk, 11, one)  # both as they were in the first
    desk.catalogue.restore([other])
    third = submit(desk, usb)
    with open_package(third.path) as package:
        assert package.info.base == first.fingerprint
        assert package.info.delta
        assert list(package.withdrawn()) == []
    # Neither differs from the base; but the centre may have merged the second.
    assert sorted(handing.ids(third.path)) == sorted([one, other])


def test_lowered_from_accepted_to_returned_it_is_no_base(desk: Desk, usb: Path) -> None:
    centre = Centre()
    first = submit(desk, usb)
    centre.say(desk, first.path, "accepted", "returned")
    save(desk, 3)
    second = submit(desk, usb)
    assert second.delta is False
    assert len(handing.ids(second.path)) == 3


def test_a_withdrawn_record_comes_back(desk: Desk, usb: Path) -> None:
    centre, kept = Centre(), save(desk, 11)
    centre.say(desk, submit(desk, usb).path, "accepted")
    desk.catalogue.trash([kept])
    second = submit(desk, usb)
    with open_package(second.path) as package:
        assert [one["id"] for one in package.withdrawn()] == [kept]
    centre.say(desk, second.path, "accepted")
    desk.catalogue.restore([kept])
    third = submit(desk, usb)
    assert third.delta
    assert handing.ids(third.path) == [kept]


def test_a_record_classified_since_is_withdrawn_by_number_alone(desk: Desk, usb: Path) -> None:
    gone = save(desk, 11, title="Nhan đề không được lộ")
    Centre().say(desk, submit(desk, usb).path, "accepted")
    with desk._library.work("saved") as work:
        stub = dict.fromkeys(desk._library.get(gone).values)  # type: ignore[union-attr]
        work.update(gone, stub | {"document_type": "journal_article", "issued": "2026"}, secrecy="mat")
    handed = submit(desk, usb)
    assert "Nhan đề không được lộ".encode() not in handed.path.read_bytes()
    with open_package(handed.path) as package:
        (line,) = package.withdrawn()
    assert set(line) == {"id", "kind", "number", "reason"}
    assert line["reason"] == "Đã xác định độ mật, không còn thuộc diện gửi"


def test_with_the_base_damaged_here_everything_is_sent(desk: Desk, usb: Path) -> None:
    Centre().say(desk, submit(desk, usb).path, "accepted")
    base = desk.reporting.latest(YEAR)
    save(desk, 3)
    report = freeze(desk)
    base.path.write_bytes(b"{}")
    with pytest.raises(UserError) as refusal:
        desk.handover.pack_report(report, usb, delta=True)
    assert said(refusal) == "snapshot_changed"
    handed = desk.handover.pack_report(report, usb)
    assert handed.delta is False
    assert len(handing.ids(handed.path)) == 3


def test_a_period_answered_by_mistake_for_another_makes_no_base(desk: Desk, usb: Path) -> None:
    half = submit(desk, usb, HALF)
    assert take(desk, Centre().answer(half.path, "accepted", period="2026")) == "answer_other_package"
    assert (desk.handover.base_of(YEAR), desk.handover.base_of(HALF)) == (None, None)
