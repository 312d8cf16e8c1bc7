"""Roles: nobody is hindered until an administrator has a code; then a few acts ask for it, and all is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nacl.pwhash import argon2id
from sqlcipher3 import dbapi2 as sqlite3

from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import message, messages
from stdesk.services import roles as service
from stdesk.services.desk import Desk
from stdesk.services.roles import ADMINISTRATOR, GUARDED, LEADER
from stdesk.store import roles as store
from tests.helpers import handing

YEAR = parse_period("2026")
CODE, OTHER = "mã quản trị 1", "882-913"


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def on(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "OPS", 1)
    monkeypatch.setattr(store, "MEMORY", 8192)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho", unit_code="PC09", unit_name="Phòng PC09", user="Lan", clock=clock
    ) as made:
        yield made


def refused(code: str) -> pytest.RaisesExc[UserError]:
    return pytest.RaisesExc(UserError, check=lambda error: error.code == code)


def labels(desk: Desk) -> list[str]:
    return [entry.label for entry in reversed(desk.catalogue.history())]


def by_hand(desk: Desk, *statements: str) -> None:
    """Somebody with another program on the file."""
    connection = sqlite3.connect(str(desk.folder / "library.db"), isolation_level=None, timeout=5)
    for one in statements:
        connection.execute(one)
    connection.close()


def test_one_officer_alone_is_not_hindered(desk: Desk) -> None:
    assert all(desk.roles.required(act) is None for act in GUARDED)
    desk.roles.demand()
    desk.set_unit(secrecy_ceiling="mat")
    assert desk.unit["secrecy_ceiling"] == "mat"
    assert not desk.roles.known().guarded


def test_with_an_administrator_the_ceiling_asks_for_the_code(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Nguyễn Văn Quản", CODE)
    desk.roles.end()
    with refused("role_wanted") as asked:
        desk.set_unit(secrecy_ceiling="mat")
    assert "người quản trị" in str(asked.value)
    assert desk.unit["secrecy_ceiling"] == "thuong"
    with refused("role_code_wrong"):
        desk.roles.begin(ADMINISTRATOR, OTHER)
    with refused("role_wanted"):
        desk.roles.set_code(LEADER, "Trần Thị Trưởng", OTHER)
    assert desk.roles.begin(ADMINISTRATOR, f"  {CODE} ").name == "Nguyễn Văn Quản"
    desk.set_unit(secrecy_ceiling="mat")
    desk.roles.set_code(LEADER, "Trần Thị Trưởng", OTHER)
    assert labels(desk) == ["role_code_set", "ceiling_changed", "role_code_set"]
    assert [(one.role, one.name) for one in desk.roles.known().holders] == [
        (ADMINISTRATOR, "Nguyễn Văn Quản"), (LEADER, "Trần Thị Trưởng"),
    ]  # fmt: skip


def test_the_code_counts_a_quarter_of_an_hour_and_not_after_closing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    now = [1000.0]
    monkeypatch.setattr("stdesk.services.roles.time.monotonic", lambda: now[0])
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.demand()  # who has just set the first code is at work
    now[0] += service.AT_WORK - 1
    desk.roles.demand()
    now[0] += service.AT_WORK - 1
    desk.roles.demand()
    now[0] += service.AT_WORK + 1
    with refused("role_wanted"):
        desk.roles.demand()
    desk.roles.begin(ADMINISTRATOR, CODE)
    desk.close()
    with Desk.open(desk.folder, clock=clock) as again, refused("role_wanted"):
        again.roles.demand()


def test_wrong_codes_make_one_wait_also_after_a_restart(desk: Desk, clock: Clock) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    for _ in range(service.FREE_TRIES + 1):
        with refused("role_code_wrong"):
            desk.roles.check(ADMINISTRATOR, "sai rồi")
    with refused("role_code_wait"):
        desk.roles.check(ADMINISTRATOR, CODE)
    desk.close()
    with Desk.open(desk.folder, clock=clock) as again:
        with refused("role_code_wait"):
            again.roles.check(ADMINISTRATOR, CODE)
        clock.on(2)  # the sixth in a row: two seconds
        with refused("role_code_wrong"):
            again.roles.check(ADMINISTRATOR, "sai nữa")
        clock.on(3)
        with refused("role_code_wait"):
            again.roles.check(ADMINISTRATOR, CODE)
        clock.on(1)
        again.roles.check(ADMINISTRATOR, CODE)
        again.roles.check(ADMINISTRATOR, CODE)
        for _ in range(60):  # never more than five minutes
            again._library.settings.put(**{"role:tries": "99|2026-03-04T01:00:00Z"})
        clock.moment = datetime(2026, 3, 4, 1, 5, 1, tzinfo=UTC)
        again.roles.check(ADMINISTRATOR, CODE)


@pytest.mark.parametrize(("name", "code", "wanted"), [
    ("  ", CODE, "role_unnamed"), ("Quản", "12345", "role_code_short"), ("Quản", "     6    ", "role_code_short"),
])  # fmt: skip
def test_a_code_has_a_name_and_six_characters(desk: Desk, name: str, code: str, wanted: str) -> None:
    with refused(wanted):
        desk.roles.set_code(ADMINISTRATOR, name, code)
    assert not desk.roles.known().holders


def test_a_code_is_known_in_both_ways_of_writing_its_letters(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", "mật-ong-rừng")
    assert desk.roles.check(ADMINISTRATOR, "ma\u0323\u0302t-ong-rừng")


def test_neither_code_nor_digest_is_shown_or_kept_in_plain(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    assert CODE.encode() not in (desk.folder / "library.db").read_bytes()
    told = " ".join(message(f"did_{one.label}", **one.params) for one in desk.catalogue.history())
    assert CODE not in told and "argon2" not in told and "Quản" in told


def test_a_new_code_for_the_same_name_puts_the_old_one_out_of_force(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.set_code(ADMINISTRATOR, " quản ", OTHER)
    with refused("role_code_wrong"):
        desk.roles.check(ADMINISTRATOR, CODE)
    assert desk.roles.check(ADMINISTRATOR, OTHER)
    assert labels(desk) == ["role_code_set", "role_code_retired", "role_code_set"]


def test_retiring_the_last_administrator_frees_everything_and_is_told(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    (holder,) = desk.roles.known().holders
    desk.roles.end()
    with refused("role_wanted"):
        desk.roles.retire(holder)
    desk.roles.begin(ADMINISTRATOR, CODE)
    desk.roles.retire(holder)
    desk.roles.demand()
    assert labels(desk)[-1] == "role_code_retired"
    assert desk.roles.retire(holder).label == ""


def test_nothing_of_roles_can_be_undone(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    with refused("nothing_to_undo"):
        desk.catalogue.undo()


def test_a_forgotten_code_is_set_anew_only_with_a_reason_that_stays(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    with refused("role_reason_missing"):
        desk.roles.override("Lan", OTHER, "  ")
    desk.roles.override("Lan", OTHER, "Ông Quản chuyển công tác")
    (holder,) = desk.roles.known().holders
    assert (holder.name, holder.anew) == ("Lan", True)
    with refused("role_code_wrong"):
        desk.roles.check(ADMINISTRATOR, CODE)
    with refused("role_wanted"):
        desk.roles.demand()  # the override itself opens nothing
    newest = desk.catalogue.history()[0]
    assert (newest.label, newest.params["reason"]) == ("role_code_reset", "Ông Quản chuyển công tác")


def test_who_edits_the_file_gets_no_role_and_takes_none(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    verifier = desk._library.roles  # a row of one's own, with a code one knows
    made = argon2id.str(b"666666", opslimit=1, memlimit=8192).decode()
    by_hand(
        desk,
        "DROP TRIGGER role_code__fixed", "DROP TRIGGER role_code__stays",
        f"INSERT INTO role_code (role, name, verifier, at, who) VALUES ('administrator', 'Kẻ gian', '{made}', '', '')",
    )  # fmt: skip
    assert [one.name for one in verifier.holders()] == ["Quản"]
    with refused("role_code_wrong"):
        desk.roles.check(ADMINISTRATOR, "666666")
    by_hand(desk, f"UPDATE role_code SET verifier = '{made}' WHERE name = 'Quản'")
    with refused("role_codes_damaged"):
        desk.roles.check(ADMINISTRATOR, "666666")
    by_hand(desk, "DELETE FROM role_code")
    assert desk.roles.known().damaged == ("Quản",)
    with refused("role_wanted"):
        desk.roles.demand()


def test_every_sentence_of_a_role_is_there() -> None:
    known = messages()
    for label in (
        store.SET,
        store.RESET,
        store.RETIRED,
        store.APPROVED,
        "approval_needed",
        "ceiling_changed",
    ):
        assert f"did_{label}" in known


def test_a_leader_approves_what_is_frozen_and_a_new_freezing_wants_a_new_yes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handing.plain_documents(monkeypatch)
    handing.with_keys(desk)
    handing.save(desk, 1)
    report = handing.freeze(desk)
    with refused("role_code_none"):
        desk.roles.approve(report, "Trưởng", OTHER)
    desk.roles.set_code(LEADER, "Lê Thị Trưởng", OTHER)
    desk.roles.set_code(LEADER, "Phạm Văn Phó", CODE)
    with refused("role_code_wrong"):
        desk.roles.approve(report, "Lê Thị Trưởng", CODE)  # another leader's code
    with refused("approval_of_trial"):
        desk.roles.approve(desk.reporting.freeze(YEAR, trial=True), "Lê Thị Trưởng", OTHER)
    changes = desk.roles.approve(report, " lê thị  trưởng", OTHER, "Đồng ý nộp")
    assert changes.label == "report_approved" and OTHER not in repr(changes)
    (given,) = desk.roles.approvals(report)
    assert (given.name, given.note, given.by) == ("Lê Thị Trưởng", "Đồng ý nộp", "Lan")

    handing.save(desk, 2)
    again = handing.freeze(desk)
    assert desk.roles.approvals(again) == [] and desk.roles.approvals(report) == [given]
    with refused("approval_older"):
        desk.roles.approve(report, "Lê Thị Trưởng", OTHER)
    desk.roles.need_approval(True)
    with refused("approval_missing"):
        desk.handover.pack_report(again, tmp_path / "usb")
    assert not list(tmp_path.glob("usb/*")) and desk.handover.sendings() == []
    desk.roles.approve(again, "Phạm Văn Phó", CODE)
    assert desk.handover.pack_report(again, tmp_path / "usb").path.is_file()


def test_an_approval_put_in_by_hand_is_none(desk: Desk) -> None:
    handing.save(desk, 1)
    report = handing.freeze(desk)
    by_hand(
        desk,
        "INSERT INTO approval (report, name, at, who, note, action) SELECT report, 'Kẻ gian', at, who, '', action "
        "FROM frozen_report",
    )
    assert desk.roles.approvals(report) == []


def test_whether_packages_want_a_yes_is_the_administrators(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    with refused("role_wanted"):
        desk.roles.need_approval(True)
    desk.roles.begin(ADMINISTRATOR, CODE)
    desk.roles.need_approval(True)
    assert desk.roles.approval_needed and desk.roles.known().approval_needed


def test_keys_ask_for_the_code(desk: Desk) -> None:
    desk.roles.set_code(ADMINISTRATOR, "Quản", CODE)
    desk.roles.end()
    with refused("role_wanted"):
        desk.keys.restore("WCWB MNRJ")
    with refused("role_wanted"):
        desk.keys.take_roster(b"{}")
    assert desk.keys.own().id  # making the first key hinders nobody
