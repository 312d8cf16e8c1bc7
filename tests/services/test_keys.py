"""The unit's key and the centre's list, through a whole life: made, backed up, printed, lost, brought back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from stdesk.errors import UserError
from stdesk.package.keys import PublicKey, SecretKey, code_of
from stdesk.package.roster import CentreInfo, KeyLine, Roster, UnitKey, read_card, seal_roster
from stdesk.package.seal_keys import new_identity
from stdesk.package.words import fingerprint_words
from stdesk.services import keys as service
from stdesk.services.desk import Desk
from tests.helpers.refusals import refusal

A, B, C = (SecretKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
AGE = new_identity().recipient
UNIT = "Phòng Kỹ thuật hình sự, Công an tỉnh Đắk Lắk"


class Clock:
    """Stands still until it is set."""

    now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code="PC09", unit_name=UNIT, clock=clock) as made:
        yield made


def roster(version: int = 1, *lines: KeyLine, key: SecretKey = A, units: tuple[UnitKey, ...] = ()) -> bytes:
    """A list of the centre's keys, valid until the end of 2027."""
    centre = CentreInfo("Cục V04", lines or (KeyLine(A.public.line),), (AGE,))
    return seal_roster(Roster(version, "2026-11-01T01:00:00Z", "2027-12-31", centre, units), key)


def words(key: SecretKey) -> str:
    return " ".join(fingerprint_words(key.public))


# -- the own key


def test_the_key_is_made_at_first_use_and_stays(desk: Desk, clock: Clock) -> None:
    assert desk.keys.known() is None
    own = desk.keys.own()
    clock.now += timedelta(days=30)
    assert desk.keys.own() == own == desk.keys.known()
    assert own.made_at == "2026-11-20T03:00:00Z"
    public = PublicKey.parse(own.public_text)
    assert public == desk.keys.secret().public
    assert own.words == fingerprint_words(public)
    assert public.verify(b"x", desk.keys.secret().sign(b"x", "đúng")) == "dung"


def test_many_threads_make_one_key(desk: Desk) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(desk.keys.own().id)) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_the_key_is_in_the_backup(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    own = desk.keys.own()
    shutil.copytree(desk.folder, tmp_path / "khác")
    (tmp_path / "khác" / "library.db").unlink()
    for rest in (tmp_path / "khác").glob("library.db-*"):
        rest.unlink()
    shutil.copy(desk.backup(tmp_path / "b.db"), tmp_path / "khác" / "library.db")
    for lock in (tmp_path / "khác").glob("*lock*"):
        lock.unlink()
    with Desk.open(tmp_path / "khác", clock=clock) as restored:
        assert restored.keys.own() == own


def test_a_library_that_cannot_be_written_shows_its_key_but_makes_none(
    desk: Desk, tmp_path: Path, clock: Clock
) -> None:
    desk.close()
    with Desk.open(desk.folder, clock=clock, read_only=True) as reading:
        assert refusal(reading.keys.own) == "own_key_none"
    with Desk.open(desk.folder, clock=clock) as writing:
        own = writing.keys.own()
    with Desk.open(desk.folder, clock=clock, read_only=True) as reading:
        assert reading.keys.own() == own


def test_a_copy_of_an_earlier_day_signs_nothing(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    from stdesk.services.as_of import make_as_of

    desk.keys.own()
    desk.set_unit(place="Đắk Lắk")
    desk.close()
    with Desk.open(make_as_of(desk.folder, date(2026, 11, 20)), read_only=True, clock=clock) as copy:
        for act in (copy.keys.own, copy.keys.secret, copy.keys.key_card, copy.keys.print_page):
            assert refusal(act) == "own_key_as_of"
        assert refusal(copy.keys.restore, "\n".join(code_of(A))) == "own_key_as_of"
        assert copy.keys.known() is None


def test_the_card_says_whose_key_it_is(desk: Desk) -> None:
    card = read_card(desk.keys.key_card())
    assert (card.unit_code, card.unit_name, card.key.id) == ("PC09", UNIT, desk.keys.own().id)
    assert desk.keys.key_card() == desk.keys.key_card()


# -- the sheet for the safe


def test_the_sheet_is_one_page_with_everything_on_it(desk: Desk, tmp_path: Path) -> None:
    raw = desk.keys.print_page()
    assert raw == desk.keys.print_page(), "the same bytes each time"
    document = pypdfium2.PdfDocument(raw)
    try:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    flat = " ".join(text.split())
    for line in code_of(desk.keys.secret()):
        assert line in flat
    for word in desk.keys.own().words:
        assert word in flat
    assert desk.keys.own().id in flat
    assert UNIT in flat
    assert "Cách khôi phục" in flat


def test_the_secret_is_in_no_description_of_the_sheet(desk: Desk, tmp_path: Path) -> None:
    desk.keys.write_page(tmp_path / "k.pdf")
    code = "".join(code_of(desk.keys.secret())).replace(" ", "")
    with pikepdf.open(tmp_path / "k.pdf") as pdf:
        said = " ".join(str(value) for value in pdf.docinfo.values()) + str(pdf.open_metadata())
    assert code not in said
    assert code[:4] not in said


def test_a_photograph_of_the_sheet_gives_the_key_back(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    own = desk.keys.own()
    document = pypdfium2.PdfDocument(desk.keys.print_page())
    try:
        picture = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    finally:
        document.close()
    assert zxingcpp.read_barcodes(picture)[0].text.startswith("STDESK-KEY-1 ")
    picture.rotate(3, fillcolor=255).save(tmp_path / "ảnh.jpg", quality=60)
    with Desk.create(tmp_path / "mới", unit_code="PC09", unit_name=UNIT, clock=clock) as other:
        assert other.keys.own().id != own.id
        back = other.keys.restore_from(tmp_path / "ảnh.jpg")
        assert (back.id, back.words) == (own.id, own.words)
        assert other.keys.own().id == own.id


def test_a_scan_without_a_key_has_its_sentence(desk: Desk, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(tmp_path / "trắng.pdf")
    document.close()
    assert refusal(desk.keys.restore_from, tmp_path / "trắng.pdf") == "key_not_in_scan"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key_code_length"),
        ("xin chào", "key_code_length"),
        ("STDESK-KEY-1 ABCD", "key_code_length"),
        ("0" * 64, "key_code_line"),
        ("untrusted comment: x\nRWQ=", "secret_key_malformed"),
        ("A" * 212, "secret_key_malformed"),
    ],
)
def test_what_is_no_key_is_refused_and_changes_nothing(desk: Desk, text: str, code: str) -> None:
    own = desk.keys.own()
    assert refusal(desk.keys.restore, text) == code
    assert desk.keys.own() == own


def test_a_key_file_is_taken_and_a_foreign_one_refused(desk: Desk) -> None:
    assert desk.keys.restore(A.text()).id == A.public.id
    assert desk.keys.restore(A.text().splitlines()[1]).id == A.public.id
    foreign = SecretKey(PublicKey("0" * 16, B.public.raw), B.seed)
    assert refusal(desk.keys.restore, foreign.text()) == "secret_key_foreign"


def test_an_old_key_is_kept_for_packages_made_with_it(desk: Desk) -> None:
    first = desk.keys.own()
    desk.keys.restore("\n".join(code_of(A)))
    assert desk.keys.own().id == A.public.id
    held = desk._library.keys.find(first.id)
    assert held is not None
    assert SecretKey.parse(held.secret).public.id == first.id


# -- the centre's list


def test_before_the_first_list_nobody_is_trusted(desk: Desk) -> None:
    keys = desk.keys
    assert (keys.roster(), keys.centre_keys(), keys.recipients(), keys.warnings(), keys.centre_words()) == (
        None, (), (), (), (),
    )  # fmt: skip
    assert refusal(keys.take_roster, roster()) == "roster_words_needed"


def test_the_first_list_is_looked_at_compared_and_taken(desk: Desk) -> None:
    seen = desk.keys.look(roster())
    assert (seen.known, seen.same, seen.words) == (False, False, fingerprint_words(A.public))
    assert refusal(desk.keys.take_roster, roster(), pinned_words=words(B)) == "roster_words_differ"
    assert desk.keys.roster() is None
    taken = desk.keys.take_roster(roster(), pinned_words=words(A))
    assert desk.keys.roster() == taken
    assert desk.keys.centre_keys() == (A.public,)
    assert desk.keys.centre_words() == fingerprint_words(A.public)
    assert desk.keys.recipients() == (AGE,)
    assert desk.keys.roster_taken_at() == "2026-11-20T03:00:00Z"
    seen = desk.keys.look(roster())
    assert (seen.known, seen.same) == (True, True)
    assert desk.keys.take_roster(roster()) == taken


def test_the_centre_changes_its_key(desk: Desk) -> None:
    keys = desk.keys
    keys.take_roster(roster(), pinned_words=words(A))
    keys.take_roster(roster(2, KeyLine(A.public.line), KeyLine(B.public.line)))
    keys.take_roster(roster(3, KeyLine(A.public.line, revoked="2026-11-10"), KeyLine(B.public.line), key=B))
    assert keys.centre_keys() == (B.public,)
    assert refusal(keys.take_roster, roster(4)) == "roster_signer_revoked"
    assert refusal(keys.take_roster, roster(2, KeyLine(B.public.line), key=B)) == "roster_older"


def test_a_strange_signer_is_refused_unless_its_words_are_compared(desk: Desk) -> None:
    desk.keys.take_roster(roster(5), pinned_words=words(A))
    strange = roster(6, KeyLine(C.public.line), key=C)
    assert refusal(desk.keys.take_roster, strange) == "roster_signer_unknown"
    assert refusal(desk.keys.take_roster, strange, pinned_words=words(A)) == "roster_words_differ"
    older = roster(5, KeyLine(C.public.line), key=C)
    assert refusal(desk.keys.take_roster, older, pinned_words=words(C)) == "roster_older"
    assert desk.keys.take_roster(strange, pinned_words=words(C)).version == 6


def test_words_do_not_help_a_rollback_or_a_revoked_key(desk: Desk) -> None:
    keys = desk.keys
    keys.take_roster(roster(2, KeyLine(A.public.line), KeyLine(B.public.line)), pinned_words=words(A))
    assert refusal(keys.take_roster, roster(1), pinned_words=words(A)) == "roster_older"
    keys.take_roster(roster(3, KeyLine(A.public.line, revoked="2026-11-10"), KeyLine(B.public.line), key=B))
    assert refusal(keys.take_roster, roster(4), pinned_words=words(A)) == "roster_signer_revoked"


def test_an_expired_list_is_warned_of_then_trusted_no_longer(desk: Desk, clock: Clock) -> None:
    desk.keys.take_roster(roster(), pinned_words=words(A))
    assert desk.keys.warnings() == ()
    clock.now = datetime(2027, 12, 12, 3, 0, tzinfo=UTC)
    assert [one for one in desk.keys.warnings() if "31/12/2027" in one and "19 ngày" in one]
    assert desk.keys.warnings(date(2026, 11, 21)) == ()
    clock.now = datetime(2028, 1, 1, 3, 0, tzinfo=UTC)
    assert [one for one in desk.keys.warnings() if "hết hạn" in one]
    assert (desk.keys.centre_keys(), desk.keys.recipients()) == ((), ())


def test_what_the_centre_knows_of_the_own_key_is_said(desk: Desk) -> None:
    own = desk.keys.own()
    line = PublicKey.parse(own.public_text).line
    desk.keys.take_roster(roster(1), pinned_words=words(A))
    assert [one for one in desk.keys.warnings() if "chưa đăng ký" in one]
    desk.keys.take_roster(roster(2, units=(UnitKey("PC09", UNIT, line, "2026-01-01"),)))
    assert desk.keys.warnings() == ()
    desk.keys.take_roster(roster(3, units=(UnitKey("PC09", UNIT, line, "2026-01-01", revoked="2026-11-01"),)))
    assert [one for one in desk.keys.warnings() if "thu hồi" in one]
    desk.keys.take_roster(roster(4, units=(UnitKey("PC08", "PC08", line),)))
    assert [one for one in desk.keys.warnings() if "chưa đăng ký" in one]


def test_a_list_whose_keys_have_all_ended_is_said(desk: Desk, clock: Clock) -> None:
    desk.keys.take_roster(roster(1, KeyLine(A.public.line, until="2026-12-31")), pinned_words=words(A))
    clock.now = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert [one for one in desk.keys.warnings() if "không còn chìa khóa nào" in one]


def test_a_large_or_missing_file_has_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "lớn").write_bytes(b"x" * 100)
    assert refusal(service.read_small, tmp_path / "lớn", 99) == "not_a_small_file"
    assert refusal(service.read_small, tmp_path / "không có") == "not_found"
    with pytest.raises(UserError):
        service.read_small(tmp_path)


def test_the_history_says_what_was_done_and_nothing_of_it_is_undone(desk: Desk) -> None:
    desk.set_unit(place="Đắk Lắk")
    first = desk.keys.own().id
    desk.keys.restore("\n".join(code_of(A)))
    desk.keys.take_roster(roster(), pinned_words=words(A))
    desk.keys.take_roster(roster())
    told = [(one.label, dict(one.params)) for one in desk._library.history()][:3]
    assert told == [
        ("took_roster", {"version": "1"}),
        ("restored_key", {"key": A.public.id}),
        ("made_key", {"key": first}),
    ]
    desk.catalogue.undo()
    assert desk.unit["place"] == ""
    assert desk.keys.own().id == A.public.id
    assert desk.keys.centre_keys() == (A.public,)
