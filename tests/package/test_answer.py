"""Answers of the centre: what they hold comes back the same, and what is not one is refused with its place."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package.answer import (
    ENVELOPE,
    MOST_LINES,
    MOST_QR,
    Answer,
    Candidate,
    Line,
    Proposal,
    answer_name,
    deadline_of,
    find_code,
    from_body,
    from_qr,
    normalise,
    telephone_code,
    to_body,
    to_qr,
)
from stdesk.package.envelope import canonical, read_envelope, seal_envelope
from stdesk.package.keys import shared_secret
from tests.helpers import answers as made

GOLDEN = Path(__file__).parent.parent / "golden" / "answers"
_REMARK = st.text(max_size=60)
_ID = st.integers(1, 10**9).map(made.identity)
_NAME = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | _REMARK,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAME, inner, max_size=3),
    max_leaves=8,
)


def body(**changes: Any) -> dict[str, Any]:
    """The body of a whole answer with other values in it."""
    return {**to_body(made.answer()), **changes}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in body().items() if key != name}


# -- there and back ------------------------------------------------------------------------------


def test_an_answer_comes_back_as_it_was() -> None:
    assert from_body(to_body(made.answer())) == made.answer()


def test_the_golden_answer_reads_as_on_the_day_it_was_made_and_is_written_the_same_today() -> None:
    raw = (GOLDEN / "TRA-LOI-KHCN-PC09-2026-L01-1.json").read_bytes()
    envelope = read_envelope(raw, ENVELOPE)
    envelope.verify([made.CENTRE_KEY.public])
    assert from_body(envelope.body) == made.answer()
    assert made.sealed(made.answer()) == raw
    short = (GOLDEN / "TRA-LOI-KHCN-PC09-2026-L01-1.qr.txt").read_text(encoding="ascii").strip()
    assert from_qr(short) == made.short(made.answer())


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.builds(
            Line, _NAME, _ID, st.integers(0, 10**6), _NAME, st.text(max_size=20), _REMARK, _REMARK, _REMARK
        ),
        max_size=3,
    ),
    st.lists(
        st.builds(
            Proposal,
            _ID,
            st.just("correction"),
            _NAME,
            _ID,
            st.integers(0, 99),
            _NAME,
            _VALUE,
            _VALUE,
            text=_REMARK,
        ),
        max_size=3,
        unique_by=lambda one: one.proposal,
    ),
    _REMARK,
)
def test_whatever_was_typed_is_written_clean_and_then_never_changes(
    lines: list[Line], proposals: list[Proposal], note: str
) -> None:
    given_ = made.answer(lines=tuple(lines), proposals=tuple(proposals), note=note)
    written = to_body(given_)
    read = from_body(json.loads(canonical(written)))
    assert to_body(read) == written
    shown = canonical(written).decode()
    assert not re.search(
        "[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff\x00-\x1f]", shown.replace("\\n", "")
    )


def test_text_that_would_turn_the_line_around_is_written_without_its_marks() -> None:
    line = Line("publication", made.RECORD, 1, error="sai \u202egnud\u202c số", note="a\u200bb\u2066c\r\nd")
    read = from_body(to_body(made.answer(lines=(line,))))
    assert read.lines[0].error == "sai gnud số"
    assert read.lines[0].note == "abc\nd"


def test_a_centre_name_of_two_lines_is_written_on_one() -> None:
    assert from_body(to_body(made.answer(centre="V04\n Bộ Công an"))).centre == "V04 Bộ Công an"


def test_its_file_is_called_after_the_package_and_its_number() -> None:
    assert answer_name(made.answer()) == "TRA-LOI-KHCN-PC09-2026-L01-1.json"
    delta = made.answer(unit="CAT Đắk Lắk", submission=2, delta=True, number=12)
    assert answer_name(delta) == "TRA-LOI-KHCN-CAT-DAK-LAK-2026-L02-BS-12.json"


def test_the_short_form_names_the_whole_one_and_carries_neither_lines_nor_proposals() -> None:
    whole = read_envelope(made.sealed(made.answer()), ENVELOPE)
    short = read_envelope(made.short(made.answer()), ENVELOPE)
    read = from_body(short.body)
    assert (read.short, read.lines, read.proposals) == (True, (), ())
    assert (
        read.digest(short.text) == made.answer().digest(whole.text) == hashlib.sha512(whole.text).hexdigest()
    )


# -- what is refused -----------------------------------------------------------------------------

_LINE: dict[str, Any] = {"kind": "publication", "id": "x", "error": "sai"}
_PROPOSAL: dict[str, Any] = {
    "proposal": made.identity(1), "type": "correction", "kind": "publication", "id": "x", "field": "issn", "value": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"format": "1"}, "format"),
        ({"format": True}, "format"),
        ({"answer": "01900000-0000-7000-8000-00000000000G"}, "answer"),
        ({"answer": ["x"]}, "answer"),
        ({"number": 0}, "number"),
        ({"number": -1}, "number"),
        ({"number": 1.0}, "number"),
        ({"number": True}, "number"),
        ({"number": 10**12}, "number"),
        ({"previous": "AB" * 64}, "previous"),
        ({"unit": ""}, "unit"),
        ({"unit": "PC09\n"}, "unit"),
        ({"unit": "PC\u202e09"}, "unit"),
        ({"unit": "x" * 201}, "unit"),
        ({"unit": {"a": 1}}, "unit"),
        ({"period": "2026-H3"}, "period"),
        ({"period": "２０２６"}, "period"),
        ({"submission": 0}, "submission"),
        ({"fingerprint": "ab" * 63}, "fingerprint"),
        ({"fingerprint": ""}, "fingerprint"),
        ({"status": "ACCEPTED"}, "status"),
        ({"status": ["accepted"]}, "status"),
        ({"status": None}, "status"),
        ({"at": "2026-13-01T00:00:00Z"}, "at"),
        ({"at": "2026-11-19T02:00:00+07:00"}, "at"),
        ({"at": 5}, "at"),
        ({"centre": "a\u0301".join("xy")}, "centre"),
        ({"sequence": -1}, "sequence"),
        ({"delta": 1}, "delta"),
        ({"short": "no"}, "short"),
        ({"short": True, "full": "ab" * 64}, "short"),
        ({"full": "x"}, "full"),
        ({"counts": []}, "counts"),
        ({"counts": {"Publication": 1}}, "counts"),
        ({"counts": {"publication": -1}}, "counts.publication"),
        ({"counts": {"publication": "1"}}, "counts.publication"),
        ({"note": "a\u2028b"}, "note"),
        ({"note": "x" * 4_001}, "note"),
        ({"lines": {}}, "lines"),
        ({"lines": ["x"]}, "lines[0]"),
        ({"lines": [_LINE] * (MOST_LINES + 1)}, "lines"),
        ({"lines": [_LINE, {**_LINE, "error": 5}]}, "lines[1].error"),
        ({"lines": [{**_LINE, "error": "\u202etxt"}]}, "lines[0].error"),
        ({"lines": [{**_LINE, "field": "Issn"}]}, "lines[0].field"),
        ({"lines": [{**_LINE, "field": "../x"}]}, "lines[0].field"),
        ({"lines": [{**_LINE, "number": 1.5}]}, "lines[0].number"),
        ({"lines": [{**_LINE, "id": "x" * 65}]}, "lines[0].id"),
        ({"proposals": [None]}, "proposals[0]"),
        ({"proposals": [{**_PROPOSAL, "type": "delete"}]}, "proposals[0].type"),
        ({"proposals": [{**_PROPOSAL, "field": ""}]}, "proposals[0].field"),
        ({"proposals": [{**_PROPOSAL, "kind": ""}]}, "proposals[0].kind"),
        ({"proposals": [{**_PROPOSAL, "id": ""}]}, "proposals[0].id"),
        ({"proposals": [{**_PROPOSAL, "value": float("nan")}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "value": 2**60}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "value": "x" * 20_001}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "value": [1] * 5_001}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "value": {"a": "\u2066b"}}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "old": {"a": object()}}]}, "proposals[0].old"),
        ({"proposals": [_PROPOSAL, _PROPOSAL]}, "proposals[1].proposal"),
        ({"proposals": [{**_PROPOSAL, "type": "double"}]}, "proposals[0].other.unit"),
        ({"proposals": [{**_PROPOSAL, "type": "double", "other": 5}]}, "proposals[0].other"),
        ({"proposals": [{**_PROPOSAL, "type": "central_id", "value": ""}]}, "proposals[0].value"),
        ({"proposals": [{**_PROPOSAL, "type": "central_id", "value": {"a": 1}}]}, "proposals[0].value"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_named(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(UserError) as caught:
        from_body(body(**changed))
    assert caught.value.code == "answer_malformed"
    assert caught.value.params["where"] == where
    assert where in str(caught.value)


@pytest.mark.parametrize(
    "name", ["answer", "number", "unit", "period", "submission", "fingerprint", "status", "at", "centre"]
)
def test_what_must_be_there_is_asked_for(name: str) -> None:
    with pytest.raises(UserError) as caught:
        from_body(without(name))
    assert caught.value.params["where"] == name


@pytest.mark.parametrize("odd", [[], "x", 5, None, [{"format": 1}]])
def test_a_body_that_is_no_object_is_refused(odd: Any) -> None:
    with pytest.raises(UserError, match="đúng quy cách"):
        from_body(odd)


def test_a_value_nested_too_deeply_is_refused_and_a_bottomless_one_does_not_crash() -> None:
    deep: Any = "x"
    for _ in range(9):
        deep = [deep]
    bottomless: Any = "x"
    for _ in range(200_000):
        bottomless = [bottomless]
    for value in (deep, bottomless):
        with pytest.raises(UserError) as caught:
            from_body(body(proposals=[{**_PROPOSAL, "value": value}]))
        assert caught.value.params["where"] == "proposals[0].value"
    while isinstance(bottomless, list):  # taken apart by hand: freeing it in one go would overrun the stack
        bottomless = bottomless.pop()


def test_a_later_format_says_that_a_newer_program_is_needed() -> None:
    with pytest.raises(UserError) as caught:
        from_body(body(format=2))
    assert caught.value.code == "answer_newer"


def test_what_a_later_program_adds_is_passed_over() -> None:
    assert from_body(body(weather="mưa")) == made.answer()


def test_an_envelope_of_another_type_is_no_answer() -> None:
    raw = seal_envelope("roster", to_body(made.answer()), made.CENTRE_KEY, "x")
    with pytest.raises(UserError) as caught:
        read_envelope(raw, ENVELOPE)
    assert caught.value.code == "envelope_other_type"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_body_is_either_refused_with_a_sentence_or_an_answer(data: st.DataObject) -> None:
    mutated = copy.deepcopy(body())
    name = data.draw(st.sampled_from(sorted(mutated)))
    mutated[name] = data.draw(_VALUE)
    try:
        read = from_body(mutated)
    except UserError as error:
        assert error.code in ("answer_malformed", "answer_newer")
        assert error.code == "answer_newer" or error.params["where"].startswith(name)
    else:
        assert isinstance(read, Answer)


def test_the_writer_refuses_what_no_reader_would_take() -> None:
    with pytest.raises(UserError) as caught:
        to_body(made.answer(status="perhaps"))
    assert caught.value.params["where"] == "status"


# -- the QR code ---------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=900))
def test_bytes_come_back_from_a_qr_code(raw: bytes) -> None:
    assert from_qr(to_qr(raw)) == raw


def test_base45_is_that_of_rfc_9285() -> None:
    from stdesk.package.answer import _base45, _unbase45

    assert (_base45(b"AB"), _base45(b"Hello!!"), _base45(b"base-45")) == ("BB8", "%69 VD92EX0", "UJCLQE7W581")
    assert _unbase45("QED8WEX0") == b"ietf!"


def test_a_short_answer_fits_into_a_code_that_a_photo_shows_well() -> None:
    longest = made.answer(unit="Đ" * 60, centre="Cục " * 20, note="", number=999_999, previous="cd" * 64)
    text = to_qr(made.short(longest))
    assert len(text) <= 1_700  # version 24 at level L: 113 modules
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", text)


def test_a_long_answer_does_not_go_into_a_qr_code() -> None:
    noise = hashlib.shake_256(b"x").hexdigest(4_000)
    with pytest.raises(UserError) as caught:
        to_qr(noise.encode())
    assert caught.value.code == "answer_too_long_for_qr"


@pytest.mark.parametrize("text", ["", "9CDM91DC1RTP 1/4", "http://example.org", "stdesk1:ABC"])
def test_other_qr_codes_are_left_alone(text: str) -> None:
    assert from_qr(text) is None


@pytest.mark.parametrize(
    "text", ["STDESK1:", "STDESK1:A", "STDESK1:::::::", "STDESK1:đđđ", "STDESK1:BB8", "STDESK1:ZZZZZZ"]
)
def test_a_damaged_qr_code_is_said_to_be_damaged(text: str) -> None:
    with pytest.raises(UserError) as caught:
        from_qr(text)
    assert caught.value.code == "answer_qr_damaged"


def test_a_qr_code_that_unpacks_without_end_is_refused() -> None:
    import zlib

    from stdesk.package.answer import _base45

    bomb = "STDESK1:" + _base45(zlib.compress(bytes(2_000_000), 9))
    assert len(bomb) < MOST_QR
    with pytest.raises(UserError) as caught:
        from_qr(bomb)
    assert caught.value.code == "answer_qr_damaged"


# -- the code over the telephone -----------------------------------------------------------------


def test_the_code_is_the_first_sixty_bits_of_the_hmac_in_crockfords_signs() -> None:
    parts = (b"stdesk-answer-code-1", b"PC09", b"ab" * 64, b"accepted", b"3")
    message = b"".join(len(one).to_bytes(4, "big") + one for one in parts)
    bits = bin(int.from_bytes(hmac.new(b"secret", message, hashlib.sha512).digest(), "big"))[2:].zfill(512)[
        :60
    ]
    signs = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[at : at + 5], 2)] for at in range(0, 60, 5))
    code = telephone_code(b"secret", "PC09", "ab" * 64, "accepted", 3)
    assert code == f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def test_unit_and_centre_work_out_the_same_code_and_nobody_else_does() -> None:
    ours = shared_secret(made.UNIT_KEY, made.CENTRE_KEY.public)
    theirs = shared_secret(made.CENTRE_KEY, made.UNIT_KEY.public)
    other = shared_secret(made.STRANGER, made.CENTRE_KEY.public)
    codes = [telephone_code(one, "PC09", "ab" * 64, "valid", 2) for one in (ours, theirs, other)]
    assert codes[0] == codes[1] != codes[2]


def test_each_part_makes_another_code() -> None:
    codes = {
        telephone_code(b"k", unit, print_, status, number)
        for unit in ("PC09", "PC0")
        for print_ in ("ab" * 64, "9" + "ab" * 64)
        for status in ("valid", "accepted")
        for number in (1, 11)
    }
    assert len(codes) == 16


@pytest.mark.parametrize(
    "typed", ["9cdm-91dc-1rtp", " 9CDM 91DC 1RTP ", "9cdm91dc1rtp", "9CDM–9iDC—lRTP", "9 C D M.91DC_1RTP"]
)
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert normalise(typed) == "9CDM-91DC-1RTP"


def test_o_is_zero() -> None:
    assert normalise("oO0oAAAABBBB") == "0000-AAAA-BBBB"


@pytest.mark.parametrize(
    "typed", ["", "9CDM-91DC-1RT", "9CDM-91DC-1RTPX", "9CDM-91DC-1RTÚ", "9CDM-91DC-1RTU", "x" * 10_000]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise(typed) == ""


def test_a_code_finds_its_answer_among_many_and_a_slip_finds_none() -> None:
    many = [
        Candidate(f"P{at}", f"{at:02x}" * 64, status, number, b"secret")
        for at in range(5)
        for status in ("received", "valid", "accepted", "returned")
        for number in range(1, 10)
    ]
    code = telephone_code(b"secret", "PC09", "03" * 64, "accepted", 7)
    found = find_code(code.lower().replace("-", " "), "PC09", many)
    assert found is not None
    assert (found.package, found.status, found.number) == ("P3", "accepted", 7)
    wrong = ("Z" if code[0] != "Z" else "Y") + code[1:]
    assert find_code(wrong, "PC09", many) is None
    assert find_code(code, "PC10", many) is None
    assert find_code("", "PC09", many) is None


# -- what follows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "next_", "who", "on"),
    [
        ("sent", "received", "centre", date(2026, 11, 24)),
        ("received", "valid", "centre", date(2026, 11, 29)),
        ("valid", "accepted", "centre", date(2026, 12, 9)),
        ("returned", "corrected", "unit", date(2026, 11, 29)),
    ],
)
def test_every_state_but_the_last_has_a_next_step_with_its_day(
    state: str, next_: str, who: str, on: date
) -> None:
    step = deadline_of(state, date(2026, 11, 19))
    assert step is not None
    assert (step.next, step.who, step.on) == (next_, who, on)


def test_after_acceptance_nothing_follows_and_a_unit_may_set_other_days() -> None:
    assert deadline_of("accepted", date(2026, 11, 19)) is None
    step = deadline_of("returned", date(2026, 12, 30), {"returned": 3})
    assert step is not None
    assert step.on == date(2027, 1, 2)
