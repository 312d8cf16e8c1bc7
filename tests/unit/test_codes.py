from __future__ import annotations

import csv
import re
from datetime import date
from io import StringIO
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk import i18n, resources
from stdesk.domain import codes
from stdesk.domain.codes import code_list, parse_code_list

OFFICIAL = {"field_of_research", "objective", "activity", "province_police"}
NUMBERED = OFFICIAL | {"product_form"}
HEADER = "code\tparent\tvi\ten\tsynonyms\tvalid_from\tvalid_to\n"
ABOUT = {"title": {"vi": "Thử", "en": "Trial"}}
# Lists named in the data model; the program breaks when one goes missing.
NEEDED = [
    "document_type",
    "contributor_role",
    "team_role",
    "rank",
    "degree",
    "academic_title",
    "gender",
    "language",
    "origin",
    "ownership",
    "indexing",
    "circulation",
    "secrecy",
    "task_level",
    "task_type",
    "task_status",
    "task_event",
    "acceptance_grade",
    "funding_source",
    "product_form",
    "application_form",
    "training_type",
    "training_mode",
    "certificate",
    "thesis_level",
    "deposit_state",
    "field_of_research",
    "objective",
    "activity",
    "province_police",
]


def code(name: str, text: str) -> str:
    found = code_list(name).recognise(text)
    return found.code if found else ""


def test_every_list_and_no_other_file() -> None:
    assert set(codes.list_names()) == set(NEEDED)
    assert {file.stem for file in resources.path("codes").glob("*.tsv")} == set(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_list_is_sound(name: str) -> None:
    listed = code_list(name)
    assert listed.codes
    assert listed.title.vi
    assert listed.title.en
    assert listed.source
    raw = resources.read_text("codes", f"{name}.tsv")
    assert is_normalized("NFC", raw)
    for row in csv.DictReader(StringIO(raw), delimiter="\t", quoting=csv.QUOTE_NONE):
        assert None not in row, f"a cell too many at {row['code']}"
        assert None not in row.values(), f"a cell too few at {row['code']}"
        assert row["vi"]
        assert row["en"] or (name in OFFICIAL and (row["parent"] or name != "field_of_research"))
    for entry in listed.codes.values():
        pattern = r"[0-9]+|I{1,3}" if name in NUMBERED else r"[a-z][a-z0-9_]*"
        assert re.fullmatch(pattern, entry.code)
        assert entry.code not in {broader.code for broader in listed.ancestors(entry.code)}


@pytest.mark.parametrize("name", sorted(set(NEEDED) - OFFICIAL))
def test_no_wording_is_claimed_by_two_codes(name: str) -> None:
    doubly = {k: v for k, v in codes.claims(code_list(name).codes.values()).items() if len(v) > 1}
    assert not doubly


@pytest.mark.parametrize("name", sorted(set(NEEDED) - OFFICIAL))
def test_every_wording_leads_to_its_code_in_any_writing(name: str) -> None:
    for entry in code_list(name).codes.values():
        for form in (entry.code, entry.text.vi, entry.text.en, *entry.synonyms):
            assert code(name, form) == entry.code
            assert code(name, f"  {normalize('NFD', form.upper())} ") == entry.code


def test_official_tables_are_whole() -> None:
    fields = code_list("field_of_research")
    by_level = {n: sum(len(c) == n for c in fields.codes) for n in (1, 3, 5)}
    assert by_level == {1: 6, 3: 46, 5: 322}  # Decision 12/2008: 6 fields, 46 sectors, 322 subjects
    assert fields.label("50502") == "Tội phạm học"
    assert [up.code for up in fields.ancestors("50502")] == ["505", "5"]
    assert [down.code for down in fields.children("505")] == ["50501", "50502", "50503", "50599"]
    assert [top.code for top in fields.children()] == ["1", "2", "3", "4", "5", "6"]
    assert code_list("objective").label("23") == "Đảm bảo an ninh, quốc phòng"
    assert len(code_list("activity").codes) == 17
    assert len(code_list("province_police").codes) == 34


def test_directive_names_ten_kinds_of_document() -> None:
    kinds = code_list("document_type").codes.values()
    assert {kind.extra["directive"] for kind in kinds} - {""} == {str(n) for n in range(1, 11)}
    assert all(kind.extra["csl"] for kind in kinds)


def test_label_follows_the_language() -> None:
    levels = code_list("secrecy")
    try:
        assert levels.label("mat") == "Mật"
        i18n.use("en")
        assert levels.label("mat") == "Confidential"
        assert code_list("field_of_research").label("50502") == "Tội phạm học"  # official, not translated
    finally:
        i18n.use("vi")
    assert levels.label("unknown") == "unknown"


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("task_level", "Cấp bộ", "ministry"),
        ("task_level", "Bộ", "ministry"),
        ("task_level", "cấp BCA", "ministry"),
        ("task_level", "cơ sở", "base"),
        ("task_level", "CS", "base"),
        ("task_level", "Cấp Nhà nước", "national"),
        ("task_type", "Dự án SXTN", "trial_production"),
        ("task_type", "Sáng kiến", "initiative"),
        ("task_type", "ĐA", "scientific_scheme"),
        ("task_type", "DA", "st_project"),
        ("task_status", "đang thực hiện", "in_progress"),
        ("task_status", "chậm tiến độ", "delayed"),
        ("task_status", "dừng", "stopped"),
        ("task_status", "gia hạn", "extended"),
        ("task_status", "đã nghiệm thu", "accepted"),
        ("task_status", "Tình trạng: đã nghiệm thu.", "accepted"),
        ("acceptance_grade", "XS", "xuat_sac"),
        ("acceptance_grade", "đạt", "dat"),
        ("acceptance_grade", "Xếp loại: Khá", "kha"),
        ("acceptance_grade", "Đạt (78 điểm)", "dat"),
        ("acceptance_grade", "KHÔNG ĐẠT", "khong_dat"),
        ("document_type", "Bài báo tạp chí", "journal_article"),
        ("document_type", "Báo", "newspaper_article"),
        ("document_type", "Luận văn thạc sỹ", "masters_thesis"),
        ("document_type", "luan an tien si", "doctoral_thesis"),
        ("document_type", "Kỷ yếu hội thảo", "proceedings"),
        ("document_type", "Báo cáo kết quả đề tài", "task_report"),
        ("rank", "Thượng uý", "senior_lieutenant"),
        ("deposit_state", "x", "deposited"),
        ("deposit_state", "✓", "deposited"),
        ("deposit_state", "chưa", "not_deposited"),
        ("certificate", "có", "yes"),
        ("language", "Hàn", "ko"),
        ("language", "Hán", "zh"),
        ("field_of_research", "50502", "50502"),
        ("field_of_research", "50502 - Tội phạm học", "50502"),
        ("field_of_research", "Khoa học chính trị", "506"),  # 50601 bears the same name below it
        ("province_police", "CA tỉnh Cà Mau", "96"),
        ("province_police", "Công an TP. Hồ Chí Minh", "79"),
    ],
)
def test_recognises_what_real_sheets_say(name: str, typed: str, meant: str) -> None:
    assert code(name, typed) == meant


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("task_level", ""),
        ("task_level", "cấp"),
        ("task_level", "Cấp bô lão"),
        ("acceptance_grade", "Khác"),
        ("acceptance_grade", "Đạt và Khá"),
        ("language", "han"),  # Hàn or Hán
        ("objective", "Toán học và thống kê"),  # 2001 and 2101
        ("field_of_research", "50502 - Luật học"),
        ("task_status", "x" * 100_000),
    ],
)
def test_guesses_nothing(name: str, typed: str) -> None:
    assert code(name, typed) == ""


@given(st.text(max_size=60))
def test_any_text_is_answered(typed: str) -> None:
    for name in ("document_type", "task_status", "field_of_research"):
        listed = code_list(name)
        for found in (listed.recognise(typed), listed.find_in(typed), *listed.search(typed)[:1]):
            assert found is None or listed.get(found.code) is found


def test_find_in_takes_the_longest_wording_and_heeds_negation() -> None:
    def found(name: str, text: str) -> str:
        entry = code_list(name).find_in(text)
        return entry.code if entry else ""

    assert found("deposit_state", "đã nộp V04 ngày 5/3/2026") == "deposited"
    assert found("training_type", "Tập huấn chuyển đổi số đợt 1") == "training"
    assert found("circulation", "Tài liệu lưu hành nội bộ, bổ sung") == "internal"
    assert found("acceptance_grade", "chưa xuất sắc") == ""
    assert found("training_type", "Tập huấn, bồi dưỡng kiến thức") == "refresher"  # the longer one
    assert found("training_type", "Đào tạo và tập huấn") == ""  # two of one length
    assert found("training_type", "") == ""


def test_search_wants_every_word_and_puts_codes_first() -> None:
    fields = code_list("field_of_research")
    assert [entry.code for entry in fields.search("toi pham")] == ["50502"]
    assert [entry.code for entry in fields.search("505")] == ["505", "50501", "50502", "50503", "50599"]
    assert fields.search("luật")[0].text.vi.startswith("Luật")
    assert fields.search("không có từ này") == ()
    assert len(fields.search("  ")) == len(fields.codes)


def test_dates_of_codes_and_lists() -> None:
    listed = parse_code_list(
        "trial", HEADER + "old\t\tCũ\tOld\t\t\t2025-06-30\nnew\t\tMới\tNew\t\t2025-07-01\t\n", ABOUT
    )
    assert [entry.code for entry in listed.valid_on(date(2025, 6, 30))] == ["old"]
    assert [entry.code for entry in listed.valid_on(date(2025, 7, 1))] == ["new"]
    fields = code_list("field_of_research")  # replaced by Circular 24/2025 on 15/12/2025
    assert fields.in_force(date(2025, 12, 14))
    assert not fields.in_force(date(2025, 12, 15))
    assert fields.get("50502") is not None


def test_unverified_lists_say_so() -> None:
    assert code_list("acceptance_grade").unverified
    assert not code_list("field_of_research").unverified


def test_an_unknown_list_is_a_bug() -> None:
    with pytest.raises(KeyError):
        code_list("no_such_list")


@pytest.mark.parametrize(
    "table",
    [
        "code\tvi\na\tA\n",
        HEADER + "a\t\tA\tA\t\t\t\na\t\tB\tB\t\t\t\n",
        HEADER + "\t\tA\tA\t\t\t\n",
        HEADER + "a\tb\tA\tA\t\t\t\n",
        HEADER + "a\tb\tA\tA\t\t\t\nb\ta\tB\tB\t\t\t\n",
        HEADER + "a\t\tA\tA\t\t31/12/2025\t\n",
        "",
    ],
    ids=["column", "twice", "empty", "orphan", "circle", "date", "nothing"],
)
def test_a_broken_table_is_refused(table: str) -> None:
    with pytest.raises(ValueError, match=r"trial|isoformat"):
        parse_code_list("trial", table, ABOUT)


def test_a_single_word_with_accents_is_taken_at_its_word() -> None:
    """The "cơ" of "Cấp cơ sở" once became the "có" of a deposit."""
    deposit = code_list("deposit_state")
    assert deposit.recognise("có").code == "deposited"
    assert deposit.recognise("co").code == "deposited"
    assert deposit.recognise("cơ") is None
    assert deposit.recognise("cấp cơ") is None
    assert code_list("acceptance_grade").recognise("kha").code == "kha"
