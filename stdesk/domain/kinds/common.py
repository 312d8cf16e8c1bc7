"""Fields and sections that several kinds share: written once, so that they stay the same."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType, Section, wordings
from stdesk.i18n import Text

DEPOSIT = Section("deposit", Text("Nộp lưu", "Deposit"))
OTHER = Section("other", Text("Ghi chú, tệp kèm", "Notes and files"))

_DIRECTIVE_4B = Text(
    "Chỉ thị 05/CT-BCA-V04, điểm 4b: sau khi nghiệm thu, đánh giá, bảo vệ thành công phải nộp một bản cho V04.",
    "Directive 05/CT-BCA-V04, 4b: after acceptance, assessment or defence one copy goes to V04.",
)


def deposit_fields() -> tuple[Field, ...]:
    """The deposit of one copy with the central agency (Directive 05, 4b)."""
    return (
        Field(
            "deposit_state",
            FieldType.CHOICE,
            Text("Nộp lưu V04", "Deposit to V04"),
            "deposit",
            codes="deposit_state",
            sortable=True,
            list_width=12,
            annex_width=2,
            help=_DIRECTIVE_4B,
            synonyms=wordings(
                "deposit | deposited | nộp lưu chiểu v04 | tình hình nộp lưu | nộp lưu | nộp lưu v04 | đã "
                "nộp v04 | nộp v04 | tình trạng nộp lưu | nộp bản lưu"
            ),
        ),
        Field(
            "deposited",
            FieldType.DATE,
            Text("Ngày nộp", "Deposited on"),
            "deposit",
            sortable=True,
            help=_DIRECTIVE_4B,
            synonyms=wordings("ngày nộp | ngày nộp lưu | ngày giao nộp | thời gian nộp lưu"),
        ),
        Field(
            "deposit_reference",
            FieldType.TEXT,
            Text("Công văn, biên bản nộp", "Deposit reference"),
            "deposit",
            searchable=True,
            synonyms=wordings("công văn nộp | biên bản giao nộp | số công văn nộp lưu | phiếu nộp lưu"),
        ),
        Field(
            "other_deposits",
            FieldType.LONG_TEXT,
            Text("Nộp nơi khác", "Other deposits"),
            "deposit",
            synonyms=("nộp nơi khác", "nơi nộp khác", "đã nộp cơ quan khác"),
        ),
    )


DISTINCT_FROM = "distinct_from"
"""The field in which a record remembers which records it is no double of; internal."""


def closing_fields() -> tuple[Field, ...]:
    """Keywords, tags, notes and attachments, last in every form; and what a person said of doubles."""
    return (
        Field(
            "keywords",
            FieldType.TAGS,
            Text("Từ khóa", "Keywords"),
            "other",
            searchable=True,
            synonyms=wordings("từ khóa | từ khoá | keyword | keywords"),
        ),
        Field("tags", FieldType.TAGS, Text("Nhãn", "Tags"), "other", searchable=True, packaged=False),
        Field(
            "notes",
            FieldType.LONG_TEXT,
            Text("Ghi chú", "Notes"),
            "other",
            searchable=True,
            synonyms=wordings(
                "remarks | remark | comment | comments | ghi chú | ghi chu | chú thích | ghi chú khác | "
                "note | notes"
            ),
        ),
        Field("attachments", FieldType.FILES, Text("Tệp kèm theo", "Attachments"), "other"),
        Field(
            DISTINCT_FROM,
            FieldType.LINKS,
            Text("Không trùng với", "Not a double of"),
            "other",
            packaged=False,
            internal=True,
        ),
    )


def classification_fields() -> tuple[Field, ...]:
    """Field of research and socio-economic objective, by dated classification."""
    return (
        Field(
            "field_codes",
            FieldType.CLASS,
            Text("Lĩnh vực nghiên cứu", "Field of research"),
            "classification",
            codes="field_of_research",
            help=Text(
                "Bảng phân loại lĩnh vực nghiên cứu: QĐ 12/2008/QĐ-BKHCN; từ 15/12/2025 theo TT 24/2025/TT-BKHCN.",
                "Classification of fields: Decision 12/2008; from 15/12/2025 Circular 24/2025.",
            ),
            synonyms=wordings("lĩnh vực | lĩnh vực nghiên cứu | mã lĩnh vực | lĩnh vực khoa học | ngành"),
        ),
        Field(
            "objective_codes",
            FieldType.CLASS,
            Text("Mục tiêu kinh tế - xã hội", "Socio-economic objective"),
            "classification",
            codes="objective",
            help=Text(
                "QĐ 12/2008/QĐ-BKHCN; 23 = Đảm bảo an ninh, quốc phòng.",
                "Decision 12/2008; 23 = security and defence.",
            ),
            synonyms=("mục tiêu kinh tế xã hội", "mục tiêu kt-xh", "mã mục tiêu"),
        ),
    )
