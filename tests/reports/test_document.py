"""What stands in the report: number, date, signature, recipients, sentences, annexes."""

from __future__ import annotations

from datetime import date

import pytest

from stdesk import i18n, resources
from stdesk.domain.fields import Field, FieldType, Section
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State
from stdesk.i18n import Text
from stdesk.reports import forms, words
from stdesk.reports.document import build_document, symbol
from stdesk.reports.narrative import roman
from stdesk.reports.prepared import OwnText, Prepared
from tests.reports.samples import KINDS, UNIT, record, sample, sessions, tasks


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ({}, "……/BC-…-…"),
        ({"department": "PV01"}, "……/BC-…-PV01"),
        ({"symbol": "CAT-PV01"}, "……/BC-CAT-PV01"),
        ({"symbol": "BC-CAT-PV01"}, "……/BC-CAT-PV01"),
        ({"symbol": "…/BC-CAT-PV01"}, "……/BC-CAT-PV01"),
        ({"symbol": "{so}/BC-{coquan}-{donvi}", "authority_code": "CATP", "department": "X"}, "……/BC-CATP-X"),
        ({"symbol": "CAT-PV01", "report_number": "7"}, "07/BC-CAT-PV01"),
        ({"symbol": "CAT-PV01", "report_number": "123"}, "123/BC-CAT-PV01"),
        ({"symbol": "45/BC-CAT-PV01"}, "45/BC-CAT-PV01"),
        ({"symbol": "{unit.__class__}"}, "{unit.__class__}"),
    ],
)  # fmt: skip
def test_number_and_symbol(unit: dict[str, str], shown: str) -> None:
    assert symbol(unit, "BC") == shown


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (date(2026, 3, 7), "Cà Mau, ngày 07 tháng 3 năm 2026"),
        (date(2026, 1, 10), "Cà Mau, ngày 10 tháng 01 năm 2026"),
        (date(2026, 2, 28), "Cà Mau, ngày 28 tháng 02 năm 2026"),
        (date(2026, 11, 9), "Cà Mau, ngày 09 tháng 11 năm 2026"),
    ],
)
def test_place_and_date(when: date, shown: str) -> None:
    assert words.place_and_date("Cà Mau", when, day_known=True) == shown


def test_the_day_is_left_open_until_it_is_known() -> None:
    assert build_document(sample(*tasks(1)), KINDS).head.place_date == "Cà Mau, ngày …… tháng 11 năm 2026"
    dated = sample(*tasks(1), unit={**UNIT, "report_date": "2026-11-12"})
    assert build_document(dated, KINDS).head.place_date == "Cà Mau, ngày 12 tháng 11 năm 2026"


@pytest.mark.parametrize(
    ("unit", "lines", "name"),
    [
        (UNIT, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Đại tá Nguyễn Văn Ước"),
        ({"signer_post": "Giám đốc", "signer_name": "Lê A"}, ("GIÁM ĐỐC",), "Lê A"),
        ({"signing_authority": "TL.", "signer_post": "Giám đốc"}, ("TL. GIÁM ĐỐC",), words.BLANK),
        ({}, ("THỦ TRƯỞNG ĐƠN VỊ",), words.BLANK),
    ],
)
def test_signature(unit: dict[str, str], lines: tuple[str, ...], name: str) -> None:
    signed = build_document(sample(*tasks(1), unit=unit), KINDS).signature
    assert (signed.lines, signed.name) == (lines, name)


def test_recipients_end_with_semicolons_and_a_full_stop() -> None:
    made = build_document(sample(*tasks(1)), KINDS)
    assert made.recipients[0] == "- Như trên;"
    assert made.recipients[-1] == "- Lưu: VT, PV01."
    own = build_document(sample(*tasks(1), unit={"recipients": "- Cục V04;\nBan Giám đốc\nLưu: VT."}), KINDS)
    assert own.recipients == ("- Cục V04;", "- Ban Giám đốc;", "- Lưu: VT.")


def test_legal_bases_are_those_of_their_time() -> None:
    now = build_document(sample(*tasks(1)), KINDS).basis
    assert any("93/2025/QH15" in one for one in now) and not any("29/2013" in one for one in now)
    old = build_document(sample(*tasks(1), period=parse_period("2024")), KINDS).basis
    assert any("29/2013/QH13" in one for one in old) and not any("93/2025" in one for one in old)
    assert all(one.endswith(";") for one in now[:-1]) and now[-1].endswith(".")
    assert "05/CT-BCA-V04 ngày 07/10/2023" in now[-1]


def test_the_form_is_that_of_the_periods_year() -> None:
    assert forms.form_for("yearly-report", date(2026, 12, 31)).name == "yearly-report-2023-10-07"
    assert forms.form_for("yearly-report", date(2020, 1, 1)).name == "yearly-report-2023-10-07"


def test_sections_follow_the_directive() -> None:
    made = build_document(sample(), KINDS)
    first = [one.text for one in made.body if one.style == "heading1"]
    assert [one.split(".")[0] for one in first] == ["I", "II", "III", "IV", "V", "VI"]
    assert "KHÓ KHĂN, VƯỚNG MẮC" in first[3]
    second = [one.text for one in made.body if one.style == "heading2"]
    assert sum(one.startswith("10.") for one in second) == 1
    assert made.body[-1].text.endswith("./.")


def test_difficulties_are_left_open_for_a_person_and_kept_when_written() -> None:
    made = build_document(sample(*tasks(1)), KINDS)
    place = next(n for n, one in enumerate(made.body) if "KHÓ KHĂN" in one.text)
    assert made.body[place + 1].open_end and made.body[place + 1].text == ""
    said = build_document(
        sample(*tasks(1), prepared=Prepared(texts={"difficulties": OwnText("Thiếu biên chế.")})), KINDS
    )
    assert said.body[place + 1].text == "Thiếu biên chế." and not said.body[place + 1].open_end


def test_every_sentence_names_figures_that_exist() -> None:
    made = sample()
    form = forms.read_form(made.form)
    plain = {"unit", "period", "start", "end", "cut_off", "deposit_days", "…"}
    for section in form.data["section"]:
        for part in section["part"]:
            for sentence in part["sentence"]:
                for name in [
                    *forms.names_in(sentence["text"]),
                    *([sentence["if"]] if "if" in sentence else []),
                ]:
                    kind, _, rest = name.partition(":")
                    known = name in plain or name in made.figures["values"]
                    known |= kind == "list" and rest in {
                        "estimates",
                        *(t["id"] for t in made.figures["tables"]),
                    }
                    known |= kind == "annex" and rest in {annex.key for annex in form.annexes}
                    assert known, name


def test_nothing_reads_as_nothing_not_as_zeros() -> None:
    made = sample(empty=True)
    text = "\n".join(one["text"] for one in made.narrative)
    zeros = resources.read_text("forms", f"{made.form}.toml").count("zero = ")
    assert text.count("Trong kỳ không có") == zeros > 5
    assert " 0 " not in text and "{" not in text and "Phụ lục I" not in text
    assert [one.number for one in build_document(made, KINDS).annexes] == [
        "Phụ lục"
    ]  # only two and more are numbered


def test_the_report_is_vietnamese_whatever_the_screen_speaks() -> None:
    spoken = sample()
    i18n.use("en")
    try:
        assert sample().to_bytes() == spoken.to_bytes()
        made = build_document(spoken, KINDS)
    finally:
        i18n.use("vi")
    assert [column.label for column in made.annexes[1].blocks[0].columns][:3] == [
        "TT",
        "Loại tài liệu",
        "Tên tài liệu",
    ]
    assert made == build_document(spoken, KINDS)


def test_annexes_are_numbered_and_named_in_the_text() -> None:
    made = build_document(sample(), KINDS)
    assert [one.key for one in made.annexes] == [
        "figures", "publication", "research_task", "training_session", "deposits", "explanations",
    ]  # fmt: skip
    assert [one.number for one in made.annexes] == [f"Phụ lục {roman(n)}" for n in range(1, 7)]
    assert any("(Phụ lục III)" in one.text for one in made.body)
    assert made.annexes[0].note == (
        "(Kèm theo Báo cáo số ……/BC-CAT-PV01 ngày …… tháng 11 năm 2026 của Công an tỉnh Cà Mau)"
    )
    lonely = build_document(sample(*sessions(2)), KINDS)
    assert [(one.key, one.number) for one in lonely.annexes] == [
        ("figures", "Phụ lục I"), ("training_session", "Phụ lục II"),
    ]  # fmt: skip


def test_explanations_carry_the_reason() -> None:
    last = build_document(sample(), KINDS).annexes[-1].blocks[0]
    assert len(last.rows) == 2
    assert "148" in str(last.rows[0][3])
    assert last.rows[0][-1] == "Đang hoàn thiện theo góp ý của Hội đồng, sẽ nộp trước ngày 31/12/2026."


def test_a_new_kind_gets_its_annex() -> None:
    award = Kind(
        name="award",
        label=Text("Khen thưởng", "Award"),
        plural=Text("Khen thưởng", "Awards"),
        sections=(Section("main", Text("Chung", "General")),),
        fields=(
            Field("title", FieldType.TEXT, Text("Danh hiệu", "Title"), "main", annex_width=5),
            Field("given", FieldType.DATE, Text("Ngày tặng", "Given on"), "main", annex_width=2),
            Field("inner", FieldType.TEXT, Text("Nội bộ", "Inner"), "main", annex_width=0),
            Field("notes", FieldType.LONG_TEXT, Text("Ghi chú", "Notes"), "main"),
        ),
        begins=("given",),
    )
    kinds = Kinds(*KINDS, award)
    one = Record(
        "a",
        "award",
        1,
        1,
        State.COMPLETE,
        "thuong",
        {"title": "Bằng khen", "given": "2026-05-19", "inner": "x"},
    )
    made = build_document(sample(one, kinds=kinds), kinds)
    assert made.annexes[-1].title == "DANH MỤC KHEN THƯỞNG"
    assert made.annexes[-1].number == "Phụ lục II"
    table = made.annexes[-1].blocks[0]
    assert [column.label for column in table.columns] == ["TT", "Danh hiệu", "Ngày tặng"]
    assert [words.shown(cell) for cell in table.rows[0]] == ["1", "Bằng khen", "19/05/2026"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1234, "1.234"), (1234567, "1.234.567"), (1234.5, "1.234,5"), (2.0, "2")],
)
def test_numbers(value: float, shown: str) -> None:
    assert words.number(value) == shown


def test_people_are_written_with_rank_and_degree() -> None:
    assert words.person(
        {
            "name": "Nguyễn Văn A",
            "rank": "colonel",
            "academic_title": "associate_professor",
            "degree": "doctor",
        }
    ) == ("Đại tá, PGS.TS Nguyễn Văn A")
    assert words.person({"name": "Trần Thị B", "rank": "major"}) == "Thiếu tá Trần Thị B"
    assert words.person({"name": "Lê C"}) == "Lê C"


def test_every_message_exists_in_both_languages() -> None:
    for code, said in resources.read_toml("messages", "reports.toml").items():
        assert said["vi"] and said["en"], code


def test_long_text_of_a_record_reaches_the_annex_whole() -> None:
    title = "Nghiên cứu " * 200
    made = build_document(sample(record("research_task", 1, {"title": title, "start": "2026"})), KINDS)
    assert title.strip() in [str(cell) for cell in made.annexes[1].blocks[0].rows[0]]
