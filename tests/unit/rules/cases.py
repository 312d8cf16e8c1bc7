"""Good records of each kind, and for every rule changes that break it and changes that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from stdesk.domain.kinds import all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State
from stdesk.domain.rules.core import Context

KINDS = all_kinds()
TODAY = date(2026, 11, 1)
UNIT = {"unit_code": "CAMH", "unit_name": "Công an tỉnh Minh Hải"}
CONTEXT = Context(KINDS, parse_period("2026"), TODAY, UNIT, attachments=frozenset({"a" * 40}))

P, T, S = "publication", "research_task", "training_session"

GOOD: dict[str, dict[str, Any]] = {
    P: {
        "document_type": "journal_article",
        "title": "Nâng cao hiệu quả phòng ngừa tội phạm sử dụng công nghệ cao",
        "contributors": ({"name": "Nguyễn Văn Hà", "rank": "colonel"}, {"name": "Nguyễn Văn Hạ"}),
        "department": "PC04",
        "container": "Tạp chí Khoa học và Công nghệ Việt Nam",
        "issued": "2026-03",
        "issn": "1859-4794",
        "pages": "46-51",
    },
    T: {
        "code": "BCA.2024.MH.29",
        "title": "Giải pháp bảo vệ bí mật nhà nước trong chuyển đổi số tại Công an tỉnh",
        "level": "ministry",
        "type": "research_project",
        "status": "accepted",
        "leader": ({"name": "Trần Thị Bình", "gender": "female"},),
        "members": ({"name": "Lê Quốc Vinh"},),
        "host": "Phòng Tham mưu",
        "start": "2024-05-01",
        "end": "2026-05-01",
        "approved": "2024-04-15",
        "contract": "2024-04-20",
        "unit_accepted": "2026-03-15",
        "accepted": "2026-04-27",
        "grade": "dat",
        "registered": "2026-05-20",
        "funding_total": 350_000_000,
        "funding": ({"source": "state_budget", "year": 2024, "approved": 350_000_000, "spent": 340_000_000},),
        "deposit_state": "deposited",
        "deposited": "2026-05-10",
        "deposit_reference": "Công văn 45/CAT-PV01",
    },
    S: {
        "title": "Tập huấn kỹ năng khai thác cơ sở dữ liệu khoa học",
        "type": "training",
        "organiser": "V04",
        "start": "2026-02-02",
        "end": "2026-02-05",
        "hours": 24,
        "participants": 50,
        "women": 12,
        "own_unit": 40,
        "place": "Hà Nội",
        "cost_total": 20_000_000,
        "cost": ({"source": "state_budget", "amount": 20_000_000},),
    },
}
THESIS = {
    "document_type": "masters_thesis",
    "container": None,
    "issn": None,
    "thesis_level": "master",
    "thesis_institution": "Học viện Cảnh sát nhân dân",
    "defended": "2026-02-20",
    "supervisors": ({"name": "Phạm Hoài Mai"},),
    "deposit_state": "deposited",
    "deposited": "2026-03-01",
    "deposit_reference": "Biên nhận 12",
}
OPEN_TASK = {
    "status": "in_progress",
    "grade": None,
    "deposit_state": None,
    "deposited": None,
    "registered": None,
    "deposit_reference": None,
    "accepted": None,
    "unit_accepted": None,
    "end": "2027-05-01",
}
BOOK = {
    "document_type": "monograph",
    "publisher": "NXB Công an nhân dân",
    "isbn": "9786047200009",
    "issn": None,
}


def record(kind: str, changes: Mapping[str, Any] = {}, number: int = 1, **about: Any) -> Record:
    """A good record of ``kind`` with ``changes``; ``None`` empties a field."""
    values = {name: value for name, value in {**GOOD[kind], **changes}.items() if value is not None}
    plain = Record(f"{kind}-{number}", kind, number, 1, State.COMPLETE, "thuong", values)
    return replace(plain, **about)


def emptied(kind: str, *names: str) -> dict[str, None]:
    return dict.fromkeys(names or tuple(GOOD[kind]))


@dataclass(frozen=True)
class Case:
    """Changes to a good record of ``kind`` that the rule must object to (``bad``) or accept."""

    kind: str
    bad: bool
    changes: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    expected: Sequence[str] = ()  # words that must stand in the Vietnamese sentence


def bad(kind: str, changes: Mapping[str, Any], *expected: str, **context: Any) -> Case:
    return Case(kind, True, changes, context=context, expected=expected)


def fine(kind: str, changes: Mapping[str, Any] | None = None, **context: Any) -> Case:
    return Case(kind, False, changes or {}, context=context)


def order(kind: str, earlier: str, later: str, base: Mapping[str, Any] | None = None) -> list[Case]:
    """Cases of two dates in order; a year alone is never out of order with a day of that year."""
    start = dict(base or {})
    return [
        bad(kind, {**start, earlier: "2026-04-02", later: "2026-04-01"}, "02/04/2026", "01/04/2026"),
        bad(kind, {**start, earlier: "2026-04", later: "2025"}, "04/2026", "2025"),
        fine(kind, {**start, earlier: "2026-04-02", later: "2026-04-02"}),
        fine(kind, {**start, earlier: "2026-04-02", later: "2026"}),
        fine(kind, {**start, earlier: "2026-04-02", later: None}),
    ]


MANY = tuple({"name": f"Nguyễn Văn {chr(65 + n // 26)}{chr(97 + n % 26)}"} for n in range(51))

CASES: dict[str, list[Case]] = {
    "required_field": [
        bad(T, {"leader": None}, "Chủ nhiệm"),
        bad(S, {"participants": None}, "Số học viên"),
        fine(P),
        fine(T),
        fine(S, {"participants": 0}),
        fine(P, {"issued": None}),  # said by "undated" instead
    ],
    "indispensable_field": [
        bad(P, {"title": None}, "Tên tài liệu"),
        bad(P, {"document_type": None}, "Loại tài liệu"),
        bad(S, {"title": None}),
        fine(P),
        fine(T, {"leader": None}),
    ],
    "container_missing": [
        bad(P, {"container": None}, "Tạp chí"),
        fine(P),
        fine(P, {**BOOK, "container": None}),
    ],
    "journal_issn_missing": [
        bad(P, {"issn": None}, "ISSN"),
        fine(P, {"issn": None, "doi": "10.1000/182"}),
        fine(P, {"issn": None, "document_type": "conference_paper"}),
    ],
    "pages_missing": [
        bad(P, {"pages": None}, "Trang"),
        fine(P, {"pages": None, "document_type": "newspaper_article"}),
    ],
    "publisher_missing": [bad(P, {**BOOK, "publisher": None, "container": None}), fine(P, BOOK), fine(P)],
    "book_isbn_missing": [bad(P, {**BOOK, "isbn": None}), fine(P, BOOK)],
    "thesis_institution_missing": [bad(P, {**THESIS, "thesis_institution": None}), fine(P, THESIS), fine(P)],
    "thesis_defence_missing": [bad(P, {**THESIS, "defended": None}), fine(P, THESIS)],
    "thesis_supervisor_missing": [bad(P, {**THESIS, "supervisors": None}), fine(P, THESIS)],
    "thesis_level_differs": [
        bad(P, {**THESIS, "thesis_level": "doctor"}, "Luận văn thạc sĩ", "Tiến sĩ"),
        fine(P, THESIS),
        fine(P, {**THESIS, "document_type": "doctoral_thesis", "thesis_level": "doctor"}),
    ],
    "task_start_missing": [bad(T, emptied(T, "start", "contract", "approved")), fine(T, {"start": None})],
    "task_end_missing": [bad(T, {**OPEN_TASK, "end": None}), fine(T, OPEN_TASK), fine(T, {"end": None})],
    "issn_form": [
        bad(P, {"issn": "1859-479"}, "7 chữ số"),
        bad(P, {"issn": "đang xin"}, "0 chữ số"),
        fine(P),
        fine(P, {"issn": "ISSN 1859 4794"}),
    ],
    "isbn_in_issn": [bad(P, {"issn": "978-604-72-0000-9"}, "978-604-72-0000-9"), fine(P)],
    # 1*8+8*7+5*6+9*5+4*4+7*3+9*2 = 194; 194 mod 11 = 7; 11 - 7 = 4
    "issn_check_digit": [
        bad(P, {"issn": "1859-4790"}, "1859-4790", "là 0", "phải là 4"),
        fine(P),
        bad(P, {"issn": "2434-5610"}, "là 0", "phải là X"),
        fine(P, {"issn": "2434-561X"}),
        fine(P, {"issn": "12345"}),
    ],
    "isbn_form": [bad(P, {**BOOK, "isbn": "97860472"}, "8 chữ số"), fine(P, BOOK)],
    # 9+7*3+8+6*3+0+4*3+7+2*3+0+0+0+0 = 81; 90 - 81 = 9
    "isbn_check_digit": [
        bad(P, {**BOOK, "isbn": "9786047200000"}, "là 0", "phải là 9"),
        fine(P, BOOK),
        bad(P, {**BOOK, "isbn": "0306406153"}, "phải là 2"),
        fine(P, {**BOOK, "isbn": "0306406152"}),
    ],
    "doi_form": [bad(P, {"doi": "doi sẽ bổ sung"}), fine(P, {"doi": "https://doi.org/10.1000/182"}), fine(P)],
    "end_before_start": [
        *order(T, "start", "end"),
        bad(S, {"end": "2026-01-05"}, "05/01/2026", "02/02/2026"),
    ],
    "accepted_before_start": order(T, "start", "accepted"),
    "accepted_before_approved": order(T, "approved", "accepted"),
    "contract_before_approved": order(T, "approved", "contract"),
    "unit_accepted_after_accepted": order(T, "unit_accepted", "accepted"),
    "finalised_before_accepted": order(T, "accepted", "finalised"),
    "registered_before_accepted": order(T, "accepted", "registered"),
    "applied_before_accepted": order(T, "accepted", "applied"),
    "stopped_before_start": order(T, "start", "stopped"),
    "deposited_before_accepted": order(T, "accepted", "deposited"),
    "deposited_before_defended": order(P, "defended", "deposited", THESIS),
    "defended_far_from_issued": [
        bad(P, {**THESIS, "defended": "2023-02-20"}, "20/02/2023", "3 năm"),
        fine(P, THESIS),
        fine(P, {**THESIS, "defended": "2025-01"}),
    ],
    "extension_not_after_end": [
        bad(T, {"extended_until": "2026-05-01"}, "01/05/2026"),
        fine(T),
        bad(T, {"extended_until": "2025"}, "2025"),
        fine(T, {"extended_until": "2026-12"}),
    ],
    "extension_undated": [
        bad(T, {**OPEN_TASK, "status": "extended"}, "01/05/2027"),
        fine(T, {**OPEN_TASK, "status": "extended", "extended_until": "2028"}),
    ],
    "issued_in_future": [
        bad(P, {"issued": "2026-11-11"}, "11/11/2026", "10 ngày", "01/11/2026"),
        fine(P, {"issued": "2026"}),
        fine(P, {"issued": "2026-11-01"}),
    ],
    "event_in_future": [
        bad(T, {"accepted": "2027-01-01"}, "01/01/2027", "61 ngày"),
        fine(T),
        fine(T, OPEN_TASK),
        bad(P, {**THESIS, "defended": "2062-02-20"}, "20/02/2062"),
    ],
    "date_very_old": [
        bad(P, {"issued": "1926-03"}, "03/1926", "1945"),
        fine(P),
        fine(P, {"issued": "1945-09-02"}),
    ],
    "not_a_date": [
        bad(P, {"issued": "khoảng 2026"}, "khoảng 2026"),
        bad(T, {"end": 2026}, "2026"),
        fine(P),
        fine(T),
    ],
    "task_overdue": [
        bad(T, {**OPEN_TASK, "end": "2026-10-22"}, "10 ngày", "22/10/2026", "Đang thực hiện"),
        fine(T),
        fine(T, OPEN_TASK),
        fine(T, {**OPEN_TASK, "end": "2026"}),
        fine(T, {**OPEN_TASK, "end": "2026-10-22", "extended_until": "2027"}),
        fine(T, {**OPEN_TASK, "end": "2026-10-22", "status": "stopped"}),
        bad(T, {**OPEN_TASK, "extended_until": "2026-10-30", "end": "2025"}, "2 ngày"),
    ],
    "accepted_without_date": [bad(T, {"accepted": None}, "Đã nghiệm thu"), fine(T), fine(T, OPEN_TASK)],
    "accepted_but_open": [
        bad(T, {"status": "in_progress"}, "27/04/2026", "Đang thực hiện"),
        fine(T),
        fine(T, {"status": "applied"}),
        fine(T, {"status": "in_progress", "accepted": "2027-01"}),
    ],
    "grade_without_acceptance": [
        bad(T, {**OPEN_TASK, "grade": "xuat_sac"}, "Xuất sắc", "Đang thực hiện"),
        fine(T),
    ],
    "accepted_without_grade": [bad(T, {"grade": None}, "27/04/2026"), fine(T), fine(T, OPEN_TASK)],
    "stopped_without_reason": [
        bad(T, {**OPEN_TASK, "status": "stopped"}),
        fine(T),
        fine(T, {**OPEN_TASK, "status": "stopped", "stop_reason": "Hết kinh phí"}),
    ],
    "stopped_without_date": [
        bad(T, {**OPEN_TASK, "status": "stopped"}),
        fine(T, {**OPEN_TASK, "status": "stopped", "stopped": "2026"}),
    ],
    "stopped_and_accepted": [bad(T, {"stopped": "2025-01"}, "27/04/2026", "01/2025"), fine(T)],
    "applied_without_acceptance": [
        bad(T, {**OPEN_TASK, "applied": "2026-02"}, "02/2026"),
        fine(T),
        fine(T, {"applied": "2026-06"}),
    ],
    "failed_but_applied": [
        bad(T, {"grade": "khong_dat", "applied": "2026-06-01"}, "Không đạt", "01/06/2026"),
        fine(T, {"grade": "khong_dat"}),
        fine(T, {"applied": "2026-06-01"}),
    ],
    "application_undescribed": [
        bad(T, {"applied": "2026-06"}),
        fine(T),
        fine(T, {"applied": "2026-06", "application_form": ("practice",)}),
    ],
    "products_missing": [
        bad(T, {"products": ({"name": "Phần mềm", "expected": 3, "delivered": 2},)}, "Phần mềm", "2 trên 3"),
        fine(T, {"products": ({"name": "Phần mềm", "expected": 3, "delivered": 3}, {"name": "Báo cáo"})}),
    ],
    "result_not_registered": [
        bad(T, {"registered": None}, "27/04/2026", "188 ngày"),
        fine(T),
        fine(T, {"registered": None, "level": "base"}),
        fine(T, {"registered": None, "accepted": "2026-10-01"}),
    ],
    "deposit_missing": [
        bad(T, {"deposit_state": None, "deposited": None}, "27/04/2026", "188 ngày", "30 ngày"),
        bad(P, {**THESIS, "deposit_state": "not_deposited", "deposited": None}, "20/02/2026"),
        fine(T),
        fine(T, OPEN_TASK),
        fine(P),
        fine(P, THESIS),
        fine(T, {"deposit_state": None, "deposited": None, "grade": "khong_dat"}),
        fine(P, {**THESIS, "deposit_state": None, "deposited": None, "ownership": "collected"}),
    ],
    "deposit_undated": [bad(T, {"deposited": None}), fine(T), fine(T, OPEN_TASK)],
    "deposit_unreferenced": [bad(T, {"deposit_reference": None}, "10/05/2026"), fine(T)],
    "deposit_contradicts": [
        bad(T, {"deposit_state": "not_deposited"}, "Chưa nộp lưu", "10/05/2026"),
        fine(T),
        bad(T, {"deposit_state": "not_deposited", "deposited": None, "status": "deposited"}, "Đã nộp lưu"),
    ],
    "deposit_waived": [
        bad(T, {"deposit_state": "not_required", "deposited": None}, "27/04/2026"),
        fine(T),
        fine(T, {"deposit_state": "not_required", "accepted": "2022-05", "deposited": None}),
    ],
    "deposit_unanswered": [
        bad(T, {"deposit_state": "sent"}, "10/05/2026", "175 ngày"),
        fine(T),
        fine(T, {"deposit_state": "sent", "deposited": "2026-10"}),
    ],
    "sources_over_total": [
        bad(T, {"funding_total": 300_000_000}, "350.000.000", "300.000.000", "50.000.000"),
        fine(T),
        fine(S),
        bad(S, {"cost_total": 15_000_000}, "20.000.000", "15.000.000"),
        fine(T, {"funding": None}),
        fine(
            T,
            {
                "funding": (
                    {"source": "state_budget", "approved": 350_000_000},
                    {"source": "ministry", "approved": 200_000_000},
                )
            },
        ),  # inside the state budget
    ],
    "sources_under_total": [
        bad(T, {"funding_total": 400_000_000}, "50.000.000"),
        fine(T),
        fine(S, {"cost": None}),
    ],
    "spent_over_approved": [
        bad(
            T,
            {"funding": ({"source": "ministry", "approved": 10, "spent": 11},)},
            "Bộ Công an cấp",
            "11 đồng",
        ),
        fine(T),
    ],
    "amount_unlikely": [
        bad(T, {"funding_total": 350, "funding": None}, "350 đồng"),
        fine(T),
        fine(S),
        bad(T, {"funding_total": 2 * 10**12}),
        fine(T, {"funding_total": None}),
        bad(S, {"cost_total": 0}),
    ],
    "funding_missing": [
        bad(T, {"funding_total": None, "funding": None}, "Cấp bộ"),
        fine(T),
        fine(T, {"funding_total": None, "funding": None, "level": "base"}),
    ],
    "funding_year": [
        bad(T, {"funding": ({"source": "ministry", "year": 2016, "approved": 1},)}, "2016"),
        fine(T),
    ],
    "women_over_participants": [bad(S, {"women": 51}, "51", "50"), fine(S), fine(S, {"women": 50})],
    "own_unit_over_participants": [bad(S, {"own_unit": 60}, "60", "50"), fine(S)],
    "nobody_came": [bad(S, {"participants": 0}), fine(S), fine(S, {"participants": None})],
    "session_too_long": [
        bad(S, {"end": "2029-02-05"}, "1.099 ngày"),
        fine(S),
        fine(S, {"end": "2027-02-02"}),
    ],
    "hours_too_many": [bad(S, {"hours": 100.5}, "100.5", "4 ngày"), fine(S), fine(S, {"hours": 48})],
    "named_differ": [
        bad(S, {"participants": 1, "participant_list": MANY}, "51"),
        fine(S),
        fine(S, {"participant_list": MANY[:2]}),
    ],
    "rank_in_name": [
        bad(P, {"contributors": ({"name": "Đại tá Nguyễn Văn A"},)}, "Đại tá Nguyễn Văn A"),
        fine(P),
        bad(T, {"leader": ({"name": "PGS.TS Lê B", "gender": "male"},)}),
        fine(P, {"contributors": ({"name": "Tạ Thị Tư"}, {"name": "Thạch Sanh"})}),
    ],
    "several_in_name": [
        bad(P, {"contributors": ({"name": "Nguyễn Văn A; Trần Thị B"},)}),
        fine(P),
        bad(P, {"contributors": ({"name": "Nguyễn Văn A và Trần Thị B"},)}),
        fine(P, {"contributors": ({"name": "Nguyễn Vân Anh"}, {"name": "Và Thị Mỷ"})}),
    ],
    "odd_name": [
        bad(P, {"contributors": ({"name": "Hà"},)}),
        bad(P, {"contributors": ({"name": "Lê Hà 2"},)}),
        fine(P),
    ],
    "named_twice": [
        bad(P, {"contributors": ({"name": "Lê Hà"}, {"name": "Lê  hà"})}, "2 lần"),
        fine(P),
        fine(T, {"members": ({"name": "Lê Hà"}, {"name": "Lê Hạ"})}),
    ],
    "nameless_person": [bad(P, {"contributors": ({"name": "Lê Hà"}, {"rank": "major"})}, "dòng 2"), fine(P)],
    "leader_among_members": [bad(T, {"members": ({"name": "trần thị bình"},)}), fine(T)],
    "leader_gender_missing": [bad(T, {"leader": ({"name": "Trần Thị Bình"},)}, "Trần Thị Bình"), fine(T)],
    "too_many_authors": [bad(P, {"contributors": MANY}, "51"), fine(P, {"contributors": MANY[:50]})],
    "class_code_unknown": [
        bad(T, {"field_codes": ("QD12/2008:99999",)}, "99999"),
        fine(T, {"field_codes": ("QD12/2008:50502", "TT24/2025:1010101")}),
    ],
    "class_list_ended": [
        bad(P, {"field_codes": ("QD12/2008:50502",)}, "50502", "14/12/2025", "03/2026"),
        fine(T, {"field_codes": ("QD12/2008:50502",)}),
        fine(P),
    ],
    "choice_not_in_force": [bad(P, {"document_type": "scroll"}, "scroll"), fine(P), fine(T), fine(S)],
    "legacy_encoding": [
        bad(T, {"title": "N©ng cao hiÖu qu¶ phßng ngõa téi ph¹m vÒ ma tóy"}, "TCVN3"),
        fine(T),
        fine(T, {"title": "Étude sur la sécurité à Hà Nội"}),
    ],
    "letters_lost": [
        bad(T, {"title": "Nghi?n c?u ?ng d?ng d? li?u"}),
        bad(P, {"container": "T\ufffdp chí"}),
        fine(T),
        fine(T, {"title": "Chuyển đổi số là gì? Một số vấn đề"}),
        fine(P, {"notes": "xem https://vjst.vn/?id=1"}),
    ],
    "odd_characters": [
        bad(P, {"title": "Nghie\u0302n cứu ma túy ở Minh Hải"}),
        bad(P, {"publisher": "NXB\u200b CAND"}),
        fine(P),
        fine(P, {"abstract": "Một\nhai"}),
    ],
    "title_in_capitals": [
        bad(P, {"title": "NÂNG CAO HIỆU QUẢ PHÒNG NGỪA"}),
        fine(P),
        fine(P, {"title": "ISO 9001"}),
    ],
    "title_too_short": [
        bad(P, {"title": "Ma túy"}),
        bad(P, {"title": "Chuyênđề"}),
        fine(P),
        fine(S, {"title": "Lớp tin học"}),
    ],
    "filler": [
        bad(P, {"title": "Test"}),
        bad(P, {"container": "???"}),
        bad(T, {"host": "chưa rõ"}),
        fine(P),
        fine(T),
        bad(P, {"contributors": ({"name": "Nguyễn Văn A"},)}),
    ],
    "secrecy_stub_filled": [
        Case(P, True, about={"secrecy": "mat"}, expected=("Mật", "Tên tài liệu")),
        Case(P, False, {**emptied(P), "issued": "2026"}, {"secrecy": "tuyet_mat"}),
        Case(P, False, about={"secrecy": "mat"}, context={"ceiling": "mat"}),
        fine(P),
    ],
    "secrecy_not_sent": [Case(T, True, about={"secrecy": "toi_mat"}, expected=("Tối mật",)), fine(T)],
    "secrecy_by_number": [
        Case(
            T, True, about={"secrecy": "mat"}, context={"ceiling": "toi_mat"}, expected=("Mật", "số vào sổ")
        ),
        Case(T, False, about={"secrecy": "mat"}),
        fine(T, ceiling="mat"),
    ],
    "secrecy_mark": [
        bad(P, {"title": "Phương án đấu tranh chuyên án 126 (Mật)"}, "(Mật)"),
        bad(P, {"notes": "Độ mật: Tối mật, lưu tại tủ 3"}, "Tối mật"),
        bad(P, {"attachments": ({"name": "bao cao TỐI MẬT.pdf", "file": "a" * 40},)}),
        bad(T, {"content": "Tài liệu MẬT của đơn vị"}, "MẬT"),
        fine(T, {"title": "BẢO VỆ BÍ MẬT NHÀ NƯỚC VÀ BẢO MẬT THÔNG TIN"}),
        fine(T, {"content": "Bảo mật, mật khẩu, mật mã; tài liệu mật được quản lý theo luật; MẬT MÃ dân sự"}),
    ],
    "identity_number": [
        bad(P, {"notes": "Liên hệ CCCD: 079090001234"}, "079…34", "12 chữ số"),
        bad(P, {"abstract": "số CMND 123456789 cấp năm 2010"}, "9 chữ số"),
        bad(P, {"notes": "ông Hà, 079090001234"}),
        fine(P, {"notes": "Quyết định 123456789; điện thoại 0912345678; ISBN 9786047200009"}),
        fine(P, BOOK),
    ],
    "undated": [
        bad(P, {"issued": None}),
        bad(S, {"start": None, "end": None}),
        fine(P),
        fine(P, THESIS),
        bad(T, emptied(T, "start", "contract", "approved", "accepted", "proposed")),
    ],
    "after_cut_off": [
        bad(P, {"issued": "2026-11-01"}, "01/11/2026", "31/10/2026"),
        fine(P),
        bad(S, {"start": "2026-12-12", "end": "2026-12-18"}),
        fine(P, {"issued": "2026"}),
    ],
    "vague_date": [
        bad(P, {"issued": "2026"}, "2026", period=parse_period("2026-H1")),
        fine(P, {"issued": "2026"}),
        fine(P, period=parse_period("2026-H1")),
    ],
    "draft_waiting": [Case(P, True, about={"state": State.DRAFT}), fine(P)],
    "attachment_missing": [
        bad(P, {"attachments": ({"name": "toàn văn.pdf", "file": "b" * 40},)}, "toàn văn.pdf"),
        fine(P, {"attachments": ({"name": "x.pdf", "file": "a" * 40},)}),
        fine(P, {"attachments": ({"name": "x.pdf", "file": "b" * 40},)}, attachments=None),
    ],
}
