"""What the centre answers: every step, in its chain, signed, the same again when asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
import zxingcpp
from openpyxl import Workbook

from stdesk.central.agency import Agency
from stdesk.central.answers import (
    STEPS,
    acknowledge,
    check_step,
    code_of,
    connect,
    decide,
    give,
    last_given,
    qr_of,
    read,
    slip_of,
)  # fmt: skip
from stdesk.central.model import PackageRow, Taken
from stdesk.central.proposals import central_id, double_proposals, is_central_id
from stdesk.central.remarks import read_remarks, write_remarks
from stdesk.errors import UserError
from stdesk.package.answer import ENVELOPE, STATUSES, Line, from_body, from_qr, telephone_code
from stdesk.package.envelope import read_envelope
from stdesk.package.keys import shared_secret
from tests.central.conftest import fresh_place
from tests.central.packages import Time, Unit, publication, task

STATES = ("received", "valid", "accepted", "returned", "quarantined")


@pytest.fixture
def agency(request: pytest.FixtureRequest, tmp_path: Path, time: Time) -> Iterator[Agency]:
    """A centre on SQLite that answers by itself; its rules find what a test says."""
    place = fresh_place("sqlite", request, tmp_path)
    with Agency.create(place, "Cục V04", folder=tmp_path / "kept", clock=time) as made:
        connect(made).checks = lambda *_: []
        yield made


@pytest.fixture
def unit(agency: Agency) -> Unit:
    made = Unit()
    made.register(agency)
    return made


def taken(agency: Agency, unit: Unit, folder: Path, *lines: dict[str, Any], **more: Any) -> PackageRow:
    """The unit's next package, taken."""
    made = unit.pack(
        folder / f"{unit.code}-{unit.sequence}", lines or (publication(1, unit=unit.code),), **more
    )
    found: Taken = agency.intake(made.path)
    assert found.package is not None, found.sentence
    return found.package


def as_state(agency: Agency, unit: Unit, folder: Path, state: str) -> PackageRow:
    """A package that stands in ``state``."""
    if state == "received":
        agency.checks = lambda *_: [{"severity": "error", "rule": "x", "error": "Sai.", "advice": "Sửa."}]
    package = taken(agency, unit, folder)
    if state in ("accepted", "returned"):
        give(agency, package, state, note="Đã xem.")
    return agency.package(package.fingerprint)


# -- which step may be taken


@pytest.mark.parametrize(("state", "status"), [*product(STATES[:-1], STATUSES)])
def test_every_step(agency: Agency, unit: Unit, tmp_path: Path, state: str, status: str) -> None:
    package = as_state(agency, unit, tmp_path, state)
    assert package.state == state
    before = len(agency.answers())
    if status in STEPS[state]:
        given = give(agency, package, status, note="Lần này.")
        assert given.answer.status == agency.package(package.fingerprint).state == status
        return
    with pytest.raises(UserError) as refused:
        give(agency, package, status, note="Lần này.")
    assert refused.value.code in {"central_answer_not_valid", "central_answer_not_raised", "answer_by_itself"}
    assert agency.package(package.fingerprint).state == state and len(agency.answers()) == before


def test_a_status_is_never_raised_again() -> None:
    """Worked out on the table itself: after a return nothing but a return is ever reached."""
    reached: set[str] = set()
    now = {"returned"}
    while now - reached:
        reached |= now
        now = {after for state in reached for after in STEPS[state]}
    assert reached == {"returned"}
    assert "accepted" not in STEPS["received"]
    assert not any({"received", "valid"} & after for after in STEPS.values())


def test_what_waits_gets_no_answer(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    unit.pack(tmp_path / "lost", [publication(1)])
    package = taken(agency, unit, tmp_path, publication(2))
    assert package.state == "quarantined" and acknowledge(agency, package) is None
    for status in STATUSES:
        with pytest.raises(UserError) as refused:
            give(agency, package, status, note="x")
        assert refused.value.code in {"central_answer_quarantined"}


def test_a_status_nobody_knows_is_wrong_use(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    package = taken(agency, unit, tmp_path)
    with pytest.raises(UserError) as refused:
        check_step(package, "chấp nhận")
    assert (refused.value.code, int(refused.value.exit_code)) == ("answer_status_unknown", 2)


def test_a_return_without_a_word_is_refused(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    package = taken(agency, unit, tmp_path)
    with pytest.raises(UserError) as refused:
        give(agency, package, "returned", note="  ")
    assert refused.value.code == "answer_says_nothing"


def test_an_older_package_is_not_answered_any_more(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    first = taken(agency, unit, tmp_path)
    second = taken(agency, unit, tmp_path, publication(1), publication(2))
    with pytest.raises(UserError) as refused:
        give(agency, first, "accepted")
    assert refused.value.code == "answer_newer_there"
    assert give(agency, second, "accepted").answer.submission == 2


# -- by itself


def test_a_good_package_is_answered_at_once(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    found = agency.intake(unit.pack(tmp_path / "1", [publication(1)], [task(1)]).path)
    assert found.answer is not None
    envelope = read_envelope(found.answer, ENVELOPE)
    envelope.verify([agency.registry.public()])
    answer = from_body(envelope.body)
    assert (answer.status, answer.number, answer.previous, answer.unit) == ("valid", 1, "", "PC09")
    assert answer.counts == {"publication": 1, "research_task": 1} and answer.centre == "Cục V04"


def test_what_the_rules_find_goes_into_the_answer_and_it_is_only_received(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    line = publication(1)
    agency.checks = lambda *_: [
        {"severity": "error", "rule": "issn_check_digit", "kind": "publication", "id": line["id"], "number": 1,
         "field": "issn", "error": "ISSN sai.", "advice": "So lại bìa."},
        {"severity": "note", "rule": "r", "error": "Đã giải trình.", "note": "Lý do."},
        {"severity": "hint", "rule": "h", "error": "Nên xem."},
    ]  # fmt: skip
    package = taken(agency, unit, tmp_path, line)
    said = last_given(agency, package)
    assert said is not None and said.answer.status == package.state == "received"
    assert said.answer.lines == (
        Line("publication", str(line["id"]), 1, "issn", "issn_check_digit", "ISSN sai.", "So lại bìa."),
    )


def test_the_same_package_again_gets_the_same_answer(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    first, again = agency.intake(made.path), agency.intake(made.path)
    assert (again.outcome, again.answer) == ("again", first.answer)
    assert len(agency.answers()) == 1


# -- by a person


def test_answers_are_numbered_and_chained(agency: Agency, unit: Unit, tmp_path: Path, time: Time) -> None:
    package = taken(agency, unit, tmp_path)
    time.pass_days(3)
    give(agency, package, "accepted", by="Trần Thị Bích")
    give(agency, agency.package(package.fingerprint), "returned", note="Thiếu biên bản.")
    stored = agency.answers(unit="PC09")
    answers = [read(one) for one in stored]
    assert [one.number for one in answers] == [1, 2, 3]
    assert [one.status for one in answers] == ["valid", "accepted", "returned"]
    for before, one in zip(stored, answers[1:], strict=False):
        assert one.previous == before.digest
    assert answers[1].by == "Trần Thị Bích" and answers[1].at == "2026-11-15T03:00:00Z"


def test_two_units_have_chains_of_their_own(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    other = Unit("PV01", "Phòng Tham mưu")
    other.register(agency)
    for one in (unit, other):
        package = taken(agency, one, tmp_path)
        assert give(agency, package, "accepted").answer.number == 2


def test_the_same_question_again_gives_the_same_answer(
    agency: Agency, unit: Unit, tmp_path: Path, time: Time
) -> None:
    package = taken(agency, unit, tmp_path)
    first = decide(agency, package, "accepted", note="Đạt.")
    time.pass_days(1)
    again = decide(agency, agency.package(package.fingerprint), "accepted", note="Đạt.")
    assert (again.raw, again.again, first.again) == (first.raw, True, False)
    more = decide(agency, agency.package(package.fingerprint), "accepted", note="Đạt, có lưu ý.")
    assert more.answer.number == first.answer.number + 1


def test_acceptance_gives_every_record_a_number_that_stays(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    lines = [publication(1), publication(2)]
    package = taken(agency, unit, tmp_path, *lines)
    given = decide(agency, package, "accepted")
    numbers = {one.id: one.value for one in given.answer.proposals if one.type == "central_id"}
    assert numbers == {str(one["id"]): central_id("PC09", str(one["id"])) for one in lines}
    assert {one.record.id: one.central_id for one in agency.records("2026")} == numbers
    assert all(is_central_id(str(one)) for one in numbers.values())
    again = taken(agency, unit, tmp_path, *lines, publication(3))
    later = decide(agency, again, "accepted").answer
    assert {one.id: one.value for one in later.proposals}.items() >= numbers.items()


@pytest.mark.parametrize(
    "wrong", ["VN-KHCN-1", "", "VN-KHCN-0000-0000-0000-Z", "KHCN", "VN-KHCN-IIII-IIII-IIII-I"]
)
def test_what_is_no_number_of_the_centre(wrong: str) -> None:
    assert not is_central_id(wrong)


def test_one_wrong_sign_and_two_swapped_ones_are_noticed() -> None:
    number = central_id("PC09", "x")
    signs = [at for at, sign in enumerate(number) if at > 7 and sign != "-"]
    for at in signs:
        other = "0" if number[at] != "0" else "1"
        assert not is_central_id(number[:at] + other + number[at + 1 :])
    for one, two in pairwise(signs[:-1]):
        if number[one] != number[two]:
            told = list(number)
            told[one], told[two] = told[two], told[one]
            assert not is_central_id("".join(told))


def test_one_work_of_two_units_has_one_number(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    title = "Nhận dạng khuôn mặt trong điều kiện thiếu sáng"
    other = Unit("PV01", "Phòng Tham mưu")
    other.register(agency)
    one, two = publication(1, title), publication(5, title.upper(), unit="PV01")
    first, second = taken(agency, unit, tmp_path, one), taken(agency, other, tmp_path, two)
    agency.decide_doubles([(("PC09", str(one["id"])), ("PV01", str(two["id"])))], "same", "Bích")
    for package in (first, second):
        decide(agency, package, "accepted")
    assert len({one.central_id for one in agency.records("2026")}) == 1


def test_a_double_in_another_unit_is_proposed_with_its_number_and_title(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    title = "Nhận dạng khuôn mặt trong điều kiện thiếu sáng"
    other = Unit("PV01", "Phòng Tham mưu")
    other.register(agency)
    mine = taken(agency, unit, tmp_path, publication(1, title))
    theirs = publication(5, title.upper(), unit="PV01")
    taken(agency, other, tmp_path, theirs, publication(6, "Một bài khác", unit="PV01"))
    told = [one for one in decide(agency, mine, "accepted").answer.proposals if one.type == "double"]
    assert [(one.number, one.other["unit"], one.other["number"], one.other["title"]) for one in told] == [
        (1, "PV01", 5, title.upper())
    ]
    assert told[0].text.startswith("Trùng.") and told[0].other["unit_name"] == "Phòng Tham mưu"
    agency.decide_doubles([(("PC09", told[0].id), ("PV01", str(theirs["id"])))], "apart")
    assert [*double_proposals(agency, mine)] == []


def test_the_title_of_a_secret_record_is_told_to_nobody(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    title = "Nhận dạng khuôn mặt trong điều kiện thiếu sáng"
    other = Unit("PV01", "Phòng Tham mưu")
    other.register(agency, secrecy="mat")
    taken(agency, other, tmp_path, publication(1, title, unit="PV01", secrecy="mat"), secrecy="mat")
    mine = taken(agency, unit, tmp_path, publication(1, title))
    assert [*double_proposals(agency, mine)] == []


# -- what a person wrote


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nhận xét gói dữ liệu"])
    sheet.append(["STT dòng", "Mã đơn vị", "Loại", "Số thứ tự", "Trường", "MÔ TẢ LỖI", "Hướng dẫn xử lý", "Ghi chú",
                  "Giá trị đề nghị"])  # fmt: skip
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def test_lines_from_a_workbook_name_the_units_own_record(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    line = publication(12)
    package = taken(agency, unit, tmp_path, line)
    path = workbook(
        tmp_path / "nhan-xet.xlsx",
        (
            1,
            "PC09",
            "Ấn phẩm, tài liệu",
            12,
            "Năm (ngày) công bố",
            "Sai năm.",
            "Sửa theo bìa.",
            "Gấp",
            "2025-03",
        ),
        (2, "PV01", "Ấn phẩm, tài liệu", 99, "", "Của đơn vị khác.", "", ""),
        (3, "", "", None, "", "Thiếu chữ ký trên phiếu giao nhận.", "", ""),
        (4, "PC09", "", None, "", "", "", ""),
    )
    said = read_remarks(path, agency, package)
    assert [(one.number, one.id, one.error) for one in said.lines] == [
        (12, line["id"], "Sai năm."), (0, "", "Thiếu chữ ký trên phiếu giao nhận."),
    ]  # fmt: skip
    fix = said.corrections[0]
    assert (fix.field, fix.value, fix.old, fix.number) == ("issued", "2025-03", "2026-05", 12)
    given = decide(agency, package, "returned", lines=path)
    assert [one.type for one in given.answer.proposals] == ["correction"] and len(given.answer.lines) == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kind": "publication", "number": 99, "error": "x"}, "remarks_record"),
        ({"id": "no-such", "error": "x"}, "remarks_record"),
        ({"kind": "Xe cộ", "number": 1, "error": "x"}, "remarks_kind"),
        ({"kind": "publication", "number": 1, "field": "màu", "error": "x"}, "remarks_field"),
        ({"kind": "publication", "number": 1, "field": "issued", "value": "hôm qua"}, "remarks_value"),
        ({"value": "2025", "error": "x"}, "remarks_value_of_what"),
        ({"kind": "publication", "number": "²", "error": "x"}, "remarks_record"),
    ],
)
def test_a_line_that_fits_no_record_names_its_row(
    agency: Agency, unit: Unit, tmp_path: Path, row: dict[str, object], code: str
) -> None:
    package = taken(agency, unit, tmp_path)
    path = tmp_path / "lines.json"
    path.write_text(json.dumps([{"error": "Chung."}, row]), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_remarks(path, agency, package)
    assert (refused.value.code, refused.value.params["row"]) == (code, "2")


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "\x00", "[" * 100_000])
def test_a_file_of_lines_that_is_none(agency: Agency, unit: Unit, tmp_path: Path, text: str) -> None:
    package = taken(agency, unit, tmp_path)
    path = tmp_path / "lines.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_remarks(path, agency, package)
    assert refused.value.code == "remarks_not_json"


def test_the_workbook_of_findings_can_be_given_back(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    line = publication(1)
    agency.checks = lambda *_: [
        {"severity": "error", "rule": "r", "kind": "publication", "id": line["id"], "number": 1, "field": "issn",
         "error": "ISSN sai.", "advice": "So lại bìa."}
    ]  # fmt: skip
    package = taken(agency, unit, tmp_path, line)
    assert write_remarks(package, agency.kinds, tmp_path / "loi.xlsx") == 1
    said = read_remarks(tmp_path / "loi.xlsx", agency, package)
    assert said.lines == (Line("publication", str(line["id"]), 1, "issn", "r", "ISSN sai.", "So lại bìa."),)


# -- paper and telephone


def test_the_code_for_the_telephone_is_the_one_the_unit_works_out(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    package = taken(agency, unit, tmp_path)
    given = give(agency, package, "accepted")
    secret = shared_secret(unit.key, agency.registry.public())
    expected = telephone_code(secret, "PC09", package.fingerprint, "accepted", 2)
    assert code_of(agency, given.answer) == expected
    valid = read(agency.answers()[0])
    assert code_of(agency, valid) != expected


def test_the_qr_code_holds_the_signed_short_answer(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    package = taken(agency, unit, tmp_path)
    given = decide(agency, package, "returned", note="Thiếu biên bản nghiệm thu.")
    raw = from_qr(qr_of(agency, given.answer))
    assert raw is not None
    envelope = read_envelope(raw, ENVELOPE)
    envelope.verify([agency.registry.public()])
    short = from_body(envelope.body)
    assert (short.status, short.number, short.short, short.lines) == ("returned", 2, True, ())
    assert short.full == agency.answers()[-1].digest


def test_the_slip_says_its_state_and_no_other(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    package = taken(agency, unit, tmp_path)
    give(agency, package, "accepted")
    give(agency, agency.package(package.fingerprint), "returned", note="Thiếu biên bản.")
    names = {"valid": "HỢP LỆ", "accepted": "ĐÃ CHẤP NHẬN", "returned": "TRẢ LẠI"}
    for stored in agency.answers():
        answer = read(stored)
        raw = slip_of(agency, answer)
        assert raw == slip_of(agency, answer)
        pdf = pdfium.PdfDocument(raw)
        assert len(pdf) == 1
        text = pdf[0].get_textpage().get_text_bounded()
        assert names[answer.status] in text
        assert not any(name in text for status, name in names.items() if status != answer.status)
        picture = pdf[0].render(scale=100 / 72).to_pil()
        codes = zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormat.QRCode
        )  # lines of a table pass for others
        assert [from_qr(one.text) for one in codes] == [from_qr(qr_of(agency, answer))]
        assert package.name in text and code_of(agency, answer) in text and unit.name in text
