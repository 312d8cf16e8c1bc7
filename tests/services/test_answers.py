"""The centre's answers at the unit: believed only when they are right, kept for ever, acted on with undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from stdesk.clock import Clock, fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.package.answer import STATUSES, Line, Proposal, telephone_code, to_qr
from stdesk.package.envelope import seal_envelope
from stdesk.package.keys import SecretKey, shared_secret
from stdesk.services.desk import Desk
from stdesk.store.library import PackageRow
from tests.helpers import answers as made
from tests.helpers import sent

YEAR = parse_period("2026")


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code=sent.UNIT, unit_name="Phòng PC09", clock=clock) as opened:
        sent.give_keys(opened)
        yield opened


@pytest.fixture
def package(desk: Desk) -> PackageRow:
    row = sent.pack(desk)
    sent.send(desk, row)
    return row


def at_time(desk: Desk, moment: datetime) -> None:
    """Let the desk's answers be looked at from ``moment``."""
    desk.answers._clock = fixed_clock(moment)


def refused(desk: Desk, raw: bytes) -> UserError:
    """Why ``raw`` is refused; nothing may have been kept."""
    before = desk._library.answers.listed()
    with pytest.raises(UserError) as caught:
        desk.answers.take(raw)
    assert desk._library.answers.listed() == before
    assert caught.value.code not in str(caught.value)  # it has a sentence
    assert "…" not in str(caught.value).replace("TRA-LOI-….json", "")
    return caught.value


def code_for(package: PackageRow, status: str, number: int) -> str:
    secret = shared_secret(made.CENTRE_KEY, made.UNIT_KEY.public)
    return telephone_code(secret, sent.UNIT, package.fingerprint, status, number)


# -- taken in ----------------------------------------------------------------------------------------


def test_a_good_answer_is_kept_byte_for_byte_and_says_where_the_report_stands(
    desk: Desk, package: PackageRow
) -> None:
    raw = made.sealed(sent.answer_to(package, "received"))
    [taken] = desk.answers.take(raw)
    assert taken.new
    assert taken.read.answer.status == "received"
    [row] = desk._library.answers.listed("2026")
    assert (row.raw, row.how, row.number, row.fingerprint) == (raw, "file", 1, package.fingerprint)
    assert desk.answers.standing(YEAR).state == "received"


def test_the_same_answer_again_changes_nothing(desk: Desk, package: PackageRow) -> None:
    raw = made.sealed(sent.answer_to(package))
    first, again = desk.answers.take(raw)[0], desk.answers.take(raw)[0]
    assert (first.new, again.new) == (True, False)
    assert len(desk._library.answers.listed()) == 1


def test_an_answer_is_taken_from_its_file(desk: Desk, package: PackageRow, tmp_path: Path) -> None:
    file = tmp_path / "TRA-LOI.json"
    file.write_bytes(made.sealed(sent.answer_to(package)))
    assert desk.answers.take(file)[0].new


def test_answers_stay_when_acts_are_undone(desk: Desk, package: PackageRow) -> None:
    desk.catalogue.save("training_session", {"title": "Tập huấn"})
    desk.answers.take(made.sealed(sent.answer_to(package)))
    desk.catalogue.undo()
    assert len(desk.answers.listed()) == 1


def test_the_database_itself_forgets_no_answer(desk: Desk, package: PackageRow) -> None:
    desk.answers.take(made.sealed(sent.answer_to(package)))
    with pytest.raises(IntegrityError), desk._library._context.writing() as connection:
        connection.execute(text("DELETE FROM answer"))
    assert len(desk.answers.listed()) == 1


# -- refused ---------------------------------------------------------------------------------------------


def test_for_another_unit(desk: Desk, package: PackageRow) -> None:
    error = refused(desk, made.sealed(sent.answer_to(package, unit="PC02")))
    assert error.code == "answer_other_unit"
    assert "PC02" in str(error)


def test_about_a_package_never_made_here(desk: Desk, package: PackageRow) -> None:
    assert (
        refused(desk, made.sealed(sent.answer_to(package, fingerprint="0f" * 64))).code
        == "answer_unknown_package"
    )


@pytest.mark.parametrize(
    "lie",
    [{"period": "2025"}, {"submission": 2}, {"delta": True}, {"sequence": 9}, {"line": made.identity(5)}],
)
def test_that_mixes_up_two_packages(desk: Desk, package: PackageRow, lie: dict[str, Any]) -> None:
    assert refused(desk, made.sealed(sent.answer_to(package, **lie))).code == "answer_other_package"


def test_signed_by_a_stranger(desk: Desk, package: PackageRow) -> None:
    error = refused(desk, made.sealed(sent.answer_to(package), made.STRANGER))
    assert error.code == "envelope_unknown_key"


def test_signed_with_a_key_of_a_newer_list(desk: Desk, package: PackageRow) -> None:
    error = refused(desk, made.sealed(sent.answer_to(package, roster=7), made.STRANGER))
    assert error.code == "answer_newer_roster"
    assert "7" in str(error)


def test_changed_after_it_was_signed(desk: Desk, package: PackageRow) -> None:
    raw = made.sealed(sent.answer_to(package, "returned"))
    assert refused(desk, raw.replace(b"returned", b"accepted")).code in (
        "signature_wrong",
        "envelope_changed",
    )
    body_only = raw.replace(rb"\"status\":\"returned\"", rb"\"status\":\"accepted\"")
    assert body_only != raw
    assert refused(desk, body_only).code == "signature_wrong"


def test_signed_as_something_else(desk: Desk, package: PackageRow) -> None:
    assert refused(desk, made.roster_file()).code == "envelope_other_type"
    body = {"format": 1}
    assert refused(desk, seal_envelope("key", body, made.CENTRE_KEY, "x")).code == "envelope_other_type"


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff\xfe{", b"{" * 100_000, b'{"format":"stdesk-envelope-1"}']
)
def test_what_is_no_envelope_at_all(desk: Desk, package: PackageRow, raw: bytes) -> None:
    refused(desk, raw)


def test_from_the_future(desk: Desk, package: PackageRow) -> None:
    """It is 20 November, 03:00 UTC."""
    assert desk.answers.take(made.sealed(sent.answer_to(package, at="2026-11-22T03:00:00Z")))[0].new
    late = sent.answer_to(package, number=2, at="2026-11-22T03:00:01Z", previous="ab" * 64)
    assert refused(desk, made.sealed(late)).code == "answer_from_future"


def trust(desk: Desk, **roster: Any) -> None:
    """Another list of keys from now on."""
    desk.answers._keys = sent.FakeKeys(made.roster(**roster))


def test_with_an_expired_list_of_keys(desk: Desk, package: PackageRow) -> None:
    trust(desk, expires="2026-11-19")
    error = refused(desk, made.sealed(sent.answer_to(package)))
    assert error.code == "answer_roster_expired"
    assert "19/11/2026" in str(error)
    trust(desk, expires="2026-11-20")
    assert desk.answers.take(made.sealed(sent.answer_to(package)))[0].new


@pytest.mark.parametrize(
    ("days", "good"),
    [
        ({"until": "2026-11-19"}, True),  # the day the answer was given
        ({"until": "2026-11-18"}, False),
        ({"since": "2026-11-20"}, False),
        ({"revoked": "2026-11-20"}, False),
        ({"revoked": "2026-11-21"}, True),
    ],
)
def test_a_key_counts_on_its_own_days_and_never_once_revoked(
    desk: Desk, package: PackageRow, days: dict[str, str], good: bool
) -> None:
    trust(desk, **days)
    raw = made.sealed(sent.answer_to(package))
    if good:
        assert desk.answers.take(raw)[0].new
    else:
        assert refused(desk, raw).code == "envelope_unknown_key"


def test_before_any_list_of_keys(desk: Desk, package: PackageRow) -> None:
    desk.answers._keys = sent.FakeKeys(None)
    assert refused(desk, made.sealed(sent.answer_to(package))).code == "answer_no_roster"
    with pytest.raises(UserError) as caught:
        desk.answers.take_code(code_for(package, "received", 1))
    assert caught.value.code == "answer_no_roster"


# -- numbers and the chain ---------------------------------------------------------------------------------


def test_answers_in_their_order(desk: Desk, package: PackageRow) -> None:
    for raw in sent.chain(
        sent.answer_to(package, "received", 1),
        sent.answer_to(package, "valid", 2),
        sent.answer_to(package, "accepted", 3),
    ):
        [taken] = desk.answers.take(raw)
        assert (taken.new, taken.missing) == (True, ())
    assert [one.answer.status for one in desk.answers.listed()] == ["received", "valid", "accepted"]


def test_one_that_does_not_follow_the_one_before(desk: Desk, package: PackageRow) -> None:
    desk.answers.take(made.sealed(sent.answer_to(package, "received", 1)))
    other = made.digest(made.sealed(sent.answer_to(package, "received", 1, note="khác")))
    for wrong in (other, "", "00" * 64):
        raw = made.sealed(sent.answer_to(package, "accepted", 2, previous=wrong))
        assert refused(desk, raw).code == "answer_chain"


def test_a_first_one_that_claims_one_before(desk: Desk, package: PackageRow) -> None:
    assert refused(desk, made.sealed(sent.answer_to(package, previous="ab" * 64))).code == "answer_chain"


def test_two_answers_with_one_number(desk: Desk, package: PackageRow) -> None:
    desk.answers.take(made.sealed(sent.answer_to(package, "returned", 1)))
    raw = made.sealed(sent.answer_to(package, "accepted", 1, answer=made.identity(77)))
    assert refused(desk, raw).code == "answer_fork"
    same_id = made.sealed(sent.answer_to(package, "accepted", 1))
    assert refused(desk, same_id).code == "answer_fork"


def test_a_gap_is_told_and_closed_by_the_answer_the_next_one_names(desk: Desk, package: PackageRow) -> None:
    first, second, third = sent.chain(
        sent.answer_to(package, "received", 1),
        sent.answer_to(package, "valid", 2),
        sent.answer_to(package, "accepted", 3),
    )
    desk.answers.take(first)
    assert desk.answers.take(third)[0].missing == (2,)
    assert any(one.code == "missing" and "2" in one.sentence for one in desk.answers.notices())
    stranger = made.sealed(sent.answer_to(package, "returned", 2, previous=made.digest(first)))
    assert refused(desk, stranger).code == "answer_older"
    assert desk.answers.take(second)[0].missing == ()
    assert desk.answers.standing(YEAR).state == "accepted"


def test_an_older_one_that_nothing_vouches_for(desk: Desk, package: PackageRow) -> None:
    files = sent.chain(*(sent.answer_to(package, "received", number) for number in range(1, 6)))
    desk.answers.take(files[4])
    assert refused(desk, files[1]).code == "answer_older"
    assert desk.answers.take(files[3])[0].new  # the fifth names it


# -- by QR code ---------------------------------------------------------------------------------------------


def picture(path: Path, *texts: str) -> Path:
    """QR codes beside each other on a white page."""
    import zxingcpp
    from PIL import Image

    page = Image.new("L", (900 * max(1, len(texts)), 1000), 255)
    for place, one in enumerate(texts):
        code: Any = zxingcpp.create_barcode(one, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
        drawn = Image.fromarray(code.to_image(scale=6))
        page.paste(drawn, (900 * place + 50, 80))
    page.save(path)
    return path


def test_a_photo_of_the_slip_will_do_and_its_file_completes_it_later(
    desk: Desk, package: PackageRow, tmp_path: Path
) -> None:
    whole = sent.answer_to(
        package, "returned", lines=(Line("publication", made.RECORD, 1, "issn", error="Sai ISSN."),)
    )
    [taken] = desk.answers.take(picture(tmp_path / "phieu.png", to_qr(made.short(whole))))
    assert (taken.new, taken.read.row.how, taken.read.answer.lines) == (True, "qr", ())
    assert desk.answers.take(made.short(whole))[0].new is False
    [completed] = desk.answers.take(made.sealed(whole))
    assert (completed.new, completed.read.row.how) == (True, "file")
    [only] = desk.answers.listed()
    assert only.answer.lines[0].error == "Sai ISSN."
    assert desk.answers.take(made.short(whole))[0].new is False


def test_the_chain_holds_where_only_the_short_form_came(desk: Desk, package: PackageRow) -> None:
    first = sent.answer_to(package, "received", 1)
    desk.answers.take(made.short(first))
    second = sent.answer_to(package, "valid", 2, previous=made.digest(made.sealed(first)))
    assert desk.answers.take(made.sealed(second))[0].new
    third = sent.answer_to(package, "accepted", 3, previous="00" * 64)
    assert refused(desk, made.sealed(third)).code == "answer_chain"


def test_a_picture_without_an_answer_says_so(desk: Desk, package: PackageRow, tmp_path: Path) -> None:
    for at, texts in enumerate([(), ("9CDM91DC1RTP 1/4",)]):
        with pytest.raises(UserError) as caught:
            desk.answers.take(picture(tmp_path / f"{at}.png", *texts))
        assert caught.value.code == "answer_not_in_scan"


def test_another_file_says_what_is_taken(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "thu.docx"
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(UserError) as caught:
        desk.answers.take(file)
    assert caught.value.code == "answer_not_one"
    with pytest.raises(UserError) as caught:
        desk.answers.take(tmp_path / "không có.json")
    assert caught.value.code == "not_found"


def test_a_hand_scanner_types_the_qr_code_into_the_field_for_the_code(
    desk: Desk, package: PackageRow
) -> None:
    raw = made.short(sent.answer_to(package, "valid"))
    assert desk.answers.take_code(f" {to_qr(raw)}\n").read.answer.status == "valid"


# -- by telephone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["received", "valid", "accepted", "returned"])
def test_a_code_read_over_the_telephone(desk: Desk, package: PackageRow, status: str) -> None:
    code = code_for(package, status, 1)
    means = desk.answers.meaning(code)
    assert (means.wrong, means.package, means.status, means.known) == (False, package.name, status, False)
    assert desk.answers.listed() == []
    taken = desk.answers.take_code(code.lower().replace("-", " "))
    assert (taken.new, taken.read.answer.status, taken.read.row.how) == (True, status, "code")
    assert desk.answers.standing(YEAR).state == status
    assert desk.answers.take_code(code).new is False
    assert desk.answers.meaning(code).known


def test_a_code_says_while_it_is_typed_how_far_it_is(desk: Desk, package: PackageRow) -> None:
    code = code_for(package, "valid", 1)
    assert desk.answers.meaning("").signs == 0
    assert desk.answers.meaning(code[:7]).signs == 6
    assert not desk.answers.meaning(code[:7]).wrong
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert desk.answers.meaning(slip).wrong
    assert desk.answers.meaning("9CDM-91DC-Ú").unreadable == "Ú"


def test_a_wrong_code_is_refused_with_a_sentence(desk: Desk, package: PackageRow) -> None:
    for typed, why in (("0000-0000-0000", "code_wrong"), ("9CDM-91", "code_length"), ("", "code_length")):
        with pytest.raises(UserError) as caught:
            desk.answers.take_code(typed)
        assert caught.value.code == why
        assert "{" not in str(caught.value)
    assert desk.answers.listed() == []


def test_a_code_made_for_another_unit_or_by_a_stranger_means_nothing(desk: Desk, package: PackageRow) -> None:
    def code(theirs: SecretKey, unit: str) -> str:
        secret = shared_secret(theirs, made.UNIT_KEY.public)
        return telephone_code(secret, unit, package.fingerprint, "accepted", 1)

    assert desk.answers.meaning(code(made.STRANGER, sent.UNIT)).wrong
    assert desk.answers.meaning(code(made.CENTRE_KEY, "PC02")).wrong


def test_an_old_code_no_longer_counts(desk: Desk, package: PackageRow) -> None:
    """The accepted one of before, read out again after the package was returned."""
    one, two = sent.chain(sent.answer_to(package, "received", 1), sent.answer_to(package, "returned", 2))
    desk.answers.take(one)
    desk.answers.take(two)
    assert desk.answers.meaning(code_for(package, "accepted", 1)).wrong
    assert desk.answers.meaning(code_for(package, "accepted", 2)).wrong
    assert not desk.answers.meaning(code_for(package, "accepted", 3)).wrong


def test_the_file_completes_what_the_telephone_said(desk: Desk, package: PackageRow) -> None:
    desk.answers.take_code(code_for(package, "returned", 1))
    raw = made.sealed(sent.answer_to(package, "returned", 1, note="Xem phụ lục."))
    assert desk.answers.take(raw)[0].new
    [only] = desk.answers.listed()
    assert (only.row.how, only.answer.note) == ("file", "Xem phụ lục.")


def test_what_the_telephone_said_first_does_not_shut_out_the_files_before_it(
    desk: Desk, package: PackageRow
) -> None:
    files = sent.chain(*(sent.answer_to(package, status, n) for n, status in enumerate(STATUSES[:3], 1)))
    desk.answers.take(files[0])
    desk.answers.take_code(code_for(package, STATUSES[2], 3))
    assert desk.answers.take(files[1])[0].missing == ()
    assert desk.answers.standing(YEAR).state == STATUSES[2]
    assert desk.answers.take(files[2])[0].new
    assert [one.row.how for one in desk.answers.listed()] == ["file"] * 3


def test_a_file_that_contradicts_the_telephone_is_refused(desk: Desk, package: PackageRow) -> None:
    desk.answers.take_code(code_for(package, "accepted", 1))
    assert refused(desk, made.sealed(sent.answer_to(package, "returned", 1))).code == "answer_fork"


# -- where a report stands ------------------------------------------------------------------------------------


def test_from_nothing_to_accepted(desk: Desk) -> None:
    nothing = desk.answers.standing(YEAR)
    assert (nothing.state, nothing.submission, nothing.who, nothing.due) == ("not_sent", 0, "unit", YEAR.due)
    row = sent.pack(desk)
    assert desk.answers.standing(YEAR).submission == 1
    assert "đã chốt, chưa gửi" in desk.answers.standing(YEAR).sentence
    sent.send(desk, row)
    on_the_way = desk.answers.standing(YEAR)
    assert (on_the_way.state, on_the_way.who, on_the_way.due) == ("sent", "centre", date(2026, 11, 23))
    files = sent.chain(
        sent.answer_to(row, "received", 1),
        sent.answer_to(row, "valid", 2),
        sent.answer_to(row, "accepted", 3),
    )
    desk.answers.take(files[0])
    assert desk.answers.standing(YEAR).due == date(2026, 11, 29)
    desk.answers.take(files[1])
    valid = desk.answers.standing(YEAR)
    assert (valid.state, valid.due, valid.late) == ("valid", date(2026, 12, 9), False)
    assert "CHƯA được chấp nhận" in valid.sentence
    desk.answers.take(files[2])
    accepted = desk.answers.standing(YEAR)
    assert (accepted.state, accepted.due, accepted.who) == ("accepted", None, "")
    assert "đã được chấp nhận ngày 19/11/2026" in accepted.sentence
    assert desk.answers.notices() == []


def test_a_try_that_failed_and_a_trial_are_no_sending(desk: Desk) -> None:
    row = sent.pack(desk)
    sent.send(desk, row, outcome="failed", detail="Hết chỗ.")
    sent.send(desk, row, outcome="stopped")
    sent.send(desk, row, trial=True)
    assert desk.answers.standing(YEAR).state == "not_sent"


def test_after_a_return_the_unit_has_its_days_and_then_is_late(desk: Desk, package: PackageRow) -> None:
    desk.answers.take(made.sealed(sent.answer_to(package, "returned")))
    returned = desk.answers.standing(YEAR)
    assert (returned.state, returned.who, returned.due, returned.late) == (
        "returned",
        "unit",
        date(2026, 11, 29),
        False,
    )
    at_time(desk, datetime(2026, 12, 2, 3, tzinfo=UTC))
    late = desk.answers.standing(YEAR)
    assert late.late
    assert "quá hạn 3 ngày: đơn vị" in late.sentence
    sent.freeze(desk, "2026", 2)
    corrected = desk.answers.standing(YEAR)
    assert (corrected.state, corrected.submission, corrected.due) == ("not_sent", 2, date(2026, 11, 29))
    assert "lần nộp 1: trả lại" in corrected.sentence


def test_an_acceptance_taken_back_counts(desk: Desk, package: PackageRow) -> None:
    for raw in sent.chain(sent.answer_to(package, "accepted", 1), sent.answer_to(package, "returned", 2)):
        desk.answers.take(raw)
    assert desk.answers.standing(YEAR).state == "returned"


def test_the_days_are_settings(desk: Desk, package: PackageRow) -> None:
    desk._library.settings.put(**{"answer_days:sent": "2", "answer_days:returned": "lâu"})
    assert desk.answers.standing(YEAR).due == date(2026, 11, 20)
    desk.answers.take(made.sealed(sent.answer_to(package, "returned")))
    assert desk.answers.standing(YEAR).due == date(2026, 11, 29)


def test_an_accepted_submission_is_locked_with_a_sentence(desk: Desk, package: PackageRow) -> None:
    desk.answers.take(made.sealed(sent.answer_to(package, "valid", 1)))
    assert desk.answers.lock(YEAR) == ""
    [_, raw] = sent.chain(sent.answer_to(package, "valid", 1), sent.answer_to(package, "accepted", 2))
    desk.answers.take(raw)
    assert "chấp nhận ngày 19/11/2026" in desk.answers.lock(YEAR)
    assert "lý do" in desk.answers.lock(YEAR)


def test_passed_verification_and_accepted_have_different_words_everywhere(desk: Desk) -> None:
    from stdesk.services.answers import state_word

    assert "chấp nhận" in state_word("accepted").lower()
    assert "chưa" in state_word("valid").lower()
    assert message("standing_valid") != message("standing_accepted")


def test_the_home_page_hears_of_what_waits_longest_first(desk: Desk) -> None:
    half, year = sent.pack(desk, "2026-H1"), sent.pack(desk, "2026")
    sent.send(desk, half, at="2026-06-18T02:00:00Z")
    sent.send(desk, year)
    sent.freeze(desk, "2025")
    first, second = desk.answers.notices()
    assert (first.period, first.late, first.who, first.due) == ("2026-H1", True, "centre", date(2026, 6, 23))
    assert (second.period, second.late) == ("2026", False)


# -- the log ----------------------------------------------------------------------------------------------------


def test_the_log_shows_every_try_with_its_answers_newest_first(desk: Desk, package: PackageRow) -> None:
    sent.send(
        desk, package, at="2026-11-18T01:00:00Z", outcome="failed", detail="USB bị rút ra.", fingerprint=""
    )
    delta = sent.pack(desk, "2026", 2, delta=True)
    sent.send(desk, delta, at="2026-11-19T01:00:00Z", sealed=True)
    for raw in sent.chain(sent.answer_to(package, "received", 1), sent.answer_to(package, "accepted", 2)):
        desk.answers.take(raw)
    log = desk.answers.sendings("2026")
    assert [(one.row.outcome, one.row.delta, [a.answer.status for a in one.answers]) for one in log] == [
        ("done", True, []),
        ("failed", False, []),
        ("done", False, ["received", "accepted"]),
    ]
    assert desk.answers.sendings("2025") == []


# -- lines --------------------------------------------------------------------------------------------------------


def test_lines_lead_to_the_record_as_it_is_called_now(desk: Desk, package: PackageRow) -> None:
    record = desk.catalogue.save("training_session", {"title": "Tập huấn nghiệp vụ"}).record
    gone = desk.catalogue.save("training_session", {"title": "Lớp bỏ"}).record
    desk.catalogue.trash([gone.id])
    [taken] = desk.answers.take(
        made.sealed(
            sent.answer_to(
                package,
                "returned",
                lines=(
                    Line(
                        "training_session", record.id, record.number, "participants", error="Thiếu số người."
                    ),
                    Line("training_session", gone.id, gone.number, error="Trùng."),
                    Line("weather", made.identity(4), 1, "rain", error="Lạ."),
                    Line(error="Thiếu phiếu giao nhận."),
                ),
            )
        )
    )
    one, trashed, unknown, general = desk.answers.lines(taken.read)
    assert (one.title, one.there) == ("Tập huấn nghiệp vụ", True)
    assert (trashed.title, trashed.there) == ("", False)
    assert (unknown.kind_label, unknown.label, unknown.there) == ("weather", "rain", False)
    assert general.there is False


# -- proposals ------------------------------------------------------------------------------------------------------


PAPER = {"document_type": "journal_article", "title": "Điều tra số", "publisher": "NXB CAND"}


def paper(desk: Desk, **values: Any) -> str:
    return desk.catalogue.save("publication", {**PAPER, **values}).record.id


def propose(
    desk: Desk, package: PackageRow, *proposals: Proposal, number: int = 1, previous: str = ""
) -> bytes:
    raw = made.sealed(sent.answer_to(package, "valid", number, proposals=proposals, previous=previous))
    desk.answers.take(raw)
    return raw


def correction(
    record: str, value: Any = "NXB Công an nhân dân", old: Any = "NXB CAND", at: int = 1, **more: Any
) -> Proposal:
    field = more.pop("field", "publisher")
    return Proposal(
        made.identity(500 + at), "correction", "publication", record, 1, field, value, old, **more
    )


def ids(desk: Desk, state: str | None = "open") -> list[str]:
    return [one.row.proposal for one in desk.answers.proposals(state)]


def test_a_proposal_is_shown_beside_what_the_record_holds(desk: Desk, package: PackageRow) -> None:
    propose(desk, package, correction(paper(desk), text="Tên đầy đủ."))
    [one] = desk.answers.proposals()
    assert (one.title, one.now, one.proposed, one.obstacle, one.row.text) == (
        "Điều tra số", "NXB CAND", "NXB Công an nhân dân", "", "Tên đầy đủ.",
    )  # fmt: skip


def test_an_accepted_correction_is_one_act_and_its_undo_opens_the_proposal_again(
    desk: Desk, package: PackageRow
) -> None:
    record = paper(desk)
    propose(desk, package, correction(record), correction(record, "2026-05", None, 2, field="issued"))
    changes = desk.answers.accept(ids(desk))
    assert changes.label == "accepted_proposals"
    values = desk.catalogue.record(record).values
    assert (values["publisher"], values["issued"]) == ("NXB Công an nhân dân", "2026-05")
    assert ids(desk) == []
    assert "2" in message("did_accepted_proposals", **changes.params)
    desk.catalogue.undo()
    values = desk.catalogue.record(record).values
    assert (values["publisher"], values.get("issued")) == ("NXB CAND", None)
    assert len(ids(desk)) == 2
    desk.catalogue.redo()
    assert ids(desk) == []
    assert len(ids(desk, "accepted")) == 2


def test_a_record_that_changed_meanwhile_says_what_it_is_now(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    propose(desk, package, correction(record))
    desk.catalogue.save("publication", {"publisher": "NXB Trẻ"}, record_id=record)
    [one] = desk.answers.proposals()
    with pytest.raises(UserError) as caught:
        desk.answers.accept(ids(desk))
    assert caught.value.code == "proposal_changed"
    assert "NXB Trẻ" in str(caught.value) == one.obstacle
    assert desk.catalogue.record(record).get("publisher") == "NXB Trẻ"


def test_what_is_already_so_needs_no_change(desk: Desk, package: PackageRow) -> None:
    record = paper(desk, publisher="NXB Công an nhân dân")
    propose(desk, package, correction(record))
    version = desk.catalogue.record(record).version
    desk.answers.accept(ids(desk))
    assert desk.catalogue.record(record).version == version
    assert ids(desk) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issued", "32/13/2026"),
        ("document_type", "no_such_type"),
        ("publisher", {"a": 1}),
        ("publisher", ["x"]),
        ("contributors", "Lê An"),
        ("distinct_from", ["x"]),
        ("attachments", [{"name": "x"}]),
        ("no_such_field", "x"),
    ],
)
def test_a_value_the_form_would_not_take_is_refused_whole(
    desk: Desk, package: PackageRow, field: str, value: Any
) -> None:
    record = paper(desk)
    before = desk.catalogue.record(record)
    old = before.get(field)
    propose(desk, package, correction(record, at=1), correction(record, value, old, 2, field=field))
    assert desk.answers.proposals()[1].obstacle
    with pytest.raises(UserError):
        desk.answers.accept(ids(desk))
    assert desk.catalogue.record(record) == before
    assert len(ids(desk)) == 2


def test_a_record_in_the_trash_cannot_be_corrected(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    propose(desk, package, correction(record))
    desk.catalogue.trash([record])
    with pytest.raises(UserError) as caught:
        desk.answers.accept(ids(desk))
    assert caught.value.code == "proposal_record_gone"
    desk.answers.refuse(ids(desk), "Đã bỏ")
    assert desk.answers.proposals(None)[0].row.reason == "Đã bỏ"


def test_refusing_changes_no_record_and_can_be_undone(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    propose(desk, package, correction(record))
    desk.answers.refuse(ids(desk), "Tạp chí ghi như vậy")
    assert desk.catalogue.record(record).get("publisher") == "NXB CAND"
    assert ids(desk) == []
    with pytest.raises(UserError) as caught:
        desk.answers.accept(ids(desk, "refused"))
    assert caught.value.code == "proposal_decided"
    desk.catalogue.undo()
    assert len(ids(desk)) == 1


def test_two_records_of_ours_that_are_one_are_merged_in_the_same_act(desk: Desk, package: PackageRow) -> None:
    one, two = paper(desk, pages="1-9"), paper(desk, issn="0866-756X")
    other = {"unit": sent.UNIT, "kind": "publication", "id": two, "number": 2, "title": "Điều tra số"}
    propose(desk, package, Proposal(made.identity(501), "double", "publication", one, 1, other=other))
    [seen] = desk.answers.proposals()
    assert seen.other_id == two
    assert "số 2" in seen.other
    desk.answers.accept(ids(desk))
    states = {desk.catalogue.record(record).state for record in (one, two)}
    assert states == {State.COMPLETE, State.TRASHED}
    desk.catalogue.undo()
    assert {desk.catalogue.record(record).state for record in (one, two)} == {State.COMPLETE}
    assert len(ids(desk)) == 1


def test_another_units_double_is_only_to_be_known(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    before = desk.catalogue.record(record)
    other = {
        "unit": "PC02",
        "unit_name": "Phòng PC02",
        "kind": "publication",
        "id": record,
        "title": "Điều tra số",
    }
    propose(desk, package, Proposal(made.identity(501), "double", "publication", record, 1, other=other))
    [seen] = desk.answers.proposals()
    assert seen.other_id == ""
    assert "Phòng PC02" in seen.other
    desk.answers.accept(ids(desk))
    assert desk.catalogue.record(record) == before
    assert ids(desk) == []


def test_the_centres_number_is_noted_and_taken_back(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    propose(
        desk, package, Proposal(made.identity(501), "central_id", "publication", record, 1, value="TW-41")
    )
    desk.answers.accept(ids(desk))
    assert desk._library.answers.central_ids([record]) == {record: "TW-41"}
    assert desk.answers.proposals(None)[0].now == "TW-41"
    desk.catalogue.undo()
    assert desk._library.answers.central_ids([record]) == {}


def test_a_proposal_sent_again_keeps_what_was_decided(desk: Desk, package: PackageRow) -> None:
    record = paper(desk)
    raw = propose(desk, package, correction(record))
    desk.answers.refuse(ids(desk))
    propose(desk, package, correction(record), number=2, previous=made.digest(raw))
    assert ids(desk) == []
    assert len(ids(desk, None)) == 1


def test_an_unknown_proposal(desk: Desk) -> None:
    with pytest.raises(UserError) as caught:
        desk.answers.accept([made.identity(1)])
    assert caught.value.code == "proposal_unknown"


def test_decisions_are_found_again_when_the_library_is_opened_again(
    desk: Desk, package: PackageRow, tmp_path: Path, clock: Clock
) -> None:
    record = paper(desk)
    propose(desk, package, correction(record))
    desk.answers.accept(ids(desk))
    desk.close()
    with Desk.open(tmp_path / "kho", clock=clock) as again:
        sent.give_keys(again)
        assert again.answers.standing(YEAR).state == "valid"
        assert len(again.answers.proposals("accepted")) == 1
        again.catalogue.undo()
        assert again.catalogue.record(record).get("publisher") == "NXB CAND"


def test_what_came_about_a_record_above_the_ceiling_is_counted_and_not_shown(
    desk: Desk, package: PackageRow
) -> None:
    record, other = paper(desk), paper(desk, title="Bài khác")
    lines = [Line("publication", one, 1, "publisher", error="Sai.") for one in (record, other)]
    proposals = [correction(record), correction(other, at=2)]
    raw = made.sealed(sent.answer_to(package, "valid", 1, proposals=proposals, lines=lines))
    desk.answers.take(raw)
    [read] = desk.answers.listed()
    assert (len(desk.answers.proposals()), len(desk.answers.lines(read)), desk.answers.left_out()) == (
        2,
        2,
        0,
    )

    emptied = dict.fromkeys(("title", "publisher"))
    changes = desk.catalogue.save("publication", emptied, record_id=record, secrecy="mat").changes
    assert [one.row.record for one in desk.answers.proposals(None)] == [other]
    assert [one.line.id for one in desk.answers.lines(read)] == [other]
    assert (desk.answers.left_out(), desk.answers.left_out(read)) == (1, 1)
    assert [one.sentence for one in desk.answers.notices() if one.code == "proposals"] == [
        message("notice_proposals", n=1)
    ]
    left = desk.traces.left(changes)
    assert left.texts == (message("traces_answer", number="1"),)  # it came signed, and stays as it came
    assert desk._library.answers.listed()[0].raw == raw
