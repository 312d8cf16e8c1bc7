"""The password of a library: how good it must be, how it is tried, and that nobody locks themselves out."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk import i18n
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services import locking, passwords, tries
from stdesk.services.desk import Desk
from stdesk.services.tries import Tries, pause_after
from tests.helpers.locked import PASSWORD, TODAY, make_locked, make_plain, stretch_little


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    stretch_little(monkeypatch)
    monkeypatch.setattr(tries, "_here", {})


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    with pytest.MonkeyPatch.context() as patch:
        stretch_little(patch)
        return make_locked(tmp_path_factory.mktemp("locked") / "kho")


@pytest.fixture
def locked(_made: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    """Folder and recovery code of a library with a password."""
    return Path(shutil.copytree(_made[0], tmp_path / "kho")), _made[1]


class Time:
    """A clock that a person can set, and the seconds since the start that nobody can."""

    def __init__(self) -> None:
        self.now, self.up = TODAY, 1000.0

    def pass_by(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)
        self.up += seconds


@pytest.fixture
def time() -> Time:
    """Now."""
    return Time()


@pytest.fixture
def tried(tmp_path: Path, time: Time) -> Callable[[], Tries]:
    """The count as a program just started sees it."""

    def start() -> Tries:
        tries._here.clear()
        return Tries(tmp_path, lambda: time.now, lambda: time.up)

    return start


# -- how good ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "password_short"),
        ("ngắn quá 11", "password_short"),  # 11 characters
        ("            ", "password_short"),  # twelve blanks are nothing
        ("mật khẩu của tôi", "password_common"),
        ("MatKhauCuaToi2026", "password_common"),  # the same without accents, a year behind it
        ("qwertyuiop12", "password_common"),
        ("123456789012", "password_simple"),
        ("abcdefghijklm", "password_simple"),
        ("aaaaaaaaaaaaaaaa", "password_simple"),
        ("tamtamtamtamtam", "password_simple"),
        ("matkhaumatkhau", "password_simple"),
        ("Công an tỉnh Minh Hải", "password_known"),
        ("congantinhminhhai2026", "password_known"),
        ("x" * 10 + "abcdefgh" * 40, "password_long"),
    ],
)
def test_what_is_tried_first_is_refused(typed: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        passwords.check(typed, ("Công an tỉnh Minh Hải", "CAT-MH"))
    assert refused.value.code == code
    assert not passwords.strength(typed, ("Công an tỉnh Minh Hải", "CAT-MH")).ok


@pytest.mark.parametrize(
    "typed",
    [
        "mua roi hien nha cu",
        "con mèo ăn cá",
        "Tr0ng-vu0n-c4y",
        "hai con gà mái",
        "bánh đúc có xương",
        "tám chữ 1987",
    ],
)
def test_length_is_enough(typed: str) -> None:
    assert passwords.strength(typed, ("Công an tỉnh Minh Hải",)).ok
    assert passwords.check(typed) == typed


def test_what_is_said_helps() -> None:
    i18n.use("vi")
    assert passwords.strength("muaroihi").said == "Thêm 4 ký tự nữa"
    assert "bộ gõ" in passwords.strength("mưa rơi hiên nhà cũ").said
    assert passwords.strength("mua roi hien nha cu").level == 3
    assert passwords.strength("hai con ga12").level == 2


@given(st.text(max_size=40))
def test_no_text_breaks_the_judgement(typed: str) -> None:
    found = passwords.strength(typed, ("Công an tỉnh Minh Hải", ""))
    assert found.said
    assert found.ok == (found.level >= 2)
    assert found.ok == (not found.code) or not passwords.normal(typed)


# -- the growing wait --------------------------------------------------------------------------


def test_five_are_free_then_each_wait_is_twice_the_one_before() -> None:
    assert [pause_after(n) for n in range(8)] == [0, 0, 0, 0, 0, 0, 2, 4]
    assert [pause_after(n) for n in (13, 14, 15, 1_000_000)] == [256, 300, 300, 300]


def test_the_wait_survives_a_restart(tried: Callable[[], Tries], time: Time) -> None:
    for _ in range(8):
        tried().begin()
    assert tried().wait() == 8
    time.pass_by(3)
    assert tried().wait() == 5
    time.pass_by(5)
    assert tried().wait() == 0


def test_setting_the_clock_does_not_shorten_the_wait(tried: Callable[[], Tries], time: Time) -> None:
    for _ in range(10):
        tried().begin()
    time.now += timedelta(days=1)  # put on: the seconds since the start know better
    assert tried().wait() == 32
    time.now -= timedelta(days=400)  # put back
    assert tried().wait() == 32
    time.pass_by(32)
    assert tried().wait() == 0


def test_clock_put_back_and_restarted_waits_once_more_but_not_for_ever(
    tried: Callable[[], Tries], time: Time
) -> None:
    for _ in range(14):
        tried().begin()
    time.now, time.up = TODAY - timedelta(days=3650), 5.0
    assert tried().wait() == 300
    time.pass_by(300)
    assert tried().wait() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 100, b"[]", b"null", b"{}", b'{"wrong": "x", "at": 0, "up": 0}', b"\xff\xfe",
        b'{"wrong": 1e999, "at": 0, "up": 0}', b'{"wrong": -5, "at": 0, "up": 0}',
        b'{"wrong": 99, "at": NaN, "up": NaN}', b'{"wrong": 99, "at": 1e300, "up": 0}', b"[" * 900, b"9" * 2000,
    ],
)  # fmt: skip
def test_a_garbled_count_locks_nobody_out(content: bytes, tried: Callable[[], Tries], tmp_path: Path) -> None:
    (tmp_path / tries.FILE).write_bytes(content)
    assert tried().wait() == 0
    tried().begin()
    assert tried().count() == 1


def test_a_folder_that_cannot_be_written_still_counts_here(tmp_path: Path, time: Time) -> None:
    gone = Tries(tmp_path / "no such folder", lambda: time.now, lambda: time.up)
    for _ in range(7):
        gone.begin()
    assert gone.wait() == 4
    gone.right()
    assert gone.wait() == 0


def test_wrong_ones_make_the_right_one_wait(locked: tuple[Path, str], time: Time) -> None:
    folder, _ = locked
    clock = lambda: time.now  # noqa: E731
    for _ in range(6):
        with pytest.raises(UserError) as wrong:
            locking.unlock(folder, "không phải mật khẩu", clock)
        assert wrong.value.code == "password_wrong"
    with pytest.raises(UserError) as early:
        locking.unlock(folder, PASSWORD, clock)
    assert early.value.code == "password_wait"
    assert 1 <= int(early.value.params["seconds"]) <= 2
    (folder / tries.FILE).unlink()
    tries._here.clear()
    locking.unlock(folder, PASSWORD, clock)
    assert not (folder / tries.FILE).exists()


def test_a_wait_in_words() -> None:
    i18n.use("vi")
    assert locking.wait_said(1) == "1 giây"
    assert locking.wait_said(60) == "1 phút"
    assert locking.wait_said(125) == "2 phút 5 giây"


# -- opening -----------------------------------------------------------------------------------


def test_without_the_password_it_does_not_open(locked: tuple[Path, str]) -> None:
    folder, _ = locked
    assert locking.is_locked(folder)
    with pytest.raises(UserError) as refused:
        Desk.open(folder)
    assert refused.value.code == "library_wants_password"
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "giám định".encode() not in content


@pytest.mark.parametrize("shape", ["{}", "  {}\n", "STDESK-RECOVERY-1 {}"])
def test_the_recovery_code_opens_it_however_it_comes(shape: str, locked: tuple[Path, str]) -> None:
    folder, code = locked
    for typed in (code, code.lower().replace("-", " ")):
        vault = locking.unlock(folder, shape.format(typed))
        with Desk.open(folder, vault=vault) as desk:
            assert desk.catalogue.count("publication") == 1


def test_accents_count_however_the_keyboard_composes_them(locked: tuple[Path, str]) -> None:
    folder, _ = locked
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        desk.locking.change(PASSWORD, unicodedata.normalize("NFD", "bến nước gốc đa"))
    locking.unlock(folder, "bến nước gốc đa")
    locking.unlock(folder, unicodedata.normalize("NFD", "bến nước gốc đa"))
    with pytest.raises(UserError):
        locking.unlock(folder, "ben nuoc goc da")


# -- set, change, renew, take off --------------------------------------------------------------


def test_a_stopped_lock_leaves_the_library_as_it_was(tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "kho")
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        locking.set_password(folder, PASSWORD, locking.new_recovery_code(), progress=stopped)
    with Desk.open(folder) as desk:
        assert desk.catalogue.count("publication") == 1


def test_a_bad_password_never_encrypts(tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "kho")
    with pytest.raises(UserError):
        locking.set_password(folder, "ngắn", locking.new_recovery_code())
    assert not locking.is_locked(folder)


def test_changing_rewrites_the_key_file_alone(locked: tuple[Path, str]) -> None:
    folder, code = locked
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        before = (folder / "library.db").read_bytes()
        with pytest.raises(UserError) as same:
            desk.locking.change(PASSWORD, f"{PASSWORD} ")
        assert same.value.code == "password_same"
        with pytest.raises(UserError) as wrong:
            desk.locking.change("không phải", "trăng lên đỉnh núi")
        assert wrong.value.code == "password_wrong"
        desk.locking.change(PASSWORD, "trăng lên đỉnh núi")
        assert (folder / "library.db").read_bytes() == before
    with pytest.raises(UserError):
        locking.unlock(folder, PASSWORD)
    locking.unlock(folder, "trăng lên đỉnh núi")
    locking.unlock(folder, code)


def test_forgotten_password_is_replaced_by_the_code(locked: tuple[Path, str]) -> None:
    folder, code = locked
    with Desk.open(folder, vault=locking.unlock(folder, code)) as desk:
        desk.locking.change(code.lower(), "trăng lên đỉnh núi")
    locking.unlock(folder, "trăng lên đỉnh núi")


def test_a_new_code_replaces_the_one_before(locked: tuple[Path, str]) -> None:
    folder, code = locked
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        recovery = desk.locking.prepare()
        locking.unlock(folder, code)  # until it is used nothing has changed
        desk.locking.renew_recovery(PASSWORD, recovery.code)
    locking.unlock(folder, recovery.code)
    with pytest.raises(UserError):
        locking.unlock(folder, code)


def test_taken_off_it_opens_without(locked: tuple[Path, str]) -> None:
    folder, _ = locked
    with pytest.raises(UserError):
        locking.remove_password(folder, "không phải")
    locking.remove_password(folder, PASSWORD)
    assert not locking.is_locked(folder)
    with Desk.open(folder) as desk:
        assert desk.catalogue.count("publication") == 1


def test_taking_it_off_asks_for_the_administrator(locked: tuple[Path, str]) -> None:
    folder, _ = locked
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        desk.locking.demand_removal()  # nobody has a code: everything may be done
        desk.roles.set_code("administrator", "Nguyễn Văn Quản", "ma-quan-tri-1987")
        desk.roles.end()
        with pytest.raises(UserError) as refused:
            desk.locking.demand_removal()
        assert refused.value.code == "role_wanted"
        desk.roles.begin("administrator", "ma-quan-tri-1987")
        desk.locking.demand_removal()


# -- the sheet ---------------------------------------------------------------------------------


def test_the_sheet_says_what_is_needed_on_one_page(locked: tuple[Path, str]) -> None:
    folder, _ = locked
    with Desk.open(folder, vault=locking.unlock(folder, PASSWORD)) as desk:
        i18n.use("en")
        recovery = desk.locking.prepare()
        i18n.use("vi")
    document = pypdfium2.PdfDocument(recovery.sheet)
    assert len(document) == 1
    text = " ".join(document[0].get_textpage().get_text_range().split())
    for group in recovery.code.split("-"):
        assert group in text
    for said in ("Công an tỉnh Minh Hải", "Không gửi qua điện thoại, không chụp ảnh", "MÃ KHÔI PHỤC", "kho"):
        assert said in text
    assert recovery.code not in repr(recovery)


def test_two_groups_prove_that_it_is_on_paper() -> None:
    code = locking.new_recovery_code()
    groups = code.split("-")
    first, second = places = locking.asked_groups(code)
    assert 0 <= first < second < len(groups) == 7
    assert locking.groups_match(code, places, (groups[first].lower(), f" {groups[second]} "))
    assert not locking.groups_match(code, places, (groups[second] + "X", groups[first]))
    assert not locking.groups_match(code, places, ("", ""))
    assert not locking.groups_match(code, places, (groups[first],))
    assert locking.groups_match("0123-ABCD", (0, 1), ("OI23", "abcd"))


def test_the_key_file_tells_nothing_of_the_library(locked: tuple[Path, str]) -> None:
    said = json.loads((locked[0] / "library.key").read_bytes())
    assert "Minh Hải" not in json.dumps(said, ensure_ascii=False)
    assert PASSWORD not in json.dumps(said)
