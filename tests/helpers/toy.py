"""A kind of record that is described here and nowhere else."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType, Section, Spread
from stdesk.domain.kinds import Kind
from stdesk.i18n import Text

F = FieldType

TOY = Kind(
    name="toy_award",
    label=Text("Khen thưởng", "Award"),
    plural=Text("Khen thưởng", "Awards"),
    title="title",
    people="winners",
    sheet_words=("khen thưởng", "bằng khen", "hình thức khen"),
    begins=("given",),
    ends=("given",),
    sections=(Section("all", Text("Chung", "General")),),
    fields=(
        Field(
            "title",
            F.TEXT,
            Text("Hình thức", "Award"),
            "all",
            required=True,
            sortable=True,
            searchable=True,
            list_width=30,
            annex_width=5,
        ),
        Field("given", F.DATE, Text("Ngày khen", "Given on"), "all", required=True),
        Field(
            "winners",
            F.PEOPLE,
            Text("Người được khen", "Winners"),
            "all",
            codes="contributor_role",
            annex_width=3,
        ),
        Field("shared", F.INTEGER, Text("Số người chung", "Shared by"), "all"),
        Field("weight", F.NUMBER, Text("Hệ số", "Weight"), "all"),
        Field("prize", F.MONEY, Text("Tiền thưởng (đồng)", "Prize (đồng)"), "all"),
        Field("scope", F.CHOICE, Text("Phạm vi", "Scope"), "all", codes="origin"),
        Field("scopes", F.CHOICES, Text("Các phạm vi", "Scopes"), "all", codes="origin"),
        Field("classes", F.CLASS, Text("Lĩnh vực", "Field"), "all", codes="field_of_research"),
        Field("words", F.TAGS, Text("Từ khóa", "Keywords"), "all"),
        Field("secret_words", F.TAGS, Text("Nhãn riêng", "Own tags"), "all", packaged=False),
        Field("notes", F.LONG_TEXT, Text("Ghi chú", "Notes"), "all"),
        Field("reason", F.LONG_TEXT, Text("Lý do", "Reason"), "all"),
        Field("works", F.LINKS, Text("Công trình", "Works"), "all"),
        Field("papers", F.FILES, Text("Tệp", "Files"), "all"),
        Field(
            "money",
            F.ROWS,
            Text("Nguồn thưởng", "Sources"),
            "all",
            columns=(
                Field("source", F.CHOICE, Text("Nguồn", "Source"), "", codes="funding_source"),
                Field("amount", F.MONEY, Text("Số tiền", "Amount"), ""),
            ),
            spreads=(Spread("state", Text("Từ ngân sách", "State"), {"source": "state_budget"}, "amount"),),
        ),
    ),
)
